//! Which app a log comes from, if its path says so. A support folder often contains the logs of many apps.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::path::Path;

use chrono::NaiveDate;

use crate::output::marker::Count;
use crate::retention::day_in;

/// The logs of each app.
#[derive(Debug, Default)]
pub struct Packages(BTreeMap<String, Package>);

#[derive(Debug, Default)]
struct Package {
    days: BTreeSet<NaiveDate>,
    files: u64,
}

impl Packages {
    /// Adds a log, by the name that people read.
    pub fn add(&mut self, name: &Path) {
        let text = name.to_string_lossy();
        let Some(package) = package(&text) else { return };
        let package = self.0.entry(package.into()).or_default();
        package.files += 1;
        package.days.extend(name.file_name().and_then(day_in));
    }

    /// A line for each app: `com.example.app: 7 days, 12 files`.
    pub fn lines(&self) -> impl Iterator<Item = String> {
        self.0.iter().map(|(name, package)| format!("{name}: {package}"))
    }
}

impl fmt::Display for Package {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.days.is_empty() {
            write!(f, "{}, ", Count(self.days.len() as u64, "day"))?;
        }
        write!(f, "{}", Count(self.files, "file"))
    }
}

/// The package in a path, found by where Android and the SDK keep logs. `adb pull` may leave out the folders above.
pub fn package(path: &str) -> Option<&str> {
    let parts: Vec<_> = path.split(['/', '\\', ':']).collect();
    let at = |pattern: &[&str]| {
        let mut windows = parts.windows(pattern.len());
        windows.position(|window| {
            window.iter().zip(pattern).all(|(part, wanted)| matches!(*wanted, "*") || part == wanted)
        })
    };
    let patterns: [(&[&str], usize); 4] = [
        (&["Android", "data", "*", "files"], 2),
        (&["imsdklogs", "*", "*"], 1),
        // The vendor's page on logs spells the folder both ways.
        (&["*", "files", "log", "tencent", "imsdk"], 0),
        (&["*", "files", "log", "tencenet", "imsdk"], 0),
    ];
    let found = patterns.iter().filter_map(|(pattern, index)| parts.get(at(pattern)? + index));
    found.copied().find(|part| is_package(part))
}

/// At least two names, separated by dots. Source: Android's rules for application ids.
fn is_package(name: &str) -> bool {
    let is_name = |part: &str| {
        part.starts_with(|c: char| c.is_ascii_alphabetic())
            && part.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
    };
    name.contains('.') && name.split('.').all(is_name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packages_are_found_in_paths() {
        for path in [
            "Android/data/com.example.app/files/log/tencent/imsdk/a.xlog",
            "support.zip:sdcard/Android/data/com.example.app/files/other/a.xlog",
            "pull.tar.gz:Android/data/com.example.app/files/log/tencent/imsdk/push/a.xlog",
            "sdcard/tencent/imsdklogs/com.example.app/a.xlog",
            "b.zip:imsdklogs\\com.example.app\\a.xlog",
            "pull/com.example.app/files/log/tencent/imsdk/a.xlog",
        ] {
            assert_eq!(package(path), Some("com.example.app"), "{path}");
        }
        for path in [
            "a.xlog",
            "logs/files/log/tencent/imsdk/a.xlog",
            "Android/data/x",
            "imsdklogs/a.xlog",
            "1.2/files/log/tencent/imsdk/a",
        ] {
            assert_eq!(package(path), None, "{path}");
        }
    }

    #[test]
    fn days_and_files_are_counted() {
        let mut packages = Packages::default();
        for name in ["imsdk_20231105.xlog", "imsdk_20231106.xlog", "imsdk_20231106-2.xlog", "imsdk_C.mmap3"] {
            packages.add(&Path::new("imsdklogs/com.example.app").join(name));
        }
        packages.add(Path::new("imsdklogs/com.example.other/a.xlog"));
        packages.add(Path::new("elsewhere/imsdk_20231106.xlog"));
        let lines: Vec<_> = packages.lines().collect();
        assert_eq!(lines, ["com.example.app: 2 days, 4 files", "com.example.other: 1 file"]);
    }
}
