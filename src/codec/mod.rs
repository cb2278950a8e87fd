//! A block's body: how it becomes text, and how far. Pure: bytes in, text out.

pub mod deflate;
pub mod keys;
pub mod pieces;
pub mod plain;
pub(crate) mod plausible;
pub mod tea;
pub mod text;
mod units;
pub mod xor;
pub mod zstd;

/// How far a codec came with a body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// Bytes of the body that the text stands for. What comes after them gave nothing.
    pub consumed: usize,
    /// Why it stopped there; `None` if that was the end.
    pub fault: Option<Fault>,
}

/// Why a body gives no more text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fault {
    /// The bytes are not what the codec's writer writes.
    Corrupt,
    /// The body ends in the middle of a line's data.
    Truncated,
    /// The text is longer than the limit.
    TooLong,
}
