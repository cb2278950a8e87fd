//! From a reader to batches of frames.
//!
//! A batch is the unit of work: a chunk of the file with the frames that start and end in it. What the framer has
//! not settled at its end is carried over to the next.

use std::io::{self, Read};

use crate::xlog::{Frame, Framer, Step, framing::Window};

use super::pool::Pool;

/// Bytes of a batch as a rule: small enough that its text stays in the cache until it is
/// written, large enough that taking turns costs nothing.
pub const BATCH: usize = 128 << 10;

/// A chunk of the file and its frames.
#[derive(Debug, Default)]
pub struct Batch {
    /// Where the chunk starts in the file.
    pub base: u64,
    /// The frames; their ranges count from the start of the chunk.
    pub frames: Vec<Frame>,
    /// Stays initialized; the chunk is its first `filled` bytes.
    buffer: Vec<u8>,
    filled: usize,
}

impl Batch {
    /// The bytes of the chunk.
    pub fn bytes(&self) -> &[u8] {
        self.buffer.get(..self.filled).unwrap_or_default()
    }

    /// Reads until `wanted` bytes are there. Returns whether the input is at its end.
    pub fn fill(&mut self, wanted: usize, input: &mut impl Read) -> io::Result<bool> {
        if self.buffer.len() < wanted {
            self.buffer.resize(wanted, 0);
        }
        while self.filled < wanted {
            match input.read(&mut self.buffer[self.filled..wanted]) {
                Ok(0) => return Ok(true),
                Ok(read) => self.filled += read,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(false)
    }

    /// Settles what frames it can from `at` on. Returns where the next one starts.
    pub fn frame(&mut self, framer: &mut Framer, mut at: usize, eof: bool) -> usize {
        let window = Window { bytes: self.buffer.get(..self.filled).unwrap_or_default(), eof };
        while let Step::Frame(frame) = framer.step(window, at) {
            at = frame.span().end.max(at);
            self.frames.push(frame);
        }
        at
    }

    /// Makes it the empty chunk that starts at `base`.
    pub fn reset(&mut self, base: u64) {
        self.base = base;
        self.frames.clear();
        self.filled = 0;
        if self.buffer.len() > 4 * BATCH {
            self.buffer.truncate(2 * BATCH);
            self.buffer.shrink_to_fit();
        }
    }
}

/// Cuts a reader into batches.
#[derive(Debug)]
pub struct Batches<'a, R> {
    input: R,
    /// Bytes of a batch, unless one block needs more.
    size: usize,
    framer: Framer,
    pool: &'a Pool<Batch>,
    /// Bytes of the file that no batch has had yet.
    carried: Vec<u8>,
    /// Where those start in the file.
    base: u64,
    eof: bool,
}

impl<'a, R: Read> Batches<'a, R> {
    /// Batches of `size` bytes of `input`, in buffers of `pool`.
    pub fn new(input: R, size: usize, pool: &'a Pool<Batch>) -> Batches<'a, R> {
        Batches { input, size, framer: Framer::new(), pool, carried: Vec::new(), base: 0, eof: false }
    }

    /// The next batch; `None` at the end of the file.
    ///
    /// # Errors
    /// Those of the reader.
    pub fn next(&mut self) -> io::Result<Option<Batch>> {
        if self.eof {
            return Ok(None);
        }
        let mut batch = self.pool.take();
        batch.reset(self.base);
        let mut wanted = self.size.max(self.carried.len() + self.size / 2);
        batch.fill(self.carried.len(), &mut self.carried.as_slice())?;
        let mut at = 0;
        loop {
            self.eof = batch.fill(wanted, &mut self.input)?;
            at = batch.frame(&mut self.framer, at, self.eof);
            if self.eof || !batch.frames.is_empty() {
                break;
            }
            wanted *= 2;
        }
        self.base += at as u64;
        self.carried.clear();
        self.carried.extend_from_slice(batch.bytes().get(at..).unwrap_or_default());
        Ok(Some(batch))
    }

    /// Whether [`next`](Batches::next) has nothing more to give.
    pub fn is_over(&self) -> bool {
        self.eof
    }
}
