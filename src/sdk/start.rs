//! Where a process starts in the log: what the log writer and the SDK say of it.
//!
//! mars writes `^^^^^^^^^^Dec 10 2021^^^15:15:13^^^^^^^^^^[pid,tid][2025-03-03 +0800 08:53:00]` when it opens a log. Before
//! that comes what was left in the cache of the process before, between `begin of mmap` and `end of mmap`, both set in
//! tildes. Then the SDK writes its banner: `TIM: ======  SDK Version: 8.8.7357`. Source: mars' `appender.cc`, and posted
//! logs.

use super::finding::Evidence;
use super::session::About;
#[cfg(feature = "cli")]
use crate::record::Head;
use crate::record::{Fields, Form, Record, Time, number};

/// What lines of the banner start with.
const RULE: &[u8] = b"======";
/// Lines of a banner that are read, if they are one record.
const MAX_LINES: usize = 32;

/// What is known of a process that starts.
#[derive(Clone, Debug, Default)]
pub(super) struct Start {
    /// Process id.
    pub pid: Option<u64>,
    /// How far its clock is ahead of UTC, in minutes.
    pub zone: Option<i16>,
    /// When it opened the log.
    pub time: Option<Time>,
    /// What the banner says.
    pub about: About,
    /// It is the SDK's banner that said so, if nothing else did.
    pub has_banner: bool,
    /// The first record that says so.
    pub evidence: Option<Evidence>,
}

/// A line that is about the start of a process.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum StartLine {
    /// The cache of the process before follows.
    CacheBegins,
    /// The cache of the process before ends.
    CacheEnds,
    /// A log has been opened.
    Opened,
    /// A line of the SDK's banner.
    Banner,
}

impl StartLine {
    /// Whether `record` can be one, by its first bytes.
    pub fn may_be(record: &Record<'_>) -> bool {
        [&b"~~~~~ "[..], b"^^^^", b"======"].iter().any(|begin| record.message.starts_with(begin))
    }
}

impl Start {
    /// Takes what `record` says, if it is about the start of a process.
    pub fn take(&mut self, record: &Record<'_>) -> Option<StartLine> {
        let line = record.message;
        if let Some(rest) = line.strip_prefix(b"~~~~~ ") {
            if rest.starts_with(b"begin of mmap") {
                return Some(StartLine::CacheBegins);
            }
            if rest.starts_with(b"end of mmap") {
                self.writer(record);
                return Some(StartLine::CacheEnds);
            }
            return None;
        }
        if line.starts_with(b"^^^^") {
            self.writer(record);
            return Some(StartLine::Opened);
        }
        let is_banner = line.starts_with(RULE) && (record.head.time.is_none() || record.head.form == Form::Logcat);
        if !is_banner {
            return None;
        }
        // A record for each line of the banner, or one for all of them.
        line.split(|byte| *byte == b'\n').take(MAX_LINES).for_each(|line| _ = self.banner(line));
        self.has_banner = true;
        Some(StartLine::Banner)
    }

    /// `======  SDK Version: 8.8.7357`. A rule across, or a headline, has no field.
    fn banner(&mut self, line: &[u8]) -> Option<()> {
        let line = line.strip_prefix(RULE).unwrap_or(line);
        let (key, value) = line.split_at_checked(memchr::memchr(b':', line)?)?;
        let value = value.get(1..)?.trim_ascii();
        match std::str::from_utf8(key.trim_ascii()).ok()? {
            "Process ID" | "PID" => self.pid = number(value).or(self.pid),
            key => self.about.set(key, value),
        }
        Some(())
    }

    /// `…[pid,tid][2025-03-03 +0800 08:53:00]`
    fn writer(&mut self, record: &Record<'_>) {
        let ids = record.message.split(|byte| *byte == b'[').nth(1).unwrap_or_default();
        self.pid = ids.split(|byte| *byte == b',').next().and_then(number).or(self.pid);
        if let Some(time) = record.head.time {
            (self.time, self.zone) = (Some(time), time.zone);
        }
    }
}

/// Adds to `about` what a message says with which the SDK is initialized.
pub(super) fn about_in_init(message: &[u8], about: &mut About) {
    for (key, value) in Fields::new(message) {
        if let Ok(key) = std::str::from_utf8(key) {
            about.set(key, value);
        }
    }
    // `InitSdk, device type: CLT-L29, app version = 4.6.1`, and `InitSdk|1-Init|Succ|version=1.9.2, sdkappid=14`.
    for (key, before) in [("app version", "app version = "), ("sdkappid", "sdkappid=")] {
        if let Some(value) = word_after(message, before.as_bytes()) {
            about.set(key, value);
        }
    }
}

/// What stands between `before` and the next comma or bar.
pub(super) fn word_after<'a>(message: &'a [u8], before: &[u8]) -> Option<&'a [u8]> {
    let at = memchr::memmem::find(message, before)? + before.len();
    let rest = message.get(at..)?;
    let end = rest.iter().position(|byte| matches!(byte, b',' | b'|' | b'\n')).unwrap_or(rest.len());
    rest.get(..end).map(<[u8]>::trim_ascii).filter(|word| !word.is_empty())
}

/// Adds to `about` what the SDK's banners in `text` say. Of several, the first that says something counts.
#[cfg(feature = "cli")]
pub fn about_in(text: &[u8], about: &mut About) {
    let mut start = Start::default();
    for at in memchr::memmem::find_iter(text, RULE) {
        let from = memchr::memrchr(b'\n', text.get(..at).unwrap_or_default()).map_or(0, |end| end + 1);
        let rest = text.get(from..).unwrap_or_default();
        let line = rest.get(..memchr::memchr(b'\n', rest).unwrap_or(rest.len())).unwrap_or_default();
        start.take(&Record::new(Head::of(line).unwrap_or_default(), line));
    }
    about.fill(start.about);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn take(start: &mut Start, line: &str) -> Option<StartLine> {
        start.take(&Record::new(Head::of(line.as_bytes()).unwrap_or_default(), line.as_bytes()))
    }

    #[test]
    fn writer_and_banner_say_who_starts() {
        let mut start = Start::default();
        let opened = "^^^^^^^^^^Dec 10 2021^^^15:15:13^^^^^^^^^^[10891,10892][2025-03-03 +0530 08:53:00]\n";
        assert_eq!(take(&mut start, opened), Some(StartLine::Opened));
        assert_eq!((start.pid, start.zone), (Some(10891), Some(330)));
        assert_eq!(start.time.unwrap().to_string(), "2025-03-03T08:53:00.000+05:30");
        for line in [
            "TIM: ==========",
            "TIM: ======  SDK Version: 8.8.7357",
            "TIM: ======  Process ID:  15282",
            "TIM: ======  Device Type: ALI-AN00",
        ] {
            assert_eq!(take(&mut start, line), Some(StartLine::Banner), "{line}");
        }
        assert_eq!(start.pid, Some(15282));
        assert_eq!(start.about.sdk_version.as_deref(), Some("8.8.7357"));
        assert_eq!(start.about.device.as_deref(), Some("ALI-AN00"));
        assert_eq!(take(&mut start, "~~~~~ begin of mmap ~~~~~\n"), Some(StartLine::CacheBegins));
        assert_eq!(
            take(&mut start, "~~~~~ end of mmap ~~~~~[7,7][2025-03-11 +0800 08:17:04]\n"),
            Some(StartLine::CacheEnds)
        );
        assert_eq!((start.pid, start.zone), (Some(7), Some(480)));
        assert_eq!(take(&mut start, "TIM: 2023-11-06 14:19:18.434 I |-a.cpp:1  f  |======  PID: 5"), None);
        let mut start = Start::default();
        assert_eq!(
            take(&mut start, "TIM: ======  SDK APP ID: 14\nSDK Version: 5.8\nPlatform: iOS\n"),
            Some(StartLine::Banner)
        );
        assert_eq!((start.about.app_id.as_deref(), start.about.platform.as_deref()), (Some("14"), Some("iOS")));
    }
}
