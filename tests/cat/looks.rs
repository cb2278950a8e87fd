//! How records look on a terminal.

use std::fs::File;
use std::io::Write;
use std::process::Command;

use crate::program::Folder;
use crate::support::terminal;

const LINE: &str = "TIM: 2023-11-06 08:20:00.000 I |-a.cpp:1  f  |";

fn command(folder: &Folder, args: &[&str]) -> Command {
    let mut command = Command::new(assert_cmd::cargo::cargo_bin("imlog"));
    command.current_dir(folder.path("")).args(args).env_remove("NO_COLOR").env("TERM", "xterm");
    command
}

fn shown(folder: &Folder, args: &[&str]) -> String {
    terminal::run(&mut command(folder, args)).0.replace("\r\n", "\n")
}

/// Two files of two records each, deep in folders.
fn folder() -> Folder {
    let folder = Folder::new();
    for name in ["one", "two"] {
        folder.write(
            &format!("pull/com.example.chat/files/log/{name}.log"),
            format!("{LINE}a login of {name}\n{LINE}b\n"),
        );
    }
    folder
}

#[test]
fn each_file_has_a_heading() {
    let folder = folder();
    let path = |name: &str| format!("pull/com.example.chat/files/log/{name}.log");
    let (one, two) = (path("one"), path("two"));
    let lines = |name: &str| format!("{LINE}a login of {name}\n{LINE}b\n");
    let plain = |args: &[&str]| shown(&folder, &[&["cat", "--color", "never"], args].concat());
    assert_eq!(plain(&["pull"]), format!("{one}\n{}\n{two}\n{}", lines("one"), lines("two")));
    assert_eq!(plain(&[&one]), lines("one"), "one file needs no name");
    assert_eq!(plain(&["-I", "pull"]), lines("one") + &lines("two"));
    assert_eq!(plain(&["-H", &one]), format!("{one}\n{}", lines("one")));
    assert_eq!(plain(&["--no-heading", "-e", "b$", "pull"]), format!("{one}:{LINE}b\n{two}:{LINE}b\n"));
    // No line stands between the records of different files, since a heading does.
    let login = |name: &str| format!("{LINE}a login of {name}\n");
    let expected = format!("{one}\n{}\n{two}\n{}", lines("one"), lines("two"));
    assert_eq!(plain(&["-A", "1", "-e", "login", "pull"]), expected);
    assert_eq!(plain(&["-e", "of two", "pull"]), format!("{two}\n{}", login("two")), "nothing of the other file");
    // Merged records change files all the time: their names are as short as they can be.
    assert_eq!(plain(&["--merge", "-e", "login", "pull"]), format!("one.log:{}two.log:{}", login("one"), login("two")));
}

#[test]
fn elsewhere_names_are_before_each_line_unless_asked() {
    let folder = folder();
    let out = |args: &[&str]| String::from_utf8(folder.run(&[&["cat"], args].concat()).out).unwrap();
    let (one, two) = ("pull/com.example.chat/files/log/one.log", "pull/com.example.chat/files/log/two.log");
    assert_eq!(out(&["-e", "b$", "pull"]), format!("{one}:{LINE}b\n{two}:{LINE}b\n"));
    assert_eq!(out(&["--heading", "-e", "b$", "pull"]), format!("{one}\n{LINE}b\n\n{two}\n{LINE}b\n"));
    assert_eq!(out(&["-I", "-e", "b$", "pull"]), format!("{LINE}b\n").repeat(2));
}

#[test]
fn matches_are_highlighted() {
    let folder = Folder::new();
    folder.write("a.log", format!("{LINE}a login, a Login\nand a login\x07\n"));
    let mark = "\u{1b}[1m\u{1b}[7m";
    let (text, end) = (shown(&folder, &["cat", "-e", "l.?gin", "-e", "og", "a.log"]), "\u{1b}[0m");
    let expected = format!("{LINE}a {mark}login{end}, a L{mark}og{end}in\nand a {mark}login{end}^G\n");
    assert_eq!(text, expected);
    assert!(!shown(&folder, &["cat", "-v", "-e", "nothing", "a.log"]).contains('\u{1b}'));
    assert!(!shown(&folder, &["cat", "--color", "never", "-e", "login", "a.log"]).contains('\u{1b}'));
    // What is masked does not match what it was.
    folder.write("b.log", format!("{LINE}userid:user_31190 is in\n"));
    let text = shown(&folder, &["cat", "--redact", "-e", "user_31190", "-e", "is", "b.log"]);
    assert!(text.contains(&format!("{mark}is{end}")) && !text.contains("31190"), "{text}");
}

#[test]
fn only_matches_if_asked() {
    let folder = Folder::new();
    folder.write("a.log", format!("{LINE}code:1 code:2\ncode:3\n{LINE}none\n{LINE}code:4 x\ny"));
    folder.write("b.log", format!("{LINE}code:5\n"));
    let out = |args: &[&str]| String::from_utf8(folder.run(&[&["cat", "-o"], args].concat()).out).unwrap();
    assert_eq!(out(&["-e", "code:.", "a.log"]), "code:1\ncode:2\ncode:3\ncode:4\n");
    assert_eq!(out(&["-e", "code:[45]", "a.log", "b.log"]), "a.log:code:4\nb.log:code:5\n");
    assert_eq!(out(&["--heading", "-e", "code:[45]", "."]), "./a.log\ncode:4\n\n./b.log\ncode:5\n");
    assert_eq!(out(&["-e", "x\ny", "a.log"]), "x\ny\n");
    assert_eq!(folder.run(&["cat", "-o", "a.log"]).code, 2, "it needs a pattern");
    let masked = out(&["--redact", "-e", "\\d+", "a.log"]);
    assert!(masked.contains("2023\n"), "{masked}");
}

#[test]
fn while_nothing_is_shown_there_is_a_bar() {
    let folder = Folder::new();
    let pipe = folder.path("pipe");
    assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let mut session = terminal::start(&mut command(&folder, &["cat", "-e", "wanted", "pipe"]));
    let mut writer = File::options().write(true).open(&pipe).unwrap();
    let nothing = format!("{LINE}nothing\n");
    writer.write_all(nothing.repeat(20_000).as_bytes()).unwrap();
    session.wait_for(" read, ");
    writer.write_all(format!("{LINE}wanted\n").as_bytes()).unwrap();
    drop(writer);
    let (shown, code) = session.end();
    // It is gone when the record comes.
    let after = shown.rsplit("\u{1b}[2K").next().unwrap();
    assert!(code == 0 && after.contains("TIM: ") && !after.contains(" read, "), "{shown:?}");
}

#[test]
fn quiet_means_no_bar() {
    let folder = Folder::new();
    let pipe = folder.path("pipe");
    assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let session = terminal::start(&mut command(&folder, &["cat", "-q", "-e", "wanted", "pipe"]));
    let mut writer = File::options().write(true).open(&pipe).unwrap();
    writer.write_all(LINE.as_bytes()).unwrap();
    std::thread::sleep(std::time::Duration::from_millis(1500));
    drop(writer);
    assert_eq!(session.end(), (String::new(), 1));
}
