//! Temporary files, which get their name when they are complete.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::io;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use super::lock;
use crate::file_name::is_device;
use crate::folder::{EntryType, Folder, Stat};

/// The temporary files that exist now, each under a number of its own.
static UNFINISHED: Mutex<BTreeMap<u64, (Arc<Folder>, OsString)>> = Mutex::new(BTreeMap::new());

/// Removes all temporary files, for a program that is about to end. None can be created after this: a thread that tries
/// waits for the end of the program.
pub fn abandon_all() {
    let unfinished = lock(&UNFINISHED);
    for (folder, name) in unfinished.values() {
        // If that fails, the name says what the file is.
        let _ = folder.remove_file(name);
    }
    std::mem::forget(unfinished);
}

/// A temporary file, known to [`abandon_all`]. Dropping it removes the file.
#[derive(Debug)]
pub(super) struct Temporary {
    pub file: File,
    pub folder: Arc<Folder>,
    pub temporary_name: OsString,
    /// Its final name.
    pub name: OsString,
    /// The file that has this name now.
    pub earlier: Option<Stat>,
    /// Its key in [`UNFINISHED`].
    number: u64,
}

impl Temporary {
    pub fn new(folder: Folder, name: &OsStr, mode: u32) -> io::Result<Temporary> {
        static NUMBER: AtomicU64 = AtomicU64::new(0);
        // What is renamed can get such a name, and then few programs can open or remove it.
        if cfg!(windows) && name.to_str().is_some_and(is_device) {
            return Err(refused("Windows keeps this name for a device"));
        }
        let earlier = replaceable(&folder, name)?;
        let mode = mode & earlier.as_ref().map_or(0o666, |earlier| earlier.mode);
        let (folder, number) = (Arc::new(folder), NUMBER.fetch_add(1, Ordering::Relaxed));
        // Locked, so that no file exists that `abandon_all` does not know.
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

    pub fn appear(self) -> io::Result<()> {
        self.folder.rename(&self.temporary_name, &self.name)?;
        self.forget();
        Ok(())
    }

    /// Returns whether it had not been forgotten before.
    fn forget(&self) -> bool {
        lock(&UNFINISHED).remove(&self.number).is_some()
    }
}

impl Drop for Temporary {
    fn drop(&mut self) {
        if self.forget() {
            // If that fails, the name says what the file is.
            let _ = self.folder.remove_file(&self.temporary_name);
        }
    }
}

fn random_name() -> io::Result<OsString> {
    let number = getrandom::u64().map_err(|_| io::Error::other("the system provides no random numbers"))?;
    Ok(format!(".imlog-{number:016x}.tmp").into())
}

/// The file of this name in `folder`, which may be replaced.
///
/// # Errors
/// When something else has the name.
pub(super) fn replaceable(folder: &Folder, name: &OsStr) -> io::Result<Option<Stat>> {
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

pub(super) fn refused(why: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidInput, why)
}
