//! Temporary copies of what has to be sought in and can't be: a zip from a pipe, or compressed in another bundle.

use std::fs::File;
use std::io::{self, Read};
use std::sync::{Arc, Mutex, PoisonError};

use super::at;
use super::limits::{Budget, Exceeded};
use super::route::{Origin, Route};
use super::step::Step;

/// A temporary file that takes copies one behind the other: a folder of a thousand zips needs one, not a thousand. What
/// nobody leads to any more is written over. It has no name, and goes when nobody holds it any more.
#[derive(Debug, Default)]
pub struct Spool(Mutex<Option<Spooled>>);

#[derive(Debug)]
struct Spooled {
    file: Arc<File>,
    used: u64,
}

impl Spool {
    /// Copies `reader`, and leads to the copy.
    ///
    /// # Errors
    /// When the file system has no room, what is packed is broken, or the copies would be too large.
    pub fn copy(&self, reader: &mut (dyn Read + Send), budget: Arc<Budget>) -> io::Result<Route> {
        let mut spooled = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let Spooled { file, used } = match &mut *spooled {
            Some(spooled) => spooled,
            none => none.insert(Spooled { file: Arc::new(tempfile::tempfile()?), used: 0 }),
        };
        // Every way to a copy holds the file.
        if Arc::strong_count(file) == 1 {
            *used = 0;
        }
        let (start, most) = (*used, budget.limits().spool);
        let room = most.saturating_sub(start);
        let len = io::copy(&mut reader.take(room.saturating_add(1)), &mut at::Writer { file, at: start })?;
        if len > room {
            return Err(io::Error::other(Exceeded::Spool(most)));
        }
        *used += len;
        Ok(Route::new(Origin::Spool(file.clone()), budget).then(Step::Range { start, len }))
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Seek, SeekFrom};

    use super::super::limits::Limits;
    use super::*;

    #[test]
    fn copies_stand_one_behind_the_other_up_to_a_limit() {
        let limits = Limits { spool: 5, ..Limits::default() };
        let spool = Spool::default();
        let copy = |mut bytes: &[u8]| spool.copy(&mut bytes, Arc::new(Budget::new(limits, 4)));
        let (first, second) = (copy(b"012").unwrap(), copy(b"3").unwrap());
        let error = copy(b"45").unwrap_err();
        assert_eq!(error.downcast::<Exceeded>().unwrap(), Exceeded::Spool(5));
        let third = copy(b"4").unwrap();
        let read = |route: Route| io::read_to_string(route.open().unwrap()).unwrap();
        assert_eq!([read(first), read(second), read(third)], ["012", "3", "4"]);
        assert_eq!(read(copy(b"56789").unwrap()), "56789", "nobody needs the others any more");
    }

    /// On Windows, whoever reads a copy moves the place of the file.
    #[test]
    fn the_place_of_the_file_does_not_matter() {
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
