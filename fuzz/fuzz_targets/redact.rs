//! What is personal is masked the same way wherever the text comes from, and only that is changed.
#![no_main]

use std::convert::Infallible;

use imlog::Redactor;
use imlog::internals::redact::RedactedPieces;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let mut redactor = Redactor::default();
    let once = redactor.bytes(bytes).into_owned();
    let masked: u64 = imlog::Personal::ALL.iter().map(|personal| redactor.masked(*personal).places).sum();
    assert!(masked > 0 || once == bytes);

    // The same values, the same names; and in pieces too, on this thread or on others.
    assert_eq!(redactor.bytes(bytes), once);
    for threads in [1, 2] {
        let (mut redactor, mut pieces) = (Redactor::default(), RedactedPieces::beside_pool(threads));
        let mut out = Vec::new();
        let mut show = |text: &[u8]| {
            out.extend_from_slice(text);
            Ok::<_, Infallible>(())
        };
        for piece in bytes.chunks(1000) {
            let Ok(()) = pieces.push(&mut redactor, piece, &mut show);
        }
        let Ok(()) = pieces.end(&mut redactor, &mut show);
        assert_eq!(out, once);
    }
});
