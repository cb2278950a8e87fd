//! The records of a log, counted: most of them on all threads, in the chunk where they stand.
//!
//! Whether a line starts a record can depend on what comes before it, perhaps in another chunk, and only the
//! [`Assembler`] knows that. It is asked about few records, though: where a head follows another of the same form, and
//! neither is at an edge, both start records whatever is around them.
//!
//! What that is worth, in CPU time of `info` on one machine: 0.23 s instead of 0.27 s for an IM SDK log with 245 MB of
//! text, 0.72 s instead of 0.75 s for a log of mars with 268 MB of text.

use std::ops::Range;

use super::Lines;
use crate::decode::{Item, TextChunk, TextRun};
use crate::record::assemble::Assembler;
use crate::record::scan::{Heads, Mark, Seen, end_of, scan};
use crate::record::template::{Clock, Stamp, Template};
use crate::record::{Head, Piece};

/// The records of one chunk.
#[derive(Debug, Default)]
pub struct Tally {
    /// The sure records, by the parts that breaks make of the chunk.
    parts: Vec<Part>,
    /// The other records, with their places in the chunk. Their texts include those of the sure ones.
    marks: Vec<Mark>,
}

/// The sure records of a part of a chunk.
#[derive(Debug)]
struct Part {
    /// Where it lies, in bytes.
    range: Range<usize>,
    sure: Lines,
}

impl Tally {
    /// Counts the records of `chunk`.
    pub fn set(&mut self, chunk: TextChunk<'_>) {
        self.parts.clear();
        self.marks.clear();
        for (base, text) in chunk.parts().filter(|(_, text)| !text.is_empty()) {
            let first = self.marks.len();
            let mut scan = Scan { text, base, first, marks: &mut self.marks, sure: Lines::default() };
            scan.run();
            self.parts.push(Part { range: base..base + text.len(), sure: scan.sure });
        }
    }

    /// The sure records in `range`. `None` if it ends within a part.
    fn sure(&self, range: Range<usize>) -> Option<impl Iterator<Item = &Lines>> {
        let from = self.parts.partition_point(|part| part.range.start < range.start);
        let to = self.parts.partition_point(|part| part.range.start < range.end);
        let parts = self.parts.get(from..to)?;
        let ends = parts.first()?.range.start == range.start && parts.last()?.range.end == range.end;
        ends.then(|| parts.iter().map(|part| &part.sure))
    }
}

/// A part of a chunk while it is scanned.
struct Scan<'a> {
    text: &'a [u8],
    /// Where the text starts in the chunk, in bytes.
    base: usize,
    /// The first of its marks.
    first: usize,
    marks: &'a mut Vec<Mark>,
    sure: Lines,
}

impl Scan<'_> {
    fn run(&mut self) {
        let (mut heads, mut chain) = (Heads::new(self.text), None::<Chain>);
        while let Some((at, seen)) = heads.next() {
            match (seen, &mut chain) {
                (Seen::Like(stamp), Some(chain)) => chain.push(at, stamp, &mut self.sure),
                (Seen::Like(stamp), None) => {
                    let head = heads.template.head(stamp);
                    if self.is_inner(&head) {
                        chain = Some(Chain { template: heads.template, start: at, last: stamp, span: None });
                    } else {
                        self.open(at, head);
                    }
                }
                (Seen::Anew(head), _) => {
                    self.end(chain.take());
                    self.open(at, head);
                }
            }
        }
        self.end(chain);
        self.close(self.text.len());
    }

    /// Whether a record with this head, which is like a template, would follow one of the same form that is not at the
    /// edge. If so, it is a record: heads of these forms are never weak, and no state of the assembler changes between
    /// two of one form.
    fn is_inner(&self, head: &Head) -> bool {
        let last = self.marks.get(self.first..).and_then(<[Mark]>::last);
        last.is_some_and(|last| last.start > self.base && last.head.form == head.form)
    }

    /// Adds a mark. The last one ends where it starts.
    fn open(&mut self, start: usize, head: Head) {
        self.close(start);
        let (start, end) = (self.base + start, self.base + self.text.len());
        self.marks.push(Mark { start, end, head, passes: true });
    }

    fn close(&mut self, end: usize) {
        if let Some(last) = self.marks.get_mut(self.first..).and_then(<[Mark]>::last_mut) {
            last.end = self.base + end_of(&last.head, self.text, last.start - self.base..end);
        }
    }

    /// Ends a chain. Only its last record is not sure, as its end is not known yet.
    fn end(&mut self, chain: Option<Chain>) {
        let Some(Chain { template, start, last, span }) = chain else { return };
        for clock in span.into_iter().flat_map(<[Clock; 2]>::from) {
            self.sure.reach(template.head(Stamp { clock, ..last }).time);
        }
        self.open(start, template.head(last));
    }
}

/// Records that follow the last mark, all of one form and day.
struct Chain {
    template: Template,
    /// Where the last of them starts.
    start: usize,
    last: Stamp,
    /// The earliest and the latest of the others.
    span: Option<(Clock, Clock)>,
}

impl Chain {
    /// Another one follows: so the one before is sure.
    #[inline]
    fn push(&mut self, start: usize, stamp: Stamp, sure: &mut Lines) {
        let Stamp { level, clock } = std::mem::replace(&mut self.last, stamp);
        self.start = start;
        let (earliest, latest) = self.span.unwrap_or((clock, clock));
        self.span = Some((earliest.min(clock), latest.max(clock)));
        sure.count(Some(level), Some(clock.hour()));
    }
}

/// All records count.
fn passes(_: &Head, _: &[u8]) -> bool {
    true
}

/// Counts records in the order of the file.
#[derive(Debug)]
pub struct Counter {
    assembler: Assembler<fn(&Head, &[u8]) -> bool>,
    marks: Vec<Mark>,
}

impl Default for Counter {
    fn default() -> Counter {
        Counter { assembler: Assembler::new(passes), marks: Vec::new() }
    }
}

impl Counter {
    /// Takes the next item, with what was counted in its chunk, and adds its records to `lines`.
    pub fn item(&mut self, item: Item<'_>, tally: &Tally, lines: &mut Lines) {
        let Item::Text(run) = item else { return self.assemble(item, &[], lines) };
        if let Some(sure) = tally.sure(run.start..run.start + run.text.len()) {
            sure.for_each(|sure| lines.merge(sure));
            return self.assemble(item, &tally.marks, lines);
        }
        // The item is cut at a place that was not known when its chunk was counted.
        let mut marks = std::mem::take(&mut self.marks);
        scan(TextChunk { text: run.text, breaks: &[] }, passes, &mut marks);
        self.assemble(Item::Text(TextRun { start: 0, ..run }), &marks, lines);
        self.marks = marks;
    }

    /// The end of the file.
    pub fn end(mut self, lines: &mut Lines) {
        let Ok(()) = self.assembler.end(&mut |piece| count(piece, lines));
    }

    fn assemble(&mut self, item: Item<'_>, marks: &[Mark], lines: &mut Lines) {
        let Ok(()) = self.assembler.item(item, marks, &mut |piece| count(piece, lines));
    }
}

fn count(piece: Piece<'_>, lines: &mut Lines) -> Result<(), std::convert::Infallible> {
    if let Piece::Record(found) = piece
        && !found.continued
    {
        lines.add(&found.head);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::decode::{Gap, GapCause, GapPlace};

    const STOCK: &str = "[I][2023-11-05 +8.0 14:19:18.434][1, 2*][tag][a.cpp:1, f][m\n";
    const TIM: &str = "TIM: 2023-11-06 14:20:18.434 E |-a.cpp:1  F  |m\n";
    const KINDS: [&str; 11] = [
        "[I][2023-11-05 +9.0 14:19:18.434][1, 2*][tag][a.cpp:1, f][m\n",
        STOCK,
        STOCK,
        "[E][2023-11-05 +8.0 15:00:00.000][1, 2*][tag][a.cpp:1, f][m\nmore\n",
        TIM,
        TIM,
        "\tat x\n",
        "[INFO][A.mm:1][f][t]m\n",
        "2019-05-28 21:51:56.161| 21504|tag|I|  a.cpp:131 |f  > m\n",
        "^^^^^^^^^^y[2023-11-05 +0800 04:16:36]\n",
        "[F]imlog: 5 bytes lost\n",
    ];

    /// Counts `text`, cut into chunks at `cuts`, and these into runs at `splits`, which the tallies know or not. Without tallies: only by the marks of `scan`.
    fn counted(text: &str, cuts: &[usize], splits: &[usize], known: bool, tallies: bool) -> Lines {
        let (mut lines, mut counter, mut tally) = (Lines::default(), Counter::default(), Tally::default());
        let gap =
            Gap { offset: 0, len: 0, cause: GapCause::Skip(1..=1), place: GapPlace::New, before: None, after: None };
        let mut from = 0;
        for &to in cuts.iter().chain([&text.len()]) {
            let Some(chunk) = text.as_bytes().get(from..to) else { continue };
            let splits: Vec<_> =
                splits.iter().filter(|split| (from..to).contains(*split)).map(|at| at - from).collect();
            let breaks = if known { splits.as_slice() } else { &[] };
            tally.set(TextChunk { text: chunk, breaks });
            let mut marks = Vec::new();
            scan(TextChunk { text: chunk, breaks: &splits }, passes, &mut marks);
            let mut start = 0;
            for &split in splits.iter().chain([&chunk.len()]) {
                let Some(text) = chunk.get(start..split) else { continue };
                for item in [Item::Text(TextRun { text, start, blocks: &[] }), Item::Gap(&gap)] {
                    match item {
                        Item::Gap(_) if split == chunk.len() => {}
                        item if tallies => counter.item(item, &tally, &mut lines),
                        item => counter.assemble(item, &marks, &mut lines),
                    }
                }
                start = split;
            }
            from = to;
        }
        counter.end(&mut lines);
        lines
    }

    #[test]
    fn the_assembler_is_not_asked_about_sure_records() {
        let mut tally = Tally::default();
        let text = STOCK.repeat(100);
        tally.set(TextChunk { text: text.as_bytes(), breaks: &[] });
        assert_eq!((tally.marks.len(), tally.parts[0].sure.records), (3, 97));
        assert_eq!(tally.marks.last().map(|mark| mark.end), Some(text.len()));
        assert_eq!(counted(&text, &[], &[], true, true).records, 100);
    }

    proptest! {
        #[test]
        fn a_tally_changes_no_count(
            kinds in prop::collection::vec(0..KINDS.len(), 0..30),
            cuts in prop::collection::vec(0..900usize, 0..4),
            splits in prop::collection::vec(0..900usize, 0..2),
        ) {
            let text: String = kinds.into_iter().map(|kind| KINDS[kind]).collect();
            let (mut cuts, mut splits) = (cuts, splits);
            cuts.sort_unstable();
            splits.sort_unstable();
            let expected = counted(&text, &cuts, &splits, true, false);
            for known in [true, false] {
                prop_assert_eq!(counted(&text, &cuts, &splits, known, true), expected.clone());
            }
        }
    }
}
