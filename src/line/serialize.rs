//! Records as serde has them: without the fields that they do not name.

use std::borrow::Cow;

use serde::{Serialize, Serializer};

use super::{Form, Head, Level, Record, Time};

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
    form: Form,
}

impl<'a> RecordFields<'a> {
    /// Those of `record`; `text` turns bytes into text.
    pub fn new(record: &Record<'a>, mut text: impl FnMut(&'a [u8]) -> Cow<'a, str>) -> RecordFields<'a> {
        let Record { head, pid, tid, main_thread, tag, source, line, function, message } = *record;
        let Head { form, level, time } = head;
        let [tag, source, function] = [tag, source, function].map(|field| field.map(&mut text));
        let message = text(message);
        RecordFields { time, level, pid, tid, main_thread, tag, source, line, function, message, form }
    }
}

/// Its fields, named as `imlog cat --json` names them. Bytes that are not UTF-8 become U+FFFD.
impl Serialize for Record<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        RecordFields::new(self, String::from_utf8_lossy).serialize(serializer)
    }
}
