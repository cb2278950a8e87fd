//! A log to its summary.

use std::io::Read;

use super::Summary;
use crate::decode::{Decoder, Error, Item, Stretch};
use crate::record::Piece;
use crate::record::assemble::Assembler;
use crate::record::scan::{Mark, scan};

/// Sums up `input`, on all threads of the current rayon pool, as [`Decoder::decode`] decodes it. Each item comes to
/// `show` too.
///
/// # Errors
/// As [`Decoder::decode`].
pub fn read<E: Send>(
    decoder: &Decoder,
    input: impl Read + Send,
    mut show: impl FnMut(Item<'_>) -> Result<(), E> + Send,
) -> Result<Summary, Error<E>> {
    let mut summary = Summary::default();
    // Records are only counted: all of them pass.
    let mut assembler = Assembler::new(|_: &_, _: &[u8]| true);
    let count = |summary: &mut Summary, piece: Piece<'_>| {
        if let Piece::Record(found) = piece
            && !found.continued
        {
            summary.lines.add(&found.head);
        }
        Ok(())
    };
    let digest = |stretch: Stretch<'_>, marks: &mut Vec<Mark>| scan(stretch, |_, _| true, marks);
    let items = |item: Item<'_>, marks: &Vec<Mark>| {
        summary.item(item);
        assembler.item(item, marks, &mut |piece| count(&mut summary, piece))?;
        show(item)
    };
    let report = decoder.digest(input, digest, items)?;
    assembler.end(&mut |piece| count(&mut summary, piece)).map_err(Error::Show)?;
    Ok(summary.finish(report))
}
