//! The steps of a [`Route`](super::route::Route).

use std::io::{self, BufReader, Read};
use std::sync::Arc;

use crc32fast::Hasher;

use super::inflate::{Gunzip, Inflate};
use super::limits::{Budget, Exceeded};
use super::problem::WrongChecksum;
use super::unzstd::Unzstd;

/// What is done with bytes to get others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// A part of them.
    Range {
        /// Where it starts.
        start: u64,
        /// How long it is.
        len: u64,
    },
    /// Raw deflate, as in zips.
    Inflate,
    /// Check that they have this length and this checksum (CRC-32).
    Check {
        /// Length in bytes.
        len: u64,
        /// Checksum.
        crc: u32,
    },
    /// gzip, one or more streams.
    Gunzip,
    /// zstd, one or more frames.
    Unzstd,
}

impl Step {
    /// The bytes that this step makes of others, within the limits of `budget`. Unpacked bytes are counted if `counts`.
    pub(in crate::input) fn follow<'a>(
        self,
        reader: impl Read + Send + 'a,
        budget: &Arc<Budget>,
        counts: bool,
    ) -> io::Result<Box<dyn Read + Send + 'a>> {
        let metered = |reader: Box<dyn Read + Send + 'a>| -> Box<dyn Read + Send + 'a> {
            if counts { Box::new(Metered { reader, budget: budget.clone(), exceeded: None }) } else { reader }
        };
        Ok(match self {
            Step::Range { start, len } => Box::new(Skipping { reader, skip: start, len }),
            Step::Check { len, crc } => Box::new(Checked { reader, left: len, crc, hasher: Some(Hasher::new()) }),
            Step::Inflate => metered(Box::new(Inflate::new(buffered(reader)))),
            Step::Gunzip => metered(Box::new(Gunzip::new(buffered(reader)))),
            Step::Unzstd => metered(Box::new(Unzstd::new(buffered(reader), budget.limits().window)?)),
        })
    }
}

/// System calls are expensive.
fn buffered<R: Read>(reader: R) -> BufReader<R> {
    BufReader::with_capacity(64 << 10, reader)
}

/// Stops when too much comes out.
struct Metered<R> {
    reader: R,
    budget: Arc<Budget>,
    /// What the next call returns: unpacked bytes come first.
    exceeded: Option<Exceeded>,
}

impl<R: Read> Read for Metered<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if let Some(exceeded) = self.exceeded {
            return Err(io::Error::other(exceeded));
        }
        let read = self.reader.read(buffer)?;
        self.exceeded = self.budget.unpack(read as u64).err();
        Ok(read)
    }
}

/// A part of a reader that can't be sought in.
struct Skipping<R> {
    reader: R,
    skip: u64,
    len: u64,
}

impl<R: Read> Read for Skipping<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.skip > 0 {
            let skipped = io::copy(&mut (&mut self.reader).take(self.skip), &mut io::sink())?;
            if skipped < self.skip {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            self.skip = 0;
        }
        let read = (&mut self.reader).take(self.len).read(buffer)?;
        if read == 0 && self.len > 0 && !buffer.is_empty() {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        self.len -= read as u64;
        Ok(read)
    }
}

/// Fails at its end if the bytes are not those that were packed.
struct Checked<R> {
    reader: R,
    left: u64,
    crc: u32,
    /// `None` after the check.
    hasher: Option<Hasher>,
}

impl<R: Read> Read for Checked<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if buffer.is_empty() {
            return Ok(0);
        }
        if self.left == 0 {
            let is_wrong = self.hasher.take().is_some_and(|hasher| hasher.finalize() != self.crc);
            return if is_wrong { Err(io::Error::new(io::ErrorKind::InvalidData, WrongChecksum)) } else { Ok(0) };
        }
        let read = (&mut self.reader).take(self.left).read(buffer)?;
        if read == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        self.left -= read as u64;
        if let Some(hasher) = &mut self.hasher {
            hasher.update(buffer.get(..read).unwrap_or_default());
        }
        Ok(read)
    }
}

/// What `reader` gives to a buffer of `size` bytes, and the error at its end.
#[cfg(test)]
pub(super) fn read_in_steps(mut reader: impl Read, size: usize) -> (Vec<u8>, Option<String>) {
    let (mut bytes, mut buffer) = (Vec::new(), vec![0; size]);
    loop {
        match reader.read(&mut buffer) {
            Ok(0) => return (bytes, None),
            Ok(read) => bytes.extend_from_slice(&buffer[..read]),
            Err(error) => return (bytes, Some(error.to_string())),
        }
    }
}
