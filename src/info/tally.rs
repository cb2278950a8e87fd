//! The records of a log, counted: most of them on all threads, in the stretch where they stand.
//!
//! What a line is can hang on what stands before it, in another stretch perhaps, and only the [`Assembler`] knows that.
//! It is asked about few records, though: where one follows another of the same form, and neither is at an edge, both
//! are records whatever is around them.

use super::Lines;
use crate::decode::{Item, Run, Stretch};
use crate::record::Head;
use crate::record::assemble::{Assembler, Piece};
use crate::record::scan::{Heads, Mark, Seen, end_of, scan};
use crate::record::template::{Clock, Stamp, Template};

/// The records of one stretch.
#[derive(Debug, Default)]
pub struct Tally {
    /// Those that are beyond doubt.
    sure: Lines,
    /// The others. Their texts hold those of the sure ones.
    marks: Vec<Mark>,
    /// Length of the stretch, in bytes. `None` if it has not been counted.
    len: Option<usize>,
}

impl Tally {
    /// Counts the records of `stretch`, unless it is broken in the middle.
    pub fn set(&mut self, stretch: Stretch<'_>) {
        let Stretch { text, breaks } = stretch;
        self.sure = Lines::default();
        self.marks.clear();
        self.len = None;
        if breaks.iter().any(|&at| at > 0 && at < text.len()) {
            return;
        }
        self.len = Some(text.len());
        let (mut heads, mut chain) = (Heads::new(text), None::<Chain>);
        while let Some((at, seen)) = heads.next() {
            match (seen, &mut chain) {
                (Seen::Like(stamp), Some(chain)) => chain.push(at, stamp, &mut self.sure),
                (Seen::Like(stamp), None) => {
                    let head = heads.template.head(stamp);
                    // Neither at the edge nor, as these forms are, weak.
                    if self.marks.last().is_some_and(|last| last.start > 0 && last.head.form == head.form) {
                        chain = Some(Chain { template: heads.template, start: at, last: stamp, span: None });
                    } else {
                        self.open(at, head, text);
                    }
                }
                (Seen::Anew(head), _) => {
                    self.end(chain.take(), text);
                    self.open(at, head, text);
                }
            }
        }
        self.end(chain, text);
        self.close(text.len(), text);
    }

    /// The last mark ends where another one starts.
    fn open(&mut self, start: usize, head: Head, text: &[u8]) {
        self.close(start, text);
        self.marks.push(Mark { start, end: text.len(), head, passes: true });
    }

    fn close(&mut self, end: usize, text: &[u8]) {
        if let Some(last) = self.marks.last_mut() {
            last.end = end_of(&last.head, text, last.start..end);
        }
    }

    /// Only of the last in a chain it is not sure where it ends.
    fn end(&mut self, chain: Option<Chain>, text: &[u8]) {
        let Some(Chain { template, start, last, span }) = chain else { return };
        for clock in span.into_iter().flat_map(<[Clock; 2]>::from) {
            self.sure.reach(template.head(Stamp { clock, ..last }).time);
        }
        self.open(start, template.head(last), text);
    }
}

/// Records that follow on the last mark, all of one form and day.
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
    /// Takes the next item, with what was counted in its stretch, and adds its records to `lines`.
    pub fn item(&mut self, item: Item<'_>, tally: &Tally, lines: &mut Lines) {
        match item {
            Item::Gap(_) => self.assemble(item, &[], lines),
            Item::Run(run) if Some(run.text.len()) == tally.len => {
                lines.merge(&tally.sure);
                self.assemble(item, &tally.marks, lines);
            }
            // Something stands in between that the tally knows nothing of.
            Item::Run(run) => {
                let mut marks = std::mem::take(&mut self.marks);
                scan(Stretch { text: run.text, breaks: &[] }, passes, &mut marks);
                self.assemble(Item::Run(Run { start: 0, ..run }), &marks, lines);
                self.marks = marks;
            }
        }
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
    use crate::decode::{Cause, Gap};

    const STOCK: &str = "[I][2023-11-05 +8.0 14:19:18.434][1, 2*][tag][a.cpp:1, f][m\n";
    const TIM: &str = "TIM: 2023-11-06 14:20:18.434 E |-a.cpp:1  F  |m\n";
    const KINDS: [&str; 10] = [
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

    /// Counts `text` cut at `cuts` into stretches, and those at `splits` into runs.
    fn counted(text: &str, cuts: &[usize], splits: &[usize], tallies: bool) -> Lines {
        let (mut lines, mut counter, mut tally) = (Lines::default(), Counter::default(), Tally::default());
        let gap = Gap { offset: 0, len: 0, cause: Cause::Skip(1..=1) };
        let mut from = 0;
        for &to in cuts.iter().chain([&text.len()]) {
            let Some(stretch) = text.as_bytes().get(from..to) else { continue };
            // A tally of another length is none.
            let tallied = if tallies { stretch } else { &b"?"[..usize::from(stretch.len() != 1)] };
            tally.set(Stretch { text: tallied, breaks: &[] });
            let mut start = 0;
            for &split in splits.iter().filter(|split| (from..to).contains(*split)).chain([&to]) {
                let Some(text) = stretch.get(start..split - from) else { continue };
                counter.item(Item::Run(Run { text, start, blocks: &[] }), &tally, &mut lines);
                if split < to {
                    counter.item(Item::Gap(&gap), &tally, &mut lines);
                }
                start = split - from;
            }
            from = to;
        }
        counter.end(&mut lines);
        lines
    }

    #[test]
    fn what_is_sure_is_not_asked_about() {
        let mut tally = Tally::default();
        let text = STOCK.repeat(100);
        tally.set(Stretch { text: text.as_bytes(), breaks: &[] });
        assert_eq!((tally.marks.len(), tally.sure.records), (3, 97));
        assert_eq!(tally.marks.last().map(|mark| mark.end), Some(text.len()));
        assert_eq!(counted(&text, &[], &[], true).records, 100);
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
            prop_assert_eq!(counted(&text, &cuts, &splits, true), counted(&text, &cuts, &splits, false));
        }
    }
}
