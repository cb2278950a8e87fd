//! What comes through a pipe: it says when nothing comes for a moment, so that what has come can be shown.

use std::io::{self, Read};

use super::InputReader;

/// How long nothing has come when a reader pauses, in milliseconds: programs that write to a pipe as fast as they can are
/// hardly ever this slow.
#[cfg(unix)]
const QUIET: i64 = 20;

/// An input that may be a pipe.
#[derive(Debug)]
pub struct Piped {
    reader: InputReader,
    /// Whether it may be asked if there is something to read. Not in a file: there always is.
    is_pipe: bool,
    /// Whether it has paused since it last gave something.
    has_paused: bool,
}

impl Piped {
    /// Reads `reader`.
    pub fn new(reader: InputReader, is_pipe: bool) -> Piped {
        Piped { reader, is_pipe, has_paused: false }
    }

    /// Whether nothing comes for a moment. (Windows cannot tell; there, what has come is shown when more comes.)
    fn is_quiet(&self) -> bool {
        #[cfg(unix)]
        {
            use std::os::fd::AsFd;

            use rustix::event::{PollFd, PollFlags, Timespec, poll};
            let stdin = io::stdin();
            let fd = match &self.reader {
                InputReader::File(file) => file.as_fd(),
                InputReader::Stdin(_) if super::stdin::has_seen() => return false,
                InputReader::Stdin(_) => stdin.as_fd(),
                InputReader::Packed(_) => return false,
            };
            let quiet = Timespec { tv_sec: 0, tv_nsec: QUIET * 1_000_000 };
            poll(&mut [PollFd::new(&fd, PollFlags::IN)], Some(&quiet)).is_ok_and(|ready| ready == 0)
        }
        #[cfg(not(unix))]
        false
    }
}

impl Read for Piped {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.is_pipe && !self.has_paused && self.is_quiet() {
            self.has_paused = true;
            return Err(io::ErrorKind::WouldBlock.into());
        }
        let read = self.reader.read(buffer)?;
        self.has_paused = false;
        Ok(read)
    }
}
