//! Short texts of digits and fixed characters, compared eight bytes at once: every line of a log is checked for some.
//!
//! What that is worth, in CPU time on one machine, against a comparison byte by byte: `cat -l warn` of an IM SDK text of
//! 245 MB takes 0.10 s instead of 0.12 s, and `info` of a log with as much text 0.23 s instead of 0.25 s.

/// Length of `2023-11-05`.
pub const DATE_LEN: usize = 10;
/// Length of `14:19:18.434`.
pub const CLOCK_LEN: usize = 12;

/// `2023-11-05`
pub const DATE: Shape = Shape::new(b"0000-00-", b"00-00-00", DATE_LEN);
/// `14:19:18.434`
pub const CLOCK: Shape = Shape::new(b"00:00:00", b"0:00.000", CLOCK_LEN);

/// Eight to sixteen bytes: digits at some places, given bytes at the others.
#[derive(Clone, Copy, Debug)]
pub struct Shape {
    front: Word,
    back: Word,
    back_at: usize,
}

/// The shape of eight bytes.
#[derive(Clone, Copy, Debug)]
struct Word {
    expected: u64,
    /// Added to the difference, this sets the high bit of each byte that does not match: for a digit, a difference of
    /// 10 or more; for the others, any.
    lift: u64,
}

impl Shape {
    /// A shape of this length with this front and back, in which `0` stands for any digit.
    const fn new(front: &[u8; 8], back: &[u8; 8], len: usize) -> Shape {
        Shape { front: Word::new(front), back: Word::new(back), back_at: len - 8 }
    }

    /// Whether `text` starts with this shape.
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
    fn every_byte_counts_at_every_place() {
        for (shape, text) in [(DATE, "2023-11-05"), (CLOCK, "14:19:18.434")] {
            assert!(shape.fits(text.as_bytes()) && !shape.fits(&text.as_bytes()[..text.len() - 1]));
            for (at, was) in text.bytes().enumerate() {
                for byte in 0..=u8::MAX {
                    let mut bytes = format!("{text}more").into_bytes();
                    bytes[at] = byte;
                    let fits = if was.is_ascii_digit() { byte.is_ascii_digit() } else { byte == was };
                    assert_eq!(shape.fits(&bytes), fits, "{text} {at} {byte}");
                }
            }
        }
    }
}
