//! What goes to standard output: the paths that are removed, or everything that is known about each file.

use std::borrow::Cow;
use std::io::{self, Write};
use std::path::Path;
use std::time::SystemTime;

use anyhow::{Context, Result};
use chrono::SecondsFormat;
use serde::Serialize;

use super::super::stdout::{StandardOutput, stdout};
use super::{PruneOutcome, clock};
use crate::output::terminal::{Written, push_visible};
use crate::retention::{Removable, Youngest};

/// What is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ListingFormat {
    /// Nothing.
    Nothing,
    /// Each path that is removed, byte for byte, then this byte.
    Paths(u8),
    /// One JSON object per line: for each file, and for each folder that is removed.
    Json,
}

/// A file, and what became of it.
#[derive(Debug)]
pub struct ListedFile<'a> {
    /// Where it is.
    pub path: &'a Path,
    /// Whether it is a log or a text.
    pub kind: Removable,
    /// Its size.
    pub bytes: u64,
    /// When it was last written.
    pub modified: Option<SystemTime>,
    /// When its youngest line may have been written.
    pub youngest: Option<Youngest>,
    /// How many days ago that is.
    pub age: Option<i64>,
}

/// Standard output.
#[derive(Debug)]
pub struct Listing {
    format: ListingFormat,
    /// Whether the run goes on when nobody reads the listing. A dry run need not.
    outlives_reader: bool,
    out: StandardOutput,
}

impl Listing {
    /// A listing in this format.
    pub fn new(format: ListingFormat, outlives_reader: bool) -> Listing {
        let written = if format == ListingFormat::Json { Written::Json } else { Written::Text };
        Listing { format, outlives_reader, out: stdout(written) }
    }

    /// Adds a file.
    pub fn file(&mut self, file: &ListedFile, outcome: &PruneOutcome) -> Result<()> {
        match self.format {
            ListingFormat::Json => self.object(&Object::file(file, outcome)),
            ListingFormat::Paths(_) => self.path(file.path, outcome),
            ListingFormat::Nothing => Ok(()),
        }
    }

    /// Adds a folder that was emptied.
    pub fn folder(&mut self, path: &Path, outcome: &PruneOutcome) -> Result<()> {
        match self.format {
            ListingFormat::Json => self.object(&Object::folder(path, outcome)),
            ListingFormat::Paths(_) => self.path(path, outcome),
            ListingFormat::Nothing => Ok(()),
        }
    }

    /// Writes what is still held back.
    pub fn finish(&mut self) -> Result<()> {
        let result = self.out.flush();
        self.written(result)
    }

    fn path(&mut self, path: &Path, outcome: &PruneOutcome) -> Result<()> {
        let (ListingFormat::Paths(end), PruneOutcome::Removed) = (self.format, outcome) else { return Ok(()) };
        let mut line = Vec::new();
        match self.out {
            // On a terminal, even a line break in a name could forge a line.
            StandardOutput::Visible(_) => push_visible(&raw(path), &mut line),
            StandardOutput::Raw(_) => line.extend_from_slice(&raw(path)),
        }
        line.push(end);
        let result = self.out.write_all(&line);
        self.written(result)
    }

    fn object(&mut self, object: &Object) -> Result<()> {
        let mut line = serde_json::to_vec(object)?;
        line.push(b'\n');
        let result = self.out.write_all(&line);
        self.written(result)
    }

    fn written(&mut self, result: io::Result<()>) -> Result<()> {
        match result {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe && self.outlives_reader => {
                self.format = ListingFormat::Nothing;
                Ok(())
            }
            result => result.context("cannot write standard output"),
        }
    }
}

/// The bytes of a path, for other programs.
fn raw(path: &Path) -> Cow<'_, [u8]> {
    #[cfg(unix)]
    {
        use std::os::unix::ffi::OsStrExt;
        Cow::Borrowed(path.as_os_str().as_bytes())
    }
    #[cfg(not(unix))]
    {
        match path.to_string_lossy() {
            Cow::Borrowed(text) => Cow::Borrowed(text.as_bytes()),
            Cow::Owned(text) => Cow::Owned(text.into_bytes()),
        }
    }
}

/// A line of JSON.
#[derive(Debug, Serialize)]
struct Object<'a> {
    path: Cow<'a, str>,
    /// JSON cannot hold a path that is not Unicode: `path` has U+FFFD for what is not, and cannot be used.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    path_is_lossy: bool,
    kind: &'static str,
    #[serde(flatten)]
    file: Option<FileFields>,
    action: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<Cow<'a, str>>,
}

/// The fields that only a file has.
#[derive(Debug, Serialize)]
struct FileFields {
    bytes: u64,
    modified: Option<String>,
    date: Option<String>,
    date_from: Option<&'static str>,
    age_days: Option<i64>,
}

impl<'a> Object<'a> {
    fn new(path: &'a Path, kind: &'static str, file: Option<FileFields>, outcome: &'a PruneOutcome) -> Object<'a> {
        let (action, reason) = match outcome {
            PruneOutcome::Removed => ("remove", None),
            PruneOutcome::Young => ("keep", Some("young".into())),
            PruneOutcome::Undated => ("keep", Some("undated".into())),
            PruneOutcome::Changed => ("keep", Some("changed".into())),
            PruneOutcome::Gone => ("gone", None),
            PruneOutcome::Failed(error) => ("failed", Some(error.to_string().into())),
        };
        Object { path: path.to_string_lossy(), path_is_lossy: path.to_str().is_none(), kind, file, action, reason }
    }

    fn folder(path: &'a Path, outcome: &'a PruneOutcome) -> Object<'a> {
        Object::new(path, "folder", None, outcome)
    }

    fn file(file: &ListedFile<'a>, outcome: &'a PruneOutcome) -> Object<'a> {
        let kind = match file.kind {
            Removable::Log => "log",
            Removable::Text => "text",
        };
        let day = |time: &SystemTime| clock::local(*time).map(|time| time.date_naive());
        let (date, date_from) = match &file.youngest {
            Some(Youngest::Day(day)) => (Some(*day), Some("name")),
            Some(Youngest::Modified(time)) => (day(time), Some("mtime")),
            Some(Youngest::LogModified(time)) => (day(time), Some("log-mtime")),
            None => (None, None),
        };
        let time = file.modified.and_then(clock::local);
        let fields = FileFields {
            bytes: file.bytes,
            modified: time.map(|time| time.to_rfc3339_opts(SecondsFormat::AutoSi, true)),
            date: date.map(|date| date.to_string()),
            date_from,
            age_days: file.age,
        };
        Object::new(file.path, kind, Some(fields), outcome)
    }
}
