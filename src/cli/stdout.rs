//! Standard output: bytes as they are, but nothing that steers a terminal where it is one.

use std::io::{self, IsTerminal, Stdout, Write};

use crate::output::terminal::{Visible, Written};

/// Standard output, as it is or made visible.
#[derive(Debug)]
pub enum Output {
    /// Into a file or pipe.
    Raw(Stdout),
    /// To a terminal.
    Visible(Visible<Stdout>),
}

/// Standard output, for JSON, or for what is made visible or coloured by its writer.
pub fn json_or_styled(is_json: bool) -> Output {
    if is_json { stdout(Written::Json) } else { Output::Raw(io::stdout()) }
}

/// Standard output, for what is `written` to it.
pub fn stdout(written: Written) -> Output {
    let out = io::stdout();
    if out.is_terminal() { Output::Visible(Visible::new(out, written)) } else { Output::Raw(out) }
}

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Output::Raw(out) => out.write(bytes),
            Output::Visible(out) => out.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Output::Raw(out) => out.flush(),
            Output::Visible(out) => out.flush(),
        }
    }
}
