//! How old a text is: what `-u` goes by.
//!
//! A text has the time of its log, as it was before the log was read: what is appended meanwhile makes the log newer.
//! It is given an older one where a second look is worth it.

use std::path::Path;
use std::time::{Duration, SystemTime};

use crate::output::atomic::OutputPlace;

/// File systems keep times in steps, FAT of two seconds: what is written within one leaves no trace.
const STEP: Duration = Duration::from_secs(2);

/// So much older than its log a text is for which a key was missing. More than a step, so that it tells the two apart.
const LACKS_KEY: Duration = Duration::from_secs(4);

/// What the file was like that a log is or is in, before it was read.
#[derive(Clone, Copy, Debug)]
pub struct Origin {
    /// Who may read and write it: permission bits of Unix.
    pub mode: u32,
    modified: Option<SystemTime>,
    looked: SystemTime,
}

impl Origin {
    /// Looks at the file; there is none for standard input.
    pub fn of(file: Option<&Path>) -> Origin {
        let looked = SystemTime::now();
        let metadata = file.and_then(|file| file.metadata().ok()).filter(|metadata| metadata.is_file());
        #[cfg(unix)]
        let mode = metadata.as_ref().map_or(0o666, std::os::unix::fs::MetadataExt::mode);
        #[cfg(not(unix))]
        let mode = 0o666;
        Origin { mode, modified: metadata.and_then(|metadata| metadata.modified().ok()), looked }
    }

    /// When its text is to have been written. `lacks_key`: a private key would have given more, and may come.
    pub fn text_time(&self, lacks_key: bool) -> Option<SystemTime> {
        let settled = self.looked.checked_sub(STEP)?;
        let time = self.modified?.min(settled);
        if lacks_key { time.checked_sub(LACKS_KEY) } else { Some(time) }
    }

    /// Whether a new text would be no better than this one: nothing was written to the log since, and no key has come.
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
        let origin = |modified| Origin { mode: 0o666, modified: Some(at(modified)), looked: at(100) };
        assert_eq!(origin(50).text_time(false), Some(at(50)));
        assert_eq!(origin(50).text_time(true), Some(at(46)), "a key may come");
        assert_eq!(origin(99).text_time(false), Some(at(98)), "more may have come within the same step");
        assert_eq!(origin(500).text_time(false), Some(at(98)), "a clock is wrong");
        assert_eq!(Origin { modified: None, ..origin(1) }.text_time(false), None);
    }
}
