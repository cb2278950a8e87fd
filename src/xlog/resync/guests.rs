//! Guests: blocks that another process wrote into the middle of a block, its host.

use super::super::framing::{Check, Fit, Frame, FramedBlock, Framer, Window};
use super::super::header::{Header, MAX_BODY};

impl Framer {
    /// The block at `at` as a host, with the first guest at `start`: without its guests, it ends where it should. Also
    /// gives the guests.
    pub(super) fn block_with_guests(
        &self,
        window: Window<'_>,
        at: usize,
        header: Header,
        start: usize,
    ) -> Check<(FramedBlock, Vec<Frame>)> {
        let budget = self.search_budget();
        let mut reach = start;
        let found = self.block_with_guests_within(window, at, header, start, budget, &mut reach);
        // Only a definite no makes the search a waste.
        if found == Check::No {
            self.wasted.set(self.wasted.get().saturating_add(reach - start));
        }
        found
    }

    /// The same, but looks at no more than `budget` bytes. Sets `reach` to where it stopped looking.
    fn block_with_guests_within(
        &self,
        window: Window<'_>,
        at: usize,
        header: Header,
        start: usize,
        budget: usize,
        reach: &mut usize,
    ) -> Check<(FramedBlock, Vec<Frame>)> {
        let mut remaining = header.block_len() - (start - at);
        let (mut holes, mut guests) = (Vec::new(), Vec::new());
        let mut hole_start = start;
        let end = loop {
            let hole_end = match self.guests_at(window, hole_start, &mut guests) {
                Check::Yes(hole_end) => hole_end,
                Check::No => return Check::No,
                Check::More => return Check::More,
            };
            holes.push(hole_start..hole_end);
            let Some(end) = hole_end.checked_add(remaining) else { return Check::No };
            if end > window.bytes.len() {
                return window.more();
            }
            if end - start > budget {
                return Check::No;
            }
            match self.next_start(window, hole_end..end) {
                Check::Yes(next) => {
                    remaining -= next - hole_end;
                    (hole_start, *reach) = (next, next);
                }
                Check::More => return Check::More,
                Check::No => {
                    *reach = end;
                    break end;
                }
            }
        };
        if window.bytes.get(end - 1) != Some(&0) {
            return Check::No;
        }
        let ends = match self.follows(window, end, header.kind.layout, 1) {
            Check::No => self.is_start(window, end),
            answer => answer.map(drop),
        };
        ends.map(|()| (FramedBlock { holes, ..FramedBlock::new(header, at..end, Fit::Sound) }, guests))
    }

    /// Adds the guests that start at `start` and follow one another to `guests`. Gives the end of the last; no if there
    /// are none.
    fn guests_at(&self, window: Window<'_>, start: usize, guests: &mut Vec<Frame>) -> Check<usize> {
        let mut end = start;
        loop {
            match self.guest_at(window, end) {
                Check::Yes(guest) if end - start <= MAX_BODY => {
                    end = guest.span.end;
                    guests.push(Frame::Block(guest));
                }
                Check::More => return Check::More,
                _ if end == start => return Check::No,
                _ => return Check::Yes(end),
            }
        }
    }

    /// The guest at `at`: a block with a plausible header and an end byte, whatever follows.
    fn guest_at(&self, window: Window<'_>, at: usize) -> Check<FramedBlock> {
        let found = match self.plausible_header(window, at, false) {
            Check::Yes(found) if found.wrong.is_none() => found,
            Check::More => return Check::More,
            _ => return Check::No,
        };
        let end = at + found.header.block_len();
        match window.bytes.get(end - 1) {
            Some(0) => Check::Yes(FramedBlock { guest: true, ..FramedBlock::new(found.header, at..end, Fit::Sound) }),
            Some(_) => Check::No,
            None => window.more(),
        }
    }
}
