//! A second, closer look at a deflate body that is damaged, or looks damaged.
//!
//! The result is text that was logged: everything up to the damage, nothing after it, and nothing that the damage made
//! up. One kind of damage can be undone: see [`interleaved`](super::interleaved).

use super::super::text::Text;
use super::super::units::Units;
use super::super::{Fault, Outcome};
use super::interleaved::Interleaved;
use super::unit::{self, BadUnit};

/// How many bytes at the start of a body are always checked.
const CHECKED_START: usize = 320;
/// The longest body in which interleaved streams are looked for, in bytes. Cache files are far shorter.
const MAX_INTERLEAVED: usize = 1 << 20;

/// Whether the first units of `body` are as an encoder makes them. Everything after them copies from them, so damage
/// there does the most harm, and the check is quick.
pub fn starts_soundly(body: &[u8], text: &mut Vec<u8>) -> bool {
    text.clear();
    let mut at = 0;
    while at < CHECKED_START.min(body.len()) {
        match unit::read(body, at, text) {
            Ok(unit) if unit.oddities == 0 => at = unit.end,
            _ => return false,
        }
    }
    true
}

/// Reads `body` again and appends at most `limit` bytes to `text`.
pub fn rescue(body: &[u8], text: &mut Text, limit: usize) -> Outcome {
    let SingleStream { units, damage, fault } = SingleStream::read(body, limit);
    let trusted = damage.map(|damage| units.trusted(damage));
    let interleaved = (body.len() <= MAX_INTERLEAVED).then(|| Interleaved::read(body, limit)).flatten();
    // Nobody has seen what is over the limit, so this comes before any other fault.
    let is_too_long =
        fault == Some(Fault::TooLong) || interleaved.as_ref().is_some_and(|interleaved| interleaved.is_too_long);
    let or_too_long = |fault| if is_too_long { Some(Fault::TooLong) } else { fault };
    if let Some(interleaved) = interleaved {
        // If nothing proves damage, the streams must account for the whole body.
        let is_whole = interleaved.end == body.len();
        if trusted.map_or(is_whole, |trusted| interleaved.units > trusted) {
            text.push(&interleaved.text);
            return Outcome { consumed: interleaved.end, fault: or_too_long((!is_whole).then_some(Fault::Corrupt)) };
        }
    }
    let (consumed, text_end) = units.end_of(trusted.unwrap_or(units.len()));
    text.push(units.text.get(..text_end).unwrap_or_default());
    let fault = if trusted.is_some() { Some(fault.unwrap_or(Fault::Corrupt)) } else { fault };
    Outcome { consumed, fault: or_too_long(fault) }
}

/// A body read as a single stream.
struct SingleStream {
    units: Units,
    /// The first unit that can't be right.
    damage: Option<usize>,
    fault: Option<Fault>,
}

impl SingleStream {
    fn read(body: &[u8], limit: usize) -> SingleStream {
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
                Err(BadUnit::Cut) => fault = Some(Fault::Truncated),
                Err(BadUnit::Invalid) => fault = Some(Fault::Corrupt),
            }
        }
        let is_damaged = matches!(fault, Some(Fault::Truncated | Fault::Corrupt));
        // An encoder that never had the habits can't break them; its text is good all the same.
        let first_odd = first_odd.filter(|_| is_damaged || odd * 2 <= units.len() || units.has_broken_line());
        let damage = [first_odd, units.broken_head(), is_damaged.then_some(units.len())];
        SingleStream { damage: damage.into_iter().flatten().min(), units, fault }
    }
}
