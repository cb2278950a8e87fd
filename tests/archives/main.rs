//! Archives, driven through the real binary: zips, tars, compressed logs, and archives in one another.

mod damage;
mod hostile;
mod kinds;
mod library;
mod places;
#[path = "../decode/program.rs"]
mod program;
#[path = "../support/mod.rs"]
mod support;

use program::Ended;
use support::writer::Block;

/// A log of one line.
fn log(line: &str) -> Vec<u8> {
    Block::keyed(0x09, 1).write(&[format!("{line}\n").into_bytes()])
}

/// The files of these names, each a log of one line: its name.
fn logs(names: &[&str]) -> Vec<(String, Vec<u8>)> {
    names.iter().map(|name| (name.to_string(), log(name))).collect()
}

fn borrowed(files: &[(String, Vec<u8>)]) -> Vec<(&str, &[u8])> {
    files.iter().map(|(name, data)| (name.as_str(), data.as_slice())).collect()
}

/// Asserts the exit code. On failure, shows the messages.
#[track_caller]
fn assert_code(ended: &Ended, code: i32) {
    assert_eq!(ended.code, code, "{}", ended.err);
}
