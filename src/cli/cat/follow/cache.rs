//! A cache file that is followed: the text of the block that is being written there.
//!
//! The block grows in place. When the app writes it to the log, another begins. So the header is looked at, and when it
//! has changed, the block is decoded again; what is new of its text is read as a text is.

use std::io::{self, Read};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::decode::{Decoder, Item};
use crate::input::LogFile;
use crate::xlog::{Layout, framing::Framer};

/// A larger file, in bytes, is no cache file.
const MOST: u64 = 16 << 20;

/// How much of the start of the file is compared: a header.
const HEADER: usize = Layout::MAX_HEADER_LEN;

/// A cache file that is followed. The reader and whoever looks after it share it.
#[derive(Clone)]
pub struct Cache<'a>(Arc<Mutex<Growing<'a>>>);

struct Growing<'a> {
    file: LogFile,
    decoder: &'a Decoder,
    /// The header when it was last decoded.
    header: Vec<u8>,
    /// Its text so far, whole lines only.
    text: Vec<u8>,
    /// How much of that has been read.
    read: usize,
    /// How many blocks have begun.
    blocks: u64,
}

impl<'a> Cache<'a> {
    /// Follows `file`.
    pub fn new(file: LogFile, decoder: &'a Decoder) -> Cache<'a> {
        let (header, text, read, blocks) = (Vec::new(), Vec::new(), 0, 0);
        Cache(Arc::new(Mutex::new(Growing { file, decoder, header, text, read, blocks })))
    }

    fn growing(&self) -> MutexGuard<'_, Growing<'a>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How many blocks have begun: what was shown before the last one is in the log by now.
    pub fn blocks(&self) -> u64 {
        self.growing().blocks
    }

    /// Looks whether something has been added. What cannot be read now may be the next time.
    pub fn has_news(&self) -> bool {
        let mut growing = self.growing();
        growing.read < growing.text.len() || growing.renew().unwrap_or(false)
    }

    /// The text that has not been read yet.
    pub fn unread(&self) -> Vec<u8> {
        let growing = self.growing();
        growing.text.get(growing.read..).unwrap_or_default().to_vec()
    }
}

impl Growing<'_> {
    fn renew(&mut self) -> io::Result<bool> {
        let mut file = self.file.open()?;
        let mut bytes = Vec::new();
        file.by_ref().take(HEADER as u64).read_to_end(&mut bytes)?;
        if bytes == self.header {
            return Ok(false);
        }
        file.take(MOST).read_to_end(&mut bytes)?;
        self.header = bytes.get(..HEADER).unwrap_or(&bytes).to_vec();
        let text = self.decode(&bytes);
        let is_same = text.starts_with(&self.text);
        if is_same || self.text.starts_with(&text) && !text.is_empty() {
            // Shorter: it is being written right now.
            self.text = if is_same { text } else { std::mem::take(&mut self.text) };
        } else {
            (self.text, self.read) = (text, 0);
            self.blocks += 1;
        }
        Ok(self.read < self.text.len())
    }

    /// The whole lines of the block.
    fn decode(&self, bytes: &[u8]) -> Vec<u8> {
        // After the block, there may be anything that an earlier one has left.
        let len = Framer::claims(bytes).map(|header| header.block_len()).max().unwrap_or(0).min(bytes.len());
        let mut text = Vec::new();
        let _ = self.decoder.decode(bytes.get(..len).unwrap_or_default(), |item| {
            if let Item::Text(run) = item {
                text.extend_from_slice(run.text);
            }
            Ok::<_, std::convert::Infallible>(())
        });
        text.truncate(memchr::memrchr(b'\n', &text).map_or(0, |end| end + 1));
        text
    }
}

impl Read for Cache<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let mut growing = self.growing();
        let read = growing.text.get(growing.read..).unwrap_or_default().read(buffer)?;
        growing.read += read;
        if read == 0 && !buffer.is_empty() { Err(io::ErrorKind::WouldBlock.into()) } else { Ok(read) }
    }
}
