//! Reading a line from left to right. Nothing here can go out of bounds.

use super::level::Level;
use super::time::{DAY, Time, days};

/// What is left of a line.
#[derive(Clone, Copy, Debug)]
pub struct Cursor<'a>(pub &'a [u8]);

impl<'a> Cursor<'a> {
    /// Takes `expected`, if it comes next.
    pub fn literal(&mut self, expected: &[u8]) -> Option<()> {
        self.0 = self.0.strip_prefix(expected)?;
        Some(())
    }

    /// Takes one byte.
    pub fn byte(&mut self) -> Option<u8> {
        let (first, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(*first)
    }

    /// Takes spaces, if there are any.
    pub fn spaces(&mut self) {
        self.0 = self.0.trim_ascii_start();
    }

    /// Takes everything before `end`, and `end`.
    pub fn until(&mut self, end: u8) -> Option<&'a [u8]> {
        let at = memchr::memchr(end, self.0)?;
        let (before, rest) = self.0.split_at_checked(at)?;
        self.0 = rest.get(1..)?;
        Some(before)
    }

    /// Takes everything before `end`, and `end`.
    pub fn until_all(&mut self, end: &[u8]) -> Option<&'a [u8]> {
        let at = memchr::memmem::find(self.0, end)?;
        let (before, rest) = self.0.split_at_checked(at)?;
        self.0 = rest.get(end.len()..)?;
        Some(before)
    }

    /// Takes everything before the next white space.
    pub fn word(&mut self) -> &'a [u8] {
        let end = self.0.iter().position(u8::is_ascii_whitespace).unwrap_or(self.0.len());
        let (word, rest) = self.0.split_at(end);
        self.0 = rest;
        word
    }

    /// Takes a number of one to ten digits.
    pub fn number(&mut self) -> Option<u32> {
        let end = self.0.iter().position(|byte| !byte.is_ascii_digit()).unwrap_or(self.0.len());
        let (digits, rest) = self.0.split_at_checked(end)?;
        let number = number(digits)?;
        self.0 = rest;
        Some(number)
    }

    /// Takes the letter of a level.
    pub fn level(&mut self) -> Option<Level> {
        Level::of_letter(self.byte()?)
    }

    /// Takes `yyyy-MM-dd`: days since 1970.
    pub fn date(&mut self) -> Option<i64> {
        let (year, rest) = fixed::<4>(self.0)?;
        let (month, rest) = fixed::<2>(rest.strip_prefix(b"-")?)?;
        let (day, rest) = fixed::<2>(rest.strip_prefix(b"-")?)?;
        self.0 = rest;
        days(year, month, day)
    }

    /// Takes `HH:mm:ss`, and `.SSS` (or another number of digits) if it is there: milliseconds of the day.
    pub fn time_of_day(&mut self) -> Option<i64> {
        let (hour, rest) = fixed::<2>(self.0)?;
        let (minute, rest) = fixed::<2>(rest.strip_prefix(b":")?)?;
        let (second, rest) = fixed::<2>(rest.strip_prefix(b":")?)?;
        self.0 = rest;
        let mut millis = 0;
        if let Some(fraction) = rest.strip_prefix(b".") {
            if let Some((three, rest)) = fixed::<3>(fraction) {
                (millis, self.0) = (three, rest);
            }
            // Finer than that is more than anything here needs.
            let digits = self.0.iter().position(|byte| !byte.is_ascii_digit());
            self.0 = self.0.get(digits.unwrap_or(self.0.len())..).unwrap_or_default();
        }
        // A leap second is the last of its minute.
        let possible = hour < 24 && minute < 60 && second <= 60;
        possible.then(|| i64::from((hour * 60 + minute) * 60 + second.min(59)) * 1000 + i64::from(millis))
    }

    /// Takes a date, a space, and a time of day.
    pub fn local_time(&mut self) -> Option<Time> {
        let day = self.date()?;
        self.literal(b" ")?;
        Some(Time { wall: day * DAY + self.time_of_day()?, zone: None })
    }
}

/// A number of one to ten digits, and nothing else.
pub fn number(digits: &[u8]) -> Option<u32> {
    if digits.is_empty() || digits.len() > 10 || !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let number = digits.iter().fold(0, |number, digit| number * 10 + u64::from(digit - b'0'));
    u32::try_from(number).ok()
}

/// The first `N` bytes as a number, and the rest.
fn fixed<const N: usize>(bytes: &[u8]) -> Option<(u32, &[u8])> {
    let (digits, rest) = bytes.split_first_chunk::<N>()?;
    let mut number = 0;
    for digit in digits {
        let digit = digit.wrapping_sub(b'0');
        if digit > 9 {
            return None;
        }
        number = number * 10 + u32::from(digit);
    }
    Some((number, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_what_a_clock_can_show() {
        let read = |text: &'static str| Cursor(text.as_bytes()).local_time().map(|time| time.to_string());
        assert_eq!(read("2023-11-06 14:19:18.434 I").as_deref(), Some("2023-11-06T14:19:18.434"));
        assert_eq!(read("2023-11-06 14:19:18").as_deref(), Some("2023-11-06T14:19:18.000"));
        assert_eq!(read("2023-11-06 14:19:18.434567").as_deref(), Some("2023-11-06T14:19:18.434"));
        assert_eq!(read("2023-11-06 14:19:60.999").as_deref(), Some("2023-11-06T14:19:59.999"));
        for text in ["2023-11-06 24:00:00", "2023-13-06 14:00:00", "2023-11-06T14:00:00", "2023-11-6 14:00:00", ""] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn numbers_fit_or_are_none() {
        assert_eq!(number(b"4294967295"), Some(u32::MAX));
        assert_eq!(number(b"4294967296"), None);
        assert_eq!(number(b""), None);
        assert_eq!(number(b"12a"), None);
    }
}
