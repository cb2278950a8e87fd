//! What is read, and what is reported if it cannot be read.

use std::io::Write;
use std::process::Stdio;

use crate::program::{Ended, Folder, testdata};
use crate::support::library::TEST_KEY;
use crate::support::writer::Block;

#[test]
fn logs_texts_and_standard_input_read_alike() {
    let (log, text) = (testdata("imsdk_C_20231106.xlog"), testdata("imsdk_C_20231106.xlog.log"));
    let folder = Folder::new();
    let of_log = folder.run(&["cat", "-l", "warn", log.to_str().unwrap()]);
    let of_text = folder.run(&["cat", "-l", "warn", text.to_str().unwrap()]);
    assert!(of_log.out == of_text.out && !of_log.out.is_empty());
    for path in [log, text] {
        let mut command = folder.command();
        let piped = Ended::of(command.args(["cat", "-l", "warn", "-"]).pipe_stdin(path).unwrap());
        assert!(piped.out == of_log.out && piped.code == 0);
    }
}

#[test]
fn every_testdata_log_reads_as_it_decodes() {
    for entry in std::fs::read_dir(testdata("")).unwrap() {
        let path = entry.unwrap().path();
        if !path.extension().is_some_and(|extension| extension == "xlog" || extension == "mmap3") {
            continue;
        }
        let folder = Folder::new();
        let path = path.to_str().unwrap();
        let (cat, decoded) = (
            folder.run(&["cat", "--key", TEST_KEY, path]),
            folder.run(&["decode", "--key", TEST_KEY, "-o", "-", path]),
        );
        assert!(cat.out == decoded.out && !cat.out.is_empty(), "{path}");
        assert_eq!(cat.code, decoded.code);
    }
}

#[test]
fn damage_is_marked_reported_and_in_the_exit_code() {
    let folder = Folder::new();
    let mut log = std::fs::read(testdata("async-zlib-plain.xlog")).unwrap();
    log[60_000..60_400].fill(0x55);
    folder.write("a.xlog", &log);
    let (cat, decoded) = (folder.run(&["cat", "a.xlog"]), folder.run(&["decode", "a.xlog"]));
    let text = folder.read("a.xlog.log");
    assert_eq!((cat.code, decoded.code), (1, 1));
    assert!(cat.out == text.as_bytes() && text.contains("\n[F]imlog: "));
    assert!(cat.err.starts_with("warning: `a.xlog`: ") && cat.err.contains(" not decoded"), "{}", cat.err);
    // Between selected records there is no marker, but damage is reported all the same.
    let errors = folder.run(&["cat", "-l", "error", "a.xlog"]);
    assert!(errors.code == 1 && errors.err == cat.err && !String::from_utf8_lossy(&errors.out).contains("[F]imlog"));
    // So it is of the text.
    let of_text = folder.run(&["cat", "a.xlog.log"]);
    assert!(of_text.code == 1 && of_text.out == cat.out);
    assert_eq!(of_text.err, "warning: `a.xlog.log` has 1 marker: something was missing when it was decoded\n");
    let json = folder.run(&["cat", "--json", "-l", "error", "a.xlog"]);
    assert!(
        String::from_utf8(json.out)
            .unwrap()
            .lines()
            .any(|line| line.starts_with("{\"type\":\"gap\",\"path\":\"a.xlog\",\"gap\":\""))
    );
}

#[test]
fn an_unreadable_file_is_named_and_the_others_are_read() {
    let folder = Folder::new();
    folder.write("a.xlog", Block::keyed(0x09, 1).write(&[b"one\n".to_vec()]));
    folder.write("b.bin", [0x77, 0xF0, 0x1F].repeat(100));
    let ended = folder.run(&["cat", "nowhere.xlog", "b.bin", "a.xlog", "--no-filename"]);
    assert_eq!((ended.code, ended.out.as_slice()), (1, &b"one\n"[..]));
    assert!(
        ended.err.contains("error: cannot read `nowhere.xlog`: ") && ended.err.contains("`b.bin`: no xlog block"),
        "{}",
        ended.err
    );
    assert_eq!(folder.run(&["cat", "nowhere.xlog"]).code, 2);
    folder.write("empty/x.txt", "");
    assert_eq!(folder.run(&["cat", "empty"]).code, 1);
}

#[test]
fn a_closed_pipe_is_quiet_success() {
    let path = testdata("async-zlib-plain.xlog");
    let mut child = std::process::Command::new(assert_cmd::cargo::cargo_bin("imlog"))
        .args(["cat", path.to_str().unwrap(), path.to_str().unwrap()])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!((output.status.code(), output.stderr.as_slice()), (Some(0), &b""[..]));
}

#[test]
fn slow_input_is_read_to_the_end() {
    let folder = Folder::new();
    let mut child = std::process::Command::new(assert_cmd::cargo::cargo_bin("imlog"))
        .args(["cat", "-c", "-l", "error", "-"])
        .current_dir(folder.path(""))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    for part in std::fs::read(testdata("imsdk_C_20231106.xlog")).unwrap().chunks(1000) {
        stdin.write_all(part).unwrap();
    }
    drop(stdin);
    assert_eq!(child.wait_with_output().unwrap().stdout, b"110\n");
}

#[test]
fn an_archive_on_standard_input_is_read_once() {
    let folder = Folder::new();
    let span = ["--since", "2017-01-06 10:00", "--until", "2017-01-06 10:59"];
    for archive in ["python-pax.tar.gz", "gnu.tar.zst", "info-zip.zip"] {
        let path = testdata("archives").join(archive);
        let named = folder.run(&[&["cat", "-c", "--no-filename", path.to_str().unwrap()], &span[..]].concat());
        let mut command = folder.command();
        let args = [&["cat", "-c", "--no-filename", "-"], &span[..]].concat();
        let piped = Ended::of(command.args(args).pipe_stdin(path).unwrap());
        let sum =
            |ended: &Ended| String::from_utf8_lossy(&ended.out).lines().map(|n| n.parse::<u32>().unwrap()).sum::<u32>();
        assert_eq!((sum(&named), sum(&piped)), (214, 214), "{archive}: {}", piped.err);
        assert_eq!((piped.code, piped.err.as_str()), (0, ""), "{archive}");
    }
}

#[test]
fn enough_records_do_not_hide_damage_before_them() {
    let folder = Folder::new();
    let mut log = std::fs::read(testdata("async-zlib-plain.xlog")).unwrap();
    log[1000..1400].fill(0x55);
    folder.write("a.xlog", &log);
    let all = folder.run(&["cat", "-c", "a.xlog"]);
    assert!(all.code == 1 && all.err.contains("not decoded"));
    for merge in [&[][..], &["--merge"]] {
        let late = folder.run(&[&["cat", "-l", "v", "--since", "2023-11-05 12:00", "-m1", "a.xlog"], merge].concat());
        assert!(late.code == 1 && late.err.contains("not decoded") && !late.out.is_empty(), "{}", late.err);
    }
}

#[test]
fn markers_set_the_exit_code_whatever_is_asked_for() {
    let folder = Folder::new();
    folder.write(
        "a.log",
        "TIM: 2023-11-06 08:00:00.000 I |-a.cpp:1  f  |hit\n[F]imlog: 5 bytes lost at offset 7: damaged block\n",
    );
    for merge in [&[][..], &["--merge"]] {
        let ended = folder.run(&[&["cat", "-e", "hit", "a.log"], merge].concat());
        assert!(ended.code == 1 && ended.err.contains("1 marker"), "{}", ended.err);
    }
}

#[test]
fn an_empty_log_is_reported() {
    let folder = Folder::new();
    folder.write("a.xlog", "");
    let ended = folder.run(&["cat", "a.xlog"]);
    assert_eq!((ended.code, ended.err.as_str()), (1, "warning: `a.xlog` is empty\n"));
}

#[test]
fn a_text_next_to_its_log_is_skipped() {
    let folder = Folder::new();
    let line = "TIM: 2023-11-06 08:00:00.000 I |-a.cpp:1  f  |x\n";
    folder.write("logs/a.xlog", Block::keyed(0x09, 1).write(&[line.into()]));
    folder.write("logs/a.xlog.log", line);
    folder.write("logs/gone.xlog.log", line);
    folder.write("logs/plain.log", line);
    let ended = folder.run(&["cat", "-c", "logs"]);
    let shown = String::from_utf8_lossy(&ended.out).replace('\\', "/");
    assert_eq!(shown, "logs/a.xlog:1\nlogs/gone.xlog.log:1\nlogs/plain.log:1\n");
}

#[test]
fn a_log_is_detected_by_its_blocks_whatever_comes_before() {
    let log = std::fs::read(testdata("imsdk_C_20231106.xlog")).unwrap();
    let before: [Vec<u8>; 3] =
        [b"some text\n".repeat(60_000), vec![0; 300_000], [b"text\n".repeat(999), vec![0; 200_000]].concat()];
    for (index, before) in before.into_iter().enumerate() {
        let folder = Folder::new();
        folder.write("a.xlog", [before, log.clone()].concat());
        let decoded = folder.run(&["decode", "-q", "-o", "-", "a.xlog"]);
        for reader in [&["cat", "-q", "a.xlog"][..], &["cat", "-q", "--merge", "a.xlog"]] {
            let shown = folder.run(reader);
            assert!(shown.out == decoded.out && shown.code == decoded.code && shown.code == 1, "{index} {reader:?}");
        }
    }
}

#[test]
fn an_empty_log_in_a_folder_is_named_and_sets_the_exit_code() {
    let folder = Folder::new();
    folder.write("a/empty.xlog", b"");
    folder.copy("xor-02.xlog", "a/good.xlog");
    for command in [&["decode", "--output-dir", "out"][..], &["cat"], &["info"], &["info", "--check"]] {
        let ended = folder.run(&[command, &["a"]].concat());
        assert!(ended.code == 1 && ended.err.contains("empty.xlog"), "{command:?}: {} {}", ended.code, ended.err);
    }
}

#[test]
fn the_limit_of_a_blocks_text_applies_to_cat_too() {
    let folder = Folder::new();
    let lines = vec![[[b'a'; 9999].as_slice(), b"\n"].concat(); 300];
    folder.write("a.xlog", Block::keyed(0x09, 1).write(&lines));
    for (command, rest, told) in
        [("cat", &[][..], "in 1 place not decoded"), ("info", &["--check"], "text of the block exceeds the limit")]
    {
        let run = |limit| folder.run(&[&[command, "--max-block-text", limit, "a.xlog"][..], rest].concat());
        assert_eq!((run("1").code, run("3").code), (1, 0), "{command}");
        assert!(run("1").err.contains(told), "{command}: {}", run("1").err);
    }
}
