//! How good a state is.

use super::session::TrackState;

/// How good a state is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Mood {
    /// Nothing is known, or nothing is going on.
    Idle,
    /// As it should be.
    Good,
    /// On its way.
    Pending,
    /// Not as it should be.
    Bad,
}

impl TrackState {
    /// How good it is.
    pub(crate) fn mood(self) -> Mood {
        match self {
            TrackState::Initialized | TrackState::Connected | TrackState::LoggedIn | TrackState::Foreground => {
                Mood::Good
            }
            TrackState::Started | TrackState::Connecting | TrackState::LoggingIn => Mood::Pending,
            TrackState::Failing
            | TrackState::Offline
            | TrackState::LoginFailed
            | TrackState::Expired
            | TrackState::Kicked => Mood::Bad,
            TrackState::Uninitialized | TrackState::Closed | TrackState::LoggedOut | TrackState::Background => {
                Mood::Idle
            }
        }
    }
}
