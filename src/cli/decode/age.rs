//! The modification times of logs and texts, which `-u` compares.
//!
//! A text gets the time that its log had before it was read, so that anything that is appended meanwhile makes the log
//! newer. It gets an older time if decoding the log again may give more.

use std::path::Path;
use std::time::{Duration, SystemTime};

use crate::output::atomic::OutputPlace;

/// File systems keep times in steps; those of FAT are two seconds. Two writes within one step have the same time.
const STEP: Duration = Duration::from_secs(2);

/// How much older than its log a text is if a key was missing: more than a step, so that it can be recognized.
const LACKS_KEY: Duration = Duration::from_secs(4);

/// The state of a file that is a log, or contains it, before it was read.
#[derive(Clone, Copy, Debug)]
pub struct LogFileState {
    /// Permission bits, as on Unix.
    pub mode: u32,
    modified: Option<SystemTime>,
    looked: SystemTime,
}

impl LogFileState {
    /// Looks at the file; standard input has none.
    pub fn of(file: Option<&Path>) -> LogFileState {
        let looked = SystemTime::now();
        let metadata = file.and_then(|file| file.metadata().ok()).filter(|metadata| metadata.is_file());
        #[cfg(unix)]
        let mode = metadata.as_ref().map_or(0o666, std::os::unix::fs::MetadataExt::mode);
        #[cfg(not(unix))]
        let mode = 0o666;
        LogFileState { mode, modified: metadata.and_then(|metadata| metadata.modified().ok()), looked }
    }

    /// The modification time for its text. `lacks_key`: with a private key, there would be more text.
    pub fn text_time(&self, lacks_key: bool) -> Option<SystemTime> {
        let settled = self.looked.checked_sub(STEP)?;
        let time = self.modified?.min(settled);
        if lacks_key { time.checked_sub(LACKS_KEY) } else { Some(time) }
    }

    /// Whether a new text would be no better than this one: the log has not changed since, and no key has been added.
    pub fn is_older_than_text(&self, text: OutputPlace<'_>, has_keys: bool) -> bool {
        let (Some(modified), Some(text)) = (self.modified, text.modified()) else { return false };
        text >= modified || !has_keys && modified.checked_sub(LACKS_KEY) == Some(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: u64) -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_secs(seconds)
    }

    #[test]
    fn a_text_is_as_old_as_its_log_or_older() {
        let origin = |modified| LogFileState { mode: 0o666, modified: Some(at(modified)), looked: at(100) };
        assert_eq!(origin(50).text_time(false), Some(at(50)));
        assert_eq!(origin(50).text_time(true), Some(at(46)), "a key may be given later");
        assert_eq!(origin(99).text_time(false), Some(at(98)), "the log may have grown within the same step");
        assert_eq!(origin(500).text_time(false), Some(at(98)), "a clock is wrong");
        assert_eq!(LogFileState { modified: None, ..origin(1) }.text_time(false), None);
    }
}
