//! From what the user named to the logs in it.
//!
//! There is one walk (`walk.rs`) through archives. Most can be read in any order, and a member is a route to be opened
//! later; some only pass by, and a member has to be read at once. `bytes.rs` is all that differs.

mod bytes;
mod streamed;
mod walk;

use std::collections::HashSet;
use std::convert::Infallible;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::archive::limits::{Budget, Limits};
use super::archive::route::{Origin, Route};
use super::archive::spool::Spool;
use super::archive::{Detected, Format, Label, Loaded, Member, Problem, ProblemCause, detect};
use super::globs::Globs;
use super::member_path::MemberPath;
use super::wanted::{Class, Wanted};
use super::{Input, LogFile, tree, wildcards};
use crate::file_name::sources_of;
use bytes::Bytes;
use walk::Walk;

pub use streamed::{Copied, StreamedArchive, StreamedLog};

/// Finds logs in files, folders and archives.
#[derive(Clone, Debug, Default)]
pub struct Expander {
    /// What to look for in folders and archives. A file that the user names is taken whatever its name.
    pub wanted: Wanted,
    /// How far to follow an archive.
    pub limits: Limits,
    /// Which of what is found to take.
    pub globs: Globs,
    /// What alone is taken of an archive.
    only: Option<MemberPath>,
    /// Takes copies of what can't be sought in.
    spool: Arc<Spool>,
}

/// What was found.
#[derive(Debug)]
pub enum FoundInput {
    /// A log, which can be opened by itself.
    Log(Input),
    /// Logs that come one after the other: a compressed tar, or one on standard input. Which they are, only reading it
    /// shows.
    Streamed(StreamedArchive),
}

impl FoundInput {
    /// How many bytes of its file are read for it: for a progress bar. 0 if unknown.
    pub fn packed_len(&self) -> u64 {
        match self {
            FoundInput::Log(input) => input.packed_len(),
            FoundInput::Streamed(archive) => archive.route().packed_len(),
        }
    }

    /// Its label, if it is in an archive, or is one.
    pub fn label(&self) -> Option<&Label> {
        match self {
            FoundInput::Log(Input::Member(member)) => Some(&member.label),
            FoundInput::Log(Input::File(_) | Input::Stdin) => None,
            FoundInput::Streamed(archive) => Some(archive.label()),
        }
    }
}

/// What was found at a path.
pub type Finds = Vec<Result<FoundInput, Problem>>;

impl Expander {
    /// An expander that looks for `wanted`, within `limits`.
    pub fn new(wanted: Wanted, limits: Limits) -> Expander {
        Expander { wanted, limits, ..Expander::default() }
    }

    /// The same, for what `globs` take.
    pub fn with_globs(self, globs: Globs) -> Expander {
        Expander { globs, ..self }
    }

    /// Where temporary copies go.
    pub fn spool(&self) -> &Spool {
        &self.spool
    }

    /// Everything that `path` means, in order: the logs of a file, of a folder, of an archive, of a part of an archive,
    /// or, with `-`, of standard input.
    pub fn path(&self, path: &Path) -> Finds {
        let mut finds = if path.as_os_str() == "-" { self.stdin() } else { self.file_or_folder(path) };
        if finds.is_empty() {
            finds.push(Err(Problem { place: path.to_path_buf(), cause: self.nothing() }));
        }
        finds
    }

    /// What it means that there is nothing.
    fn nothing(&self) -> ProblemCause {
        match &self.only {
            Some(_) => ProblemCause::NoMember,
            None if !self.globs.is_empty() => ProblemCause::NoneTaken,
            None => ProblemCause::NoLogs,
        }
    }

    /// The logs of an archive in memory; none if it is not an archive. It is copied to the temporary file first.
    ///
    /// # Errors
    /// When there is no room for the copy.
    pub fn bytes(&self, mut bytes: &[u8]) -> io::Result<Finds> {
        let budget = Arc::new(Budget::new(self.limits, bytes.len() as u64));
        let route = self.spool.copy(&mut bytes, budget)?;
        let kind = Format::of(route.head()?.held());
        Ok(kind.map(|kind| self.archive(Label::new(None), route, kind, true)).unwrap_or_default())
    }

    fn file_or_folder(&self, path: &Path) -> Finds {
        let named = LogFile::named(path.to_path_buf());
        match std::fs::metadata(path) {
            Ok(metadata) if metadata.is_dir() => self.folder(path),
            Ok(metadata) if metadata.is_file() => self.file(named),
            // A pipe can be read only once, and a log is the most likely.
            Ok(_) => vec![Ok(FoundInput::Log(Input::File(named)))],
            Err(error) => match MemberPath::split(path, |archive| archive.is_file()) {
                Some((archive, only)) => self.members(path, archive, only),
                None if error.kind() == io::ErrorKind::InvalidFilename && wildcards::are_in(path) => {
                    let cause = io::Error::new(io::ErrorKind::NotFound, "nothing matches");
                    vec![Err(Problem { place: named.path, cause: cause.into() })]
                }
                None => vec![Err(Problem { place: named.path, cause: error.into() })],
            },
        }
    }

    /// What `only` means in an archive. `path`: both, as the user named them.
    fn members(&self, path: &Path, archive: PathBuf, only: MemberPath) -> Finds {
        let expander = Expander { only: Some(only), ..self.clone() };
        let finds = if archive.as_os_str() == "-" { expander.stdin() } else { expander.file(LogFile::named(archive)) };
        let is_archive = |found: &FoundInput| match found {
            FoundInput::Log(input) => matches!(input, Input::Member(member) if !member.label.inside.is_empty()),
            FoundInput::Streamed(_) => true,
        };
        let mut finds: Finds =
            finds.into_iter().filter(|found| found.as_ref().is_ok_and(is_archive) || found.is_err()).collect();
        if finds.is_empty() {
            finds.push(Err(Problem { place: path.to_path_buf(), cause: expander.nothing() }));
        }
        finds
    }

    fn folder(&self, path: &Path) -> Finds {
        let files = tree::files(path, self.wanted, &self.globs);
        let finds = files.flat_map(|file| match file {
            Ok((file, Class::Archive)) => self.file(file),
            Ok((file, _)) => vec![Ok(FoundInput::Log(Input::File(file)))],
            Err(problem) => vec![Err(problem)],
        });
        finds.collect()
    }

    fn file(&self, file: LogFile) -> Finds {
        let is_named = !file.is_found;
        let len = file.path.metadata().map_or(0, |metadata| metadata.len());
        let budget = Arc::new(Budget::new(self.limits, len));
        let route = Route::new(Origin::File(file.clone().into()), budget);
        let head = route.head().and_then(Loaded::whole).map_err(ProblemCause::from);
        let detected = head.and_then(|mut head| match Format::of(head.held()) {
            None if is_named => Ok(Detected::Log(Class::Log)),
            _ => detect(&mut head, &file.path, Format::Tar, self.wanted),
        });
        match detected {
            Ok(Detected::Archive(kind)) => self.archive(Label::new(Some(file)), route, kind, is_named),
            Ok(Detected::Log(Class::Cache)) if !Bytes::Routed.hold_something(&route) => Finds::new(),
            Ok(Detected::Log(_)) => vec![Ok(FoundInput::Log(Input::File(file)))],
            Ok(Detected::Text) => Finds::new(),
            Err(cause) => vec![Err(Problem { place: file.path, cause })],
        }
    }

    fn stdin(&self) -> Finds {
        let route = Route::new(Origin::Stdin, Arc::new(Budget::new(self.limits, 0)));
        match route.head().and_then(Loaded::whole).map(|head| Format::of(head.held())) {
            Ok(Some(kind)) => self.archive(Label::new(None), route, kind, true),
            Ok(None) => vec![Ok(FoundInput::Log(Input::Stdin))],
            Err(error) => vec![Err(Problem { place: "-".into(), cause: error.into() })],
        }
    }

    /// The logs of an archive that is in no other.
    fn archive(&self, label: Label, route: Route, kind: Format, is_named: bool) -> Finds {
        let archive = Member { label, route, size: None };
        self.collect(0, is_named, |walk| walk.open(archive, Bytes::Routed, kind))
    }

    /// What a walk at this depth finds.
    fn collect(
        &self,
        depth: usize,
        is_named: bool,
        walk: impl FnOnce(&mut Walk<'_, '_, Infallible>) -> Result<(), Infallible>,
    ) -> Finds {
        let mut finds = Finds::new();
        let show = &mut |found, _: Bytes<'_>| {
            finds.push(found);
            Ok(())
        };
        let Ok(()) = walk(&mut Walk { expander: self, depth, is_named, show });
        if self.wanted.texts {
            drop_texts_of_logs(&mut finds);
        }
        finds
    }

    fn streamed(&self, label: Label, route: Route, depth: usize, is_named: bool) -> FoundInput {
        FoundInput::Streamed(StreamedArchive::new(label, route, self.clone(), depth, is_named))
    }
}

/// Drops the texts whose logs were found too.
fn drop_texts_of_logs(finds: &mut Finds) {
    let shown = |found: &Result<FoundInput, Problem>| Some(found.as_ref().ok()?.label()?.shown());
    let logs: HashSet<_> = finds.iter().filter_map(shown).collect();
    let is_of_log = |path: PathBuf| sources_of(&path).any(|log| logs.contains(&log));
    finds.retain(|found| !shown(found).is_some_and(is_of_log));
}
