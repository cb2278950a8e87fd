//! Hours of the day, such as headers name them.

use super::{Header, Layout};

/// A set of hours of the day.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Hours(u32);

impl Hours {
    /// The hours from `first` to `last`, both included, counted from any midnight.
    pub fn between(first: i64, last: i64) -> Hours {
        let hours = (first..=last.min(first + 23)).map(|hour| hour.rem_euclid(24));
        Hours(hours.fold(0, |set, hour| set | 1 << hour))
    }

    /// The hours of a block: a writer notes those of its first and last line, and keeps no block open for a day.
    /// `None`: such a header has none.
    pub fn of(header: &Header) -> Option<Hours> {
        (header.kind.layout != Layout::Bare).then(|| Hours::from_to(header.begin_hour, header.end_hour))
    }

    /// From `begin` to `end`. Past midnight, the end comes before the beginning.
    fn from_to(begin: u8, end: u8) -> Hours {
        let (begin, end) = (i64::from(begin), i64::from(end));
        Hours::between(begin, begin + (end - begin).rem_euclid(24))
    }

    /// Adds the hours from `begin` to `end`, past midnight if need be.
    pub fn add(&mut self, begin: u8, end: u8) {
        if begin < 24 && end < 24 {
            self.0 |= Hours::from_to(begin, end).0;
        }
    }

    /// The same hours, and the one after each.
    pub fn and_next(self) -> Hours {
        Hours(self.0 | (self.0 << 1 | self.0 >> 23) & 0xFF_FFFF)
    }

    /// Whether this is one of the hours.
    pub fn contains(self, hour: u8) -> bool {
        hour < 24 && self.0 >> hour & 1 == 1
    }

    /// Whether a block with this header may hold a line from one of these hours.
    pub fn touch(self, header: &Header) -> bool {
        Hours::of(header).is_none_or(|block| self.0 & block.0 != 0)
    }

    /// The hours, in order.
    pub fn iter(self) -> impl Iterator<Item = u8> {
        (0..24).filter(move |&hour| self.contains(hour))
    }

    /// The hours as ranges, both ends included.
    pub fn ranges(self) -> Vec<(u8, u8)> {
        let mut ranges: Vec<(u8, u8)> = Vec::new();
        for hour in self.iter() {
            match ranges.last_mut() {
                Some((_, last)) if *last + 1 == hour => *last = hour,
                _ => ranges.push((hour, hour)),
            }
        }
        ranges
    }
}

#[cfg(test)]
mod tests {
    use super::super::magic::kind;
    use super::*;

    #[test]
    fn hours_go_past_midnight() {
        let mut hours = Hours::default();
        hours.add(22, 1);
        hours.add(9, 9);
        hours.add(24, 3);
        assert_eq!(hours.ranges(), [(0, 1), (9, 9), (22, 23)]);
    }

    #[test]
    fn blocks_may_hold_lines_of_the_hours_they_span() {
        let block = |begin_hour, end_hour| Header {
            kind: kind(0x09, Layout::Keyed).unwrap(),
            seq: 1,
            begin_hour,
            end_hour,
            length: 1,
        };
        let late = Hours::between(23, 24);
        let cases = [(23, 23, true), (22, 23, true), (0, 5, true), (1, 22, false), (23, 1, true), (22, 1, true)];
        for (begin, end, touched) in cases {
            assert_eq!(late.touch(&block(begin, end)), touched, "{begin} to {end}");
        }
        let noon = Hours::between(12, 12);
        assert!(noon.touch(&block(12, 12)) && !noon.touch(&block(13, 13)) && !noon.touch(&block(23, 11)));
        assert_eq!(late.and_next(), Hours::between(23, 25));
        assert!(late.touch(&Header { kind: kind(0x01, Layout::Bare).unwrap(), ..block(7, 7) }));
    }
}
