//! Readers that pause: pipes and files that are still being written.
//!
//! A reader may say that it has nothing more for now with an error of kind [`WouldBlock`](io::ErrorKind::WouldBlock).
//! What has come so far is shown then, as far as it is certain, and the reader is asked again. It has to wait then until
//! there is something, or whoever asked for the next step has.

use std::io::{self, Cursor, Read};

/// Whether the reader has nothing more for now.
pub fn is_pause(error: &io::Error) -> bool {
    error.kind() == io::ErrorKind::WouldBlock
}

/// A reader that may pause, and whether it has given anything since it last did.
#[derive(Debug)]
pub struct Pausing<R> {
    reader: R,
    has_progressed: bool,
}

impl<R: Read> Pausing<R> {
    /// Nothing has been read yet: it may pause.
    pub fn new(reader: R) -> Pausing<R> {
        Pausing { reader, has_progressed: true }
    }

    /// Whether anything has been read since the last call.
    pub fn has_progressed(&mut self) -> bool {
        std::mem::take(&mut self.has_progressed)
    }
}

impl<R: Read> Read for Pausing<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.reader.read(buffer)?;
        self.has_progressed |= read > 0;
        Ok(read)
    }
}

/// A reader whose first bytes have been read already, perhaps up to a pause: it gives them again, and pauses again.
#[derive(Debug)]
pub struct Started<R> {
    head: Cursor<Vec<u8>>,
    owes_pause: bool,
    reader: R,
}

impl<R: Read> Started<R> {
    /// `head` is what has been read of `reader`. `has_paused`: it paused then.
    pub fn new(head: Vec<u8>, has_paused: bool, reader: R) -> Started<R> {
        Started { head: Cursor::new(head), owes_pause: has_paused, reader }
    }
}

impl<R: Read> Read for Started<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self.head.read(buffer)? {
            0 if buffer.is_empty() => Ok(0),
            0 if std::mem::take(&mut self.owes_pause) => Err(io::ErrorKind::WouldBlock.into()),
            0 => self.reader.read(buffer),
            read => Ok(read),
        }
    }
}

/// Reads until `head` has `most` bytes, or the input is at its end, or it pauses and there are at least `least`. Returns
/// whether it has paused.
///
/// # Errors
/// Those of the reader; a pause if there are fewer.
pub fn read_head(input: &mut impl Read, most: u64, least: usize, head: &mut Vec<u8>) -> io::Result<bool> {
    match input.take(most.saturating_sub(head.len() as u64)).read_to_end(head) {
        Err(error) if is_pause(&error) && head.len() >= least => Ok(true),
        read => read.map(|_| false),
    }
}
