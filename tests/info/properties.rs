//! For every file and all damage: reading only headers gives the same blocks as decoding does, and the summary is that
//! of what was decoded.

use std::convert::Infallible;
use std::io::Cursor;

use imlog::internals::decode::Item;
use imlog::internals::info::{Endings, Lines, Row, summarize};
use imlog::internals::record::{self, Piece};
use proptest::prelude::*;

use crate::logs;
use crate::program::testdata;
use crate::support::damage::Fault;
use crate::support::library::{TEST_KEY, decoder};
use crate::support::writer::Block;

/// All facts about a file's blocks and gaps, except how foreign bytes are cut into pieces.
fn facts(item: Item<'_>, facts: &mut Vec<String>) {
    match item {
        Item::Text(run) => facts.extend(run.blocks.iter().map(|block| {
            let text = if block.unwanted { None } else { Some(block.text_len()) };
            format!("{} {:?} {:?} {text:?} {}", block.offset, block.header, block.fit, block.checksum)
        })),
        Item::Gap(gap) => facts.push(format!("{gap:?}")),
        Item::Partial(line) => facts.push(format!("{line:?}")),
    }
}

#[track_caller]
fn assert_same(file: &[u8]) {
    let decoder = decoder(&[TEST_KEY]).with_choice(|_| false);
    let (mut walked, mut read) = (Vec::new(), Vec::new());
    let of_walk = decoder.headers(Cursor::new(file), |item| {
        facts(item, &mut walked);
        Ok::<_, Infallible>(())
    });
    let of_read = decoder.decode(file, |item| {
        facts(item, &mut read);
        Ok::<_, Infallible>(())
    });
    assert_eq!(walked, read);
    assert_eq!(of_walk.unwrap(), of_read.unwrap());
}

#[test]
fn for_every_kind_of_file() {
    for name in logs() {
        let file = std::fs::read(testdata(&name)).unwrap();
        assert_same(&file);
        assert_same(&file.repeat(5));
    }
}

/// Text before missing blocks has nothing to do with the text after them: a record starts there even in the middle of a
/// line, for all who read records.
#[test]
fn records_start_after_a_skip() {
    let line = |name: &str| format!("TIM: 2023-11-06 14:20:18.434 E |-a.cpp:1  F  |{name}").into_bytes();
    let whole = |name: &str| [line(name), b"\n".to_vec()].concat();
    let log =
        [(1, vec![whole("a"), whole("b"), line("cut")]), (5, vec![whole("c"), whole("d")]), (6, vec![whole("e")])];
    let log: Vec<u8> = log.iter().flat_map(|(seq, lines)| Block::keyed(0x09, *seq).write(lines)).collect();
    assert_adds_up(&log);
    let summary = summarize(&decoder(&[]), log.as_slice(), |_| Ok::<_, Infallible>(())).unwrap();
    assert_eq!((summary.lines.records, summary.lines.errors(), summary.report.skips), (6, 6, 1));
}

/// Every block, every lost byte and every record is counted once, as decoded.
#[track_caller]
fn assert_adds_up(file: &[u8]) {
    let decoder = decoder(&[TEST_KEY]);
    let expected = decoder.decode(file, |_| Ok::<_, Infallible>(())).unwrap();
    let (mut endings, mut blocks, mut lost) = (Endings::default(), 0, 0);
    let mut row = |row: Row<'_>| {
        match row {
            Row::Block(..) => blocks += 1,
            Row::Gap(gap) => lost += gap.len,
        }
        Ok::<_, Infallible>(())
    };
    let summary = summarize(&decoder, file, |item| endings.item(item, &mut row)).unwrap();
    endings.finish(&mut row).unwrap();
    let report = &summary.report;
    assert_eq!(report, &expected);
    assert_eq!((blocks, lost), (report.blocks, report.lost));
    let mut lines = Lines::default();
    let records = record::read_records(
        &decoder,
        file,
        |_, _| true,
        |piece| {
            if let Piece::Record(found) = piece
                && !found.continued
            {
                lines.add(&found.head);
            }
            Ok::<_, Infallible>(())
        },
    );
    // An input that starts like a text is read as a text.
    if records.unwrap().blocks == expected.blocks {
        assert_eq!(summary.lines, lines);
    }
    let kinds: Vec<_> = summary.kinds().map(|(_, count)| count).collect();
    assert_eq!(kinds.iter().map(|count| count.blocks).sum::<u64>(), report.blocks);
    assert_eq!(kinds.iter().map(|count| count.text).sum::<u64>(), report.text);
    assert_eq!(summary.repeats.count(), report.repeats);
    let processes = summary.seq.values().last().map_or(1, |range| range.process);
    assert!(summary.seq.left_out > 0 || processes == report.restarts + 1);
    let places: u64 = summary.places.values().iter().map(|place| place.lost()).sum();
    assert!(summary.places.left_out > 0 || places == report.lost);
    assert!(!summary.state().is_good() || report.is_intact());
    assert_eq!(
        summary.lines.records,
        summary.lines.levels().map(|(_, count)| count).sum::<u64>() + summary.lines.without_level()
    );
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, ..ProptestConfig::default() })]

    #[test]
    fn for_all_damage(
        names in prop::collection::vec(0..20usize, 1..4),
        faults in prop::collection::vec((any::<prop::sample::Index>(), 0..6usize, 1..3000usize, any::<u64>()), 0..4),
    ) {
        let mut file: Vec<u8> = names.iter().flat_map(|&name| std::fs::read(testdata(&logs()[name])).unwrap()).collect();
        for (at, which, len, seed) in faults {
            let at = at.index(file.len());
            let fault = match which {
                0 => Fault::Flip { at, bit: (seed % 8) as u8 },
                1 => Fault::Zero { at, len },
                2 => Fault::Noise { at, len, seed },
                3 => Fault::Delete { at, len },
                4 => Fault::Insert { at, len, seed },
                _ => Fault::InsertZeros { at, len },
            };
            fault.apply(&mut file);
        }
        assert_same(&file);
        assert_adds_up(&file);
    }
}
