//! `*` and `?` in a PATH. Shells of Unix replace them with the names that match; cmd and PowerShell leave that to the
//! program. No name on Windows can have them, so there is no doubt what is meant.

use std::fs;
use std::path::{Component, Path, PathBuf};

use globset::{GlobBuilder, GlobMatcher};

const WILDCARDS: [char; 2] = ['*', '?'];

/// Whether a name in the path has wildcards. (`\\?\` before a path of Windows is none.)
pub fn are_in(path: &Path) -> bool {
    path.components().any(|part| matcher(part).is_some())
}

/// What matches, by name; upper and lower case are the same. A path without wildcards, or with some that match nothing,
/// stays as it is.
pub fn expand(path: PathBuf) -> Vec<PathBuf> {
    if !are_in(&path) {
        return vec![path];
    }
    let mut found = vec![PathBuf::new()];
    let mut is_found = true;
    for part in path.components() {
        match matcher(part) {
            Some(matcher) => {
                found = found.iter().flat_map(|folder| matches(folder, &matcher)).collect();
                is_found = true;
            }
            None => {
                found.iter_mut().for_each(|path| path.push(part));
                is_found = false;
            }
        }
    }
    if !is_found {
        found.retain(|path| path.exists());
    }
    if found.is_empty() { vec![path] } else { found }
}

/// What a name with wildcards means: anything else in it is meant as it is.
fn matcher(part: Component) -> Option<GlobMatcher> {
    let Component::Normal(name) = part else { return None };
    let name = name.to_str().filter(|name| name.contains(WILDCARDS))?;
    let piece = |c: char| if WILDCARDS.contains(&c) { c.into() } else { globset::escape(c.encode_utf8(&mut [0; 4])) };
    let glob: String = name.chars().map(piece).collect();
    GlobBuilder::new(&glob).case_insensitive(true).build().ok().map(|glob| glob.compile_matcher())
}

fn matches(folder: &Path, matcher: &GlobMatcher) -> Vec<PathBuf> {
    let here = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    let names = fs::read_dir(here).into_iter().flatten().filter_map(|entry| Some(entry.ok()?.file_name()));
    let mut names: Vec<_> = names.filter(|name| matcher.is_match(name)).collect();
    names.sort();
    names.into_iter().map(|name| folder.join(name)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_match_at_each_step() {
        let folder = tempfile::tempdir().unwrap();
        for path in ["a/1.xlog", "a/2.XLOG", "a/[1].log", "b/1.xlog", "b/.hidden.xlog", "c.xlog"] {
            let path = folder.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "").unwrap();
        }
        let expanded = |path: &str| -> Vec<String> {
            let found = expand(folder.path().join(path)).into_iter();
            let below = found.map(|path| path.strip_prefix(folder.path()).unwrap().to_string_lossy().into_owned());
            below.map(|path| path.replace('\\', "/")).collect()
        };
        assert_eq!(expanded("a/*.xlog"), ["a/1.xlog", "a/2.XLOG"]);
        assert_eq!(expanded("?/*.xlog"), ["a/1.xlog", "a/2.XLOG", "b/.hidden.xlog", "b/1.xlog"]);
        assert_eq!(expanded("*/1.xlog"), ["a/1.xlog", "b/1.xlog"]);
        assert_eq!(expanded("a/[*].log"), ["a/[1].log"]);
        assert_eq!(expanded("*"), ["a", "b", "c.xlog"]);
        for path in ["a/1.xlog", "a/none.xlog", "none*", "*/none", "none/*"] {
            assert_eq!(expanded(path), [path]);
        }
    }
}
