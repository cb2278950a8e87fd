//! Goes through a file from header to header, and skips the bodies.
//!
//! For each block, the framer decides from its start and its end whether it is sound. Where that is not enough, a
//! window is read and framed as when decoding, and the walk continues after it.

use std::io::{self, Read, Seek, SeekFrom};

use crate::xlog::framing::{FramedBlock, GLANCE, Window};
use crate::xlog::{Framer, Header, Layout};

use super::batch::{BATCH, Batch};
use super::decoded::{BatchJob, CHECKED, Decoded};
use super::order::Order;
use super::pipeline::Turn;
use super::{DecodeError, Decoder, Item, Report};

/// How many bytes at the start of a block the framer sees.
const START_LEN: usize = Layout::MAX_HEADER_LEN + GLANCE;

/// Reading a body that is shorter than this is cheaper than seeking past it, in bytes.
const SHORT_BODY: usize = 16 << 10;

/// The most that is read ahead where bodies are short, in bytes.
const MAX_AHEAD: usize = 64 << 10;

/// The least that is read ahead where bodies are short, in bytes.
const MIN_AHEAD: usize = 4 << 10;

/// The most blocks that are shown at once.
const MAX_BLOCKS: usize = 1024;

impl Decoder {
    /// Shows the items that [`decode`](Decoder::decode) shows when no block is [wanted](Decoder::with_choice), but
    /// reads only the header of each block and the end of its body. Whatever is damaged is read and decoded.
    ///
    /// # Errors
    /// The same as [`decode`](Decoder::decode).
    pub fn headers<E>(
        &self,
        input: impl Read + Seek,
        mut show: impl FnMut(Item<'_>) -> Result<(), E>,
    ) -> Result<Report, DecodeError<E>> {
        let mut walk = Walk::new(input).map_err(DecodeError::Read)?;
        let (mut order, mut decoded) = (Order::default(), self.decoded.take());
        while !walk.is_over() {
            decoded.clear();
            walk.glance(&mut decoded).map_err(DecodeError::Read)?;
            if decoded.blocks.is_empty() {
                let mut batch = self.batches.take();
                walk.read(&mut batch, self.batch_size.unwrap_or(BATCH)).map_err(DecodeError::Read)?;
                let mut rest = Some(BatchJob::new(batch));
                while let Some(job) = rest {
                    rest = self.fill(job, Turn::Now, Some(&|_| false), &mut decoded);
                    order.batch(&mut decoded, &mut show).map_err(DecodeError::Show)?;
                }
                continue;
            }
            order.batch(&mut decoded, &mut show).map_err(DecodeError::Show)?;
        }
        self.decoded.give(decoded);
        order.end(&mut show).map_err(DecodeError::Show)
    }
}

/// A walk through a file.
struct Walk<R> {
    input: Peek<R>,
    framer: Framer,
    /// Where the next frame starts.
    at: u64,
    /// How much to read ahead where bodies are short.
    ahead: usize,
}

impl<R: Read + Seek> Walk<R> {
    fn new(input: R) -> io::Result<Walk<R>> {
        Ok(Walk { input: Peek::new(input)?, framer: Framer::new(), at: 0, ahead: MIN_AHEAD })
    }

    fn is_over(&self) -> bool {
        self.at >= self.input.size
    }

    /// Skips sound blocks and adds them to `decoded`. Stops where the framer needs more bytes.
    fn glance(&mut self, decoded: &mut Decoded) -> io::Result<()> {
        let mut start = [0; START_LEN];
        while decoded.blocks.len() < MAX_BLOCKS {
            let bytes = self.input.get(self.at, START_LEN, START_LEN)?;
            let Some(start) = start.get_mut(..bytes.len()) else { break };
            start.copy_from_slice(bytes);
            let mut found = None;
            for header in Framer::claims(start) {
                if let Some(block) = self.block(start, header, decoded)? {
                    found = Some(block);
                    break;
                }
            }
            let Some(block) = found else { break };
            self.at += block.span.len() as u64;
        }
        Ok(())
    }

    fn block(&mut self, start: &[u8], header: Header, decoded: &mut Decoded) -> io::Result<Option<FramedBlock>> {
        let checked = if header.kind.counted { header.body_len().min(CHECKED) } else { 0 };
        let ahead = if header.body_len() < SHORT_BODY { self.ahead } else { 0 };
        let end = self.at + header.block_len() as u64 - 1;
        let (from, wanted) = (end - checked as u64, checked + 1 + START_LEN);
        let size = self.input.size;
        let bytes = self.input.get(from, wanted, ahead)?;
        let Some((body_end, tail)) = bytes.split_at_checked(checked) else { return Ok(None) };
        let tail = Window { bytes: tail, eof: from + bytes.len() as u64 >= size };
        let block = self.framer.glance(start, header, tail);
        if block.is_some() {
            // After each short block in a row, more of them are likely: read farther ahead.
            self.ahead =
                if header.body_len() < SHORT_BODY { (self.ahead * 2).min(MAX_AHEAD) } else { 0 }.max(MIN_AHEAD);
            decoded.push_unread_block(self.at, header, start, body_end);
        }
        Ok(block)
    }

    /// Reads at least `wanted` bytes, and as many as the framer needs for a frame, and frames them.
    fn read(&mut self, batch: &mut Batch, mut wanted: usize) -> io::Result<()> {
        batch.reset(self.at);
        let size = self.input.size;
        loop {
            let rest = &mut self.input.from(self.at + batch.bytes().len() as u64)?;
            // The file may have grown or shrunk since the walk began.
            let eof = batch.fill(wanted, rest)? || self.at + batch.bytes().len() as u64 >= size;
            let end = batch.frame(&mut self.framer, 0, eof);
            if eof || !batch.frames.is_empty() {
                self.at = if eof { size } else { self.at + end as u64 };
                return Ok(());
            }
            wanted *= 2;
        }
    }
}

/// A file of which small pieces are read, mostly forwards.
struct Peek<R> {
    input: R,
    /// The size of the file when the walk began.
    size: u64,
    buffer: Vec<u8>,
    /// The position of the buffer's bytes in the file.
    start: u64,
}

impl<R: Read + Seek> Peek<R> {
    fn new(mut input: R) -> io::Result<Peek<R>> {
        let size = input.seek(SeekFrom::End(0))?;
        Ok(Peek { input, size, buffer: Vec::new(), start: 0 })
    }

    /// `wanted` bytes from position `at`, or as many as the file has. Reads `ahead` bytes if it has to read at all.
    fn get(&mut self, at: u64, wanted: usize, ahead: usize) -> io::Result<&[u8]> {
        let wanted = usize::try_from(self.size.saturating_sub(at)).map_or(wanted, |rest| rest.min(wanted));
        let held = |buffer: &Vec<u8>, start: u64| {
            let from = usize::try_from(at.checked_sub(start)?).ok()?;
            (from + wanted <= buffer.len()).then_some(from..from + wanted)
        };
        let range = match held(&self.buffer, self.start) {
            Some(range) => range,
            None => {
                let len = wanted.max(ahead);
                self.buffer.clear();
                self.start = at;
                self.input.seek(SeekFrom::Start(at))?;
                let rest = self.size.saturating_sub(at).min(len as u64);
                self.input.by_ref().take(rest).read_to_end(&mut self.buffer)?;
                0..self.buffer.len().min(wanted)
            }
        };
        Ok(self.buffer.get(range).unwrap_or_default())
    }

    /// A reader for the file from position `at`.
    fn from(&mut self, at: u64) -> io::Result<impl Read + '_> {
        self.input.seek(SeekFrom::Start(at))?;
        Ok(self.input.by_ref().take(self.size.saturating_sub(at)))
    }
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;
    use std::io::Cursor;

    use super::*;
    use crate::codec::keys::KeyRing;

    const ASYNC: &[u8] = include_bytes!("../../testdata/async-zlib-plain.xlog");
    const SYNC: &[u8] = include_bytes!("../../testdata/sync-zlib-plain.xlog");
    const CRYPT: &[u8] = include_bytes!("../../testdata/async-zlib-crypt.xlog");
    const BARE: &[u8] = include_bytes!("../../testdata/xor-01.xlog");
    const CACHE: &[u8] = include_bytes!("../../testdata/crash-plain.mmap3");

    /// A reader that counts the bytes read.
    struct Counting<R>(R, u64);

    impl<R: Read> Read for Counting<R> {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let read = self.0.read(buffer)?;
            self.1 += read as u64;
            Ok(read)
        }
    }

    impl<R: Seek> Seek for Counting<R> {
        fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
            self.0.seek(to)
        }
    }

    /// Adds a line for each block or gap.
    fn shown(items: &mut Vec<String>, item: Item<'_>) -> Result<(), Infallible> {
        match item {
            Item::Text(run) => items.extend(run.blocks.iter().map(|block| {
                let client = block.client.as_deref().and_then(|key| key.first());
                format!("{} {:?} {client:?} {:?} {}", block.offset, block.header, block.fit, block.checksum)
            })),
            Item::Gap(gap) => items.push(format!("{gap:?}")),
            Item::Partial(line) => items.push(format!("{line:?}")),
        }
        Ok(())
    }

    #[track_caller]
    fn assert_same(file: &[u8]) {
        let (mut walked, mut read) = (Vec::new(), Vec::new());
        let decoder = Decoder::new(KeyRing::default()).with_choice(|_| false);
        let of_walk = decoder.headers(Cursor::new(file), |item| shown(&mut walked, item)).unwrap();
        let of_read = decoder.decode(file, |item| shown(&mut read, item)).unwrap();
        assert_eq!(walked, read);
        assert_eq!(of_walk, of_read);
        assert_eq!(of_walk.bytes, file.len() as u64);
    }

    #[test]
    fn the_walk_shows_what_decoding_shows() {
        for file in [ASYNC, SYNC, CRYPT, BARE, CACHE, b"", b"\x09", &[0; 5000], b"no log at all, but some text"] {
            assert_same(file);
            assert_same(&file.repeat(12));
        }
        assert_same(&[ASYNC, CACHE, SYNC, CRYPT, ASYNC].concat());
        assert_same(&ASYNC[..ASYNC.len() - 9000]);
        assert_same(&ASYNC[100..]);
    }

    #[test]
    fn damage_is_read_and_the_walk_continues() {
        for at in [0, 3, 5, 40, 49_000, 49_985, 49_990] {
            let mut file = ASYNC.repeat(3);
            file[ASYNC.len() + at] ^= 0x55;
            assert_same(&file);
            file.splice(at..at, [7; 3000]);
            assert_same(&file);
        }
    }

    #[test]
    fn bodies_are_not_read() {
        let mut counting = Counting(Cursor::new(ASYNC.repeat(100)), 0);
        let report = Decoder::default().headers(&mut counting, |_| Ok::<_, Infallible>(())).unwrap();
        assert!(report.is_intact() && report.unwanted == report.blocks);
        assert!(counting.1 < report.bytes / 6, "{} of {} bytes read", counting.1, report.bytes);
    }
}
