//! Which error codes are wanted.

use std::ops::RangeInclusive;
use std::str::FromStr;

/// An error code, or a range of them.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Codes(pub RangeInclusive<i32>);

/// The text names no codes.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NoCodes {
    /// It is neither a number nor a range.
    #[error("not a code; try `6013`, `-10001`, `70000-79999` or `-10003--10001`")]
    Unknown,
    /// The range has no codes.
    #[error("this range ends before it starts; try `{1}-{0}`")]
    Empty(i32, i32),
}

impl Codes {
    /// Whether this is one of them.
    pub fn contain(&self, code: i32) -> bool {
        self.0.contains(&code)
    }
}

impl From<i32> for Codes {
    fn from(code: i32) -> Codes {
        Codes(code..=code)
    }
}

impl From<RangeInclusive<i32>> for Codes {
    fn from(codes: RangeInclusive<i32>) -> Codes {
        Codes(codes)
    }
}

/// Reads `6013`, `-10001`, `70000-79999` or `-10003--10001`.
impl FromStr for Codes {
    type Err = NoCodes;

    fn from_str(text: &str) -> Result<Codes, NoCodes> {
        let text = text.trim();
        let number = |text: &str| text.trim().parse::<i32>().map_err(|_| NoCodes::Unknown);
        // The first hyphen may be a sign.
        let hyphen = text.char_indices().skip(1).find(|(_, letter)| *letter == '-');
        let Some((first, last)) = hyphen.and_then(|(at, _)| Some((text.get(..at)?, text.get(at + 1..)?))) else {
            return number(text).map(Codes::from);
        };
        let (first, last) = (number(first)?, number(last)?);
        if first > last { Err(NoCodes::Empty(first, last)) } else { Ok(Codes(first..=last)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_ranges() {
        for (text, expected) in [
            ("6013", 6013..=6013),
            ("0", 0..=0),
            ("-10001", -10001..=-10001),
            ("70000-79999", 70000..=79999),
            ("-10003--10001", -10003..=-10001),
            ("-5-5", -5..=5),
            (" 1 - 2 ", 1..=2),
            ("7-7", 7..=7),
        ] {
            assert_eq!(text.parse(), Ok(Codes(expected)), "{text}");
        }
        for text in ["", "-", "x", "6013-", "1-2-3", "--5", "-1---2", "99999999999", "0x10", "1..2", "é-5", "1 2"] {
            assert_eq!(text.parse::<Codes>(), Err(NoCodes::Unknown), "{text}");
        }
        assert_eq!("-1--3".parse::<Codes>().unwrap_err().to_string(), "this range ends before it starts; try `-3--1`");
        assert_eq!("9-5".parse::<Codes>(), Err(NoCodes::Empty(9, 5)));
    }
}
