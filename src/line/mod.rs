//! What a line says: the form it has, the head of a record that it may start, and the fields of that. Pure, and below
//! all that reads lines: whether text is damaged is judged by the same description of heads that records are read by.
//!
//! Heads with a time that writers give today stand in [`syntax`], as data. Each form has a file with the fields of its
//! records, and where its heads differ from the others in more than their parts, with how they are read.
//!
//! Source of the forms: the vendor's pages and posted logs, as collected for this project; see each file.

mod cursor;
mod dated;
mod fields;
mod glance;
mod ios;
mod level;
mod logcat;
mod message;
mod note;
mod own;
mod read;
#[cfg(feature = "serde")]
pub(crate) mod serialize;
pub(crate) mod shape;
mod statement;
mod stock;
mod syntax;
mod tim;
mod tim40;
mod tim48;
pub mod time;

pub(crate) use cursor::number;
pub use fields::Record;
use fields::{filled, trim_line};
pub use glance::{LineHead, is_torn};
pub use level::{Level, NoLevel};
pub(crate) use message::code_in;
pub use message::{Fields, code};
pub use note::{MARKER_PREFIX, tells_of_loss};
pub use own::{BadForm, OwnForm, teach};
pub use read::Places;
use read::ReadHead;
pub(crate) use statement::Statement;
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
    /// IM SDK 4.6 to 5.0: `TIM: 2020-08-18 13:48:50.746/I/28093-28183   /Network   -file.cpp.569  Func  /message`.
    Tim48,
    /// IM SDK 4.0 to 4.3: `2019-05-28 21:51:56.161| 21504|tag|I|  file.cpp:131 |func  > message`, some without thread.
    Tim40,
    /// IM SDK on older iOS: `[INFO][TIMManager.mm:137][-[TIMManager initSdk:]][ImSDK]message`.
    Ios,
    /// The same as Android's logcat shows it: `2021-12-14 19:46:49.652 8830-8909/com.example.app E/imsdk: message`.
    Logcat,
    /// A form that the user has described.
    Own,
    /// A line whose head is not known, but says when it was logged and how severe it is.
    Dated,
    /// A line of the log writer itself.
    Note,
    /// A line that a decoder left where something is missing.
    Marker,
    /// None of these.
    #[default]
    Other,
}

impl Form {
    /// Whether it is a form of the IM SDK itself, of any version.
    pub fn is_of_sdk(self) -> bool {
        matches!(self, Form::Tim | Form::Tim48 | Form::Tim40 | Form::Ios)
    }

    /// Its name, in lower case.
    pub fn name(self) -> &'static str {
        match self {
            Form::Stock => "stock",
            Form::Tim => "tim",
            Form::Tim48 => "tim48",
            Form::Tim40 => "tim40",
            Form::Ios => "ios",
            Form::Logcat => "logcat",
            Form::Own => "own",
            Form::Dated => "dated",
            Form::Note => "note",
            Form::Marker => "marker",
            Form::Other => "other",
        }
    }
}

/// The byte order mark that some editors put at the start of a text.
const BOM: &[u8] = b"\xEF\xBB\xBF";

/// What the first bytes of a record say.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Head {
    /// The form of the line.
    pub form: Form,
    /// The severity, if the head names one.
    pub level: Option<Level>,
    /// When it was logged, if the head says so.
    pub time: Option<Time>,
}

impl Head {
    /// The head of the record that starts with `line`. `None`: none starts here.
    #[inline]
    pub fn of(line: &[u8]) -> Option<Head> {
        Head::known(line).or_else(|| own::head(line)).or_else(|| dated::head(line))
    }

    /// The same of the forms that come with imlog.
    #[inline]
    fn known(line: &[u8]) -> Option<Head> {
        match line.first()? {
            b'[' => Head::stock(line).or_else(|| note::marker(line)).or_else(|| ios::head(line)),
            b'T' => Head::tim(line),
            b'0'..=b'9' => tim40::head(line).or_else(|| logcat::head(line)),
            b'V' | b'D' | b'I' | b'W' | b'E' | b'F' | b'A' => logcat::brief_head(line),
            b'^' | b'$' | b'~' | b'g' | b'M' | b'l' | b'c' => note::head(line),
            0xEF => Head::known(line.strip_prefix(BOM)?),
            _ => None,
        }
    }

    fn stock(line: &[u8]) -> Option<Head> {
        ReadHead::new(line, syntax::stock).map(|read| read.head)
    }

    fn tim(line: &[u8]) -> Option<Head> {
        ReadHead::new(line, syntax::tim).map(|read| read.head)
    }

    /// Where the parts of such a head stand that differ from line to line, if it has them.
    pub fn places(line: &[u8]) -> Option<Places> {
        match line.first()? {
            b'[' => ReadHead::new(line, syntax::stock)?.places,
            b'T' => ReadHead::new(line, syntax::tim)?.places,
            _ => None,
        }
    }

    const fn new(form: Form, level: Option<Level>, time: Option<Time>) -> Head {
        Head { form, level, time }
    }
}

impl<'a> Record<'a> {
    /// Takes apart the text of a whole record, which starts with this head.
    pub fn new(head: Head, text: &'a [u8]) -> Record<'a> {
        let text = trim_line(text);
        // All fields are in the first line; only the message goes on after it.
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
            Form::Own => own::fields(line, &mut record),
            Form::Dated | Form::Note | Form::Marker | Form::Other => Some(()),
        };
        record.message = text.get(line.len() - record.message.len()..).unwrap_or_default();
        record
    }
}

#[cfg(test)]
fn parse(text: &str) -> Option<Record<'_>> {
    Head::known(text.as_bytes()).map(|head| Record::new(head, text.as_bytes()))
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
