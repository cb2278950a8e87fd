//! Links within the project lead somewhere.

use std::path::{Component, Path, PathBuf};

use regex::Regex;

use crate::{pages, read, root};

/// The link to a heading: lower case, no punctuation, hyphens for spaces.
fn anchor(heading: &str) -> String {
    let kept = heading.trim().to_lowercase();
    let kept = kept.chars().filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
    kept.map(|c| if c == ' ' { '-' } else { c }).collect()
}

/// `docs/../README.md` as `README.md`.
fn plain(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for component in path.components() {
        match component {
            Component::ParentDir => assert!(plain.pop(), "{}", path.display()),
            component => plain.push(component),
        }
    }
    plain
}

/// Files and folders that pages mention: relative to the project's folder, or to the folder mentioned before on the
/// line.
#[test]
fn paths_are_there() {
    let code = Regex::new("`([a-z][a-z0-9_./]*)`").unwrap();
    let mut seen = 0;
    for page in ["CONTRIBUTING.md", "docs/architecture.md"].map(Path::new) {
        for line in read(page).lines() {
            let mut folder = root().to_path_buf();
            for [path] in code.captures_iter(line).map(|code| code.extract().1) {
                if path.starts_with("src/") && path.ends_with('/') {
                    folder = root().join(path);
                }
                if path.ends_with(".rs") || path.ends_with('/') {
                    let is_there = root().join(path).exists() || folder.join(path).exists();
                    assert!(is_there, "{}: no `{path}`", page.display());
                    seen += 1;
                }
            }
        }
    }
    assert!(seen > 30, "{seen} paths");
}

#[test]
fn links_lead_somewhere() {
    let link = Regex::new(r"\]\(([^)\s]+)\)").unwrap();
    let mut followed = 0;
    for page in pages() {
        let text = read(&page);
        for [target] in link.captures_iter(&text).map(|link| link.extract().1) {
            if target.contains("://") {
                continue;
            }
            let (file, heading) = target.split_once('#').unwrap_or((target, ""));
            let file = if file.is_empty() { page.clone() } else { plain(&page.with_file_name(file)) };
            assert!(root().join(&file).exists(), "{}: no `{target}`", page.display());
            let mut headings = vec![String::new()];
            if !heading.is_empty() {
                let lines = read(&file);
                let lines = lines.lines().filter(|line| line.starts_with('#'));
                headings.extend(lines.map(|line| anchor(line.trim_start_matches('#'))));
            }
            assert!(headings.iter().any(|known| known == heading), "{}: no heading `{target}`", page.display());
            followed += 1;
        }
    }
    assert!(followed > 20, "{followed} links");
}
