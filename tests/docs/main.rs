//! README.md, CONTRIBUTING.md and docs/: every sample is run, every link followed, every piece of code compiled.
//!
//! `IMLOG_DOCS=overwrite cargo test --test docs` writes the actual output into the pages.

// The samples are run by sh.
#![cfg(unix)]

#[path = "../support/mod.rs"]
mod support;

mod code;
mod json;
mod library;
mod links;
mod rules;
mod sandbox;

use std::fs;
use std::path::{Path, PathBuf};

use sandbox::Sandbox;

/// All pages, by their path in the project.
fn pages() -> Vec<PathBuf> {
    let mut pages = vec![PathBuf::from("README.md"), PathBuf::from("CONTRIBUTING.md")];
    let docs =
        fs::read_dir(root().join("docs")).unwrap().map(|entry| Path::new("docs").join(entry.unwrap().file_name()));
    pages.extend(docs.filter(|page| page.extension().is_some_and(|extension| extension == "md")));
    pages.sort();
    pages
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn read(page: &Path) -> String {
    fs::read_to_string(root().join(page)).unwrap()
}

/// Compares the page with what it should be, or overwrites it.
#[track_caller]
fn settle(page: &Path, is: &str, should_be: &str) {
    if is == should_be {
        return;
    }
    if std::env::var_os("IMLOG_DOCS").is_some_and(|what| what == "overwrite") {
        return fs::write(root().join(page), should_be).unwrap();
    }
    let at = is.lines().zip(should_be.lines()).take_while(|(is, should)| is == should).count();
    let lines = |text: &str| text.lines().skip(at).take(8).collect::<Vec<_>>().join("\n");
    let (page, is, should_be) = (page.display(), lines(is), lines(should_be));
    panic!(
        "{page}:{} is out of date\n--- it has\n{is}\n--- now it is\n{should_be}\n--- \
         `IMLOG_DOCS=overwrite cargo test --test docs` updates all pages",
        at + 1
    );
}

#[test]
fn samples_are_what_comes_out() {
    let mut commands = 0;
    for page in pages() {
        let text = read(&page);
        let sandbox = Sandbox::new();
        let now = rewrite(&text, |command| {
            commands += 1;
            sandbox.run(command)
        });
        settle(&page, &text, &now);
    }
    assert!(commands > 40, "{commands} samples");
}

/// Commands with output are run: blocks of other kinds show only commands, without a prompt.
#[test]
fn prompts_stand_in_console_blocks_only() {
    for page in pages() {
        let mut fence = None;
        for (number, line) in read(&page).lines().enumerate() {
            match (line.strip_prefix("```"), fence) {
                (Some(info), None) => fence = Some(info == "console"),
                (Some(_), Some(_)) => fence = None,
                (None, Some(false)) => {
                    assert!(!line.starts_with("$ "), "{}:{}: {line}", page.display(), number + 1);
                }
                _ => {}
            }
        }
    }
}

/// The page with the output of each command in its console blocks replaced by what `run` says. Blank lines before a
/// prompt are the page's own.
fn rewrite(text: &str, mut run: impl FnMut(&str) -> String) -> String {
    let (mut page, mut in_block) = (String::new(), false);
    let mut lines = text.lines().peekable();
    while let Some(line) = lines.next() {
        page.push_str(line);
        page.push('\n');
        match line.strip_prefix("$ ") {
            Some(command) if in_block => {
                page.push_str(&run(command));
                let mut is_apart = false;
                while let Some(old) = lines.next_if(|line| !line.starts_with("$ ") && *line != "```") {
                    is_apart = old.is_empty();
                }
                if is_apart && lines.peek().is_some_and(|line| line.starts_with("$ ")) {
                    page.push('\n');
                }
            }
            _ => in_block = if in_block { line != "```" } else { line == "```console" },
        }
    }
    page
}

#[test]
fn a_stale_sample_is_noticed() {
    let page = "```console\n$ one\nold\n\n$ two\n```\ntext\n$ three\n```sh\n$ four\n```\n";
    let now = rewrite(page, |command| format!("ran {command}\n"));
    assert_eq!(now, "```console\n$ one\nran one\n\n$ two\nran two\n```\ntext\n$ three\n```sh\n$ four\n```\n");
    assert_eq!(rewrite(&now, |command| format!("ran {command}\n")), now);
}
