//! Which records are shown: those that pass, with those around them, until there are enough.

use std::collections::VecDeque;
use std::io::{self, Write};

use super::out::Out;
use crate::decode::Gap;
use crate::record::{FoundRecord, Head, LONGEST, Piece};

/// How many, and how much around them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Limits {
    /// Records before each that passes.
    pub before: usize,
    /// Records behind.
    pub after: usize,
    /// Records that pass, in all.
    pub most: Option<u64>,
    /// Only count.
    pub count: bool,
}

impl Limits {
    /// Whether records that don't pass may be shown too.
    pub fn has_context(&self) -> bool {
        self.before > 0 || self.after > 0
    }
}

/// Why to stop.
#[derive(Debug)]
pub enum Stop {
    /// That is all that was asked for.
    Enough,
    /// It can't be written.
    Write(io::Error),
    /// The temporary file can't be written, or read.
    Spool(io::Error),
}

impl From<io::Error> for Stop {
    fn from(error: io::Error) -> Stop {
        Stop::Write(error)
    }
}

/// So much text is held of records that may be context, in bytes.
pub const HELD: usize = 8 << 20;

/// Takes records in order, and writes those to be shown.
#[derive(Debug)]
pub struct Selection<W> {
    limits: Limits,
    out: Out<W>,
    /// Records that passed, in all.
    passed: u64,
    /// The last records that were not shown.
    before: VecDeque<Held>,
    /// How much text those have, in bytes.
    held: usize,
    /// Something of them was left out, for all were too long.
    is_cut: bool,
    /// That was context of a record that was shown.
    context_cut: bool,
    /// The last record that came has passed so far.
    passes: bool,
    /// A record that was shown did not pass in the end.
    broken_off: bool,
    /// How many more to show behind the last that passed.
    after: usize,
    /// Something was left out since the last that was shown.
    skipped: bool,
    shown_any: bool,
    last: Last,
}

/// What became of the last record.
#[derive(Clone, Copy, Debug)]
enum Last {
    Shown { context: bool },
    Held,
    Dropped,
}

/// A record that may yet be shown.
#[derive(Debug, Default)]
struct Held {
    name: String,
    head: Head,
    text: Vec<u8>,
    continued: bool,
}

impl<W: Write> Selection<W> {
    /// Writes to `out`.
    pub fn new(limits: Limits, out: Out<W>) -> Selection<W> {
        let (before, last) = (VecDeque::new(), Last::Dropped);
        Selection {
            limits,
            out,
            passed: 0,
            before,
            held: 0,
            is_cut: false,
            context_cut: false,
            passes: false,
            broken_off: false,
            after: 0,
            skipped: false,
            shown_any: false,
            last,
        }
    }

    /// How many records have passed.
    pub fn passed(&self) -> u64 {
        self.passed
    }

    /// Whether there was more context than could be held.
    pub fn is_context_cut(&self) -> bool {
        self.context_cut
    }

    /// Whether a long record was shown before it was known that it does not pass.
    pub fn is_broken_off(&self) -> bool {
        self.broken_off
    }

    /// Takes the next piece of the file `name`.
    pub fn piece(&mut self, name: &str, piece: Piece<'_>) -> Result<(), Stop> {
        let found = match piece {
            Piece::Gap(gap) => return self.gap(name, gap),
            Piece::Record(found) => found,
        };
        if found.continued {
            return self.go_on(name, &found);
        }
        if found.passes {
            self.drop_earlier_parts(name, &found);
        }
        // A record is over when the next begins.
        if self.limits.most == Some(self.passed) && (found.passes || self.after == 0) {
            return Err(Stop::Enough);
        }
        self.passes = found.passes;
        if found.passes {
            self.pass(name, &found)
        } else if self.after > 0 {
            self.after -= 1;
            self.show(name, &found, true)
        } else {
            self.hold(name, &found);
            Ok(())
        }
    }

    /// The next part of the record that came last: it shares what became of it.
    fn go_on(&mut self, name: &str, found: &FoundRecord<'_>) -> Result<(), Stop> {
        if std::mem::replace(&mut self.passes, found.passes) && !found.passes {
            self.passed = self.passed.saturating_sub(1);
            self.broken_off |= matches!(self.last, Last::Shown { .. });
            (self.last, self.skipped) = (Last::Dropped, true);
        }
        match self.last {
            Last::Shown { context } if !self.limits.count => Ok(self.out.record(name, found, context)?),
            Last::Held => {
                match self.before.back_mut() {
                    Some(held) if self.held + found.text.len() <= HELD => {
                        held.text.extend_from_slice(found.text);
                        self.held += found.text.len();
                    }
                    _ => self.is_cut = true,
                }
                Ok(())
            }
            Last::Shown { .. } | Last::Dropped => Ok(()),
        }
    }

    /// A late part of a long record has passed, and the record begins anew, with its first line: what was held of it is
    /// no context of it.
    fn drop_earlier_parts(&mut self, name: &str, found: &FoundRecord<'_>) {
        let is_it =
            |held: &Held| held.text.len() >= LONGEST / 2 && held.text.starts_with(found.text) && held.name == name;
        if self.before.back().is_some_and(is_it)
            && let Some(held) = self.before.pop_back()
        {
            self.held -= held.text.len();
        }
    }

    /// What comes next is another file: nothing before it is context.
    pub fn next_file(&mut self) {
        self.forget();
        self.after = 0;
        self.skipped = self.shown_any;
    }

    /// The writer behind.
    pub fn out(&mut self) -> &mut Out<W> {
        &mut self.out
    }

    fn gap(&mut self, name: &str, gap: &Gap) -> Result<(), Stop> {
        // What stands before it is no context of what stands behind.
        self.skipped |= !self.before.is_empty();
        self.forget();
        self.last = Last::Dropped;
        if self.limits.count { Ok(()) } else { Ok(self.out.gap(name, gap)?) }
    }

    fn pass(&mut self, name: &str, found: &FoundRecord<'_>) -> Result<(), Stop> {
        self.passed += 1;
        self.last = Last::Dropped;
        if self.limits.count {
            return Ok(());
        }
        if self.before.len() > self.limits.before
            && let Some(held) = self.before.pop_front()
        {
            self.held -= held.text.len();
            self.skipped = true;
        }
        let before = std::mem::take(&mut self.before);
        for Held { name, head, text, continued } in &before {
            let found = FoundRecord { head: *head, text, passes: false, continued: *continued };
            self.show(name, &found, true)?;
        }
        self.before = before;
        self.context_cut |= self.is_cut;
        self.forget();
        self.after = self.limits.after;
        self.show(name, found, false)
    }

    fn show(&mut self, name: &str, found: &FoundRecord<'_>, context: bool) -> Result<(), Stop> {
        let apart = self.skipped && self.limits.has_context();
        if std::mem::take(&mut self.skipped) && apart && self.shown_any {
            self.out.separator()?;
        }
        self.shown_any = true;
        self.last = Last::Shown { context };
        Ok(self.out.record(name, found, context)?)
    }

    fn forget(&mut self) {
        self.before.clear();
        (self.held, self.is_cut) = (0, false);
    }

    fn hold(&mut self, name: &str, found: &FoundRecord<'_>) {
        if self.limits.before == 0 || self.limits.count {
            self.skipped = true;
            self.last = Last::Dropped;
            return;
        }
        self.last = Last::Held;
        let mut held = Held::default();
        self.held += found.text.len();
        // One more than asked for: it may turn out to be the start of the record itself.
        while self.before.len() > self.limits.before || self.held > HELD && !self.before.is_empty() {
            // What drops out at the front is used again at the back.
            self.skipped = true;
            self.is_cut = self.before.len() < self.limits.before;
            held = self.before.pop_front().unwrap_or_default();
            self.held -= held.text.len();
        }
        held.name.clear();
        held.name.push_str(name);
        held.text.clear();
        held.text.extend_from_slice(found.text);
        (held.head, held.continued) = (found.head, found.continued);
        self.before.push_back(held);
    }
}

#[cfg(test)]
mod tests {
    use super::super::out::Look;
    use super::*;

    /// Small letters don't pass, capitals do.
    fn shown(limits: Limits, records: &str) -> (String, bool) {
        let mut written = Vec::new();
        let mut selection = Selection::new(limits, Out::new(&mut written, Look::default()));
        let mut enough = false;
        for c in records.chars() {
            let text = format!("{c}\n");
            let passes = c.is_uppercase();
            let found = FoundRecord { head: Head::default(), text: text.as_bytes(), passes, continued: false };
            if selection.piece("n", Piece::Record(found)).is_err() {
                enough = true;
                break;
            }
        }
        (String::from_utf8(written).unwrap().replace('\n', ""), enough)
    }

    #[test]
    fn context_before_and_behind() {
        let limits = |before, after| Limits { before, after, ..Limits::default() };
        assert_eq!(shown(limits(0, 0), "abCdefGh").0, "CG");
        assert_eq!(shown(limits(1, 0), "abCdefGh").0, "bC--fG");
        assert_eq!(shown(limits(0, 2), "abCdefGh").0, "Cde--Gh");
        assert_eq!(shown(limits(2, 1), "abCdefGhi").0, "abCdefGh");
        assert_eq!(shown(limits(1, 1), "abCdefGhi").0, "bCd--fGh");
        assert_eq!(shown(limits(1, 1), "ABcD").0, "ABcD");
        assert_eq!(shown(limits(2, 2), "AbcdEfghijK").0, "AbcdEfg--ijK");
    }

    #[test]
    fn all_parts_of_a_record_go_the_same_way() {
        let shown = |limits: Limits, parts: &[(&str, bool)]| {
            let mut written = Vec::new();
            let mut selection = Selection::new(limits, Out::new(&mut written, Look::default()));
            for (text, continued) in parts {
                let passes = text.starts_with('A');
                let found = FoundRecord { head: Head::default(), text: text.as_bytes(), passes, continued: *continued };
                if selection.piece("n", Piece::Record(found)).is_err() {
                    break;
                }
            }
            let passed = selection.passed();
            (String::from_utf8(written).unwrap(), passed)
        };
        let parts = [("b1", false), ("b2\n", true), ("A1", false), ("A2\n", true), ("c1", false), ("c2", true)];
        let limits = |before, most| Limits { before, most, ..Limits::default() };
        assert_eq!(shown(limits(0, None), &parts), ("A1A2\n".into(), 1));
        assert_eq!(shown(limits(0, Some(1)), &parts), ("A1A2\n".into(), 1));
        assert_eq!(shown(limits(1, None), &parts), ("b1b2\nA1A2\n".into(), 1));
    }

    #[test]
    fn context_is_bounded_in_bytes() {
        let part = [b'b'; 1 << 20];
        let found =
            |text, passes, continued| Piece::Record(FoundRecord { head: Head::default(), text, passes, continued });
        for (parts, expected, cut) in [(7, 7, false), (20, 8, true)] {
            for continued in [true, false] {
                let limits = Limits { before: if continued { 1 } else { 100 }, ..Limits::default() };
                let mut written = Vec::new();
                let mut selection = Selection::new(limits, Out::new(&mut written, Look::default()));
                for index in 0..parts {
                    selection.piece("n", found(&part, false, continued && index > 0)).unwrap();
                }
                selection.piece("n", found(b"A", true, false)).unwrap();
                assert_eq!(selection.is_context_cut(), cut);
                let written = written.iter().filter(|byte| **byte == b'b').count();
                assert_eq!(written, expected * part.len(), "{parts} {continued}");
            }
        }
    }

    #[test]
    fn a_part_may_decide_for_all() {
        let mut selection = Selection::new(Limits::default(), Out::new(Vec::new(), Look::default()));
        for (passes, continued) in [(true, false), (true, true), (false, true), (false, true), (true, false)] {
            let found = FoundRecord { head: Head::default(), text: b"x\n", passes, continued };
            selection.piece("n", Piece::Record(found)).unwrap();
        }
        assert_eq!((selection.passed(), selection.is_broken_off()), (1, true));
    }

    #[test]
    fn enough_is_enough() {
        let most = |most, after| Limits { most: Some(most), after, ..Limits::default() };
        assert_eq!(shown(most(2, 0), "aBcDeF"), ("BD".into(), true));
        assert_eq!(shown(most(2, 0), "aBcD"), ("BD".into(), false));
        assert_eq!(shown(most(1, 2), "aBcdeF"), ("Bcd".into(), true));
        assert_eq!(shown(most(1, 0), "aBb"), ("B".into(), true));
        assert_eq!(shown(most(1, 2), "aBcDeF"), ("Bc".into(), true));
        assert_eq!(shown(most(0, 0), "aB"), ("".into(), true));
        assert_eq!(shown(most(9, 0), "aB"), ("B".into(), false));
    }
}
