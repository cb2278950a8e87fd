//! A reader that notices how a log starts, and whether it breaks off.

use std::io::{self, Read, Seek, SeekFrom};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use indicatif::ProgressBar;

use super::interrupt;
use crate::input::Input;
use crate::input::archive::limits::Budget;
use crate::input::archive::{Format, ProblemCause};

/// What is noticed about a log.
#[derive(Clone, Debug, Default)]
pub struct Notes(Arc<Mutex<Noted>>);

#[derive(Debug, Default)]
struct Noted {
    is_read: bool,
    head: Vec<u8>,
    broken: Option<ProblemCause>,
}

/// How much of the start of a log is kept, in bytes.
const HEAD: usize = 512;

impl Notes {
    fn lock(&self) -> MutexGuard<'_, Noted> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes of a log, with why it breaks off if that is known already.
    pub fn broken(cause: Option<ProblemCause>) -> Notes {
        Notes(Arc::new(Mutex::new(Noted { broken: cause, ..Noted::default() })))
    }

    /// Why it breaks off, if it does.
    pub fn take_broken(&self) -> Option<ProblemCause> {
        self.lock().broken.take()
    }

    /// Whether the log has been read and is empty.
    pub fn is_empty(&self) -> bool {
        let noted = self.lock();
        noted.is_read && noted.head.is_empty() && noted.broken.is_none()
    }

    /// What to do with a file of `size` bytes that has no blocks.
    pub fn hint(&self, size: u64) -> &'static str {
        let printable = |byte: &u8| *byte >= 0x20 || matches!(*byte, b'\t' | b'\n' | b'\r' | 0x1B);
        match self.lock().head.as_slice() {
            [] if size == 0 => "the file is empty",
            [b'7', b'z', 0xBC, 0xAF, ..] => "it is a 7z archive: unpack it, and decode what is inside",
            [b'R', b'a', b'r', b'!', ..] => "it is a rar archive: unpack it, and decode what is inside",
            [0xFD, b'7', b'z', b'X', b'Z', ..] => "it is compressed with xz: unpack it, and decode what is inside",
            [b'B', b'Z', b'h', ..] => "it is compressed with bzip2: unpack it, and decode what is inside",
            head if Format::of(head).is_some() => "it is an archive: give its own path, or give it on standard input",
            head if head.iter().all(|&byte| byte == 0) => "it is all zeros, as a cache file is when nothing is pending",
            head if head.iter().all(printable) => "it is text; is it decoded already?",
            _ => "is it an xlog file? Those start with a byte from 0x01 to 0x0D",
        }
    }
}

/// What moves the progress bar while a log is read.
#[derive(Clone, Debug)]
pub enum Pace {
    /// The bytes of the log.
    Log,
    /// The bytes of its archive. If that cannot be read further, the log breaks off: what came before is good.
    Archive(Arc<Budget>),
}

impl Pace {
    /// What moves the bar for `input`.
    pub fn of(input: &Input) -> Pace {
        match input {
            Input::Member(member) => Pace::Archive(member.route.budget().clone()),
            Input::File(_) | Input::Stdin => Pace::Log,
        }
    }
}

/// A reader that takes notes, and moves the progress bar.
#[derive(Debug)]
pub struct Watched<R> {
    reader: R,
    pace: Pace,
    progress: ProgressBar,
    notes: Notes,
    read_any: bool,
}

impl<R: Read> Watched<R> {
    /// Watches `reader`.
    pub fn new(reader: R, pace: Pace, progress: ProgressBar) -> Watched<R> {
        Watched { reader, pace, progress, notes: Notes::default(), read_any: false }
    }

    /// Watches `reader` without a bar, and adds to `notes`.
    pub fn noting(reader: R, pace: Pace, notes: Notes) -> Watched<R> {
        Watched { notes, ..Watched::new(reader, pace, ProgressBar::hidden()) }
    }

    /// The same, with this bar.
    pub fn with_progress(self, progress: ProgressBar) -> Watched<R> {
        Watched { progress, ..self }
    }

    /// The notes, which are taken as the log is read.
    pub fn notes(&self) -> Notes {
        self.notes.clone()
    }
}

impl<R: Read> Read for Watched<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if interrupt::happened() {
            return Err(io::Error::other("interrupted"));
        }
        let read = match (self.reader.read(buffer), &self.pace) {
            (Ok(read), _) => read,
            (Err(error), Pace::Archive(_)) if error.kind() != io::ErrorKind::Interrupted => {
                self.notes.lock().broken = Some(error.into());
                0
            }
            (Err(error), _) => return Err(error),
        };
        if !self.read_any {
            self.read_any = true;
            let mut noted = self.notes.lock();
            noted.is_read = true;
            noted.head.extend_from_slice(&buffer[..read.min(HEAD)]);
        }
        self.progress.inc(match &self.pace {
            Pace::Log => read as u64,
            Pace::Archive(budget) => budget.take_passed(),
        });
        Ok(read)
    }
}

impl<R: Seek> Seek for Watched<R> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.reader.seek(to)
    }
}
