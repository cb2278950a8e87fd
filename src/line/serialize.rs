//! Records as serde has them: without the fields that they do not name.

use std::borrow::Cow;

use serde::{Serialize, Serializer};

use super::{Form, Head, Level, Record, Time};

#[derive(Serialize)]
struct RecordFields<'a> {
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

/// Its fields, named as `imlog cat --json` names them. Bytes that are not UTF-8 become U+FFFD.
impl Serialize for Record<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Record { head, pid, tid, main_thread, tag, source, line, function, message } = *self;
        let Head { form, level, time } = head;
        let [tag, source, function] = [tag, source, function].map(|field| field.map(String::from_utf8_lossy));
        let message = String::from_utf8_lossy(message);
        let fields = RecordFields { time, level, pid, tid, main_thread, tag, source, line, function, message, form };
        fields.serialize(serializer)
    }
}
