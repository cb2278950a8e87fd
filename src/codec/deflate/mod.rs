//! Deflate bodies: one raw stream a block, flushed after every line, never finished.

use flate2::{Decompress, FlushDecompress, Status};

mod huffman;
mod rescue;
mod unit;

use super::plausible::is_suspicious;
use super::text::Text;
use super::{Fault, Outcome};

/// What every flushed line ends with: an empty stored block, on a byte boundary.
pub const FLUSH: [u8; 4] = [0x00, 0x00, 0xFF, 0xFF];

/// An inflater, used again from block to block.
pub struct Inflate {
    stream: Decompress,
    /// The text of a body's first units.
    head: Vec<u8>,
}

impl Default for Inflate {
    fn default() -> Inflate {
        Inflate { stream: Decompress::new(false), head: Vec::new() }
    }
}

impl Inflate {
    /// Decodes `body` to the end of `text`, at most `limit` bytes of it. Where it is damaged, or the text is unlike a
    /// log, it is looked at more closely.
    pub fn decode(&mut self, body: &[u8], text: &mut Text, limit: usize) -> Outcome {
        let start = text.len();
        let outcome = self.run(body, text, limit);
        let whole = outcome.fault.is_none()
            && !is_suspicious(&text.bytes()[start..])
            && rescue::head_is_sound(body, &mut self.head);
        if whole || outcome.fault == Some(Fault::TooLong) {
            return outcome;
        }
        text.truncate(start);
        rescue::rescue(body, text, limit)
    }

    fn run(&mut self, body: &[u8], text: &mut Text, limit: usize) -> Outcome {
        self.stream.reset(false);
        let limit = text.len().saturating_add(limit);
        // Mostly enough for a whole block, so that one call does it.
        text.reserve(body.len().saturating_mul(8).clamp(4 << 10, 1 << 20));
        loop {
            let fed = usize::try_from(self.stream.total_in()).unwrap_or(usize::MAX);
            let written_before = self.stream.total_out();
            let input = body.get(fed..).unwrap_or_default();
            // One byte over the limit tells that it is passed. How far the stream has come then hangs on nothing else.
            let spare = text.room((limit - text.len()).saturating_add(1));
            let room = spare.len();
            let status = self.stream.decompress(input, spare, FlushDecompress::None);
            let written = usize::try_from(self.stream.total_out() - written_before).unwrap_or(usize::MAX);
            text.advance(written);
            let consumed = usize::try_from(self.stream.total_in()).unwrap_or(usize::MAX);
            let fault = match status {
                _ if text.len() > limit => Some(Fault::TooLong),
                Err(_) => Some(Fault::Corrupt),
                // No stock writer ends a stream; where one does, nothing may follow.
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
    fn a_limit_cuts_at_one_place_however_much_room_there_is() {
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
