//! Deflate bodies: one raw stream per block, flushed after every line and never finished.

use flate2::{Decompress, FlushDecompress, Status};

mod huffman;
mod interleaved;
mod rescue;
mod unit;

use super::plausible::is_suspicious;
use super::text::Text;
use super::{Fault, Outcome};

/// The end of every flushed line: an empty stored block, on a byte boundary.
pub const FLUSH: [u8; 4] = [0x00, 0x00, 0xFF, 0xFF];

/// An inflater, reused from block to block.
pub struct Inflate {
    stream: Decompress,
    /// Scratch space: the text of a body's first units.
    first_text: Vec<u8>,
}

impl Default for Inflate {
    fn default() -> Inflate {
        Inflate { stream: Decompress::new(false), first_text: Vec::new() }
    }
}

impl Inflate {
    /// Decodes `body` and appends at most `limit` bytes to `text`. A body that is damaged, or whose text does not look
    /// like a log, gets a closer look.
    pub fn decode(&mut self, body: &[u8], text: &mut Text, limit: usize) -> Outcome {
        let start = text.len();
        let outcome = self.inflate(body, text, limit);
        let is_whole = outcome.fault.is_none()
            && !is_suspicious(&text.bytes()[start..])
            && rescue::starts_soundly(body, &mut self.first_text);
        if is_whole || outcome.fault == Some(Fault::TooLong) {
            return outcome;
        }
        text.truncate(start);
        rescue::rescue(body, text, limit)
    }

    fn inflate(&mut self, body: &[u8], text: &mut Text, limit: usize) -> Outcome {
        self.stream.reset(false);
        let limit = text.len().saturating_add(limit);
        // Enough for most blocks, so that one call is enough.
        text.reserve(body.len().saturating_mul(8).clamp(4 << 10, 1 << 20));
        loop {
            let fed = usize::try_from(self.stream.total_in()).unwrap_or(usize::MAX);
            let written_before = self.stream.total_out();
            let input = body.get(fed..).unwrap_or_default();
            // One byte more than the limit shows that there is more. So the position of the stream depends on the limit
            // only, not on the room.
            let spare = text.room((limit - text.len()).saturating_add(1));
            let room = spare.len();
            let status = self.stream.decompress(input, spare, FlushDecompress::None);
            let written = usize::try_from(self.stream.total_out() - written_before).unwrap_or(usize::MAX);
            text.advance(written);
            let consumed = usize::try_from(self.stream.total_in()).unwrap_or(usize::MAX);
            let fault = match status {
                _ if text.len() > limit => Some(Fault::TooLong),
                Err(_) => Some(Fault::Corrupt),
                // Stock writers never end a stream. If one does, nothing may follow.
                Ok(Status::StreamEnd) if consumed < body.len() => Some(Fault::Corrupt),
                Ok(Status::StreamEnd) => None,
                Ok(_) if written == room => {
                    text.reserve(room.max(64 << 10));
                    continue;
                }
                Ok(_) if consumed < body.len() => Some(Fault::Corrupt),
                Ok(_) if body.ends_with(&FLUSH) => None,
                Ok(_) => Some(Fault::Truncated),
            };
            text.truncate(limit);
            return Outcome { consumed, fault };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOG: &[u8] = include_bytes!("../../../testdata/async-zlib-plain.xlog");

    #[test]
    fn the_limit_cuts_at_the_same_place_whatever_the_room() {
        let len = u32::from_le_bytes(*LOG[5..].first_chunk().unwrap()) as usize;
        let second = 73 + len + 1;
        let len = u32::from_le_bytes(*LOG[second + 5..].first_chunk().unwrap()) as usize;
        let body = &LOG[second + 73..][..len];
        let mut outcomes = Vec::new();
        for room in [0, 10_000, 4 << 20] {
            let (mut inflate, mut text) = (Inflate::default(), Text::default());
            text.reserve(room);
            let outcome = inflate.decode(body, &mut text, 20_000);
            assert!(text.len() == 20_000 && outcome.consumed < body.len());
            assert_eq!(outcome.fault, Some(Fault::TooLong));
            outcomes.push(outcome);
        }
        assert!(outcomes.iter().all(|outcome| *outcome == outcomes[0]));
    }
}
