//! Reading on behind damage.
//!
//! Units are found again by their flush marks. What they copy from is known text, then a gap of unknown length, then
//! text of which each byte is known or not. If the length can be [found](super::gap_len), all is known that copies from
//! known text; if not, all that copies from what was read since.

use super::super::partial::{Behind, PartialLine, PartialText};
use super::super::plausible::{LineHead, is_odd};
use super::super::text::Text;
use super::super::units::{Place, UNSURE};
use super::FLUSH;
use super::gap_len::gap_len;
use super::inflater::{Inflater, Stop};
use super::origins::{Origin, Origins};
use super::output::WINDOW;

/// How much text is read before it is looked at, in bytes. What comes behind another gap in it is read again.
const PART: usize = 128 << 10;
/// A unit that is damaged can read well, and break no habit. But its text has another length, so that what follows copies
/// from wrong places, and of its matches one in 30 could be longer. So many matches before one that could be are not
/// trusted: one in 10000 times, that is too few. If the length of the gap is not known, less can be checked, and
/// [`UNSURE`] units are not trusted.
const UNSURE_MATCHES: usize = 300;
/// How much text there may be behind damage in all, in bytes: several times what a real body has.
const MOST_TEXT: usize = 16 << 20;
/// How much may be read in vain: so many bytes for each byte of the body, and some more.
const MOST_VAIN: usize = 8;

/// Reads `body` on behind damage that begins at `from`. The text up to there ends with `before`.
pub fn read_on(inflater: &mut Inflater, body: &[u8], from: usize, before: &[u8], limit: usize) -> Behind {
    let mut history = PartialText::default();
    history.push_known(before.get(before.len().saturating_sub(WINDOW)..).unwrap_or(before));
    let mut reader = Reader {
        inflater,
        body,
        history,
        behind: Behind::default(),
        text: Text::default(),
        limit: limit.min(MOST_TEXT),
        vain: body.len().saturating_mul(MOST_VAIN).saturating_add(1 << 20),
        values: Values::new(),
    };
    reader.text.push(&[0; WINDOW]);
    reader.read(from);
    reader.behind
}

struct Reader<'a> {
    inflater: &'a mut Inflater,
    body: &'a [u8],
    /// The text that units may copy from, as far as it is known.
    history: PartialText,
    behind: Behind,
    /// A window of nothing, then what is read.
    text: Text,
    /// How much text there may be.
    limit: usize,
    /// How much more may be read in vain.
    vain: usize,
    values: Values,
}

/// What bytes are, by where they come from.
struct Values(Box<[u16; 1 << 16]>);

/// No byte.
const UNKNOWN: u16 = 0x100;

impl Values {
    fn new() -> Values {
        Values(Box::new([UNKNOWN; 1 << 16]))
    }

    /// If so much text is lost behind `history`.
    fn set(&mut self, history: PartialLine<'_>, gap: usize) {
        let (bytes, known) = history.raw();
        // The first is that of literals.
        let (lost, before) = self.0.split_at_mut(gap.saturating_add(1).min(WINDOW + 1));
        lost.fill(UNKNOWN);
        before.fill(UNKNOWN);
        for (value, (byte, known)) in before.iter_mut().zip(bytes.iter().zip(known).rev()) {
            *value = if *known { u16::from(*byte) } else { UNKNOWN };
        }
    }

    /// A byte, and whether it is known.
    #[inline(always)]
    fn of(&self, origin: Origin, literal: u8) -> (u8, bool) {
        let value = if origin == 0 { u16::from(literal) } else { self.0[usize::from(origin)] };
        (value as u8, value < UNKNOWN)
    }
}

impl Reader<'_> {
    fn read(&mut self, from: usize) {
        // From where on bytes gave no text, and from where on units are looked for.
        let (mut lost, mut at) = (from, from);
        let (mut goes_on, mut origins) = (false, Origins::default());
        while !self.behind.is_too_long && self.vain > 0 {
            if !goes_on {
                let Some(mark) = memchr::memmem::find(self.body.get(at..).unwrap_or_default(), &FLUSH) else { break };
                at += mark + FLUSH.len();
            }
            self.text.truncate(WINDOW);
            origins = origins.emptied(PART);
            let reading = self.inflater.read(self.body, at, &mut self.text, 0, WINDOW + 2 * PART, &mut origins);
            let taken = self.take(&origins, (lost, at), goes_on);
            lost = taken.end.unwrap_or(lost);
            // What comes behind it is read again, or not at all.
            self.vain = self.vain.saturating_sub(reading.position.saturating_sub(taken.next.min(reading.position)));
            goes_on = reading.stop == Stop::Watched && !taken.is_broken && taken.next == reading.position;
            at = taken.next;
        }
        self.behind.push_lost(lost..self.body.len());
    }

    /// Takes what was read behind a gap, or right behind the text before: `(lost, at)` is where the gap is.
    fn take(&mut self, origins: &Origins, (lost, at): (usize, usize), goes_on: bool) -> Taken {
        let text = self.text.bytes();
        let after = text.get(WINDOW..).unwrap_or_default();
        let gap = match goes_on {
            true => Some(0),
            false => gap_len(self.history.line(), origins, text),
        };
        let history = match gap {
            Some(_) => self.history.line(),
            None => self.history.part(0..0),
        };
        let mut read = PartialText::default();
        self.values.set(history, gap.unwrap_or_default());
        read.extend_by(origins.all().iter().zip(after), |(origin, literal)| self.values.of(*origin, *literal));
        // The habit, now that more is known.
        let broken = origins.match_ends().iter().find(|found| {
            let [one, other] = origins.bytes(found, text);
            let one = self.values.of(one.origin, one.literal);
            one.1 && one == self.values.of(other.origin, other.literal)
        });
        let broken = broken.map_or(u32::MAX, |found| found.next);
        let unit_at = |index: usize| {
            let start = index.checked_sub(1).and_then(|before| origins.ends.get(before)).map_or(0, text_end);
            start..origins.ends.get(index).map_or(start, text_end)
        };
        let odd = origins
            .ends
            .iter()
            .enumerate()
            .position(|(index, end)| end.text > broken || !is_credible(read.part(unit_at(index))));
        let is_broken = odd.is_some() || origins.odd.is_some();
        let sound = odd.unwrap_or(origins.ends.len());
        // Where a habit is broken, the damage may be in a unit before.
        let mut sure = match gap {
            _ if !is_broken => sound,
            Some(_) => {
                let ends = origins.match_ends();
                let before = ends.partition_point(|found| (found.next as usize) < WINDOW + unit_at(sound).start);
                let from = before.checked_sub(UNSURE_MATCHES).and_then(|from| ends.get(from));
                from.map_or(0, |from| origins.ends.partition_point(|end| end.text <= from.next))
            }
            None => sound.saturating_sub(UNSURE),
        };
        if sure > 0 {
            self.behind.push_lost(lost..at);
        }
        for index in 0..sure {
            let unit = read.part(unit_at(index));
            if self.behind.text.len() + unit.len() >= self.limit {
                self.behind.is_too_long = true;
                sure = index;
                break;
            }
            push_lines(unit, &mut self.behind);
        }
        let start = unit_at(sure).start;
        let end_of = |count: usize| Some(origins.ends.get(count.checked_sub(1)?)?.body as usize);
        if sure > 0 {
            match gap {
                Some(gap) => self.history.push_unknown(gap),
                None => self.history.clear(),
            }
            self.history.extend(read.part(0..start));
            self.history.keep_last(WINDOW);
        }
        Taken { end: end_of(sure), next: end_of(sound).unwrap_or(at), is_broken }
    }
}

/// What became of a part that was read.
struct Taken {
    /// Where the last unit that was taken ends in the body.
    end: Option<usize>,
    /// Where the next unit that may be damaged starts in the body, or where reading goes on.
    next: usize,
    /// Whether a habit is broken.
    is_broken: bool,
}

/// Where a unit ends in the text behind the window.
fn text_end(end: &Place) -> usize {
    end.text as usize - WINDOW
}

/// Whether the known bytes of a unit can be those of a line.
fn is_credible(unit: PartialLine<'_>) -> bool {
    let (bytes, known) = unit.raw();
    // Without an early exit, so that the compiler can vectorize it.
    let is_odd = bytes.iter().zip(known).fold(false, |any, (byte, known)| any | (*known & is_odd(byte)));
    let last = unit.len().checked_sub(1).and_then(|last| unit.byte(last));
    let head = unit.whole().map_or(LineHead::None, LineHead::of_doubtful);
    !is_odd && last.is_none_or(|last| last == b'\n') && head != LineHead::Broken
}

/// Adds the lines of a unit.
fn push_lines(unit: PartialLine<'_>, behind: &mut Behind) {
    let mut start = 0;
    while start < unit.len() {
        let (bytes, known) = unit.raw();
        let mut breaks = memchr::memchr_iter(b'\n', &bytes[start..]).map(|at| start + at);
        let line_break = breaks.find(|at| known[*at]);
        let end = line_break.unwrap_or(unit.len());
        // A unit ends with a line break, known or not.
        let end = if line_break.is_none() { end - 1 } else { end };
        let line = unit.part(start..end);
        match line.whole() {
            Some(bytes) => behind.push_whole(bytes),
            None if is_of_use(line) => behind.push_partial(line),
            None => {}
        }
        start = end + 1;
    }
}

/// Whether enough of a line is known that somebody may learn something from it: a quarter, and a few words.
fn is_of_use(line: PartialLine<'_>) -> bool {
    let known = line.known();
    known >= 16 && known * 4 >= line.len()
}
