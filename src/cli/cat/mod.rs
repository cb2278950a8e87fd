//! `imlog cat`: logs and texts by record.

pub mod args;
mod hours;
mod merge;
mod newest;
mod out;
mod select;

use std::io::{self, BufWriter, IsTerminal, Write};
use std::path::PathBuf;

use anyhow::{Context, Result, anyhow};

use super::decode::total::problems;
use super::printer::{Hint, Printer, Shown};
use super::{Status, keys, status};
use crate::decode::{Decoder, Error, Report};
use crate::filter::{Filter, Pattern, PatternOptions, Span, Zone};
use crate::input::{Input, LogFile, Reader, walk};
use crate::output::marker::Count;
use crate::record::{self, Form, Found, Head, Piece};

use args::{CatArgs, FilterArgs, OutputArgs};
use merge::Lane;
use out::{Look, Out};
use select::{Limits, Selection, Stop};

/// Bytes that are written at once.
const WRITE: usize = 256 << 10;

/// Shows everything that was asked for.
pub fn run(args: CatArgs, printer: &Printer) -> Result<Status> {
    let decoder = Decoder::new(keys::ring(&args.keys)?);
    let pattern = pattern(&args.filter)?;
    let sources = Sources::new(&args.paths, printer);
    if sources.inputs.is_empty() {
        return Ok(if sources.any_path { Status::Flawed } else { Status::Nothing });
    }
    let threads = rayon::ThreadPoolBuilder::new().num_threads(usize::from(args.jobs));
    let threads = threads.build().context("cannot start the threads")?;
    threads.install(|| {
        let filter = filter(args.filter, pattern, &sources.inputs, &decoder)?;
        let choosy = match filter.hours() {
            Some(hours) => Some(Decoder::new(keys::ring(&args.keys)?).with_choice(move |header| hours.touch(header))),
            None => None,
        };
        let decoders = Decoders { all: decoder, choosy };
        let look = look(&args.output, &filter, sources.inputs.len());
        let out = Out::new(BufWriter::with_capacity(WRITE, io::stdout()), look);
        let run = Run { decoders: &decoders, filter: &filter, printer, output: &args.output, names: look.names };
        let ended = if args.output.merge { run.merged(&sources, out) } else { run.one_by_one(&sources, out) }?;
        let flawed = sources.failed || ended.flawed;
        Ok(if flawed || ended.passed == 0 && !filter.is_empty() { Status::Flawed } else { Status::Whole })
    })
}

/// The logs to be read.
#[derive(Default)]
struct Sources {
    inputs: Vec<Input>,
    /// Whether any path was there at all.
    any_path: bool,
    failed: bool,
}

impl Sources {
    fn new(paths: &[PathBuf], printer: &Printer) -> Sources {
        let here = [PathBuf::from(".")];
        let mut sources = Sources::default();
        for path in if paths.is_empty() { &here } else { paths } {
            let name = Shown(path);
            match std::fs::metadata(path) {
                _ if path.as_os_str() == "-" => sources.inputs.push(Input::Stdin),
                Ok(metadata) if metadata.is_dir() => {
                    let before = sources.inputs.len();
                    for found in walk::logs(path) {
                        match found {
                            Ok(file) => sources.inputs.push(Input::File(file)),
                            Err(error) => {
                                let place = format!("cannot read `{}`", Shown(&error.path));
                                sources.fail(printer, &anyhow!(error.error).context(place));
                            }
                        }
                    }
                    if sources.inputs.len() == before {
                        sources.fail(printer, &anyhow!("no logs in `{name}`"));
                    }
                }
                Ok(_) => sources.inputs.push(Input::File(LogFile { path: path.clone(), depth: 1 })),
                Err(error) => {
                    let is_there = error.kind() != io::ErrorKind::NotFound;
                    sources.fail(printer, &anyhow!(error).context(format!("cannot read `{name}`")));
                    sources.any_path |= is_there;
                    continue;
                }
            }
            sources.any_path = true;
        }
        sources
    }

    fn fail(&mut self, printer: &Printer, error: &anyhow::Error) {
        self.failed = true;
        printer.error(error);
    }
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

fn filter(args: FilterArgs, pattern: Option<Pattern>, inputs: &[Input], decoder: &Decoder) -> Result<Filter> {
    let zone = args.zone.map_or(Zone::At(local_zone), Zone::Fixed);
    let counts_back = [args.since, args.until].into_iter().flatten().any(|when| when.needs_newest());
    let newest = if counts_back { newest::newest(inputs, decoder, zone)? } else { Default::default() };
    let span = Span {
        start: args.since.map(|when| when.start(newest, zone)),
        end: args.until.map(|when| when.end(newest, zone)),
        zone,
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

/// The zone of this machine at a time of its wall clock, in minutes ahead of UTC.
fn local_zone(wall: i64) -> i16 {
    use chrono::{DateTime, Local, Offset, TimeZone};
    let offset = DateTime::from_timestamp_millis(wall)
        .and_then(|time| Local.offset_from_local_datetime(&time.naive_utc()).earliest())
        .map_or(0, |offset| offset.fix().local_minus_utc());
    (offset / 60) as i16
}

fn look(args: &OutputArgs, filter: &Filter, inputs: usize) -> Look {
    let color = anstream::AutoStream::choice(&io::stdout()) != anstream::ColorChoice::Never;
    Look {
        json: args.json,
        color,
        visible: io::stdout().is_terminal(),
        names: args.with_filename || inputs > 1 && !args.no_filename,
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
}

/// A log, and what it is called.
fn name(input: &Input) -> String {
    input.path().map_or("(standard input)".into(), |path| Shown(path).to_string())
}

impl Run<'_> {
    fn limits(&self) -> Limits {
        let OutputArgs { after_context, before_context, context, count, max_count, .. } = self.output;
        let of = |one: &Option<usize>| one.or(*context).unwrap_or(0);
        Limits { before: of(before_context), after: of(after_context), most: *max_count, count: *count }
    }

    fn judge(&self) -> impl Fn(&Head, &[u8]) -> bool + Copy + Send + Sync {
        |head, text| self.filter.passes(head, text)
    }

    fn one_by_one<W: Write + Send>(&self, sources: &Sources, out: Out<W>) -> Result<Ended> {
        let mut selection = Selection::new(self.limits(), out);
        let mut ended = Ended::default();
        for input in &sources.inputs {
            let (name, before) = (name(input), selection.passed());
            let mut markers = 0;
            let show = |piece: Piece<'_>| {
                markers += count_marker(&piece);
                selection.piece(&name, piece)
            };
            let read = self.open(input).and_then(|reader| {
                match record::read(self.decoders.of(input), reader, self.judge(), show) {
                    Ok(report) => Ok(Some(report)),
                    Err(Error::Show(Stop::Enough)) => Ok(None),
                    Err(Error::Show(Stop::Write(error))) => Err(cannot_write(error)),
                    Err(Error::Read(error)) => Err(anyhow!(error).context(format!("cannot read `{name}`"))),
                }
            });
            match read {
                Err(error) if status::is_closed_pipe(&error) => return Err(error),
                Err(error) => {
                    ended.flawed = true;
                    self.printer.error(&error);
                }
                Ok(report) => {
                    let report = report.unwrap_or_default();
                    if !report.has_blocks() && report.text == 0 {
                        selection.out().abandon();
                    }
                    ended.flawed |= self.tell(&name, report, markers);
                }
            }
            if self.output.count && !self.output.merge {
                self.count(&name, selection.passed() - before, &mut selection)?;
            }
            if self.output.max_count.is_some_and(|most| selection.passed() >= most) {
                break;
            }
            selection.next_file();
        }
        selection.out().flush().map_err(cannot_write)?;
        ended.passed = selection.passed();
        Ok(ended)
    }

    fn merged<W: Write>(&self, sources: &Sources, out: Out<W>) -> Result<Ended> {
        let limits = self.limits();
        let keep_all = limits.before > 0 || limits.after > 0;
        let rules = merge::Rules { judge: self.judge(), zone: self.filter.span.zone, keep_all };
        let lanes = sources.inputs.iter().map(|input| {
            let reopens = *input != Input::Stdin;
            Lane::new(move || Ok(input.open()?.0), reopens, self.decoders.of(input), rules)
        });
        let mut lanes: Vec<_> = lanes.collect();
        let names: Vec<_> = sources.inputs.iter().map(name).collect();
        let mut selection = Selection::new(limits, out);
        let mut ended = Ended::default();
        let mut markers = vec![0; lanes.len()];
        let merged = merge::merge(&mut lanes, |index, piece| {
            if let Some(markers) = markers.get_mut(index) {
                *markers += count_marker(&piece);
            }
            selection.piece(names.get(index).map_or("", String::as_str), piece)
        });
        match merged {
            Ok(()) | Err(Stop::Enough) => {}
            Err(Stop::Write(error)) => return Err(cannot_write(error)),
        }
        for ((lane, name), markers) in lanes.into_iter().zip(&names).zip(markers) {
            let (report, error) = lane.end();
            if let Some(error) = error {
                ended.flawed = true;
                self.printer.error(&anyhow!(error).context(format!("cannot read `{name}`")));
            }
            ended.flawed |= self.tell(name, report, markers);
        }
        if self.output.count {
            let line = format!("{}\n", selection.passed());
            selection.out().whole_line(line.as_bytes()).map_err(cannot_write)?;
        }
        selection.out().flush().map_err(cannot_write)?;
        ended.passed = selection.passed();
        Ok(ended)
    }

    fn open(&self, input: &Input) -> Result<Reader> {
        let (reader, _) = input.open().with_context(|| format!("cannot read `{}`", name(input)))?;
        Ok(reader)
    }

    fn count<W: Write>(&self, name: &str, count: u64, selection: &mut Selection<W>) -> Result<()> {
        let line = if self.names { format!("{name}:{count}\n") } else { format!("{count}\n") };
        selection.out().whole_line(line.as_bytes()).map_err(cannot_write)
    }

    /// Says what is wrong with a log; returns whether anything is.
    fn tell(&self, name: &str, report: Report, markers: u64) -> bool {
        if report.bytes > 0 && report.text == 0 && !report.has_blocks() {
            self.printer.error(&anyhow!("`{name}`: no xlog block found, and no text"));
            return true;
        }
        for problem in problems(&report) {
            self.printer.warning(format!("`{name}`: {problem}"));
        }
        if markers > 0 {
            let markers = Count(markers, "marker");
            self.printer.warning(format!("`{name}`: {markers}: something was missing when it was decoded"));
        }
        !report.is_whole() || markers > 0
    }
}

fn count_marker(piece: &Piece<'_>) -> u64 {
    let is_loss = |found: &Found<'_>| found.head.form == Form::Marker && record::tells_of_loss(found.text);
    u64::from(matches!(piece, Piece::Record(found) if is_loss(found)))
}

fn cannot_write(error: io::Error) -> anyhow::Error {
    anyhow!(error).context("cannot write standard output")
}
