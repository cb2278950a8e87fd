//! A log to its summary.

use std::io::Read;

use super::Summary;
use super::tally::{Counter, Tally};
use crate::decode::{DecodeError, Decoder, Item, TextChunk};

/// Sums up `input`, on all threads of the current rayon pool, as [`Decoder::decode`] decodes it. `show` gets each
/// item too.
///
/// # Errors
/// As [`Decoder::decode`].
pub fn summarize<E: Send>(
    decoder: &Decoder,
    input: impl Read + Send,
    mut show: impl FnMut(Item<'_>) -> Result<(), E> + Send,
) -> Result<Summary, DecodeError<E>> {
    let (mut summary, mut counter) = (Summary::default(), Counter::default());
    let inspect = |chunk: TextChunk<'_>, tally: &mut Tally| tally.set(chunk);
    let report = decoder.inspect(input, inspect, |item, tally| {
        summary.item(item);
        counter.item(item, tally, &mut summary.lines);
        show(item)
    })?;
    counter.end(&mut summary.lines);
    Ok(summary.finish(report))
}
