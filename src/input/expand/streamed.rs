//! An archive that can only be read from its start to its end: a tar that is compressed, or comes from standard input.

use std::convert::Infallible;
use std::io::Read;
use std::sync::Arc;

use super::bytes::Bytes;
use super::walk::Walk;
use super::{Expander, FoundInput};
use crate::input::Input;
use crate::input::archive::route::Route;
use crate::input::archive::tar::Streamed;
use crate::input::archive::{Label, Member, Problem, ProblemCause};

/// An archive whose logs come one after the other.
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
    /// The log. To open it later means to unpack the archive once more from its start; from standard input, it can't be
    /// opened again.
    pub member: Member,
    /// Its bytes. An error means that it is damaged, as a log may be: what came before is good.
    pub reader: &'a mut (dyn Read + Send),
}

/// A log of a [`StreamedArchive`] that can be opened as often as needed.
#[derive(Debug)]
pub struct Copied {
    /// The log, up to where it breaks off.
    pub member: Member,
    /// Why it does, if it does.
    pub broken: Option<ProblemCause>,
}

/// Takes what passes by.
type Show<'a, E> = dyn FnMut(Result<StreamedLog<'_>, Problem>) -> Result<(), E> + 'a;

impl StreamedArchive {
    pub(super) fn new(label: Label, route: Route, expander: Expander, depth: usize, is_named: bool) -> StreamedArchive {
        StreamedArchive { label, route, expander, depth, is_named }
    }

    /// The label of the archive.
    pub fn label(&self) -> &Label {
        &self.label
    }

    /// How to reach the archive's own bytes.
    pub fn route(&self) -> &Route {
        &self.route
    }

    /// The same archive for another pass, whose cost is not added to that of the first.
    pub fn again(&self) -> StreamedArchive {
        StreamedArchive { route: self.route.again(), ..self.clone() }
    }

    /// Passes through it once, and shows each log, and each thing that can't be read, in order. What `show` does not
    /// read of a log is skipped.
    ///
    /// # Errors
    /// Only those of `show`.
    pub fn visit<E>(&self, show: &mut Show<'_, E>) -> Result<(), E> {
        // Its own spool: passes run side by side, and one must not use up what another may copy.
        self.pass(&Expander { spool: Arc::default(), ..self.expander.clone() }, show)
    }

    /// Shows all logs in it, each to be opened by itself: for callers who need them in another order than that of the
    /// archive, or several at once. They are unpacked once, to a temporary file.
    pub fn copies(&self, show: &mut dyn FnMut(Result<Copied, Problem>)) {
        let copy = |StreamedLog { member, reader }: StreamedLog<'_>| {
            // A log of a zip in the archive is in a copy already.
            if member.route.is_spooled() {
                return Ok(Copied { member, broken: None });
            }
            match self.expander.spool.copy_head(reader, self.route.budget().clone()) {
                Ok((route, broken)) => {
                    Ok(Copied { member: Member { route, ..member }, broken: broken.map(ProblemCause::from) })
                }
                Err(error) => Err(Problem { place: member.label.shown(), cause: error.into() }),
            }
        };
        let Ok(()) = self.pass(&self.expander, &mut |passing| {
            show(passing.and_then(copy));
            Ok::<_, Infallible>(())
        });
    }

    fn pass<E>(&self, expander: &Expander, show: &mut Show<'_, E>) -> Result<(), E> {
        let problem = |cause| Err(Problem { place: self.label.shown(), cause });
        let reader = match self.route.open() {
            Ok(reader) => reader,
            Err(error) => return show(problem(error.into())),
        };
        let mut has_shown = false;
        let mut walk = Walk {
            expander,
            depth: self.depth,
            is_named: self.is_named,
            show: &mut |found, bytes| {
                has_shown = true;
                show_found(found, bytes, show)
            },
        };
        // This pass counts what it unpacks; a member that is opened later is not counted again.
        let route = self.route.counted();
        walk.tar_entries(&self.label, &route, Streamed(reader), |tar| Bytes::passing(tar))?;
        if self.is_named && !has_shown { show(problem(self.expander.nothing())) } else { Ok(()) }
    }
}

fn show_found<E>(found: Result<FoundInput, Problem>, bytes: Bytes<'_>, show: &mut Show<'_, E>) -> Result<(), E> {
    match (found, bytes) {
        (Ok(FoundInput::Log(Input::Member(member))), Bytes::Passing(mut reader)) => {
            show(Ok(StreamedLog { member, reader: &mut *reader }))
        }
        // It is in a zip.
        (Ok(FoundInput::Log(Input::Member(member))), Bytes::Routed) => match member.route.open() {
            Ok(mut reader) => show(Ok(StreamedLog { member, reader: &mut *reader })),
            Err(error) => show(Err(Problem { place: member.label.shown(), cause: error.into() })),
        },
        // Nothing else can be found: a zip in an archive is the deepest that is read.
        (Ok(_), _) => Ok(()),
        (Err(problem), _) => show(Err(problem)),
    }
}
