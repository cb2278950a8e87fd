//! Files that appear complete or not at all: written to a temporary file in the same folder, renamed when complete.
//!
//! What is below a folder that the user named comes from others: there no link is followed, nothing but a regular file
//! is replaced, and no permission is copied from what was there (see [`Folder`]).

mod place;
mod temporary;
#[cfg(test)]
mod tests;

use std::collections::HashSet;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

use crate::folder::{FileId, Folder};
use place::{end_of_links, names_device, names_stream};
use temporary::{Temporary, refused, replaceable};

pub use place::OutputPlace;
pub use temporary::abandon_all;

/// A file that is being written. Nothing is created, folders included, until something is written to it. Dropped before
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
    /// Renamed at the end.
    Temporary(Temporary),
    /// A device, pipe or stream, which can't be replaced by renaming.
    Direct(File),
}

/// The files that a run reads and those that it has written: none of them is replaced. Files are known by id, because
/// file systems differ in which names mean the same file.
#[derive(Debug, Default)]
pub struct Taken(Mutex<HashSet<FileId>>);

impl Taken {
    /// Adds a file.
    pub fn add(&self, id: FileId) {
        lock(&self.0).insert(id);
    }

    /// Removes the file at `place`: it was written by this run, and is to be written anew.
    pub fn remove_at(&self, place: OutputPlace<'_>) {
        if let Some(stat) = place.stat() {
            lock(&self.0).remove(&stat.id);
        }
    }

    /// Whether this file is taken.
    pub fn contains(&self, id: FileId) -> bool {
        lock(&self.0).contains(&id)
    }
}

impl<'a> OutputFile<'a> {
    /// The file that will be at `place`. It gets the permission bits `mode`, except those that the umask takes away or
    /// that an earlier file there lacks.
    pub fn new(place: OutputPlace<'a>, mode: u32) -> OutputFile<'a> {
        OutputFile { place, mode: mode & 0o666, state: State::Planned }
    }

    /// Creates the temporary file now, so that the names of its place need not be kept.
    ///
    /// # Errors
    /// Those of the file system.
    pub fn started(mut self) -> io::Result<OutputFile<'static>> {
        self.start()?;
        Ok(OutputFile { place: OutputPlace::Named(Path::new("")), mode: self.mode, state: self.state })
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

    /// Opens what has been written so far, from its start.
    ///
    /// # Errors
    /// Those of the file system; `Unsupported` for a device, pipe or stream.
    pub fn written(&mut self) -> io::Result<File> {
        self.start()?.flush()?;
        match &self.state {
            State::Temporary(Temporary { folder, temporary_name, .. }) => folder.file(temporary_name),
            _ => Err(io::ErrorKind::Unsupported.into()),
        }
    }

    /// Opens the earlier file that would be replaced, if there is one.
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

    /// Gives more permissions than [`new`](OutputFile::new) did: at most `mode`, without the bits of `umask`, and none
    /// that an earlier file there lacks.
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

    /// Makes the file appear under its name, in place of an earlier one, as if last written at `modified`. Adds it to
    /// `taken`, and replaces no file that is taken already.
    ///
    /// # Errors
    /// Those of the file system. An earlier file stays as it was.
    pub fn commit(mut self, modified: Option<SystemTime>, taken: &Taken) -> io::Result<()> {
        self.start()?.flush()?;
        let State::Temporary(temporary) = self.state else { return Ok(()) };
        if let Some(modified) = modified {
            temporary.file.set_modified(modified)?;
        }
        // Held until the file is renamed: no other thread's file may appear between check and renaming.
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
        if names_device(path) {
            return Ok(State::Direct(File::options().write(true).open(path)?));
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

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
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
