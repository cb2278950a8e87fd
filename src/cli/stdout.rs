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
