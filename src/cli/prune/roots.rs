//! What the PATHs of the command line are, and in which order they are pruned.

use std::collections::HashSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use anyhow::anyhow;

use super::super::printer::{Hint, Printer, Shown};
use crate::folder::{FileId, Folder};
use crate::retention::Removable;

/// The PATHs, arranged so that each file is visited once, and a text before its log, which may say how old the text is:
/// first the texts, then the folders, then the logs.
#[derive(Debug, Default)]
pub struct Roots {
    /// Texts that are in none of the folders.
    pub texts: Vec<PathBuf>,
    /// Folders, and their ids. One may be inside another.
    pub folders: Vec<(PathBuf, FileId)>,
    /// Logs that are in none of the folders.
    pub logs: Vec<PathBuf>,
    /// Whether any PATH can be pruned.
    pub any: bool,
    /// How many cannot; they have been reported.
    pub failed: u64,
    /// The real paths of the folders: without links, `.` and `..`.
    real_folders: HashSet<PathBuf>,
}

/// A file that was named itself.
struct Named {
    path: PathBuf,
    real: PathBuf,
    kind: Removable,
}

impl Roots {
    /// Looks at the paths; none means the current folder. Folders will be searched down to `max_depth`.
    pub fn new(paths: &[PathBuf], max_depth: usize, printer: &Printer) -> Roots {
        let here = [PathBuf::from(".")];
        let paths = if paths.is_empty() { &here } else { paths };
        let mut roots = Roots::default();
        let mut files = Vec::new();
        for path in paths {
            match roots.add(path, printer) {
                Ok(file) => files.extend(file),
                Err(error) => {
                    roots.failed += 1;
                    printer.error(&error);
                }
            }
        }
        let mut seen = HashSet::new();
        for Named { path, real, kind } in files {
            if roots.is_in_a_folder(&real, max_depth) || !seen.insert(real) {
                continue;
            }
            match kind {
                Removable::Text => roots.texts.push(path),
                Removable::Log => roots.logs.push(path),
            }
        }
        roots
    }

    fn add(&mut self, path: &Path, printer: &Printer) -> anyhow::Result<Option<Named>> {
        // This drops the slash at the end of `link/`, which would make the system follow the link.
        let path: PathBuf = path.components().collect();
        let failed = |error: io::Error| anyhow!(error).context(format!("cannot read `{}`", Shown(&path)));
        let metadata = fs::symlink_metadata(&path).map_err(failed)?;
        if metadata.is_symlink() {
            let hint = Hint("links are not followed; give the path that it points to".into());
            return Err(anyhow!("cannot prune `{}`: it is a symbolic link", Shown(&path)).context(hint));
        }
        let kind = path.file_name().and_then(Removable::of);
        let real = fs::canonicalize(&path).map_err(failed)?;
        self.any = true;
        match kind {
            _ if metadata.is_dir() => {
                let id = open(&path).and_then(|folder| folder.id()).map_err(failed)?;
                if self.real_folders.insert(real) {
                    self.folders.push((path, id));
                }
            }
            Some(kind) if metadata.is_file() => return Ok(Some(Named { path, real, kind })),
            _ => printer.warning(format!(
                "`{}` kept: only *.xlog, *.xlog.gz, *.xlog.zst and *.xlog.log are removed",
                Shown(&path)
            )),
        }
        Ok(None)
    }

    /// Whether this folder, which was found in another, is one of the PATHs, and so visited by itself.
    pub fn is_one(&self, folder: FileId) -> bool {
        self.folders.iter().any(|(_, id)| *id == folder)
    }

    /// Whether this file will be found in one of the folders. Only the nearest counts, since the others leave that out.
    fn is_in_a_folder(&self, real: &Path, max_depth: usize) -> bool {
        let depth = real.ancestors().position(|folder| self.real_folders.contains(folder));
        depth.is_some_and(|depth| depth <= max_depth)
    }
}

/// Opens a folder that was named. There may be links in its path, but it is not a link itself.
pub fn open(path: &Path) -> io::Result<Folder> {
    match path.file_name() {
        Some(name) => Folder::around(path)?.0.folder(name),
        None => Folder::named(path),
    }
}
