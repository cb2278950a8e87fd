//! Times as people write them, and the spans between them.
//!
//! A time without a zone is compared with what the line says: the clock of the phone, in whatever zone. A time with a
//! zone, or relative to the newest line, is a moment. To compare that, and to merge the lines of several files, a line
//! without a zone is taken to be in the zone that the caller assumes.

use std::str::FromStr;

use crate::line::Time;
use crate::line::time::{DAY, days};

/// The zone that is assumed for a line that names none: minutes ahead of UTC, which may depend on the wall clock in
/// milliseconds.
#[derive(Clone, Copy, Debug)]
pub enum Zone {
    /// This one.
    Fixed(i16),
    /// It depends on the time, as daylight saving does.
    At(fn(i64) -> i16),
}

impl Zone {
    /// The moment of a time, in milliseconds since 1970 in UTC.
    pub fn instant(self, time: Time) -> i64 {
        match (time.zone, self) {
            (Some(_), _) => time.instant(0),
            (None, Zone::Fixed(minutes)) => time.instant(minutes),
            (None, Zone::At(minutes)) => time.instant(minutes(time.wall)),
        }
    }
}

impl Default for Zone {
    fn default() -> Zone {
        Zone::Fixed(0)
    }
}

/// No clock is further from UTC, in milliseconds.
const FARTHEST: i64 = 15 * 3_600_000;

/// One end of a span, in milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bound {
    /// On the clock of the phone.
    Wall(i64),
    /// In UTC.
    Instant(i64),
}

/// A span of time.
#[derive(Clone, Copy, Debug, Default)]
pub struct Span {
    /// The first moment in it.
    pub start: Option<Bound>,
    /// The first moment after it.
    pub end: Option<Bound>,
}

impl Span {
    /// Whether it has no ends.
    pub fn is_unbounded(&self) -> bool {
        self.start.is_none() && self.end.is_none()
    }

    /// Whether it matters which zone is assumed for a line that names none.
    pub fn needs_zone(&self) -> bool {
        [self.start, self.end].into_iter().flatten().any(|bound| matches!(bound, Bound::Instant(_)))
    }

    /// Whether `time` is in it; `zone` is assumed if the time names none.
    pub fn contains(&self, time: Time, zone: Zone) -> bool {
        let is_before = |bound| match bound {
            Bound::Wall(at) => time.wall < at,
            Bound::Instant(at) => zone.instant(time) < at,
        };
        self.start.is_none_or(|bound| !is_before(bound)) && self.end.is_none_or(is_before)
    }

    /// Whether something that lasted from `first` to `last` reaches into it.
    pub fn overlaps(&self, first: Time, last: Time, zone: Zone) -> bool {
        let from_start = Span { start: self.start, end: None };
        let to_end = Span { start: None, end: self.end };
        from_start.contains(last, zone) && to_end.contains(first, zone)
    }

    /// Whether it ends before it starts, in any zone.
    pub fn is_reversed(&self) -> bool {
        match (self.start, self.end) {
            (Some(Bound::Wall(start)), Some(Bound::Wall(end))) => end <= start,
            (Some(Bound::Instant(start)), Some(Bound::Instant(end))) => end <= start,
            (Some(Bound::Wall(start)), Some(Bound::Instant(end))) => end + FARTHEST <= start,
            (Some(Bound::Instant(start)), Some(Bound::Wall(end))) => end + FARTHEST <= start,
            _ => false,
        }
    }
}

/// A time as a person wrote it. It lasts as long as it is precise: a day, a minute, a millisecond.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// `2023-11-05`, `2023-11-05 14:00`, with a zone or without: start and length in milliseconds.
    At(Bound, i64),
    /// `14:00`: on the day of the newest line.
    OfDay(i64, i64),
    /// `today`, `yesterday`: so many days before that of the newest line.
    Day(i64),
    /// `2h`, `2 hours ago`: this long before the newest line, in milliseconds.
    Ago(i64),
    /// `+5m`: this long after the start of the span, in milliseconds. It can only be its end.
    After(i64),
}

/// The text is not a time.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "not a time; try `2023-11-05`, `2023-11-05 14:00`, `14:00`, `yesterday`, `2023-11-05T14:00:00+08:00`, or `2h` for two hours before the newest line"
)]
pub struct NoTime;

impl When {
    /// Whether it depends on the newest line.
    pub fn needs_newest(&self) -> bool {
        matches!(self, When::OfDay(..) | When::Day(_) | When::Ago(_))
    }

    /// The start of a span that starts with it. (That of [`After`](When::After) is the newest line: it starts no span.)
    pub fn start(self, newest: Time, zone: Zone) -> Bound {
        match self {
            When::At(bound, _) => bound,
            When::OfDay(at, _) => Bound::Wall(newest.day() * DAY + at),
            When::Day(back) => Bound::Wall((newest.day() - back) * DAY),
            When::Ago(ago) => Bound::Instant(zone.instant(newest).saturating_sub(ago)),
            When::After(_) => Bound::Instant(zone.instant(newest)),
        }
    }

    /// The end of a span that includes it, and starts at `start`.
    pub fn end(self, start: Option<Bound>, newest: Time, zone: Zone) -> Bound {
        match self {
            When::At(Bound::Wall(at), length) => Bound::Wall(at + length),
            When::At(Bound::Instant(at), length) => Bound::Instant(at + length),
            When::OfDay(at, length) => Bound::Wall(newest.day() * DAY + at + length),
            When::Day(back) => Bound::Wall((newest.day() - back + 1) * DAY),
            When::Ago(ago) => Bound::Instant(zone.instant(newest).saturating_sub(ago).saturating_add(1)),
            When::After(after) => match start.unwrap_or(Bound::Instant(zone.instant(newest))) {
                Bound::Wall(start) => Bound::Wall(start.saturating_add(after)),
                Bound::Instant(start) => Bound::Instant(start.saturating_add(after)),
            },
        }
    }
}

impl FromStr for When {
    type Err = NoTime;

    fn from_str(text: &str) -> Result<When, NoTime> {
        let lower = text.trim().to_ascii_lowercase();
        let read = |text: &str| {
            match text {
                "today" => return Some(When::Day(0)),
                "yesterday" => return Some(When::Day(1)),
                _ => {}
            }
            if let Some(after) = text.strip_prefix('+') {
                return length(after).map(When::After);
            }
            // `-2h` says the same as `2h` and `2h ago`.
            let ago = text.strip_prefix('-').or_else(|| text.strip_suffix(" ago")).unwrap_or(text);
            if let Some(ago) = length(ago.trim_end()) {
                return Some(When::Ago(ago));
            }
            if let Some((at, length)) = time_of_day(text) {
                return Some(When::OfDay(at, length));
            }
            let (date, rest) = date(text)?;
            let day = date * DAY;
            if rest.is_empty() {
                return Some(When::At(Bound::Wall(day), DAY));
            }
            let rest = rest.strip_prefix([' ', 't'])?.trim_start();
            let zone_at = rest.find(['z', '+', '-']).unwrap_or(rest.len());
            let (clock, named) = rest.split_at(zone_at);
            let (at, length) = time_of_day(clock.trim_end())?;
            let bound = match named {
                "" => Bound::Wall(day + at),
                _ => Bound::Instant(day + at - i64::from(zone(named)?) * 60_000),
            };
            Some(When::At(bound, length))
        };
        read(&lower).ok_or(NoTime)
    }
}

/// `yyyy-MM-dd`, `yyyy/M/d`, or `yyyyMMdd` as in the names of logs: days since 1970, and the rest.
fn date(text: &str) -> Option<(i64, &str)> {
    let (year, rest) = digits(text, 4)?;
    let separator = rest.chars().next().filter(|first| matches!(first, '-' | '/'));
    let part = |rest| match separator {
        Some(separator) => {
            let rest = str::strip_prefix(rest, separator)?;
            digits(rest, 2).or_else(|| digits(rest, 1))
        }
        None => digits(rest, 2),
    };
    let (month, rest) = part(rest)?;
    let (day, rest) = part(rest)?;
    Some((days(year, month, day)?, rest))
}

/// `HH:mm`, `HH:mm:ss` or `HH:mm:ss.SSS`: the millisecond of the day, and how long that lasts.
fn time_of_day(text: &str) -> Option<(i64, i64)> {
    let mut parts = text.splitn(3, ':');
    let (hour, minute, second) = (parts.next()?, parts.next()?, parts.next());
    let two = |text: &str, limit: u32| match digits(text, text.len().clamp(1, 2))? {
        (number, "") if number < limit => Some(i64::from(number)),
        _ => None,
    };
    let minutes = two(hour, 24)? * 60 + two(minute, 60)?;
    let Some(second) = second else { return Some((minutes * 60_000, 60_000)) };
    let (second, fraction) = match second.split_once('.') {
        Some((second, fraction)) => (second, Some(fraction)),
        None => (second, None),
    };
    let seconds = minutes * 60 + two(second, 60)?;
    let Some(fraction) = fraction else { return Some((seconds * 1000, 1000)) };
    let known = (1..=9).contains(&fraction.len()) && fraction.bytes().all(|byte| byte.is_ascii_digit());
    let millis: String = fraction.chars().chain("00".chars()).take(3).collect();
    let length = 10_i64.pow(3_u32.saturating_sub(fraction.len() as u32));
    known.then(|| millis.parse().ok()).flatten().map(|millis: i64| (seconds * 1000 + millis, length))
}

/// A zone as in RFC 3339, or without the colon, or with only hours: minutes ahead of UTC.
pub fn zone(text: &str) -> Option<i16> {
    if text.eq_ignore_ascii_case("z") || text.eq_ignore_ascii_case("utc") {
        return Some(0);
    }
    let ahead = match text.chars().next()? {
        '+' => 1,
        '-' => -1,
        _ => return None,
    };
    let (hours, rest) = digits(text.get(1..)?, 2)?;
    let minutes = match rest {
        "" => 0,
        rest => match digits(rest.strip_prefix(':').unwrap_or(rest), 2)? {
            (minutes, "") if minutes < 60 => minutes,
            _ => return None,
        },
    };
    (hours <= 15).then_some(ahead * (hours * 60 + minutes) as i16)
}

/// `2h`, `90m`, `1d12h`, `30s`, `2 hours`, `an hour`: milliseconds.
fn length(text: &str) -> Option<i64> {
    let one = ["a ", "an "].iter().find_map(|article| text.strip_prefix(article)).map(|unit| format!("1{unit}"));
    let (mut rest, mut sum) = (one.as_deref().unwrap_or(text), 0_i64);
    if rest.is_empty() {
        return None;
    }
    while !rest.is_empty() {
        let end = rest.find(|c: char| !c.is_ascii_digit())?;
        let (number, unit_on) = rest.split_at(end);
        let unit_end = unit_on.find(|c: char| c.is_ascii_digit()).unwrap_or(unit_on.len());
        let (unit, next) = unit_on.split_at(unit_end);
        let unit = match unit.trim() {
            "w" | "week" | "weeks" => 7 * DAY,
            "d" | "day" | "days" => DAY,
            "h" | "hr" | "hrs" | "hour" | "hours" => 3_600_000,
            "m" | "min" | "mins" | "minute" | "minutes" => 60_000,
            "s" | "sec" | "secs" | "second" | "seconds" => 1000,
            "ms" => 1,
            _ => return None,
        };
        sum = sum.checked_add(number.parse::<i64>().ok()?.checked_mul(unit)?)?;
        rest = next;
    }
    // Whatever exceeds a thousand years is a typing error.
    (sum < 1000 * 366 * DAY).then_some(sum)
}

/// The first `count` characters as a number, and the rest.
fn digits(text: &str, count: usize) -> Option<(u32, &str)> {
    let (digits, rest) = text.split_at_checked(count)?;
    digits.bytes().all(|byte| byte.is_ascii_digit()).then(|| digits.parse().ok()).flatten().map(|number| (number, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn newest() -> Time {
        // 2023-11-06 08:30 +08:00
        Time { wall: days(2023, 11, 6).unwrap() * DAY + 8 * 3_600_000 + 30 * 60_000, zone: Some(480) }
    }

    fn span(text: &str) -> (String, String) {
        let when: When = text.parse().unwrap_or_else(|_| panic!("{text}"));
        let show = |bound| match bound {
            Bound::Wall(wall) => Time { wall, zone: None }.to_string(),
            Bound::Instant(wall) => Time { wall, zone: Some(0) }.to_string(),
        };
        (show(when.start(newest(), Zone::default())), show(when.end(None, newest(), Zone::default())))
    }

    #[test]
    fn a_time_lasts_as_long_as_it_is_precise() {
        let expect = |text: &str, start: &str, end: &str| assert_eq!(span(text), (start.into(), end.into()), "{text}");
        expect("2023-11-05", "2023-11-05T00:00:00.000", "2023-11-06T00:00:00.000");
        expect("20231105", "2023-11-05T00:00:00.000", "2023-11-06T00:00:00.000");
        expect("2023-11-05 14:00", "2023-11-05T14:00:00.000", "2023-11-05T14:01:00.000");
        expect("2023-11-05T14:00:07", "2023-11-05T14:00:07.000", "2023-11-05T14:00:08.000");
        expect("2023-11-05 14:00:07.25", "2023-11-05T14:00:07.250", "2023-11-05T14:00:07.260");
        expect("2023-11-05T14:00:00+08:00", "2023-11-05T06:00:00.000+00:00", "2023-11-05T06:00:01.000+00:00");
        expect("2023-11-05 14:00Z", "2023-11-05T14:00:00.000+00:00", "2023-11-05T14:01:00.000+00:00");
        expect("7:15", "2023-11-06T07:15:00.000", "2023-11-06T07:16:00.000");
        expect("-2h", "2023-11-05T22:30:00.000+00:00", "2023-11-05T22:30:00.001+00:00");
        expect("07:15", "2023-11-06T07:15:00.000", "2023-11-06T07:16:00.000");
        expect("2h", "2023-11-05T22:30:00.000+00:00", "2023-11-05T22:30:00.001+00:00");
        expect("today", "2023-11-06T00:00:00.000", "2023-11-07T00:00:00.000");
        expect("Yesterday", "2023-11-05T00:00:00.000", "2023-11-06T00:00:00.000");
        expect("2023/11/05", "2023-11-05T00:00:00.000", "2023-11-06T00:00:00.000");
        expect("2023/1/5 14:00", "2023-01-05T14:00:00.000", "2023-01-05T14:01:00.000");
        for text in ["2h ago", "2 hours ago", "120 minutes ago", "1 hour 60 min ago", "2 hrs"] {
            expect(text, "2023-11-05T22:30:00.000+00:00", "2023-11-05T22:30:00.001+00:00");
        }
        expect("an hour ago", "2023-11-05T23:30:00.000+00:00", "2023-11-05T23:30:00.001+00:00");
        expect("1d12h", "2023-11-04T12:30:00.000+00:00", "2023-11-04T12:30:00.001+00:00");
    }

    #[test]
    fn other_texts_are_not_times() {
        for text in [
            "",
            "someday",
            "+",
            "+14:00",
            "ago",
            "hours ago",
            "2023/11-05",
            "2023-02-29",
            "2023-11-05 24:00",
            "14",
            "14:60",
            "2x",
            "h",
            "2023-11-05T",
            "2023-11",
            "99999999999999d",
            "2023-11-05 14:00+99:00",
        ] {
            assert_eq!(text.parse::<When>(), Err(NoTime), "{text}");
        }
    }

    #[test]
    fn clocks_with_clocks_and_moments_with_moments() {
        let at = |text: &str| text.parse::<When>().unwrap().start(newest(), Zone::default());
        let zone = Zone::Fixed(60);
        let from = |text: &str| Span { start: Some(at(text)), end: None };
        let zoned = Time { wall: days(2023, 11, 5).unwrap() * DAY + 14 * 3_600_000, zone: Some(480) };
        let plain = Time { zone: None, ..zoned };
        assert!(from("2023-11-05 14:00").contains(zoned, zone) && from("2023-11-05 14:00").contains(plain, zone));
        assert!(from("2023-11-05T06:00Z").contains(zoned, zone) && !from("2023-11-05T06:01Z").contains(zoned, zone));
        assert!(from("2023-11-05T13:00Z").contains(plain, zone) && !from("2023-11-05T13:01Z").contains(plain, zone));
    }

    #[test]
    fn a_length_counts_from_the_start() {
        let end = |start: &str| {
            let start = start.parse::<When>().unwrap().start(newest(), Zone::default());
            ("+5m".parse::<When>().unwrap().end(Some(start), newest(), Zone::default()), start)
        };
        assert!(matches!(end("14:00"), (Bound::Wall(end), Bound::Wall(start)) if end - start == 300_000));
        assert!(matches!(end("2h"), (Bound::Instant(end), Bound::Instant(start)) if end - start == 300_000));
    }

    #[test]
    fn the_end_comes_after_the_start() {
        let span = |start, end| Span { start: Some(start), end: Some(end) };
        assert!(span(Bound::Wall(5), Bound::Wall(5)).is_reversed());
        assert!(!span(Bound::Wall(5), Bound::Wall(6)).is_reversed());
        assert!(span(Bound::Instant(5), Bound::Instant(4)).is_reversed());
        assert!(span(Bound::Wall(DAY), Bound::Instant(0)).is_reversed());
        assert!(!span(Bound::Instant(DAY), Bound::Wall(DAY / 2)).is_reversed());
    }
}
