//! A glance at the start of a line that may be damaged: is it a head, and an undamaged one?
//!
//! Unlike reading, which takes any head that makes sense, a glance knows what writers write, digit by digit. It is
//! cheap: all text that is decoded goes through it, if not every line.

use super::cursor::{self, Cursor};
use super::shape::{CLOCK, CLOCK_LEN, DATE, DATE_LEN};
use super::syntax::{self, Parts};
use super::{Form, Level};

/// How a line begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LineHead {
    /// In no form that a glance knows: a continuation line, or a line of the writer itself.
    None,
    /// In a known form, at this second of the day.
    Time(i32),
    /// Like a known form, but then it goes wrong.
    Broken,
}

impl LineHead {
    /// The head of a line.
    #[inline]
    pub fn of(line: &[u8]) -> LineHead {
        match line {
            [b'T', ..] => LineHead::new(line, syntax::tim),
            [b'[', ..] => LineHead::new(line, syntax::stock),
            // A stock head that has lost its first bytes.
            [level, b']', b'[', rest @ ..] if Level::is_logged(*level) && starts_with_date(rest) => LineHead::Broken,
            [b']', b'[', rest @ ..] if starts_with_date(rest) => LineHead::Broken,
            _ => LineHead::None,
        }
    }

    /// The head of a line that may have this syntax.
    #[inline(always)]
    fn new<'a>(line: &'a [u8], syntax: impl FnOnce(&mut Glance<'a>) -> Option<Form>) -> LineHead {
        let mut glance = Glance { cursor: Cursor(line), second: None, is_opened: false };
        match syntax(&mut glance) {
            None if glance.is_opened => LineHead::Broken,
            None => LineHead::None,
            Some(_) => glance.second.map_or(LineHead::None, LineHead::Time),
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

/// A head while it is glanced at: its parts are to have the shape that writers give them. What they say is not
/// checked, except for the time of day.
#[derive(Debug)]
struct Glance<'a> {
    cursor: Cursor<'a>,
    /// Of the day.
    second: Option<i32>,
    is_opened: bool,
}

impl Parts for Glance<'_> {
    #[inline(always)]
    fn text(&mut self, text: &[u8]) -> Option<()> {
        self.cursor.literal(text)
    }

    #[inline(always)]
    fn level(&mut self) -> Option<()> {
        Level::is_logged(self.cursor.byte()?).then_some(())
    }

    #[inline(always)]
    fn date(&mut self) -> Option<()> {
        self.cursor.shape(&DATE, DATE_LEN).map(drop)
    }

    #[inline(always)]
    fn clock(&mut self) -> Option<()> {
        self.second = Some(cursor::second(self.cursor.shape(&CLOCK, CLOCK_LEN)?)?);
        Some(())
    }

    #[inline(always)]
    fn offset(&mut self) -> Option<()> {
        self.cursor.skip(7, |byte| byte != b' ');
        Some(())
    }

    fn count(&mut self) -> Option<()> {
        self.cursor.count()
    }

    #[inline(always)]
    fn ids(&mut self) -> Option<()> {
        self.cursor.ids();
        Some(())
    }

    fn spaces(&mut self) -> Option<()> {
        Some(())
    }

    fn border(&mut self) -> Option<()> {
        Some(())
    }

    #[inline(always)]
    fn opened(&mut self) {
        self.is_opened = true;
    }

    #[inline(always)]
    fn optional(&mut self, parts: impl FnOnce(&mut Self) -> Option<()>) -> Option<bool> {
        match self.cursor.0.first().is_some_and(u8::is_ascii_digit) {
            true => parts(self).map(|()| true),
            false => Some(false),
        }
    }

    fn detail(&mut self, _: impl FnOnce(&mut Self) -> Option<()>) {}

    #[inline(always)]
    fn intact(&mut self, parts: impl FnOnce(&mut Self) -> Option<()>) -> Option<()> {
        parts(self)
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
    use proptest::prelude::*;

    use super::super::Head;
    use super::super::time::DAY;
    use super::*;

    const STOCK_LINE: &str = "[I][2023-11-05 +8.0 14:19:18.434][8844, 9112*][tag][file.cpp:828, func][message\n";
    const TIM_LINE: &str = "TIM: 2023-11-06 14:19:18.434 I |-login.cpp:768      LogRequestBegin      |Login begin\n";
    const TIM48_LINE: &str = "TIM: 2020-08-18 13:48:50.746/I/1-2   /Network";
    const COUNTED_LINE: &str =
        "TIM: 27    2020-06-02 00:21:51.316/I/29226-29434     /IMSDK       -BaseManager.0  /text";

    #[test]
    fn heads_of_every_writer_are_whole() {
        for (line, second) in [
            (STOCK_LINE, 51_558),
            ("[I][2023-11-05 +80 14:19:18.434][8844, 9112*][tag][file.cpp:828, func][message\n", 51_558),
            ("[I][2023-11-05 -35 14:19:18.434][8844, 9112*][tag][file.cpp:828, func][message\n", 51_558),
            (TIM_LINE, 51_558),
            ("TIM: 2022-01-20 15:37:21.769 E 25763-25810     |-channel.cpp:308  Func  |m\n", 56_241),
            (TIM48_LINE, 49_730),
            (COUNTED_LINE, 1311),
        ] {
            assert_eq!(LineHead::of(line.as_bytes()), LineHead::Time(second), "{line}");
        }
        assert_eq!(LineHead::of(b"TIM: 27    2020-0#-02 00:21:51.316/I/29226-29434"), LineHead::Broken);
    }

    #[test]
    fn doubt_looks_closer() {
        assert!(matches!(LineHead::of_doubtful(STOCK_LINE.as_bytes()), LineHead::Time(_)));
        assert!(matches!(LineHead::of_doubtful(TIM_LINE.as_bytes()), LineHead::Time(_)));
        let odd = "[I][2023-11-05 +8.0 14:19:18.434][8844, 9112*][tag][][file.cpp828, func][message\n";
        assert!(matches!(LineHead::of(odd.as_bytes()), LineHead::Time(_)));
        assert_eq!(LineHead::of_doubtful(odd.as_bytes()), LineHead::Broken);
    }

    proptest! {
        #[test]
        fn a_glance_agrees_with_reading(
            line in prop::sample::select(&[STOCK_LINE, TIM_LINE, TIM48_LINE, COUNTED_LINE][..]),
            changes in prop::collection::vec((0..50usize, prop::sample::select(b"0159 :.]|[IWx-+T/".as_slice())), 0..3),
        ) {
            let mut changed = line.as_bytes().to_vec();
            for (at, byte) in changes {
                changed.iter_mut().skip(at).take(1).for_each(|old| *old = byte);
            }
            let time = Head::known(&changed).and_then(|head| head.time).map(|time| time.wall.rem_euclid(DAY) / 1000);
            match (time, LineHead::of(&changed)) {
                // Reading makes the last second of its minute of a leap second.
                (Some(read), LineHead::Time(second)) => prop_assert!(
                    read == i64::from(second) || read + 1 == i64::from(second) && second % 60 == 0
                ),
                (Some(_), LineHead::None) => prop_assert!(false, "a glance does not know this head"),
                // A glance demands more of what writers write, and less of what makes sense.
                (Some(_), LineHead::Broken) | (None, _) => {}
            }
        }
    }
}
