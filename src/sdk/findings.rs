//! Findings that may still grow: what comes soon after, of the same kind and in the same session, belongs to them.

use super::finding::{Evidence, Finding};
use super::rules::RuleId;
use crate::record::Time;

/// What comes so long after, in milliseconds, is something new.
const APART: i64 = 10 * 60_000;
/// The same for tries to connect: the pauses between them grow.
const OUTAGES_APART: i64 = 60 * 60_000;
/// Lines about one occurrence lie within this, in milliseconds.
const TOGETHER: i64 = 2_000;
/// Findings that are kept; further ones are counted.
const MAX_FINDINGS: usize = 1_000;

/// All findings of a diagnosis.
#[derive(Debug, Default)]
pub(super) struct Findings {
    all: Vec<Finding>,
    open: Vec<OpenFinding>,
    /// Findings that are not kept.
    further: u64,
    /// Open findings that were looked at to find one.
    #[cfg(test)]
    steps: std::cell::Cell<u64>,
}

#[derive(Debug)]
struct OpenFinding {
    rule: RuleId,
    session: Option<u64>,
    /// Its place in `all`. `None`: there was no room.
    at: Option<usize>,
    last: Option<i64>,
    occurrence: Occurrence,
}

/// Lines that say the same thing in different words: the step that failed, the whole, and the callback.
#[derive(Debug, Default)]
struct Occurrence {
    began: Option<i64>,
    /// Who has spoken.
    voices: Vec<u64>,
}

impl Occurrence {
    /// Whether the line of `voice` at this time begins another occurrence.
    fn is_another(&mut self, voice: u64, time: Option<i64>) -> bool {
        let is_late =
            matches!((self.began, time), (Some(began), Some(time)) if !(0..=TOGETHER).contains(&(time - began)));
        let is_another = self.voices.is_empty() || is_late || self.voices.contains(&voice);
        if is_another {
            self.voices.clear();
            self.began = time;
        }
        if self.voices.len() < 8 {
            self.voices.push(voice);
        }
        is_another
    }
}

/// A record that says that something of a rule has happened.
pub(super) struct Sign {
    /// Which rule.
    pub rule: RuleId,
    /// In which session.
    pub session: Option<u64>,
    /// When.
    pub time: Option<Time>,
    /// With which code.
    pub code: Option<i32>,
    /// A number for who says so: what the same voice says twice has happened twice.
    pub voice: u64,
}

fn apart(rule: RuleId) -> i64 {
    match rule {
        RuleId::ConnectFailed => OUTAGES_APART,
        _ => APART,
    }
}

impl Findings {
    /// Takes the next sign. Returns the finding that it belongs to, unless there are too many, and whether it happened
    /// once more.
    pub fn add(&mut self, sign: &Sign, evidence: impl FnOnce() -> Evidence) -> Option<(&mut Finding, bool)> {
        let wall = sign.time.map(|time| time.wall);
        let at = match self.find_open(sign.rule, sign.session, wall) {
            Some(at) => at,
            None => self.open(sign.rule, sign.session),
        };
        let open = self.open.get_mut(at)?;
        let again = open.occurrence.is_another(sign.voice, wall);
        open.last = wall.or(open.last);
        let finding = self.all.get_mut(open.at?)?;
        finding.reach(sign.time);
        finding.count += u64::from(again);
        if let Some(code) = sign.code.filter(|code| *code != 0) {
            finding.add_code(code, 1);
        }
        finding.prove(evidence);
        Some((finding, again))
    }

    /// Adds a finding that does not grow.
    pub fn push(&mut self, finding: Finding) {
        match self.all.len() < MAX_FINDINGS {
            true => self.all.push(finding),
            false => self.further += 1,
        }
    }

    /// Whether one of these rules has an open finding, in any session.
    pub fn any_open(&self, rules: &[RuleId]) -> bool {
        self.open.iter().any(|open| rules.contains(&open.rule))
    }

    /// The open finding of this rule in this session.
    pub fn get(&mut self, rule: RuleId, session: Option<u64>) -> Option<&mut Finding> {
        let open = self.open.get(self.place(rule, session)?)?;
        self.all.get_mut(open.at?)
    }

    /// The finding of this rule in this session, which grows until it is closed, however long that takes. `None`: there
    /// are too many.
    pub fn lasting(&mut self, rule: RuleId, session: Option<u64>) -> Option<&mut Finding> {
        let at = self.place(rule, session).unwrap_or_else(|| self.open(rule, session));
        let open = self.open.get(at)?;
        self.all.get_mut(open.at?)
    }

    /// What this rule found in this session is over.
    pub fn close(&mut self, rule: RuleId, session: Option<u64>, time: Option<Time>) {
        let Some(at) = self.place(rule, session) else { return };
        let open = self.open.swap_remove(at);
        if let Some(finding) = open.at.and_then(|at| self.all.get_mut(at)) {
            finding.over = time;
        }
    }

    /// Nothing more comes of this session.
    pub fn end_session(&mut self, session: u64) {
        self.open.retain(|open| open.session != Some(session));
    }

    /// All findings, and how many are not kept.
    pub fn finish(self) -> (Vec<Finding>, u64) {
        (self.all, self.further)
    }

    /// The place in `open` of the finding of this rule in this session.
    fn place(&self, rule: RuleId, session: Option<u64>) -> Option<usize> {
        let is_it = |open: &OpenFinding| {
            #[cfg(test)]
            self.steps.set(self.steps.get() + 1);
            open.rule == rule && open.session == session
        };
        self.open.iter().position(is_it)
    }

    fn find_open(&mut self, rule: RuleId, session: Option<u64>, wall: Option<i64>) -> Option<usize> {
        let at = self.place(rule, session)?;
        let last = self.open.get(at)?.last;
        match (last, wall) {
            (Some(last), Some(wall)) if (wall - last).abs() > apart(rule) => {
                self.open.swap_remove(at);
                None
            }
            _ => Some(at),
        }
    }

    /// Begins a finding. Returns its place in `open`.
    fn open(&mut self, rule: RuleId, session: Option<u64>) -> usize {
        let at = (self.all.len() < MAX_FINDINGS).then_some(self.all.len());
        self.push(Finding::new(rule, session));
        self.open.push(OpenFinding { rule, session, at, last: None, occurrence: Occurrence::default() });
        self.open.len() - 1
    }
}

#[cfg(test)]
mod tests {
    use super::super::rules::RULES;
    use super::*;

    fn add(findings: &mut Findings, seconds: i64, voice: u64) -> bool {
        let time = Some(Time { wall: seconds * 1000, zone: None });
        let sign = Sign { rule: RuleId::SendFailed, session: Some(1), time, code: Some(5), voice };
        findings.add(&sign, || Evidence::new(0, 1, time, b"x")).is_some_and(|(_, again)| again)
    }

    #[test]
    fn several_lines_are_one_occurrence() {
        let mut findings = Findings::default();
        let again =
            [(0, 1), (0, 2), (0, 3), (1, 1), (1, 2), (9, 3)].map(|(time, voice)| add(&mut findings, time, voice));
        assert_eq!(again, [true, false, false, true, false, true]);
        let (all, _) = findings.finish();
        assert_eq!((all.len(), all[0].count, all[0].records, all[0].codes[&5], all[0].evidence.len()), (1, 3, 6, 6, 5));
    }

    #[test]
    fn what_comes_late_or_after_the_end_is_another_finding() {
        let mut findings = Findings::default();
        add(&mut findings, 0, 1);
        add(&mut findings, 599, 1);
        add(&mut findings, 1200, 1);
        findings.close(RuleId::SendFailed, Some(1), Some(Time { wall: 1_201_000, zone: None }));
        add(&mut findings, 1202, 1);
        let (all, _) = findings.finish();
        assert_eq!(all.iter().map(|finding| finding.count).collect::<Vec<_>>(), [2, 1, 1]);
        assert_eq!(all[1].duration(), 1000);
    }

    #[test]
    fn what_one_more_session_costs_does_not_grow() {
        let steps = |sessions: u64| {
            let mut findings = Findings::default();
            for session in 0..sessions {
                for rule in RULES.iter().cycle().take(100) {
                    let (rule, session, time) = (rule.id, Some(session), None);
                    findings
                        .add(&Sign { rule, session, time, code: None, voice: 0 }, || Evidence::new(0, 1, None, b"x"));
                    findings.close(RuleId::LoginFailed, session, None);
                }
                findings.end_session(session);
            }
            findings.steps.get()
        };
        assert_eq!(steps(4_000), 4 * steps(1_000));
    }

    #[test]
    fn findings_are_bounded_and_counted() {
        let mut findings = Findings::default();
        for time in 0..5_000 {
            add(&mut findings, time * 1000, 1);
        }
        let (all, further) = findings.finish();
        assert_eq!((all.len(), further), (1000, 4000));
    }
}
