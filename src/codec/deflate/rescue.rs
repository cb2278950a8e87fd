//! A second, closer look at a deflate body that is damaged, or looks it.
//!
//! What comes out is text that was logged: up to the damage, not beyond, and nothing that the damage made up.
//!
//! One kind of damage can be undone. Two processes that share a cache file write the lines of two streams into one
//! body, in turns. Each unit then belongs to one stream and refers to the text of that one alone; read with the right
//! past, it keeps to the encoder's habits, and with the wrong one it does not.

use super::super::plausible::{LineHead, is_suspicious};
use super::super::text::Text;
use super::super::units::Units;
use super::super::{Fault, Outcome};
use super::unit::{self, Bad, Unit};

/// So much of a body, in bytes, is its head.
const HEAD: usize = 320;
/// Bodies up to this length, in bytes, are taken apart: cache files are a fraction of it.
const MAX_TANGLE: usize = 1 << 20;
/// Streams in one body: as many processes as an app is likely to have.
const MAX_STREAMS: usize = 4;
/// And up to so much text, in bytes: several times what a body has that was written.
const MAX_TANGLED_TEXT: usize = 16 << 20;
/// Of so many matches of a unit it is asked whether the encoder would have known a longer one.
const MAX_ASKED: usize = 256;

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
    let kept = damage.map(|damage| units.trusted(damage));
    let tangle = (body.len() <= MAX_TANGLE).then(|| Tangle::read(body, limit)).flatten();
    // What is over the limit has not been seen, whoever is right.
    let too_long = fault == Some(Fault::TooLong) || tangle.as_ref().is_some_and(|tangle| tangle.is_too_long);
    let or_too_long = |fault| if too_long { Some(Fault::TooLong) } else { fault };
    if let Some(tangle) = tangle {
        // Without proof of damage, all must come apart or nothing.
        let whole = tangle.end == body.len();
        if kept.map_or(whole, |kept| tangle.units > kept) {
            text.push(&tangle.text);
            return Outcome { consumed: tangle.end, fault: or_too_long((!whole).then_some(Fault::Corrupt)) };
        }
    }
    let (consumed, text_end) = units.end_of(kept.unwrap_or(units.len()));
    text.push(units.text.get(..text_end).unwrap_or_default());
    let fault = if kept.is_some() { Some(fault.unwrap_or(Fault::Corrupt)) } else { fault };
    Outcome { consumed, fault: or_too_long(fault) }
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
                    fault = (units.text.len() > limit).then_some(Fault::TooLong);
                    units.text.truncate(limit);
                    units.push(at);
                }
                Err(Bad::Cut) => fault = Some(Fault::Truncated),
                Err(Bad::Invalid) => fault = Some(Fault::Corrupt),
            }
        }
        let damaged = matches!(fault, Some(Fault::Truncated | Fault::Corrupt));
        // An encoder that never had the habits can't break them: then the text is good all the same.
        let first_odd = first_odd.filter(|_| damaged || odd * 2 <= units.len() || units.has_broken_line());
        let damage = [first_odd, units.broken_head(), damaged.then_some(units.len())];
        Straight { damage: damage.into_iter().flatten().min(), units, fault }
    }
}

/// A body read as several streams that take turns.
struct Tangle {
    text: Vec<u8>,
    units: usize,
    end: usize,
    /// There would be more text than the limit.
    is_too_long: bool,
}

/// The text of one stream so far.
struct Stream {
    past: Vec<u8>,
}

impl Tangle {
    /// `None` if there is but one stream.
    fn read(body: &[u8], limit: usize) -> Option<Tangle> {
        let mut streams = vec![Stream { past: Vec::new() }];
        let mut tangle = Tangle { text: Vec::new(), units: 0, end: 0, is_too_long: false };
        // What a stream knows that has to do without what is unsure.
        let mut sure = Stream { past: Vec::new() };
        // A unit that refers to no past: it continues the stream that had the turn, or begins another.
        let mut fork: Option<Fork> = None;
        let mut turn = 0;
        while tangle.end < body.len() {
            if tangle.text.len() > MAX_TANGLED_TEXT {
                return None;
            }
            let at = tangle.end;
            let count = streams.len();
            let mut fitting: Vec<_> = (0..count)
                .map(|offset| (turn + offset) % count)
                .filter_map(|index| Some((index, false, streams[index].try_on(body, at)?)))
                .collect();
            if let Some(open) = &fork {
                // Perhaps the stream that had the turn has to do without what is unsure.
                sure.set_to_end_of(&streams[open.stream], open.len);
                fitting.extend(sure.try_on(body, at).map(|fit| (open.stream, true, fit)));
            }
            // Where several have it, it belongs to the one that its encoder knew best.
            let best = match fitting.as_slice() {
                [_] => 0,
                several => {
                    let unlikely =
                        |(index, _, fit): &(usize, bool, Fit)| (!fit.has_head(), streams[*index].surprise(fit));
                    let ranks: Vec<_> = several.iter().map(unlikely).collect();
                    (0..ranks.len()).min_by_key(|&place| ranks[place]).unwrap_or(0)
                }
            };
            let Some((index, without, _)) = fitting.get(best) else { break };
            let (index, without) = (*index, *without);
            if let (true, Some(open)) = (without, &fork) {
                let stream = &mut streams[open.stream];
                stream.past.truncate(stream.past.len() - open.len);
                fork = None;
            }
            let Some(unit) = streams[index].take(body, at) else { break };
            let past = &streams[index].past;
            let text_start = past.len() - unit.text_len;
            if tangle.text.len() + unit.text_len > limit {
                tangle.is_too_long = true;
                break;
            }
            tangle.text.extend_from_slice(&past[text_start..]);
            match &mut fork {
                // It goes on from what is unsure and no farther back: so both may have it.
                Some(open) if index == open.stream && unit.reach <= open.len => {
                    let text = streams[index].past[text_start..].to_vec();
                    open.len += text.len();
                    if let Some(alone) = streams.last_mut() {
                        alone.past.extend(text);
                    }
                }
                Some(open) if index == open.stream => {
                    streams.pop();
                    fork = None;
                }
                Some(open) if index == streams.len() - 1 => {
                    let stream = &mut streams[open.stream];
                    stream.past.truncate(stream.past.len() - open.len);
                    fork = None;
                }
                Some(_) => {}
                None if unit.reach == 0 && text_start > 0 && streams.len() < MAX_STREAMS => {
                    let alone = streams[index].past[text_start..].to_vec();
                    fork = Some(Fork { stream: index, len: alone.len() });
                    streams.push(Stream { past: alone });
                }
                None => {}
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
    /// Length of the text that is unsure: the end of that stream's past, and all of the last stream's.
    len: usize,
}

/// A unit, as a stream would have it.
struct Fit {
    text: Vec<u8>,
    matches: Vec<unit::Match>,
}

impl Fit {
    fn has_head(&self) -> bool {
        matches!(LineHead::of(&self.text), LineHead::Time(_))
    }
}

impl Stream {
    /// Knows what `other` knows but for the last `less` bytes, as far back as a unit can refer.
    fn set_to_end_of(&mut self, other: &Stream, less: usize) {
        let end = other.past.len().saturating_sub(less);
        let known = other.past.get(end.saturating_sub(unit::WINDOW)..end).unwrap_or_default();
        self.past.clear();
        self.past.extend_from_slice(known);
        steps::add(known.len());
    }

    /// The unit at `at`, if it reads well after this stream's past.
    fn take(&mut self, body: &[u8], at: usize) -> Option<Unit> {
        let start = self.past.len();
        let unit = unit::read(body, at, &mut self.past).ok()?;
        let text = self.past.get(start..).unwrap_or_default();
        steps::add(text.len());
        if unit.oddities == 0 && text.ends_with(b"\n") && !is_suspicious(text) {
            return Some(unit);
        }
        self.past.truncate(start);
        None
    }

    /// The same, but takes nothing.
    fn try_on(&mut self, body: &[u8], at: usize) -> Option<Fit> {
        let start = self.past.len();
        self.take(body, at)?;
        self.past.truncate(start);
        let matches = unit::matches(body, at, &mut self.past);
        Some(Fit { text: self.past.split_off(start), matches })
    }

    /// How often the encoder would have known a longer match, had this been its past.
    fn surprise(&self, fit: &Fit) -> usize {
        let window = self.past.len().saturating_sub(unit::WINDOW);
        let past = self.past.get(window..).unwrap_or_default();
        let longer = |found: &&unit::Match| {
            let longer = fit.text.get(found.at..found.at + found.len + 1);
            longer.is_some_and(|longer| memchr::memmem::find(past, longer).is_some())
        };
        fit.matches.iter().take(MAX_ASKED).filter(longer).count()
    }
}

/// Bytes that are read or copied to take a body apart: tests count them.
mod steps {
    #[cfg(test)]
    thread_local!(pub static STEPS: std::cell::Cell<usize> = const { std::cell::Cell::new(0) });

    #[inline(always)]
    pub fn add(_steps: usize) {
        #[cfg(test)]
        STEPS.with(|steps| steps.set(steps.get() + _steps));
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    /// Lines that refer to no past, `count` of them, and damage behind.
    fn steps(count: usize) -> usize {
        let mut body = Vec::new();
        for _ in 0..count {
            let mut encoder = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::best());
            encoder.write_all(&[&[b'a'; 2000][..], b"\n"].concat()).unwrap();
            encoder.flush().unwrap();
            body.extend_from_slice(encoder.get_ref());
        }
        body.extend_from_slice(b"\x07garbage");
        steps::STEPS.set(0);
        let tangle = Tangle::read(&body, usize::MAX);
        assert!(tangle.is_some_and(|tangle| tangle.units == count), "several streams, to the damage");
        steps::STEPS.get()
    }

    #[test]
    fn taking_apart_stays_in_proportion() {
        let (small, large) = (steps(200), steps(800));
        assert!(large * 2 <= small * 9, "{small}, {large}");
    }
}
