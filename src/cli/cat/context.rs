//! Records before a match: held until it is known whether they are shown.

use std::collections::VecDeque;

use crate::record::{FoundRecord, Head, LONGEST, RecordPlace};

/// How much text is held of records that may be context, in bytes.
pub const MOST_CONTEXT: usize = 8 << 20;

/// The last records that were not shown.
#[derive(Debug)]
pub struct Context {
    /// How many are asked for.
    most: usize,
    records: VecDeque<ContextRecord>,
    /// How much text they have, in bytes.
    held: usize,
    is_cut: bool,
}

/// A record that may yet be shown.
#[derive(Debug, Default)]
pub struct ContextRecord {
    name: String,
    head: Head,
    text: Vec<u8>,
    continued: bool,
    place: RecordPlace,
}

impl ContextRecord {
    /// The name of its file.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The record, which does not pass itself.
    pub fn found(&self) -> FoundRecord<'_> {
        FoundRecord { head: self.head, text: &self.text, passes: false, continued: self.continued, place: self.place }
    }
}

impl Context {
    /// Holds up to `most` records.
    pub fn new(most: usize) -> Context {
        Context { most, records: VecDeque::new(), held: 0, is_cut: false }
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.records.is_empty()
    }

    /// Whether there was more than could be held.
    pub fn is_cut(&self) -> bool {
        self.is_cut
    }

    /// The records, the earliest first.
    pub fn records(&self) -> impl Iterator<Item = &ContextRecord> {
        self.records.iter()
    }

    /// Drops all.
    pub fn clear(&mut self) {
        self.records.clear();
        (self.held, self.is_cut) = (0, false);
    }

    /// Adds a record of the file `name`. Returns whether an earlier one had to go.
    pub fn push(&mut self, name: &str, found: &FoundRecord<'_>) -> bool {
        let mut record = ContextRecord::default();
        let mut has_dropped = false;
        self.held += found.text.len();
        // One more than asked for: the last may turn out to be the start of the match itself.
        while self.records.len() > self.most || self.held > MOST_CONTEXT && !self.records.is_empty() {
            // The memory of what drops out at the front is used again at the back.
            has_dropped = true;
            self.is_cut = self.records.len() < self.most;
            record = self.records.pop_front().unwrap_or_default();
            self.held -= record.text.len();
        }
        record.name.clear();
        record.name.push_str(name);
        record.text.clear();
        record.text.extend_from_slice(found.text);
        (record.head, record.continued, record.place) = (found.head, found.continued, found.place);
        self.records.push_back(record);
        has_dropped
    }

    /// Adds the next part of the last record.
    pub fn extend(&mut self, text: &[u8]) {
        match self.records.back_mut() {
            Some(record) if self.held + text.len() <= MOST_CONTEXT => {
                record.text.extend_from_slice(text);
                self.held += text.len();
            }
            _ => self.is_cut = true,
        }
    }

    /// Drops the last record if `found` is that record once more: a late part of a long one has passed, and it begins
    /// again with its first line. It is no context of itself.
    pub fn drop_start_of(&mut self, name: &str, found: &FoundRecord<'_>) {
        let is_it = |record: &ContextRecord| {
            record.text.len() >= LONGEST / 2 && record.text.starts_with(found.text) && record.name == name
        };
        if self.records.back().is_some_and(is_it)
            && let Some(record) = self.records.pop_back()
        {
            self.held -= record.text.len();
        }
    }

    /// Drops what is more than was asked for. Returns whether there was any.
    pub fn trim(&mut self) -> bool {
        if self.records.len() <= self.most {
            return false;
        }
        if let Some(record) = self.records.pop_front() {
            self.held -= record.text.len();
        }
        true
    }
}
