//! The borders between batches: the result does not depend on where a file is split.

use std::ops::Range;
use std::sync::LazyLock;

use imlog::internals::decode::Decoder;

use crate::program::testdata;
use crate::support::damage::{NEAR_BORDERS, SMALL_BATCH, noise};
use crate::support::items::Account;
use crate::support::library::{TEST_KEY, assert_text, decoder};
use crate::support::lines::{Variety, lines};
use crate::support::writer::{Block, Client};

static USUAL: LazyLock<Decoder> = LazyLock::new(|| decoder(&[TEST_KEY]));
static SMALL: LazyLock<[Decoder; 2]> =
    LazyLock::new(|| [SMALL_BATCH, 3 * SMALL_BATCH].map(|size| decoder(&[TEST_KEY]).with_batch_size(size)));

/// The result for `file`, which is the same in batches of any size, at once and step by step.
#[track_caller]
fn account(file: &[u8], context: impl std::fmt::Display) -> Account {
    let usual = Account::of(&USUAL, file);
    for small in SMALL.iter() {
        for other in [Account::of(small, file), Account::of_steps(small, file)] {
            let difference = usual.differs(&other);
            assert!(difference.is_none(), "{context}: {}", difference.unwrap_or_default());
        }
    }
    usual
}

/// A block of text that is `len` bytes long, and its text.
fn block_of(len: usize) -> (Vec<u8>, Vec<u8>) {
    let mut line = b"[I][2023-11-05 +8.0 09:00:00.000][1, 2][tag][f.cpp:1, f][".to_vec();
    line.resize(len - 75, b'.');
    line.push(b'\n');
    (Block::keyed(0x08, 0).write(std::slice::from_ref(&line)), line)
}

/// Random bytes. They don't end with a zero, which would be taken for the end of the block before.
fn junk(len: usize) -> Vec<u8> {
    noise(len, 1).iter().map(|byte| byte | 0x40).collect()
}

/// One block of each current kind, and its text.
fn blocks() -> Vec<(Vec<u8>, Vec<u8>)> {
    let block = |(index, &magic): (usize, &u8)| {
        let lines: Vec<_> = lines(index as u64 + 1, Variety::Varied).take(6).collect();
        let block = Block::keyed(magic, if magic == 0x08 { 0 } else { index as u16 + 1 });
        let block = if magic == 0x07 || magic == 0x0C { block.client(Client::new(3, TEST_KEY)) } else { block };
        (block.write(&lines), lines.concat())
    };
    [0x09, 0x0D, 0x07, 0x0C, 0x09, 0x08].iter().enumerate().map(block).collect()
}

fn joined(blocks: &[(Vec<u8>, Vec<u8>)]) -> (Vec<u8>, String) {
    let file = blocks.iter().flat_map(|(bytes, _)| bytes.clone()).collect();
    (file, String::from_utf8(blocks.iter().flat_map(|(_, text)| text.clone()).collect()).unwrap())
}

#[test]
fn an_intact_file_may_be_split_anywhere() {
    let (rest, rest_text) = joined(&blocks());
    for len in 140..140 + SMALL_BATCH {
        let (first, text) = block_of(len);
        let account = account(&[first, rest.clone()].concat(), len);
        assert!(account.report.is_intact(), "{len}: {:?}", account.gaps());
        let expected = String::from_utf8(text).unwrap() + &rest_text;
        assert_text(&String::from_utf8(account.text()).unwrap(), &expected, len);
    }
}

#[test]
fn a_block_that_ends_with_its_batch() {
    for len in NEAR_BORDERS.into_iter().filter(|&len| len > 140) {
        let (file, text): (Vec<_>, Vec<_>) = std::iter::repeat_n(block_of(len), 5).unzip();
        let account = account(&file.concat(), len);
        assert!(account.report.is_intact(), "{len}: {:?}", account.gaps());
        assert!(account.text() == text.concat() && account.report.blocks == 5, "{len}");
    }
}

/// Foreign bytes between intact blocks, split by batches in every way.
#[test]
fn foreign_bytes_between_blocks_are_one_gap_however_they_are_split() {
    let blocks = blocks();
    let (front, front_text) = joined(&blocks[..2]);
    let (back, back_text) = joined(&blocks[2..]);
    let fill = SMALL_BATCH - front.len() % SMALL_BATCH;
    for at_border in [false, true] {
        for len in NEAR_BORDERS {
            for (what, junk) in [("zeros", vec![0; len]), ("noise", junk(len)), ("ones", vec![1; len])] {
                let (padding, padding_text) = if at_border { block_of(fill + SMALL_BATCH) } else { Default::default() };
                let file = [&padding, &front, &junk, &back].map(Vec::as_slice).concat();
                let context = format!("{len} {what} at {}", padding.len() + front.len());
                let account = account(&file, &context);
                let expected = String::from_utf8(padding_text).unwrap() + &front_text + &back_text;
                assert_text(&String::from_utf8_lossy(&account.text()), &expected, &context);
                let [gap] = account.gaps()[..] else { panic!("{context}: {:?}", account.gaps()) };
                assert_eq!((gap.offset as usize, gap.len as usize), (padding.len() + front.len(), len), "{context}");
            }
        }
    }
}

/// The text of each block that is not touched by the damage is complete.
#[track_caller]
fn assert_intact(blocks: &[(Vec<u8>, Vec<u8>)], damaged: Range<usize>, account: &Account, context: &str) {
    let (text, mut at) = (account.text(), 0);
    for (bytes, lines) in blocks {
        let touched = damaged.start < at + bytes.len() && damaged.end > at;
        at += bytes.len();
        assert!(touched || memchr::memmem::find(&text, lines).is_some(), "{context}: the block that ends at {at}");
    }
}

#[test]
fn damage_that_ends_at_a_border() {
    let blocks = blocks();
    let (file, _) = joined(&blocks);
    for border in (SMALL_BATCH..file.len()).step_by(SMALL_BATCH) {
        for len in NEAR_BORDERS {
            for at in [border.saturating_sub(len), border] {
                let range = at..(at + len).min(file.len());
                let context = format!("{range:?}");
                let mut noisy = file.clone();
                noisy[range.clone()].copy_from_slice(&noise(range.len(), 7));
                let mut blank = file.clone();
                blank[range.clone()].fill(0);
                let mut shorter = file.clone();
                shorter.drain(range.clone());
                for damaged in [noisy, blank, shorter] {
                    assert_intact(&blocks, range.clone(), &account(&damaged, &context), &context);
                }
            }
        }
    }
}

/// Foreign data in a log that is longer than a few batches, followed by more of the log.
#[test]
fn a_block_after_many_foreign_bytes_is_found() {
    let log = std::fs::read(testdata("async-zlib-plain.xlog")).unwrap();
    let whole = Account::of(&USUAL, &log).text();
    for (before, len) in [(0, 200_000), (0, 600_000), (1, 2_000_000)] {
        let foreign = vec![b'x'; len];
        let account = Account::of(&USUAL, &[&log.repeat(before), &foreign, &log.repeat(4)].map(Vec::as_slice).concat());
        assert!(account.text() == whole.repeat(before + 4), "{len}: {:?}", account.gaps());
        assert_eq!((account.report.gaps, account.report.lost), (1, foreign.len() as u64), "{len}");
    }
}
