//! Which logs are old enough to be removed.
//!
//! Pure: no file system and no clock. The caller passes a file's name, when it was last written, and the time [`Now`]. A
//! file goes only when its **youngest possible line** is old enough:
//!
//! - A log with a day in its name may have been written to until that day was over. Days are those of the calendar,
//!   in local time: the log of day D goes from the local midnight on that starts day D + 1 + N, whether the days in
//!   between had 23, 24 or 25 hours. So N = 0 takes yesterday's log, and never today's.
//! - The youngest line of a log without one is as old as its last change. It goes when that is **more** than N times
//!   86,400 seconds ago, the SDK's own rule; clock changes don't matter.
//! - With N = 0, a log that was written today stays, whatever its name says, and so does its text.
//! - What lies in the future stays. So a clock that starts in 1970 removes nothing.
//!
//! Names carry no time zone: the day is the phone's, and is taken as a local day. The two can be up to 26 hours apart, so
//! anyone who collects logs from all over the world should add two days.

mod name;

use std::ffi::OsStr;
use std::time::{Duration, SystemTime};

use chrono::NaiveDate;

pub use name::{Removable, day_in, day_in_name};

const SECONDS_A_DAY: u64 = 24 * 60 * 60;

/// What the age of a file is taken from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    /// The day in its name. A file that has none stays.
    Name,
    /// When it was last written, whatever its name says.
    Modified,
    /// The day in its name; without one, when it was last written.
    Auto,
}

/// The rule: how long files are kept, and what says how old they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rule {
    /// Files go when their youngest possible line is older than this many days.
    pub days: u32,
    /// What the age of a file is taken from.
    pub by: By,
}

/// What time it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Now {
    /// As an instant.
    pub instant: SystemTime,
    /// As a day of the local calendar. This and its start are the only things that depend on the time zone.
    pub today: NaiveDate,
    /// When that day started.
    pub midnight: SystemTime,
}

/// When the youngest line of a file can have been written, and how that is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Youngest {
    /// Until the end of this day: it stands in the file's name.
    Day(NaiveDate),
    /// When the file was last written.
    Modified(SystemTime),
    /// When the log of this text was last written.
    LogModified(SystemTime),
}

impl Rule {
    /// When the youngest line of the file called `name` can have been written. `modified` is called only if the name does
    /// not decide. If it returns nothing, the file's age is unknown, and the file stays.
    pub fn youngest(&self, name: &OsStr, modified: impl FnOnce() -> Option<Youngest>) -> Option<Youngest> {
        let day = match self.by {
            By::Name | By::Auto => day_in(name).map(Youngest::Day),
            By::Modified => None,
        };
        match self.by {
            By::Name => day,
            By::Modified | By::Auto => day.or_else(modified),
        }
    }

    /// Whether a file with this youngest line goes. `written` is called only with N = 0: when the log was last written,
    /// or that of a text.
    pub fn goes(&self, youngest: &Youngest, now: &Now, written: impl FnOnce() -> Option<SystemTime>) -> bool {
        if self.days == 0 && written().is_none_or(|written| written >= now.midnight) {
            return false;
        }
        match youngest {
            Youngest::Day(_) => youngest.age(now) >= i64::from(self.days),
            Youngest::Modified(time) | Youngest::LogModified(time) => {
                let limit = Duration::from_secs(u64::from(self.days) * SECONDS_A_DAY);
                now.instant.duration_since(*time).is_ok_and(|age| age > limit)
            }
        }
    }
}

impl Youngest {
    /// The time, if it is that of a write.
    pub fn written(&self) -> Option<SystemTime> {
        match self {
            Youngest::Day(_) => None,
            Youngest::Modified(time) | Youngest::LogModified(time) => Some(*time),
        }
    }

    /// The age in whole days, rounded down: since the end of the day, or since the file was written. Below zero while
    /// that is still to come, so today's log is -1 days old.
    pub fn age(&self, now: &Now) -> i64 {
        match self {
            Youngest::Day(day) => now.today.signed_duration_since(*day).num_days() - 1,
            Youngest::Modified(time) | Youngest::LogModified(time) => {
                let days = |seconds: u64| i64::try_from(seconds / SECONDS_A_DAY).unwrap_or(i64::MAX);
                match now.instant.duration_since(*time) {
                    Ok(past) => days(past.as_secs()),
                    Err(future) => {
                        let nanos = u64::from(future.duration().subsec_nanos() > 0);
                        -days(future.duration().as_secs().saturating_add(nanos + SECONDS_A_DAY - 1))
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn instant(seconds: u64) -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_secs(seconds)
    }

    /// It is 14 November 2023, 22:13:20 UTC.
    const NOW: u64 = 1_700_000_000;

    /// When the day of [`NOW`] started.
    const MIDNIGHT: u64 = NOW - NOW % SECONDS_A_DAY;

    fn now(today: &str) -> Now {
        Now { instant: instant(NOW), today: day(today), midnight: instant(MIDNIGHT) }
    }

    /// It was written long ago.
    fn long_ago() -> Option<SystemTime> {
        Some(SystemTime::UNIX_EPOCH)
    }

    fn rule(days: u32, by: By) -> Rule {
        Rule { days, by }
    }

    fn day_goes(days: u32, of: &str, today: &str) -> bool {
        rule(days, By::Auto).goes(&Youngest::Day(day(of)), &now(today), long_ago)
    }

    fn time_goes(days: u32, time: SystemTime) -> bool {
        let rule = rule(days, By::Modified);
        let goes = rule.goes(&Youngest::Modified(time), &now("2023-11-14"), || Some(time));
        assert_eq!(goes, rule.goes(&Youngest::LogModified(time), &now("2023-11-14"), || Some(time)));
        goes
    }

    #[test]
    fn a_day_goes_when_so_many_days_have_passed_since_its_end() {
        assert!(!day_goes(7, "2023-11-06", "2023-11-13"));
        assert!(day_goes(7, "2023-11-06", "2023-11-14"));
        assert!(day_goes(7, "2023-11-06", "2024-01-01"));
        assert!(!day_goes(1, "2023-12-31", "2024-01-01"));
        assert!(day_goes(1, "2023-12-31", "2024-01-02"));
        assert!(day_goes(36_500, "1970-01-01", "2069-12-08"));
        assert!(!day_goes(36_500, "1970-01-01", "2069-12-07"));
    }

    #[test]
    fn a_leap_day_is_a_day() {
        assert!(!day_goes(1, "2024-02-28", "2024-02-29"));
        assert!(day_goes(1, "2024-02-28", "2024-03-01"));
        assert!(!day_goes(1, "2024-02-29", "2024-03-01"));
        assert!(day_goes(1, "2024-02-29", "2024-03-02"));
        assert!(day_goes(1, "2023-02-28", "2023-03-02"));
        assert!(!day_goes(1, "2023-02-28", "2023-03-01"));
    }

    #[test]
    fn with_no_days_yesterday_goes_and_today_stays() {
        assert!(day_goes(0, "2023-11-13", "2023-11-14"));
        assert!(!day_goes(0, "2023-11-14", "2023-11-14"));
        assert!(!day_goes(0, "2023-11-15", "2023-11-14"));
    }

    #[test]
    fn with_no_days_what_was_written_today_stays_whatever_its_name() {
        let goes = |days, written| {
            rule(days, By::Auto).goes(&Youngest::Day(day("2023-11-05")), &now("2023-11-14"), || written)
        };
        assert!(!goes(0, Some(instant(MIDNIGHT))) && !goes(0, None) && goes(0, Some(instant(MIDNIGHT - 1))));
        assert!(goes(1, Some(instant(MIDNIGHT))) && goes(1, None));
    }

    #[test]
    fn a_time_goes_when_it_is_more_than_so_many_days_ago() {
        let week = 7 * SECONDS_A_DAY;
        assert!(!time_goes(7, instant(NOW - week + 1)));
        assert!(!time_goes(7, instant(NOW - week)));
        assert!(time_goes(7, instant(NOW - week) - Duration::from_micros(1)));
        assert!(time_goes(7, instant(NOW - week - 1)));
        assert!(!time_goes(0, instant(NOW)));
        assert!(!time_goes(0, instant(MIDNIGHT)) && time_goes(0, instant(MIDNIGHT - 1)));
        assert!(time_goes(7, SystemTime::UNIX_EPOCH - Duration::from_secs(1)));
    }

    #[test]
    fn the_future_stays() {
        assert!(!time_goes(0, instant(NOW + 1)));
        assert!(!time_goes(0, instant(NOW * 100)));
        assert!(!day_goes(0, "2099-12-31", "2023-11-14"));
        // The clock of a machine without a battery.
        let reset = Now { instant: SystemTime::UNIX_EPOCH, today: day("1970-01-01"), midnight: SystemTime::UNIX_EPOCH };
        assert!(!rule(0, By::Auto).goes(&Youngest::Day(day("2023-11-06")), &reset, long_ago));
        assert!(!rule(0, By::Auto).goes(&Youngest::Modified(instant(NOW)), &reset, long_ago));
    }

    #[test]
    fn ages_are_rounded_down() {
        let now = now("2023-11-14");
        let age = |of: &str| Youngest::Day(day(of)).age(&now);
        assert_eq!(["2023-11-06", "2023-11-13", "2023-11-14", "2023-11-15"].map(age), [7, 0, -1, -2]);

        let age = |time| Youngest::Modified(time).age(&now);
        // The shortest that Windows knows.
        let moment = Duration::from_nanos(100);
        assert_eq!(age(instant(NOW)), 0);
        assert_eq!(age(instant(NOW - SECONDS_A_DAY + 1)), 0);
        assert_eq!(age(instant(NOW - SECONDS_A_DAY)), 1);
        assert_eq!(age(instant(NOW) + moment), -1);
        assert_eq!(age(instant(NOW + SECONDS_A_DAY)), -1);
        assert_eq!(age(instant(NOW + SECONDS_A_DAY) + moment), -2);
    }

    #[test]
    fn the_name_or_the_time_decides() {
        let (dated, undated) = (OsStr::new("imsdk_20231106.xlog"), OsStr::new("imsdk.xlog"));
        let written = Some(Youngest::Modified(instant(NOW)));
        let in_name = Some(Youngest::Day(day("2023-11-06")));
        let youngest = |by, name| rule(7, by).youngest(name, || written);
        assert_eq!(youngest(By::Name, dated), in_name);
        assert_eq!(youngest(By::Name, undated), None);
        assert_eq!(youngest(By::Modified, dated), written);
        assert_eq!(youngest(By::Modified, undated), written);
        assert_eq!(youngest(By::Auto, dated), in_name);
        assert_eq!(youngest(By::Auto, undated), written);
        assert_eq!(rule(7, By::Auto).youngest(undated, || None), None);
        rule(7, By::Auto).youngest(dated, || panic!("not asked"));
    }
}
