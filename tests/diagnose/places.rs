//! `see`: the command that shows the place of a finding, run by a shell.
#![cfg(unix)]

use std::process::Command;

use crate::program::Folder;
use crate::{diagnose, incidents, out_lines};

/// Runs the command of each finding as it stands, and looks for the records that prove the finding.
#[track_caller]
fn assert_shown(folder: &Folder, args: &[&str]) -> usize {
    let program = assert_cmd::cargo::cargo_bin("imlog");
    let ended = diagnose(folder, &[&["--json"], args].concat());
    let mut shown = 0;
    for finding in out_lines(&ended).iter().filter(|object| object["type"] == "finding") {
        let Some(command) = finding["command"].as_str() else {
            assert_eq!(finding["evidence"].as_array().unwrap().len(), 0, "{finding}");
            continue;
        };
        let mut shell = Command::new("sh");
        let script = format!("imlog() {{ '{}' \"$@\"; }}\n{command}", program.display());
        shell.args(["-c", &script]).current_dir(folder.path("")).env_remove("IMLOG_KEY");
        let output = shell.output().unwrap();
        let (text, told) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        assert!(output.status.success(), "{command}: {told}");
        for evidence in finding["evidence"].as_array().unwrap() {
            assert!(text.contains(evidence["text"].as_str().unwrap()), "{command} does not show {evidence}");
        }
        // It is the place, and not the whole log.
        assert!(text.lines().count() < 200, "{command}");
        shown += 1;
    }
    shown
}

#[test]
fn the_command_shows_the_records_that_prove_it() {
    let folder = incidents();
    let names = ["outage.xlog", "outage.xlog.log", "loop.xlog.log", "sdk-4.6.xlog.log", "week.zip"];
    for (name, findings) in names.into_iter().zip([2, 2, 2, 1, 2]) {
        assert_eq!(assert_shown(&folder, &[name]), findings, "{name}");
    }
    assert!(assert_shown(&folder, &["."]) > 4);
}

#[test]
fn names_that_a_shell_would_take_apart_are_quoted() {
    let folder = incidents();
    for name in ["it's a log.xlog", "-v.xlog", "$(touch x) `y`.xlog", "日志 1.xlog", "a;b&c|d.xlog"] {
        std::fs::copy(folder.path("outage.xlog"), folder.path(name)).unwrap();
        assert_eq!(assert_shown(&folder, &["--", name]), 2, "{name}");
    }
    assert!(!folder.path("x").exists());
}

#[test]
fn encrypted_logs_are_opened_by_the_command_too() {
    let folder = Folder::new();
    folder.copy("async-zlib-crypt.xlog", "encrypted.xlog");
    folder.copy("test.key", "the app's key");
    assert!(assert_shown(&folder, &["--key-file", "the app's key", "encrypted.xlog"]) > 3);
}

/// In an archive in an archive, and in one that can only be read in order.
#[test]
fn archives_are_named_since_cat_takes_no_member() {
    let folder = incidents();
    use crate::support::archive::{Entry, zip};
    let week = std::fs::read(folder.path("week.zip")).unwrap();
    folder.write("outer.zip", zip(&[Entry::new("a/week.zip", week)]));
    assert_eq!(assert_shown(&folder, &["outer.zip"]), 2);
    let log = std::fs::read(folder.path("outage.xlog")).unwrap();
    folder.write("outage.xlog.zst", zstd::encode_all(&log[..], 3).unwrap());
    assert_eq!(assert_shown(&folder, &["outage.xlog.zst"]), 2);
}

/// What cannot be typed is not offered: then it is the line that is named.
#[test]
fn a_name_that_cannot_be_typed_has_no_command() {
    let folder = incidents();
    let name = "a\u{1b}[31mb\u{202e}.xlog";
    std::fs::copy(folder.path("outage.xlog"), folder.path(name)).unwrap();
    let ended = diagnose(&folder, &["--width", "80", name]);
    let text = crate::out(&ended);
    assert!(!text.contains("imlog cat") && text.contains("\nsee     line 107\n"), "{text}");
    assert!(!text.contains(['\u{1b}', '\u{202e}']), "{text}");
}
