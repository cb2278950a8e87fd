//! Joins gaps that have no text in between: they are one place where something is missing.

use std::ops::RangeInclusive;

use super::item::{Gap, GapCause, GapPlace};
use crate::line::Time;

/// One or more gaps with no text in between.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GapRun {
    offset: u64,
    len: u64,
    gaps: u64,
    /// The cause of the first gap that lost bytes.
    cause: Option<GapCause>,
    missing: Option<RangeInclusive<u16>>,
    before: Option<Time>,
    after: Option<Time>,
    cut_off: Option<u64>,
}

impl GapRun {
    /// A run that consists of one gap.
    pub fn new(gap: &Gap) -> GapRun {
        let (cause, missing, after, cut_off) = (None, None, None, None);
        let Gap { offset, before, .. } = *gap;
        let mut run = GapRun { offset, len: 0, gaps: 0, cause, missing, before, after, cut_off };
        run.add(gap);
        run
    }

    /// Adds the next gap, if it belongs to the same [place](GapPlace). Returns whether it does.
    pub fn join(&mut self, gap: &Gap) -> bool {
        let joins = gap.place != GapPlace::New;
        if joins {
            self.add(gap);
        }
        joins
    }

    /// Its position in the file.
    pub fn offset(&self) -> u64 {
        self.offset
    }

    /// How many bytes gave no text.
    pub fn lost(&self) -> u64 {
        self.len
    }

    /// How many of its gaps lost bytes.
    pub fn pieces(&self) -> u64 {
        self.gaps
    }

    /// Why; `None` if nothing is wrong except that seq skips.
    pub fn cause(&self) -> Option<&GapCause> {
        self.cause.as_ref()
    }

    /// The seq of blocks that are missing from the file.
    pub fn missing(&self) -> Option<&RangeInclusive<u16>> {
        self.missing.as_ref()
    }

    /// When the last record before it was logged.
    pub fn before(&self) -> Option<Time> {
        self.before
    }

    /// When the first record after it was logged.
    pub fn after(&self) -> Option<Time> {
        self.after
    }

    /// Where the file breaks off, if it does: its length.
    pub fn cut_off(&self) -> Option<u64> {
        self.cut_off
    }

    fn add(&mut self, gap: &Gap) {
        self.after = gap.after;
        if let GapCause::Skip(missing) = &gap.cause {
            self.missing = Some(missing.clone());
            return;
        }
        self.len += gap.len;
        self.gaps += 1;
        if gap.cause == GapCause::CutOff {
            self.cut_off = Some(gap.offset + gap.len);
        }
        match (&mut self.cause, &gap.cause) {
            // Any other cause says more than zeros.
            (Some(cause @ GapCause::ZeroFill), other) => *cause = other.clone(),
            (Some(_), _) => {}
            (none, cause) => *none = Some(cause.clone()),
        }
    }
}
