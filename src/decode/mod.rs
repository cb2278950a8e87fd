//! Decodes a reader to items: in the order of the file, in parallel, in bounded memory.

mod batch;
mod body;
mod decoded;
mod gap_run;
mod headers;
mod heavy;
mod item;
mod iter;
mod order;
pub(crate) mod pause;
pub(crate) mod pipeline;
pub(crate) mod pool;
#[cfg(feature = "serde")]
mod serialize;
mod steps;
mod times;

use std::io::{self, Read};

use crate::codec::keys::KeyRing;
use crate::xlog::Header;

pub use decoded::TEXT_LIMIT;
pub use decoded::TextChunk;
pub use gap_run::GapRun;
pub use item::{Block, Gap, GapCause, GapPlace, Item, Report, TextRun};
pub use iter::{Items, OwnedItem, OwnedTextRun};
pub use steps::Steps;

use batch::{BATCH, Batch, Batches};
use body::{BodyReader, DecodeOptions};
use decoded::{BatchJob, Decoded};
use heavy::{Heavy, Permit};
use order::Order;
use pause::{Pausing, is_pause};
use pipeline::{Done, Turn};
use pool::Pool;

/// Decodes logs. Use one decoder for all files, from any number of threads: it caches what it has worked out about
/// client keys, and reuses its buffers.
///
/// The defaults suit most logs. There is a method for each option:
///
/// ```
/// use imlog::{Decoder, KeyRing, PrivateKey};
///
/// # let hex = "145aa7717bf9745b91e9569b80bbf1eedaa6cc6cd0e26317d810e35710f44cf8";
/// let keys = KeyRing::new(vec![PrivateKey::parse(hex)?]);
/// let decoder = Decoder::new(keys).with_text_limit(8 << 20);
/// # Ok::<_, imlog::KeyError>(())
/// ```
pub struct Decoder {
    keys: KeyRing,
    text_limit: usize,
    /// The size of a batch in bytes, if it is not the default.
    batch_size: Option<usize>,
    wanted: Option<Box<Wanted>>,
    batches: Pool<Batch>,
    decoded: Pool<Decoded>,
    readers: Pool<BodyReader>,
    heavy: Heavy,
}

/// Whether to read a block with this header.
type Wanted = dyn Fn(&Header) -> bool + Send + Sync;

/// Why decoding stopped before the end of the input.
///
/// It displays as the error inside, so that each error of a chain is printed once.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DecodeError<E> {
    /// Reading the input failed. Everything before the error has been shown.
    #[error(transparent)]
    Read(io::Error),
    /// The callback returned this error. `E` need not implement [`Error`](std::error::Error), so it is not the
    /// [source](std::error::Error::source) of this error.
    #[error("{0}")]
    Show(E),
}

/// A decoder without keys.
impl Default for Decoder {
    fn default() -> Decoder {
        Decoder::new(KeyRing::default())
    }
}

impl Decoder {
    /// A decoder that opens encrypted blocks with `keys`.
    pub fn new(keys: KeyRing) -> Decoder {
        let (batches, decoded, readers) = (Pool::default(), Pool::default(), Pool::default());
        Decoder {
            keys,
            text_limit: TEXT_LIMIT,
            batch_size: None,
            wanted: None,
            batches,
            decoded,
            readers,
            heavy: Heavy::default(),
        }
    }

    /// Limits the text of one block to `text_limit` bytes instead of [`TEXT_LIMIT`]. The rest of the block is a gap.
    pub fn with_text_limit(self, text_limit: usize) -> Decoder {
        Decoder { text_limit, ..self }
    }

    /// Reads the input in batches of `bytes` bytes. The result is the same for any size; small batches let tests and
    /// fuzz targets cover what happens at the borders of batches.
    #[doc(hidden)]
    pub fn with_batch_size(self, bytes: usize) -> Decoder {
        Decoder { batch_size: Some(bytes.max(1)), ..self }
    }

    /// Reads only blocks whose header is `wanted`. Other blocks give no text and no gaps. A block whose header is in
    /// doubt is always read.
    pub fn with_choice(self, wanted: impl Fn(&Header) -> bool + Send + Sync + 'static) -> Decoder {
        Decoder { wanted: Some(Box::new(wanted)), ..self }
    }

    /// Decodes `input` to its end on the current rayon pool, and calls `show` with each item, in order.
    ///
    /// `show` must not use the same decoder: the decoder holds at most one very large block at a time, and `show` may
    /// be called with it.
    ///
    /// # Errors
    /// [`DecodeError::Read`] if reading `input` fails, [`DecodeError::Show`] if `show` returns an error.
    pub fn decode<E: Send>(
        &self,
        input: impl Read + Send,
        mut show: impl FnMut(Item<'_>) -> Result<(), E> + Send,
    ) -> Result<Report, DecodeError<E>> {
        self.inspect(input, |_, _: &mut ()| {}, |item, _| show(item))
    }

    /// Decodes like [`decode`](Decoder::decode), but first calls `inspect` with each chunk of text, in parallel and out
    /// of order. `inspect` writes its findings to its second argument, and `show` gets them with each item from that
    /// chunk. Findings are reused: when `inspect` is called, they may hold those of an earlier chunk.
    ///
    /// # Errors
    /// The same as [`decode`](Decoder::decode).
    pub fn inspect<D: Default + Send, E: Send>(
        &self,
        input: impl Read + Send,
        inspect: impl Fn(TextChunk<'_>, &mut D) + Sync,
        mut show: impl FnMut(Item<'_>, &D) -> Result<(), E> + Send,
    ) -> Result<Report, DecodeError<E>> {
        self.inspect_live(input, inspect, |item, made| item.map_or(Ok(()), |item| show(item, made)))
    }

    /// Decodes like [`inspect`](Decoder::inspect) what may still be written: `show` gets `None` when `input`
    /// [pauses](pause) and all that is certain has been shown. An input that pauses again without having given anything
    /// is an error.
    pub(crate) fn inspect_live<D: Default + Send, E: Send>(
        &self,
        input: impl Read + Send,
        inspect: impl Fn(TextChunk<'_>, &mut D) + Sync,
        mut show: impl FnMut(Option<Item<'_>>, &D) -> Result<(), E> + Send,
    ) -> Result<Report, DecodeError<E>> {
        let input = Pausing::new(input);
        let mut batches = Batches::new(input, self.batch_size.unwrap_or(BATCH), &self.batches);
        let mut order = Order::default();
        let findings = Pool::default();
        let work = |job, turn| {
            let (mut decoded, mut made) = (self.decoded.take(), findings.take());
            let (rest, permit) = self.part(job, turn, &mut decoded);
            inspect(decoded.chunk(), &mut made);
            match rest {
                None => Done::All((decoded, made, permit)),
                Some(rest) => Done::Part((decoded, made, permit), rest),
            }
        };
        let result = loop {
            let mut sink = |(mut decoded, made, _permit): (Decoded, D, Option<Permit<'_>>)| {
                let result = order.batch(&mut decoded, &mut |item| show(Some(item), &made));
                decoded.clear();
                self.decoded.give(decoded);
                findings.give(made);
                result.map_err(DecodeError::Show)
            };
            let ran = match batches.next().map_err(DecodeError::Read) {
                Ok(None) => break Ok(()),
                // Most files are a single batch, which needs no pipeline.
                Ok(Some(first)) if batches.is_over() => pipeline::run_one(BatchJob::new(first), work, &mut sink),
                Ok(Some(first)) => {
                    let mut first = Some(first);
                    let source = || match first.take() {
                        Some(first) => Ok(Some(BatchJob::new(first))),
                        None => Ok(batches.next().map_err(DecodeError::Read)?.map(BatchJob::new)),
                    };
                    pipeline::run(source, work, |(decoded, _, _)| decoded.weight(), &mut sink)
                }
                Err(error) => Err(error),
            };
            match ran {
                Err(DecodeError::Read(error)) if is_pause(&error) && batches.input().has_progressed() => {
                    if let Err(error) = show(None, &D::default()) {
                        break Err(DecodeError::Show(error));
                    }
                }
                ran => break ran,
            }
        };
        if let Err(DecodeError::Show(error)) = result {
            return Err(DecodeError::Show(error));
        }
        // If reading failed, everything before the error is still shown.
        let report = order.end(&mut |item| show(Some(item), &D::default())).map_err(DecodeError::Show)?;
        result.map(|()| report)
    }

    /// Decodes the next part of `job` into `decoded`. Returns the rest, and a permit to hold the part if it is heavy.
    fn part(&self, job: BatchJob, turn: Turn, decoded: &mut Decoded) -> (Option<BatchJob>, Option<Permit<'_>>) {
        let wanted = self.wanted.as_deref();
        match self.fill(job, Turn::Ahead, wanted, decoded) {
            // The next block is too heavy to be decoded ahead of its turn.
            Some(job) if turn == Turn::Now && decoded.is_empty() => {
                let permit = self.heavy.enter();
                (self.fill(job, Turn::Now, wanted, decoded), Some(permit))
            }
            rest => (rest, None),
        }
    }

    /// Decodes the next part of `job` into `decoded`, but only blocks that are `wanted`. Returns the rest.
    fn fill(&self, mut job: BatchJob, turn: Turn, wanted: Option<&Wanted>, decoded: &mut Decoded) -> Option<BatchJob> {
        let mut reader = self.readers.take();
        let options = DecodeOptions { keys: &self.keys, text_limit: self.text_limit, wanted };
        decoded.fill(&mut job, turn, &mut reader, options);
        self.readers.give(reader);
        if job.is_over() {
            self.batches.give(job.batch);
            return None;
        }
        Some(job)
    }
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use super::*;

    const LOG: &[u8] = include_bytes!("../../testdata/async-zlib-plain.xlog");

    #[test]
    fn steps_give_the_same_result() {
        let decoder = Decoder::new(KeyRing::default());
        let (mut at_once, mut in_steps) = (Vec::new(), Vec::new());
        let push = |all: &mut Vec<u8>, item: Item<'_>| {
            if let Item::Text(run) = item {
                all.extend_from_slice(run.text);
            }
            Ok::<_, Infallible>(())
        };
        let report = decoder.decode(LOG, |item| push(&mut at_once, item)).unwrap();
        let mut steps = decoder.steps(LOG);
        while steps.step(|_, ()| {}, &mut (), |item, ()| push(&mut in_steps, item)).unwrap() {}
        assert_eq!(steps.finish(|item| push(&mut in_steps, item)).unwrap(), report);
        assert!(at_once == in_steps && !at_once.is_empty());
    }

    #[test]
    fn findings_come_with_the_items_of_their_chunk() {
        let decoder = Decoder::new(KeyRing::default());
        let inspect = |chunk: TextChunk<'_>, made: &mut Vec<u8>| {
            made.clear();
            made.extend_from_slice(chunk.text);
        };
        let mut seen = 0;
        let show = |item: Item<'_>, made: &Vec<u8>| {
            if let Item::Text(run) = item {
                assert_eq!(made.get(run.start..run.start + run.text.len()), Some(run.text));
                seen += run.text.len() as u64;
            }
            Ok::<_, Infallible>(())
        };
        let report = decoder.inspect(LOG, inspect, show).unwrap();
        assert!(report.is_intact() && report.text == seen && seen > 0);
    }

    #[test]
    fn unwanted_blocks_are_not_read() {
        let all = Decoder::new(KeyRing::default()).decode(LOG, |_| Ok::<_, Infallible>(())).unwrap();
        let choosy = Decoder::new(KeyRing::default()).with_choice(|header| header.seq % 2 == 0);
        let mut seqs = Vec::new();
        let show = |item: Item<'_>| {
            if let Item::Text(run) = item {
                seqs.extend(run.blocks.iter().filter(|block| block.text_len() > 0).map(|block| block.header.seq));
            }
            Ok::<_, Infallible>(())
        };
        let report = choosy.decode(LOG, show).unwrap();
        assert!(seqs.iter().all(|seq| seq % 2 == 0) && !seqs.is_empty());
        assert_eq!((report.blocks, report.gaps), (all.blocks, 0));
        assert_eq!(report.unwanted, all.blocks - seqs.len() as u64);
        assert!(report.text < all.text);
    }
}
