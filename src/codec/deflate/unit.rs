//! Reads deflate symbol by symbol, for bodies that may be damaged.
//!
//! A log has no checksums, and many damaged streams still inflate, to text that nobody wrote. But encoders do more than
//! the format demands. Every line is a *unit* that ends with a flush, on a byte boundary; and zlib and its descendants
//! make each match as long as possible, and use the best code for the symbols that they send. A stream that is out of
//! step breaks these habits within a line or two. So this slow decoder goes unit by unit, and counts broken habits.

use std::sync::LazyLock;

use super::huffman::{Bits, Code, Cut};

/// The longest text of a unit, in bytes. Stock writers' lines are under 16 KiB; forks may flush once per block.
const MAX_UNIT: usize = 64 << 20;

/// A unit, read up to and including its flush.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unit {
    /// Where it ends in the body: after its flush.
    pub end: usize,
    /// How often a match ended although the next byte continues it, or a code was not the best one for its symbols.
    pub oddities: u32,
    /// Length of its text, in bytes.
    pub text_len: usize,
    /// How far back it copies from before its own text, in bytes; 0 if it needs no earlier text.
    pub reach: usize,
}

/// Why a unit can't be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BadUnit {
    /// It breaks the rules of deflate.
    Invalid,
    /// The body ends inside it.
    Cut,
}

/// Reads the unit that starts at byte `at` of `body`. `text` is the text before it, as far back as it can copy from.
/// The unit's text is appended, and removed again if the unit is bad.
pub fn read(body: &[u8], at: usize, text: &mut Vec<u8>) -> Result<Unit, BadUnit> {
    let start = text.len();
    let mut reader = UnitReader::new(body, at, text);
    match reader.unit() {
        Ok(()) => {
            let UnitReader { bits, text, oddities, reach, .. } = reader;
            Ok(Unit { end: bits.position(), oddities, text_len: text.len() - start, reach })
        }
        Err(bad) => {
            text.truncate(start);
            Err(bad)
        }
    }
}

/// How far back a match can reach, in bytes.
pub const WINDOW: usize = 32 << 10;

/// A match: text that was copied from earlier text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Match {
    /// Its position in the unit's text, in bytes.
    pub at: usize,
    /// Its length in bytes.
    pub len: usize,
}

/// The matches of the unit at `at`, whose text is appended as by [`read`].
pub fn matches(body: &[u8], at: usize, text: &mut Vec<u8>) -> Vec<Match> {
    let mut reader = UnitReader { matches: Some(Vec::new()), ..UnitReader::new(body, at, text) };
    // For a bad unit, these are the matches up to where it goes wrong.
    let _ = reader.unit();
    reader.matches.unwrap_or_default()
}

impl From<Cut> for BadUnit {
    fn from(_: Cut) -> BadUnit {
        BadUnit::Cut
    }
}

struct UnitReader<'a> {
    bits: Bits<'a>,
    text: &'a mut Vec<u8>,
    start: usize,
    oddities: u32,
    /// The distance of the match that has just ended, if it could have been longer.
    open: Option<usize>,
    reach: usize,
    /// Recorded on request only.
    matches: Option<Vec<Match>>,
}

impl<'a> UnitReader<'a> {
    fn new(body: &'a [u8], at: usize, text: &'a mut Vec<u8>) -> UnitReader<'a> {
        let start = text.len();
        UnitReader { bits: Bits::new(body, at), text, start, oddities: 0, open: None, reach: 0, matches: None }
    }

    fn unit(&mut self) -> Result<(), BadUnit> {
        loop {
            let last = self.bits.take(1)? == 1;
            match self.bits.take(2)? {
                0 => {
                    // The flush.
                    if self.stored()? == 0 {
                        return Ok(());
                    }
                }
                1 => self.compressed(&FIXED_LITERALS, &FIXED_DISTANCES)?,
                2 => {
                    let (literals, distances) = self.dynamic()?;
                    self.compressed(&literals, &distances)?;
                }
                _ => return Err(BadUnit::Invalid),
            }
            // Stock writers never finish a stream. If one does, this is the last unit.
            if last {
                self.bits.align();
                return Ok(());
            }
        }
    }

    fn stored(&mut self) -> Result<usize, BadUnit> {
        self.bits.align();
        let (len, check) = (self.bits.take(16)?, self.bits.take(16)?);
        if len ^ check != 0xFFFF {
            return Err(BadUnit::Invalid);
        }
        for _ in 0..len {
            let byte = self.bits.take(8)? as u8;
            self.push(byte)?;
        }
        Ok(len as usize)
    }

    fn compressed(&mut self, literals: &Code, distances: &Code) -> Result<(), BadUnit> {
        let (mut seen, mut seen_distances) = ([0u16; FIXED_LEN], [0u16; 32]);
        let count = |seen: &mut [u16], symbol: u32| {
            if let Some(count) = seen.get_mut(symbol as usize) {
                *count = count.saturating_add(1);
            }
        };
        loop {
            let symbol = literals.read(&mut self.bits)?.ok_or(BadUnit::Invalid)?;
            count(&mut seen, symbol);
            match symbol {
                literal @ 0..256 => self.push(literal as u8)?,
                256 => break,
                symbol => {
                    let (base, extra) = LENGTHS.get(symbol as usize - 257).ok_or(BadUnit::Invalid)?;
                    let len = usize::from(*base) + self.bits.take(u32::from(*extra))? as usize;
                    let symbol = distances.read(&mut self.bits)?.ok_or(BadUnit::Invalid)?;
                    count(&mut seen_distances, symbol);
                    let (base, extra) = DISTANCES.get(symbol as usize).ok_or(BadUnit::Invalid)?;
                    let distance = usize::from(*base) + self.bits.take(u32::from(*extra))? as usize;
                    self.copy(len, distance)?;
                }
            }
        }
        let is_dynamic = !std::ptr::eq(literals, &*FIXED_LITERALS);
        if is_dynamic && !(literals.is_optimal(&seen) && distances.is_optimal(&seen_distances)) {
            self.oddities += 1;
        }
        Ok(())
    }

    fn push(&mut self, byte: u8) -> Result<(), BadUnit> {
        self.check_next(byte)?;
        self.text.push(byte);
        Ok(())
    }

    fn copy(&mut self, len: usize, distance: usize) -> Result<(), BadUnit> {
        let from = self.text.len().checked_sub(distance).ok_or(BadUnit::Invalid)?;
        if let Some(matches) = &mut self.matches {
            matches.push(Match { at: self.text.len() - self.start, len });
        }
        self.reach = self.reach.max(self.start.saturating_sub(from));
        self.check_next(self.text.get(from).copied().ok_or(BadUnit::Invalid)?)?;
        if distance >= len {
            self.text.extend_from_within(from..from + len);
        } else {
            for at in from..from + len {
                let byte = self.text.get(at).copied().ok_or(BadUnit::Invalid)?;
                self.text.push(byte);
            }
        }
        self.open = (len < 258).then_some(distance);
        Ok(())
    }

    /// Counts an oddity if `byte`, which is added next, continues the last match.
    fn check_next(&mut self, byte: u8) -> Result<(), BadUnit> {
        if self.text.len() - self.start >= MAX_UNIT {
            return Err(BadUnit::Invalid);
        }
        if let Some(distance) = self.open.take() {
            let next = self.text.len().checked_sub(distance).and_then(|from| self.text.get(from));
            self.oddities += u32::from(next == Some(&byte));
        }
        Ok(())
    }

    fn dynamic(&mut self) -> Result<(Code, Code), BadUnit> {
        let literals = self.bits.take(5)? as usize + 257;
        let distances = self.bits.take(5)? as usize + 1;
        let count = self.bits.take(4)? as usize + 4;
        let mut lengths = [0; 19];
        for &place in LENGTH_ORDER.iter().take(count) {
            lengths[place] = self.bits.take(3)? as u8;
        }
        let code = Code::new(&lengths).ok_or(BadUnit::Invalid)?;
        let mut lengths = Vec::with_capacity(literals + distances);
        while lengths.len() < literals + distances {
            let (value, repeat) = match code.read(&mut self.bits)?.ok_or(BadUnit::Invalid)? {
                length @ 0..16 => (length as u8, 1),
                16 => (*lengths.last().ok_or(BadUnit::Invalid)?, 3 + self.bits.take(2)?),
                17 => (0, 3 + self.bits.take(3)?),
                _ => (0, 11 + self.bits.take(7)?),
            };
            lengths.extend(std::iter::repeat_n(value, repeat as usize));
        }
        let (front, back) = lengths.split_at_checked(literals).ok_or(BadUnit::Invalid)?;
        if lengths.len() > literals + distances || front.get(256) == Some(&0) {
            return Err(BadUnit::Invalid);
        }
        Code::new(front).zip(Code::new(back)).ok_or(BadUnit::Invalid)
    }
}

/// The number of symbols in the fixed code for literals and lengths (RFC 1951, 3.2.6).
const FIXED_LEN: usize = 288;

static FIXED_LITERALS: LazyLock<Code> = LazyLock::new(|| {
    let lengths: [u8; FIXED_LEN] = std::array::from_fn(|symbol| match symbol {
        144..256 => 9,
        256..280 => 7,
        _ => 8,
    });
    Code::new(&lengths).unwrap_or_default()
});

static FIXED_DISTANCES: LazyLock<Code> = LazyLock::new(|| Code::new(&[5; 32]).unwrap_or_default());

/// The order of the code lengths of the code length code (RFC 1951, 3.2.7).
const LENGTH_ORDER: [usize; 19] = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

/// Base and extra bits of the length symbols, from symbol 257 (RFC 1951, 3.2.5).
#[rustfmt::skip]
const LENGTHS: [(u16, u8); 29] = [
    (3, 0), (4, 0), (5, 0), (6, 0), (7, 0), (8, 0), (9, 0), (10, 0), (11, 1), (13, 1), (15, 1), (17, 1), (19, 2),
    (23, 2), (27, 2), (31, 2), (35, 3), (43, 3), (51, 3), (59, 3), (67, 4), (83, 4), (99, 4), (115, 4), (131, 5),
    (163, 5), (195, 5), (227, 5), (258, 0),
];

/// Base and extra bits of the distance symbols.
#[rustfmt::skip]
const DISTANCES: [(u16, u8); 30] = [
    (1, 0), (2, 0), (3, 0), (4, 0), (5, 1), (7, 1), (9, 2), (13, 2), (17, 3), (25, 3), (33, 4), (49, 4), (65, 5),
    (97, 5), (129, 6), (193, 6), (257, 7), (385, 7), (513, 8), (769, 8), (1025, 9), (1537, 9), (2049, 10), (3073, 10),
    (4097, 11), (6145, 11), (8193, 12), (12289, 12), (16385, 13), (24577, 13),
];
