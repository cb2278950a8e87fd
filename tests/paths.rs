//! What the arguments name: standard input, parts of archives, texts beside their logs, globs, and slips of the finger.

#[allow(dead_code)] // The tests of decode need more of it.
#[path = "decode/program.rs"]
mod program;
mod support;

use program::{Ended, Folder};
use support::archive::{gzip, tar_of, zip_of};
use support::in_quotes;
use support::writer::Block;

/// A log with a record of this message.
fn log(message: &str) -> Vec<u8> {
    Block::keyed(0x09, 1).write(&[line(message).into_bytes()])
}

fn line(message: &str) -> String {
    format!("TIM: 2023-11-06 08:20:00.000 E |-a.cpp:1  f  |{message}\n")
}

fn out(ended: &Ended) -> String {
    String::from_utf8(ended.out.clone()).unwrap()
}

fn messages(ended: &Ended) -> Vec<String> {
    out(ended).lines().map(|line| line.rsplit('|').next().unwrap().to_owned()).collect()
}

fn piped(folder: &Folder, args: &[&str], bytes: Vec<u8>) -> Ended {
    Ended::of(folder.command().args(args).write_stdin(bytes))
}

#[test]
fn a_pipe_is_read_if_no_path_is_given() {
    let folder = Folder::new();
    folder.write("here.xlog", log("here"));
    for bytes in [log("piped"), line("piped").into_bytes(), gzip(&log("piped")), zip_of(&[("a.xlog", &log("piped"))])] {
        let ended = piped(&folder, &["cat"], bytes);
        assert_eq!((messages(&ended), ended.code, ended.err.as_str()), (vec!["piped".into()], 0, ""));
    }
    let ended = piped(&folder, &["info"], log("piped"));
    assert!(out(&ended).starts_with("standard input  intact"), "{}", out(&ended));
    // So is a file.
    let mut command = folder.command();
    let ended = Ended::of(command.arg("cat").pipe_stdin(folder.path("here.xlog")).unwrap());
    assert_eq!(messages(&ended), ["here"]);
}

#[cfg(unix)]
#[test]
fn without_a_pipe_the_current_folder_is_read() {
    let folder = Folder::new();
    folder.write("here.xlog", log("here"));
    let mut command = std::process::Command::new(assert_cmd::cargo::cargo_bin("imlog"));
    let (shown, _) = support::terminal::run(command.current_dir(folder.path("")).arg("cat"));
    assert!(shown.contains("|here"), "{shown:?}");
    let mut command = std::process::Command::new(assert_cmd::cargo::cargo_bin("imlog"));
    let output = command.current_dir(folder.path("")).arg("cat").stdin(std::process::Stdio::null()).output().unwrap();
    assert!(String::from_utf8(output.stdout).unwrap().contains("|here"));
}

#[test]
fn decode_reads_the_current_folder_and_says_so() {
    let folder = Folder::new();
    folder.write("here.xlog", log("here"));
    let ended = piped(&folder, &["decode"], log("piped"));
    assert_eq!((folder.files(), ended.code), (vec!["here.xlog".into(), "here.xlog.log".into()], 0));
    let here = folder.path("").canonicalize().unwrap();
    let here = here.to_str().unwrap().trim_start_matches(r"\\?\");
    let said = format!("decoding the logs in `{here}` and below; give `-` to read a pipe\n");
    assert!(ended.err.starts_with(&said), "{}", ended.err);
    assert_eq!(piped(&folder, &["decode", "-q"], Vec::new()).err, "");
}

#[test]
fn a_file_alone_is_no_command() {
    let folder = Folder::new();
    folder.write("my log.xlog", log("here"));
    let ended = folder.run(&["my log.xlog"]);
    assert_eq!(ended.code, 2);
    let said = "error: no command given: `my log.xlog` is a file\nhint: `imlog cat 'my log.xlog'` shows what was \
                logged, `imlog info 'my log.xlog'` sums it up, `imlog decode 'my log.xlog'` writes the text next to \
                the log\n";
    assert_eq!(ended.err, in_quotes(said));
    assert!(folder.run(&["."]).err.contains("`.` is a folder"));
    assert!(folder.run(&["gone.xlog"]).err.contains("`gone.xlog` looks like a file"));
    assert!(folder.run(&["decoed"]).err.contains("a similar subcommand exists: 'decode'"));
    assert_eq!(folder.files(), ["my log.xlog"]);
}

#[test]
fn whoever_searches_is_led_to_cat() {
    let folder = Folder::new();
    folder.write("logs/a.xlog", log("Login"));
    for (args, hint) in [
        (&["grep", "Login", "logs"][..], "`imlog cat -e Login logs`"),
        (&["search", "Log in"], "`imlog cat -e 'Log in' PATH`"),
        (&["grep", "-i", "Login", "logs"], "`imlog cat -e PATTERN PATH`"),
        (&["cat", "Login", "logs"], "`imlog cat -e Login logs`"),
        (&["cat", "a.*b"], "`imlog cat -e 'a.*b' PATH`"),
    ] {
        let ended = folder.run(args);
        assert!(
            ended.code == 2 && ended.out.is_empty() && ended.err.contains(&in_quotes(hint)),
            "{args:?}: {}",
            ended.err
        );
    }
    // What is named like a log is a log that is missing: the others are read.
    let ended = folder.run(&["cat", "gone.xlog", "logs"]);
    assert_eq!((messages(&ended), ended.code), (vec!["Login".into()], 1));
}

/// What a shell makes of `*`, in order.
fn star(folder: &Folder) -> Vec<String> {
    let entries = std::fs::read_dir(folder.path("")).unwrap();
    let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

fn run_star(folder: &Folder, args: &[&str]) -> Ended {
    let names = star(folder);
    folder.run(&[args, &names.iter().map(String::as_str).collect::<Vec<_>>()].concat())
}

#[test]
fn a_log_and_its_text_count_once() {
    let folder = Folder::new();
    folder.write("a.xlog", log("one"));
    folder.write("b.xlog.gz", gzip(&log("two")));
    folder.write("c.zip", zip_of(&[("d/c.xlog", &log("three"))]));
    for _ in 0..2 {
        // The second time, there are texts.
        let ended = run_star(&folder, &["decode"]);
        assert_eq!(ended.code, 0, "{}", ended.err);
        assert!(ended.err.contains("3 files decoded"), "{}", ended.err);
    }
    assert_eq!(folder.files(), ["a.xlog", "a.xlog.log", "b.xlog.gz", "b.xlog.log", "c/d/c.xlog.log", "c.zip"]);
    for args in
        [&["cat"][..], &["cat", "."], &["cat", "./a.xlog", "a.xlog.log", "b.xlog.gz", "b.xlog.log", "c.zip", "c"]]
    {
        let ended = if args == ["cat"] { run_star(&folder, args) } else { folder.run(args) };
        let lines: Vec<_> = messages(&ended);
        assert_eq!(
            (lines, ended.code),
            (vec!["one".into(), "two".into(), "three".into()], 0),
            "{args:?} {}",
            ended.err
        );
    }
    assert!(run_star(&folder, &["cat"]).err.contains("2 files left out: texts of logs that are read too\n"));
    let ended = run_star(&folder, &["info", "--json"]);
    assert_eq!((out(&ended).matches("\"type\":\"file\"").count(), ended.code), (3, 0), "{}", ended.err);
    // A text alone is read.
    assert_eq!(messages(&folder.run(&["cat", "a.xlog.log"])), ["one"]);
    assert_eq!(messages(&folder.run(&["cat", "c"])), ["three"]);
}

#[test]
fn names_that_are_shown_can_be_given() {
    let inner = zip_of(&[("x/in.xlog", &log("inner"))]);
    let (app, push, odd) = (log("app"), log("push"), log("odd"));
    let files: [(&str, &[u8]); 4] =
        [("Android/data/app.xlog", &app), ("Android/push.xlog", &push), ("inner.zip", &inner), ("notes.bin", &odd)];
    let folder = Folder::new();
    folder.write("s.zip", zip_of(&files));
    folder.write("s.tar", tar_of(&files));
    folder.write("s.tgz", gzip(&tar_of(&files)));
    for archive in ["s.zip", "s.tar", "s.tgz"] {
        let names = String::from_utf8(folder.run(&["cat", "-c", archive]).out).unwrap();
        let names: Vec<_> = names.lines().filter_map(|line| line.strip_suffix(":1")).collect();
        assert_eq!(names.len(), 3);
        for (name, message) in names.iter().zip(["app", "push", "inner"]) {
            let ended = folder.run(&["cat", name]);
            assert_eq!((messages(&ended), ended.code, ended.err.as_str()), (vec![message.into()], 0, ""), "{name}");
        }
        let part = |inside: &str| format!("{archive}:{inside}");
        assert_eq!(messages(&folder.run(&["cat", &part("Android")])), ["app", "push"]);
        assert_eq!(messages(&folder.run(&["cat", &part("Android/data/")])), ["app"]);
        assert_eq!(messages(&folder.run(&["cat", &part("inner.zip")])), ["inner"]);
        assert_eq!(messages(&folder.run(&["cat", &part("notes.bin")])), ["odd"], "it is named itself");
        let ended = folder.run(&["cat", &part("Android/nope.xlog")]);
        let is_lazy = archive == "s.tgz";
        assert_eq!((ended.code == 2, ended.code > 0), (!is_lazy, true), "{}", ended.err);
        assert!(ended.err.contains("the archive has no such log"), "{}", ended.err);
        let ended = folder.run(&["cat", &format!("{archive}/Android/push.xlog")]);
        assert!(ended.code == 2 && ended.err.contains("hint: a file in an archive is given as"), "{}", ended.err);
        assert_eq!(messages(&folder.run(&["cat", &part("./Android/data")])), ["app"]);
        // Texts go where those of the whole archive go, each once.
        let push = if archive == "s.tgz" { part("inner.zip") } else { part("Android/push.xlog") };
        let parts = [&*push, &part("Android"), &part("inner.zip")];
        let ended = folder.run(&[&["decode", "-q"], &parts[usize::from(archive == "s.tgz")..]].concat());
        assert_eq!(ended.code, 0, "{}", ended.err);
        let texts = folder.files().into_iter().filter(|name| name.ends_with(".log")).collect::<Vec<_>>();
        assert!(texts.len() == 3 && texts.contains(&"s/Android/push.xlog.log".into()), "{texts:?}");
        std::fs::remove_dir_all(folder.path("s")).unwrap();
        let ended = folder.run(&["info", &part("Android/push.xlog")]);
        let card =
            if archive == "s.tgz" { "s.tgz:Android\n" } else { &format!("{archive}:Android/push.xlog  intact\n") };
        assert!(out(&ended).starts_with(card), "{}", out(&ended));
    }
    let ended = piped(&folder, &["cat", "--", "-:Android/push.xlog"], zip_of(&files));
    assert_eq!(messages(&ended), ["push"]);
}

#[test]
fn members_come_in_the_order_of_their_names() {
    let [a, b, c] = ["a", "b", "c"].map(log);
    let files: [(&str, &[u8]); 3] = [("d/c.xlog", &c), ("d-2/b.xlog", &b), ("a.xlog", &a)];
    let folder = Folder::new();
    folder.write("s.zip", zip_of(&files));
    folder.write("s.tar", tar_of(&files));
    for (name, bytes) in files {
        folder.write(&format!("s/{name}"), bytes);
    }
    let of_folder = messages(&folder.run(&["cat", "s"]));
    assert_eq!(of_folder, ["a", "c", "b"]);
    for archive in ["s.zip", "s.tar"] {
        assert_eq!(messages(&folder.run(&["cat", archive])), of_folder, "{archive}");
    }
}

#[test]
fn globs_choose_in_folders_and_archives() {
    let folder = Folder::new();
    folder.write("logs/a_1.xlog", log("a1"));
    folder.write("logs/old/a_2.xlog.gz", gzip(&log("a2")));
    folder.write("logs/s.zip", zip_of(&[("x/a_3.xlog", &log("a3")), ("x/b_4.xlog", &log("b4"))]));
    folder.write("logs/t.tgz", gzip(&tar_of(&[("a_5.xlog", &log("a5")[..]), ("b_6.xlog", &log("b6"))])));
    let shown = |globs: &[&str]| {
        let globs: Vec<_> = globs.iter().flat_map(|glob| ["-g", glob]).collect();
        messages(&folder.run(&[&["cat"], &globs[..], &["logs"]].concat()))
    };
    assert_eq!(shown(&["a_*"]), ["a1", "a2", "a3", "a5"]);
    assert_eq!(shown(&["*.xlog", "!a_*"]), ["b4", "b6"]);
    assert_eq!(shown(&["!old", "!*.tgz"]), ["a1", "a3", "b4"]);
    assert_eq!(shown(&["old/**"]), ["a2"]);
    let ended = folder.run(&["decode", "--glob", "a_1*", "logs"]);
    assert!(ended.code == 0 && ended.err.contains("1 file decoded"), "{}", ended.err);
    assert_eq!(messages(&folder.run(&["cat", "-g", "b*", "logs/a_1.xlog"])), ["a1"], "it is named itself");
    let ended = folder.run(&["info", "-g", "nothing", "logs/old"]);
    assert!(ended.code == 1 && ended.err.contains("`logs/old` contains no logs that --glob takes"), "{}", ended.err);
    let ended = folder.run(&["cat", "-g", "a[", "logs"]);
    assert!(ended.code == 2 && ended.err.contains("error: `a[` is not a glob: "), "{}", ended.err);
}
