//! The tables: codes, groups, sessions, files.

use super::room::{Room, cost};
use super::verdict::{device, how_long};
use super::view::{CodeRow, FileRow, GroupRow, SessionRow};
use super::words::{self, Moment, count, list, number};
use crate::record::{DAY, Level, Time};
use crate::sdk::{Code, Diagnosis, Ending, LogCondition};

/// Codes that are shown.
const CODES: usize = 200;
/// Groups that are shown.
const GROUPS: usize = 200;
/// Sessions that are shown.
const SESSIONS: usize = 200;
/// Files that are shown.
const FILES: usize = 250;
/// Users of a session that are named.
const USERS: usize = 3;

/// The codes that were seen, most frequent first, and how many have no room.
pub(super) fn codes(diagnosis: &Diagnosis, room: &mut Room) -> (Vec<CodeRow>, u64) {
    let Some(details) = &diagnosis.details else { return Default::default() };
    let mut codes: Vec<_> = details.codes.iter().collect();
    codes.sort_by_key(|(code, seen)| (std::cmp::Reverse(seen.count), **code));
    let is_one_day = diagnosis.is_one_day();
    let (rows, left) = room.rows(codes.into_iter(), CODES, |(code, seen)| {
        let known = Code::of(*code);
        let row = CodeRow {
            code: *code,
            name: known.map_or("", |known| known.name),
            meaning: known.map_or("", |known| known.meaning),
            count: seen.count,
            first: Moment::of(seen.first, is_one_day),
            last: Moment::of(seen.last, is_one_day),
        };
        let len = row.name.len() + row.meaning.len();
        (row, len)
    });
    (rows, left as u64)
}

/// Errors that no rule knows, most frequent first, and how many groups have no room.
pub(super) fn groups(diagnosis: &Diagnosis, room: &mut Room) -> (Vec<GroupRow>, u64) {
    let is_one_day = diagnosis.is_one_day();
    let (rows, left) = room.rows(diagnosis.groups.iter(), GROUPS, |group| {
        let (level, rank) = match group.level {
            Some(Level::Fatal) => ("fatal", 3),
            Some(Level::Error) => ("error", 2),
            Some(Level::Warn) => ("warn", 1),
            _ => ("", 0),
        };
        let name = diagnosis.logs.get(group.evidence.log).map_or("", |log| log.name.as_str());
        let line = number(group.evidence.line);
        let row = GroupRow {
            level,
            rank,
            function: words::short(&group.function),
            code: group.code,
            message: words::text(&group.message),
            count: group.count,
            first: Moment::of(group.first, is_one_day),
            last: Moment::of(group.last, is_one_day),
            place: match diagnosis.logs.len() {
                1 => format!("line {line}"),
                _ => format!("{}, line {line}", words::file_name(name)),
            },
        };
        let len = cost(&row.function) + cost(&row.message) + cost(&row.place);
        (row, len)
    });
    (rows, left as u64)
}

/// The sessions, in order, and how many have no room.
pub(super) fn sessions(diagnosis: &Diagnosis, room: &mut Room) -> (Vec<SessionRow>, u64) {
    let is_one_day = diagnosis.is_one_day();
    let (rows, left) = room.rows(diagnosis.sessions.iter(), SESSIONS, |session| {
        let more = session.users.len().saturating_sub(USERS) as u64;
        let users = session.users.iter().take(USERS).map(|user| words::short(user));
        let users: Vec<_> = users.chain((more > 0).then(|| format!("{more} more"))).collect();
        let (length, millis) = how_long(session.first, session.last).unwrap_or_default();
        let row = SessionRow {
            number: session.number,
            sdk: session.about.sdk_version.as_deref().map(words::short).unwrap_or_default(),
            device: device(&session.about).map(|device| words::short(&device)).unwrap_or_default(),
            users: list(&users),
            first: Moment::of(session.first, is_one_day),
            last: Moment::of(session.last, is_one_day),
            length,
            millis,
            ending: session.ending.name(),
            is_bad: session.ending == Ending::Unclean,
            pid: session.pid,
            records: session.records,
            findings: diagnosis.findings.iter().filter(|finding| finding.session == Some(session.number)).count(),
        };
        let len = cost(&row.sdk) + cost(&row.device) + cost(&row.users);
        (row, len)
    });
    (rows, left as u64 + diagnosis.further_sessions)
}

/// The logs, and the days that none is of; how many have no room. Those that lack something come first if there are many.
pub(super) fn files(diagnosis: &Diagnosis, room: &mut Room) -> (Vec<FileRow>, u64) {
    let details = diagnosis.details.as_ref();
    let logs = diagnosis.logs.iter().enumerate().map(|(at, log)| {
        let condition = details.and_then(|details| details.conditions.get(at)).copied().unwrap_or_default();
        (Some((log, condition)), None)
    });
    let absent = details.iter().flat_map(|details| details.absent_days.iter().map(|day| (None, Some(*day))));
    let mut all: Vec<_> = logs.chain(absent).collect();
    if all.len() > FILES {
        all.sort_by_key(|(log, _)| log.is_some_and(|(log, _)| log.gaps == 0));
    }
    let (rows, left) = room.rows(all.into_iter(), FILES, |(log, day)| {
        let row = match (log, day) {
            (Some((log, condition)), _) => {
                let (state, tone, rank) = state(log.gaps, &condition);
                FileRow {
                    name: if log.name == "-" { "standard input".into() } else { words::short(&log.name) },
                    state,
                    tone,
                    rank,
                    lacks: lacks(log.gaps, log.lost, &condition),
                    records: Some(log.records),
                    first: Moment::of(log.first, false),
                    last: Moment::of(log.last, false),
                }
            }
            (None, day) => {
                let first = Time { wall: day.unwrap_or_default() * DAY, zone: None };
                let date = first.to_string();
                let date = date.get(..10).unwrap_or_default().to_owned();
                FileRow {
                    name: date.clone(),
                    state: "no log",
                    tone: "warn",
                    rank: 4,
                    lacks: "There are logs of the days before and after it".into(),
                    records: None,
                    first: Moment { text: date, wall: first.wall.to_string() },
                    last: Moment::default(),
                }
            }
        };
        let len = cost(&row.name) + cost(&row.lacks);
        (row, len)
    });
    (rows, left as u64)
}

/// The state of a log, the style of that, and how bad it is.
fn state(gaps: u64, condition: &LogCondition) -> (&'static str, &'static str, u8) {
    match condition {
        LogCondition { damaged: 1.., .. } => ("damaged", "error", 3),
        LogCondition { encrypted: 1.., .. } => ("encrypted", "warn", 2),
        LogCondition { missing: 1.., .. } => ("blocks missing", "warn", 1),
        _ if gaps > 0 => ("incomplete", "warn", 1),
        _ => ("whole", "good", 0),
    }
}

fn lacks(gaps: u64, lost: u64, condition: &LogCondition) -> String {
    let LogCondition { damaged, encrypted, missing, .. } = *condition;
    let mut lacks = Vec::new();
    for (places, what) in
        [(damaged, "damaged place"), (encrypted, "encrypted place"), (missing, "place with blocks missing")]
    {
        match places {
            0 => {}
            1 => lacks.push(format!("1 {what}")),
            // The noun is not always the last word.
            _ => lacks.push(format!("{} {}", number(places), what.replacen("place", "places", 1))),
        }
    }
    if lacks.is_empty() && gaps > 0 {
        lacks.push(count(gaps, "place"));
    }
    let bytes = if lost > 0 { format!(" ({} bytes)", number(lost)) } else { String::new() };
    let lacks = list(&lacks);
    if lacks.is_empty() { lacks } else { format!("{lacks}{bytes}") }
}
