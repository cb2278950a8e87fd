//! What becomes of items: text with markers, in files that appear whole or not at all.

pub mod marker;
pub mod text;

#[cfg(feature = "cli")]
pub mod atomic;
