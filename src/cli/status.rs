//! The result of a run, as an exit code.

use std::io;
use std::process::ExitCode;

/// The result of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// Everything is intact. 0.
    Intact,
    /// Done, but something was damaged, missing or failed; it has been reported. 1.
    Flawed,
    /// Wrong usage, or nothing could be done. 2.
    Nothing,
    /// A signal ended it. 128 plus its number, as in shells: 130 for Ctrl-C.
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

/// Whether the reader of the output has closed it, such as `head`. That is no failure.
pub fn is_closed_pipe(error: &anyhow::Error) -> bool {
    error
        .chain()
        .filter_map(|cause| cause.downcast_ref::<io::Error>())
        .any(|error| error.kind() == io::ErrorKind::BrokenPipe)
}
