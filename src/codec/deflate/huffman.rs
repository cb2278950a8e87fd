//! Bits and prefix codes of deflate (RFC 1951, 3.1 and 3.2).

use std::collections::VecDeque;

/// The bytes end before the requested bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cut;

/// Reads bytes bit by bit, the lowest bit first.
pub struct Bits<'a> {
    bytes: &'a [u8],
    /// The next byte to go into the buffer.
    at: usize,
    buffer: u64,
    /// Bits in the buffer.
    count: u32,
}

impl<'a> Bits<'a> {
    /// The bits that start with byte `at`.
    pub fn new(bytes: &'a [u8], at: usize) -> Bits<'a> {
        Bits { bytes, at, buffer: 0, count: 0 }
    }

    /// The byte that the next bit is in.
    pub fn position(&self) -> usize {
        self.at - self.count.div_ceil(8) as usize
    }

    /// Takes the next `count` bits, at most 32, as a number.
    pub fn take(&mut self, count: u32) -> Result<u32, Cut> {
        let value = (self.peek() & ((1 << count) - 1)) as u32;
        self.skip(count)?;
        Ok(value)
    }

    /// Drops the rest of the byte.
    pub fn align(&mut self) {
        self.buffer >>= self.count % 8;
        self.count -= self.count % 8;
    }

    /// At least the next 32 bits; zeros after the end.
    fn peek(&mut self) -> u64 {
        if self.count < 32 {
            match self.bytes.get(self.at..self.at + 4) {
                Some(&[a, b, c, d]) => {
                    self.buffer |= u64::from(u32::from_le_bytes([a, b, c, d])) << self.count;
                    self.at += 4;
                    self.count += 32;
                }
                _ => {
                    while let (true, Some(&byte)) = (self.count <= 32, self.bytes.get(self.at)) {
                        self.buffer |= u64::from(byte) << self.count;
                        self.at += 1;
                        self.count += 8;
                    }
                }
            }
        }
        self.buffer
    }

    fn skip(&mut self, count: u32) -> Result<(), Cut> {
        self.count = self.count.checked_sub(count).ok_or(Cut)?;
        self.buffer >>= count;
        Ok(())
    }
}

/// Codes up to this length, in bits, are found in a table; the few longer ones are decoded bit by bit.
const TABLE_BITS: u32 = 9;

/// A canonical prefix code.
pub struct Code {
    /// For the next bits of the stream: symbol × 16 + length of its code, or 0.
    table: [u16; 1 << TABLE_BITS],
    /// How many codes there are of each length.
    counts: [u16; 16],
    /// The symbols in the order of their codes.
    symbols: Vec<u16>,
    /// The length of each symbol's code.
    lengths: Vec<u8>,
}

impl Default for Code {
    fn default() -> Code {
        Code { table: [0; 1 << TABLE_BITS], counts: [0; 16], symbols: Vec::new(), lengths: Vec::new() }
    }
}

impl Code {
    /// The code with these code lengths, in bits, by symbol. `None` for a code that no encoder makes: it has more codes
    /// than fit, or room for more (unless it has a single symbol).
    pub fn new(lengths: &[u8]) -> Option<Code> {
        let mut code = Code { lengths: lengths.to_vec(), ..Code::default() };
        for &length in lengths {
            *code.counts.get_mut(usize::from(length))? += 1;
        }
        code.counts[0] = 0;
        let (mut first, mut firsts) = (0u32, [0u32; 16]);
        for (length, &count) in code.counts.iter().enumerate().skip(1) {
            first <<= 1;
            *firsts.get_mut(length)? = first;
            first += u32::from(count);
            if first > 1 << length {
                return None;
            }
        }
        // Where the symbols with codes of each length start.
        let mut places = [0usize; 16];
        for length in 1..15 {
            places[length + 1] = places[length] + usize::from(code.counts[length]);
        }
        code.symbols.resize(places[15] + usize::from(code.counts[15]), 0);
        if first < 1 << 15 && code.symbols.len() > 1 {
            return None;
        }
        for (symbol, &length) in (0u16..).zip(lengths).filter(|(_, length)| **length > 0) {
            let (place, next) = (places.get_mut(usize::from(length))?, firsts.get_mut(usize::from(length))?);
            *code.symbols.get_mut(*place)? = symbol;
            let reversed = next.reverse_bits() >> (32 - u32::from(length));
            (*place, *next) = (*place + 1, *next + 1);
            if u32::from(length) <= TABLE_BITS {
                let entries = code.table.iter_mut().skip(reversed as usize).step_by(1 << length);
                entries.for_each(|entry| *entry = symbol << 4 | u16::from(length));
            }
        }
        Some(code)
    }

    /// Whether no other code is shorter in total for these numbers of occurrences by symbol, as encoders make it.
    pub fn is_optimal(&self, occurrences: &[u16]) -> bool {
        let lengths = self.lengths.iter().map(|&length| u64::from(length));
        let cost: u64 = lengths.clone().zip(occurrences).map(|(length, &count)| length * u64::from(count)).sum();
        // Encoders add a second symbol to a code of one, and limit the length of codes to 15.
        let exempt = self.symbols.len() <= 2 || lengths.max() >= Some(15);
        exempt || cost == least_cost(occurrences)
    }

    /// The next symbol; `None` if the bits are not a code.
    pub fn read(&self, bits: &mut Bits<'_>) -> Result<Option<u32>, Cut> {
        let next = bits.peek();
        let entry = self.table[next as usize % self.table.len()];
        if entry != 0 {
            bits.skip(u32::from(entry & 15))?;
            return Ok(Some(u32::from(entry >> 4)));
        }
        let (mut code, mut first, mut index) = (0u32, 0u32, 0u32);
        for (length, &count) in (1..).zip(&self.counts[1..]) {
            code = code << 1 | (next >> (length - 1)) as u32 & 1;
            let count = u32::from(count);
            if code < first + count {
                bits.skip(length)?;
                return Ok(self.symbols.get((index + code - first) as usize).map(|&symbol| u32::from(symbol)));
            }
            index += count;
            first = (first + count) << 1;
        }
        Ok(None)
    }
}

/// How many bits symbols with these numbers of occurrences take in the best prefix code (Huffman 1952).
fn least_cost(occurrences: &[u16]) -> u64 {
    let mut leaves: Vec<u64> = occurrences.iter().filter(|&&count| count > 0).map(|&count| u64::from(count)).collect();
    leaves.sort_unstable();
    let mut leaves = leaves.into_iter().peekable();
    let mut joined: VecDeque<u64> = VecDeque::new();
    let mut cost = 0;
    // Both queues are sorted, so the two smallest are always at the front.
    let mut smallest = |joined: &mut VecDeque<u64>| match (leaves.peek(), joined.front()) {
        (Some(leaf), Some(join)) if leaf > join => joined.pop_front(),
        (None, Some(_)) => joined.pop_front(),
        _ => leaves.next(),
    };
    while let Some(first) = smallest(&mut joined)
        && let Some(second) = smallest(&mut joined)
    {
        cost += first + second;
        joined.push_back(first + second);
    }
    cost
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_that_no_encoder_makes_are_rejected() {
        assert!(Code::new(&[1, 1, 1]).is_none(), "too many");
        assert!(Code::new(&[2, 2]).is_none(), "too few");
        assert!(Code::new(&[0, 1]).is_some(), "a single symbol");
        assert!(Code::new(&[2, 1, 2]).is_some());
    }

    #[test]
    fn reads_the_example_of_the_standard() {
        // RFC 1951, 3.2.2: lengths (3, 3, 3, 3, 3, 2, 4, 4) give F = 00, A = 010, H = 1111.
        let code = Code::new(&[3, 3, 3, 3, 3, 2, 4, 4]).unwrap();
        let bits = [0b1110_1000, 0b0000_0001u8]; // 00 010 1111, first bit lowest
        let mut bits = Bits::new(&bits, 0);
        assert_eq!(code.read(&mut bits), Ok(Some(5)));
        assert_eq!(code.read(&mut bits), Ok(Some(0)));
        assert_eq!(code.read(&mut bits), Ok(Some(7)));
        assert_eq!(bits.position(), 1);
    }

    #[test]
    fn an_optimal_code_is_recognized() {
        assert_eq!(least_cost(&[5, 9, 12, 13, 16, 45]), 224);
        let code = Code::new(&[4, 4, 3, 3, 3, 1]).unwrap();
        assert!(code.is_optimal(&[5, 9, 12, 13, 16, 45]));
        assert!(!code.is_optimal(&[45, 9, 12, 13, 16, 5]));
        assert!(!code.is_optimal(&[0, 9, 12, 13, 16, 45]));
    }

    #[test]
    fn too_few_bits_are_reported() {
        let mut bits = Bits::new(&[0xFF], 0);
        assert_eq!(bits.take(5), Ok(31));
        assert_eq!(bits.take(4), Err(Cut));
    }
}
