//! What a record says has happened.

use memchr::memmem;

use super::event::Event;
use super::patterns::{self, Pattern};
use crate::record::{Form, Head, Level, Record, code};

/// Bytes at the start of a message that say what it is about.
const BEGIN: usize = 48;

/// What is known of a record: what it says, by which pattern, and with which code.
#[derive(Clone, Copy, Debug)]
pub struct Recognized {
    /// What has happened.
    pub event: Event,
    /// How it was recognized. `None` for [`Event::RequestFailed`], which needs no more than a code.
    pub pattern: Option<&'static Pattern>,
    /// The code that it carries, if any; 0 is success.
    pub code: Option<i32>,
}

impl Recognized {
    /// What `record` says, if it is anything that is known.
    pub fn of(record: &Record<'_>) -> Option<Recognized> {
        if !may_be_of_sdk(record) {
            return None;
        }
        let code = code(record.message);
        if let Some(pattern) = patterns::find(record, code) {
            return Some(Recognized { event: pattern.event, pattern: Some(pattern), code });
        }
        let failed = code.is_some_and(|code| code != 0) && is_report(record);
        failed.then_some(Recognized { event: Event::RequestFailed, pattern: None, code })
    }
}

/// Whether a code in `record` is that of a request: lines without a function dump objects, too, and these hold what users
/// write to each other.
fn is_report(record: &Record<'_>) -> bool {
    let begin = record.message.get(..BEGIN).unwrap_or(record.message);
    let begin = begin.split(|byte| matches!(byte, b'"' | b'{')).next().unwrap_or_default();
    record.function.is_some()
        || ["fail", "Fail", "error", "ret"].iter().any(|word| memmem::find(begin, word.as_bytes()).is_some())
}

/// Whether the SDK may have written `record`: apps with a mars log of their own use words and codes of their own.
fn may_be_of_sdk(record: &Record<'_>) -> bool {
    let tag_is =
        |tags: &[&str]| record.tag.is_some_and(|tag| tags.iter().any(|name| tag.eq_ignore_ascii_case(name.as_bytes())));
    match record.head.form {
        form if form.is_of_sdk() => true,
        Form::Logcat => tag_is(&["imsdk", "TIM", "ThirdPushTokenMgr"]),
        // Those of the app, through the SDK's listener.
        Form::Stock => tag_is(&["imsdk", "TIM", "TUIKit"]),
        Form::Other => {
            ["BaseManager:", "transport.cpp:"].iter().any(|name| record.message.starts_with(name.as_bytes()))
        }
        _ => false,
    }
}

/// Whether the tag of a line of mars, which is its fourth field, can be one of the SDK's. It need not be taken apart
/// for that.
fn names_sdk(text: &[u8]) -> bool {
    let tag = memchr::memchr_iter(b'[', text).nth(3).and_then(|at| text.get(at + 1..));
    tag.is_none_or(|tag| matches!(tag.first(), Some(b'i' | b'I' | b't' | b'T')))
}

/// Whether a diagnosis has to see the record with this head and text: most say that all is well, and need not be taken
/// apart one after the other. This is what all threads ask at once.
pub fn concerns(head: &Head, text: &[u8]) -> bool {
    if head.level >= Some(Level::Warn) {
        return true;
    }
    match head.form {
        Form::Note | Form::Marker => true,
        // The banner of the SDK, and lines that may be of a crash.
        Form::Tim if head.time.is_none() => true,
        Form::Other => super::crash::sign(text).is_some() || Recognized::of(&Record::new(*head, text)).is_some(),
        // Apps that use mars themselves write these, and hardly ever about the SDK.
        Form::Stock if !names_sdk(text) => super::crash::sign_in_continuation(text).is_some(),
        _ => {
            let seen = Recognized::of(&Record::new(*head, text));
            seen.is_some_and(|seen| !seen.event.is_routine()) || super::crash::sign_in_continuation(text).is_some()
        }
    }
}
