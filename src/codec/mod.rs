//! Turns the body of a block into text, as far as it can be read. Pure: bytes in, text out.

pub mod deflate;
pub mod keys;
pub mod partial;
pub mod pieces;
pub mod plain;
pub(crate) mod plausible;
pub mod tea;
pub mod text;
mod units;
pub mod xor;
pub mod zstd;

/// How far a codec could decode a body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// How many bytes of the body the text stands for. The rest gave no text.
    pub consumed: usize,
    /// Why it stopped there; `None` at the end of the body.
    pub fault: Option<Fault>,
}

/// Why a body could not be decoded to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fault {
    /// The bytes are not what a writer writes.
    Corrupt,
    /// The body ends in the middle of a line.
    Truncated,
    /// The text exceeds the limit.
    TooLong,
}
