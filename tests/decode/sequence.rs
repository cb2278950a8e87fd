//! seq: skips, restarts, wrap-around, repeats.

use imlog::internals::decode::GapCause;

use crate::program::Folder;
use crate::support::library::decode;
use crate::support::writer::Block;

fn file(seqs: &[u16]) -> Vec<u8> {
    seqs.iter().flat_map(|&seq| Block::keyed(0x09, seq).write(&[format!("block {seq}\n").into_bytes()])).collect()
}

#[test]
fn a_skip_gets_a_marker_and_is_not_damage() {
    let decoded = decode(&file(&[36, 37, 39, 40]));
    assert_eq!(decoded.text, "block 36\nblock 37\nblock 39\nblock 40\n");
    assert_eq!(decoded.gaps.len(), 1);
    assert_eq!(decoded.gaps[0].cause, GapCause::Skip(38..=38));
    assert_eq!((decoded.report.skips, decoded.report.missing, decoded.report.is_intact()), (1, 1, true));

    let folder = Folder::new();
    folder.write("a.xlog", file(&[36, 37, 39, 40]));
    let ended = folder.run(&["decode", "a.xlog"]);
    assert_eq!(ended.code, 0);
    insta::assert_snapshot!(folder.read("a.xlog.log"));
    folder.run(&["decode", "--no-markers", "a.xlog"]);
    assert_eq!(folder.read("a.xlog.log"), "block 36\nblock 37\nblock 39\nblock 40\n");
}

#[test]
fn a_restart_and_a_wraparound_get_no_marker() {
    let decoded = decode(&file(&[7, 8, 1, 2, 3]));
    assert_eq!((decoded.gaps.len(), decoded.report.restarts), (0, 1));
    let decoded = decode(&file(&[65534, 65535, 1, 2]));
    assert_eq!((decoded.gaps.len(), decoded.report.restarts), (0, 0));
}

#[test]
fn a_cache_block_that_was_written_twice_is_a_repeat() {
    let decoded = decode(&file(&[1, 2, 2, 3]));
    assert_eq!(decoded.text, "block 1\nblock 2\nblock 2\nblock 3\n", "kept as it is");
    assert_eq!((decoded.gaps.len(), decoded.report.restarts, decoded.report.repeats), (0, 0, 1));
}

#[test]
fn a_repeat_does_not_hide_a_lost_block() {
    let decoded = decode(&file(&[4, 5, 5, 7, 8]));
    assert_eq!((decoded.report.repeats, decoded.report.missing, decoded.report.repaired), (1, 1, 0));
}

#[test]
fn sync_blocks_are_not_counted() {
    let mut bytes = file(&[1, 2]);
    bytes.extend(Block::keyed(0x08, 0).write(&[b"tip\n".to_vec()]));
    bytes.extend(file(&[3]));
    let decoded = decode(&bytes);
    assert_eq!(decoded.text, "block 1\nblock 2\ntip\nblock 3\n");
    assert!(decoded.gaps.is_empty());
}
