//! Whether a block begins at a place, and where the next one does.

use std::ops::Range;

use super::super::framing::{Check, Framer, Window};
use super::super::header::{Field, Header};
use super::super::magic::{Layout, kinds};
use super::header::PlausibleHeader;
use super::zero_run;

impl Framer {
    /// Whether a block most likely begins in the first `len` bytes of `window`.
    pub fn starts_in(&self, window: Window<'_>, len: usize) -> bool {
        matches!(self.next_start(window, 0..len), Check::Yes(_))
    }

    /// The first start in `range`.
    pub(super) fn next_start(&self, window: Window<'_>, range: Range<usize>) -> Check<usize> {
        let (from, to) = self.searched.get();
        let known = (from..=to).contains(&range.start);
        let mut at = if known { to.max(range.start) } else { range.start };
        while at < range.end {
            let Some(rest) = window.bytes.get(at..) else { break };
            let zeros = zero_run(&rest[..rest.len().min(4096)]);
            if zeros > Layout::MAX_HEADER_LEN {
                // Only the last zero can be the (damaged) first byte of a header.
                at += zeros - 1;
                continue;
            }
            match self.is_start(window, at) {
                Check::Yes(()) => return Check::Yes(at),
                Check::More => return Check::More,
                Check::No => at += 1,
            }
        }
        self.searched.set((if known { from } else { range.start }, at.min(range.end).max(range.start)));
        Check::No
    }

    /// Whether a block most likely begins at `at`, though none was due there.
    pub(super) fn is_start(&self, window: Window<'_>, at: usize) -> Check<()> {
        #[cfg(test)]
        self.steps.set(self.steps.get() + 1);
        let Some(rest) = window.bytes.get(at..) else { return Check::No };
        let is_magic = rest.first().is_some_and(|magic| !kinds(*magic).is_empty());
        if !is_magic && !self.could_be_keyed(rest) {
            return Check::No;
        }
        match self.plausible_header(window, at, false) {
            // If the magic may be wrong, anything followed by zeros would do. So the chain has to hold.
            Check::Yes(PlausibleHeader { header, wrong: Some(Field::Magic) }) => {
                match self.chain_holds(window, at, header) {
                    Check::No => {}
                    answer => return answer,
                }
            }
            Check::Yes(_) => return Check::Yes(()),
            Check::More => return Check::More,
            Check::No => {}
        }
        if !is_magic {
            return Check::No;
        }
        match self.sound(window, at) {
            Check::Yes(block) if block.header.length > 0 => Check::Yes(()),
            Check::More => Check::More,
            _ => Check::No,
        }
    }

    /// Whether a block with this header has its end byte, and is followed by something that can follow a block.
    pub(super) fn chain_holds(&self, window: Window<'_>, at: usize, header: Header) -> Check<()> {
        let end = at + header.block_len();
        match window.bytes.get(end - 1) {
            Some(0) => self.follows(window, end, header.kind.layout, 1).map(drop),
            Some(_) => Check::No,
            None => window.more(),
        }
    }

    /// A quick check of the key field, before the thorough ones.
    fn could_be_keyed(&self, bytes: &[u8]) -> bool {
        let Some(head) = bytes.get(9..17) else { return false };
        *head == [0; 8] || self.known_keys.iter().any(|key| key.starts_with(head))
    }

    /// Whether a block most likely begins at `at`, where zero fill ends. Gives its header.
    pub(in super::super) fn starts_after_fill(&self, window: Window<'_>, at: usize) -> Check<Option<Header>> {
        self.plausible_header(window, at, true).map(|found| Some(found.header))
    }
}
