//! The heads in a stretch of text: the part of the work that all threads do at once.

use super::{Form, Head};
use crate::decode::Stretch;

/// A record, as far as it lies in one stretch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mark {
    /// Where its head starts in the stretch, in bytes.
    pub start: usize,
    /// Where the next one starts, the text ends, or the line of a note.
    pub end: usize,
    /// What its first line says.
    pub head: Head,
    /// What the judge said of it.
    pub passes: bool,
}

/// Finds the records of `stretch`, and has `judge` say of each whether it passes. Text before the first mark, or behind
/// a break, continues something else.
pub fn scan(stretch: Stretch<'_>, judge: impl Fn(&Head, &[u8]) -> bool, marks: &mut Vec<Mark>) {
    marks.clear();
    let mut start = 0;
    for &end in stretch.breaks.iter().chain([&stretch.text.len()]) {
        if let Some(text) = stretch.text.get(start..end) {
            scan_unbroken(text, start, &judge, marks);
        }
        start = end;
    }
}

/// `text` starts with a line, at `base` in its stretch.
fn scan_unbroken(text: &[u8], base: usize, judge: &impl Fn(&Head, &[u8]) -> bool, marks: &mut Vec<Mark>) {
    let mut open: Option<(usize, Head)> = None;
    let mut close = |open: Option<(usize, Head)>, end: usize| {
        let Some((start, head)) = open else { return };
        let end = match head.form {
            Form::Note | Form::Marker => text.get(start..end).and_then(|text| memchr::memchr(b'\n', text)),
            _ => None,
        }
        .map_or(end, |line| start + line + 1);
        let passes = text.get(start..end).is_some_and(|text| judge(&head, text));
        marks.push(Mark { start: base + start, end: base + end, head, passes });
    };
    let mut lines = std::iter::once(0).chain(memchr::memchr_iter(b'\n', text).map(|at| at + 1));
    for at in &mut lines {
        let Some(head) = text.get(at..).and_then(Head::of) else { continue };
        close(open.replace((at, head)), at);
    }
    close(open, text.len());
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &[u8] = b"\tat x\nTIM: a\nmore\nTIM: b\nTIM: c, cutTIM: d";

    fn marks(breaks: &[usize]) -> Vec<(usize, usize)> {
        let mut marks = Vec::new();
        scan(Stretch { text: TEXT, breaks }, |_, _| true, &mut marks);
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
        scan(Stretch { text: TEXT, breaks: &[] }, |_, text| text.ends_with(b"more\n"), &mut found);
        assert_eq!(found.iter().map(|mark| mark.passes).collect::<Vec<_>>(), [true, false, false]);
    }
}
