//! What all rows of a file share, and which times a column can hold.

use crate::filter::Zone;
use crate::line::Time;

/// What all rows of a file share.
#[derive(Clone, Debug)]
pub struct LogFacts {
    /// The file, as JSON names it.
    pub path: String,
    /// What it is in an archive.
    pub member: Option<String>,
    /// The app's package, if the path says it.
    pub app: Option<String>,
    /// The zone of lines that name none.
    pub zone: Zone,
    /// How that is known: `option`, `log`, `neighbours` or `config`. `None`: it is not, whatever `zone` is.
    pub zone_from: Option<&'static str>,
}

impl LogFacts {
    /// The zone of a time, in minutes ahead of UTC, and how it is known.
    pub fn zone_of(&self, time: Time) -> Option<(i16, &'static str)> {
        time.zone.map(|zone| (zone, "line")).or_else(|| self.zone())
    }

    /// The zone of lines that name none, in minutes ahead of UTC, and how it is known.
    pub fn zone(&self) -> Option<(i16, &'static str)> {
        match self.zone {
            Zone::Fixed(zone) => self.zone_from.map(|from| (zone, from)),
            Zone::At(_) => None,
        }
    }
}

/// The first moment that is too late for a column: 2262-01-01, beyond which pandas and others that count nanoseconds fail.
const END: i64 = 9_214_646_400_000;

/// Milliseconds since 1970, if a column can hold them.
pub fn moment(millis: i64) -> Option<i64> {
    (0..END).contains(&millis).then_some(millis)
}
