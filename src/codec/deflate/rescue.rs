//! A second, closer look at a deflate body that is damaged, or looks it.
//!
//! What comes out is text that was logged: up to the damage, not beyond, and nothing that the damage made up.
//!
//! One kind of damage can be undone. Two processes that share a cache file write the lines of two streams into one
//! body, in turns. Each unit then belongs to one stream and refers to the text of that one alone; read with the right
//! past, it keeps to the encoder's habits, and with the wrong one it does not.

use super::super::plausible::is_suspicious;
use super::super::text::Text;
use super::super::units::Units;
use super::super::{Fault, Outcome};
use super::unit::{self, Bad, Unit};

/// So much of a body, in bytes, is its head.
const HEAD: usize = 512;
/// Streams in one body: as many processes as an app is likely to have.
const MAX_STREAMS: usize = 4;

/// Whether the first units of `body` are as an encoder makes them. All that follows copies from them, so damage there
/// does the most harm; and it is quickly looked at.
pub fn head_is_sound(body: &[u8], text: &mut Vec<u8>) -> bool {
    text.clear();
    let mut at = 0;
    while at < HEAD.min(body.len()) {
        match unit::read(body, at, text) {
            Ok(unit) if unit.oddities == 0 => at = unit.end,
            _ => return false,
        }
    }
    true
}

/// Reads `body` again to the end of `text`, at most `limit` bytes of it.
pub fn rescue(body: &[u8], text: &mut Text, limit: usize) -> Outcome {
    let Straight { units, damage, fault } = Straight::read(body, limit);
    let Some(damage) = damage else {
        text.push(&units.text);
        return Outcome { consumed: units.end_of(units.len()).0, fault };
    };
    let kept = units.trusted(damage);
    if let Some(tangle) = Tangle::read(body, limit)
        && tangle.units > kept
    {
        text.push(&tangle.text);
        return Outcome { consumed: tangle.end, fault: (tangle.end < body.len()).then_some(Fault::Corrupt) };
    }
    let (consumed, text_end) = units.end_of(kept);
    text.push(units.text.get(..text_end).unwrap_or_default());
    Outcome { consumed, fault: Some(fault.unwrap_or(Fault::Corrupt)) }
}

/// A body read as one stream.
struct Straight {
    units: Units,
    /// The first unit that can't be right.
    damage: Option<usize>,
    fault: Option<Fault>,
}

impl Straight {
    fn read(body: &[u8], limit: usize) -> Straight {
        let (mut units, mut fault) = (Units::default(), None);
        let (mut first_odd, mut odd, mut at) = (None, 0, 0);
        while at < body.len() && fault.is_none() {
            match unit::read(body, at, &mut units.text) {
                Ok(unit) => {
                    if unit.oddities > 0 {
                        odd += 1;
                        first_odd.get_or_insert(units.len());
                    }
                    at = unit.end;
                    units.text.truncate(limit);
                    units.push(at);
                    fault = (units.text.len() >= limit).then_some(Fault::TooLong);
                }
                Err(Bad::Cut) => fault = Some(Fault::Truncated),
                Err(Bad::Invalid) => fault = Some(Fault::Corrupt),
            }
        }
        let damaged = matches!(fault, Some(Fault::Truncated | Fault::Corrupt));
        // An encoder that never had the habits can't break them.
        let first_odd = first_odd.filter(|_| damaged || odd * 2 <= units.len());
        let damage = [first_odd, units.broken_head(), damaged.then_some(units.len())];
        Straight { damage: damage.into_iter().flatten().min(), units, fault }
    }
}

/// A body read as several streams that take turns.
struct Tangle {
    text: Vec<u8>,
    units: usize,
    end: usize,
}

/// The text of one stream so far.
struct Stream {
    past: Vec<u8>,
}

impl Tangle {
    /// `None` if there is but one stream.
    fn read(body: &[u8], limit: usize) -> Option<Tangle> {
        let mut streams = vec![Stream { past: Vec::new() }];
        let mut tangle = Tangle { text: Vec::new(), units: 0, end: 0 };
        // A unit that refers to no past: it continues the stream that had the turn, or begins another.
        let mut fork: Option<Fork> = None;
        let mut turn = 0;
        while tangle.end < body.len() && tangle.text.len() < limit {
            let at = tangle.end;
            let (before, from) = streams.split_at_mut(turn);
            let in_turn = from.iter_mut().chain(before).enumerate();
            let mut found =
                in_turn.map(|(index, stream)| (index, stream.take(body, at))).find_map(|(i, unit)| Some((i, unit?)));
            if let Some((index, _)) = &mut found {
                *index = (*index + turn) % streams.len();
            }
            if let (None, Some(open)) = (&found, &fork) {
                // Perhaps the stream that had the turn has to do without the unit that was unsure.
                let stream = &mut streams[open.stream];
                let unsure = stream.past.split_off(stream.past.len() - open.len);
                match stream.take(body, at) {
                    Some(unit) => found = Some((open.stream, unit)),
                    None => stream.past.extend_from_slice(&unsure),
                }
                if found.is_some() {
                    fork = None;
                }
            }
            let Some((index, unit)) = found else { break };
            let past = &streams[index].past;
            let text_start = past.len() - unit.text_len;
            tangle.text.extend_from_slice(&past[text_start..]);
            if let Some(open) = &fork
                && unit.reaches_back
            {
                if index == open.stream {
                    streams.pop();
                } else if index == streams.len() - 1 {
                    let stream = &mut streams[open.stream];
                    stream.past.truncate(stream.past.len() - open.len);
                }
                fork = None;
            } else if fork.is_none() && !unit.reaches_back && text_start > 0 && streams.len() < MAX_STREAMS {
                let alone = streams[index].past[text_start..].to_vec();
                fork = Some(Fork { stream: index, len: alone.len() });
                streams.push(Stream { past: alone });
            }
            turn = index.min(streams.len() - 1);
            tangle.units += 1;
            tangle.end = unit.end;
        }
        (streams.len() > 1).then_some(tangle)
    }
}

/// See [`Tangle::read`].
struct Fork {
    /// The stream that had the turn.
    stream: usize,
    /// Length of the unit's text: the end of that stream's past, and all of the last stream's.
    len: usize,
}

impl Stream {
    /// The unit at `at`, if it reads well after this stream's past.
    fn take(&mut self, body: &[u8], at: usize) -> Option<Unit> {
        let start = self.past.len();
        let unit = unit::read(body, at, &mut self.past).ok()?;
        let text = self.past.get(start..).unwrap_or_default();
        if unit.oddities == 0 && text.ends_with(b"\n") && !is_suspicious(text) {
            return Some(unit);
        }
        self.past.truncate(start);
        None
    }
}
