//! From a reader to batches of frames.
//!
//! A batch is the unit of work: a chunk of the file, with the frames that start and end in it. Bytes at its end that
//! the framer can't frame yet are carried over to the next batch.

use std::io::{self, Read};

use crate::xlog::{Frame, FrameStep, Framer, framing::Window};

use super::pause::is_pause;
use super::pool::Pool;

/// The usual size of a batch, in bytes: small enough that its text stays in the CPU cache until it is written, large
/// enough that the overhead per batch is negligible.
pub const BATCH: usize = 128 << 10;

/// A chunk of the file and its frames.
#[derive(Debug, Default)]
pub struct Batch {
    /// The position of the chunk in the file.
    pub base: u64,
    /// The frames; their ranges count from the start of the chunk.
    pub frames: Vec<Frame>,
    /// Always initialized; the chunk is its first `filled` bytes.
    buffer: Vec<u8>,
    filled: usize,
}

impl Batch {
    /// The bytes of the chunk.
    pub fn bytes(&self) -> &[u8] {
        self.buffer.get(..self.filled).unwrap_or_default()
    }

    /// Reads until the chunk has `wanted` bytes. Returns whether the input is at its end.
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

    /// Adds as many frames as it can, from position `at`. Returns where the next one starts.
    pub fn frame(&mut self, framer: &mut Framer, mut at: usize, eof: bool) -> usize {
        let window = Window { bytes: self.buffer.get(..self.filled).unwrap_or_default(), eof };
        while let FrameStep::Frame(frame) = framer.step(window, at) {
            at = frame.span().end.max(at);
            self.frames.push(frame);
        }
        at
    }

    /// Adds the frames that are certain although more of the file is to come, from position `at`. Returns where the
    /// next one starts.
    fn frame_settled(&mut self, framer: &mut Framer, mut at: usize) -> usize {
        let window = Window { bytes: self.buffer.get(..self.filled).unwrap_or_default(), eof: true };
        for _ in 0..framer.settled(window.bytes, at) {
            let FrameStep::Frame(frame) = framer.step(window, at) else { break };
            at = frame.span().end.max(at);
            self.frames.push(frame);
        }
        at
    }

    /// Empties the batch, for the chunk that starts at `base`.
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

/// Splits a reader into batches.
#[derive(Debug)]
pub struct Batches<'a, R> {
    input: R,
    /// The size of a batch in bytes, unless a block needs more.
    size: usize,
    framer: Framer,
    pool: &'a Pool<Batch>,
    /// Bytes that were read but not framed yet.
    carried: Vec<u8>,
    /// Their position in the file.
    base: u64,
    eof: bool,
    /// The reader has paused or failed, but there was a batch to return first.
    owed: Option<io::Error>,
    /// How much was carried over when the reader paused, and no frame was certain.
    unsettled: usize,
}

/// Up to this many bytes that no frame is certain in are looked at again at each pause. Readers pause a few times a second
/// at most. If there are more bytes, they are looked at when a sixteenth has been added.
const CHEAP: usize = 1 << 20;

impl<'a, R: Read> Batches<'a, R> {
    /// Splits `input` into batches of `size` bytes, with buffers from `pool`.
    pub fn new(input: R, size: usize, pool: &'a Pool<Batch>) -> Batches<'a, R> {
        Batches {
            input,
            size,
            framer: Framer::new(),
            pool,
            carried: Vec::new(),
            base: 0,
            eof: false,
            owed: None,
            unsettled: 0,
        }
    }

    /// The next batch; `None` at the end of the file.
    ///
    /// # Errors
    /// Returns the errors of the reader. After a [pause](super::pause), it may be called again.
    pub fn next(&mut self) -> io::Result<Option<Batch>> {
        if self.eof {
            return Ok(None);
        }
        if let Some(error) = self.owed.take() {
            return Err(error);
        }
        let mut batch = self.pool.take();
        batch.reset(self.base);
        let mut wanted = self.size.max(self.carried.len() + self.size / 2);
        batch.fill(self.carried.len(), &mut self.carried.as_slice())?;
        let mut at = 0;
        loop {
            match batch.fill(wanted, &mut self.input) {
                Ok(eof) => self.eof = eof,
                Err(error) => {
                    at = match is_pause(&error) {
                        true => self.pause(&mut batch, at),
                        // What comes after this is out of reach.
                        false => batch.frame(&mut self.framer, at, true),
                    };
                    if batch.frames.is_empty() {
                        self.carry(&batch, 0);
                        self.carried.shrink_to_fit();
                        self.pool.give(batch);
                        return Err(error);
                    }
                    self.owed = Some(error);
                    break;
                }
            }
            at = batch.frame(&mut self.framer, at, self.eof);
            if self.eof || !batch.frames.is_empty() {
                break;
            }
            wanted *= 2;
        }
        self.carry(&batch, at);
        Ok(Some(batch))
    }

    /// Carries what comes after the first `framed` bytes of `batch` over to the next one.
    fn carry(&mut self, batch: &Batch, framed: usize) {
        self.base += framed as u64;
        self.carried.clear();
        self.carried.extend_from_slice(batch.bytes().get(framed..).unwrap_or_default());
    }

    /// The reader has nothing more for now: adds the frames that are certain already.
    fn pause(&mut self, batch: &mut Batch, at: usize) -> usize {
        let bytes = batch.bytes();
        let ends_here = |header: crate::xlog::Header| header.block_len() == bytes.len();
        let is_worth_it = bytes.len() <= CHEAP
            || bytes.len() - bytes.len() / 16 >= self.unsettled
            || Framer::claims(bytes).any(ends_here);
        if !is_worth_it {
            return at;
        }
        let end = batch.frame_settled(&mut self.framer, at);
        self.unsettled = if batch.frames.is_empty() { batch.bytes().len() } else { 0 };
        end
    }

    /// What it reads.
    pub fn input(&mut self) -> &mut R {
        &mut self.input
    }

    /// Whether the last batch has been returned.
    pub fn is_over(&self) -> bool {
        self.eof
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::xlog::header::NO_KEY;

    /// A block that is `len` bytes long.
    fn block(seq: u8, len: usize) -> Vec<u8> {
        let body = vec![b'x'; len - 74];
        [&[0x09, seq, 0, 1, 1], &(body.len() as u32).to_le_bytes()[..], &NO_KEY, &body, &[0]].concat()
    }

    /// A reader that gives a few bytes at a time and is interrupted in between.
    struct Drops<'a>(&'a [u8], bool);

    impl Read for Drops<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            self.1 = !self.1;
            if self.1 {
                return Err(io::ErrorKind::Interrupted.into());
            }
            let len = buffer.len().min(7);
            self.0.read(&mut buffer[..len])
        }
    }

    /// The position and length of each batch, and the positions of its frames in the file.
    type BatchPlaces = Vec<(u64, usize, Vec<(u64, u64)>)>;

    fn batches(file: &[u8], size: usize) -> BatchPlaces {
        let pool = Pool::default();
        let (mut batches, mut all) = (Batches::new(Drops(file, false), size, &pool), Vec::new());
        while let Some(batch) = batches.next().unwrap() {
            assert_eq!(batch.bytes(), &file[batch.base as usize..][..batch.bytes().len()]);
            let place = |frame: &Frame| (batch.base + frame.span().start as u64, batch.base + frame.span().end as u64);
            all.push((batch.base, batch.bytes().len(), batch.frames.iter().map(place).collect()));
            pool.give(batch);
        }
        assert!(batches.is_over());
        all
    }

    #[test]
    fn unframed_bytes_are_carried_over_to_the_next_batch() {
        let file = [block(1, 100), block(2, 100), block(3, 100)].concat();
        let expected = [(0, 180, vec![(0, 100)]), (100, 180, vec![(100, 200)]), (200, 100, vec![(200, 300)])];
        assert_eq!(batches(&file, 180), expected);
        // One byte of the second header is missing: there is no frame yet, so more is read.
        assert_eq!(batches(&file, 172)[0], (0, 300, vec![(0, 100), (100, 200), (200, 300)]));
        assert_eq!(batches(&file, 173)[0], (0, 173, vec![(0, 100)]));
    }

    #[test]
    fn a_batch_grows_to_hold_its_block() {
        let file = [block(1, 5000), block(2, 100), block(3, 100)].concat();
        for size in [1, 2, 1000] {
            let cut = batches(&file, size);
            assert_eq!(cut[0].2[0], (0, 5000), "batches of {size}");
            let frames: Vec<_> = cut.into_iter().flat_map(|(_, _, frames)| frames).collect();
            assert_eq!(frames, [(0, 5000), (5000, 5100), (5100, 5200)], "batches of {size}");
        }
    }

    /// A reader that pauses after each of these pieces.
    struct Pauses(std::vec::IntoIter<Vec<u8>>, bool);

    impl Read for Pauses {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            self.1 = !self.1;
            if !self.1 {
                return Err(io::ErrorKind::WouldBlock.into());
            }
            self.0.next().map_or(Ok(0), |piece| piece.as_slice().read(buffer))
        }
    }

    #[test]
    fn a_block_is_framed_when_its_last_byte_has_come() {
        // A process that died while it wrote, then another.
        let cut = block(2, 400)[..300].to_vec();
        let [one, two] = [block(1, 100), block(1, 200)];
        let pieces = [one[..50].to_vec(), one[50..].to_vec(), cut, two[..150].to_vec(), two[150..].to_vec()];
        let pool = Pool::default();
        let mut batches = Batches::new(Pauses(Vec::from(pieces).into_iter(), false), 1 << 10, &pool);
        let mut seen = Vec::new();
        loop {
            match batches.next() {
                Ok(None) => break,
                Ok(Some(batch)) => {
                    let spans = batch.frames.iter().map(|frame| frame.span().clone());
                    seen.push(
                        spans
                            .map(|span| {
                                format!("{:?}", span.start + batch.base as usize..span.end + batch.base as usize)
                            })
                            .collect::<Vec<_>>()
                            .join(" "),
                    );
                    pool.give(batch);
                }
                Err(error) => {
                    assert!(is_pause(&error));
                    seen.push("-".into());
                }
            }
        }
        assert_eq!(seen, ["-", "0..100", "-", "-", "-", "100..400 400..600", "-", ""]);
    }

    #[test]
    fn an_empty_file_is_one_empty_batch() {
        assert_eq!(batches(b"", 10), [(0, 0, vec![])]);
    }

    #[test]
    fn a_large_buffer_is_released() {
        let mut batch = Batch::default();
        batch.fill(4 * BATCH, &mut io::repeat(1)).unwrap();
        batch.reset(7);
        assert_eq!((batch.base, batch.bytes(), batch.buffer.len()), (7, &[][..], 4 * BATCH));
        batch.fill(4 * BATCH + 1, &mut io::repeat(1)).unwrap();
        batch.reset(0);
        assert_eq!((batch.buffer.len(), batch.buffer.capacity() < 4 * BATCH), (2 * BATCH, true));
    }

    #[test]
    fn read_errors_are_returned() {
        struct Broken;
        impl Read for Broken {
            fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
                Err(io::Error::other("broken"))
            }
        }
        let pool = Pool::default();
        let error = Batches::new(Broken, 10, &pool).next().unwrap_err();
        assert_eq!(error.to_string(), "broken");

        // What came before comes first.
        let bytes = [block(1, 100), block(2, 100)].concat();
        let mut batches = Batches::new(bytes[..150].chain(Broken), 1 << 20, &pool);
        let batch = batches.next().unwrap().unwrap();
        assert_eq!((batch.frames.len(), batch.bytes().len()), (2, 150));
        assert_eq!(batches.next().unwrap_err().to_string(), "broken");
    }
}
