//! Any bytes: no panic, always the same, however the text comes.

use std::io::{self, Read};

use imlog::{Concern, Decoder, Diagnoser, Diagnosis, Piece, RULES, concerns, read_records};
use proptest::prelude::*;

use crate::scene::Form::{New, Old};
use crate::scene::{Scene, diagnose};

/// Gives a few bytes at a time.
struct Slowly<'a>(&'a [u8], usize);

impl Read for Slowly<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let len = self.1.clamp(1, into.len());
        (&mut self.0).take(len as u64).read(into)
    }
}

fn diagnose_slowly(text: &[u8], step: usize) -> Diagnosis {
    let mut diagnoser = Diagnoser::default();
    diagnoser.next_log("a.log", None);
    let show = |piece: Piece<'_, Concern>| {
        diagnoser.piece(piece);
        Ok::<_, std::convert::Infallible>(())
    };
    read_records(&Decoder::default(), Slowly(text, step), concerns, show).unwrap();
    diagnoser.finish()
}

/// Lines of all rules and their like, shuffled, cut and damaged.
fn lines() -> impl Strategy<Value = Vec<u8>> {
    let mut known: Vec<Vec<u8>> =
        RULES.iter().flat_map(imlog::Rule::lines).map(|line| line.as_bytes().to_vec()).collect();
    for form in [New, Old] {
        let scene = Scene::started(form).login_fails(9519).login_fails(70001).connects(9508).sends(6013).uninit();
        known.extend(scene.opens().raw("~~~~~ begin of mmap ~~~~~").text.lines().map(|line| line.as_bytes().to_vec()));
    }
    let line =
        (prop::sample::select(known), any::<prop::sample::Index>(), any::<Option<u8>>(), prop::bool::weighted(0.1));
    let line = line.prop_map(|(mut line, at, byte, is_cut)| {
        let at = at.index(line.len().max(1));
        match byte.filter(|byte| *byte > 0) {
            Some(byte) if byte % 8 == 0 => line[at] = byte,
            _ if is_cut => line.truncate(at),
            _ => {}
        }
        line.push(b'\n');
        line
    });
    prop::collection::vec(line, 1..60).prop_map(|lines| lines.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_same_text_gives_the_same_diagnosis(text in lines(), step in 1_usize..700) {
        let found = diagnose(&text);
        prop_assert_eq!(&found, &diagnose(&text));
        prop_assert_eq!(&found, &diagnose_slowly(&text, step));
        for finding in &found.findings {
            prop_assert!(finding.evidence.len() as u64 <= finding.records.max(1) && finding.count > 0, "{:?}", finding);
            prop_assert!(!finding.sentence().is_empty());
        }
    }

    #[test]
    fn any_bytes_can_be_diagnosed(bytes in prop::collection::vec(any::<u8>(), 0..4096)) {
        prop_assert_eq!(diagnose(&bytes), diagnose(&bytes));
    }
}
