//! An iterator over items.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::io::{self, Read};
use std::iter::FusedIterator;

use crate::codec::partial::PartialText;

use super::{Block, DecodeError, Decoder, Gap, Item, Report, Steps, TextRun};

/// An [`Item`] that owns its data.
#[derive(Clone, Debug)]
pub enum OwnedItem {
    /// Blocks without a gap in between.
    Text(OwnedTextRun),
    /// A place where something is missing.
    Gap(Gap),
    /// A line behind a gap within a block, known in part: see [`PartialText::line`].
    Partial(PartialText),
}

/// A [`TextRun`] that owns its data.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct OwnedTextRun {
    /// The text of all its blocks.
    pub text: Vec<u8>,
    /// The blocks that start in it: see [`TextRun::blocks`].
    pub blocks: Vec<Block>,
}

impl From<Item<'_>> for OwnedItem {
    fn from(item: Item<'_>) -> OwnedItem {
        match item {
            Item::Text(TextRun { text, blocks, .. }) => {
                OwnedItem::Text(OwnedTextRun { text: text.to_vec(), blocks: blocks.to_vec() })
            }
            Item::Gap(gap) => OwnedItem::Gap(gap.clone()),
            Item::Partial(line) => OwnedItem::Partial(line.into()),
        }
    }
}

/// An iterator over the items of a file: see [`Decoder::items`].
pub struct Items<'a, R> {
    steps: Option<Steps<'a, R>>,
    queue: VecDeque<OwnedItem>,
    error: Option<io::Error>,
    report: Option<Report>,
}

impl Decoder {
    /// Iterates over the items of `input`. This decodes one batch at a time on the calling thread, and copies its text;
    /// [`decode`](Decoder::decode) uses all threads, copies nothing, and is faster. At most one batch is in memory.
    ///
    /// If reading fails, the error comes last, after all items before it.
    ///
    /// ```
    /// use imlog::{Decoder, OwnedItem};
    ///
    /// # let path = concat!(env!("CARGO_MANIFEST_DIR"), "/testdata/imsdk_C_20231106.xlog");
    /// let decoder = Decoder::default();
    /// let mut items = decoder.items(std::fs::File::open(path)?);
    /// let mut text = 0;
    /// for item in &mut items {
    ///     if let OwnedItem::Text(run) = item? {
    ///         text += run.text.len() as u64;
    ///     }
    /// }
    /// assert_eq!(items.report().map(|report| report.text), Some(text));
    /// # Ok::<_, std::io::Error>(())
    /// ```
    pub fn items<R: Read>(&self, input: R) -> Items<'_, R> {
        Items { steps: Some(self.steps(input)), queue: VecDeque::new(), error: None, report: None }
    }
}

impl<R> Items<'_, R> {
    /// The report, once the iterator has ended. After a read error, it covers what came before the error.
    pub fn report(&self) -> Option<&Report> {
        self.report.as_ref()
    }
}

impl<R: Read> Items<'_, R> {
    /// Decodes the next batch into the queue. Returns whether there may be more.
    fn fill(&mut self) -> bool {
        let Some(steps) = &mut self.steps else { return false };
        let queue = &mut self.queue;
        let mut keep = |item: Item<'_>| {
            queue.push_back(item.into());
            Ok::<_, Infallible>(())
        };
        match steps.step(|_, ()| {}, &mut (), |item, ()| keep(item)) {
            Ok(true) => return true,
            Ok(false) => {}
            Err(DecodeError::Read(error)) => self.error = Some(error),
            Err(DecodeError::Show(never)) => match never {},
        }
        if let Some(Ok(report)) = self.steps.take().map(|steps| steps.finish(keep)) {
            self.report = Some(report);
        }
        true
    }
}

impl<R: Read> Iterator for Items<'_, R> {
    type Item = io::Result<OwnedItem>;

    fn next(&mut self) -> Option<io::Result<OwnedItem>> {
        loop {
            if let Some(item) = self.queue.pop_front() {
                return Some(Ok(item));
            }
            if let Some(error) = self.error.take() {
                return Some(Err(error));
            }
            if !self.fill() {
                return None;
            }
        }
    }
}

impl<R: Read> FusedIterator for Items<'_, R> {}
