//! What happens in the life of the SDK.

use super::rules::RuleId;

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

impl Event {
    /// Whether it says that all is well. That counts only while something is not: see `Story::is_waiting`.
    pub(super) fn is_routine(self) -> bool {
        matches!(self, Event::HeartbeatSent | Event::HeartbeatOk | Event::SendOk | Event::PushTokenOk)
    }

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
