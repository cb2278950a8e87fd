//! seq: whether it continues, skips numbers, starts again, or repeats.
//!
//! In each process, seq starts at 1 and grows by one per block; after 65535 comes 1 again. All appenders of a process
//! share the counter, so a file may skip numbers without being damaged.

use std::ops::RangeInclusive;

use super::header::Header;

/// How the seq of a block relates to the one before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Continuity {
    /// It is the next number, the first in the file, or not counted.
    Continues,
    /// These numbers are missing before it.
    Skips(RangeInclusive<u16>),
    /// It is a lower number: another process began.
    Restarts,
    /// It is the same number with the same bytes: the cache was written twice.
    Repeats,
}

/// Follows seq through a file.
#[derive(Clone, Debug, Default)]
pub struct SeqTracker {
    last: Option<(u16, u32)>,
}

impl SeqTracker {
    /// Takes the next block of the file, with a checksum of its body.
    pub fn observe(&mut self, header: &Header, checksum: u32) -> Continuity {
        if !header.kind.counted || header.seq == 0 {
            return Continuity::Continues;
        }
        let last = self.last.replace((header.seq, checksum));
        let Some((last, last_checksum)) = last else { return Continuity::Continues };
        let next = if last == u16::MAX { 1 } else { last + 1 };
        match header.seq {
            seq if seq == next => Continuity::Continues,
            seq if seq == last && checksum == last_checksum => Continuity::Repeats,
            seq if seq > next && last != u16::MAX => Continuity::Skips(next..=seq - 1),
            _ => Continuity::Restarts,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::magic::{Layout, kind};
    use super::*;

    fn watch(seqs: &[(u16, u32)]) -> Vec<Continuity> {
        let kind = kind(0x09, Layout::Keyed).unwrap();
        let mut sequence = SeqTracker::default();
        let header = |seq| Header { kind, seq, begin_hour: 0, end_hour: 0, length: 1 };
        seqs.iter().map(|&(seq, checksum)| sequence.observe(&header(seq), checksum)).collect()
    }

    #[test]
    fn skips_restarts_repeats_and_wraparound_are_distinguished() {
        use Continuity::*;
        assert_eq!(watch(&[(7, 0), (8, 0), (9, 0)]), [Continues, Continues, Continues]);
        assert_eq!(watch(&[(7, 0), (10, 0)]), [Continues, Skips(8..=9)]);
        assert_eq!(watch(&[(7, 0), (1, 0)]), [Continues, Restarts]);
        assert_eq!(watch(&[(7, 5), (7, 5), (8, 0)]), [Continues, Repeats, Continues]);
        assert_eq!(watch(&[(7, 5), (7, 6)]), [Continues, Restarts]);
        assert_eq!(watch(&[(65534, 0), (65535, 0), (1, 0)]), [Continues, Continues, Continues]);
        assert_eq!(watch(&[(1, 5), (1, 6)]), [Continues, Restarts]);
    }

    #[test]
    fn sync_blocks_are_not_counted() {
        let kind = kind(0x08, Layout::Keyed).unwrap();
        let mut sequence = SeqTracker::default();
        let tip = Header { kind, seq: 0, begin_hour: 0, end_hour: 0, length: 1 };
        assert_eq!(sequence.observe(&tip, 1), Continuity::Continues);
        assert_eq!(sequence.observe(&tip, 1), Continuity::Continues);
    }
}
