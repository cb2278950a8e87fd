//! From frames to text: the work that is done on many batches at once.

use crate::codec::deflate::Inflate;
use crate::codec::keys::KeyRing;
use crate::codec::text::Text;
use crate::codec::zstd::Zstd;
use crate::codec::{Outcome, pieces, xor};
use crate::xlog::framing::Block as Framed;
use crate::xlog::header::{ClientKey, client_key};
use crate::xlog::{Cipher, Codec, Fit, Frame, Header};

use super::batch::Batch;
use super::item::{Block, Cause, Gap};

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
}

/// What stands between blocks.
#[derive(Debug)]
pub enum Event {
    /// Something is missing.
    Gap(Gap),
    /// Zeros: what they mean depends on what stands around them.
    Fill {
        /// Where they start in the file.
        offset: u64,
        /// How many.
        len: u64,
    },
}

/// What one worker needs to decode: codec states and buffers.
#[derive(Default)]
pub struct Bench {
    inflate: Inflate,
    zstd: Zstd,
    /// A body put together from its pieces, or deciphered.
    body: Vec<u8>,
    /// A body's pieces of magic 0x05, joined.
    joined: Vec<u8>,
}

/// Text of a batch that is kept allocated for the next.
const KEEP_TEXT: usize = 6 << 20;

impl Decoded {
    fn clear(&mut self) {
        self.bytes = 0;
        self.text.clear(KEEP_TEXT);
        self.blocks.clear();
        self.events.clear();
    }

    fn event(&mut self, event: Event) {
        self.events.push((self.blocks.len(), event));
    }
}

/// How far a body's bytes could be read, and what stops it if not a codec.
struct Reading {
    outcome: Outcome,
    cause: Option<Cause>,
}

impl Bench {
    /// Decodes all frames of `batch`. A block gives at most `limit` bytes of text.
    pub fn decode(&mut self, batch: &Batch, keys: &KeyRing, limit: usize, decoded: &mut Decoded) {
        decoded.clear();
        for frame in &batch.frames {
            match frame {
                Frame::Block(block) => self.block(batch, block, keys, limit, decoded),
                Frame::Foreign(range) => {
                    let (offset, len) = (batch.base + range.start as u64, range.len() as u64);
                    decoded.bytes += len;
                    decoded.event(Event::Gap(Gap { offset, len, cause: Cause::Foreign }));
                }
                Frame::Fill(range) => {
                    let (offset, len) = (batch.base + range.start as u64, range.len() as u64);
                    decoded.bytes += len;
                    decoded.event(Event::Fill { offset, len });
                }
            }
        }
    }

    fn block(&mut self, batch: &Batch, framed: &Framed, keys: &KeyRing, limit: usize, decoded: &mut Decoded) {
        let Framed { header, span, holes, fit } = framed;
        let bytes = batch.bytes();
        decoded.bytes += (span.len() - holes.iter().map(|hole| hole.len()).sum::<usize>()) as u64;

        let mut spliced = Vec::new();
        let body = if holes.is_empty() {
            framed.body().next().and_then(|range| bytes.get(range)).unwrap_or_default()
        } else {
            framed.body().filter_map(|range| bytes.get(range)).for_each(|piece| spliced.extend_from_slice(piece));
            &spliced
        };
        let client = match header.kind.cipher {
            Cipher::Tea => bytes.get(span.start..).and_then(|bytes| client_key(bytes, header.kind.layout)),
            _ => None,
        };
        let start = decoded.text.len();
        let Reading { outcome, cause } = self.body(header, client, body, keys, limit, &mut decoded.text);
        let damaged = outcome.fault.is_some() || *fit == Fit::Broken;
        if damaged {
            keep_whole_lines(&mut decoded.text, start);
        }
        let text = start..decoded.text.len();
        let offset = batch.base + span.start as u64;
        let checksum = if header.kind.counted { crc32fast::hash(body) } else { 0 };
        let client = client.map(|key| Box::new(*key));
        decoded.blocks.push(Block { offset, header: *header, client, fit: *fit, text, checksum });

        let lost = body.len() - outcome.consumed.min(body.len());
        let lost_from = (framed.body_start() + outcome.consumed) as u64;
        if let Some(cause) = cause.or(outcome.fault.map(Cause::Body)) {
            let gap = Gap { offset: batch.base + lost_from, len: (lost as u64).max(1), cause };
            decoded.event(Event::Gap(gap));
        } else if *fit == Fit::Broken && lost > 1 {
            let gap = Gap { offset: batch.base + lost_from, len: lost as u64, cause: Cause::Foreign };
            decoded.event(Event::Gap(gap));
        }
    }

    fn body(
        &mut self,
        header: &Header,
        client: Option<&ClientKey>,
        body: &[u8],
        keys: &KeyRing,
        limit: usize,
        text: &mut Text,
    ) -> Reading {
        if body.is_empty() {
            return Reading { outcome: Outcome { consumed: 0, fault: None }, cause: None };
        }
        let Bench { inflate, zstd, body: buffer, joined } = self;
        let mut decode = |codec, body: &[u8], text: &mut Text| match codec {
            Codec::Text => copy(body, text),
            Codec::Deflate => inflate.decode(body, text, limit),
            Codec::Zstd => zstd.decode(body, text, limit),
        };
        let outcome = match header.kind.cipher {
            Cipher::None if header.kind.pieces => {
                joined.clear();
                pieces::join(body, joined);
                let outcome = decode(header.kind.codec, joined, text);
                Outcome { consumed: pieces::position(body, outcome.consumed), ..outcome }
            }
            Cipher::None => decode(header.kind.codec, body, text),
            Cipher::Xor => {
                buffer.clear();
                if header.kind.pieces {
                    pieces::join(body, buffer);
                } else {
                    buffer.extend_from_slice(body);
                }
                xor::apply(buffer, xor::key(header));
                let outcome = decode(header.kind.codec, buffer, text);
                let consumed =
                    if header.kind.pieces { pieces::position(body, outcome.consumed) } else { outcome.consumed };
                Outcome { consumed, ..outcome }
            }
            Cipher::Tea => {
                let client = client.copied().unwrap_or([0; 64]);
                let start = text.len();
                let mut trial = None;
                let key = keys.find(&client, |key| {
                    buffer.clear();
                    buffer.extend_from_slice(body);
                    key.decrypt(buffer);
                    text.truncate(start);
                    let outcome = decode(header.kind.codec, buffer, text);
                    let fits = reads_like_text(&text.bytes()[start..], outcome.fault.is_none());
                    trial = fits.then_some(outcome);
                    fits
                });
                match (key, trial) {
                    (Some(_), Some(outcome)) => outcome,
                    (Some(key), None) => {
                        buffer.clear();
                        buffer.extend_from_slice(body);
                        key.decrypt(buffer);
                        decode(header.kind.codec, buffer, text)
                    }
                    (None, _) => {
                        text.truncate(start);
                        let cause = Cause::Encrypted { client: Box::new(client), tried: !keys.is_empty() };
                        return Reading { outcome: Outcome { consumed: 0, fault: None }, cause: Some(cause) };
                    }
                }
            }
        };
        Reading { outcome, cause: None }
    }
}

fn copy(body: &[u8], text: &mut Text) -> Outcome {
    text.push(body);
    Outcome { consumed: body.len(), fault: None }
}

/// Whether a key that gave this text is the right one. `whole`: nothing was wrong with the body.
fn reads_like_text(text: &[u8], whole: bool) -> bool {
    let head = text.get(..256).unwrap_or(text);
    let odd = head.iter().filter(|&&byte| byte < 0x20 && !matches!(byte, b'\t' | b'\n' | b'\r' | 0x1B)).count();
    (whole || text.len() >= 64) && odd * 16 <= head.len() && !text.is_empty()
}

/// Cuts the text behind `start` after its last line break.
fn keep_whole_lines(text: &mut Text, start: usize) {
    let kept = memchr::memrchr(b'\n', &text.bytes()[start..]).map_or(0, |at| at + 1);
    text.truncate(start + kept);
}

/// A block gives no more text than this, unless asked otherwise: 64 MiB.
pub const TEXT_LIMIT: usize = 64 << 20;
