//! A second, closer look at a deflate body that is damaged, or looks it.
//!
//! What comes out is text that was logged: up to the damage, not beyond, and nothing that the damage made up.
//!
//! One kind of damage can be undone. Two processes that share a cache file write the lines of two streams into one
//! body, in turns. Each unit then belongs to one stream and refers to the text of that one alone; read with the right
//! past, it keeps to the encoder's habits, and with the wrong one it does not.

use super::super::plausible::is_suspicious;
use super::super::text::Text;
use super::super::{Fault, Outcome};
use super::unit::{self, Bad, Unit};

/// What the damage made up can go unnoticed for some lines before it shows. In so many units before that, text that
/// is unlike a log counts as made up.
const UNSURE: usize = 64;
/// Streams in one body: as many processes as an app is likely to have.
const MAX_STREAMS: usize = 4;

/// Reads `body` again to the end of `text`, at most `limit` bytes of it.
pub fn rescue(body: &[u8], text: &mut Text, limit: usize) -> Outcome {
    let straight = Straight::read(body, limit);
    if straight.damage.is_none() {
        text.push(&straight.text);
        return Outcome { consumed: straight.consumed(), fault: straight.fault };
    }
    let kept = straight.trusted();
    if let Some(tangle) = Tangle::read(body, limit)
        && tangle.units > kept
    {
        text.push(&tangle.text);
        let fault = (tangle.end < body.len()).then_some(Fault::Corrupt);
        return Outcome { consumed: tangle.end, fault };
    }
    let (end, text_end) = kept.checked_sub(1).and_then(|last| straight.units.get(last)).map_or((0, 0), |u| u.ends());
    text.push(straight.text.get(..text_end).unwrap_or_default());
    Outcome { consumed: end, fault: Some(straight.fault.unwrap_or(Fault::Corrupt)) }
}

/// A body read as one stream.
struct Straight {
    text: Vec<u8>,
    units: Vec<Placed>,
    /// The first unit that can't be right.
    damage: Option<usize>,
    fault: Option<Fault>,
}

/// A unit, and where its text ends.
#[derive(Clone, Copy)]
struct Placed {
    unit: Unit,
    text_end: usize,
}

impl Placed {
    fn ends(&self) -> (usize, usize) {
        (self.unit.end, self.text_end)
    }
}

impl Straight {
    fn read(body: &[u8], limit: usize) -> Straight {
        let mut straight = Straight { text: Vec::new(), units: Vec::new(), damage: None, fault: None };
        while straight.consumed() < body.len() {
            match unit::read(body, straight.consumed(), &mut straight.text) {
                Ok(unit) => {
                    if unit.oddities > 0 && straight.damage.is_none() {
                        straight.damage = Some(straight.units.len());
                    }
                    straight.units.push(Placed { unit, text_end: straight.text.len() });
                    if straight.text.len() > limit {
                        straight.text.truncate(limit);
                        straight.fault = Some(Fault::TooLong);
                        return straight;
                    }
                }
                Err(bad) => {
                    straight.damage.get_or_insert(straight.units.len());
                    straight.fault = Some(if bad == Bad::Cut { Fault::Truncated } else { Fault::Corrupt });
                    break;
                }
            }
        }
        straight
    }

    fn consumed(&self) -> usize {
        self.units.last().map_or(0, |placed| placed.unit.end)
    }

    /// How many units are to be trusted.
    fn trusted(&self) -> usize {
        let damage = self.damage.unwrap_or(self.units.len());
        let unsure = damage.saturating_sub(UNSURE);
        let text_start = |index: usize| index.checked_sub(1).and_then(|i| self.units.get(i)).map_or(0, |p| p.text_end);
        let made_up = |&index: &usize| {
            let end = self.units.get(index).map_or(0, |placed| placed.text_end);
            let text = self.text.get(text_start(index)..end).unwrap_or_default();
            !text.ends_with(b"\n") || is_suspicious(text)
        };
        (unsure..damage).find(made_up).unwrap_or(damage)
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
