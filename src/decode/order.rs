//! Makes items of batches that are in order, before they are shown.
//!
//! This is the place for everything that needs the whole file in order: seq, the counts, what a run of zeros means, and
//! which gaps belong together.

use std::collections::VecDeque;

use crate::codec::Fault;
use crate::xlog::Fit;
use crate::xlog::header::ClientKey;
use crate::xlog::seq::{Continuity, SeqTracker};

use super::decoded::{Between, Decoded, Lost};
use super::item::{Block, Gap, GapCause, GapPlace, Item, Report, TextRun};

/// The size of a cache file, including its zero fill. It takes up as much when it is appended to a log.
const CACHE_FILE: u64 = 150 << 10;

/// Makes a stream of items from the results of batches, and counts them for the report.
#[derive(Debug, Default)]
pub struct Order {
    sequence: SeqTracker,
    /// Zeros that may be padding or a gap: their start and end.
    fill: Option<(u64, u64)>,
    /// Where the last block started.
    last_block: Option<u64>,
    /// Whether the end of that block is unknown.
    is_broken: bool,
    /// The last bytes that gave no text, if the next foreign bytes may continue them.
    open_gap: Option<Lost>,
    /// The place of the last gap, unless text or a skipped block has come since.
    place: Option<OpenPlace>,
    /// The last few client keys whose blocks could be decrypted.
    opened: VecDeque<ClientKey>,
    report: Report,
}

/// A place to which the next gap may belong.
#[derive(Debug)]
struct OpenPlace {
    /// Whether its lost bytes lack a key; `None` if no bytes have been lost so far.
    lacks_key: Option<bool>,
    /// Whether seq skips here too.
    skips: bool,
}

/// How many client keys are remembered as opened.
const MAX_OPENED: usize = 8;

impl Order {
    /// Takes the next batch, and shows the items that are complete.
    ///
    /// # Errors
    /// Those of `show`.
    pub fn batch<E>(
        &mut self,
        decoded: &mut Decoded,
        show: &mut impl FnMut(Item<'_>) -> Result<(), E>,
    ) -> Result<(), E> {
        for block in decoded.blocks.iter_mut().filter(|block| !block.guest) {
            block.continuity = self.sequence.observe(&block.header, block.checksum);
        }
        let decoded = &*decoded;
        self.report.bytes += decoded.bytes;
        let mut shown = 0;
        for (place, between) in &decoded.between {
            self.show_blocks(decoded, shown, *place, show)?;
            shown = *place;
            match between {
                Between::Gap(lost) => {
                    self.end_fill(lost.offset, show)?;
                    self.add_lost(lost, show)?;
                }
                Between::Fill { offset, len } => {
                    let start = self.fill.map_or(*offset, |(start, _)| start);
                    self.fill = Some((start, offset + len));
                }
                Between::Rest(range) => {
                    self.close_open_gap(show)?;
                    self.place = None;
                    self.report.text += range.len() as u64;
                    let text = decoded.text.bytes().get(range.clone()).unwrap_or_default();
                    show(Item::Text(TextRun { text, start: range.start, blocks: &[] }))?;
                }
                Between::Partial(range) => {
                    self.close_open_gap(show)?;
                    self.place = None;
                    self.report.partial += 1;
                    show(Item::Partial(decoded.partial.part(range.clone())))?;
                }
            }
        }
        self.show_blocks(decoded, shown, decoded.blocks.len(), show)
    }

    /// Shows what is left at the end of the file, and returns the report.
    ///
    /// # Errors
    /// Those of `show`.
    pub fn end<E>(mut self, show: &mut impl FnMut(Item<'_>) -> Result<(), E>) -> Result<Report, E> {
        // A cache file may have been truncated in its zero fill.
        let is_cache = |end: u64| match self.last_block {
            Some(0) => end <= CACHE_FILE,
            Some(block) => end - block == CACHE_FILE,
            None => false,
        };
        if let Some((start, end)) = self.fill.take_if(|(_, end)| is_cache(*end)) {
            self.report.padding += end - start;
        }
        self.end_fill(u64::MAX, show)?;
        self.close_open_gap(show)?;
        Ok(self.report)
    }

    /// Shows `decoded.blocks[from..to]`, and the skips between them.
    fn show_blocks<E>(
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
            self.close_open_gap(show)?;
            if let Some(client) = block.client.as_deref().filter(|_| !block.text.is_empty()) {
                self.remember_opened(client);
            }
            self.last_block = Some(block.offset);
            self.is_broken = block.fit == Fit::Broken;
            self.report.repaired += u64::from(matches!(block.fit, Fit::Repaired(_)));
            self.report.unwanted += u64::from(block.unwanted);
            // Unread blocks are a run of their own, because the text before and after them does not belong together.
            if index > shown && blocks.get(index - 1).is_some_and(|before| before.unwanted != block.unwanted) {
                self.show_run(decoded, &blocks[shown..index], show)?;
                shown = index;
            }
            match &block.continuity {
                Continuity::Continues => {}
                Continuity::Restarts => self.report.restarts += 1,
                Continuity::Repeats => self.report.repeats += 1,
                Continuity::Skips(missing) => {
                    self.show_run(decoded, &blocks[shown..index], show)?;
                    shown = index;
                    self.show_gap(block.offset, 0, GapCause::Skip(missing.clone()), show)?;
                }
            }
        }
        self.show_run(decoded, blocks.get(shown..).unwrap_or_default(), show)
    }

    fn show_run<E>(
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

    /// Decides about zeros, which end at `at`: they are the padding of a cache file, or text is missing there.
    fn end_fill<E>(&mut self, at: u64, show: &mut impl FnMut(Item<'_>) -> Result<(), E>) -> Result<(), E> {
        let Some((start, end)) = self.fill.take() else { return Ok(()) };
        if end == at && self.last_block.is_some_and(|block| end - block == CACHE_FILE) {
            self.report.padding += end - start;
            return Ok(());
        }
        self.close_open_gap(show)?;
        self.show_gap(start, end - start, GapCause::ZeroFill, show)
    }

    /// Takes bytes that gave no text. Foreign bytes right after others, or after a block without an end, are joined
    /// with them: where the framer splits them has no meaning.
    fn add_lost<E>(&mut self, lost: &Lost, show: &mut impl FnMut(Item<'_>) -> Result<(), E>) -> Result<(), E> {
        let Lost { offset, len, cause } = lost;
        let is_foreign = *cause == GapCause::Foreign;
        if let Some(before) =
            self.open_gap.as_mut().filter(|before| is_foreign && before.offset + before.len == *offset)
        {
            before.len += len;
            return Ok(());
        }
        self.close_open_gap(show)?;
        let cause = match cause {
            // The key is known to work, so the block must be damaged.
            GapCause::Encrypted { client, tried: true } if self.opened.contains(client) => {
                GapCause::Body(Fault::Corrupt)
            }
            cause => cause.clone(),
        };
        if is_foreign || self.is_broken && matches!(cause, GapCause::Body(_)) {
            self.open_gap = Some(Lost { offset: *offset, len: *len, cause });
            return Ok(());
        }
        self.show_gap(*offset, *len, cause, show)
    }

    fn close_open_gap<E>(&mut self, show: &mut impl FnMut(Item<'_>) -> Result<(), E>) -> Result<(), E> {
        let Some(Lost { offset, len, cause }) = self.open_gap.take() else { return Ok(()) };
        self.show_gap(offset, len, cause, show)
    }

    fn remember_opened(&mut self, client: &ClientKey) {
        if self.opened.front() != Some(client) {
            self.opened.retain(|opened| opened != client);
            self.opened.push_front(*client);
            self.opened.truncate(MAX_OPENED);
        }
    }

    fn show_gap<E>(
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

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use super::*;
    use crate::xlog::Header;
    use crate::xlog::magic::{Layout, kind};

    const KEY: ClientKey = [7; 64];

    /// Builds the result of a batch.
    #[derive(Default)]
    struct Made(Decoded);

    impl Made {
        fn block(self, offset: u64, seq: u16, text: &str) -> Made {
            self.change(offset, seq, text, |_| {})
        }

        fn change(mut self, offset: u64, seq: u16, text: &str, change: impl FnOnce(&mut Block)) -> Made {
            let header =
                Header { kind: kind(0x09, Layout::Keyed).unwrap(), seq, begin_hour: 0, end_hour: 0, length: 1 };
            let start = self.0.text.len();
            self.0.text.push(text.as_bytes());
            let mut block = Block {
                offset,
                header,
                client: None,
                fit: Fit::Sound,
                guest: false,
                continuity: Continuity::Continues,
                unwanted: false,
                text: start..self.0.text.len(),
                text_behind_gap: 0,
                checksum: seq.into(),
            };
            change(&mut block);
            self.0.blocks.push(block);
            self
        }

        fn between(mut self, event: Between) -> Made {
            self.0.between.push((self.0.blocks.len(), event));
            self
        }

        fn gap(self, offset: u64, len: u64, cause: GapCause) -> Made {
            self.between(Between::Gap(Lost { offset, len, cause }))
        }

        fn fill(self, offset: u64, len: u64) -> Made {
            self.between(Between::Fill { offset, len })
        }
    }

    /// The items that some batches give, each as a short text, and the report.
    fn items_of(batches: impl IntoIterator<Item = Made>) -> (Vec<String>, Report) {
        let (mut order, mut shown) = (Order::default(), Vec::new());
        let mut show = |item: Item<'_>| {
            shown.push(match item {
                Item::Text(run) => String::from_utf8_lossy(run.text).into_owned(),
                Item::Partial(line) => format!("partial {}", String::from_utf8_lossy(&line.shown())),
                Item::Gap(gap) => format!("{} {}+{} {:?}", gap.cause.name(), gap.offset, gap.len, gap.place),
            });
            Ok::<_, Infallible>(())
        };
        for Made(mut decoded) in batches {
            order.batch(&mut decoded, &mut show).unwrap();
        }
        let report = order.end(&mut show).unwrap();
        (shown, report)
    }

    fn corrupt() -> GapCause {
        GapCause::Body(Fault::Corrupt)
    }

    #[test]
    fn blocks_without_a_gap_are_one_run() {
        let (shown, report) = items_of([Made::default().block(0, 1, "one ").block(9, 2, "two")]);
        assert_eq!(shown, ["one two"]);
        assert_eq!((report.blocks, report.text, report.is_intact()), (2, 7, true));
    }

    #[test]
    fn seq_skips_restarts_and_repeats() {
        let blocks = [1, 2, 5, 1, 2, 2].into_iter().enumerate();
        let made = blocks.fold(Made::default(), |made, (at, seq)| made.block(at as u64 * 10, seq, &seq.to_string()));
        let (shown, report) = items_of([made]);
        assert_eq!(shown, ["12", "missing-blocks 20+0 New", "5122"]);
        assert_eq!((report.skips, report.missing, report.restarts, report.repeats), (1, 2, 1, 1));
        assert_eq!((report.gaps, report.is_intact()), (0, true));
    }

    #[test]
    fn seq_goes_on_from_batch_to_batch() {
        let (shown, report) = items_of([1, 2, 4].map(|seq| Made::default().block(seq.into(), seq, "x")));
        assert_eq!(shown, ["x", "x", "missing-blocks 4+0 New", "x"]);
        assert_eq!((report.skips, report.missing), (1, 1));
    }

    #[test]
    fn a_guest_is_not_counted_with_its_host() {
        let guest = |block: &mut Block| block.guest = true;
        let (shown, report) = items_of([Made::default().block(0, 1, "a").change(5, 9, "b", guest).block(9, 2, "c")]);
        assert_eq!(shown, ["abc"]);
        assert_eq!((report.blocks, report.skips, report.restarts), (3, 0, 0));
    }

    #[test]
    fn gaps_without_text_in_between_are_one_place() {
        let made = Made::default().block(0, 1, "a").gap(10, 5, corrupt()).block(15, 2, "").gap(20, 5, corrupt());
        let (shown, report) = items_of([made.block(25, 3, "b").gap(30, 5, corrupt())]);
        assert_eq!(shown, ["a", "damaged 10+5 New", "", "damaged 20+5 Same", "b", "damaged 30+5 New"]);
        assert_eq!((report.gaps, report.lost), (2, 15));

        let made = Made::default().block(0, 1, "a").block(10, 3, "").gap(12, 5, corrupt());
        assert_eq!(items_of([made]).0, ["a", "missing-blocks 10+0 New", "", "damaged 12+5 FirstLoss"]);

        // A missing key is not the same place as damage.
        let encrypted = GapCause::Encrypted { client: Box::new(KEY), tried: false };
        let (shown, report) = items_of([Made::default().gap(0, 5, corrupt()).gap(5, 5, encrypted)]);
        assert_eq!(shown, ["damaged 0+5 New", "encrypted 5+5 New"]);
        assert_eq!((report.gaps, report.unopened, report.clients), (2, 1, vec![KEY]));
    }

    #[test]
    fn adjacent_foreign_bytes_are_one_gap_even_across_batches() {
        let foreign = |offset, len| Made::default().gap(offset, len, GapCause::Foreign);
        let (shown, report) = items_of([foreign(0, 100), foreign(100, 50), foreign(160, 5)]);
        assert_eq!(shown, ["foreign-bytes 0+150 New", "foreign-bytes 160+5 Same"]);
        assert_eq!((report.gaps, report.lost), (1, 155));
        // After a block without an end, they belong to its gap.
        let broken = |block: &mut Block| block.fit = Fit::Broken;
        let made = Made::default().change(0, 1, "a", broken).gap(10, 5, corrupt());
        assert_eq!(items_of([made, foreign(15, 5)]).0, ["a", "damaged 10+10 New"]);
    }

    #[test]
    fn zeros_after_a_cache_block_are_padding() {
        let fill = |len| Made::default().block(0, 1, "a").fill(100, 50).fill(150, len);
        let rest = CACHE_FILE - 150;
        // A cache file may be truncated in its zeros. In a log, the next block shows where they end.
        let log = |made: Made| made.block(CACHE_FILE, 2, "b");
        for (made, padding, lost) in [
            (fill(rest), rest + 50, 0),
            (fill(rest - 9), rest + 41, 0),
            (fill(rest + 1), 0, rest + 51),
            (log(fill(rest)), rest + 50, 0),
            (log(fill(rest - 9)), 0, rest + 41),
        ] {
            let report = items_of([made]).1;
            assert_eq!((report.padding, report.lost), (padding, lost));
        }
    }

    #[test]
    fn zeros_in_two_batches_are_one_gap() {
        let batches = [Made::default().fill(0, 100), Made::default().fill(100, 20).block(120, 1, "a")];
        assert_eq!(items_of(batches).0, ["zeros 0+120 New", "a"]);
    }

    #[test]
    fn a_key_that_opened_a_block_is_not_missing() {
        let encrypted = || GapCause::Encrypted { client: Box::new(KEY), tried: true };
        let opened = |block: &mut Block| block.client = Some(Box::new(KEY));
        let (shown, report) = items_of([Made::default().change(0, 1, "a", opened).gap(10, 5, encrypted())]);
        assert_eq!((shown, report.unopened), (vec!["a".into(), "damaged 10+5 New".to_string()], 0));
        // A block without text proves nothing.
        let (shown, report) = items_of([Made::default().change(0, 1, "", opened).gap(10, 5, encrypted())]);
        assert_eq!((shown, report.unopened), (vec![String::new(), "encrypted 10+5 New".to_string()], 1));
    }

    #[test]
    fn an_error_of_the_callback_stops_it() {
        let Made(mut decoded) = Made::default().block(0, 1, "a").gap(9, 1, corrupt());
        let mut shown = 0;
        let refused = Order::default().batch(&mut decoded, &mut |_| {
            shown += 1;
            Err("enough")
        });
        assert_eq!((refused, shown), (Err("enough"), 1));
    }
}
