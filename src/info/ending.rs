//! How each block ended. A gap after a block may say what is wrong with it.

use crate::codec::Fault;
use crate::decode::{Block, Gap, GapCause, Item};
use crate::xlog::{Field, Fit};

/// How a block ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// All of it was read.
    Intact,
    /// All of it was read, though this field was wrong.
    Repaired(Field),
    /// Its frame is sound; its body was not read.
    Unread,
    /// It could be read only up to some place.
    Damaged,
    /// It breaks off in the middle of a line.
    Cut,
    /// Its text is over the limit.
    TooLong,
    /// It is encrypted, and no key opens it.
    Encrypted,
}

impl End {
    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            End::Intact => "intact",
            End::Repaired(_) => "repaired",
            End::Unread => "sound",
            End::Damaged => "damaged",
            End::Cut => "cut",
            End::TooLong => "too-long",
            End::Encrypted => "encrypted",
        }
    }
}

/// A block with its end, or a gap.
#[derive(Clone, Copy, Debug)]
pub enum Row<'a> {
    /// A block.
    Block(&'a Block, End),
    /// A gap. One that belongs to a block comes right after it.
    Gap(&'a Gap),
}

/// Makes rows of items.
#[derive(Debug, Default)]
pub struct Endings {
    /// The last block, until it is known what follows.
    pending: Option<Block>,
}

impl Endings {
    /// Takes the next item, and gives `row` the rows that are complete.
    ///
    /// # Errors
    /// Those of `row`.
    pub fn item<E>(&mut self, item: Item<'_>, mut row: impl FnMut(Row<'_>) -> Result<(), E>) -> Result<(), E> {
        match item {
            Item::Text(run) => {
                self.finish(&mut row)?;
                let Some((last, before)) = run.blocks.split_last() else { return Ok(()) };
                before.iter().try_for_each(|block| row(Row::Block(block, good_end(block))))?;
                self.pending = Some(last.clone());
                Ok(())
            }
            Item::Gap(gap) => {
                if let Some(block) = self.pending.take() {
                    row(Row::Block(&block, end(&block, &gap.cause)))?;
                }
                row(Row::Gap(gap))
            }
            // It comes behind a gap of its block.
            Item::Partial(_) => Ok(()),
        }
    }

    /// Ends the file, or at least the block.
    ///
    /// # Errors
    /// Those of `row`.
    pub fn finish<E>(&mut self, mut row: impl FnMut(Row<'_>) -> Result<(), E>) -> Result<(), E> {
        self.pending.take().map_or(Ok(()), |block| row(Row::Block(&block, good_end(&block))))
    }
}

/// The end of a block that no gap follows.
fn good_end(block: &Block) -> End {
    match block.fit {
        _ if block.unwanted => End::Unread,
        Fit::Repaired(field) => End::Repaired(field),
        Fit::Sound | Fit::Broken => End::Intact,
    }
}

/// The end of a block that a gap with this cause follows.
fn end(block: &Block, cause: &GapCause) -> End {
    match cause {
        GapCause::Body(Fault::Corrupt) => End::Damaged,
        GapCause::Body(Fault::Truncated) => End::Cut,
        GapCause::Body(Fault::TooLong) => End::TooLong,
        GapCause::Encrypted { .. } => End::Encrypted,
        GapCause::Foreign if block.fit == Fit::Broken => End::Damaged,
        GapCause::Foreign | GapCause::ZeroFill | GapCause::Skip(_) => good_end(block),
    }
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use super::*;
    use crate::decode::Decoder;

    const LOG: &[u8] = include_bytes!("../../testdata/async-zlib-plain.xlog");
    const CRYPT: &[u8] = include_bytes!("../../testdata/async-zlib-crypt.xlog");

    fn ends(file: &[u8]) -> Vec<&'static str> {
        let (mut endings, mut names) = (Endings::default(), Vec::new());
        let mut row = |row: Row<'_>| {
            names.push(match row {
                Row::Block(_, end) => end.name(),
                Row::Gap(_) => "gap",
            });
            Ok::<_, Infallible>(())
        };
        Decoder::default().with_text_limit(1 << 20).decode(file, |item| endings.item(item, &mut row)).unwrap();
        endings.finish(&mut row).unwrap();
        names
    }

    #[test]
    fn each_block_gets_one_row() {
        let whole = ends(LOG);
        assert!(whole.len() > 1 && whole.iter().all(|end| *end == "intact"));
        let mut damaged = LOG.to_vec();
        damaged[LOG.len() / 2 - 5000..][..100].fill(0x5A);
        let ends_of_damaged = ends(&damaged);
        assert!(ends_of_damaged.windows(2).any(|pair| pair == ["damaged", "gap"]), "{ends_of_damaged:?}");
        assert_eq!(ends_of_damaged.iter().filter(|end| **end != "gap").count(), whole.len());
        assert_eq!(ends(&LOG[..LOG.len() - 100]).iter().rev().take(2).collect::<Vec<_>>(), [&"gap", &"cut"]);
        assert!(ends(CRYPT).chunks(2).any(|pair| pair == ["encrypted", "gap"]));
    }
}
