//! Finding the way again after damage: plausible before possible.
//!
//! A *start* is a place where a block most likely begins: either its chain holds (fields, end byte, successor), or
//! its header alone says enough: a key field of 64 zeros or of a client that was seen before is more than chance can
//! do. At a place where a block is due, a header may have one wrong field.

use std::ops::Range;

use super::framing::{Check, Fit, Frame, FramedBlock, Framer, Window, frame_key_possible, is_near, starts_with_zeros};
use super::header::{Field, Header, MAX_BODY, NO_KEY, client_key};
use super::magic::{BlockKind, Cipher, Codec, Layout, kinds};

/// How much a block whose length field can't be believed may hold: more than stock mars ever writes.
const MAX_UNSURE_BODY: usize = 256 << 10;

/// So many zeros among foreign bytes are zero fill.
const FILL_AMID_FOREIGN: usize = 64;

/// How often the bytes behind a header are searched for its key.
const MAX_KEY_SEARCHES: u32 = 256;

/// A header that is believed for itself, with the field that was wrong in it.
#[derive(Clone, Copy, Debug)]
struct Lead {
    header: Header,
    wrong: Option<Field>,
}

impl Framer {
    /// The frame at `at`, where no sound block stands. `due`: one should.
    pub(super) fn resync(&mut self, window: Window<'_>, at: usize, due: bool) -> Check<Frame> {
        let lead = if due { self.lead_due(window, at) } else { self.lead(window, at, false) };
        match lead {
            Check::Yes(lead) => {
                // What comes after it is measured by it.
                let before = self.last.replace(lead.header);
                let frame = self.follow_lead(window, at, lead);
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
        // A few zeros among foreign bytes are some of them.
        let is_fill = zeros >= FILL_AMID_FOREIGN || zeros > 0 && !self.amid_foreign;
        if is_fill {
            return Check::Yes(Frame::Fill(at..at + zeros));
        }
        if zeros == rest.len()
            && let Check::More = window.more::<()>()
        {
            return Check::More;
        }
        // Foreign bytes are handed on in pieces, so that no window is too small for them.
        let mut end = (at + MAX_UNSURE_BODY).min(window.bytes.len());
        let piece = window.bytes.get(at..end).unwrap_or_default();
        // Zero fill behind them is told apart. Whether zeros at the end of a piece are any, the next one shows.
        if let Some(fill) = memchr::memmem::find(piece, &[0; FILL_AMID_FOREIGN]) {
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

    /// Whether foreign bytes go on at `at`, as they would if they had not ended here.
    pub(super) fn goes_on(&self, window: Window<'_>, at: usize) -> Check<()> {
        if !self.amid_foreign {
            return Check::No;
        }
        match self.is_start(window, at) {
            Check::Yes(()) => Check::No,
            Check::No => Check::Yes(()),
            Check::More => Check::More,
        }
    }

    /// The block that a lead begins, though its chain is broken.
    fn follow_lead(&mut self, window: Window<'_>, at: usize, lead: Lead) -> Check<Frame> {
        let Lead { header, wrong } = lead;
        let body_start = at + header.len();
        let believable = header.length_possible().then_some(at + header.block_len());
        let reach = believable.unwrap_or(0).max(body_start + MAX_UNSURE_BODY);
        let block = |end: usize, fit: Fit| FramedBlock::new(header, at..end, fit);

        if let (Some(end), Some(field)) = (believable, wrong) {
            match self.chain_holds(window, at, header) {
                Check::Yes(()) => return Check::Yes(Frame::Block(block(end, Fit::Repaired(field)))),
                Check::More => return Check::More,
                Check::No => {}
            }
        }
        if let Some(end) = believable
            && window.bytes.get(end - 1) == Some(&0)
        {
            match self.lead(window, end, true) {
                Check::Yes(_) => return Check::Yes(Frame::Block(block(end, wrong.map_or(Fit::Sound, Fit::Repaired)))),
                Check::More => return Check::More,
                Check::No => {}
            }
        }
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
        match (believable, start) {
            (Some(end), Some(start)) if start == end => {
                let fit = Fit::Repaired(wrong.unwrap_or(Field::End));
                return Check::Yes(Frame::Block(block(end, fit)));
            }
            (Some(end), Some(start)) if start < end => match self.splice(window, at, header, start) {
                Check::Yes((block, inner)) => {
                    self.settle(inner);
                    return Check::Yes(Frame::Block(block));
                }
                Check::More => return Check::More,
                Check::No => {}
            },
            _ => {}
        }
        // With nothing to stop at, a codec finds the end by itself: a zero where the length field says is no proof.
        // Text has no zeros.
        let is_text = header.kind.codec == Codec::Text;
        let claimed = believable.filter(|end| is_text && window.bytes.get(end - 1) == Some(&0));
        let end = start.or(claimed).unwrap_or(reach);
        // Bytes that went missing pull the next header over the end of this block.
        let overlap = match believable {
            Some(claimed)
                if claimed - end.min(claimed) < Layout::MAX_HEADER_LEN && window.bytes.get(claimed - 1) == Some(&0) =>
            {
                (claimed - 1).saturating_sub(end)
            }
            _ => 0,
        };
        Check::Yes(Frame::Block(FramedBlock { overlap, ..block(end, Fit::Broken) }))
    }

    /// The block at `at` as one that other blocks were written into, the first of them at `start`: with what stands
    /// inside left out, it ends as it should. Gives the block and what stands inside.
    fn splice(&self, window: Window<'_>, at: usize, header: Header, start: usize) -> Check<(FramedBlock, Vec<Frame>)> {
        let patience = self.patience();
        let mut reach = start;
        let found = self.splice_within(window, at, header, start, patience, &mut reach);
        // Where it holds, or more has to be seen, nothing was in vain.
        if found == Check::No {
            self.in_vain.set(self.in_vain.get().saturating_add(reach - start));
        }
        found
    }

    /// The same, as long as it looks at no more than `patience` bytes. `reach`: how far it has looked.
    fn splice_within(
        &self,
        window: Window<'_>,
        at: usize,
        header: Header,
        start: usize,
        patience: usize,
        reach: &mut usize,
    ) -> Check<(FramedBlock, Vec<Frame>)> {
        let mut remaining = header.block_len() - (start - at);
        let (mut holes, mut inner) = (Vec::new(), Vec::new());
        let mut hole = start;
        loop {
            let mut pos = hole;
            loop {
                match self.closed(window, pos) {
                    Check::Yes(block) if pos - hole <= MAX_BODY => {
                        pos = block.span.end;
                        inner.push(Frame::Block(block));
                    }
                    Check::More => return Check::More,
                    _ => break,
                }
            }
            if pos == hole {
                return Check::No;
            }
            holes.push(hole..pos);
            let Some(end) = pos.checked_add(remaining) else { return Check::No };
            if end > window.bytes.len() {
                return window.more();
            }
            if end - start > patience {
                return Check::No;
            }
            match self.next_start(window, pos..end) {
                Check::Yes(next) => {
                    remaining -= next - pos;
                    (hole, *reach) = (next, next);
                    continue;
                }
                Check::More => return Check::More,
                Check::No => *reach = end,
            }
            if window.bytes.get(end - 1) != Some(&0) {
                return Check::No;
            }
            let ends = match self.follows(window, end, header.kind.layout, 1) {
                Check::No => self.is_start(window, end),
                answer => answer.map(drop),
            };
            return ends.map(|()| (FramedBlock { holes, ..FramedBlock::new(header, at..end, Fit::Sound) }, inner));
        }
    }

    /// A block believed for its header and its end byte, whatever follows.
    fn closed(&self, window: Window<'_>, at: usize) -> Check<FramedBlock> {
        let lead = match self.lead(window, at, false) {
            Check::Yes(lead) if lead.wrong.is_none() => lead,
            Check::More => return Check::More,
            _ => return Check::No,
        };
        let end = at + lead.header.block_len();
        match window.bytes.get(end - 1) {
            Some(0) => Check::Yes(FramedBlock { guest: true, ..FramedBlock::new(lead.header, at..end, Fit::Sound) }),
            Some(_) => Check::No,
            None => window.more(),
        }
    }

    /// The first start in `range`.
    fn next_start(&self, window: Window<'_>, range: Range<usize>) -> Check<usize> {
        let (from, to) = self.barren.get();
        let known = (from..=to).contains(&range.start);
        let mut at = if known { to.max(range.start) } else { range.start };
        while at < range.end {
            let Some(rest) = window.bytes.get(at..) else { break };
            let zeros = zero_run(&rest[..rest.len().min(4096)]);
            if zeros > Layout::MAX_HEADER_LEN {
                // Only the last zero can be a header's (spoilt) first byte.
                at += zeros - 1;
                continue;
            }
            match self.is_start(window, at) {
                Check::Yes(()) => return Check::Yes(at),
                Check::More => return Check::More,
                Check::No => at += 1,
            }
        }
        self.barren.set((if known { from } else { range.start }, at.min(range.end).max(range.start)));
        Check::No
    }

    /// Whether a block most likely begins at `at`, though none was due there.
    fn is_start(&self, window: Window<'_>, at: usize) -> Check<()> {
        #[cfg(test)]
        self.steps.set(self.steps.get() + 1);
        let Some(rest) = window.bytes.get(at..) else { return Check::No };
        let is_magic = rest.first().is_some_and(|magic| !kinds(*magic).is_empty());
        if !is_magic && !self.could_be_keyed(rest) {
            return Check::No;
        }
        match self.lead(window, at, false) {
            // With a wrong magic, all would do that is followed by zeros: what must hold then is the chain.
            Check::Yes(Lead { header, wrong: Some(Field::Magic) }) => match self.chain_holds(window, at, header) {
                Check::No => {}
                answer => return answer,
            },
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

    /// Whether a block with this header ends with its end byte, and something follows that can.
    fn chain_holds(&self, window: Window<'_>, at: usize, header: Header) -> Check<()> {
        let end = at + header.block_len();
        match window.bytes.get(end - 1) {
            Some(0) => self.follows(window, end, header.kind.layout, 1).map(drop),
            Some(_) => Check::No,
            None => window.more(),
        }
    }

    /// A quick look at the key field, before any other.
    fn could_be_keyed(&self, bytes: &[u8]) -> bool {
        let Some(head) = bytes.get(9..17) else { return false };
        *head == [0; 8] || self.known_keys.iter().any(|key| key.starts_with(head))
    }

    /// Whether a block is most likely due at `at`, where zero fill ends. Gives its header.
    pub(super) fn starts_after_fill(&self, window: Window<'_>, at: usize) -> Check<Option<Header>> {
        self.lead(window, at, true).map(|lead| Some(lead.header))
    }

    /// The header at `at`, if it says enough by itself. `due`: a block is due here, which is evidence too.
    fn lead(&self, window: Window<'_>, at: usize, due: bool) -> Check<Lead> {
        let mut best: Option<Lead> = None;
        for kind in self.possible_kinds(window, at) {
            match self.lead_as(window, at, kind, due) {
                Check::Yes(lead) if best.is_none_or(|best| lead.wrong.is_none() && best.wrong.is_some()) => {
                    best = Some(lead);
                }
                Check::More => return Check::More,
                _ => {}
            }
        }
        match best {
            // A little before a good header, its own zeros make the key field of a bad one.
            Some(lead) if lead.wrong.is_some() && self.shadows(window, at) => Check::No,
            Some(lead) => Check::Yes(lead),
            None => Check::No,
        }
    }

    /// The kinds that the magic at `at` can be, and the one that it might have been.
    fn possible_kinds(&self, window: Window<'_>, at: usize) -> impl Iterator<Item = &'static BlockKind> + use<> {
        let magic = window.bytes.get(at).copied().unwrap_or(0);
        let typical = self.last.map(|last| last.kind).or_else(|| kinds(0x09).first());
        kinds(magic).iter().chain(typical.filter(|kind| kind.magic != magic))
    }

    fn lead_as(&self, window: Window<'_>, at: usize, kind: &'static BlockKind, due: bool) -> Check<Lead> {
        let Some(rest) = window.bytes.get(at..) else { return Check::No };
        let Some(&magic) = rest.first() else { return Check::No };
        // What stands a little behind the header counts as well.
        let is_short = rest.len() < 2 * Layout::MAX_HEADER_LEN && matches!(window.more::<()>(), Check::More);
        let Some(header) = Header::read(rest, kind).filter(|_| !is_short) else { return window.more() };
        match self.weigh(rest, magic, header, due) {
            Some(lead) => Check::Yes(lead),
            // Its key may stand where the window does not reach.
            None if due && rest.len() < MAX_UNSURE_BODY && self.hangs_on_key(rest, magic, header) => window.more(),
            None => Check::No,
        }
    }

    /// Whether a header, of which too little speaks, would be believed if its key was found nearby.
    fn hangs_on_key(&self, bytes: &[u8], magic: u8, header: Header) -> bool {
        let has_key = client_key(bytes, header.kind.layout).is_some_and(|key| *key != NO_KEY);
        has_key && wrong_fields(magic, header).nth(1).is_none() && self.key_searches.get() < MAX_KEY_SEARCHES
    }

    /// The lead at `at`, where a block is due: the one whose chain holds, if there is one.
    fn lead_due(&self, window: Window<'_>, at: usize) -> Check<Lead> {
        let first = match self.lead(window, at, true) {
            Check::Yes(lead) => lead,
            answer => return answer,
        };
        for kind in self.possible_kinds(window, at) {
            let holds = match self.lead_as(window, at, kind, true) {
                Check::Yes(lead) => (self.chain_holds(window, at, lead.header), lead),
                Check::More => return Check::More,
                Check::No => continue,
            };
            match holds {
                (Check::Yes(()), lead) => return Check::Yes(lead),
                (Check::More, _) => return Check::More,
                (Check::No, _) => {}
            }
        }
        Check::Yes(first)
    }

    /// Whether a header without a wrong field starts inside what would be the header at `at`.
    fn shadows(&self, window: Window<'_>, at: usize) -> bool {
        (at + 1..at + 9).any(|at| {
            let rest = window.bytes.get(at..).unwrap_or_default();
            let kinds = rest.first().map_or(&[][..], |magic| kinds(*magic));
            let mut leads = kinds.iter().filter_map(|kind| {
                let header = Header::read(rest, kind)?;
                self.weigh(rest, kind.magic, header, false)
            });
            leads.any(|lead| lead.wrong.is_none())
        })
    }

    /// Whether a header's fields, its key above all, say that it is one.
    fn weigh(&self, bytes: &[u8], magic: u8, header: Header, due: bool) -> Option<Lead> {
        let kind = header.kind;
        let mut wrong = wrong_fields(magic, header);
        let (first, second) = (wrong.next(), wrong.next());
        if second.is_some() {
            return None;
        }
        let whole = first.is_none();
        if let Some(body) = bytes.get(header.len()..header.len() + 8)
            && starts_with_zeros(body)
        {
            return None;
        }
        let believed = match kind.layout {
            Layout::Keyed => match self.key_evidence(bytes, header, due) {
                // In zero fill, a stray byte or two look like a header with one wrong field.
                Evidence::NoKey => bytes.iter().take(9).filter(|&&byte| byte != 0).count() >= 3,
                Evidence::KnownKey => true,
                Evidence::NearlyKey => whole && (due || self.in_step(header)),
                Evidence::None => whole && header.body_len() <= MAX_UNSURE_BODY && (due || self.closes(bytes, header)),
            },
            Layout::Legacy => frame_key_possible(bytes, kind) && (due || whole && self.in_step(header)),
            Layout::Short => whole && (due || self.in_step(header)) && self.used(kind),
            Layout::Bare => whole && due && self.used(kind),
        };
        let wrong = match (first, kind.layout) {
            (None, Layout::Keyed) if matches!(self.key_evidence(bytes, header, due), Evidence::NearlyKey) => {
                Some(Field::Key)
            }
            _ => first,
        };
        believed.then(|| Lead { header: self.repair(header, first), wrong })
    }

    /// The header with a usable value where a wrong one stood.
    fn repair(&self, mut header: Header, wrong: Option<Field>) -> Header {
        match wrong {
            Some(Field::Seq) => {
                header.seq = match self.last {
                    Some(last) if header.kind.counted => last.seq.checked_add(1).unwrap_or(1),
                    _ => u16::from(header.kind.counted),
                }
            }
            Some(Field::Hours) => {
                let hour = self.last.map_or(0, |last| last.end_hour);
                (header.begin_hour, header.end_hour) = (hour, hour);
            }
            _ => {}
        }
        header
    }

    fn key_evidence(&self, bytes: &[u8], header: Header, due: bool) -> Evidence {
        let Some(key) = client_key(bytes, Layout::Keyed) else { return Evidence::None };
        if *key == NO_KEY {
            return Evidence::NoKey;
        }
        if self.known_keys.contains(key) {
            return Evidence::KnownKey;
        }
        if is_near(&NO_KEY, key) || self.known_keys.iter().any(|known| is_near(known, key)) {
            return Evidence::NearlyKey;
        }
        // Where the block ends, the next one may have the same key; and if the length is wrong, one nearby.
        let next = bytes.get(header.block_len()..).and_then(|bytes| client_key(bytes, Layout::Keyed));
        let nearby = || {
            // Few files have more processes than this; what has more such headers is no log.
            let searches = self.key_searches.get();
            self.key_searches.set(searches.saturating_add(1));
            if searches >= MAX_KEY_SEARCHES {
                return false;
            }
            let reach = bytes.len().min(MAX_UNSURE_BODY);
            let behind = bytes.get(Layout::MAX_HEADER_LEN..reach).unwrap_or_default();
            memchr::memmem::find(behind, key).is_some()
        };
        if next == Some(key) || due && nearby() { Evidence::KnownKey } else { Evidence::None }
    }

    /// A block whose key nobody has seen: it must end with its end byte, and belong to these hours.
    fn closes(&self, bytes: &[u8], header: Header) -> bool {
        let same_hours = self.last.is_none_or(|last| matches!(hours_between(last, header), 0 | 1 | 23));
        let could_have_key = header.kind.cipher == Cipher::Tea || !header.kind.counted;
        could_have_key && same_hours && bytes.get(header.block_len() - 1) == Some(&0)
    }

    /// Whether the header continues the block before, give or take a few lost ones.
    fn in_step(&self, header: Header) -> bool {
        self.last.is_some_and(|last| {
            let ahead = header.seq.wrapping_sub(last.seq);
            let counted = if header.kind.counted { (1..=16).contains(&ahead) } else { header.seq == 0 };
            last.kind.layout == header.kind.layout
                && counted
                && hours_between(last, header) <= 1
                && header.body_len() <= MAX_UNSURE_BODY
        })
    }

    /// Whether the file has used this header shape, or nothing yet.
    fn used(&self, kind: &BlockKind) -> bool {
        self.last.is_none_or(|last| last.kind.layout == kind.layout)
    }
}

/// The fields that no writer could have written.
fn wrong_fields(magic: u8, header: Header) -> impl Iterator<Item = Field> {
    let kind = header.kind;
    [
        (magic != kind.magic).then_some(Field::Magic),
        (!header.hours_possible()).then_some(Field::Hours),
        (!header.length_possible()).then_some(Field::Length),
        // A wrong magic makes seq look wrong too: sync blocks are not counted.
        (magic == kind.magic && !header.seq_possible()).then_some(Field::Seq),
    ]
    .into_iter()
    .flatten()
}

/// What a key field says.
#[derive(Clone, Copy, Debug)]
enum Evidence {
    NoKey,
    KnownKey,
    NearlyKey,
    None,
}

/// From the end of one block to the start of another, 0 to 23.
fn hours_between(earlier: Header, later: Header) -> i16 {
    (i16::from(later.begin_hour) - i16::from(earlier.end_hour)).rem_euclid(24)
}

fn zero_run(bytes: &[u8]) -> usize {
    bytes.iter().position(|&byte| byte != 0).unwrap_or(bytes.len())
}

#[cfg(test)]
mod tests;
