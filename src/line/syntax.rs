//! What a head with a time looks like, as data. Everything that has to recognize heads goes by this description:
//! reading ([`Syntax::read`], and the shortcut that `record::template` takes from it), and the glance at text that may
//! be damaged ([`Syntax::glance`]).

use Part::{Border, Clock, Date, Ids, LevelLetter, Offset, Spaces, Text};

use super::cursor::{self, Cursor};
use super::time::{DAY, Time};
use super::{Form, Head, Level, shape};

/// Heads of mars: `[I][2023-11-05 +8.0 14:19:18.434][8844, 9112*][`.
pub const STOCK: Syntax = Syntax {
    opening: &[Text(b"["), LevelLetter, Text(b"][")],
    time: &[Date, Text(b" "), Offset, Text(b" "), Clock],
    endings: &[Ending { form: Form::Stock, start: b"]", level: &[] }],
    timeless: None,
    intact: &[Text(b"]["), Ids, Text(b"][")],
};

/// Heads of the IM SDK, 4.8 and later: `TIM: 2020-08-18 13:48:50.746/I/` and `TIM: 2023-11-06 14:19:18.434 I |-`.
pub const TIM: Syntax = Syntax {
    opening: &[Text(b"TIM: ")],
    time: &[Date, Text(b" "), Clock],
    endings: &[
        Ending { form: Form::Tim48, start: b"/", level: &[LevelLetter] },
        Ending { form: Form::Tim, start: b"", level: &[Spaces, LevelLetter, Border] },
    ],
    timeless: Some(Form::Tim),
    intact: &[],
};

/// A head, part by part.
#[derive(Clone, Copy, Debug)]
pub struct Syntax {
    /// What such a line starts with.
    opening: &'static [Part],
    /// What follows, up to the end of its time.
    time: &'static [Part],
    /// How it can go on. The first ending whose start is there applies; without one, the line is no head.
    endings: &'static [Ending],
    /// The form of a head without a time, if there is such a head.
    timeless: Option<Form>,
    /// What follows the time in an undamaged line. A cut record does without.
    intact: &'static [Part],
}

/// How a head ends, after its time.
#[derive(Clone, Copy, Debug)]
struct Ending {
    form: Form,
    start: &'static [u8],
    /// The level, if it comes after the time. A head where something else stands has no level.
    level: &'static [Part],
}

/// A part of a head.
#[derive(Clone, Copy, Debug)]
enum Part {
    /// These bytes.
    Text(&'static [u8]),
    /// `I`
    LevelLetter,
    /// `2023-11-05`
    Date,
    /// `+8.0`: hours ahead of UTC.
    Offset,
    /// `14:19:18.434`
    Clock,
    /// `8844, 9112*`: process and thread.
    Ids,
    /// One space or more.
    Spaces,
    /// The end of a word or of the line, which is not taken.
    Border,
}

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

/// What the parts of a head say.
#[derive(Clone, Copy, Debug, Default)]
struct Values {
    level: Option<Level>,
    day: i64,
    millis: i64,
    zone: Option<i16>,
    /// How much of the line is left where the level starts, in bytes.
    level_on: usize,
    /// And where the time of day does.
    clock_on: usize,
}

impl Syntax {
    /// Reads the head of `line`. `None`: it is not one of these.
    pub fn read<'a>(&self, line: &'a [u8]) -> Option<ReadHead<'a>> {
        let (mut cursor, mut values) = (Cursor(line), Values::default());
        values.read(self.opening, &mut cursor)?;
        let opened = cursor;
        if values.read(self.time, &mut cursor).is_none() {
            let head = Head::new(self.timeless?, values.level, None);
            return Some(ReadHead { head, rest: opened.0, places: None });
        }
        let ending = self.endings.iter().find(|ending| cursor.literal(ending.start).is_some())?;
        let (mut ahead, before) = (cursor, values);
        match values.read(ending.level, &mut ahead) {
            Some(()) => cursor = ahead,
            None => values = before,
        }
        let time = Time { wall: values.day * DAY + values.millis, zone: values.zone };
        let at = |left: usize| line.len() - left;
        let places = values.level.map(|_| Places { level: at(values.level_on), clock: at(values.clock_on) });
        Some(ReadHead { head: Head::new(ending.form, values.level, Some(time)), rest: cursor.0, places })
    }

    /// Checks whether `line` starts like such a head, and whether that goes on as an undamaged one does.
    #[inline]
    pub fn glance(&self, line: &[u8]) -> LineHead {
        let (mut cursor, mut second) = (Cursor(line), None);
        let mut are_there = |parts: &[Part]| parts.iter().all(|part| part.take(&mut cursor, &mut second));
        if !are_there(self.opening) {
            return LineHead::None;
        }
        if self.timeless.is_some() && !cursor.0.first().is_some_and(u8::is_ascii_digit) {
            return LineHead::None;
        }
        let mut are_there = |parts: &[Part]| parts.iter().all(|part| part.take(&mut cursor, &mut second));
        let is_whole = are_there(self.time) && are_there(self.intact);
        second.filter(|_| is_whole).map_or(LineHead::Broken, LineHead::Time)
    }
}

impl Values {
    /// Reads `parts`, which come next.
    #[inline]
    fn read(&mut self, parts: &[Part], cursor: &mut Cursor<'_>) -> Option<()> {
        parts.iter().try_for_each(|part| self.read_part(*part, cursor))
    }

    #[inline]
    fn read_part(&mut self, part: Part, cursor: &mut Cursor<'_>) -> Option<()> {
        let left = cursor.0.len();
        match part {
            Text(text) => cursor.literal(text)?,
            LevelLetter => (self.level, self.level_on) = (Some(cursor.level()?), left),
            Date => self.day = cursor.date()?,
            Clock => (self.millis, self.clock_on) = (cursor.time_of_day()?, left),
            Offset => self.zone = Some(cursor.offset()?),
            Ids => cursor.skip(31, is_of_ids),
            Spaces => {
                cursor.literal(b" ")?;
                while cursor.literal(b" ").is_some() {}
            }
            Border => return matches!(cursor.0.first(), None | Some(b' ' | b'|' | b'\r' | b'\n')).then_some(()),
        }
        Some(())
    }
}

impl Part {
    /// Takes this part if it comes next, in the shape that writers give it: a glance does not check what it says,
    /// except for the second of the day, which it notes.
    #[inline]
    fn take(self, cursor: &mut Cursor<'_>, second: &mut Option<i32>) -> bool {
        match self {
            Text(text) => cursor.literal(text).is_some(),
            LevelLetter => cursor.byte().is_some_and(Level::is_logged),
            Date => cursor.shape(&shape::DATE, shape::DATE_LEN).is_some(),
            Clock => {
                *second = cursor.shape(&shape::CLOCK, shape::CLOCK_LEN).and_then(cursor::second);
                second.is_some()
            }
            Offset => {
                cursor.skip(7, |byte| byte != b' ');
                true
            }
            Ids => {
                cursor.skip(31, is_of_ids);
                true
            }
            Spaces | Border => Values::default().read_part(self, cursor).is_some(),
        }
    }
}

/// Whether a process and a thread are written with this, as in `8844, 9112*`.
fn is_of_ids(byte: u8) -> bool {
    byte.is_ascii_digit() || matches!(byte, b',' | b' ' | b'*' | b'-')
}
