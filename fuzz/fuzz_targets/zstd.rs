//! Any body can be decoded safely, and gives no more text than the limit.
#![no_main]

use imlog::internals::codec::text::Text;
use imlog::internals::codec::zstd::{FRAME_MAGIC, Zstd};

libfuzzer_sys::fuzz_target!(|body: &[u8]| {
    let body = [&FRAME_MAGIC[..], body].concat();
    let mut text = Text::default();
    let outcome = Zstd::default().decode(&body, &mut text, 1 << 20);
    assert!(outcome.consumed <= body.len() && text.len() <= 1 << 20);
});
