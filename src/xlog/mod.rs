//! The xlog container: splits a stream of bytes into blocks and gaps.
//!
//! Everything here is pure: bytes in, values out. The module [`codec`](crate::codec) decodes what is inside a block.

pub mod framing;
pub mod header;
mod hours;
pub mod magic;
mod resync;
pub mod seq;

pub use framing::{Fit, Frame, FrameStep, Framer};
pub use header::{Field, Header};
pub use hours::Hours;
pub use magic::{BlockKind, Cipher, Codec, Layout};
