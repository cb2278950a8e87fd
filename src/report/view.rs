//! What the templates show, and no more: text that is safe to show, in the order in which it is shown.

use std::fmt::Display;

use askama::Template;

use super::words::{self, Moment};

/// A number, as templates have it: some of theirs are references to references.
fn number(many: impl Display) -> String {
    words::grouped(&many.to_string())
}

/// The page.
#[derive(Template)]
#[template(path = "page.html")]
pub(super) struct PageView<'a> {
    pub title: String,
    pub several: bool,
    pub apps: Vec<AppView>,
    pub others: Vec<OtherApp>,
    pub further: u64,
    pub foot: Vec<String>,
    pub policy: String,
    pub style: &'a str,
    pub script: &'a str,
    pub version: &'static str,
}

/// An app that is only named.
#[derive(Clone, Debug)]
pub(super) struct OtherApp {
    pub name: String,
    pub verdict: String,
    pub tone: &'static str,
}

/// An app.
pub(super) struct AppView {
    /// What ids that each app has once end in.
    pub id: String,
    pub name: Option<String>,
    pub tone: &'static str,
    pub verdict: String,
    pub headlines: Vec<Headline>,
    /// Findings above info that no headline counts.
    pub further: usize,
    pub facts: Vec<Fact>,
    pub timeline: Option<Timeline>,
    pub cards: Vec<Card>,
    pub cards_left: u64,
    pub codes: Vec<CodeRow>,
    pub codes_left: u64,
    pub groups: Vec<GroupRow>,
    pub groups_left: u64,
    pub groups_title: &'static str,
    pub sessions: Vec<SessionRow>,
    pub sessions_left: u64,
    pub files: Vec<FileRow>,
    pub files_left: u64,
    pub notes: Vec<String>,
}

/// A finding in a sentence.
pub(super) struct Headline {
    pub number: usize,
    pub severity: &'static str,
    pub sentence: String,
    /// Further findings of the same rule.
    pub alike: usize,
}

/// What is known of an app.
pub(super) struct Fact {
    pub name: &'static str,
    pub value: String,
    /// Something is wrong with it.
    pub is_bad: bool,
}

/// What went on over time.
pub(super) struct Timeline {
    /// Its start, in milliseconds since 1970 on the phone's clock.
    pub start: i64,
    /// Its length in milliseconds.
    pub length: i64,
    pub height: u32,
    /// Where the axis is.
    pub foot: u32,
    pub lanes: Vec<Lane>,
    pub marks: Vec<Mark>,
    pub marks_y: u32,
    pub bars: Vec<Bar>,
    pub bars_y: u32,
    /// `minute`, `4 minutes`
    pub bar_length: String,
    /// The same in milliseconds.
    pub bar_millis: i64,
    /// Errors in the highest bar.
    pub most: u64,
    pub holes: Vec<Stretch>,
    pub ticks: Vec<Tick>,
    /// The states again, as a table.
    pub changes: Vec<ChangeRow>,
    pub changes_left: u64,
    /// Some states are too short to be drawn one by one.
    pub is_coarse: bool,
}

/// The states of a track.
pub(super) struct Lane {
    pub name: &'static str,
    pub y: u32,
    pub stretches: Vec<Stretch>,
}

/// A part of the time, in which something is so.
pub(super) struct Stretch {
    pub x: String,
    pub width: String,
    /// Milliseconds after the start.
    pub from: i64,
    pub to: i64,
    pub mood: &'static str,
    pub label: String,
}

/// A finding in the timeline.
pub(super) struct Mark {
    pub x: String,
    pub width: String,
    pub from: i64,
    pub to: i64,
    pub severity: &'static str,
    pub number: usize,
    pub label: String,
}

/// Errors in a part of the time.
pub(super) struct Bar {
    pub x: String,
    pub width: String,
    pub y: u32,
    pub height: u32,
    pub from: i64,
    pub count: u64,
}

/// A time at the axis.
pub(super) struct Tick {
    pub x: String,
    pub label: String,
    /// How it stands at its place: `start`, `middle` or `end`.
    pub anchor: &'static str,
}

/// A state, as a row.
pub(super) struct ChangeRow {
    pub time: Moment,
    pub session: u64,
    pub track: &'static str,
    pub state: &'static str,
    pub mood: &'static str,
}

/// A finding.
pub(super) struct Card {
    pub number: usize,
    pub severity: &'static str,
    pub title: &'static str,
    pub rule: &'static str,
    pub when: String,
    pub often: Option<String>,
    pub session: Option<u64>,
    pub meaning: &'static str,
    pub why: Vec<String>,
    pub advice: &'static str,
    pub command: Option<String>,
    pub records: Vec<RecordRow>,
    pub records_left: u64,
    /// The records are shown from the start.
    pub is_open: bool,
    /// Its first and last time, in milliseconds since 1970 on the phone's clock.
    pub walls: Option<(i64, i64)>,
}

/// A record that proves a finding, or is near one that does.
pub(super) struct RecordRow {
    pub id: String,
    /// The log, where it is another than that of the record before.
    pub log: Option<String>,
    pub line: u64,
    pub text: String,
    pub is_cut: bool,
    pub proves: bool,
    /// There are others between the record before and this one.
    pub is_apart: bool,
}

/// An error code.
pub(super) struct CodeRow {
    pub code: i32,
    pub name: &'static str,
    pub meaning: &'static str,
    pub count: u64,
    pub first: Moment,
    pub last: Moment,
}

/// Errors that no rule knows.
pub(super) struct GroupRow {
    pub level: &'static str,
    pub rank: u8,
    pub function: String,
    pub code: Option<i32>,
    pub message: String,
    pub count: u64,
    pub first: Moment,
    pub last: Moment,
    pub place: String,
}

/// A session.
pub(super) struct SessionRow {
    pub number: u64,
    pub sdk: String,
    pub device: String,
    pub users: String,
    pub first: Moment,
    pub last: Moment,
    pub length: String,
    pub millis: i64,
    pub ending: &'static str,
    pub is_bad: bool,
    pub pid: Option<u64>,
    pub records: u64,
    pub findings: usize,
}

/// A log.
pub(super) struct FileRow {
    pub name: String,
    pub state: &'static str,
    pub tone: &'static str,
    pub rank: u8,
    pub lacks: String,
    pub records: Option<u64>,
    pub first: Moment,
    pub last: Moment,
}
