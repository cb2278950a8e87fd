//! Times and lengths of time, as sentences have them.

use crate::record::Time;

/// Bytes of a name that a log gives.
const LONGEST_NAME: usize = 128;

/// `08:59:15`: the time of day.
pub fn clock(time: Time) -> String {
    let text = time.to_string();
    text.get(11..19).unwrap_or_default().to_owned()
}

/// `2025-03-03 08:59:15`
pub fn date_and_clock(time: Time) -> String {
    let text = time.to_string();
    format!("{} {}", text.get(..10).unwrap_or_default(), clock(time))
}

/// The time of day of `time`, and its date if that is not the one of `first`.
pub fn clock_after(first: Time, time: Time) -> String {
    if first.day() == time.day() { clock(time) } else { date_and_clock(time) }
}

/// `65 ms`, `12.5 s`, `14 h 58 min`: so many milliseconds.
pub fn length(millis: i64) -> String {
    let (seconds, minutes) = (millis / 1000, millis / 60_000);
    match millis {
        ..1_000 => format!("{millis} ms"),
        1_000..60_000 => format!("{}.{} s", seconds, millis % 1000 / 100),
        60_000..3_600_000 => format!("{minutes} min {} s", seconds % 60),
        3_600_000..172_800_000 => format!("{} h {} min", minutes / 60, minutes % 60),
        _ => format!("{} days", minutes / 1440),
    }
}

/// Bytes of a log as text: not more than a name needs, of the first line.
pub(super) fn text(bytes: &[u8]) -> String {
    let bytes = bytes.split(|byte| *byte == b'\n').next().unwrap_or_default();
    String::from_utf8_lossy(bytes.get(..LONGEST_NAME).unwrap_or(bytes)).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_have_the_units_that_fit() {
        let shown = [65, 3_000, 65_000, 53_898_000, 200_000_000].map(length);
        assert_eq!(shown, ["65 ms", "3.0 s", "1 min 5 s", "14 h 58 min", "2 days"]);
        assert_eq!(clock(Time { wall: 32_355_082, zone: None }), "08:59:15");
    }
}
