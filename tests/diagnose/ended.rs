//! Exit codes, and what is said when there is nothing to diagnose.

use std::process::Stdio;

use crate::program::{Ended, Folder};
use crate::{command, diagnose, incidents, out};

#[test]
fn healthy_is_0_findings_are_1_nothing_is_2() {
    let folder = incidents();
    for (args, code) in [
        (&["healthy.xlog.log"][..], 0),
        (&["outage.xlog"], 1),
        (&["healthy.xlog.log", "loop.xlog.log"], 1),
        (&["--min-severity", "error", "healthy.xlog.log"], 0),
        (&["absent.xlog"], 2),
        (&["absent.xlog", "healthy.xlog.log"], 1),
        (&["--rule", "nonsense", "healthy.xlog.log"], 2),
        (&["--since", "2025-03-07", "--until", "2025-03-06", "outage.xlog"], 2),
    ] {
        assert_eq!(diagnose(&folder, args).code, code, "{args:?}");
    }
}

#[test]
fn damage_is_1_and_told() {
    let folder = incidents();
    let mut log = std::fs::read(folder.path("outage.xlog")).unwrap();
    let at = log.len() / 3;
    log[at..at + 40].fill(0x55);
    folder.write("damaged.xlog", log);
    let ended = diagnose(&folder, &["damaged.xlog", "--rule", "log-incomplete", "--width", "80"]);
    assert_eq!(ended.code, 1);
    assert!(ended.err.starts_with("warning: `damaged.xlog`: "), "{}", ended.err);
    insta::assert_snapshot!("damaged_80", out(&ended));
    // Of a log that is healthy but for that, too.
    let mut log = std::fs::read(folder.path("outage.xlog")).unwrap();
    log.truncate(1500);
    folder.write("cut.xlog", log);
    assert_eq!(diagnose(&folder, &["cut.xlog"]).code, 1);
}

#[test]
fn logs_without_anything_of_the_sdk_say_so() {
    let folder = Folder::new();
    folder.write("empty.log", "");
    folder.write("other.log", "hello\nworld\n");
    let errors: String = (0..30)
        .map(|n| {
            format!(
                "[E][2025-03-06 +8.0 09:00:{n:02}.000][1, 2][Net][net.cc:7, Fetch][request {n} failed: {}\n",
                n % 2 + 500
            )
        })
        .collect();
    folder.write("app.log", errors + "[I][2025-03-06 +8.0 09:01:00.000][1, 2][Net][net.cc:8, Fetch][fine\n");
    let shown = |name: &str| {
        let ended = diagnose(&folder, &["--width", "80", name]);
        assert_eq!((ended.code, ended.err.as_str()), (0, ""));
        out(&ended)
    };
    assert_eq!(shown("empty.log"), "There is nothing in the log.\nempty.log: 0 records\n");
    insta::assert_snapshot!("no_sdk_80", [shown("other.log"), shown("app.log")].join("---\n"));
    folder.write("picture.xlog", [0x89, b'P', b'N', b'G', 0, 1, 2, 3].repeat(99));
    let ended = diagnose(&folder, &["picture.xlog"]);
    assert_eq!((ended.code, ended.out.len()), (1, 0));
    assert!(ended.err.starts_with("error: `picture.xlog`: no xlog block found"), "{}", ended.err);
}

#[test]
fn encrypted_logs_need_a_key() {
    let folder = Folder::new();
    folder.copy("async-zlib-crypt.xlog", "encrypted.xlog");
    folder.copy("test.key", "app.key");
    let ended = diagnose(&folder, &["--width", "80", "encrypted.xlog"]);
    assert_eq!(ended.code, 1);
    assert!(ended.err.contains("hint: give the app's private key"), "{}", ended.err);
    insta::assert_snapshot!("encrypted_80", out(&ended));
    let ended = diagnose(&folder, &["--width", "80", "--key-file", "app.key", "encrypted.xlog"]);
    assert_eq!(ended.err, "");
    // The command that shows the place opens the log, too.
    assert!(out(&ended).contains("see     imlog cat --key-file app.key --since "), "{}", out(&ended));
    assert!(!out(&ended).contains("log-incomplete"));
}

#[test]
fn quiet_leaves_only_errors() {
    let folder = Folder::new();
    folder.copy("async-zlib-crypt.xlog", "encrypted.xlog");
    let ended = diagnose(&folder, &["-q", "encrypted.xlog"]);
    assert_eq!((ended.code, ended.err.as_str()), (1, ""));
    assert!(!ended.out.is_empty());
}

#[test]
fn standard_input_is_read_and_cannot_be_shown_again() {
    let folder = incidents();
    for name in ["loop.xlog.log", "outage.xlog"] {
        let text = std::fs::read(folder.path(name)).unwrap();
        let piped = Ended::of(command(&folder).args(["diagnose", "--width", "80", "-"]).write_stdin(text));
        let of_file = diagnose(&folder, &["--width", "80", name]);
        assert_eq!((piped.code, piped.err.as_str()), (1, ""));
        let shown = out(&piped);
        assert!(shown.contains("\nstandard input: ") && !shown.contains("imlog cat"), "{shown}");
        // But for the name and the places, it is the same.
        let rest = |text: &str| {
            let lines = text.lines().filter(|line| !line.starts_with("see ") && !line.contains(" records, "));
            lines.map(str::to_owned).collect::<Vec<_>>()
        };
        assert_eq!(rest(&shown), rest(&out(&of_file)));
        assert!(shown.lines().any(|line| line.starts_with("see     line ")), "{shown}");
    }
}

#[test]
fn a_closed_pipe_is_no_error() {
    let folder = incidents();
    let mut child = std::process::Command::new(assert_cmd::cargo::cargo_bin("imlog"))
        .args(["diagnose", "--json", "week.zip", "loop.xlog.log"])
        .current_dir(folder.path(""))
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let ended = child.wait_with_output().unwrap();
    assert_eq!(String::from_utf8_lossy(&ended.stderr), "");
    assert_eq!(ended.status.code(), Some(0));
}
