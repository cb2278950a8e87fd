//! Reading a line from left to right. Nothing here can go out of bounds.

use super::level::Level;
use super::shape::Shape;
use super::time::{DAY, Time, days};

/// A number in a head is padded with at most this many more spaces.
const PADDING: usize = 16;

/// What is left of a line.
#[derive(Clone, Copy, Debug)]
pub struct Cursor<'a>(pub &'a [u8]);

impl<'a> Cursor<'a> {
    /// Takes `expected` if it comes next.
    #[inline]
    pub fn literal(&mut self, expected: &[u8]) -> Option<()> {
        self.0 = self.0.strip_prefix(expected)?;
        Some(())
    }

    /// Takes one byte.
    #[inline]
    pub fn byte(&mut self) -> Option<u8> {
        let (first, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(*first)
    }

    /// Takes white space, if there is any.
    #[inline]
    pub fn spaces(&mut self) {
        // Writers pad their columns with up to forty blanks, and every record has some.
        while let Some((eight, rest)) = self.0.split_first_chunk() {
            let blanks = (u64::from_le_bytes(*eight) ^ u64::from_le_bytes(*b"        ")).trailing_zeros() / 8;
            if blanks < 8 {
                self.0 = self.0.get(blanks as usize..).unwrap_or_default();
                break;
            }
            self.0 = rest;
        }
        self.0 = self.0.trim_ascii_start();
    }

    /// Takes everything before `end`, and `end`.
    #[inline]
    pub fn until(&mut self, end: u8) -> Option<&'a [u8]> {
        let at = memchr::memchr(end, self.0)?;
        let (before, rest) = self.0.split_at_checked(at)?;
        self.0 = rest.get(1..)?;
        Some(before)
    }

    /// Takes everything before these two bytes, and them.
    pub fn until_both(&mut self, [first, second]: [u8; 2]) -> Option<&'a [u8]> {
        // In a few words, this takes less than setting up a search for both.
        let mut firsts = memchr::memchr_iter(first, self.0);
        let at = firsts.find(|at| self.0.get(at + 1) == Some(&second))?;
        let (before, rest) = self.0.split_at_checked(at)?;
        self.0 = rest.get(2..)?;
        Some(before)
    }

    /// Takes everything before the next white space.
    #[inline]
    pub fn word(&mut self) -> &'a [u8] {
        // Words of eight ASCII bytes above the blank have none.
        let long = self.0.chunks_exact(8).take_while(|eight| eight.iter().fold(true, |all, &byte| all & (byte > b' ')));
        let long = 8 * long.count();
        let rest = self.0.get(long..).unwrap_or_default();
        let end = long + rest.iter().position(u8::is_ascii_whitespace).unwrap_or(rest.len());
        let (word, rest) = self.0.split_at(end);
        self.0 = rest;
        word
    }

    /// Takes bytes as long as they are like this, at most `limit`.
    #[inline]
    pub fn skip(&mut self, limit: usize, is_like: impl Fn(u8) -> bool) {
        let end = self.0.iter().take(limit).position(|&byte| !is_like(byte)).unwrap_or(limit.min(self.0.len()));
        self.0 = self.0.get(end..).unwrap_or_default();
    }

    /// Takes what process and thread are written with, as in `8844, 9112*`, in no particular order.
    #[inline]
    pub fn ids(&mut self) {
        self.skip(31, |byte| byte.is_ascii_digit() || matches!(byte, b',' | b' ' | b'*' | b'-'));
    }

    /// Takes a text of this shape, which is `len` bytes long, and returns it.
    #[inline]
    pub fn shape(&mut self, shape: &Shape, len: usize) -> Option<&'a [u8]> {
        let (text, rest) = self.0.split_at_checked(len).filter(|_| shape.fits(self.0))?;
        self.0 = rest;
        Some(text)
    }

    /// Takes a number.
    #[inline]
    pub fn number(&mut self) -> Option<u64> {
        let end = self.0.iter().position(|byte| !byte.is_ascii_digit()).unwrap_or(self.0.len());
        let (digits, rest) = self.0.split_at_checked(end)?;
        let number = number(digits)?;
        self.0 = rest;
        Some(number)
    }

    /// Takes the sign of a zone: 1 where it is ahead of UTC, -1 where it is behind.
    #[inline]
    pub fn sign(&mut self) -> Option<i16> {
        match self.byte()? {
            b'+' => Some(1),
            b'-' => Some(-1),
            _ => None,
        }
    }

    /// Takes an offset from UTC as mars writes it, `+8.0`, or as others do that format it wrongly, `+80`: minutes ahead of
    /// UTC.
    #[inline]
    pub fn offset(&mut self) -> Option<i16> {
        let ahead = self.sign()?;
        let digits = self.0;
        let number = i16::try_from(self.number()?).ok()?;
        let (hours, tenth) = match self.literal(b".") {
            Some(()) => (number, self.byte()?.checked_sub(b'0').filter(|&tenth| tenth < 10)?),
            // All zones but that of UTC itself have two digits at least.
            None if number != 0 && digits.len() - self.0.len() < 2 => return None,
            None => (number / 10, (number % 10) as u8),
        };
        // Offsets are multiples of a quarter of an hour, and one decimal shows the tenth next to them.
        let minutes = match tenth {
            2 | 3 => 15,
            7 | 8 => 45,
            tenth => 6 * i16::from(tenth),
        };
        (hours <= 15).then(|| ahead * (hours * 60 + minutes))
    }

    /// Takes a number and the spaces that pad it.
    pub fn count(&mut self) -> Option<()> {
        self.number()?;
        self.literal(b" ")?;
        self.skip(PADDING, |byte| byte == b' ');
        Some(())
    }

    /// Takes the letter of a level.
    #[inline]
    pub fn level(&mut self) -> Option<Level> {
        Level::of_letter(self.byte()?)
    }

    /// Takes `yyyy-MM-dd`: days since 1970.
    #[inline]
    pub fn date(&mut self) -> Option<i64> {
        let (&[y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2], rest) = self.0.split_first_chunk()? else { return None };
        let [y1, y2, y3, y4, m1, m2, d1, d2] = digits([y1, y2, y3, y4, m1, m2, d1, d2])?;
        self.0 = rest;
        days(y1 * 1000 + y2 * 100 + y3 * 10 + y4, m1 * 10 + m2, d1 * 10 + d2)
    }

    /// Takes `HH:mm:ss`, and `.SSS` (or another number of digits) if it is there: milliseconds of the day.
    #[inline]
    pub fn time_of_day(&mut self) -> Option<i64> {
        let (&[h1, h2, b':', m1, m2, b':', s1, s2], rest) = self.0.split_first_chunk()? else { return None };
        let [h1, h2, m1, m2, s1, s2] = digits([h1, h2, m1, m2, s1, s2])?;
        let (hour, minute, second) = (h1 * 10 + h2, m1 * 10 + m2, s1 * 10 + s2);
        self.0 = rest;
        let mut millis = 0;
        if let Some((&[b'.', f1, f2, f3], rest)) = rest.split_first_chunk()
            && let Some([f1, f2, f3]) = digits([f1, f2, f3])
        {
            (millis, self.0) = (f1 * 100 + f2 * 10 + f3, rest);
        } else if let Some(rest) = rest.strip_prefix(b".") {
            self.0 = rest;
            for worth in [100, 10] {
                let Some((digit @ b'0'..=b'9', rest)) = self.0.split_first() else { break };
                (millis, self.0) = (millis + u32::from(digit - b'0') * worth, rest);
            }
        }
        // Nothing here needs more than milliseconds.
        while let Some((b'0'..=b'9', rest)) = self.0.split_first() {
            self.0 = rest;
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

/// The second of the day that `hh:mm:ss` stands for, whose digits have been checked. A leap second is the last of its
/// minute.
#[inline]
pub fn second(clock: &[u8]) -> Option<i32> {
    let [h1, h2, _, m1, m2, _, s1, s2, ..] = clock else { return None };
    let two = |tens: &u8, ones: &u8| i32::from(tens & 15) * 10 + i32::from(ones & 15);
    let (hour, minute, second) = (two(h1, h2), two(m1, m2), two(s1, s2));
    (hour < 24 && minute < 60 && second <= 60).then_some((hour * 60 + minute) * 60 + second)
}

/// A number of one to nineteen digits, and nothing else.
pub fn number(digits: &[u8]) -> Option<u64> {
    if digits.is_empty() || digits.len() > 19 || !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    Some(digits.iter().fold(0, |number, digit| number * 10 + u64::from(digit - b'0')))
}

/// The values of these digits; `None` if one is something else.
#[inline]
fn digits<const N: usize>(text: [u8; N]) -> Option<[u32; N]> {
    let values = text.map(|byte| byte.wrapping_sub(b'0'));
    // All at once, without an early exit: this runs for every record.
    let all = values.iter().fold(true, |all, value| all & (*value < 10));
    all.then(|| values.map(u32::from))
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
        assert_eq!(read("2023-11-06 14:19:18.4 I").as_deref(), Some("2023-11-06T14:19:18.400"));
        assert_eq!(read("2023-11-06 14:19:18.43").as_deref(), Some("2023-11-06T14:19:18.430"));
        assert_eq!(read("2023-11-06 14:19:60.999").as_deref(), Some("2023-11-06T14:19:59.999"));
        for text in ["2023-11-06 24:00:00", "2023-13-06 14:00:00", "2023-11-06T14:00:00", "2023-11-6 14:00:00", ""] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn offsets_are_in_hours_or_in_tenths_of_them() {
        let read = |text: &'static str| Cursor(text.as_bytes()).offset();
        for (hours, tenths, minutes) in [
            ("+8.0 ", "+80 ", 480),
            ("-3.5 ", "-35 ", -210),
            ("+5.8 ", "+58 ", 345),
            ("+5.5 ", "+55 ", 330),
            ("-10.0 ", "-100 ", -600),
            ("+14.0 ", "+140 ", 840),
            ("+1.0 ", "+10 ", 60),
            ("+0.0 ", "+0 ", 0),
            ("-0.0 ", "+00 ", 0),
        ] {
            assert_eq!((read(hours), read(tenths)), (Some(minutes), Some(minutes)), "{hours}");
        }
        for text in ["+8 ", "+0800 ", "+160 ", "+16.0 ", "80 ", "+8. ", "+8.x ", "+ ", "+8844, ", "+32767 ", "+32768 "]
        {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn numbers_fit_or_are_none() {
        assert_eq!(number(b"4294967296"), Some(1 << 32));
        assert_eq!(number(b"12345678901234567890"), None);
        assert_eq!(number(b""), None);
        assert_eq!(number(b"12a"), None);
    }
}
