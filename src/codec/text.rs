//! The buffer that text is decoded into.
//!
//! It stays initialized and is used again from batch to batch: fresh pages cost more than inflating into old ones,
//! and a plain `Vec` would be zeroed anew at every growth of its length.

/// A growing buffer with a filled front part and a spare rest.
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

    /// Its length in bytes.
    pub fn len(&self) -> usize {
        self.filled
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.filled == 0
    }

    /// How much memory it takes, in bytes.
    pub fn capacity(&self) -> usize {
        self.buffer.len()
    }

    /// Adds `bytes` at the end.
    pub fn push(&mut self, bytes: &[u8]) {
        self.reserve(bytes.len());
        self.room(bytes.len()).copy_from_slice(bytes);
        self.filled += bytes.len();
    }

    /// Makes room for `bytes` more.
    pub fn reserve(&mut self, bytes: usize) {
        let wanted = self.filled + bytes;
        if wanted > self.buffer.len() {
            let grown = wanted.max(self.buffer.len() + self.buffer.len() / 2).next_multiple_of(4096);
            self.buffer.reserve_exact(grown - self.buffer.len());
            self.buffer.resize(grown, 0);
        }
    }

    /// The first `bytes` of the room behind the text, as far as they are there. What is written there counts after
    /// [`advance`](Text::advance).
    pub fn room(&mut self, bytes: usize) -> &mut [u8] {
        let end = self.filled.saturating_add(bytes).min(self.buffer.len());
        self.buffer.get_mut(self.filled..end).unwrap_or_default()
    }

    /// Takes the first `bytes` of the room as text.
    pub fn advance(&mut self, bytes: usize) {
        self.filled = (self.filled + bytes).min(self.buffer.len());
    }

    /// Drops all text behind the first `len` bytes.
    pub fn truncate(&mut self, len: usize) {
        self.filled = self.filled.min(len);
    }

    /// Empties the buffer, and gives memory back if it holds more than `keep` bytes.
    pub fn clear(&mut self, keep: usize) {
        self.filled = 0;
        if self.buffer.len() > keep {
            self.buffer.truncate(keep);
            self.buffer.shrink_to_fit();
        }
    }
}
