//! The findings: of each what happened, when, how often, why, what to do, and the records that prove it.

use std::collections::BTreeSet;

use super::room::Room;
use super::verdict::how_long;
use super::view::{Card, RecordRow};
use super::words::{self, count, span, times};
use crate::output::excerpt::{self, Source};
use crate::sdk::{Code, Diagnosis, Evidence, Finding, Lack, Nearby, Severity, clock_after};

/// Findings that are shown.
const CARDS: usize = 100;
/// Findings whose records are shown from the start.
const OPEN: usize = 3;
/// Records before and after one that proves a finding.
const AROUND: u64 = 2;
/// Codes of a finding that are named.
const CODES: usize = 5;

/// What the cards are made of.
pub(super) struct Cards<'a> {
    pub diagnosis: &'a Diagnosis,
    pub sources: &'a [Source],
    /// Findings of the apps before.
    pub before: usize,
}

impl Cards<'_> {
    /// The findings that have room, most severe first, and how many have none.
    pub fn all(&self, room: &mut Room) -> (Vec<Card>, u64) {
        let findings = &self.diagnosis.findings;
        let mut cards: Vec<Card> = Vec::new();
        for (index, finding) in findings.iter().enumerate().take(CARDS) {
            let card = self.card(index, finding);
            let words = card.why.iter().map(String::as_str).chain(card.command.as_deref());
            // Said a second time, for the button that copies it.
            let words = words.chain(card.command.as_deref());
            if !room.takes(words.chain([card.when.as_str(), card.meaning, card.advice])) {
                break;
            }
            cards.push(card);
        }
        // Records have what room is left: those of the worst findings first.
        for (card, finding) in cards.iter_mut().zip(findings) {
            card.records = self.records(card.number, finding, room);
            let proofs = card.records.iter().filter(|record| record.proves).count() as u64;
            card.records_left = finding.records.saturating_sub(proofs);
        }
        let left = (findings.len() - cards.len()) as u64 + self.diagnosis.further_findings;
        (cards, left)
    }

    fn card(&self, index: usize, finding: &Finding) -> Card {
        let rule = finding.rule();
        let command = excerpt::command(finding, self.diagnosis, self.sources);
        Card {
            number: self.before + index + 1,
            severity: finding.severity.name(),
            title: rule.title,
            rule: rule.name,
            when: self.when(finding),
            often: (finding.count > 1).then(|| times(finding.count)),
            session: finding.session,
            meaning: rule.meaning,
            why: self.why(finding),
            advice: finding.advice(),
            command: command.and_then(|command| words::command(&command)),
            records: Vec::new(),
            records_left: 0,
            is_open: index < OPEN && finding.severity > Severity::Info,
            walls: finding.first.zip(finding.last).map(|(first, last)| {
                let last = finding.over.unwrap_or(last);
                (first.wall.min(last.wall), first.wall.max(last.wall))
            }),
        }
    }

    fn when(&self, finding: &Finding) -> String {
        let is_one_day = self.diagnosis.is_one_day();
        let Some(mut when) = span(finding.first, finding.last, is_one_day) else {
            return "Not known: no record near it has a time".into();
        };
        if let Some((length, 1000..)) = how_long(finding.first, finding.last) {
            when += &format!(" ({length})");
        }
        if let Some((over, last)) = finding.over.zip(finding.last) {
            when += &match over.wall - last.wall {
                0..1000 => ", over at once".to_owned(),
                _ => format!(", over at {}", clock_after(last, over)),
            };
        }
        when
    }

    /// What is known of it: notes, what the logs lack, codes, and what failed because of it.
    fn why(&self, finding: &Finding) -> Vec<String> {
        let mut why: Vec<String> = finding.notes.iter().map(|note| sentence(&words::text(note))).collect();
        why.extend(finding.lacks.iter().map(|lack| self.lack(lack)));
        let missing = finding.count.saturating_sub(finding.lacks.len() as u64);
        if !finding.lacks.is_empty() && missing > 0 {
            why.push(format!("And {}.", count(missing, "more place")));
        }
        let mut codes: Vec<_> = finding.codes.iter().collect();
        codes.sort_by_key(|(_, count)| std::cmp::Reverse(**count));
        let more = codes.len().saturating_sub(CODES) as u64;
        for (code, many) in codes.into_iter().take(CODES) {
            let known = Code::of(*code);
            let name = known.map(|code| code.name).filter(|name| !name.is_empty());
            let name = name.map(|name| format!(" {name}")).unwrap_or_default();
            let meaning = known.map_or("Not a known code.", |code| code.meaning);
            why.push(format!("{code}{name} ({}): {}", times(*many), sentence(meaning)));
        }
        if more > 0 {
            why.push(format!("And {}.", count(more, "more code")));
        }
        for consequence in &finding.consequences {
            let what = count(consequence.count, consequence.what);
            why.push(format!("{what} failed because of it ({}).", consequence.code));
        }
        why
    }

    fn lack(&self, lack: &Lack) -> String {
        let what = sentence(&words::text(&lack.what));
        match self.diagnosis.logs.as_slice() {
            [_] => what,
            logs => {
                let name = logs.get(lack.log).map_or("", |log| log.name.as_str());
                format!("{}: {}", words::short(name), words::text(&lack.what))
            }
        }
    }

    /// The records that prove it, with those around them, as far as there is room.
    fn records(&self, number: usize, finding: &Finding, room: &mut Room) -> Vec<RecordRow> {
        let mut places: BTreeSet<(usize, u64)> = BTreeSet::new();
        let proofs: Vec<_> = finding.evidence.iter().map(|evidence| (evidence.log, evidence.line)).collect();
        places.extend(&proofs);
        if let Some(details) = &self.diagnosis.details {
            for (log, line) in &proofs {
                let Some(proof) = details.nearby.get(&(*log, *line)) else { continue };
                // Those around other proofs are kept there, too.
                let near = |near: &(&(usize, u64), &Nearby)| near.1.number.abs_diff(proof.number) <= AROUND;
                let before = details.nearby.range((*log, 0)..(*log, *line)).rev().take_while(near);
                let after = details.nearby.range((*log, line + 1)..(*log + 1, 0)).take_while(near);
                places.extend(before.chain(after).map(|(place, _)| *place));
            }
        }
        let mut rows: Vec<RecordRow> = Vec::new();
        let mut before: Option<(usize, u64)> = None;
        for place in places {
            let evidence = finding.evidence.iter().find(|evidence| (evidence.log, evidence.line) == place);
            let Some((text, is_cut)) = self.record(place, evidence) else { continue };
            if !room.takes([text.as_str()]) {
                break;
            }
            let (log, line) = place;
            let is_other = before.is_none_or(|(before, _)| before != log);
            let name = self.diagnosis.logs.get(log).map_or("", |log| log.name.as_str());
            rows.push(RecordRow {
                id: format!("finding-{number}-line-{line}{}", if log == 0 { String::new() } else { format!("-{log}") }),
                log: is_other.then(|| words::short(name)),
                line,
                text,
                is_cut,
                proves: evidence.is_some(),
                is_apart: !is_other && before.is_some_and(|(_, before)| line > before + 1),
            });
            before = Some(place);
        }
        rows
    }

    fn record(&self, place: (usize, u64), evidence: Option<&Evidence>) -> Option<(String, bool)> {
        if let Some(evidence) = evidence {
            return Some((words::text(&evidence.text), evidence.is_cut));
        }
        let nearby = self.diagnosis.details.as_ref()?.nearby.get(&place)?;
        Some((words::text(&nearby.text), nearby.is_cut))
    }
}

/// `text` with a capital letter at its start and a full stop at its end.
fn sentence(text: &str) -> String {
    let text = text.trim_end_matches('.');
    let mut chars = text.chars();
    let first = chars.next().map(|first| first.to_uppercase().to_string()).unwrap_or_default();
    format!("{first}{}.", chars.as_str())
}
