//! `imlog diagnose` and `imlog explain`: the real program on real files.

#[path = "../decode/program.rs"]
#[allow(dead_code, reason = "each test crate uses its own part")]
mod program;
#[path = "../support/mod.rs"]
mod support;

mod ended;
mod explain;
mod hostile;
mod html;
mod json;
mod places;
mod select;
mod shown;
mod week;

use assert_cmd::Command;
use program::{Ended, Folder};

/// A folder with the incidents of testdata/.
fn incidents() -> Folder {
    let folder = Folder::new();
    for name in ["outage.xlog", "outage.xlog.log", "loop.xlog.log", "sdk-4.6.xlog.log", "healthy.xlog.log", "week.zip"]
    {
        folder.copy(&format!("incidents/{name}"), name);
    }
    folder
}

/// The program, in an environment where only the arguments decide what the output looks like.
fn command(folder: &Folder) -> Command {
    let mut command = folder.command();
    command.env("LC_ALL", "C.UTF-8").env_remove("COLUMNS");
    command
}

fn run(folder: &Folder, args: &[&str]) -> Ended {
    Ended::of(command(folder).args(args))
}

fn diagnose(folder: &Folder, args: &[&str]) -> Ended {
    Ended::of(command(folder).arg("diagnose").args(args))
}

fn out(ended: &Ended) -> String {
    String::from_utf8(ended.out.clone()).unwrap().replace('\\', "/")
}

/// The rules of the findings, in order.
fn rules(folder: &Folder, args: &[&str]) -> Vec<String> {
    let ended = diagnose(folder, &[&["--json"], args].concat());
    let objects = out_lines(&ended).into_iter().filter(|object| object["type"] == "finding");
    objects.map(|object| object["rule"].as_str().unwrap().to_owned()).collect()
}

/// The objects of `--json`.
fn out_lines(ended: &Ended) -> Vec<serde_json::Value> {
    let text = String::from_utf8(ended.out.clone()).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"))).collect()
}
