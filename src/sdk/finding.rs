//! One thing that happened, with the records that prove it.

use std::collections::BTreeMap;

use super::rules::{Rule, RuleId, Severity};
use crate::record::{Time, code};

/// Records that a finding keeps; further ones are counted.
const MAX_EVIDENCE: usize = 5;
/// Different codes that a finding counts.
const MAX_CODES: usize = 16;
/// Notes that a finding keeps.
const MAX_NOTES: usize = 8;
/// Bytes of a record that are kept.
const LONGEST_TEXT: usize = 512;

/// A record that proves something.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Evidence {
    /// Which log it is in, as a place in [`Diagnosis::logs`](super::Diagnosis::logs).
    pub log: usize,
    /// Line of the log's text, from 1. A marker where something is missing is a line too.
    pub line: u64,
    /// When it was logged.
    pub time: Option<Time>,
    /// Its first line, up to 512 bytes of it. As it was logged: it may hold anything.
    pub text: String,
    /// Its text goes on.
    pub is_cut: bool,
}

impl Evidence {
    pub(super) fn new(log: usize, line: u64, time: Option<Time>, text: &[u8]) -> Evidence {
        let first = text.split(|byte| *byte == b'\n').next().unwrap_or_default().trim_ascii_end();
        let kept = first.get(..LONGEST_TEXT).unwrap_or(first);
        let text = String::from_utf8_lossy(kept).into_owned();
        Evidence { log, line, time, text, is_cut: kept.len() < first.len() }
    }
}

/// What failed because of something else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Consequence {
    /// What failed: `login`, `message` or `request`.
    pub what: &'static str,
    /// With which code.
    pub code: i32,
    /// How often.
    pub count: u64,
}

/// A place where a log lacks something.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Lack {
    /// Which log, as a place in [`Diagnosis::logs`](super::Diagnosis::logs).
    pub log: usize,
    /// What is missing, where, and between which times: `damaged at offset 29979, after 08:59:15`.
    pub what: String,
}

/// One thing that happened.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Finding {
    /// Which rule found it.
    pub rule: RuleId,
    /// How severe it is.
    pub severity: Severity,
    /// Number of the session that it happened in. `None`: it is about the log.
    pub session: Option<u64>,
    /// When it was first seen.
    pub first: Option<Time>,
    /// When it was last seen.
    pub last: Option<Time>,
    /// How often.
    pub count: u64,
    /// The codes that came with it, and how many records had each, up to sixteen different ones.
    pub codes: BTreeMap<i32, u64>,
    /// When it was over, where the log says so.
    pub over: Option<Time>,
    /// What failed because of it, up to sixteen kinds.
    pub consequences: Vec<Consequence>,
    /// What else is known: each a sentence.
    pub notes: Vec<String>,
    /// Places where a log lacks something, up to eight.
    pub lacks: Vec<Lack>,
    /// Records that prove it, up to five.
    pub evidence: Vec<Evidence>,
    /// Records that prove it, in all.
    pub records: u64,
}

impl Finding {
    pub(super) fn new(rule: RuleId, session: Option<u64>) -> Finding {
        Finding {
            rule,
            severity: rule.rule().severity,
            session,
            first: None,
            last: None,
            count: 0,
            codes: BTreeMap::new(),
            over: None,
            consequences: Vec::new(),
            notes: Vec::new(),
            lacks: Vec::new(),
            evidence: Vec::new(),
            records: 0,
        }
    }

    /// The rule that found it.
    pub fn rule(&self) -> &'static Rule {
        self.rule.rule()
    }

    /// What to do: of one code the vendor's advice is the most particular, else it is that of the rule.
    #[cfg(feature = "report")]
    pub(crate) fn advice(&self) -> &'static str {
        let rule = self.rule();
        let mut codes = self.codes.keys().filter_map(|code| super::codes::Code::of(*code));
        match (rule.codes.is_empty(), codes.next(), codes.next()) {
            (true, Some(code), None) if !code.advice.is_empty() => code.advice,
            _ => rule.advice,
        }
    }

    /// Milliseconds from when it was first seen until it was over, or last seen.
    pub fn duration(&self) -> i64 {
        match (self.first, self.over.or(self.last)) {
            (Some(first), Some(last)) => (last.wall - first.wall).max(0),
            _ => 0,
        }
    }

    pub(super) fn reach(&mut self, time: Option<Time>) {
        self.first = self.first.or(time);
        self.last = time.or(self.last);
    }

    pub(super) fn add_code(&mut self, code: i32, records: u64) {
        if self.codes.len() < MAX_CODES || self.codes.contains_key(&code) {
            *self.codes.entry(code).or_default() += records;
        }
    }

    pub(super) fn note(&mut self, note: String) {
        if self.notes.len() < MAX_NOTES && !self.notes.contains(&note) {
            self.notes.push(note);
        }
    }

    pub(super) fn lack(&mut self, log: usize, what: String) {
        if self.lacks.len() < MAX_NOTES {
            self.lacks.push(Lack { log, what });
        }
    }

    /// It happened once, after all: what came later is another finding's.
    pub(super) fn keep_first(&mut self) {
        (self.count, self.last) = (1, self.first);
        self.evidence.retain(|evidence| evidence.time == self.first);
        self.records = self.evidence.len() as u64;
        let codes = self.evidence.iter().filter_map(|evidence| code(evidence.text.as_bytes()));
        let codes: Vec<_> = codes.filter(|code| *code != 0).collect();
        self.codes.clear();
        codes.into_iter().for_each(|code| self.add_code(code, 1));
    }

    /// Something failed because of it.
    pub(super) fn cause(&mut self, what: &'static str, code: i32, count: u64) {
        let known = self.consequences.iter().position(|known| known.what == what && known.code == code);
        if let Some(known) = known.and_then(|at| self.consequences.get_mut(at)) {
            known.count += count;
        } else if self.consequences.len() < MAX_CODES {
            self.consequences.push(Consequence { what, code, count });
        }
    }

    /// Adds a record that proves it.
    pub(super) fn prove(&mut self, evidence: impl FnOnce() -> Evidence) {
        self.records += 1;
        if self.evidence.len() < MAX_EVIDENCE {
            self.evidence.push(evidence());
        }
    }
}
