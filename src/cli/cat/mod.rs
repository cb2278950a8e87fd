//! `imlog cat`: logs and texts by record.

pub mod args;
mod context;
mod follow;
mod hours;
mod merge;
mod out;
mod run;
mod select;
mod short_names;
mod show;
#[cfg(feature = "tables")]
mod tables;
mod tail;

use std::io::{self, BufWriter, IsTerminal, Write};
use std::path::PathBuf;
use std::sync::mpsc;
use std::thread;

use anyhow::{Context, Result, anyhow};
use indicatif::ProgressBar;

use super::inputs::{FoundPaths, WithoutPath};
use super::printer::{Hint, Printer, Shown};
use super::silence::{Breaks, Silence};
use super::stdout::json_or_styled;
use super::{Status, interrupt, keys};
use crate::decode::Decoder;
use crate::filter::{Filter, Pattern, PatternOptions};
use crate::input::expand::{Expander, FoundInput};
use crate::input::wanted::Wanted;
use crate::output::excerpt::quoted;
use crate::redact::Redactor;

use super::newest;
#[cfg(feature = "tables")]
use super::sources::Sources;
use super::zones::{self, Neighbours, Zones};
use args::{CatArgs, FilterArgs, OutputArgs};
use follow::Followed;
use merge::round::Room;
use out::{LineStyle, Names, Out};
use run::{CatRun, Decoders};
use select::SelectionLimits;

/// Size of a write to standard output, in bytes.
const WRITE: usize = 256 << 10;

/// Shows everything that was asked for.
pub fn run(args: CatArgs, printer: &Printer) -> Result<Status> {
    zones::check_machine()?;
    check_first(&args.paths)?;
    #[cfg(feature = "tables")]
    let tables = tables::TablePlan::new(&args.tables)?;
    #[cfg(not(feature = "tables"))]
    let tables = None::<std::convert::Infallible>;
    let redactor = args.redact.redactor(None)?;
    let ring = keys::ring(&args.read.keys)?;
    let has_keys = !ring.is_empty();
    let decoder = Decoder::new(ring.clone()).with_text_limit(args.read.text_limit());
    let pattern = pattern(&args.filter)?;
    let expander = args.read.expander(Wanted { texts: true })?;
    if args.output.follow && !matches!(args.paths.as_slice(), [path] if path.as_os_str() == "-") {
        return follow(args, (decoder, has_keys), (pattern, redactor), &expander, printer);
    }
    let finds = FoundPaths::new(&args.paths, WithoutPath::StdinOrHere, &expander, printer);
    if finds.paths.is_empty() && (tables.is_none() || !finds.any_path) {
        return Ok(if finds.any_path { Status::Flawed } else { Status::Nothing });
    }
    let logs: Vec<_> = finds.paths.into_iter().flat_map(|(_, logs)| logs).collect();
    let silence = Silence::new(logs.iter().map(FoundInput::packed_len).sum(), printer);
    let threads = args.read.threads()?;
    let show = || {
        let (zone, tail) = (args.filter.zone, args.output.tail);
        let default_zone = args.read.zone;
        let neighbours = Neighbours::of(&logs);
        let zones = Zones { given: zone, default: default_zone, decoder: &decoder, neighbours: &neighbours };
        let filter = filter(args.filter, pattern, &logs, zones, printer)?;
        let limits = limits(&args.output);
        let skipping =
            filter.span.hours().filter(|_| !limits.has_context() && tail.is_none() && tables.is_none()).map(|hours| {
                // The lines that continue a record may be in the next hour.
                let hours = hours.and_next();
                let decoder = Decoder::new(ring).with_text_limit(args.read.text_limit());
                decoder.with_choice(move |header| hours.touch(header))
            });
        let decoders = Decoders { all: decoder, skipping };
        let is_one = matches!(logs.as_slice(), [FoundInput::Log(_)]);
        let style = line_style(&args.output, &filter, is_one);
        let style = LineStyle { zone, places: style.places && decoders.skipping.is_none(), ..style };
        let room = Room { spool: expander.spool(), most: expander.limits.spool, open: merge::KEEP_OPEN };
        let progress = silence.bar();
        let run = CatRun {
            decoders: &decoders,
            filter: &filter,
            printer,
            limits,
            style,
            has_keys,
            zone,
            neighbours: &neighbours,
            default_zone,
            room,
            progress,
        };
        #[cfg(feature = "tables")]
        let redactor = match &tables {
            Some(plan) => {
                let others: Vec<_> = args.read.keys.key_file.iter().map(PathBuf::as_path).collect();
                let sources = Sources::new(&logs, &others, has_keys);
                let ended = run.tables(plan, &sources, (&finds.unread, &logs), redactor)?;
                if interrupt::happened() {
                    return Ok(Status::Interrupted);
                }
                let has_map = args.redact.write_map(ended.redactor.as_ref(), printer);
                let flawed = finds.failed > 0 || ended.flawed || !has_map;
                return Ok(if flawed || ended.passed == 0 { Status::Flawed } else { Status::Intact });
            }
            None => redactor,
        };
        let out = out(Breaks::new(json_or_styled(style.json), &silence), style, &filter, redactor);
        let ended = match tail {
            _ if args.output.merge => run.merged(tail, &logs, out),
            Some(wanted) => run.tails(wanted, &logs, out),
            None => run.one_by_one(&logs, out),
        }?;
        if zone.is_none() && (args.output.merge || filter.span.needs_zone()) {
            neighbours.say(filter.span.needs_zone(), printer);
        }
        let has_map = args.redact.write_map(ended.redactor.as_ref(), printer);
        let flawed = finds.failed > 0 || ended.flawed || !has_map;
        Ok(if flawed || ended.passed == 0 { Status::Flawed } else { Status::Intact })
    };
    thread::scope(|scope| {
        let (alive, over) = mpsc::channel();
        if printer.shows_progress() {
            scope.spawn(|| silence.watch(over));
        }
        let shown = threads.install(show);
        drop(alive);
        shown
    })
}

/// Shows what was asked for, and then what is added to it.
fn follow(
    args: CatArgs,
    (decoder, has_keys): (Decoder, bool),
    (pattern, redactor): (Option<Pattern>, Option<Redactor>),
    expander: &Expander,
    printer: &Printer,
) -> Result<Status> {
    let followed = Followed::new(&args.paths, expander, printer)?;
    interrupt::watch();
    args.read.threads()?.install(|| {
        let (zone, logs) = (args.filter.zone, followed.logs());
        let (neighbours, default_zone) = (Neighbours::of(&logs), args.read.zone);
        let zones = Zones { given: zone, default: default_zone, decoder: &decoder, neighbours: &neighbours };
        let filter = filter(args.filter, pattern, &logs, zones, printer)?;
        let (limits, is_one) = (limits(&args.output), matches!(args.paths.as_slice(), [path] if !path.is_dir()));
        let style = LineStyle { zone, ..line_style(&args.output, &filter, is_one) };
        let out = out(json_or_styled(style.json), style, &filter, redactor);
        let room = Room { spool: expander.spool(), most: expander.limits.spool, open: merge::KEEP_OPEN };
        let decoders = Decoders { all: decoder, skipping: None };
        let run = CatRun {
            decoders: &decoders,
            filter: &filter,
            printer,
            limits,
            style,
            has_keys,
            zone,
            neighbours: &neighbours,
            default_zone,
            room,
            progress: ProgressBar::hidden(),
        };
        let (ended, status) = run.follow(followed, args.output.tail, args.output.merge, out)?;
        let has_map = args.redact.write_map(ended.redactor.as_ref(), printer);
        let flawed = ended.flawed || !has_map;
        Ok(if status == Status::Intact && flawed { Status::Flawed } else { status })
    })
}

/// Writes records to `writer`, in this style.
fn out<W: Write>(writer: W, style: LineStyle, filter: &Filter, redactor: Option<Redactor>) -> Out<BufWriter<W>> {
    let pattern = filter.pattern.clone().filter(|_| style.shows_matches());
    Out::new(BufWriter::with_capacity(WRITE, writer), style, redactor).with_pattern(pattern)
}

/// Makes sure that the first PATH is none of grep's patterns. What is named like a log is a log that is missing.
fn check_first(paths: &[PathBuf]) -> Result<()> {
    let Some((first, others)) = paths.split_first() else { return Ok(()) };
    // A pattern may be what Windows takes for no name.
    let is_missing = first
        .symlink_metadata()
        .is_err_and(|error| matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::InvalidFilename));
    let name = first.to_string_lossy();
    let is_like_path = name.contains(['/', '\\', ':']) || Wanted { texts: true }.class(first).is_some();
    if !is_missing || is_like_path || name == "-" {
        return Ok(());
    }
    let paths: Vec<_> = others.iter().map(|path| quoted(&path.to_string_lossy())).collect();
    let paths = if paths.is_empty() { "PATH".into() } else { paths.join(" ") };
    let hint = format!("to search, give the pattern with -e: `imlog cat -e {} {paths}`", quoted(&name));
    Err(anyhow!("`{}` is neither a file nor a folder", Shown(first)).context(Hint(hint)))
}

fn pattern(args: &FilterArgs) -> Result<Option<Pattern>> {
    if args.regexp.is_empty() {
        return Ok(None);
    }
    let options = PatternOptions {
        fixed: args.fixed_strings,
        ignore_case: args.ignore_case,
        inverted: args.invert_match,
        all: args.and,
    };
    let hint = || Hint("with -F, patterns are plain text".into());
    Pattern::new(&args.regexp, options).with_context(hint).map(Some)
}

fn filter(
    args: FilterArgs,
    pattern: Option<Pattern>,
    logs: &[FoundInput],
    zones: Zones<'_>,
    printer: &Printer,
) -> Result<Filter> {
    let counts_back = [args.since, args.until].into_iter().flatten().any(|when| when.needs_newest());
    let (newest, zone) = match counts_back {
        true => newest::newest(logs, zones)?,
        false => Default::default(),
    };
    let span = newest::span(args.since, args.until, newest, zone)?;
    newest::in_words(args.since, args.until, newest, zone).into_iter().for_each(|words| printer.note(words));
    Ok(Filter {
        levels: args.level,
        span,
        tags: args.tag.into_iter().map(String::into_bytes).collect(),
        pids: args.pid,
        tids: args.tid,
        codes: args.code,
        places: args.source,
        pattern,
    })
}

fn limits(args: &OutputArgs) -> SelectionLimits {
    let of = |one: Option<usize>| one.or(args.context).unwrap_or(0);
    let (before, after) = (of(args.before_context), of(args.after_context));
    SelectionLimits { before, after, most: args.max_count, count: args.count }
}

fn line_style(args: &OutputArgs, filter: &Filter, is_one: bool) -> LineStyle {
    let color = anstream::AutoStream::choice(&io::stdout()) != anstream::ColorChoice::Never;
    let visible = io::stdout().is_terminal();
    let with_names = args.with_filename || !is_one && !args.no_filename;
    // Merged records come from one file and then another.
    let has_headings = (args.heading || visible && !args.no_heading) && !args.merge;
    let names = match (with_names, has_headings) {
        (false, _) => Names::None,
        (true, true) => Names::Heading,
        (true, false) => Names::Prefix,
    };
    LineStyle {
        json: args.json,
        color,
        visible,
        names,
        zone: None,
        // Among filtered records, a marker would be in the way; what is missing is still reported.
        markers: !args.no_markers && (args.json || filter.is_empty()),
        only_matching: args.only_matching,
        places: args.tail.is_none() && !args.follow,
    }
}
