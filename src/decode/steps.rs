//! Decodes on demand, to merge many files.

use std::io::Read;

use super::batch::Batches;
use super::decoded::BatchJob;
use super::order::Order;
use super::pipeline::Turn;
use super::{DecodeError, Decoder, Item, Report, TextChunk};

/// The size of a batch here, in bytes: many files are open at once, and each holds the text of one batch.
const BATCH: usize = 64 << 10;

/// A file that is decoded one batch at a time, on the calling thread.
pub struct Steps<'a, R> {
    decoder: &'a Decoder,
    batches: Batches<'a, R>,
    /// The rest of the last batch.
    rest: Option<BatchJob>,
    order: Order,
}

impl Decoder {
    /// Decodes `input` step by step. [`items`](Decoder::items) is built on this.
    #[doc(hidden)]
    pub fn steps<R: Read>(&self, input: R) -> Steps<'_, R> {
        let batches = Batches::new(input, self.batch_size.unwrap_or(BATCH), &self.batches);
        Steps { decoder: self, batches, rest: None, order: Order::default() }
    }
}

impl<R: Read> Steps<'_, R> {
    /// Decodes the next batch, or a part of it, like [`Decoder::inspect`]. Returns false at the end of the file.
    ///
    /// # Errors
    /// The same as [`Decoder::decode`].
    pub fn step<D, E>(
        &mut self,
        inspect: impl FnOnce(TextChunk<'_>, &mut D),
        made: &mut D,
        mut show: impl FnMut(Item<'_>, &D) -> Result<(), E>,
    ) -> Result<bool, DecodeError<E>> {
        let job = match self.rest.take() {
            Some(rest) => Some(rest),
            None => self.batches.next().map_err(DecodeError::Read)?.map(BatchJob::new),
        };
        let Some(job) = job else { return Ok(false) };
        let mut decoded = self.decoder.decoded.take();
        let (rest, permit) = self.decoder.part(job, Turn::Now, &mut decoded);
        self.rest = rest;
        inspect(decoded.chunk(), made);
        let result = self.order.batch(&mut decoded, &mut |item| show(item, made));
        decoded.clear();
        self.decoder.decoded.give(decoded);
        drop(permit);
        result.map_err(DecodeError::Show)?;
        Ok(true)
    }

    /// Shows what is left. To be called when [`step`](Steps::step) has returned false or an error.
    ///
    /// # Errors
    /// Returns the errors of `show`.
    pub fn finish<E>(self, mut show: impl FnMut(Item<'_>) -> Result<(), E>) -> Result<Report, E> {
        self.order.end(&mut show)
    }
}
