//! `imlog cat`: logs and texts by record.

pub mod args;
mod context;
mod follow;
mod hours;
mod merge;
mod out;
mod run;
mod select;
mod tail;

use std::io::{self, BufWriter, IsTerminal};

use anyhow::{Context, Result};

use super::inputs::FoundPaths;
use super::printer::{Hint, Printer};
use super::stdout::json_or_styled;
use super::{Status, interrupt, keys};
use crate::decode::Decoder;
use crate::filter::{Filter, Pattern, PatternOptions};
use crate::input::expand::{Expander, FoundInput};
use crate::input::wanted::Wanted;
use crate::redact::Redactor;

use super::newest;
use super::zones::{self, Neighbours, Zones};
use args::{CatArgs, FilterArgs, OutputArgs};
use follow::Followed;
use merge::round::Room;
use out::{LineStyle, Out};
use run::{CatRun, Decoders};
use select::SelectionLimits;

/// Size of a write to standard output, in bytes.
const WRITE: usize = 256 << 10;

/// Shows everything that was asked for.
pub fn run(args: CatArgs, printer: &Printer) -> Result<Status> {
    zones::check_machine()?;
    let redactor = args.redact.redactor(None)?;
    let ring = keys::ring(&args.read.keys)?;
    let has_keys = !ring.is_empty();
    let decoder = Decoder::new(ring.clone()).with_text_limit(args.read.text_limit());
    let pattern = pattern(&args.filter)?;
    let expander = Expander::new(Wanted { texts: true }, (&args.read.archives).into());
    if args.output.follow && !matches!(args.paths.as_slice(), [path] if path.as_os_str() == "-") {
        return follow(args, (decoder, has_keys), (pattern, redactor), &expander, printer);
    }
    let finds = FoundPaths::new(&args.paths, &expander, printer);
    if finds.missing.iter().any(|path| path.extension().is_none() && path.components().count() == 1) {
        printer.hint("a PATH is a file or folder; to search, use `-e PATTERN`");
    }
    if finds.paths.is_empty() {
        return Ok(if finds.any_path { Status::Flawed } else { Status::Nothing });
    }
    let logs: Vec<_> = finds.paths.into_iter().flat_map(|(_, logs)| logs).collect();
    args.read.threads()?.install(|| {
        let (zone, tail) = (args.filter.zone, args.output.tail);
        let neighbours = Neighbours::of(&logs);
        let filter = filter(args.filter, pattern, &logs, (&decoder, &neighbours), printer)?;
        let limits = limits(&args.output);
        let skipping = filter.span.hours().filter(|_| !limits.has_context() && tail.is_none()).map(|hours| {
            // The lines that continue a record may be in the next hour.
            let hours = hours.and_next();
            let decoder = Decoder::new(ring).with_text_limit(args.read.text_limit());
            decoder.with_choice(move |header| hours.touch(header))
        });
        let decoders = Decoders { all: decoder, skipping };
        let is_one = matches!(logs.as_slice(), [FoundInput::Log(_)]);
        let style = LineStyle { zone, ..line_style(&args.output, &filter, is_one) };
        let out = Out::new(BufWriter::with_capacity(WRITE, json_or_styled(style.json)), style, redactor);
        let room = Room { spool: expander.spool(), most: expander.limits.spool, open: merge::KEEP_OPEN };
        let run = CatRun {
            decoders: &decoders,
            filter: &filter,
            printer,
            limits,
            style,
            has_keys,
            zone,
            neighbours: &neighbours,
            room,
        };
        let ended = match tail {
            _ if args.output.merge => run.merged(tail, &logs, out),
            Some(wanted) => run.tails(wanted, &logs, out),
            None => run.one_by_one(&logs, out),
        }?;
        if zone.is_none() && (args.output.merge || filter.span.needs_zone()) {
            neighbours.say(filter.span.needs_zone(), printer);
        }
        let has_map = ended.redactor.as_ref().is_none_or(|redactor| args.redact.write_map(redactor, printer));
        let flawed = finds.failed > 0 || ended.flawed || !has_map;
        Ok(if flawed || ended.passed == 0 { Status::Flawed } else { Status::Intact })
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
        let neighbours = Neighbours::of(&logs);
        let filter = filter(args.filter, pattern, &logs, (&decoder, &neighbours), printer)?;
        let (limits, is_one) = (limits(&args.output), matches!(args.paths.as_slice(), [path] if !path.is_dir()));
        let style = LineStyle { zone, ..line_style(&args.output, &filter, is_one) };
        let out = Out::new(BufWriter::with_capacity(WRITE, json_or_styled(style.json)), style, redactor);
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
            room,
        };
        let (ended, status) = run.follow(followed, args.output.tail, args.output.merge, out)?;
        let has_map = ended.redactor.as_ref().is_none_or(|redactor| args.redact.write_map(redactor, printer));
        let flawed = ended.flawed || !has_map;
        Ok(if status == Status::Intact && flawed { Status::Flawed } else { status })
    })
}

fn pattern(args: &FilterArgs) -> Result<Option<Pattern>> {
    if args.regexp.is_empty() {
        return Ok(None);
    }
    let options =
        PatternOptions { fixed: args.fixed_strings, ignore_case: args.ignore_case, inverted: args.invert_match };
    let hint = || Hint("with -F, patterns are plain text".into());
    Pattern::new(&args.regexp, options).with_context(hint).map(Some)
}

fn filter(
    args: FilterArgs,
    pattern: Option<Pattern>,
    logs: &[FoundInput],
    (decoder, neighbours): (&Decoder, &Neighbours),
    printer: &Printer,
) -> Result<Filter> {
    let counts_back = [args.since, args.until].into_iter().flatten().any(|when| when.needs_newest());
    let (newest, zone) = match counts_back {
        true => newest::newest(logs, Zones { given: args.zone, decoder, neighbours })?,
        false => Default::default(),
    };
    let span = newest::span(args.since, args.until, newest, zone)?;
    newest::in_words(args.since, args.until, newest, zone).into_iter().for_each(|words| printer.note(words));
    Ok(Filter {
        level: args.level,
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
    LineStyle {
        json: args.json,
        color,
        visible: io::stdout().is_terminal(),
        names: args.with_filename || !is_one && !args.no_filename,
        zone: None,
        // Among filtered records, a marker would be in the way; what is missing is still reported.
        markers: !args.no_markers && (args.json || filter.is_empty()),
    }
}
