//! A shortcut to the head of a line, by way of the head before it.
//!
//! Nearly all heads differ from the last one only in level and time of day. Comparing is several times as fast as reading
//! a head, and a log has millions of them. Where level and time stand comes from reading that last head, so that this
//! knows no form of its own; tests compare what it says with what reading says.
//!
//! What it is worth, in CPU time on one machine. Without it, all heads are read, and `info::tally` is of no use either.
//!
//! | | with | without |
//! | --- | --- | --- |
//! | `cat -l warn` of an IM SDK text of 245 MB | 0.10 s | 0.18 s |
//! | `info` of an IM SDK log with as much text | 0.25 s | 0.36 s |
//! | `info` of a log of mars, 88 MB with 268 MB of text | 0.70 s | 0.79 s |
//! | `cat -l warn` of the same | 0.79 s | 0.84 s |

use crate::line::shape::{CLOCK, CLOCK_LEN};
use crate::line::time::{DAY, Time};
use crate::line::{Head, Level, Places};

/// This many bytes of a line hold all of a head that serves as a template.
const LEN: usize = 40;
/// At most this many of them come before the time of day.
const FRONT: usize = 32;
/// What is different in a head that is otherwise like the template.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stamp {
    /// Its severity.
    pub level: Level,
    /// Its time of day. Of two on one day, the greater is the later.
    pub clock: Clock,
}

/// A time of day, as text: `14:19:18.434`, the first byte highest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Clock(u128);

impl Clock {
    /// Its hour.
    #[inline]
    pub fn hour(self) -> u8 {
        (self.digit(11) * 10 + self.digit(10)) as u8
    }

    /// Milliseconds since midnight.
    fn millis(self) -> i64 {
        let [hour, minute, second] = [11, 8, 5].map(|at| self.digit(at) * 10 + self.digit(at - 1));
        let millis = self.digit(2) * 100 + self.digit(1) * 10 + self.digit(0);
        ((hour * 60 + minute) * 60 + second) * 1000 + millis
    }

    /// The digit with this many bytes after it.
    #[inline]
    fn digit(self, behind: u32) -> i64 {
        (self.0 >> (8 * behind)) as i64 & 15
    }
}

/// The last head, in a form that the next one is compared with.
#[derive(Clone, Copy, Debug, Default)]
pub struct Template {
    /// What comes before the time of day, with zeros for the level and all that follows.
    front: u128,
    back: u128,
    front_mask: u128,
    back_mask: u128,
    places: Places,
    /// What follows the time of day.
    after_clock: u8,
    /// Whether the level follows that.
    level_follows: bool,
    /// What the head says, at midnight. `None`: there was none that serves.
    midnight: Option<Head>,
}

impl Template {
    /// What the head of `line` says, if it is like the template.
    #[inline(always)]
    pub fn stamp(&self, line: &[u8]) -> Option<Stamp> {
        self.midnight?;
        let line = line.first_chunk::<LEN>()?;
        let (front, back) = halves(line);
        if front & self.front_mask != self.front || back & self.back_mask != self.back {
            return None;
        }
        let clock = line.get(self.places.clock..)?;
        let &[level, after_level] = line.get(self.places.level..)?.first_chunk()?;
        let fits = CLOCK.fits(clock)
            && clock.get(CLOCK_LEN) == Some(&self.after_clock)
            && (!self.level_follows || ends_level(&after_level));
        let (&front, back) = clock.split_first_chunk()?;
        let [_, _, b':', minute, _, b':', second, _] = front else { return None };
        let (front, back) = (u64::from_be_bytes(front), u32::from_be_bytes(*back.first_chunk()?));
        // Leap seconds are left to reading.
        let is_possible = front >> 48 <= u64::from(u16::from_be_bytes(*b"23")) && minute <= b'5' && second <= b'5';
        let clock = Clock(u128::from(front) << 32 | u128::from(back));
        (fits && is_possible).then_some(Stamp { level: Level::of_letter(level)?, clock })
    }

    /// The template, with what `stamp` says.
    pub fn head(&self, stamp: Stamp) -> Head {
        let midnight = self.midnight.unwrap_or_default();
        let at = |midnight: Time| Time { wall: midnight.wall + stamp.clock.millis(), ..midnight };
        Head { level: Some(stamp.level), time: midnight.time.map(at), ..midnight }
    }

    /// Takes `head`, that of `line`, for the template, if it can serve as one.
    pub fn set(&mut self, line: &[u8], head: Head) {
        let (Some(start), Some(time), Some(_)) = (line.first_chunk::<LEN>(), head.time, head.level) else { return };
        let (Some(Places { level, clock }), line) = (Head::places(line), start) else { return };
        let after_clock = clock + CLOCK_LEN;
        let level_follows = level > clock;
        // Only a level right after the time, and a time of milliseconds, are compared with what follows.
        let is_compared = !level_follows || level == after_clock + 1 && line.get(level + 1).is_some_and(ends_level);
        let after_clock = line.get(after_clock).filter(|byte| !byte.is_ascii_digit());
        let (true, true, Some(&after_clock)) = (clock <= FRONT, is_compared, after_clock) else { return };
        let mut mask = [0; LEN];
        mask.iter_mut().take(clock).for_each(|byte| *byte = 0xFF);
        mask.iter_mut().skip(level).take(1).for_each(|byte| *byte = 0);
        let ((front_mask, back_mask), (front, back)) = (halves(&mask), halves(line));
        let time = Time { wall: time.wall - time.wall.rem_euclid(DAY), ..time };
        *self = Template {
            front: front & front_mask,
            back: back & back_mask,
            front_mask,
            back_mask,
            places: Places { level, clock },
            after_clock,
            level_follows,
            midnight: Some(Head { time: Some(time), ..head }),
        };
    }
}

/// What has to follow a level after a time.
#[inline]
fn ends_level(byte: &u8) -> bool {
    matches!(byte, b' ' | b'|')
}

/// The first [`FRONT`] bytes as two numbers.
#[inline]
fn halves(line: &[u8; LEN]) -> (u128, u128) {
    let half = |at: usize| line.get(at..).and_then(<[u8]>::first_chunk).map_or(0, |half| u128::from_le_bytes(*half));
    (half(0), half(16))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const LINES: [&str; 25] = [
        "TIM: 2023-11-06 14:19:18.434 I |-a.cpp:1  F  |message",
        "TIM: 2023-11-06 14:19:19.001 E|-a.cpp:1  F  |message",
        "TIM: 2023-11-06 14:19:19.4 E |-a.cpp:1  F  |message",
        "TIM: 2023-11-06 14:19:60.434 I |-a.cpp:1  F  |message",
        "TIM: 2023-11-06 14:20:59.999/I/1-2   /Network   -a.cpp.5  F  /m",
        "TIM: 2023-11-06 14:20:59.999",
        "TIM: ======  SDK APP ID: 1400000000 =======================",
        "TIM: 1969-12-31 23:59:59.999 I |-a.cpp:1  F  |message",
        "[I][2023-11-06 +8.0 14:20:18.434][1, 2*][tag][a.cpp:1, f][m",
        "[W][2023-11-06 +8.0 14:20:19.434][1, 2*][tag][a.cpp:1, f][m",
        "[W][2023-11-06 -3.5 14:20:19.434][1, 2*][tag][a.cpp:1, f][m",
        "[W][2023-11-06 -10.0 14:20:19.434][1, 2*][tag][a.cpp:1, f][m",
        "[W][2023-11-06 +0000000008.0 14:20:19.434][1, 2*][tag][m",
        "[E][2023-11-06 +8.0 14:20:19.434567][1, 2*][tag][a.cpp:1, f][m",
        "[E][2023-11-06 +8.0 14:20:19.434][:1, 2*][tag][a.cpp:1, f][m",
        "[E][2023-11-06 +8.0 14:20:19][, 18:00:00.434][1, 2*][tag][a.cpp:1, f][m",
        "[E][2023-11-06 +8.0 14:20:19][, 19:00:00.434][1, 2*][tag][a.cpp:1, f][m",
        "2023-11-06 14:20:56.161| 21504|tag|I|  a.cpp:131 |f  > message",
        "\u{FEFF}TIM: 2023-11-06 14:20:18.434 E |-a.cpp:1  F  |message",
        "\u{FEFF}TIM: 2023-11-14:19:18.434 I |-x.cpp:1  F  |message",
        "TIM: 2023-11-06 14:19:18.434 I 25763-25810     |-a.cpp:1  F  |message",
        "TIM: 27    2023-11-06 14:20:59.999/I/1-2   /Network   -a.cpp.5  F  /m",
        "TIM: 27    2023-11-06 14:21:59.999/E/1-2   /Network   -a.cpp.5  F  /m",
        "[W][2023-11-06 +80 14:20:19.434][1, 2*][tag][a.cpp:1, f][m",
        "[W][2023-11-06 -100 14:20:19.434][1, 2*][tag][a.cpp:1, f][m",
    ];

    /// What a template of `first` says of `second`.
    fn by_template(first: &[u8], second: &[u8]) -> Option<Head> {
        let mut template = Template::default();
        template.set(first, Head::of(first)?);
        template.stamp(second).map(|stamp| template.head(stamp))
    }

    #[test]
    fn a_template_says_what_reading_does() {
        for (first, second) in LINES.iter().flat_map(|first| LINES.iter().map(move |second| (first, second))) {
            let head = by_template(first.as_bytes(), second.as_bytes());
            assert!(head.is_none() || head == Head::of(second.as_bytes()), "{first} {second}");
        }
    }

    #[test]
    fn the_common_forms_serve() {
        for (first, second) in
            [(0, 0), (0, 1), (1, 0), (8, 8), (8, 9), (11, 11), (12, 12), (20, 20), (20, 0), (23, 23), (24, 24)]
        {
            assert_eq!(
                by_template(LINES[first].as_bytes(), LINES[second].as_bytes()).is_some(),
                first != 12,
                "{first} {second}"
            );
        }
    }
    #[test]
    fn the_later_clock_is_the_greater() {
        let mut template = Template::default();
        template.set(LINES[8].as_bytes(), Head::of(LINES[8].as_bytes()).unwrap());
        let [early, late] = [LINES[8], LINES[9]].map(|line| template.stamp(line.as_bytes()).unwrap().clock);
        assert!(early < late && early.hour() == 14);
    }

    proptest! {
        #[test]
        fn nor_is_any_other_line_misread(
            line in prop::sample::select(&LINES[..]),
            changes in prop::collection::vec((0..40usize, prop::sample::select(b"0159 :.]|[IWx-+T\n".as_slice())), 1..3),
        ) {
            let mut changed = line.as_bytes().to_vec();
            for (at, byte) in changes {
                changed.iter_mut().skip(at).take(1).for_each(|old| *old = byte);
            }
            let head = by_template(line.as_bytes(), &changed);
            prop_assert!(head.is_none() || head == Head::of(&changed));
        }
    }
}
