//! The habits of encoders, and streams that break them.
//!
//! A log has no checksums, and many damaged streams still inflate, to text that nobody wrote. But encoders do more than
//! the format demands: zlib and its descendants make each match as long as possible, and use the best code for the
//! symbols that they send. A stream that is out of step breaks these habits within a line or two.

use std::mem::take;

use super::super::units::Place;
use super::codes::Codes;
use super::symbols::{END_OF_BLOCK, LITERAL_SYMBOLS};
use super::watch::Watch;

/// Watches both habits, and notes where units end.
#[derive(Default)]
pub struct Habits {
    matches: LongestMatch,
    codes: BestCode,
    /// Where each unit with any text ends.
    pub units: Vec<Place>,
    /// How many oddities there were in units before the current one.
    oddities: u32,
    /// The first unit with an oddity.
    pub first_odd: Option<usize>,
    /// How many units have any.
    pub odd: usize,
}

impl Habits {
    /// Forgets what it has seen.
    pub fn clear(&mut self) {
        let mut units = take(&mut self.units);
        units.clear();
        let mut histogram = self.codes.histogram.take().unwrap_or_else(|| Box::new(Histogram::EMPTY));
        *histogram = Histogram::EMPTY;
        let codes = BestCode { oddities: 0, histogram: Some(histogram) };
        *self = Habits { units, codes, ..Habits::default() };
    }
}

impl Watch for Habits {
    const COUNTS: bool = true;

    #[inline(always)]
    fn matched(&mut self, text: &[u8], from: u32, at: u32, len: u32) {
        self.matches.matched(text, from, at, len);
    }

    #[inline(always)]
    fn unit(&mut self, text: &[u8], end: Place) -> bool {
        self.matches.close(text, end.text);
        let oddities = self.matches.oddities + self.codes.oddities;
        if oddities != self.oddities {
            self.oddities = oddities;
            self.odd += 1;
            self.first_odd.get_or_insert(self.units.len());
        }
        match self.units.last_mut() {
            // Nothing but a flush.
            Some(last) if last.text == end.text => *last = end,
            _ => self.units.push(end),
        }
        true
    }

    #[inline(always)]
    fn literal(&mut self, literal: u8) {
        self.codes.literal(literal);
    }

    #[inline(always)]
    fn pair(&mut self, length: u32, distance: u32) {
        self.codes.pair(length, distance);
    }

    #[inline(never)]
    fn block(&mut self, codes: &Codes) {
        self.codes.block(codes);
    }
}

/// The habit to make each match as long as possible: the byte after a match does not continue it.
#[derive(Clone, Copy)]
pub struct LongestMatch {
    /// How often a match ended although the next byte continues it.
    pub oddities: u32,
    /// Where in the text the last match could have gone on, and with which byte.
    open_at: u32,
    open: u8,
}

/// No position in a text.
const NOWHERE: u32 = u32::MAX;
/// The longest match there is can't go on.
const LONGEST: u32 = 258;

impl Default for LongestMatch {
    fn default() -> LongestMatch {
        LongestMatch { oddities: 0, open_at: NOWHERE, open: 0 }
    }
}

impl LongestMatch {
    /// Sees a match, after it was written.
    #[inline(always)]
    pub fn matched(&mut self, text: &[u8], from: u32, at: u32, len: u32) {
        // The byte after the match before: a literal, or the first of this match.
        self.look(text);
        let end = at + len;
        self.open = text.get((from + len) as usize).copied().unwrap_or_default();
        self.open_at = if len < LONGEST { end } else { NOWHERE };
    }

    /// Sees the end of a unit, which also ends a match.
    #[inline(always)]
    pub fn close(&mut self, text: &[u8], end: u32) {
        if end > self.open_at {
            self.look(text);
        }
        self.open_at = NOWHERE;
    }

    #[inline(always)]
    fn look(&mut self, text: &[u8]) {
        self.oddities += u32::from(text.get(self.open_at as usize) == Some(&self.open));
    }
}

/// The habit to use the best code: what occurs more often has no longer code.
#[derive(Default)]
pub struct BestCode {
    /// How many blocks had codes that are not the best for what they hold.
    pub oddities: u32,
    /// Not in here itself: what the loops work on has to be small.
    histogram: Option<Box<Histogram>>,
}

/// How often each symbol of a block occurs.
struct Histogram {
    /// Literals by their value, and lengths by their base, from [`LENGTHS`] on.
    literals: [u32; 512],
    distances: [u32; 32],
}

impl Histogram {
    const EMPTY: Histogram = Histogram { literals: [0; 512], distances: [0; 32] };
}

/// Where lengths are counted: the shortest is 3.
const LENGTHS: u32 = 256 - 3;

/// Where the symbol of a literal or length is counted.
static PLACES: [u16; 288] = {
    let mut table = [0; 288];
    let mut symbol = 0;
    while symbol < 288 {
        let base = LITERAL_SYMBOLS[symbol] >> 16;
        table[symbol] = match symbol {
            257..286 => (LENGTHS + base) as u16,
            _ => symbol as u16 & 255,
        };
        symbol += 1;
    }
    table
};

impl BestCode {
    #[inline(always)]
    fn literal(&mut self, literal: u8) {
        if let Some(histogram) = &mut self.histogram {
            histogram.literals[usize::from(literal)] += 1;
        }
    }

    #[inline(always)]
    fn pair(&mut self, length: u32, distance: u32) {
        let Some(histogram) = &mut self.histogram else { return };
        histogram.literals[(LENGTHS + (length >> 16)) as usize & 511] += 1;
        // The two highest bits of what is below the base tell the symbol.
        let below = (distance >> 16) - 1;
        let high = 31 - (below | 1).leading_zeros();
        let symbol = if below < 2 { below } else { 2 * high + (below >> (high - 1) & 1) };
        histogram.distances[symbol as usize & 31] += 1;
    }

    fn block(&mut self, codes: &Codes) {
        let Some(histogram) = &mut self.histogram else { return };
        let mut literals = Counts::default();
        for symbol in codes.literals_used() {
            let number = symbol.number();
            let count = match number {
                END_OF_BLOCK => 1,
                _ => take(&mut histogram.literals[usize::from(PLACES[number as usize % 288]) & 511]),
            };
            literals.add(symbol.len(), count);
        }
        let mut distances = Counts::default();
        for (number, symbol) in codes.distances_used() {
            distances.add(symbol.len(), take(&mut histogram.distances[number as usize & 31]));
        }
        self.oddities += u32::from(!(literals.are_sorted() && distances.are_sorted()));
    }
}

/// The least and the most often that symbols with codes of each length occur.
struct Counts {
    least: [u32; 16],
    most: [u32; 16],
    symbols: u32,
    longest: u32,
}

impl Default for Counts {
    fn default() -> Counts {
        Counts { least: [u32::MAX; 16], most: [0; 16], symbols: 0, longest: 0 }
    }
}

impl Counts {
    #[inline(always)]
    fn add(&mut self, len: u32, count: u32) {
        let len = len as usize & 15;
        self.least[len] = self.least[len].min(count);
        self.most[len] = self.most[len].max(count);
        self.symbols += 1;
        self.longest = self.longest.max(len as u32);
    }

    /// Whether longer codes have rarer symbols, and every symbol occurs.
    fn are_sorted(&self) -> bool {
        // Encoders add a second symbol to a code of one, and limit the length of codes to 15.
        if self.symbols <= 2 || self.longest >= 15 {
            return true;
        }
        let mut least = u32::MAX;
        for (most, here) in self.most.iter().zip(&self.least) {
            if *most > least {
                return false;
            }
            least = least.min(*here);
        }
        least > 0
    }
}
