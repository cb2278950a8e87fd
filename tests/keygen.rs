//! `imlog keygen`: the keys that it makes, and where they go.

#[path = "decode/program.rs"]
#[allow(dead_code, reason = "each test crate uses its own part")]
mod program;
#[path = "support/mod.rs"]
mod support;

use program::{Ended, Folder};
use support::library::TEST_KEY;
use support::lines::{Variety, lines};
use support::writer::{Block, Client};

/// As the repository of mars publishes it, beside the private key in testdata/.
const TEST_PUBLIC: &str = "572d1e2710ae5fbca54c76a382fdd44050b3a675cb2bf39feebe85ef63d947af\
                           f0fa4943f1112e8b6af34bebebbaefa1a0aae055d9259b89a1858f7cc9af9df1";

fn out(ended: &Ended) -> String {
    String::from_utf8(ended.out.clone()).unwrap()
}

fn is_hex(text: &str, digits: usize) -> bool {
    text.len() == digits && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

#[test]
fn a_new_key_opens_what_was_encrypted_for_it() {
    let folder = Folder::new();
    let ended = folder.run(&["keygen", "app.key"]);
    assert_eq!((ended.code, ended.err.as_str()), (0, ""));
    let public = out(&ended);
    assert!(is_hex(public.trim_end_matches('\n'), 128), "{public}");

    let file = folder.read("app.key");
    let (comment, private) = file.split_once('\n').unwrap();
    assert_eq!(comment, format!("# public key: {}", public.trim_end()));
    assert!(is_hex(private.trim_end_matches('\n'), 64));

    let lines: Vec<_> = lines(1, Variety::Varied).take(20).collect();
    let client = Client::new(5, private.trim_end());
    folder.write("a.xlog", Block::keyed(0x07, 1).client(client).write(&lines));
    let ended = folder.run(&["decode", "--key-file", "app.key", "-o", "-", "a.xlog"]);
    assert_eq!((ended.code, ended.out), (0, lines.concat()));
}

#[cfg(unix)]
#[test]
fn nobody_else_can_read_it() {
    use std::os::unix::fs::PermissionsExt;
    let folder = Folder::new();
    assert_eq!(folder.run(&["keygen", "app.key"]).code, 0);
    assert_eq!(std::fs::metadata(folder.path("app.key")).unwrap().permissions().mode() & 0o777, 0o600);
}

#[test]
fn a_key_is_never_replaced() {
    let folder = Folder::new();
    folder.write("app.key", "needed");
    let ended = folder.run(&["keygen", "app.key"]);
    assert_eq!((ended.code, ended.out.len()), (2, 0));
    assert!(ended.err.starts_with("error: cannot write `app.key`: "), "{}", ended.err);
    assert!(ended.err.contains("\nhint: a key is never replaced"), "{}", ended.err);
    assert_eq!(folder.read("app.key"), "needed");
    assert_eq!(folder.files(), ["app.key"]);
}

#[test]
fn standard_output_has_it_as_a_key_file() {
    let folder = Folder::new();
    let (one, other) = (folder.run(&["keygen", "-"]), folder.run(&["keygen", "-"]));
    assert_eq!((one.code, one.err.as_str()), (0, ""));
    assert_ne!(one.out, other.out, "random");
    assert!(folder.files().is_empty());
    folder.write("app.key", &one.out);
    let public = out(&folder.run(&["keygen", "--public", "app.key"]));
    assert_eq!(out(&one).lines().next().unwrap(), format!("# public key: {}", public.trim_end()));
}

#[test]
fn the_public_key_comes_from_the_private_one() {
    let folder = Folder::new();
    folder.write("app.key", format!("# ours\n{TEST_KEY}\n"));
    let expected = format!("{TEST_PUBLIC}\n");
    for args in [&["keygen", "--public", "app.key"][..], &["keygen", "--public", "--key-file", "app.key"]] {
        let ended = folder.run(args);
        assert_eq!((ended.code, out(&ended)), (0, expected.clone()), "{}", ended.err);
    }
    let ended = Ended::of(folder.command().args(["keygen", "--public"]).env("IMLOG_KEY", TEST_KEY));
    assert_eq!((ended.code, out(&ended)), (0, expected.clone()));
    let ended = Ended::of(folder.command().args(["keygen", "--public", "-"]).write_stdin(TEST_KEY));
    assert_eq!((ended.code, out(&ended)), (0, expected));
    let ended = Ended::of(folder.command().args(["keygen", "--public", "-"]).write_stdin("# none\n"));
    assert_eq!((ended.code, ended.out.len()), (2, 0));
    assert!(ended.err.starts_with("error: no key in standard input\nhint: "), "{}", ended.err);
}

#[test]
fn mistakes_are_told_and_show_no_key() {
    let folder = Folder::new();
    let bad = format!("{}g", &TEST_KEY[1..]);
    folder.write("bad.key", &bad);
    let cases: [&[&str]; 7] = [
        &["keygen"],
        &["keygen", "--public"],
        &["keygen", "--public", "bad.key"],
        &["keygen", "--public", "missing.key"],
        &["keygen", "--public", TEST_KEY],
        &["keygen", "no/such/folder/app.key"],
        &["keygen", "app.key", "--key", TEST_KEY],
    ];
    for args in cases {
        let ended = folder.run(args);
        assert_eq!((ended.code, ended.out.len()), (2, 0), "{args:?}");
        assert!(ended.err.starts_with("error: "), "{}", ended.err);
        assert!(!ended.err.contains(&TEST_KEY[8..]) && !ended.err.contains(&bad[8..]), "{}", ended.err);
    }
    assert_eq!(folder.files(), ["bad.key"]);
}
