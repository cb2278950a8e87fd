//! What a path on the command line means: a file, a folder of logs, or standard input.

pub mod walk;

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, StdinLock};
use std::path::{Path, PathBuf};

/// Where logs come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Input {
    /// A file.
    File(LogFile),
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
}

impl LogFile {
    /// Its path below what the user named.
    pub fn below(&self) -> PathBuf {
        let components: Vec<_> = self.path.components().rev().take(self.depth).collect();
        components.into_iter().rev().collect()
    }
}

impl Input {
    /// Opens it, and tells its size in bytes if it has one.
    ///
    /// # Errors
    /// Those of the file system; a folder is an error too.
    pub fn open(&self) -> io::Result<(Reader, Option<u64>)> {
        match self {
            Input::File(file) => {
                let file = File::open(&file.path)?;
                let metadata = file.metadata()?;
                if metadata.is_dir() {
                    return Err(io::Error::new(io::ErrorKind::IsADirectory, "it is a folder"));
                }
                Ok((Reader::File(file), metadata.is_file().then_some(metadata.len())))
            }
            Input::Stdin => Ok((Reader::Stdin, None)),
        }
    }

    /// The path, where it has one.
    pub fn path(&self) -> Option<&Path> {
        match self {
            Input::File(file) => Some(&file.path),
            Input::Stdin => None,
        }
    }
}

/// An input that is open.
#[derive(Debug)]
pub enum Reader {
    /// A file.
    File(File),
    /// Standard input: locked for each read, since workers take turns at it.
    Stdin,
}

impl Read for Reader {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Reader::File(file) => file.read(buffer),
            Reader::Stdin => {
                let mut stdin: StdinLock<'_> = io::stdin().lock();
                stdin.read(buffer)
            }
        }
    }
}

impl Seek for Reader {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        match self {
            Reader::File(file) => file.seek(to),
            Reader::Stdin => Err(io::ErrorKind::Unsupported.into()),
        }
    }
}
