//! What a run came to, in words and as an exit code.

use super::super::printer::{Bytes, Printer};
use super::super::status::Status;
use super::Outcome;
use crate::output::marker::Count;

/// The sum over all files and folders.
#[derive(Debug, Default)]
pub struct Total {
    removed: u64,
    freed: u64,
    kept: u64,
    folders: u64,
    failed: u64,
}

impl Total {
    /// The sum so far, when nothing has been looked at and so many paths have failed.
    pub fn after(failed: u64) -> Total {
        Total { failed, ..Total::default() }
    }

    /// Takes a file of so many bytes.
    pub fn add_file(&mut self, bytes: u64, outcome: &Outcome) {
        match outcome {
            Outcome::Went => {
                self.removed += 1;
                self.freed = self.freed.saturating_add(bytes);
            }
            Outcome::Young | Outcome::Undated | Outcome::Changed => self.kept += 1,
            Outcome::Failed(_) => self.failed += 1,
            Outcome::Gone => {}
        }
    }

    /// Takes a folder that was emptied.
    pub fn add_folder(&mut self, outcome: &Outcome) {
        match outcome {
            Outcome::Went => self.folders += 1,
            Outcome::Failed(_) => self.failed += 1,
            Outcome::Young | Outcome::Undated | Outcome::Changed | Outcome::Gone => {}
        }
    }

    /// Takes something that could not be looked at.
    pub fn add_failed(&mut self) {
        self.failed += 1;
    }

    /// How it ended.
    pub fn status(&self) -> Status {
        if self.failed > 0 { Status::Flawed } else { Status::Intact }
    }

    /// Says it.
    pub fn show(&self, dry_run: bool, printer: &Printer) {
        let Total { removed, freed, kept, folders, failed } = self;
        let (went, would) = if dry_run { ("to remove", "to free") } else { ("removed", "freed") };
        let mut line = format!("{} {went}, {} {would}; {kept} kept", Count(*removed, "file"), Bytes(*freed));
        if *folders > 0 {
            line += &format!("; {} {went}", Count(*folders, "empty folder"));
        }
        line += &format!("; {failed} failed");
        printer.summary(line);
    }
}
