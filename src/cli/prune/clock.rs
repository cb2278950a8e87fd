//! The present time, and other times as the local clock shows them.

use std::time::{Duration, SystemTime};

use anyhow::{Result, anyhow};
use chrono::{DateTime, Datelike, Local, Utc};

use crate::retention::Now;

/// The time, and the local day. `given`: the time to use instead of the present.
pub fn now(given: Option<SystemTime>) -> Result<Now> {
    let instant = given.unwrap_or_else(SystemTime::now);
    match local(instant) {
        Some(time) => {
            let today = time.date_naive();
            // Where clocks are put forward at midnight, the day starts an hour later.
            let starts = (0..4).filter_map(|hour| today.and_hms_opt(hour, 0, 0)?.and_local_timezone(Local).earliest());
            let midnight = starts.into_iter().next().map_or(instant, SystemTime::from);
            Ok(Now { instant, today, midnight })
        }
        None => Err(anyhow!("cannot tell what day it is: the clock is not set")),
    }
}

/// An instant as the local clock shows it. None outside of the years 1 to 9998: file systems can hold times that are
/// millions of years away.
pub fn local(instant: SystemTime) -> Option<DateTime<Local>> {
    let time = match instant.duration_since(SystemTime::UNIX_EPOCH) {
        Ok(after) => DateTime::<Utc>::from_timestamp(i64::try_from(after.as_secs()).ok()?, after.subsec_nanos())?,
        Err(error) => {
            let before = error.duration();
            let second = DateTime::<Utc>::from_timestamp(i64::try_from(before.as_secs()).ok()?.checked_neg()?, 0)?;
            second.checked_sub_signed(chrono::Duration::nanoseconds(before.subsec_nanos().into()))?
        }
    };
    (1..=9998).contains(&time.year()).then(|| time.with_timezone(&Local))
}

/// Reads a time like `2023-11-06T14:19:18+08:00`.
pub fn parse(text: &str) -> Result<SystemTime, String> {
    let time = DateTime::parse_from_rfc3339(text).map_err(|error| error.to_string())?;
    let seconds = Duration::from_secs(time.timestamp().unsigned_abs());
    let second = match time.timestamp() {
        0.. => SystemTime::UNIX_EPOCH.checked_add(seconds),
        _ => SystemTime::UNIX_EPOCH.checked_sub(seconds),
    };
    let nanos = Duration::from_nanos(time.timestamp_subsec_nanos().into());
    second.and_then(|second| second.checked_add(nanos)).ok_or_else(|| "no clock shows this time".into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_and_shown() {
        for text in ["2023-11-14T22:13:20.25Z", "1969-12-31T23:59:59.75Z", "1970-01-01T00:00:00Z"] {
            let instant = parse(text).unwrap();
            let time: DateTime<Utc> = text.parse().unwrap();
            assert_eq!(local(instant).unwrap(), time, "{text}");
        }
        assert_eq!(parse("2023-11-14T22:13:20+08:00"), parse("2023-11-14T14:13:20Z"));
        assert!(parse("2023-11-14").is_err());
        assert!(parse("yesterday").is_err());
    }

    #[test]
    fn times_beyond_the_calendar_are_not_shown() {
        for exponent in [36, 40, 44, 52, 60, 62] {
            let far = Duration::from_secs(1 << exponent);
            let shown = [SystemTime::UNIX_EPOCH.checked_add(far), SystemTime::UNIX_EPOCH.checked_sub(far)];
            for instant in shown.into_iter().flatten() {
                if let Some(time) = local(instant) {
                    assert!(time.year().abs() < 10_000);
                }
            }
        }
        // Not every system has such times.
        let far = SystemTime::UNIX_EPOCH.checked_add(Duration::from_secs(1 << 40));
        assert!(far.and_then(local).is_none());
    }
}
