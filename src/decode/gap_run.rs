//! Joins gaps that have no text in between: they are one place where something is missing.

use std::ops::RangeInclusive;

use super::item::{Gap, GapCause, GapPlace};

/// One or more gaps with no text in between.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GapRun {
    offset: u64,
    len: u64,
    gaps: u64,
    /// The cause of the first gap that lost bytes.
    cause: Option<GapCause>,
    missing: Option<RangeInclusive<u16>>,
}

impl GapRun {
    /// A run that consists of one gap.
    pub fn new(gap: &Gap) -> GapRun {
        let mut run = GapRun { offset: gap.offset, len: 0, gaps: 0, cause: None, missing: None };
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

    fn add(&mut self, gap: &Gap) {
        if let GapCause::Skip(missing) = &gap.cause {
            self.missing = Some(missing.clone());
            return;
        }
        self.len += gap.len;
        self.gaps += 1;
        match (&mut self.cause, &gap.cause) {
            // Any other cause says more than zeros.
            (Some(cause @ GapCause::ZeroFill), other) => *cause = other.clone(),
            (Some(_), _) => {}
            (none, cause) => *none = Some(cause.clone()),
        }
    }
}
