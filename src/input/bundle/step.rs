//! What is done with bytes to get at others: a step of a [`Route`](super::route::Route).

use std::io::{self, BufRead, BufReader, Read};
use std::sync::Arc;

use crc32fast::Hasher;
use flate2::bufread::{DeflateDecoder, GzDecoder};

use super::limits::Budget;

/// What is done with bytes to get at others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// A stretch of them.
    Range {
        /// Where it starts.
        start: u64,
        /// How long it is.
        len: u64,
    },
    /// Raw deflate, as in zips.
    Inflate,
    /// Is as long as this, and has this checksum (CRC-32).
    Check {
        /// Length in bytes.
        len: u64,
        /// Checksum.
        crc: u32,
    },
    /// gzip, also several streams one after the other.
    Gunzip,
    /// zstd, likewise.
    Unzstd,
}

impl Step {
    /// The bytes that this makes of others. A budget counts what is unpacked.
    pub(super) fn follow<'a>(
        self,
        reader: impl Read + Send + 'a,
        budget: Option<Arc<Budget>>,
    ) -> io::Result<Box<dyn Read + Send + 'a>> {
        let metered = |reader: Box<dyn Read + Send + 'a>| -> Box<dyn Read + Send + 'a> {
            match budget {
                Some(budget) => Box::new(Metered { reader, budget }),
                None => reader,
            }
        };
        Ok(match self {
            Step::Range { start, len } => Box::new(Skipping { reader, skip: start, len }),
            Step::Check { len, crc } => Box::new(Checked { reader, left: len, crc, hasher: Some(Hasher::new()) }),
            Step::Inflate => metered(Box::new(DeflateDecoder::new(buffered(reader)))),
            Step::Gunzip => metered(Box::new(Gunzip(Some(GzDecoder::new(buffered(reader)))))),
            Step::Unzstd => metered(Box::new(zstd::stream::read::Decoder::with_buffer(buffered(reader))?)),
        })
    }
}

/// Calls to the system are dear.
fn buffered<R: Read>(reader: R) -> BufReader<R> {
    BufReader::with_capacity(64 << 10, reader)
}

/// gzip streams one after the other. Zeros behind one are padding.
struct Gunzip<R>(Option<GzDecoder<R>>);

impl<R: BufRead> Read for Gunzip<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            let Some(decoder) = &mut self.0 else { return Ok(0) };
            let read = decoder.read(buffer)?;
            if read > 0 || buffer.is_empty() {
                return Ok(read);
            }
            let Some(mut rest) = self.0.take().map(GzDecoder::into_inner) else { return Ok(0) };
            loop {
                let bytes = rest.fill_buf()?;
                if bytes.is_empty() {
                    return Ok(0);
                }
                let zeros = bytes.iter().take_while(|&&byte| byte == 0).count();
                let goes_on = zeros < bytes.len();
                rest.consume(zeros);
                if goes_on {
                    break;
                }
            }
            self.0 = Some(GzDecoder::new(rest));
        }
    }
}

/// Stops when too much comes out.
struct Metered<R> {
    reader: R,
    budget: Arc<Budget>,
}

impl<R: Read> Read for Metered<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.reader.read(buffer)?;
        self.budget.unpack(read as u64).map_err(io::Error::other)?;
        Ok(read)
    }
}

/// A stretch of what can't be sought in.
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

/// Tells at its end whether the bytes are those that were packed.
struct Checked<R> {
    reader: R,
    left: u64,
    crc: u32,
    /// Gone when it has been asked.
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

/// All bytes are there, but they are not those that were packed.
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error("its checksum is wrong")]
pub(super) struct WrongChecksum;
