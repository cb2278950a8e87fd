//! Batches in order: the last look at them before they are shown.
//!
//! Here stands what needs the whole file in its order: seq, the counts, what a run of zeros means, and which gaps
//! are one.

use std::collections::VecDeque;

use crate::codec::Fault;
use crate::xlog::Fit;
use crate::xlog::header::ClientKey;
use crate::xlog::seq::{Continuity, SeqTracker};

use super::decoded::{Between, Decoded, Lost};
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
        for (place, between) in &decoded.between {
            self.blocks(decoded, shown, *place, show)?;
            shown = *place;
            match between {
                Between::Gap(lost) => {
                    self.end_fill(lost.offset, show)?;
                    self.lost(lost, show)?;
                }
                Between::Fill { offset, len } => {
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

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use super::*;
    use crate::xlog::Header;
    use crate::xlog::magic::{Layout, kind};

    const KEY: ClientKey = [7; 64];

    /// A batch in the making.
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
                unwanted: false,
                text: start..self.0.text.len(),
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

    /// The items of some batches, a word each, and the report.
    fn told(batches: impl IntoIterator<Item = Made>) -> (Vec<String>, Report) {
        let (mut order, mut told) = (Order::default(), Vec::new());
        let mut show = |item: Item<'_>| {
            told.push(match item {
                Item::Text(run) => String::from_utf8_lossy(run.text).into_owned(),
                Item::Gap(gap) => format!("{} {}+{} {:?}", gap.cause.name(), gap.offset, gap.len, gap.place),
            });
            Ok::<_, Infallible>(())
        };
        for Made(decoded) in batches {
            order.batch(&decoded, &mut show).unwrap();
        }
        let report = order.end(&mut show).unwrap();
        (told, report)
    }

    fn corrupt() -> GapCause {
        GapCause::Body(Fault::Corrupt)
    }

    #[test]
    fn blocks_without_a_gap_are_one_run() {
        let (told, report) = told([Made::default().block(0, 1, "one ").block(9, 2, "two")]);
        assert_eq!(told, ["one two"]);
        assert_eq!((report.blocks, report.text, report.is_intact()), (2, 7, true));
    }

    #[test]
    fn seq_skips_restarts_and_repeats() {
        let blocks = [1, 2, 5, 1, 2, 2].into_iter().enumerate();
        let made = blocks.fold(Made::default(), |made, (at, seq)| made.block(at as u64 * 10, seq, &seq.to_string()));
        let (told, report) = told([made]);
        assert_eq!(told, ["12", "missing-blocks 20+0 New", "5122"]);
        assert_eq!((report.skips, report.missing, report.restarts, report.repeats), (1, 2, 1, 1));
        assert_eq!((report.gaps, report.is_intact()), (0, true));
    }

    #[test]
    fn seq_goes_on_from_batch_to_batch() {
        let (shown, report) = told([1, 2, 4].map(|seq| Made::default().block(seq.into(), seq, "x")));
        assert_eq!(shown, ["x", "x", "missing-blocks 4+0 New", "x"]);
        assert_eq!((report.skips, report.missing), (1, 1));
    }

    #[test]
    fn a_guest_is_not_counted_with_its_host() {
        let guest = |block: &mut Block| block.guest = true;
        let (told, report) = told([Made::default().block(0, 1, "a").change(5, 9, "b", guest).block(9, 2, "c")]);
        assert_eq!(told, ["abc"]);
        assert_eq!((report.blocks, report.skips, report.restarts), (3, 0, 0));
    }

    #[test]
    fn gaps_without_text_between_are_one_place() {
        let made = Made::default().block(0, 1, "a").gap(10, 5, corrupt()).block(15, 2, "").gap(20, 5, corrupt());
        let (shown, report) = told([made.block(25, 3, "b").gap(30, 5, corrupt())]);
        assert_eq!(shown, ["a", "damaged 10+5 New", "", "damaged 20+5 Same", "b", "damaged 30+5 New"]);
        assert_eq!((report.gaps, report.lost), (2, 15));

        let made = Made::default().block(0, 1, "a").block(10, 3, "").gap(12, 5, corrupt());
        assert_eq!(told([made]).0, ["a", "missing-blocks 10+0 New", "", "damaged 12+5 FirstLoss"]);

        // The want of a key is another place than damage.
        let encrypted = GapCause::Encrypted { client: Box::new(KEY), tried: false };
        let (shown, report) = told([Made::default().gap(0, 5, corrupt()).gap(5, 5, encrypted)]);
        assert_eq!(shown, ["damaged 0+5 New", "encrypted 5+5 New"]);
        assert_eq!((report.gaps, report.unopened, report.clients), (2, 1, vec![KEY]));
    }

    #[test]
    fn foreign_bytes_that_touch_are_one_gap_over_batches_too() {
        let foreign = |offset, len| Made::default().gap(offset, len, GapCause::Foreign);
        let (shown, report) = told([foreign(0, 100), foreign(100, 50), foreign(160, 5)]);
        assert_eq!(shown, ["foreign-bytes 0+150 New", "foreign-bytes 160+5 Same"]);
        assert_eq!((report.gaps, report.lost), (1, 155));
        // Behind a block without an end, they are its own.
        let broken = |block: &mut Block| block.fit = Fit::Broken;
        let made = Made::default().change(0, 1, "a", broken).gap(10, 5, corrupt());
        assert_eq!(told([made, foreign(15, 5)]).0, ["a", "damaged 10+10 New"]);
    }

    #[test]
    fn the_zeros_behind_a_cache_block_are_padding() {
        let fill = |len| Made::default().block(0, 1, "a").fill(100, 50).fill(150, len);
        let rest = CACHE_FILE - 150;
        // Cut in its zeros, the file is still one, and in a log, the next block says where the zeros end.
        let log = |made: Made| made.block(CACHE_FILE, 2, "b");
        for (made, padding, lost) in [
            (fill(rest), rest + 50, 0),
            (fill(rest - 9), rest + 41, 0),
            (fill(rest + 1), 0, rest + 51),
            (log(fill(rest)), rest + 50, 0),
            (log(fill(rest - 9)), 0, rest + 41),
        ] {
            let report = told([made]).1;
            assert_eq!((report.padding, report.lost), (padding, lost));
        }
    }

    #[test]
    fn zeros_in_two_batches_are_one_gap() {
        let batches = [Made::default().fill(0, 100), Made::default().fill(100, 20).block(120, 1, "a")];
        assert_eq!(told(batches).0, ["zeros 0+120 New", "a"]);
    }

    #[test]
    fn a_key_that_opened_a_block_is_not_what_is_missing() {
        let encrypted = || GapCause::Encrypted { client: Box::new(KEY), tried: true };
        let opened = |block: &mut Block| block.client = Some(Box::new(KEY));
        let (shown, report) = told([Made::default().change(0, 1, "a", opened).gap(10, 5, encrypted())]);
        assert_eq!((shown, report.unopened), (vec!["a".into(), "damaged 10+5 New".to_string()], 0));
        // A block without text proves nothing.
        let (shown, report) = told([Made::default().change(0, 1, "", opened).gap(10, 5, encrypted())]);
        assert_eq!((shown, report.unopened), (vec![String::new(), "encrypted 10+5 New".to_string()], 1));
    }

    #[test]
    fn what_is_refused_ends_it() {
        let Made(decoded) = Made::default().block(0, 1, "a").gap(9, 1, corrupt());
        let mut shown = 0;
        let refused = Order::default().batch(&decoded, &mut |_| {
            shown += 1;
            Err("enough")
        });
        assert_eq!((refused, shown), (Err("enough"), 1));
    }
}
