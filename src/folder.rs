//! Open folders. What is opened, created or removed in one is in that very folder, wherever its path leads by then, and
//! no link is followed: in a tree that others can write to, a folder can become a link at any moment.
//!
//! On Unix, each call is one step relative to an open descriptor (`openat` and the like). Windows has no such calls for
//! removing and renaming: there `cap-std` holds the folder open, so that it can't be renamed or replaced meanwhile,
//! and uses its path.

use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::io;
use std::path::{Component, Path};
use std::time::SystemTime;

use cap_fs_ext::{DirExt, FollowSymlinks, MetadataExt, OpenOptionsFollowExt, OpenOptionsSyncExt};
use cap_std::ambient_authority;
use cap_std::fs::{Dir, FileType, Metadata, OpenOptions};

/// A folder that is held open.
#[derive(Debug)]
pub struct Folder(Dir);

/// What a name stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EntryType {
    /// A regular file.
    File,
    /// A folder.
    Folder,
    /// A symbolic link.
    Link,
    /// A device, pipe or socket.
    Other,
}

/// Identifies a file, whatever its name: device and inode, or their counterparts on Windows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct FileId {
    device: u64,
    inode: u64,
}

/// What the file system says of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stat {
    /// What it is.
    pub entry_type: EntryType,
    /// Its size in bytes.
    pub len: u64,
    /// When it was last written, if the file system keeps that.
    pub modified: Option<SystemTime>,
    /// Who may read and write it: the nine permission bits of Unix. `0o666` elsewhere.
    pub mode: u32,
    /// Which file it is.
    pub id: FileId,
}

impl Folder {
    /// Opens the folder that the user named. Links on the way to it are the user's choice.
    ///
    /// # Errors
    /// Those of the file system; when it is not a folder.
    pub fn named(path: &Path) -> io::Result<Folder> {
        let path = if path.as_os_str().is_empty() { Path::new(".") } else { path };
        Dir::open_ambient_dir(path, ambient_authority()).map(Folder)
    }

    /// Opens the folder that the user named. Creates it, and those above it, if it is missing.
    ///
    /// # Errors
    /// As [`named`](Folder::named).
    pub fn make_named(path: &Path) -> io::Result<Folder> {
        match Folder::named(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                std::fs::create_dir_all(path)?;
                Folder::named(path)
            }
            opened => opened,
        }
    }

    /// Opens the folder that `path` is in, as the user named it, and returns the last name of the path.
    ///
    /// # Errors
    /// Those of the file system; [`io::ErrorKind::InvalidInput`] for a path without a last name, such as `..`.
    pub fn around(path: &Path) -> io::Result<(Folder, OsString)> {
        let name = path.file_name().ok_or(io::ErrorKind::InvalidInput)?;
        Ok((Folder::named(path.parent().unwrap_or(Path::new("")))?, name.to_os_string()))
    }

    /// Opens a folder in it.
    ///
    /// # Errors
    /// Those of the file system; when it is a link, or not a folder.
    pub fn folder(&self, name: &OsStr) -> io::Result<Folder> {
        plain(name)?;
        self.0.open_dir_nofollow(name).map(Folder)
    }

    /// Opens a folder at any depth below.
    ///
    /// # Errors
    /// As [`folder`](Folder::folder), for each step; [`io::ErrorKind::InvalidInput`] where `path` leads out.
    pub fn below(&self, path: &Path) -> io::Result<Folder> {
        self.step_down(path, Folder::folder)
    }

    /// Opens a folder at any depth below. Creates those on the way that are missing.
    ///
    /// # Errors
    /// As [`below`](Folder::below).
    pub fn make_below(&self, path: &Path) -> io::Result<Folder> {
        self.step_down(path, |folder, name| match folder.folder(name) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                match folder.0.create_dir(name) {
                    Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error),
                    _ => {}
                }
                folder.folder(name)
            }
            found => found,
        })
    }

    fn step_down(&self, path: &Path, step: impl Fn(&Folder, &OsStr) -> io::Result<Folder>) -> io::Result<Folder> {
        let mut folder = Folder(self.0.try_clone()?);
        for part in path.components() {
            let Component::Normal(name) = part else { return Err(io::ErrorKind::InvalidInput.into()) };
            folder = step(&folder, name).map_err(|error| folder.in_the_way(name, error))?;
        }
        Ok(folder)
    }

    /// A clearer error for what is in the place of a folder: the systems' own differ, and say less.
    fn in_the_way(&self, name: &OsStr, error: io::Error) -> io::Error {
        let refused = |why: &str| io::Error::new(io::ErrorKind::InvalidInput, why);
        match self.stat(name).map(|stat| stat.entry_type) {
            Ok(EntryType::Link) => refused("a symbolic link is in the way"),
            Ok(EntryType::File | EntryType::Other) => refused("a file is in the way"),
            _ => error,
        }
    }

    /// What `name` stands for in it; links are not followed.
    ///
    /// # Errors
    /// Those of the file system.
    pub fn stat(&self, name: &OsStr) -> io::Result<Stat> {
        plain(name)?;
        self.0.symlink_metadata(name).map(|metadata| Stat::of(&metadata))
    }

    /// Which folder it is.
    ///
    /// # Errors
    /// Those of the file system.
    pub fn id(&self) -> io::Result<FileId> {
        self.0.dir_metadata().map(|metadata| Stat::of(&metadata).id)
    }

    /// Opens a regular file for reading. Never blocks, as a pipe that nobody writes to would.
    ///
    /// # Errors
    /// Those of the file system; when it is a link, or not a regular file.
    pub fn file(&self, name: &OsStr) -> io::Result<File> {
        let mut options = OpenOptions::new();
        options.read(true);
        self.open_regular(name, options)
    }

    fn open_regular(&self, name: &OsStr, mut options: OpenOptions) -> io::Result<File> {
        plain(name)?;
        options.follow(FollowSymlinks::No).nonblock(true);
        let file = self.0.open_with(name, &options)?;
        match file.metadata()?.is_file() {
            true => Ok(file.into_std()),
            false => Err(io::Error::new(io::ErrorKind::InvalidInput, "it is not a regular file")),
        }
    }

    /// Opens a regular file to append to it.
    ///
    /// # Errors
    /// As [`file`](Folder::file).
    pub fn append(&self, name: &OsStr) -> io::Result<File> {
        let mut options = OpenOptions::new();
        options.append(true);
        self.open_regular(name, options)
    }

    /// Creates a new file. It has these permission bits from the start, without those that the umask takes away.
    ///
    /// # Errors
    /// Those of the file system; [`io::ErrorKind::AlreadyExists`].
    pub fn new_file(&self, name: &OsStr, mode: u32) -> io::Result<File> {
        plain(name)?;
        let mut options = OpenOptions::new();
        options.write(true).create_new(true).follow(FollowSymlinks::No);
        #[cfg(unix)]
        cap_std::fs::OpenOptionsExt::mode(&mut options, mode);
        #[cfg(not(unix))]
        let _ = mode;
        self.0.open_with(name, &options).map(cap_std::fs::File::into_std)
    }

    /// Renames a file in it. A file or link that had the new name is replaced.
    ///
    /// # Errors
    /// Those of the file system.
    pub fn rename(&self, from: &OsStr, to: &OsStr) -> io::Result<()> {
        plain(from)?;
        plain(to)?;
        self.0.rename(from, &self.0, to)
    }

    /// Removes a file.
    ///
    /// # Errors
    /// Those of the file system.
    pub fn remove_file(&self, name: &OsStr) -> io::Result<()> {
        plain(name)?;
        self.0.remove_file(name)
    }

    /// Removes an empty folder.
    ///
    /// # Errors
    /// Those of the file system.
    pub fn remove_folder(&self, name: &OsStr) -> io::Result<()> {
        plain(name)?;
        self.0.remove_dir(name)
    }

    /// The names in it, in no order, and what each stands for.
    ///
    /// # Errors
    /// Those of the file system.
    pub fn entries(&self) -> io::Result<impl Iterator<Item = io::Result<(OsString, EntryType)>> + use<>> {
        let entries = self.0.entries()?;
        Ok(entries.map(|entry| {
            let entry = entry?;
            Ok((entry.file_name(), EntryType::of(entry.file_type()?)))
        }))
    }
}

/// Refuses names that could lead anywhere else.
fn plain(name: &OsStr) -> io::Result<()> {
    let mut parts = Path::new(name).components();
    match (parts.next(), parts.next()) {
        (Some(Component::Normal(part)), None) if part == name => Ok(()),
        _ => Err(io::ErrorKind::InvalidInput.into()),
    }
}

impl EntryType {
    fn of(file_type: FileType) -> EntryType {
        if file_type.is_file() {
            EntryType::File
        } else if file_type.is_dir() {
            EntryType::Folder
        } else if file_type.is_symlink() {
            EntryType::Link
        } else {
            EntryType::Other
        }
    }
}

impl FileId {
    /// The id of an open file.
    ///
    /// # Errors
    /// Those of the file system.
    pub fn of(file: &File) -> io::Result<FileId> {
        Stat::of_file(file).map(|stat| stat.id)
    }

    /// The id of the file at `path`; links are followed.
    ///
    /// # Errors
    /// Those of the file system.
    pub fn of_path(path: &Path) -> io::Result<FileId> {
        #[cfg(unix)]
        {
            let metadata = std::fs::metadata(path)?;
            Ok(FileId { device: MetadataExt::dev(&metadata), inode: MetadataExt::ino(&metadata) })
        }
        #[cfg(not(unix))]
        FileId::of(&File::open(path)?)
    }
}

impl Stat {
    fn of(metadata: &Metadata) -> Stat {
        #[cfg(unix)]
        let mode = cap_std::fs::MetadataExt::mode(metadata) & 0o777;
        #[cfg(not(unix))]
        let mode = 0o666;
        Stat {
            entry_type: EntryType::of(metadata.file_type()),
            len: metadata.len(),
            modified: metadata.modified().ok().map(|time| time.into_std()),
            mode,
            id: FileId { device: metadata.dev(), inode: metadata.ino() },
        }
    }

    /// What the file system says of an open file.
    ///
    /// # Errors
    /// Those of the file system.
    pub fn of_file(file: &File) -> io::Result<Stat> {
        Metadata::from_file(file).map(|metadata| Stat::of(&metadata))
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn folder() -> (tempfile::TempDir, Folder) {
        let temporary = tempfile::tempdir().unwrap();
        let folder = Folder::named(temporary.path()).unwrap();
        (temporary, folder)
    }

    #[test]
    fn no_name_leads_out() {
        let (temporary, folder) = folder();
        fs::create_dir(temporary.path().join("a")).unwrap();
        for name in ["..", ".", "", "a/..", "a/", "/", "a/b", "/etc"] {
            assert_eq!(folder.folder(name.as_ref()).unwrap_err().kind(), io::ErrorKind::InvalidInput, "{name}");
            assert!(folder.file(name.as_ref()).is_err() && folder.new_file(name.as_ref(), 0o666).is_err(), "{name}");
            assert!(folder.remove_file(name.as_ref()).is_err() && folder.remove_folder(name.as_ref()).is_err());
        }
        for path in ["../x", "/x", "a/../../x", "."] {
            assert_eq!(folder.make_below(Path::new(path)).unwrap_err().kind(), io::ErrorKind::InvalidInput, "{path}");
        }
        folder.make_below(Path::new("a/b/c")).unwrap();
        assert!(temporary.path().join("a/b/c").is_dir());
    }

    #[cfg(unix)]
    #[test]
    fn links_are_recognized_and_not_followed() {
        use std::os::unix::fs::symlink;
        let ((temporary, folder), outside) = (folder(), tempfile::tempdir().unwrap());
        fs::write(outside.path().join("file"), "theirs").unwrap();
        symlink(outside.path(), temporary.path().join("link")).unwrap();
        symlink(outside.path().join("file"), temporary.path().join("file")).unwrap();
        assert!(folder.folder("link".as_ref()).is_err() && folder.file("file".as_ref()).is_err());
        let error = folder.make_below(Path::new("link/x")).unwrap_err();
        assert_eq!(error.to_string(), "a symbolic link is in the way");
        assert_eq!(folder.stat("link".as_ref()).unwrap().entry_type, EntryType::Link);
        fs::write(temporary.path().join("new"), "ours").unwrap();
        folder.rename("new".as_ref(), "file".as_ref()).unwrap();
        assert_eq!(fs::read(outside.path().join("file")).unwrap(), b"theirs");
        assert_eq!(fs::read(temporary.path().join("file")).unwrap(), b"ours");
    }

    /// Whatever replaces the folder meanwhile.
    #[cfg(unix)]
    #[test]
    fn it_stays_the_folder_that_was_opened() {
        let (temporary, folder) = folder();
        let (inside, aside) = (temporary.path().join("d"), temporary.path().join("aside"));
        fs::create_dir(&inside).unwrap();
        fs::write(inside.join("a"), "").unwrap();
        let opened = folder.folder("d".as_ref()).unwrap();
        fs::rename(&inside, &aside).unwrap();
        fs::create_dir(&inside).unwrap();
        fs::write(inside.join("a"), "precious").unwrap();
        opened.remove_file("a".as_ref()).unwrap();
        assert!(inside.join("a").exists() && !aside.join("a").exists());
        assert_ne!(opened.id().unwrap(), folder.folder("d".as_ref()).unwrap().id().unwrap());
    }

    #[cfg(unix)]
    #[test]
    fn a_new_file_has_its_mode_from_the_start() {
        let (temporary, folder) = folder();
        folder.new_file("a".as_ref(), 0o600).unwrap();
        assert_eq!(folder.stat("a".as_ref()).unwrap().mode, 0o600);
        assert_eq!(folder.new_file("a".as_ref(), 0o600).unwrap_err().kind(), io::ErrorKind::AlreadyExists);
        let id = FileId::of_path(&temporary.path().join("a")).unwrap();
        assert_eq!(id, FileId::of(&folder.file("a".as_ref()).unwrap()).unwrap());
    }
}
