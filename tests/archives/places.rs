//! Where the texts of an archive go, and what happens to files that are there already.

use std::fs;
use std::time::SystemTime;

use crate::program::{Folder, testdata};
use crate::support::archive::{Entry, gzip, tar_of, zip, zip_of};
use crate::{assert_code, borrowed, log, logs};

fn texts(folder: &Folder) -> Vec<String> {
    folder.files().into_iter().filter(|name| name.ends_with(".log")).collect()
}

#[test]
fn archives_in_folders_are_found() {
    let folder = Folder::new();
    folder.write("in/a.xlog", log("a"));
    folder.write("in/d/support.zip", zip_of(&borrowed(&logs(&["b.xlog"]))));
    folder.write("in/d/e.tar.gz", gzip(&tar_of(&borrowed(&logs(&["c.xlog"])))));
    folder.write("in/photos.zip", zip_of(&[("photo.jpg", b"nothing of ours")]));
    folder.write("in/misnamed.xlog", zip_of(&[("a.xlog", &log("a"))]));
    folder.write("in/other.gz", gzip(&log("not looked for")));
    let ended = folder.run(&["decode", "in"]);
    assert_code(&ended, 1);
    assert!(ended.err.contains("hint: it is an archive: give its own path"), "{}", ended.err);
    fs::remove_file(folder.path("in/misnamed.xlog")).unwrap();
    assert_eq!(texts(&folder), ["in/a.xlog.log", "in/d/e/c.xlog.log", "in/d/support/b.xlog.log"]);
    assert_code(&folder.run(&["decode", "--output-dir", "out", "in"]), 0);
    assert_eq!(texts(&folder)[3..], ["out/a.xlog.log", "out/d/e/c.xlog.log", "out/d/support/b.xlog.log"]);
}

#[test]
fn each_archive_has_its_own_folder() {
    let folder = Folder::new();
    for name in ["1/logs.zip", "2/logs.zip"] {
        folder.write(name, zip_of(&[("a.xlog", &log(name))]));
    }
    folder.write("logs.tgz", gzip(&tar_of(&[("a.xlog", &log("tgz")[..])])));
    let ended = folder.run(&["decode", "--output-dir", "out", "1/logs.zip", "2/logs.zip", "logs.tgz"]);
    assert_code(&ended, 0);
    assert_eq!(texts(&folder), ["out/logs/a.xlog.log", "out/logs~2/a.xlog.log", "out/logs~3/a.xlog.log"]);
    assert_eq!(folder.read("out/logs~2/a.xlog.log"), "2/logs.zip\n");
    let told = "warning: `out/logs` belongs to another archive: the texts of `2/logs.zip` go to `out/logs~2`";
    assert!(ended.told().contains(told), "{}", ended.err);
}

#[test]
fn clashing_names_each_get_a_text() {
    let names = ["a.xlog", "A.XLOG", "a.xlog", "x/../a.xlog", "./a.xlog", "b:c.xlog", "b_c.xlog"];
    let files: Vec<_> = names.iter().enumerate().map(|(number, name)| (*name, log(&number.to_string()))).collect();
    let entries: Vec<_> = files.iter().map(|(name, data)| Entry::new(name, data)).collect();
    let tar = tar_of(&files.iter().map(|(name, data)| (*name, data.as_slice())).collect::<Vec<_>>());
    for (name, bytes) in [("o.zip", zip(&entries)), ("o.tar", tar.clone()), ("o.tgz", gzip(&tar))] {
        let folder = Folder::new();
        folder.write(name, bytes);
        let ended = folder.run(&["decode", name]);
        assert_code(&ended, 0);
        let mut lines: Vec<_> = texts(&folder).iter().map(|name| folder.read(name)).collect();
        lines.sort();
        assert_eq!(lines, ["0\n", "1\n", "2\n", "3\n", "4\n", "5\n", "6\n"], "{:?}", texts(&folder));
        let mut small: Vec<_> = texts(&folder).iter().map(|name| name.to_lowercase()).collect();
        small.sort();
        small.dedup();
        assert_eq!(small.len(), 7, "also where case makes no difference");
        assert!(ended.told().contains("`o/A.XLOG.log` belongs to another log"), "{}", ended.err);
    }
}

#[test]
fn a_file_and_a_folder_with_the_same_name_both_get_a_text() {
    let inner = zip_of(&[("b.xlog", &log("b"))]);
    let (a, b) = (log("a"), log("b"));
    let cases: [[(&str, &[u8]); 2]; 3] = [
        [("a.xlog", &a), ("a.xlog.log/b.xlog", &b)],
        [("a.xlog.log/b.xlog", &b), ("a.xlog", &a)],
        [("a.xlog", &a), ("a.xlog.log.zip", &inner)],
    ];
    let expected = [
        ["o/a.xlog.log", "o/a~2.xlog.log/b.xlog.log"],
        ["o/a.xlog.log/b.xlog.log", "o/a~2.xlog.log"],
        ["o/a.xlog.log", "o/a~2.xlog.log/b.xlog.log"],
    ];
    let by_name = ["o/a.xlog.log", "o/a~2.xlog.log/b.xlog.log"];
    for (files, expected) in cases.iter().zip(expected) {
        for (name, bytes) in [("o.zip", zip_of(files)), ("o.tgz", gzip(&tar_of(files)))] {
            let folder = Folder::new();
            folder.write(name, bytes);
            let ended = folder.run(&["decode", name]);
            assert_code(&ended, 0);
            // The members of a zip come in the order of their names.
            let expected = if name == "o.zip" { by_name } else { expected };
            assert_eq!(texts(&folder), expected, "{name}");
            assert!(ended.err.contains("belongs to another log: the text of "), "{}", ended.err);
        }
    }
}

#[test]
fn files_of_the_user_come_first() {
    let folder = Folder::new();
    folder.write("logs/a.xlog", log("file"));
    folder.write("logs.zip", zip_of(&[("a.xlog", &log("member"))]));
    folder.write("b.xlog", log("file"));
    folder.write("b.xlog.gz", gzip(&log("compressed")));
    assert_code(&folder.run(&["decode"]), 0);
    assert_eq!(folder.read("logs/a.xlog.log"), "file\n");
    assert_eq!(folder.read("logs/a~2.xlog.log"), "member\n");
    assert_eq!(folder.read("b.xlog.log"), "file\n");
    assert_eq!(folder.read("b~2.xlog.log"), "compressed\n");
}

#[test]
fn no_text_replaces_an_archive() {
    let folder = Folder::new();
    let bytes = zip_of(&[("a.xlog", &log("a"))]);
    folder.write("a.zip", &bytes);
    assert_code(&folder.run(&["decode", "a.zip", "-o", "a.zip"]), 2);
    folder.write("a.xlog.log", gzip(&log("called like a text")));
    assert_code(&folder.run(&["decode", "--output-dir", ".", "a.zip", "a.xlog.log"]), 0);
    assert_eq!(fs::read(folder.path("a.zip")).unwrap(), bytes);
    assert_eq!(fs::read(folder.path("a.xlog.log")).unwrap(), gzip(&log("called like a text")));
}

#[test]
fn one_file_takes_one_log() {
    let folder = Folder::new();
    folder.write("one.zip", zip_of(&[("a.xlog", &log("a"))]));
    folder.write("two.zip", zip_of(&borrowed(&logs(&["a.xlog", "b.xlog"]))));
    folder.write("one.tgz", gzip(&tar_of(&[("a.xlog", &log("a")[..])])));
    assert_code(&folder.run(&["decode", "one.zip", "-o", "text"]), 0);
    assert_eq!(folder.read("text"), "a\n");
    for (archive, told) in [("two.zip", "cannot take the text of 2 logs"), ("one.tgz", "the text of a whole archive")] {
        let ended = folder.run(&["decode", archive, "-o", "text"]);
        assert_code(&ended, 2);
        assert!(ended.err.contains(told) && ended.err.contains("hint: "), "{}", ended.err);
    }
}

#[test]
fn an_archive_that_is_named_twice_is_read_once() {
    let folder = Folder::new();
    folder.write("a.zip", zip_of(&borrowed(&logs(&["a.xlog"]))));
    folder.write("b.tgz", gzip(&tar_of(&borrowed(&logs(&["b.xlog"])))));
    let ended = folder.run(&["decode", "a.zip", ".", "./b.tgz", "a.zip"]);
    assert_code(&ended, 0);
    assert!(ended.err.starts_with("2 files decoded"), "{}", ended.err);
    assert_eq!(texts(&folder), ["a/a.xlog.log", "b/b.xlog.log"]);
    assert_eq!(folder.run(&["decode", "-o", "-", "a.zip", "a.zip"]).out, b"a.xlog\na.xlog\n", "as from cat");
}

#[test]
fn earlier_texts_are_kept_or_updated() {
    for (name, bytes) in
        [("o.zip", zip_of(&[("a.xlog", &log("new"))])), ("o.tgz", gzip(&tar_of(&[("a.xlog", &log("new")[..])])))]
    {
        let folder = Folder::new();
        let archive = fs::File::options().append(true).open(folder.write(name, bytes)).unwrap();
        archive.set_modified(SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(9)).unwrap();
        folder.write("o/a.xlog.log", "earlier");
        for option in ["--no-clobber", "-u"] {
            let ended = folder.run(&["decode", option, name]);
            assert_code(&ended, 0);
            assert!(ended.err.contains("1 skipped"), "{}", ended.err);
            assert_eq!(folder.read("o/a.xlog.log"), "earlier");
        }
        let text = fs::File::options().append(true).open(folder.path("o/a.xlog.log")).unwrap();
        text.set_modified(SystemTime::UNIX_EPOCH).unwrap();
        drop(text);
        assert_code(&folder.run(&["decode", "-u", name]), 0);
        assert_eq!(folder.read("o/a.xlog.log"), "new\n");
    }
}

#[test]
fn with_a_key_a_text_without_it_is_not_up_to_date() {
    let (log, key) = (testdata("async-zlib-crypt.xlog"), testdata("test.key"));
    let log = fs::read(log).unwrap();
    for (name, bytes, text) in
        [("o.zip", zip_of(&[("a.xlog", &log)]), "o/a.xlog.log"), ("a.xlog", log.clone(), "a.xlog.log")]
    {
        let folder = Folder::new();
        let input = fs::File::options().append(true).open(folder.write(name, bytes)).unwrap();
        input.set_modified(SystemTime::UNIX_EPOCH).unwrap();
        assert_code(&folder.run(&["decode", name]), 1);
        assert!(folder.read(text).contains("not decoded: no key given"));
        assert!(folder.run(&["decode", "-u", name]).err.contains("1 skipped"), "nothing new without a key");
        let update = ["decode", "-u", "--key-file", key.to_str().unwrap(), name];
        let ended = folder.run(&update);
        assert_code(&ended, 0);
        assert!(!folder.read(text).contains("not decoded"), "{}", ended.err);
        assert!(folder.run(&update).err.contains("1 skipped"));
        // Whatever the text says.
        let lacking = ["decode", "--force", "--no-markers", name];
        assert_code(&folder.run(&lacking), 1);
        assert_eq!(folder.read(text), "");
        assert!(folder.run(&["decode", "-u", "--no-markers", name]).err.contains("1 skipped"));
        assert_code(&folder.run(&update), 0);
        assert!(folder.read(text).len() > 1000);
        folder.write(text, "[F]imlog: 1 encrypted block (9 bytes) at offset 0 not decoded: no key given\n");
        assert!(folder.run(&update).err.contains("1 skipped"), "it is younger than the log");
    }
}

/// Sends interrupts until the program ends: the first may come before it waits.
#[cfg(unix)]
fn interrupt(mut child: std::process::Child, folder: &Folder) -> Option<i32> {
    let pause = || std::thread::sleep(std::time::Duration::from_millis(10));
    while !folder.files().iter().any(|name| name.contains(".imlog-")) {
        assert!(child.try_wait().unwrap().is_none(), "it has ended by itself");
        pause();
    }
    loop {
        if let Some(status) = child.try_wait().unwrap() {
            return status.code();
        }
        assert!(std::process::Command::new("kill").args(["-INT", &child.id().to_string()]).status().is_ok());
        pause();
    }
}

#[cfg(unix)]
#[test]
fn an_interrupt_leaves_nothing_behind() {
    use std::io::Write;
    use std::process::{Command, Stdio};
    let program = |folder: &Folder, args: &[&str], stdin: Stdio| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_imlog"));
        command.current_dir(folder.path("")).args(args).stdin(stdin).stdout(Stdio::null()).stderr(Stdio::null());
        command.spawn().unwrap()
    };
    // It waits for standard input.
    let folder = Folder::new();
    let mut child = program(&folder, &["decode", "-o", "text", "-"], Stdio::piped());
    let mut stdin = child.stdin.take().unwrap();
    let long = fs::read(testdata("async-zlib-plain.xlog")).unwrap().repeat(10);
    stdin.write_all(&long).unwrap();
    assert_eq!(interrupt(child, &folder), Some(130));
    assert!(folder.files().is_empty());
    // It waits for a pipe, when another log has gone to standard output.
    assert!(Command::new("mkfifo").arg(folder.path("a.xlog")).status().unwrap().success());
    let child = program(&folder, &["decode", "-", "a.xlog"], Stdio::null());
    let mut pipe = fs::File::options().read(true).write(true).open(folder.path("a.xlog")).unwrap();
    pipe.write_all(&long).unwrap();
    assert_eq!(interrupt(child, &folder), Some(130));
    assert_eq!(folder.files(), ["a.xlog"]);
}

#[test]
fn an_archive_without_logs_is_reported() {
    let folder = Folder::new();
    let files: [(&str, &[u8]); 2] = [("a.txt", b"text"), ("x.mmap3", &[0; 100])];
    for (name, bytes) in [
        ("o.zip", zip_of(&files)),
        ("o.tar", tar_of(&files)),
        ("o.tgz", gzip(&tar_of(&files))),
        ("empty.zip", zip(&[])),
    ] {
        folder.write(name, bytes);
        let ended = folder.run(&["decode", name]);
        assert_code(&ended, 1);
        assert!(
            ended.err.contains(&format!("error: `{name}` contains no logs\nhint: looked for *.xlog")),
            "{}",
            ended.err
        );
    }
    assert!(texts(&folder).is_empty());
}

#[test]
fn several_archives_of_one_folder_stay_in_the_output_folder() {
    let folder = Folder::new();
    let zip = std::fs::read(testdata("archives/info-zip.zip")).unwrap();
    for name in ["in/a.zip", "in/b.zip"] {
        folder.write(name, &zip);
    }
    let ended = folder.run(&["decode", "--output-dir", "out", "in"]);
    assert_eq!(ended.code, 0, "{}", ended.err);
    let texts: Vec<_> = folder.files().into_iter().filter(|name| name.ends_with(".log")).collect();
    assert!(texts.iter().all(|name| name.starts_with("out/a/") || name.starts_with("out/b/")), "{texts:?}");
    assert_eq!(texts.len(), 6);
    // And a table says which is whose.
    let table = String::from_utf8(folder.run(&["info", "in"]).out).unwrap();
    assert_eq!((table.matches("a.zip:").count(), table.matches("b.zip:").count()), (3, 3), "{table}");
}
