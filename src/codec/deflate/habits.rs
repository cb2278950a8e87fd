//! The habits of encoders, and streams that break them.
//!
//! A log has no checksums, and many damaged streams still inflate, to text that nobody wrote. But encoders do more than
//! the format demands: zlib and its descendants make each match as long as possible, and give codes only to symbols
//! that they send. A stream that is out of step breaks these habits within a line or two.

use std::mem::take;

use super::super::units::Place;
use super::codes::Codes;
use super::watch::Watch;

/// Watches both habits, and notes where units end.
#[derive(Default)]
pub struct Habits {
    matches: LongestMatch,
    codes: CodesInUse,
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
        let mut codes = take(&mut self.codes);
        codes.clear();
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

    #[inline(always)]
    fn block(&mut self, codes: &Codes) {
        let (literals, distances) = codes.used();
        self.codes.block(literals, distances);
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
        self.open = text.get((from + len) as usize).copied().unwrap_or_default();
        self.open_at = if len < LONGEST { at + len } else { NOWHERE };
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

/// The habit to give codes only to symbols that occur. So does every encoder whose codes are the best for what they
/// stand for; and a line has so few symbols that damage within it mostly leaves one without an occurrence.
#[derive(Default)]
pub struct CodesInUse {
    /// How many blocks had codes that they do not use.
    pub oddities: u32,
    /// Not in here itself: what the loops work on has to be small.
    seen: Option<Box<Seen>>,
    /// How many literals and lengths, and how many distances, were seen in this block.
    literals: u32,
    distances: u32,
    /// The number of this block.
    block: u32,
}

/// In which block each symbol was last seen. So nothing has to be cleared between blocks.
struct Seen {
    /// Literals by their value, and lengths by their base, from [`LENGTHS`] on.
    literals: [u32; 512],
    distances: [u32; 32],
}

/// Where lengths are: the shortest is 3.
const LENGTHS: u32 = 256 - 3;

impl CodesInUse {
    /// As at the start of a body.
    pub fn clear(&mut self) {
        let nothing = Seen { literals: [0; 512], distances: [0; 32] };
        match &mut self.seen {
            Some(seen) => **seen = nothing,
            empty => *empty = Some(Box::new(nothing)),
        }
        (self.oddities, self.literals, self.distances, self.block) = (0, 0, 0, 1);
    }

    /// Sees a literal.
    #[inline(always)]
    pub fn literal(&mut self, literal: u8) {
        let Some(seen) = &mut self.seen else { return };
        let seen = &mut seen.literals[usize::from(literal)];
        self.literals += u32::from(*seen != self.block);
        *seen = self.block;
    }

    /// Sees a match, by its entries.
    #[inline(always)]
    pub fn pair(&mut self, length: u32, distance: u32) {
        let Some(seen) = &mut self.seen else { return };
        let literal = &mut seen.literals[(LENGTHS + (length >> 16)) as usize & 511];
        self.literals += u32::from(*literal != self.block);
        *literal = self.block;
        // The two highest bits of what is below the base tell the symbol.
        let below = (distance >> 16) - 1;
        let high = 31 - (below | 1).leading_zeros();
        let symbol = if below < 2 { below } else { 2 * high + (below >> (high - 1) & 1) };
        let distance = &mut seen.distances[symbol as usize & 31];
        self.distances += u32::from(*distance != self.block);
        *distance = self.block;
    }

    /// A block ends that has so many codes for literals and lengths, and for distances.
    #[inline(always)]
    pub fn block(&mut self, literals: u32, distances: u32) {
        // The end of the block occurs too. Encoders give a code to a second symbol if there is only one.
        let are_used =
            (self.literals + 1 == literals || literals <= 2) && (self.distances == distances || distances <= 2);
        self.oddities += u32::from(!are_used);
        (self.literals, self.distances, self.block) = (0, 0, self.block.wrapping_add(1));
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::text::Text;
    use super::super::inflater::{Inflater, Stop};
    use super::*;

    /// The bits of a stream, each code with its first bit first.
    fn stream(bits: &str) -> Vec<u8> {
        let bits: Vec<u8> = bits.bytes().filter(|bit| *bit != b' ').map(|bit| bit - b'0').collect();
        let mut bytes: Vec<u8> =
            bits.chunks(8).map(|byte| byte.iter().rev().fold(0, |value, bit| value << 1 | bit)).collect();
        bytes.extend_from_slice(if bits.len().is_multiple_of(8) || bits.len() % 8 > 5 {
            &[0, 0, 0, 0xFF, 0xFF]
        } else {
            &[0, 0, 0xFF, 0xFF]
        });
        bytes
    }

    fn seen(stream: &[u8]) -> (Stop, Vec<u8>, Habits) {
        let (mut habits, mut text) = (Habits::default(), Text::default());
        habits.clear();
        let reading = Inflater::default().read(stream, 0, &mut text, 0, 1 << 20, &mut habits);
        (reading.stop, text.bytes().to_vec(), habits)
    }

    /// Fixed codes of "abc", and of matches of three and four bytes, three back.
    const ABC: &str = "10010001 10010010 10010011";
    const THREE: &str = "0000001 00010";
    const FOUR: &str = "0000010 00010";
    const END: &str = "0000000";

    #[test]
    fn a_match_that_could_be_longer_is_odd() {
        let a = "10010001";
        for (symbols, text, odd) in [
            (format!("{ABC} {THREE} {a}"), "abcabca", true),
            (format!("{ABC} {FOUR}"), "abcabca", false),
            (format!("{ABC} {THREE}"), "abcabc", false),
            (format!("{ABC} {THREE} {ABC}").replacen(a, "10010010", 2).replacen("10010010", a, 1), "abcabcbbc", false),
            (format!("{ABC} {THREE} {THREE}"), "abcabcabc", true),
        ] {
            let (stop, read, habits) = seen(&stream(&format!("0 10 {symbols} {END}")));
            assert_eq!((stop, String::from_utf8(read).unwrap().as_str()), (Stop::End, text));
            assert_eq!((habits.odd, habits.first_odd.is_some()), (usize::from(odd), odd), "{text}");
        }
    }

    #[test]
    fn a_unit_ends_a_match() {
        let first = stream(&format!("0 10 {ABC} {THREE} {END}"));
        let second = stream(&format!("0 10 10010001 {END}"));
        let (stop, read, habits) = seen(&[first.clone(), second].concat());
        assert_eq!((stop, read.as_slice(), habits.first_odd), (Stop::End, &b"abcabca"[..], None));
        assert_eq!(habits.units[0], Place { body: first.len() as u32, text: 6 });
    }

    #[test]
    fn codes_that_are_not_used_are_odd() {
        let mut deflate = flate2::Compress::new(flate2::Compression::best(), false);
        let text: Vec<u8> =
            (1..400u32).map(|number| b'a' + (number.wrapping_mul(0x9E37_79B9) >> 7).count_ones() as u8).collect();
        let mut body = Vec::with_capacity(4096);
        deflate.compress_vec(&text, &mut body, flate2::FlushCompress::Sync).unwrap();
        assert_eq!(body[0] & 6, 4, "a dynamic block");
        let (stop, read, habits) = seen(&body);
        assert!((stop, habits.first_odd) == (Stop::End, None) && read == text);
        let odd = (0..body.len() * 8).filter(|bit| {
            let mut body = body.clone();
            body[bit / 8] ^= 1 << (bit % 8);
            let (stop, _, habits) = seen(&body);
            stop == Stop::End && habits.codes.oddities == 1 && habits.matches.oddities == 0
        });
        assert!(odd.count() > 0, "some damage shows in nothing else");
    }
}
