//! Reading a head: what it says, and where. Takes any head that makes sense.

use super::cursor::Cursor;
use super::syntax::Parts;
use super::time::{DAY, Time};
use super::{Form, Head, Level};

/// A head as it was read.
#[derive(Clone, Copy, Debug)]
pub struct ReadHead<'a> {
    /// What it says.
    pub head: Head,
    /// What follows it.
    pub rest: &'a [u8],
    /// Where in the line level and time of day stand, if both do.
    pub places: Option<Places>,
}

/// Where in a line the parts of its head stand that differ from line to line, in bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Places {
    /// The letter of the level.
    pub level: usize,
    /// The time of day.
    pub clock: usize,
}

impl<'a> ReadHead<'a> {
    /// Reads the head of `line`, which is to have this syntax. `None`: it has not.
    #[inline(always)]
    pub fn new(line: &'a [u8], syntax: impl FnOnce(&mut Reading<'a>) -> Option<Form>) -> Option<ReadHead<'a>> {
        let mut reading = Reading { cursor: Cursor(line), level: None, day: 0, clock: None, zone: None };
        let form = syntax(&mut reading)?;
        let Reading { cursor: Cursor(rest), level, day, clock, zone } = reading;
        let time = clock.map(|(millis, _)| Time { wall: day * DAY + millis, zone });
        let places = level.zip(clock).map(|((_, level_on), (_, clock_on))| Places {
            level: line.len() - level_on,
            clock: line.len() - clock_on,
        });
        Some(ReadHead { head: Head::new(form, level.map(|(level, _)| level), time), rest, places })
    }
}

/// A head while it is read.
#[derive(Clone, Copy, Debug)]
pub struct Reading<'a> {
    cursor: Cursor<'a>,
    /// The level, and how much of the line there is from its letter on, in bytes.
    level: Option<(Level, usize)>,
    day: i64,
    /// The millisecond of the day, and how much of the line there is from it on.
    clock: Option<(i64, usize)>,
    zone: Option<i16>,
}

impl<'a> Reading<'a> {
    /// Takes a part. The rest of `self` stays in registers, as none of it is lent to what may not be inlined.
    #[inline(always)]
    fn take<T>(&mut self, part: impl FnOnce(&mut Cursor<'a>) -> Option<T>) -> Option<T> {
        let mut cursor = self.cursor;
        let value = part(&mut cursor)?;
        self.cursor = cursor;
        Some(value)
    }
}

impl Parts for Reading<'_> {
    #[inline(always)]
    fn text(&mut self, text: &[u8]) -> Option<()> {
        self.take(|cursor| cursor.literal(text))
    }

    #[inline(always)]
    fn level(&mut self) -> Option<()> {
        let on = self.cursor.0.len();
        self.level = Some((self.take(Cursor::level)?, on));
        Some(())
    }

    #[inline(always)]
    fn date(&mut self) -> Option<()> {
        self.day = self.take(Cursor::date)?;
        Some(())
    }

    #[inline(always)]
    fn clock(&mut self) -> Option<()> {
        let on = self.cursor.0.len();
        self.clock = Some((self.take(Cursor::time_of_day)?, on));
        Some(())
    }

    #[inline(always)]
    fn offset(&mut self) -> Option<()> {
        self.zone = Some(self.take(Cursor::offset)?);
        Some(())
    }

    fn count(&mut self) -> Option<()> {
        self.take(Cursor::count)
    }

    fn ids(&mut self) -> Option<()> {
        self.cursor.ids();
        Some(())
    }

    #[inline(always)]
    fn spaces(&mut self) -> Option<()> {
        self.text(b" ")?;
        while self.text(b" ").is_some() {}
        Some(())
    }

    #[inline(always)]
    fn border(&mut self) -> Option<()> {
        matches!(self.cursor.0.first(), None | Some(b' ' | b'|' | b'\r' | b'\n')).then_some(())
    }

    #[inline(always)]
    fn opened(&mut self) {}

    #[inline(always)]
    fn optional(&mut self, parts: impl FnOnce(&mut Self) -> Option<()>) -> Option<bool> {
        let before = *self;
        let are_there = parts(self).is_some();
        if !are_there {
            *self = before;
        }
        Some(are_there)
    }

    #[inline(always)]
    fn detail(&mut self, parts: impl FnOnce(&mut Self) -> Option<()>) {
        let before = *self;
        if parts(self).is_none() {
            *self = before;
        }
    }

    #[inline(always)]
    fn intact(&mut self, _: impl FnOnce(&mut Self) -> Option<()>) -> Option<()> {
        Some(())
    }
}
