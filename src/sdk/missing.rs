//! What a diagnosis can't know, for it is missing from the logs: where, and between which times.

use std::collections::BTreeSet;

use super::finding::{Evidence, Finding};
use super::rules::{RuleId, Severity};
use super::words::clock;
use crate::decode::{Gap, GapCause, GapPlace};
use crate::record::{DAY, Time};

/// Places that are held; further ones are counted.
const MAX_PLACES: usize = 64;
/// Different days that are held.
const MAX_DAYS: usize = 4_096;

/// A place where something is missing.
#[derive(Debug)]
struct Missing {
    log: usize,
    what: String,
    before: Option<Time>,
    after: Option<Time>,
    evidence: Option<Evidence>,
}

/// All such places.
#[derive(Debug, Default)]
pub(super) struct AllMissing {
    places: Vec<Missing>,
    count: u64,
    /// The last one waits for the time after it.
    is_open: bool,
    /// Days that logs are named after, since 1970.
    days: BTreeSet<i64>,
}

impl AllMissing {
    /// A gap in this log. `before`: time of the last record.
    pub fn gap(&mut self, log: usize, gap: &Gap, before: Option<Time>) {
        if gap.place != GapPlace::New {
            return;
        }
        let what = match &gap.cause {
            GapCause::Encrypted { .. } => format!("encrypted from offset {} on, needs a key", gap.offset),
            GapCause::Skip(seq) => {
                let blocks = u32::from(*seq.end()) + 1 - u32::from(*seq.start());
                format!("{blocks} block{} missing at offset {}", if blocks == 1 { "" } else { "s" }, gap.offset)
            }
            cause => format!("{} at offset {}", cause.name(), gap.offset),
        };
        self.add(Missing { log, what, before, after: None, evidence: None });
    }

    /// A marker in a text that was decoded before.
    pub fn marker(&mut self, before: Option<Time>, evidence: Evidence) {
        let (log, what) = (evidence.log, format!("a marker in line {}", evidence.line));
        self.add(Missing { log, what, before, after: None, evidence: Some(evidence) });
    }

    fn add(&mut self, missing: Missing) {
        self.count += 1;
        self.is_open = self.places.len() < MAX_PLACES;
        if self.is_open {
            self.places.push(missing);
        }
    }

    /// The next record has this time.
    pub fn pass(&mut self, time: Time) {
        if std::mem::take(&mut self.is_open)
            && let Some(last) = self.places.last_mut()
        {
            last.after = Some(time);
        }
    }

    /// The next log begins: no record of it comes after what is missing.
    pub fn next_log(&mut self, day: Option<i64>) {
        self.is_open = false;
        if self.days.len() < MAX_DAYS {
            self.days.extend(day);
        }
    }

    /// Days between the first and the last that no log is named after. None if that is more than a month.
    pub fn absent_days(&self) -> impl Iterator<Item = i64> {
        let days = self.days.first().copied().zip(self.days.last().copied());
        let days = days.filter(|(first, last)| last - first < 31).map(|(first, last)| first..=last);
        days.into_iter().flatten().filter(|day| !self.days.contains(day))
    }

    /// What is missing, as findings.
    pub fn finish(self) -> Vec<Finding> {
        let mut findings = Vec::new();
        let absent: Vec<_> = self.absent_days().collect();
        if self.count > 0 {
            let mut finding = Finding::new(RuleId::LogIncomplete, None);
            finding.count = self.count;
            for Missing { log, what, before, after, evidence } in self.places {
                finding.lack(
                    log,
                    match (before, after) {
                        (Some(before), Some(after)) => {
                            format!("{what}, between {} and {}", clock(before), clock(after))
                        }
                        (Some(before), None) => format!("{what}, after {}", clock(before)),
                        (None, Some(after)) => format!("{what}, before {}", clock(after)),
                        (None, None) => what,
                    },
                );
                finding.reach(before);
                finding.reach(after);
                if let Some(evidence) = evidence {
                    finding.prove(|| evidence);
                }
            }
            findings.push(finding);
        }
        let mut finding = Finding::new(RuleId::LogIncomplete, None);
        finding.severity = Severity::Info;
        for day in absent {
            let time = Time { wall: day * DAY, zone: None };
            finding.count += 1;
            finding.reach(Some(time));
            let date = time.to_string();
            finding.note(format!("there is no log of {}", date.get(..10).unwrap_or_default()));
        }
        if finding.count > 0 {
            findings.push(finding);
        }
        findings
    }
}
