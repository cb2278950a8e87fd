//! From what the user named to the logs in it.

mod streamed;

use std::collections::HashSet;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::archive::limits::{Budget, Exceeded, Limits};
use super::archive::route::{Origin, Route};
use super::archive::section::Section;
use super::archive::spool::Spool;
use super::archive::step::Step;
use super::archive::tar::{EntryKind as TarKind, Tar};
use super::archive::zip::{self, ZipEntry};
use super::archive::{
    DEEPEST, Detected, Format, Label, Loaded, Member, Problem, ProblemCause, detect, holds_something, name,
};
use super::wanted::{Class, Wanted};
use super::{Input, LogFile, walk};

pub use streamed::{Copied, StreamedArchive, StreamedLog};

/// Finds logs in files, folders and archives.
#[derive(Clone, Debug, Default)]
pub struct Expander {
    /// What to look for in folders and archives. A file that is named itself is taken whatever its name.
    pub wanted: Wanted,
    /// How far to follow an archive.
    pub limits: Limits,
    /// Takes what can't be sought in.
    pub(super) spool: Arc<Spool>,
}

/// What was found.
#[derive(Debug)]
pub enum FoundInput {
    /// A log, which can be opened by itself.
    Log(Input),
    /// Logs that come one after the other: a compressed tar, or one on standard input. What is in it shows when it is
    /// gone through.
    Streamed(StreamedArchive),
}

impl FoundInput {
    /// What it is called in an archive, if it is in one.
    pub fn label(&self) -> Option<&Label> {
        match self {
            FoundInput::Log(Input::Member(member)) => Some(&member.label),
            FoundInput::Log(Input::File(_) | Input::Stdin) => None,
            FoundInput::Streamed(sequence) => Some(sequence.label()),
        }
    }
}

/// What a path came to.
pub type Finds = Vec<Result<FoundInput, Problem>>;

impl Expander {
    /// One that looks for this, within these limits.
    pub fn new(wanted: Wanted, limits: Limits) -> Expander {
        Expander { wanted, limits, spool: Arc::default() }
    }

    /// Where temporary copies go.
    pub fn spool(&self) -> &Spool {
        &self.spool
    }

    /// Everything that `path` means, in order: the logs of a file, of a folder, of an archive, or, with `-`, of
    /// standard input.
    pub fn path(&self, path: &Path) -> Finds {
        let mut finds = Finds::new();
        if path.as_os_str() == "-" {
            self.stdin(&mut finds);
        } else {
            self.file_or_folder(path, &mut finds);
        }
        if finds.is_empty() {
            finds.push(Err(Problem { place: path.to_path_buf(), cause: ProblemCause::NoLogs }));
        }
        finds
    }

    /// The logs of an archive in memory; none if it is no archive. It is copied to the temporary file first.
    ///
    /// # Errors
    /// When there is no room for the copy.
    pub fn bytes(&self, mut bytes: &[u8]) -> io::Result<Finds> {
        let budget = Arc::new(Budget::new(self.limits, bytes.len() as u64));
        let route = self.spool.copy(&mut bytes, budget)?;
        let mut finds = Finds::new();
        if let Some(kind) = Format::of(route.head()?.held()) {
            let mut archive = Archive { expander: self, depth: 0, is_named: true, finds: &mut finds };
            archive.open(Label::new(None), &route, kind);
        }
        Ok(finds)
    }

    fn file_or_folder(&self, path: &Path, finds: &mut Finds) {
        let place = || path.to_path_buf();
        match std::fs::metadata(path) {
            Ok(metadata) if metadata.is_dir() => {
                for file in walk::files(path, self.wanted) {
                    match file {
                        Ok((file, Class::Archive)) => self.file(file, finds),
                        Ok((file, _)) => finds.push(Ok(FoundInput::Log(Input::File(file)))),
                        Err(problem) => finds.push(Err(problem)),
                    }
                }
            }
            Ok(metadata) if metadata.is_file() => {
                self.file(LogFile::named(place()), finds);
            }
            // What is a pipe can be read only once, and a log is the most likely.
            Ok(_) => finds.push(Ok(FoundInput::Log(Input::File(LogFile::named(place()))))),
            Err(error) => finds.push(Err(Problem { place: place(), cause: error.into() })),
        }
    }

    fn file(&self, file: LogFile, finds: &mut Finds) {
        let is_named = !file.is_found;
        let len = file.path.metadata().map_or(0, |metadata| metadata.len());
        let budget = Arc::new(Budget::new(self.limits, len));
        let route = Route::new(Origin::File(file.clone().into()), budget);
        let mut head = match route.head().and_then(Loaded::whole) {
            Ok(head) => head,
            Err(error) => return finds.push(Err(Problem { place: file.path, cause: error.into() })),
        };
        let detected = match Format::of(head.held()) {
            None if is_named => Ok(Detected::Log(Class::Log)),
            _ => detect(&mut head, &file.path, Format::Tar, self.wanted),
        };
        match detected {
            Ok(Detected::Archive(kind)) => {
                let mut archive = Archive { expander: self, depth: 0, is_named, finds };
                archive.open(Label::new(Some(file)), &route, kind);
            }
            Ok(Detected::Log(Class::Cache)) if !route.open().and_then(holds_something).unwrap_or(true) => {}
            Ok(Detected::Log(_)) => finds.push(Ok(FoundInput::Log(Input::File(file)))),
            Ok(Detected::Text) => {}
            Err(cause) => finds.push(Err(Problem { place: file.path, cause })),
        }
    }

    fn stdin(&self, finds: &mut Finds) {
        let route = Route::new(Origin::Stdin, Arc::new(Budget::new(self.limits, 0)));
        match route.head().and_then(Loaded::whole).map(|head| Format::of(head.held())) {
            Ok(Some(kind)) => {
                Archive { expander: self, depth: 0, is_named: true, finds }.open(Label::new(None), &route, kind);
            }
            Ok(None) => finds.push(Ok(FoundInput::Log(Input::Stdin))),
            Err(error) => finds.push(Err(Problem { place: "-".into(), cause: error.into() })),
        }
    }

    /// The logs of a zip that stands in another archive, where that can be read once only.
    pub(super) fn zip_within(&self, label: Label, route: &Route) -> Finds {
        let mut finds = Finds::new();
        Archive { expander: self, depth: DEEPEST, is_named: false, finds: &mut finds }.zip(&label.folder(), route);
        finds
    }
}

/// An archive that is being looked through.
struct Archive<'a> {
    expander: &'a Expander,
    /// How many archives are around it.
    depth: usize,
    /// Whether the user named it, or it was found.
    is_named: bool,
    finds: &'a mut Finds,
}

impl Archive<'_> {
    fn problem(&mut self, label: &Label, cause: impl Into<ProblemCause>) {
        self.finds.push(Err(Problem { place: label.shown(), cause: cause.into() }));
    }

    /// Takes what is called `label` and starts like a `kind`.
    fn open(&mut self, label: Label, route: &Route, kind: Format) {
        let Some(step) = kind.step() else { return self.container(label, route, kind) };
        let inner = route.then(step);
        let mut head = match inner.head() {
            Ok(head) => head,
            Err(error) => return self.problem(&label, error),
        };
        let detected = match Format::of(head.held()) {
            None if self.is_named => Ok(Detected::Log(Class::Log)),
            _ => detect(&mut head, &label.shown(), kind, self.expander.wanted),
        };
        match detected {
            Ok(Detected::Archive(kind)) if kind.step().is_some() => self.problem(&label, ProblemCause::TooDeep),
            Ok(Detected::Archive(kind)) => self.container(label, &inner, kind),
            Ok(Detected::Log(class)) => {
                self.take(Member { label: label.alone(), route: inner, size: None }, class, kind)
            }
            Ok(Detected::Text) => {}
            Err(cause) => self.problem(&label, cause),
        }
    }

    fn container(&mut self, label: Label, route: &Route, kind: Format) {
        if self.depth > DEEPEST {
            return self.problem(&label, ProblemCause::TooDeep);
        }
        let label = label.folder();
        if kind == Format::Zip {
            return self.zip(&label, route);
        }
        match route.section() {
            Ok(Some((section, route))) => self.tar(&label, &route, section),
            Ok(None) => {
                let sequence =
                    StreamedArchive::new(label, route.clone(), self.expander.clone(), self.depth, self.is_named);
                self.finds.push(Ok(FoundInput::Streamed(sequence)));
            }
            Err(error) => self.problem(&label, error),
        }
    }

    fn zip(&mut self, label: &Label, route: &Route) {
        let before = self.finds.len();
        self.zip_entries(label, route);
        self.drop_texts_of_logs(before);
    }

    fn zip_entries(&mut self, label: &Label, route: &Route) {
        // A zip has to be sought in.
        let section = route.section().and_then(|found| match found {
            Some(found) => Ok(found),
            None => self
                .expander
                .spool
                .copy(&mut *route.open()?, route.budget().clone())?
                .section()?
                .ok_or_else(|| io::ErrorKind::Unsupported.into()),
        });
        let (section, route) = match section {
            Ok(section) => section,
            Err(error) => return self.problem(label, ProblemCause::within(Format::Zip, error)),
        };
        let mut exceeded = None;
        let cause = zip::visit(&section, *route.budget().limits(), &mut |entry| {
            exceeded = self.zip_entry(label, &entry, &section, &route).err();
            exceeded.is_none()
        });
        if let Some(cause) = exceeded.map(ProblemCause::from).or(cause) {
            self.problem(label, cause);
        }
    }

    fn zip_entry(&mut self, label: &Label, entry: &ZipEntry, section: &Section, route: &Route) -> Result<(), Exceeded> {
        route.budget().member()?;
        if !entry.is_file {
            return Ok(());
        }
        let Some((label, class)) = self.member(label, &entry.name, route)? else { return Ok(()) };
        match entry.steps(section) {
            Ok(steps) => {
                let size = entry.check.map(|(len, _)| len);
                // What it says may be wrong. No deflate stream unpacks to more; source: zlib's technical details.
                let most = entry.packed.saturating_mul(1032);
                route.budget().unpack(size.unwrap_or(0).min(most))?;
                let route = steps.into_iter().fold(route.clone(), |route, step| route.then(step));
                self.take(Member { label, route, size }, class, Format::Zip);
            }
            Err(cause) => self.problem(&label, cause),
        }
        Ok(())
    }

    fn tar(&mut self, label: &Label, route: &Route, section: Section) {
        let before = self.finds.len();
        self.tar_entries(label, route, section);
        self.drop_texts_of_logs(before);
    }

    fn tar_entries(&mut self, label: &Label, route: &Route, section: Section) {
        let mut tar = Tar::new(section);
        loop {
            let entry = match tar.next_entry() {
                Ok(Some(entry)) => entry,
                Ok(None) => return,
                Err(error) => return self.problem(label, ProblemCause::within(Format::Tar, error)),
            };
            if let Err(exceeded) = route.budget().member() {
                return self.problem(label, exceeded);
            }
            if entry.kind == TarKind::Other {
                continue;
            }
            let (label, class) = match self.member(label, &entry.name, route) {
                Ok(Some(member)) => member,
                Ok(None) => continue,
                Err(exceeded) => return self.problem(label, exceeded),
            };
            match entry.kind {
                TarKind::File => {
                    let route = route.then(Step::Range { start: entry.start, len: entry.len });
                    self.take(Member { label, route, size: Some(entry.len) }, class, Format::Tar);
                }
                TarKind::Sparse => self.problem(&label, ProblemCause::Sparse),
                TarKind::HardLink => self.problem(&label, ProblemCause::HardLink),
                TarKind::Other => {}
            }
        }
    }

    /// The label of a member, if its name is one that is looked for.
    fn member(&mut self, label: &Label, name: &[u8], route: &Route) -> Result<Option<(Label, Class)>, Exceeded> {
        member(label, name, self.expander.wanted, route.budget()).or_else(|refused| match refused {
            Refused::Member(problem) => {
                self.finds.push(Err(problem));
                Ok(None)
            }
            Refused::Archive(exceeded) => Err(exceeded),
        })
    }

    /// Takes a member. What is wrong with its bytes is wrong with what is `around` it.
    fn take(&mut self, member: Member, class: Class, around: Format) {
        match class {
            Class::Log | Class::Text => self.log(member),
            // What can't be read is told when it is decoded.
            Class::Cache if member.route.open().and_then(holds_something).unwrap_or(true) => self.log(member),
            Class::Cache => {}
            Class::Archive => self.archive(member, around),
        }
    }

    /// A member that is called like an archive, or as if it was compressed.
    fn archive(&mut self, member: Member, around: Format) {
        let Archive { expander, depth, .. } = *self;
        let mut head = match member.route.head() {
            Ok(head) => head,
            Err(error) => return self.problem(&member.label, error),
        };
        match detect(&mut head, &member.label.path, around, expander.wanted) {
            Ok(Detected::Archive(kind)) => {
                let finds = &mut *self.finds;
                let mut archive = Archive { expander, depth: depth + 1, is_named: false, finds };
                archive.open(member.label, &member.route, kind);
            }
            Ok(Detected::Log(class)) => self.take(member, class, around),
            Ok(Detected::Text) => {}
            Err(cause) => self.problem(&member.label, cause),
        }
    }

    /// Of what was found since, the texts whose logs were found too.
    fn drop_texts_of_logs(&mut self, before: usize) {
        if !self.expander.wanted.texts {
            return;
        }
        let shown = |found: &Result<FoundInput, Problem>| Some(found.as_ref().ok()?.label()?.shown());
        let logs: HashSet<_> = self.finds.iter().skip(before).filter_map(shown).collect();
        let is_text = |path: &PathBuf| {
            path.extension().is_some_and(|end| end == "log") && logs.contains(&path.with_extension(""))
        };
        let mut index = 0;
        self.finds.retain(|found| {
            index += 1;
            index <= before || !shown(found).is_some_and(|path| is_text(&path))
        });
    }

    fn log(&mut self, member: Member) {
        self.finds.push(Ok(FoundInput::Log(Input::Member(member))));
    }
}

/// Why a member that is looked for is not read.
pub(super) enum Refused {
    /// Its name is one that nobody has.
    Member(Problem),
    /// There were too many before it.
    Archive(Exceeded),
}

/// The label of a member, and what it may be, if its name is one that is looked for.
pub(super) fn member(
    archive: &Label,
    raw: &[u8],
    wanted: Wanted,
    budget: &Budget,
) -> Result<Option<(Label, Class)>, Refused> {
    let is_long = raw.len() > name::LONGEST;
    // The end of a long name tells as well whether it is looked for.
    let name = name::text(raw.last_chunk::<255>().filter(|_| is_long).map_or(raw, <[u8; 255]>::as_slice));
    if name::is_apple_double(&name) {
        return Ok(None);
    }
    let is_deep = name::depth(&name) > name::DEEPEST;
    if is_long || is_deep {
        let last = name.rsplit(['/', '\\']).next().and_then(name::safe_path);
        if last.and_then(|last| wanted.class(&last)).is_none() {
            return Ok(None);
        }
        let inside = archive.inside.iter().cloned().chain([name::short(raw)]).collect();
        let place = Label { inside, ..archive.clone() }.shown();
        let cause = if is_long { ProblemCause::LongName } else { ProblemCause::DeepName };
        return Err(Refused::Member(Problem { place, cause }));
    }
    // Not all systems take the same for a path: the safe one is the same everywhere.
    let Some(class) = name::safe_path(&name).and_then(|path| wanted.class(&path)) else { return Ok(None) };
    let Some(label) = archive.member(&name) else { return Ok(None) };
    budget.log(&label).map_err(Refused::Archive)?;
    Ok(Some((label, class)))
}
