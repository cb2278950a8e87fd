//! Where text comes from that is read without what it copies from.
//!
//! Behind damage, a unit is read after a window of nothing. Each byte of its text is then either a literal, maybe copied
//! many times, or a copy of a byte that the window should have had: its origin.

use super::super::units::Place;
use super::codes::Codes;
use super::habits::CodesInUse;
use super::output::WINDOW;
use super::watch::Watch;

/// How far before the text a byte was copied from, in bytes; 0 for a literal.
pub type Origin = u16;

/// A byte, by where it comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Byte {
    /// Its origin.
    pub origin: Origin,
    /// What it is, if it is a literal.
    pub literal: u8,
}

/// A match ended, although it could have gone on if these two bytes were the same: see
/// [`LongestMatch`](super::habits::LongestMatch).
#[derive(Clone, Copy, Debug)]
pub struct MatchEnd {
    /// Where the byte is that would have been copied next.
    source: u32,
    /// Where the byte is that comes next.
    pub next: u32,
}

/// Notes where each byte comes from, for as long as nothing is odd.
#[derive(Default)]
pub struct Origins {
    /// Of each byte of the text, window included.
    of: Vec<Origin>,
    /// Where units end.
    pub ends: Vec<Place>,
    matches: Vec<MatchEnd>,
    codes: CodesInUse,
    /// How many matches there were in units that were read as a whole.
    sure_matches: usize,
    /// The text with which to stop, window included, in bytes.
    most: u32,
    /// The last unit broke a habit, whatever was before it. Where it ends in the body.
    pub odd: Option<usize>,
}

impl Origins {
    /// Nothing noted yet, for text behind a window, of at most `most` bytes or little more.
    pub fn emptied(mut self, most: usize) -> Origins {
        if self.of.is_empty() {
            self.of.extend((1..=WINDOW as Origin).rev());
        }
        self.of.truncate(WINDOW);
        self.ends.clear();
        self.matches.clear();
        self.codes.clear();
        Origins { sure_matches: 0, most: (WINDOW + most) as u32, odd: None, ..self }
    }

    /// The origins of all text behind the window, up to the end of the last unit.
    pub fn all(&self) -> &[Origin] {
        let end = self.ends.last().map_or(WINDOW, |end| end.text as usize);
        self.of.get(WINDOW..end).unwrap_or_default()
    }

    /// Where matches ended in units that were read as a whole.
    pub fn match_ends(&self) -> &[MatchEnd] {
        self.matches.get(..self.sure_matches).unwrap_or_default()
    }

    /// The two bytes that differ if the encoder has the habit.
    pub fn bytes(&self, found: &MatchEnd, text: &[u8]) -> [Byte; 2] {
        let byte = |at: u32| Byte {
            origin: self.of.get(at as usize).copied().unwrap_or_default(),
            literal: text.get(at as usize).copied().unwrap_or_default(),
        };
        [byte(found.source), byte(found.next)]
    }
}

impl Watch for Origins {
    const COUNTS: bool = true;

    fn matched(&mut self, _: &[u8], from: u32, at: u32, len: u32) {
        let (from, at, len) = (from as usize, at as usize, len as usize);
        self.of.resize(at, 0);
        if from + len <= at {
            self.of.extend_from_within(from..from + len);
        } else {
            (from..from + len).for_each(|from| self.of.push(self.of[from]));
        }
        if len < LONGEST {
            self.matches.push(MatchEnd { source: (from + len) as u32, next: (at + len) as u32 });
        }
    }

    fn unit(&mut self, text: &[u8], end: Place) -> bool {
        self.of.resize(end.text as usize, 0);
        // A unit ends a match, too.
        self.matches.pop_if(|last| last.next >= end.text);
        let new = self.matches.get(self.sure_matches..).unwrap_or_default();
        let is_odd = |found: &MatchEnd| {
            let [source, next] = self.bytes(found, text);
            source.origin == next.origin && (source.origin != 0 || source.literal == next.literal)
        };
        if self.codes.oddities > 0 || new.iter().any(is_odd) {
            self.odd = Some(end.body as usize);
            return false;
        }
        self.sure_matches = self.matches.len();
        self.ends.push(end);
        end.text < self.most
    }

    fn literal(&mut self, literal: u8) {
        self.codes.literal(literal);
    }

    fn pair(&mut self, length: u32, distance: u32) {
        self.codes.pair(length, distance);
    }

    fn block(&mut self, codes: &Codes) {
        let (literals, distances) = codes.used();
        self.codes.block(literals, distances);
    }
}

/// The longest match there is can't go on.
const LONGEST: usize = 258;
