//! Errors and warnings that no rule knows, grouped: the same function and code, and words that differ in nothing but
//! numbers and ids.

use std::collections::HashMap;

use foldhash::quality::RandomState;

use super::finding::Evidence;
use crate::record::{Level, Record, Time};

/// Groups that are held. When there are more, those that were seen least are dropped, and counted.
const MAX_GROUPS: usize = 2048;
/// Bytes of a message that tell groups apart.
const LONGEST: usize = 160;

/// Records that say the same.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ErrorGroup {
    /// Function, or source file where no function is named. May be empty.
    pub function: String,
    /// The code that they carry.
    pub code: Option<i32>,
    /// Their level.
    pub level: Option<Level>,
    /// Their message, with `#` in place of numbers and ids.
    pub message: String,
    /// What that was made of, in the first of them: ids that are gone can't be told any more.
    pub(super) start: String,
    /// How many there are.
    pub count: u64,
    /// Time of the first.
    pub first: Option<Time>,
    /// Time of the last.
    pub last: Option<Time>,
    /// The first of them.
    pub evidence: Evidence,
}

impl ErrorGroup {
    /// Makes its message anew of what it starts with, as `change` makes that. It may lack its end.
    pub(super) fn change_start(&mut self, change: impl FnOnce(&mut String, bool)) {
        let is_cut = self.start.len() + 3 >= LONGEST;
        change(&mut self.start, is_cut);
        let mut message = Vec::new();
        mask(self.start.as_bytes(), &mut message);
        self.message = String::from_utf8_lossy(&message).into_owned();
    }

    /// What tells it from others, whatever log it is in.
    pub fn key(&self) -> (&str, Option<i32>, &str) {
        (&self.function, self.code, &self.message)
    }
}

/// All groups of a diagnosis, in bounded memory.
#[derive(Debug, Default)]
pub(super) struct Groups {
    by_key: HashMap<Vec<u8>, ErrorGroup, RandomState>,
    /// Records of groups that were dropped.
    dropped: u64,
    /// The key of the record at hand, kept for its memory.
    key: Vec<u8>,
    /// Groups that were looked at to drop some.
    #[cfg(test)]
    steps: u64,
}

impl Groups {
    /// Counts a record. `evidence` is asked for when it is the first of its group.
    pub fn add(
        &mut self,
        record: &Record<'_>,
        code: Option<i32>,
        time: Option<Time>,
        evidence: impl FnOnce() -> Evidence,
    ) {
        self.key.clear();
        let function = record.function.or(record.source).unwrap_or_default();
        let function = function.get(..LONGEST).unwrap_or(function);
        self.key.extend_from_slice(function);
        self.key.push(0);
        self.key.extend_from_slice(&code.unwrap_or_default().to_le_bytes());
        let words = self.key.len();
        mask(record.message, &mut self.key);
        if let Some(group) = self.by_key.get_mut(&self.key) {
            group.count += 1;
            group.last = time.or(group.last);
            group.first = group.first.or(time);
            return;
        }
        if self.by_key.len() >= MAX_GROUPS {
            self.drop_rare();
        }
        let message = String::from_utf8_lossy(self.key.get(words..).unwrap_or_default()).into_owned();
        let function = String::from_utf8_lossy(function).into_owned();
        let group = ErrorGroup {
            function,
            code,
            level: record.head.level,
            message,
            start: String::from_utf8_lossy(start(record.message)).into_owned(),
            count: 1,
            first: time,
            last: time,
            evidence: evidence(),
        };
        self.by_key.insert(self.key.clone(), group);
    }

    /// Drops half of the groups, or more: the rarest.
    fn drop_rare(&mut self) {
        #[cfg(test)]
        {
            self.steps += self.by_key.len() as u64;
        }
        let mut counts: Vec<_> = self.by_key.values().map(|group| group.count).collect();
        let middle = counts.len() / 2;
        let (_, &mut limit, _) = counts.select_nth_unstable(middle);
        self.by_key.retain(|_, group| {
            let keep = group.count > limit;
            self.dropped += if keep { 0 } else { group.count };
            keep
        });
    }

    /// The groups, most frequent first, and how many records belong to none of them.
    pub fn finish(self) -> (Vec<ErrorGroup>, u64) {
        let mut groups: Vec<_> = self.by_key.into_values().collect();
        groups.sort_by(|a, b| {
            let severe = |group: &ErrorGroup| group.level;
            // Text that is not UTF-8 may differ where what is shown of it does not.
            let place = |group: &ErrorGroup| (group.evidence.log, group.evidence.line);
            let by_count = (b.count, severe(b)).cmp(&(a.count, severe(a)));
            by_count.then_with(|| a.key().cmp(&b.key())).then_with(|| place(a).cmp(&place(b)))
        });
        (groups, self.dropped)
    }
}

/// As much of the first line of `message` as tells groups apart.
fn start(message: &[u8]) -> &[u8] {
    let end = memchr::memchr(b'\n', message).unwrap_or(message.len()).min(LONGEST);
    message.get(..end).unwrap_or_default()
}

/// Adds the first line of `message` to `out`, with `#` for each number, and for each word that has a digit in it.
fn mask(message: &[u8], out: &mut Vec<u8>) {
    // Where the word at hand starts in `out`, and whether it has a digit.
    let (mut word, mut has_digit) = (out.len(), false);
    for &byte in start(message).trim_ascii_end() {
        match PARTS.get(usize::from(byte)) {
            Some(Part::Digit) => has_digit = true,
            Some(Part::Letter) => {}
            _ => {
                if has_digit {
                    out.truncate(word);
                    out.push(b'#');
                    has_digit = false;
                }
                word = out.len() + 1;
            }
        }
        out.push(byte);
    }
    if has_digit {
        out.truncate(word);
        out.push(b'#');
    }
}

/// What a byte is to words.
#[derive(Clone, Copy)]
enum Part {
    Gap,
    Letter,
    Digit,
}

static PARTS: [Part; 256] = {
    let mut parts = [Part::Gap; 256];
    let mut byte = 0;
    while byte < parts.len() {
        parts[byte] = match byte as u8 {
            b'0'..=b'9' => Part::Digit,
            b'a'..=b'z' | b'A'..=b'Z' | b'_' | 0x80.. => Part::Letter,
            _ => Part::Gap,
        };
        byte += 1;
    }
    parts
};

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::Head;

    fn add(groups: &mut Groups, line: &str) {
        let record = Record::new(Head::of(line.as_bytes()).unwrap(), line.as_bytes());
        groups.add(&record, crate::record::code(record.message), record.head.time, || {
            Evidence::new(0, 1, None, line.as_bytes())
        });
    }

    fn line(function: &str, message: &str) -> String {
        format!("TIM: 2026-03-13 16:50:53.000 E |-a.cpp:1   {function}   |{message}")
    }

    #[test]
    fn numbers_and_ids_do_not_tell_groups_apart() {
        let mut groups = Groups::default();
        for number in 0..5 {
            add(
                &mut groups,
                &line("HandleX", &format!("error_code:1234|user:u_{number}|took {number} ms (0x{number}f)")),
            );
        }
        add(&mut groups, &line("HandleX", "error_code:1235|user:u_1|took 1 ms (0x1f)"));
        let (groups, dropped) = groups.finish();
        assert_eq!((groups.len(), groups[0].count, dropped), (2, 5, 0));
        assert_eq!(groups[0].key(), ("HandleX", Some(1234), "error_code:#|user:#|took # ms (#)"));
    }

    #[test]
    fn groups_that_look_alike_have_an_order() {
        for _ in 0..20 {
            let mut groups = Groups::default();
            for (line, function) in [b"F\x92", b"F\x93", b"F\x94"].iter().enumerate() {
                let record = Record { function: Some(*function), message: b"x", ..Record::default() };
                groups.add(&record, None, None, || Evidence::new(0, line as u64, None, b"x"));
            }
            let lines: Vec<_> = groups.finish().0.iter().map(|group| group.evidence.line).collect();
            assert_eq!(lines, [0, 1, 2]);
        }
    }

    #[test]
    fn a_million_distinct_errors_take_little_memory_and_linear_time() {
        let word = |mut number: u32| {
            let mut word = String::new();
            for _ in 0..6 {
                word.push(char::from(b'a' + (number % 26) as u8));
                number /= 26;
            }
            word
        };
        let steps = |errors: u32| {
            let mut groups = Groups::default();
            for number in 0..errors {
                add(&mut groups, &line("Frequent", "the same"));
                add(&mut groups, &line("Rare", &word(number)));
            }
            let steps = groups.steps;
            let (groups, dropped) = groups.finish();
            assert!(groups.len() <= MAX_GROUPS);
            let counted: u64 = groups.iter().map(|group| group.count).sum();
            assert_eq!((groups[0].count, counted + dropped), (u64::from(errors), 2 * u64::from(errors)));
            steps
        };
        let (small, large) = (steps(20_000), steps(80_000));
        assert!(small > 0 && large <= 5 * small, "{small} {large}");
    }
}
