//! The result of decoding a batch: text, blocks, and what stands between them. Many batches are decoded at once; the
//! module `order` puts their results in the order of the file.

use std::ops::Range;

use crate::codec::Fault;
use crate::codec::partial::{Behind, BehindPiece, PartialLine, PartialText};
use crate::codec::text::Text;
use crate::xlog::framing::{FramedBlock, Window};
use crate::xlog::header::client_key;
use crate::xlog::seq::{Continuity, SeqTracker};
use crate::xlog::{Cipher, Field, Fit, Frame, FrameStep, Framer, Header, Layout};

use super::batch::Batch;
use super::body::{Body, BodyOutcome, BodyReader, DecodeOptions};
use super::item::{Block, GapCause};
use super::pipeline::Turn;

/// What a batch, or a part of it, was decoded to.
#[derive(Debug, Default)]
pub struct Decoded {
    /// How many bytes of the file it covers.
    pub bytes: u64,
    /// The text of all its blocks, concatenated.
    pub text: Text,
    /// The blocks.
    pub blocks: Vec<Block>,
    /// What stands between them, each with the index of the block that comes after it.
    pub between: Vec<(usize, Between)>,
    /// The lines that are known in part, concatenated.
    pub partial: PartialText,
    /// Where in the text something is missing, or may be.
    breaks: Vec<usize>,
    /// Whether seq continues, judging by this batch alone.
    sequence: SeqTracker,
}

/// A chunk of text: what one batch gave.
#[derive(Clone, Copy, Debug)]
pub struct TextChunk<'a> {
    /// The text of all blocks of the batch.
    pub text: &'a [u8],
    /// The positions in it, in bytes and in order, where something is missing or seq does not continue: the text before
    /// such a position and the text after it do not belong together.
    pub breaks: &'a [usize],
}

impl<'a> TextChunk<'a> {
    /// The text split at its breaks: the position of each part, in bytes, and its text.
    pub fn parts(self) -> impl Iterator<Item = (usize, &'a [u8])> {
        let TextChunk { text, breaks } = self;
        let starts = std::iter::once(0).chain(breaks.iter().copied());
        let ends = breaks.iter().copied().chain([text.len()]);
        starts.zip(ends).filter_map(move |(start, end)| Some((start, text.get(start..end)?)))
    }
}

/// Bytes of the file that gave no text.
#[derive(Debug)]
pub struct Lost {
    /// Their position in the file.
    pub offset: u64,
    /// How many.
    pub len: u64,
    /// Why.
    pub cause: GapCause,
}

/// What stands between two blocks.
#[derive(Debug)]
pub enum Between {
    /// Bytes that gave no text.
    Gap(Lost),
    /// Zeros. What they mean depends on what comes before and after them.
    Fill {
        /// Their position in the file.
        offset: u64,
        /// How many.
        len: u64,
    },
    /// Text of the block before that comes behind a gap in it.
    Rest(Range<usize>),
    /// A line of the block before that is known in part.
    Partial(Range<usize>),
}

/// How much memory for text stays allocated from one part of a batch to the next, in bytes.
const KEEP_TEXT: usize = 4 << 20;

/// A part of a batch ends after this much text, in bytes. Most batches have less, and a decompression bomb gets a part
/// of its own. A part that is decoded ahead of its turn never has more: a block that would exceed it has to wait.
const PART: usize = 4 << 20;

/// A batch that is being decoded, part by part.
#[derive(Debug)]
pub struct BatchJob {
    /// The batch.
    pub batch: Batch,
    /// The first frame that has not been decoded yet.
    next: usize,
}

impl BatchJob {
    /// A job for all of `batch`.
    pub fn new(batch: Batch) -> BatchJob {
        BatchJob { batch, next: 0 }
    }

    /// Whether all of the batch has been decoded.
    pub fn is_over(&self) -> bool {
        self.next >= self.batch.frames.len()
    }
}

impl Decoded {
    /// Whether nothing has been decoded into it.
    pub fn is_empty(&self) -> bool {
        self.blocks.is_empty() && self.between.is_empty()
    }

    /// How much memory its text takes, in bytes.
    pub fn weight(&self) -> usize {
        self.text.capacity()
    }

    /// The text, for those who want to inspect it before it is put in order.
    pub fn chunk(&self) -> TextChunk<'_> {
        TextChunk { text: self.text.bytes(), breaks: &self.breaks }
    }

    /// Empties it.
    pub fn clear(&mut self) {
        self.bytes = 0;
        self.text.clear(KEEP_TEXT);
        self.blocks.clear();
        self.between.clear();
        self.partial.clear();
        self.breaks.clear();
        self.sequence = SeqTracker::default();
    }

    /// Replaces the contents by the next part of `job`.
    pub fn fill(&mut self, job: &mut BatchJob, turn: Turn, reader: &mut BodyReader, options: DecodeOptions<'_>) {
        self.clear();
        while let Some(frame) = job.batch.frames.get(job.next)
            && self.text.len() < PART
        {
            let room = PART - self.text.len();
            if turn == Turn::Now || options.text_limit <= room {
                self.push_frame(&job.batch, frame, reader, options);
            } else if !self.push_frame_within(room, &job.batch, frame, reader, options) {
                return;
            }
            job.next += 1;
        }
    }

    /// Decodes a frame if its text fits into `room`. Otherwise changes nothing, and returns false.
    fn push_frame_within(
        &mut self,
        room: usize,
        batch: &Batch,
        frame: &Frame,
        reader: &mut BodyReader,
        options: DecodeOptions<'_>,
    ) -> bool {
        let (bytes, sequence) = (self.bytes, self.sequence.clone());
        let (text, blocks) = (self.text.len(), self.blocks.len());
        let (between, breaks, partial) = (self.between.len(), self.breaks.len(), self.partial.len());
        reader.is_over_limit = false;
        self.push_frame(batch, frame, reader, DecodeOptions { text_limit: room, ..options });
        if reader.is_over_limit {
            (self.bytes, self.sequence) = (bytes, sequence);
            self.text.truncate(text);
            self.blocks.truncate(blocks);
            self.between.truncate(between);
            self.breaks.truncate(breaks);
            self.partial.truncate(partial);
        }
        !reader.is_over_limit
    }

    fn push_frame(&mut self, batch: &Batch, frame: &Frame, reader: &mut BodyReader, options: DecodeOptions<'_>) {
        match frame {
            Frame::Block(framed) => self.push_block(batch, framed, reader, options),
            Frame::Foreign(range) => {
                let (offset, len) = (batch.base + range.start as u64, range.len() as u64);
                self.bytes += len;
                self.push_between(Between::Gap(Lost { offset, len, cause: GapCause::Foreign }));
            }
            Frame::Fill(range) => {
                let (offset, len) = (batch.base + range.start as u64, range.len() as u64);
                self.bytes += len;
                self.push_between(Between::Fill { offset, len });
            }
        }
    }

    fn push_between(&mut self, between: Between) {
        self.push_break(self.text.len());
        self.between.push((self.blocks.len(), between));
    }

    fn push_break(&mut self, at: usize) {
        if self.breaks.last() != Some(&at) {
            self.breaks.push(at);
        }
    }

    fn push_gap(&mut self, batch: &Batch, unread: Unread) {
        let Unread { at, len, cause, .. } = unread;
        self.push_between(Between::Gap(Lost { offset: batch.base + at as u64, len: len as u64, cause }));
    }

    fn push_block(&mut self, batch: &Batch, framed: &FramedBlock, reader: &mut BodyReader, options: DecodeOptions<'_>) {
        let start = self.text.len();
        let Some(mut unread) = self.read_block(batch, framed, reader, options) else { return };
        // Blocks inside this one share its limit.
        let text_limit = options.text_limit.saturating_sub(self.text.len() - start);
        let options = DecodeOptions { text_limit, ..options };
        let is_damage = matches!(unread.cause, GapCause::Body(Fault::Corrupt | Fault::Truncated));
        let may_swallow = framed.fit == Fit::Sound && framed.holes.is_empty() && is_damage;
        let behind = self.read_on(batch, framed, &unread, start, reader, options);
        if matches!(unread.cause, GapCause::Encrypted { .. }) && behind.has_text() {
            // A key has read what is behind.
            unread.cause = GapCause::Body(Fault::Corrupt);
        }
        let end = unread.at + unread.len;
        let mut lost = |this: &mut Decoded, at: usize, len: usize| {
            let swallowed_from = at..framed.span.end;
            if may_swallow && has_start(batch, swallowed_from.clone(), len) {
                let after = this.push_swallowed(batch, swallowed_from, &unread.cause, reader, options);
                if after > at {
                    if end > after {
                        this.push_gap(
                            batch,
                            Unread { at: after, len: end - after, cause: unread.cause.clone(), resume: None },
                        );
                    }
                    return false;
                }
            }
            this.push_gap(batch, Unread { at, len, cause: unread.cause.clone(), resume: None });
            true
        };
        if !behind.has_text() {
            lost(self, unread.at, unread.len);
            return;
        }
        for piece in &behind.pieces {
            match piece {
                BehindPiece::Lost(range) => {
                    // What comes behind a block inside this one is no part of it.
                    if !lost(self, window_position(framed, range.start), range.len()) {
                        return;
                    }
                }
                BehindPiece::Whole(range) => {
                    self.push_rest(behind.text.part(range.clone()).whole().unwrap_or_default())
                }
                BehindPiece::Partial(range) => self.push_partial(behind.text.part(range.clone())),
            }
        }
    }

    /// Reads a body on behind damage.
    fn read_on(
        &self,
        batch: &Batch,
        framed: &FramedBlock,
        unread: &Unread,
        text_start: usize,
        reader: &mut BodyReader,
        options: DecodeOptions<'_>,
    ) -> Behind {
        let (Some(resume), GapCause::Body(Fault::Corrupt | Fault::Truncated) | GapCause::Encrypted { tried: true, .. }) =
            (&unread.resume, &unread.cause)
        else {
            return Behind::default();
        };
        let mut joined = Vec::new();
        let bytes = body_bytes(framed, batch.bytes(), &mut joined);
        let client = batch.bytes().get(framed.span.start..);
        let client = client.and_then(|bytes| client_key(bytes, framed.header.kind.layout));
        let body = Body {
            header: resume.header,
            client,
            kin: framed.kin.as_deref(),
            bytes,
            is_broken: framed.fit == Fit::Broken,
            overlap: framed.overlap,
        };
        let before = self.text.bytes().get(text_start..).unwrap_or_default();
        reader.read_on(body, options, resume.from..resume.until, before)
    }

    /// Adds text of the last block that comes behind a gap in it.
    fn push_rest(&mut self, text: &[u8]) {
        let start = self.text.len();
        self.text.push(text);
        if let Some(block) = self.blocks.last_mut() {
            block.text_behind_gap += text.len();
        }
        self.push_break(start);
        self.between.push((self.blocks.len(), Between::Rest(start..self.text.len())));
        self.push_break(self.text.len());
    }

    /// Adds a line of the last block that is known in part.
    fn push_partial(&mut self, line: PartialLine<'_>) {
        let start = self.partial.len();
        self.partial.extend(line);
        self.push_between(Between::Partial(start..self.partial.len()));
    }

    /// Adds a block that the framer found sound without seeing its body. The block starts at `offset` with the bytes
    /// `start`, and its body ends with `body_end`: the last [`CHECKED`] bytes, or fewer if the body is shorter.
    pub fn push_unread_block(&mut self, offset: u64, header: Header, start: &[u8], body_end: &[u8]) {
        let (client, at) = (client_key(start, header.kind.layout), self.text.len());
        self.bytes += header.block_len() as u64;
        self.blocks.push(Block {
            offset,
            header,
            client: client.filter(|_| header.kind.cipher == Cipher::Tea).map(|key| Box::new(*key)),
            fit: Fit::Sound,
            guest: false,
            continuity: Continuity::Continues,
            unwanted: true,
            text: at..at,
            text_behind_gap: 0,
            checksum: checksum(header, body_end, header.body_len()),
        });
    }

    /// Adds a block with as much text as can be read. Returns what can't be read.
    fn read_block(
        &mut self,
        batch: &Batch,
        framed: &FramedBlock,
        reader: &mut BodyReader,
        options: DecodeOptions<'_>,
    ) -> Option<Unread> {
        let FramedBlock { header, span, holes, fit, kin, guest, overlap } = framed;
        let (mut header, mut fit) = (*header, *fit);
        let bytes = batch.bytes();
        self.bytes += (span.len() - holes.iter().map(|hole| hole.len()).sum::<usize>()) as u64;

        let mut joined = Vec::new();
        let body_bytes = body_bytes(framed, bytes, &mut joined);
        let client = bytes.get(span.start..).and_then(|bytes| client_key(bytes, header.kind.layout));
        let body = Body {
            header,
            client,
            kin: kin.as_deref(),
            bytes: body_bytes,
            is_broken: fit == Fit::Broken,
            overlap: *overlap,
        };
        let start = self.text.len();
        let unwanted = fit == Fit::Sound && options.wanted.is_some_and(|wanted| !wanted(&header));
        let BodyOutcome { mut lost_from, mut lost, cause, kind, stream_at } =
            if unwanted { BodyOutcome::nothing_lost(body) } else { reader.read(body, options, &mut self.text) };

        if fit == Fit::Broken && body_bytes.get(lost_from) == Some(&0) {
            // This is the end byte, though not where the header says.
            (lost_from, lost) = (lost_from + 1, lost - 1);
        }
        if kind != header.kind {
            header.kind = kind;
            fit = if fit == Fit::Sound { Fit::Repaired(Field::Magic) } else { fit };
        }
        // Bytes that the next block has as well are not lost.
        lost = lost.saturating_sub(*overlap);
        if fit == Fit::Broken && lost == 0 {
            fit = Fit::Repaired(Field::Length);
        }

        let checksum = checksum(header, body_bytes, body_bytes.len());
        if !guest && self.sequence.observe(&header, checksum) != Continuity::Continues {
            self.push_break(start);
        }
        self.blocks.push(Block {
            offset: batch.base + span.start as u64,
            header,
            client: client.filter(|_| header.kind.cipher == Cipher::Tea).map(|key| Box::new(*key)),
            fit,
            guest: *guest,
            unwanted,
            text: start..self.text.len(),
            text_behind_gap: 0,
            checksum,
            // Known once the blocks of all batches are in order.
            continuity: Continuity::Continues,
        });
        let left_over = (fit == Fit::Broken).then_some(GapCause::Foreign);
        let resume = Resume { header, from: stream_at, until: lost_from + lost };
        let at = window_position(framed, lost_from);
        Some(Unread { at, len: lost, cause: cause.or(left_over)?, resume: Some(resume) })
    }

    /// Adds the blocks inside `lost`, the unreadable end of a block. If bytes are missing from a block, its length
    /// field reaches into the blocks after it, and may point to the end of one of them by chance. Returns the end of
    /// the last block found.
    fn push_swallowed(
        &mut self,
        batch: &Batch,
        lost: Range<usize>,
        cause: &GapCause,
        reader: &mut BodyReader,
        options: DecodeOptions<'_>,
    ) -> usize {
        let (mut framer, mut at, mut lost_at, text_start) = (Framer::new(), 0, lost.start, self.text.len());
        let window = Window { bytes: batch.bytes().get(lost.clone()).unwrap_or_default(), eof: true };
        while let FrameStep::Frame(frame) = framer.step(window, at) {
            at = frame.span().end.max(at);
            let Frame::Block(block) = frame else { continue };
            // Only blocks beyond doubt: no body contains the 64 bytes of a key field by chance.
            if block.fit != Fit::Sound || !block.holes.is_empty() || block.header.kind.layout != Layout::Keyed {
                continue;
            }
            let span = lost.start + block.span.start..lost.start + block.span.end;
            let mut found = Decoded::default();
            let text_limit = options.text_limit.saturating_sub(self.text.len() - text_start);
            let options = DecodeOptions { text_limit, ..options };
            let unread = found.read_block(batch, &FramedBlock { span: span.clone(), ..block }, reader, options);
            if found.text.is_empty() || unread.is_some() {
                continue;
            }
            // It may be the end byte of this block.
            let is_end = lost_at + 1 == span.start && batch.bytes().get(lost_at) == Some(&0);
            if span.start > lost_at && !is_end {
                let len = span.start - lost_at;
                self.push_gap(batch, Unread { at: lost_at, len, cause: cause.clone(), resume: None });
            }
            let start = self.text.len();
            self.text.push(found.text.bytes());
            let text = start..self.text.len();
            self.blocks.extend(found.blocks.into_iter().map(|block| Block { text: text.clone(), ..block }));
            lost_at = span.end;
        }
        lost_at
    }
}

/// Whether a block starts in the first `len` bytes of `range`.
fn has_start(batch: &Batch, range: Range<usize>, len: usize) -> bool {
    let window = Window { bytes: batch.bytes().get(range).unwrap_or_default(), eof: true };
    Framer::new().starts_in(window, len)
}

/// The part of a block that could not be read.
struct Unread {
    /// Its position in the batch.
    at: usize,
    /// Its length, in bytes.
    len: usize,
    /// Why.
    cause: GapCause,
    /// How the body could be read on.
    resume: Option<Resume>,
}

/// How a body can be read on behind damage.
struct Resume {
    /// The header, with the kind that it was read as.
    header: Header,
    /// Where the damage begins in the stream.
    from: usize,
    /// Where the body ends.
    until: usize,
}

/// The bytes of a block's body, without what other processes wrote into it. They are copied to `joined` if need be.
fn body_bytes<'a>(framed: &FramedBlock, bytes: &'a [u8], joined: &'a mut Vec<u8>) -> &'a [u8] {
    let mut pieces = framed.body().filter_map(|range| bytes.get(range));
    let body = if framed.holes.is_empty() {
        pieces.next().unwrap_or_default()
    } else {
        joined.extend(pieces.flatten());
        joined
    };
    // A broken block that runs up to the next one still has its end byte.
    match framed.fit {
        Fit::Broken if framed.overlap == 0 => body.strip_suffix(&[0]).unwrap_or(body),
        _ => body,
    }
}

/// Where a position in the body is in the window, holes included.
fn window_position(framed: &FramedBlock, mut body_at: usize) -> usize {
    for piece in framed.body() {
        if body_at < piece.len() {
            return piece.start + body_at;
        }
        body_at -= piece.len();
    }
    framed.span.end.saturating_sub(1)
}

/// How many bytes at the end of a body go into its checksum.
pub const CHECKED: usize = 4096;

/// The checksum of a body of `body_len` bytes, made from its end: in a compressed stream, the end depends on all that
/// comes before it, and hashing the whole body would cost more.
fn checksum(header: Header, body_end: &[u8], body_len: usize) -> u32 {
    if !header.kind.counted {
        return 0;
    }
    let end = body_end.get(body_end.len().saturating_sub(CHECKED)..).unwrap_or(body_end);
    crc32fast::hash(end) ^ body_len as u32
}

/// The default limit for the text of one block: 64 MiB.
pub const TEXT_LIMIT: usize = 64 << 20;
