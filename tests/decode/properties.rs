//! Properties that hold for every file and all damage.

use imlog::internals::xlog::magic::KINDS;
use imlog::internals::xlog::{Cipher, Layout};
use proptest::prelude::*;

use crate::support::damage::{Fault, faults};
use crate::support::library::{TEST_KEY, decode_in_batches};
use crate::support::lines::{Variety, lines};
use crate::support::writer::{Block, Client};

/// A kind that can be mixed with all others, as an index of the table.
fn kinds() -> impl Strategy<Value = usize> {
    (0..KINDS.len()).prop_filter("the headers without a key field only stand among their like", |&kind| {
        KINDS[kind].layout == Layout::Keyed
    })
}

/// The blocks of a file, and the lines of each.
fn file(kinds: &[usize], seed: u64) -> Vec<(Vec<u8>, Vec<Vec<u8>>)> {
    let client = Client::new(1, TEST_KEY);
    let mut seq = 0;
    let block = |(index, &kind): (usize, &usize)| {
        let kind = &KINDS[kind];
        seq += u16::from(kind.counted);
        let lines: Vec<_> = lines(seed.wrapping_add(index as u64), Variety::Varied).take(1 + index * 7 % 40).collect();
        let block = Block::new(kind.magic, kind.layout, if kind.counted { seq } else { 0 });
        let block = if kind.cipher == Cipher::Tea { block.client(client) } else { block };
        (block.write(&lines), lines)
    };
    kinds.iter().enumerate().map(block).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    /// Decoding gives back what was written, whatever kinds a file mixes.
    #[test]
    fn round_trip(kinds in prop::collection::vec(kinds(), 1..12), seed: u64) {
        let blocks = file(&kinds, seed);
        let expected: Vec<u8> = blocks.iter().flat_map(|(_, lines)| lines.concat()).collect();
        let bytes: Vec<u8> = blocks.iter().flat_map(|(bytes, _)| bytes.clone()).collect();
        let decoded = decode_in_batches(&[TEST_KEY], &bytes);
        prop_assert!(decoded.report.is_intact(), "{:?}", decoded.gaps);
        prop_assert_eq!(decoded.text, String::from_utf8(expected).unwrap());
    }

    /// The same for each of the headers without a key field.
    #[test]
    fn round_trip_of_the_old_kinds(kind in 0..8usize, count in 1..8usize, seed: u64) {
        let blocks = file(&vec![kind; count], seed);
        let expected: Vec<u8> = blocks.iter().flat_map(|(_, lines)| lines.concat()).collect();
        let bytes: Vec<u8> = blocks.iter().flat_map(|(bytes, _)| bytes.clone()).collect();
        let decoded = decode_in_batches(&[], &bytes);
        prop_assert!(decoded.report.is_intact(), "{:?}", decoded.gaps);
        prop_assert_eq!(decoded.text, String::from_utf8(expected).unwrap());
    }

    /// Whatever the damage, every block that it does not touch gives all its text. (`decode_in_batches` checks that
    /// every byte is accounted for, and that small batches give the same result.)
    #[test]
    fn nothing_intact_is_lost(
        kinds in prop::collection::vec(kinds(), 3..10),
        faults in prop::collection::vec(faults(), 1..4),
        seed: u64,
    ) {
        let blocks = file(&kinds, seed);
        let mut bytes: Vec<u8> = blocks.iter().flat_map(|(bytes, _)| bytes.clone()).collect();
        let mut starts = blocks.iter().scan(0, |at, (bytes, _)| { *at += bytes.len(); Some(*at - bytes.len()) });
        let spans: Vec<_> = blocks.iter().map(|(bytes, _)| { let at = starts.next().unwrap(); at..at + bytes.len() }).collect();
        // From the end, so that earlier positions stay the same.
        let mut faults = faults;
        faults.sort_by_key(|fault| std::cmp::Reverse(fault.touches(bytes.len()).start));
        let size = bytes.len();
        let touched: Vec<_> = faults.iter().map(|fault| fault.touches(size)).collect();
        let apart = touched.windows(2).all(|pair| pair[1].end <= pair[0].start);
        prop_assume!(apart, "what moves what another one touches is hard to follow");
        for fault in &faults {
            let mut tail = bytes.split_off(fault.touches(size).start.min(bytes.len()));
            let at_start = match fault.clone() {
                Fault::Flip { bit, .. } => Fault::Flip { at: 0, bit },
                Fault::Zero { len, .. } => Fault::Zero { at: 0, len },
                Fault::Noise { len, seed, .. } => Fault::Noise { at: 0, len, seed },
                Fault::Delete { len, .. } => Fault::Delete { at: 0, len },
                Fault::Insert { len, seed, .. } => Fault::Insert { at: 0, len, seed },
                Fault::InsertZeros { len, .. } => Fault::InsertZeros { at: 0, len },
            };
            at_start.apply(&mut tail);
            bytes.extend(tail);
        }
        let decoded = decode_in_batches(&[TEST_KEY], &bytes);
        for ((_, lines), span) in blocks.iter().zip(spans) {
            let intact = touched.iter().all(|touched| {
                let inside = touched.start > span.start && touched.start < span.end;
                let overlaps = touched.start < span.end && touched.end > span.start;
                !inside && !overlaps
            });
            if intact {
                let text = String::from_utf8(lines.concat()).unwrap();
                prop_assert!(decoded.text.contains(&text), "block at {:?} of {}, faults {:?}", span, size, faults);
            }
        }
    }

    /// Any bytes can be decoded safely.
    #[test]
    fn any_bytes(bytes in prop::collection::vec(any::<u8>(), 0..3000)) {
        decode_in_batches(&[TEST_KEY], &bytes);
    }

    /// Bytes that look like headers can be decoded safely.
    #[test]
    fn nearly_headers(parts in prop::collection::vec((0..16usize, any::<u16>(), 0..26u8, 0..200u32, 0..80usize), 1..40)) {
        let mut bytes = Vec::new();
        for (kind, seq, hour, length, body) in parts {
            bytes.push(KINDS[kind].magic);
            bytes.extend(seq.to_le_bytes());
            bytes.extend([hour, hour]);
            bytes.extend(length.to_le_bytes());
            bytes.extend(vec![0; KINDS[kind].layout.header_len().saturating_sub(9)]);
            bytes.extend((0..body).map(|i| (i * 31) as u8));
            bytes.push(0);
        }
        decode_in_batches(&[TEST_KEY], &bytes);
    }
}
