//! The fields of a record.

use super::{Head, cursor};

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

/// The field, unless it is blank.
pub(super) fn filled(field: &[u8]) -> Option<&[u8]> {
    Some(field.trim_ascii()).filter(|field| !field.is_empty())
}
