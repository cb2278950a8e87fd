//! The codes of a dynamic block (RFC 1951, 3.2.2 and 3.2.7): read from its head, and made into tables.
//!
//! A line that has codes of its own is short, and so are its codes: 38 symbols, the longest code 7 bits. Reading the
//! head takes longer than reading the line. So only symbols that are in use are touched: they are listed while their
//! lengths are read, with their rank among those of the same length, which makes sorting them one pass; and a table
//! has as many entries as the longest code needs, and is filled by doubling.

use super::bits::Input;
use super::symbols::{CODE_BIT, DISTANCE_SYMBOLS, END_OF_BLOCK, LITERAL, LITERAL_SYMBOLS, LONG, SPECIAL};

/// The longest literal and distance codes that are found in a table, in bits. Longer ones are counted out.
const LITERAL_BITS: u32 = 11;
const DISTANCE_BITS: u32 = 9;

/// Why there are no codes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BadCodes {
    /// No encoder makes such codes.
    Invalid,
    /// The body ends.
    Cut,
}

/// The codes of a block.
#[derive(Default)]
pub struct Codes {
    /// For literals and lengths.
    pub literals: Code<{ 1 << LITERAL_BITS }>,
    /// For distances.
    pub distances: Code<{ 1 << DISTANCE_BITS }>,
    used: Used,
}

/// A canonical code, with a table for at most `SIZE` different next bits.
pub struct Code<const SIZE: usize> {
    /// Entries by the next bits.
    table: Box<[u32; SIZE]>,
    /// Which of the next bits count.
    mask: u32,
    /// How many codes there are of each length.
    counts: [u16; 16],
    /// The entries in the order of their codes.
    sorted: [u32; 320],
}

/// The table of a code, to be kept in registers.
#[derive(Clone, Copy)]
pub struct Table<'a, const SIZE: usize> {
    entries: &'a [u32; SIZE],
    mask: u32,
}

impl<const SIZE: usize> Table<'_, SIZE> {
    /// The entry for the code that `bits` begin with.
    #[inline(always)]
    pub fn entry(self, bits: u64) -> u32 {
        // The second mask changes nothing, but the compiler sees that the index is in the table.
        self.entries[(bits as u32 & self.mask) as usize & (SIZE - 1)]
    }
}

/// A symbol that has a code: symbol, rank (from bit 9 on) and length (from bit 18 on).
#[derive(Clone, Copy, Default)]
pub struct Symbol(u32);

impl Symbol {
    /// The number of the symbol. Distances follow literals and lengths, however many of these there are.
    pub fn number(self) -> u32 {
        self.0 & 511
    }

    /// Its place among those of the same length.
    fn rank(self) -> u32 {
        self.0 >> 9 & 511
    }

    /// The length of its code, in bits.
    pub fn len(self) -> u32 {
        self.0 >> 18 & 15
    }
}

/// The symbols of a block that have codes.
struct Used {
    list: [Symbol; 336],
    literals: usize,
    all: usize,
    /// How many literal and length symbols the head speaks of; the first distance has this number.
    first_distance: u32,
}

impl Default for Used {
    fn default() -> Used {
        Used { list: [Symbol(0); 336], literals: 0, all: 0, first_distance: 0 }
    }
}

impl<const SIZE: usize> Default for Code<SIZE> {
    fn default() -> Code<SIZE> {
        Code { table: Box::new([0; SIZE]), mask: 0, counts: [0; 16], sorted: [0; 320] }
    }
}

impl<const SIZE: usize> Code<SIZE> {
    /// Its table.
    pub fn table(&self) -> Table<'_, SIZE> {
        Table { entries: &self.table, mask: self.mask }
    }

    /// The entry for a code that is too long for the table.
    #[cold]
    #[inline(never)]
    pub fn long_entry(&self, bits: u64) -> Option<u32> {
        let (mut code, mut first, mut index) = (0u32, 0u32, 0u32);
        for (len, &count) in (0..).zip(self.counts.iter().skip(1)) {
            code = code << 1 | (bits >> len) as u32 & 1;
            let count = u32::from(count);
            if code < first + count {
                return self.sorted.get((index + code - first) as usize).copied();
            }
            index += count;
            first = (first + count) << 1;
        }
        None
    }

    /// Becomes the code of these symbols. `entries` are theirs, from the symbol with the number `first` on; what is no
    /// code gets the entry `none`. Returns false for a code that no encoder makes: it has more codes than fit, or room
    /// for more (unless there is a single one, of one bit).
    #[inline(always)]
    fn become_of(&mut self, symbols: &[Symbol], counts: [u16; 16], first: u32, entries: &[u32], none: u32) -> bool {
        self.counts = counts;
        let (mut room, mut longest, mut offset, mut offsets) = (1 << 15, 0, 0u32, [0u32; 16]);
        for ((len, &count), place) in (0..).zip(&counts).zip(&mut offsets).skip(1) {
            *place = offset;
            offset += u32::from(count);
            room -= i32::from(count) << (15 - len);
            longest = if count > 0 { len } else { longest };
        }
        let entry =
            |symbol: Symbol| entries.get(symbol.number().wrapping_sub(first) as usize).map_or(none, |entry| *entry);
        if room != 0 {
            if room < 0 || longest > 1 {
                return false;
            }
            self.mask = 1;
            self.table[0] = if let [symbol] = symbols { entry(*symbol) + CODE_BIT } else { none | 1 };
            self.table[1] = none | 1;
            return true;
        }
        for &symbol in symbols {
            let place = offsets[symbol.len() as usize & 15] + symbol.rank();
            if let Some(slot) = self.sorted.get_mut(place as usize) {
                *slot = entry(symbol) + symbol.len() * CODE_BIT;
            }
        }
        self.fill(longest, none);
        true
    }

    /// Fills the table, for codes of at most `longest` bits.
    #[inline(always)]
    fn fill(&mut self, longest: u32, none: u32) {
        let bits = longest.min(SIZE.trailing_zeros());
        let (table, mut sorted, mut code) = (&mut *self.table, self.sorted.iter(), 0u32);
        table[0] = none | LONG;
        // A loop whose body is compiled for each length, so that doubling is a copy of a known size.
        macro_rules! levels {
            ($($len:literal)*) => {'levels: { $(
                if $len > bits {
                    break 'levels;
                }
                double::<{ 1 << ($len - 1) }>(table);
                code <<= 1;
                for &entry in sorted.by_ref().take(self.counts[$len].into()) {
                    table[reversed::<$len>(code) & (SIZE - 1)] = entry;
                    code += 1;
                }
            )* }};
        }
        levels!(1 2 3 4 5 6 7 8 9 10 11);
        // The codes from here on are longer than the table knows.
        while longest > bits && code < 1 << bits {
            table[(code.reverse_bits() >> (32 - bits)) as usize & (SIZE - 1)] = none | LONG;
            code += 1;
        }
        self.mask = (1 << bits) - 1;
    }
}

/// The table for one bit more: what it has so far, twice.
#[inline(always)]
fn double<const HALF: usize>(table: &mut [u32]) {
    if let Some((low, rest)) = table.split_first_chunk_mut::<HALF>()
        && let Some(high) = rest.first_chunk_mut::<HALF>()
    {
        *high = *low;
    }
}

/// A code of `LEN` bits as it is in the stream, its first bit lowest.
#[inline(always)]
fn reversed<const LEN: u32>(code: u32) -> usize {
    if LEN <= 8 {
        usize::from(REVERSED[(code << 8u32.saturating_sub(LEN) & 255) as usize])
    } else {
        (code.reverse_bits() >> (32 - LEN)) as usize
    }
}

static REVERSED: [u8; 256] = {
    let mut table = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        table[byte] = (byte as u8).reverse_bits();
        byte += 1;
    }
    table
};

impl Codes {
    /// Reads the head of a block.
    #[inline(never)]
    pub fn read(&mut self, input: &mut Input<'_>) -> Result<(), BadCodes> {
        let (literal_counts, distance_counts) = self.used.read(input)?;
        let Codes { literals, distances, used } = self;
        let (literal_symbols, distance_symbols) = used.list[..used.all.min(336)].split_at(used.literals);
        // Nothing would end the block.
        let ends = literal_symbols.iter().any(|symbol| symbol.number() == END_OF_BLOCK);
        let is_valid = ends
            && literals.become_of(literal_symbols, literal_counts, 0, &LITERAL_SYMBOLS, SPECIAL)
            && distances.become_of(distance_symbols, distance_counts, used.first_distance, &DISTANCE_SYMBOLS, LITERAL);
        if is_valid { Ok(()) } else { Err(BadCodes::Invalid) }
    }

    /// The symbols that have codes: literals and lengths, and distances.
    pub fn symbols(&self) -> (&[Symbol], &[Symbol]) {
        let all = self.used.list.get(..self.used.all).unwrap_or_default();
        all.split_at(self.used.literals.min(all.len()))
    }

    /// The number of the first distance among symbols.
    pub fn first_distance(&self) -> u32 {
        self.used.first_distance
    }

    /// How many literals and lengths have codes, and how many distances.
    #[inline(always)]
    pub fn used(&self) -> (u32, u32) {
        (self.used.literals as u32, (self.used.all - self.used.literals) as u32)
    }
}

impl Used {
    /// Reads which symbols have codes. Returns how many codes there are of each length, for literals and for distances.
    #[inline(always)]
    fn read(&mut self, input: &mut Input<'_>) -> Result<([u16; 16], [u16; 16]), BadCodes> {
        input.refill();
        let bits = &mut input.bits;
        let literals = (bits.peek() & 31) as u32 + 257;
        let distances = (bits.peek() >> 5 & 31) as u32 + 1;
        let lengths = (bits.peek() >> 10 & 15) as u32 + 4;
        bits.skip(14);
        if literals > 286 || distances > 30 {
            return Err(BadCodes::Invalid);
        }
        let table = read_length_code(input, lengths)?;
        self.first_distance = literals;
        let total = literals + distances;
        // Those of distances from 16 on.
        let mut counts = [0u16; 32];
        let (mut symbol, mut used, mut last) = (0u32, 0usize, 0u16);
        let refill = |input: &mut Input<'_>| if input.refill() { Ok(()) } else { Err(BadCodes::Cut) };
        refill(input)?;
        let first = length_entry(&table, input.bits.peek());
        if first >> 11 == AGAIN {
            input.bits.skip(u32::from(first & 15));
            return Err(BadCodes::Invalid);
        }
        while symbol < total {
            refill(input)?;
            // At most 14 bits each.
            for _ in 0..4 {
                let next = input.bits.peek();
                let entry = length_entry(&table, next);
                let all = u32::from(entry & 15);
                input.bits.skip(all);
                let repeat = u32::from(entry >> 7 & 15) + ((next & !(!0 << all)) >> (entry >> 4 & 7)) as u32;
                let len = entry >> 11;
                let len = if len == AGAIN { last } else { len };
                last = len;
                let count = &mut counts[usize::from(len & 15) | if symbol < literals { 0 } else { 16 }];
                let first = symbol | u32::from(*count) << 9 | u32::from(len) << 18;
                *count += repeat as u16;
                // At least as many as there may be of a length that is not 0; what is too much is overwritten.
                if let Some(slots) = self.list.get_mut(used..used + 8) {
                    for (place, slot) in (0..).zip(slots) {
                        *slot = Symbol(first.wrapping_add(place * 0x201));
                    }
                }
                symbol += repeat;
                used += if len != 0 { repeat as usize } else { 0 };
                if symbol >= total {
                    break;
                }
            }
        }
        if symbol > total {
            return Err(BadCodes::Invalid);
        }
        self.all = used;
        Ok(self.divide(literals, counts))
    }

    /// Divides the list into literals and distances.
    fn divide(&mut self, literals: u32, counts: [u16; 32]) -> ([u16; 16], [u16; 16]) {
        let (mut literal_counts, mut distance_counts) = ([0; 16], [0; 16]);
        literal_counts[1..].copy_from_slice(&counts[1..16]);
        distance_counts[1..].copy_from_slice(&counts[17..]);
        self.literals = literal_counts.iter().map(|count| usize::from(*count)).sum();
        let used = self.list.get_mut(..self.all).unwrap_or_default();
        let is_literal = |symbol: &Symbol| symbol.number() < literals;
        if self.literals.checked_sub(1).and_then(|last| used.get(last)).is_none_or(|last| !is_literal(last)) {
            // A repeat went over the border, and was counted for literals only.
            self.literals = used.iter().take_while(|symbol| is_literal(symbol)).count();
            let (literals, distances) = used.split_at_mut(self.literals);
            (literal_counts, distance_counts) = (rank(literals), rank(distances));
        }
        (literal_counts, distance_counts)
    }
}

/// Ranks the symbols anew, and counts those of each length.
#[cold]
#[inline(never)]
fn rank(symbols: &mut [Symbol]) -> [u16; 16] {
    let mut counts = [0u16; 16];
    for symbol in symbols {
        let count = &mut counts[symbol.len() as usize & 15];
        *symbol = Symbol(symbol.0 & !(511 << 9) | u32::from(*count) << 9);
        *count += 1;
    }
    counts
}

/// The order in which a head has the lengths of the code for lengths.
const ORDER: [u8; 19] = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

/// Stands for the length before, in an entry of the code for lengths.
const AGAIN: u16 = 31;

/// The entries of the code for lengths by symbol, still without the bits of a code: length (from bit 11 on), how often
/// (from bit 7 on), bits of the code (from bit 4 on) and bits in all.
static LENGTH_SYMBOLS: [u16; 19] = {
    let mut table = [0; 19];
    let mut symbol = 0;
    while symbol < 16 {
        table[symbol] = (symbol as u16) << 11 | 1 << 7;
        symbol += 1;
    }
    table[16] = AGAIN << 11 | 3 << 7 | 2;
    table[17] = 3 << 7 | 3;
    table[18] = 11 << 7 | 7;
    table
};

#[inline(always)]
fn length_entry(table: &[u16; 128], bits: u64) -> u16 {
    table[bits as usize & 127]
}

/// Reads the code for lengths, which has the lengths of `count` symbols. Returns the entries by the next 7 bits.
#[inline(always)]
fn read_length_code(input: &mut Input<'_>, count: u32) -> Result<[u16; 128], BadCodes> {
    input.refill();
    // The buffer has room for 18 of them; the last one is that of symbol 15.
    let taken = count.min(18) * 3;
    let lengths = input.bits.peek() & !(!0 << taken);
    input.bits.skip(taken);
    input.refill();
    // The symbols of each length, as bits.
    let mut symbols = [0u32; 8];
    for (place, &symbol) in ORDER.iter().enumerate().take(18) {
        symbols[(lengths >> (3 * place) & 7) as usize] |= 1 << symbol;
    }
    if count == 19 {
        symbols[(input.bits.peek() & 7) as usize] |= 1 << 15;
        input.bits.skip(3);
    }
    let mut table = [0u16; 128];
    let mut code = 0u32;
    macro_rules! levels {
        ($($len:literal)*) => { $(
            if let Some((low, rest)) = table.split_first_chunk_mut::<{ 1 << ($len - 1) }>()
                && let Some(high) = rest.first_chunk_mut::<{ 1 << ($len - 1) }>()
            {
                *high = *low;
            }
            code <<= 1;
            let mut these = symbols[$len];
            while these != 0 {
                let symbol = these.trailing_zeros() as usize & 31;
                these &= these - 1;
                let entry = LENGTH_SYMBOLS.get(symbol).map_or(0, |entry| entry + $len * 0x11);
                table[reversed::<$len>(code) & 127] = entry;
                code += 1;
            }
            // More codes than there are.
            if code > 1 << $len {
                return Err(BadCodes::Invalid);
            }
        )* };
    }
    levels!(1 2 3 4 5 6 7);
    // Nor may any be unused: there are lengths to read.
    if code == 1 << 7 { Ok(table) } else { Err(BadCodes::Invalid) }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Symbols with codes of these lengths.
    fn code(lengths: &[u32], entries: &[u32]) -> Option<Code<512>> {
        let used = (0..).zip(lengths).filter(|(_, len)| **len > 0);
        let mut symbols: Vec<Symbol> = used.map(|(number, len)| Symbol(number | len << 18)).collect();
        let counts = rank(&mut symbols);
        let mut code = Code::<512>::default();
        code.become_of(&symbols, counts, 0, entries, SPECIAL).then_some(code)
    }

    #[test]
    fn codes_that_no_encoder_makes_are_rejected() {
        let is_valid = |lengths: &[u32]| code(lengths, &LITERAL_SYMBOLS).is_some();
        assert!(!is_valid(&[1, 1, 1]), "too many");
        assert!(!is_valid(&[2, 2]), "too few");
        assert!(!is_valid(&[0, 2]), "a single symbol, but of two bits");
        assert!(is_valid(&[0, 1]), "a single symbol");
        assert!(is_valid(&[2, 1, 2]));
        assert!(is_valid(&[]));
    }

    #[test]
    fn reads_the_example_of_the_standard() {
        // RFC 1951, 3.2.2: lengths (3, 3, 3, 3, 3, 2, 4, 4) give F = 00, A = 010, H = 1111.
        let code = code(&[3, 3, 3, 3, 3, 2, 4, 4], &LITERAL_SYMBOLS).unwrap();
        for (bits, symbol, len) in [(0b00, 5, 2), (0b010, 0, 3), (0b1111, 7, 4), (0b1110, 6, 4)] {
            let next = u32::reverse_bits(bits) >> (32 - len);
            assert_eq!(code.table().entry(next.into()), LITERAL_SYMBOLS[symbol] + len * CODE_BIT);
            assert_eq!(code.long_entry(next.into()), Some(LITERAL_SYMBOLS[symbol] + len * CODE_BIT));
        }
    }

    #[test]
    fn codes_beyond_the_table_are_counted_out() {
        // One code of each length up to 15, and a second one of 15 bits.
        let lengths: Vec<u32> = (1..=15).chain([15]).collect();
        let code = code(&lengths, &LITERAL_SYMBOLS).unwrap();
        for (symbol, &unsized_entry) in (0u32..).zip(&LITERAL_SYMBOLS[..16]) {
            let (ones, len) = ((1u64 << symbol.min(15)) - 1, (symbol + 1).min(15));
            let expected = unsized_entry + len * CODE_BIT;
            assert_eq!(code.long_entry(ones), Some(expected), "{symbol}");
            match code.table().entry(ones) {
                entry if len <= 9 => assert_eq!(entry, expected),
                entry => assert_eq!(entry & (SPECIAL | LONG), SPECIAL | LONG),
            }
        }
    }
}
