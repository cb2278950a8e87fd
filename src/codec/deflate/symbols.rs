//! What the symbols of deflate mean (RFC 1951, 3.2.5 and 3.2.6), as the loops want to know it.
//!
//! An *entry* says all of what the next bits mean: how many bits the code has (bits 8 to 13), how many with its extra
//! bits (bits 0 to 5), and from bit 16 on the literal, or the base of a length or distance.

/// Of an entry for a literal. A distance has the bit where there is no such code.
pub const LITERAL: u32 = 1 << 31;
/// Of an entry that is neither a literal nor a length.
pub const SPECIAL: u32 = 1 << 30;
/// Of the special entry that ends a block.
pub const END: u32 = 1 << 29;
/// Of the special entry for codes that are too long for the table.
pub const LONG: u32 = 1 << 28;

/// One bit more in an entry: of the code, and so in all.
pub const CODE_BIT: u32 = 0x101;

/// The symbol that ends a block.
pub const END_OF_BLOCK: u32 = 256;
/// The symbol of the shortest length.
const FIRST_LENGTH: usize = 257;

/// The value of an entry, with the extra bits that follow its code in `bits`.
#[inline(always)]
pub fn value(entry: u32, bits: u64) -> u32 {
    (entry >> 16).wrapping_add(((bits & !(!0 << (entry & 63))) >> (entry >> 8 & 63)) as u32)
}

/// Base and extra bits of the length symbols.
#[rustfmt::skip]
pub const LENGTHS: [(u32, u32); 29] = [
    (3, 0), (4, 0), (5, 0), (6, 0), (7, 0), (8, 0), (9, 0), (10, 0), (11, 1), (13, 1), (15, 1), (17, 1), (19, 2),
    (23, 2), (27, 2), (31, 2), (35, 3), (43, 3), (51, 3), (59, 3), (67, 4), (83, 4), (99, 4), (115, 4), (131, 5),
    (163, 5), (195, 5), (227, 5), (258, 0),
];

/// Base and extra bits of the distance symbols.
#[rustfmt::skip]
pub const DISTANCES: [(u32, u32); 30] = [
    (1, 0), (2, 0), (3, 0), (4, 0), (5, 1), (7, 1), (9, 2), (13, 2), (17, 3), (25, 3), (33, 4), (49, 4), (65, 5),
    (97, 5), (129, 6), (193, 6), (257, 7), (385, 7), (513, 8), (769, 8), (1025, 9), (1537, 9), (2049, 10), (3073, 10),
    (4097, 11), (6145, 11), (8193, 12), (12289, 12), (16385, 13), (24577, 13),
];

/// The entries of literals and lengths by symbol, still without the bits of a code.
pub static LITERAL_SYMBOLS: [u32; 288] = {
    let mut table = [SPECIAL; 288];
    let mut symbol = 0;
    while symbol < FIRST_LENGTH + LENGTHS.len() {
        table[symbol] = if symbol < END_OF_BLOCK as usize {
            LITERAL | (symbol as u32) << 16
        } else if symbol == END_OF_BLOCK as usize {
            SPECIAL | END
        } else {
            let (base, extra) = LENGTHS[symbol - FIRST_LENGTH];
            base << 16 | extra
        };
        symbol += 1;
    }
    table
};

/// The same of distances.
pub static DISTANCE_SYMBOLS: [u32; 32] = {
    let mut table = [LITERAL; 32];
    let mut symbol = 0;
    while symbol < DISTANCES.len() {
        let (base, extra) = DISTANCES[symbol];
        table[symbol] = base << 16 | extra;
        symbol += 1;
    }
    table
};

/// Literals and lengths of the fixed code, by the next 9 bits.
pub static FIXED_LITERALS: [u32; 512] = {
    let mut table = [0; 512];
    let mut next = 0;
    while next < 512 {
        let code = (next as u32).reverse_bits() >> 23;
        let (symbol, len) = match code >> 2 {
            0..24 => (256 + (code >> 2), 7),
            _ => match code >> 1 {
                0x30..0xC0 => ((code >> 1) - 0x30, 8),
                0xC0..0xC8 => (280 + (code >> 1) - 0xC0, 8),
                _ => (144 + code - 0x190, 9),
            },
        };
        table[next] = LITERAL_SYMBOLS[symbol as usize] + len * CODE_BIT;
        next += 1;
    }
    table
};

/// A distance that no text reaches back to.
const NOWHERE: u64 = 1 << 31;

/// Distances of the fixed code, by the next 5 bits. These entries are of their own: the base from bit 32 on, the mask
/// of the extra bits from bit 16 on, and how many bits there are in all.
pub static FIXED_DISTANCES: [u64; 32] = {
    let mut table = [NOWHERE << 32 | 5; 32];
    let mut next = 0;
    while next < 32 {
        let symbol = (next as u32).reverse_bits() >> 27;
        if symbol < DISTANCES.len() as u32 {
            let (base, extra) = DISTANCES[symbol as usize];
            table[next] = (base as u64) << 32 | ((1u64 << extra) - 1) << 16 | (5 + extra) as u64;
        }
        next += 1;
    }
    table
};

/// The value of an entry of [`FIXED_DISTANCES`], which `bits` begin with.
#[inline(always)]
pub fn fixed_distance(entry: u64, bits: u64) -> u32 {
    ((entry >> 32) as u32).wrapping_add((bits >> 5) as u32 & entry as u32 >> 16)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_have_their_extra_bits() {
        // 5 bits of a code, then 13 extra bits: the far end of the window.
        let entry = DISTANCE_SYMBOLS[29] + 5 * CODE_BIT;
        assert_eq!(value(entry, !0), 32768);
        assert_eq!(value(entry, 0b11111), 24577);
        assert_eq!(fixed_distance(FIXED_DISTANCES[0b10111], !0), 32768, "29, reversed");
        assert_eq!(value(LITERAL_SYMBOLS[284] + 8 * CODE_BIT, !0), 258);
        assert_eq!(value(LITERAL_SYMBOLS[285] + 8 * CODE_BIT, !0), 258);
    }

    #[test]
    fn the_fixed_code_is_that_of_the_standard() {
        for (code, len, symbol) in [
            (0b0011_0000, 8, 0),
            (0b1011_1111, 8, 143),
            (0b1_1001_0000, 9, 144),
            (0b1_1111_1111, 9, 255),
            (0, 7, 256),
            (0b001_0111, 7, 279),
            (0b1100_0000, 8, 280),
            (0b1100_0101, 8, 285),
            (0b1100_0111, 8, 287),
        ] {
            let next = u32::reverse_bits(code) >> (32 - len);
            assert_eq!(FIXED_LITERALS[next as usize], LITERAL_SYMBOLS[symbol] + len * CODE_BIT, "{symbol}");
        }
    }
}
