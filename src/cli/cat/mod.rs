//! `imlog cat`: logs and texts by record.

pub mod args;
mod hours;
mod merge;
mod newest;
mod out;
mod select;
mod zones;

use std::io::{self, BufWriter, IsTerminal, Read, Write};

use anyhow::{Context, Result, anyhow};
use indicatif::ProgressBar;
use rayon::prelude::*;

use super::inputs::{Finds, quoted};
use super::printer::{Hint, Printer, Shown};
use super::watch::{Notes, Pace, Watched};
use super::{Status, inputs, keys, problems};
use crate::decode::{Decoder, Error, Report};
use crate::filter::{Filter, Pattern, PatternOptions, Span, Zone};
use crate::input::bundle::Passing;
use crate::input::expand::{Expander, Found};
use crate::input::wanted::Wanted;
use crate::input::{Input, Reader};
use crate::output::marker::Count;
use crate::record::{self, Head, Piece};
use crate::xlog::header::ClientKey;

use args::{CatArgs, FilterArgs, OutputArgs};
use merge::Lane;
use out::{Look, Out};
use select::{Limits, Selection, Stop};
use zones::Zones;

/// Bytes that are written at once.
const WRITE: usize = 256 << 10;

/// Shows everything that was asked for.
pub fn run(args: CatArgs, printer: &Printer) -> Result<Status> {
    let ring = keys::ring(&args.keys)?;
    let has_keys = !ring.is_empty();
    let decoder = Decoder::new(ring.clone());
    let pattern = pattern(&args.filter)?;
    let expander = Expander::new(Wanted { texts: true }, (&args.bundles).into());
    let finds = Finds::new(&args.paths, &expander, printer);
    if finds.missing.iter().any(|path| path.extension().is_none() && path.components().count() == 1) {
        printer.hint("a PATH is a file or folder; to search, give `-e PATTERN`");
    }
    if finds.paths.is_empty() {
        return Ok(if finds.any_path { Status::Flawed } else { Status::Nothing });
    }
    let logs: Vec<_> = finds.paths.into_iter().flat_map(|(_, logs)| logs).collect();
    let threads = rayon::ThreadPoolBuilder::new().num_threads(usize::from(args.jobs));
    let threads = threads.build().context("cannot start the threads")?;
    threads.install(|| {
        let zone = args.filter.zone;
        let filter = filter(args.filter, pattern, &logs, &decoder)?;
        let OutputArgs { after_context, before_context, context, .. } = &args.output;
        let has_context = [after_context, before_context, context].into_iter().any(|some| some.is_some_and(|n| n > 0));
        let choosy = filter.hours().filter(|_| !has_context).map(|hours| {
            // What a record goes on with may stand in the next hour.
            let hours = hours.and_next();
            Decoder::new(ring.clone()).with_choice(move |header| hours.touch(header))
        });
        let decoders = Decoders { all: decoder, choosy };
        let is_one = matches!(logs.as_slice(), [Found::Log(_)]);
        let look = look(&args.output, &filter, is_one);
        let out = Out::new(BufWriter::with_capacity(WRITE, io::stdout()), look);
        let run = Run {
            decoders: &decoders,
            filter: &filter,
            printer,
            output: &args.output,
            names: look.names,
            has_keys,
            zone,
        };
        let ended = if args.output.merge { run.merged(&logs, out) } else { run.one_by_one(&logs, out) }?;
        let flawed = finds.failed || ended.flawed;
        Ok(if flawed || ended.passed == 0 { Status::Flawed } else { Status::Whole })
    })
}

fn pattern(args: &FilterArgs) -> Result<Option<Pattern>> {
    if args.regexp.is_empty() {
        return Ok(None);
    }
    let options =
        PatternOptions { fixed: args.fixed_strings, ignore_case: args.ignore_case, inverted: args.invert_match };
    let hint = || Hint("with -F, patterns are taken as they stand".into());
    Pattern::new(&args.regexp, options).with_context(hint).map(Some)
}

fn filter(args: FilterArgs, pattern: Option<Pattern>, logs: &[Found], decoder: &Decoder) -> Result<Filter> {
    let counts_back = [args.since, args.until].into_iter().flatten().any(|when| when.needs_newest());
    let (newest, zone) = match counts_back {
        true => newest::newest(logs, Zones { given: args.zone, decoder })?,
        false => Default::default(),
    };
    let span = Span {
        start: args.since.map(|when| when.start(newest, zone)),
        end: args.until.map(|when| when.end(newest, zone)),
    };
    if span.is_reversed() {
        let hint = Hint("--since is where it starts, --until where it ends".into());
        return Err(anyhow!("--since is after --until").context(hint));
    }
    Ok(Filter {
        level: args.level,
        span,
        tags: args.tag.into_iter().map(String::into_bytes).collect(),
        pids: args.pid,
        tids: args.tid,
        places: args.source,
        pattern,
    })
}

fn look(args: &OutputArgs, filter: &Filter, is_one: bool) -> Look {
    let color = anstream::AutoStream::choice(&io::stdout()) != anstream::ColorChoice::Never;
    Look {
        json: args.json,
        color,
        visible: io::stdout().is_terminal(),
        names: args.with_filename || !is_one && !args.no_filename,
        // Among single records, a line that is none of them would be in the way; what is missing is told all the same.
        markers: !args.no_markers && (args.json || filter.is_empty()),
    }
}

struct Run<'a> {
    decoders: &'a Decoders,
    filter: &'a Filter,
    printer: &'a Printer,
    output: &'a OutputArgs,
    names: bool,
    has_keys: bool,
    /// The zone of lines that name none, if the user says it.
    zone: Option<i16>,
}

/// Decoders of one run.
struct Decoders {
    all: Decoder,
    /// Passes over blocks of other hours.
    choosy: Option<Decoder>,
}

impl Decoders {
    fn of(&self, input: &Input) -> &Decoder {
        self.choosy.as_ref().filter(|_| hours::are_those_of_the_lines(input, &self.all)).unwrap_or(&self.all)
    }
}

/// How it ended.
#[derive(Default)]
struct Ended {
    passed: u64,
    flawed: bool,
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

impl Run<'_> {
    fn limits(&self) -> Limits {
        let OutputArgs { after_context, before_context, context, count, max_count, .. } = self.output;
        let of = |one: &Option<usize>| one.or(*context).unwrap_or(0);
        Limits { before: of(before_context), after: of(after_context), most: *max_count, count: *count }
    }

    fn judge(&self, zone: Zone) -> impl Fn(&Head, &[u8]) -> bool + Copy + Send + Sync {
        move |head, text| self.filter.passes(head, text, zone)
    }

    fn zones(&self) -> Zones<'_> {
        Zones { given: self.zone, decoder: &self.decoders.all }
    }

    fn one_by_one<W: Write + Send>(&self, logs: &[Found], out: Out<W>) -> Result<Ended> {
        let mut selection = Selection::new(self.limits(), out);
        let mut ended = Ended::default();
        for found in logs {
            match found {
                Found::Log(input) => match self.open(input) {
                    Ok(reader) => self.log(input, reader, &mut selection, &mut ended)?,
                    Err(error) => self.fail(&error, &mut ended),
                },
                Found::Sequence(sequence) => {
                    let visited = sequence.visit(&mut |passing| match passing {
                        Ok(Passing { member, reader }) => {
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
        let (name, before) = (shown(input, self.output.json), selection.passed());
        let (mut markers, mut so_far) = (0, Report::default());
        let watched = Watched::new(reader, Pace::of(input), ProgressBar::hidden());
        let notes = watched.notes();
        let show = |piece: Piece<'_>| {
            match &piece {
                Piece::Record(found) => markers += u64::from(found.is_loss()),
                Piece::Gap(gap) => so_far.add_gap(gap),
            }
            selection.piece(&name, piece)
        };
        let decoder = self.decoders.of(input);
        let read = match self.filter.span.needs_zone() {
            true => self
                .zones()
                .of_reader(watched)
                .map_err(Error::Read)
                .and_then(|(zone, started)| record::read(decoder, started, self.judge(zone), show)),
            false => record::read(decoder, watched, self.judge(Zone::default()), show),
        };
        let report = match read {
            Ok(report) => report,
            // What was lost before the end is told all the same.
            Err(Error::Show(Stop::Enough)) => so_far,
            Err(Error::Show(Stop::Write(error))) => return Err(cannot_write(error)),
            Err(Error::Read(error)) => {
                self.fail(&cannot_read(input, error), ended);
                Report::default()
            }
        };
        if !report.has_blocks() && report.text == 0 {
            selection.out().abandon();
        }
        self.tell(input, &Came { report, markers, notes }, ended);
        if self.output.count && !self.output.merge {
            let count = selection.passed() - before;
            let line = if self.names { format!("{name}:{count}\n") } else { format!("{count}\n") };
            selection.out().whole_line(line.as_bytes()).map_err(cannot_write)?;
        }
        selection.next_file();
        Ok(())
    }

    fn is_enough<W: Write>(&self, selection: &Selection<W>) -> bool {
        self.output.max_count.is_some_and(|most| selection.passed() >= most)
    }

    fn merged<W: Write>(&self, logs: &[Found], out: Out<W>) -> Result<Ended> {
        let mut ended = Ended::default();
        let mut inputs = Vec::new();
        for found in logs {
            match found {
                Found::Log(input) => inputs.push(input.clone()),
                Found::Sequence(sequence) => {
                    for member in sequence.members() {
                        match member {
                            Ok(member) => inputs.push(Input::Member(member)),
                            Err(problem) => {
                                ended.flawed = true;
                                inputs::tell(problem, self.printer);
                            }
                        }
                    }
                }
            }
        }
        let limits = self.limits();
        let keep_all = limits.before > 0 || limits.after > 0;
        let zones: Vec<_> = inputs.par_iter().map(|input| self.zones().of(input)).collect();
        let notes: Vec<_> = inputs.iter().map(|_| Notes::default()).collect();
        let lanes = inputs.iter().zip(&notes).zip(zones).map(|((input, notes), zone)| {
            let rules = merge::Rules { judge: self.judge(zone), zone, keep_all };
            let open = move || Ok(Watched::noting(input.open()?.0, Pace::of(input), notes.clone()));
            Lane::new(open, input.reopens(), self.decoders.of(input), rules)
        });
        let mut lanes: Vec<_> = lanes.collect();
        let names: Vec<_> = inputs.iter().map(|input| shown(input, self.output.json)).collect();
        let mut selection = Selection::new(limits, out);
        let merged = merge::merge(&mut lanes, |index, piece| {
            selection.piece(names.get(index).map_or("", String::as_str), piece)
        });
        match merged {
            Ok(()) | Err(Stop::Enough) => {}
            Err(Stop::Write(error)) => return Err(cannot_write(error)),
        }
        for ((lane, input), notes) in lanes.into_iter().zip(&inputs).zip(&notes) {
            let (report, markers, error) = lane.end();
            if let Some(error) = error {
                self.fail(&cannot_read(input, error), &mut ended);
            }
            self.tell(input, &Came { report, markers, notes: notes.clone() }, &mut ended);
        }
        if self.output.count {
            let line = format!("{}\n", selection.passed());
            selection.out().whole_line(line.as_bytes()).map_err(cannot_write)?;
        }
        selection.out().flush().map_err(cannot_write)?;
        ended.passed = selection.passed();
        self.hint(&ended);
        Ok(ended)
    }

    fn open(&self, input: &Input) -> Result<Reader> {
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
            self.printer.warning(format!("{name}: it is empty"));
        }
        if let Some(cause) = &broken {
            self.printer.warning(format!("{name}: breaks off: {cause}"));
        }
        for problem in problems::of(report) {
            self.printer.warning(format!("{name}: {problem}"));
        }
        if *markers > 0 {
            let markers = Count(*markers, "marker");
            self.printer.warning(format!("{name}: {markers}: something was missing when it was decoded"));
        }
        ended.flawed |= broken.is_some() || !report.is_whole() || *markers > 0;
        for client in &report.clients {
            if ended.clients.len() < Report::MAX_CLIENTS && !ended.clients.contains(client) {
                ended.clients.push(*client);
            }
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

fn cannot_write(error: io::Error) -> anyhow::Error {
    anyhow!(error).context("cannot write standard output")
}
