//! One block's header: its fields, and what of them is possible.

use super::magic::{BlockKind, Layout};

/// The longest body that is believed, in bytes. Stock mars never writes more than 150 KiB; forks with larger
/// buffers exist. Also the bound on what a length field can make the decoder hold.
pub const MAX_BODY: usize = 8 << 20;

/// The client's public key as it stands in a header: x, then y, big-endian.
pub type ClientKey = [u8; 64];

/// What stands in the key field where nothing is encrypted.
pub const NO_KEY: ClientKey = [0; 64];

/// The fields of a header. The key is not among them: see [`client_key`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Header {
    /// Row of the table that the magic and the header's shape give.
    pub kind: &'static BlockKind,
    /// Number of the block within its process, from 1; 0 for sync blocks and where the shape has none.
    pub seq: u16,
    /// Local hour of the first line, 0 to 23; 0 where the shape has none.
    pub begin_hour: u8,
    /// Local hour of the last line.
    pub end_hour: u8,
    /// Length of the body, in bytes.
    pub length: u32,
}

/// A field of a block's frame, to say which one was wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Field {
    /// The first byte.
    Magic,
    /// The block's number.
    Seq,
    /// One or both of the hours.
    Hours,
    /// The length of the body.
    Length,
    /// The client's key.
    Key,
    /// The 0x00 behind the body.
    End,
}

impl Field {
    /// The field's name in a sentence.
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
    /// Reads the fields at the start of `bytes`, as a header of this kind has them. `None`: too few bytes.
    /// The magic byte itself is not looked at.
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

    /// Length of the header, in bytes.
    pub fn len(&self) -> usize {
        self.kind.layout.header_len()
    }

    /// Never: a header has at least 5 bytes.
    pub fn is_empty(&self) -> bool {
        false
    }

    /// Length of the body, in bytes, as the header has it.
    pub fn body_len(&self) -> usize {
        self.length as usize
    }

    /// Length of the whole block: header, body and end byte.
    pub fn block_len(&self) -> usize {
        self.len().saturating_add(self.body_len()).saturating_add(1)
    }

    /// Whether both hours exist.
    pub fn hours_possible(&self) -> bool {
        self.begin_hour < 24 && self.end_hour < 24
    }

    /// Whether a writer could have written this length.
    pub fn length_possible(&self) -> bool {
        self.length > 0 && self.body_len() <= MAX_BODY
    }

    /// Whether seq agrees with the kind: sync blocks have 0, counted ones start at 1.
    pub fn seq_possible(&self) -> bool {
        self.kind.layout == Layout::Bare || (self.seq != 0) == self.kind.counted
    }

    /// Whether a writer could have written all of this.
    pub fn is_possible(&self) -> bool {
        self.hours_possible() && self.length_possible() && self.seq_possible()
    }
}

/// The key field of the header at the start of `bytes`, where its shape has one.
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
    fn bare_headers_have_a_length_alone() {
        let header = Header::read(&[0x01, 0xBE, 0, 0, 0], kind(0x01, Layout::Bare).unwrap()).unwrap();
        assert_eq!((header.seq, header.length), (0, 0xBE));
        assert!(header.is_possible());
    }

    #[test]
    fn impossible_fields_are_told() {
        let good = Header { kind: kind(0x09, Layout::Keyed).unwrap(), seq: 1, begin_hour: 0, end_hour: 23, length: 1 };
        assert!(good.is_possible());
        assert!(!Header { begin_hour: 24, ..good }.is_possible());
        assert!(!Header { length: 0, ..good }.is_possible());
        assert!(!Header { length: MAX_BODY as u32 + 1, ..good }.is_possible());
        assert!(!Header { seq: 0, ..good }.is_possible());
        assert!(!Header { kind: kind(0x08, Layout::Keyed).unwrap(), ..good }.is_possible());
    }
}
