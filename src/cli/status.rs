//! How a run ended, as an exit code.

use std::io;
use std::process::ExitCode;

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// All was decoded, and whole. 0.
    Intact,
    /// Done, but something was damaged, missing or failed; it has been named. 1.
    Flawed,
    /// Wrong usage, or nothing could be done. 2.
    Nothing,
    /// A signal broke it off. 128 and its number, as shells have it: 130 for Ctrl-C.
    Interrupted,
}

impl From<Status> for ExitCode {
    fn from(status: Status) -> ExitCode {
        ExitCode::from(match status {
            Status::Intact => 0,
            Status::Flawed => 1,
            Status::Nothing => 2,
            Status::Interrupted => super::interrupt::exit_code(),
        })
    }
}

/// Whether the reader of our output went away: that is its right.
pub fn is_closed_pipe(error: &anyhow::Error) -> bool {
    error
        .chain()
        .filter_map(|cause| cause.downcast_ref::<io::Error>())
        .any(|error| error.kind() == io::ErrorKind::BrokenPipe)
}
