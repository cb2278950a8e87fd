//! What was found, sorted and summed up.

use std::collections::HashSet;

use super::details::Details;
use super::error_groups::ErrorGroup;
use super::finding::Finding;
use super::recognized::Concern;
use super::rules::Severity;
use super::session::Session;
use super::words::{clock_after, date_and_clock};
use crate::decode::{Gap, GapPlace};
use crate::filter::{Span, Zone};
use crate::record::{Form, FoundRecord, Level, Time};

/// A log that was read.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct LogSeen {
    /// Its name, as it was given.
    pub name: String,
    /// Records in it.
    pub records: u64,
    /// Lines of its text, markers included.
    pub lines: u64,
    /// Time of its first record that has one, notes of the log writer aside.
    pub first: Option<Time>,
    /// Time of its last record that has one, notes of the log writer aside.
    pub last: Option<Time>,
    /// Places where something is missing.
    pub gaps: u64,
    /// Bytes in those places.
    pub lost: u64,
}

impl LogSeen {
    pub(super) fn new(name: String) -> LogSeen {
        LogSeen { name, records: 0, lines: 0, first: None, last: None, gaps: 0, lost: 0 }
    }

    /// Counts a record. Returns the line that it starts in, from 1.
    pub(super) fn count(&mut self, found: &FoundRecord<'_, Concern>) -> u64 {
        let line = self.lines + 1;
        self.lines += match found.passes.is_line && !found.continued {
            // As nearly all records are. Their text need not be read again for that.
            true => 1,
            false => {
                let ends = memchr::memchr_iter(b'\n', found.text).count();
                ends as u64 + u64::from(!found.text.ends_with(b"\n"))
            }
        };
        if !found.continued {
            self.records += 1;
            // What the log writer notes is of the time when the log was opened.
            if let Some(time) = found.head.time.filter(|_| found.head.form != Form::Note) {
                self.first.get_or_insert(time);
                self.last = Some(time);
            }
        }
        line
    }

    pub(super) fn count_gap(&mut self, gap: &Gap) {
        self.lost += gap.len;
        if gap.place == GapPlace::New {
            self.gaps += 1;
            // It is a line of the text, too: its marker.
            self.lines += 1;
        }
    }
}

/// An error or warning that is known to mean no harm.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Harmless {
    /// Who says it, or what it says.
    pub what: &'static str,
    /// The code that the first of them carries.
    pub code: Option<i32>,
    /// The level of the first.
    pub level: Option<Level>,
    /// How often.
    pub count: u64,
}

/// What was found in the logs of an app.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Diagnosis {
    /// The logs that were read, in order.
    pub logs: Vec<LogSeen>,
    /// The IM SDK wrote in them. Otherwise there are only groups.
    pub is_sdk: bool,
    /// Time of the first record that has one, notes of the log writer aside.
    pub first: Option<Time>,
    /// Time of the last record that has one, notes of the log writer aside.
    pub last: Option<Time>,
    /// Processes, in the order in which they ended.
    pub sessions: Vec<Session>,
    /// Sessions that are not kept.
    pub further_sessions: u64,
    /// Findings, most severe first, then in order of time.
    pub findings: Vec<Finding>,
    /// Findings that are not kept.
    pub further_findings: u64,
    /// Errors and warnings that no rule knows, most frequent first.
    pub groups: Vec<ErrorGroup>,
    /// Errors and warnings that belong to no group that is kept.
    pub ungrouped: u64,
    /// Errors and warnings that mean no harm, most frequent first.
    pub harmless: Vec<Harmless>,
    /// What was collected beside that, if it was asked for: see
    /// [`Diagnoser::with_details`](super::Diagnoser::with_details).
    pub details: Option<Details>,
}

impl Diagnosis {
    /// The severity of the most severe finding.
    pub fn severity(&self) -> Option<Severity> {
        self.findings.iter().map(|finding| finding.severity).max()
    }

    /// Whether all records that have a time are of one day.
    pub fn is_one_day(&self) -> bool {
        self.first.zip(self.last).is_some_and(|(first, last)| first.day() == last.day())
    }

    /// Whether nothing was found that is more than good to know.
    pub fn is_healthy(&self) -> bool {
        self.severity().is_none_or(|severity| severity <= Severity::Info)
    }

    /// All of it in a sentence.
    pub fn verdict(&self) -> String {
        let serious = self.findings.iter().filter(|finding| finding.severity > Severity::Info).count();
        match self.findings.first().filter(|_| serious > 0) {
            Some(first) if serious == 1 => first.sentence(),
            Some(first) => format!("{}, and {}", first.sentence(), count(serious as u64 - 1, "more finding")),
            None if !self.is_sdk => "No line of the IM SDK was found".into(),
            None => "Nothing went wrong that the log shows".into(),
        }
    }

    /// Keeps only findings and sessions that reach into this span of time. `zone` is for times that name none.
    pub fn keep(&mut self, span: Span, zone: Zone) {
        let reaches = |first: Option<Time>, last: Option<Time>| match first.zip(last) {
            // Clocks go back.
            Some((first, last)) if last.wall < first.wall => span.overlaps(last, first, zone),
            Some((first, last)) => span.overlaps(first, last, zone),
            None => span.is_unbounded(),
        };
        self.findings.retain(|finding| reaches(finding.first, finding.last));
        self.sessions.retain(|session| reaches(session.first, session.last));
    }

    /// Keeps only sessions of this user, and what was found in them.
    pub fn keep_user(&mut self, user: &str) {
        self.sessions.retain(|session| session.users.iter().any(|name| name == user));
        let sessions: HashSet<_> = self.sessions.iter().map(|session| session.number).collect();
        self.findings.retain(|finding| finding.session.is_none_or(|number| sessions.contains(&number)));
    }

    /// Takes out what `good`, the diagnosis of a log that is known to be good, has too. Returns how many findings and
    /// groups that were.
    pub fn subtract(&mut self, good: &Diagnosis) -> usize {
        let before = self.findings.len() + self.groups.len();
        let key = |finding: &Finding| (finding.rule, finding.codes.keys().copied().collect::<Vec<_>>());
        let known: HashSet<_> = good.findings.iter().map(key).collect();
        self.findings.retain(|finding| !known.contains(&key(finding)));
        let known: HashSet<_> = good.groups.iter().map(ErrorGroup::key).collect();
        self.groups.retain(|group| !known.contains(&group.key()));
        before - self.findings.len() - self.groups.len()
    }
}

impl Finding {
    /// What happened, how often and when: a sentence without its full stop.
    pub fn sentence(&self) -> String {
        let title = self.rule().title;
        let often = if self.count > 1 { format!(", {} times", self.count) } else { String::new() };
        match self.first.zip(self.last) {
            Some((first, last)) if self.count > 1 && last.wall - first.wall >= 1000 => {
                format!("{title}{often} from {} to {}", date_and_clock(first), clock_after(first, last))
            }
            Some((first, _)) => format!("{title}{often} at {}", date_and_clock(first)),
            None => format!("{title}{often}"),
        }
    }
}

fn count(number: u64, what: &str) -> String {
    format!("{number} {what}{}", if number == 1 { "" } else { "s" })
}
