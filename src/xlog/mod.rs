//! The xlog container: a stream of bytes, told apart into blocks and gaps.
//!
//! Everything here is pure: bytes in, values out. What stands inside a block's body is the
//! business of [`codec`](crate::codec).

pub mod framing;
pub mod header;
mod hours;
pub mod magic;
mod resync;
pub mod seq;

pub use framing::{Fit, Frame, Framer, Step};
pub use header::{Field, Header};
pub use hours::Hours;
pub use magic::{BlockKind, Cipher, Codec, Layout};
