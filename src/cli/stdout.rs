//! Standard output: the bytes as they are; on a terminal, without anything that controls it.

use std::io::{self, IsTerminal, Stdout, Write};

use crate::output::terminal::{Visible, Written};

/// Standard output.
#[derive(Debug)]
pub enum StandardOutput {
    /// A file or pipe: it gets the bytes as they are.
    Raw(Stdout),
    /// A terminal: control characters are shown in visible form.
    Visible(Visible<Stdout>),
}

/// Standard output for JSON, or for text that its writer has coloured and made visible.
pub fn json_or_styled(is_json: bool) -> StandardOutput {
    if is_json { stdout(Written::Json) } else { StandardOutput::Raw(io::stdout()) }
}

/// Standard output for this kind of data.
pub fn stdout(written: Written) -> StandardOutput {
    let out = io::stdout();
    if out.is_terminal() { StandardOutput::Visible(Visible::new(out, written)) } else { StandardOutput::Raw(out) }
}

/// Whether nobody reads the pipe that standard output is. (Only Unix tells before something is written.)
pub fn is_closed() -> bool {
    #[cfg(unix)]
    {
        use std::os::fd::AsFd;

        use rustix::event::{PollFd, PollFlags, Timespec, poll};
        let out = io::stdout();
        let fd = out.as_fd();
        let mut polled = [PollFd::new(&fd, PollFlags::empty())];
        let now = Timespec { tv_sec: 0, tv_nsec: 0 };
        let [stdout] = if poll(&mut polled, Some(&now)).is_ok() { polled } else { return false };
        stdout.revents().contains(PollFlags::ERR)
    }
    #[cfg(not(unix))]
    false
}

impl Write for StandardOutput {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            StandardOutput::Raw(out) => out.write(bytes),
            StandardOutput::Visible(out) => out.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            StandardOutput::Raw(out) => out.flush(),
            StandardOutput::Visible(out) => out.flush(),
        }
    }
}
