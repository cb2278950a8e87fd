//! Damage as it happens in practice.

use proptest::prelude::*;

use super::lines::Random;

/// The size of a batch for tests of the borders between batches.
pub const SMALL_BATCH: usize = 1024;

/// Lengths with which something ends at the end of a small batch, or just before or after it.
pub const NEAR_BORDERS: [usize; 20] =
    [1, 72, 73, 74, 511, 512, 513, 950, 951, 952, 1022, 1023, 1024, 1025, 1026, 1097, 1098, 2047, 2048, 2049];

/// One way to damage a file.
#[derive(Clone, Debug)]
pub enum Fault {
    Flip { at: usize, bit: u8 },
    Zero { at: usize, len: usize },
    Noise { at: usize, len: usize, seed: u64 },
    Delete { at: usize, len: usize },
    Insert { at: usize, len: usize, seed: u64 },
    InsertZeros { at: usize, len: usize },
}

impl Fault {
    /// Damages `file`. Positions after its end wrap around.
    pub fn apply(&self, file: &mut Vec<u8>) {
        let size = file.len().max(1);
        let range = |at: usize, len: usize| (at % size).min(file.len())..(at % size + len).min(file.len());
        match *self {
            Fault::Flip { at, bit } => {
                if let Some(byte) = file.get_mut(at % size) {
                    *byte ^= 1 << (bit % 8);
                }
            }
            Fault::Zero { at, len } => {
                let range = range(at, len);
                file[range].fill(0);
            }
            Fault::Noise { at, len, seed } => {
                let range = range(at, len);
                let noise = noise(range.len(), seed);
                file[range].copy_from_slice(&noise);
            }
            Fault::Delete { at, len } => {
                let range = range(at, len);
                file.drain(range);
            }
            Fault::Insert { at, len, seed } => {
                let at = at % size;
                file.splice(at..at, noise(len, seed));
            }
            Fault::InsertZeros { at, len } => {
                let at = at % size;
                file.splice(at..at, vec![0; len]);
            }
        }
    }

    /// The bytes of the file that it touches. For an insertion, the position where it moves the following bytes.
    pub fn touches(&self, size: usize) -> std::ops::Range<usize> {
        let size = size.max(1);
        match *self {
            Fault::Flip { at, .. } => at % size..at % size + 1,
            Fault::Zero { at, len } | Fault::Noise { at, len, .. } | Fault::Delete { at, len } => {
                at % size..(at % size + len).min(size)
            }
            Fault::Insert { at, .. } | Fault::InsertZeros { at, .. } => at % size..at % size,
        }
    }
}

/// Random bytes.
pub fn noise(len: usize, seed: u64) -> Vec<u8> {
    let mut random = Random::new(seed);
    (0..len).map(|_| (random.next() >> 32) as u8).collect()
}

/// Any damage, anywhere in a file of up to a mebibyte.
pub fn faults() -> impl Strategy<Value = Fault> {
    let at = any::<prop::sample::Index>().prop_map(|i| i.index(1 << 20));
    let len = prop_oneof![3 => 1..6000usize, 1 => prop::sample::select(&NEAR_BORDERS[..])];
    let seed = any::<u64>();
    prop_oneof![
        (at.clone(), 0..8u8).prop_map(|(at, bit)| Fault::Flip { at, bit }),
        (at.clone(), len.clone()).prop_map(|(at, len)| Fault::Zero { at, len }),
        (at.clone(), len.clone(), seed).prop_map(|(at, len, seed)| Fault::Noise { at, len, seed }),
        (at.clone(), len.clone()).prop_map(|(at, len)| Fault::Delete { at, len }),
        (at.clone(), len.clone(), seed).prop_map(|(at, len, seed)| Fault::Insert { at, len, seed }),
        (at, len).prop_map(|(at, len)| Fault::InsertZeros { at, len }),
    ]
}
