//! Batches in order: the last look at them before they are shown.
//!
//! Here stands what needs the whole file in its order: seq, the counts, what a run of zeros means, and which gaps
//! are one.

use std::collections::VecDeque;

use crate::codec::Fault;
use crate::xlog::Fit;
use crate::xlog::header::ClientKey;
use crate::xlog::seq::{Continuity, SeqTracker};

use super::body::{Decoded, Event, Lost};
use super::item::{Block, Gap, GapCause, GapPlace, Item, Report, TextRun};

/// Size of a cache file, and of what a cache file that was appended to a log takes up there, zero fill included.
const CACHE_FILE: u64 = 150 << 10;

/// Makes a stream of items from the results of batches, and counts what goes by.
#[derive(Debug, Default)]
pub struct Order {
    sequence: SeqTracker,
    /// Zeros whose meaning is open, from where to where.
    fill: Option<(u64, u64)>,
    /// Where the last block started.
    last_block: Option<u64>,
    /// Nobody knows where that ends.
    is_broken: bool,
    /// What gave no text and has no end of its own, up to where the framer came: more of it may follow.
    open_end: Option<Lost>,
    /// The place of the last gap, while no text has come since, and no block that was passed over.
    place: Option<OpenPlace>,
    /// The last few client keys whose blocks gave text.
    opened: VecDeque<ClientKey>,
    report: Report,
}

/// A place that the next gap may belong to.
#[derive(Debug)]
struct OpenPlace {
    /// Whether what gave no text lacks a key; `None` if nothing did so far.
    lacks_key: Option<bool>,
    /// Blocks are missing here too.
    skips: bool,
}

/// So many client keys are known to be opened by the keys.
const OPENED: usize = 8;

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
                Event::Gap(lost) => {
                    self.end_fill(lost.offset, show)?;
                    self.lost(lost, show)?;
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
        self.end_open(show)?;
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
            self.end_open(show)?;
            if let Some(client) = block.client.as_deref().filter(|_| !block.text.is_empty()) {
                self.open(client);
            }
            self.last_block = Some(block.offset);
            self.is_broken = block.fit == Fit::Broken;
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
                    self.gap(block.offset, 0, GapCause::Skip(missing), show)?;
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
        if !text.is_empty() || blocks.iter().any(|block| block.unwanted) {
            self.place = None;
        }
        show(Item::Text(TextRun { text, start, blocks }))
    }

    /// Zeros end where something else starts: they are the rest of a cache file, or something was there.
    fn end_fill<E>(&mut self, at: u64, show: &mut impl FnMut(Item<'_>) -> Result<(), E>) -> Result<(), E> {
        let Some((start, end)) = self.fill.take() else { return Ok(()) };
        if end == at && self.last_block.is_some_and(|block| end - block == CACHE_FILE) {
            self.report.padding += end - start;
            return Ok(());
        }
        self.end_open(show)?;
        self.gap(start, end - start, GapCause::ZeroFill, show)
    }

    /// Takes what gave no text. Foreign bytes that come right behind others, or behind a block without an end, are one
    /// with them: where the framer cuts them says nothing.
    fn lost<E>(&mut self, lost: &Lost, show: &mut impl FnMut(Item<'_>) -> Result<(), E>) -> Result<(), E> {
        let Lost { offset, len, cause } = lost;
        let is_foreign = *cause == GapCause::Foreign;
        if let Some(before) =
            self.open_end.as_mut().filter(|before| is_foreign && before.offset + before.len == *offset)
        {
            before.len += len;
            return Ok(());
        }
        self.end_open(show)?;
        let cause = match cause {
            // The key is there: what does not fit is the block.
            GapCause::Encrypted { client, tried: true } if self.opened.contains(client) => {
                GapCause::Body(Fault::Corrupt)
            }
            cause => cause.clone(),
        };
        if is_foreign || self.is_broken && matches!(cause, GapCause::Body(_)) {
            self.open_end = Some(Lost { offset: *offset, len: *len, cause });
            return Ok(());
        }
        self.gap(*offset, *len, cause, show)
    }

    fn end_open<E>(&mut self, show: &mut impl FnMut(Item<'_>) -> Result<(), E>) -> Result<(), E> {
        let Some(Lost { offset, len, cause }) = self.open_end.take() else { return Ok(()) };
        self.gap(offset, len, cause, show)
    }

    fn open(&mut self, client: &ClientKey) {
        if self.opened.front() != Some(client) {
            self.opened.retain(|opened| opened != client);
            self.opened.push_front(*client);
            self.opened.truncate(OPENED);
        }
    }

    fn gap<E>(
        &mut self,
        offset: u64,
        len: u64,
        cause: GapCause,
        show: &mut impl FnMut(Item<'_>) -> Result<(), E>,
    ) -> Result<(), E> {
        let gap = Gap { offset, len, place: self.place(&cause), cause };
        self.report.add_gap(&gap);
        show(Item::Gap(&gap))
    }

    fn place(&mut self, cause: &GapCause) -> GapPlace {
        let lacks_key = matches!(cause, GapCause::Encrypted { .. });
        match (cause, &mut self.place) {
            (GapCause::Skip(_), Some(place)) if !place.skips => {
                place.skips = true;
                GapPlace::Same
            }
            (GapCause::Skip(_), _) => {
                self.place = Some(OpenPlace { lacks_key: None, skips: true });
                GapPlace::New
            }
            (_, Some(place)) if place.lacks_key.is_none_or(|lacked| lacked == lacks_key) => {
                match place.lacks_key.replace(lacks_key) {
                    Some(_) => GapPlace::Same,
                    None => GapPlace::FirstLoss,
                }
            }
            _ => {
                self.place = Some(OpenPlace { lacks_key: Some(lacks_key), skips: false });
                GapPlace::New
            }
        }
    }
}
