//! The table of block kinds: what each magic means.
//!
//! Sources: the writers themselves (Tencent mars, 2016 to 2025: `log_magic_num.h`, `log_crypt.cc` and their
//! predecessors), and for the XOR kinds the only public decoder that reads them.

/// How a body's text is compressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Codec {
    /// Not compressed.
    Text,
    /// One raw deflate stream per block, flushed after every line and never finished.
    Deflate,
    /// One zstd frame per block, flushed after every line and never ended.
    Zstd,
}

/// How a body is encrypted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Cipher {
    /// Not encrypted.
    None,
    /// Each byte is XORed with one byte, which depends on the header.
    Xor,
    /// TEA with 16 rounds, in ECB; the key comes from ECDH on secp256k1.
    Tea,
}

/// The layout of a header: which fields it has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Layout {
    /// Magic and length: 5 bytes.
    Bare,
    /// Magic, seq, hours and length: 9 bytes.
    Short,
    /// Like [`Short`](Layout::Short), and 4 zero bytes: 13 bytes.
    Legacy,
    /// Like [`Short`](Layout::Short), and the client's public key (64 bytes): 73 bytes.
    Keyed,
}

impl Layout {
    /// The length of a header with this layout, in bytes.
    pub const fn header_len(self) -> usize {
        match self {
            Layout::Bare => 5,
            Layout::Short => 9,
            Layout::Legacy => 13,
            Layout::Keyed => 73,
        }
    }

    /// The length of the longest header, in bytes.
    pub const MAX_HEADER_LEN: usize = Layout::Keyed.header_len();
}

/// A kind of block: a row of the table.
#[derive(Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct BlockKind {
    /// The first byte of the block.
    pub magic: u8,
    /// The layout of its header.
    pub layout: Layout,
    /// How the text is compressed.
    pub codec: Codec,
    /// How the body is encrypted.
    pub cipher: Cipher,
    /// Whether the body is cut into pieces, each a `u16` length followed by that many bytes.
    pub pieces: bool,
    /// Whether seq counts the blocks of a process. Otherwise (sync writers), seq is 0.
    pub counted: bool,
    /// Its name, for people.
    pub name: &'static str,
}

const fn row(magic: u8, layout: Layout, codec: Codec, cipher: Cipher, name: &'static str) -> BlockKind {
    let async_writer = !matches!(codec, Codec::Text);
    let has_seq = !matches!(layout, Layout::Bare);
    // The XOR forks count their text blocks too.
    let counted = has_seq && (async_writer || matches!(cipher, Cipher::Xor));
    BlockKind { magic, layout, codec, cipher, pieces: magic == 0x05, counted, name }
}

/// All kinds, by magic. 0x03 to 0x05 occur twice and differ in their layout: see [`framing`](super::framing).
pub static KINDS: [BlockKind; 16] = {
    use self::{Cipher::*, Codec::*, Layout::*};
    [
        row(0x01, Bare, Text, Xor, "text, XOR"),
        row(0x02, Bare, Deflate, Xor, "zlib, XOR"),
        row(0x03, Legacy, Text, None, "text, 2016"),
        row(0x03, Short, Text, Xor, "text, XOR"),
        row(0x04, Legacy, Deflate, None, "zlib, 2016"),
        row(0x04, Short, Deflate, Xor, "zlib, XOR"),
        row(0x05, Legacy, Deflate, None, "zlib, 2017"),
        row(0x05, Short, Deflate, Xor, "zlib in pieces, XOR"),
        // In the sync writer, encryption is commented out: no text block is encrypted, with or without a key.
        row(0x06, Keyed, Text, None, "text, key set"),
        row(0x07, Keyed, Deflate, Tea, "zlib, encrypted"),
        row(0x08, Keyed, Text, None, "text"),
        row(0x09, Keyed, Deflate, None, "zlib"),
        row(0x0A, Keyed, Text, None, "text, zstd app"),
        row(0x0B, Keyed, Text, None, "text, zstd app, key set"),
        row(0x0C, Keyed, Zstd, Tea, "zstd, encrypted"),
        row(0x0D, Keyed, Zstd, None, "zstd"),
    ]
};

/// The kinds with this magic: none, one, or for 0x03 to 0x05, two.
pub fn kinds(magic: u8) -> &'static [BlockKind] {
    let range = match magic {
        0x01..=0x02 => usize::from(magic) - 1..usize::from(magic),
        0x03..=0x05 => usize::from(magic) * 2 - 4..usize::from(magic) * 2 - 2,
        0x06..=0x0D => usize::from(magic) + 2..usize::from(magic) + 3,
        _ => 0..0,
    };
    &KINDS[range]
}

/// The kind with this magic and this layout.
pub fn kind(magic: u8, layout: Layout) -> Option<&'static BlockKind> {
    kinds(magic).iter().find(|kind| kind.layout == layout)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_magic_has_its_own_rows() {
        for magic in 0..=255u8 {
            let found: Vec<_> = KINDS.iter().filter(|kind| kind.magic == magic).collect();
            let asked: Vec<_> = kinds(magic).iter().collect();
            assert_eq!(found, asked, "magic {magic:#04x}");
        }
    }

    #[test]
    fn kinds_with_the_same_magic_differ_in_layout() {
        assert_eq!(kind(0x04, Layout::Short).map(|kind| kind.cipher), Some(Cipher::Xor));
        assert_eq!(kind(0x04, Layout::Legacy).map(|kind| kind.cipher), Some(Cipher::None));
        assert_eq!(kind(0x04, Layout::Keyed), None);
    }
}
