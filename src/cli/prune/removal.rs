//! Removing a file, unless it is no longer the one that was looked at.

use std::fs::{self, Metadata};
use std::io;
use std::path::Path;
use std::time::SystemTime;

/// What a file was like when it was decided that it goes.
#[derive(Debug, PartialEq, Eq)]
pub struct Seen {
    len: u64,
    modified: Option<SystemTime>,
    is_file: bool,
    /// Device and inode: another file in the same place may have the same size and time.
    #[cfg(unix)]
    id: (u64, u64),
}

impl Seen {
    /// Remembers it.
    pub fn new(metadata: &Metadata) -> Seen {
        Seen {
            len: metadata.len(),
            modified: metadata.modified().ok(),
            is_file: metadata.is_file(),
            #[cfg(unix)]
            id: {
                use std::os::unix::fs::MetadataExt;
                (metadata.dev(), metadata.ino())
            },
        }
    }
}

/// How it went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Removal {
    /// It is no longer there.
    Removed,
    /// It has been written to or replaced since, and is still there.
    Changed,
    /// Someone else was faster.
    Gone,
}

/// Removes the file at `path` if it still is as it was seen. A moment remains between the last look and the removal
/// in which a writer can be missed; no system call does both.
pub fn remove_file(path: &Path, seen: &Seen) -> io::Result<Removal> {
    match fs::symlink_metadata(path) {
        Ok(metadata) if Seen::new(&metadata) != *seen => Ok(Removal::Changed),
        Ok(_) => removed(fs::remove_file(path)),
        Err(error) => removed(Err(error)),
    }
}

/// Removes a folder that is empty. What came into it meanwhile keeps it.
pub fn remove_folder(path: &Path) -> io::Result<Removal> {
    match fs::remove_dir(path) {
        Err(error) if error.kind() == io::ErrorKind::DirectoryNotEmpty => Ok(Removal::Changed),
        result => removed(result),
    }
}

fn removed(result: io::Result<()>) -> io::Result<Removal> {
    match result {
        Ok(()) => Ok(Removal::Removed),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Removal::Gone),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use std::fs::File;
    use std::io::Write;
    use std::path::PathBuf;
    use std::time::Duration;

    use super::*;

    /// A file of three bytes, and what it was like.
    fn file() -> (tempfile::TempDir, PathBuf, Seen) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.xlog");
        fs::write(&path, "abc").unwrap();
        let seen = Seen::new(&fs::symlink_metadata(&path).unwrap());
        (folder, path, seen)
    }

    #[test]
    fn removes_what_was_seen() {
        let (_folder, path, seen) = file();
        assert_eq!(remove_file(&path, &seen).unwrap(), Removal::Removed);
        assert!(!path.exists());
        assert_eq!(remove_file(&path, &seen).unwrap(), Removal::Gone);
    }

    #[test]
    fn a_file_that_grew_is_kept() {
        let (_folder, path, seen) = file();
        let modified = path.metadata().unwrap().modified().unwrap();
        let mut file = File::options().append(true).open(&path).unwrap();
        file.write_all(b"d").unwrap();
        file.set_modified(modified).unwrap();
        assert_eq!(remove_file(&path, &seen).unwrap(), Removal::Changed);
        assert_eq!(fs::read(&path).unwrap(), b"abcd");
    }

    #[test]
    fn a_file_that_was_touched_is_kept() {
        let (_folder, path, seen) = file();
        let modified = path.metadata().unwrap().modified().unwrap() + Duration::from_secs(2);
        File::options().append(true).open(&path).unwrap().set_modified(modified).unwrap();
        assert_eq!(remove_file(&path, &seen).unwrap(), Removal::Changed);
        assert!(path.exists());
    }

    #[cfg(unix)]
    #[test]
    fn a_file_that_was_replaced_is_kept() {
        let (folder, path, seen) = file();
        let modified = path.metadata().unwrap().modified().unwrap();
        let other = folder.path().join("other");
        fs::write(&other, "xyz").unwrap();
        File::options().append(true).open(&other).unwrap().set_modified(modified).unwrap();
        fs::rename(&other, &path).unwrap();
        assert_eq!(remove_file(&path, &seen).unwrap(), Removal::Changed);
        assert_eq!(fs::read(&path).unwrap(), b"xyz");

        fs::remove_file(&path).unwrap();
        fs::write(&other, "xyz").unwrap();
        std::os::unix::fs::symlink(&other, &path).unwrap();
        assert_eq!(remove_file(&path, &seen).unwrap(), Removal::Changed);
        assert!(path.is_symlink() && other.exists());
    }

    #[test]
    fn a_folder_of_that_name_is_kept() {
        let (_folder, path, seen) = file();
        fs::remove_file(&path).unwrap();
        fs::create_dir(&path).unwrap();
        assert_eq!(remove_file(&path, &seen).unwrap(), Removal::Changed);
    }

    #[test]
    fn only_empty_folders_are_removed() {
        let (folder, path, _) = file();
        assert_eq!(remove_folder(folder.path()).unwrap(), Removal::Changed);
        fs::remove_file(&path).unwrap();
        assert_eq!(remove_folder(folder.path()).unwrap(), Removal::Removed);
        assert_eq!(remove_folder(folder.path()).unwrap(), Removal::Gone);
    }
}
