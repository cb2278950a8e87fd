//! A record, and where it stands: what evidence is made of.

use std::cell::Cell;
use std::hash::{BuildHasher, Hash, Hasher};

use foldhash::fast::FixedState;

use super::event::Event;
use super::finding::Evidence;
use crate::record::{Record, Time};

/// A record, and where it stands.
#[derive(Clone, Copy)]
pub(super) struct RecordAt<'a> {
    /// The record taken apart.
    pub record: &'a Record<'a>,
    /// All its text.
    pub text: &'a [u8],
    /// Its log, as a place in the list of logs.
    pub log: usize,
    /// Line of the log's text, from 1.
    pub line: u64,
    /// Set when it is kept as evidence of a finding.
    pub proves: &'a Cell<bool>,
}

impl RecordAt<'_> {
    /// It as evidence of a finding.
    pub fn evidence(&self) -> Evidence {
        self.proves.set(true);
        self.alone()
    }

    /// It as evidence, without what is near it.
    pub fn alone(&self) -> Evidence {
        Evidence::new(self.log, self.line, self.time(), self.text)
    }

    /// When it was logged.
    pub fn time(&self) -> Option<Time> {
        self.record.head.time
    }

    /// A number for who speaks: the function, and the first words where the function says nothing.
    pub fn voice(&self, event: Event) -> u64 {
        let mut hasher = FixedState::default().build_hasher();
        (self.record.function, event).hash(&mut hasher);
        if matches!(self.record.function, None | Some(b"Decode" | b"operator()")) {
            self.record.message.get(..8).unwrap_or(self.record.message).hash(&mut hasher);
        }
        hasher.finish()
    }
}
