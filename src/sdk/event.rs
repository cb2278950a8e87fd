//! What a record says has happened.

use memchr::memmem;

use crate::record::{Form, Head, Level, Record, code};

use super::patterns::{self, Pattern};
use super::rules::RuleId;

/// Bytes at the start of a message that say what it is about.
const BEGIN: usize = 48;

/// Something that happens in the life of the SDK, whatever its generation calls it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Event {
    /// The SDK is initialized.
    Init,
    /// The SDK is shut down in an orderly way.
    Uninit,
    /// A connection to the server is tried.
    Connecting,
    /// The connection to the server is up.
    Connected,
    /// A try to connect failed.
    ConnectFailed,
    /// The phone has a network again.
    NetworkUp,
    /// The phone has no network.
    NetworkDown,
    /// A login starts.
    LoginBegin,
    /// A login has succeeded.
    LoginOk,
    /// A login has failed.
    LoginFailed,
    /// One step of a login has failed; the line that ends it follows.
    LoginStepFailed,
    /// A user has logged out.
    LogoutOk,
    /// The server has answered a login, and said what time it is.
    ServerTime,
    /// The UserSig has expired.
    UserSigExpired,
    /// The server has ended the login, for another device has logged in.
    Kicked,
    /// A heartbeat is sent.
    HeartbeatSent,
    /// A heartbeat has been answered.
    HeartbeatOk,
    /// A heartbeat has failed.
    HeartbeatFailed,
    /// The app comes to the foreground.
    Foreground,
    /// The app goes to the background.
    Background,
    /// A message has been sent.
    SendOk,
    /// A message could not be sent.
    SendFailed,
    /// The token for offline push has been handed in.
    PushTokenOk,
    /// The token for offline push was refused.
    PushTokenFailed,
    /// Any other request has failed, with a code.
    RequestFailed,
    /// An error or warning that is known to be harmless.
    Harmless,
}

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

impl Event {
    /// The rule that this is a sign of, if its code does not lead to another.
    pub fn rule(self) -> Option<RuleId> {
        match self {
            Event::ConnectFailed => Some(RuleId::ConnectFailed),
            Event::LoginFailed | Event::LoginStepFailed => Some(RuleId::LoginFailed),
            Event::UserSigExpired => Some(RuleId::UserSigExpired),
            Event::Kicked => Some(RuleId::KickedOffline),
            Event::SendFailed => Some(RuleId::SendFailed),
            Event::PushTokenFailed => Some(RuleId::PushTokenFailed),
            _ => None,
        }
    }
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
        Form::Tim | Form::Tim48 | Form::Tim40 | Form::Ios => true,
        Form::Logcat => tag_is(&["imsdk", "TIM", "ThirdPushTokenMgr"]),
        // Those of the app, through the SDK's listener.
        Form::Stock => tag_is(&["imsdk", "TIM", "TUIKit"]),
        Form::Other => {
            ["BaseManager:", "transport.cpp:"].iter().any(|name| record.message.starts_with(name.as_bytes()))
        }
        Form::Note | Form::Marker => false,
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
        _ => Recognized::of(&Record::new(*head, text)).is_some() || super::crash::sign_in_continuation(text).is_some(),
    }
}
