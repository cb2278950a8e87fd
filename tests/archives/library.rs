//! What the other subcommands build on.

use std::io::Read;
use std::path::Path;

use imlog::internals::input::Input;
use imlog::internals::input::archive::ProblemCause;
use imlog::internals::input::archive::limits::Limits;
use imlog::internals::input::expand::{Copied, Expander, FoundInput, StreamedArchive};
use imlog::internals::input::wanted::Wanted;

use crate::program::Folder;
use crate::support::archive::{gzip, tar_of, zip_of};
use crate::support::writer::Block;
use crate::{borrowed, log, logs};

fn read(input: &Input) -> Vec<u8> {
    let mut bytes = Vec::new();
    let (mut reader, size) = input.open().unwrap();
    reader.read_to_end(&mut bytes).unwrap();
    assert!(size.is_none_or(|size| size == bytes.len() as u64));
    bytes
}

#[test]
fn members_can_be_opened_again_and_again() {
    let folder = Folder::new();
    let files = logs(&["a.xlog", "d/b.xlog"]);
    let inner = zip_of(&borrowed(&files));
    let single = gzip(&log("single"));
    folder.write("o.zip", zip_of(&[("i.zip", &inner), ("s.xlog.gz", &single), ("a.xlog", &log("a"))]));
    let found = Expander::default().path(&folder.path("o.zip"));
    let inputs: Vec<_> = found
        .into_iter()
        .map(|found| match found.unwrap() {
            FoundInput::Log(input) => input,
            FoundInput::Streamed(archive) => panic!("{archive:?}"),
        })
        .collect();
    let names: Vec<_> = inputs.iter().map(|input| input.name()).collect();
    let name = |inside: &str| Path::new(&format!("{}:{inside}", folder.path("o.zip").display())).to_path_buf();
    assert_eq!(names, [name("a.xlog"), name("i.zip:a.xlog"), name("i.zip:d/b.xlog"), name("s.xlog.gz")]);
    for _ in 0..2 {
        let bytes: Vec<_> = inputs.iter().rev().map(read).collect();
        assert_eq!(bytes, [log("single"), log("d/b.xlog"), log("a.xlog"), log("a")]);
    }
    assert!(inputs.iter().all(|input| input.path() == Some(&folder.path("o.zip"))));
}

#[test]
fn a_streamed_archive_shows_its_logs_in_order() {
    let folder = Folder::new();
    let mut files = logs(&["b.xlog", "a.xlog", "plain.log", "a.xlog.log"]);
    files.push(("i.zip".into(), zip_of(&borrowed(&logs(&["c.xlog"])))));
    files.push(("i.tgz".into(), gzip(&tar_of(&borrowed(&logs(&["d.xlog", "e.xlog"]))))));
    files.push(("i.tar".into(), tar_of(&borrowed(&logs(&["f.xlog"])))));
    folder.write("o.tgz", gzip(&tar_of(&borrowed(&files))));
    for (texts, expected) in [
        (false, vec!["b.xlog", "a.xlog", "i.zip:c.xlog", "i.tgz:d.xlog", "i.tgz:e.xlog", "i.tar:f.xlog"]),
        (true, vec!["b.xlog", "a.xlog", "plain.log", "i.zip:c.xlog", "i.tgz:d.xlog", "i.tgz:e.xlog", "i.tar:f.xlog"]),
    ] {
        let expander = Expander::new(Wanted { texts }, Limits::default());
        let mut found = expander.path(&folder.path("o.tgz"));
        let Ok(FoundInput::Streamed(archive)) = found.remove(0) else { panic!("a compressed tar is streamed") };
        let (mut seen, mut members) = (Vec::new(), Vec::new());
        let visited: Result<(), ()> = archive.visit(&mut |passing| {
            let passing = passing.unwrap();
            let mut bytes = Vec::new();
            passing.reader.read_to_end(&mut bytes).unwrap();
            let inside = passing.member.label.inside.join(":");
            let expected = log(passing.member.label.inside.last().unwrap());
            assert_eq!(bytes, expected, "{inside}");
            seen.push(inside);
            members.push((passing.member, expected));
            Ok(())
        });
        assert_eq!((visited, seen), (Ok(()), expected.iter().map(|name| name.to_string()).collect()));
        // Later, in any order, each by itself.
        for (member, expected) in members.into_iter().rev() {
            assert_eq!(read(&Input::Member(member)), expected);
        }
        let mut members = Vec::new();
        archive.copies(&mut |copy| {
            let Copied { member, broken } = copy.unwrap();
            assert!(broken.is_none());
            members.push(member);
        });
        assert_eq!(members.len(), expected.len());
        for member in members.into_iter().rev() {
            let expected = log(member.label.inside.last().unwrap());
            let input = Input::Member(member);
            assert!(input.reopens());
            assert_eq!(read(&input), expected);
        }
        // What is not read is skipped, and the visitor may stop.
        let mut count = 0;
        let stopped = archive.visit(&mut |_| {
            count += 1;
            if count == 2 { Err("enough") } else { Ok(()) }
        });
        assert_eq!((stopped, count), (Err("enough"), 2));
    }
}

#[test]
fn problems_are_values() {
    let folder = Folder::new();
    let found = Expander::default().path(&folder.path("missing"));
    assert!(matches!(&found[..], [Err(problem)] if matches!(problem.cause, ProblemCause::Io(_))));
    let found = Expander::default().path(&folder.path(""));
    assert!(matches!(&found[..], [Err(problem)] if matches!(problem.cause, ProblemCause::NoLogs)));
}

#[cfg(unix)]
#[test]
fn what_comes_through_a_pipe_is_read_once() {
    use std::process::Command;

    use imlog::internals::input::LogFile;
    let folder = Folder::new();
    let pipe = folder.path("pipe");
    assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let file = |path| Input::File(LogFile::named(path));
    assert!(!file(pipe).reopens());
    assert!(file(folder.write("a.xlog", log("a"))).reopens());
}

#[test]
fn another_pass_has_a_budget_of_its_own() {
    let folder = Folder::new();
    let files = logs(&["a.xlog", "b.xlog"]);
    folder.write("o.tgz", gzip(&tar_of(&borrowed(&files))));
    folder.write("a.xlog.gz", gzip(&vec![7; 3 << 19]));
    let limits = Limits { members: 2, unpacked: 2 << 20, ..Limits::default() };
    let expander = Expander::new(Wanted::default(), limits);
    let find = |name: &str| expander.path(&folder.path(name)).remove(0).unwrap();
    let FoundInput::Streamed(archive) = find("o.tgz") else { panic!("a compressed tar is streamed") };
    let visit = |archive: &StreamedArchive| {
        let mut members = 0;
        let Ok(()) = archive.visit(&mut |passing| {
            members += u32::from(passing.is_ok());
            Ok::<_, std::convert::Infallible>(())
        });
        members
    };
    assert_eq!([visit(&archive), visit(&archive.again()), visit(&archive)], [2, 2, 0]);
    let FoundInput::Log(input) = find("a.xlog.gz") else { panic!("it is one log") };
    let read = |input: &Input| input.open().unwrap().0.read_to_end(&mut Vec::new());
    assert!(read(&input).is_ok() && read(&input.again()).is_ok() && read(&input.again()).is_ok());
    assert!(read(&input).is_err(), "the limit holds for what counts");
}

/// The program, which may have so many files open where a shell can say so.
fn with_files(limit: u32, args: &[&str], folder: &Folder) -> std::process::Output {
    let program = env!("CARGO_BIN_EXE_imlog");
    let mut command = std::process::Command::new(if cfg!(target_os = "linux") { "sh" } else { program });
    if cfg!(target_os = "linux") {
        command.args(["-c", &format!("ulimit -n {limit}; exec '{program}' \"$@\""), "sh"]);
    }
    command.args(args).current_dir(folder.path("")).output().unwrap()
}

/// More zips than files that a process may have open: all are copied into one.
#[test]
fn zips_in_a_streamed_archive_share_one_file() {
    let folder = Folder::new();
    let inner = zip_of(&[("a.xlog", &log("a"))]);
    let names: Vec<_> = (0..40).map(|number| format!("{number}.zip")).collect();
    let files: Vec<_> = names.iter().map(|name| (name, inner.as_slice())).collect();
    folder.write("o.tgz", gzip(&tar_of(&files)));
    for args in [&["info", "o.tgz"][..], &["cat", "--merge", "o.tgz"], &["decode", "-o", "-", "o.tgz"]] {
        let ended = with_files(30, args, &folder);
        let told = String::from_utf8_lossy(&ended.stderr);
        assert!(ended.status.success() && !ended.stdout.is_empty(), "{args:?}: {told}");
    }
}

/// More logs than files that a process may have open, all of the same time: as files, and in a tar that can't be sought
/// in, where one breaks off.
#[test]
fn many_logs_of_one_time_are_merged_in_rounds() {
    let folder = Folder::new();
    let line = |log: usize, second: usize| {
        format!("TIM: 2023-11-06 14:00:{second:02}.{:03} I |-a.cpp:1  f  |of {log}\n", log * 7 % 1000)
    };
    let logs: Vec<_> = (0..150)
        .map(|number| {
            let lines: Vec<_> = (0..20).map(|second| line(number, second).into_bytes()).collect();
            (format!("{number:03}.xlog"), Block::keyed(0x09, 1).write(&lines))
        })
        .collect();
    for (name, log) in &logs {
        folder.write(&format!("logs/{name}"), log);
    }
    let tar = tar_of(&borrowed(&logs));
    folder.write("o.tgz", gzip(&tar));
    // Behind the head of the last, and what comes with it.
    folder.write("cut.tar.gz", gzip(&tar[..tar.len() - 1024 - 400]));
    let mut expected: Vec<_> = (0..150).flat_map(|log| (0..20).map(move |second| line(log, second))).collect();
    // The names of files differ, lines have all else.
    expected.sort();
    let expected = expected.concat();
    let run = |args: &[&str]| {
        let ended = with_files(80, &[&["cat", "--merge", "--no-filename"], args].concat(), &folder);
        let told = String::from_utf8(ended.stderr).unwrap();
        (ended.status.code(), String::from_utf8(ended.stdout).unwrap(), told)
    };
    for path in ["logs", "o.tgz"] {
        let (code, text, told) = run(&[path]);
        assert_eq!((code, told.as_str()), (Some(0), ""), "{path}");
        assert!(text == expected, "{path}");
    }
    let (code, text, told) = run(&["cut.tar.gz"]);
    assert_eq!(code, Some(1));
    assert!(told.contains("warning: `cut.tar.gz:149.xlog`: ends early: unexpected end of file"), "{told}");
    let records = text.lines().filter(|line| line.starts_with("TIM: ")).count();
    assert!((149 * 20..150 * 20).contains(&records), "{records}");
    let (code, _, told) = run(&["--max-spool", "0", "logs"]);
    let expected =
        "cannot merge further: temporary copies take more than 0 MiB\nhint: if you trust it, raise --max-spool";
    assert!(code == Some(1) && told.contains(expected), "{told}");
}
