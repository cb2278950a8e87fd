//! From frames to text: the work that is done on many batches at once.

use std::ops::Range;

use crate::codec::Fault;
use crate::codec::text::Text;
use crate::xlog::framing::{FramedBlock as Framed, Window};
use crate::xlog::header::client_key;
use crate::xlog::seq::{Continuity, SeqTracker};
use crate::xlog::{Cipher, Field, Fit, Frame, Framer, Header, Layout, Step};

use super::batch::Batch;
use super::item::{Block, GapCause};
use super::pipeline::Turn;
use super::reading::{BodyReader, Reading, Rules, Task};

/// What a batch came to.
#[derive(Debug, Default)]
pub struct Decoded {
    /// Bytes of the file that the batch stands for.
    pub bytes: u64,
    /// The text of all its blocks, one after the other.
    pub text: Text,
    /// The blocks.
    pub blocks: Vec<Block>,
    /// What stands between them: before the block with this index.
    pub events: Vec<(usize, Event)>,
    /// Where in the text something is missing, or may be.
    breaks: Vec<usize>,
    /// Whether seq goes on, as far as the batch alone tells.
    sequence: SeqTracker,
}

/// A chunk of text: what one batch gave.
#[derive(Clone, Copy, Debug)]
pub struct TextChunk<'a> {
    /// The text, of block after block.
    pub text: &'a [u8],
    /// Places in it, in bytes, where something is missing, or where seq does not go on, in order: what stands before has
    /// nothing to do with what stands behind.
    pub breaks: &'a [usize],
}

impl<'a> TextChunk<'a> {
    /// The parts that its breaks make of it: where each starts, in bytes, and its text.
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
    /// Where they start in the file.
    pub offset: u64,
    /// How many.
    pub len: u64,
    /// Why.
    pub cause: GapCause,
}

/// What stands between blocks.
#[derive(Debug)]
pub enum Event {
    /// Something gave no text.
    Gap(Lost),
    /// Zeros: what they mean depends on what stands around them.
    Fill {
        /// Where they start in the file.
        offset: u64,
        /// How many.
        len: u64,
    },
}

/// Text of a part of a batch that is kept allocated for the next, in bytes.
const KEEP_TEXT: usize = 4 << 20;

/// With so much text, in bytes, a part of a batch ends. Most batches have less; of bombs, none shares it with another.
/// Ahead of its turn, a part never has more: a block that does not fit waits for the turn.
const PART: usize = 4 << 20;

/// A batch, and where in it the next part begins.
#[derive(Debug)]
pub struct Job {
    /// The batch.
    pub batch: Batch,
    /// The first frame that has not been decoded.
    next: usize,
}

impl Job {
    /// All of `batch`.
    pub fn new(batch: Batch) -> Job {
        Job { batch, next: 0 }
    }

    /// Whether all of it is decoded.
    pub fn is_over(&self) -> bool {
        self.next >= self.batch.frames.len()
    }
}

impl Decoded {
    /// Whether nothing has been decoded into it.
    pub fn is_empty(&self) -> bool {
        self.blocks.is_empty() && self.events.is_empty()
    }

    /// Decodes the next part of `job` into this.
    pub fn fill(&mut self, job: &mut Job, turn: Turn, reader: &mut BodyReader, rules: Rules<'_>) {
        self.clear();
        while let Some(frame) = job.batch.frames.get(job.next)
            && self.text.len() < PART
        {
            let room = PART - self.text.len();
            if turn == Turn::Now || rules.text_limit <= room {
                self.frame(&job.batch, frame, reader, rules);
            } else if !self.frame_within(room, &job.batch, frame, reader, rules) {
                return;
            }
            job.next += 1;
        }
    }

    /// Decodes a frame that has no more text than `room`. If it has, nothing has happened.
    fn frame_within(
        &mut self,
        room: usize,
        batch: &Batch,
        frame: &Frame,
        reader: &mut BodyReader,
        rules: Rules<'_>,
    ) -> bool {
        let (bytes, sequence) = (self.bytes, self.sequence.clone());
        let (text, blocks) = (self.text.len(), self.blocks.len());
        let (events, breaks) = (self.events.len(), self.breaks.len());
        reader.is_over_limit = false;
        self.frame(batch, frame, reader, Rules { text_limit: room, ..rules });
        if reader.is_over_limit {
            (self.bytes, self.sequence) = (bytes, sequence);
            self.text.truncate(text);
            self.blocks.truncate(blocks);
            self.events.truncate(events);
            self.breaks.truncate(breaks);
        }
        !reader.is_over_limit
    }

    fn frame(&mut self, batch: &Batch, frame: &Frame, reader: &mut BodyReader, rules: Rules<'_>) {
        match frame {
            Frame::Block(framed) => self.block(batch, framed, reader, rules),
            Frame::Foreign(range) => {
                let (offset, len) = (batch.base + range.start as u64, range.len() as u64);
                self.bytes += len;
                self.event(Event::Gap(Lost { offset, len, cause: GapCause::Foreign }));
            }
            Frame::Fill(range) => {
                let (offset, len) = (batch.base + range.start as u64, range.len() as u64);
                self.bytes += len;
                self.event(Event::Fill { offset, len });
            }
        }
    }

    /// How much memory its text takes, in bytes.
    pub fn weight(&self) -> usize {
        self.text.capacity()
    }

    /// Forgets what it holds.
    pub fn clear(&mut self) {
        self.bytes = 0;
        self.text.clear(KEEP_TEXT);
        self.blocks.clear();
        self.events.clear();
        self.breaks.clear();
        self.sequence = SeqTracker::default();
    }

    /// Takes a sound block that starts at `offset` and begins like `head`; of its body, no more than what
    /// [`CHECKED`] says has been read.
    pub fn glanced(&mut self, offset: u64, header: Header, head: &[u8], body_end: &[u8]) {
        let (client, at) = (client_key(head, header.kind.layout), self.text.len());
        self.bytes += header.block_len() as u64;
        self.blocks.push(Block {
            offset,
            header,
            client: client.filter(|_| header.kind.cipher == Cipher::Tea).map(|key| Box::new(*key)),
            fit: Fit::Sound,
            guest: false,
            unwanted: true,
            text: at..at,
            checksum: checksum(header, body_end, header.body_len()),
        });
    }

    /// The text, for whoever wants to look at it before it comes in order.
    pub fn chunk(&self) -> TextChunk<'_> {
        TextChunk { text: self.text.bytes(), breaks: &self.breaks }
    }

    fn event(&mut self, event: Event) {
        self.break_at(self.text.len());
        self.events.push((self.blocks.len(), event));
    }

    fn break_at(&mut self, at: usize) {
        if self.breaks.last() != Some(&at) {
            self.breaks.push(at);
        }
    }

    fn block(&mut self, batch: &Batch, framed: &Framed, reader: &mut BodyReader, rules: Rules<'_>) {
        let start = self.text.len();
        let Some(mut lost) = self.read(batch, framed, reader, rules) else { return };
        // What stands in a block shares its limit.
        let text_limit = rules.text_limit.saturating_sub(self.text.len() - start);
        let rules = Rules { text_limit, ..rules };
        let is_damage = matches!(lost.cause, GapCause::Body(Fault::Corrupt | Fault::Truncated));
        if framed.fit == Fit::Sound && framed.holes.is_empty() && is_damage {
            let end = lost.at + lost.len;
            lost.at = self.inner(batch, lost.at..framed.span.end, &lost.cause, reader, rules);
            lost.len = end.saturating_sub(lost.at);
            if lost.len == 0 {
                return;
            }
        }
        self.gap(batch, lost);
    }

    fn gap(&mut self, batch: &Batch, rest: Rest) {
        let Rest { at, len, cause } = rest;
        self.event(Event::Gap(Lost { offset: batch.base + at as u64, len: len as u64, cause }));
    }

    /// Takes a block with what can be read of it, and tells what can't.
    fn read(&mut self, batch: &Batch, framed: &Framed, reader: &mut BodyReader, rules: Rules<'_>) -> Option<Rest> {
        let Framed { header, span, holes, fit, kin, .. } = framed;
        let (mut header, mut fit) = (*header, *fit);
        let bytes = batch.bytes();
        self.bytes += (span.len() - holes.iter().map(|hole| hole.len()).sum::<usize>()) as u64;

        let pieces = framed.body().filter_map(|range| bytes.get(range));
        let spliced: Vec<u8>;
        let body = match holes.as_slice() {
            [] => pieces.into_iter().next().unwrap_or_default(),
            _ => {
                spliced = pieces.flatten().copied().collect();
                &spliced
            }
        };
        // Where a broken block runs up to the next one, the last byte is its end byte.
        let body = match fit {
            Fit::Broken if framed.overlap == 0 => body.strip_suffix(&[0]).unwrap_or(body),
            _ => body,
        };
        let client = bytes.get(span.start..).and_then(|bytes| client_key(bytes, header.kind.layout));
        let start = self.text.len();
        let unwanted = fit == Fit::Sound && rules.wanted.is_some_and(|wanted| !wanted(&header));
        let task =
            Task { header, client, kin: kin.as_deref(), body, broken: fit == Fit::Broken, overlap: framed.overlap };
        let Reading { mut lost_from, mut lost, cause, kind } = match unwanted {
            true => Reading::nothing_lost(task),
            false => reader.read(task, rules, &mut self.text),
        };
        if fit == Fit::Broken && body.get(lost_from) == Some(&0) {
            // Its end byte, though not where the header has it.
            (lost_from, lost) = (lost_from + 1, lost - 1);
        }
        if kind != header.kind {
            header.kind = kind;
            fit = if fit == Fit::Sound { Fit::Repaired(Field::Magic) } else { fit };
        }
        // What another block has too is not lost.
        lost = lost.saturating_sub(framed.overlap);
        if fit == Fit::Broken && lost == 0 {
            fit = Fit::Repaired(Field::Length);
        }

        let offset = batch.base + span.start as u64;
        let checksum = checksum(header, body, body.len());
        let client = client.filter(|_| header.kind.cipher == Cipher::Tea).map(|key| Box::new(*key));
        let text = start..self.text.len();
        if !framed.guest && self.sequence.observe(&header, checksum) != Continuity::Continues {
            self.break_at(start);
        }
        self.blocks.push(Block { offset, header, client, fit, guest: framed.guest, unwanted, text, checksum });

        let left_over = (fit == Fit::Broken).then_some(GapCause::Foreign);
        Some(Rest { at: place(framed, lost_from), len: lost, cause: cause.or(left_over)? })
    }

    /// The blocks in `lost`, the end of a block that breaks: where something is missing in it, its length may have
    /// reached over others, and ended by chance where one of them does. Returns where the last of them ends.
    fn inner(
        &mut self,
        batch: &Batch,
        lost: Range<usize>,
        cause: &GapCause,
        reader: &mut BodyReader,
        rules: Rules<'_>,
    ) -> usize {
        let (mut framer, mut at, mut lost_at, text_start) = (Framer::new(), 0, lost.start, self.text.len());
        let window = Window { bytes: batch.bytes().get(lost.clone()).unwrap_or_default(), eof: true };
        while let Step::Frame(frame) = framer.step(window, at) {
            let block = match frame {
                Frame::Foreign(range) | Frame::Fill(range) => {
                    at = range.end.max(at);
                    continue;
                }
                Frame::Block(block) => block,
            };
            at = block.span.end.max(at);
            // Only what leaves no doubt: a key field is 64 bytes that no body has by chance.
            if block.fit != Fit::Sound || !block.holes.is_empty() || block.header.kind.layout != Layout::Keyed {
                continue;
            }
            let span = lost.start + block.span.start..lost.start + block.span.end;
            let mut found = Decoded::default();
            let rules = Rules { text_limit: rules.text_limit.saturating_sub(self.text.len() - text_start), ..rules };
            let lost_in_it = found.read(batch, &Framed { span: span.clone(), ..block }, reader, rules);
            if found.text.is_empty() || lost_in_it.is_some() {
                continue;
            }
            if span.start > lost_at {
                self.gap(batch, Rest { at: lost_at, len: span.start - lost_at, cause: cause.clone() });
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

/// What of a block could not be read.
struct Rest {
    /// Where it starts in the window.
    at: usize,
    /// How many bytes.
    len: usize,
    /// Why.
    cause: GapCause,
}

/// Where a byte of the body stands in the window, holes counted.
fn place(framed: &Framed, mut body_at: usize) -> usize {
    for piece in framed.body() {
        if body_at < piece.len() {
            return piece.start + body_at;
        }
        body_at -= piece.len();
    }
    framed.span.end.saturating_sub(1)
}

/// So many bytes at the end of a body are checked, in bytes.
pub const CHECKED: usize = 4096;

/// Of the end of a body of so many bytes. In a stream the end hangs on all that is before, and nothing else is at hand
/// so cheaply.
fn checksum(header: Header, body_end: &[u8], body_len: usize) -> u32 {
    if !header.kind.counted {
        return 0;
    }
    let end = body_end.get(body_end.len().saturating_sub(CHECKED)..).unwrap_or(body_end);
    crc32fast::hash(end) ^ body_len as u32
}

/// A block gives no more text than this, unless asked otherwise: 64 MiB.
pub const TEXT_LIMIT: usize = 64 << 20;
