//! `imlog diagnose`: what went wrong, when, and what to do.

mod apps;
pub mod args;
mod html;
mod reading;
mod view;

use std::io::{BufWriter, Write};
use std::path::PathBuf;

use anyhow::{Context, Result, anyhow};

use super::inputs::{FoundPaths, WithoutPath};
use super::newest;
use super::printer::{Printer, Shown};
use super::status::is_closed_pipe;
use super::stdout::json_or_styled;
use super::zones::{Neighbours, Zones};
use super::{Status, keys};
use crate::decode::Decoder;
use crate::filter::{Span, Zone};
use crate::input::expand::{Expander, FoundInput};
use crate::input::wanted::Wanted;
use crate::output::diagnosis::DiagnosisLines;
use crate::redact::Personal;
use crate::report::{ReportApp, ReportPage};
use crate::sdk::{Diagnosis, Severity};

use args::{DiagnoseArgs, MinSeverity, SelectArgs};
use html::HtmlFile;
use reading::{AppDiagnosis, Reading};

/// What failed, if standard output cannot be written.
const OUT: &str = "cannot write standard output";

/// Diagnoses everything that was asked for.
pub fn run(args: DiagnoseArgs, printer: &Printer) -> Result<Status> {
    super::zones::check_machine()?;
    let mut redactor = args.redactor()?;
    let ring = keys::ring(&args.read.keys)?;
    let has_keys = !ring.is_empty();
    let decoder = Decoder::new(ring).with_text_limit(args.read.text_limit());
    let expander = args.read.expander(Wanted { texts: true })?;
    let threads = args.read.threads()?;
    let good = match &args.select.baseline {
        Some(path) => Some(threads.install(|| baseline(path, &decoder, &expander, printer))?),
        None => None,
    };
    let finds = FoundPaths::new(&args.paths, WithoutPath::StdinOrHere, &expander, printer);
    if finds.paths.is_empty() {
        return Ok(if finds.any_path { Status::Flawed } else { Status::Nothing });
    }
    let logs: Vec<_> = finds.paths.into_iter().flat_map(|(_, logs)| logs).collect();
    let others: Vec<_> = args.read.keys.key_file.iter().chain(&args.select.baseline).map(PathBuf::as_path).collect();
    let html = match args.html.as_deref().map(|path| HtmlFile::new(path, &logs, &others, has_keys)).transpose() {
        Ok(html) => html,
        Err(error) => {
            printer.error(&error);
            return Ok(Status::Flawed);
        }
    };
    threads.install(|| {
        let (decoder, neighbours) = (&decoder, &Neighbours::of(&logs));
        let zones = Zones { given: None, default: args.read.zone, decoder, neighbours };
        let (span, zone) = span(&args.select, &logs, zones, printer)?;
        let mut reading =
            Reading::new(decoder, printer, (span, zone), &args.read.keys.key_file).with_details(html.is_some());
        let apps = reading.apps(&logs);
        let several = apps.len() > 1;
        let mut out: Box<dyn Write> = match args.json {
            true => Box::new(BufWriter::with_capacity(64 << 10, json_or_styled(true))),
            false => Box::new(anstream::stdout()),
        };
        let page = args.page.page();
        let (mut is_healthy, mut is_first) = (true, true);
        let mut report = ReportPage::default();
        for app in apps {
            let Some(AppDiagnosis { mut diagnosis, sources }) = reading.app(&app) else { continue };
            let known = narrow(&mut diagnosis, &args.select, (span, zone), good.as_ref());
            if let Some(redactor) = redactor.as_mut().filter(|_| html.is_none()) {
                diagnosis.redact(redactor);
            }
            let user = match (&args.select.user, &mut redactor) {
                (Some(user), Some(redactor)) => Some(redactor.value(Personal::User, user)),
                (user, _) => user.clone(),
            };
            is_healthy &= diagnosis.is_healthy();
            let (folder, verdict) = (folder_name(&app), verdict(&diagnosis, &args.select, user.as_deref()));
            if html.is_some() {
                report.add(ReportApp { name: folder, verdict, diagnosis, sources, known });
                continue;
            }
            let shown = match args.json {
                true => {
                    let mut lines = Vec::new();
                    let app = folder.as_str();
                    let objects = DiagnosisLines { app, verdict: &verdict, diagnosis: &diagnosis, sources: &sources };
                    objects.write(&mut lines);
                    lines
                }
                false => {
                    let heading = several.then_some(folder.as_str());
                    let options =
                        view::Options { verdict: &verdict, sources: &sources, evidence: args.evidence, known, heading };
                    let before = if is_first { "" } else { "\n\n" };
                    (before.to_owned() + &view::view(&diagnosis, &options, &page)).into_bytes()
                }
            };
            is_first = false;
            out.write_all(&shown).context(OUT)?;
        }
        out.flush().context(OUT)?;
        if let Some(redactor) = &mut redactor {
            report.redact(redactor);
        }
        let ended = reading.finish(has_keys);
        let mut has_failed = false;
        if let Some(html) = html.filter(|_| ended.any_log)
            && let Err(error) = html.write(&report.html())
        {
            if is_closed_pipe(&error) {
                return Err(error);
            }
            printer.error(&error);
            has_failed = true;
        }
        // Last: whatever becomes of it, there is a page.
        has_failed |= !args.redact.write_map(redactor.as_ref(), printer);
        Ok(match () {
            () if !ended.any_log => Status::Flawed,
            () if finds.failed > 0 || has_failed || ended.is_flawed || !is_healthy => Status::Flawed,
            () => Status::Intact,
        })
    })
}

fn folder_name(app: &apps::App) -> String {
    match app.folder.to_str() {
        Some("") => ".".into(),
        Some(folder) => folder.to_owned(),
        None => Shown(&app.folder).to_string(),
    }
}

/// The span that was asked for, and the zone of lines that name none.
fn span(select: &SelectArgs, logs: &[FoundInput], zones: Zones<'_>, printer: &Printer) -> Result<(Span, Zone)> {
    let asked = [select.since, select.until];
    let counts_back = asked.into_iter().flatten().any(|when| when.needs_newest());
    if asked == [None, None] {
        return Ok(Default::default());
    }
    let (newest, zone) = match newest::newest(logs, zones) {
        Err(error) if counts_back => return Err(error),
        // Of standard input, no more is known than its lines say.
        found => found.unwrap_or_default(),
    };
    let span = newest::span(select.since, select.until, newest, zone)?;
    newest::in_words(select.since, select.until, newest, zone).into_iter().for_each(|words| printer.note(words));
    Ok((span, zone))
}

/// Leaves what was asked for. Returns how much is left out because the good log has it too.
fn narrow(
    diagnosis: &mut Diagnosis,
    select: &SelectArgs,
    (span, zone): (Span, Zone),
    good: Option<&Diagnosis>,
) -> Option<usize> {
    if !span.is_unbounded() {
        diagnosis.keep(span, zone);
    }
    if let Some(user) = &select.user {
        diagnosis.keep_user(user);
    }
    let least: Severity = select.min_severity.into();
    let wanted = |rule| select.rule.is_empty() || select.rule.contains(&rule);
    diagnosis.findings.retain(|finding| finding.severity >= least && wanted(finding.rule));
    if !select.rule.is_empty() {
        diagnosis.groups.clear();
    }
    good.map(|good| diagnosis.subtract(good))
}

/// All of what is left in a sentence. `user`: the one that was asked for, as it is to be shown.
fn verdict(diagnosis: &Diagnosis, select: &SelectArgs, user: Option<&str>) -> String {
    let is_narrowed = select.since.is_some()
        || select.until.is_some()
        || !select.rule.is_empty()
        || select.min_severity != MinSeverity::Info;
    match user {
        _ if !diagnosis.is_healthy() => diagnosis.verdict(),
        Some(user) if diagnosis.sessions.is_empty() => format!("No session of the user {user} was found"),
        _ if diagnosis.logs.iter().all(|log| log.records == 0) => "There is nothing in the log".into(),
        _ if select.baseline.is_some() => "Nothing went wrong that is not in the good log too".into(),
        None if !is_narrowed => diagnosis.verdict(),
        _ => "Nothing that was asked for went wrong".into(),
    }
}

/// What is in a log that is known to be good.
fn baseline(path: &PathBuf, decoder: &Decoder, expander: &Expander, printer: &Printer) -> Result<Diagnosis> {
    let finds = FoundPaths::new(std::slice::from_ref(path), WithoutPath::Here, expander, printer);
    let mut reading = Reading::new(decoder, printer, Default::default(), &[]);
    let mut good = Diagnosis::default();
    let logs: Vec<_> = finds.paths.into_iter().flat_map(|(_, logs)| logs).collect();
    for app in reading.apps(&logs) {
        if let Some(AppDiagnosis { diagnosis, .. }) = reading.app(&app) {
            good.findings.extend(diagnosis.findings);
            good.groups.extend(diagnosis.groups);
        }
    }
    if !reading.finish(false).any_log {
        return Err(anyhow!("`{}` has no log to compare with", Shown(path)));
    }
    Ok(good)
}
