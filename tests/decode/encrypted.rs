//! Encrypted blocks: with the key, without it, with several keys.

use imlog::internals::decode::GapCause;

use crate::program::{Ended, Folder, testdata};
use crate::support::library::{TEST_KEY, decode, decode_with, decoder};
use crate::support::lines::{Variety, lines};
use crate::support::writer::{Block, Client};

const OTHER_KEY: &str = "2222222222222222222222222222222222222222222222222222222222222222";

fn some_lines(seed: u64) -> Vec<Vec<u8>> {
    lines(seed, Variety::Varied).take(40).collect()
}

fn text(lines: &[Vec<u8>]) -> String {
    String::from_utf8(lines.concat()).unwrap()
}

#[test]
fn several_servers_and_clients_in_one_file() {
    let clients = [Client::new(3, TEST_KEY), Client::new(4, OTHER_KEY), Client::new(5, TEST_KEY)];
    let mut file = Vec::new();
    let mut expected = String::new();
    for round in 0..3 {
        for (index, client) in clients.iter().enumerate() {
            let lines = some_lines(round * 10 + index as u64);
            let magic = if index == 1 { 0x0C } else { 0x07 };
            file.extend(Block::keyed(magic, 1 + round as u16).client(*client).write(&lines));
            expected += &text(&lines);
        }
    }
    let decoded = decode_with(&decoder(&[OTHER_KEY, TEST_KEY]), &file);
    assert_eq!(decoded.text, expected);
    assert!(decoded.report.is_intact());

    let half = decode_with(&decoder(&[OTHER_KEY]), &file);
    assert_eq!(half.report.unopened, 6);
    assert_eq!(half.report.clients, [clients[0].public, clients[2].public]);
    assert_eq!(half.report.gaps, 4, "runs are counted once: 0, 2+3, 5+6, 8");
}

#[test]
fn without_a_key_the_plain_blocks_are_decoded() {
    let client = Client::new(3, TEST_KEY);
    let (first, secret, last) = (some_lines(1), some_lines(2), some_lines(3));
    let file = [
        Block::keyed(0x09, 1).write(&first),
        Block::keyed(0x07, 2).client(client).write(&secret),
        Block::keyed(0x0C, 3).client(client).write(&secret),
        Block::keyed(0x09, 4).write(&last),
    ];
    for decoder in [decoder(&[]), decoder(&[OTHER_KEY])] {
        let decoded = decode_with(&decoder, &file.concat());
        assert_eq!(decoded.text, text(&first) + &text(&last), "and nothing of the ciphertext");
        assert_eq!(decoded.gaps.len(), 2);
        assert!(decoded.gaps.iter().all(|gap| matches!(gap.cause, GapCause::Encrypted { .. })));
        assert_eq!(decoded.report.skips, 0);
    }
}

#[test]
fn ciphertext_is_never_shown_whatever_the_magic() {
    let client = Client::new(3, TEST_KEY);
    for magic in [0x06, 0x08, 0x09, 0x0A, 0x0B, 0x0D] {
        let mut blocks: Vec<_> =
            (1..=3).map(|seq| Block::keyed(0x07, seq).client(client).write(&some_lines(seq.into()))).collect();
        blocks[1][0] = magic;
        assert_eq!(decode(&blocks.concat()).text, "", "{magic:#04x}");
    }
}

#[test]
fn keys_come_from_options_files_and_the_environment() {
    let folder = Folder::new();
    folder.copy("async-zlib-crypt.xlog", "a.xlog");
    folder.write("app.key", format!("# two apps\n{OTHER_KEY}\r\n\n  {TEST_KEY} # ours\n"));
    let ways: [&[&str]; 3] = [
        &["decode", "a.xlog", "--key-file", "app.key"],
        &["decode", "a.xlog", "--key", OTHER_KEY, "--key", TEST_KEY],
        &["decode", "a.xlog", "--key", &TEST_KEY.to_uppercase()],
    ];
    for args in ways {
        assert_eq!(folder.run(args).code, 0, "{args:?}");
    }
    let ended = Ended::of(folder.command().args(["decode", "a.xlog"]).env("IMLOG_KEY", TEST_KEY));
    assert_eq!((ended.code, ended.out.len()), (0, 0));
}

#[test]
fn a_missing_key_is_reported_with_a_hint() {
    let folder = Folder::new();
    folder.copy("async-zlib-crypt.xlog", "a.xlog");
    let ended = folder.run(&["decode", "a.xlog"]);
    assert_eq!(ended.code, 1);
    insta::assert_snapshot!(ended.told());
    insta::assert_snapshot!(folder.read("a.xlog.log"));
}

/// A log that only lacks a key is not damaged. One that is damaged as well is.
#[test]
fn the_summary_distinguishes_damage_from_a_missing_key() {
    let folder = Folder::new();
    let crypt = std::fs::read(testdata("async-zlib-crypt.xlog")).unwrap();
    let plain = std::fs::read(testdata("async-zlib-plain.xlog")).unwrap();
    let summary = |name: &str, more: &[&str]| {
        let ended = folder.run(&[&["decode", "--force", name][..], more].concat());
        let line = ended.told().lines().last().unwrap_or_default().to_owned();
        (ended.code, line.split_once("; ").map_or(String::new(), |(_, flaws)| flaws.to_owned()))
    };
    folder.write("one/key.xlog", &crypt);
    folder.write("one/good.xlog", &plain);
    assert_eq!(summary("one", &[]), (1, "1 needs a key".into()));
    assert_eq!(summary("one", &["--key", OTHER_KEY]), (1, "1 needs a key".into()));
    assert_eq!(summary("one", &["--key", TEST_KEY]), (0, String::new()));

    folder.write("two/key.xlog", &crypt);
    folder.write("two/both.xlog", [b"something else", &crypt[..]].concat());
    folder.write("two/skip.xlog", [&plain[..408], &plain[51_121..], &crypt].concat());
    folder.write("two/damaged.xlog", [b"something else", &plain[..]].concat());
    let all = "2 damaged (98830 bytes in 3 places not decoded); 2 need a key";
    assert_eq!(summary("two", &[]), (1, all.into()));
    let damaged = "2 damaged (28 bytes in 2 places not decoded)";
    assert_eq!(summary("two", &["--key", TEST_KEY]), (1, damaged.into()));
    folder.write("repaired.xlog", {
        let mut repaired = [&plain[..], &crypt].concat();
        repaired[51_121 + 3] = 99;
        repaired
    });
    let repaired = "1 damaged (98802 bytes in 1 place not decoded)";
    assert_eq!(summary("repaired.xlog", &[]), (1, repaired.into()));
}

#[test]
fn without_the_key_an_earlier_text_stays() {
    let folder = Folder::new();
    folder.copy("async-zlib-crypt.xlog", "a.xlog");
    folder.write("a.xlog.log", "decoded by somebody with the key");
    let ended = folder.run(&["decode", "a.xlog", "--key", OTHER_KEY]);
    assert_eq!(ended.code, 1);
    assert!(ended.err.contains("none of the keys fits"), "{}", ended.err);
    assert_eq!(folder.read("a.xlog.log"), "decoded by somebody with the key");
    assert_eq!(folder.files().len(), 2);
}

#[test]
fn a_bad_key_is_rejected_first_and_not_shown() {
    let folder = Folder::new();
    folder.copy("async-zlib-crypt.xlog", "a.xlog");
    folder.write("bad.key", "zz".repeat(32));
    folder.write("empty.key", "# nothing\n");
    let (short, range) = ("5ec7e7".to_string(), "f".repeat(64));
    let ways: [&[&str]; 5] = [
        &["decode", "a.xlog", "--key", &short],
        &["decode", "a.xlog", "--key", &range],
        &["decode", "a.xlog", "--key-file", "bad.key"],
        &["decode", "a.xlog", "--key-file", "empty.key"],
        &["decode", "a.xlog", "--key-file", "missing.key"],
    ];
    for args in ways {
        let ended = folder.run(args);
        assert_eq!(ended.code, 2, "{args:?}");
        assert!(ended.err.starts_with("error: "), "{}", ended.err);
        assert!(!ended.err.contains(&short) && !ended.err.contains(&range) && !ended.err.contains("zz"));
        assert!(!folder.path("a.xlog.log").exists());
    }
    let ended = Ended::of(folder.command().args(["decode", "a.xlog"]).env("IMLOG_KEY", &short));
    assert_eq!(ended.code, 2);
    assert!(!ended.err.contains(&short));
}

#[test]
fn the_key_file_of_testdata_is_the_key() {
    assert!(std::fs::read_to_string(testdata("test.key")).unwrap().contains(TEST_KEY));
}

/// Damage at the very start of a body makes the right key look wrong.
#[test]
fn the_result_for_a_block_does_not_depend_on_earlier_files() {
    let client = Client::new(3, TEST_KEY);
    let block = |magic: u8, seq: u16| Block::keyed(magic, seq).client(client).write(&some_lines(seq.into()));
    for magic in [0x07, 0x0C] {
        let good = block(magic, 1);
        for at in [0, 3, 9, 17, 40, 63] {
            let mut bad = block(magic, 2);
            bad[73 + at] ^= 0x40;
            let alone = decode_with(&decoder(&[TEST_KEY]), &bad);
            let used = decoder(&[OTHER_KEY, TEST_KEY]);
            decode_with(&used, &good);
            let after = decode_with(&used, &bad);
            assert!((&after.text, &after.gaps) == (&alone.text, &alone.gaps), "{magic:#x} {at}");
            // Within a file, a key that opens one block is known to be right for the other.
            let both = decode_with(&used, &[good.clone(), bad].concat());
            assert_eq!(both.text, text(&some_lines(1)) + &alone.text, "{magic:#x} {at}");
            assert!(both.gaps.iter().all(|gap| !matches!(gap.cause, GapCause::Encrypted { .. })), "{magic:#x} {at}");
        }
    }
}

#[test]
fn a_wrong_magic_does_not_hide_the_key() {
    let client = Client::new(3, TEST_KEY);
    let mut file = Block::keyed(0x07, 1).client(client).write(&some_lines(1));
    file.extend(Block::keyed(0x07, 2).client(client).write(&some_lines(2)));
    file[0] = 0x0C;
    let decoded = decode_with(&decoder(&[TEST_KEY]), &file);
    assert_eq!(decoded.text, text(&some_lines(1)) + &text(&some_lines(2)));
    assert_eq!((decoded.report.gaps, decoded.report.repaired), (0, 1));
}
