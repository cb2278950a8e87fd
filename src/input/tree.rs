//! Walks folders for files.

use std::io;
use std::path::Path;

use walkdir::WalkDir;

use super::LogFile;
use super::archive::{Problem, holds_something};
use super::globs::Globs;
use super::wanted::{ARCHIVE_ENDINGS, Class, Wanted};
use crate::file_name::sources_of;

/// A file, and what it may be by its name.
type Candidate = Result<(LogFile, Class), Problem>;

/// The files in `folder` and below that are `wanted` and that `globs` take, by name. Links are not followed.
pub fn files<'a>(folder: &Path, wanted: Wanted, globs: &'a Globs) -> impl Iterator<Item = Candidate> + use<'a> {
    candidates(folder, wanted, globs, |_| {}).filter_map(|found| match found {
        Ok((file, Class::Cache)) => match file.open().and_then(holds_something) {
            Ok(true) => Some(Ok((file, Class::Cache))),
            Ok(false) => None,
            Err(error) => Some(Err(Problem { place: file.path, cause: error.into() })),
        },
        found => Some(found),
    })
}

/// The same with cache files that are empty: they may be filled yet. `visit` is called with each folder.
pub fn candidates<'a, F: FnMut(&Path)>(
    folder: &Path,
    wanted: Wanted,
    globs: &'a Globs,
    mut visit: F,
) -> impl Iterator<Item = Candidate> + use<'a, F> {
    let root = folder.to_path_buf();
    let entries = WalkDir::new(folder).sort_by_file_name().into_iter();
    entries.filter_map(move |entry| match entry {
        Ok(entry) if !entry.file_type().is_file() => {
            if entry.file_type().is_dir() {
                visit(entry.path());
            }
            None
        }
        Ok(entry) => {
            let class = wanted.class(entry.path())?;
            let file = LogFile::found(entry.path().to_path_buf(), entry.depth());
            match class {
                Class::Archive if globs.leaves_out(&file.below()) => None,
                Class::Log | Class::Cache | Class::Text if !globs.takes(&file.below()) => None,
                Class::Text if sources_of(&file.path).any(|log| log.exists()) || lies_beside_archive(&file) => None,
                class => Some(Ok((file, class))),
            }
        }
        Err(error) => {
            let place = error.path().unwrap_or(&root).to_path_buf();
            let error = error.into_io_error().unwrap_or_else(|| io::Error::other("a loop of links"));
            Some(Err(Problem { place, cause: error.into() }))
        }
    })
}

/// Whether a text is in the folder that an archive beside that folder was decoded to.
fn lies_beside_archive(file: &LogFile) -> bool {
    file.path.ancestors().take(file.depth).skip(1).any(|folder| {
        let archive = |ending: &&str| {
            let mut archive = folder.as_os_str().to_os_string();
            archive.push(ending);
            Path::new(&archive).is_file()
        };
        ARCHIVE_ENDINGS.iter().any(archive)
    })
}
