//! Files that appear whole or not at all: written to a temporary file beside, renamed when they are done.
//!
//! What stands below a folder that the user named comes from others: there no link is followed, nothing but a regular
//! file is replaced, and no permission is copied from what was there (see [`Folder`]).

use std::collections::{BTreeMap, HashSet};
use std::ffi::{OsStr, OsString};
use std::fs::{self, File, Metadata};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

use crate::folder::{EntryType, FileId, Folder, Stat};

/// Temporary files that are there now, by a number of their own.
static UNFINISHED: Mutex<BTreeMap<u64, (Arc<Folder>, OsString)>> = Mutex::new(BTreeMap::new());

/// Takes away all files in the making, for a program that ends at once. None can be started after this: whoever tries
/// waits for the end.
pub fn abandon_all() {
    let unfinished = lock(&UNFINISHED);
    for (folder, name) in unfinished.values() {
        // What is left behind then is a file that says by its name what it is.
        let _ = folder.remove_file(name);
    }
    std::mem::forget(unfinished);
}

/// Where a file is to appear.
#[derive(Clone, Copy, Debug)]
pub enum OutputPlace<'a> {
    /// Where the user said: a link is followed, a device or pipe is written to as it is.
    Named(&'a Path),
    /// Below a folder that the user named, at a path that comes from others.
    Below(&'a Path, &'a Path),
}

impl OutputPlace<'_> {
    /// When the file there was last written. `None` where there is none, or what stands there is in the way.
    pub fn modified(&self) -> Option<SystemTime> {
        match self {
            OutputPlace::Named(path) => fs::metadata(path).ok().filter(Metadata::is_file)?.modified().ok(),
            OutputPlace::Below(root, path) => {
                let folder = Folder::named(root).and_then(|root| root.below(path.parent().unwrap_or(Path::new(""))));
                let stat = folder.and_then(|folder| folder.stat(path.file_name().unwrap_or_default())).ok()?;
                stat.modified.filter(|_| stat.entry_type == EntryType::File)
            }
        }
    }
}

/// A file in the making. Nothing is made, folders included, until something is written to it. Dropped before
/// [`commit`](OutputFile::commit), it leaves no file behind, and an earlier file of that name stays as it was.
#[derive(Debug)]
pub struct OutputFile<'a> {
    place: OutputPlace<'a>,
    mode: u32,
    state: State,
}

#[derive(Debug)]
enum State {
    /// Nothing has been written.
    Planned,
    /// To be renamed.
    Temporary(Temporary),
    /// There is nothing to rename to.
    Direct(File),
}

/// The files that a run reads and those that it has made: none of them is replaced, whatever it is called. File systems
/// differ in which names are one.
#[derive(Debug, Default)]
pub struct Taken(Mutex<HashSet<FileId>>);

impl Taken {
    /// Takes a file.
    pub fn add(&self, id: FileId) {
        lock(&self.0).insert(id);
    }

    /// Whether this file is taken.
    pub fn contains(&self, id: FileId) -> bool {
        lock(&self.0).contains(&id)
    }
}

impl<'a> OutputFile<'a> {
    /// The file that will be at `place`. It has the permission bits `mode`, less what the umask takes, and none that an
    /// earlier file there has not.
    pub fn new(place: OutputPlace<'a>, mode: u32) -> OutputFile<'a> {
        OutputFile { place, mode: mode & 0o666, state: State::Planned }
    }

    fn start(&mut self) -> io::Result<&mut File> {
        if let State::Planned = self.state {
            self.state = match self.place {
                OutputPlace::Named(path) => State::named(path, self.mode)?,
                OutputPlace::Below(root, path) => {
                    let name = path.file_name().ok_or(io::ErrorKind::InvalidInput)?;
                    let folder = Folder::make_named(root)?.make_below(path.parent().unwrap_or(Path::new("")))?;
                    State::Temporary(Temporary::new(folder, name, self.mode)?)
                }
            };
        }
        match &mut self.state {
            State::Temporary(Temporary { file, .. }) | State::Direct(file) => Ok(file),
            State::Planned => Err(io::ErrorKind::NotFound.into()),
        }
    }

    /// What has been written so far, to be read from its start.
    ///
    /// # Errors
    /// Those of the file system; where it went cannot be read.
    pub fn written(&mut self) -> io::Result<File> {
        self.start()?.flush()?;
        match &self.state {
            State::Temporary(Temporary { folder, temporary_name, .. }) => folder.file(temporary_name),
            _ => Err(io::ErrorKind::Unsupported.into()),
        }
    }

    /// The earlier file, if there is one that would be replaced.
    ///
    /// # Errors
    /// Those of the file system.
    pub fn earlier(&mut self) -> io::Result<Option<File>> {
        self.start()?;
        match &self.state {
            State::Temporary(Temporary { folder, name, earlier: Some(_), .. }) => folder.file(name).map(Some),
            _ => Ok(None),
        }
    }

    /// Lets more people read the file than [`new`](OutputFile::new) did: nobody more than `mode` says, less `umask`, and
    /// none who could not read an earlier file there.
    ///
    /// # Errors
    /// Those of the file system.
    pub fn widen(&mut self, mode: u32, umask: u32) -> io::Result<()> {
        self.start()?;
        let State::Temporary(Temporary { file, earlier, .. }) = &self.state else { return Ok(()) };
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = mode & 0o666 & !umask & earlier.as_ref().map_or(0o666, |earlier| earlier.mode);
            file.set_permissions(fs::Permissions::from_mode(mode))?;
        }
        #[cfg(not(unix))]
        let _ = (mode, umask, file, earlier);
        Ok(())
    }

    /// Makes the file appear under its name, in the place of an earlier one, as if last written at `modified`. Takes it
    /// into `taken`, and replaces nothing that is in there.
    ///
    /// # Errors
    /// Those of the file system; the earlier file is as it was then.
    pub fn commit(mut self, modified: Option<SystemTime>, taken: &Taken) -> io::Result<()> {
        self.start()?.flush()?;
        let State::Temporary(temporary) = self.state else { return Ok(()) };
        if let Some(modified) = modified {
            temporary.file.set_modified(modified)?;
        }
        // From the look to the renaming, no other thread's file may come in between.
        let mut taken = lock(&taken.0);
        let Temporary { folder, name, file, .. } = &temporary;
        if let Some(earlier) = replaceable(folder, name)?
            && taken.contains(&earlier.id)
        {
            return Err(refused("a log, or the text of another log, has this name"));
        }
        taken.insert(FileId::of(file)?);
        temporary.appear()
    }
}

impl State {
    fn named(path: &Path, mode: u32) -> io::Result<State> {
        if names_stream(path) {
            return Ok(State::Direct(File::options().append(true).open(path)?));
        }
        match fs::metadata(path) {
            Ok(earlier) if earlier.is_dir() => Err(io::Error::new(io::ErrorKind::IsADirectory, "it is a folder")),
            Ok(earlier) if !earlier.is_file() => Ok(State::Direct(File::options().write(true).open(path)?)),
            earlier => {
                let target = if earlier.is_ok() { fs::canonicalize(path)? } else { end_of_links(path) };
                let (folder, name) = Folder::around(&target)?;
                Ok(State::Temporary(Temporary::new(folder, &name, mode)?))
            }
        }
    }
}

/// Where a link leads to, though nothing is there yet. A link stays a link.
fn end_of_links(path: &Path) -> PathBuf {
    // Source: path_resolution(7), on how many links there may be.
    const MOST: usize = 40;
    let mut path = path.to_path_buf();
    for _ in 0..MOST {
        let Ok(target) = fs::read_link(&path) else { break };
        path = path.parent().unwrap_or(Path::new("")).join(target);
    }
    path
}

/// A temporary file, known to [`abandon_all`]. Dropped, it goes.
#[derive(Debug)]
struct Temporary {
    file: File,
    folder: Arc<Folder>,
    /// What it is called now.
    temporary_name: OsString,
    /// What it will be called.
    name: OsString,
    /// What is called so now.
    earlier: Option<Stat>,
    /// Its number among the unfinished.
    number: u64,
}

impl Temporary {
    fn new(folder: Folder, name: &OsStr, mode: u32) -> io::Result<Temporary> {
        static NUMBER: AtomicU64 = AtomicU64::new(0);
        let earlier = replaceable(&folder, name)?;
        let mode = mode & earlier.as_ref().map_or(0o666, |earlier| earlier.mode);
        let (folder, number) = (Arc::new(folder), NUMBER.fetch_add(1, Ordering::Relaxed));
        // No moment is between its making and its being known.
        let mut unfinished = lock(&UNFINISHED);
        let (file, temporary_name) = loop {
            let temporary_name = random_name()?;
            match folder.new_file(&temporary_name, mode) {
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                made => break (made?, temporary_name),
            }
        };
        unfinished.insert(number, (folder.clone(), temporary_name.clone()));
        drop(unfinished);
        Ok(Temporary { file, folder, temporary_name, name: name.to_os_string(), earlier, number })
    }

    fn appear(self) -> io::Result<()> {
        self.folder.rename(&self.temporary_name, &self.name)?;
        self.forget();
        Ok(())
    }

    /// Returns whether it was still there to be removed.
    fn forget(&self) -> bool {
        lock(&UNFINISHED).remove(&self.number).is_some()
    }
}

impl Drop for Temporary {
    fn drop(&mut self) {
        if self.forget() {
            // It says by its name what it is.
            let _ = self.folder.remove_file(&self.temporary_name);
        }
    }
}

fn random_name() -> io::Result<OsString> {
    let number = getrandom::u64().map_err(|_| io::Error::other("the system provides no random numbers"))?;
    Ok(format!(".imlog-{number:016x}.tmp").into())
}

/// The file that is called so in `folder`.
fn replaceable(folder: &Folder, name: &OsStr) -> io::Result<Option<Stat>> {
    match folder.stat(name) {
        Ok(stat) => match stat.entry_type {
            EntryType::File => Ok(Some(stat)),
            EntryType::Link => Err(refused("a symbolic link is in the way")),
            EntryType::Folder => Err(io::Error::new(io::ErrorKind::IsADirectory, "it is a folder")),
            EntryType::Other => Err(refused("it exists and is not a regular file")),
        },
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

fn refused(why: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidInput, why)
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Writes a file that nobody else may read, and that must not be there yet.
///
/// # Errors
/// [`io::ErrorKind::AlreadyExists`], and the others of the file system; no file is left behind then.
pub fn write_secret(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    // A temporary file is its owner's alone from the start: mode 0600.
    let mut file = tempfile::Builder::new().prefix(".imlog-").tempfile_in(folder).map_err(without_path)?;
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    file.persist_noclobber(path).map(drop).map_err(|error| error.error)
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

impl Write for OutputFile<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.start()?.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        match &mut self.state {
            State::Planned => Ok(()),
            State::Temporary(Temporary { file, .. }) | State::Direct(file) => file.flush(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(place: OutputPlace<'_>) -> OutputFile<'_> {
        OutputFile::new(place, 0o666)
    }

    fn made(place: OutputPlace<'_>, text: &[u8]) -> io::Result<()> {
        let mut file = file(place);
        file.write_all(text)?;
        file.commit(None, &Taken::default())
    }

    #[test]
    fn appears_whole_or_not_at_all() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.log");
        fs::write(&path, "earlier").unwrap();
        for place in [OutputPlace::Named(&path), OutputPlace::Below(folder.path(), Path::new("a.log"))] {
            let mut file = file(place);
            file.write_all(b"half").unwrap();
            assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2);
            drop(file);
            assert_eq!(fs::read(&path).unwrap(), b"earlier");
            assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
        }
        made(OutputPlace::Named(&path), b"whole").unwrap();
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
        fs::create_dir(folder.path().join("d")).unwrap();
        let (named, below) = (folder.path().join("d"), OutputPlace::Below(folder.path(), Path::new("d")));
        for place in [OutputPlace::Named(&named), below] {
            assert_eq!(made(place, b"").unwrap_err().kind(), io::ErrorKind::IsADirectory);
        }
    }

    #[test]
    fn below_a_folder_is_below_it() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().join("root");
        for path in ["../a", "a/../../b", "/a", "", "..", "a/.."] {
            assert!(made(OutputPlace::Below(&root, Path::new(path)), b"").is_err(), "{path}");
        }
        made(OutputPlace::Below(&root, Path::new("a/b/c")), b"").unwrap();
        assert!(root.join("a/b/c").is_file());
        assert!(made(OutputPlace::Below(&root, Path::new("a/b/c/d")), b"").is_err(), "a file is no folder");
        assert!(made(OutputPlace::Below(&root, Path::new("a/b")), b"").is_err(), "nor the other way round");
    }

    #[test]
    fn no_folder_is_made_for_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let mut planned = file(OutputPlace::Below(folder.path(), Path::new("a/b/c")));
        planned.flush().unwrap();
        drop(planned);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    }

    #[test]
    fn what_is_taken_is_not_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let taken = Taken::default();
        let put = |name: &str| {
            let mut file = file(OutputPlace::Below(folder.path(), Path::new(name)));
            file.write_all(name.as_bytes()).unwrap();
            file.commit(None, &taken)
        };
        put("a").unwrap();
        put("b").unwrap();
        // As a file system does that tells no case.
        fs::hard_link(folder.path().join("a"), folder.path().join("A")).unwrap();
        assert!(put("A").is_err() && put("a").is_err());
        assert_eq!(fs::read(folder.path().join("a")).unwrap(), b"a");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 3);
    }

    #[test]
    fn its_time_is_as_asked() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        let time = SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(1_700_000_000);
        file(OutputPlace::Named(&path)).commit(Some(time), &Taken::default()).unwrap();
        assert_eq!(fs::metadata(&path).unwrap().modified().unwrap(), time);
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
            let error = made(OutputPlace::Below(&root, Path::new(path)), b"theirs").unwrap_err();
            assert_eq!(error.to_string(), "a symbolic link is in the way", "{path}");
        }
        assert_eq!(fs::read(outside.join("file")).unwrap(), b"mine");
        assert_eq!(fs::read_dir(&outside).unwrap().count(), 1);
        // The folder itself is the user's choice, and so is a file that is named.
        symlink(&outside, folder.path().join("link")).unwrap();
        made(OutputPlace::Below(&folder.path().join("link"), Path::new("a")), b"").unwrap();
        assert!(outside.join("a").is_file());
        made(OutputPlace::Named(&root.join("file")), b"new").unwrap();
        assert!(root.join("file").is_symlink());
        assert_eq!(fs::read(outside.join("file")).unwrap(), b"new");
    }

    #[cfg(unix)]
    #[test]
    fn a_folder_that_is_swapped_for_a_link_leads_nowhere() {
        let folder = tempfile::tempdir().unwrap();
        let (root, victim, aside) =
            (folder.path().join("b"), folder.path().join("victim"), folder.path().join("aside"));
        fs::create_dir(&victim).unwrap();
        let mut file = file(OutputPlace::Below(&root, Path::new("d/a")));
        file.write_all(b"one").unwrap();
        fs::rename(root.join("d"), &aside).unwrap();
        std::os::unix::fs::symlink(&victim, root.join("d")).unwrap();
        file.write_all(b"two").unwrap();
        file.commit(None, &Taken::default()).unwrap();
        assert_eq!(fs::read_dir(&victim).unwrap().count(), 0);
        assert_eq!(fs::read(aside.join("a")).unwrap(), b"onetwo");
        assert!(made(OutputPlace::Below(&root, Path::new("d/b")), b"").is_err());
    }

    #[cfg(unix)]
    #[test]
    fn modes_are_as_asked_and_never_more_than_before() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let (path, plain) = (folder.path().join("a"), folder.path().join("b"));
        fs::write(&plain, "").unwrap();
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o7777;
        let umask = !mode(&plain) & 0o666;
        let place = OutputPlace::Below(folder.path(), Path::new("a"));
        made(place, b"").unwrap();
        assert_eq!(mode(&path), mode(&plain));

        let put = |asked: u32, widened: Option<u32>| {
            let mut file = OutputFile::new(place, asked);
            if let Some(mode) = widened {
                file.widen(mode, umask).unwrap();
            }
            file.commit(None, &Taken::default()).unwrap();
            mode(&path)
        };
        let set = |mode| fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
        set(0o4755);
        assert_eq!(put(0o4777, None), mode(&plain) & 0o755, "neither set-user-ID nor execute");
        set(0o640);
        assert_eq!(put(0o644, None), 0o640);
        set(0o600);
        assert_eq!(put(0o666, Some(0o666)), 0o600);
        fs::remove_file(&path).unwrap();
        assert_eq!(put(0o600, None), 0o600);
        fs::remove_file(&path).unwrap();
        assert_eq!(put(0o600, Some(0o4755)), mode(&plain) & 0o644);
    }

    #[cfg(unix)]
    #[test]
    fn only_files_are_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let _socket = std::os::unix::net::UnixListener::bind(folder.path().join("a")).unwrap();
        assert!(made(OutputPlace::Below(folder.path(), Path::new("a")), b"").is_err());
    }
}
