//! Where texts are written, and what happens to existing ones.

use std::fs;
use std::io::Read;
use std::process::Stdio;

use crate::program::{Ended, Folder, testdata};
use crate::support::writer::Block;

/// A log with one line.
fn log(line: &str) -> Vec<u8> {
    Block::keyed(0x09, 1).write(&[format!("{line}\n").into_bytes()])
}

#[test]
fn a_text_is_written_beside_its_log() {
    let folder = Folder::new();
    folder.write("logs/imsdk_20231106.xlog", log("one"));
    let ended = folder.run(&["decode", "logs/imsdk_20231106.xlog"]);
    assert_eq!((ended.code, ended.out.len()), (0, 0));
    assert_eq!(folder.read("logs/imsdk_20231106.xlog.log"), "one\n");
    assert_eq!(ended.told(), "1 file decoded: 84 B in, 4 B of text, [time] s");
}

#[test]
fn a_folder_is_searched_for_logs() {
    let folder = Folder::new();
    for name in ["a.xlog", "deep/er/b_1.xlog", "deep/C.XLOG", "cache.mmap3", "old.mmap2"] {
        folder.write(name, log(name));
    }
    folder.write("nothing.mmap3", [0; 4096]);
    folder.write("notes.txt", "not a log");
    folder.write("imsdk_20200101.log", "nor is this");
    let ended = folder.run(&["decode", "-v"]);
    assert_eq!(ended.code, 0, "{}", ended.err);
    let texts: Vec<_> = folder.files().into_iter().filter(|name| name.ends_with(".log")).collect();
    let expected = [
        "a.xlog.log",
        "cache.mmap3.log",
        "deep/C.XLOG.log",
        "deep/er/b_1.xlog.log",
        "imsdk_20200101.log",
        "old.mmap2.log",
    ];
    assert_eq!(texts, expected);
    assert_eq!(ended.err.lines().filter(|line| line.contains(" -> ")).count(), 5, "{}", ended.err);
}

#[test]
fn a_folder_is_mirrored() {
    let folder = Folder::new();
    folder.write("in/a.xlog", log("a"));
    folder.write("in/deep/b.xlog", log("b"));
    assert_eq!(folder.run(&["decode", "--output-dir", "out/here", "in"]).code, 0);
    assert_eq!(folder.files(), ["in/a.xlog", "in/deep/b.xlog", "out/here/a.xlog.log", "out/here/deep/b.xlog.log"]);
}

#[test]
fn two_inputs_never_share_an_output() {
    let folder = Folder::new();
    folder.write("x/a.xlog", log("x"));
    folder.write("y/a.xlog", log("y"));
    let ended = folder.run(&["decode", "--output-dir", "out", "x", "y"]);
    assert_eq!(ended.code, 2);
    assert!(ended.told().starts_with("error: `x/a.xlog` and `y/a.xlog` would both be written to `out/a.xlog.log`"));
    assert_eq!(folder.run(&["decode", "-o", "out.log", "x", "y"]).code, 2);
    assert_eq!(folder.files(), ["x/a.xlog", "y/a.xlog"]);

    assert_eq!(folder.run(&["decode", "x", "x/a.xlog", "./x/../x/a.xlog"]).code, 0, "one log, named three times");
}

#[test]
fn a_log_is_never_replaced() {
    let folder = Folder::new();
    folder.write("a.xlog", log("a"));
    folder.write("b", log("b"));
    let before = fs::read(folder.path("a.xlog")).unwrap();
    for args in [&["decode", "a.xlog", "-o", "a.xlog"][..], &["decode", "a.xlog", "-o", "./x/../a.xlog"]] {
        fs::create_dir_all(folder.path("x")).unwrap();
        let ended = folder.run(args);
        assert_eq!(ended.code, 2);
        assert!(ended.err.contains("hint: "), "{}", ended.err);
    }
    folder.write("b.log", log("a log that is called like a text"));
    assert_eq!(folder.run(&["decode", "b", "b.log"]).code, 2);
    assert_eq!(fs::read(folder.path("a.xlog")).unwrap(), before);
}

#[test]
fn an_explicit_file_decodes_whatever_its_name() {
    let folder = Folder::new();
    folder.write("upload (1).bin", log("one"));
    assert_eq!(folder.run(&["decode", "upload (1).bin"]).code, 0);
    assert_eq!(folder.read("upload (1).bin.log"), "one\n");
}

#[test]
fn earlier_texts_are_replaced_kept_or_updated() {
    let folder = Folder::new();
    folder.write("a.xlog", log("new"));
    folder.write("a.xlog.log", "earlier");
    assert_eq!(folder.run(&["decode", "--no-clobber", "a.xlog"]).code, 0);
    assert_eq!(folder.read("a.xlog.log"), "earlier");
    assert_eq!(folder.run(&["decode", "-u", "a.xlog"]).code, 0);
    assert_eq!(folder.read("a.xlog.log"), "earlier", "it is newer than the log");

    let text = fs::File::options().append(true).open(folder.path("a.xlog.log")).unwrap();
    text.set_modified(std::time::SystemTime::UNIX_EPOCH).unwrap();
    drop(text);
    assert_eq!(folder.run(&["decode", "-u", "a.xlog"]).code, 0);
    assert_eq!(folder.read("a.xlog.log"), "new\n");

    folder.write("a.xlog.log", "earlier");
    assert_eq!(folder.run(&["decode", "a.xlog"]).code, 0);
    assert_eq!(folder.read("a.xlog.log"), "new\n");
}

#[test]
fn standard_input_goes_to_standard_output() {
    let folder = Folder::new();
    let ended = Ended::of(folder.command().args(["decode", "-q", "-"]).write_stdin(log("one")));
    assert_eq!((ended.code, ended.out.as_slice(), ended.err.as_str()), (0, &b"one\n"[..], ""));
    let ended = Ended::of(folder.command().args(["decode", "-", "-o", "here.log"]).write_stdin(log("one")));
    assert_eq!((ended.code, ended.out.len()), (0, 0));
    assert_eq!(folder.read("here.log"), "one\n");
}

#[test]
fn several_logs_go_to_standard_output_in_order() {
    let folder = Folder::new();
    for name in ["a.xlog", "b.xlog", "c/d.xlog"] {
        folder.write(name, log(name));
    }
    let ended = folder.run(&["decode", "-o", "-", "c", "."]);
    assert_eq!(String::from_utf8(ended.out).unwrap(), "c/d.xlog\na.xlog\nb.xlog\nc/d.xlog\n");
}

#[test]
fn a_closed_pipe_is_quiet_success() {
    let folder = Folder::new();
    let log = fs::read(testdata("async-zlib-plain.xlog")).unwrap().repeat(40);
    let path = folder.write("a.xlog", log);
    let mut child = std::process::Command::new(assert_cmd::cargo::cargo_bin("imlog"))
        .args(["decode", "-o", "-"])
        .arg(path)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut some = [0; 100];
    child.stdout.take().unwrap().read_exact(&mut some).unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!((output.status.code(), String::from_utf8(output.stderr).unwrap().as_str()), (Some(0), ""));
}

#[cfg(unix)]
#[test]
fn links_are_followed_only_if_named() {
    use std::os::unix::fs::symlink;
    let (folder, outside) = (Folder::new(), Folder::new());
    outside.write("secret.xlog", log("outside"));
    folder.write("in/a.xlog", log("a"));
    symlink(outside.path(""), folder.path("in/outside")).unwrap();
    symlink(folder.path("in"), folder.path("in/loop")).unwrap();
    symlink(outside.path("secret.xlog"), folder.path("in/link.xlog")).unwrap();
    assert_eq!(folder.run(&["decode", "in"]).code, 0);
    assert_eq!(outside.files(), ["secret.xlog"]);
    assert!(folder.path("in/a.xlog.log").exists() && !folder.path("in/link.xlog.log").exists());
    assert_eq!(folder.run(&["decode", "in/link.xlog"]).code, 0);
    assert_eq!(folder.read("in/link.xlog.log"), "outside\n");
}

#[cfg(unix)]
#[test]
fn any_file_name_is_accepted() {
    use std::os::unix::ffi::OsStrExt;
    let folder = Folder::new();
    let name = std::ffi::OsStr::from_bytes(b"a\xFF b\nc\x1b[31m.xlog");
    fs::write(folder.path("").join(name), log("odd")).unwrap();
    let ended = folder.run(&["decode", "-v"]);
    assert_eq!(ended.code, 0);
    assert!(ended.err.contains(r"b\nc\u{1b}[31m.xlog"), "{}", ended.err);
    let mut text = name.to_owned();
    text.push(".log");
    assert_eq!(fs::read_to_string(folder.path("").join(text)).unwrap(), "odd\n");
}

#[cfg(unix)]
#[test]
fn a_device_is_written_to_directly() {
    let folder = Folder::new();
    folder.write("a.xlog", log("a"));
    assert_eq!(folder.run(&["decode", "a.xlog", "-o", "/dev/null"]).code, 0);
    assert!(!fs::metadata("/dev/null").unwrap().is_file());
}

#[cfg(target_os = "linux")]
#[test]
fn standard_output_as_a_file_name_is_appended_to() {
    let folder = Folder::new();
    folder.write("a.xlog", log("a"));
    folder.write("all.txt", "earlier\n");
    let all = fs::File::options().append(true).open(folder.path("all.txt")).unwrap();
    let mut command = std::process::Command::new(assert_cmd::cargo::cargo_bin("imlog"));
    let status = command.args(["decode", "-q", "a.xlog", "-o", "/dev/stdout"]).current_dir(folder.path("")).stdout(all);
    assert!(status.status().unwrap().success());
    assert_eq!(folder.read("all.txt"), "earlier\na\n");
}

#[test]
fn colour_follows_the_options() {
    let folder = Folder::new();
    let plain = folder.run(&["decode", "missing"]);
    assert!(plain.err.starts_with("error: "), "not a terminal");
    let always = folder.run(&["decode", "--color", "always", "missing"]);
    assert!(always.err.starts_with("\u{1b}["), "{}", always.err);
    let ended = Ended::of(folder.command().args(["decode", "missing"]).env("NO_COLOR", "1"));
    assert!(ended.err.starts_with("error: "));
}

#[test]
fn help_teaches() {
    let folder = Folder::new();
    let text = |args: &[&str]| String::from_utf8(folder.run(args).out).unwrap();
    insta::assert_snapshot!("help", text(&["--help"]));
    for command in ["decode", "diagnose", "explain", "info", "keygen"] {
        insta::assert_snapshot!(format!("help_{command}"), text(&[command, "--help"]));
    }
}
