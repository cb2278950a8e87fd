//! The files that are to be followed: those that were named, and those in folders, which may come later.

use std::collections::{HashMap, HashSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant, SystemTime};

use crate::file_name::source_of;
use crate::input::LogFile;
use crate::input::expand::Expander;
use crate::input::globs::Globs;
use crate::input::tree;
use crate::input::wanted::{Class, Wanted};

/// The least time between two walks through all folders: the time of a folder may not show that something has come.
const WALK: Duration = Duration::from_secs(2);

/// How much more time passes between them than they take.
const REST: u32 = 50;

/// A file to be followed.
#[derive(Clone, Debug)]
pub struct FoundFile {
    /// The file. It may not exist yet, if it was named.
    pub file: LogFile,
    /// Whether it is a cache file.
    pub is_cache: bool,
}

/// Where to look.
#[derive(Debug)]
pub struct Places {
    wanted: Wanted,
    globs: Globs,
    roots: Vec<PathBuf>,
    /// Those that have been found.
    known: HashSet<PathBuf>,
    /// The folders, and when something was last added to each.
    folders: HashMap<PathBuf, Option<SystemTime>>,
    next_walk: Option<Instant>,
    /// Archives that were found: they don't grow.
    pub archives: Vec<PathBuf>,
}

impl Places {
    /// Looks at `roots`, for what `expander` is to find.
    pub fn new(roots: Vec<PathBuf>, expander: &Expander) -> Places {
        let (wanted, globs) = (expander.wanted, expander.globs.clone());
        let (known, folders, archives) = Default::default();
        Places { wanted, globs, roots, known, folders, next_walk: None, archives }
    }

    /// The files that have come since the last call.
    pub fn news(&mut self) -> Vec<FoundFile> {
        let is_due = self.next_walk.is_none_or(|due| due <= Instant::now());
        if !is_due && self.folders.iter().all(|(folder, modified)| modified_at(folder) == *modified) {
            return Vec::new();
        }
        let started = Instant::now();
        self.folders.clear();
        let mut news = Vec::new();
        for root in self.roots.clone() {
            if !root.is_dir() {
                let is_cache = self.wanted.class(&root) == Some(Class::Cache);
                self.add(LogFile::named(root), is_cache, &mut news);
                continue;
            }
            let folders = &mut self.folders;
            let found = tree::candidates(&root, self.wanted, &self.globs, |folder: &Path| {
                folders.insert(folder.to_path_buf(), modified_at(folder));
            });
            // What cannot be read now may be the next time.
            for (file, class) in found.flatten().collect::<Vec<_>>() {
                match class {
                    Class::Archive if self.known.insert(file.path.clone()) => self.archives.push(file.path),
                    Class::Archive => {}
                    // It stays when its log is removed, which was followed.
                    Class::Text if source_of(&file.path).is_some_and(|log| self.known.contains(&log)) => {}
                    class => self.add(file, class == Class::Cache, &mut news),
                }
            }
        }
        self.next_walk = Some(Instant::now() + WALK.max(started.elapsed() * REST));
        // A block in a cache file comes after those in the log.
        news.sort_by_key(|found| found.is_cache);
        news
    }

    /// These names may come to stand for other files.
    pub fn forget(&mut self, names: Vec<PathBuf>) {
        names.iter().for_each(|name| _ = self.known.remove(name));
    }

    fn add(&mut self, file: LogFile, is_cache: bool, news: &mut Vec<FoundFile>) {
        if self.known.insert(file.path.clone()) {
            news.push(FoundFile { file, is_cache });
        }
    }
}

fn modified_at(folder: &Path) -> Option<SystemTime> {
    fs::metadata(folder).and_then(|metadata| metadata.modified()).ok()
}
