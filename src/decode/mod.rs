//! A reader in, items out: in the order of the file, in parallel, in bounded memory.

mod batch;
mod body;
mod item;
mod order;
mod pipeline;
mod pool;
mod reading;

use std::io::{self, Read};

use crate::codec::keys::KeyRing;

pub use body::TEXT_LIMIT;
pub use item::{Block, Cause, Gap, Item, Report, Run};

use batch::{Batch, Batches};
use body::Decoded;
use order::Order;
use pool::Pool;
use reading::{Reader, Rules};

/// Decodes files. One decoder serves a whole run, from any number of threads: it remembers client keys, and what it
/// allocates for one file serves the next.
#[derive(Default)]
pub struct Decoder {
    keys: KeyRing,
    text_limit: usize,
    batches: Pool<Batch>,
    decoded: Pool<Decoded>,
    readers: Pool<Reader>,
}

/// Why decoding stopped before the end of the input.
#[derive(Debug, thiserror::Error)]
pub enum Error<E> {
    /// The input can't be read. What came before it has been shown.
    #[error("{0}")]
    Read(#[source] io::Error),
    /// Whoever takes the items refused one.
    #[error("{0}")]
    Show(E),
}

impl Decoder {
    /// A decoder that opens encrypted blocks with `keys`.
    pub fn new(keys: KeyRing) -> Decoder {
        Decoder { keys, text_limit: TEXT_LIMIT, ..Decoder::default() }
    }

    /// The same, with another limit for the text of one block, in bytes. What a block holds beyond it is a gap.
    pub fn with_text_limit(self, text_limit: usize) -> Decoder {
        Decoder { text_limit, ..self }
    }

    /// Decodes `input` to its end on the current rayon pool, and shows what it finds to `show`, in order.
    ///
    /// # Errors
    /// [`Error::Read`] when the input can't be read, [`Error::Show`] with what `show` refused.
    pub fn decode<E: Send>(
        &self,
        input: impl Read + Send,
        mut show: impl FnMut(Item<'_>) -> Result<(), E> + Send,
    ) -> Result<Report, Error<E>> {
        let mut batches = Batches::new(input, &self.batches);
        let mut order = Order::default();
        let mut sink = |decoded: Decoded| {
            let result = order.batch(&decoded, &mut show);
            self.decoded.give(decoded);
            result.map_err(Error::Show)
        };
        if let Some(first) = batches.next().map_err(Error::Read)? {
            // A file of one batch, as most are, has no use for a pipeline.
            if batches.is_over() {
                sink(self.work(first))?;
            } else {
                let mut first = Some(first);
                let source = || match first.take() {
                    Some(first) => Ok(Some(first)),
                    None => batches.next().map_err(Error::Read),
                };
                pipeline::run(source, |batch| self.work(batch), &mut sink)?;
            }
        }
        order.end(&mut show).map_err(Error::Show)
    }

    fn work(&self, batch: Batch) -> Decoded {
        let (mut reader, mut decoded) = (self.readers.take(), self.decoded.take());
        let rules = Rules { keys: &self.keys, text_limit: self.text_limit };
        decoded.fill(&batch, &mut reader, rules);
        self.readers.give(reader);
        self.batches.give(batch);
        decoded
    }
}
