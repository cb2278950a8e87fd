//! Whatever is in a file, none of it is dropped, and nothing breaks.

use std::convert::Infallible;

use imlog::internals::decode::{Decoder, Item};
use imlog::internals::record::{self, Head, Piece, RecordSteps};
use proptest::prelude::*;

use crate::support::damage::faults;
use crate::support::lines::{Variety, lines};
use crate::support::writer::Block;

/// Lines in all forms, and in none.
fn line() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        4 => any::<u16>().prop_map(|seed| lines(u64::from(seed), Variety::Varied).next().unwrap()),
        2 => Just(b"TIM: 2023-11-06 14:19:18.434 I |-login.cpp:768   Login   |begin|\n".to_vec()),
        1 => Just(b"[INFO][TIMManager.mm:137][-[TIMManager initSdk:]][ImSDK]Has InitSDK, skip\n".to_vec()),
        1 => Just(b"I/imsdk   (15282): TIM: |-a.cpp:1  f  |\n".to_vec()),
        1 => Just(b"2019-05-28 21:51:56.161| 21504|looper|I|  a.cpp:131 |f   > cmd\n".to_vec()),
        1 => Just(b"\tat android.os.Looper.loop(Looper.java:223)\n".to_vec()),
        1 => "[\\[\\]TIM:0-9 |/\\-\n]{0,60}".prop_map(String::into_bytes),
        1 => proptest::collection::vec(any::<u8>(), 0..60),
    ]
}

/// All text of `input`, by record; checks that `judge` decided on the whole text of each record.
fn by_record(input: &[u8]) -> Vec<u8> {
    let decoder = Decoder::default().with_text_limit(1 << 20);
    let mut text = Vec::new();
    let judge = |_: &Head, text: &[u8]| text.len().is_multiple_of(2);
    let show = |piece: Piece<'_>| {
        if let Piece::Record(found) = piece {
            assert_eq!(found.passes, found.text.len().is_multiple_of(2));
            let record = found.record();
            assert!(record.message.len() <= found.text.len());
            text.extend_from_slice(found.text);
        }
        Ok::<_, Infallible>(())
    };
    record::read_records(&decoder, input, judge, show).unwrap();
    let mut in_steps = Vec::new();
    let mut steps = RecordSteps::new(&decoder, input, &judge);
    let mut show = |piece: Piece<'_>| {
        if let Piece::Record(found) = piece {
            in_steps.extend_from_slice(found.text);
        }
        Ok::<_, Infallible>(())
    };
    while steps.step(&mut show).unwrap() {}
    assert!(in_steps == text);
    text
}

/// All text of `input`, as it is decoded.
fn decoded(input: &[u8]) -> Vec<u8> {
    let mut text = Vec::new();
    let decoder = Decoder::default().with_text_limit(1 << 20);
    let show = |item: Item<'_>| {
        if let Item::Text(run) = item {
            text.extend_from_slice(run.text);
        }
        Ok::<_, Infallible>(())
    };
    decoder.decode(input, show).unwrap();
    text
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]

    #[test]
    fn a_text_is_the_sum_of_its_records(lines in proptest::collection::vec(line(), 0..80)) {
        let text = [b"text\n".to_vec(), lines.concat()].concat();
        let head = &text[..text.len().min(1024)];
        // With a zero in it, it may be a log that starts with text.
        if !text.contains(&0) && head.iter().all(|&byte| byte >= 0x20 || matches!(byte, b'\t' | b'\n' | b'\r' | 0x1B)) {
            prop_assert!(by_record(&text) == text);
        }
    }

    #[test]
    fn a_log_too_damaged_or_not(
        blocks in proptest::collection::vec(proptest::collection::vec(line(), 1..20), 1..8),
        faults in proptest::collection::vec(faults(), 0..4),
    ) {
        let mut file: Vec<u8> =
            blocks.iter().zip(1..).flat_map(|(lines, seq)| Block::keyed(0x09, seq).write(lines)).collect();
        for fault in &faults {
            fault.apply(&mut file);
        }
        let by_record = by_record(&file);
        // By chance it may be text.
        if file.iter().take(1024).any(|&byte| byte == 0) {
            prop_assert!(by_record == decoded(&file));
        }
    }
}
