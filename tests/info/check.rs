//! `--check`: only whether files are intact.

use crate::program::{Ended, Folder, testdata};
use crate::support::library::TEST_KEY;
use crate::{command, info, out};

#[test]
fn intact_files_pass_silently() {
    let ended = info(&Folder::new(), &["--check", "--key", TEST_KEY, testdata("").to_str().unwrap()]);
    assert_eq!((ended.code, ended.out.len(), ended.err.as_str()), (0, 0, ""));
}

#[test]
fn each_file_that_is_not_whole_has_one_line() {
    let folder = Folder::new();
    let log = std::fs::read(testdata("async-zlib-plain.xlog")).unwrap();
    folder.write("cut.xlog", &log[..log.len() - 100]);
    let mut hours = log.clone();
    hours[51_121 + 3] = 99;
    folder.write("hours.xlog", hours);
    folder.copy("async-zlib-crypt.xlog", "locked.xlog");
    folder.write("text.xlog", "no log");
    folder.write("whole.xlog", &log);
    folder.write("folder/empty.txt", "");
    let ended = info(&folder, &["--check", ".", "missing.xlog"]);
    assert_eq!((ended.code, ended.out.len()), (1, 0));
    let missing = std::fs::metadata(folder.path("missing.xlog")).unwrap_err().to_string();
    let told = ended.err.replace(&missing, "No such file or directory (os error 2)");
    insta::assert_snapshot!(told.replace('\\', "/"));
    assert_eq!(info(&folder, &["--check", "whole.xlog"]).code, 0);
    assert_eq!(info(&folder, &["--check", "-q", "cut.xlog"]).err.lines().count(), 1);
}

#[test]
fn frames_need_no_key() {
    let folder = Folder::new();
    let log = std::fs::read(testdata("async-zlib-crypt.xlog")).unwrap();
    folder.write("a.xlog", &log);
    folder.write("cut.xlog", &log[..log.len() - 100]);
    assert_eq!(info(&folder, &["--check", "--headers", "a.xlog"]).code, 0);
    assert_eq!(info(&folder, &["--check", "--headers", "cut.xlog"]).code, 1);
    let piped = |bytes: &[u8]| Ended::of(command(&folder).args(["--check", "-"]).write_stdin(bytes)).code;
    let plain = std::fs::read(testdata("async-zlib-plain.xlog")).unwrap();
    assert_eq!((piped(&plain), piped(&plain[..90_000])), (0, 1));
}

#[test]
fn a_cut_file_says_that_nobody_knows_how_much_is_missing() {
    let folder = Folder::new();
    let log = std::fs::read(testdata("imsdk_C_20231106.xlog")).unwrap();
    let cut = |at: usize| {
        "cut off at offset ".to_owned() + &at.to_string() + ": what came after is missing, how much is unknown"
    };
    // In the body of a block, and in the header of one.
    for (at, last, time) in [(30_000, 21, "08:47:39.819"), (22_600, 26, "08:41:27.717")] {
        folder.write("a.xlog", &log[..at]);
        let told = format!("{} (its last {last} bytes not decoded), after 2023-11-06 {time}", cut(at));
        assert_eq!(info(&folder, &["--check", "a.xlog"]).err, format!("error: `a.xlog`: {told}\n"));
        assert!(out(&info(&folder, &["--width", "200", "a.xlog"])).contains(&format!("gaps     {told}\n")));
        let cat = folder.run(&["cat", "a.xlog"]);
        assert!(String::from_utf8(cat.out).unwrap().ends_with(&format!("\n[F]imlog: {told}\n")));
        assert!(
            cat.err.starts_with(&format!("warning: `a.xlog`: {}; {last} bytes in 1 place not", cut(at))),
            "{}",
            cat.err
        );
        let object: serde_json::Value = serde_json::from_str(&out(&info(&folder, &["--json", "a.xlog"]))).unwrap();
        assert_eq!((&object["cut_off"], &object["gaps"][0]["cause"]), (&at.into(), &"cut".into()));
        assert_eq!(object["gaps"][0]["before"].as_str(), Some(&*format!("2023-11-06T{time}")));
    }
    // Behind the end of a block, other bytes are no block that is cut off.
    folder.write("a.xlog", [&log[..], b"something else"].concat());
    assert!(info(&folder, &["--check", "a.xlog"]).err.contains("14 bytes lost at offset"));
}

#[test]
fn with_json_each_file_that_was_given_has_an_object() {
    let folder = Folder::new();
    folder.copy("imsdk_C_20231106.xlog", "good.xlog");
    folder.copy("async-zlib-crypt.xlog", "locked.xlog");
    folder.write("notes.txt", "some notes");
    folder.write("empty.xlog", "");
    let run = |args: &[&str]| {
        let ended =
            info(&folder, &[args, &["good.xlog", "locked.xlog", "notes.txt", "empty.xlog", "missing.xlog"]].concat());
        let objects =
            out(&ended).lines().map(|line| serde_json::from_str(line).unwrap()).collect::<Vec<serde_json::Value>>();
        let state = |object: &serde_json::Value| {
            format!("{} {}", object["path"].as_str().unwrap(), object["state"].as_str().unwrap())
        };
        let mut states: Vec<_> = objects.iter().map(state).collect();
        states.sort();
        assert_eq!(ended.code, 1);
        states
    };
    let flawed = ["empty.xlog not-a-log", "locked.xlog needs-a-key", "missing.xlog unreadable", "notes.txt not-a-log"];
    let all = [&flawed[..1], &["good.xlog intact"], &flawed[1..]].concat();
    assert_eq!(run(&["--json"]), all);
    assert_eq!(run(&["--json", "--check"]), flawed);
}

#[test]
fn a_log_that_only_needs_a_key_is_neither_decoded_nor_damaged() {
    let folder = Folder::new();
    folder.copy("async-zlib-crypt.xlog", "a.xlog");
    let told = "needs a key: 2 encrypted blocks (98802 bytes)";
    assert_eq!(info(&folder, &["--check", "a.xlog"]).err, format!("error: `a.xlog`: {told}\n"));
    assert!(out(&info(&folder, &["a.xlog"])).starts_with("a.xlog  needs a key\n"));
    let decoded = folder.run(&["decode", "a.xlog"]);
    assert!(decoded.err.starts_with(&format!("warning: `a.xlog`: {told}\n")), "{}", decoded.err);
    assert!(decoded.err.contains("0 files decoded: ") && decoded.err.ends_with("; 1 needs a key\n"), "{}", decoded.err);
}
