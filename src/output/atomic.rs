//! Files that appear whole or not at all: written to a temporary file beside, renamed when they are done.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Component, Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use tempfile::NamedTempFile;

/// Temporary files that are there now.
static UNFINISHED: Mutex<BTreeSet<PathBuf>> = Mutex::new(BTreeSet::new());

/// Takes away all files in the making, for a program that ends at once. None can be started after this: whoever tries
/// waits for the end.
pub fn abandon_all() {
    let unfinished = UNFINISHED.lock().unwrap_or_else(PoisonError::into_inner);
    for path in unfinished.iter() {
        // What is left behind then is a file that says by its name what it is.
        let _ = fs::remove_file(path);
    }
    std::mem::forget(unfinished);
}

/// A temporary file that is known to [`abandon_all`].
#[derive(Debug)]
struct Known(PathBuf);

impl Known {
    /// Makes one. No moment is between its making and its being known.
    fn new(make: impl FnOnce() -> io::Result<NamedTempFile>) -> io::Result<(NamedTempFile, Known)> {
        let mut unfinished = UNFINISHED.lock().unwrap_or_else(PoisonError::into_inner);
        let file = make()?;
        let path = file.path().to_path_buf();
        unfinished.insert(path.clone());
        Ok((file, Known(path)))
    }
}

impl Drop for Known {
    fn drop(&mut self) {
        UNFINISHED.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.0);
    }
}

/// A file in the making. Dropped before [`commit`](OutputFile::commit), it leaves nothing behind, and an earlier file
/// of that name stays as it was.
#[derive(Debug)]
pub struct OutputFile {
    state: State,
}

#[derive(Debug)]
enum State {
    /// To be renamed to the path.
    Beside(NamedTempFile, PathBuf, Known),
    /// A device or pipe: there is nothing to rename to.
    Direct(File),
}

impl OutputFile {
    /// Starts the file that will be `path`.
    ///
    /// # Errors
    /// Those of the file system: the folder is missing or may not be written to, the path is a folder.
    pub fn create(path: &Path) -> io::Result<OutputFile> {
        if names_stream(path) {
            let file = File::options().append(true).open(path)?;
            return Ok(OutputFile { state: State::Direct(file) });
        }
        let earlier = fs::metadata(path).ok();
        if let Some(earlier) = &earlier {
            if earlier.is_dir() {
                return Err(io::Error::new(io::ErrorKind::IsADirectory, "it is a folder"));
            }
            if !earlier.is_file() {
                let file = File::options().write(true).open(path)?;
                return Ok(OutputFile { state: State::Direct(file) });
            }
        }
        // A link stays a link: what it leads to is replaced.
        let target = if earlier.is_some() { fs::canonicalize(path)? } else { path.to_path_buf() };
        let mut builder = tempfile::Builder::new();
        builder.prefix(".imlog-").suffix(".tmp");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            // The umask takes from this what it takes from every new file.
            builder.permissions(fs::Permissions::from_mode(0o666));
        }
        let (file, known) = Known::new(|| builder.tempfile_in(folder_of(&target)).map_err(without_path))?;
        if let Some(earlier) = earlier {
            file.as_file().set_permissions(earlier.permissions())?;
        }
        Ok(OutputFile { state: State::Beside(file, target, known) })
    }

    /// Starts the file that will be `path` below `root`, with the folders it needs. `root` is whatever the user wants it
    /// to be; what is below it comes from others, and a link that stands there may have been put there by them.
    ///
    /// # Errors
    /// Those of the file system; when the path does not stay below `root`, leads through a link, or is one.
    pub fn create_below(root: &Path, path: &Path) -> io::Result<OutputFile> {
        let refused = |why: &str| io::Error::new(io::ErrorKind::InvalidInput, why);
        if !path.components().all(|part| matches!(part, Component::Normal(_))) || path.file_name().is_none() {
            return Err(refused("it would leave the folder"));
        }
        fs::create_dir_all(root)?;
        let mut place = root.to_path_buf();
        for folder in path.parent().into_iter().flat_map(Path::components) {
            place.push(folder);
            match fs::create_dir(&place) {
                Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error),
                _ => {}
            }
            let kind = fs::symlink_metadata(&place)?.file_type();
            if !kind.is_dir() {
                let why = if kind.is_symlink() { "a link stands in the way" } else { "a file stands in the way" };
                return Err(refused(why));
            }
        }
        let place = root.join(path);
        match fs::symlink_metadata(&place) {
            Ok(earlier) if earlier.is_symlink() => Err(refused("a link stands in the way")),
            Ok(earlier) if !earlier.is_file() => Err(refused("it is there already, and is no file")),
            _ => OutputFile::create(&place),
        }
    }

    /// Makes the file appear under its name, in the place of an earlier one.
    ///
    /// # Errors
    /// Those of the file system; the earlier file is as it was then.
    pub fn commit(self) -> io::Result<()> {
        match self.state {
            State::Beside(file, path, _known) => file.persist(path).map(drop).map_err(|error| error.error),
            State::Direct(mut file) => file.flush(),
        }
    }
}

/// Writes a file that nobody else may read, and that must not be there yet.
///
/// # Errors
/// [`io::ErrorKind::AlreadyExists`], and the others of the file system; no file is left behind then.
pub fn write_secret(path: &Path, bytes: &[u8]) -> io::Result<()> {
    // A temporary file is its owner's alone from the start: mode 0600.
    let mut file = tempfile::Builder::new().prefix(".imlog-").tempfile_in(folder_of(path)).map_err(without_path)?;
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    file.persist_noclobber(path).map(drop).map_err(|error| error.error)
}

/// The folder that a file of this path is in.
fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(parent) if parent.as_os_str().is_empty() => Path::new("."),
        Some(parent) => parent,
        None => Path::new("."),
    }
}

/// Whether this is an open stream by its file name, as `/dev/stdout`. What is behind it may be a file with others'
/// text in it.
fn names_stream(path: &Path) -> bool {
    let names = ["/dev/stdout", "/dev/stderr", "/dev/fd", "/proc/self/fd"];
    cfg!(unix) && names.iter().any(|name| path.starts_with(name))
}

/// The library's errors name the temporary file, which says nothing to the user: their kind does.
fn without_path(error: io::Error) -> io::Error {
    error.kind().into()
}

impl Write for OutputFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match &mut self.state {
            State::Beside(file, ..) => file.as_file_mut().write(bytes),
            State::Direct(file) => file.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match &mut self.state {
            State::Beside(file, ..) => file.as_file_mut().flush(),
            State::Direct(file) => file.flush(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn appears_whole_or_not_at_all() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.log");
        fs::write(&path, "earlier").unwrap();

        let mut file = OutputFile::create(&path).unwrap();
        file.write_all(b"half").unwrap();
        drop(file);
        assert_eq!(fs::read(&path).unwrap(), b"earlier");

        let mut file = OutputFile::create(&path).unwrap();
        file.write_all(b"whole").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"earlier");
        file.commit().unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"whole");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_secret_is_its_owners_and_replaces_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("app.key");
        write_secret(&path, b"secret").unwrap();
        assert_eq!(write_secret(&path, b"another").unwrap_err().kind(), io::ErrorKind::AlreadyExists);
        assert_eq!(fs::read(&path).unwrap(), b"secret");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        }
    }

    #[test]
    fn a_folder_is_no_file() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(OutputFile::create(folder.path()).unwrap_err().kind(), io::ErrorKind::IsADirectory);
    }

    #[test]
    fn below_a_folder_is_below_it() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().join("root");
        for path in ["../a", "a/../../b", "/a", "", "..", "a/.."] {
            assert!(OutputFile::create_below(&root, Path::new(path)).is_err(), "{path}");
        }
        OutputFile::create_below(&root, Path::new("a/b/c")).unwrap().commit().unwrap();
        assert!(root.join("a/b/c").is_file());
        assert!(OutputFile::create_below(&root, Path::new("a/b/c/d")).is_err(), "a file is no folder");
        assert!(OutputFile::create_below(&root, Path::new("a/b")).is_err(), "nor the other way round");
    }

    #[cfg(unix)]
    #[test]
    fn no_link_leads_out() {
        use std::os::unix::fs::symlink;
        let folder = tempfile::tempdir().unwrap();
        let (root, outside) = (folder.path().join("root"), folder.path().join("outside"));
        fs::create_dir_all(&root).unwrap();
        fs::create_dir_all(&outside).unwrap();
        fs::write(outside.join("file"), "mine").unwrap();
        symlink(&outside, root.join("folder")).unwrap();
        symlink(outside.join("file"), root.join("file")).unwrap();
        symlink(outside.join("new"), root.join("dangling")).unwrap();
        for path in ["folder/a", "folder/d/a", "file", "dangling", "dangling/a"] {
            assert!(OutputFile::create_below(&root, Path::new(path)).is_err(), "{path}");
        }
        assert_eq!(fs::read(outside.join("file")).unwrap(), b"mine");
        assert_eq!(fs::read_dir(&outside).unwrap().count(), 1);
        // The folder itself is the user's choice.
        symlink(&outside, folder.path().join("link")).unwrap();
        OutputFile::create_below(&folder.path().join("link"), Path::new("a")).unwrap().commit().unwrap();
        assert!(outside.join("a").is_file());
    }

    #[cfg(unix)]
    #[test]
    fn new_files_follow_the_umask_and_links_stay_links() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let (path, plain, link) = (folder.path().join("a"), folder.path().join("b"), folder.path().join("c"));
        OutputFile::create(&path).unwrap().commit().unwrap();
        fs::write(&plain, "").unwrap();
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode();
        assert_eq!(mode(&path), mode(&plain));

        std::os::unix::fs::symlink(&path, &link).unwrap();
        let mut file = OutputFile::create(&link).unwrap();
        file.write_all(b"new").unwrap();
        file.commit().unwrap();
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        assert_eq!(fs::read(&path).unwrap(), b"new");
    }
}
