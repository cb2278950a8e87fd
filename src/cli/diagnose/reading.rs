//! The logs of an app, one after the other, into a diagnosis.

use std::io::Read;
use std::path::{Path, PathBuf};

use anyhow::anyhow;

use super::super::inputs::{print_problem, quoted, single_logs};
use super::super::printer::{Printer, Shown};
use super::super::problems;
use super::super::watch::{Notes, Pace, Watched};
use super::apps::{App, AppLog, apps};
use crate::decode::{DecodeError, Decoder, Report};
use crate::filter::{Span, Zone};
use crate::input::Input;
use crate::input::expand::FoundInput;
use crate::output::excerpt::Source;
use crate::output::terminal::steers;
use crate::record::{Piece, read_records};
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
        for log in &app.logs {
            any_log |= self.log(log, &mut diagnoser, &mut sources);
        }
        self.ended.any_log |= any_log;
        any_log.then(|| AppDiagnosis { diagnosis: diagnoser.finish(), sources })
    }

    /// Reads a log. What goes wrong is reported, and the next one follows. Returns whether it was one.
    fn log(&mut self, log: &AppLog, diagnoser: &mut Diagnoser, sources: &mut Vec<Source>) -> bool {
        let AppLog { input, notes, day } = log;
        let name = input.name();
        let path = name.to_str().map_or_else(|| Shown(&name).to_string(), str::to_owned);
        let reader = match input.open() {
            Ok((reader, _)) => reader,
            Err(error) => {
                self.fail(&anyhow!(error).context(format!("cannot read {}", quoted(&name))));
                return false;
            }
        };
        diagnoser.next_log(path, *day);
        let watched = Watched::noting(reader, Pace::of(input), notes.clone());
        let (read, any, so_far) = self.read(watched, diagnoser);
        let report = match read {
            Ok(report) => report,
            Err(DecodeError::Show(never)) => match never {},
            Err(DecodeError::Read(error)) => {
                self.fail(&anyhow!(error).context(format!("cannot read {}", quoted(&name))));
                if any {
                    let name = quoted(&name);
                    self.printer.warning(format!("{name}: only the part before the error was read"));
                }
                so_far
            }
        };
        sources.push(self.source(input));
        self.report(input, &report, notes)
    }

    /// How to get at a log again, if that can be typed.
    fn source(&self, input: &Input) -> Source {
        let typed = |path: &Path| path.to_str().filter(|path| !path.chars().any(steers)).map(str::to_owned);
        let path = if input.reopens() { input.path().and_then(typed) } else { None };
        let needs_key = path.is_some() && !self.key_files.is_empty() && starts_encrypted(input);
        let key_files = self.key_files.iter().filter(|_| needs_key).filter_map(|file| typed(file)).collect();
        Source { path, is_packed: matches!(input, Input::Member(_)), key_files }
    }

    fn read(
        &self,
        reader: impl Read + Send,
        diagnoser: &mut Diagnoser,
    ) -> (Result<Report, DecodeError<std::convert::Infallible>>, bool, Report) {
        let (mut any, mut so_far) = (false, Report::default());
        let show = |piece: Piece<'_, Concern>| {
            any = true;
            if let Piece::Gap(gap) = &piece {
                so_far.add_gap(gap);
            }
            diagnoser.piece(piece);
            Ok(())
        };
        let read = read_records(self.decoder, reader, concerns, show);
        (read, any, so_far)
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

/// Whether the first block of a log is an encrypted one.
fn starts_encrypted(input: &Input) -> bool {
    let mut first = [0];
    let read = input.again().open().and_then(|(mut reader, _)| reader.read_exact(&mut first));
    let kind = magic::kind(first[0], Layout::Keyed).filter(|_| read.is_ok());
    kind.is_some_and(|kind| kind.cipher == Cipher::Tea)
}
