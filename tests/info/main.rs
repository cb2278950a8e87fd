//! `imlog info`: the real program on real files.

#[path = "../decode/program.rs"]
#[allow(dead_code, reason = "each test crate uses its own part")]
mod program;
#[path = "../support/mod.rs"]
mod support;

mod blocks;
mod cards;
mod check;

mod json;
mod properties;
mod tables;

use assert_cmd::Command;
use program::{Ended, Folder, testdata};

/// The logs of testdata/.
fn logs() -> Vec<String> {
    let entries = std::fs::read_dir(testdata("")).unwrap().map(|entry| entry.unwrap().file_name());
    let names = entries.map(|name| name.into_string().unwrap());
    let mut names: Vec<_> = names.filter(|name| name.ends_with(".xlog") || name.contains(".mmap")).collect();
    names.sort();
    assert_eq!(names.len(), 20);
    names
}

/// The program, in an environment where only the arguments decide what the output looks like.
fn command(folder: &Folder) -> Command {
    let mut command = folder.command();
    command.arg("info").env("LC_ALL", "C.UTF-8").env_remove("COLUMNS");
    command
}

fn info(folder: &Folder, args: &[&str]) -> Ended {
    Ended::of(command(folder).args(args))
}

fn out(ended: &Ended) -> String {
    String::from_utf8(ended.out.clone()).unwrap().replace('\\', "/")
}
