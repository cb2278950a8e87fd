//! Archives: logs in zips and tars, compressed logs, and archives in one another. They are recognized by content.
//!
//! | | can be sought in | how its members are read |
//! | --- | --- | --- |
//! | zip, tar | in a file | each by itself, in any order: [`Member`] |
//! | compressed tar; tar on standard input | no | one after the other, in one pass: [`StreamedArchive`](super::expand::StreamedArchive) |
//! | compressed log | no | it is one log: [`Member`] |

mod at;
mod detect;
mod inflate;
pub mod limits;
mod loaded;
pub mod name;
mod problem;
pub mod route;
pub mod section;
pub mod spool;
pub mod step;
pub mod tar;
mod unzstd;
pub mod zip;

use std::fmt;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::LogFile;
use super::wanted::archive_stem;
use crate::file_name::uncompressed;
use route::Route;
use step::Step;

pub(in crate::input) use detect::{Detected, detect};
pub use loaded::Loaded;
pub use problem::{Problem, ProblemCause};

/// How deep an archive that is still read may be in others: a zip in a zip, but not a zip in that.
pub(in crate::input) const DEEPEST: usize = 1;

/// An archive or compression format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// zip
    Zip,
    /// tar, of any flavour.
    Tar,
    /// gzip
    Gzip,
    /// zstd
    Zstd,
}

impl Format {
    /// How many first bytes are enough to know the format.
    pub const HEAD: usize = tar::BLOCK;

    /// The format of what starts with these bytes. A log has none: it starts with a byte below 0x0E.
    pub fn of(head: &[u8]) -> Option<Format> {
        match head {
            [b'P', b'K', 3, 4, ..] | [b'P', b'K', 5, 6, ..] | [b'P', b'K', 7, 8, b'P', b'K', ..] => Some(Format::Zip),
            [0x1F, 0x8B, 8, ..] => Some(Format::Gzip),
            // A frame, or one to be skipped, which some writers put first.
            [0x28, 0xB5, 0x2F, 0xFD, ..] | [0x50..=0x5F, 0x2A, 0x4D, 0x18, ..] => Some(Format::Zstd),
            head => tar::is_header(head).then_some(Format::Tar),
        }
    }

    /// How to unpack it, if it holds one file only.
    pub fn step(self) -> Option<Step> {
        match self {
            Format::Gzip => Some(Step::Gunzip),
            Format::Zstd => Some(Step::Unzstd),
            Format::Zip | Format::Tar => None,
        }
    }
}

/// The name of something in an archive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// The file that was named or found; `None` for standard input.
    pub archive: Option<Arc<LogFile>>,
    /// The names in it, as the archives have them: of archives in it, then of the member. Empty for the archive itself.
    pub inside: Vec<String>,
    /// Where the innermost archive belongs below a folder for the outermost: plain names only. Empty for that itself.
    pub folder: PathBuf,
    /// Where the member belongs in that folder, likewise. Empty for an archive, and for a compressed log in none.
    pub path: PathBuf,
}

impl Label {
    /// The label of an archive itself.
    pub fn new(archive: Option<LogFile>) -> Label {
        let (folder, path) = (PathBuf::new(), PathBuf::new());
        Label { archive: archive.map(Arc::new), inside: Vec::new(), folder, path }
    }

    /// The label of something in it. `None` if it has no name.
    pub(in crate::input) fn member(&self, name: &str) -> Option<Label> {
        let path = name::safe_path(name)?;
        let inside = self.inside.iter().cloned().chain([name.to_string()]).collect();
        Some(Label { archive: self.archive.clone(), inside, folder: self.folder.clone(), path })
    }

    /// How many bytes its names take.
    pub(in crate::input) fn name_len(&self) -> usize {
        let inside: usize = self.inside.iter().map(String::len).sum();
        inside + self.folder.as_os_str().len() + self.path.as_os_str().len()
    }

    /// The same, for an archive in it: a folder of its own.
    pub(in crate::input) fn folder(self) -> Label {
        let path = archive_stem(&self.path).map_or(self.path.clone(), |stem| self.path.with_file_name(stem));
        let folder = if self.path.as_os_str().is_empty() { self.folder } else { self.folder.join(path) };
        Label { folder, path: PathBuf::new(), ..self }
    }

    /// The same, for a log that is compressed by itself: without the ending of the compressor.
    pub(in crate::input) fn uncompressed(self) -> Label {
        Label { path: uncompressed(&self.path).unwrap_or(self.path), ..self }
    }

    /// The label of the archive that a member is in.
    pub fn container(&self) -> Label {
        let inside = self.inside.split_last().map_or(&[][..], |(_, archives)| archives).to_vec();
        Label { archive: self.archive.clone(), inside, folder: self.folder.clone(), path: PathBuf::new() }
    }

    /// The name that says what it may be: its own, or that of the archive's file.
    pub(in crate::input) fn name(&self) -> PathBuf {
        if self.path.as_os_str().is_empty() { self.shown() } else { self.path.clone() }
    }

    /// Its path below what the user named: the archive itself, or a folder that the archive is in.
    pub(in crate::input) fn below(&self) -> PathBuf {
        let archive = self.archive.as_ref().filter(|archive| archive.is_found);
        let mut below = archive.map(|archive| archive.below()).unwrap_or_default();
        below.extend(self.inside.iter().map(|name| name.trim_start_matches(['/', '\\'])));
        below
    }

    /// As people read it: `archive.zip:path/in/it`, and `-` for standard input.
    pub fn shown(&self) -> PathBuf {
        let mut shown = self.archive.as_ref().map_or("-".into(), |archive| archive.path.clone().into_os_string());
        for name in &self.inside {
            shown.push(":");
            shown.push(name);
        }
        shown.into()
    }
}

/// A log in an archive, which can be opened by itself.
#[derive(Clone, Debug)]
pub struct Member {
    /// What it is called.
    pub label: Label,
    /// How to reach its bytes.
    pub route: Route,
    /// Its size in bytes, if the archive says it.
    pub size: Option<u64>,
}

/// Two members are the same if they have the same label.
impl PartialEq for Member {
    fn eq(&self, other: &Member) -> bool {
        self.label == other.label
    }
}

impl Eq for Member {}

impl Member {
    /// The archive's file, if it is not standard input.
    pub fn archive(&self) -> Option<&Path> {
        self.label.archive.as_ref().map(|archive| archive.path.as_path())
    }
}

/// Whether there is anything but zeros: a cache file of zeros is empty.
///
/// # Errors
/// Those of the reader.
pub fn holds_something(mut reader: impl Read) -> io::Result<bool> {
    let mut buffer = [0; 8 << 10];
    loop {
        match reader.read(&mut buffer) {
            Ok(0) => return Ok(false),
            Ok(read) if buffer[..read].iter().any(|&byte| byte != 0) => return Ok(true),
            Ok(_) => {}
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Format::Zip => "zip",
            Format::Tar => "tar",
            Format::Gzip => "gzip",
            Format::Zstd => "zstd",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_are_known_by_content() {
        assert_eq!(Format::of(b"PK\x03\x04rest"), Some(Format::Zip));
        assert_eq!(Format::of(b"PK\x05\x06"), Some(Format::Zip), "an empty one");
        assert_eq!(Format::of(&[0x1F, 0x8B, 8, 0]), Some(Format::Gzip));
        assert_eq!(Format::of(&[0x28, 0xB5, 0x2F, 0xFD]), Some(Format::Zstd));
        let mut header = ::tar::Header::new_gnu();
        header.set_path("a.xlog").unwrap();
        header.set_size(3);
        header.set_cksum();
        assert_eq!(Format::of(header.as_bytes()), Some(Format::Tar));
        header.as_mut_bytes()[0] ^= 1;
        assert_eq!(Format::of(header.as_bytes()), None, "its checksum is wrong");
        for head in [&b""[..], b"P", b"\x07\x01", b"text", &[0; 512]] {
            assert_eq!(Format::of(head), None);
        }
    }

    #[test]
    fn labels_name_the_way_in() {
        let outer = Label::new(Some(LogFile::named("in/outer.zip".into())));
        let member = outer.member("../d/a.xlog.gz").unwrap().uncompressed();
        assert_eq!((member.shown(), member.path), ("in/outer.zip:../d/a.xlog.gz".into(), "__/d/a.xlog".into()));
        let inner = outer.member("x/inner.tar.gz").unwrap().folder().member("d/b.xlog").unwrap();
        assert_eq!(inner.shown(), Path::new("in/outer.zip:x/inner.tar.gz:d/b.xlog"));
        assert_eq!((inner.folder.as_path(), inner.path.as_path()), (Path::new("x/inner"), Path::new("d/b.xlog")));
        assert_eq!(inner.container().shown(), Path::new("in/outer.zip:x/inner.tar.gz"));
        assert_eq!(Label::new(None).member("a").unwrap().shown(), Path::new("-:a"));
        assert!(outer.member("./").is_none());
    }
}
