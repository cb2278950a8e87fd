//! The heads in a chunk of text: the part of the work that all threads do at once.

use std::ops::Range;

use super::template::{Stamp, Template};
use super::{Form, Head};
use crate::decode::TextChunk;

/// A record, as far as it lies in one chunk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mark<V = bool> {
    /// Where its head starts in the chunk, in bytes.
    pub start: usize,
    /// Where it ends: at the next head, at the end of the text, or, for a note, with its line.
    pub end: usize,
    /// What its first line says.
    pub head: Head,
    /// The verdict of the judge.
    pub passes: V,
}

/// Finds the records of `chunk`, and asks `judge` what it says of each. Text before the first mark, or after
/// a break, continues something else.
pub fn scan<V>(chunk: TextChunk<'_>, judge: impl Fn(&Head, &[u8]) -> V, marks: &mut Vec<Mark<V>>) {
    marks.clear();
    for (start, text) in chunk.parts() {
        scan_unbroken(text, start, &judge, marks);
    }
}

/// Does the same for a text without breaks, which starts with a line, at `base` in its chunk.
fn scan_unbroken<V>(text: &[u8], base: usize, judge: &impl Fn(&Head, &[u8]) -> V, marks: &mut Vec<Mark<V>>) {
    let mut open: Option<(usize, Head)> = None;
    let mut close = |open: Option<(usize, Head)>, end: usize| {
        let Some((start, head)) = open else { return };
        let end = end_of(&head, text, start..end);
        if let Some(text) = text.get(start..end) {
            marks.push(Mark { start: base + start, end: base + end, head, passes: judge(&head, text) });
        }
    };
    let mut heads = Heads::new(text);
    while let Some((at, seen)) = heads.next() {
        let head = match seen {
            Seen::Like(stamp) => heads.template.head(stamp),
            Seen::Anew(head) => head,
        };
        close(open.replace((at, head)), at);
    }
    close(open, text.len());
}

/// Where the record with this head ends. It may take all of `range`, but notes and markers are one line.
pub(crate) fn end_of(head: &Head, text: &[u8], range: Range<usize>) -> usize {
    match head.form {
        Form::Note | Form::Marker => text.get(range.clone()).and_then(|text| memchr::memchr(b'\n', text)),
        _ => None,
    }
    .map_or(range.end, |line| range.start + line + 1)
}

/// The heads in a text, one after the other.
pub(crate) struct Heads<'a> {
    text: &'a [u8],
    next: Option<usize>,
    breaks: memchr::Memchr<'a>,
    /// The last head that can serve as one.
    pub template: Template,
}

/// A head, as it was recognized.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Seen {
    /// By the template.
    Like(Stamp),
    /// By reading it. It may be the template now.
    Anew(Head),
}

impl<'a> Heads<'a> {
    /// The heads in `text`, which starts with a line.
    pub fn new(text: &'a [u8]) -> Heads<'a> {
        Heads { text, next: Some(0), breaks: memchr::memchr_iter(b'\n', text), template: Template::default() }
    }

    /// Reads a head that is not like the last one.
    #[inline(never)]
    fn read(&mut self, line: &[u8]) -> Option<Head> {
        let head = Head::of(line)?;
        self.template.set(line, head);
        Some(head)
    }
}

impl Iterator for Heads<'_> {
    /// Where its line starts, in bytes, and what it says.
    type Item = (usize, Seen);

    // Inlined, the result stays in registers; a call would cost as much as the work itself.
    #[inline(always)]
    fn next(&mut self) -> Option<(usize, Seen)> {
        while let Some(at) = self.next {
            self.next = self.breaks.next().map(|at| at + 1);
            let line = self.text.get(at..)?;
            if let Some(stamp) = self.template.stamp(line) {
                return Some((at, Seen::Like(stamp)));
            }
            if let Some(head) = self.read(line) {
                return Some((at, Seen::Anew(head)));
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &[u8] = b"\tat x\nTIM: a\nmore\nTIM: b\nTIM: c, cutTIM: d";

    fn marks(breaks: &[usize]) -> Vec<(usize, usize)> {
        let mut marks = Vec::new();
        scan(TextChunk { text: TEXT, breaks }, |_, _| true, &mut marks);
        marks.iter().map(|mark| (mark.start, mark.end)).collect()
    }

    #[test]
    fn records_reach_to_the_next_head() {
        assert_eq!(marks(&[]), [(6, 18), (18, 25), (25, 42)]);
    }

    #[test]
    fn a_break_ends_a_line() {
        assert_eq!(marks(&[36]), [(6, 18), (18, 25), (25, 36), (36, 42)]);
        assert_eq!(marks(&[0, 18, 18, 42]), [(6, 18), (18, 25), (25, 42)]);
    }

    #[test]
    fn the_judge_sees_whole_records() {
        let mut found = Vec::new();
        scan(TextChunk { text: TEXT, breaks: &[] }, |_, text| text.ends_with(b"more\n"), &mut found);
        assert_eq!(found.iter().map(|mark| mark.passes).collect::<Vec<_>>(), [true, false, false]);
    }
}
