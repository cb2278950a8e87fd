//! Lines whose head nobody knows, but in which a date and a level stand at the start:
//! `ShowStart: 2022-01-09 +8.0 17:03:10.973/E/    /Operation …`, `2023/11/06 14:19:18 [WARN] …`.
//!
//! Such a head is weak: in a file with lines of another form, it is part of a message.

use super::cursor::Cursor;
use super::time::DAY;
use super::{Form, Head, Level, Time};

/// How much may come before the date, in bytes.
const BEFORE: usize = 24;
/// How far behind the time the level may stand, in bytes.
const NEAR: usize = 32;
/// And how many words.
const WORDS: usize = 3;

/// The head of such a line.
pub fn head(line: &[u8]) -> Option<Head> {
    let near = line.get(..line.len().min(BEFORE + DATE)).unwrap_or(line);
    // Four digits and a mark: most lines have none.
    let at = near.windows(5).position(|five| {
        let [digits @ .., mark] = five else { return false };
        matches!(mark, b'-' | b'/') && digits.iter().all(u8::is_ascii_digit)
    })?;
    let (before, from) = line.split_at_checked(at)?;
    if before.contains(&b'\n') || before.last().is_some_and(u8::is_ascii_digit) {
        return None;
    }
    let mut cursor = Cursor(from);
    let time = moment(&mut cursor)?;
    let rest = cursor.0;
    let rest = rest.get(..memchr::memchr(b'\n', rest).unwrap_or(rest.len()).min(NEAR)).unwrap_or_default();
    let level = words(before).chain(words(rest).take(WORDS)).find_map(level)?;
    Some(Head::new(Form::Dated, Some(level), Some(time)))
}

/// Length of `2023-11-05`.
const DATE: usize = 10;

fn words(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    text.split(|byte| !byte.is_ascii_alphanumeric()).filter(|word| !word.is_empty())
}

/// The level that a word stands for: a capital letter, or a name in any case.
pub fn level(word: &[u8]) -> Option<Level> {
    if let [letter] = word {
        return Level::of_letter(*letter);
    }
    Some(match word.to_ascii_lowercase().as_slice() {
        b"verbose" | b"trace" => Level::Verbose,
        b"debug" => Level::Debug,
        b"info" | b"notice" => Level::Info,
        b"warn" | b"warning" => Level::Warn,
        b"error" | b"err" => Level::Error,
        b"fatal" | b"critical" | b"assert" => Level::Fatal,
        _ => return None,
    })
}

/// The time that starts with this date: `2022-01-09 +8.0 17:03:10.973`, `2023/11/06T14:19:18,434+08:00`.
pub fn time(text: &[u8]) -> Option<Time> {
    moment(&mut Cursor(text.trim_ascii()))
}

fn moment(cursor: &mut Cursor<'_>) -> Option<Time> {
    let (date, rest) = cursor.0.split_at_checked(DATE)?;
    let date: Vec<_> = date.iter().map(|byte| if *byte == b'/' { b'-' } else { *byte }).collect();
    let day = Cursor(&date).date()?;
    cursor.0 = rest;
    cursor.skip(1, |byte| matches!(byte, b' ' | b'T'));
    let mut zone = None;
    let mut ahead = *cursor;
    if let Some(offset) = ahead.offset().filter(|_| ahead.literal(b" ").is_some()) {
        (zone, *cursor) = (Some(offset), ahead);
    }
    let of_day = cursor.time_of_day()?;
    // Others write a comma before the milliseconds.
    let mut millis = 0;
    if let [b',', f1 @ b'0'..=b'9', f2 @ b'0'..=b'9', f3 @ b'0'..=b'9', rest @ ..] = cursor.0 {
        millis = [f1, f2, f3].iter().fold(0, |all, digit| all * 10 + i64::from(*digit - b'0'));
        cursor.0 = rest;
    }
    if zone.is_none() {
        zone = ending_zone(cursor);
    }
    Some(Time { wall: day * DAY + of_day + millis, zone })
}

/// `Z`, `+08:00` or `+0800` behind a time.
fn ending_zone(cursor: &mut Cursor<'_>) -> Option<i16> {
    let mut ahead = *cursor;
    if ahead.literal(b"Z").is_some() {
        *cursor = ahead;
        return Some(0);
    }
    let sign = ahead.sign()?;
    let digits = ahead.0;
    let hours = ahead.number()?;
    let (hours, minutes) = match digits.len() - ahead.0.len() {
        4 => (hours / 100, hours % 100),
        2 => (hours, if ahead.literal(b":").is_some() { ahead.number()? } else { 0 }),
        _ => return None,
    };
    let minutes = i16::try_from(hours * 60 + minutes).ok().filter(|minutes| *minutes <= 15 * 60)?;
    *cursor = ahead;
    Some(sign * minutes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(line: &str) -> Option<(String, char)> {
        let head = head(line.as_bytes())?;
        Some((head.time?.to_string(), head.level?.letter()))
    }

    #[test]
    fn a_date_and_a_level_at_the_start_are_enough() {
        for (line, time, level) in [
            (
                "ShowStart: 2022-01-09 +8.0 17:03:10.973/E/    /Operation   File.m.23",
                "2022-01-09T17:03:10.973+08:00",
                'E',
            ),
            ("2023/11/06 14:19:18 [WARN] x", "2023-11-06T14:19:18.000", 'W'),
            ("2023-11-06T14:19:18,434+0800 info: x", "2023-11-06T14:19:18.434+08:00", 'I'),
            ("[DEBUG] 2023-11-06 14:19:18.4Z x", "2023-11-06T14:19:18.400+00:00", 'D'),
            ("2023-11-06 14:19:18.434-03:30 1234 main FATAL x", "2023-11-06T14:19:18.434-03:30", 'F'),
        ] {
            assert_eq!(shown(line), Some((time.into(), level)), "{line}");
        }
    }

    #[test]
    fn other_lines_are_no_heads() {
        for line in [
            "",
            "2023-11-06 14:19:18",
            "2023-11-06 14:19:18 so many words before an ERROR",
            "2023-13-06 14:19:18 E x",
            "2023-11-06 E x",
            "12023-11-06 14:19:18 E x",
            "this comes much too far before a date: 2023-11-06 14:19:18 E x",
            "E\n2023-11-06 14:19:18 x",
            "2023-11-06 14:19:18\nE x",
        ] {
            assert_eq!(shown(line), None, "{line}");
        }
    }
}
