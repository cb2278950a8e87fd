//! A reader in, items out: in the order of the file, in parallel, in bounded memory.

mod batch;
mod body;
mod decoded;
mod gap_run;
mod headers;
mod heavy;
mod item;
mod iter;
mod order;
pub(crate) mod pipeline;
pub(crate) mod pool;
#[cfg(feature = "serde")]
mod serialize;
mod steps;

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
use pipeline::{Done, Turn};
use pool::Pool;

/// Decodes files. One decoder serves a whole run, from any number of threads: it remembers client keys, and what it
/// allocates for one file serves the next.
///
/// The defaults are right for most logs; there is a method for each option:
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
    /// Bytes of a batch, unless it is the usual number.
    batch_size: Option<usize>,
    wanted: Option<Box<Wanted>>,
    batches: Pool<Batch>,
    decoded: Pool<Decoded>,
    readers: Pool<BodyReader>,
    heavy: Heavy,
}

/// Whether a block is to be read.
type Wanted = dyn Fn(&Header) -> bool + Send + Sync;

/// Why decoding stopped before the end of the input.
///
/// It reads as the error inside, so that a chain of errors names each once.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DecodeError<E> {
    /// The input can't be read. What came before it has been shown.
    #[error(transparent)]
    Read(io::Error),
    /// The callback refused an item, with this. It need not be an error itself, so that what caused it is known only
    /// here.
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

    /// The same, with another limit for the text of one block than [`TEXT_LIMIT`], in bytes. What a block holds beyond
    /// it is a gap.
    pub fn with_text_limit(self, text_limit: usize) -> Decoder {
        Decoder { text_limit, ..self }
    }

    /// The same, but the input is taken in batches of `bytes` bytes. What comes of it is the same for any size; with
    /// small ones, tests and fuzzers get to what happens where one batch ends and the next begins.
    #[doc(hidden)]
    pub fn with_batch_size(self, bytes: usize) -> Decoder {
        Decoder { batch_size: Some(bytes.max(1)), ..self }
    }

    /// The same, but only blocks with such a header are read. The others give no text, whole or damaged; a block whose
    /// header is in doubt is always read.
    pub fn with_choice(self, wanted: impl Fn(&Header) -> bool + Send + Sync + 'static) -> Decoder {
        Decoder { wanted: Some(Box::new(wanted)), ..self }
    }

    /// Decodes `input` to its end on the current rayon pool, and shows what it finds to `show`, in order. While `show`
    /// has a block of much text, no other of the decoder's files can have one: it must not use the decoder itself.
    ///
    /// # Errors
    /// [`DecodeError::Read`] when the input can't be read, [`DecodeError::Show`] with what `show` refused.
    pub fn decode<E: Send>(
        &self,
        input: impl Read + Send,
        mut show: impl FnMut(Item<'_>) -> Result<(), E> + Send,
    ) -> Result<Report, DecodeError<E>> {
        self.inspect(input, |_, _: &mut ()| {}, |item, _| show(item))
    }

    /// Decodes as [`decode`](Decoder::decode) does, and has `inspect` look at each chunk of text before: at many of
    /// them at once, on all threads. What it made of a chunk comes to `show` with each item from there. Findings
    /// are used again: `inspect` finds in them what it made of an earlier chunk.
    ///
    /// # Errors
    /// As [`decode`](Decoder::decode).
    pub fn inspect<D: Default + Send, E: Send>(
        &self,
        input: impl Read + Send,
        inspect: impl Fn(TextChunk<'_>, &mut D) + Sync,
        mut show: impl FnMut(Item<'_>, &D) -> Result<(), E> + Send,
    ) -> Result<Report, DecodeError<E>> {
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
        let mut sink = |(mut decoded, made, _permit): (Decoded, D, Option<Permit<'_>>)| {
            let result = order.batch(&decoded, &mut |item| show(item, &made));
            decoded.clear();
            self.decoded.give(decoded);
            findings.give(made);
            result.map_err(DecodeError::Show)
        };
        let result = match batches.next().map_err(DecodeError::Read) {
            Ok(None) => Ok(()),
            // A file of one batch, as most are, has no use for a pipeline.
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
        if let Err(DecodeError::Show(error)) = result {
            return Err(DecodeError::Show(error));
        }
        // What came before an error of the reader is shown to its end.
        let report = order.end(&mut |item| show(item, &D::default())).map_err(DecodeError::Show)?;
        result.map(|()| report)
    }

    /// Decodes the next part of `job` into `decoded`. Returns the rest, and leave to hold what was decoded, where that
    /// is more than many may hold at once.
    fn part(&self, job: BatchJob, turn: Turn, decoded: &mut Decoded) -> (Option<BatchJob>, Option<Permit<'_>>) {
        let wanted = self.wanted.as_deref();
        match self.fill(job, Turn::Ahead, wanted, decoded) {
            // The next block does not fit in what may be held ahead of its turn.
            Some(job) if turn == Turn::Now && decoded.is_empty() => {
                let permit = self.heavy.enter();
                (self.fill(job, Turn::Now, wanted, decoded), Some(permit))
            }
            rest => (rest, None),
        }
    }

    /// Decodes the next part of `job` into `decoded`; of its blocks, those that are wanted. Returns the rest.
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
    fn step_by_step_comes_the_same() {
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
    fn findings_come_with_what_they_were_made_of() {
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
