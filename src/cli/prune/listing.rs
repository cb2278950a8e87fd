//! What goes to standard output: the paths that go, or everything that is known of each file.

use std::borrow::Cow;
use std::io::{self, Write};
use std::path::Path;
use std::time::SystemTime;

use anyhow::{Context, Result};
use chrono::SecondsFormat;
use serde::Serialize;

use super::super::stdout::{Output, stdout};
use super::{Outcome, clock};
use crate::output::terminal::{Written, push_visible};
use crate::retention::{Removable, Youngest};

/// How it is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// Not at all.
    Nothing,
    /// Each path that goes, its bytes as they are, and this byte behind it.
    Paths(u8),
    /// An object a line for each file, and for each folder that goes.
    Json,
}

/// A file, and what became of it.
#[derive(Debug)]
pub struct File<'a> {
    /// Where it is.
    pub path: &'a Path,
    /// Whether it is a log or a text.
    pub kind: Removable,
    /// Its size.
    pub bytes: u64,
    /// When it was last written.
    pub modified: Option<SystemTime>,
    /// When its youngest line can have been written.
    pub youngest: Option<Youngest>,
    /// How many days that is ago.
    pub age: Option<i64>,
}

/// Standard output.
#[derive(Debug)]
pub struct Listing {
    form: Form,
    /// Whether to go on when nobody reads it: with a dry run, there is no point.
    outlives_reader: bool,
    out: Output,
}

impl Listing {
    /// A listing of this form.
    pub fn new(form: Form, outlives_reader: bool) -> Listing {
        let written = if form == Form::Json { Written::Json } else { Written::Text };
        Listing { form, outlives_reader, out: stdout(written) }
    }

    /// Takes a file.
    pub fn file(&mut self, file: &File, outcome: &Outcome) -> Result<()> {
        match self.form {
            Form::Json => self.object(&Object::file(file, outcome)),
            Form::Paths(_) => self.path(file.path, outcome),
            Form::Nothing => Ok(()),
        }
    }

    /// Takes a folder that was emptied.
    pub fn folder(&mut self, path: &Path, outcome: &Outcome) -> Result<()> {
        match self.form {
            Form::Json => self.object(&Object::folder(path, outcome)),
            Form::Paths(_) => self.path(path, outcome),
            Form::Nothing => Ok(()),
        }
    }

    /// Writes what is still held back.
    pub fn finish(&mut self) -> Result<()> {
        let result = self.out.flush();
        self.written(result)
    }

    fn path(&mut self, path: &Path, outcome: &Outcome) -> Result<()> {
        let (Form::Paths(end), Outcome::Went) = (self.form, outcome) else { return Ok(()) };
        let mut line = Vec::new();
        match self.out {
            // On a terminal, even a line break in a name would be somebody's say.
            Output::Visible(_) => push_visible(&raw(path), &mut line),
            Output::Raw(_) => line.extend_from_slice(&raw(path)),
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
                self.form = Form::Nothing;
                Ok(())
            }
            result => result.context("cannot write standard output"),
        }
    }
}

/// The path as other programs want it.
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
    /// JSON has no place for a path that is not Unicode: `path` has U+FFFD where it is not, and cannot be used.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    path_is_lossy: bool,
    kind: &'static str,
    #[serde(flatten)]
    file: Option<FileFields>,
    action: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<Cow<'a, str>>,
}

/// What only a file has.
#[derive(Debug, Serialize)]
struct FileFields {
    bytes: u64,
    modified: Option<String>,
    date: Option<String>,
    date_from: Option<&'static str>,
    age_days: Option<i64>,
}

impl<'a> Object<'a> {
    fn new(path: &'a Path, kind: &'static str, file: Option<FileFields>, outcome: &'a Outcome) -> Object<'a> {
        let (action, reason) = match outcome {
            Outcome::Went => ("remove", None),
            Outcome::Young => ("keep", Some("young".into())),
            Outcome::Undated => ("keep", Some("undated".into())),
            Outcome::Changed => ("keep", Some("changed".into())),
            Outcome::Gone => ("gone", None),
            Outcome::Failed(error) => ("failed", Some(error.to_string().into())),
        };
        Object { path: path.to_string_lossy(), path_is_lossy: path.to_str().is_none(), kind, file, action, reason }
    }

    fn folder(path: &'a Path, outcome: &'a Outcome) -> Object<'a> {
        Object::new(path, "folder", None, outcome)
    }

    fn file(file: &File<'a>, outcome: &'a Outcome) -> Object<'a> {
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
