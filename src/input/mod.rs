//! What a path on the command line means: a file, a folder of logs, an archive, or standard input.

pub mod archive;
pub mod expand;
pub mod globs;
mod member_path;
pub mod piped;
pub mod stdin;
pub mod tree;
pub mod wanted;
pub mod wildcards;

use std::fmt;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use crate::folder::Folder;
use archive::Member;
use archive::route::Packed;
use piped::Piped;
use stdin::Stdin;

/// A log to be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Input {
    /// A file.
    File(LogFile),
    /// A member of an archive, or a file that is compressed by itself.
    Member(Member),
    /// Standard input.
    Stdin,
}

/// A log file, and the name that it has under what the user asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogFile {
    /// Where it is.
    pub path: PathBuf,
    /// How many of the path's last components lie below what the user named: 1 for a file that was named itself.
    pub depth: usize,
    /// Whether it was found in a folder, and not named itself.
    pub is_found: bool,
}

impl LogFile {
    /// A file that the user named.
    pub fn named(path: PathBuf) -> LogFile {
        LogFile { path, depth: 1, is_found: false }
    }

    /// A file that was found in a folder.
    pub fn found(path: PathBuf, depth: usize) -> LogFile {
        LogFile { path, depth, is_found: true }
    }

    /// Opens it. A file that was named may be a link or a pipe. One that was found was a regular file without links on
    /// the way, and must still be.
    ///
    /// # Errors
    /// Those of the file system.
    pub fn open(&self) -> io::Result<File> {
        if !self.is_found {
            return File::open(&self.path);
        }
        let below = self.below();
        let name = below.file_name().ok_or(io::ErrorKind::InvalidInput)?;
        Folder::named(&self.above())?.below(below.parent().unwrap_or(Path::new("")))?.file(name)
    }

    /// What the user named, or the folder of a file that was named itself.
    pub fn above(&self) -> PathBuf {
        self.path.ancestors().nth(self.depth).unwrap_or(Path::new("")).to_path_buf()
    }

    /// Its path below what the user named.
    pub fn below(&self) -> PathBuf {
        let components: Vec<_> = self.path.components().rev().take(self.depth).collect();
        components.into_iter().rev().collect()
    }
}

impl Input {
    /// Opens it, and returns its size in bytes if it has one.
    ///
    /// # Errors
    /// Those of the file system; a folder is an error too.
    pub fn open(&self) -> io::Result<(InputReader, Option<u64>)> {
        match self {
            Input::File(file) => {
                let file = file.open()?;
                let metadata = file.metadata()?;
                if metadata.is_dir() {
                    return Err(io::Error::new(io::ErrorKind::IsADirectory, "it is a folder"));
                }
                Ok((InputReader::File(file), metadata.is_file().then_some(metadata.len())))
            }
            Input::Member(member) => Ok((InputReader::Packed(member.route.open()?), member.size)),
            Input::Stdin => Ok((InputReader::Stdin(Stdin), None)),
        }
    }

    /// Opens it for a reader that may [pause](crate::decode::pause): it does when nothing comes through a pipe.
    ///
    /// # Errors
    /// As [`open`](Input::open).
    pub fn open_live(&self) -> io::Result<Piped> {
        let (reader, size) = self.open()?;
        Ok(Piped::new(reader, size.is_none()))
    }

    /// The file that it is or that it is in, if there is one.
    pub fn path(&self) -> Option<&Path> {
        match self {
            Input::File(file) => Some(&file.path),
            Input::Member(member) => member.archive(),
            Input::Stdin => None,
        }
    }

    /// Whether it can be opened more than once. What comes through a pipe can't, named or not.
    pub fn reopens(&self) -> bool {
        match self {
            Input::File(file) => file.path.metadata().is_ok_and(|metadata| metadata.is_file()),
            Input::Member(member) => !member.route.is_stdin(),
            Input::Stdin => false,
        }
    }

    /// The same for another pass, whose cost is not added to that of the first.
    pub fn again(&self) -> Input {
        match self {
            Input::Member(member) => Input::Member(Member { route: member.route.again(), ..member.clone() }),
            Input::File(_) | Input::Stdin => self.clone(),
        }
    }

    /// How many bytes of its file reading it takes: for a progress bar. 0 if unknown.
    pub fn packed_len(&self) -> u64 {
        match self {
            Input::File(file) => file.path.metadata().map_or(0, |metadata| metadata.len()),
            Input::Member(member) => member.route.packed_len(),
            Input::Stdin => 0,
        }
    }

    /// As people read it: the path, `archive.zip:path/in/it`, or `-`.
    pub fn name(&self) -> PathBuf {
        match self {
            Input::File(file) => file.path.clone(),
            Input::Member(member) => member.label.shown(),
            Input::Stdin => "-".into(),
        }
    }
}

/// An input that is open.
pub enum InputReader {
    /// A file.
    File(File),
    /// A member of an archive. An error means that it is damaged, as a log may be: what came before is good.
    Packed(Packed),
    /// Standard input.
    Stdin(Stdin),
}

impl Read for InputReader {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            InputReader::File(file) => file.read(buffer),
            InputReader::Packed(packed) => packed.read(buffer),
            InputReader::Stdin(stdin) => stdin.read(buffer),
        }
    }
}

impl Seek for InputReader {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        match self {
            InputReader::File(file) => file.seek(to),
            InputReader::Packed(_) | InputReader::Stdin(_) => Err(io::ErrorKind::Unsupported.into()),
        }
    }
}

impl fmt::Debug for InputReader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            InputReader::File(_) => "File",
            InputReader::Packed(_) => "Packed",
            InputReader::Stdin(_) => "Stdin",
        })
    }
}

#[cfg(all(test, unix))]
mod tests {
    use std::fs;
    use std::os::unix::fs::symlink;

    use super::*;

    #[test]
    fn a_found_file_must_not_be_a_link_when_it_is_opened() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        fs::create_dir(path("d")).unwrap();
        fs::write(path("d/a.xlog"), "log").unwrap();
        symlink(path("d/a.xlog"), path("link.xlog")).unwrap();
        symlink(path("d"), path("e")).unwrap();
        assert!(
            LogFile::found(path("d/a.xlog"), 2).open().is_ok() && LogFile::found(path("e/a.xlog"), 1).open().is_ok()
        );
        assert!(
            LogFile::found(path("e/a.xlog"), 2).open().is_err() && LogFile::found(path("link.xlog"), 1).open().is_err()
        );
        assert!(LogFile::named(path("link.xlog")).open().is_ok() && LogFile::named(path("e/a.xlog")).open().is_ok());
    }
}
