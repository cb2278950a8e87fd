//! The names of logs, cache files and texts. Upper and lower case are the same, and a file that is called nothing but
//! `.xlog` is a hidden file, not a log.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

const LOG: &str = "xlog";
/// New and old.
const CACHES: [&str; 2] = ["mmap3", "mmap2"];
const TEXT: &str = "log";
/// Those of files that are compressed by themselves.
const COMPRESSED: [&str; 2] = ["gz", "zst"];

/// What a file is, by its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileKind {
    /// `*.xlog`
    Log,
    /// `*.mmap3` or `*.mmap2`
    Cache,
    /// `*.xlog.log`, as decoding a log writes it.
    TextOfLog,
    /// `*.mmap3.log` or `*.mmap2.log`
    TextOfCache,
    /// Any other `*.log`: the SDK wrote plain text before it wrote xlog.
    PlainText,
}

impl FileKind {
    /// What a file of this name is.
    pub fn of(path: &Path) -> Option<FileKind> {
        if has_extension(path, &[LOG]) {
            return Some(FileKind::Log);
        }
        if has_extension(path, &CACHES) {
            return Some(FileKind::Cache);
        }
        let source = source_name(path.file_name()?)?;
        Some(match FileKind::of(Path::new(source)) {
            Some(FileKind::Log) => FileKind::TextOfLog,
            Some(FileKind::Cache) => FileKind::TextOfCache,
            _ => FileKind::PlainText,
        })
    }
}

/// Where the text of the file at `path` goes by default: `a.xlog.log` for `a.xlog`.
pub fn text_of(path: PathBuf) -> PathBuf {
    with_ending(&path, TEXT)
}

/// The file that the one at `path` is the text of, if its name says that it is a text.
pub fn source_of(path: &Path) -> Option<PathBuf> {
    Some(path.with_file_name(source_name(path.file_name()?)?))
}

/// The same for the name without its folder.
pub fn source_name(name: &OsStr) -> Option<&OsStr> {
    let name = Path::new(name);
    if has_extension(name, &[TEXT]) { name.file_stem() } else { None }
}

/// The files that the one at `path` may be the text of, if its name says that it is one: a log, as it is or compressed.
pub fn sources_of(path: &Path) -> impl Iterator<Item = PathBuf> {
    let compressed = |source: &Path| COMPRESSED.map(|ending| with_ending(source, ending));
    source_of(path).into_iter().flat_map(move |source| compressed(&source).into_iter().chain([source]))
}

/// The path without the ending of a compressor.
pub fn uncompressed(path: &Path) -> Option<PathBuf> {
    has_extension(path, &COMPRESSED).then(|| path.with_extension(""))
}

/// The same for the name without its folder.
pub fn uncompressed_name(name: &OsStr) -> Option<&OsStr> {
    let name = Path::new(name);
    if has_extension(name, &COMPRESSED) { name.file_stem() } else { None }
}

/// `a.xlog.gz` for `a.xlog` and `gz`.
fn with_ending(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_os_string();
    name.push(".");
    name.push(ending);
    name.into()
}

/// Whether `path` has one of these extensions.
pub fn has_extension(path: &Path, wanted: &[&str]) -> bool {
    path.extension().is_some_and(|extension| wanted.iter().any(|wanted| extension.eq_ignore_ascii_case(wanted)))
}

/// Whether a name is that of a device on Windows, with any extension.
/// Source: Microsoft, "Naming Files, Paths, and Namespaces".
pub fn is_device(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or_default().trim_end();
    let is_numbered = |prefix: &str| {
        let start = stem.get(..3).is_some_and(|start| start.eq_ignore_ascii_case(prefix));
        start
            && matches!(
                stem.get(3..),
                Some("0" | "1" | "2" | "3" | "4" | "5" | "6" | "7" | "8" | "9" | "¹" | "²" | "³")
            )
    };
    let devices = ["con", "prn", "aux", "nul", "conin$", "conout$"];
    devices.iter().any(|device| stem.eq_ignore_ascii_case(device)) || is_numbered("com") || is_numbered("lpt")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_are_known_by_name() {
        for (name, kind) in [
            ("a.xlog", Some(FileKind::Log)),
            ("d/A.XLOG", Some(FileKind::Log)),
            ("a.mmap2", Some(FileKind::Cache)),
            ("a.MMAP3", Some(FileKind::Cache)),
            ("a.XLog.LOG", Some(FileKind::TextOfLog)),
            ("a.xlog.xlog.log", Some(FileKind::TextOfLog)),
            ("a.mmap3.log", Some(FileKind::TextOfCache)),
            ("a.log", Some(FileKind::PlainText)),
            ("a.xlog.log.log", Some(FileKind::PlainText)),
            (".xlog.log", Some(FileKind::PlainText)),
            (".xlog", None),
            (".log", None),
            ("xlog", None),
            ("a.xlog~", None),
            ("a.xlog.zip", None),
            ("", None),
        ] {
            assert_eq!(FileKind::of(Path::new(name)), kind, "{name}");
        }
    }

    #[test]
    fn a_text_lies_beside_its_log() {
        assert_eq!(text_of("d/a.xlog".into()), Path::new("d/a.xlog.log"));
        assert_eq!(source_of(Path::new("d/A.xlog.LOG")).as_deref(), Some(Path::new("d/A.xlog")));
        assert_eq!(source_of(Path::new("d/a.xlog")), None);
        assert_eq!(source_of(Path::new("d/.log")), None);
        let sources: Vec<_> = sources_of(Path::new("d/a.xlog.log")).collect();
        assert_eq!(sources, ["d/a.xlog.gz", "d/a.xlog.zst", "d/a.xlog"].map(PathBuf::from));
        assert_eq!(sources_of(Path::new("d/a.xlog")).count(), 0);
    }
}
