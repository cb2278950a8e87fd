//! What a record says has happened.

use memchr::memmem;

use super::crash;
use super::event::Event;
use super::patterns::{self, Pattern};
use crate::line::{Statement, code_in};
use crate::record::{Form, Head, Level, Verdict};

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
    /// What the record with this head and first line says, if it is anything that is known.
    pub fn of(head: &Head, line: &[u8]) -> Option<Recognized> {
        let said = Statement::of(head, line);
        if !may_be_of_sdk(head.form, &said) {
            return None;
        }
        let code = code_in(said.message);
        if let Some(pattern) = patterns::find(&said, code) {
            return Some(Recognized { event: pattern.event, pattern: Some(pattern), code });
        }
        let failed = code.is_some_and(|code| code != 0) && is_report(&said);
        failed.then_some(Recognized { event: Event::RequestFailed, pattern: None, code })
    }
}

/// Whether a code in what was said is that of a request: lines without a function dump objects, too, and these hold what
/// users write to each other.
fn is_report(said: &Statement<'_>) -> bool {
    let begin = said.message.get(..BEGIN).unwrap_or(said.message);
    let begin = begin.split(|byte| matches!(byte, b'"' | b'{')).next().unwrap_or_default();
    said.function().is_some()
        || ["fail", "Fail", "error", "ret"].iter().any(|word| memmem::find(begin, word.as_bytes()).is_some())
}

/// Whether the SDK may have said this in a line of this form: apps with a mars log of their own use words and codes of
/// their own.
fn may_be_of_sdk(form: Form, said: &Statement<'_>) -> bool {
    let tag_is = |tags: &[&str]| said.tag.is_some_and(|tag| is_one_of(tag, tags));
    match form {
        form if form.is_of_sdk() => true,
        Form::Logcat => tag_is(&["imsdk", "TIM", "ThirdPushTokenMgr"]),
        Form::Stock => tag_is(&STOCK_TAGS),
        Form::Other => ["BaseManager:", "transport.cpp:"].iter().any(|name| said.message.starts_with(name.as_bytes())),
        _ => false,
    }
}

/// Tags of lines of an app that the SDK has written, through its listener.
const STOCK_TAGS: [&str; 3] = ["imsdk", "TIM", "TUIKit"];

fn is_one_of(tag: &[u8], tags: &[&str]) -> bool {
    tags.iter().any(|name| tag.eq_ignore_ascii_case(name.as_bytes()))
}

/// Whether the tag of a line of mars, which is its fourth field, can be one of the SDK's. The line need not be taken apart
/// for that.
fn names_sdk(text: &[u8]) -> bool {
    let mut ends = memchr::memchr_iter(b']', text).skip(2);
    let tag = ends.next().zip(ends.next()).and_then(|(before, end)| text.get(before + 2..end));
    tag.is_none_or(|tag| is_one_of(tag.trim_ascii(), &STOCK_TAGS))
}

/// What a record is to a diagnosis.
#[derive(Clone, Copy, Debug)]
pub struct Concern {
    /// Whether it has to be looked at: most records say that all is well.
    pub(super) passes: bool,
    /// What it says, if that is known.
    pub(super) seen: Option<Recognized>,
    /// It has the sign of a crash in it.
    pub(super) has_crash: bool,
    /// Its text, as far as it was judged, is one line.
    pub(super) is_line: bool,
}

impl Verdict for Concern {
    fn passes(self) -> bool {
        self.passes
    }
}

/// What the record with this head and text is to a diagnosis. This is what all threads ask at once, so that no record
/// has to be taken apart in the order of the log but those that something follows from.
pub fn concerns(head: &Head, text: &[u8]) -> Concern {
    let line = text.get(..memchr::memchr(b'\n', text).map_or(text.len(), |end| end + 1)).unwrap_or(text);
    let is_line = line.len() == text.len();
    let has_crash = head.form == Form::Other && crash::sign(line).is_some()
        || !is_line && crash::sign_in_continuation(text).is_some();
    let seen = match head.form {
        Form::Note | Form::Marker => None,
        // Apps that use mars themselves write these, and hardly ever about the SDK.
        Form::Stock if !names_sdk(line) => None,
        _ => Recognized::of(head, line),
    };
    let is_about_start = match head.form {
        Form::Note | Form::Marker => true,
        // The banner of the SDK.
        Form::Tim => head.time.is_none(),
        _ => false,
    };
    let tells = seen.is_some_and(|seen| !seen.event.is_routine());
    Concern {
        passes: head.level >= Some(Level::Warn) || is_about_start || has_crash || tells,
        seen,
        has_crash,
        is_line,
    }
}
