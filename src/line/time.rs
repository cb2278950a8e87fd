//! When something was logged.

use std::fmt;

use chrono::{Datelike, NaiveDate};

/// Milliseconds of a day.
pub const DAY: i64 = 86_400_000;

/// A time as a line gives it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Time {
    /// What the phone's clock showed: in milliseconds since 1970-01-01 00:00 on that clock.
    pub wall: i64,
    /// How many minutes that clock was ahead of UTC, if the line says so.
    pub zone: Option<i16>,
}

impl Time {
    /// The moment, in milliseconds since 1970 in UTC. A time without a zone is taken to be `assumed` minutes
    /// ahead of UTC.
    pub fn instant(self, assumed: i16) -> i64 {
        self.wall - i64::from(self.zone.unwrap_or(assumed)) * 60_000
    }

    /// Year, month from 1, day from 1.
    pub fn date(self) -> (i64, u32, u32) {
        let date = civil(self.wall.div_euclid(DAY));
        (date.year().into(), date.month(), date.day())
    }

    /// Day of its wall clock, since 1970-01-01.
    pub fn day(self) -> i64 {
        self.wall.div_euclid(DAY)
    }

    /// Hour of its wall clock.
    pub fn hour(self) -> u8 {
        (self.wall.rem_euclid(DAY) / 3_600_000) as u8
    }
}

/// Length of `+08:00`.
const ZONE_LEN: usize = 6;

/// RFC 3339, with milliseconds; without a zone, the offset is left out.
impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = self.date();
        let rest = self.wall.rem_euclid(DAY);
        // This is written for every record of a log, and `write!` with a format for each field takes several times as long.
        let mut text = *b"0000-00-00T00:00:00.000+00:00";
        let fields = [
            (0, year.rem_euclid(10_000) / 100),
            (2, year.rem_euclid(100)),
            (5, month.into()),
            (8, day.into()),
            (11, rest / 3_600_000),
            (14, rest / 60_000 % 60),
            (17, rest / 1000 % 60),
            (20, rest % 1000 / 10),
            (21, rest % 100),
        ];
        for (at, number) in fields {
            two_digits(&mut text, at, number);
        }
        let len = match self.zone {
            None => text.len() - ZONE_LEN,
            Some(zone) => {
                let minutes = i64::from(zone.unsigned_abs());
                two_digits(&mut text, 24, minutes / 60 % 100);
                two_digits(&mut text, 27, minutes % 60);
                if zone < 0 {
                    text[23] = b'-';
                }
                text.len()
            }
        };
        f.write_str(text.get(..len).and_then(|text| std::str::from_utf8(text).ok()).unwrap_or_default())
    }
}

/// As it is displayed.
#[cfg(feature = "serde")]
impl serde::Serialize for Time {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

fn two_digits(text: &mut [u8], at: usize, number: i64) {
    if let Some([tens, ones]) = text.get_mut(at..at + 2) {
        (*tens, *ones) = (b'0' + (number / 10) as u8, b'0' + (number % 10) as u8);
    }
}

/// 1970-01-01, as chrono counts days.
const EPOCH: i32 = 719_163;

/// Days since 1970-01-01 of a date in the Gregorian calendar; `None` if there is no such month or day.
pub fn days(year: u32, month: u32, day: u32) -> Option<i64> {
    let date = NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, month, day)?;
    Some(i64::from(date.num_days_from_ce() - EPOCH))
}

/// The date that this many days since 1970-01-01 make. Of one beyond the calendar, which no line can name: 1970-01-01.
fn civil(days: i64) -> NaiveDate {
    let days = i32::try_from(days).ok().and_then(|days| days.checked_add(EPOCH));
    days.and_then(NaiveDate::from_num_days_from_ce_opt).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_counted_from_1970() {
        for ((year, month, day), since) in [
            ((1970, 1, 1), 0),
            ((2000, 2, 29), 11_016),
            ((2023, 11, 5), 19_666),
            ((0, 1, 1), -719_528),
            ((9999, 12, 31), 2_932_896),
        ] {
            assert_eq!(days(year, month, day), Some(since));
            assert_eq!(Time { wall: since * DAY, zone: None }.date(), (i64::from(year), month, day));
        }
        for (year, month, day) in [(2023, 2, 29), (2023, 13, 1), (2023, 0, 1), (2023, 4, 31), (2023, 1, 0)] {
            assert_eq!(days(year, month, day), None);
        }
    }

    #[test]
    fn shows_as_rfc_3339() {
        let wall = days(2023, 11, 5).unwrap() * DAY + 51_558_434;
        let time = Time { wall, zone: Some(-210) };
        assert_eq!(time.to_string(), "2023-11-05T14:19:18.434-03:30");
        assert_eq!(Time { wall, zone: None }.to_string(), "2023-11-05T14:19:18.434");
        assert_eq!(Time { wall: 7, zone: None }.to_string(), "1970-01-01T00:00:00.007");
        assert_eq!(Time { wall: -1, zone: None }.to_string(), "1969-12-31T23:59:59.999");
        assert_eq!(time.instant(0), wall + 210 * 60_000);
        assert_eq!(Time { wall, zone: None }.instant(480), wall - 480 * 60_000);
    }
}
