//! Which session a record belongs to, and how sessions begin and end.
//!
//! Processes share a log one after the other, and sometimes at the same time. A new one is known by the line that mars
//! writes when it opens the log, by the SDK's banner, by its process id, or, if all that is missing, by an initSDK while
//! another is not shut down.

use super::event::Event;
use super::finding::Evidence;
use super::record_at::RecordAt;
use super::session::{Ending, Session, Track, TrackState};
use super::start::{Start, StartLine};
use crate::record::Time;

/// Sessions that are kept; further ones are counted.
const MAX_SESSIONS: usize = 1_000;
/// Sessions that may still go on: processes that share a log.
const MAX_RUNNING: usize = 8;

/// Lines about one initSDK lie within this, in milliseconds.
const ONE_INIT: i64 = 1_000;

/// A session that may still go on, and what its findings hang on.
#[derive(Debug)]
pub(super) struct Running {
    /// The session.
    pub session: Session,
    /// When the login that is under way began.
    pub login_began: Option<Time>,
    /// Failed logins since the UserSig expired.
    pub failed_logins: u64,
    /// When the SDK was initialized, if it was.
    pub initialized: Option<Time>,
    /// When the SDK was shut down, if it was.
    pub shut_down: Option<Time>,
    /// The sign of a crash.
    pub crash: Option<(Evidence, &'static str)>,
    /// What shows that it ended: the process after it, and when that came.
    pub followed_by: Option<(Option<Evidence>, Option<Time>)>,
}

impl Running {
    fn is_initialized(&self) -> bool {
        self.session.state(Track::Process) == Some(TrackState::Initialized)
    }

    /// Whether its SDK was initialized so short a time before that this is another line about it: there are several.
    fn is_being_initialized(&self, time: Option<Time>) -> bool {
        match self.initialized.zip(time) {
            Some((before, now)) => (0..=ONE_INIT).contains(&(now.wall - before.wall)),
            None => self.session.about.app_id.is_none(),
        }
    }
}

/// All sessions of an app.
#[derive(Debug, Default)]
pub(super) struct Sessions {
    /// The last is the one whose process started last.
    running: Vec<Running>,
    /// Those that are over, and not yet taken.
    over: Vec<Running>,
    started: u64,
    /// What is known of a process that is about to start.
    start: Option<Start>,
    /// What was in the cache of the process before is being read.
    in_cache: bool,
}

impl Sessions {
    /// Takes a line about the start of a process. Returns whether it was one.
    pub fn starting(&mut self, place: &RecordAt<'_>) -> bool {
        if !StartLine::may_be(place.record) {
            return false;
        }
        let mut start = self.start.take().unwrap_or_default();
        let is_first = start.evidence.is_none();
        let Some(line) = start.take(place.record) else {
            self.start = (!is_first).then_some(start);
            return false;
        };
        match line {
            StartLine::CacheBegins => self.in_cache = true,
            StartLine::CacheEnds | StartLine::Opened => self.in_cache = false,
            StartLine::Banner => {}
        }
        if is_first {
            start.evidence = Some(place.evidence());
        }
        self.start = Some(start);
        true
    }

    /// Whether a process is about to start: what comes next may be another's.
    pub fn is_starting(&self) -> bool {
        self.start.is_some() && !self.in_cache
    }

    /// The session whose process started last.
    pub fn current(&mut self) -> Option<&mut Running> {
        self.running.last_mut()
    }

    /// The session at a place that [`find`](Sessions::find) has returned for this record.
    pub fn at(&mut self, at: usize) -> &mut Running {
        &mut self.running[at]
    }

    /// The place of the session that the record at `place`, which says this, belongs to. It is good for this record only:
    /// the next one may begin a session.
    pub fn find(&mut self, place: &RecordAt<'_>, event: Option<Event>) -> usize {
        let (pid, time) = (place.record.pid, place.time());
        let is_init = event == Some(Event::Init);
        if !self.in_cache
            && let Some(start) = self.start.take()
        {
            self.start_or_go_on(start, is_init, time);
        }
        if pid.is_none() && event == Some(Event::Uninit) && !self.running.last().is_some_and(Running::is_initialized) {
            // Who shuts down what is shut down? Two processes write this log, and their lines don't say whose they are.
            if let Some(other) = self.running.iter().rposition(Running::is_initialized) {
                self.running.get_mut(other).into_iter().for_each(|running| running.followed_by = None);
                return other;
            }
        }
        let last = self.running.len().wrapping_sub(1);
        let Some(current) = self.running.last_mut() else {
            return self.begin(Start { pid, ..Start::default() }, is_init, time);
        };
        let is_initialized = current.is_initialized();
        match (pid, current.session.pid) {
            // The process before wrote the cache, whatever its lines say.
            _ if self.in_cache => {}
            (Some(pid), Some(known)) if pid != known => {
                let Some(other) = self.running.iter().position(|running| running.session.pid == Some(pid)) else {
                    let evidence = Some(place.evidence());
                    return self.begin(Start { pid: Some(pid), evidence, ..Start::default() }, is_init, time);
                };
                // It was not over, then: two processes write this log.
                if let Some(other) = self.running.get_mut(other) {
                    other.followed_by = None;
                }
                return other;
            }
            (Some(pid), None) => current.session.pid = Some(pid),
            (None, _) if is_init && is_initialized && !current.is_being_initialized(time) => {
                let evidence = Some(place.evidence());
                return self.begin(Start { evidence, ..Start::default() }, true, time);
            }
            _ => {}
        }
        last
    }

    /// A process opened the log, or said its banner: another one, or the one that runs.
    fn start_or_go_on(&mut self, start: Start, is_init: bool, time: Option<Time>) {
        let Some(current) = self.running.last_mut() else {
            self.begin(start, true, time);
            return;
        };
        let session = &mut current.session;
        let is_same = match (start.pid, session.pid) {
            (Some(pid), Some(known)) => pid == known,
            // A process initializes the SDK once, unless it shuts it down.
            _ => session.state(Track::Process) != Some(TrackState::Initialized) || !(is_init || start.has_banner),
        };
        if !is_same {
            self.begin(start, true, time);
            return;
        }
        session.zone = start.zone.or(session.zone);
        session.pid = session.pid.or(start.pid);
        session.about.fill(start.about);
    }

    fn begin(&mut self, start: Start, has_start: bool, time: Option<Time>) -> usize {
        if let Some(before) = self.running.last_mut()
            && has_start
            && before.is_initialized()
        {
            before.followed_by = Some((start.evidence, start.time.or(time)));
        }
        if self.running.len() >= MAX_RUNNING {
            let first = self.running.remove(0);
            self.over.push(first);
        }
        self.started += 1;
        let mut session = Session::new(self.started, has_start);
        (session.pid, session.zone, session.about) = (start.pid, start.zone, start.about);
        if let Some(time) = start.time.map(|time| Time { zone: None, ..time }).or(time) {
            session.reach(time);
            session.change(Some(time), TrackState::Started);
        }
        self.running.push(Running {
            session,
            login_began: None,
            failed_logins: 0,
            initialized: None,
            shut_down: None,
            crash: None,
            followed_by: None,
        });
        self.running.len() - 1
    }

    /// Takes the sessions that are over by now.
    pub fn take_over(&mut self) -> Vec<Running> {
        std::mem::take(&mut self.over)
    }

    /// What follows is of other processes: all sessions are over.
    pub fn end_all(&mut self) {
        (self.start, self.in_cache) = (None, false);
        self.over.append(&mut self.running);
    }
}

/// Sessions that are over.
#[derive(Debug, Default)]
pub(super) struct Ended {
    /// Those that are kept.
    pub sessions: Vec<Session>,
    /// How many are not.
    pub further: u64,
}

impl Ended {
    /// Keeps `session`, which ended like this, if there is room.
    pub fn push(&mut self, mut session: Session, ending: Ending) {
        session.ending = ending;
        match self.sessions.len() < MAX_SESSIONS {
            true => self.sessions.push(session),
            false => self.further += 1,
        }
    }
}
