//! Any line can be parsed safely, and the records add up to the text, however it is split into batches.
#![no_main]

use std::convert::Infallible;
use std::sync::LazyLock;

use imlog::internals::codec::keys::KeyRing;
use imlog::internals::decode::Decoder;
use imlog::internals::output::terminal;
use imlog::internals::record::{self, Piece, RecordSteps};

static DECODER: LazyLock<Decoder> = LazyLock::new(|| Decoder::new(KeyRing::default()).with_text_limit(1 << 20));

fn is_part(part: &[u8], whole: &[u8]) -> bool {
    whole.as_ptr_range().start <= part.as_ptr_range().start && part.as_ptr_range().end <= whole.as_ptr_range().end
}

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    // The first line makes this a text. Anything may follow, except zeros, which could make it look like a log.
    let bytes: Vec<u8> = bytes.iter().map(|&byte| byte.max(1)).collect();
    let text = [vec![b'-'; 1024].as_slice(), b"\n", &bytes].concat();
    let mut seen = Vec::new();
    let show = |piece: Piece<'_>| {
        if let Piece::Record(found) = piece {
            let record = found.record();
            for field in [record.tag, record.source, record.function, Some(record.message)].into_iter().flatten() {
                assert!(is_part(field, found.text));
            }
            seen.extend_from_slice(found.text);
        }
        Ok::<_, Infallible>(())
    };
    let judge = |_: &record::Head, text: &[u8]| text.len().is_multiple_of(2);
    let _ = record::read_records(&DECODER, text.as_slice(), judge, show);
    assert!(seen == text);

    let mut in_steps = Vec::new();
    let mut steps = RecordSteps::new(&DECODER, text.as_slice(), judge);
    let mut show = |piece: Piece<'_>| {
        if let Piece::Record(found) = piece {
            assert_eq!(found.passes, found.text.len().is_multiple_of(2));
            in_steps.extend_from_slice(found.text);
        }
        Ok::<_, Infallible>(())
    };
    while steps.step(&mut show).unwrap_or(false) {}
    assert!(in_steps == text);

    let mut visible = Vec::new();
    terminal::push_visible(&bytes, &mut visible);
    assert!(visible.iter().all(|&byte| byte == b'\t' || byte >= 0x20));
});
