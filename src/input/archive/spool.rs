//! Temporary copies of archives that must be sought in but can't be: a zip from a pipe, or compressed in another archive.

use std::fs::File;
use std::io::{self, Read, Write};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::at;
use super::limits::{Budget, Exceeded};
use super::route::{Origin, Route};
use super::section::Section;
use super::step::Step;

/// A temporary file that takes copies one after the other: a folder of a thousand zips needs one, not a thousand. When
/// no route leads to a copy any more, it is overwritten. The file has no name; the system removes it when it is closed.
#[derive(Debug, Default)]
pub struct Spool(Mutex<Option<Spooled>>);

#[derive(Debug)]
struct Spooled {
    file: Arc<File>,
    used: u64,
}

/// A copy that is being written.
pub struct Copying<'a> {
    spooled: MutexGuard<'a, Option<Spooled>>,
    file: Arc<File>,
    start: u64,
    at: u64,
    most: u64,
}

impl Spool {
    /// Starts a copy. All copies together may have `most` bytes. Another one waits until this one is complete.
    ///
    /// # Errors
    /// When no temporary file can be created.
    pub fn start(&self, most: u64) -> io::Result<Copying<'_>> {
        let mut spooled = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let Spooled { file, used } = match &mut *spooled {
            Some(spooled) => spooled,
            none => none.insert(Spooled { file: Arc::new(tempfile::tempfile()?), used: 0 }),
        };
        // Every route to a copy holds the file.
        if Arc::strong_count(file) == 1 {
            *used = 0;
        }
        let (file, start) = (file.clone(), *used);
        Ok(Copying { spooled, file, start, at: start, most })
    }

    /// Copies `reader`. Returns a route to the copy.
    ///
    /// # Errors
    /// When the disk is full, packed bytes are damaged, or the copies would be too large.
    pub fn copy(&self, reader: &mut (dyn Read + Send), budget: Arc<Budget>) -> io::Result<Route> {
        match self.copy_head(reader, budget)? {
            (route, None) => Ok(route),
            (_, Some(error)) => Err(error),
        }
    }

    /// Copies `reader`, up to its error if there is one. Returns a route to the copy, and the error.
    ///
    /// # Errors
    /// When the disk is full, or the copies would be too large.
    pub fn copy_head(
        &self,
        reader: &mut (dyn Read + Send),
        budget: Arc<Budget>,
    ) -> io::Result<(Route, Option<io::Error>)> {
        let mut copying = self.start(budget.limits().spool)?;
        let mut buffer = vec![0; 64 << 10];
        let error = loop {
            match reader.read(&mut buffer) {
                Ok(0) => break None,
                Ok(read) => copying.write_all(buffer.get(..read).unwrap_or_default())?,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => break Some(error),
            }
        };
        let section = copying.finish()?;
        let range = Step::Range { start: section.start, len: section.size() };
        Ok((Route::new(Origin::Spool(section.file()), budget).then(range), error))
    }
}

impl Copying<'_> {
    /// The complete copy.
    ///
    /// # Errors
    /// Those of the file system.
    pub fn finish(mut self) -> io::Result<Section> {
        if let Some(Spooled { used, .. }) = &mut *self.spooled {
            *used = self.at;
        }
        Ok(Section::new(self.file)?.part(self.start, self.at - self.start))
    }
}

impl Write for Copying<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.at.saturating_add(bytes.len() as u64) > self.most {
            return Err(io::Error::other(Exceeded::Spool(self.most)));
        }
        let written = at::Writer { file: &self.file, at: self.at }.write(bytes)?;
        self.at += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Seek, SeekFrom};

    use super::super::limits::Limits;
    use super::*;

    #[test]
    fn copies_follow_one_another_up_to_a_limit() {
        let limits = Limits { spool: 5, ..Limits::default() };
        let spool = Spool::default();
        let copy = |mut bytes: &[u8]| spool.copy(&mut bytes, Arc::new(Budget::new(limits, 4)));
        let (first, second) = (copy(b"012").unwrap(), copy(b"3").unwrap());
        let error = copy(b"45").unwrap_err();
        assert_eq!(error.downcast::<Exceeded>().unwrap(), Exceeded::Spool(5));
        let third = copy(b"4").unwrap();
        let read = |route: Route| io::read_to_string(route.open().unwrap()).unwrap();
        assert_eq!([read(first), read(second), read(third)], ["012", "3", "4"]);
        assert_eq!(read(copy(b"56789").unwrap()), "56789", "the others are no longer needed");
    }

    /// On Windows, reading a copy moves the position of the file.
    #[test]
    fn the_position_of_the_file_does_not_matter() {
        struct Moving<'a>(Arc<File>, &'a [u8]);
        impl Read for Moving<'_> {
            fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
                (&*self.0).seek(SeekFrom::Start(1))?;
                self.1.read(&mut buffer[..1])
            }
        }
        let spool = Spool::default();
        let copy =
            |reader: &mut (dyn Read + Send)| spool.copy(reader, Arc::new(Budget::new(Limits::default(), 4))).unwrap();
        let first = copy(&mut &b"0123"[..]);
        let file = spool.0.lock().unwrap().as_ref().unwrap().file.clone();
        let second = copy(&mut Moving(file, b"456789"));
        let read = |route: Route| io::read_to_string(route.open().unwrap()).unwrap();
        assert_eq!([read(first), read(second)], ["0123", "456789"]);
    }
}
