//! A glance at the start of a line that may be damaged: is it a head, and an undamaged one?
//!
//! Unlike reading, which takes any head that makes sense, a glance knows what writers write, digit by digit. It is
//! cheap: all text that is decoded goes through it, if not every line.

use super::Level;
use super::shape::{DATE, DATE_LEN};
use super::syntax::{LineHead, STOCK, TIM};

impl LineHead {
    /// The head of a line.
    #[inline]
    pub fn of(line: &[u8]) -> LineHead {
        match line {
            [b'T', ..] => TIM.glance(line),
            [b'[', ..] => STOCK.glance(line),
            // A stock head that has lost its first bytes.
            [level, b']', b'[', rest @ ..] if Level::is_logged(*level) && starts_with_date(rest) => LineHead::Broken,
            [b']', b'[', rest @ ..] if starts_with_date(rest) => LineHead::Broken,
            _ => LineHead::None,
        }
    }

    /// The head of a line that is examined closely, beyond its time too.
    pub fn of_doubtful(line: &[u8]) -> LineHead {
        match LineHead::of(line) {
            LineHead::Time(_) if line.starts_with(b"[") && !names_place(line) => LineHead::Broken,
            head => head,
        }
    }
}

/// Whether this starts with a date and a space.
fn starts_with_date(text: &[u8]) -> bool {
    DATE.fits(text) && text.get(DATE_LEN) == Some(&b' ')
}

/// Whether a line starts like a stock head and breaks off at once. Some undamaged lines do, and are then examined
/// closely for nothing.
pub fn is_torn(line: &[u8]) -> bool {
    match line {
        [b'[', level, third, fourth, ..] if Level::is_logged(*level) => {
            third.is_ascii_digit() || *third == b']' && !matches!(fourth, b'[' | b' ')
        }
        _ => false,
    }
}

/// Whether tag, and then source and function with a comma in between, stand where a stock line has them:
/// `[I][time][ids][tag][file.cpp:828, func][message`.
fn names_place(line: &[u8]) -> bool {
    let place = memchr::memmem::find_iter(line, b"][").nth(3).and_then(|at| line.get(at + 2..)).unwrap_or_default();
    place.iter().take_while(|&&byte| byte != b']').any(|&byte| byte == b',')
}

#[cfg(test)]
mod tests {
    use super::*;

    const STOCK_LINE: &str = "[I][2023-11-05 +8.0 14:19:18.434][8844, 9112*][tag][file.cpp:828, func][message\n";
    const TIM_LINE: &str = "TIM: 2023-11-06 14:19:18.434 I |-login.cpp:768      LogRequestBegin      |Login begin\n";

    #[test]
    fn doubt_looks_closer() {
        assert!(matches!(LineHead::of_doubtful(STOCK_LINE.as_bytes()), LineHead::Time(_)));
        assert!(matches!(LineHead::of_doubtful(TIM_LINE.as_bytes()), LineHead::Time(_)));
        let odd = "[I][2023-11-05 +8.0 14:19:18.434][8844, 9112*][tag][][file.cpp828, func][message\n";
        assert!(matches!(LineHead::of(odd.as_bytes()), LineHead::Time(_)));
        assert_eq!(LineHead::of_doubtful(odd.as_bytes()), LineHead::Broken);
    }
}
