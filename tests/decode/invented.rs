//! Nothing is invented: the text of a damaged file has only lines that were written, and markers.
//!
//! This cannot hold for each line. Bodies have no checksum: a flipped bit in a text is another letter, and so is one in
//! a deflate or zstd stream, from which later lines copy it. These tests say what does hold: a line that nobody wrote
//! never appears outside of damaged blocks (but for a line break at their end), never if bytes are only missing from the
//! end, and seldom elsewhere.

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

/// Text, and each codec with and without encryption.
const MAGICS: [u8; 5] = [0x08, 0x09, 0x07, 0x0D, 0x0C];

/// Lines in a block, and blocks in a file.
const LINES: usize = 20;
const BLOCKS: usize = 4;

/// A block as it stands in a file, and the lines in it.
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

/// What comes out, without markers.
fn shown(file: &[u8]) -> Vec<Vec<u8>> {
    let mut writer = TextWriter::new(Vec::new(), true);
    DECODER.decode(file, |item| writer.item(item)).unwrap();
    let text = writer.finish().unwrap();
    lines_of(&text).into_iter().filter(|line| !line.starts_with(PREFIX.as_bytes())).collect()
}

fn lines_of(text: &[u8]) -> Vec<Vec<u8>> {
    text.split_inclusive(|&byte| byte == b'\n').map(<[u8]>::to_vec).collect()
}

/// Lines of `shown` that are not in `written`, where each line counts once.
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

/// The blocks that a fault hits.
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
    // What is inserted before a block's first byte is in none.
    let first = ends.iter().position(|&end| place.start < end).unwrap();
    let start = if first == 0 { 0 } else { ends[first - 1] };
    if inserted && place.start == start {
        return first..first;
    }
    first..ends.iter().position(|&end| place.end <= end).unwrap() + 1
}

/// A file that was damaged: what was written in the blocks that the damage is in, and what comes out of them that was
/// not.
struct Outcome {
    written: Vec<Vec<u8>>,
    new: Vec<Vec<u8>>,
    context: String,
}

/// Damages a file. Around the blocks that the damage is in, all has to be what it was.
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

/// Few of the files have a line that nobody wrote. A flipped bit is often one wrong letter, and copies of it; other damage
/// is nearly always noticed, except that bytes at the start of a stream may be taken for another code. The bounds are a
/// little above the measured numbers, since other versions of the compressors write other streams.
#[test]
fn streams_seldom_invent() {
    for (magic, of_flips, of_others) in [(0x09, 24, 4), (0x07, 3, 2), (0x0D, 32, 4), (0x0C, 16, 5)] {
        for fault in FAULTS {
            let files = (0..FILES).filter(|&seed| !outcome(magic, fault, seed).new.is_empty()).count();
            let most = if fault == "flipped bit" { of_flips } else { of_others };
            assert!(files <= most, "{magic:#04x}: {fault}, {files} of {FILES} files");
        }
    }
}

/// A text is shown as it stands. What is new in it are lines that were damaged themselves: one, as a rule.
#[test]
fn of_a_text_only_the_damaged_line_is_new() {
    for fault in FAULTS {
        for seed in 0..FILES {
            let Outcome { written, new, context } = outcome(0x08, fault, seed);
            let starts = |line: &[u8], len: usize| written.iter().any(|written| written.starts_with(&line[..len]));
            let ends = |line: &[u8], from: usize| written.iter().any(|written| written.ends_with(&line[from..]));
            for line in &new {
                let is_damaged = match fault {
                    "flipped bit" => (0..line.len()).any(|at| starts(line, at) && ends(line, at + 1)),
                    // The end of a line comes behind zeros as a line does behind a header.
                    "zeros" | "inserted zeros" => ends(line, 0),
                    "deletion" => (0..line.len()).any(|at| starts(line, at) && ends(line, at)),
                    // Not a run of zeros, and few odd bytes: it might have been logged.
                    _ => std::str::from_utf8(line).is_err() || starts(line, line.len() - 1),
                };
                assert!(is_damaged, "{context}: {}", line.escape_ascii());
            }
            // Noise has line breaks too.
            let most = if fault.ends_with("noise") { 5 } else { 2 };
            assert!(new.len() <= most, "{context}: {} lines", new.len());
        }
    }
}

/// A log that is cut gives the lines before the cut, in order and no other, wherever it is cut.
#[test]
fn a_cut_invents_nothing() {
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

/// Junk between two blocks invents nothing, nor does a block that is not there.
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
