//! The folder and shell that samples run in.
//!
//! This is not trycmd, which runs each program by itself: samples are lines of a shell, with pipes, `;` and files that
//! one command leaves for the next.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use regex::Regex;
use tempfile::TempDir;

use crate::root;

/// A folder with testdata/ as in the project, and beside it what `testdata/samples.sh` makes.
pub struct Sandbox {
    folder: TempDir,
    /// Before all others on the PATH.
    programs: TempDir,
}

impl Sandbox {
    pub fn new() -> Sandbox {
        let sandbox = Sandbox { folder: tempfile::tempdir().unwrap(), programs: tempfile::tempdir().unwrap() };
        let imlog = assert_cmd::cargo::cargo_bin("imlog");
        // In the samples it is 14 November 2023, and the terminal has 80 columns.
        let script = format!(
            "case $1 in\n\
             prune) shift; set -- prune --now 2023-11-14T12:00:00Z \"$@\" ;;\n\
             info) shift; set -- info --width 80 \"$@\" ;;\n\
             diagnose) shift; set -- diagnose --width 80 \"$@\" ;;\n\
             explain) shift; set -- explain --width 80 \"$@\" ;;\n\
             esac\n\
             exec '{}' \"$@\"\n",
            imlog.display()
        );
        sandbox.program("imlog", &script);
        sandbox.program("cargo", "while [ \"$1\" != -- ]; do shift; done\nshift\nexec imlog \"$@\"\n");
        let made = sandbox.output("sh \"$ROOT/testdata/samples.sh\" . && cp -R \"$ROOT/testdata\" .");
        assert_eq!(made, "");
        sandbox
    }

    fn program(&self, name: &str, script: &str) {
        let path = self.programs.path().join(name);
        fs::write(&path, format!("#!/bin/sh\n{script}")).unwrap();
        fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
    }

    /// What the command writes to standard output and standard error, in whole lines, with durations made equal.
    pub fn run(&self, command: &str) -> String {
        let output = self.output(command);
        assert!(!output.contains("panicked"), "{command}: {output}");
        let output = Regex::new(r"\b\d+\.\d\d s\b").unwrap().replace_all(&output, "0.01 s").into_owned();
        if output.is_empty() || output.ends_with('\n') { output } else { output + "\n" }
    }

    fn output(&self, command: &str) -> String {
        let paths = std::env::var_os("PATH").unwrap_or_default();
        let paths = [self.programs.path().to_owned()].into_iter().chain(std::env::split_paths(&paths));
        let paths: Vec<PathBuf> = paths.collect();
        let mut shell = Command::new("sh");
        shell.arg("-c").arg(format!("umask 022\nexec 2>&1\n{command}")).current_dir(self.folder.path());
        shell.env("PATH", std::env::join_paths(paths).unwrap()).env("ROOT", root());
        shell.env("TZ", "UTC0").env("LC_ALL", "C.UTF-8").env("IMLOG_CONFIG", "");
        for name in ["IMLOG_KEY", "NO_COLOR", "CLICOLOR_FORCE", "COLUMNS"] {
            shell.env_remove(name);
        }
        let output = shell.stdin(Stdio::null()).output().unwrap();
        String::from_utf8(output.stdout).unwrap()
    }
}
