//! Which files to look for in folders and archives, by name.

use std::ffi::OsString;
use std::path::Path;

use super::archive::name::safe_end;
use crate::file_name::{FileKind, has_extension, uncompressed};

/// The extensions of archives.
const ARCHIVES: [&str; 4] = ["zip", "tar", "tgz", "tzst"];

/// The endings of archives: each is decoded to a folder whose name lacks the ending.
pub const ARCHIVE_ENDINGS: [&str; 6] = [".zip", ".tar", ".tgz", ".tzst", ".tar.gz", ".tar.zst"];

/// What to look for: `*.xlog` always, cache files that hold something, and archives of those.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    /// Whether to look for `*.log` too, but not for the text of a log that is found itself: its lines would come twice.
    pub texts: bool,
}

/// What a file may be, by its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// A log.
    Log,
    /// A log if there is anything but zeros in it.
    Cache,
    /// The text of a log, wanted if the log itself is not found.
    Text,
    /// An archive, or a log that is compressed, if its content says so.
    Archive,
}

impl Wanted {
    /// What a file of this name may be, if it is looked for.
    pub fn class(self, path: &Path) -> Option<Class> {
        if archive_stem(path).is_some() {
            return Some(Class::Archive);
        }
        match uncompressed(path) {
            Some(path) => self.plain(&path).map(|_| Class::Archive),
            None => self.plain(path),
        }
    }

    fn plain(self, path: &Path) -> Option<Class> {
        match FileKind::of(path)? {
            FileKind::Log => Some(Class::Log),
            FileKind::Cache => Some(Class::Cache),
            FileKind::TextOfLog | FileKind::TextOfCache => self.texts.then_some(Class::Text),
            FileKind::PlainText => self.texts.then_some(Class::Log),
        }
    }
}

/// The name of an archive without its ending: `logs` for `logs.zip` and `logs.tar.gz`. It names a folder, so that of
/// `...zip` must not lead out: `__`.
pub fn archive_stem(path: &Path) -> Option<OsString> {
    let stem = |path: &Path| {
        let stem = path.file_stem()?;
        let is_plain = !stem.as_encoded_bytes().ends_with(b".") && !stem.as_encoded_bytes().ends_with(b" ");
        Some(if is_plain { stem.to_os_string() } else { safe_end(stem.to_string_lossy().into_owned()).into() })
    };
    if has_extension(path, &ARCHIVES) {
        return stem(path);
    }
    let inner = uncompressed(path)?;
    if has_extension(&inner, &["tar"]) { stem(&inner) } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_say_what_to_look_for() {
        let class = |name: &str, texts| Wanted { texts }.class(Path::new(name));
        for (name, expected) in [
            ("a.xlog", Some(Class::Log)),
            ("d/A.XLOG", Some(Class::Log)),
            ("a.mmap2", Some(Class::Cache)),
            ("a.mmap3", Some(Class::Cache)),
            ("a.zip", Some(Class::Archive)),
            ("a.Tar.GZ", Some(Class::Archive)),
            ("a.tgz", Some(Class::Archive)),
            ("a.tar.zst", Some(Class::Archive)),
            ("a.xlog.gz", Some(Class::Archive)),
            ("a.mmap3.zst", Some(Class::Archive)),
            ("a.gz", None),
            ("a.log", None),
            ("a.txt.gz", None),
            ("xlog", None),
            (".xlog", None),
            (".zip", None),
        ] {
            assert_eq!(class(name, false), expected, "{name}");
        }
        for (name, expected) in [
            ("a.log", Some(Class::Log)),
            ("a.log.gz", Some(Class::Archive)),
            ("a.xlog.log", Some(Class::Text)),
            ("a.mmap3.log", Some(Class::Text)),
            ("a.txt", None),
        ] {
            assert_eq!(class(name, true), expected, "{name}");
        }
    }

    #[test]
    fn an_archive_has_a_stem() {
        let stem = |name: &str| archive_stem(Path::new(name)).map(|stem| stem.into_string().unwrap());
        assert_eq!(stem("d/logs.zip").as_deref(), Some("logs"));
        assert_eq!(stem("logs.1.tar.gz").as_deref(), Some("logs.1"));
        assert_eq!(stem("logs.TGZ").as_deref(), Some("logs"));
        assert_eq!(stem("d/..zip").as_deref(), Some("_"));
        assert_eq!(stem("...tar.gz").as_deref(), Some("__"));
        assert_eq!(stem("a. .zip").as_deref(), Some("a__"));
        assert_eq!(stem("a.xlog.gz"), None);
        assert_eq!(stem("logs"), None);
    }
}
