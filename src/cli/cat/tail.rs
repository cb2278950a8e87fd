//! Where the last records of a log begin. They are found from its end: blocks are, as after damage, wherever reading
//! starts.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};

use crate::decode::{DecodeError, Decoder, Item};
use crate::input::{Input, InputReader};
use crate::record::{self, Form, Head, Parts, Piece};
use crate::xlog::Fit;

/// How much of a log's end is looked at first, in bytes. If it has too few records that pass, more is.
const END: u64 = 256 << 10;

/// Where to start reading, and how many records pass from there on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tail {
    /// Position of a block, or in a text of a line, in bytes.
    pub offset: u64,
    /// How many records pass.
    pub passing: u64,
}

/// Looks for the last records that pass.
#[derive(Clone, Copy)]
pub struct TailSearch<'a, J> {
    /// To decode with.
    pub decoder: &'a Decoder,
    /// Which records pass.
    pub judge: J,
    /// When one passes that comes in parts.
    pub parts: Parts,
    /// How many are wanted.
    pub wanted: u64,
    /// Whether the log is still being written: what may be the start of a block is none yet.
    pub is_live: bool,
}

impl<J: Fn(&Head, &[u8]) -> bool + Copy + Send + Sync> TailSearch<'_, J> {
    /// Looks in `input`. What can be read only from its start is read whole, and must be able to be opened again.
    ///
    /// # Errors
    /// Those of the reader.
    pub fn find(&self, input: &Input) -> io::Result<Tail> {
        let mut end = END;
        loop {
            let (mut file, size) = match input.open()? {
                (InputReader::File(file), Some(size)) => (file, size),
                (reader, _) => return Ok(Tail { offset: 0, passing: self.count(reader)?.sum() }),
            };
            let from = size.saturating_sub(end);
            if let Some(offset) = if from == 0 { Some(0) } else { border(&mut file, from, size)? } {
                file.seek(SeekFrom::Start(offset))?;
                let counted = self.count(file.take(size - offset))?;
                if offset == 0 || counted.whole >= self.wanted {
                    return Ok(Tail { offset, passing: counted.sum() });
                }
            }
            end = end.saturating_mul(8);
        }
    }

    fn count(&self, reader: impl Read + Send) -> io::Result<Counted> {
        let (mut counted, mut has_head, mut passes) = (Counted::default(), false, false);
        let show = |piece: Option<Piece<'_>>| {
            let found = match piece {
                Some(Piece::Record(found)) => found,
                Some(Piece::Gap(_)) => return Ok(()),
                // All that was there when it was opened has been read.
                None => return Err(()),
            };
            has_head |= found.head.form != Form::Other;
            let count = if has_head { &mut counted.whole } else { &mut counted.headless };
            match found.continued {
                false => *count += u64::from(found.passes),
                // A part can decide that the record does not pass.
                true => *count -= u64::from(passes && !found.passes),
            }
            passes = found.passes;
            Ok(())
        };
        let reader = UpTo { reader, pauses: self.is_live };
        match record::read_live(self.decoder, reader, self.judge, self.parts, show) {
            Ok(_) | Err(DecodeError::Show(())) => Ok(counted),
            Err(DecodeError::Read(error)) => Err(error),
        }
    }
}

/// How many records pass.
#[derive(Clone, Copy, Debug, Default)]
struct Counted {
    /// Those before the first head: they may be the end of a record that starts before.
    headless: u64,
    /// The others.
    whole: u64,
}

impl Counted {
    fn sum(self) -> u64 {
        self.headless + self.whole
    }
}

/// Where the first sound block begins after `from`, or in a text the first line. `None` if there is neither up to `size`.
fn border(file: &mut File, from: u64, size: u64) -> io::Result<Option<u64>> {
    file.rewind()?;
    if record::reads_as_text(&Decoder::default(), &mut file.by_ref().take(size))? {
        return line(file, from, size);
    }
    file.seek(SeekFrom::Start(from))?;
    let mut first = None;
    let show = |item: Item<'_>| {
        if let Item::Text(run) = item {
            first = run.blocks.iter().find(|block| block.fit == Fit::Sound).map(|block| from + block.offset);
        }
        if first.is_some() { Err(()) } else { Ok(()) }
    };
    match Decoder::default().with_choice(|_| false).decode(file.take(size - from), show) {
        Ok(_) | Err(DecodeError::Show(())) => Ok(first),
        Err(DecodeError::Read(error)) => Err(error),
    }
}

fn line(file: &mut File, from: u64, size: u64) -> io::Result<Option<u64>> {
    file.seek(SeekFrom::Start(from))?;
    let (mut reader, mut at, mut buffer) = (file.take(size - from), from, [0; 8 << 10]);
    loop {
        let read = reader.read(&mut buffer)?;
        let bytes = buffer.get(..read).unwrap_or_default();
        match memchr::memchr(b'\n', bytes) {
            _ if read == 0 => return Ok(None),
            Some(end) => return Ok(Some(at + end as u64 + 1)),
            None => at += read as u64,
        }
    }
}

/// A reader that ends, or pauses at its end.
struct UpTo<R> {
    reader: R,
    pauses: bool,
}

impl<R: Read> Read for UpTo<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self.reader.read(buffer)? {
            0 if self.pauses && !buffer.is_empty() => Err(io::ErrorKind::WouldBlock.into()),
            read => Ok(read),
        }
    }
}
