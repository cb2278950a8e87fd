//! Which files in folders and archives are taken: globs as ripgrep has them. A file that the user names is taken anyway.

use std::path::Path;

use globset::{GlobBuilder, GlobMatcher};

use crate::file_name::uncompressed;

/// The globs of a run. Of those that match, the last decides.
#[derive(Clone, Debug, Default)]
pub struct Globs {
    rules: Vec<GlobRule>,
}

#[derive(Clone, Debug)]
struct GlobRule {
    matcher: GlobMatcher,
    /// It starts with `!`.
    excludes: bool,
    /// It ends with `/`.
    only_folders: bool,
}

/// Why a glob is none.
#[derive(Debug, thiserror::Error)]
#[error("`{glob}` is not a glob")]
pub struct BadGlob {
    /// What was given.
    pub glob: String,
    /// What is wrong with it.
    #[source]
    pub why: globset::Error,
}

impl Globs {
    /// Takes what matches one of `globs`; leaves out what matches one that starts with `!`. A glob with a slash matches
    /// paths below what the user named, others match names at any depth. One that matches a folder matches all in it.
    ///
    /// # Errors
    /// If one cannot be read.
    pub fn new(globs: &[String]) -> Result<Globs, BadGlob> {
        let rule = |given: &String| {
            let (excludes, glob) = given.strip_prefix('!').map_or((false, given.as_str()), |glob| (true, glob));
            let (only_folders, glob) = glob.strip_suffix('/').map_or((false, glob), |glob| (true, glob));
            let glob = match glob.strip_prefix('/') {
                Some(glob) => glob.to_owned(),
                None if glob.contains('/') => glob.to_owned(),
                None => format!("**/{glob}"),
            };
            let matcher = GlobBuilder::new(&glob).literal_separator(true).build();
            let matcher = matcher.map_err(|why| BadGlob { glob: given.clone(), why })?.compile_matcher();
            Ok(GlobRule { matcher, excludes, only_folders })
        };
        globs.iter().map(rule).collect::<Result<_, _>>().map(|rules| Globs { rules })
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.rules.is_empty()
    }

    /// Whether the log at this path is taken. One that is compressed may be matched by its name without that ending.
    pub fn takes(&self, path: &Path) -> bool {
        let takes_others = self.rules.iter().all(|rule| rule.excludes);
        self.decision(path, true).unwrap_or(takes_others)
    }

    /// Whether nothing in the archive at this path is taken.
    pub fn leaves_out(&self, path: &Path) -> bool {
        self.decision(path, false) == Some(false)
    }

    fn decision(&self, path: &Path, is_file: bool) -> Option<bool> {
        let plain = uncompressed(path).filter(|_| is_file);
        let names = [Some(path), plain.as_deref()];
        let is_match = |rule: &&GlobRule| {
            let itself = !(is_file && rule.only_folders);
            itself && names.into_iter().flatten().any(|name| rule.matcher.is_match(name))
                || path.ancestors().skip(1).any(|folder| rule.matcher.is_match(folder))
        };
        self.rules.iter().rev().find(is_match).map(|rule| !rule.excludes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn taken<'a>(globs: &[&str], paths: &[&'a str]) -> Vec<&'a str> {
        let globs = Globs::new(&globs.iter().map(|&glob| glob.to_owned()).collect::<Vec<_>>()).unwrap();
        paths.iter().copied().filter(|path| globs.takes(Path::new(path))).collect()
    }

    #[test]
    fn the_last_glob_that_matches_decides() {
        let all = ["a_1.xlog", "d/a_2.xlog.gz", "d/e/b.mmap3"];
        assert_eq!(taken(&[], &all), all);
        assert_eq!(taken(&["a_*"], &all), all[..2]);
        assert_eq!(taken(&["*.xlog"], &all), all[..2]);
        assert_eq!(taken(&["!*.mmap3"], &all), all[..2]);
        assert_eq!(taken(&["*.xlog", "!*_2*"], &all), all[..1]);
        assert_eq!(taken(&["!*_2*", "*.xlog"], &all), all[..2]);
        assert_eq!(taken(&["d/*"], &all), all[1..]);
        assert_eq!(taken(&["/*"], &all), all);
        assert_eq!(taken(&["!d"], &all), all[..1]);
        assert_eq!(taken(&["!e/"], &all), all[..2]);
        assert_eq!(taken(&["!b.mmap3/"], &all), all);
        assert_eq!(taken(&["{a_1,b}.*"], &all), ["a_1.xlog", "d/e/b.mmap3"]);
        assert!(Globs::new(&["a[".into()]).is_err());
    }

    #[test]
    fn an_archive_is_left_out_only_if_a_glob_says_so() {
        let globs = Globs::new(&["*.xlog".into(), "!old*".into()]).unwrap();
        assert!(!globs.leaves_out(Path::new("d/new.zip")) && globs.leaves_out(Path::new("d/old.zip")));
    }
}
