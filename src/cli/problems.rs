//! What is wrong with a log, in words.

use anyhow::{Error, anyhow};

use super::printer::{Hint, Printer};
use super::watch::Notes;
use crate::decode::Report;
use crate::info::Summary;
use crate::input::archive::ProblemCause;
use crate::output::marker::{Count, CutOff, KeyId, Marker};
use crate::xlog::header::ClientKey;

/// What is wrong with a file, in one sentence per problem.
pub fn of(report: &Report) -> impl Iterator<Item = String> {
    let Report { gaps, lost, locked, locked_bytes, cut_off, .. } = report;
    let (gaps, lost) = (gaps.saturating_sub(*locked), lost.saturating_sub(*locked_bytes));
    let cut_off = cut_off.map(|at| CutOff { at, bytes: 0 }.to_string());
    let lost = (gaps > 0).then(|| format!("{} in {} not decoded", Count(lost, "byte"), Count(gaps, "place")));
    let damage = [cut_off, lost].into_iter().flatten().collect::<Vec<_>>().join("; ");
    Some(damage).filter(|damage| !damage.is_empty()).into_iter().chain(besides_damage(report))
}

/// What is wrong with a file, and where.
pub fn with_places(summary: &Summary) -> impl Iterator<Item = String> {
    let mut damages = summary.damages();
    let named: Vec<_> = damages.by_ref().take(SHOWN).map(|place| Marker(place).to_string()).collect();
    let report = &summary.report;
    let more = (report.gaps - report.locked).saturating_sub(named.len() as u64);
    let more = (more > 0).then(|| format!("and {}", Count(more, "more place")));
    named.into_iter().chain(more).chain(besides_damage(report))
}

/// How many places are named.
const SHOWN: usize = 3;

/// What is wrong with a file except that bytes in it are damaged.
fn besides_damage(report: &Report) -> impl Iterator<Item = String> + use<> {
    let Report { locked_bytes, unopened, repaired, skips, missing, .. } = report;
    let locked = (*unopened > 0)
        .then(|| format!("needs a key: {} ({})", Count(*unopened, "encrypted block"), Count(*locked_bytes, "byte")));
    let repaired = (*repaired > 0).then(|| format!("{} read despite a damaged header", Count(*repaired, "block")));
    let skips = (*skips > 0).then(|| {
        format!(
            "seq skips in {}: {} missing (perhaps in another file of the app)",
            Count(*skips, "place"),
            Count(*missing, "block")
        )
    });
    [locked, repaired, skips].into_iter().flatten()
}

/// Why there is no log in a file, and what to do. `broken`: why it breaks off. `notes`: what was noticed in reading it.
pub fn no_log(name: &str, broken: Option<ProblemCause>, notes: &Notes, bytes: u64) -> (Error, Option<Hint>) {
    match broken {
        Some(cause) => {
            let hint = cause.hint().map(|hint| Hint(hint.into()));
            (Error::new(cause).context(format!("cannot read {name}")), hint)
        }
        None => (anyhow!("{name}: no xlog block found"), Some(Hint(notes.hint(bytes).into()))),
    }
}

/// The error, with its hint.
pub fn hinted((error, hint): (Error, Option<Hint>)) -> Error {
    match hint {
        Some(hint) => error.context(hint),
        None => error,
    }
}

/// Warns that a log breaks off, and says what to do.
pub fn warn_broken(name: &str, cause: &ProblemCause, printer: &Printer) {
    printer.warning(format!("{name}: {}", cause.of_log()));
    if let Some(hint) = cause.hint() {
        printer.hint(hint);
    }
}

/// Warns of what is wrong with a log that was read. Returns whether anything is. `broken`: why it breaks off.
pub fn warn_of(name: &str, report: &Report, broken: Option<&ProblemCause>, printer: &Printer) -> bool {
    if let Some(cause) = broken {
        warn_broken(name, cause, printer);
    }
    for problem in of(report) {
        printer.warning(format!("{name}: {problem}"));
    }
    broken.is_some() || !report.is_intact()
}

/// Why a file that may be a log or a text is neither, if it is neither.
pub fn no_text(name: &str, report: &Report, broken: Option<&ProblemCause>, notes: &Notes) -> Option<Error> {
    let is_nothing = report.bytes > 0 && report.text == 0 && !report.has_blocks() && broken.is_none();
    is_nothing
        .then(|| anyhow!("{name}: no xlog block found, and no text").context(Hint(notes.hint(report.bytes).into())))
}

/// What to do about encrypted blocks that were left out.
pub fn key_hint(clients: &[ClientKey], has_keys: bool) -> String {
    let keys: Vec<_> = clients.iter().map(|client| KeyId(client).to_string()).collect();
    let none_fits = if has_keys { "none of the keys fits: " } else { "" };
    format!(
        "{none_fits}give the app's private key with --key-file FILE (or IMLOG_KEY, or --key); client keys seen: {}",
        keys.join(", ")
    )
}
