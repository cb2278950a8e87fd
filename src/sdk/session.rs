//! The life of a process in the log: who it was, what it was doing when, and how it ended.

use super::activity::{Heartbeats, Logins};
use super::words::text;
use crate::record::Time;

/// Different users of a session that are named.
const MAX_USERS: usize = 8;
/// Changes of state that a session keeps; further ones are counted.
const MAX_CHANGES: usize = 512;

/// What the banner and the line of initSDK say. Text is as it was logged, up to 128 bytes of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct About {
    /// Version of the SDK.
    pub sdk_version: Option<String>,
    /// `Android`, `iOS` …
    pub platform: Option<String>,
    /// Model of the device.
    pub device: Option<String>,
    /// Version of its system.
    pub system: Option<String>,
    /// SDKAppID.
    pub app_id: Option<String>,
    /// The log level that the app has set.
    pub log_level: Option<String>,
}

impl About {
    /// Sets the fields that are not set yet to those of `other`.
    pub(super) fn fill(&mut self, other: About) {
        let About { sdk_version, platform, device, system, app_id, log_level } = other;
        for (known, new) in [
            (&mut self.sdk_version, sdk_version),
            (&mut self.platform, platform),
            (&mut self.device, device),
            (&mut self.system, system),
            (&mut self.app_id, app_id),
            (&mut self.log_level, log_level),
        ] {
            *known = known.take().or(new);
        }
    }

    /// Sets a field that is not set yet, as the banner (`SDK Version`) or initSDK (`sdk_version`) names it.
    pub fn set(&mut self, key: &str, value: &[u8]) {
        let field = match key {
            "SDK Version" | "Ver" | "sdk_version" | "app version" => &mut self.sdk_version,
            "Platform" | "platform" => &mut self.platform,
            "Device Type" | "device_type" | "device type" => &mut self.device,
            "System Ver" | "system_version" | "system version" => &mut self.system,
            "SDK APP ID" | "sdk_app_id" | "sdkAppId" | "sdkappid" => &mut self.app_id,
            "log_level" => &mut self.log_level,
            _ => return,
        };
        if field.is_none() && !value.is_empty() {
            *field = Some(text(value));
        }
    }
}

/// How a session ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Ending {
    /// The SDK was shut down.
    Uninit,
    /// Another process followed, and the SDK had not been shut down: killed, or crashed.
    Unclean,
    /// The log ends before the session does.
    Open,
}

impl Ending {
    /// Its name in all that machines read.
    pub fn id(self) -> &'static str {
        match self {
            Ending::Uninit => "uninit",
            Ending::Unclean => "unclean",
            Ending::Open => "open",
        }
    }

    /// In a few words.
    pub fn name(self) -> &'static str {
        match self {
            Ending::Uninit => "shut down",
            Ending::Unclean => "killed or crashed",
            Ending::Open => "still running at the end of the log",
        }
    }
}

/// What a state is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Track {
    /// Whether the SDK is initialized.
    Process,
    /// Whether there is a connection to the server.
    Connection,
    /// Whether a user is logged in.
    Login,
    /// Whether the app is in the foreground.
    App,
}

impl Track {
    /// All of them, in the order in which they are shown.
    pub const ALL: [Track; 4] = [Track::Process, Track::Connection, Track::Login, Track::App];

    /// Its name, in small letters.
    pub fn name(self) -> &'static str {
        match self {
            Track::Process => "process",
            Track::Connection => "connection",
            Track::Login => "login",
            Track::App => "app",
        }
    }
}

/// What a track is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TrackState {
    /// The process runs, and has not initialized the SDK.
    Started,
    /// The SDK is initialized.
    Initialized,
    /// The SDK has been shut down.
    Uninitialized,
    /// A connection is tried.
    Connecting,
    /// The connection is up.
    Connected,
    /// Tries to connect fail.
    Failing,
    /// The phone has no network.
    Offline,
    /// There is no connection, for the SDK is shut down.
    Closed,
    /// A login is under way.
    LoggingIn,
    /// A user is logged in.
    LoggedIn,
    /// The login has failed.
    LoginFailed,
    /// The UserSig has expired.
    Expired,
    /// Another device has ended the login.
    Kicked,
    /// The user has logged out.
    LoggedOut,
    /// The app is in the foreground.
    Foreground,
    /// The app is in the background.
    Background,
}

impl TrackState {
    /// Its name in all that machines read.
    pub fn id(self) -> &'static str {
        match self {
            TrackState::Started => "started",
            TrackState::Initialized => "initialized",
            TrackState::Uninitialized => "uninitialized",
            TrackState::Connecting => "connecting",
            TrackState::Connected => "connected",
            TrackState::Failing => "failing",
            TrackState::Offline => "offline",
            TrackState::Closed => "closed",
            TrackState::LoggingIn => "logging-in",
            TrackState::LoggedIn => "logged-in",
            TrackState::LoginFailed => "login-failed",
            TrackState::Expired => "expired",
            TrackState::Kicked => "kicked",
            TrackState::LoggedOut => "logged-out",
            TrackState::Foreground => "foreground",
            TrackState::Background => "background",
        }
    }

    /// In a word or two.
    pub fn name(self) -> &'static str {
        match self {
            TrackState::Started => "started",
            TrackState::Initialized => "initialized",
            TrackState::Uninitialized => "shut down",
            TrackState::Connecting => "connecting",
            TrackState::Connected => "connected",
            TrackState::Failing => "failing",
            TrackState::Offline => "offline",
            TrackState::Closed => "closed",
            TrackState::LoggingIn => "logging in",
            TrackState::LoggedIn => "logged in",
            TrackState::LoginFailed => "login failed",
            TrackState::Expired => "UserSig expired",
            TrackState::Kicked => "kicked offline",
            TrackState::LoggedOut => "logged out",
            TrackState::Foreground => "foreground",
            TrackState::Background => "background",
        }
    }

    /// What it is about.
    pub fn track(self) -> Track {
        match self {
            TrackState::Started | TrackState::Initialized | TrackState::Uninitialized => Track::Process,
            TrackState::Connecting
            | TrackState::Connected
            | TrackState::Failing
            | TrackState::Offline
            | TrackState::Closed => Track::Connection,
            TrackState::LoggingIn
            | TrackState::LoggedIn
            | TrackState::LoginFailed
            | TrackState::Expired
            | TrackState::Kicked
            | TrackState::LoggedOut => Track::Login,
            TrackState::Foreground | TrackState::Background => Track::App,
        }
    }
}

/// A track gets into a state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Change {
    /// When.
    pub time: Time,
    /// Into which state.
    pub state: TrackState,
}

/// A process, from the start of its SDK to its end.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Session {
    /// Its number in the diagnosis, from 1.
    pub number: u64,
    /// Process id.
    pub pid: Option<u64>,
    /// What it says of itself.
    pub about: About,
    /// Users that logged in, in order, up to eight different ones.
    pub users: Vec<String>,
    /// Time of its first record that has one.
    pub first: Option<Time>,
    /// Time of its last record that has one.
    pub last: Option<Time>,
    /// How far its clock was ahead of UTC, in minutes, where the log says so.
    pub zone: Option<i16>,
    /// Its start is in the log. Otherwise the log begins later, and what came before is not known.
    pub has_start: bool,
    /// How it ended.
    pub ending: Ending,
    /// Its states, in order.
    pub changes: Vec<Change>,
    /// Changes that are not kept.
    pub further_changes: u64,
    /// Records in it.
    pub records: u64,
    /// Its logins.
    pub logins: Logins,
    /// How often the connection to the server came up.
    pub connects: u64,
    /// How often a try to connect failed.
    pub failed_connects: u64,
    /// Its heartbeats.
    pub heartbeats: Heartbeats,
    /// What each track is in, as [`Track::ALL`] has them.
    now: [Option<TrackState>; Track::ALL.len()],
}

impl Session {
    pub(super) fn new(number: u64, has_start: bool) -> Session {
        Session {
            number,
            pid: None,
            about: About::default(),
            users: Vec::new(),
            first: None,
            last: None,
            zone: None,
            has_start,
            ending: Ending::Open,
            changes: Vec::new(),
            further_changes: 0,
            records: 0,
            logins: Logins::default(),
            connects: 0,
            failed_connects: 0,
            heartbeats: Heartbeats::default(),
            now: [None; Track::ALL.len()],
        }
    }

    /// A record of it has this time.
    pub(super) fn reach(&mut self, time: Time) {
        self.first.get_or_insert(time);
        self.last = Some(time);
    }

    pub(super) fn add_user(&mut self, name: &[u8]) {
        let name = text(name.trim_ascii());
        if !name.is_empty() && self.users.len() < MAX_USERS && !self.users.contains(&name) {
            self.users.push(name);
        }
    }

    /// The state that this track is in at the end.
    pub fn state(&self, track: Track) -> Option<TrackState> {
        self.now.get(track as usize).copied().flatten()
    }

    pub(super) fn change(&mut self, time: Option<Time>, state: TrackState) {
        let track = state.track();
        if self.state(track) == Some(state) {
            return;
        }
        if let Some(now) = self.now.get_mut(track as usize) {
            *now = Some(state);
        }
        self.connects += u64::from(state == TrackState::Connected);
        match time {
            Some(time) if self.changes.len() < MAX_CHANGES => self.changes.push(Change { time, state }),
            _ => self.further_changes += 1,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_state_is_kept_once_until_it_changes() {
        let mut session = Session::new(1, true);
        let time = |wall| Some(Time { wall, zone: None });
        for (wall, state) in [
            (1, TrackState::LoggingIn),
            (2, TrackState::Connected),
            (3, TrackState::LoggingIn),
            (4, TrackState::LoggedIn),
        ] {
            session.change(time(wall), state);
        }
        let states: Vec<_> = session.changes.iter().map(|change| (change.time.wall, change.state)).collect();
        assert_eq!(states, [(1, TrackState::LoggingIn), (2, TrackState::Connected), (4, TrackState::LoggedIn)]);
        assert_eq!((session.state(Track::Login), session.state(Track::App)), (Some(TrackState::LoggedIn), None));
    }

    #[test]
    fn what_a_session_keeps_is_bounded() {
        let mut session = Session::new(1, true);
        for wall in 0..10_000 {
            let state = if wall % 2 == 0 { TrackState::Connected } else { TrackState::Failing };
            session.change(Some(Time { wall, zone: None }), state);
            session.add_user(wall.to_string().repeat(100).as_bytes());
        }
        assert_eq!((session.changes.len(), session.users.len()), (512, 8));
        assert!(session.users.iter().all(|user| user.len() <= 128) && session.further_changes > 9000);
    }
}
