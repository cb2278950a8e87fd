//! What records are shown as: lines, or rows of tables.

use std::io;
use std::path::Path;

use anyhow::{Error, anyhow};

use super::super::zones::FoundZone;
use crate::decode::{Gap, Report};
use crate::input::Input;
use crate::record::FoundRecord;
use crate::redact::Redactor;

/// Takes what is to be shown of a log, in its order.
pub trait Show {
    /// Whether the zone of each log is needed.
    fn wants_zone(&self) -> bool {
        false
    }

    /// A log begins.
    fn begin(&mut self, _input: &Input, _zone: FoundZone) {}

    /// A record is shown. `context`: for a match near it.
    ///
    /// # Errors
    /// Those of the output; likewise below.
    fn record(&mut self, name: &str, found: &FoundRecord<'_>, context: bool) -> io::Result<()>;

    /// A record is not shown.
    fn pass_over(&mut self, _found: &FoundRecord<'_>) {}

    /// Something is missing.
    fn gap(&mut self, name: &str, gap: &Gap) -> io::Result<()>;

    /// Records that do not follow one another are shown next, of the file `name`.
    fn separator(&mut self, name: &str) -> io::Result<()>;

    /// A line of something else.
    fn whole_line(&mut self, line: &[u8]) -> io::Result<()>;

    /// The log has turned out to be none: what is held back means nothing.
    fn abandon(&mut self);

    /// The log is over.
    fn end(&mut self, _end: &LogEnd, _report: &Report) -> io::Result<()> {
        Ok(())
    }

    /// A file could not be read.
    fn unreadable(&mut self, _name: &Path, _why: &str) -> io::Result<()> {
        Ok(())
    }

    /// All that was shown is to be seen.
    fn flush(&mut self) -> io::Result<()>;

    /// Nothing more comes.
    fn close(&mut self) -> io::Result<()> {
        self.flush()
    }

    /// The error of an output that could not be written.
    fn failed(&self, error: io::Error) -> Error {
        cannot_write(error)
    }

    /// What is worth a warning once all is written.
    fn warning(&self) -> Option<&'static str> {
        None
    }

    /// Takes the redactor back.
    fn take_redactor(&mut self) -> Option<Redactor>;
}

/// How a log has ended. Only tables say it.
#[derive(Debug)]
#[cfg_attr(not(feature = "tables"), allow(dead_code))]
pub struct LogEnd {
    /// In what state it is, as `imlog info --json` names it.
    pub state: &'static str,
    /// Why it could not be read, or not to its end.
    pub error: Option<String>,
}

/// The error of standard output that could not be written.
pub fn cannot_write(error: io::Error) -> Error {
    anyhow!(error).context("cannot write standard output")
}
