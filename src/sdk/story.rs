//! Events, in the order of the log, to findings: what is more than a line that says so is worked out here.

use super::activity::{LoginResult, millis};
use super::causes::{self, is_outage};
use super::event::Event;
use super::finding::{Evidence, Finding};
use super::findings::{Findings, Sign};
use super::recognized::Recognized;
use super::record_at::RecordAt;
use super::rules::{self, RuleId, Severity};
use super::session::{Ending, Track, TrackState};
use super::sessions::{Ended, Running, Sessions};
use super::start::{about_in_init, word_after};
use super::words::{clock, length};
use crate::record::{Fields, Time, number};

/// What is over once a user is online.
const OFFLINE: [RuleId; 7] = [
    RuleId::ConnectFailed,
    RuleId::NotLoggedIn,
    RuleId::UserSigExpired,
    RuleId::UserSigLoop,
    RuleId::UserSigInvalid,
    RuleId::KickedOffline,
    RuleId::LoginFailed,
];
/// Failed logins in a row, with an expired UserSig, that make a loop.
const LOOP: u64 = 3;
/// A login that takes so long, in milliseconds, is slow.
const SLOW: i64 = 3_000;
/// A session without a line for so long, in milliseconds, has slept: three heartbeats.
const ASLEEP: i64 = 3 * 120_000;
/// A clock that differs so much from the server's, in milliseconds, is wrong.
const SKEW: i64 = 5 * 60_000;
/// Zones lie on quarters of an hour.
const QUARTER: i64 = 15 * 60_000;
/// No zone is farther from UTC, in milliseconds.
const FARTHEST_ZONE: i64 = 14 * 3_600_000;

/// Follows the sessions of an app.
#[derive(Debug, Default)]
pub(super) struct Story {
    sessions: Sessions,
    ended: Ended,
    /// What was found so far.
    pub findings: Findings,
    /// How far the phone's clock was ahead of the server's when that was first seen, in milliseconds. Zone included.
    first_offset: Option<i64>,
}

impl Story {
    /// A record with this time stands in the session that runs.
    pub fn pass(&mut self, time: Time) {
        // What follows the lines of a start is not of the process before, which may have ended days ago.
        if self.sessions.is_starting() {
            return;
        }
        let Some(running) = self.sessions.current() else { return };
        let session = &mut running.session;
        session.records += 1;
        let before = session.last.replace(time);
        session.first.get_or_insert(time);
        if let Some(before) = before
            && time.wall - before.wall > ASLEEP
            && session.state(Track::Login) == Some(TrackState::LoggedIn)
        {
            let number = session.number;
            self.slept(number, before, time);
        }
    }

    fn slept(&mut self, session: u64, from: Time, to: Time) {
        let finding = self.findings.lasting(RuleId::HeartbeatGap, Some(session));
        let Some(finding) = finding else { return };
        finding.reach(Some(from));
        finding.reach(Some(to));
        finding.count += 1;
        finding.note(format!("nothing was logged for {}, until {}", length(to.wall - from.wall), clock(to)));
    }

    /// Takes a heartbeat, which is counted even where nothing else follows from it.
    pub fn heartbeat(&mut self, event: Event) {
        let Some(running) = self.sessions.current() else { return };
        let heartbeats = &mut running.session.heartbeats;
        match event {
            Event::HeartbeatSent => heartbeats.sent += 1,
            Event::HeartbeatOk => heartbeats.answered += 1,
            Event::HeartbeatFailed => heartbeats.failed += 1,
            _ => {}
        }
    }

    /// Takes a line about the start of a process. Returns whether it was one.
    pub fn starting(&mut self, place: &RecordAt<'_>) -> bool {
        self.sessions.starting(place)
    }

    /// The sign of a crash stands in the record at `place`, in this line of it.
    pub fn crash(&mut self, place: &RecordAt<'_>, line: &[u8], name: &'static str) {
        let evidence = Evidence::new(place.log, place.line, place.time(), line);
        let at = self.sessions.find(place, None);
        self.sessions.at(at).crash.get_or_insert((evidence, name));
    }

    /// Takes what a record says. Returns whether a finding or a state tells of it: otherwise it is an error like others.
    pub fn event(&mut self, place: &RecordAt<'_>, seen: &Recognized) -> bool {
        let at = self.sessions.find(place, Some(seen.event));
        self.take(at, place, seen);
        let tells = self.tells(at, seen);
        self.settle();
        tells
    }

    fn take(&mut self, at: usize, place: &RecordAt<'_>, seen: &Recognized) {
        let running = self.sessions.at(at);
        let time = place.time();
        if let Some(time) = time {
            running.session.first.get_or_insert(time);
            running.session.last = Some(time);
        }
        let number = running.session.number;
        let failed = seen.code.filter(|code| *code != 0);
        match seen.event {
            Event::Init => self.init(at, place),
            Event::Uninit => {
                running.shut_down = time;
                running.session.change(time, TrackState::Uninitialized);
                running.session.change(time, TrackState::Closed);
                if running.session.state(Track::Login).is_some() {
                    running.session.change(time, TrackState::LoggedOut);
                }
            }
            Event::Connecting => {
                if running.session.state(Track::Connection) != Some(TrackState::Failing) {
                    running.session.change(time, TrackState::Connecting);
                }
            }
            Event::Connected => {
                running.session.change(time, TrackState::Connected);
                self.findings.close(RuleId::ConnectFailed, Some(number), time);
            }
            Event::ConnectFailed => {
                running.session.change(time, TrackState::Failing);
                self.sign(RuleId::ConnectFailed, number, place, seen);
            }
            Event::NetworkDown => running.session.change(time, TrackState::Offline),
            Event::NetworkUp => {
                if running.session.state(Track::Connection) == Some(TrackState::Offline) {
                    running.session.change(time, TrackState::Connecting);
                }
            }
            Event::LoginBegin => self.login_begin(at, place),
            Event::LoginOk => self.login_ok(at, place),
            Event::LoginFailed | Event::LoginStepFailed => self.login_failed(at, place, seen),
            Event::LogoutOk => running.session.change(time, TrackState::LoggedOut),
            Event::ServerTime => self.server_time(at, place),
            Event::UserSigExpired => self.expired(at, place, seen),
            Event::Kicked => self.kicked(at, place, seen),
            Event::Foreground => running.session.change(time, TrackState::Foreground),
            Event::Background => running.session.change(time, TrackState::Background),
            Event::HeartbeatOk => self.findings.close(RuleId::ConnectFailed, Some(number), time),
            Event::SendOk => self.is_online(at, place),
            Event::HeartbeatSent | Event::PushTokenOk | Event::Harmless => {}
            Event::SendFailed => self.failed(at, place, seen, "message", Some(RuleId::SendFailed)),
            Event::PushTokenFailed => self.failed(at, place, seen, "request", Some(RuleId::PushTokenFailed)),
            Event::HeartbeatFailed | Event::RequestFailed if failed.is_some() => {
                self.failed(at, place, seen, "request", None);
            }
            Event::HeartbeatFailed | Event::RequestFailed => {}
        }
    }

    fn init(&mut self, at: usize, place: &RecordAt<'_>) {
        let time = place.time();
        let running = self.sessions.at(at);
        let number = running.session.number;
        (running.initialized, running.shut_down) = (time, None);
        running.session.has_start = true;
        running.session.change(time, TrackState::Initialized);
        about_in_init(place.record.message, &mut running.session.about);
        let level = running.session.about.log_level.clone();
        self.findings.close(RuleId::NotInitialized, Some(number), time);
        let Some(level) = level.filter(|level| hides(level)) else { return };
        // An app does it at each start: it is one thing to mend.
        if let Some(finding) = self.findings.lasting(RuleId::LogLevel, None) {
            finding.reach(time);
            finding.count += 1;
            finding.prove(|| place.evidence());
            finding.note(format!("initSDK set the log level to {level}"));
        }
    }

    fn login_begin(&mut self, at: usize, place: &RecordAt<'_>) {
        let time = place.time();
        let running = self.sessions.at(at);
        running.login_began = time;
        running.session.change(time, TrackState::LoggingIn);
        let message = place.record.message;
        let user = Fields::value(message, "userid").or_else(|| word_after(message, b" to identifier: "));
        let user = user.or_else(|| word_after(message, b"identifer="));
        if let Some(user) = user {
            running.session.add_user(user);
        }
        running.session.logins.begin(time, user, message);
    }

    fn login_ok(&mut self, at: usize, place: &RecordAt<'_>) {
        let time = place.time();
        let running = self.sessions.at(at);
        let number = running.session.number;
        running.session.change(time, TrackState::LoggedIn);
        let began = running.login_began.take();
        let logged = Fields::value(place.record.message, "time cost").and_then(millis);
        running.session.logins.end(time, LoginResult::Ok, logged, false);
        self.is_online(at, place);
        let counted = began.zip(time).map(|(began, ended)| ended.wall - began.wall);
        let Some(cost) = logged.or(counted).filter(|cost| *cost >= SLOW) else { return };
        let sign = Sign { rule: RuleId::LoginSlow, session: Some(number), time, code: None, voice: 0 };
        if let Some((finding, _)) = self.findings.add(&sign, || place.evidence()) {
            finding.note(format!("it took {}", length(cost)));
        }
    }

    /// Whether something is wrong that a line of a healthy app could show to be over.
    pub fn is_waiting(&self) -> bool {
        self.findings.any_open(&OFFLINE)
    }

    /// The server has done what only a user who is logged in can ask of it.
    fn is_online(&mut self, at: usize, place: &RecordAt<'_>) {
        let running = self.sessions.at(at);
        running.failed_logins = 0;
        let number = running.session.number;
        for rule in OFFLINE {
            self.findings.close(rule, Some(number), place.time());
        }
    }

    fn login_failed(&mut self, at: usize, place: &RecordAt<'_>, seen: &Recognized) {
        let time = place.time();
        let code = seen.code.unwrap_or_default();
        let rule = RuleId::of_code(code);
        let running = self.sessions.at(at);
        running.login_began = None;
        let state = match rule {
            Some(RuleId::UserSigExpired) => TrackState::Expired,
            Some(RuleId::KickedOffline) => TrackState::Kicked,
            // It was no try to log in.
            Some(RuleId::NotInitialized) => return self.failed(at, place, seen, "login", None),
            _ => TrackState::LoginFailed,
        };
        running.session.change(time, state);
        running.session.logins.end(time, LoginResult::Failed(seen.code), None, seen.event == Event::LoginStepFailed);
        match rule {
            Some(RuleId::UserSigExpired) => self.expired(at, place, seen),
            Some(RuleId::KickedOffline) => self.kicked(at, place, seen),
            _ => self.failed(at, place, seen, "login", Some(RuleId::LoginFailed)),
        }
    }

    /// The UserSig has expired, or a login with an expired one has failed.
    fn expired(&mut self, at: usize, place: &RecordAt<'_>, seen: &Recognized) {
        let time = place.time();
        let running = self.sessions.at(at);
        let number = running.session.number;
        running.session.change(time, TrackState::Expired);
        let is_login = seen.event == Event::LoginFailed;
        running.failed_logins += u64::from(is_login);
        let failed_logins = running.failed_logins;
        if failed_logins < LOOP {
            return self.sign(RuleId::UserSigExpired, number, place, seen);
        }
        // It expired once. All that came after is the loop.
        let Some(expired) = self.findings.get(RuleId::UserSigExpired, Some(number)) else { return };
        let began = (expired.first, expired.evidence.clone(), expired.records);
        expired.keep_first();
        self.sign(RuleId::UserSigLoop, number, place, seen);
        if let Some(found) = self.findings.get(RuleId::UserSigLoop, Some(number)) {
            if failed_logins == LOOP && found.records == 1 {
                (found.first, found.evidence, found.records) = began;
                found.prove(|| place.evidence());
            }
            found.count = failed_logins;
        }
    }

    fn kicked(&mut self, at: usize, place: &RecordAt<'_>, seen: &Recognized) {
        let running = self.sessions.at(at);
        running.session.change(place.time(), TrackState::Kicked);
        let number = running.session.number;
        self.sign(RuleId::KickedOffline, number, place, seen);
        let platform = Fields::value(place.record.message, "platform").map(super::words::text);
        if let Some(finding) = self.findings.get(RuleId::KickedOffline, Some(number))
            && let Some(platform) = platform.filter(|platform| !platform.is_empty())
        {
            finding.note(format!("the other device: {platform}"));
        }
    }

    /// Something has failed: `what`, and if its code does not lead to a rule, it is one of `rule`.
    fn failed(&mut self, at: usize, place: &RecordAt<'_>, seen: &Recognized, what: &'static str, rule: Option<RuleId>) {
        let code = seen.code.unwrap_or_default();
        let running = self.sessions.at(at);
        let number = running.session.number;
        let state = running.session.state(Track::Process);
        let shut_down = running.shut_down;
        match RuleId::of_code(code) {
            Some(RuleId::UserSigExpired) => return self.expired(at, place, seen),
            Some(RuleId::KickedOffline) => return self.kicked(at, place, seen),
            Some(found @ RuleId::NotInitialized) => {
                self.sign(found, number, place, seen);
                if let Some(finding) = self.findings.get(found, Some(number)) {
                    let api = api(place, what);
                    finding.note(match (shut_down, state) {
                        (Some(time), _) => format!("{api} was called after unInitSDK at {}", clock(time)),
                        (None, Some(TrackState::Initialized)) => {
                            format!("{api} was called although initSDK had been logged")
                        }
                        (None, _) => format!("{api} was called before initSDK"),
                    });
                }
                return;
            }
            Some(found) => return self.sign(found, number, place, seen),
            None => {}
        }
        if rules::is_of_network(code)
            && let Some(outage) =
                self.findings.get(RuleId::ConnectFailed, Some(number)).filter(|found| is_outage(found))
        {
            if seen.event != Event::LoginStepFailed {
                outage.cause(what, code, 1);
            }
            return;
        }
        if let Some(rule) = rule {
            self.sign(rule, number, place, seen);
        }
    }

    /// Whether a failure with this code is told by a finding: as one, or as the consequence of one.
    fn tells(&mut self, at: usize, seen: &Recognized) -> bool {
        if !matches!(seen.event, Event::RequestFailed | Event::HeartbeatFailed) {
            return true;
        }
        let Some(code) = seen.code else { return false };
        let number = self.sessions.at(at).session.number;
        RuleId::of_code(code).is_some()
            || rules::is_of_network(code)
                && self.findings.get(RuleId::ConnectFailed, Some(number)).is_some_and(|found| is_outage(found))
    }

    fn sign(&mut self, rule: RuleId, session: u64, place: &RecordAt<'_>, seen: &Recognized) {
        let voice = place.voice(seen.event);
        let sign = Sign { rule, session: Some(session), time: place.time(), code: seen.code, voice };
        self.findings.add(&sign, || place.evidence());
    }

    /// The server has said what time it is.
    fn server_time(&mut self, at: usize, place: &RecordAt<'_>) {
        let Some(time) = place.time() else { return };
        let seconds = Fields::value(place.record.message, "server_time").and_then(number);
        let Some(seconds) = seconds.and_then(|seconds| u32::try_from(seconds).ok()).filter(|seconds| *seconds > 0)
        else {
            return;
        };
        let running = self.sessions.at(at);
        let (number, zone) = (running.session.number, time.zone.or(running.session.zone));
        let offset = time.wall - i64::from(seconds) * 1000;
        let before = *self.first_offset.get_or_insert(offset);
        let skew = match zone {
            Some(zone) => Some(offset - i64::from(zone) * 60_000).filter(|skew| skew.abs() >= SKEW),
            None => skew_without_zone(offset, before),
        };
        let Some(skew) = skew else { return self.findings.close(RuleId::ClockSkew, Some(number), Some(time)) };
        if let Some(finding) = self.findings.lasting(RuleId::ClockSkew, Some(number)) {
            finding.reach(Some(time));
            finding.count += 1;
            finding.prove(|| place.evidence());
            let by = if zone.is_some() { "" } else { "at least " };
            let direction = if skew > 0 { "ahead of" } else { "behind" };
            let length = length(skew.abs());
            finding.note(format!("at {} it was {by}{length} {direction} the server's", clock(time)));
        }
    }

    /// Deals with the sessions that are over.
    fn settle(&mut self) {
        for running in self.sessions.take_over() {
            self.end(running);
        }
    }

    fn end(&mut self, running: Running) {
        let Running { mut session, crash, followed_by, .. } = running;
        session.logins.keep();
        self.findings.end_session(session.number);
        let ending = match session.state(Track::Process) {
            Some(TrackState::Uninitialized) => Ending::Uninit,
            _ if followed_by.is_some() || crash.is_some() => Ending::Unclean,
            _ => Ending::Open,
        };
        if ending == Ending::Unclean {
            let mut finding = Finding::new(RuleId::UncleanExit, Some(session.number));
            finding.count = 1;
            finding.reach(session.last);
            if let Some((evidence, name)) = crash {
                finding.severity = Severity::Error;
                finding.note(format!("the log has a {name} beside it"));
                finding.prove(|| evidence);
            }
            if let Some((evidence, time)) = followed_by {
                finding.reach(time.map(|time| Time { zone: None, ..time }));
                if let Some(evidence) = evidence {
                    finding.prove(|| evidence);
                }
            }
            self.findings.push(finding);
        }
        self.ended.push(session, ending);
    }

    /// All that was found.
    pub fn finish(mut self) -> (Ended, Vec<Finding>, u64) {
        self.sessions.end_all();
        self.settle();
        let (mut findings, further) = self.findings.finish();
        causes::chain(&mut findings);
        for finding in &mut findings {
            if finding.rule == RuleId::ConnectFailed && !is_outage(finding) {
                finding.severity = Severity::Info;
            }
        }
        for session in &mut self.ended.sessions {
            let of_session =
                |found: &&Finding| found.rule == RuleId::ConnectFailed && found.session == Some(session.number);
            session.failed_connects = findings.iter().filter(of_session).map(|found| found.count).sum();
        }
        (self.ended, findings, further)
    }
}

/// Whether a log level leaves out warnings, or what leads to them.
fn hides(level: &str) -> bool {
    ["warn", "error", "none", "off", "fatal"].iter().any(|name| level.to_ascii_lowercase().contains(name))
}

/// The API that was called: the function that logs it, unless that says nothing.
fn api(place: &RecordAt<'_>, what: &'static str) -> String {
    match place.record.function {
        None | Some(b"Decode" | b"operator()") => format!("a {what}"),
        Some(function) => super::words::text(function),
    }
}

/// How wrong a clock is whose zone is not known, at least: what no zone explains, or what has changed since `before`.
fn skew_without_zone(offset: i64, before: i64) -> Option<i64> {
    let beyond = offset.abs() - FARTHEST_ZONE;
    let beside = (offset + QUARTER / 2).rem_euclid(QUARTER) - QUARTER / 2;
    if beyond >= SKEW {
        Some(beyond * offset.signum())
    } else if (offset - before).abs() >= SKEW {
        Some(offset - before)
    } else {
        Some(beside).filter(|skew| skew.abs() >= SKEW)
    }
}
