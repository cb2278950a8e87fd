//! A file as a card.

use crate::program::{Ended, Folder, testdata};
use crate::support::damage::Fault;
use crate::support::library::TEST_KEY;
use crate::support::lines::{Variety, lines};
use crate::support::writer::{Block, Client};
use crate::{command, info, logs, out};

/// A folder with all logs of testdata/, changed by `change`.
fn all(change: impl Fn(&mut Vec<u8>)) -> Folder {
    let folder = Folder::new();
    for name in logs() {
        let mut bytes = std::fs::read(testdata(&name)).unwrap();
        change(&mut bytes);
        folder.write(&name, bytes);
    }
    folder
}

fn cards(folder: &Folder, width: &str) -> Ended {
    let names = logs();
    let names = names.iter().map(String::as_str);
    let args: Vec<_> = ["--key", TEST_KEY, "--width", width].into_iter().chain(names).collect();
    info(folder, &args)
}

/// No line is wider than the page; each of these characters takes one column.
fn assert_fits(text: &str, width: usize) {
    for line in text.lines() {
        assert!(line.chars().count() <= width, "{line}");
    }
}

#[test]
fn intact_files() {
    let folder = all(|_| {});
    for width in ["60", "80", "120"] {
        let ended = cards(&folder, width);
        assert_eq!((ended.code, ended.err.as_str()), (0, ""));
        assert_fits(&out(&ended), width.parse().unwrap());
        insta::assert_snapshot!(format!("whole_{width}"), out(&ended));
    }
}

#[test]
fn damaged_files() {
    let folder = all(|bytes| {
        let size = bytes.len();
        Fault::Noise { at: size / 9, len: 300, seed: 7 }.apply(bytes);
        Fault::Delete { at: size / 2, len: 777 }.apply(bytes);
        bytes.truncate(size - size / 8);
    });
    for width in ["60", "80", "120"] {
        let ended = cards(&folder, width);
        assert_eq!((ended.code, ended.err.as_str()), (1, ""));
        assert_fits(&out(&ended), width.parse().unwrap());
        insta::assert_snapshot!(format!("damaged_{width}"), out(&ended));
    }
}

#[test]
fn into_a_pipe_they_are_plain_text() {
    let folder = all(|_| {});
    let ended = info(&folder, &["imsdk_C_20231106.xlog", "async-zlib-crypt.xlog"]);
    assert_eq!(ended.code, 1, "without the key, not all can be read");
    insta::assert_snapshot!(out(&ended));
    let ended = info(&folder, &["--color", "always", "imsdk_C_20231106.xlog"]);
    assert!(out(&ended).contains("\u{1b}["));
}

#[test]
fn ascii_is_as_asked_or_as_the_locale_has_it() {
    let folder = all(|_| {});
    let args = ["--width", "80", "imsdk_C_20231106.xlog", "async-zlib-crypt.xlog"];
    let asked = info(&folder, &[&["--ascii"], &args[..]].concat());
    assert!(asked.out.is_ascii());
    insta::assert_snapshot!(out(&asked));
    let locale = Ended::of(command(&folder).args(args).env("LC_ALL", "C"));
    // Windows has no such variable: its console takes any character.
    assert_eq!(out(&locale) == out(&asked), !cfg!(windows));
    let utf8 = Ended::of(command(&folder).args(args).env_remove("LC_ALL").env("LANG", "zh_CN.UTF-8"));
    assert!(out(&utf8).contains('█'));
}

#[test]
fn processes_gaps_and_repeats_are_told() {
    let some = |seed| lines(seed, Variety::Varied).take(30).collect::<Vec<_>>();
    let client = Client::new(3, TEST_KEY);
    let repeated = Block::keyed(0x09, 6).write(&some(6));
    let blocks = [
        Block::keyed(0x08, 0).write(&some(1)),
        Block::keyed(0x09, 1).write(&some(1)),
        Block::keyed(0x09, 2).write(&some(2)),
        Block::keyed(0x09, 5).write(&some(5)),
        repeated.clone(),
        repeated,
        Block::keyed(0x09, 7).write(&some(7)),
        b"something else".to_vec(),
        Block::keyed(0x07, 1).client(client).write(&some(7)),
        Block::keyed(0x07, 2).client(client).write(&some(8)),
        Block { hours: [23, 1], ..Block::keyed(0x09, 3) }.write(&some(9)),
    ];
    let folder = Folder::new();
    folder.write("a.xlog", blocks.concat());
    let ended = info(&folder, &["a.xlog"]);
    assert_eq!((ended.code, ended.err.lines().count()), (1, 1));
    assert!(ended.err.starts_with("hint: give the app's private key"), "{}", ended.err);
    insta::assert_snapshot!(out(&ended));
    let other = "2".repeat(64);
    assert!(out(&info(&folder, &["a.xlog", "--key", &other])).contains("(2 blocks, no key fits)"));
    assert!(out(&info(&folder, &["a.xlog", "--key", TEST_KEY])).contains("(2 blocks, opened)"));
}

#[test]
fn standard_input_gets_a_card_too() {
    let log = std::fs::read(testdata("imsdk_C_20231106.xlog")).unwrap();
    let folder = Folder::new();
    folder.write("standard input", &log);
    for more in [&[][..], &["--headers"]] {
        let piped = Ended::of(command(&folder).arg("-").args(more).write_stdin(log.clone()));
        assert_eq!(piped.code, 0);
        let file = Ended::of(command(&folder).arg("standard input").args(more));
        assert_eq!(out(&piped), out(&file));
    }
}

#[test]
fn long_lists_are_cut_short() {
    let log = std::fs::read(testdata("async-zlib-plain.xlog")).unwrap();
    let folder = Folder::new();
    folder.write("a.xlog", [&log[..], b"something else"].concat().repeat(30));
    let text = out(&info(&folder, &["a.xlog"]));
    assert!(text.contains("1-3, … and 20\n           more (29 process restarts)\n"), "{text}");
    assert_eq!(text.matches("14 bytes lost").count(), 10);
    assert!(text.ends_with("           … and 20 more\n"), "{text}");
}
