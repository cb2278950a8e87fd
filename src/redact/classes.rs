//! Where in a text values can be, found for many bytes at once.
//!
//! Keys, numbers, tokens and addresses are all looked for in the same text. So it is read once for all of them, 16 bytes
//! at a time. What is kept is a bit for each byte and [`Class`]; most words of 64 bits are 0, and passed by at once.
//!
//! Looking for each by itself took a third longer, and for separators with `memchr2`, which is made for what is rare,
//! as long as for all the others together.

use std::ops::Range;

use wide::u8x16;

use super::steps;

/// Bytes that one word of bits is for.
const BLOCK: usize = 64;
/// How many digits in a row are looked at, at least: as many as a phone number has.
const DIGITS: usize = 11;
/// How many bytes in a row that may be of a token are looked at, at least.
const TOKEN: usize = 32;

/// What is looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Class {
    /// A colon or an equals sign that may end a key: there is a letter, 4 or 6, a quote or a blank before it.
    Separator,
    /// A digit with ten more behind it.
    Digits,
    /// A letter, a digit, or a mark of base64 as the SDK writes it, with 31 more behind it.
    Token,
    /// `@`
    At,
}

/// How many there are.
const CLASSES: usize = 4;

impl Class {
    /// How many bytes in a row it takes to be of this class.
    fn least(self) -> usize {
        match self {
            Class::Digits => DIGITS,
            Class::Token => TOKEN,
            Class::Separator | Class::At => 1,
        }
    }
}

/// The classes of all bytes of a text: for each 64 of them, and for each class, a bit for each.
#[derive(Clone, Debug)]
pub(super) struct Classes(Vec<[u64; CLASSES]>);

impl Classes {
    pub fn of(text: &[u8]) -> Classes {
        let (blocks, rest) = text.as_chunks();
        let mut classes = Vec::with_capacity(blocks.len() + 1);
        let mut open: Option<Seen> = None;
        let mut add = |block: &[u8; BLOCK]| {
            let seen = Seen::in_block(block, open.as_ref());
            if let Some(before) = open.replace(seen) {
                classes.push(before.classes(&seen));
            }
        };
        blocks.iter().for_each(&mut add);
        let mut last = [0; BLOCK];
        last.iter_mut().zip(rest).for_each(|(to, from)| *to = *from);
        add(&last);
        classes.extend(open.map(|last| last.classes(&Seen::default())));
        steps::add(classes.len());
        Classes(classes)
    }

    /// The first byte of this class in `from..to`.
    #[inline]
    pub fn next(&self, class: Class, from: usize, to: usize) -> Option<usize> {
        let mut block = from / BLOCK;
        let mut bits = self.bits(class, block) & u64::MAX << (from % BLOCK);
        while bits == 0 {
            steps::add(1);
            block += 1;
            if block * BLOCK >= to {
                return None;
            }
            bits = self.bits(class, block);
        }
        Some(block * BLOCK + bits.trailing_zeros() as usize).filter(|at| *at < to)
    }

    /// The first row of bytes that makes them of this class, from `from` on. It may have begun before.
    #[inline]
    pub fn row(&self, class: Class, from: usize) -> Option<Range<usize>> {
        let start = self.next(class, from, self.0.len() * BLOCK)?;
        let mut end = start;
        loop {
            let rest = BLOCK - end % BLOCK;
            let bits = self.bits(class, end / BLOCK) >> (end % BLOCK);
            let len = (bits.trailing_ones() as usize).min(rest);
            steps::add(1);
            end += len;
            // What follows the last byte of the class is of the row, but not enough to be of the class.
            if len < rest {
                return Some(start..end + class.least() - 1);
            }
        }
    }

    #[inline]
    fn bits(&self, class: Class, block: usize) -> u64 {
        self.0.get(block).map_or(0, |bits| bits[class as usize])
    }
}

/// What is seen in a block, a bit for each byte, before it is known what follows.
#[derive(Clone, Copy, Debug, Default)]
struct Seen {
    separators: u64,
    digits: u64,
    tokens: u64,
    ats: u64,
    /// Bytes that a separator may follow.
    ends: u64,
}

impl Seen {
    #[inline]
    fn in_block(block: &[u8; BLOCK], before: Option<&Seen>) -> Seen {
        let mut bits = [0; 5];
        let (quarters, _) = block.as_chunks();
        for (index, quarter) in quarters.iter().enumerate() {
            for (bits, seen) in bits.iter_mut().zip(in_quarter(u8x16::new(*quarter))) {
                *bits |= u64::from(seen) << (16 * index);
            }
        }
        let [signs, digits, tokens, ats, ends] = bits;
        let behind = before.map_or(0, |before| before.ends >> (BLOCK - 1));
        Seen { separators: signs & (ends << 1 | behind), digits, tokens, ats, ends }
    }

    /// The classes of the block, with `next`, what follows it.
    #[inline]
    fn classes(&self, next: &Seen) -> [u64; CLASSES] {
        let digits = rows(self.digits, next.digits, DIGITS);
        let tokens = rows(self.tokens, next.tokens, TOKEN);
        [self.separators, digits, tokens, self.ats]
    }
}

/// Signs, digits, parts of tokens, `@`, and what may end a key, a bit for each byte.
///
/// A byte is of a kind if it is at no distance from it: subtracting wraps around below, and not above.
#[inline]
fn in_quarter(bytes: u8x16) -> [u32; 5] {
    let all = u8x16::splat;
    let to = |byte: u8| bytes ^ all(byte);
    let digit = (bytes - all(b'0')).saturating_sub(all(9));
    let letter = ((bytes | all(0x20)) - all(b'a')).saturating_sub(all(25));
    let star_or_plus = (bytes - all(b'*')).saturating_sub(all(1));
    let token = letter.min(digit).min(star_or_plus).min(to(b'-')).min(to(b'_'));
    let sign = to(b':').min(to(b'='));
    // `client_ipv4` and `client_ipv6` are keys, too.
    let four_or_six = (bytes | all(b'4' ^ b'6')) ^ all(b'6');
    let end = letter.min(four_or_six).min(to(b'"')).min(to(b'\'')).min(to(b' '));
    [sign, digit, token, to(b'@'), end].map(|distance| distance.simd_eq(all(0)).to_bitmask())
}

/// Which bits are set and have so many set ones in a row, themselves included, behind them.
#[inline]
fn rows(bits: u64, next: u64, least: usize) -> u64 {
    let mut found = u128::from(bits) | u128::from(next) << BLOCK;
    let mut len = 1;
    while len < least {
        let more = len.min(least - len);
        found &= found >> more;
        len += more;
    }
    found as u64
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The same, byte by byte.
    fn is(text: &[u8], class: Class, at: usize) -> bool {
        let row = |is: fn(&u8) -> bool| text[at..].iter().take_while(|byte| is(byte)).count() >= class.least();
        match class {
            Class::Separator => {
                let ends = |byte: &u8| byte.is_ascii_alphabetic() || matches!(byte, b'"' | b'\'' | b' ' | b'4' | b'6');
                matches!(text[at], b':' | b'=') && at.checked_sub(1).is_some_and(|before| ends(&text[before]))
            }
            Class::Digits => row(u8::is_ascii_digit),
            Class::Token => row(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'*' | b'+' | b'-' | b'_')),
            Class::At => text[at] == b'@',
        }
    }

    fn check(text: &[u8]) {
        let classes = Classes::of(text);
        for class in [Class::Separator, Class::Digits, Class::Token, Class::At] {
            let wanted: Vec<_> = (0..text.len()).filter(|at| is(text, class, *at)).collect();
            let all = |from, to| {
                let next = |at: &usize| classes.next(class, at + 1, to);
                std::iter::successors(classes.next(class, from, to), next).collect::<Vec<_>>()
            };
            assert_eq!(all(0, text.len()), wanted, "{class:?} in {text:?}");
            for (from, to) in [(1, 63), (63, 65), (64, 64), (65, 200)].into_iter().filter(|(_, to)| *to <= text.len()) {
                let inside = wanted.iter().filter(|at| (from..to).contains(*at)).copied();
                assert_eq!(all(from, to), inside.collect::<Vec<_>>(), "{class:?} in {from}..{to} of {text:?}");
            }
            for (index, start) in wanted.iter().enumerate().step_by(40) {
                let in_row = wanted.iter().skip(index).zip(*start..).take_while(|(at, next)| **at == *next).count();
                let row = classes.row(class, *start).unwrap();
                assert_eq!(row, *start..start + in_row + class.least() - 1, "{class:?} in {text:?}");
            }
        }
    }

    #[test]
    fn each_byte_has_its_class() {
        for byte in 0..=u8::MAX {
            check(&[byte; 3]);
            check(&[&[byte; 35][..], b":", &[byte; 33]].concat());
            check(&[&[b'x'; 62][..], &[byte], b"=a@b"].concat());
        }
        for len in [10, 11, 12, 31, 32, 33, 64, 65, 140] {
            for before in (0..66).step_by(5) {
                check(&[&vec![b' '; before][..], &vec![b'7'; len], b"."].concat());
            }
        }
    }

    proptest! {
        #[test]
        fn so_has_each_byte_of_any_text(text in prop::collection::vec(prop::sample::select(b"a1:=@ \"'-_*+,.\n\x00\xE4Z9".as_slice()), 0..300)) {
            check(&text);
        }

        #[test]
        fn and_of_long_rows(rows in prop::collection::vec((prop::sample::select(b"1a:, @".as_slice()), 0..80_usize), 0..12)) {
            let text: Vec<_> = rows.iter().flat_map(|(byte, len)| std::iter::repeat_n(*byte, *len)).collect();
            check(&text);
        }
    }
}
