//! The buffer into which text is decoded.
//!
//! It is always initialized and reused from batch to batch: new pages cost more than inflating into used ones, and a
//! plain `Vec` would have to be zeroed whenever it grows.

/// A growing buffer: text, followed by spare room.
#[derive(Debug, Default)]
pub struct Text {
    buffer: Vec<u8>,
    filled: usize,
}

impl Text {
    /// The text so far.
    pub fn bytes(&self) -> &[u8] {
        self.buffer.get(..self.filled).unwrap_or_default()
    }

    /// The length of the text, in bytes.
    pub fn len(&self) -> usize {
        self.filled
    }

    /// Whether there is no text.
    pub fn is_empty(&self) -> bool {
        self.filled == 0
    }

    /// The size of the buffer, in bytes.
    pub fn capacity(&self) -> usize {
        self.buffer.len()
    }

    /// Appends `bytes` to the text.
    pub fn push(&mut self, bytes: &[u8]) {
        self.reserve(bytes.len());
        self.room(bytes.len()).copy_from_slice(bytes);
        self.filled += bytes.len();
    }

    /// Makes room for `bytes` more bytes.
    pub fn reserve(&mut self, bytes: usize) {
        let wanted = self.filled + bytes;
        if wanted > self.buffer.len() {
            let grown = wanted.max(self.buffer.len() + self.buffer.len() / 2).next_multiple_of(4096);
            self.buffer.reserve_exact(grown - self.buffer.len());
            self.buffer.resize(grown, 0);
        }
    }

    /// The first `bytes` bytes of the room after the text, or fewer. What is written there becomes text with
    /// [`advance`](Text::advance).
    pub fn room(&mut self, bytes: usize) -> &mut [u8] {
        let end = self.filled.saturating_add(bytes).min(self.buffer.len());
        self.buffer.get_mut(self.filled..end).unwrap_or_default()
    }

    /// The text from `start` on, and the room after it: `bytes` bytes in all, or fewer.
    pub fn since(&mut self, start: usize, bytes: usize) -> &mut [u8] {
        let end = start.saturating_add(bytes).min(self.buffer.len());
        self.buffer.get_mut(start..end).unwrap_or_default()
    }

    /// Makes the first `bytes` bytes of the room part of the text.
    pub fn advance(&mut self, bytes: usize) {
        self.filled = (self.filled + bytes).min(self.buffer.len());
    }

    /// Drops all text after the first `len` bytes.
    pub fn truncate(&mut self, len: usize) {
        self.filled = self.filled.min(len);
    }

    /// Drops all text, and releases memory if the buffer has more than `keep` bytes.
    pub fn clear(&mut self, keep: usize) {
        self.filled = 0;
        if self.buffer.len() > keep {
            self.buffer.truncate(keep);
            self.buffer.shrink_to_fit();
        }
    }
}
