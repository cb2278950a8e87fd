//! A folder of logs, and the program run in it.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use assert_cmd::Command;
use chrono::{DateTime, Utc};
use tempfile::TempDir;

/// The time in these tests: noon on 14 November 2023, far from midnight in most of the world.
pub const NOON: &str = "2023-11-14T12:00:00Z";

/// Removed when it is empty.
pub struct Folder(TempDir);

/// What a run left behind.
pub struct Ran {
    pub code: Option<i32>,
    pub stdout: Vec<u8>,
    pub stderr: String,
}

impl Folder {
    pub fn new() -> Folder {
        Folder(tempfile::tempdir().unwrap())
    }

    /// A folder with these files, each as old as its name says, or else of today.
    pub fn with(files: &[&str]) -> Folder {
        let folder = Folder::new();
        for file in files {
            folder.file(file, NOON);
        }
        folder
    }

    pub fn path(&self) -> &Path {
        self.0.path()
    }

    /// Makes a file of ten bytes that was last written at `time`.
    pub fn file(&self, path: impl AsRef<Path>, time: &str) {
        let path = self.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, "0123456789").unwrap();
        self.touch(path, time);
    }

    pub fn touch(&self, path: impl AsRef<Path>, time: &str) {
        let time: DateTime<Utc> = time.parse().unwrap();
        let file = File::options().append(true).open(self.path().join(path)).unwrap();
        file.set_modified(SystemTime::from(time)).unwrap();
    }

    /// All files, folders and links below.
    pub fn all(&self) -> BTreeSet<PathBuf> {
        let entries = walkdir::WalkDir::new(self.path()).min_depth(1).into_iter();
        entries.map(|entry| entry.unwrap().path().strip_prefix(self.path()).unwrap().to_path_buf()).collect()
    }

    /// `imlog prune` with these arguments, at noon, in UTC where that can be set. Without a PATH, it is `.`.
    pub fn prune(&self, args: &[&str]) -> Ran {
        self.prune_at(NOON, "UTC0", args)
    }

    pub fn prune_at(&self, now: &str, zone: &str, args: &[&str]) -> Ran {
        let mut command = self.command();
        command.args(["--now", now]).args(args).args(here(args)).env("TZ", zone);
        Ran::of(command)
    }

    /// The program, without a given time.
    pub fn command(&self) -> Command {
        let mut command = Command::cargo_bin("imlog").unwrap();
        command.arg("prune").current_dir(self.path());
        command
    }
}

/// The current folder, if these arguments name no PATH.
fn here(args: &[&str]) -> Option<&'static str> {
    let takes_value = |arg: &&str| ["--days", "--by", "--max-depth", "--now"].contains(arg);
    let mut args = args.iter();
    while let Some(arg) = args.next() {
        match arg {
            arg if takes_value(arg) => drop(args.next()),
            arg if !arg.starts_with('-') => return None,
            _ => {}
        }
    }
    Some(".")
}

impl Ran {
    pub fn of(mut command: Command) -> Ran {
        let output = command.output().unwrap();
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert!(!stderr.contains("panicked"), "{stderr}");
        Ran { code: output.status.code(), stdout: output.stdout, stderr }
    }

    /// Standard output, one path per line, with `/` on every system.
    pub fn lines(&self) -> Vec<String> {
        let text = String::from_utf8(self.stdout.clone()).unwrap();
        text.lines().map(|line| line.replace('\\', "/").trim_start_matches("./").to_owned()).collect()
    }

    /// Standard output, one object per line.
    pub fn objects(&self) -> Vec<serde_json::Value> {
        let text = String::from_utf8(self.stdout.clone()).unwrap();
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }
}

/// Paths, as in [`Folder::all`].
pub fn set<P: AsRef<Path>>(paths: impl IntoIterator<Item = P>) -> BTreeSet<PathBuf> {
    paths.into_iter().map(|path| path.as_ref().to_path_buf()).collect()
}
