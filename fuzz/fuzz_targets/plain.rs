//! What `salvage` keeps and what it leaves out add up to the input.
#![no_main]

use imlog::internals::codec::plain::salvage;
use imlog::internals::codec::text::Text;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let mut text = Text::default();
    let (first, left) = salvage(bytes, bytes.len() % 2 == 0, &mut text);
    assert_eq!(text.len() + left, bytes.len());
    assert!(first <= bytes.len() && (left == 0) == (first == bytes.len()));
});
