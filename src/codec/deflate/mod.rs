//! Deflate bodies: one raw stream per block, flushed after every line and never finished.

mod best_code;
mod bits;
mod codes;
mod gap_len;
pub mod habits;
pub mod inflater;
mod interleaved;
mod origins;
mod output;
mod read_on;
mod rescue;
mod symbols;
pub mod watch;

use super::partial::Behind;
use super::plausible::is_suspicious;
use super::text::Text;
use super::{Fault, Outcome};
use habits::Habits;
use inflater::{Inflater, Stop};
use output::SLACK;
use rescue::SingleStream;

/// The end of every flushed line: an empty stored block, on a byte boundary.
pub const FLUSH: [u8; 4] = [0x00, 0x00, 0xFF, 0xFF];

/// A decoder of deflate bodies, reused from block to block.
#[derive(Default)]
pub struct Inflate {
    inflater: Inflater,
    habits: Habits,
}

impl Inflate {
    /// Decodes `body` and appends at most `limit` bytes to `text`. A body that is damaged, or whose text does not look
    /// like a log, gets a closer look.
    pub fn decode(&mut self, body: &[u8], text: &mut Text, limit: usize) -> Outcome {
        let start = text.len();
        // Enough for most blocks.
        text.reserve(body.len().saturating_mul(8).clamp(4 << 10, 1 << 20) + SLACK);
        self.habits.clear();
        let (mut at, mut is_finished) = (0, false);
        let reading = loop {
            let reading = self.inflater.read(body, at, text, start, limit, &mut self.habits);
            if reading.stop != Stop::Finished {
                break reading;
            }
            // Stock writers never finish a stream. If one does, and another stream follows, it may be one nevertheless.
            (at, is_finished) = (reading.position, true);
        };
        let fault = match reading.stop {
            Stop::TooLong => {
                text.truncate(start.saturating_add(limit));
                let consumed = reading.position.min(body.len().saturating_sub(1));
                return Outcome { consumed, fault: Some(Fault::TooLong) };
            }
            Stop::Cut => Some(Fault::Truncated),
            Stop::Invalid => Some(Fault::Corrupt),
            Stop::End | Stop::Finished | Stop::Watched => None,
        };
        let is_sound = fault.is_none() && !is_finished && self.habits.first_odd.is_none();
        if is_sound && !is_suspicious(text.bytes().get(start..).unwrap_or_default()) {
            return Outcome { consumed: body.len(), fault: None };
        }
        let read = SingleStream { habits: &self.habits, fault };
        rescue::rescue(&mut self.inflater, read, body, text, start, limit)
    }

    /// Reads `body` on behind damage that begins at byte `from`, where a unit starts. The text up to there ends with
    /// `before`; at most `limit` bytes come after it.
    pub fn read_on(&mut self, body: &[u8], from: usize, before: &[u8], limit: usize) -> Behind {
        read_on::read_on(&mut self.inflater, body, from, before, limit)
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

    #[test]
    fn damage_costs_no_more_than_the_body_before_it_again() {
        let len = u32::from_le_bytes(*LOG[5..].first_chunk().unwrap()) as usize;
        let second = 73 + len + 1;
        let len = u32::from_le_bytes(*LOG[second + 5..].first_chunk().unwrap()) as usize;
        let body = LOG[second + 73..][..len].to_vec();
        let turns = |body: &[u8]| {
            inflater::steps::STEPS.set(0);
            let mut text = Text::default();
            let outcome = Inflate::default().decode(body, &mut text, 1 << 20);
            (inflater::steps::STEPS.get(), outcome)
        };
        let (clean, outcome) = turns(&body);
        assert_eq!(outcome, Outcome { consumed: len, fault: None });
        for at in [len / 10, len / 2, len - 20] {
            let mut damaged = body.clone();
            damaged[at..at + 16].fill(0xFF);
            let (turns, outcome) = turns(&damaged);
            assert!(outcome.fault.is_some() && outcome.consumed <= at + 4 && outcome.consumed + 4000 > at);
            // All of it once, what is before the damage again to see whether other streams go on there, and 64 units in
            // doubt.
            assert!(
                turns <= clean + clean * at / len + 1500,
                "{turns} turns for damage at {at} of {len}, {clean} without"
            );
        }
    }
}
