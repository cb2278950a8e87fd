//! Text to records: what was logged, when, how grave it is, and by whom.
//!
//! Each form that lines have stands in a file of its own. A form tells the *head* of a record by its first line, and
//! can later take the record apart. Everything up to the next head belongs to a record: messages run over several
//! lines. Lines that fit nothing, where there is no record that they could continue, are records of their own;
//! nothing is dropped. Heads are found by `scan`, on all threads; `assemble` makes records of them, in the order of
//! the file, across the borders of blocks and batches.
//!
//! Source of the forms: the vendor's pages and posted logs, as collected for this project; see each file.

pub mod assemble;
mod cursor;
pub(crate) mod fields;
mod ios;
mod iter;
mod level;
mod logcat;
mod note;
mod read;
pub mod scan;
#[cfg(feature = "serde")]
pub(crate) mod serialize;
mod stock;
pub(crate) mod template;
mod text;
mod tim;
mod tim40;
mod tim48;
pub mod time;

pub use assemble::{FoundRecord, LONGEST, Parts, Piece};
pub use fields::{Fields, code};
pub use iter::{OwnedPiece, OwnedRecord, Records};
pub use level::{Level, NoLevel};
pub use note::MARKER_PREFIX;
pub use read::{RecordSteps, read_parts, read_records};
pub use time::Time;

/// The form of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "lowercase"))]
#[non_exhaustive]
pub enum Form {
    /// Apps that use mars themselves: `[I][2023-11-05 +8.0 14:19:18.434][pid, tid*][tag][file.cpp:828, func][message`.
    Stock,
    /// IM SDK 5.x and later: `TIM: 2023-11-06 14:19:18.434 I |-login.cpp:768  LogRequestBegin  |message`.
    Tim,
    /// IM SDK 4.8 to 5.0: `TIM: 2020-08-18 13:48:50.746/I/28093-28183   /Network   -file.cpp.569  Func  /message`.
    Tim48,
    /// IM SDK 4.0 to 4.3: `2019-05-28 21:51:56.161| 21504|tag|I|  file.cpp:131 |func  > message`.
    Tim40,
    /// IM SDK on older iOS: `[INFO][TIMManager.mm:137][-[TIMManager initSdk:]][ImSDK]message`.
    Ios,
    /// What Android's logcat made of it: `2021-12-14 19:46:49.652 8830-8909/com.example.app E/imsdk: message`.
    Logcat,
    /// What the log writer itself says.
    Note,
    /// A line that a decoder left where something is missing.
    Marker,
    /// None of these.
    #[default]
    Other,
}

impl Form {
    /// Its name, in small letters.
    pub fn name(self) -> &'static str {
        match self {
            Form::Stock => "stock",
            Form::Tim => "tim",
            Form::Tim48 => "tim48",
            Form::Tim40 => "tim40",
            Form::Ios => "ios",
            Form::Logcat => "logcat",
            Form::Note => "note",
            Form::Marker => "marker",
            Form::Other => "other",
        }
    }
}

/// What some editors put at the start of a text.
const BOM: &[u8] = b"\xEF\xBB\xBF";

/// What the first bytes of a record say.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Head {
    /// The form of the line.
    pub form: Form,
    /// How grave it is, where it says so.
    pub level: Option<Level>,
    /// When it was logged, where it says so.
    pub time: Option<Time>,
}

impl Head {
    /// The head of the record that starts with `line`. `None`: none starts here.
    #[inline]
    pub fn of(line: &[u8]) -> Option<Head> {
        match line.first()? {
            b'[' => stock::head(line).or_else(|| note::marker(line)).or_else(|| ios::head(line)),
            b'T' => tim::head(line),
            b'0'..=b'9' => tim40::head(line).or_else(|| logcat::head(line)),
            b'V' | b'D' | b'I' | b'W' | b'E' | b'F' | b'A' => logcat::brief_head(line),
            b'^' | b'$' | b'~' | b'g' | b'M' | b'l' | b'c' => note::head(line),
            0xEF => Head::of(line.strip_prefix(BOM)?),
            _ => None,
        }
    }

    const fn new(form: Form, level: Option<Level>, time: Option<Time>) -> Head {
        Head { form, level, time }
    }
}

/// A record taken apart. Text is as it was logged: UTF-8 as a rule, but nothing enforces it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Record<'a> {
    /// Form, level and time.
    pub head: Head,
    /// Process.
    pub pid: Option<u64>,
    /// Thread.
    pub tid: Option<u64>,
    /// Whether that is the process's main thread.
    pub main_thread: Option<bool>,
    /// What the app calls this part of itself.
    pub tag: Option<&'a [u8]>,
    /// Source file.
    pub source: Option<&'a [u8]>,
    /// Line in the source file, from 1.
    pub line: Option<u32>,
    /// Function.
    pub function: Option<&'a [u8]>,
    /// The rest, continuation lines included, without the last line break.
    pub message: &'a [u8],
}

impl<'a> Record<'a> {
    /// Takes apart the text of a whole record, which starts with this head.
    pub fn new(head: Head, text: &'a [u8]) -> Record<'a> {
        let text = text.strip_suffix(b"\n").unwrap_or(text);
        let text = text.strip_suffix(b"\r").unwrap_or(text);
        let text = text.strip_prefix(BOM).unwrap_or(text);
        // Fields stand in the first line, the message goes on behind it.
        let line = text.get(..memchr::memchr(b'\n', text).unwrap_or(text.len())).unwrap_or(text);
        let mut record = Record { head, message: line, ..Record::default() };
        // Where a field is missing, those before it have been set, and the rest is the message.
        let _ = match head.form {
            Form::Stock => stock::fields(line, &mut record),
            Form::Tim => tim::fields(line, &mut record),
            Form::Tim48 => tim48::fields(line, &mut record),
            Form::Tim40 => tim40::fields(line, &mut record),
            Form::Ios => ios::fields(line, &mut record),
            Form::Logcat => logcat::fields(line, &mut record),
            Form::Note | Form::Marker | Form::Other => Some(()),
        };
        record.message = text.get(line.len() - record.message.len()..).unwrap_or_default();
        record
    }

    /// Sets source and line from `name:line`, `name.line` or a name alone.
    fn set_place(&mut self, place: &'a [u8], separator: u8) {
        let split = memchr::memrchr(separator, place).and_then(|at| place.split_at_checked(at));
        let numbered = split.and_then(|(name, rest)| Some((name, cursor::number(rest.get(1..)?)?)));
        let name = match numbered {
            Some((name, line)) => {
                self.line = u32::try_from(line).ok().filter(|&line| line > 0);
                name
            }
            None => place,
        };
        self.source = filled(name);
    }
}

/// A field that has something in it.
fn filled(field: &[u8]) -> Option<&[u8]> {
    Some(field.trim_ascii()).filter(|field| !field.is_empty())
}

#[cfg(test)]
fn parse(text: &str) -> Option<Record<'_>> {
    Head::of(text.as_bytes()).map(|head| Record::new(head, text.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_end_with_their_line() {
        for text in [
            "[I][2023-11-05 +8.0 14:19:18.434][1, 2][t][a.cpp:1, f]cut\nline two [k][v][w]",
            "2019-05-28 21:51:56.161| 21504|tag|I|  cut\nmore |x > y",
            "[INFO][A.mm:1][f]cut\n[x][y]z",
            "TIM: 2020-08-18 13:48:50.746/I/1-2   /Network\n-a.cpp.5  F  /m",
        ] {
            let record = parse(text).unwrap();
            let fields = [record.tag, record.source, record.function].into_iter().flatten();
            assert!(fields.clone().all(|field| !field.contains(&b'\n')), "{record:?}");
            assert!(text.as_bytes().ends_with(record.message) && record.message.contains(&b'\n'), "{record:?}");
        }
    }

    #[test]
    fn a_byte_order_mark_hides_nothing() {
        let record = parse("\u{FEFF}TIM: 2023-11-06 14:19:18.434 E |-a.cpp:1  f  |m\n").unwrap();
        assert_eq!((record.head.level, record.line, record.message), (Some(Level::Error), Some(1), &b"m"[..]));
    }
}
