use std::convert::Infallible;

use super::super::LONGEST;
use super::super::scan::scan;
use super::*;
use crate::decode::{Gap, GapCause, GapPlace, TextChunk, TextRun};

/// Cuts `parts` off as runs of one chunk each, with a gap where a part is empty; the records, `!` behind those
/// that pass: those with an `x`.
fn records(parts: &[&str]) -> Vec<String> {
    let judge = |_: &Head, text: &[u8]| text.contains(&b'x');
    let mut seen = Vec::new();
    let mut show = |piece: Piece<'_>| {
        seen.push(match piece {
            Piece::Record(found) => {
                let flag = if found.passes { "!" } else { "" };
                format!("{}{flag}", String::from_utf8_lossy(found.text))
            }
            Piece::Gap(_) => "gap".into(),
        });
        Ok::<_, Infallible>(())
    };
    let mut assembler = Assembler::new(judge);
    let gap = Gap { offset: 0, len: 1, cause: GapCause::Foreign, place: GapPlace::New, before: None, after: None };
    let mut marks = Vec::new();
    for part in parts {
        let item = match part.as_bytes() {
            [] => Item::Gap(&gap),
            text => Item::Text(TextRun { text, start: 0, blocks: &[] }),
        };
        scan(TextChunk { text: part.as_bytes(), breaks: &[] }, judge, &mut marks);
        assembler.item(item, &marks, &mut show).unwrap();
    }
    assembler.end(&mut show).unwrap();
    seen
}

#[test]
fn a_record_goes_on_in_the_next_batch() {
    let expected = ["TIM: a\n", "TIM: b\nmore\nx\n!", "TIM: c\n"];
    assert_eq!(records(&["TIM: a\nTIM: b\nmore\nx\nTIM: c\n"]), expected);
    assert_eq!(records(&["TIM: a\nTIM: b\n", "more\n", "x\nTIM: c\n"]), expected);
    assert_eq!(records(&["TIM: a\nTIM: b\nmo", "re\nx\nTIM: c\n"]), expected);
    assert_eq!(records(&["TIM: a\nTIM: b", "\nmore\nx", "\n", "TIM: c\n"]), expected);
}

#[test]
fn all_parts_of_a_record_have_its_number() {
    let (mut assembler, mut numbers) = (Assembler::new(|_: &Head, text: &[u8]| text.contains(&b'x')), Vec::new());
    let mut show = |piece: Piece<'_>| {
        if let Piece::Record(found) = piece {
            numbers.push((found.place.number, found.passes));
        }
        Ok::<_, Infallible>(())
    };
    // The first line of a record comes again when a late part passes.
    let long = format!("TIM: a\n{}x\nTIM: c\nd\n", "more\n".repeat(LONGEST / 4));
    let (text, blocks) = (long.as_bytes(), &[][..]);
    let mut marks = Vec::new();
    for text in [text, b"TIM: e\n"] {
        scan(TextChunk { text, breaks: &[] }, |_, text| text.contains(&b'x'), &mut marks);
        assembler.item(Item::Text(TextRun { text, start: 0, blocks }), &marks, &mut show).unwrap();
    }
    assembler.end(&mut show).unwrap();
    assert_eq!(numbers.last(), Some(&(3, false)));
    assert!(numbers.iter().filter(|(number, _)| *number == 1).count() > 0 && numbers.contains(&(2, false)));
    assert!(numbers.is_sorted_by_key(|(number, _)| *number), "{numbers:?}");
}

#[test]
fn a_head_inside_a_line_is_none() {
    assert_eq!(records(&["TIM: a ", "TIM: b\nc\n", "TIM: x\n"]), ["TIM: a TIM: b\nc\n", "TIM: x\n!"]);
}

#[test]
fn nothing_goes_on_behind_a_gap() {
    assert_eq!(records(&["TIM: a", "", "x\ny\nTIM: b\n"]), ["TIM: a", "gap", "x\n!", "y\n", "TIM: b\n"]);
}

#[test]
fn lines_without_any_head_are_records_each() {
    assert_eq!(records(&["one\ntwo x\nth", "ree"]), ["one\n", "two x\n!", "three"]);
}

#[test]
fn the_weakest_head_gives_way_to_the_sdks() {
    let ios = "[INFO][A.mm:1][f][t]m\n";
    assert_eq!(records(&[ios, ios]), [ios, ios]);
    assert_eq!(records(&[&format!("TIM: a\n{ios}TIM: b\n")]), [&format!("TIM: a\n{ios}"), "TIM: b\n"]);
    assert_eq!(records(&["TIM: a\n", &format!("{ios}x\n"), "TIM: b\n"]), [&format!("TIM: a\n{ios}x\n!"), "TIM: b\n"]);
}

#[test]
fn in_a_log_of_the_sdk_all_else_continues_the_line_before() {
    for line in ["get mmap time: 5 apples\n", "I/y(1): no\n", "2019-05-28 21:51:56.161| no\n"] {
        assert_eq!(records(&[&format!("TIM: a\n{line}TIM: b\n")]), [&format!("TIM: a\n{line}"), "TIM: b\n"]);
    }
    let banner = "^^^^^^^^^^y[2023-11-05 +0800 04:16:36]\n";
    let notes = ["TIM: a\n", banner, "get mmap time: 5\n", "MARS_URL: \n", "TIM: b\n"];
    assert_eq!(records(&[&notes.concat()]), notes);
}

#[test]
fn a_marker_is_one_line() {
    let lines = ["TIM: a\n", "[F]imlog: 5 bytes lost\n", "rest\n", "of it\n", "TIM: b\n"];
    assert_eq!(records(&[&lines.concat()]), lines);
}

#[test]
fn endless_records_come_in_parts() {
    let line = "y".repeat(99_999) + "\n";
    let parts: Vec<&str> = std::iter::once("TIM: a\n").chain(std::iter::repeat_n(line.as_str(), 25)).collect();
    let seen = records(&parts);
    assert_eq!(seen.len(), 3);
    assert!(seen.iter().all(|part| part.len() <= LONGEST));
    assert_eq!(seen.concat(), parts.concat());
}

/// For each part: its first letters, whether it passes, whether it goes on.
fn parts(judge: impl Fn(&Head, &[u8]) -> bool, rule: Parts, lines: &[&str]) -> Vec<(String, bool, bool)> {
    let (mut assembler, mut seen) = (Assembler::new(judge).with_parts(rule), Vec::new());
    let mut show = |piece: Piece<'_>| {
        if let Piece::Record(found) = piece {
            let start = found.text.split(|byte| matches!(byte, b'y' | b'\n')).next().unwrap_or_default();
            seen.push((String::from_utf8_lossy(start).into_owned(), found.passes, found.continued));
        }
        Ok::<_, Infallible>(())
    };
    for line in lines {
        let mut marks = Vec::new();
        scan(TextChunk { text: line.as_bytes(), breaks: &[] }, |_, _| false, &mut marks);
        assembler
            .item(Item::Text(TextRun { text: line.as_bytes(), start: 0, blocks: &[] }), &marks, &mut show)
            .unwrap();
    }
    assembler.end(&mut show).unwrap();
    seen
}

#[test]
fn all_of_a_long_record_is_looked_at() {
    let filler = "y".repeat(LONGEST * 2 / 3) + "\n";
    let across = ["y".repeat(LONGEST - 10).as_str(), "\n"].concat();
    let lines = ["TIM: a\n", &filler, "b\n", &filler, "cx\n", &filler, "TIM: d\n"];
    let of = |text: &str, passes, continued| (text.to_string(), passes, continued);
    let any = |_: &Head, text: &[u8]| text.contains(&b'x');
    let expected = [
        of("TIM: a", false, false),
        of("TIM: a", true, false),
        of("", true, true),
        of("", true, true),
        of("TIM: d", false, false),
    ];
    assert_eq!(parts(any, Parts::Any, &lines), expected);
    let expected = [of("TIM: a", true, false), of("", false, true), of("", false, true), of("TIM: d", false, false)];
    assert_eq!(parts(|_: &Head, text: &[u8]| !text.contains(&b'x'), Parts::All, &lines), expected);
    // What lies across two parts is seen too.
    let both = |_: &Head, text: &[u8]| memchr::memmem::find(text, b"y\nz").is_some();
    assert_eq!(parts(both, Parts::Any, &["TIM: a", &across, "zzzzzz\n"]).last(), Some(&of("zzzzzz", true, true)));
}
