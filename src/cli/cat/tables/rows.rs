//! What is known of a log while its rows are made.

use std::path::Path;

use super::super::super::packages::package;
use super::super::super::printer::Shown;
use super::super::super::zones::FoundZone;
use super::super::run::shown;
use crate::decode::Report;
use crate::input::Input;
use crate::output::tables::{FileRow, LogFacts, RecordRow, moment};
use crate::record::{Form, FoundRecord, Record};
use crate::sdk::Processes;

use super::super::show::LogEnd;

/// A log that is being read.
pub struct LogRows {
    /// What its rows share.
    pub facts: LogFacts,
    processes: Processes,
    /// That of the last record.
    session: Option<u64>,
    sessions: u64,
    sdk_version: Option<String>,
    /// The number of the last record in the table, and which row of it was the last.
    last: (u64, i32),
    /// When the last record was logged, by the phone's clock.
    time: Option<i64>,
    span: Option<(i64, i64)>,
    is_back: bool,
    records: u64,
    rows: u64,
    times_back: u64,
    times_out_of_range: u64,
}

impl LogRows {
    /// The log of `input`. `stdin_name`: what stands for `-` in its path.
    pub fn new(input: &Input, zone: FoundZone, stdin_name: Option<&str>) -> LogRows {
        let member = match input {
            Input::Member(member) => Some(member.label.inside.join(":")).filter(|inside| !inside.is_empty()),
            Input::File(_) | Input::Stdin => None,
        };
        let is_stdin = match input {
            Input::Stdin => true,
            Input::Member(member) => member.label.archive.is_none(),
            Input::File(_) => false,
        };
        let path = shown(input, true);
        let path = match stdin_name.filter(|_| is_stdin) {
            Some(name) => format!("{name}{}", path.strip_prefix('-').unwrap_or_default()),
            None => path,
        };
        LogRows::of(path, member, zone)
    }

    /// A file that could not be read.
    pub fn unread(name: &Path, stdin_name: Option<&str>) -> LogRows {
        let name = name.to_str().map_or_else(|| Shown(name).to_string(), str::to_owned);
        let path = match (stdin_name, name.strip_prefix('-')) {
            (Some(name), Some(rest)) if rest.is_empty() || rest.starts_with(':') => format!("{name}{rest}"),
            _ => name,
        };
        LogRows::of(path, None, FoundZone::default())
    }

    fn of(path: String, member: Option<String>, zone: FoundZone) -> LogRows {
        let app = package(&path).map(str::to_owned);
        LogRows {
            facts: LogFacts { path, member, app, zone: zone.zone, zone_from: zone.from.name() },
            processes: Processes::default(),
            session: None,
            sessions: 0,
            sdk_version: None,
            last: (0, 0),
            time: None,
            span: None,
            is_back: false,
            records: 0,
            rows: 0,
            times_back: 0,
            times_out_of_range: 0,
        }
    }

    /// Takes the next record, shown or not.
    pub fn note(&mut self, found: &FoundRecord<'_>, record: &Record<'_>) {
        let seen = self.processes.next(found, record);
        self.session = seen.map(|seen| seen.number);
        if let Some(seen) = seen {
            self.sessions = self.sessions.max(seen.number);
            if self.sdk_version != seen.about.sdk_version {
                self.sdk_version.clone_from(&seen.about.sdk_version);
            }
        }
        // Parts, and a first line that comes again, are of the same record.
        if self.records == found.place.number {
            return;
        }
        self.records = found.place.number;
        // The log writer's own notes are of the moment when the log was opened, not of what was logged.
        let Some(time) = record.head.time.filter(|_| record.head.form != Form::Note) else {
            self.is_back = false;
            return;
        };
        if moment(time.wall).is_none() {
            self.times_out_of_range += 1;
            self.is_back = false;
            return;
        }
        self.is_back = self.time.is_some_and(|before| time.wall < before);
        self.times_back += u64::from(self.is_back);
        self.time = Some(time.wall);
        let (first, last) = self.span.unwrap_or((time.wall, time.wall));
        self.span = Some((first.min(time.wall), last.max(time.wall)));
    }

    /// The row of the record that was noted last.
    pub fn row<'a>(&'a mut self, found: &'a FoundRecord<'a>, record: &'a Record<'a>) -> RecordRow<'a> {
        let number = found.place.number;
        self.last = match self.last {
            (last, part) if last == number => (number, part.saturating_add(1)),
            _ => (number, 0),
        };
        self.rows += 1;
        RecordRow {
            log: &self.facts,
            found,
            record,
            part: self.last.1,
            time_back: self.is_back,
            session: self.session,
            sdk_version: self.sdk_version.as_deref().filter(|_| self.session.is_some()),
        }
    }

    /// Its row in the table of files.
    pub fn file<'a>(&'a self, end: &'a LogEnd, report: Option<&'a Report>) -> FileRow<'a> {
        FileRow {
            log: &self.facts,
            state: end.state,
            error: end.error.as_deref(),
            report,
            sdk_version: self.sdk_version.as_deref(),
            span: self.span,
            records: self.records,
            rows: self.rows,
            sessions: self.sessions,
            times_back: self.times_back,
            times_out_of_range: self.times_out_of_range,
        }
    }
}
