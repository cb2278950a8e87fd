//! The zone of a line that names none: the one that its log names first. Lines of the IM SDK name none, but the log
//! writer's first line does. If a log names none at all, it is the zone of this machine.

use std::io::{self, Chain, Cursor, Read};

use super::watch::{Pace, Watched};
use crate::decode::Decoder;
use crate::filter::Zone;
use crate::input::Input;
use crate::record::{self, Piece};

/// How much of a log's start is searched for a zone, in bytes.
const SAMPLE: u64 = 256 << 10;

/// Finds the zones of logs.
#[derive(Clone, Copy)]
pub struct Zones<'a> {
    /// The zone that the user gave, in minutes ahead of UTC.
    pub given: Option<i16>,
    /// To read the start of a log.
    pub decoder: &'a Decoder,
}

/// A log whose start has been read already, to be read from its start.
pub type Started<R> = Chain<Cursor<Vec<u8>>, R>;

impl Zones<'_> {
    /// The zone of a log that can be opened again. What cannot be read is reported when it is shown.
    pub fn of(&self, input: &Input) -> Zone {
        let sample = || {
            let (reader, _) = input.again().open().ok()?;
            let mut sample = Vec::new();
            let watched = Watched::noting(reader, Pace::of(input), Default::default());
            watched.take(SAMPLE).read_to_end(&mut sample).ok()?;
            Some(sample)
        };
        match self.given {
            Some(minutes) => Zone::Fixed(minutes),
            None if input.reopens() => self.of_sample(&sample().unwrap_or_default()),
            None => Zone::At(local),
        }
    }

    /// The zone of the log that `reader` reads, and a reader of all of it.
    pub fn of_reader<R: Read>(&self, mut reader: R) -> io::Result<(Zone, Started<R>)> {
        let mut sample = Vec::new();
        reader.by_ref().take(SAMPLE).read_to_end(&mut sample)?;
        let zone = self.given.map_or_else(|| self.of_sample(&sample), Zone::Fixed);
        Ok((zone, Cursor::new(sample).chain(reader)))
    }

    fn of_sample(&self, sample: &[u8]) -> Zone {
        let mut zone = None;
        let show = |piece: Piece<'_>| match piece {
            Piece::Record(found) => {
                zone = zone.or(found.head.time.and_then(|time| time.zone));
                if zone.is_some() { Err(()) } else { Ok(()) }
            }
            Piece::Gap(_) | Piece::Partial(_) => Ok(()),
        };
        // The error only ends the reading.
        let _ = record::read_records(self.decoder, sample, |_, _| true, show);
        zone.map_or(Zone::At(local), Zone::Fixed)
    }
}

/// The zone of this machine at a time of its wall clock, in minutes ahead of UTC.
fn local(wall: i64) -> i16 {
    use chrono::{DateTime, Local, Offset, TimeZone};
    let offset = |wall| {
        let time = DateTime::from_timestamp_millis(wall)?;
        Local.offset_from_local_datetime(&time.naive_utc()).earliest()
    };
    // A time in the hour that is skipped in spring counts as if the clock had not been put forward.
    let offset = offset(wall).or_else(|| offset(wall - 3_600_000));
    (offset.map_or(0, |offset| offset.fix().local_minus_utc()) / 60) as i16
}
