//! Nothing that controls a terminal is ever written to one, wherever it comes from.

#![cfg(unix)]

use std::process::Command;

use crate::program::Folder;
use crate::support::terminal;
use crate::support::writer::Block;

/// Sets the title, clears the screen, sets the clipboard and reverses the text direction, with C1 controls as well.
const HOSTILE: &str = "\u{1b}]0;title\u{7}\u{1b}[2J\u{1b}]52;c;eA==\u{7}\u{9b}2J\u{202e}txt";

fn shown(folder: &Folder, args: &[&str]) -> String {
    let mut command = Command::new(assert_cmd::cargo::cargo_bin("imlog"));
    let (shown, _) = terminal::run(command.current_dir(folder.path("")).args(args));
    assert!(!shown.contains("panicked"), "{shown}");
    shown
}

#[track_caller]
fn assert_safe(shown: &str, context: &[&str]) {
    for raw in ["\u{1b}]", "\u{1b}[2J", "\u{7}", "\u{9b}", "\u{202e}"] {
        assert!(!shown.contains(raw), "{context:?}: {shown:?}");
    }
}

#[track_caller]
fn assert_visible(shown: &str, context: &[&str]) {
    assert_safe(shown, context);
    assert!(shown.contains("]0;title"), "{context:?}: {shown:?}");
}

#[test]
fn no_text_controls_the_terminal() {
    let folder = Folder::new();
    let line = format!("TIM: 2023-11-06 08:20:00.000 E |-a.cpp:1  f  |{HOSTILE}\n");
    folder.write("imsdk_20200101.xlog", Block::keyed(0x09, 1).write(&[line.into_bytes()]));
    for args in [&["decode", "-o", "-", "."][..], &["cat", "."], &["cat", "--json", "."]] {
        assert_visible(&shown(&folder, args), args);
    }
}

#[test]
fn no_file_name_controls_the_terminal() {
    let folder = Folder::new();
    let line = b"TIM: 2023-11-06 08:20:00.000 E |-a.cpp:1  f  |one\n".to_vec();
    let log = Block::keyed(0x09, 1).write(std::slice::from_ref(&line));
    // Two files, so that names are shown; one is damaged, so that it is reported.
    let names = [format!("{HOSTILE}_20200101.xlog"), format!("{HOSTILE}\n_20200102.xlog")];
    folder.write(&names[0], &log);
    folder.write(&names[1], [&log[..], b"junk junk junk"].concat());
    folder.write(&format!("{HOSTILE}.zip"), b"no zip");
    for args in [
        &["decode", "-v", "."][..],
        &["decode", "-v", "--output-dir", "out", "."],
        &["cat", "."],
        &["cat", "--json", "."],
        &["cat", "--merge", "."],
        &["info", "."],
        &["info", "--json", "."],
        &["info", "--blocks", &names[1]],
        &["info", "--check", "."],
        &["info", &names[0]],
        &["prune", "-n", "."],
        &["prune", "-n", "--json", "."],
        &["decode", HOSTILE],
        &["info", HOSTILE],
        &["prune", "-v", "."],
    ] {
        assert_visible(&shown(&folder, args), args);
    }
    // The argument parser removes some of it.
    for hostile in [HOSTILE, "--x\u{1b}]0;title\u{7}", "\u{1b}[2J", "\u{7}"] {
        for args in
            [&[hostile][..], &["decode", hostile], &["decode", "-j", hostile], &["cat", "--since", hostile, "."]]
        {
            assert_safe(&shown(&folder, args), args);
        }
    }
}
