//! The walk through an archive and those in it, down to their logs.

use std::convert::Infallible;

use super::bytes::Bytes;
use super::{Expander, Finds, FoundInput};
use crate::input::Input;
use crate::input::archive::limits::{Budget, Exceeded};
use crate::input::archive::route::Route;
use crate::input::archive::section::Section;
use crate::input::archive::step::Step;
use crate::input::archive::tar::{EntryKind, Forward, Streamed, Tar};
use crate::input::archive::zip::{self, ZipEntry};
use crate::input::archive::{DEEPEST, Detected, Format, Label, Member, Problem, ProblemCause, detect, name};
use crate::input::member_path::Relation;
use crate::input::wanted::Class;

/// Takes each log and each problem, in order. The bytes are those of a log; they are gone when this returns.
pub(super) type Show<'a, E> = dyn FnMut(Result<FoundInput, Problem>, Bytes<'_>) -> Result<(), E> + 'a;

/// An archive that is being walked through. An error of `show` ends the walk.
pub(super) struct Walk<'a, 'b, E> {
    pub expander: &'a Expander,
    /// How many archives are around it.
    pub depth: usize,
    /// Whether the user named it, rather than a folder or archive that it is in.
    pub is_named: bool,
    pub show: &'a mut Show<'b, E>,
}

/// Why an archive is walked no further.
enum Halt<E> {
    /// It exceeds a limit.
    Exceeded(Exceeded),
    /// Whoever is shown the logs wants no more.
    Stopped(E),
}

impl<E> From<Exceeded> for Halt<E> {
    fn from(exceeded: Exceeded) -> Halt<E> {
        Halt::Exceeded(exceeded)
    }
}

impl<E> Walk<'_, '_, E> {
    /// Takes an archive, or something compressed, that starts like a `kind`.
    pub fn open(&mut self, member: Member, bytes: Bytes<'_>, kind: Format) -> Result<(), E> {
        let Some(step) = kind.step() else { return self.container(member, bytes, kind) };
        let mut bytes = match bytes.then(step, member.route.budget()) {
            Ok(bytes) => bytes,
            Err(error) => return self.problem(&member.label, error),
        };
        let member = Member { route: member.route.then(step), size: None, ..member };
        let (wanted, is_named) = (self.expander.wanted, self.is_named);
        let detected = bytes.detect(&member.route, |head| match Format::of(head.held()) {
            None if is_named => Ok(Detected::Log(Class::Log)),
            _ => detect(head, &member.label.name(), kind, wanted),
        });
        match detected {
            Ok(Detected::Archive(kind)) if kind.step().is_some() => self.problem(&member.label, ProblemCause::TooDeep),
            Ok(Detected::Archive(kind)) => self.container(member, bytes, kind),
            Ok(Detected::Log(class)) => {
                self.member(Member { label: member.label.uncompressed(), ..member }, bytes, class, kind)
            }
            Ok(Detected::Text) => Ok(()),
            Err(cause) => self.problem(&member.label, cause),
        }
    }

    fn container(&mut self, member: Member, bytes: Bytes<'_>, kind: Format) -> Result<(), E> {
        let Member { label, route, .. } = member;
        if self.depth > DEEPEST {
            return self.problem(&label, ProblemCause::TooDeep);
        }
        let label = label.folder();
        if kind == Format::Zip { self.zip(&label, &route, bytes) } else { self.tar(label, &route, bytes) }
    }

    fn zip(&mut self, label: &Label, route: &Route, bytes: Bytes<'_>) -> Result<(), E> {
        let (section, route) = match bytes.section(route, &self.expander.spool) {
            Ok(section) => section,
            Err(error) => return self.problem(label, ProblemCause::within(Format::Zip, error)),
        };
        let finds = self.expander.collect(self.depth, self.is_named, |walk| walk.zip_entries(label, &route, &section));
        in_order(finds).try_for_each(|found| (self.show)(found, Bytes::Routed))
    }

    fn tar(&mut self, label: Label, route: &Route, bytes: Bytes<'_>) -> Result<(), E> {
        match bytes {
            Bytes::Passing(reader) => self.tar_entries(&label, route, Streamed(reader), |tar| Bytes::passing(tar)),
            Bytes::Routed => match route.section() {
                Ok(Some((section, route))) => {
                    let walk = |walk: &mut Walk<'_, '_, Infallible>| {
                        walk.tar_entries(&label, &route, section, |_| Bytes::Routed)
                    };
                    let finds = self.expander.collect(self.depth, self.is_named, walk);
                    in_order(finds).try_for_each(|found| (self.show)(found, Bytes::Routed))
                }
                Ok(None) => {
                    let streamed = self.expander.streamed(label, route.clone(), self.depth, self.is_named);
                    (self.show)(Ok(streamed), Bytes::Routed)
                }
                Err(error) => self.problem(&label, error),
            },
        }
    }

    /// The members of a tar. `bytes` says how to reach those of the member that the tar stands at.
    pub fn tar_entries<R: Forward>(
        &mut self,
        archive: &Label,
        route: &Route,
        reader: R,
        bytes: fn(&mut Tar<R>) -> Bytes<'_>,
    ) -> Result<(), E> {
        let mut tar = Tar::new(reader);
        loop {
            let entry = match tar.next_entry() {
                Ok(Some(entry)) => entry,
                Ok(None) => return Ok(()),
                Err(error) => return self.problem(archive, ProblemCause::within(Format::Tar, error)),
            };
            let (label, class) = match self.wanted(archive, &entry.name, entry.kind != EntryKind::Other, route) {
                Ok(Some(wanted)) => wanted,
                Ok(None) => continue,
                Err(halt) => return self.halt(archive, halt),
            };
            match entry.kind {
                EntryKind::File => {
                    let route = route.then(Step::Range { start: entry.start, len: entry.len });
                    let member = Member { label, route, size: Some(entry.len) };
                    self.member(member, bytes(&mut tar), class, Format::Tar)?;
                }
                EntryKind::Sparse => self.problem(&label, ProblemCause::Sparse)?,
                EntryKind::HardLink => self.problem(&label, ProblemCause::HardLink)?,
                EntryKind::Other => {}
            }
        }
    }

    /// The label of a member, and what it may be, if it is looked for.
    fn wanted(
        &mut self,
        archive: &Label,
        name: &[u8],
        is_file: bool,
        route: &Route,
    ) -> Result<Option<(Label, Class)>, Halt<E>> {
        route.budget().member()?;
        if !is_file {
            return Ok(None);
        }
        match named(archive, name, self.expander, route.budget())? {
            Named::Wanted(label, Class::Archive) if self.expander.globs.leaves_out(&label.below()) => Ok(None),
            Named::Wanted(label, class) => Ok(Some((label, class))),
            Named::Odd(problem) => self.show_problem(problem).map(|()| None).map_err(Halt::Stopped),
            Named::Other => Ok(None),
        }
    }

    /// Takes a member that is looked for. If its bytes are wrong, so is the archive `around` it.
    fn member(&mut self, member: Member, mut bytes: Bytes<'_>, class: Class, around: Format) -> Result<(), E> {
        let is_whole = self.is_named && member.label.inside.is_empty();
        if class != Class::Archive && !is_whole && !self.expander.globs.takes(&member.label.below()) {
            return Ok(());
        }
        match class {
            // Whether its log is among the members still to come, nobody knows yet; mostly it is.
            Class::Text if matches!(bytes, Bytes::Passing(_)) => Ok(()),
            Class::Cache if !bytes.hold_something(&member.route) => Ok(()),
            Class::Log | Class::Text | Class::Cache => (self.show)(Ok(FoundInput::Log(Input::Member(member))), bytes),
            Class::Archive => self.archive(member, bytes, around),
        }
    }

    /// A member whose name is that of an archive, or of something compressed.
    fn archive(&mut self, member: Member, mut bytes: Bytes<'_>, around: Format) -> Result<(), E> {
        let wanted = self.expander.wanted;
        match bytes.detect(&member.route, |head| detect(head, &member.label.path, around, wanted)) {
            Ok(Detected::Archive(kind)) => {
                let Walk { expander, depth, .. } = *self;
                Walk { expander, depth: depth + 1, is_named: false, show: &mut *self.show }.open(member, bytes, kind)
            }
            Ok(Detected::Log(class)) => self.member(member, bytes, class, around),
            Ok(Detected::Text) => Ok(()),
            Err(cause) => self.problem(&member.label, cause),
        }
    }

    fn halt(&mut self, archive: &Label, halt: Halt<E>) -> Result<(), E> {
        match halt {
            Halt::Exceeded(exceeded) => self.problem(archive, exceeded),
            Halt::Stopped(error) => Err(error),
        }
    }

    fn problem(&mut self, label: &Label, cause: impl Into<ProblemCause>) -> Result<(), E> {
        self.show_problem(Problem { place: label.shown(), cause: cause.into() })
    }

    fn show_problem(&mut self, problem: Problem) -> Result<(), E> {
        (self.show)(Err(problem), Bytes::Routed)
    }
}

impl Walk<'_, '_, Infallible> {
    fn zip_entries(&mut self, archive: &Label, route: &Route, section: &Section) -> Result<(), Infallible> {
        let mut halt = None;
        let cause = zip::visit(section, *route.budget().limits(), &mut |entry| {
            halt = self.zip_entry(archive, route, section, &entry).err();
            halt.is_none()
        });
        match (halt, cause) {
            (Some(halt), _) => self.halt(archive, halt),
            (None, Some(cause)) => self.problem(archive, cause),
            (None, None) => Ok(()),
        }
    }

    fn zip_entry(
        &mut self,
        archive: &Label,
        route: &Route,
        section: &Section,
        entry: &ZipEntry,
    ) -> Result<(), Halt<Infallible>> {
        let Some((label, class)) = self.wanted(archive, &entry.name, entry.is_file, route)? else { return Ok(()) };
        let Ok(()) = match entry.steps(section) {
            Ok(steps) => {
                let size = entry.check.map(|(len, _)| len);
                // What it says may be wrong. No deflate stream unpacks to more; source: zlib's technical details.
                let most = entry.packed.saturating_mul(1032);
                route.budget().unpack(size.unwrap_or(0).min(most))?;
                let route = steps.into_iter().fold(route.clone(), |route, step| route.then(step));
                self.member(Member { label, route, size }, Bytes::Routed, class, Format::Zip)
            }
            Err(cause) => self.problem(&label, cause),
        };
        Ok(())
    }
}

/// Logs by name, as those of a folder are, and then what could not be read.
fn in_order(finds: Finds) -> impl Iterator<Item = Result<FoundInput, Problem>> {
    let (mut logs, problems): (Vec<_>, Vec<_>) = finds.into_iter().partition(Result::is_ok);
    logs.sort_by_cached_key(|found| found.as_ref().ok().and_then(FoundInput::label).map(Label::below));
    logs.into_iter().chain(problems)
}

/// What a member's name says.
enum Named {
    /// It is looked for: its label, and what it may be.
    Wanted(Label, Class),
    /// It would be looked for, but no log has such a name.
    Odd(Problem),
    /// Nobody looks for it.
    Other,
}

/// What the name `raw` in `archive` says.
///
/// # Errors
/// When the names of the logs exceed a limit.
fn named(archive: &Label, raw: &[u8], expander: &Expander, budget: &Budget) -> Result<Named, Exceeded> {
    let wanted = expander.wanted;
    let is_long = raw.len() > name::LONGEST;
    // Of a long name, its end is enough to see whether it is looked for.
    let name = name::text(raw.last_chunk::<255>().filter(|_| is_long).map_or(raw, <[u8; 255]>::as_slice));
    if name::is_apple_double(&name) {
        return Ok(Named::Other);
    }
    let is_deep = name::depth(&name) > name::DEEPEST;
    if is_long || is_deep {
        let last = name.rsplit(['/', '\\']).next().and_then(name::safe_path);
        if last.and_then(|last| wanted.class(&last)).is_none() {
            return Ok(Named::Other);
        }
        let inside = archive.inside.iter().cloned().chain([name::short(raw)]).collect();
        let place = Label { inside, ..archive.clone() }.shown();
        let cause = if is_long { ProblemCause::LongName } else { ProblemCause::DeepName };
        return Ok(Named::Odd(Problem { place, cause }));
    }
    // Systems differ in what they take for a path; the safe one is the same everywhere.
    let Some(path) = name::safe_path(&name) else { return Ok(Named::Other) };
    let class = match (wanted.class(&path), &expander.only) {
        (None, None) => return Ok(Named::Other),
        (class, _) => class,
    };
    let Some(label) = archive.member(&name) else { return Ok(Named::Other) };
    let relation = expander.only.as_ref().map_or(Relation::Inside, |only| only.relation(&label.inside));
    let class = match (relation, class) {
        (Relation::Inside, Some(class)) => class,
        (Relation::Itself | Relation::Around, Some(Class::Archive)) => Class::Archive,
        // What is named itself is taken whatever its name, as files are.
        (Relation::Itself, _) => Class::Log,
        _ => return Ok(Named::Other),
    };
    budget.log(&label)?;
    Ok(Named::Wanted(label, class))
}
