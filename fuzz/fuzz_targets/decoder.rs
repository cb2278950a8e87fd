//! The whole way: any file is safe, and every byte of it is accounted for.
#![no_main]

use std::convert::Infallible;
use std::sync::LazyLock;

use imlog::internals::codec::keys::{KeyRing, PrivateKey};
use imlog::internals::decode::{Decoder, Item};

static DECODER: LazyLock<Decoder> = LazyLock::new(|| {
    // The published test key of the mars repository.
    let key = PrivateKey::parse("145aa7717bf9745b91e9569b80bbf1eedaa6cc6cd0e26317d810e35710f44cf8");
    Decoder::new(KeyRing::new(key.into_iter().collect())).with_text_limit(1 << 20)
});

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let mut text = 0;
    let report = DECODER.decode(bytes, |item| {
        if let Item::Text(run) = item {
            text += run.text.len() as u64;
        }
        Ok::<_, Infallible>(())
    });
    let report = report.expect("a slice can be read");
    assert_eq!((report.bytes, report.text), (bytes.len() as u64, text));
});
