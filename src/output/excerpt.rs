//! The command that shows the place that a finding is about.

use crate::record::Time;
use crate::sdk::{Diagnosis, Finding};

/// Seconds of context around it.
const CONTEXT: i64 = 5;

/// A span of time in a log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Excerpt<'a> {
    /// The log.
    pub path: &'a str,
    /// The first moment.
    pub first: Time,
    /// The last.
    pub last: Time,
    /// Time of the newest line of the log.
    pub newest: Option<Time>,
}

impl<'a> Excerpt<'a> {
    /// Where `finding` can be seen, if it has a time and records that prove it.
    pub fn of(finding: &Finding, diagnosis: &'a Diagnosis) -> Option<Excerpt<'a>> {
        let (first, last) = finding.first.zip(finding.last)?;
        let log = diagnosis.logs.get(finding.evidence.first()?.log)?;
        Some(Excerpt { path: &log.name, first, last, newest: log.last })
    }

    /// The command line, quoted for a shell.
    pub fn command(&self) -> String {
        let around = |time: Time, seconds: i64| Time { wall: time.wall + seconds * 1000, zone: None };
        let (since, until) = (around(self.first, -CONTEXT), around(self.last, CONTEXT));
        // A time of day is one of the newest day. Without a zone, it is compared with what the lines show.
        let is_newest = |time: Time| self.newest.is_some_and(|newest| newest.day() == time.day());
        let day_too = if is_newest(since) && is_newest(until) { 11 } else { 0 };
        let [since, until] = [since, until].map(|time| time.to_string());
        let [since, until] = [&since, &until].map(|text| text.get(day_too..19).unwrap_or_default());
        format!("imlog cat --since {since} --until {until} {}", quoted(self.path))
    }
}

/// `text` as one word of a shell.
fn quoted(text: &str) -> String {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"/._-+:,@%".contains(&byte);
    match !text.is_empty() && !text.starts_with('-') && text.bytes().all(is_plain) {
        true => text.to_owned(),
        false if text.starts_with('-') => format!("./'{}'", text.replace('\'', r"'\''")),
        false => format!("'{}'", text.replace('\'', r"'\''")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_can_be_pasted() {
        let time = |wall| Time { wall, zone: Some(480) };
        let (first, last) = (time(1_000_000), time(2_000_999));
        let mut excerpt = Excerpt { path: "it's a log.xlog", first, last, newest: Some(time(3_000_000)) };
        assert_eq!(excerpt.command(), r"imlog cat --since 00:16:35 --until 00:33:25 'it'\''s a log.xlog'");
        excerpt.newest = Some(time(90_000_000));
        let expected = r"imlog cat --since 1970-01-01T00:16:35 --until 1970-01-01T00:33:25 'it'\''s a log.xlog'";
        assert_eq!(excerpt.command(), expected);
        assert_eq!(quoted("-a"), "./'-a'");
        assert_eq!(quoted("a/b_1.xlog"), "a/b_1.xlog");
    }
}
