//! The header of a block: its fields, and which values are possible.

use super::magic::{BlockKind, Layout};

/// The longest body that is believed, in bytes. It also limits how much memory a length field can make the decoder use.
/// Stock mars never writes more than 150 KiB, but some forks have larger buffers.
pub const MAX_BODY: usize = 8 << 20;

/// The client's public key as a header has it: x, then y, big-endian.
pub type ClientKey = [u8; 64];

/// The key field of a block that is not encrypted.
pub const NO_KEY: ClientKey = [0; 64];

/// The fields of a header, apart from the key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Header {
    /// The kind of block, from the magic and the layout.
    pub kind: &'static BlockKind,
    /// The number of the block within its process, from 1; 0 for sync blocks and layouts without it.
    pub seq: u16,
    /// The local hour of the first line, 0 to 23; 0 for layouts without it.
    pub begin_hour: u8,
    /// The local hour of the last line, likewise.
    pub end_hour: u8,
    /// The length of the body, in bytes.
    pub length: u32,
}

/// A field of a block, to say which one was wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Field {
    /// The first byte of the block.
    Magic,
    /// The block's number.
    Seq,
    /// One or both of the hours.
    Hours,
    /// The length of the body.
    Length,
    /// The client's key.
    Key,
    /// The 0x00 after the body.
    End,
}

impl Field {
    /// The name of the field, as it appears in a sentence.
    pub fn name(self) -> &'static str {
        match self {
            Field::Magic => "magic",
            Field::Seq => "seq",
            Field::Hours => "hours",
            Field::Length => "length",
            Field::Key => "key",
            Field::End => "end byte",
        }
    }
}

impl Header {
    /// Reads the fields of a header of this kind from the start of `bytes`. `None` if there are too few bytes. The
    /// magic itself is not checked.
    pub fn read(bytes: &[u8], kind: &'static BlockKind) -> Option<Header> {
        if bytes.len() < kind.layout.header_len() {
            return None;
        }
        let length_at = if kind.layout == Layout::Bare { 1 } else { 5 };
        let length = u32::from_le_bytes(bytes.get(length_at..length_at + 4)?.try_into().ok()?);
        let (seq, begin_hour, end_hour) = match (kind.layout, bytes) {
            (Layout::Bare, _) => (0, 0, 0),
            (_, [_, low, high, begin, end, ..]) => (u16::from_le_bytes([*low, *high]), *begin, *end),
            _ => return None,
        };
        Some(Header { kind, seq, begin_hour, end_hour, length })
    }

    /// The length of the header, in bytes.
    pub fn len(&self) -> usize {
        self.kind.layout.header_len()
    }

    /// Always false: a header has at least 5 bytes.
    pub fn is_empty(&self) -> bool {
        false
    }

    /// The length of the body according to the header, in bytes.
    pub fn body_len(&self) -> usize {
        self.length as usize
    }

    /// The length of the block, in bytes: header, body and end byte.
    pub fn block_len(&self) -> usize {
        self.len().saturating_add(self.body_len()).saturating_add(1)
    }

    /// Whether both hours are from 0 to 23.
    pub fn hours_possible(&self) -> bool {
        self.begin_hour < 24 && self.end_hour < 24
    }

    /// Whether a writer could have written this length.
    pub fn length_possible(&self) -> bool {
        self.length > 0 && self.body_len() <= MAX_BODY
    }

    /// Whether seq agrees with the kind: 0 for sync blocks, 1 or more for counted blocks.
    pub fn seq_possible(&self) -> bool {
        self.kind.layout == Layout::Bare || (self.seq != 0) == self.kind.counted
    }

    /// Whether a writer could have written all of these fields.
    pub fn is_possible(&self) -> bool {
        self.hours_possible() && self.length_possible() && self.seq_possible()
    }
}

/// The key field of the header at the start of `bytes`, if its layout has one.
pub fn client_key(bytes: &[u8], layout: Layout) -> Option<&ClientKey> {
    match layout {
        Layout::Keyed => bytes.get(9..73)?.try_into().ok(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::magic::kind;
    use super::*;

    #[test]
    fn reads_little_endian_fields() {
        let mut bytes = vec![0x09, 0x34, 0x12, 4, 5, 0x4E, 0x01, 0, 0];
        bytes.extend_from_slice(&NO_KEY);
        let keyed = kind(0x09, Layout::Keyed).unwrap();
        let header = Header::read(&bytes, keyed).unwrap();
        assert_eq!((header.seq, header.begin_hour, header.end_hour, header.length), (0x1234, 4, 5, 0x14E));
        assert_eq!(header.block_len(), 73 + 0x14E + 1);
        assert!(header.is_possible());
        assert_eq!(Header::read(&bytes[..72], keyed), None);
    }

    #[test]
    fn bare_headers_have_only_a_length() {
        let header = Header::read(&[0x01, 0xBE, 0, 0, 0], kind(0x01, Layout::Bare).unwrap()).unwrap();
        assert_eq!((header.seq, header.length), (0, 0xBE));
        assert!(header.is_possible());
    }

    #[test]
    fn impossible_fields_are_detected() {
        let good = Header { kind: kind(0x09, Layout::Keyed).unwrap(), seq: 1, begin_hour: 0, end_hour: 23, length: 1 };
        assert!(good.is_possible());
        assert!(!Header { begin_hour: 24, ..good }.is_possible());
        assert!(!Header { length: 0, ..good }.is_possible());
        assert!(!Header { length: MAX_BODY as u32 + 1, ..good }.is_possible());
        assert!(!Header { seq: 0, ..good }.is_possible());
        assert!(!Header { kind: kind(0x08, Layout::Keyed).unwrap(), ..good }.is_possible());
    }
}
