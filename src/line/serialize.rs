//! Records as serde has them: without the fields that they do not name.

use std::borrow::Cow;

use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};

use super::{Fields, Form, Head, Level, Record, Time};

/// At most this many fields of a message are written. The message has them all.
const MOST_FIELDS: usize = 64;

/// The fields of a record, with their bytes as text.
#[derive(Serialize)]
pub struct RecordFields<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    time: Option<Time>,
    #[serde(skip_serializing_if = "Option::is_none")]
    level: Option<Level>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pid: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tid: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    main_thread: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tag: Option<Cow<'a, str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    source: Option<Cow<'a, str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    function: Option<Cow<'a, str>>,
    message: Cow<'a, str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<i32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    fields: Option<MessageFields<'a>>,
    form: Form,
}

/// The fields in a message. There is one at least. (That it is small is worth 5 % of the time that a record takes.)
struct MessageFields<'a>(&'a [u8]);

impl<'a> RecordFields<'a> {
    /// Those of `record`; `text` turns bytes into text. The text of a later part starts anywhere in its message, so that
    /// it has no fields of its own.
    pub fn new(
        record: &Record<'a>,
        is_later_part: bool,
        mut text: impl FnMut(&'a [u8]) -> Cow<'a, str>,
    ) -> RecordFields<'a> {
        let Record { head, pid, tid, main_thread, tag, source, line, function, message } = *record;
        let Head { form, level, time } = head;
        let (code, fields) = match is_later_part {
            true => (None, None),
            false => (record.code(), MessageFields::of(record)),
        };
        let [tag, source, function] = [tag, source, function].map(|field| field.map(&mut text));
        let message = text(message);
        RecordFields { time, level, pid, tid, main_thread, tag, source, line, function, message, code, fields, form }
    }
}

impl<'a> MessageFields<'a> {
    #[inline]
    fn of(record: &Record<'a>) -> Option<MessageFields<'a>> {
        let has_some = record.has_fields() && Fields::new(record.message).next().is_some();
        has_some.then_some(MessageFields(record.message))
    }
}

/// An object of strings. If a key is there again, its first value counts. Keys and values end beside ASCII characters,
/// so that they have the same U+FFFD as the message.
impl Serialize for MessageFields<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_map(None)?;
        let (mut keys, mut count) = ([&[][..]; MOST_FIELDS], 0);
        for (key, value) in Fields::new(self.0) {
            if keys.iter().take(count).any(|known| *known == key) {
                continue;
            }
            let Some(next) = keys.get_mut(count) else { break };
            (*next, count) = (key, count + 1);
            object.serialize_entry(&String::from_utf8_lossy(key), &String::from_utf8_lossy(value))?;
        }
        object.end()
    }
}

/// Its fields, named as `imlog cat --json` names them. Bytes that are not UTF-8 become U+FFFD.
impl Serialize for Record<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        RecordFields::new(self, false, String::from_utf8_lossy).serialize(serializer)
    }
}
