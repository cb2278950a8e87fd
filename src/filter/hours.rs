//! Hours of the day: which blocks can hold a line from them.

use super::{Bound, Span};
use crate::line::Head;
use crate::line::time::DAY;
use crate::xlog::{Header, Layout};

const HOUR: i64 = 3_600_000;

/// Some hours of the day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hours([bool; 24]);

impl Hours {
    /// Those in which something can have been logged that lies in `span`; `None`: any.
    pub fn of_span(span: &Span) -> Option<Hours> {
        let (Some(Bound::Wall(start)), Some(Bound::Wall(end))) = (span.start, span.end) else { return None };
        let length = end.checked_sub(start).filter(|length| (1..DAY).contains(length))?;
        Some(Hours::between(start, start + length - 1))
    }

    /// Those from `first` to `last`, in milliseconds of a wall clock, both included.
    pub fn between(first: i64, last: i64) -> Hours {
        let mut hours = [false; 24];
        let (first, last) = (first.div_euclid(HOUR), last.div_euclid(HOUR));
        for hour in first..=last.min(first + 23) {
            if let Some(hour) = hours.get_mut(hour.rem_euclid(24) as usize) {
                *hour = true;
            }
        }
        Hours(hours)
    }

    /// The same, and the hour behind each.
    pub fn and_next(self) -> Hours {
        let mut hours = self.0;
        hours.rotate_right(1);
        Hours(std::array::from_fn(|hour| self.contain(hour as u8) || hours.get(hour) == Some(&true)))
    }

    /// Those of a block: a writer notes the hours of its first and last line, and keeps no block open for a day.
    /// `None`: its shape has none.
    fn of(header: &Header) -> Option<Hours> {
        if header.kind.layout == Layout::Bare {
            return None;
        }
        let (begin, end) = (i64::from(header.begin_hour), i64::from(header.end_hour));
        // Past midnight, the end comes before the beginning.
        Some(Hours::between(begin * HOUR, (begin + (end - begin).rem_euclid(24)) * HOUR))
    }

    /// Whether a block with this header may hold a line from one of these hours.
    pub fn touch(&self, header: &Header) -> bool {
        Hours::of(header).is_none_or(|block| self.0.iter().zip(block.0).any(|(wanted, there)| *wanted && there))
    }

    fn contain(&self, hour: u8) -> bool {
        self.0.get(usize::from(hour)) == Some(&true)
    }
}

/// Whether the hours in the header of a block are those of the lines in its `text`. They are the writer's clock, and a
/// line may have another: in UTC, or taken over from elsewhere. Only where they agree can a block be told by its hours.
pub fn agree(header: &Header, text: &[u8]) -> bool {
    let Some(hours) = Hours::of(header) else { return true };
    let mut times = text.split(|&byte| byte == b'\n').filter_map(|line| Head::of(line)?.time);
    times.all(|time| hours.contain(time.hour()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::xlog::magic::kind;

    #[test]
    fn hours_of_a_block_and_of_a_span() {
        let minutes = |first: i64, last: i64| Hours::between(first * 60_000, last * 60_000);
        let block = |begin_hour, end_hour| Header {
            kind: kind(0x09, Layout::Keyed).unwrap(),
            seq: 1,
            begin_hour,
            end_hour,
            length: 1,
        };
        let late = minutes(1410, 1469);
        let cases = [(23, 23, true), (22, 23, true), (0, 5, true), (1, 22, false), (23, 1, true), (22, 1, true)];
        for (begin, end, touched) in cases {
            assert_eq!(late.touch(&block(begin, end)), touched, "{begin} to {end}");
        }
        let noon = minutes(720, 779);
        assert!(noon.touch(&block(12, 12)) && !noon.touch(&block(13, 13)) && !noon.touch(&block(23, 11)));
        assert_eq!(late.and_next(), minutes(1410, 1529));
        assert!(late.touch(&Header { kind: kind(0x01, Layout::Bare).unwrap(), ..block(7, 7) }));
    }
}
