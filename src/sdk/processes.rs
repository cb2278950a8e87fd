//! Which process each record of a file is of: for tables, where each record stands by itself.

use std::cell::Cell;

use super::event::Event;
use super::recognized::Recognized;
use super::record_at::RecordAt;
use super::session::{About, TrackState};
use super::sessions::Sessions;
use super::start::about_in_init;
use crate::record::{Form, FoundRecord, Record};

/// How much of a message is searched for the word `Init`, in bytes: it stands at the start.
const BEGIN: usize = 32;

/// Tells the processes of a file apart as a [`Diagnoser`](super::Diagnoser) tells its sessions, record by record. Memory
/// is bounded.
#[derive(Debug, Default)]
pub struct Processes {
    sessions: Sessions,
    /// Where the session of the last record is.
    last: Option<usize>,
}

/// The process that a record is of.
#[derive(Clone, Copy, Debug)]
pub struct ProcessSeen<'a> {
    /// Its number in the file, from 1.
    pub number: u64,
    /// What its SDK has said of itself so far.
    pub about: &'a About,
}

impl Processes {
    /// The process of the next record, which is `record` when it is taken apart. `None` for lines about the start of one:
    /// they stand before it is known whether it is another.
    pub fn next(&mut self, found: &FoundRecord<'_>, record: &Record<'_>) -> Option<ProcessSeen<'_>> {
        let is_lead = found.continued || found.head.form == Form::Marker;
        let at = match self.last.filter(|_| is_lead) {
            Some(at) => at,
            None => {
                let proves = Cell::new(false);
                let place = RecordAt { record, text: found.text, log: 0, line: 0, proves: &proves };
                if self.sessions.starting(&place) {
                    return None;
                }
                let event = event(found, record);
                let at = self.sessions.find(&place, event);
                let running = self.sessions.at(at);
                match event {
                    Some(Event::Init) => {
                        running.initialized = place.time();
                        running.session.change(place.time(), TrackState::Initialized);
                        about_in_init(record.message, &mut running.session.about);
                    }
                    Some(_) => running.session.change(place.time(), TrackState::Uninitialized),
                    None => {}
                }
                self.sessions.take_over();
                at
            }
        };
        self.last = Some(at);
        let session = &self.sessions.at(at).session;
        Some(ProcessSeen { number: session.number, about: &session.about })
    }
}

/// Whether the record says that the SDK is initialized or shut down. Most are not asked: they lack the word.
fn event(found: &FoundRecord<'_>, record: &Record<'_>) -> Option<Event> {
    let begin = record.message.get(..BEGIN).unwrap_or(record.message);
    let has_word = |text: &[u8]| memchr::memchr_iter(b'n', text).any(|at| text.get(at..at + 3) == Some(b"nit"));
    if !has_word(record.function.unwrap_or_default()) && !has_word(begin) {
        return None;
    }
    let line = found.text.get(..memchr::memchr(b'\n', found.text).map_or(found.text.len(), |end| end + 1));
    let event = Recognized::of(&found.head, line.unwrap_or_default())?.event;
    matches!(event, Event::Init | Event::Uninit).then_some(event)
}

#[cfg(test)]
mod tests {
    use super::super::patterns::PATTERNS;
    use super::*;
    use crate::record::{Head, RecordPlace};

    fn found(text: &str) -> FoundRecord<'_> {
        let head = Head::of(text.as_bytes()).unwrap_or_default();
        FoundRecord { head, text: text.as_bytes(), passes: true, continued: false, place: RecordPlace::default() }
    }

    #[test]
    fn no_start_and_end_of_the_sdk_is_passed_over() {
        for pattern in PATTERNS.iter().filter(|pattern| matches!(pattern.event, Event::Init | Event::Uninit)) {
            let found = found(pattern.line);
            assert_eq!(event(&found, &found.record()), Some(pattern.event), "{}", pattern.line);
        }
    }

    #[test]
    fn each_record_knows_its_process() {
        let mut processes = Processes::default();
        let lines = [
            ("TIM: 2026-03-13 16:50:53.000 I |-a.cpp:1   F   |before all", Some((1, None))),
            ("^^^^^^^^^^Dec 10 2021^^^15:15:13^^^^^^^^^^[7,8][2026-03-13 +0800 16:50:53]", None),
            ("TIM: ======  SDK Version: 8.8.7357", None),
            (
                "TIM: 2026-03-13 16:50:54.000 I |-im_engine_impl.cpp:211   Init   |InitSDK|sdk_version:8.8.7357",
                Some((1, Some("8.8.7357"))),
            ),
            ("TIM: 2026-03-13 16:50:55.000 E |-a.cpp:1   F   |x", Some((1, Some("8.8.7357")))),
            ("^^^^^^^^^^Dec 10 2021^^^15:15:13^^^^^^^^^^[9,9][2026-03-13 +0800 16:51:53]", None),
            ("TIM: 2026-03-13 16:51:55.000 E |-a.cpp:1   F   |x", Some((2, None))),
        ];
        for (line, expected) in lines {
            let found = found(line);
            let seen = processes.next(&found, &found.record());
            assert_eq!(seen.map(|seen| (seen.number, seen.about.sdk_version.as_deref())), expected, "{line}");
        }
    }
}
