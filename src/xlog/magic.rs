//! The table of block kinds. Everyone who wants to know what a magic byte means asks here.
//!
//! Source: the writers themselves (Tencent mars, 2016 to 2025: `log_magic_num.h`, `log_crypt.cc` and what came
//! before them), and for the XOR kinds the one public decoder that reads them.

/// How a body's text is compressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Codec {
    /// Not at all.
    Text,
    /// One raw deflate stream a block, flushed after every line and never finished.
    Deflate,
    /// One zstd frame a block, flushed after every line and never ended.
    Zstd,
}

/// How a body is encrypted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Cipher {
    /// Not at all.
    None,
    /// Each byte XOR one byte that the header gives.
    Xor,
    /// TEA with 16 rounds, in ECB; the key comes from ECDH on secp256k1.
    Tea,
}

/// The shape of a header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Layout {
    /// Magic and length: 5 bytes.
    Bare,
    /// Magic, seq, hours and length: 9 bytes.
    Short,
    /// As [`Short`](Layout::Short), and 4 zero bytes: 13 bytes.
    Legacy,
    /// As [`Short`](Layout::Short), and the client's public key, 64 bytes: 73 bytes.
    Keyed,
}

impl Layout {
    /// Length of a header of this shape, in bytes.
    pub const fn header_len(self) -> usize {
        match self {
            Layout::Bare => 5,
            Layout::Short => 9,
            Layout::Legacy => 13,
            Layout::Keyed => 73,
        }
    }

    /// The longest header there is, in bytes.
    pub const MAX_HEADER_LEN: usize = Layout::Keyed.header_len();
}

/// One kind of block: a row of the table.
#[derive(Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct BlockKind {
    /// The block's first byte.
    pub magic: u8,
    /// The shape of its header.
    pub layout: Layout,
    /// How the text is compressed.
    pub codec: Codec,
    /// How the body is encrypted.
    pub cipher: Cipher,
    /// Whether the body is cut in pieces, each a `u16` length and its bytes.
    pub pieces: bool,
    /// Whether seq counts the blocks of a process. Where it doesn't (sync writers), seq is 0.
    pub counted: bool,
    /// What to call it.
    pub name: &'static str,
}

const fn row(magic: u8, layout: Layout, codec: Codec, cipher: Cipher, name: &'static str) -> BlockKind {
    let async_writer = !matches!(codec, Codec::Text);
    let has_seq = !matches!(layout, Layout::Bare);
    // The XOR forks count their text blocks too.
    let counted = has_seq && (async_writer || matches!(cipher, Cipher::Xor));
    BlockKind { magic, layout, codec, cipher, pieces: magic == 0x05, counted, name }
}

/// All kinds, by magic. 0x03 to 0x05 stand twice: the header shape tells the two apart, see
/// [`framing`](super::framing).
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
        // The sync writer's cipher is commented out: no text block is encrypted, key or not.
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

/// The kinds that `magic` can be: none, one, or the two header shapes of 0x03 to 0x05.
pub fn kinds(magic: u8) -> &'static [BlockKind] {
    let range = match magic {
        0x01..=0x02 => usize::from(magic) - 1..usize::from(magic),
        0x03..=0x05 => usize::from(magic) * 2 - 4..usize::from(magic) * 2 - 2,
        0x06..=0x0D => usize::from(magic) + 2..usize::from(magic) + 3,
        _ => 0..0,
    };
    &KINDS[range]
}

/// The kind with this magic and this header shape.
pub fn kind(magic: u8, layout: Layout) -> Option<&'static BlockKind> {
    kinds(magic).iter().find(|kind| kind.layout == layout)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_magic_finds_its_own_rows() {
        for magic in 0..=255u8 {
            let found: Vec<_> = KINDS.iter().filter(|kind| kind.magic == magic).collect();
            let asked: Vec<_> = kinds(magic).iter().collect();
            assert_eq!(found, asked, "magic {magic:#04x}");
        }
    }

    #[test]
    fn the_header_shape_tells_twins_apart() {
        assert_eq!(kind(0x04, Layout::Short).map(|kind| kind.cipher), Some(Cipher::Xor));
        assert_eq!(kind(0x04, Layout::Legacy).map(|kind| kind.cipher), Some(Cipher::None));
        assert_eq!(kind(0x04, Layout::Keyed), None);
    }
}
