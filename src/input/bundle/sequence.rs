//! A bundle that can only be gone through from its start to its end: a tar that is compressed, or comes from standard
//! input.

use std::io::{self, Chain, Cursor, Read};
use std::sync::Arc;

use super::limits::Budget;
use super::route::{Metered, Route};
use super::tar::{EntryKind, Streamed, Tar};
use super::{Cause, DEEPEST, Kind, Label, Problem, holds_something};
use crate::input::Input;
use crate::input::expand::{Expander, Found, member};
use crate::input::wanted::{Class, uncompressed};

/// What is read into memory to see whether there is anything in it. Cache files have 150 KiB.
const CACHE: u64 = 1 << 20;

/// Logs one after the other.
#[derive(Clone, Debug)]
pub struct Sequence {
    label: Label,
    route: Route,
    expander: Expander,
    depth: usize,
    is_named: bool,
}

/// A log of a [`Sequence`] that is passing by: it can be read now and never again.
pub struct Passing<'a> {
    /// What it is called.
    pub label: Label,
    /// Its size in bytes, where that is known before it has been read.
    pub size: Option<u64>,
    /// Its bytes. An error means that it is damaged, as a log may be: what came before is good.
    pub reader: &'a mut (dyn Read + Send),
}

/// Who takes what passes by.
type Show<'a, E> = dyn FnMut(Result<Passing<'_>, Problem>) -> Result<(), E> + 'a;

impl Sequence {
    pub(in crate::input) fn new(
        label: Label,
        route: Route,
        expander: Expander,
        depth: usize,
        is_named: bool,
    ) -> Sequence {
        Sequence { label, route, expander, depth, is_named }
    }

    /// The label of the bundle.
    pub fn label(&self) -> &Label {
        &self.label
    }

    /// How to get at the bundle's own bytes.
    pub fn route(&self) -> &Route {
        &self.route
    }

    /// Goes through it once, and shows each log, and each thing that could not be read, in order. What `show` leaves of
    /// a log is passed over.
    ///
    /// # Errors
    /// Only what `show` refuses.
    pub fn visit<E>(&self, show: &mut Show<'_, E>) -> Result<(), E> {
        let mut pass = Pass { sequence: self, show, has_shown: false };
        match self.route.open() {
            Ok(mut reader) => pass.tar(&self.label, &mut *reader, self.depth)?,
            Err(error) => pass.problem(&self.label, error)?,
        }
        if self.is_named && !pass.has_shown { pass.problem(&self.label, Cause::NoLogs) } else { Ok(()) }
    }
}

/// One pass through a sequence.
struct Pass<'a, 'b, E> {
    sequence: &'a Sequence,
    show: &'a mut Show<'b, E>,
    has_shown: bool,
}

impl<E> Pass<'_, '_, E> {
    fn problem(&mut self, label: &Label, cause: impl Into<Cause>) -> Result<(), E> {
        self.show(Err(Problem { place: label.shown(), cause: cause.into() }))
    }

    fn show(&mut self, shown: Result<Passing<'_>, Problem>) -> Result<(), E> {
        self.has_shown = true;
        (self.show)(shown)
    }

    fn budget(&self) -> Arc<Budget> {
        self.sequence.route.budget().clone()
    }

    fn tar(&mut self, label: &Label, reader: &mut (dyn Read + Send), depth: usize) -> Result<(), E> {
        let mut tar = Tar::new(Streamed(reader));
        loop {
            let entry = match tar.next_entry() {
                Ok(Some(entry)) => entry,
                Ok(None) => match tar.finish() {
                    Ok(()) => return Ok(()),
                    Err(error) => return self.problem(label, Cause::within(Kind::Tar, error)),
                },
                Err(error) => return self.problem(label, Cause::within(Kind::Tar, error)),
            };
            if let Err(exceeded) = self.budget().member() {
                return self.problem(label, exceeded);
            }
            let Some((label, class)) = member(label, &entry.name, self.sequence.expander.wanted) else { continue };
            match entry.kind {
                EntryKind::File => self.file(label, class, Some(entry.len), &mut tar, depth)?,
                EntryKind::Sparse => self.problem(&label, Cause::Sparse)?,
                EntryKind::Other => {}
            }
        }
    }

    fn file(
        &mut self,
        label: Label,
        class: Class,
        size: Option<u64>,
        reader: &mut (dyn Read + Send),
        depth: usize,
    ) -> Result<(), E> {
        match class {
            Class::Log => self.show(Ok(Passing { label, size, reader })),
            Class::Cache => {
                let loaded = Loaded::new(reader, CACHE);
                let is_all = loaded.is_whole() && (loaded.held().len() as u64) < CACHE;
                if is_all && !holds_something(loaded.held()).unwrap_or(true) {
                    return Ok(());
                }
                self.show(Ok(Passing { label, size, reader: &mut loaded.chain(reader) }))
            }
            Class::Bundle => {
                let (mut reader, kind) = told(reader);
                match kind {
                    Some(kind) => self.bundle(label, kind, &mut reader, depth + 1),
                    None => Ok(()),
                }
            }
        }
    }

    /// Something in the sequence that packs something itself.
    fn bundle(&mut self, label: Label, kind: Kind, reader: &mut (dyn Read + Send), depth: usize) -> Result<(), E> {
        let budget = self.budget();
        let mut unpacked: Box<dyn Read + Send + '_> = match kind {
            Kind::Zip | Kind::Tar => return self.container(label, kind, reader, depth),
            Kind::Gzip => Box::new(Metered { reader: flate2::read::MultiGzDecoder::new(reader), budget }),
            Kind::Zstd => match zstd::stream::read::Decoder::new(reader) {
                Ok(reader) => Box::new(Metered { reader, budget }),
                Err(error) => return self.problem(&label, error),
            },
        };
        let (mut reader, kind) = told(&mut unpacked);
        match kind {
            Some(Kind::Gzip | Kind::Zstd) => self.problem(&label, Cause::TooDeep),
            Some(kind) => self.container(label, kind, &mut reader, depth),
            None => {
                let class = uncompressed(&label.path).and_then(|name| self.sequence.expander.wanted.class(&name));
                match class {
                    Some(class @ (Class::Log | Class::Cache)) => {
                        self.file(label.alone(), class, None, &mut reader, depth)
                    }
                    // It is only called like a bundle.
                    Some(Class::Bundle) | None => Ok(()),
                }
            }
        }
    }

    fn container(&mut self, label: Label, kind: Kind, reader: &mut (dyn Read + Send), depth: usize) -> Result<(), E> {
        if depth > DEEPEST {
            return self.problem(&label, Cause::TooDeep);
        }
        if kind == Kind::Tar {
            return self.tar(&label.folder(), reader, depth);
        }
        let route = match Route::spool(reader, self.budget()) {
            Ok(route) => route,
            Err(error) => return self.problem(&label, Cause::within(kind, error)),
        };
        for found in self.sequence.expander.zip_within(label, &route) {
            match found {
                Ok(Found::Log(Input::Member(member))) => match member.route.open() {
                    Ok(mut reader) => {
                        let (label, size) = (member.label, member.size);
                        self.show(Ok(Passing { label, size, reader: &mut *reader }))?;
                    }
                    Err(error) => self.problem(&member.label, error)?,
                },
                // A zip that is not the outermost bundle holds nothing else: what is deeper is not read.
                Ok(_) => {}
                Err(problem) => self.show(Err(problem))?,
            }
        }
        Ok(())
    }
}

/// A reader that has been looked at, and what it packs.
fn told(reader: &mut (dyn Read + Send)) -> (Chain<Loaded, &mut (dyn Read + Send)>, Option<Kind>) {
    let head = Loaded::new(reader, Kind::HEAD as u64);
    let kind = Kind::of(head.held());
    (head.chain(reader), kind)
}

/// What was read into memory, to be read again: the bytes, then the error that came after them, if one did.
pub struct Loaded {
    bytes: Cursor<Vec<u8>>,
    error: Option<io::Error>,
}

impl Loaded {
    /// Reads `reader` to its end, or up to `most` bytes.
    pub fn new(reader: &mut dyn Read, most: u64) -> Loaded {
        let mut bytes = Vec::new();
        let error = reader.take(most).read_to_end(&mut bytes).err();
        Loaded { bytes: Cursor::new(bytes), error }
    }

    fn held(&self) -> &[u8] {
        self.bytes.get_ref()
    }

    fn is_whole(&self) -> bool {
        self.error.is_none()
    }
}

impl Read for Loaded {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self.bytes.read(buffer)? {
            0 if !buffer.is_empty() => self.error.take().map_or(Ok(0), Err),
            read => Ok(read),
        }
    }
}
