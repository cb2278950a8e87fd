//! The logs of a run, one after the other or merged.

use std::io::{self, Read, Write};

use anyhow::{Result, anyhow};
use indicatif::ProgressBar;
use rayon::prelude::*;

use super::super::inputs::{self, quoted};
use super::super::printer::{Hint, Printer, Shown};
use super::super::problems;
use super::super::watch::{Notes, Pace, Watched};
use super::hours;
use super::merge::round::Room;
use super::merge::{self, Lane};
use super::out::{Look, Out};
use super::select::{HELD, Limits, Selection, Stop};
use super::zones::Zones;
use crate::decode::{DecodeError, Decoder, Report};
use crate::filter::{Filter, Zone};
use crate::input::archive::ProblemCause;
use crate::input::expand::{Copied, FoundInput, StreamedLog};
use crate::input::{Input, InputReader};
use crate::output::marker::Count;
use crate::record::{self, Head, Piece};
use crate::xlog::header::ClientKey;

/// What all logs of a run share.
pub struct CatRun<'a> {
    /// To decode with.
    pub decoders: &'a Decoders,
    /// Which records pass.
    pub filter: &'a Filter,
    /// For messages.
    pub printer: &'a Printer,
    /// How many records, and how much around them.
    pub limits: Limits,
    /// How they look.
    pub look: Look,
    /// Whether there are private keys.
    pub has_keys: bool,
    /// The zone of lines that name none, if the user says it.
    pub zone: Option<i16>,
    /// Where to put what can't be held while logs are merged.
    pub room: Room<'a>,
}

/// Decoders of one run.
pub struct Decoders {
    /// Reads everything.
    pub all: Decoder,
    /// Passes over blocks of other hours.
    pub choosy: Option<Decoder>,
}

impl Decoders {
    fn of(&self, input: &Input) -> &Decoder {
        self.choosy.as_ref().filter(|_| hours::are_those_of_the_lines(input, &self.all)).unwrap_or(&self.all)
    }
}

/// How it ended.
#[derive(Default)]
pub struct Ended {
    /// Records that passed.
    pub passed: u64,
    /// Something was damaged, missing or failed.
    pub flawed: bool,
    /// Client keys that no private key was there for.
    clients: Vec<ClientKey>,
}

/// A log's name before its lines, or as it is in JSON.
fn shown(input: &Input, in_json: bool) -> String {
    let name = input.name();
    match name.to_str() {
        Some(name) if in_json => name.into(),
        Some("-") => "(standard input)".into(),
        _ => Shown(&name).to_string(),
    }
}

impl CatRun<'_> {
    fn judge(&self, zone: Zone) -> impl Fn(&Head, &[u8]) -> bool + Copy + Send + Sync {
        move |head, text| self.filter.passes(head, text, zone)
    }

    fn zones(&self) -> Zones<'_> {
        Zones { given: self.zone, decoder: &self.decoders.all }
    }

    /// Shows one log after the other.
    pub fn one_by_one<W: Write + Send>(&self, logs: &[FoundInput], out: Out<W>) -> Result<Ended> {
        let mut selection = Selection::new(self.limits, out);
        let mut ended = Ended::default();
        for found in logs {
            match found {
                FoundInput::Log(input) => match self.open(input) {
                    Ok(reader) => self.log(input, reader, &mut selection, &mut ended)?,
                    Err(error) => self.fail(&error, &mut ended),
                },
                FoundInput::Streamed(sequence) => {
                    let visited = sequence.visit(&mut |passing| match passing {
                        Ok(StreamedLog { member, reader }) => {
                            self.log(&Input::Member(member), reader, &mut selection, &mut ended)?;
                            if self.is_enough(&selection) { Err(None) } else { Ok(()) }
                        }
                        Err(problem) => {
                            ended.flawed = true;
                            inputs::tell(problem, self.printer);
                            Ok(())
                        }
                    });
                    if let Err(Some(error)) = visited {
                        return Err(error);
                    }
                }
            }
            if self.is_enough(&selection) {
                break;
            }
        }
        selection.out().flush().map_err(cannot_write)?;
        ended.passed = selection.passed();
        self.tell_cuts(&selection);
        self.hint(&ended);
        Ok(ended)
    }

    /// Shows one log. What fails is named, and the others go on; an error ends the run.
    fn log<R: Read + Send, W: Write + Send>(
        &self,
        input: &Input,
        reader: R,
        selection: &mut Selection<W>,
        ended: &mut Ended,
    ) -> Result<()> {
        let (name, before) = (shown(input, self.look.json), selection.passed());
        let (mut markers, mut any, mut so_far) = (0, false, Report::default());
        let watched = Watched::new(reader, Pace::of(input), ProgressBar::hidden());
        let notes = watched.notes();
        let show = |piece: Piece<'_>| {
            any = true;
            match &piece {
                Piece::Record(found) => markers += u64::from(found.is_loss()),
                Piece::Gap(gap) => so_far.add_gap(gap),
            }
            selection.piece(&name, piece)
        };
        let decoder = self.decoders.of(input);
        let parts = self.filter.parts();
        let read = match self.filter.span.needs_zone() {
            true => self
                .zones()
                .of_reader(watched)
                .map_err(DecodeError::Read)
                .and_then(|(zone, started)| record::read_parts(decoder, started, self.judge(zone), parts, show)),
            false => record::read_parts(decoder, watched, self.judge(Zone::default()), parts, show),
        };
        let report = match read {
            Ok(report) => {
                if !report.has_blocks() && report.text == 0 {
                    selection.out().abandon();
                }
                report
            }
            // What was lost before the end is told all the same.
            Err(DecodeError::Show(Stop::Enough)) => so_far,
            Err(DecodeError::Show(Stop::Write(error) | Stop::Spool(error))) => return Err(cannot_write(error)),
            Err(DecodeError::Read(error)) => {
                self.fail(&cannot_read(input, error), ended);
                if any {
                    let name = quoted(&input.name());
                    self.printer.warning(format!("{name}: only the part before the error was read"));
                }
                so_far
            }
        };
        self.tell(input, &Came { report, markers, notes }, ended);
        if self.limits.count {
            let count = selection.passed() - before;
            let line = if self.look.names { format!("{name}:{count}\n") } else { format!("{count}\n") };
            selection.out().whole_line(line.as_bytes()).map_err(cannot_write)?;
        }
        selection.next_file();
        Ok(())
    }

    fn is_enough<W: Write>(&self, selection: &Selection<W>) -> bool {
        self.limits.most.is_some_and(|most| selection.passed() >= most)
    }

    /// Shows all logs as one, in order of time.
    pub fn merged<W: Write>(&self, logs: &[FoundInput], out: Out<W>) -> Result<Ended> {
        let mut ended = Ended::default();
        let (mut inputs, mut notes) = (Vec::new(), Vec::new());
        for found in logs {
            match found {
                FoundInput::Log(input) => {
                    inputs.push(input.clone());
                    notes.push(Notes::default());
                }
                FoundInput::Streamed(sequence) => sequence.copies(&mut |copy| match copy {
                    Ok(Copied { member, broken }) => {
                        inputs.push(Input::Member(member));
                        notes.push(Notes::broken(broken));
                    }
                    Err(problem) => {
                        ended.flawed = true;
                        inputs::tell(problem, self.printer);
                    }
                }),
            }
        }
        let keep_all = self.limits.has_context();
        let zones: Vec<_> = inputs.par_iter().map(|input| self.zones().of(input)).collect();
        let lanes = inputs.iter().zip(&notes).zip(zones).map(|((input, notes), zone)| {
            let rules = merge::LaneRules { judge: self.judge(zone), parts: self.filter.parts(), zone, keep_all };
            let open = move || Ok(Watched::noting(input.open()?.0, Pace::of(input), notes.clone()));
            Lane::new(open, input.reopens(), self.decoders.of(input), rules)
        });
        let mut lanes: Vec<_> = lanes.collect();
        let names: Vec<_> = inputs.iter().map(|input| shown(input, self.look.json)).collect();
        let mut selection = Selection::new(self.limits, out);
        let merged = merge::merge(&mut lanes, self.room, |index, piece| {
            selection.piece(names.get(index).map_or("", String::as_str), piece)
        });
        match merged {
            Ok(()) | Err(Stop::Enough) => {}
            Err(Stop::Write(error)) => return Err(cannot_write(error)),
            // What was shown before is good.
            Err(Stop::Spool(error)) => self.fail(&cannot_merge(error), &mut ended),
        }
        for ((lane, input), notes) in lanes.into_iter().zip(&inputs).zip(&notes) {
            let (report, markers, error) = lane.end();
            if let Some(error) = error {
                self.fail(&cannot_read(input, error), &mut ended);
            }
            self.tell(input, &Came { report, markers, notes: notes.clone() }, &mut ended);
        }
        if self.limits.count {
            let line = format!("{}\n", selection.passed());
            selection.out().whole_line(line.as_bytes()).map_err(cannot_write)?;
        }
        selection.out().flush().map_err(cannot_write)?;
        ended.passed = selection.passed();
        self.tell_cuts(&selection);
        self.hint(&ended);
        Ok(ended)
    }

    fn open(&self, input: &Input) -> Result<InputReader> {
        Ok(input.open().map_err(|error| cannot_read(input, error))?.0)
    }

    fn fail(&self, error: &anyhow::Error, ended: &mut Ended) {
        ended.flawed = true;
        self.printer.error(error);
    }

    /// Says what is wrong with a log.
    fn tell(&self, input: &Input, came: &Came, ended: &mut Ended) {
        let Came { report, markers, notes } = came;
        let name = quoted(&input.name());
        let broken = notes.take_broken();
        if report.bytes > 0 && report.text == 0 && !report.has_blocks() && broken.is_none() {
            let hint = Hint(notes.hint(report.bytes).into());
            return self.fail(&anyhow!("{name}: no xlog block found, and no text").context(hint), ended);
        }
        if notes.is_empty() {
            self.printer.warning(format!("{name} is empty"));
            // A log has a block at least.
            ended.flawed |= input.name().extension().is_some_and(|extension| extension.eq_ignore_ascii_case("xlog"));
        }
        if let Some(cause) = &broken {
            problems::tell_broken(&name, cause, self.printer);
        }
        for problem in problems::of(report) {
            self.printer.warning(format!("{name}: {problem}"));
        }
        if *markers > 0 {
            let markers = Count(*markers, "marker");
            self.printer.warning(format!("{name} has {markers}: something was missing when it was decoded"));
        }
        ended.flawed |= broken.is_some() || !report.is_intact() || *markers > 0;
        for client in &report.clients {
            Report::add_client(&mut ended.clients, client);
        }
    }

    /// Says where records were not shown whole.
    fn tell_cuts<W: Write>(&self, selection: &Selection<W>) {
        if selection.is_context_cut() {
            self.printer.warning(format!("context before a match was cut to {} MiB", HELD >> 20));
        }
        if selection.is_broken_off() {
            let parts = "a record of more than 1 MiB was shown up to the part that matches a pattern of -v";
            self.printer.warning(parts);
        }
    }

    fn hint(&self, ended: &Ended) {
        if !ended.clients.is_empty() {
            self.printer.hint(problems::key_hint(&ended.clients, self.has_keys));
        }
    }
}

/// What came of a log.
struct Came {
    report: Report,
    markers: u64,
    notes: Notes,
}

fn cannot_read(input: &Input, error: io::Error) -> anyhow::Error {
    anyhow!(error).context(format!("cannot read {}", quoted(&input.name())))
}

fn cannot_merge(error: io::Error) -> anyhow::Error {
    let cause = ProblemCause::from(error);
    let hint = cause.hint().map(|hint| Hint(hint.into()));
    problems::hinted((anyhow!(cause).context("cannot merge further"), hint))
}

fn cannot_write(error: io::Error) -> anyhow::Error {
    anyhow!(error).context("cannot write standard output")
}
