//! Reading a log to sum it up.

use std::fs::File;
use std::io::{self, Read};
use std::path::PathBuf;

use anyhow::{Context, Error, Result, anyhow};
use indicatif::ProgressBar;

use super::super::inputs::quoted;
use super::super::problems;
use super::super::watch::{Notes, Pace, Watched};
use super::args::InfoArgs;
use super::said::Said;
use super::{OUT, plan};
use crate::decode::{DecodeError, Decoder, Item};
use crate::info::{Summary, summarize};
use crate::input::archive::{Problem, ProblemCause};
use crate::input::expand::{FoundInput, StreamedLog};
use crate::input::{Input, InputReader};

/// Reads logs as the arguments want it.
pub struct Inspector<'a> {
    /// The arguments.
    pub args: &'a InfoArgs,
    /// To read with.
    pub decoder: Decoder,
    /// Whether to take note of what logs say.
    pub notes_said: bool,
}

/// A log that was read.
pub struct Summarized {
    /// What is in it.
    pub summary: Summary,
    /// Why it breaks off, if it does.
    pub broken: Option<ProblemCause>,
    /// Why it is no log, if it is none.
    pub no_log: Option<Error>,
    /// What it says.
    pub said: Said,
}

/// A log that was read or failed. Of the log itself only names are kept: there may be many, and a [`Route`] to a member
/// can hold a file open.
///
/// [`Route`]: crate::input::archive::Route
pub struct Inspected {
    /// As people read it.
    pub name: PathBuf,
    /// Its path below what the user named.
    pub below: PathBuf,
    /// What came of it.
    pub summarized: Result<Summarized>,
}

impl Inspected {
    fn new(input: &Input, in_folder: bool, summarized: Result<Summarized>) -> Inspected {
        Inspected { name: input.name(), below: plan::below(input, in_folder), summarized }
    }
}

/// Takes the items of a log while it is read.
pub type ShowItem<'a> = dyn FnMut(Item<'_>) -> io::Result<()> + Send + 'a;

impl Inspector<'_> {
    /// Inspects a log, or all logs of an archive that can only be read in order.
    pub fn inspect(
        &self,
        found: &FoundInput,
        progress: &ProgressBar,
        in_folder: bool,
        show: &mut dyn FnMut(Result<Inspected, Problem>) -> Result<()>,
    ) -> Result<()> {
        match found {
            FoundInput::Log(input) => {
                show(Ok(Inspected::new(input, in_folder, self.summarize(input, progress, &mut |_| Ok(())))))
            }
            FoundInput::Streamed(archive) => archive.visit(&mut |passing| {
                show(passing.map(|StreamedLog { member, reader }| {
                    let input = Input::Member(member);
                    Inspected::new(&input, in_folder, self.read(&input, reader, progress, &mut |_| Ok(())))
                }))
            }),
        }
    }

    /// Opens a log and reads it, from header to header if that is possible and enough. Its items go to `show` too.
    pub fn summarize(&self, input: &Input, progress: &ProgressBar, show: &mut ShowItem<'_>) -> Result<Summarized> {
        let opened = input.open().with_context(|| format!("cannot read {}", quoted(&input.name())))?;
        match opened {
            (InputReader::File(file), Some(_)) if self.args.headers => self.read_headers(input, file, show),
            (reader, _) => self.read(input, reader, progress, show),
        }
    }

    /// Reads a log from header to header.
    fn read_headers(&self, input: &Input, file: File, show: &mut ShowItem<'_>) -> Result<Summarized> {
        let watched = Watched::new(file, Pace::Log, ProgressBar::hidden());
        let notes = watched.notes();
        let mut summary = Summary::default();
        let report = self.decoder.headers(watched, |item| {
            summary.item(item);
            show(item)
        });
        self.check(input, report.map(|report| summary.finish(report)), &notes)
    }

    /// Reads a log from start to end. Its items go to `show` too.
    pub fn read<R: Read + Send>(
        &self,
        input: &Input,
        reader: R,
        progress: &ProgressBar,
        show: &mut ShowItem<'_>,
    ) -> Result<Summarized> {
        let watched = Watched::new(reader, Pace::of(input), progress.clone());
        let notes = watched.notes();
        let InfoArgs { headers, blocks, check, json, .. } = *self.args;
        let mut said = Said::default();
        // Records are counted only where their number is shown.
        let summary = if headers || blocks || check && !json {
            let mut summary = Summary::default();
            let report = self.decoder.decode(watched, |item: Item<'_>| {
                summary.item(item);
                show(item)
            });
            report.map(|report| summary.finish(report))
        } else {
            summarize(&self.decoder, watched, |item: Item<'_>| {
                if let (Item::Text(run), true) = (&item, self.notes_said) {
                    said.text(run.text);
                }
                show(item)
            })
        };
        Ok(Summarized { said, ..self.check(input, summary, &notes)? })
    }

    /// Checks that there was a log at all.
    fn check(
        &self,
        input: &Input,
        summary: Result<Summary, DecodeError<io::Error>>,
        notes: &Notes,
    ) -> Result<Summarized> {
        let name = quoted(&input.name());
        let mut summary = match summary {
            Ok(summary) => summary,
            Err(DecodeError::Read(error)) => return Err(anyhow!(error).context(format!("cannot read {name}"))),
            Err(DecodeError::Show(error)) => return Err(anyhow!(error).context(OUT)),
        };
        let broken = notes.take_broken();
        if !summary.report.has_blocks() {
            let (error, hint) = problems::no_log(&name, broken, notes, summary.report.bytes);
            // --check writes one line per file.
            let no_log = Some(problems::hinted((error, hint.filter(|_| !self.args.check))));
            return Ok(Summarized { summary, broken: None, no_log, said: Said::default() });
        }
        summary.broken_off = broken.is_some();
        Ok(Summarized { summary, broken, no_log: None, said: Said::default() })
    }
}
