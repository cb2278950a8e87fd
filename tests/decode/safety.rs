//! Folders and files prepared by an attacker: what may be written, and who may read it.

#![cfg(unix)]

use std::fs::{self, File, Permissions};
use std::io::Write;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::os::unix::process::ExitStatusExt;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, SystemTime};

use crate::program::{Ended, Folder, testdata};
use crate::support::writer::Block;

fn log(line: &str) -> Vec<u8> {
    Block::keyed(0x09, 1).write(&[format!("{line}\n").into_bytes()])
}

fn mode(folder: &Folder, name: &str) -> u32 {
    fs::symlink_metadata(folder.path(name)).unwrap().permissions().mode() & 0o7777
}

fn set_mode(folder: &Folder, name: &str, mode: u32) {
    fs::set_permissions(folder.path(name), Permissions::from_mode(mode)).unwrap();
}

fn make_pipe(folder: &Folder, name: &str) {
    assert!(Command::new("mkfifo").arg(folder.path(name)).status().unwrap().success());
}

#[test]
fn a_text_has_the_mode_of_its_log_and_none_of_an_earlier_text() {
    let folder = Folder::new();
    folder.write("a.xlog", log("new"));
    folder.write("a.xlog.log", "");
    set_mode(&folder, "a.xlog", 0o644);
    set_mode(&folder, "a.xlog.log", 0o4755);
    assert_eq!(folder.run(&["decode", "."]).code, 0);
    assert_eq!((mode(&folder, "a.xlog.log"), folder.read("a.xlog.log").as_str()), (0o644, "new\n"));

    for (of_log, of_text) in [(0o600, 0o600), (0o640, 0o600), (0o755, 0o600)] {
        set_mode(&folder, "a.xlog", of_log);
        assert_eq!(folder.run(&["decode", "."]).code, 0);
        assert_eq!(mode(&folder, "a.xlog.log"), of_text, "never more than it had");
    }
    fs::remove_file(folder.path("a.xlog.log")).unwrap();
    assert_eq!(folder.run(&["decode", "."]).code, 0);
    assert_eq!(mode(&folder, "a.xlog.log"), 0o644, "nothing can be run");
}

#[test]
fn decrypted_text_is_readable_only_by_its_owner() {
    let folder = Folder::new();
    folder.copy("async-zlib-crypt.xlog", "secret.xlog");
    folder.write("plain.xlog", log("plain"));
    let key = testdata("test.key");
    assert_eq!(folder.run(&["decode", "--key-file", key.to_str().unwrap(), "."]).code, 0);
    assert_eq!(
        (mode(&folder, "secret.xlog.log"), mode(&folder, "plain.xlog.log")),
        (0o600, mode(&folder, "plain.xlog"))
    );
}

#[test]
fn a_link_where_a_text_belongs_is_not_followed() {
    let (folder, home) = (Folder::new(), Folder::new());
    home.write("bashrc", "mine\n");
    for name in ["pull/a.xlog", "pull/b.xlog", "pull/deep/c.xlog"] {
        folder.write(name, log(name));
    }
    symlink(home.path("bashrc"), folder.path("pull/a.xlog.log")).unwrap();
    for args in [&["decode", "pull"][..], &["decode", "pull/a.xlog"]] {
        let ended = folder.run(args);
        assert_eq!(ended.code, 1);
        let told = "error: cannot write `pull/a.xlog.log`: a symbolic link is in the way\n";
        assert!(ended.err.contains(told), "{}", ended.err);
    }
    assert_eq!(home.read("bashrc"), "mine\n");
    assert_eq!(folder.read("pull/b.xlog.log"), "pull/b.xlog\n", "the others are decoded");

    symlink(home.path(""), folder.path("out")).unwrap();
    fs::create_dir(folder.path("real")).unwrap();
    symlink(home.path(""), folder.path("real/deep")).unwrap();
    assert_eq!(folder.run(&["decode", "--output-dir", "real", "pull"]).code, 1);
    assert_eq!(home.files(), ["bashrc"]);
    assert_eq!(folder.run(&["decode", "--output-dir", "out", "pull"]).code, 0, "this link was named");
    assert_eq!(home.files().len(), 4);

    symlink(home.path("new"), folder.path("link")).unwrap();
    home.write("new", "");
    assert_eq!(folder.run(&["decode", "pull/a.xlog", "-o", "link"]).code, 0);
    assert_eq!(home.read("new"), "pull/a.xlog\n");
}

#[test]
fn a_log_is_recognized_by_more_than_its_name() {
    let folder = Folder::new();
    folder.write("a.xlog", log("a"));
    let before = fs::read(folder.path("a.xlog")).unwrap();
    fs::hard_link(folder.path("a.xlog"), folder.path("other")).unwrap();
    let ended = folder.run(&["decode", "-o", "other", "a.xlog"]);
    assert_eq!(ended.code, 2);
    assert!(ended.err.starts_with("error: `other` is a log that is being read; its text cannot replace it\nhint: "));
    let mut command = Command::new(assert_cmd::cargo::cargo_bin("imlog"));
    command.args(["decode", "-o", "a.xlog", "-"]).current_dir(folder.path(""));
    let output = command.stdin(File::open(folder.path("a.xlog")).unwrap()).output().unwrap();
    assert_eq!(output.status.code(), Some(2), "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(fs::read(folder.path("a.xlog")).unwrap(), before);

    // An untrusted tar may contain one; the other logs are decoded.
    folder.write("b.xlog", log("b"));
    fs::hard_link(folder.path("a.xlog"), folder.path("a.xlog.log")).unwrap();
    assert_eq!(folder.run(&["decode", "."]).code, 1);
    assert_eq!((fs::read(folder.path("a.xlog.log")).unwrap(), folder.read("b.xlog.log").as_str()), (before, "b\n"));
}

#[test]
fn two_outputs_that_are_the_same_file_through_a_link_are_detected() {
    let folder = Folder::new();
    folder.write("x/d/a.xlog", log("x"));
    folder.write("y/d/a.xlog", log("y"));
    fs::create_dir(folder.path("real")).unwrap();
    symlink("real", folder.path("out")).unwrap();
    let ended = folder.run(&["decode", "--output-dir", "out", "x", "y"]);
    assert_eq!(ended.code, 2);
    assert!(ended.err.contains("would both be written to"), "{}", ended.err);
}

#[test]
fn only_files_are_replaced() {
    let folder = Folder::new();
    folder.write("a.xlog", log("a"));
    folder.write("b.xlog", log("b"));
    make_pipe(&folder, "a.xlog.log");
    let ended = Ended::of(folder.command().args(["decode", "."]).timeout(Duration::from_secs(60)));
    assert_eq!(ended.code, 1);
    assert!(
        ended.err.contains("error: cannot write `./a.xlog.log`: it exists and is not a regular file"),
        "{}",
        ended.err
    );
    assert_eq!(folder.read("b.xlog.log"), "b\n");
}

/// A log that grows while it is decoded is newer than its text, however coarse the clock.
#[test]
fn lines_appended_while_decoding_are_not_skipped() {
    let folder = Folder::new();
    let path = folder.write("a.xlog", log("one"));
    let now = SystemTime::now();
    for (written, again) in [(now, 1), (now + Duration::from_secs(3600), 1), (now - Duration::from_secs(60), 0)] {
        File::options().append(true).open(&path).unwrap().set_modified(written).unwrap();
        assert_eq!(folder.run(&["decode", "a.xlog"]).code, 0);
        let text = fs::metadata(folder.path("a.xlog.log")).unwrap().modified().unwrap();
        assert!(text <= written);
        let ended = folder.run(&["decode", "-u", "a.xlog"]);
        assert!(ended.err.starts_with(&format!("{again} file")), "{}", ended.err);
    }
    let mut file = File::options().append(true).open(&path).unwrap();
    file.write_all(&log("two")).unwrap();
    assert_eq!(folder.run(&["decode", "-u", "a.xlog"]).code, 0);
    assert_eq!(folder.read("a.xlog.log"), "one\ntwo\n");
}

#[test]
fn a_better_text_stays() {
    let folder = Folder::new();
    let key = testdata("test.key");
    let key = ["--key-file", key.to_str().unwrap()];
    let crypt = fs::read(testdata("async-zlib-crypt.xlog")).unwrap();
    folder.write("a.xlog", [log("plain"), crypt.clone()].concat());
    assert_eq!(folder.run(&["decode", "a.xlog", key[0], key[1]]).code, 0);
    let whole = folder.read("a.xlog.log");

    for markers in [&[][..], &["--no-markers"]] {
        let ended = folder.run(&[&["decode", "a.xlog"], markers].concat());
        assert_eq!(ended.code, 1);
        let told = "warning: `a.xlog.log` kept: it has lines that the log lacks now\nhint: use --force to replace it";
        assert!(ended.err.contains(told), "{}", ended.err);
        assert!(folder.read("a.xlog.log") == whole);
    }
    // New damage does not replace it either.
    let mut damaged = [log("plain"), crypt].concat();
    damaged[50_000..60_000].fill(0);
    folder.write("a.xlog", &damaged);
    assert_eq!(folder.run(&["decode", "a.xlog", key[0], key[1]]).code, 1);
    assert!(folder.read("a.xlog.log") == whole);
    assert_eq!(folder.run(&["decode", "--force", "a.xlog", key[0], key[1]]).code, 1);
    let less = folder.read("a.xlog.log");
    assert!(less != whole && less.contains("[F]imlog: "));
    // A text that is as good as the earlier one replaces it, with or without markers.
    for markers in [&["--no-markers"][..], &[]] {
        let ended = folder.run(&[&["decode", "a.xlog", key[0], key[1]], markers].concat());
        assert!(!ended.err.contains("kept"), "{}", ended.err);
    }
    assert!(folder.read("a.xlog.log") == less);
}

/// A run that waits for input from a pipe to which nobody writes.
fn waiting(folder: &Folder, by: &str) -> Child {
    make_pipe(folder, "pipe");
    let program = assert_cmd::cargo::cargo_bin("imlog");
    let mut command = Command::new("sh");
    command.arg("-c").arg(format!("{by} exec \"$0\" decode -o text pipe")).arg(program).current_dir(folder.path(""));
    let child = command.stdin(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    // Wait until the kernel shows that its signal handlers are installed.
    let status = || fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap();
    let catches = |status: String| {
        let mask = status.lines().find_map(|line| line.strip_prefix("SigCgt:")).unwrap().trim().to_owned();
        u64::from_str_radix(&mask, 16).unwrap() >> 14 & 1 == 1
    };
    while cfg!(target_os = "linux") && !catches(status()) {
        std::thread::sleep(Duration::from_millis(5));
    }
    child
}

fn signal(child: &Child, name: &str) {
    assert!(Command::new("kill").args([name, &child.id().to_string()]).status().unwrap().success());
}

#[cfg(target_os = "linux")]
#[test]
fn one_signal_ends_a_waiting_run() {
    for (name, code) in [("-TERM", 143), ("-INT", 130), ("-HUP", 129)] {
        let folder = Folder::new();
        let mut child = waiting(&folder, "");
        signal(&child, name);
        let status = child.wait().unwrap();
        assert_eq!(status.code(), Some(code), "{status:?}, signal {:?}", status.signal());
        assert_eq!(folder.files(), ["pipe"]);
    }
}

#[cfg(target_os = "linux")]
#[test]
fn ignored_signals_stay_ignored() {
    let folder = Folder::new();
    let mut child = waiting(&folder, "trap '' HUP;");
    signal(&child, "-HUP");
    std::thread::sleep(Duration::from_millis(600));
    assert!(child.try_wait().unwrap().is_none(), "nohup means it");
    fs::write(folder.path("pipe"), log("read on")).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(0));
    assert_eq!(folder.read("text"), "read on\n");
}

#[cfg(target_os = "linux")]
#[test]
fn too_many_open_files_is_named() {
    let folder = Folder::new();
    folder.write("a.xlog", log("a"));
    let mut command = Command::new("sh");
    let program = assert_cmd::cargo::cargo_bin("imlog");
    command.arg("-c").arg("ulimit -n 4; exec \"$0\" decode -j1 a.xlog").arg(program).current_dir(folder.path(""));
    let output = command.output().unwrap();
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(1), "{told}");
    assert!(told.contains("Too many open files") && told.contains("hint: raise the limit with `ulimit -n`"), "{told}");
}

#[cfg(target_os = "linux")]
#[test]
fn output_that_cannot_be_written_is_reported() {
    let folder = Folder::new();
    let full = || File::options().write(true).open("/dev/full").unwrap();
    let run = |args: &[&str]| {
        let mut command = Command::new(assert_cmd::cargo::cargo_bin("imlog"));
        let output = command.args(args).current_dir(folder.path("")).stdout(full()).output().unwrap();
        (output.status.code(), String::from_utf8(output.stderr).unwrap())
    };
    let (code, told) = run(&["--help"]);
    assert_eq!(code, Some(2));
    assert!(told.starts_with("error: cannot write standard output: No space left on device"), "{told}");
    let (code, told) = run(&["keygen", "app.key"]);
    assert_eq!(code, Some(1));
    assert!(told.contains("hint: the private key is in `app.key`; `imlog keygen --public app.key` shows"), "{told}");
    assert!(folder.path("app.key").exists());
}

#[test]
fn no_message_shows_a_key() {
    let folder = Folder::new();
    let key = "5ec7e700".repeat(8);
    for args in [
        vec!["decode".into(), "--key-file".into(), key.clone()],
        vec!["decode".into(), format!("{key},{key}")],
        vec!["info".into(), format!("0x{key}")],
        vec!["cat".into(), format!("./{key}")],
        vec![key.clone()],
        vec!["decode".into(), "-j".into(), key.clone()],
        vec!["cat".into(), "--since".into(), key.clone()],
        vec!["prune".into(), key.clone()],
    ] {
        let args: Vec<_> = args.iter().map(String::as_str).collect();
        let ended = folder.run(&args);
        assert_eq!(ended.code, 2);
        assert!(!ended.err.contains(&key[1..63]) && ended.err.contains("not shown"), "{args:?}: {}", ended.err);
    }
}

/// A few bytes must not fill the disk or take for ever. Writers can compress lines only so far, which limits the text
/// of a block.
#[test]
fn a_block_gives_no_more_text_than_a_writer_can_compress() {
    let folder = Folder::new();
    // A zstd frame with blocks that each repeat one byte: 128 KiB from four bytes. Fields: RFC 8878, 3.1.1.
    let repeated = [&(131_072u32 << 3 | 1 << 1).to_le_bytes()[..3], b"a"].concat();
    let body = [&[0x28, 0xB5, 0x2F, 0xFD, 0, 0x58][..], &repeated.repeat(400), &[8, 0, 0, b'\n']].concat();
    let most = body.len() * 2048 + (64 << 10);
    let blocks: Vec<_> = (1..=3).map(|seq| Block::keyed(0x0D, seq).wrap(body.clone())).collect();
    folder.write("bomb.xlog", [log("before"), blocks.concat(), log("after")].concat());
    let ended = folder.run(&["decode", "bomb.xlog"]);
    assert_eq!(ended.code, 1);
    let text = folder.read("bomb.xlog.log");
    assert!(text.starts_with("before\n") && text.ends_with("after\n") && text.contains("exceeds the limit"));
    assert!(text.len() < 3 * most, "{} for {most}", text.len());
}

/// Lines that repeat one another compress as well as possible.
#[test]
fn highly_compressed_lines_of_a_writer_are_complete() {
    let folder = Folder::new();
    let lines = vec![[vec![b'x'; 14_000], vec![b'\n']].concat(); 300];
    for magic in [0x09, 0x0D] {
        let blocks: Vec<_> = (1..=20).map(|seq| Block::keyed(magic, seq).write(&lines)).collect();
        folder.write("a.xlog", blocks.concat());
        assert_eq!(folder.run(&["decode", "a.xlog"]).code, 0, "{magic:#04x}");
        assert_eq!(fs::metadata(folder.path("a.xlog.log")).unwrap().len(), 20 * 300 * 14_001);
    }
}

/// Texts are compared by their lines, not by their size.
#[test]
fn a_log_that_grew_does_not_lose_earlier_lines_of_its_text() {
    let folder = Folder::new();
    let key = testdata("test.key");
    let key = ["--key-file", key.to_str().unwrap()];
    let crypt = fs::read(testdata("async-zlib-crypt.xlog")).unwrap();
    folder.write("a.xlog", &crypt);
    assert_eq!(folder.run(&["decode", "a.xlog", key[0], key[1]]).code, 0);
    let decrypted = folder.read("a.xlog.log");
    let plain = fs::read(testdata("async-zlib-plain.xlog")).unwrap();
    folder.write("a.xlog", [crypt, plain.repeat(9)].concat());
    let ended = folder.run(&["decode", "a.xlog"]);
    assert_eq!(ended.code, 1);
    assert!(ended.err.contains("kept: it has lines") && folder.read("a.xlog.log") == decrypted, "{}", ended.err);
}

/// A file planted in place of a text can have any size.
#[test]
fn a_planted_text_is_not_read_completely() {
    let folder = Folder::new();
    folder.write("a.xlog", [&log("a")[..], b"junk"].concat());
    File::create(folder.path("a.xlog.log")).unwrap().set_len(1 << 40).unwrap();
    let ended = Ended::of(folder.command().args(["decode", "a.xlog"]).timeout(Duration::from_secs(120)));
    assert_eq!(ended.code, 1);
}

/// A file in place of a text that is not one is not taken for one.
#[test]
fn an_update_says_what_is_in_the_way() {
    let folder = Folder::new();
    for name in ["a.xlog", "b.xlog", "c.xlog", "d.xlog"] {
        let path = folder.write(name, log(name));
        File::options().append(true).open(path).unwrap().set_modified(SystemTime::UNIX_EPOCH).unwrap();
    }
    folder.write("real", "old\n");
    symlink(folder.path("real"), folder.path("a.xlog.log")).unwrap();
    symlink(folder.path("missing"), folder.path("b.xlog.log")).unwrap();
    fs::create_dir(folder.path("c.xlog.log")).unwrap();
    make_pipe(&folder, "d.xlog.log");
    let ended = folder.run(&["decode", "-u", "."]);
    assert_eq!(ended.code, 1);
    assert_eq!(ended.err.matches("error: cannot write").count(), 4, "{}", ended.err);
    assert_eq!(folder.read("real"), "old\n");

    // A named link is as old as its target.
    let real = File::options().append(true).open(folder.path("real")).unwrap();
    real.set_modified(SystemTime::UNIX_EPOCH - Duration::from_secs(9)).unwrap();
    symlink("real", folder.path("link")).unwrap();
    assert_eq!(folder.run(&["decode", "-u", "-o", "link", "a.xlog"]).code, 0);
    assert_eq!(folder.read("real"), "a.xlog\n");
    symlink("new", folder.path("to-new")).unwrap();
    assert_eq!(folder.run(&["decode", "-o", "to-new", "a.xlog"]).code, 0);
    assert_eq!(folder.read("new"), "a.xlog\n");
    assert!(folder.path("to-new").is_symlink());
}
