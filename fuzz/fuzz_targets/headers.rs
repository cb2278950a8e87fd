//! Going from header to header shows the same as reading the whole file.
#![no_main]

use std::convert::Infallible;
use std::io::Cursor;
use std::sync::LazyLock;

use imlog::internals::codec::keys::KeyRing;
use imlog::internals::decode::{Decoder, Item};

fn decoder() -> Decoder {
    Decoder::new(KeyRing::default()).with_choice(|_| false)
}

static DECODER: LazyLock<Decoder> = LazyLock::new(decoder);
static SMALL: LazyLock<Decoder> = LazyLock::new(|| decoder().with_batch_size(1024));

/// Notes the positions of blocks and gaps.
fn note(item: Item<'_>, notes: &mut Vec<(u64, u64)>) -> Result<(), Infallible> {
    match item {
        Item::Text(run) => notes.extend(run.blocks.iter().map(|block| (block.offset, block.header.length.into()))),
        Item::Gap(gap) => notes.push((gap.offset, gap.len)),
        Item::Partial(_) => {}
    }
    Ok(())
}

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let (mut walked, mut read) = (Vec::new(), Vec::new());
    let of_walk = DECODER.headers(Cursor::new(bytes), |item| note(item, &mut walked)).expect("a slice can be read");
    let of_read = DECODER.decode(bytes, |item| note(item, &mut read)).expect("a slice can be read");
    assert_eq!((&of_walk, &walked), (&of_read, &read));

    let mut in_small_batches = Vec::new();
    let of_small =
        SMALL.headers(Cursor::new(bytes), |item| note(item, &mut in_small_batches)).expect("a slice can be read");
    assert_eq!((of_small, in_small_batches), (of_walk, walked));
});
