//! What is watched while a stream is read. The loops are compiled for each watcher, so that what is not watched costs
//! nothing.

use super::super::units::Place;
use super::codes::Codes;

/// Sees what a stream does.
pub trait Watch: Default {
    /// Whether [`literal`](Watch::literal), [`pair`](Watch::pair) and [`block`](Watch::block) are of use.
    const COUNTS: bool = false;

    /// A match of `len` bytes is in `text` at `at`, a copy of what begins at `from`.
    fn matched(&mut self, text: &[u8], from: u32, at: u32, len: u32);

    /// A unit ends. Returns whether to read on.
    fn unit(&mut self, text: &[u8], end: Place) -> bool;

    /// A dynamic block has this literal.
    fn literal(&mut self, _literal: u8) {}

    /// A dynamic block has a match, with these entries.
    fn pair(&mut self, _length: u32, _distance: u32) {}

    /// A dynamic block with these codes ends.
    fn block(&mut self, _codes: &Codes) {}
}

/// Watches nothing.
#[derive(Default)]
pub struct Nothing;

impl Watch for Nothing {
    #[inline(always)]
    fn matched(&mut self, _: &[u8], _: u32, _: u32, _: u32) {}

    #[inline(always)]
    fn unit(&mut self, _: &[u8], _: Place) -> bool {
        true
    }
}
