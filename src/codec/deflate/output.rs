//! The text that a stream gives, where it is written.
//!
//! Positions are `u32`, so that "is it in the buffer?" is one comparison, and a distance that reaches before the start
//! of the text becomes a position far behind its end: the same comparison finds both.

use super::super::text::Text;

/// How far back a match can reach, in bytes.
pub const WINDOW: usize = 32 << 10;
/// How many bytes are copied at once. What is too much is overwritten by what follows.
const CHUNK: usize = 48;
/// How much room has to be behind the text, so that there is no other reason for [`Misfit::Full`] than too much text.
pub const SLACK: usize = 64;
/// The most text of one stream, with the room behind it.
const MAX_LEN: usize = 1 << 31;

/// Why nothing was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Misfit {
    /// There is no room.
    Full,
    /// The text does not reach back so far.
    TooFar,
}

/// The text of a stream so far, with room behind it.
#[derive(Default)]
pub struct Output<'a> {
    bytes: &'a mut [u8],
    at: u32,
}

impl<'a> Output<'a> {
    /// What the text has from `start` on, with at most `room` bytes in all.
    pub fn new(text: &'a mut Text, start: usize, room: usize) -> Output<'a> {
        let at = text.len().saturating_sub(start);
        let bytes = text.since(start, room.min(MAX_LEN));
        Output { at: at.min(bytes.len()) as u32, bytes }
    }

    /// The length of the text.
    #[inline(always)]
    pub fn len(&self) -> u32 {
        self.at
    }

    /// The buffer: the text, and whatever is behind it.
    #[inline(always)]
    pub fn bytes(&self) -> &[u8] {
        self.bytes
    }

    /// Appends the first `count` of these bytes.
    #[inline(always)]
    pub fn push<const N: usize>(&mut self, bytes: [u8; N], count: u32) -> Result<(), Misfit> {
        put(self.bytes, self.at, bytes).ok_or(Misfit::Full)?;
        self.at += count;
        Ok(())
    }

    /// Appends bytes, as many as there is room for; returns how many.
    pub fn extend(&mut self, bytes: &[u8]) -> usize {
        let room = self.bytes.get_mut(self.at as usize..).unwrap_or_default();
        let count = bytes.len().min(room.len());
        room[..count].copy_from_slice(&bytes[..count]);
        self.at += count as u32;
        count
    }

    /// Writes a match behind the text. It is not part of it before [`advance`](Output::advance). Returns where it is
    /// copied from.
    #[inline(always)]
    pub fn copy(&mut self, len: u32, distance: u32) -> Result<u32, Misfit> {
        let from = self.at.wrapping_sub(distance);
        let Some(()) = copy_chunk(self.bytes, from, self.at) else { return Err(misfit(self.at, distance)) };
        if len > CHUNK as u32 || distance < len {
            copy_more(self.bytes, self.at, distance, len).ok_or(Misfit::Full)?;
        }
        Ok(from)
    }

    /// Makes `count` bytes that were written part of the text.
    #[inline(always)]
    pub fn advance(&mut self, count: u32) {
        self.at += count;
    }
}

// What follows does not see the output itself, only its parts: so these can stay in registers.

#[inline(always)]
fn put<const N: usize>(bytes: &mut [u8], at: u32, new: [u8; N]) -> Option<()> {
    *bytes.get_mut(at as usize..at as usize + N)?.first_chunk_mut()? = new;
    Some(())
}

#[inline(always)]
fn copy_chunk(bytes: &mut [u8], from: u32, to: u32) -> Option<()> {
    let chunk: [u8; CHUNK] = *bytes.get(from as usize..from as usize + CHUNK)?.first_chunk()?;
    put(bytes, to, chunk)
}

/// How a match goes on that is longer than a chunk, or overlaps itself.
#[inline(never)]
fn copy_more(bytes: &mut [u8], at: u32, distance: u32, len: u32) -> Option<()> {
    let (from, chunk) = (at.checked_sub(distance)?, CHUNK as u32);
    if distance >= chunk {
        let mut done = chunk;
        while done < len {
            copy_chunk(bytes, from + done, at + done)?;
            done += chunk;
        }
        return Some(());
    }
    let both = bytes.get_mut(from as usize..at as usize + len as usize)?;
    if let (1, [byte, rest @ ..]) = (distance, &mut *both) {
        rest.fill(*byte);
        return Some(());
    }
    // What is there repeats itself, so that it can be copied in pieces twice as long each time.
    let mut done = distance as usize;
    while done < both.len() {
        let (known, rest) = both.split_at_mut(done);
        let count = known.len().min(rest.len());
        rest[..count].copy_from_slice(&known[..count]);
        done += count;
    }
    Some(())
}

#[cold]
#[inline(never)]
fn misfit(at: u32, distance: u32) -> Misfit {
    if distance > at { Misfit::TooFar } else { Misfit::Full }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn matches_are_copied_byte_by_byte() {
        let before: Vec<u8> = (0..200).collect();
        for distance in 1..=200u32 {
            for len in 3..=258u32 {
                let mut expected = before.clone();
                for _ in 0..len {
                    expected.push(expected[expected.len() - distance as usize]);
                }
                let mut text = Text::default();
                text.push(b"other text");
                text.push(&before);
                text.reserve(258 + SLACK);
                let mut output = Output::new(&mut text, 10, usize::MAX);
                assert_eq!(output.copy(len, distance), Ok(200 - distance));
                output.advance(len);
                assert_eq!(output.len(), 200 + len);
                assert!(output.bytes()[..expected.len()] == expected, "{len} from {distance} back");
            }
        }
    }

    #[test]
    fn what_does_not_fit_changes_nothing() {
        let mut text = Text::default();
        text.push(b"abc");
        text.reserve(1000);
        let mut output = Output::new(&mut text, 1, 2 + SLACK);
        assert_eq!(output.copy(3, 3), Err(Misfit::TooFar), "what is before the start is not its text");
        assert_eq!(output.copy(100, 2), Err(Misfit::Full));
        assert_eq!(output.copy(3, 1 << 31), Err(Misfit::TooFar));
        assert_eq!(output.copy(3, 2), Ok(0));
        assert_eq!(output.len(), 2);
    }
}
