//! `--check`: only whether files are intact.

use crate::program::{Ended, Folder, testdata};
use crate::support::library::TEST_KEY;
use crate::{command, info};

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
    insta::assert_snapshot!(ended.err.replace('\\', "/"));
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
