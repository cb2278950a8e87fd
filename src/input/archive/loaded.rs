//! Bytes in memory, in place of the reader that they came from.

use std::io::{self, Cursor, Read};

/// What was read into memory, to be read again: the bytes, then the error that came after them, if one did.
pub struct Loaded {
    bytes: Cursor<Vec<u8>>,
    error: Option<io::Error>,
}

impl Loaded {
    /// Reads `reader` to its end, or up to `most` bytes.
    pub fn new(reader: &mut dyn Read, most: u64) -> Loaded {
        let mut bytes = Vec::new();
        let error = reader.take(most).read_to_end(&mut bytes).err();
        Loaded { bytes: Cursor::new(bytes), error }
    }

    /// All that was read.
    pub fn held(&self) -> &[u8] {
        self.bytes.get_ref()
    }

    /// Itself, if everything could be read.
    ///
    /// # Errors
    /// The one that came after the bytes.
    pub(in crate::input) fn whole(mut self) -> io::Result<Loaded> {
        self.take_error().map_or(Ok(self), Err)
    }

    /// Takes the error: reading does not return it then.
    pub(super) fn take_error(&mut self) -> Option<io::Error> {
        self.error.take()
    }

    pub(in crate::input) fn is_intact(&self) -> bool {
        self.error.is_none()
    }
}

impl Read for Loaded {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self.bytes.read(buffer)? {
            0 if !buffer.is_empty() => self.error.take().map_or(Ok(0), Err),
            read => Ok(read),
        }
    }
}
