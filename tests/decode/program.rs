//! Runs the real binary in a temporary folder.

use std::fs;
use std::path::{Path, PathBuf};

use assert_cmd::Command;
use tempfile::TempDir;

/// A file of testdata/.
pub fn testdata(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata").join(name)
}

/// A folder to run the program in.
pub struct Folder(TempDir);

/// The output of the program, and its exit code.
pub struct Ended {
    pub code: i32,
    pub out: Vec<u8>,
    pub err: String,
}

impl Folder {
    pub fn new() -> Folder {
        Folder(tempfile::tempdir().unwrap())
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// Writes a file, and creates the folders it needs.
    pub fn write(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, bytes).unwrap();
        path
    }

    /// Copies a file of testdata/ into the folder.
    pub fn copy(&self, name: &str, to: &str) -> PathBuf {
        self.write(to, fs::read(testdata(name)).unwrap())
    }

    pub fn read(&self, name: &str) -> String {
        String::from_utf8(fs::read(self.path(name)).unwrap()).unwrap()
    }

    /// All files in the folder and its subfolders, by name.
    pub fn files(&self) -> Vec<String> {
        let files = walkdir::WalkDir::new(self.0.path()).sort_by_file_name().into_iter().map(Result::unwrap);
        let files = files.filter(|entry| !entry.file_type().is_dir());
        let name = |entry: walkdir::DirEntry| entry.path().strip_prefix(self.0.path()).unwrap().to_owned();
        files.map(|entry| name(entry).to_string_lossy().replace('\\', "/")).collect()
    }

    pub fn command(&self) -> Command {
        let mut command = Command::cargo_bin("imlog").unwrap();
        command.current_dir(self.0.path()).env_remove("IMLOG_KEY").env_remove("NO_COLOR").env("IMLOG_CONFIG", "");
        command
    }

    /// Runs the program in the folder with these arguments.
    pub fn run(&self, args: &[&str]) -> Ended {
        Ended::of(self.command().args(args))
    }
}

impl Ended {
    pub fn of(command: &mut Command) -> Ended {
        let output = command.output().unwrap();
        let err = String::from_utf8(output.stderr).unwrap();
        assert!(!err.contains("panicked"), "{err}");
        Ended { code: output.status.code().unwrap(), out: output.stdout, err }
    }

    /// Standard error without the time, which differs between runs, and with `/` in paths on any system.
    pub fn told(&self) -> String {
        let lines = self.err.lines().map(|line| match line.rfind(" s") {
            Some(end) if line.contains(" decoded: ") => {
                let start = line[..end].rfind(' ').map_or(0, |at| at + 1);
                let numeric = line[start..end].chars().all(|c| c.is_ascii_digit() || c == '.');
                if numeric { format!("{}[time]{}", &line[..start], &line[end..]) } else { line.into() }
            }
            _ => line.to_string(),
        });
        let told = lines.collect::<Vec<_>>().join("\n");
        if cfg!(windows) { told.replace('\\', "/") } else { told }
    }
}
