//! Framing: where each block starts and ends.
//!
//! A file has no index, and a block has no checksum. So a block is believed for its surroundings: its fields are
//! possible, its end byte is 0x00, and it is followed by the next block, zero fill, or the end of the file. This module
//! frames undamaged files. Where that chain breaks, the module `resync` weighs the evidence that is left.
//!
//! Every byte of the input belongs to exactly one [`Frame`].

use std::cell::Cell;
use std::collections::VecDeque;
use std::ops::Range;

use super::header::{ClientKey, Field, Header, MAX_BODY, NO_KEY, client_key};
use super::magic::{BlockKind, Cipher, Layout, kinds};

/// The most bytes that the framer asks to see at once.
pub const MAX_WINDOW: usize = MAX_BODY + (1 << 20);

/// How many bytes of a body show whether it starts like one: see [`Framer::glance`].
pub const GLANCE: usize = 8;

/// The bytes that the framer sees: a section of the file.
#[derive(Clone, Copy, Debug)]
pub struct Window<'a> {
    /// The bytes.
    pub bytes: &'a [u8],
    /// Whether the file ends where the window ends.
    pub eof: bool,
}

/// What [`Framer::step`] found.
#[derive(Debug, PartialEq, Eq)]
pub enum FrameStep {
    /// The next frame.
    Frame(Frame),
    /// The window is too short to decide, or at its end: call again with more bytes.
    More,
    /// The end of the file.
    End,
}

/// A section of the file. All ranges count from the start of the window.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Frame {
    /// A block, intact or damaged.
    Block(FramedBlock),
    /// Bytes that belong to no block.
    Foreign(Range<usize>),
    /// Zeros between blocks: the rest of a cache file, or a page that was never written.
    Fill(Range<usize>),
}

impl Frame {
    /// Where the frame starts and ends.
    pub fn span(&self) -> &Range<usize> {
        match self {
            Frame::Block(block) => &block.span,
            Frame::Foreign(range) | Frame::Fill(range) => range,
        }
    }
}

/// A block, and where it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FramedBlock {
    /// Its header. Wrong fields have been corrected where possible.
    pub header: Header,
    /// From its first byte to its end byte; for a broken block, up to the next frame.
    pub span: Range<usize>,
    /// Ranges inside the span that belong to other frames: blocks that another process wrote into this one.
    pub holes: Vec<Range<usize>>,
    /// How well it fits between its neighbours.
    pub fit: Fit,
    /// How many bytes after its span may belong to its body as well. Where bytes are missing, it is unclear to which of
    /// two blocks the rest belongs.
    pub overlap: usize,
    /// Another process wrote it into the middle of another block.
    pub guest: bool,
    /// For an encrypted block with a key that was not seen before: a key from nearby that differs in so few bytes that
    /// one of the two must be damaged.
    pub kin: Option<Box<ClientKey>>,
}

impl FramedBlock {
    pub(super) fn new(header: Header, span: Range<usize>, fit: Fit) -> FramedBlock {
        FramedBlock { header, span, holes: Vec::new(), fit, overlap: 0, guest: false, kin: None }
    }

    /// Where the body starts.
    pub fn body_start(&self) -> usize {
        self.span.start + self.header.len()
    }

    /// The ranges that make up the body, without holes and end byte. The body of a broken block runs to the end of its
    /// span.
    pub fn body(&self) -> impl Iterator<Item = Range<usize>> + '_ {
        let end = if self.fit == Fit::Broken { self.span.end + self.overlap } else { self.span.end.saturating_sub(1) };
        let starts = std::iter::once(self.body_start()).chain(self.holes.iter().map(|hole| hole.end));
        let ends = self.holes.iter().map(|hole| hole.start).chain(std::iter::once(end));
        starts.zip(ends).map(|(start, end)| start..end.max(start))
    }
}

/// How well a block fits between its neighbours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fit {
    /// Everything that can be checked is right.
    Sound,
    /// One field was wrong; everything else shows that the block is intact.
    Repaired(Field),
    /// It does not end where its header says, or is followed by nothing plausible: the span is the most that can belong
    /// to it.
    Broken,
}

/// Splits a stream of bytes into [`Frame`]s. Remembers what it has learned about the file so far.
#[derive(Clone, Debug, Default)]
pub struct Framer {
    /// The last block that was believed.
    pub(super) last: Option<Header>,
    /// The client keys of blocks that were believed, the latest first.
    pub(super) known_keys: VecDeque<ClientKey>,
    /// The last bytes belonged to no block, so no block is due here.
    is_lost: bool,
    /// The last frame was foreign bytes. They may continue: long runs of them are split.
    pub(super) amid_foreign: bool,
    /// A range of the window that was searched, and in which no block starts.
    pub(super) searched: Cell<(usize, usize)>,
    /// How often the bytes after a header have been searched for its key.
    pub(super) key_searches: Cell<u32>,
    /// How many bytes have been framed so far.
    framed: Cell<usize>,
    /// How many bytes have been searched for blocks inside others without finding any.
    pub(super) wasted: Cell<usize>,
    /// How often the framer has checked whether a block starts at a position, or can follow there.
    #[cfg(test)]
    pub(super) steps: Cell<usize>,
    /// Frames that come next.
    queue: VecDeque<Frame>,
}

/// The answer of a check that may need more bytes than the window has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Check<T> {
    Yes(T),
    No,
    More,
}

impl<T> Check<T> {
    pub(super) fn map<U>(self, change: impl FnOnce(T) -> U) -> Check<U> {
        match self {
            Check::Yes(value) => Check::Yes(change(value)),
            Check::No => Check::No,
            Check::More => Check::More,
        }
    }
}

impl Framer {
    const KNOWN_KEYS: usize = 4;

    /// A framer at the start of a file.
    pub fn new() -> Framer {
        Framer::default()
    }

    /// The frame that starts at `at`. Call it next with the end of this frame's span. After a block with holes, the
    /// frames in its holes come first, whatever `at` is. The window must stay the same until [`FrameStep::More`].
    pub fn step(&mut self, window: Window<'_>, at: usize) -> FrameStep {
        if let Some(frame) = self.queue.pop_front() {
            return FrameStep::Frame(frame);
        }
        if at >= window.bytes.len() {
            return if window.eof { FrameStep::End } else { self.more() };
        }
        let frame = match self.foreign_continues(window, at) {
            Check::Yes(()) => self.skip(window, at),
            Check::No => match self.sound(window, at) {
                Check::Yes(block) => Check::Yes(Frame::Block(block)),
                Check::No => self.resync(window, at, !self.is_lost),
                Check::More => Check::More,
            },
            Check::More => Check::More,
        };
        match frame {
            Check::Yes(mut frame) => {
                self.advance(frame.span().len());
                self.amid_foreign = matches!(frame, Frame::Foreign(_));
                match &mut frame {
                    Frame::Block(block) => {
                        let from = |at: usize| window.bytes.get(at..).unwrap_or_default();
                        self.learn(block, from(block.span.start), from(block.span.end));
                    }
                    Frame::Foreign(_) => self.is_lost = true,
                    Frame::Fill(_) => {}
                }
                FrameStep::Frame(frame)
            }
            _ => self.more(),
        }
    }

    /// How many frames of a file that is still being written are certain already, from `at` on: those up to the last
    /// block that is sound if the file ends where the window does. What comes after it may be the start of a block.
    pub fn settled(&self, bytes: &[u8], mut at: usize) -> usize {
        let (mut trial, window) = (self.clone(), Window { bytes, eof: true });
        let (mut seen, mut settled) = (0, 0);
        let mut is_unfinished = false;
        while let FrameStep::Frame(frame) = trial.step(window, at) {
            let start = bytes.get(at..).unwrap_or_default();
            at = frame.span().end.max(at);
            seen += 1;
            // What seems to be a block may be a part of one that has not come whole. Headers without a key have so little
            // in them that it may well be.
            let kinds = kinds(start.first().copied().unwrap_or_default()).iter();
            is_unfinished |= kinds.map(|kind| kind.layout.header_len()).any(|header| header > start.len())
                || Framer::claims(start).any(|header| header.block_len() > start.len());
            if is_unfinished && matches!(&frame, Frame::Block(block) if block.header.kind.layout != Layout::Keyed) {
                break;
            }
            let is_sound = matches!(&frame, Frame::Block(block) if block.fit == Fit::Sound && block.header.length > 0);
            // Frames in the holes of a block belong to it.
            if is_sound && trial.queue.is_empty() {
                settled = seen;
            }
        }
        settled
    }

    /// Forgets what is known about this window: the next one starts elsewhere, or is longer.
    fn more(&self) -> FrameStep {
        self.searched.set((0, 0));
        FrameStep::More
    }

    fn advance(&self, bytes: usize) {
        self.framed.set(self.framed.get().saturating_add(bytes));
    }

    /// How many more bytes may be searched for blocks inside others without finding any: a few times what has been
    /// framed, so that the work grows linearly with the file.
    pub(super) fn search_budget(&self) -> usize {
        let total = self.framed.get().saturating_mul(SEARCH_FACTOR).saturating_add(MIN_SEARCH);
        total.saturating_sub(self.wasted.get())
    }

    pub(super) fn enqueue(&mut self, frames: impl IntoIterator<Item = Frame>) {
        self.queue.extend(frames);
    }

    /// The headers that a block beginning with `start` may have. [`glance`](Framer::glance) at the end of each to see
    /// which is right.
    pub fn claims(start: &[u8]) -> impl Iterator<Item = Header> + '_ {
        let kinds = kinds(start.first().copied().unwrap_or(0)).iter();
        kinds.filter_map(|kind| Header::read(start, kind)).filter(|header| starts_soundly(start, *header))
    }

    /// The block that begins with `start` and ends where `header` says, if [`step`](Framer::step) would find it sound.
    /// The rest of its body is not needed: `start` is its header and the next [`GLANCE`] bytes, and `tail` begins with
    /// its end byte. `None` if something is wrong, or more of the file is needed. The span counts from the start of
    /// `start`.
    pub fn glance(&mut self, start: &[u8], header: Header, tail: Window<'_>) -> Option<FramedBlock> {
        match self.ends_soundly(start, header, tail, 1) {
            Check::Yes((header, Fit::Sound)) => {
                let mut block = FramedBlock::new(header, 0..header.block_len(), Fit::Sound);
                self.advance(block.span.len());
                self.learn(&mut block, start, tail.bytes.get(1..).unwrap_or_default());
                Some(block)
            }
            _ => None,
        }
    }

    /// Remembers what later blocks are judged by, and compares the block's key with known ones. `start` and `after` are
    /// the bytes that begin where the block starts and ends.
    fn learn(&mut self, block: &mut FramedBlock, start: &[u8], after: &[u8]) {
        self.last = Some(block.header);
        (self.is_lost, self.amid_foreign) = (false, false);
        if block.fit != Fit::Broken {
            // This block is new evidence, so what was ruled out may be a start after all.
            self.searched.set((0, 0));
        }
        let Some(key) = client_key(start, block.header.kind.layout) else { return };
        if *key == NO_KEY || self.known_keys.front() == Some(key) {
            return;
        }
        if !self.known_keys.contains(key) && block.header.kind.cipher == Cipher::Tea {
            let nearby = self.known_keys.iter().chain(client_key(after, Layout::Keyed));
            block.kin = nearby.into_iter().find(|other| *other != key && is_near(other, key)).map(|kin| Box::new(*kin));
        }
        if block.fit == Fit::Sound && block.kin.is_none() {
            self.known_keys.retain(|known| known != key);
            self.known_keys.push_front(*key);
            self.known_keys.truncate(Self::KNOWN_KEYS);
        }
    }

    /// The block at `at`, if everything that can be checked is right.
    pub(super) fn sound(&self, window: Window<'_>, at: usize) -> Check<FramedBlock> {
        let mut answer = Check::No;
        for kind in kinds(window.bytes.get(at).copied().unwrap_or(0)) {
            match self.sound_as(window, at, kind) {
                Check::Yes(block) => return Check::Yes(block),
                Check::More => answer = Check::More,
                Check::No => {}
            }
        }
        answer
    }

    fn sound_as(&self, window: Window<'_>, at: usize, kind: &'static BlockKind) -> Check<FramedBlock> {
        let Some(rest) = window.bytes.get(at..) else { return Check::No };
        let Some(header) = Header::read(rest, kind) else { return window.more() };
        if !starts_soundly(rest, header) {
            return Check::No;
        }
        let end = at + header.block_len();
        self.ends_soundly(rest, header, window, end).map(|(header, fit)| FramedBlock::new(header, at..end, fit))
    }

    /// Whether the block that begins with `start` ends at `end` in the window, and is followed by something plausible.
    /// Gives its header, and how well it fits.
    fn ends_soundly(&self, start: &[u8], header: Header, window: Window<'_>, end: usize) -> Check<(Header, Fit)> {
        match window.bytes.get(end - 1) {
            Some(0) => {}
            Some(_) => return Check::No,
            None => return window.more(),
        }
        let body = start.get(header.len()..).unwrap_or_default();
        if starts_with_zeros(body.get(..header.body_len()).unwrap_or(body)) {
            return Check::No;
        }
        let layout = header.kind.layout;
        let is_used = self.last.is_some_and(|last| last.kind.layout == layout);
        let is_familiar = layout == Layout::Keyed && self.key_is_familiar(start);
        let depth = if is_used || is_familiar { 1 } else { 2 };
        self.follows(window, end, layout, depth).map(|next| match self.repair_seq(header, next) {
            Some(repaired) => (repaired, Fit::Repaired(Field::Seq)),
            None => (header, Fit::Sound),
        })
    }

    /// Whether `at` holds something that can follow a block with this layout: the end of the file, zero fill, or a
    /// chain of `depth` headers. Gives the first of them.
    pub(super) fn follows(&self, window: Window<'_>, at: usize, layout: Layout, depth: usize) -> Check<Option<Header>> {
        #[cfg(test)]
        self.steps.set(self.steps.get() + 1);
        let Some(rest) = window.bytes.get(at..) else { return window.more() };
        let Some(&magic) = rest.first() else {
            return if window.eof { Check::Yes(None) } else { window.more() };
        };
        if magic == 0 {
            return self.fill_follows(window, at);
        }
        let mut answer = Check::No;
        for next in kinds(magic) {
            // The layout without hours is too little evidence where no block has used it before.
            let depth = if next.layout == Layout::Bare && layout != Layout::Bare { depth.max(3) } else { depth };
            let Some(header) = Header::read(rest, next) else {
                // A file that ends inside a header still proves the block before it.
                if window.eof && rest.len() < next.layout.header_len() {
                    return Check::Yes(None);
                }
                answer = window.more();
                continue;
            };
            let possible = header.is_possible() && frame_key_possible(rest, next);
            if !possible {
                continue;
            }
            if depth <= 1 || next.layout == Layout::Keyed && self.key_is_familiar(rest) {
                return Check::Yes(Some(header));
            }
            let deeper = match rest.get(header.block_len() - 1) {
                // Passing `Bare` keeps the depth from growing again, whatever layouts follow.
                Some(0) => self.follows(window, at + header.block_len(), Layout::Bare, depth - 1),
                Some(_) => Check::No,
                // Cut in its body: as good as can be had.
                None if window.eof => Check::Yes(None),
                None => window.more(),
            };
            match deeper {
                Check::Yes(_) => return Check::Yes(Some(header)),
                Check::More => answer = Check::More,
                Check::No => {}
            }
        }
        answer
    }

    /// Whether `at` begins zero fill: it is long, or ends with the file, or a block begins after it. None of this holds
    /// for the key field of a header.
    fn fill_follows(&self, window: Window<'_>, at: usize) -> Check<Option<Header>> {
        let rest = window.bytes.get(at..).unwrap_or_default();
        let fill = rest.iter().take(LONG_FILL).take_while(|&&byte| byte == 0).count();
        if fill == LONG_FILL || (fill == rest.len() && window.eof) {
            return Check::Yes(None);
        }
        if fill == rest.len() {
            return window.more();
        }
        self.starts_after_fill(window, at + fill)
    }

    /// Whether the key field of the header at the start of `bytes` is all zeros, or was seen before.
    pub(super) fn key_is_familiar(&self, bytes: &[u8]) -> bool {
        client_key(bytes, Layout::Keyed).is_some_and(|key| *key == NO_KEY || self.known_keys.contains(key))
    }

    /// The header with the seq that it must have had, if its neighbours show that the one it has is wrong.
    fn repair_seq(&self, header: Header, next: Option<Header>) -> Option<Header> {
        let (last, next) = (self.last?, next?);
        if header.kind.layout != next.kind.layout || header.kind.layout != last.kind.layout {
            return None;
        }
        if !header.kind.counted {
            return (header.seq != 0 && header.kind.layout != Layout::Bare).then_some(Header { seq: 0, ..header });
        }
        let expected = last.seq.checked_add(1)?;
        // A repeated seq is not an error, more than one wrong byte is not likely, and a seq that is the XOR key must
        // stay.
        let out_of_step = header.seq != last.seq && last.seq != 0 && next.seq == expected.checked_add(1)?;
        let wrong = header.seq ^ expected;
        let one_byte = wrong != 0 && (wrong & 0xFF == 0 || wrong >> 8 == 0);
        (out_of_step && one_byte && header.kind.cipher != Cipher::Xor).then_some(Header { seq: expected, ..header })
    }
}

/// How many bytes may be searched without result for each byte that has been framed.
const SEARCH_FACTOR: usize = 4;
/// How many more bytes may be searched without result, whatever the size of the file.
const MIN_SEARCH: usize = 4 << 20;

/// This many zeros are more than any header has.
const LONG_FILL: usize = 128;

impl Window<'_> {
    /// [`Check::More`], unless the window can't grow: then no.
    pub(super) fn more<T>(&self) -> Check<T> {
        if self.eof || self.bytes.len() >= MAX_WINDOW { Check::No } else { Check::More }
    }
}

/// If more bytes of two keys differ, they are different keys.
const MAX_KEY_ERRORS: usize = 8;

/// Whether two keys are the same apart from damage.
pub(super) fn is_near(one: &ClientKey, other: &ClientKey) -> bool {
    one.iter().zip(other).filter(|(a, b)| a != b).count() <= MAX_KEY_ERRORS
}

/// Whether the fields of a header are possible, as they must be in a sound block.
fn starts_soundly(bytes: &[u8], header: Header) -> bool {
    let kind = header.kind;
    // Only a cache file right after a flush holds a block of length 0.
    let length_possible = header.body_len() <= MAX_BODY && (header.length > 0 || kind.layout == Layout::Keyed);
    header.hours_possible() && length_possible && frame_key_possible(bytes, kind)
}

/// The layout of 2016 has four zeros where the later one has the key.
pub(super) fn frame_key_possible(bytes: &[u8], kind: &BlockKind) -> bool {
    kind.layout != Layout::Legacy || bytes.get(9..13) == Some(&[0; 4])
}

/// Whether a body starts like zero fill, which a stray byte can make look like a header. No codec's output does.
pub(super) fn starts_with_zeros(body: &[u8]) -> bool {
    body.len() >= 4 && body.iter().take(GLANCE).all(|&byte| byte == 0)
}

#[cfg(test)]
mod tests;
