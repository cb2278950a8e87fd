//! Text of which each byte is known or not: what is left of lines that copied from text that is lost.

use std::ops::Range;

/// Text behind damage. Each byte is known or not; a known byte is one that was logged.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PartialText {
    /// The bytes; of those that are not known, something.
    bytes: Vec<u8>,
    /// Which of them are known.
    known: Vec<bool>,
}

impl PartialText {
    /// Its length, in bytes.
    pub(crate) fn len(&self) -> usize {
        self.bytes.len()
    }

    /// Adds known bytes.
    pub(crate) fn push_known(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
        self.known.resize(self.bytes.len(), true);
    }

    /// Adds so many unknown bytes.
    pub(crate) fn push_unknown(&mut self, count: usize) {
        self.bytes.resize(self.bytes.len() + count, UNKNOWN);
        self.known.resize(self.bytes.len(), false);
    }

    /// Adds a byte for each of these, as `byte` has it: what it is, and whether it is known.
    pub(crate) fn extend_by<T>(&mut self, of: impl ExactSizeIterator<Item = T>, mut byte: impl FnMut(T) -> (u8, bool)) {
        let (start, len) = (self.len(), self.len() + of.len());
        self.bytes.resize(len, UNKNOWN);
        self.known.resize(len, false);
        let places = self.bytes[start..].iter_mut().zip(&mut self.known[start..]);
        places.zip(of).for_each(|((to, known), of)| (*to, *known) = byte(of));
    }

    /// Adds a part of another text.
    pub(crate) fn extend(&mut self, part: PartialLine<'_>) {
        self.bytes.extend_from_slice(part.bytes);
        self.known.extend_from_slice(part.known);
    }

    /// Keeps the last `count` bytes, or all there are.
    pub(crate) fn keep_last(&mut self, count: usize) {
        let from = self.len().saturating_sub(count);
        self.bytes.drain(..from);
        self.known.drain(..from);
    }

    /// Drops all after the first `len` bytes.
    pub(crate) fn truncate(&mut self, len: usize) {
        self.bytes.truncate(len);
        self.known.truncate(len);
    }

    /// Drops everything.
    pub(crate) fn clear(&mut self) {
        self.bytes.clear();
        self.known.clear();
    }

    /// A part of it.
    pub(crate) fn part(&self, range: Range<usize>) -> PartialLine<'_> {
        PartialLine {
            bytes: self.bytes.get(range.clone()).unwrap_or_default(),
            known: self.known.get(range).unwrap_or_default(),
        }
    }

    /// Its bytes, then for each of them a 1 if it is known.
    pub(crate) fn push_flagged(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.bytes);
        out.extend(self.known.iter().map(|known| u8::from(*known)));
    }

    /// The text of which these are the bytes and flags.
    pub(crate) fn from_flagged(flagged: &[u8]) -> PartialText {
        let (bytes, known) = flagged.split_at(flagged.len() / 2);
        PartialText { bytes: bytes.to_vec(), known: known.iter().map(|known| *known == 1).collect() }
    }

    /// All of it.
    pub fn line(&self) -> PartialLine<'_> {
        self.part(0..self.len())
    }
}

impl From<PartialLine<'_>> for PartialText {
    fn from(line: PartialLine<'_>) -> PartialText {
        PartialText { bytes: line.bytes.to_vec(), known: line.known.to_vec() }
    }
}

/// What stands for a byte that is not known.
const UNKNOWN: u8 = b'?';

/// A line behind damage, without its line break. Some of its bytes are known, and some are not: it copied them from
/// text that is lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PartialLine<'a> {
    bytes: &'a [u8],
    known: &'a [bool],
}

/// A part of a [`PartialLine`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PartialPiece<'a> {
    /// Bytes that were logged.
    Known(&'a [u8]),
    /// So many bytes that are lost.
    Unknown(usize),
}

impl<'a> PartialLine<'a> {
    /// Stands for each unknown byte where the line is shown: a middle dot.
    pub const UNKNOWN: &'static str = "·";

    /// Its length in bytes, known or not.
    pub fn len(&self) -> usize {
        self.bytes.len()
    }

    /// Whether it has no bytes, not even unknown ones.
    pub fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    /// How many of its bytes are known.
    pub fn known(&self) -> usize {
        self.known.iter().filter(|known| **known).count()
    }

    /// The byte at this place, if it is known.
    pub fn byte(&self, at: usize) -> Option<u8> {
        self.bytes.get(at).copied().filter(|_| self.is_known(at))
    }

    /// Its bytes if all of them are known.
    pub fn whole(&self) -> Option<&'a [u8]> {
        self.known.iter().all(|known| *known).then_some(self.bytes)
    }

    /// Its pieces, known and unknown in turn.
    pub fn pieces(&self) -> impl Iterator<Item = PartialPiece<'a>> + use<'a> {
        let mut bytes = self.bytes;
        self.known.chunk_by(|one, other| one == other).map(move |run| {
            let (piece, rest) = bytes.split_at_checked(run.len()).unwrap_or((bytes, &[]));
            bytes = rest;
            if run.first() == Some(&true) { PartialPiece::Known(piece) } else { PartialPiece::Unknown(run.len()) }
        })
    }

    /// The line as it is shown, with [`UNKNOWN`](PartialLine::UNKNOWN) for each unknown byte.
    pub fn shown(&self) -> Vec<u8> {
        let mut shown = Vec::with_capacity(self.len() + self.len() / 2);
        self.push_shown(&mut shown);
        shown
    }

    /// Adds the line to `out` as it is shown. Of a character, all bytes are shown or none.
    pub(crate) fn push_shown(&self, out: &mut Vec<u8>) {
        let (mut at, mut unknown) = (0, 0);
        for piece in self.pieces() {
            match piece {
                PartialPiece::Known(bytes) => {
                    let start = if unknown > 0 { torn_start(bytes) } else { 0 };
                    at += bytes.len();
                    let end = if at == self.len() { bytes.len() } else { bytes.len() - torn_end(bytes) };
                    push_dots(unknown + start, out);
                    out.extend_from_slice(bytes.get(start..end).unwrap_or_default());
                    unknown = bytes.len() - end.max(start);
                }
                PartialPiece::Unknown(count) => (at, unknown) = (at + count, unknown + count),
            }
        }
        push_dots(unknown, out);
    }

    /// A part of it.
    pub(crate) fn part(&self, range: Range<usize>) -> PartialLine<'a> {
        PartialLine {
            bytes: self.bytes.get(range.clone()).unwrap_or_default(),
            known: self.known.get(range).unwrap_or_default(),
        }
    }

    /// Whether the byte at this place is known.
    fn is_known(&self, at: usize) -> bool {
        self.known.get(at) == Some(&true)
    }

    /// Its bytes, with something in the place of unknown ones.
    pub(crate) fn raw(&self) -> (&'a [u8], &'a [bool]) {
        (self.bytes, self.known)
    }
}

/// Adds a dot for each of so many unknown bytes.
fn push_dots(mut count: usize, out: &mut Vec<u8>) {
    const DOTS: &[u8] = "················".as_bytes();
    const DOT: usize = PartialLine::UNKNOWN.len();
    while count > 0 {
        let dots = count.min(DOTS.len() / DOT);
        out.extend_from_slice(&DOTS[..dots * DOT]);
        count -= dots;
    }
}

/// How many bytes at the start of these continue a character.
fn torn_start(bytes: &[u8]) -> usize {
    bytes.iter().take(3).take_while(|byte| (0x80..0xC0).contains(*byte)).count()
}

/// How many bytes at the end of these begin a character that is not complete.
fn torn_end(bytes: &[u8]) -> usize {
    let end = bytes.iter().rev().take(3).position(|byte| *byte >= 0xC0).map_or(0, |at| at + 1);
    let lead = bytes.len().checked_sub(end).and_then(|at| bytes.get(at)).copied().unwrap_or_default();
    let len = lead.leading_ones() as usize;
    if end > 0 && end < len { end } else { 0 }
}

/// What a body has behind damage, in its order.
#[derive(Debug, Default)]
pub struct Behind {
    /// All text, known or not.
    pub text: PartialText,
    /// What it consists of, and what is lost in between.
    pub pieces: Vec<BehindPiece>,
    /// There is more text than the limit. The rest is lost.
    pub is_too_long: bool,
}

/// A piece of a body behind damage.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BehindPiece {
    /// Bytes of the body that gave no text.
    Lost(Range<usize>),
    /// Text, all known: whole lines.
    Whole(Range<usize>),
    /// Text, known in part: a line without its line break.
    Partial(Range<usize>),
}

impl Behind {
    /// Whether there is any text.
    pub fn has_text(&self) -> bool {
        self.pieces.iter().any(|piece| !matches!(piece, BehindPiece::Lost(_)))
    }

    /// Adds bytes of the body that gave no text.
    pub fn push_lost(&mut self, range: Range<usize>) {
        match self.pieces.last_mut() {
            _ if range.is_empty() => {}
            Some(BehindPiece::Lost(last)) if last.end == range.start => last.end = range.end,
            _ => self.pieces.push(BehindPiece::Lost(range)),
        }
    }

    /// Adds a line that is known, and a line break.
    pub fn push_whole(&mut self, line: &[u8]) {
        let start = self.text.len();
        self.text.push_known(line);
        self.text.push_known(b"\n");
        match self.pieces.last_mut() {
            Some(BehindPiece::Whole(last)) if last.end == start => last.end = self.text.len(),
            _ => self.pieces.push(BehindPiece::Whole(start..self.text.len())),
        }
    }

    /// Adds a line that is known in part.
    pub fn push_partial(&mut self, line: PartialLine<'_>) {
        let start = self.text.len();
        self.text.extend(line);
        self.pieces.push(BehindPiece::Partial(start..self.text.len()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unknown_bytes_are_dots_and_characters_stay_whole() {
        let text = "a登录b".as_bytes();
        let shown = |unknown: &[usize]| {
            let mut partial = PartialText::default();
            partial.extend_by(text.iter().enumerate(), |(at, byte)| (*byte, !unknown.contains(&at)));
            String::from_utf8(partial.line().shown()).unwrap()
        };
        assert_eq!(shown(&[]), "a登录b");
        assert_eq!(shown(&[0]), "·登录b");
        assert_eq!(shown(&[2]), "a···录b");
        assert_eq!(shown(&[3]), "a···录b");
        assert_eq!(shown(&[4]), "a登···b");
        assert_eq!(shown(&[1, 7]), "a···录·");
        assert_eq!(shown(&[0, 1, 2, 3, 4, 5, 6, 7]), "········");
    }

    #[test]
    fn pieces_take_turns() {
        let mut text = PartialText::default();
        text.push_unknown(2);
        text.push_known(b"abc");
        text.push_unknown(1);
        let pieces: Vec<_> = text.line().pieces().collect();
        assert_eq!(pieces, [PartialPiece::Unknown(2), PartialPiece::Known(b"abc"), PartialPiece::Unknown(1)]);
        assert_eq!((text.line().known(), text.line().len(), text.line().whole()), (3, 6, None));
        assert_eq!((text.line().byte(2), text.line().byte(5)), (Some(b'a'), None));
        assert_eq!(text.line().part(2..5).whole(), Some(&b"abc"[..]));
    }
}
