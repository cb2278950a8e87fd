//! The logs of a run, one after the other or merged.

mod merged;
mod one_by_one;
#[cfg(feature = "tables")]
mod tables;
mod tails;

use std::io;

use anyhow::{Result, anyhow};
use indicatif::ProgressBar;

use super::super::inputs::{self, quoted};
use super::super::printer::{Hint, Printer, Shown};
use super::super::problems;
use super::super::watch::Notes;
use super::super::zones::{Neighbours, Zones};
use super::context::MOST_CONTEXT;
use super::hours;
use super::merge::round::Room;
use super::out::LineStyle;
use super::select::{Selection, SelectionLimits};
use super::show::{LogEnd, Show};
use crate::decode::{Decoder, Report};
use crate::filter::{Filter, Zone};
use crate::input::Input;
use crate::input::archive::{Problem, ProblemCause};
use crate::output::marker::Count;
use crate::record::Head;
use crate::redact::Redactor;
use crate::xlog::header::ClientKey;

/// What all logs of a run share.
pub struct CatRun<'a> {
    /// To decode with.
    pub decoders: &'a Decoders,
    /// Which records pass.
    pub filter: &'a Filter,
    /// For messages.
    pub printer: &'a Printer,
    /// How many records are shown, and how many around each.
    pub limits: SelectionLimits,
    /// How they look.
    pub style: LineStyle,
    /// Whether there are private keys.
    pub has_keys: bool,
    /// The zone of lines that name none, if the user gave it.
    pub zone: Option<i16>,
    /// The logs, for the zones of those that name none.
    pub neighbours: &'a Neighbours,
    /// That of logs that name none, if it is not this machine's.
    pub default_zone: Option<i16>,
    /// For what cannot be held in memory while logs are merged.
    pub room: Room<'a>,
    /// Counts what is read.
    pub progress: ProgressBar,
}

/// Decoders of one run.
pub struct Decoders {
    /// Reads everything.
    pub all: Decoder,
    /// Skips blocks of other hours.
    pub skipping: Option<Decoder>,
}

impl Decoders {
    fn of(&self, input: &Input) -> &Decoder {
        self.skipping.as_ref().filter(|_| hours::are_those_of_the_lines(input, &self.all)).unwrap_or(&self.all)
    }
}

/// How a run ended.
#[derive(Default)]
pub struct Ended {
    /// Records that passed.
    pub passed: u64,
    /// Something was damaged, missing or failed.
    pub flawed: bool,
    /// What gave the pseudonyms.
    pub redactor: Option<Redactor>,
    /// Client keys without a private key that fits.
    clients: Vec<ClientKey>,
    /// What to do about them has been said.
    has_hinted: bool,
}

impl Ended {
    /// Adds the client keys that `report` names.
    pub fn add_clients(&mut self, report: &Report) {
        report.clients.iter().for_each(|client| Report::add_client(&mut self.clients, client));
    }
}

/// What was found out about a log while it was read.
struct LogResult {
    report: Report,
    /// Markers that stand for a loss.
    markers: u64,
    notes: Notes,
}

/// A log's name before its lines, or as it is in JSON.
pub fn shown(input: &Input, in_json: bool) -> String {
    let name = input.name();
    match name.to_str() {
        Some(name) if in_json => name.into(),
        Some("-") => "(standard input)".into(),
        _ => Shown(&name).to_string(),
    }
}

impl CatRun<'_> {
    pub fn judge(&self, zone: Zone) -> impl Fn(&Head, &[u8]) -> bool + Copy + Send + Sync {
        move |head, text| self.filter.passes(head, text, zone)
    }

    pub fn zones(&self) -> Zones<'_> {
        let neighbours = self.neighbours;
        Zones { given: self.zone, default: self.default_zone, decoder: &self.decoders.all, neighbours }
    }

    /// Reports what failed. The run goes on.
    pub fn fail(&self, error: &anyhow::Error, ended: &mut Ended) {
        ended.flawed = true;
        self.printer.error(error);
    }

    /// Reports what failed with an archive. The run goes on.
    fn fail_archive(&self, problem: Problem, ended: &mut Ended) {
        ended.flawed = true;
        inputs::print_problem(problem, self.printer);
    }

    /// Reports what is wrong with a log.
    fn report(&self, input: &Input, result: &LogResult, ended: &mut Ended) -> LogEnd {
        let LogResult { report, markers, notes } = result;
        let name = quoted(&input.name());
        let broken = notes.take_broken();
        if let Some(error) = problems::no_text(&name, report, broken.as_ref(), notes) {
            self.fail(&error, ended);
            return LogEnd { state: "not-a-log", error: Some(error.root_cause().to_string()) };
        }
        let is_damaged = report.gaps > report.locked || report.repaired > 0 || *markers > 0 || broken.is_some();
        let state = match report.unopened {
            _ if notes.is_empty() => "empty",
            _ if is_damaged => "damaged",
            0 => "intact",
            _ => "needs-a-key",
        };
        let end = LogEnd { state, error: broken.as_ref().map(ToString::to_string) };
        if notes.is_empty() {
            self.printer.warning(format!("{name} is empty"));
            // A log has at least one block; a text may be empty.
            ended.flawed |= input.name().extension().is_some_and(|extension| extension.eq_ignore_ascii_case("xlog"));
        }
        ended.flawed |= problems::warn_of(&name, report, broken.as_ref(), self.printer);
        if *markers > 0 {
            let markers = Count(*markers, "marker");
            self.printer.warning(format!("{name} has {markers}: something was missing when it was decoded"));
        }
        ended.flawed |= *markers > 0;
        ended.add_clients(report);
        end
    }

    /// Writes what is held back, and reports what concerns the whole run.
    pub fn finish<O: Show>(&self, mut selection: Selection<O>, mut ended: Ended) -> Result<Ended> {
        if let Err(error) = selection.out().close() {
            return Err(selection.out().failed(error));
        }
        if let Some(warning) = selection.out().warning() {
            self.printer.warning(warning);
        }
        ended.passed = selection.passed();
        ended.redactor = selection.out().take_redactor();
        if selection.is_context_cut() {
            self.printer.warning(format!("context before a match was cut to {} MiB", MOST_CONTEXT >> 20));
        }
        if selection.is_broken_off() {
            let parts = "a record of more than 1 MiB was shown up to the part that matches a pattern of -v";
            self.printer.warning(parts);
        }
        self.hint_at_keys(&mut ended);
        Ok(ended)
    }

    /// Says what to do about blocks that no key opened, if it has not been said.
    pub fn hint_at_keys(&self, ended: &mut Ended) {
        if !ended.clients.is_empty() && !std::mem::replace(&mut ended.has_hinted, true) {
            self.printer.hint(problems::key_hint(&ended.clients, self.has_keys));
        }
    }
}

pub fn cannot_read(input: &Input, error: io::Error) -> anyhow::Error {
    anyhow!(error).context(format!("cannot read {}", quoted(&input.name())))
}

pub fn cannot_merge(error: io::Error) -> anyhow::Error {
    let cause = ProblemCause::from(error);
    let hint = cause.hint().map(|hint| Hint(hint.into()));
    problems::hinted((anyhow!(cause).context("cannot merge further"), hint))
}
