//! The logs of an app, one after the other, into a diagnosis.

use std::convert::Infallible;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use anyhow::anyhow;

use super::super::inputs::{print_problem, quoted, single_logs};
use super::super::printer::{Printer, Shown};
use super::super::problems;
use super::super::watch::{Notes, Pace, Watched};
use super::apps::{App, AppLog, apps};
use crate::decode::{DecodeError, Decoder, Report};
use crate::filter::{Span, Zone};
use crate::input::expand::FoundInput;
use crate::input::{Input, InputReader};
use crate::output::excerpt::Source;
use crate::output::terminal::steers;
use crate::record::{Piece, Stage, read_records, read_side_by_side};
use crate::sdk::{Concern, Diagnoser, Diagnosis, concerns};
use crate::xlog::header::ClientKey;
use crate::xlog::{Cipher, Layout, magic};

/// Reads logs, and reports what is wrong with them.
pub struct Reading<'a> {
    decoder: &'a Decoder,
    printer: &'a Printer,
    span: Span,
    zone: Zone,
    key_files: &'a [PathBuf],
    details: bool,
    ended: Ended,
    clients: Vec<ClientKey>,
}

/// What was found in the logs of an app.
pub struct AppDiagnosis {
    /// It.
    pub diagnosis: Diagnosis,
    /// How to get at its logs again.
    pub sources: Vec<Source>,
}

/// How it ended.
#[derive(Clone, Copy, Debug, Default)]
pub struct Ended {
    /// There was a log at least, or a text.
    pub any_log: bool,
    /// Something was damaged, missing or failed.
    pub is_flawed: bool,
}

impl<'a> Reading<'a> {
    /// `span` and `zone` as [`Diagnoser::with_span`] has them. `key_files` are those that the decoder's keys are from.
    pub fn new(
        decoder: &'a Decoder,
        printer: &'a Printer,
        (span, zone): (Span, Zone),
        key_files: &'a [PathBuf],
    ) -> Reading<'a> {
        Reading {
            decoder,
            printer,
            span,
            zone,
            key_files,
            details: false,
            ended: Ended::default(),
            clients: Vec::new(),
        }
    }

    /// The same, which also collects what a page shows beside the findings.
    pub fn with_details(self, details: bool) -> Reading<'a> {
        Reading { details, ..self }
    }

    /// The apps that these logs are of.
    pub fn apps(&mut self, found: &[FoundInput]) -> Vec<App> {
        let logs = single_logs(found, |problem| {
            self.ended.is_flawed = true;
            print_problem(problem, self.printer);
        });
        apps(logs, self.decoder)
    }

    /// Diagnoses the logs of an app. `None`: none of them could be read.
    pub fn app(&mut self, app: &App) -> Option<AppDiagnosis> {
        let mut diagnoser = Diagnoser::default().with_span(self.span, self.zone);
        if self.details {
            diagnoser = diagnoser.with_details();
        }
        let mut sources = Vec::new();
        let mut any_log = false;
        for logs in app.logs.chunk_by(|one, next| is_small(one) && is_small(next)) {
            any_log |= match logs {
                [log] => self.log(log, &mut diagnoser, &mut sources),
                logs => self.small_logs(logs, &mut diagnoser, &mut sources),
            };
        }
        self.ended.any_log |= any_log;
        any_log.then(|| AppDiagnosis { diagnosis: diagnoser.finish(), sources })
    }

    /// Reads a log. What goes wrong is reported, and the next one follows. Returns whether it was one.
    fn log(&mut self, log: &AppLog, diagnoser: &mut Diagnoser, sources: &mut Vec<Source>) -> bool {
        let watched = match open(log) {
            Ok(watched) => watched,
            Err(error) => return self.cannot_read(log, error),
        };
        diagnoser.next_log(path(log), log.day);
        let mut so_far = Report::default();
        let show = |piece: Piece<'_, Concern>| {
            if let Piece::Gap(gap) = &piece {
                so_far.add_gap(gap);
            }
            diagnoser.piece(piece);
            Ok(())
        };
        let (report, error) = match read_records(self.decoder, watched, concerns, show) {
            Ok(report) => (report, None),
            Err(DecodeError::Show::<Infallible>(never)) => match never {},
            Err(DecodeError::Read(error)) => (so_far, Some(error)),
        };
        self.end(log, &report, error, diagnoser, sources)
    }

    /// Does the same with logs that are so small that reading one by one would leave all threads but one idle.
    fn small_logs(&mut self, logs: &[AppLog], diagnoser: &mut Diagnoser, sources: &mut Vec<Source>) -> bool {
        let mut any_log = false;
        let decoder = self.decoder;
        let show = |log: &AppLog, stage: Stage<'_, Concern>| {
            match stage {
                Stage::Start => diagnoser.next_log(path(log), log.day),
                Stage::Piece(piece) => diagnoser.piece(piece),
                Stage::End(report, error) => any_log |= self.end(log, &report, error, diagnoser, sources),
                Stage::Unopened(error) => any_log |= self.cannot_read(log, error),
            }
            Ok(())
        };
        match read_side_by_side(decoder, logs.iter(), open, concerns, show) {
            Ok(()) => any_log,
            Err::<_, Infallible>(never) => match never {},
        }
    }

    fn cannot_read(&mut self, log: &AppLog, error: io::Error) -> bool {
        self.fail(&anyhow!(error).context(format!("cannot read {}", quoted(&log.input.name()))));
        false
    }

    /// A log is over, with this report, perhaps for an error of the reader. Returns whether it was one.
    fn end(
        &mut self,
        log: &AppLog,
        report: &Report,
        error: Option<io::Error>,
        diagnoser: &Diagnoser,
        sources: &mut Vec<Source>,
    ) -> bool {
        if let Some(error) = error {
            self.cannot_read(log, error);
            if diagnoser.has_pieces() {
                let name = quoted(&log.input.name());
                self.printer.warning(format!("{name}: only the part before the error was read"));
            }
        }
        sources.push(self.source(&log.input));
        self.report(&log.input, report, &log.notes)
    }

    /// How to get at a log again, if that can be typed.
    fn source(&self, input: &Input) -> Source {
        let typed = |path: &Path| path.to_str().filter(|path| !path.chars().any(steers)).map(str::to_owned);
        let path = if input.reopens() { input.path().and_then(typed) } else { None };
        let needs_key = path.is_some() && !self.key_files.is_empty() && starts_encrypted(input);
        let key_files = self.key_files.iter().filter(|_| needs_key).filter_map(|file| typed(file)).collect();
        Source { path, is_packed: matches!(input, Input::Member(_)), key_files }
    }

    /// Reports what is wrong with a log. Returns whether it is one.
    fn report(&mut self, input: &Input, report: &Report, notes: &Notes) -> bool {
        let name = quoted(&input.name());
        let broken = notes.take_broken();
        if let Some(error) = problems::no_text(&name, report, broken.as_ref(), notes) {
            self.fail(&error);
            return false;
        }
        self.ended.is_flawed |= problems::warn_of(&name, report, broken.as_ref(), self.printer);
        for client in &report.clients {
            Report::add_client(&mut self.clients, client);
        }
        true
    }

    fn fail(&mut self, error: &anyhow::Error) {
        self.ended.is_flawed = true;
        self.printer.error(error);
    }

    /// How it ended, after what concerns all logs has been said.
    pub fn finish(self, has_keys: bool) -> Ended {
        if !self.clients.is_empty() {
            self.printer.hint(problems::key_hint(&self.clients, has_keys));
        }
        self.ended
    }
}

/// Logs of up to so many bytes are not divided among threads when they are read, or hardly.
const SMALL: u64 = 256 << 10;

fn is_small(log: &AppLog) -> bool {
    (1..=SMALL).contains(&log.input.packed_len())
}

/// Opens a log, to be read once.
fn open(log: &AppLog) -> io::Result<Watched<InputReader>> {
    let (reader, _) = log.input.open()?;
    Ok(Watched::noting(reader, Pace::of(&log.input), log.notes.clone()))
}

/// How the log is called in the diagnosis.
fn path(log: &AppLog) -> String {
    let name = log.input.name();
    name.to_str().map_or_else(|| Shown(&name).to_string(), str::to_owned)
}

/// Whether the first block of a log is an encrypted one.
fn starts_encrypted(input: &Input) -> bool {
    let mut first = [0];
    let read = input.again().open().and_then(|(mut reader, _)| reader.read_exact(&mut first));
    let kind = magic::kind(first[0], Layout::Keyed).filter(|_| read.is_ok());
    kind.is_some_and(|kind| kind.cipher == Cipher::Tea)
}
