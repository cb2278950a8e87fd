//! Which records are shown: those that pass, with those around them, until there are enough.

use std::io;

use super::context::Context;
use super::show::Show;
use crate::decode::Gap;
use crate::record::{FoundRecord, Piece};

/// How many records are shown, and how many around each.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SelectionLimits {
    /// Records before each that passes.
    pub before: usize,
    /// Records after it.
    pub after: usize,
    /// Records that pass, in total.
    pub most: Option<u64>,
    /// Only count.
    pub count: bool,
}

impl SelectionLimits {
    /// Whether records that don't pass may be shown too.
    pub fn has_context(&self) -> bool {
        self.before > 0 || self.after > 0
    }
}

/// Why to stop.
#[derive(Debug)]
pub enum Stop {
    /// All that was asked for has been shown.
    Enough,
    /// The output can't be written.
    Write(io::Error),
    /// The temporary file can't be written or read.
    Spool(io::Error),
}

impl From<io::Error> for Stop {
    fn from(error: io::Error) -> Stop {
        Stop::Write(error)
    }
}

/// Takes records in order, and writes those to be shown.
#[derive(Debug)]
pub struct Selection<O> {
    limits: SelectionLimits,
    out: O,
    /// Records that pass to leave out first.
    skip: u64,
    /// The last record was left out.
    left_out: bool,
    /// Records that passed, in total.
    passed: u64,
    /// The last records that were not shown.
    before: Context,
    /// There was more context before a match than could be held.
    context_cut: bool,
    /// The last record has passed so far.
    passes: bool,
    /// A record that was shown did not pass in the end.
    broken_off: bool,
    /// How many more to show after the last that passed.
    after: usize,
    /// Something was left out since the last record that was shown.
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

impl<O: Show> Selection<O> {
    /// Writes to `out`.
    pub fn new(limits: SelectionLimits, out: O) -> Selection<O> {
        Selection {
            limits,
            out,
            skip: 0,
            left_out: false,
            passed: 0,
            before: Context::new(limits.before),
            context_cut: false,
            passes: false,
            broken_off: false,
            after: 0,
            skipped: false,
            shown_any: false,
            last: Last::Dropped,
        }
    }

    /// Leaves out the next `records` that pass: only what comes after them is wanted.
    pub fn skip(&mut self, records: u64) {
        self.skip = records;
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

    /// The writer of the records.
    pub fn out(&mut self) -> &mut O {
        &mut self.out
    }

    /// Takes the next piece of the file `name`.
    pub fn piece(&mut self, name: &str, piece: Piece<'_>) -> Result<(), Stop> {
        let mut found = match piece {
            Piece::Gap(_) if self.skip > 0 => return Ok(()),
            Piece::Gap(gap) => return self.gap(name, gap),
            Piece::Record(found) => found,
        };
        if found.continued {
            return self.continue_last(name, &found);
        }
        if found.passes {
            self.before.drop_start_of(name, &found);
        }
        self.left_out = found.passes && self.skip > 0;
        if self.left_out {
            self.skip -= 1;
            found.passes = false;
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

    /// Takes a moment in which nothing comes: all that was shown is to be seen.
    pub fn pause(&mut self) -> Result<(), Stop> {
        if !self.limits.count {
            self.out.flush()?;
        }
        // The last record may go on, but nobody knows when.
        let is_enough = self.limits.most.is_some_and(|most| self.passed >= most) && self.after == 0;
        if is_enough { Err(Stop::Enough) } else { Ok(()) }
    }

    /// Takes the end of a file: nothing in it is context of the next.
    pub fn next_file(&mut self) {
        self.before.clear();
        (self.after, self.skip) = (0, 0);
        self.skipped = self.shown_any;
    }

    /// Takes the next part of the last record, which goes the same way as the parts before it.
    fn continue_last(&mut self, name: &str, found: &FoundRecord<'_>) -> Result<(), Stop> {
        let passes = found.passes && !self.left_out;
        if std::mem::replace(&mut self.passes, passes) && !passes {
            self.passed = self.passed.saturating_sub(1);
            self.broken_off |= matches!(self.last, Last::Shown { .. });
            (self.last, self.skipped) = (Last::Dropped, true);
        }
        match self.last {
            Last::Shown { context } if !self.limits.count => self.out.record(name, found, context)?,
            Last::Held => self.before.extend(found.text),
            Last::Shown { .. } | Last::Dropped => {}
        }
        Ok(())
    }

    fn gap(&mut self, name: &str, gap: &Gap) -> Result<(), Stop> {
        // What comes before a gap is no context of what comes after it.
        self.skipped |= !self.before.is_empty();
        self.before.clear();
        self.last = Last::Dropped;
        if self.limits.count { Ok(()) } else { Ok(self.out.gap(name, gap)?) }
    }

    fn pass(&mut self, name: &str, found: &FoundRecord<'_>) -> Result<(), Stop> {
        self.passed += 1;
        self.last = Last::Dropped;
        if self.limits.count {
            return Ok(());
        }
        self.skipped |= self.before.trim();
        let mut before = std::mem::replace(&mut self.before, Context::new(0));
        for record in before.records() {
            self.show(record.name(), &record.found(), true)?;
        }
        self.context_cut |= before.is_cut();
        before.clear();
        self.before = before;
        self.after = self.limits.after;
        self.show(name, found, false)
    }

    fn show(&mut self, name: &str, found: &FoundRecord<'_>, context: bool) -> Result<(), Stop> {
        let is_apart = self.skipped && self.limits.has_context();
        if std::mem::take(&mut self.skipped) && is_apart && self.shown_any {
            self.out.separator(name)?;
        }
        self.shown_any = true;
        self.last = Last::Shown { context };
        Ok(self.out.record(name, found, context)?)
    }

    fn hold(&mut self, name: &str, found: &FoundRecord<'_>) {
        self.out.pass_over(found);
        if self.limits.before == 0 || self.limits.count {
            self.skipped = true;
            self.last = Last::Dropped;
        } else {
            self.skipped |= self.before.push(name, found);
            self.last = Last::Held;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::out::{LineStyle, Out};
    use super::*;
    use crate::record::{Head, RecordPlace};

    /// Capitals pass, small letters don't.
    fn shown(limits: SelectionLimits, records: &str) -> (String, bool) {
        let mut written = Vec::new();
        let mut selection = Selection::new(limits, Out::new(&mut written, LineStyle::default(), None));
        let mut enough = false;
        for c in records.chars() {
            let text = format!("{c}\n");
            let passes = c.is_uppercase();
            let place = RecordPlace::default();
            let found = FoundRecord { head: Head::default(), text: text.as_bytes(), passes, continued: false, place };
            if selection.piece("n", Piece::Record(found)).is_err() {
                enough = true;
                break;
            }
        }
        (String::from_utf8(written).unwrap().replace('\n', ""), enough)
    }

    #[test]
    fn context_before_and_after() {
        let limits = |before, after| SelectionLimits { before, after, ..SelectionLimits::default() };
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
        let shown = |limits: SelectionLimits, parts: &[(&str, bool)]| {
            let mut written = Vec::new();
            let mut selection = Selection::new(limits, Out::new(&mut written, LineStyle::default(), None));
            for (text, continued) in parts {
                let passes = text.starts_with('A');
                let (head, place) = (Head::default(), RecordPlace::default());
                let found = FoundRecord { head, text: text.as_bytes(), passes, continued: *continued, place };
                if selection.piece("n", Piece::Record(found)).is_err() {
                    break;
                }
            }
            let passed = selection.passed();
            (String::from_utf8(written).unwrap(), passed)
        };
        let parts = [("b1", false), ("b2\n", true), ("A1", false), ("A2\n", true), ("c1", false), ("c2", true)];
        let limits = |before, most| SelectionLimits { before, most, ..SelectionLimits::default() };
        assert_eq!(shown(limits(0, None), &parts), ("A1A2\n".into(), 1));
        assert_eq!(shown(limits(0, Some(1)), &parts), ("A1A2\n".into(), 1));
        assert_eq!(shown(limits(1, None), &parts), ("b1b2\nA1A2\n".into(), 1));
    }

    #[test]
    fn context_is_bounded_in_bytes() {
        let part = [b'b'; 1 << 20];
        let (head, place) = (Head::default(), RecordPlace::default());
        let found = |text, passes, continued| Piece::Record(FoundRecord { head, text, passes, continued, place });
        for (parts, expected, cut) in [(7, 7, false), (20, 8, true)] {
            for continued in [true, false] {
                let limits = SelectionLimits { before: if continued { 1 } else { 100 }, ..SelectionLimits::default() };
                let mut written = Vec::new();
                let mut selection = Selection::new(limits, Out::new(&mut written, LineStyle::default(), None));
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
        let mut selection =
            Selection::new(SelectionLimits::default(), Out::new(Vec::new(), LineStyle::default(), None));
        for (passes, continued) in [(true, false), (true, true), (false, true), (false, true), (true, false)] {
            let (head, place) = (Head::default(), RecordPlace::default());
            let found = FoundRecord { head, text: b"x\n", passes, continued, place };
            selection.piece("n", Piece::Record(found)).unwrap();
        }
        assert_eq!((selection.passed(), selection.is_broken_off()), (1, true));
    }

    #[test]
    fn enough_is_enough() {
        let most = |most, after| SelectionLimits { most: Some(most), after, ..SelectionLimits::default() };
        assert_eq!(shown(most(2, 0), "aBcDeF"), ("BD".into(), true));
        assert_eq!(shown(most(2, 0), "aBcD"), ("BD".into(), false));
        assert_eq!(shown(most(1, 2), "aBcdeF"), ("Bcd".into(), true));
        assert_eq!(shown(most(1, 0), "aBb"), ("B".into(), true));
        assert_eq!(shown(most(1, 2), "aBcDeF"), ("Bc".into(), true));
        assert_eq!(shown(most(0, 0), "aB"), ("".into(), true));
        assert_eq!(shown(most(9, 0), "aB"), ("B".into(), false));
    }
}
