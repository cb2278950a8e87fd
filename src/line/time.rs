//! When something was logged.

use std::fmt;

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
        civil(self.wall.div_euclid(DAY))
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

/// RFC 3339, with milliseconds; without a zone, the offset is left out.
impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = self.date();
        let rest = self.wall.rem_euclid(DAY);
        let mut text = *b"T00:00:00.000";
        let fields = [(1, rest / 3_600_000), (4, rest / 60_000 % 60), (7, rest / 1000 % 60), (10, rest % 1000 / 10)];
        for (at, number) in fields {
            two_digits(&mut text, at, number);
        }
        two_digits(&mut text, 11, rest % 100);
        // Without the formatter, as this is written for every record of a log.
        let mut date = *b"0000-00-00";
        two_digits(&mut date, 0, year.rem_euclid(10_000) / 100);
        two_digits(&mut date, 2, year.rem_euclid(100));
        two_digits(&mut date, 5, month.into());
        two_digits(&mut date, 8, day.into());
        for part in [&date[..], &text[..]] {
            f.write_str(std::str::from_utf8(part).unwrap_or_default())?;
        }
        match self.zone {
            None => Ok(()),
            Some(zone) => {
                let (sign, minutes) = (if zone < 0 { '-' } else { '+' }, zone.unsigned_abs());
                write!(f, "{sign}{:02}:{:02}", minutes / 60, minutes % 60)
            }
        }
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

/// Days since 1970-01-01 of a date in the Gregorian calendar; `None` if there is no such month or day.
pub fn days(year: u32, month: u32, day: u32) -> Option<i64> {
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    let length = match month {
        4 | 6 | 9 | 11 => 30,
        2 => 28 + u32::from(leap),
        1..=12 => 31,
        _ => return None,
    };
    if day == 0 || day > length {
        return None;
    }
    // Years that begin in March have the leap day at their end.
    let (year, month) = if month <= 2 { (i64::from(year) - 1, month + 9) } else { (i64::from(year), month - 3) };
    let (era, of_era) = (year.div_euclid(400), year.rem_euclid(400));
    let of_year = i64::from((153 * month + 2) / 5 + day - 1);
    Some(era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468)
}

/// The reverse: year, month and day.
fn civil(days: i64) -> (i64, u32, u32) {
    let days = days + 719_468;
    let (era, of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month + 2) / 5 + 1;
    let (year, month) = if month < 10 { (year + era * 400, month + 3) } else { (year + era * 400 + 1, month - 9) };
    (year, month as u32, day as u32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_calendar_agrees_with_another() {
        use chrono::{Datelike, NaiveDate};
        for step in 0..20_000 {
            let date = NaiveDate::from_ymd_opt(1901, 1, 1).unwrap() + chrono::Days::new(step * 17);
            let since = (date - NaiveDate::default()).num_days();
            assert_eq!(days(date.year() as u32, date.month(), date.day()), Some(since));
            assert_eq!(civil(since), (i64::from(date.year()), date.month(), date.day()));
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
