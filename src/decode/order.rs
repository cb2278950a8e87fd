//! Batches in order: the last look at them before they are shown.
//!
//! Here stands what needs the whole file in its order: seq, the counts, and what a stretch of zeros means.

use crate::xlog::Fit;
use crate::xlog::sequence::{Continuity, Sequence};

use super::body::{Decoded, Event};
use super::item::{Block, Cause, Gap, Item, Report, Run};

/// Size of a cache file, and of what a cache file that was appended to a log takes up there, zero fill included.
const CACHE_FILE: u64 = 150 << 10;

/// Makes a stream of items from the results of batches, and counts what goes by.
#[derive(Debug, Default)]
pub struct Order {
    sequence: Sequence,
    /// Zeros whose meaning is open, from where to where.
    fill: Option<(u64, u64)>,
    /// Where the last block started.
    last_block: Option<u64>,
    /// No text has come since the last gap, and no block that was passed over.
    in_gap: bool,
    report: Report,
}

impl Order {
    /// Takes the next batch, and shows what is settled.
    ///
    /// # Errors
    /// Those of `show`.
    pub fn batch<E>(&mut self, decoded: &Decoded, show: &mut impl FnMut(Item<'_>) -> Result<(), E>) -> Result<(), E> {
        self.report.bytes += decoded.bytes;
        let mut shown = 0;
        for (place, event) in &decoded.events {
            self.blocks(decoded, shown, *place, show)?;
            shown = *place;
            match event {
                Event::Gap(gap) => {
                    self.end_fill(gap.offset, show)?;
                    self.gap(gap, show)?;
                }
                Event::Fill { offset, len } => {
                    let start = self.fill.map_or(*offset, |(start, _)| start);
                    self.fill = Some((start, offset + len));
                }
            }
        }
        self.blocks(decoded, shown, decoded.blocks.len(), show)
    }

    /// The end of the file.
    ///
    /// # Errors
    /// Those of `show`.
    pub fn end<E>(mut self, show: &mut impl FnMut(Item<'_>) -> Result<(), E>) -> Result<Report, E> {
        // A cache file may have been cut in its zero fill.
        let is_cache = |end: u64| match self.last_block {
            Some(0) => end <= CACHE_FILE,
            Some(block) => end - block == CACHE_FILE,
            None => false,
        };
        if let Some((start, end)) = self.fill.take_if(|(_, end)| is_cache(*end)) {
            self.report.padding += end - start;
        }
        self.end_fill(u64::MAX, show)?;
        Ok(self.report)
    }

    /// Shows `decoded.blocks[from..to]`, and the skips among them.
    fn blocks<E>(
        &mut self,
        decoded: &Decoded,
        from: usize,
        to: usize,
        show: &mut impl FnMut(Item<'_>) -> Result<(), E>,
    ) -> Result<(), E> {
        let blocks = decoded.blocks.get(from..to).unwrap_or_default();
        let mut shown = 0;
        for (index, block) in blocks.iter().enumerate() {
            if self.fill.is_some() {
                self.end_fill(block.offset, show)?;
            }
            self.last_block = Some(block.offset);
            self.report.repaired += u64::from(matches!(block.fit, Fit::Repaired(_)));
            self.report.unwanted += u64::from(block.unwanted);
            // What was not read is shown by itself: text before it and behind has nothing to do with one another.
            if index > shown && blocks.get(index - 1).is_some_and(|before| before.unwanted != block.unwanted) {
                self.run(decoded, &blocks[shown..index], show)?;
                shown = index;
            }
            let continuity = match block.guest {
                true => Continuity::Continues,
                false => self.sequence.observe(&block.header, block.checksum),
            };
            match continuity {
                Continuity::Continues => {}
                Continuity::Restarts => self.report.restarts += 1,
                Continuity::Repeats => self.report.repeats += 1,
                Continuity::Skips(missing) => {
                    self.run(decoded, &blocks[shown..index], show)?;
                    shown = index;
                    self.report.skips += 1;
                    self.report.missing += u64::from(missing.end() - missing.start()) + 1;
                    self.gap(&Gap { offset: block.offset, len: 0, cause: Cause::Skip(missing) }, show)?;
                }
            }
        }
        self.run(decoded, blocks.get(shown..).unwrap_or_default(), show)
    }

    fn run<E>(
        &mut self,
        decoded: &Decoded,
        blocks: &[Block],
        show: &mut impl FnMut(Item<'_>) -> Result<(), E>,
    ) -> Result<(), E> {
        let (Some(first), Some(last)) = (blocks.first(), blocks.last()) else { return Ok(()) };
        let start = first.text.start;
        let text = decoded.text.bytes().get(start..last.text.end).unwrap_or_default();
        self.report.blocks += blocks.len() as u64;
        self.report.text += text.len() as u64;
        self.in_gap &= text.is_empty() && !blocks.iter().any(|block| block.unwanted);
        show(Item::Run(Run { text, start, blocks }))
    }

    /// Zeros end where something else starts: they are the rest of a cache file, or something was there.
    fn end_fill<E>(&mut self, at: u64, show: &mut impl FnMut(Item<'_>) -> Result<(), E>) -> Result<(), E> {
        let Some((start, end)) = self.fill.take() else { return Ok(()) };
        if end == at && self.last_block.is_some_and(|block| end - block == CACHE_FILE) {
            self.report.padding += end - start;
            return Ok(());
        }
        self.gap(&Gap { offset: start, len: end - start, cause: Cause::ZeroFill }, show)
    }

    fn gap<E>(&mut self, gap: &Gap, show: &mut impl FnMut(Item<'_>) -> Result<(), E>) -> Result<(), E> {
        if let Cause::Encrypted { client, .. } = &gap.cause {
            self.report.unopened += 1;
            Report::add_client(&mut self.report.clients, client);
        }
        if !matches!(gap.cause, Cause::Skip(_)) {
            self.report.gaps += u64::from(!self.in_gap);
            self.report.lost += gap.len;
            self.in_gap = true;
        }
        show(Item::Gap(gap))
    }
}
