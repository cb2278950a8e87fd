//! How the walk reaches the bytes of what it stands at.

use std::io::{self, Read};
use std::mem;
use std::sync::Arc;

use crate::input::archive::limits::Budget;
use crate::input::archive::route::Route;
use crate::input::archive::section::Section;
use crate::input::archive::spool::Spool;
use crate::input::archive::step::Step;
use crate::input::archive::{Detected, Format, Loaded, ProblemCause, holds_something};

/// How much of a passing cache file is read into memory to see whether it is empty. Cache files have 150 KiB.
const CACHE: u64 = 1 << 20;

/// How to reach the bytes of a file or member. Everything else about the walk is the same for both.
pub(super) enum Bytes<'a> {
    /// By opening its route, now or later, as often as needed.
    Routed,
    /// By reading them now: they are passing by, and don't come again.
    Passing(Box<dyn Read + Send + 'a>),
}

impl<'a> Bytes<'a> {
    /// Those that `reader` gives.
    pub fn passing(reader: &'a mut (impl Read + Send + ?Sized)) -> Bytes<'a> {
        Bytes::Passing(Box::new(reader))
    }

    /// What `step` makes of them. The route takes the same step.
    pub fn then(self, step: Step, budget: &Arc<Budget>) -> io::Result<Bytes<'a>> {
        Ok(match self {
            Bytes::Routed => Bytes::Routed,
            Bytes::Passing(reader) => Bytes::Passing(step.follow(reader, budget, true)?),
        })
    }

    /// What `detect` makes of the first [`Format::HEAD`] of them.
    pub fn detect(
        &mut self,
        route: &Route,
        detect: impl FnOnce(&mut Loaded) -> Result<Detected, ProblemCause>,
    ) -> Result<Detected, ProblemCause> {
        match self {
            Bytes::Routed => detect(&mut route.head()?),
            Bytes::Passing(reader) => {
                let mut head = Loaded::new(reader, Format::HEAD as u64);
                let detected = detect(&mut head);
                put_back(head, reader);
                detected
            }
        }
    }

    /// Whether they are a cache file with something in it. If they can't be read, assume so: decoding says why.
    pub fn hold_something(&mut self, route: &Route) -> bool {
        match self {
            Bytes::Routed => route.open().and_then(holds_something).unwrap_or(true),
            Bytes::Passing(reader) => {
                let loaded = Loaded::new(reader, CACHE);
                let is_complete = loaded.is_intact() && (loaded.held().len() as u64) < CACHE;
                let holds_something = !is_complete || holds_something(loaded.held()).unwrap_or(true);
                put_back(loaded, reader);
                holds_something
            }
        }
    }

    /// Them as part of a file that can be sought in, with a route to it: a copy in `spool` where they are in none.
    pub fn section(self, route: &Route, spool: &Spool) -> io::Result<(Section, Route)> {
        let mut reader = match self {
            Bytes::Passing(reader) => reader,
            Bytes::Routed => match route.section()? {
                Some(section) => return Ok(section),
                None => route.open()?,
            },
        };
        let copy = spool.copy(&mut *reader, route.budget().clone())?;
        copy.section()?.ok_or_else(|| io::ErrorKind::Unsupported.into())
    }
}

/// Makes `reader` give what was read of it once more.
fn put_back<'a>(loaded: Loaded, reader: &mut Box<dyn Read + Send + 'a>) {
    let rest = mem::replace(reader, Box::new(io::empty()));
    *reader = Box::new(loaded.chain(rest));
}
