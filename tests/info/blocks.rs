//! `--blocks`: one line per block.

use std::io::Read;
use std::process::Stdio;

use crate::program::{Folder, testdata};
use crate::support::library::TEST_KEY;
use crate::support::lines::{Variety, lines};
use crate::support::writer::{Block, Client};
use crate::{info, out};

/// A file with many kinds of damage.
fn folder() -> Folder {
    let some = |seed| lines(seed, Variety::Varied).take(30).collect::<Vec<_>>();
    let mut damaged = Block::keyed(0x0D, 4).write(&some(4));
    damaged[1200..1300].fill(0x5A);
    let mut odd_hours = Block::keyed(0x09, 5).write(&some(5));
    odd_hours[3] = 77;
    let mut cut = Block::keyed(0x09, 1).write(&some(6));
    cut.truncate(cut.len() - 500);
    let blocks = [
        Block::keyed(0x08, 0).write(&some(1)),
        Block::keyed(0x09, 1).write(&some(1)),
        Block::keyed(0x09, 3).write(&some(2)),
        damaged,
        odd_hours,
        b"something else".to_vec(),
        Block::keyed(0x07, 6).client(Client::new(3, TEST_KEY)).write(&some(7)),
        Block::keyed(0x09, 7).write(&some(8)),
        cut,
    ];
    let folder = Folder::new();
    folder.write("a.xlog", blocks.concat());
    folder.copy("xor-02.xlog", "b.xlog");
    folder
}

#[test]
fn each_with_its_end_and_gaps_between() {
    let folder = folder();
    for width in ["60", "80", "120"] {
        let ended = info(&folder, &["--blocks", "--width", width, "a.xlog"]);
        assert_eq!((ended.code, ended.err.lines().count()), (1, 1));
        assert!(ended.err.starts_with("hint: give the app's private key"), "{}", ended.err);
        insta::assert_snapshot!(format!("blocks_{width}"), out(&ended));
    }
}

#[test]
fn of_headers_alone_there_is_no_text() {
    let ended = info(&folder(), &["--blocks", "--headers", "a.xlog"]);
    assert_eq!(ended.code, 1);
    insta::assert_snapshot!(out(&ended));
}

#[test]
fn several_files_have_titles() {
    let folder = folder();
    let text = out(&info(&folder, &["--blocks", "a.xlog", "."]));
    let titles: Vec<_> = text.split("\n\n").map(|part| part.lines().next().unwrap()).collect();
    assert_eq!(titles, ["a.xlog", "./a.xlog", "./b.xlog"]);
}

#[test]
fn a_closed_pipe_is_quiet_success() {
    let folder = Folder::new();
    let log = std::fs::read(testdata("sync-zlib-plain.xlog")).unwrap().repeat(200);
    let path = folder.write("a.xlog", log);
    for more in [&["--blocks"][..], &["--blocks", "--json"], &["--blocks", "--headers"]] {
        let mut child = std::process::Command::new(assert_cmd::cargo::cargo_bin("imlog"))
            .arg("info")
            .args(more)
            .arg(&path)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut some = [0; 100];
        child.stdout.take().unwrap().read_exact(&mut some).unwrap();
        let output = child.wait_with_output().unwrap();
        assert_eq!((output.status.code(), String::from_utf8(output.stderr).unwrap().as_str()), (Some(0), ""));
    }
}
