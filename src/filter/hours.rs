//! Which hours of the day a span touches, and whether headers can be trusted to name the hours of their lines.

use super::{Bound, Span};
use crate::line::Head;
use crate::line::time::DAY;
use crate::xlog::{Header, Hours};

const HOUR: i64 = 3_600_000;

impl Span {
    /// The hours in which something can have been logged that lies in this span; `None`: any.
    pub fn hours(&self) -> Option<Hours> {
        let (Some(Bound::Wall(start)), Some(Bound::Wall(end))) = (self.start, self.end) else { return None };
        let length = end.checked_sub(start).filter(|length| (1..DAY).contains(length))?;
        Some(Hours::between(start.div_euclid(HOUR), (start + length - 1).div_euclid(HOUR)))
    }
}

/// Whether the hours in the header of a block are those of the lines in its `text`. They are by the writer's clock, and
/// a line may go by another: in UTC, or copied from elsewhere. Only where they agree, hours say what a block holds.
pub fn agree(header: &Header, text: &[u8]) -> bool {
    let Some(hours) = Hours::of(header) else { return true };
    let mut times = text.split(|&byte| byte == b'\n').filter_map(|line| Head::of(line)?.time);
    times.all(|time| hours.contains(time.hour()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_touches_the_hours_from_its_start_to_its_end() {
        let minutes = |start: i64, end: i64| {
            let bound = |at: i64| Some(Bound::Wall(at * 60_000));
            Span { start: bound(start), end: bound(end) }.hours()
        };
        assert_eq!(minutes(1410, 1470), Some(Hours::between(23, 24)));
        assert_eq!(minutes(720, 780), Some(Hours::between(12, 12)));
        assert_eq!((minutes(0, 1440), minutes(5, 5)), (None, None));
    }
}
