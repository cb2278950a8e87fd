//! The command that shows the place that a finding is about.

use crate::record::Time;
use crate::sdk::{Diagnosis, Finding};

/// Seconds of context around it.
const CONTEXT: i64 = 5;

/// How `imlog cat` gets at a log.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Source {
    /// The file, or the archive that the log is in. `None`: it cannot be read again, or its name cannot be typed.
    pub path: Option<String>,
    /// It is in an archive, perhaps with others.
    pub is_packed: bool,
    /// Files with the keys that open it, if it is encrypted.
    pub key_files: Vec<String>,
}

/// A span of time in a log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Excerpt<'a> {
    source: &'a Source,
    first: Time,
    last: Time,
    /// All lines of the source are of this day. Otherwise, or if that is not known, a time needs its date.
    day: Option<i64>,
}

impl<'a> Excerpt<'a> {
    /// Where `finding` can be seen, if it has a time and records that prove it. `sources` are those of the logs of the
    /// diagnosis.
    pub fn of(finding: &Finding, diagnosis: &Diagnosis, sources: &'a [Source]) -> Option<Excerpt<'a>> {
        let (first, last) = finding.first.zip(finding.last)?;
        let at = finding.evidence.first()?.log;
        let (log, source) = diagnosis.logs.get(at).zip(sources.get(at))?;
        source.path.as_ref()?;
        let days = log.first.zip(log.last).filter(|(first, last)| first.day() == last.day() && !source.is_packed);
        // A clock may go back.
        let (first, last) = if first.wall <= last.wall { (first, last) } else { (last, first) };
        Some(Excerpt { source, first, last, day: days.map(|(day, _)| day.day()) })
    }

    /// The command up to the path, without the blank before it.
    pub fn start(&self) -> String {
        let around = |time: Time, seconds: i64| Time { wall: time.wall + seconds * 1000, zone: None };
        let (since, until) = (around(self.first, -CONTEXT), around(self.last, CONTEXT));
        // A time of day is one of the newest day. Without a zone, it is compared with what the lines show.
        let is_that_day = |time: Time| self.day == Some(time.day());
        let clock_only = if is_that_day(since) && is_that_day(until) { 11 } else { 0 };
        let [since, until] = [since, until].map(|time| time.to_string());
        let [since, until] = [&since, &until].map(|text| text.get(clock_only..19).unwrap_or_default());
        let keys: String = self.source.key_files.iter().map(|file| format!("--key-file {} ", quoted(file))).collect();
        format!("imlog cat {keys}--since {since} --until {until}")
    }

    /// The path, quoted for a shell.
    pub fn path(&self) -> String {
        quoted(self.source.path.as_deref().unwrap_or_default())
    }

    /// The command line, quoted for a shell.
    pub fn command(&self) -> String {
        format!("{} {}", self.start(), self.path())
    }
}

/// The command that shows the place that `finding` is about: its lines, or of what is missing, the blocks around it.
pub fn command(finding: &Finding, diagnosis: &Diagnosis, sources: &[Source]) -> Option<String> {
    if let Some(excerpt) = Excerpt::of(finding, diagnosis, sources) {
        return Some(excerpt.command());
    }
    let path = sources.get(finding.lacks.first()?.log)?.path.as_deref()?;
    Some(format!("imlog info --blocks {}", quoted(path)))
}

/// `text` as one word of a shell.
pub fn quoted(text: &str) -> String {
    let is_plain =
        |byte: u8| byte.is_ascii_alphanumeric() || b"/._-+:,@%".contains(&byte) || (cfg!(windows) && byte == b'\\');
    let word = match cfg!(windows) {
        // These are known to cmd, too.
        true => format!("\"{}\"", text.replace('"', r#"\""#)),
        false => format!("'{}'", text.replace('\'', r"'\''")),
    };
    match () {
        () if text.starts_with('-') => format!("./{word}"),
        () if !text.is_empty() && text.bytes().all(is_plain) => text.to_owned(),
        () => word,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_can_be_pasted() {
        let time = |wall| Time { wall, zone: Some(480) };
        let (first, last) = (time(1_000_000), time(2_000_999));
        let mut source = Source { path: Some("it's a log.xlog".into()), ..Source::default() };
        let command = |source: &Source, day| Excerpt { source, first, last, day }.command();
        let (log, key) = match cfg!(windows) {
            true => (r#""it's a log.xlog""#, r#""a b""#),
            false => (r"'it'\''s a log.xlog'", "'a b'"),
        };
        let expected = format!("imlog cat --since 00:16:35 --until 00:33:25 {log}");
        assert_eq!(command(&source, Some(0)), expected);
        let expected = format!("imlog cat --since 1970-01-01T00:16:35 --until 1970-01-01T00:33:25 {log}");
        assert_eq!(command(&source, None), expected);
        source.key_files = vec!["app.key".into(), "a b".into()];
        source.path = Some("b.zip".into());
        let expected = format!("imlog cat --key-file app.key --key-file {key} --since 00:16:35 --until 00:33:25 b.zip");
        assert_eq!(command(&source, Some(0)), expected);
        assert_eq!(quoted("-a"), if cfg!(windows) { "./\"-a\"" } else { "./'-a'" });
        assert_eq!(quoted("a/b_1.xlog"), "a/b_1.xlog");
    }
}
