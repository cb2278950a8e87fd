//! The result of a run, in words and as an exit code.

use super::super::printer::{Bytes, Printer};
use super::super::status::Status;
use super::PruneOutcome;
use crate::output::marker::Count;

/// The sum over all files and folders.
#[derive(Debug, Default)]
pub struct PruneTotal {
    removed: u64,
    freed: u64,
    kept: u64,
    folders: u64,
    failed: u64,
}

impl PruneTotal {
    /// The sum before anything has been pruned. `failed`: how many paths have failed.
    pub fn after(failed: u64) -> PruneTotal {
        PruneTotal { failed, ..PruneTotal::default() }
    }

    /// Adds a file, and its size.
    pub fn add_file(&mut self, bytes: u64, outcome: &PruneOutcome) {
        match outcome {
            PruneOutcome::Removed => {
                self.removed += 1;
                self.freed = self.freed.saturating_add(bytes);
            }
            PruneOutcome::Young | PruneOutcome::Undated | PruneOutcome::Changed => self.kept += 1,
            PruneOutcome::Failed(_) => self.failed += 1,
            PruneOutcome::Gone => {}
        }
    }

    /// Adds a folder that was emptied.
    pub fn add_folder(&mut self, outcome: &PruneOutcome) {
        match outcome {
            PruneOutcome::Removed => self.folders += 1,
            PruneOutcome::Failed(_) => self.failed += 1,
            PruneOutcome::Young | PruneOutcome::Undated | PruneOutcome::Changed | PruneOutcome::Gone => {}
        }
    }

    /// Adds a file or folder that could not be read.
    pub fn add_failed(&mut self) {
        self.failed += 1;
    }

    /// The exit code.
    pub fn status(&self) -> Status {
        if self.failed > 0 { Status::Flawed } else { Status::Intact }
    }

    /// Prints the summary.
    pub fn show(&self, dry_run: bool, printer: &Printer) {
        let PruneTotal { removed, freed, kept, folders, failed } = self;
        let (removal, freeing) = if dry_run { ("to remove", "to free") } else { ("removed", "freed") };
        let mut line = format!("{} {removal}, {} {freeing}; {kept} kept", Count(*removed, "file"), Bytes(*freed));
        if *folders > 0 {
            line += &format!("; {} {removal}", Count(*folders, "empty folder"));
        }
        line += &format!("; {failed} failed");
        printer.summary(line);
    }
}
