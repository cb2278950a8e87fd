//! What a file's name says: whether the file may be removed, and of which day it is.

use std::ffi::OsStr;
use std::path::Path;

use chrono::{Datelike, NaiveDate};

use crate::file_name::{FileKind, uncompressed};

/// The two kinds of file that are ever removed. Cache files may hold lines that are nowhere else, and plain text logs
/// are not ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Removable {
    /// `NAME.xlog`, also compressed: `NAME.xlog.gz`, `NAME.xlog.zst`
    Log,
    /// `NAME.xlog.log`, as `imlog decode` writes it.
    Text,
}

impl Removable {
    /// What a file of this name is, if it is one of the two.
    pub fn of(name: &OsStr) -> Option<Removable> {
        let path = Path::new(name);
        let kind = match uncompressed(path) {
            // A text that is compressed is not one that imlog wrote.
            Some(path) => FileKind::of(&path).filter(|kind| *kind == FileKind::Log),
            None => FileKind::of(path),
        };
        match kind? {
            FileKind::Log => Some(Removable::Log),
            FileKind::TextOfLog => Some(Removable::Text),
            FileKind::Cache | FileKind::TextOfCache | FileKind::PlainText => None,
        }
    }
}

/// The day in a file's name: eight digits, no more, that are a year, month and day of the calendar.
///
/// Where there are several, as in `backup_20231110_imsdk_20231106.xlog`, it is the latest: if that is the wrong one,
/// the file is kept too long, but not removed too early. Years are those from 1970, where the clock of a phone starts,
/// to 2099: other numbers of eight digits are ids rather than days, and would be older than anything.
pub fn day_in(name: &OsStr) -> Option<NaiveDate> {
    let groups = name.as_encoded_bytes().split(|byte| !byte.is_ascii_digit());
    groups.filter_map(day).max()
}

/// The day in a file's name, in days since 1970, as [`Diagnoser::next_log`](crate::Diagnoser::next_log) takes it. Of
/// several days, it is the latest.
///
/// ```
/// assert_eq!(imlog::day_in_name("imsdk_C_20231106.xlog"), Some(19_667));
/// assert_eq!(imlog::day_in_name("crash.xlog"), None);
/// ```
pub fn day_in_name(name: &str) -> Option<i64> {
    day_in(OsStr::new(name)).map(|day| i64::from(day.to_epoch_days()))
}

fn day(digits: &[u8]) -> Option<NaiveDate> {
    let digits: &[u8; 8] = digits.try_into().ok()?;
    let number = |digits: &[u8]| digits.iter().fold(0, |number, digit| number * 10 + u32::from(digit - b'0'));
    let (year, month, day) = (number(&digits[..4]), number(&digits[4..6]), number(&digits[6..]));
    let day = NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, month, day)?;
    (1970..=2099).contains(&day.year()).then_some(day)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(name: &str) -> Option<String> {
        day_in(OsStr::new(name)).map(|day| day.to_string())
    }

    #[test]
    fn only_logs_and_their_texts_are_removable() {
        let kind = |name: &str| Removable::of(OsStr::new(name));
        for name in [
            "imsdk_20231106.xlog",
            "imsdk_C_20231105-2.xlog",
            "a.xlog",
            "A.XLOG",
            "a.mmap3.xlog",
            "..xlog",
            "a.xlog.gz",
            "A.Xlog.ZST",
        ] {
            assert_eq!(kind(name), Some(Removable::Log), "{name}");
        }
        for name in ["imsdk_20231106.xlog.log", "a.XLog.LOG", "a.xlog.xlog.log"] {
            assert_eq!(kind(name), Some(Removable::Text), "{name}");
        }
        for name in [
            "imsdk_C.mmap2",
            "imsdk_C.mmap3",
            "imsdk_C.mmap3.log",
            "imsdk_20231106.log",
            "imsdk_20231106.xlog.zip",
            "imsdk_20231106.xlog.log.gz",
            "imsdk_C.mmap3.gz",
            "imsdk_20231106.log.gz",
            "imsdk_20231106.xlog.gz.gz",
            ".xlog.gz",
            ".gz",
            "imsdk_20231106.xlog~",
            "imsdk_20231106xlog",
            ".xlog",
            ".xlog.log",
            "xlog",
            "log",
            ".log",
            "",
        ] {
            assert_eq!(kind(name), None, "{name}");
        }
    }

    #[test]
    fn finds_the_day() {
        for name in [
            "imsdk_20231105.xlog",
            "imsdk_C_20231105.xlog",
            "imsdk_C_20231105-2.xlog",
            "PREFIX_20231105_1.xlog",
            "PREFIX_20231105_1.xlog.log",
            "imsdk_C_20231105-2.xlog.log",
            "20231105.xlog",
            "imsdk20231105.xlog",
            "日志20231105号.xlog",
            "uid_123456789_20231105.xlog",
            "v5.1.20230101_20231105.xlog",
            "user_10012345_imsdk_20231105.xlog",
            "imsdk_20230229_20231105.xlog",
        ] {
            assert_eq!(day(name).as_deref(), Some("2023-11-05"), "{name}");
        }
    }

    #[test]
    fn of_several_days_the_latest_counts() {
        assert_eq!(day("imsdk_20231105_copied_20231110.xlog").as_deref(), Some("2023-11-10"));
        assert_eq!(day("copied_20231110_imsdk_20231105.xlog").as_deref(), Some("2023-11-10"));
    }

    #[test]
    fn only_days_of_the_calendar_count() {
        assert_eq!(day("imsdk_20240229.xlog").as_deref(), Some("2024-02-29"));
        assert_eq!(day("imsdk_20000229.xlog").as_deref(), Some("2000-02-29"));
        assert_eq!(day("imsdk_19700101.xlog").as_deref(), Some("1970-01-01"));
        assert_eq!(day("imsdk_20991231.xlog").as_deref(), Some("2099-12-31"));
        for name in [
            "imsdk_20230229.xlog",
            "imsdk_20231301.xlog",
            "imsdk_20230001.xlog",
            "imsdk_20230100.xlog",
            "imsdk_20231131.xlog",
            "imsdk_00000000.xlog",
            "imsdk_99999999.xlog",
            "user_12340506.xlog",
            "user_19691231.xlog",
            "user_21000101.xlog",
        ] {
            assert_eq!(day(name), None, "{name}");
        }
    }

    #[test]
    fn eight_digits_and_no_more() {
        for name in [
            "imsdk_2023110.xlog",
            "imsdk_202311050.xlog",
            "imsdk_20231105141918.xlog",
            "imsdk_2023-11-05.xlog",
            "imsdk_2023_1105.xlog",
            "imsdk_２０２３１１０５.xlog",
            "imsdk.xlog",
            "",
        ] {
            assert_eq!(day(name), None, "{name}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn names_need_not_be_utf8() {
        use std::os::unix::ffi::OsStrExt;
        let name = OsStr::from_bytes(b"\xFF\xFE_20231105\x80.xlog");
        assert_eq!(Removable::of(name), Some(Removable::Log));
        assert_eq!(day_in(name), NaiveDate::from_ymd_opt(2023, 11, 5));
    }
}
