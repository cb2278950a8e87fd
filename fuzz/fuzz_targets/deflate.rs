//! Any body can be decoded safely, and gives no more text than the limit.
#![no_main]

use imlog::internals::codec::deflate::Inflate;
use imlog::internals::codec::text::Text;

libfuzzer_sys::fuzz_target!(|body: &[u8]| {
    let mut text = Text::default();
    let outcome = Inflate::default().decode(body, &mut text, 1 << 20);
    assert!(outcome.consumed <= body.len() && text.len() <= 1 << 20);
});
