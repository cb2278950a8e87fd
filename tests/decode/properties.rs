//! Properties that hold for every file and all damage.

use imlog::internals::decode::Item;
use imlog::internals::xlog::magic::KINDS;
use imlog::internals::xlog::{Cipher, Layout};
use proptest::prelude::*;

use crate::support::damage::{Fault, faults};
use crate::support::library::{TEST_KEY, decode_in_batches, decoder};
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

/// A file of which more and more can be read: it pauses at each of these places, and ends at the last.
struct Growing<'a> {
    bytes: &'a [u8],
    at: usize,
    pauses: std::vec::IntoIter<usize>,
    until: usize,
}

impl std::io::Read for Growing<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        if self.at == self.until {
            let Some(next) = self.pauses.next() else { return Ok(0) };
            self.until = next;
            return Err(std::io::ErrorKind::WouldBlock.into());
        }
        let len = buffer.len().min(self.until - self.at);
        buffer[..len].copy_from_slice(&self.bytes[self.at..self.at + len]);
        self.at += len;
        Ok(len)
    }
}

/// Reads a file that pauses at the end of each block and at these distances. `at_once`: each block has to be there as soon
/// as its last byte is; else it may take the next one to be sure of it.
fn assert_pauses(blocks: &[(Vec<u8>, Vec<Vec<u8>>)], cuts: &[usize], at_once: bool) -> Result<(), TestCaseError> {
    let bytes: Vec<u8> = blocks.iter().flat_map(|(bytes, _)| bytes.clone()).collect();
    let sum = |lens: Vec<usize>| {
        lens.into_iter()
            .scan(0, |sum, len| {
                *sum += len;
                Some(*sum)
            })
            .collect::<Vec<_>>()
    };
    let ends = sum(blocks.iter().map(|(bytes, _)| bytes.len()).collect());
    let texts = sum(blocks.iter().map(|(_, lines)| lines.concat().len()).collect());
    let mut pauses = [sum(cuts.to_vec()), ends.clone()].concat();
    pauses.retain(|at| *at <= bytes.len());
    pauses.sort_unstable();
    pauses.dedup();
    let decoder = decoder(&[TEST_KEY]);
    let mut seen = pauses.clone().into_iter();
    let mut steps = decoder.steps(Growing { bytes: &bytes, at: 0, pauses: pauses.into_iter(), until: 0 });
    let (mut text, mut gaps, mut at) = (Vec::new(), 0, 0);
    loop {
        let more = steps.step(
            |_, ()| {},
            &mut (),
            |item, ()| {
                match item {
                    Item::Text(run) => text.extend_from_slice(run.text),
                    Item::Gap(_) => gaps += 1,
                }
                Ok::<_, std::convert::Infallible>(())
            },
        );
        match more {
            Ok(true) => {}
            Ok(false) => break,
            Err(_) => {
                let whole = ends.iter().filter(|end| **end <= at).count();
                let expected = whole.checked_sub(1).map_or(0, |last| texts[last]);
                let is_late = !at_once && text.len() < expected && (text.is_empty() || texts.contains(&text.len()));
                prop_assert!(
                    text.len() == expected || is_late,
                    "{} at {} of {:?} {:?} gaps {}",
                    text.len(),
                    at,
                    &ends,
                    &texts,
                    gaps
                );
                at = seen.next().unwrap_or(bytes.len());
            }
        }
    }
    prop_assert_eq!(gaps, 0);
    let expected: Vec<u8> = blocks.iter().flat_map(|(_, lines)| lines.concat()).collect();
    prop_assert!(text == expected);
    Ok(())
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

    /// A file that is written piece by piece gives the same, and each block as soon as it is there.
    #[test]
    fn pauses_change_nothing(kinds in prop::collection::vec(kinds(), 1..8), cuts in prop::collection::vec(1..5000usize, 0..20), seed: u64) {
        assert_pauses(&file(&kinds, seed), &cuts, true)?;
    }

    /// The same for each of the headers without a key field, of which some have little that can be checked.
    #[test]
    fn pauses_change_nothing_in_the_old_kinds(kind in 0..8usize, count in 1..8usize, cuts in prop::collection::vec(1..3000usize, 0..20), seed: u64) {
        assert_pauses(&file(&vec![kind; count], seed), &cuts, false)?;
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
