//! What `imlog --version` says of a build: commit, target, features. For Windows also the manifest in the program.

use std::process::Command;
use std::{env, fs};

use embed_manifest::{embed_manifest, new_manifest};

fn main() {
    println!("cargo::rerun-if-changed=packaging/build.rs");
    let target = env::var("TARGET").unwrap_or_default();
    let mut features: Vec<_> = env::vars()
        .filter_map(|(name, _)| Some(name.strip_prefix("CARGO_FEATURE_")?.to_lowercase().replace('_', "-")))
        .filter(|feature| feature != "default")
        .collect();
    features.sort();
    // A build for development would be made anew after each commit.
    let is_release = env::var("PROFILE").is_ok_and(|profile| profile == "release");
    let commit = if is_release { of_clone().or_else(of_package) } else { None };
    let commit = commit.map(|commit| format!(" ({commit})")).unwrap_or_default();
    let version = env::var("CARGO_PKG_VERSION").unwrap_or_default();
    println!("cargo::rustc-env=IMLOG_VERSION={version}{commit}");
    println!("cargo::rustc-env=IMLOG_TARGET={target}");
    println!("cargo::rustc-env=IMLOG_FEATURES={}", features.join(", "));
    if env::var_os("CARGO_CFG_WINDOWS").is_some() {
        // It says that paths may be longer than 260 characters, and that system calls without Unicode take UTF-8.
        embed_manifest(new_manifest("imlog")).expect("the folder for what is built can be written to");
    }
}

/// In a clone: the commit that is checked out.
fn of_clone() -> Option<String> {
    let git = |args: &[&str]| {
        let output = Command::new("git").args(args).output().ok().filter(|output| output.status.success())?;
        Some(String::from_utf8(output.stdout).ok()?.trim().to_owned())
    };
    // Not that of a repository that this one only lies in.
    if !git(&["rev-parse", "--show-prefix"])?.is_empty() {
        return None;
    }
    println!("cargo::rerun-if-changed={}", git(&["rev-parse", "--git-path", "logs/HEAD"])?);
    git(&["rev-parse", "--short=10", "HEAD"])
}

/// In a package from a registry: the commit that it was made from.
fn of_package() -> Option<String> {
    println!("cargo::rerun-if-changed=.cargo_vcs_info.json");
    let info = fs::read_to_string(".cargo_vcs_info.json").ok()?;
    let (_, rest) = info.split_once("\"sha1\": \"")?;
    rest.get(..10).map(str::to_owned)
}
