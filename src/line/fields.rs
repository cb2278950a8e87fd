//! The fields of a record.

use super::{BOM, Fields, Form, Head, code, cursor};

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
    /// Whether that is the main thread of the process.
    pub main_thread: Option<bool>,
    /// The tag: what the app calls this part of itself.
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
    /// The error code that it carries, 0 (success) included, in the spellings of the IM SDK and of apps that use it:
    /// `error_code:70001`, `error code:9508`, `code:6014|desc:`, `Login failed, code 6206|msg`.
    pub fn code(&self) -> Option<i32> {
        match self.head.form {
            Form::Note | Form::Marker => None,
            _ => code(self.message),
        }
    }

    /// The fields in its message, `task_id:6|userid:user_A`. Only lines of the IM SDK have any.
    pub fn fields(&self) -> Fields<'a> {
        Fields::new(if self.has_fields() { self.message } else { &[] })
    }

    /// Whether its message may have fields: whether it is of the IM SDK.
    pub(super) fn has_fields(&self) -> bool {
        match self.head.form {
            Form::Logcat => self.tag == Some(b"imsdk"),
            form => form.is_of_sdk(),
        }
    }

    /// Sets source and line from `name:line`, `name.line`, or just a name.
    pub(super) fn set_place(&mut self, place: &'a [u8], separator: u8) {
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

/// A line without its line break and byte order mark.
#[inline]
pub(super) fn trim_line(line: &[u8]) -> &[u8] {
    let line = line.strip_suffix(b"\n").unwrap_or(line);
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    line.strip_prefix(BOM).unwrap_or(line)
}

/// The field, unless it is blank.
pub(super) fn filled(field: &[u8]) -> Option<&[u8]> {
    Some(trim_end(field).trim_ascii_start()).filter(|field| !field.is_empty())
}

/// Without the blanks at the end, of which there may be many: as `Cursor::spaces` does at the start.
#[inline]
pub(super) fn trim_end(mut field: &[u8]) -> &[u8] {
    while let Some((rest, b"        ")) = field.split_last_chunk() {
        field = rest;
    }
    field.trim_ascii_end()
}
