//! The scripts in completions/ are the ones that the program writes now.

use std::path::Path;

use assert_cmd::Command;

#[test]
fn are_up_to_date() {
    let scripts = [
        ("bash", "imlog.bash"),
        ("zsh", "_imlog"),
        ("fish", "imlog.fish"),
        ("powershell", "_imlog.ps1"),
        ("elvish", "imlog.elv"),
    ];
    for (shell, name) in scripts {
        let output = Command::cargo_bin("imlog").unwrap().args(["completions", shell]).output().unwrap();
        assert!(output.status.success());
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("completions").join(name);
        let script = std::fs::read_to_string(&path).unwrap_or_default().replace("\r\n", "\n");
        let stale = script != String::from_utf8(output.stdout).unwrap();
        assert!(!stale, "completions/{name} is stale: imlog completions {shell} > completions/{name}");
    }
}
