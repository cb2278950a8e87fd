//! What a page shows beside the findings: errors over time, the codes that were seen, the records around what proves a
//! finding, and what is missing where. Collected only if somebody asks for it, in bounded memory.

use std::collections::{BTreeMap, VecDeque};

use crate::decode::{Gap, GapCause, GapPlace};
use crate::record::{FoundRecord, Level, Time};

/// Records before and after one that proves something, each.
const AROUND: usize = 2;
/// Bytes of such a record that are kept.
const LONGEST: usize = 240;
/// Records that are kept because they are near one that proves something.
const MAX_NEARBY: usize = 25_000;
/// Different codes that are kept.
const MAX_CODES: usize = 512;
/// Gaps that are kept.
const MAX_GAPS: usize = 256;
/// Parts of time in which errors are counted.
const MAX_PARTS: usize = 1024;
/// Milliseconds of a minute.
const MINUTE: i64 = 60_000;

/// How many errors there were over time.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Tally {
    /// Length of a part, in milliseconds: a minute, or as many as keep the number of parts small.
    pub width: i64,
    /// Errors in each part that has some, by its number since 1970.
    pub errors: BTreeMap<i64, u64>,
}

impl Default for Tally {
    fn default() -> Tally {
        Tally { width: MINUTE, errors: BTreeMap::new() }
    }
}

impl Tally {
    fn add(&mut self, wall: i64) {
        *self.errors.entry(wall.div_euclid(self.width)).or_default() += 1;
        while self.errors.len() > MAX_PARTS {
            self.width *= 2;
            let mut wider = BTreeMap::new();
            for (part, count) in &self.errors {
                *wider.entry(part.div_euclid(2)).or_default() += count;
            }
            self.errors = wider;
        }
    }
}

/// An error code, and how often it was seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct CodeSeen {
    /// How many records carry it.
    pub count: u64,
    /// Time of the first that has one.
    pub first: Option<Time>,
    /// Time of the last that has one.
    pub last: Option<Time>,
}

/// A record near one that proves something, or that one itself.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Nearby {
    /// Its first line, up to 240 bytes of it. As it was logged: it may hold anything.
    pub text: String,
    /// Its text goes on.
    pub is_cut: bool,
    /// The how many-th record of its log it is, from 1.
    pub number: u64,
}

/// A place where something is missing, between two times.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct GapSeen {
    /// Which log, as a place in [`Diagnosis::logs`](super::Diagnosis::logs).
    pub log: usize,
    /// Time of the last record before it.
    pub before: Option<Time>,
    /// Time of the first record after it, in the same log.
    pub after: Option<Time>,
    /// What is missing, as [`GapCause::name`] has it.
    pub cause: &'static str,
}

/// In how many places a log lacks something, and why.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct LogCondition {
    /// Damaged, cut off or foreign.
    pub damaged: u64,
    /// Encrypted for a key that was not given.
    pub encrypted: u64,
    /// Blocks that are missing.
    pub missing: u64,
}

/// What is known beside sessions and findings.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Details {
    /// Errors over time.
    pub tally: Tally,
    /// The codes that records carry, other than 0.
    pub codes: BTreeMap<i32, CodeSeen>,
    /// Records with codes that are not kept.
    pub further_codes: u64,
    /// Records around those that prove findings, by log and line.
    pub nearby: BTreeMap<(usize, u64), Nearby>,
    /// Places where something is missing.
    pub gaps: Vec<GapSeen>,
    /// Such places that are not kept.
    pub further_gaps: u64,
    /// What each log lacks.
    pub conditions: Vec<LogCondition>,
    /// Days between the first and the last that no log is named after, since 1970.
    pub absent_days: Vec<i64>,
}

/// Collects them.
#[derive(Debug, Default)]
pub(super) struct Collector {
    pub details: Details,
    /// The last records, with their lines.
    before: VecDeque<(u64, Kept)>,
    /// Records of this log so far.
    number: u64,
    /// So many records to come are near one that proves something.
    still: usize,
    last: Option<Time>,
    /// The last gap waits for the time after it.
    is_open: bool,
}

/// The start of a record. Its memory is used again.
#[derive(Debug, Default)]
struct Kept {
    text: Vec<u8>,
    is_cut: bool,
    number: u64,
}

impl Kept {
    fn set(&mut self, text: &[u8]) {
        let start = text.get(..LONGEST).unwrap_or(text);
        let line = start.split(|byte| *byte == b'\n').next().unwrap_or_default();
        self.is_cut = line.len() == start.len() && start.len() < text.trim_ascii_end().len();
        self.text.clear();
        self.text.extend_from_slice(line.trim_ascii_end());
    }

    fn nearby(&self) -> Nearby {
        let mut text = String::from_utf8_lossy(&self.text).into_owned();
        if self.is_cut {
            // Half a character.
            text.truncate(text.trim_end_matches('\u{FFFD}').len());
        }
        Nearby { text, is_cut: self.is_cut, number: self.number }
    }
}

impl Collector {
    pub fn next_log(&mut self) {
        self.before.clear();
        (self.number, self.still, self.is_open) = (0, 0, false);
        self.details.conditions.push(LogCondition::default());
    }

    /// The next record of this log, which starts in this line. `proves` something?
    pub fn record<V>(&mut self, found: &FoundRecord<'_, V>, log: usize, line: u64, proves: bool) {
        if found.continued {
            return;
        }
        if let Some(time) = found.head.time {
            if std::mem::take(&mut self.is_open)
                && let Some(gap) = self.details.gaps.last_mut()
            {
                gap.after = Some(time);
            }
            self.last = Some(time);
            if found.head.level >= Some(Level::Error) {
                self.details.tally.add(time.wall);
            }
        }
        let mut kept = match self.before.len() {
            0..=AROUND => Kept::default(),
            _ => self.before.pop_front().map(|(_, kept)| kept).unwrap_or_default(),
        };
        kept.set(found.text);
        self.number += 1;
        kept.number = self.number;
        let has_room = self.details.nearby.len() < MAX_NEARBY;
        if proves && has_room {
            let before = self.before.iter().map(|(line, kept)| ((log, *line), kept.nearby()));
            self.details.nearby.extend(before);
            self.still = AROUND + 1;
        }
        if self.still > 0 && has_room {
            self.still -= 1;
            self.details.nearby.insert((log, line), kept.nearby());
        }
        self.before.push_back((line, kept));
    }

    /// A record carries this code.
    pub fn code(&mut self, code: i32, time: Option<Time>) {
        let codes = &mut self.details.codes;
        if codes.len() >= MAX_CODES && !codes.contains_key(&code) {
            self.details.further_codes += 1;
            return;
        }
        let seen = codes.entry(code).or_insert(CodeSeen { count: 0, first: None, last: None });
        seen.count += 1;
        seen.first = seen.first.or(time);
        seen.last = time.or(seen.last);
    }

    /// A gap in this log.
    pub fn gap(&mut self, log: usize, gap: &Gap) {
        if gap.place != GapPlace::New {
            return;
        }
        if let Some(condition) = self.details.conditions.get_mut(log) {
            *match &gap.cause {
                GapCause::Encrypted { .. } => &mut condition.encrypted,
                GapCause::Skip(_) => &mut condition.missing,
                _ => &mut condition.damaged,
            } += 1;
        }
        self.is_open = self.details.gaps.len() < MAX_GAPS;
        match self.is_open {
            true => {
                let seen = GapSeen { log, before: self.last, after: None, cause: gap.cause.name() };
                self.details.gaps.push(seen);
            }
            false => self.details.further_gaps += 1,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::{Head, RecordPlace};

    fn record(collector: &mut Collector, text: &str, line: u64, proves: bool) {
        let head = Head::of(text.as_bytes()).unwrap_or_default();
        let place = RecordPlace::default();
        let found = FoundRecord { head, text: text.as_bytes(), passes: true, continued: false, place };
        collector.record(&found, 0, line, proves);
    }

    #[test]
    fn records_around_a_proof_are_kept() {
        let mut collector = Collector::default();
        for line in 1..=20 {
            record(&mut collector, &format!("line {line}\nmore\n"), line, line == 5 || line == 6 || line == 19);
        }
        let lines: Vec<_> = collector.details.nearby.keys().map(|(_, line)| *line).collect();
        assert_eq!(lines, [3, 4, 5, 6, 7, 8, 17, 18, 19, 20]);
        assert_eq!(collector.details.nearby[&(0, 3)].text, "line 3");
        collector.next_log();
        record(&mut collector, "of another log", 1, true);
        assert_eq!(collector.details.nearby.len(), 11, "no more of the log before");
    }

    #[test]
    fn long_records_are_cut_between_characters() {
        let mut kept = Kept::default();
        kept.set(format!("x{}", "é".repeat(200)).as_bytes());
        assert_eq!(kept.nearby(), Nearby { text: format!("x{}", "é".repeat(119)), is_cut: true, number: 0 });
        kept.set(b"short\r\nwith a second line");
        assert_eq!(kept.nearby(), Nearby { text: "short".into(), is_cut: false, number: 0 });
    }

    #[test]
    fn what_is_kept_is_bounded() {
        let mut collector = Collector::default();
        collector.next_log();
        for line in 0..60_000 {
            record(&mut collector, "a line", line, true);
            collector.code(line as i32, None);
            collector.details.tally.add(line as i64 * 7 * MINUTE);
        }
        let Details { tally, codes, further_codes, nearby, .. } = collector.details;
        assert!(nearby.len() <= MAX_NEARBY + AROUND + 1);
        assert_eq!((codes.len(), further_codes), (512, 60_000 - 512));
        assert!(tally.errors.len() <= MAX_PARTS && tally.width % MINUTE == 0);
        assert_eq!(tally.errors.values().sum::<u64>(), 60_000, "none is lost");
    }
}
