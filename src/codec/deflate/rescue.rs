//! A second, closer look at a deflate body that is damaged, or looks damaged.
//!
//! The result is text that was logged: everything up to the damage, nothing after it, and nothing that the damage made
//! up. One kind of damage can be undone: see [`interleaved`](super::interleaved).

use super::super::text::Text;
use super::super::units::{UNSURE, Units};
use super::super::{Fault, Outcome};
use super::best_code::Histogram;
use super::habits::Habits;
use super::inflater::Inflater;
use super::interleaved::Interleaved;
use super::output::WINDOW;

/// The longest body in which interleaved streams are looked for, in bytes. Cache files are far shorter.
const MAX_INTERLEAVED: usize = 1 << 20;

/// A body that was read as a single stream.
pub struct SingleStream<'a> {
    /// What was noticed.
    pub habits: &'a Habits,
    /// Why it ends before the body.
    pub fault: Option<Fault>,
}

/// Drops from `text`, which has the text of `body` from `start` on, what can't be trusted. If the body is read better
/// as several streams, their text takes its place, at most `limit` bytes.
pub fn rescue(
    inflater: &mut Inflater,
    read: SingleStream<'_>,
    body: &[u8],
    text: &mut Text,
    start: usize,
    limit: usize,
) -> Outcome {
    let SingleStream { habits, fault } = read;
    let units = Units { text: text.bytes().get(start..).unwrap_or_default(), ends: &habits.units };
    // An encoder that never had the habits can't break them; its text is good all the same.
    let is_habit = || habits.odd * 2 <= units.len() || units.has_broken_line();
    let first_odd = habits.first_odd.filter(|_| fault.is_some() || is_habit());
    let damage = [first_odd, units.broken_head(), fault.map(|_| units.len())];
    let damage = damage.into_iter().flatten().min();
    let odd_code = damage.and_then(|damage| odd_code_before(inflater, units, damage, body));
    let trusted = odd_code.or(damage).map(|damage| units.trusted(damage));
    let end = units.end_of(trusted.unwrap_or(units.len()));
    let interleaved = (body.len() <= MAX_INTERLEAVED).then(|| Interleaved::read(inflater, body, limit)).flatten();
    // Nobody has seen what is over the limit, so this comes before any other fault.
    let is_too_long = interleaved.as_ref().is_some_and(|interleaved| interleaved.is_too_long);
    let or_too_long = |fault| if is_too_long { Some(Fault::TooLong) } else { fault };
    if let Some(interleaved) = interleaved {
        // If nothing proves damage, the streams must account for the whole body.
        let is_whole = interleaved.end == body.len();
        if trusted.map_or(is_whole, |trusted| interleaved.units > trusted) {
            text.truncate(start);
            text.push(&interleaved.text);
            return Outcome { consumed: interleaved.end, fault: or_too_long((!is_whole).then_some(Fault::Corrupt)) };
        }
    }
    text.truncate(start + end.text as usize);
    let fault = if trusted.is_some() { Some(fault.unwrap_or(Fault::Corrupt)) } else { fault };
    Outcome { consumed: end.body as usize, fault: or_too_long(fault) }
}

/// The first unit shortly before `damage` whose code is not the best for what it holds. Damage can go on for some lines
/// before it shows in anything else.
fn odd_code_before(inflater: &mut Inflater, units: Units<'_>, damage: usize, body: &[u8]) -> Option<usize> {
    let first = damage.saturating_sub(UNSURE);
    let (start, count) = (units.end_of(first), damage - first);
    if count == 0 {
        return None;
    }
    // What it copies from.
    let known = units.text.get(..start.text as usize).unwrap_or_default();
    let mut text = Text::default();
    text.push(known.get(known.len().saturating_sub(WINDOW)..).unwrap_or(known));
    let mut histogram = Histogram::new(count);
    inflater.read(body, start.body as usize, &mut text, 0, usize::MAX, &mut histogram);
    histogram.first_odd().map(|odd| first + odd)
}
