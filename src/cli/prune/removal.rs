//! Removing a file, unless it is no longer the one that was looked at.

use std::io;

use super::tree::Spot;
use crate::folder::Stat;

/// The result of a removal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Removal {
    /// It has been removed.
    Removed,
    /// It has been written to or replaced, and is still there.
    Changed,
    /// Someone else has removed it.
    Gone,
}

/// Removes the file at `spot` if it still is as it was `seen`, file id included: another file may have the same size
/// and time. A write between the last look and the removal goes unnoticed; no system call does both.
pub fn remove_file(spot: Spot<'_>, seen: &Stat) -> io::Result<Removal> {
    match spot.folder.stat(spot.name) {
        Ok(stat) if stat != *seen => Ok(Removal::Changed),
        Ok(_) => removed(spot.folder.remove_file(spot.name)),
        Err(error) => removed(Err(error)),
    }
}

/// Removes a folder that is empty. It stays if something has been added meanwhile.
pub fn remove_folder(spot: Spot<'_>) -> io::Result<Removal> {
    match spot.folder.remove_folder(spot.name) {
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
    use std::ffi::OsStr;
    use std::fs::{self, File};
    use std::io::Write;
    use std::path::{Path, PathBuf};
    use std::time::Duration;

    use super::*;
    use crate::folder::Folder;

    /// A file of three bytes, and its state.
    fn file() -> (tempfile::TempDir, PathBuf, Stat) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.xlog");
        fs::write(&path, "abc").unwrap();
        let seen = Folder::named(folder.path()).unwrap().stat("a.xlog".as_ref()).unwrap();
        (folder, path, seen)
    }

    fn remove(folder: &Path, seen: &Stat) -> Removal {
        let folder = Folder::named(folder).unwrap();
        remove_file(Spot { folder: &folder, name: "a.xlog".as_ref(), path: Path::new("a.xlog") }, seen).unwrap()
    }

    #[test]
    fn removes_what_was_seen() {
        let (folder, path, seen) = file();
        assert_eq!(remove(folder.path(), &seen), Removal::Removed);
        assert!(!path.exists());
        assert_eq!(remove(folder.path(), &seen), Removal::Gone);
    }

    #[test]
    fn a_file_that_grew_is_kept() {
        let (folder, path, seen) = file();
        let modified = path.metadata().unwrap().modified().unwrap();
        let mut file = File::options().append(true).open(&path).unwrap();
        file.write_all(b"d").unwrap();
        file.set_modified(modified).unwrap();
        assert_eq!(remove(folder.path(), &seen), Removal::Changed);
        assert_eq!(fs::read(&path).unwrap(), b"abcd");
    }

    #[test]
    fn a_file_that_was_touched_is_kept() {
        let (folder, path, seen) = file();
        let modified = path.metadata().unwrap().modified().unwrap() + Duration::from_secs(2);
        File::options().append(true).open(&path).unwrap().set_modified(modified).unwrap();
        assert_eq!(remove(folder.path(), &seen), Removal::Changed);
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
        assert_eq!(remove(folder.path(), &seen), Removal::Changed);
        assert_eq!(fs::read(&path).unwrap(), b"xyz");

        fs::remove_file(&path).unwrap();
        fs::write(&other, "xyz").unwrap();
        std::os::unix::fs::symlink(&other, &path).unwrap();
        assert_eq!(remove(folder.path(), &seen), Removal::Changed);
        assert!(path.is_symlink() && other.exists());
    }

    #[test]
    fn a_folder_of_that_name_is_kept() {
        let (folder, path, seen) = file();
        fs::remove_file(&path).unwrap();
        fs::create_dir(&path).unwrap();
        assert_eq!(remove(folder.path(), &seen), Removal::Changed);
    }

    #[test]
    fn only_empty_folders_are_removed() {
        let (outer, folder) = (tempfile::tempdir().unwrap(), OsStr::new("d"));
        let path = outer.path().join(folder);
        fs::create_dir(&path).unwrap();
        fs::write(path.join("a"), "").unwrap();
        let outer = Folder::named(outer.path()).unwrap();
        let spot = Spot { folder: &outer, name: folder, path: Path::new("d") };
        assert_eq!(remove_folder(spot).unwrap(), Removal::Changed);
        fs::remove_file(path.join("a")).unwrap();
        assert_eq!(remove_folder(spot).unwrap(), Removal::Removed);
        assert_eq!(remove_folder(spot).unwrap(), Removal::Gone);
    }
}
