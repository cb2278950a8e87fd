//! Any file can be decoded safely, all its bytes are accounted for, and the size of batches changes nothing.
#![no_main]

use std::convert::Infallible;
use std::sync::LazyLock;

use imlog::internals::codec::keys::{KeyRing, PrivateKey};
use imlog::internals::decode::{Decoder, Item, Report};

fn decoder() -> Decoder {
    // The published test key of the mars repository.
    let key = PrivateKey::parse("145aa7717bf9745b91e9569b80bbf1eedaa6cc6cd0e26317d810e35710f44cf8");
    Decoder::new(KeyRing::new(key.into_iter().collect())).with_text_limit(1 << 20)
}

static DECODER: LazyLock<Decoder> = LazyLock::new(decoder);
static IN_SMALL_BATCHES: LazyLock<Decoder> = LazyLock::new(|| decoder().with_batch_size(1024));

/// The text, the positions of blocks and gaps, and the report.
fn account(decoder: &Decoder, bytes: &[u8]) -> (Vec<u8>, Vec<(u64, u64)>, Report) {
    let (mut text, mut places) = (Vec::new(), Vec::new());
    let report = decoder.decode(bytes, |item| {
        match item {
            Item::Text(run) => {
                text.extend_from_slice(run.text);
                places.extend(run.blocks.iter().map(|block| (block.offset, block.text_len() as u64)));
            }
            Item::Gap(gap) => places.push((gap.offset, gap.len)),
            Item::Partial(line) => places.push((line.known() as u64, line.len() as u64)),
        }
        Ok::<_, Infallible>(())
    });
    (text, places, report.expect("a slice can be read"))
}

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let usual = account(&DECODER, bytes);
    assert_eq!((usual.2.bytes, usual.2.text), (bytes.len() as u64, usual.0.len() as u64));
    assert!(account(&IN_SMALL_BATCHES, bytes) == usual);
});
