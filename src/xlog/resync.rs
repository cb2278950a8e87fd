//! Finding the next block after damage: plausible before possible.
//!
//! A *start* is a position where a block most likely begins. Either its chain holds (fields, end byte, successor), or
//! its header is evidence enough: a key field of 64 zeros, or of a client that was seen before, does not occur by
//! chance. Where a block is due, a header may have one wrong field.

mod guests;
mod header;
mod start;

use super::framing::{Check, Fit, Frame, FramedBlock, Framer, Window};
use super::header::{Field, Header};
use super::magic::{Codec, Layout};
use header::PlausibleHeader;

/// The longest body of a block whose length field can't be believed, in bytes: more than stock mars ever writes.
const MAX_UNSURE_BODY: usize = 256 << 10;

/// The fewest zeros among foreign bytes that count as zero fill.
const MIN_FILL_AMID_FOREIGN: usize = 64;

impl Framer {
    /// The frame at `at`, where no sound block begins. `due`: one should.
    pub(super) fn resync(&mut self, window: Window<'_>, at: usize, due: bool) -> Check<Frame> {
        let found = if due { self.header_where_due(window, at) } else { self.plausible_header(window, at, false) };
        match found {
            Check::Yes(found) => {
                // What follows is judged by this header.
                let before = self.last.replace(found.header);
                let frame = self.block_from(window, at, found);
                self.last = before;
                frame
            }
            Check::No => self.skip(window, at),
            Check::More => Check::More,
        }
    }

    /// Zero fill or foreign bytes, up to the next start.
    pub(super) fn skip(&self, window: Window<'_>, at: usize) -> Check<Frame> {
        let rest = window.bytes.get(at..).unwrap_or_default();
        let zeros = zero_run(rest);
        // A few zeros among foreign bytes belong to them.
        let is_fill = zeros >= MIN_FILL_AMID_FOREIGN || zeros > 0 && !self.amid_foreign;
        if is_fill {
            return Check::Yes(Frame::Fill(at..at + zeros));
        }
        if zeros == rest.len()
            && let Check::More = window.more::<()>()
        {
            return Check::More;
        }
        // Long runs of foreign bytes are split, so that no window is too small for them.
        let mut end = (at + MAX_UNSURE_BODY).min(window.bytes.len());
        let piece = window.bytes.get(at..end).unwrap_or_default();
        // Zero fill after the foreign bytes is a frame of its own. The next piece decides about zeros at the end of
        // this one.
        if let Some(fill) = memchr::memmem::find(piece, &[0; MIN_FILL_AMID_FOREIGN]) {
            end = at + fill;
        } else if !window.eof || end < window.bytes.len() {
            end = at + piece.iter().rposition(|&byte| byte != 0).map_or(piece.len(), |last| last + 1);
        }
        match self.next_start(window, at + 1..end) {
            Check::Yes(start) => end = start,
            Check::No => {}
            Check::More => return Check::More,
        }
        Check::Yes(Frame::Foreign(at..end))
    }

    /// Whether the bytes at `at` continue the foreign bytes before them, which may have been split there.
    pub(super) fn foreign_continues(&self, window: Window<'_>, at: usize) -> Check<()> {
        if !self.amid_foreign {
            return Check::No;
        }
        match self.is_start(window, at) {
            Check::Yes(()) => Check::No,
            Check::No => Check::Yes(()),
            Check::More => Check::More,
        }
    }

    /// The block with this header, though its chain is broken.
    fn block_from(&mut self, window: Window<'_>, at: usize, found: PlausibleHeader) -> Check<Frame> {
        match self.block_of_claimed_length(window, at, found) {
            Check::No => self.block_up_to_next_start(window, at, found),
            answer => answer.map(Frame::Block),
        }
    }

    /// The block as long as its header says, if something plausible follows.
    fn block_of_claimed_length(&self, window: Window<'_>, at: usize, found: PlausibleHeader) -> Check<FramedBlock> {
        let PlausibleHeader { header, wrong } = found;
        if !header.length_possible() {
            return Check::No;
        }
        let end = at + header.block_len();
        if let Some(field) = wrong {
            match self.chain_holds(window, at, header) {
                Check::No => {}
                answer => return answer.map(|()| FramedBlock::new(header, at..end, Fit::Repaired(field))),
            }
        }
        if window.bytes.get(end - 1) != Some(&0) {
            return Check::No;
        }
        let fit = wrong.map_or(Fit::Sound, Fit::Repaired);
        self.plausible_header(window, end, true).map(|_| FramedBlock::new(header, at..end, fit))
    }

    /// The block up to the next start, or as far as it can reach.
    fn block_up_to_next_start(&mut self, window: Window<'_>, at: usize, found: PlausibleHeader) -> Check<Frame> {
        let PlausibleHeader { header, wrong } = found;
        let body_start = at + header.len();
        let claimed_end = header.length_possible().then_some(at + header.block_len());
        let reach = claimed_end.unwrap_or(0).max(body_start + MAX_UNSURE_BODY);
        if reach > window.bytes.len()
            && let Check::More = window.more::<()>()
        {
            return Check::More;
        }
        let reach = reach.min(window.bytes.len());
        let start = match self.next_start(window, body_start..reach) {
            Check::Yes(start) => Some(start),
            Check::No => None,
            Check::More => return Check::More,
        };
        match (claimed_end, start) {
            (Some(end), Some(start)) if start == end => {
                let fit = Fit::Repaired(wrong.unwrap_or(Field::End));
                return Check::Yes(Frame::Block(FramedBlock::new(header, at..end, fit)));
            }
            (Some(end), Some(start)) if start < end => match self.block_with_guests(window, at, header, start) {
                Check::Yes((block, guests)) => {
                    self.enqueue(guests);
                    return Check::Yes(Frame::Block(block));
                }
                Check::More => return Check::More,
                Check::No => {}
            },
            _ => {}
        }
        Check::Yes(Frame::Block(broken_block(window, at, header, start, reach)))
    }
}

/// A block that ends at `next_start`, or at `reach` at the latest.
fn broken_block(window: Window<'_>, at: usize, header: Header, next_start: Option<usize>, reach: usize) -> FramedBlock {
    let claimed_end = header.length_possible().then_some(at + header.block_len());
    let claimed_end = claimed_end.filter(|end| window.bytes.get(end - 1) == Some(&0));
    // If no start follows, a codec finds the end of its data by itself, so a zero where the length field says proves
    // nothing. But text contains no zeros.
    let text_end = claimed_end.filter(|_| header.kind.codec == Codec::Text);
    let end = next_start.or(text_end).unwrap_or(reach);
    // Where bytes are missing, the next header overlaps the end of this block.
    let overlap = claimed_end
        .filter(|claimed| claimed - end.min(*claimed) < Layout::MAX_HEADER_LEN)
        .map_or(0, |claimed| (claimed - 1).saturating_sub(end));
    FramedBlock { overlap, ..FramedBlock::new(header, at..end, Fit::Broken) }
}

fn zero_run(bytes: &[u8]) -> usize {
    bytes.iter().position(|&byte| byte != 0).unwrap_or(bytes.len())
}

#[cfg(test)]
mod tests;
