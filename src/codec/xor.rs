//! The one-byte XOR of private forks.

use crate::xlog::{Header, Layout};

/// The byte that every byte of this block's body is XORed with.
pub fn key(header: &Header) -> u8 {
    let counter = match header.kind.layout {
        Layout::Bare => header.length as u8,
        _ => header.seq as u8,
    };
    0xCC ^ counter ^ header.kind.magic
}

/// XORs `bytes` with `key`, there and back.
pub fn apply(bytes: &mut [u8], key: u8) {
    for byte in bytes {
        *byte ^= key;
    }
}
