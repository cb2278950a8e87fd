//! The newest line of the logs: what `14:00` and `2h` count from.

use std::convert::Infallible;
use std::io::{self, Read, Seek, SeekFrom};

use anyhow::{Context, Result, anyhow, bail};
use rayon::prelude::*;

use super::printer::Hint;
use super::watch::{Pace, Watched};
use super::zones::Zones;
use crate::decode::Decoder;
use crate::filter::{Bound, Span, When, Zone};
use crate::input::expand::{FoundInput, StreamedArchive, StreamedLog};
use crate::input::{Input, InputReader};
use crate::record::{self, Form, Piece, Time};

/// How much of a log's end is read at first, in bytes: it holds many blocks. If none has a time, more is read.
const END: u64 = 1 << 20;

/// The span from `since` to `until`, as they were given. `newest` and `zone` are those that [`newest`] has found.
///
/// # Errors
/// If it ends before it starts, or counts from a start that it does not have.
pub fn span(since: Option<When>, until: Option<When>, newest: Time, zone: Zone) -> Result<Span> {
    if matches!(since, Some(When::After(_))) {
        let hint =
            Hint("`--since 14:00 --until +5m` are five minutes from 14:00 on; `--since 5m` are the last five".into());
        return Err(anyhow!("--since cannot count from itself").context(hint));
    }
    if matches!(until, Some(When::After(_))) && since.is_none() {
        let hint = Hint("give both, as in `--since 14:00 --until +5m`".into());
        return Err(anyhow!("`--until +…` counts from --since, which is missing").context(hint));
    }
    let start = since.map(|when| when.start(newest, zone));
    let span = Span { start, end: until.map(|when| when.end(start, newest, zone)) };
    if span.is_reversed() {
        return Err(anyhow!("--since is after --until").context(Hint("--since is the start, --until the end".into())));
    }
    Ok(span)
}

/// Which times those are that were counted from the newest line, in words; `None` if none was.
pub fn in_words(since: Option<When>, until: Option<When>, newest: Time, zone: Zone) -> Option<String> {
    let is_counted = [since, until].into_iter().flatten().any(|when| when.needs_newest());
    // On a clock that shows the zone of the newest line.
    let ahead = (newest.wall - zone.instant(newest)) / 60_000;
    let shown = |bound| match bound {
        Bound::Wall(wall) => seconds(Time { wall, zone: None }),
        Bound::Instant(at) => seconds(Time { wall: at + ahead * 60_000, zone: i16::try_from(ahead).ok() }),
    };
    let start = since.map(|when| when.start(newest, zone));
    let from = start.map(|start| format!("from {} ", shown(start))).unwrap_or_default();
    let to = until.map(|when| match when {
        When::After(_) => format!("to {} ", shown(when.end(start, newest, zone))),
        When::Day(_) => {
            format!("to the end of {} ", shown(when.start(newest, zone)).split(' ').next().unwrap_or_default())
        }
        when => format!("to {} ", shown(when.start(newest, zone))),
    });
    is_counted.then(|| format!("{from}{}(the newest line is of {})", to.unwrap_or_default(), seconds(newest)))
}

/// A time as people write it, to the second.
fn seconds(time: Time) -> String {
    let text = time.to_string();
    let (date, clock) = text.split_once('T').unwrap_or((&text, ""));
    let (clock, rest) = clock.split_at_checked(8).unwrap_or((clock, ""));
    let zone = rest.get(4..).filter(|zone| !zone.is_empty()).map(|zone| format!(" {zone}")).unwrap_or_default();
    format!("{date} {clock}{zone}")
}

/// When the newest line of `logs` was logged, and the zone of lines that name none in its log.
///
/// # Errors
/// If none of them has a time, or one is standard input, which can be read only once.
pub fn newest(logs: &[FoundInput], zones: Zones<'_>) -> Result<(Time, Zone)> {
    let hint = || Hint("give the day too, as in `2023-11-05 14:00`".into());
    let reopens = |found: &FoundInput| match found {
        FoundInput::Log(input) => input.reopens(),
        FoundInput::Streamed(archive) => !archive.route().is_stdin(),
    };
    if !logs.iter().all(reopens) {
        bail!(
            anyhow!("standard input can be read only once, so there is no newest line to count from").context(hint())
        );
    }
    // What cannot be read is reported when it is shown.
    let of_found = |found: &FoundInput| match found {
        FoundInput::Log(input) => of_input(&input.again(), zones).ok().flatten(),
        FoundInput::Streamed(archive) => of_archive(&archive.again(), zones),
    };
    let newest = logs.par_iter().filter_map(of_found).max_by_key(|(time, zone)| zone.instant(*time));
    let hint = "give the day too, as in `2023-11-05 14:00`; if the logs are encrypted, give the key";
    newest.context(Hint(hint.into())).context("no line has a time to count from")
}

fn of_input(input: &Input, zones: Zones<'_>) -> io::Result<Option<(Time, Zone)>> {
    let (mut end, zone) = (END, zones.of(input));
    loop {
        let (mut file, size) = match input.open()? {
            (InputReader::File(file), Some(size)) => (file, size),
            // What is not seekable is read whole.
            (reader, _) => {
                return Ok(of_reader(
                    Watched::noting(reader, Pace::of(input), Default::default()),
                    zones.decoder,
                    zone,
                ));
            }
        };
        file.seek(SeekFrom::Start(size.saturating_sub(end)))?;
        let found = of_reader(file, zones.decoder, zone);
        if found.is_some() || end >= size {
            return Ok(found);
        }
        end *= 8;
    }
}

fn of_archive(archive: &StreamedArchive, zones: Zones<'_>) -> Option<(Time, Zone)> {
    let mut times = Vec::new();
    let Ok(()) = archive.visit(&mut |passing| {
        if let Ok(StreamedLog { member, reader }) = passing {
            let input = Input::Member(member);
            let watched = Watched::noting(reader, Pace::of(&input), Default::default());
            if let Ok((found, started)) = zones.of_reader(&input, watched) {
                times.extend(of_reader(started, zones.decoder, found.zone));
            }
        }
        Ok::<_, Infallible>(())
    });
    times.into_iter().max_by_key(|(time, zone)| zone.instant(*time))
}

fn of_reader(reader: impl Read + Send, decoder: &Decoder, zone: Zone) -> Option<(Time, Zone)> {
    let mut newest: Option<Time> = None;
    let show = |piece: Piece<'_>| {
        // The log writer's own notes are not what people mean by a line.
        if let Piece::Record(found) = piece
            && found.head.form != Form::Note
            && let Some(time) = found.head.time
            && newest.is_none_or(|newest| zone.instant(newest) < zone.instant(time))
        {
            newest = Some(time);
        }
        Ok::<_, Infallible>(())
    };
    // If it breaks off, what came before counts.
    let _ = record::read_records(decoder, reader, |_, _| true, show);
    newest.map(|newest| (newest, zone))
}
