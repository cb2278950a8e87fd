//! Nothing is invented: decoding a damaged file gives lines that were written, and markers.
//!
//! This can't hold for every line, because bodies have no checksum: a flipped bit changes a letter, and in a deflate or
//! zstd stream, later lines copy that letter. These tests check what does hold. Lines are never invented outside damaged
//! blocks (except for a line break at their end), never where bytes are only missing from the end, and rarely elsewhere.

use std::ops::Range;
use std::sync::LazyLock;

use imlog::internals::decode::Decoder;
use imlog::internals::output::marker::PREFIX;
use imlog::internals::output::text::TextWriter;

use crate::support::damage::{Fault, noise};
use crate::support::library::{TEST_KEY, decoder};
use crate::support::lines::{Random, Variety, lines};
use crate::support::writer::{Block, Client};

static DECODER: LazyLock<Decoder> = LazyLock::new(|| decoder(&[TEST_KEY]));
static CLIENT: LazyLock<Client> = LazyLock::new(|| Client::new(1, TEST_KEY));

/// The kinds to test: text, and each codec with and without encryption.
const MAGICS: [u8; 5] = [0x08, 0x09, 0x07, 0x0D, 0x0C];

/// How many lines a block has, and how many blocks a file.
const LINES: usize = 20;
const BLOCKS: usize = 4;

/// The bytes of a block, and its lines.
struct Written {
    bytes: Vec<u8>,
    lines: Vec<Vec<u8>>,
}

fn file(magic: u8, seed: u64) -> Vec<Written> {
    let variety = if seed.is_multiple_of(2) { Variety::Varied } else { Variety::Alike };
    let mut lines = lines(seed, variety);
    let block = |seq: u16| {
        let block = Block::keyed(magic, if magic == 0x08 { 0 } else { seq });
        let block = if matches!(magic, 0x07 | 0x0C) { block.client(*CLIENT) } else { block };
        let lines: Vec<_> = lines.by_ref().take(LINES).collect();
        Written { bytes: block.write(&lines), lines }
    };
    (1..=BLOCKS as u16).map(block).collect()
}

fn bytes(blocks: &[Written]) -> Vec<u8> {
    blocks.iter().flat_map(|block| block.bytes.clone()).collect()
}

fn all_lines(blocks: &[Written]) -> Vec<Vec<u8>> {
    blocks.iter().flat_map(|block| block.lines.clone()).collect()
}

/// The decoded lines, without markers.
fn shown(file: &[u8]) -> Vec<Vec<u8>> {
    let mut writer = TextWriter::new(Vec::new(), true);
    DECODER.decode(file, |item| writer.item(item)).unwrap();
    let text = writer.finish().unwrap();
    lines_of(&text).into_iter().filter(|line| !line.starts_with(PREFIX.as_bytes())).collect()
}

fn lines_of(text: &[u8]) -> Vec<Vec<u8>> {
    text.split_inclusive(|&byte| byte == b'\n').map(<[u8]>::to_vec).collect()
}

/// The lines of `shown` that are not in `written`. Each written line counts once.
fn invented(shown: Vec<Vec<u8>>, written: &[Vec<u8>]) -> Vec<Vec<u8>> {
    let mut left = written.to_vec();
    let is_new = |line: &Vec<u8>| match left.iter().position(|left| left == line) {
        Some(at) => {
            left.swap_remove(at);
            false
        }
        None => true,
    };
    shown.into_iter().filter(is_new).collect()
}

const FAULTS: [&str; 6] = ["flipped bit", "zeros", "noise", "deletion", "inserted noise", "inserted zeros"];

fn fault(name: &str, random: &mut Random, size: usize) -> Fault {
    let (at, len, seed) = (random.below(size), 1 + random.below(300), random.next());
    match name {
        "flipped bit" => Fault::Flip { at, bit: (seed % 8) as u8 },
        "zeros" => Fault::Zero { at, len },
        "noise" => Fault::Noise { at, len, seed },
        "deletion" => Fault::Delete { at, len },
        "inserted noise" => Fault::Insert { at, len, seed },
        _ => Fault::InsertZeros { at, len },
    }
}

/// The blocks that a fault touches.
fn touched(blocks: &[Written], fault: &Fault) -> Range<usize> {
    let ends: Vec<_> = blocks
        .iter()
        .scan(0, |end, block| {
            *end += block.bytes.len();
            Some(*end)
        })
        .collect();
    let place = fault.touches(*ends.last().unwrap());
    let inserted = place.is_empty();
    // Bytes that are inserted before the first byte of a block touch no block.
    let first = ends.iter().position(|&end| place.start < end).unwrap();
    let start = if first == 0 { 0 } else { ends[first - 1] };
    if inserted && place.start == start {
        return first..first;
    }
    first..ends.iter().position(|&end| place.end <= end).unwrap() + 1
}

/// A damaged file: the lines written in the blocks that the damage touches, and the decoded lines of these blocks that
/// were never written.
struct Outcome {
    written: Vec<Vec<u8>>,
    new: Vec<Vec<u8>>,
    context: String,
}

/// Damages a file. All blocks that the damage does not touch must give their lines.
fn outcome(magic: u8, fault_name: &str, seed: u64) -> Outcome {
    let blocks = file(magic, seed);
    let mut damaged = bytes(&blocks);
    let fault = fault(fault_name, &mut Random::new(seed + 1), damaged.len());
    fault.apply(&mut damaged);
    let (shown, touched) = (shown(&damaged).concat(), touched(&blocks, &fault));
    let context = format!("{magic:#04x}, seed {seed}: {fault:?} in {touched:?}");
    let (before, after) = (all_lines(&blocks[..touched.start]).concat(), all_lines(&blocks[touched.end..]).concat());
    let middle = shown.strip_prefix(&before[..]).and_then(|rest| rest.strip_suffix(&after[..]));
    let middle = middle.unwrap_or_else(|| panic!("{context}: the blocks around it"));
    let written = all_lines(&blocks[touched]);
    let new = invented(lines_of(middle), &written);
    Outcome { written, new, context }
}

const FILES: u64 = 40;

/// The most files in which a line was never written. A flipped bit often changes one letter and what copies it. Nearly
/// all other damage is noticed, except that bytes at the start of a stream may look like another code. The bounds leave
/// a little room, because other versions of the compressors write other streams.
#[test]
fn streams_rarely_invent_lines() {
    for (magic, of_flips, of_others) in [(0x09, 24, 4), (0x07, 3, 2), (0x0D, 32, 4), (0x0C, 16, 5)] {
        for fault in FAULTS {
            let files = (0..FILES).filter(|&seed| !outcome(magic, fault, seed).new.is_empty()).count();
            let most = if fault == "flipped bit" { of_flips } else { of_others };
            assert!(files <= most, "{magic:#04x}: {fault}, {files} of {FILES} files");
        }
    }
}

/// Text is shown as it is. The only new lines are those that were damaged themselves, usually one.
#[test]
fn only_the_damaged_line_of_a_text_is_new() {
    for fault in FAULTS {
        for seed in 0..FILES {
            let Outcome { written, new, context } = outcome(0x08, fault, seed);
            let starts = |line: &[u8], len: usize| written.iter().any(|written| written.starts_with(&line[..len]));
            let ends = |line: &[u8], from: usize| written.iter().any(|written| written.ends_with(&line[from..]));
            for line in &new {
                let is_damaged = match fault {
                    "flipped bit" => (0..line.len()).any(|at| starts(line, at) && ends(line, at + 1)),
                    // The end of a line after zeros looks like a line after a header.
                    "zeros" | "inserted zeros" => ends(line, 0),
                    "deletion" => (0..line.len()).any(|at| starts(line, at) && ends(line, at)),
                    // No run of zeros and few odd bytes: the app might have logged it.
                    _ => std::str::from_utf8(line).is_err() || starts(line, line.len() - 1),
                };
                assert!(is_damaged, "{context}: {}", line.escape_ascii());
            }
            // Noise contains line breaks too.
            let most = if fault.ends_with("noise") { 5 } else { 2 };
            assert!(new.len() <= most, "{context}: {} lines", new.len());
        }
    }
}

/// Wherever a log is truncated, it gives exactly the lines before that, in order.
#[test]
fn truncation_invents_nothing() {
    for magic in MAGICS {
        let blocks = file(magic, 3);
        let (file, written) = (bytes(&blocks[..2]), all_lines(&blocks[..2]));
        let mut seen = 0;
        for end in (0..=file.len()).step_by(7).chain([file.len()]) {
            let shown = shown(&file[..end]);
            assert!(written.starts_with(&shown), "{magic:#04x} cut at {end} of {}", file.len());
            assert!(shown.len() >= seen, "{magic:#04x} cut at {end}: the later, the more");
            seen = shown.len();
        }
        assert_eq!(seen, written.len());
    }
}

/// Neither junk between two blocks nor a missing block invents anything.
#[test]
fn junk_between_blocks_invents_nothing() {
    for magic in MAGICS {
        for seed in 0..8 {
            let blocks = file(magic, seed);
            let junk = noise(1 + seed as usize * 97, seed);
            let parts = [&blocks[0].bytes, &blocks[1].bytes, &junk, &blocks[3].bytes];
            let expected = [all_lines(&blocks[..2]), all_lines(&blocks[3..])].concat();
            assert!(shown(&parts.map(Vec::as_slice).concat()) == expected, "{magic:#04x}, {} bytes", junk.len());
        }
    }
}
