//! Framing: where each block starts and ends.
//!
//! A file has no index and a block no checksum, so a block is believed for what stands around it: its fields are
//! possible, its end byte is 0x00, and where it ends the next one starts (or the file ends, or zero fill begins).
//! Undamaged files are framed here, one look ahead. Where that chain breaks, the module `resync` weighs what
//! is left.
//!
//! Every byte of the input belongs to exactly one [`Frame`].

use std::cell::Cell;
use std::collections::VecDeque;
use std::ops::Range;

use super::header::{ClientKey, Field, Header, MAX_BODY, NO_KEY, client_key};
use super::magic::{BlockKind, Cipher, Layout, kinds};

/// The most bytes that the framer asks to see at once.
pub const MAX_WINDOW: usize = MAX_BODY + (1 << 20);

/// How many bytes of a body tell whether it starts as one: see [`Framer::glance`].
pub const GLANCE: usize = 8;

/// The bytes that the framer sees: a stretch of the file.
#[derive(Clone, Copy, Debug)]
pub struct Window<'a> {
    /// The stretch.
    pub bytes: &'a [u8],
    /// Whether the file ends where the stretch ends.
    pub eof: bool,
}

/// What [`Framer::step`] found.
#[derive(Debug, PartialEq, Eq)]
pub enum FrameStep {
    /// The next frame.
    Frame(Frame),
    /// The window is too short to tell, or at its end: come again with more bytes.
    More,
    /// The end of the file.
    End,
}

/// A stretch of the file. All ranges count from the start of the window.
#[derive(Debug, PartialEq, Eq)]
pub enum Frame {
    /// A block, whole or damaged.
    Block(FramedBlock),
    /// Bytes that belong to no block.
    Foreign(Range<usize>),
    /// Zeros between blocks: the rest of a cache file, or a page that was never written.
    Fill(Range<usize>),
}

impl Frame {
    /// Where it starts and ends.
    pub fn span(&self) -> &Range<usize> {
        match self {
            Frame::Block(block) => &block.span,
            Frame::Foreign(range) | Frame::Fill(range) => range,
        }
    }
}

/// Where a block stands.
#[derive(Debug, PartialEq, Eq)]
pub struct FramedBlock {
    /// Its fields. Those that were wrong have been put right where possible.
    pub header: Header,
    /// From its first byte to its end byte; for a broken block, to where the next frame starts.
    pub span: Range<usize>,
    /// What stands inside the span but belongs to other frames: blocks that another process wrote into this one.
    pub holes: Vec<Range<usize>>,
    /// How well it fits.
    pub fit: Fit,
    /// How many bytes behind its span may be its body's as well: what damage has moved together is in two places.
    pub overlap: usize,
    /// It stands in the middle of another block, and belongs to another process.
    pub guest: bool,
    /// Where the block is encrypted with a key that nobody has seen: a key from nearby that differs in so few bytes
    /// that one of the two must be damaged.
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

    /// The pieces of the file that make up the body, holes and end byte left out. A broken block's body runs to the
    /// end of its span.
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
    /// All that can be checked is right.
    Sound,
    /// One field was wrong; all else says that the block is whole.
    Repaired(Field),
    /// It does not end where its header says, or nothing follows that could: the span is the most that can belong
    /// to it.
    Broken,
}

/// Tells a stream of bytes apart into [`Frame`]s. Keeps what it learned of the file so far.
#[derive(Debug, Default)]
pub struct Framer {
    /// The last block that was believed.
    pub(super) last: Option<Header>,
    /// Client keys of blocks that were believed, the latest first.
    pub(super) known_keys: VecDeque<ClientKey>,
    /// The last bytes belonged to no block, so none is due here either.
    is_lost: bool,
    /// The last frame was foreign bytes. They may have ended for no other reason than that they were many, or the
    /// window short.
    pub(super) amid_foreign: bool,
    /// A stretch of the window in which no block starts, as far as is known.
    pub(super) searched: Cell<(usize, usize)>,
    /// How often a key has been looked for in what follows.
    pub(super) key_searches: Cell<u32>,
    /// How many bytes have been framed so far.
    framed: Cell<usize>,
    /// How many bytes have been looked at for blocks inside others, in vain.
    pub(super) wasted: Cell<usize>,
    /// How often it was asked whether a block starts somewhere, or can follow there.
    #[cfg(test)]
    pub(super) steps: Cell<usize>,
    /// Frames that are already settled.
    queue: VecDeque<Frame>,
}

/// Answer of a check that may need more bytes than there are.
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

    /// The frame that starts at `at`. The next call starts where this frame's span ends, but for a block with holes:
    /// the frames that fill its holes come out first, whatever `at` is. A window stays until [`FrameStep::More`].
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

    /// The next window starts elsewhere, or shows more: what is known of this one says nothing about it.
    fn more(&self) -> FrameStep {
        self.searched.set((0, 0));
        FrameStep::More
    }

    fn advance(&self, bytes: usize) {
        self.framed.set(self.framed.get().saturating_add(bytes));
    }

    /// How many bytes may still be looked at for blocks inside others, in vain: a few times what has been framed, so that
    /// all of it stays in proportion to the file.
    pub(super) fn search_budget(&self) -> usize {
        let in_all = self.framed.get().saturating_mul(SEARCH_FACTOR).saturating_add(MIN_SEARCH);
        in_all.saturating_sub(self.wasted.get())
    }

    pub(super) fn enqueue(&mut self, frames: impl IntoIterator<Item = Frame>) {
        self.queue.extend(frames);
    }

    /// The headers that `head` can be the start of, for a [`glance`](Framer::glance) at where each says that its block
    /// ends.
    pub fn claims(head: &[u8]) -> impl Iterator<Item = Header> + '_ {
        let kinds = kinds(head.first().copied().unwrap_or(0)).iter();
        kinds.filter_map(|kind| Header::read(head, kind)).filter(|header| starts_soundly(head, *header))
    }

    /// The block that starts like `head` and ends where `header` says, if [`step`](Framer::step) would find it sound.
    /// What lies between need not be read: `head` is its header and the [`GLANCE`] bytes behind it, `tail` begins with
    /// its end byte. `None`: there is something wrong, or more of the file has to be seen. The span counts from the
    /// start of `head`.
    pub fn glance(&mut self, head: &[u8], header: Header, tail: Window<'_>) -> Option<FramedBlock> {
        match self.ends_soundly(head, header, tail, 1) {
            Check::Yes((header, Fit::Sound)) => {
                let mut block = FramedBlock::new(header, 0..header.block_len(), Fit::Sound);
                self.advance(block.span.len());
                self.learn(&mut block, head, tail.bytes.get(1..).unwrap_or_default());
                Some(block)
            }
            _ => None,
        }
    }

    /// Remembers what later blocks can be measured by, and measures the block's key. `start` and `behind` are the
    /// bytes from the block's start and from its end on.
    fn learn(&mut self, block: &mut FramedBlock, start: &[u8], behind: &[u8]) {
        self.last = Some(block.header);
        (self.is_lost, self.amid_foreign) = (false, false);
        if block.fit != Fit::Broken {
            // A block that is believed is evidence for others.
            self.searched.set((0, 0));
        }
        let Some(key) = client_key(start, block.header.kind.layout) else { return };
        if *key == NO_KEY || self.known_keys.front() == Some(key) {
            return;
        }
        if !self.known_keys.contains(key) && block.header.kind.cipher == Cipher::Tea {
            let nearby = self.known_keys.iter().chain(client_key(behind, Layout::Keyed));
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

    /// Whether the block that starts like `head` ends before `end` in the window, and something follows that can.
    /// Gives its header, and how well it fits.
    fn ends_soundly(&self, head: &[u8], header: Header, window: Window<'_>, end: usize) -> Check<(Header, Fit)> {
        match window.bytes.get(end - 1) {
            Some(0) => {}
            Some(_) => return Check::No,
            None => return window.more(),
        }
        let body = head.get(header.len()..).unwrap_or_default();
        if starts_with_zeros(body.get(..header.body_len()).unwrap_or(body)) {
            return Check::No;
        }
        let layout = header.kind.layout;
        let used = self.last.is_some_and(|last| last.kind.layout == layout);
        let familiar = layout == Layout::Keyed && self.key_is_familiar(head);
        let depth = if used || familiar { 1 } else { 2 };
        self.follows(window, end, layout, depth).map(|next| match self.repair_seq(header, next) {
            Some(repaired) => (repaired, Fit::Repaired(Field::Seq)),
            None => (header, Fit::Sound),
        })
    }

    /// Whether what stands at `at` can follow a block with this header shape: the end of the file, zero fill, or a
    /// header that leads on to another, `depth` in all. Gives the header.
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
            // The shape without hours says too little by itself where nobody has used it before.
            let depth = if next.layout == Layout::Bare && layout != Layout::Bare { depth.max(3) } else { depth };
            let Some(header) = Header::read(rest, next) else {
                // A file that is cut inside a header still proves the block before it.
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
                // From here on the depth only sinks, whatever shapes come.
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

    /// Zero fill is long, or ends with the file or where a block is due. A header's key field is neither.
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

    /// Whether the key field of the header at the start of `bytes` is all zeros or one that was seen before.
    pub(super) fn key_is_familiar(&self, bytes: &[u8]) -> bool {
        client_key(bytes, Layout::Keyed).is_some_and(|key| *key == NO_KEY || self.known_keys.contains(key))
    }

    /// The header with the seq that it must have had, where its neighbours agree on another than the one it has.
    fn repair_seq(&self, header: Header, next: Option<Header>) -> Option<Header> {
        let (last, next) = (self.last?, next?);
        if header.kind.layout != next.kind.layout || header.kind.layout != last.kind.layout {
            return None;
        }
        if !header.kind.counted {
            return (header.seq != 0 && header.kind.layout != Layout::Bare).then_some(Header { seq: 0, ..header });
        }
        let expected = last.seq.checked_add(1)?;
        // A repeat is none, one wrong byte is enough, and where seq is the key, it is not to be touched.
        let out_of_step = header.seq != last.seq && last.seq != 0 && next.seq == expected.checked_add(1)?;
        let wrong = header.seq ^ expected;
        let one_byte = wrong != 0 && (wrong & 0xFF == 0 || wrong >> 8 == 0);
        (out_of_step && one_byte && header.kind.cipher != Cipher::Xor).then_some(Header { seq: expected, ..header })
    }
}

/// So many times as many bytes as have been framed may be looked at in vain.
const SEARCH_FACTOR: usize = 4;
/// And so many bytes more.
const MIN_SEARCH: usize = 4 << 20;

/// More zeros than any header has.
const LONG_FILL: usize = 128;

impl Window<'_> {
    /// "More", unless the window is as long as it can get.
    pub(super) fn more<T>(&self) -> Check<T> {
        if self.eof || self.bytes.len() >= MAX_WINDOW { Check::No } else { Check::More }
    }
}

/// So many bytes of a key field may be wrong before it is another key.
const MAX_KEY_ERRORS: usize = 8;

/// Whether two keys are the same but for damage.
pub(super) fn is_near(one: &ClientKey, other: &ClientKey) -> bool {
    one.iter().zip(other).filter(|(a, b)| a != b).count() <= MAX_KEY_ERRORS
}

/// Whether the fields of a header are possible: the first thing that a sound block has to have.
fn starts_soundly(bytes: &[u8], header: Header) -> bool {
    let kind = header.kind;
    // A block of length 0 is what a cache file holds right after a flush, and nothing anywhere else.
    let length_possible = header.body_len() <= MAX_BODY && (header.length > 0 || kind.layout == Layout::Keyed);
    header.hours_possible() && length_possible && frame_key_possible(bytes, kind)
}

/// The 2016 shape has four zeros where later ones have the key.
pub(super) fn frame_key_possible(bytes: &[u8], kind: &BlockKind) -> bool {
    kind.layout != Layout::Legacy || bytes.get(9..13) == Some(&[0; 4])
}

/// No codec's output starts like this; zero fill that a stray byte turns into a header does.
pub(super) fn starts_with_zeros(body: &[u8]) -> bool {
    body.len() >= 4 && body.iter().take(GLANCE).all(|&byte| byte == 0)
}

#[cfg(test)]
mod tests;
