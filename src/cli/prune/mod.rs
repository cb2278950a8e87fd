//! `imlog prune`: removes old logs and their texts, and nothing else.

pub mod args;
mod clock;
mod listing;
mod removal;
mod roots;
mod total;
mod tree;

use std::ffi::OsStr;
use std::io;
use std::path::Path;
use std::time::SystemTime;

use anyhow::{Result, anyhow};

use super::printer::{Hint, Printer, Shown};
use super::{Status, interrupt, status};
use crate::file_name::sources_of;
use crate::folder::{EntryType, FileId, Folder, Stat};
use crate::retention::{By, Now, Removable, Rule, Youngest};

use args::{PruneArgs, PruneBy};
use listing::{ListedFile, Listing, ListingFormat};
use removal::Removal;
use roots::Roots;
use total::PruneTotal;
use tree::{Fate, Spot, Visitor};

/// What happened to a file or folder, or would happen.
#[derive(Debug)]
enum PruneOutcome {
    /// Removed.
    Removed,
    /// Kept: it is not old enough.
    Young,
    /// Kept: nothing says how old it is.
    Undated,
    /// Kept: it has changed since it was looked at.
    Changed,
    /// Somebody else removed it.
    Gone,
    /// It could not be removed.
    Failed(io::Error),
}

/// Removes what is old.
pub fn run(args: PruneArgs, printer: &Printer) -> Result<Status> {
    super::zones::check_machine()?;
    let now = clock::now(args.now)?;
    // A slip of the finger must not remove anything.
    let without_path = args.paths.is_empty() && !args.dry_run;
    let args = PruneArgs { dry_run: args.dry_run || without_path, ..args };
    let max_depth = args.max_depth.unwrap_or(usize::MAX);
    let roots = Roots::new(&args.paths, max_depth, printer);
    if !roots.any {
        return Ok(Status::Nothing);
    }
    interrupt::watch();
    let mut run = PruneRun {
        rule: rule(&args),
        now,
        dry_run: args.dry_run,
        empty_folders: args.prune_empty_dirs,
        listing: Listing::new(format(&args, printer), !args.dry_run),
        total: PruneTotal::after(roots.failed),
        roots: &roots,
        printer,
    };
    let result = run.all(max_depth);
    let mut status = run.total.status();
    if interrupt::happened() {
        status = Status::Interrupted;
    } else if let Err(error) = result {
        if status::is_closed_pipe(&error) {
            return Err(error);
        }
        printer.error(&error);
        status = Status::Flawed;
    }
    run.total.show(args.dry_run, printer);
    if without_path && status != Status::Interrupted {
        let hint = Hint("give the folder: `imlog prune .` removes these here, -n only lists them".into());
        return Err(anyhow!("nothing was removed: no PATH was given").context(hint));
    }
    Ok(status)
}

fn rule(args: &PruneArgs) -> Rule {
    let by = match args.by {
        PruneBy::Name => By::Name,
        PruneBy::Mtime => By::Modified,
        PruneBy::Auto => By::Auto,
    };
    Rule { days: args.days, by }
}

fn format(args: &PruneArgs, printer: &Printer) -> ListingFormat {
    match args {
        PruneArgs { json: true, .. } => ListingFormat::Json,
        PruneArgs { dry_run: false, .. } if !printer.is_verbose() => ListingFormat::Nothing,
        PruneArgs { null: true, .. } => ListingFormat::Paths(0),
        _ => ListingFormat::Paths(b'\n'),
    }
}

/// A run in progress.
struct PruneRun<'a> {
    rule: Rule,
    now: Now,
    dry_run: bool,
    empty_folders: bool,
    roots: &'a Roots,
    printer: &'a Printer,
    listing: Listing,
    total: PruneTotal,
}

impl PruneRun<'_> {
    /// Goes through everything. An error ends the run: the listing cannot be written, or the user has interrupted it.
    fn all(&mut self, max_depth: usize) -> Result<()> {
        let roots = self.roots;
        for path in &roots.texts {
            self.named(path, Removable::Text)?;
        }
        for (path, id) in &roots.folders {
            match roots::open(path).and_then(|folder| Ok((folder.id()?, folder))) {
                Ok((now, folder)) if now == *id => tree::walk(path, folder, max_depth, self)?,
                Ok(_) => self.unreadable(path, io::Error::other("it was replaced by another folder")),
                Err(error) => self.unreadable(path, error),
            }
        }
        for path in &roots.logs {
            self.named(path, Removable::Log)?;
        }
        self.listing.finish()
    }

    /// Prunes a file that was named itself.
    fn named(&mut self, path: &Path, kind: Removable) -> Result<()> {
        match Folder::around(path) {
            Ok((folder, name)) => self.file(Spot { folder: &folder, name: &name, path }, kind).map(drop),
            Err(error) => {
                self.unreadable(path, error);
                Ok(())
            }
        }
    }

    /// Decides about a file, and removes it if it is old. `youngest`: when its youngest line may have been written.
    /// `written`: when the log was, or that of a text.
    fn judge(
        &self,
        spot: Spot<'_>,
        stat: &Stat,
        youngest: Option<&Youngest>,
        written: impl FnOnce() -> Option<SystemTime>,
    ) -> PruneOutcome {
        match youngest {
            None => PruneOutcome::Undated,
            Some(youngest) if !self.rule.goes(youngest, &self.now, written) => PruneOutcome::Young,
            Some(_) if self.dry_run => PruneOutcome::Removed,
            Some(_) => removal::remove_file(spot, stat).into(),
        }
    }

    fn report(&self, path: &Path, outcome: &PruneOutcome) {
        match outcome {
            PruneOutcome::Changed => self.printer.warning(format!("`{}` kept: it is being written to", Shown(path))),
            PruneOutcome::Failed(error) => {
                self.printer.error(&anyhow!("{error}").context(format!("cannot remove `{}`", Shown(path))));
            }
            _ => {}
        }
    }
}

impl Visitor for PruneRun<'_> {
    fn file(&mut self, spot: Spot<'_>, kind: Removable) -> Result<Fate> {
        let Spot { folder, name, path } = spot;
        if interrupt::happened() {
            return Err(io::Error::other("interrupted").into());
        }
        let stat = match folder.stat(name) {
            Ok(stat) => stat,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Fate::Gone),
            Err(error) => {
                self.unreadable(path, error);
                return Ok(Fate::Stays);
            }
        };
        if stat.entry_type != EntryType::File {
            return Ok(Fate::Stays);
        }
        let modified = || match kind {
            Removable::Log => stat.modified.map(Youngest::Modified),
            Removable::Text => modified_log(folder, name).or(stat.modified.map(Youngest::Modified)),
        };
        let youngest = self.rule.youngest(name, modified);
        let written = || modified().and_then(|youngest| youngest.written());
        let outcome = self.judge(spot, &stat, youngest.as_ref(), written);
        self.report(path, &outcome);
        self.total.add_file(stat.len, &outcome);
        let file = ListedFile {
            path,
            kind,
            bytes: stat.len,
            modified: stat.modified,
            youngest,
            age: youngest.map(|youngest| youngest.age(&self.now)),
        };
        self.listing.file(&file, &outcome)?;
        Ok(outcome.fate())
    }

    fn emptied(&mut self, spot: Spot<'_>) -> Result<Fate> {
        if !self.empty_folders {
            return Ok(Fate::Stays);
        }
        let outcome = if self.dry_run { PruneOutcome::Removed } else { removal::remove_folder(spot).into() };
        if let PruneOutcome::Failed(_) = outcome {
            self.report(spot.path, &outcome);
        }
        self.total.add_folder(&outcome);
        self.listing.folder(spot.path, &outcome)?;
        Ok(outcome.fate())
    }

    fn unreadable(&mut self, path: &Path, error: io::Error) {
        if error.kind() == io::ErrorKind::NotFound {
            return;
        }
        self.total.add_failed();
        self.printer.error(&anyhow!(error).context(format!("cannot read `{}`", Shown(path))));
    }

    fn is_left_out(&mut self, folder: FileId) -> bool {
        self.roots.is_one(folder)
    }
}

/// The modification time of the log that this is the text of, if the log exists, compressed or not: a text that was made
/// today from an old log is old too.
fn modified_log(folder: &Folder, text: &OsStr) -> Option<Youngest> {
    let logs = sources_of(Path::new(text)).filter_map(|log| folder.stat(log.as_os_str()).ok());
    let logs = logs.filter(|log| log.entry_type == EntryType::File);
    logs.filter_map(|log| log.modified).max().map(Youngest::LogModified)
}

impl PruneOutcome {
    fn fate(&self) -> Fate {
        match self {
            PruneOutcome::Removed => Fate::Removed,
            PruneOutcome::Gone => Fate::Gone,
            PruneOutcome::Young | PruneOutcome::Undated | PruneOutcome::Changed | PruneOutcome::Failed(_) => {
                Fate::Stays
            }
        }
    }
}

impl From<io::Result<Removal>> for PruneOutcome {
    fn from(removal: io::Result<Removal>) -> PruneOutcome {
        match removal {
            Ok(Removal::Removed) => PruneOutcome::Removed,
            Ok(Removal::Changed) => PruneOutcome::Changed,
            Ok(Removal::Gone) => PruneOutcome::Gone,
            Err(error) => PruneOutcome::Failed(error),
        }
    }
}
