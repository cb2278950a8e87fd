//! Marks and items, in the order of the file, to records: across the borders of blocks and batches.

use super::open::OpenRecord;
use super::piece::{FoundRecord, Parts, Piece, RecordPlace, Verdict};
use super::scan::Mark;
use crate::decode::{Block, Item};
use crate::line::{Form, Head};

/// Puts records together. The last record of a run stays open until it is known what follows.
#[derive(Debug)]
pub struct Assembler<J, V = bool> {
    open: OpenRecord<J, V>,
    /// Whether the last byte ended a line, or there was none since a gap.
    at_line: bool,
    /// Whether the file has lines of the IM SDK 5.x or later, where everything else continues the line before.
    is_tim: bool,
    /// Whether it has lines of a form that is known.
    is_known: bool,
    /// The form of the last head.
    last: Form,
    /// How many records have started.
    started: u64,
}

impl<V: Verdict, J: Fn(&Head, &[u8]) -> V> Assembler<J, V> {
    /// An assembler for one file. `judge` is the one that the marks were made with.
    pub fn new(judge: J) -> Assembler<J, V> {
        let open = OpenRecord::new(judge, Parts::default());
        Assembler { open, at_line: true, is_tim: false, is_known: false, last: Form::Other, started: 0 }
    }

    /// The same, with this rule for long records.
    pub fn with_parts(self, parts: Parts) -> Assembler<J, V> {
        Assembler { open: self.open.with_parts(parts), ..self }
    }

    /// Takes the next item, with the marks of its chunk, and shows the records that end in it.
    ///
    /// # Errors
    /// Those of `show`.
    pub fn item<E>(
        &mut self,
        item: Item<'_>,
        marks: &[Mark<V>],
        show: &mut impl FnMut(Piece<'_, V>) -> Result<(), E>,
    ) -> Result<(), E> {
        let run = match item {
            Item::Text(run) => run,
            Item::Gap(gap) => {
                self.end(show)?;
                return show(Piece::Gap(gap));
            }
        };
        if run.blocks.iter().any(|block| block.unwanted) {
            return self.end(show);
        }
        if run.text.is_empty() {
            return Ok(());
        }
        let end = run.start + run.text.len();
        let text = |from: usize, to: usize| run.text.get(from - run.start..to - run.start).unwrap_or_default();
        let first = marks.partition_point(|mark| mark.start < run.start);
        let (mut at, mut blocks) = (run.start, Blocks(run.blocks));
        for (index, mark) in marks.iter().enumerate().skip(first).take_while(|(_, mark)| mark.start < end) {
            let inside_line = mark.start == run.start && !self.at_line;
            self.is_tim |= mark.head.form == Form::Tim;
            self.is_known |= !matches!(mark.head.form, Form::Dated | Form::Note | Form::Marker);
            if inside_line || self.is_weak(&mark.head, text(mark.start, mark.end.min(end))) {
                continue;
            }
            self.last = mark.head.form;
            self.lead(text(at, mark.start), (at, &mut blocks), show)?;
            self.end(show)?;
            let place = self.next_place(mark.start, &mut blocks);
            // A record surely ends where its mark does if another starts right there.
            let next = marks.get(index + 1).filter(|next| next.start < end && next.start == mark.end);
            at = mark.end.min(end);
            match next.filter(|next| !self.is_weak(&next.head, text(next.start, next.end.min(end)))) {
                Some(_) => {
                    let found = FoundRecord {
                        head: mark.head,
                        text: text(mark.start, at),
                        passes: mark.passes,
                        continued: false,
                        place,
                    };
                    show(Piece::Record(found))?;
                }
                None => {
                    // The judge may have seen more than belongs to it: seq skips between two blocks.
                    let passes = (mark.end <= end).then_some(mark.passes);
                    let text = text(mark.start, at);
                    self.open.start(mark.head, place, passes, text);
                    self.at_line = text.ends_with(b"\n");
                }
            }
        }
        self.lead(text(at, end), (at, &mut blocks), show)
    }

    /// The place of the record that starts `at` this position in the chunk.
    fn next_place(&mut self, at: usize, blocks: &mut Blocks<'_>) -> RecordPlace {
        self.started += 1;
        RecordPlace { number: self.started, block: blocks.at(at) }
    }

    /// The end of the file, or of what belongs together: nothing continues the open record.
    ///
    /// # Errors
    /// Those of `show`.
    pub fn end<E>(&mut self, show: &mut impl FnMut(Piece<'_, V>) -> Result<(), E>) -> Result<(), E> {
        self.at_line = true;
        self.open.end(show)
    }

    /// The reader has nothing more for now: shows the open record as far as it is known. What may continue it comes as
    /// another part.
    ///
    /// # Errors
    /// Those of `show`.
    pub fn pause<E>(&mut self, show: &mut impl FnMut(Piece<'_, V>) -> Result<(), E>) -> Result<(), E> {
        self.open.go_on(show)
    }

    /// Whether this is not a head after all, given what came before it in the file.
    fn is_weak(&self, head: &Head, text: &[u8]) -> bool {
        match head.form {
            Form::Ios | Form::Tim40 => self.is_tim,
            Form::Logcat => self.is_tim && head.time.is_none(),
            Form::Dated => self.is_known,
            // Most notes of the writer are plain words, but follow one that is not.
            Form::Note => !matches!(text.first(), Some(b'^' | b'$' | b'~')) && self.last != Form::Note,
            _ => false,
        }
    }

    /// Takes text without a head: it continues the open record, or else each line is a record. It is `at` this position
    /// in the chunk, in one of these blocks.
    fn lead<E>(
        &mut self,
        text: &[u8],
        (mut at, blocks): (usize, &mut Blocks<'_>),
        show: &mut impl FnMut(Piece<'_, V>) -> Result<(), E>,
    ) -> Result<(), E> {
        for line in text.split_inclusive(|&byte| byte == b'\n') {
            // A note or a marker is one line, nothing continues it.
            let ends_with_line = |form| matches!(form, Form::Other | Form::Note | Form::Marker);
            let is_alone = self.open.head().is_none_or(|head| ends_with_line(head.form)) && self.at_line;
            if is_alone {
                self.end(show)?;
                let place = self.next_place(at, blocks);
                self.open.start(Head::default(), place, None, line);
            } else {
                self.open.push(line, show)?;
            }
            self.at_line = line.ends_with(b"\n");
            at += line.len();
        }
        Ok(())
    }
}

/// The blocks of a run, from the one that was asked for last on. Positions only go forward.
struct Blocks<'a>(&'a [Block]);

impl Blocks<'_> {
    /// Where the block begins in the file that has this position in its chunk.
    #[inline]
    fn at(&mut self, at: usize) -> Option<u64> {
        // Of blocks that begin at the same place, all but the last have no text.
        while let [_, rest @ ..] = self.0
            && rest.first().is_some_and(|next| next.text.start <= at)
        {
            self.0 = rest;
        }
        self.0.first().filter(|block| block.text.start <= at).map(|block| block.offset)
    }
}

#[cfg(test)]
mod tests;
