//! What the other subcommands build on.

use std::io::Read;
use std::path::Path;

use imlog::input::bundle::limits::Limits;
use imlog::input::bundle::{Cause, Sequence};
use imlog::input::expand::{Expander, Found};
use imlog::input::wanted::Wanted;
use imlog::input::{Input, LogFile};

use crate::program::Folder;
use crate::support::archive::{gzip, tar_of, zip_of};
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
            Found::Log(input) => input,
            Found::Sequence(sequence) => panic!("{sequence:?}"),
        })
        .collect();
    let names: Vec<_> = inputs.iter().map(|input| input.name()).collect();
    let name = |inside: &str| Path::new(&format!("{}:{inside}", folder.path("o.zip").display())).to_path_buf();
    assert_eq!(names, [name("i.zip:a.xlog"), name("i.zip:d/b.xlog"), name("s.xlog.gz"), name("a.xlog")]);
    for _ in 0..2 {
        let bytes: Vec<_> = inputs.iter().rev().map(read).collect();
        assert_eq!(bytes, [log("a"), log("single"), log("d/b.xlog"), log("a.xlog")]);
    }
    assert!(inputs.iter().all(|input| input.path() == Some(&folder.path("o.zip"))));
}

#[test]
fn a_sequence_shows_its_logs_in_order() {
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
        let Ok(Found::Sequence(sequence)) = found.remove(0) else { panic!("a compressed tar is a sequence") };
        let (mut seen, mut members) = (Vec::new(), Vec::new());
        let visited: Result<(), ()> = sequence.visit(&mut |passing| {
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
        let members: Vec<_> = sequence.members().into_iter().map(Result::unwrap).collect();
        assert_eq!(members.len(), expected.len());
        for member in members.into_iter().rev() {
            let expected = log(member.label.inside.last().unwrap());
            let input = Input::Member(member);
            assert!(input.reopens());
            assert_eq!(read(&input), expected);
        }
        // What nobody reads is passed over, and the visitor may stop.
        let mut count = 0;
        let stopped = sequence.visit(&mut |_| {
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
    assert!(matches!(&found[..], [Err(problem)] if matches!(problem.cause, Cause::Io(_))));
    let found = Expander::default().path(&folder.path(""));
    assert!(matches!(&found[..], [Err(problem)] if matches!(problem.cause, Cause::NoLogs)));
}

#[cfg(unix)]
#[test]
fn what_comes_through_a_pipe_is_read_once() {
    use std::process::Command;
    let folder = Folder::new();
    let pipe = folder.path("pipe");
    assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let file = |path| Input::File(LogFile { path, depth: 1 });
    assert!(!file(pipe).reopens());
    assert!(file(folder.write("a.xlog", log("a"))).reopens());
}

#[test]
fn another_look_costs_nothing() {
    let folder = Folder::new();
    let files = logs(&["a.xlog", "b.xlog"]);
    folder.write("o.tgz", gzip(&tar_of(&borrowed(&files))));
    folder.write("a.xlog.gz", gzip(&vec![7; 3 << 19]));
    let limits = Limits { members: 2, unpacked: 2 << 20, ..Limits::default() };
    let expander = Expander::new(Wanted::default(), limits);
    let find = |name: &str| expander.path(&folder.path(name)).remove(0).unwrap();
    let Found::Sequence(sequence) = find("o.tgz") else { panic!("a compressed tar is a sequence") };
    let visit = |sequence: &Sequence| {
        let mut members = 0;
        let Ok(()) = sequence.visit(&mut |passing| {
            members += u32::from(passing.is_ok());
            Ok::<_, std::convert::Infallible>(())
        });
        members
    };
    assert_eq!([visit(&sequence), visit(&sequence.again()), visit(&sequence)], [2, 2, 0]);
    let Found::Log(input) = find("a.xlog.gz") else { panic!("it is one log") };
    let read = |input: &Input| input.open().unwrap().0.read_to_end(&mut Vec::new());
    assert!(read(&input).is_ok() && read(&input.again()).is_ok() && read(&input.again()).is_ok());
    assert!(read(&input).is_err(), "the limit holds for what counts");
}

/// More zips than files that a process may have open: all are copied into one.
#[cfg(target_os = "linux")]
#[test]
fn zips_in_a_sequence_take_one_file() {
    let folder = Folder::new();
    let inner = zip_of(&[("a.xlog", &log("a"))]);
    let names: Vec<_> = (0..40).map(|number| format!("{number}.zip")).collect();
    let files: Vec<_> = names.iter().map(|name| (name, inner.as_slice())).collect();
    let path = folder.write("o.tgz", gzip(&tar_of(&files)));
    let command = format!("ulimit -n 30; exec '{}' \"$@\"", env!("CARGO_BIN_EXE_imlog"));
    for args in [&["info"][..], &["cat", "--merge"], &["decode", "-o", "-"]] {
        let mut shell = std::process::Command::new("sh");
        let ended = shell.args(["-c", &command, "sh"]).args(args).arg(&path).output().unwrap();
        let told = String::from_utf8_lossy(&ended.stderr);
        assert!(ended.status.success() && !ended.stdout.is_empty(), "{args:?}: {told}");
    }
}
