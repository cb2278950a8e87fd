//! What a file without any block may be instead.

use std::io::{self, Read, Seek, SeekFrom};
use std::sync::{Arc, Mutex, PoisonError};

use indicatif::ProgressBar;

use super::super::interrupt;
use crate::input::Reader;

/// The first bytes of an input.
#[derive(Clone, Debug, Default)]
pub struct Head(Arc<Mutex<Vec<u8>>>);

const HEAD: usize = 512;

impl Head {
    /// What to do with a file that starts like this, of so many bytes.
    pub fn hint(&self, size: u64) -> &'static str {
        let head = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let printable = |byte: &u8| *byte >= 0x20 || matches!(*byte, b'\t' | b'\n' | b'\r' | 0x1B);
        match head.as_slice() {
            [] if size == 0 => "the file is empty",
            [b'P', b'K', 3 | 5, ..] => "it is a zip archive: unpack it, and decode what is inside",
            [0x1F, 0x8B, ..] => "it is compressed with gzip: unpack it, and decode what is inside",
            [0x28, 0xB5, 0x2F, 0xFD, ..] => "it is compressed with zstd: unpack it, and decode what is inside",
            head if head.iter().all(|&byte| byte == 0) => "it is all zeros, as a cache file is when nothing is pending",
            head if head.iter().all(printable) => "it is text: decoded already?",
            _ => "is it an xlog file? One starts with a byte from 0x01 to 0x0D",
        }
    }
}

/// A reader that keeps the head of what it reads, and moves the progress bar.
#[derive(Debug)]
pub struct Watched {
    reader: Reader,
    progress: ProgressBar,
    head: Head,
    read_any: bool,
}

impl Watched {
    /// Watches `reader`.
    pub fn new(reader: Reader, progress: ProgressBar) -> Watched {
        Watched { reader, progress, head: Head::default(), read_any: false }
    }

    /// The head, as it will be.
    pub fn head(&self) -> Head {
        self.head.clone()
    }
}

impl Read for Watched {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if interrupt::happened() {
            return Err(io::Error::other("interrupted"));
        }
        let read = self.reader.read(buffer)?;
        if !self.read_any {
            self.read_any = true;
            let mut head = self.head.0.lock().unwrap_or_else(PoisonError::into_inner);
            head.extend_from_slice(&buffer[..read.min(HEAD)]);
        }
        self.progress.inc(read as u64);
        Ok(read)
    }
}

impl Seek for Watched {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.reader.seek(to)
    }
}
