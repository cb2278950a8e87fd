//! A file that is followed: what is appended to it, and whether it was cut or replaced.

use std::fs::{self, File};
use std::io::{self, Read, Seek, SeekFrom};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::folder::{EntryType, FileId, Stat};
use crate::input::LogFile;

/// Why what was read of a file is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Restart {
    /// It is shorter than it was.
    Cut,
    /// Another file has its name.
    Replaced,
}

/// A file that is followed. The reader and whoever looks after it share it.
#[derive(Clone, Debug)]
pub struct Source(Arc<Mutex<Place>>);

#[derive(Debug)]
struct Place {
    file: LogFile,
    /// Where the next byte is read.
    at: u64,
    id: Option<FileId>,
    /// The open file. While many are followed, only those that grow are held open.
    open: Option<File>,
    holds_open: bool,
    restart: Option<Restart>,
}

/// What is known of a file without opening it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Look {
    len: u64,
    id: FileId,
}

impl Source {
    /// Follows `file` from `at`.
    pub fn new(file: LogFile, at: u64, holds_open: bool) -> Source {
        let place = Place { file, at, id: None, open: None, holds_open, restart: None };
        Source(Arc::new(Mutex::new(place)))
    }

    fn place(&self) -> MutexGuard<'_, Place> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Which file it is, once it has been opened.
    pub fn id(&self) -> Option<FileId> {
        self.place().id
    }

    /// The file has another name.
    pub fn rename(&self, file: LogFile) {
        self.place().file = file;
    }

    /// Starts at this position once more.
    pub fn rewind(&self, at: u64) {
        let mut place = self.place();
        (place.at, place.open) = (at, None);
    }

    /// Whether there is something to read, or the file was cut or replaced.
    pub fn has_news(&self) -> bool {
        let place = self.place();
        place.look().is_some_and(|look| look.len != place.at || place.id.is_some_and(|id| id != look.id))
    }

    /// Why reading has ended, if it has; the next reader starts at the start of the file.
    pub fn take_restart(&self) -> Option<Restart> {
        let mut place = self.place();
        let restart = place.restart.take()?;
        (place.at, place.id, place.open) = (0, None, None);
        Some(restart)
    }
}

impl Place {
    fn look(&self) -> Option<Look> {
        let metadata = match self.file.is_found {
            true => fs::symlink_metadata(&self.file.path),
            false => fs::metadata(&self.file.path),
        };
        let len = metadata.ok().filter(fs::Metadata::is_file)?.len();
        Some(Look { len, id: FileId::of_path(&self.file.path).ok()? })
    }

    /// The file, where the next byte is. `None` if it is not there, or to be read anew.
    fn open(&mut self) -> io::Result<Option<&mut File>> {
        if self.open.is_none() {
            let mut file = match self.file.open() {
                Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
                opened => opened?,
            };
            let Stat { entry_type, len, id, .. } = Stat::of_file(&file)?;
            if entry_type != EntryType::File {
                return Ok(None);
            }
            if self.id.is_some_and(|known| known != id) {
                self.restart = Some(Restart::Replaced);
                return Ok(None);
            }
            self.id = Some(id);
            if len < self.at {
                self.restart = Some(Restart::Cut);
                return Ok(None);
            }
            file.seek(SeekFrom::Start(self.at))?;
            self.open = Some(file);
        }
        Ok(self.open.as_mut())
    }

    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let mut read = match self.open()? {
            Some(file) => file.read(buffer)?,
            None => 0,
        };
        if read == 0 && self.restart.is_none() {
            let look = self.look();
            // What was written before the file was replaced may have come after the last read.
            if let Some(file) = self.open.as_mut().filter(|_| look.is_some_and(|look| Some(look.id) != self.id)) {
                read = file.read(buffer)?;
            }
            self.restart = match look {
                Some(look) if read == 0 && self.id.is_some_and(|id| id != look.id) => Some(Restart::Replaced),
                Some(look) if read == 0 && look.len < self.at => Some(Restart::Cut),
                _ => None,
            };
        }
        self.at += read as u64;
        if read == 0 && !self.holds_open {
            self.open = None;
        }
        Ok(read)
    }
}

impl Read for Source {
    /// Pauses where nothing has been written yet, and ends when what follows has nothing to do with what came before.
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let mut place = self.place();
        if buffer.is_empty() || place.restart.is_some() {
            return Ok(0);
        }
        match place.read(buffer)? {
            0 if place.restart.is_none() => Err(io::ErrorKind::WouldBlock.into()),
            read => Ok(read),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(source: &mut Source) -> Option<String> {
        let mut buffer = [0; 100];
        match source.read(&mut buffer) {
            Ok(read) => Some(String::from_utf8_lossy(&buffer[..read]).into_owned()),
            Err(error) => {
                assert_eq!(error.kind(), io::ErrorKind::WouldBlock);
                None
            }
        }
    }

    #[test]
    fn a_file_is_followed_through_all_that_happens_to_it() {
        for holds_open in [true, false] {
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join("a.log");
            let mut source = Source::new(LogFile::named(path.clone()), 0, holds_open);
            assert!(read(&mut source).is_none() && !source.has_news(), "it is not there yet");
            fs::write(&path, "one").unwrap();
            assert!(source.has_news());
            assert_eq!((read(&mut source).as_deref(), read(&mut source)), (Some("one"), None));
            assert!(!source.has_news());
            fs::write(&path, "onetwo").unwrap();
            assert_eq!((read(&mut source).as_deref(), read(&mut source)), (Some("two"), None));
            // Cut, as by `> a.log`.
            fs::write(&path, "x").unwrap();
            assert!(source.has_news());
            assert_eq!(read(&mut source).as_deref(), Some(""));
            assert_eq!((source.take_restart(), read(&mut source).as_deref()), (Some(Restart::Cut), Some("x")));
            // Replaced, as by logrotate.
            fs::write(&path, "xy").unwrap();
            fs::rename(&path, folder.path().join("a.log.1")).unwrap();
            fs::write(&path, "new").unwrap();
            assert!(source.has_news());
            assert_eq!(read(&mut source).as_deref(), Some("y"), "it is still open");
            assert_eq!(read(&mut source).as_deref(), Some(""));
            assert_eq!((source.take_restart(), read(&mut source).as_deref()), (Some(Restart::Replaced), Some("new")));
            fs::remove_file(&path).unwrap();
            assert!(read(&mut source).is_none() && !source.has_news(), "it may come back");
        }
    }
}
