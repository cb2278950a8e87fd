//! One log to one text.

use std::fs::File;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, anyhow};

use super::super::inputs::quoted;
use super::super::printer::Shown;
use super::super::watch::{Pace, Watched};
use super::super::{interrupt, problems, status};
use super::plan::{Destination, Target};
use super::{Existing, Run, total};
use crate::decode::{Error as Stopped, Item, Report};
use crate::input::Input;
use crate::input::bundle::Cause;
use crate::output::atomic::OutputFile;
use crate::output::marker::PREFIX;
use crate::output::text::TextWriter;

/// No line of a marker is longer, in bytes.
const MARKER_LINE: usize = 512;

/// A log to be decoded.
pub struct Log<'a> {
    /// Which of the run it is: the job, and in that, the log.
    pub index: (usize, usize),
    /// As people read it.
    pub name: PathBuf,
    /// The file that it is or that it is in.
    pub file: Option<&'a Path>,
    /// Where its text goes.
    pub target: &'a Target,
    /// How it gets on.
    pub pace: Pace,
}

impl<'a> Log<'a> {
    /// The log that `input` is.
    pub fn of(job: usize, input: &'a Input, target: &'a Target) -> Log<'a> {
        Log { index: (job, 0), name: input.name(), file: input.path(), target, pace: Pace::of(input) }
    }
}

impl Run<'_> {
    /// Decodes one log. What fails is named, and the others go on; an error ends the run.
    pub fn log<R: Read + Send>(&self, log: &Log<'_>, open: impl FnOnce() -> io::Result<R>) -> Result<()> {
        let name = quoted(&log.name);
        if self.is_kept(log) {
            self.printer.verbose(|| format!("{name}: its text is there already"));
            self.total().add_skipped();
            return Ok(());
        }
        let decoded = open().with_context(|| format!("cannot read {name}"));
        match decoded.and_then(|reader| self.decode(log, reader, &name)) {
            Ok((report, broken)) => {
                self.tell(&name, log, &report, broken.as_ref());
                self.total().add(log.index, &log.name, &report, broken.is_some());
            }
            Err(error) if *log.target == Target::Stdout && status::is_closed_pipe(&error) => return Err(error),
            Err(error) if interrupt::happened() => return Err(error),
            Err(error) => {
                self.total().add_failed();
                self.printer.error(&error);
            }
        }
        Ok(())
    }

    fn decode<R: Read + Send>(&self, log: &Log<'_>, reader: R, name: &str) -> Result<(Report, Option<Cause>)> {
        let Some(path) = log.target.path() else {
            let (_, report, broken) = self.decode_to(log, reader, io::stdout(), name, "standard output")?;
            return Ok((report, broken));
        };
        let place = format!("`{}`", Shown(&path));
        let file = self.create(log.target, &path).with_context(|| format!("cannot write {place}"))?;
        let (file, report, broken) = self.decode_to(log, reader, file, name, &place)?;
        if report.text == 0 && report.unopened > 0 && path.exists() {
            // A text that somebody with the key has made is worth more than a marker.
            self.printer.warning(format!("{place} stays as it was: without the key there is nothing new"));
            return Ok((report, broken));
        }
        file.commit().with_context(|| format!("cannot write {place}"))?;
        Ok((report, broken))
    }

    fn create(&self, target: &Target, path: &Path) -> io::Result<OutputFile> {
        if let Target::Below { root, path } = target {
            return OutputFile::create_below(root, path);
        }
        if let (Destination::Folder(_), Some(folder)) = (&self.config.destination, path.parent()) {
            std::fs::create_dir_all(folder)?;
        }
        OutputFile::create(path)
    }

    fn decode_to<R: Read + Send, W: Write + Send>(
        &self,
        log: &Log<'_>,
        reader: R,
        out: W,
        name: &str,
        place: &str,
    ) -> Result<(W, Report, Option<Cause>)> {
        let mut writer = TextWriter::new(out, self.config.markers);
        let watched = Watched::new(reader, log.pace.clone(), self.progress.clone());
        let notes = watched.notes();
        let show = |item: Item<'_>| match interrupt::happened() {
            true => Err(io::Error::other("interrupted")),
            false => writer.item(item),
        };
        let report = match self.config.decoder.decode(watched, show) {
            Ok(report) => report,
            Err(Stopped::Read(error)) => return Err(anyhow!(error).context(format!("cannot read {name}"))),
            Err(Stopped::Show(error)) => return Err(anyhow!(error).context(format!("cannot write {place}"))),
        };
        let broken = notes.take_broken();
        if !report.has_blocks() {
            return Err(problems::hinted(problems::no_log(name, broken, &notes, report.bytes)));
        }
        let out = writer.finish().with_context(|| format!("cannot write {place}"))?;
        Ok((out, report, broken))
    }

    fn is_kept(&self, log: &Log<'_>) -> bool {
        let Some(output) = log.target.path() else { return false };
        match self.config.existing {
            Existing::Replace => false,
            Existing::Keep => output.symlink_metadata().is_ok(),
            Existing::KeepIfNewer => {
                let is_newer = log.file.and_then(|input| is_newer(&output, input)).unwrap_or(false);
                is_newer && !(self.config.has_keys && lacks_key(&output).unwrap_or(false))
            }
        }
    }

    fn tell(&self, name: &str, log: &Log<'_>, report: &Report, broken: Option<&Cause>) {
        if let Some(cause) = broken {
            problems::tell_broken(name, cause, self.printer);
        }
        for problem in problems::of(report) {
            self.printer.warning(format!("{name}: {problem}"));
        }
        self.printer.verbose(|| {
            let place = log.target.path().unwrap_or("-".into());
            format!("{name} -> `{}`: {}", Shown(&place), total::contents(report))
        });
    }
}

fn is_newer(output: &Path, input: &Path) -> Option<bool> {
    let output = output.metadata().ok()?.modified().ok()?;
    let input = input.metadata().ok()?.modified().ok()?;
    Some(output > input)
}

/// Whether a text says of something that there was no key for it: with one, more may come of its log.
fn lacks_key(text: &Path) -> io::Result<bool> {
    const SAYS: &[u8] = b" not decoded: no key ";
    const CHUNK: usize = 1 << 20;
    let finder = memchr::memmem::Finder::new(SAYS);
    let (mut text, mut bytes) = (File::open(text)?, Vec::new());
    loop {
        // A marker stands in one line, whose start may have been in the chunk before.
        let kept = bytes.len().saturating_sub(MARKER_LINE);
        bytes.drain(..kept);
        if (&mut text).take(CHUNK as u64).read_to_end(&mut bytes)? == 0 {
            return Ok(false);
        }
        let is_marker = |at: usize| {
            let before = bytes.get(at.saturating_sub(MARKER_LINE)..at).unwrap_or_default();
            let line = before.rsplit(|&byte| byte == b'\n').next().unwrap_or_default();
            line.starts_with(PREFIX.as_bytes())
        };
        if finder.find_iter(&bytes).any(is_marker) {
            return Ok(true);
        }
    }
}
