//! An archive that can only be gone through from its start to its end: a tar that is compressed, or comes from standard
//! input.

use std::convert::Infallible;
use std::io::Read;
use std::sync::Arc;

use super::{Expander, FoundInput, Refused, member};
use crate::input::Input;
use crate::input::archive::limits::Budget;
use crate::input::archive::route::Route;
use crate::input::archive::spool::Spool;
use crate::input::archive::step::Step;
use crate::input::archive::tar::{EntryKind, Streamed, Tar};
use crate::input::archive::{
    DEEPEST, Detected, Format, Label, Loaded, Member, Problem, ProblemCause, detect, holds_something,
};
use crate::input::wanted::Class;

/// What is read into memory to see whether there is anything in it. Cache files have 150 KiB.
const CACHE: u64 = 1 << 20;

/// Logs one after the other.
#[derive(Clone, Debug)]
pub struct StreamedArchive {
    label: Label,
    route: Route,
    expander: Expander,
    depth: usize,
    is_named: bool,
}

/// A log of a [`StreamedArchive`] that is passing by.
pub struct StreamedLog<'a> {
    /// The log. Opened later, it is unpacked once more from the start of the archive on; if the sequence comes from
    /// standard input, never.
    pub member: Member,
    /// Its bytes. An error means that it is damaged, as a log may be: what came before is good.
    pub reader: &'a mut (dyn Read + Send),
}

/// A log of a [`StreamedArchive`] that can be opened as often as one likes.
#[derive(Debug)]
pub struct Copied {
    /// The log, up to where it breaks off.
    pub member: Member,
    /// Why it does, if it does.
    pub broken: Option<ProblemCause>,
}

/// Who takes what passes by.
type Show<'a, E> = dyn FnMut(Result<StreamedLog<'_>, Problem>) -> Result<(), E> + 'a;

impl StreamedArchive {
    pub(super) fn new(label: Label, route: Route, expander: Expander, depth: usize, is_named: bool) -> StreamedArchive {
        StreamedArchive { label, route, expander, depth, is_named }
    }

    /// The label of the archive.
    pub fn label(&self) -> &Label {
        &self.label
    }

    /// How to get at the archive's own bytes.
    pub fn route(&self) -> &Route {
        &self.route
    }

    /// The same, for another look at it: what that costs is not added to what the archive has cost.
    pub fn again(&self) -> StreamedArchive {
        StreamedArchive { route: self.route.again(), ..self.clone() }
    }

    /// Goes through it once, and shows each log, and each thing that could not be read, in order. What `show` leaves of
    /// a log is passed over.
    ///
    /// # Errors
    /// Only what `show` refuses.
    pub fn visit<E>(&self, show: &mut Show<'_, E>) -> Result<(), E> {
        self.pass(&Spool::default(), show)
    }

    fn pass<E>(&self, spool: &Spool, show: &mut Show<'_, E>) -> Result<(), E> {
        let mut pass = Pass { sequence: self, spool, show, has_shown: false };
        match self.route.open() {
            Ok(mut reader) => pass.tar(&self.label, &self.route.counted(), &mut *reader, self.depth)?,
            Err(error) => pass.problem(&self.label, error)?,
        }
        if self.is_named && !pass.has_shown { pass.problem(&self.label, ProblemCause::NoLogs) } else { Ok(()) }
    }

    /// Shows all logs in it, each to be opened by itself: for those who need them in another order than that of the
    /// archive, or several at once. They are unpacked once, to a temporary file.
    pub fn copies(&self, show: &mut dyn FnMut(Result<Copied, Problem>)) {
        let spool = &*self.expander.spool;
        let copy = |StreamedLog { member, reader }: StreamedLog<'_>| {
            // That of a zip in it is there already.
            if member.route.is_spooled() {
                return Ok(Copied { member, broken: None });
            }
            match spool.copy_head(reader, self.route.budget().clone()) {
                Ok((route, broken)) => {
                    Ok(Copied { member: Member { route, ..member }, broken: broken.map(ProblemCause::from) })
                }
                Err(error) => Err(Problem { place: member.label.shown(), cause: error.into() }),
            }
        };
        let Ok(()) = self.pass(spool, &mut |passing| {
            show(passing.and_then(copy));
            Ok::<_, Infallible>(())
        });
    }
}

/// One pass through a sequence.
struct Pass<'a, 'b, E> {
    sequence: &'a StreamedArchive,
    /// Takes the zips in it.
    spool: &'a Spool,
    show: &'a mut Show<'b, E>,
    has_shown: bool,
}

impl<E> Pass<'_, '_, E> {
    fn problem(&mut self, label: &Label, cause: impl Into<ProblemCause>) -> Result<(), E> {
        self.show(Err(Problem { place: label.shown(), cause: cause.into() }))
    }

    fn show(&mut self, shown: Result<StreamedLog<'_>, Problem>) -> Result<(), E> {
        self.has_shown = true;
        (self.show)(shown)
    }

    fn budget(&self) -> Arc<Budget> {
        self.sequence.route.budget().clone()
    }

    fn tar(&mut self, label: &Label, route: &Route, reader: &mut (dyn Read + Send), depth: usize) -> Result<(), E> {
        let mut tar = Tar::new(Streamed(reader));
        loop {
            let entry = match tar.next_entry() {
                Ok(Some(entry)) => entry,
                Ok(None) => return Ok(()),
                Err(error) => return self.problem(label, ProblemCause::within(Format::Tar, error)),
            };
            if let Err(exceeded) = self.budget().member() {
                return self.problem(label, exceeded);
            }
            if entry.kind == EntryKind::Other {
                continue;
            }
            let (label, class) = match member(label, &entry.name, self.sequence.expander.wanted, &self.budget()) {
                Ok(Some(member)) => member,
                Ok(None) => continue,
                Err(Refused::Member(problem)) => {
                    self.show(Err(problem))?;
                    continue;
                }
                Err(Refused::Archive(exceeded)) => return self.problem(label, exceeded),
            };
            match entry.kind {
                EntryKind::File => {
                    let route = route.then(Step::Range { start: entry.start, len: entry.len });
                    self.file(Member { label, route, size: Some(entry.len) }, class, &mut tar, depth)?;
                }
                EntryKind::Sparse => self.problem(&label, ProblemCause::Sparse)?,
                EntryKind::HardLink => self.problem(&label, ProblemCause::HardLink)?,
                EntryKind::Other => {}
            }
        }
    }

    fn file(&mut self, member: Member, class: Class, reader: &mut (dyn Read + Send), depth: usize) -> Result<(), E> {
        match class {
            Class::Log => self.show(Ok(StreamedLog { member, reader })),
            // Whether its log comes too, nobody knows yet; mostly it does.
            Class::Text => Ok(()),
            Class::Cache => {
                let loaded = Loaded::new(reader, CACHE);
                let is_all = loaded.is_intact() && (loaded.held().len() as u64) < CACHE;
                if is_all && !holds_something(loaded.held()).unwrap_or(true) {
                    return Ok(());
                }
                self.show(Ok(StreamedLog { member, reader: &mut loaded.chain(reader) }))
            }
            Class::Archive => {
                let mut head = Loaded::new(reader, Format::HEAD as u64);
                let detected = detect(&mut head, &member.label.path, Format::Tar, self.sequence.expander.wanted);
                let reader = &mut head.chain(reader);
                match detected {
                    Ok(Detected::Archive(kind)) => self.archive(member, kind, reader, depth + 1),
                    Ok(Detected::Log(class)) => self.file(member, class, reader, depth),
                    Ok(Detected::Text) => Ok(()),
                    Err(cause) => self.problem(&member.label, cause),
                }
            }
        }
    }

    /// Something in the sequence that packs something itself.
    fn archive(&mut self, member: Member, kind: Format, reader: &mut (dyn Read + Send), depth: usize) -> Result<(), E> {
        let Some(step) = kind.step() else { return self.container(member, kind, reader, depth) };
        let mut unpacked = match step.follow(reader, &self.budget(), true) {
            Ok(unpacked) => unpacked,
            Err(error) => return self.problem(&member.label, error),
        };
        let member = Member { route: member.route.then(step), size: None, ..member };
        let mut head = Loaded::new(&mut *unpacked, Format::HEAD as u64);
        let detected = detect(&mut head, &member.label.path, kind, self.sequence.expander.wanted);
        let reader = &mut head.chain(&mut *unpacked);
        match detected {
            Ok(Detected::Archive(Format::Gzip | Format::Zstd)) => self.problem(&member.label, ProblemCause::TooDeep),
            Ok(Detected::Archive(kind)) => self.container(member, kind, reader, depth),
            Ok(Detected::Log(class)) => {
                self.file(Member { label: member.label.alone(), ..member }, class, reader, depth)
            }
            Ok(Detected::Text) => Ok(()),
            Err(cause) => self.problem(&member.label, cause),
        }
    }

    fn container(
        &mut self,
        member: Member,
        kind: Format,
        reader: &mut (dyn Read + Send),
        depth: usize,
    ) -> Result<(), E> {
        let Member { label, route, .. } = member;
        if depth > DEEPEST {
            return self.problem(&label, ProblemCause::TooDeep);
        }
        if kind == Format::Tar {
            return self.tar(&label.folder(), &route, reader, depth);
        }
        let route = match self.spool.copy(reader, self.budget()) {
            Ok(route) => route,
            Err(error) => return self.problem(&label, ProblemCause::within(kind, error)),
        };
        for found in self.sequence.expander.zip_within(label, &route) {
            match found {
                Ok(FoundInput::Log(Input::Member(member))) => match member.route.open() {
                    Ok(mut reader) => self.show(Ok(StreamedLog { member, reader: &mut *reader }))?,
                    Err(error) => self.problem(&member.label, error)?,
                },
                // A zip that is not the outermost archive holds nothing else: what is deeper is not read.
                Ok(_) => {}
                Err(problem) => self.show(Err(problem))?,
            }
        }
        Ok(())
    }
}
