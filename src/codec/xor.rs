//! The one-byte XOR cipher of private forks.

use crate::xlog::{Header, Layout};

/// The byte with which each byte of this block's body is XORed.
pub fn key(header: &Header) -> u8 {
    let counter = match header.kind.layout {
        Layout::Bare => header.length as u8,
        _ => header.seq as u8,
    };
    0xCC ^ counter ^ header.kind.magic
}

/// XORs `bytes` with `key`. This both encrypts and decrypts.
pub fn apply(bytes: &mut [u8], key: u8) {
    for byte in bytes {
        *byte ^= key;
    }
}
