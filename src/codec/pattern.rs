//! Matches short patterns of digits and fixed characters, eight bytes at a time, because every line of a log is checked
//! for some.

/// The length of `2023-11-05 `.
pub const DATE_LEN: usize = 11;
/// The length of `14:19:18.434`.
pub const TIM_TIME_LEN: usize = 12;
/// The length of `14:19:18.434][`.
pub const STOCK_TIME_LEN: usize = 14;

/// `2023-11-05 `
pub const DATE: Pattern = Pattern::new(b"0000-00-", b"0-00-00 ", DATE_LEN);
/// `14:19:18.434`
pub const TIM_TIME: Pattern = Pattern::new(b"00:00:00", b"0:00.000", TIM_TIME_LEN);
/// `14:19:18.434][`
pub const STOCK_TIME: Pattern = Pattern::new(b"00:00:00", b"00.000][", STOCK_TIME_LEN);

/// A pattern of eight to sixteen bytes. Each is either any digit or a fixed character.
#[derive(Clone, Copy, Debug)]
pub struct Pattern {
    front: Word,
    back: Word,
    back_at: usize,
}

/// Eight bytes of a pattern.
#[derive(Clone, Copy, Debug)]
struct Word {
    expected: u64,
    /// Added to the difference, this sets the high bit of each byte that does not match: for a digit, a difference of
    /// 10 or more; for the others, any.
    lift: u64,
}

impl Pattern {
    /// The pattern of this length with the given first and last eight bytes, in which `0` stands for any digit.
    const fn new(front: &[u8; 8], back: &[u8; 8], len: usize) -> Pattern {
        Pattern { front: Word::new(front), back: Word::new(back), back_at: len - 8 }
    }

    /// Whether `text` begins with this pattern.
    #[inline]
    pub fn fits(&self, text: &[u8]) -> bool {
        let back = text.get(self.back_at..).and_then(|back| back.first_chunk());
        text.first_chunk().is_some_and(|front| self.front.is(front)) && back.is_some_and(|back| self.back.is(back))
    }
}

impl Word {
    const fn new(pattern: &[u8; 8]) -> Word {
        let (mut lift, mut at) = ([0x7F; 8], 0);
        while at < 8 {
            if pattern[at] == b'0' {
                lift[at] = 0x76;
            }
            at += 1;
        }
        Word { expected: u64::from_le_bytes(*pattern), lift: u64::from_le_bytes(lift) }
    }

    #[inline]
    fn is(self, bytes: &[u8; 8]) -> bool {
        const HIGH: u64 = 0x8080_8080_8080_8080;
        let differs = u64::from_le_bytes(*bytes) ^ self.expected;
        (((differs & !HIGH) + self.lift) | differs) & HIGH == 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_is_checked() {
        let patterns = [(DATE, "2023-11-05 "), (TIM_TIME, "14:19:18.434"), (STOCK_TIME, "14:19:18.434][")];
        for (pattern, text) in patterns {
            assert!(pattern.fits(text.as_bytes()) && !pattern.fits(&text.as_bytes()[..text.len() - 1]));
            for (at, was) in text.bytes().enumerate() {
                for byte in 0..=u8::MAX {
                    let mut bytes = format!("{text}more").into_bytes();
                    bytes[at] = byte;
                    let fits = if was.is_ascii_digit() { byte.is_ascii_digit() } else { byte == was };
                    assert_eq!(pattern.fits(&bytes), fits, "{text} {at} {byte}");
                }
            }
        }
    }
}
