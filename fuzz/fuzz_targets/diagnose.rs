//! Any text can be diagnosed, always with the same outcome, and what is kept of it is bounded.
#![no_main]

use std::convert::Infallible;
use std::sync::LazyLock;

use imlog::internals::record::RecordSteps;
use imlog::{Concern, Decoder, Diagnoser, Diagnosis, KeyRing, Piece, concerns, read_records};

static DECODER: LazyLock<Decoder> = LazyLock::new(|| Decoder::new(KeyRing::default()).with_text_limit(1 << 20));

fn at_once(text: &[u8]) -> Diagnosis {
    let mut diagnoser = Diagnoser::default();
    let show = |piece: Piece<'_, Concern>| {
        diagnoser.piece(piece);
        Ok::<_, Infallible>(())
    };
    let _ = read_records(&DECODER, text, concerns, show);
    diagnoser.finish()
}

fn in_steps(text: &[u8]) -> Diagnosis {
    let mut diagnoser = Diagnoser::default();
    let mut steps = RecordSteps::new(&DECODER, text, concerns);
    let mut show = |piece: Piece<'_, Concern>| {
        diagnoser.piece(piece);
        Ok::<_, Infallible>(())
    };
    while steps.step(&mut show).unwrap_or(false) {}
    drop(steps);
    diagnoser.finish()
}

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let found = at_once(bytes);
    assert_eq!(found, in_steps(bytes));
    assert!(found.findings.len() <= 1_100 && found.sessions.len() <= 1_000);
    for finding in &found.findings {
        assert!(finding.evidence.len() <= 64 && finding.notes.len() <= 8 && finding.codes.len() <= 16);
        let _ = (finding.sentence(), finding.duration());
    }
    let mut nothing = found.clone();
    nothing.subtract(&found);
    assert!(nothing.findings.is_empty() && nothing.groups.is_empty());
});
