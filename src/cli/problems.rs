//! What is wrong with a log, in words.

use anyhow::{Error, anyhow};

use super::printer::{Hint, Printer};
use super::watch::Notes;
use crate::decode::Report;
use crate::input::archive::ProblemCause;
use crate::output::marker::{Count, KeyId};
use crate::xlog::header::ClientKey;

/// What is wrong with a file, in one sentence per problem.
pub fn of(report: &Report) -> impl Iterator<Item = String> {
    let Report { gaps, lost, partial, unopened, repaired, skips, missing, .. } = report;
    let lost = (*gaps > 0).then(|| {
        let mut text = format!("{} in {} not decoded", Count(*lost, "byte"), Count(*gaps, "place"));
        if *unopened > 0 {
            text += &format!(", including {}", Count(*unopened, "encrypted block"));
        }
        if *partial > 0 {
            text += &format!(", and {} only in part", Count(*partial, "line"));
        }
        text
    });
    let repaired = (*repaired > 0).then(|| format!("{} read despite a damaged header", Count(*repaired, "block")));
    let skips = (*skips > 0).then(|| {
        format!(
            "seq skips in {}: {} missing (perhaps in another file of the app)",
            Count(*skips, "place"),
            Count(*missing, "block")
        )
    });
    [lost, repaired, skips].into_iter().flatten()
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
