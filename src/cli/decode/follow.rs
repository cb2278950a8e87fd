//! `imlog decode -u -f`: texts that are kept up to date while their logs are written.
//!
//! Each text is first written as usual, to a temporary file that is renamed; then the text of each new block is appended.
//! Where the text is no longer what was written, or the log was cut or replaced, it is written anew.

use std::collections::HashSet;
use std::io::{self, Read, Write};
use std::path::PathBuf;
use std::sync::PoisonError;
use std::time::Instant;

use anyhow::{Context, Result, anyhow};

use super::super::inputs::quoted;
use super::super::live::places::{FoundFile, Places};
use super::super::live::source::{Restart, Source};
use super::super::live::{FEW, TICK};
use super::super::printer::{Bytes, Hint, Shown};
use super::super::{Status, interrupt, problems};
use super::age::LogFileState;
use super::log::Log;
use super::target::Target;
use super::total::Condition;
use super::{DecodeRun, earlier};
use crate::decode::pause::is_pause;
use crate::decode::{DecodeError, Item, Report, Steps};
use crate::input::{Input, LogFile};
use crate::output::atomic::OutputFile;
use crate::output::text::TextWriter;
use crate::xlog::Layout;

/// A log whose text is kept up to date.
struct Kept<'a> {
    source: Source,
    path: PathBuf,
    target: Target,
    steps: Steps<'a, Source>,
    writer: TextWriter<Vec<u8>>,
    /// How long the text is, in bytes; `None` if it has to be written anew.
    len: Option<u64>,
    so_far: Report,
    reported: u64,
}

/// Keeps texts up to date until it is interrupted: those of `logs`, and of what comes to `places`.
pub fn run(run: &DecodeRun<'_>, mut places: Places, first: Vec<FoundFile>) -> Result<Status> {
    let (mut kept, mut caches, mut outputs) = (Vec::new(), Vec::new(), HashSet::new());
    let (started, mut news, mut is_first) = (Instant::now(), first, true);
    while !interrupt::happened() {
        let holds_open = kept.len() + news.len() <= FEW;
        for FoundFile { file, is_cache } in std::mem::take(&mut news) {
            let target = run.plan.lock().unwrap_or_else(PoisonError::into_inner).place_file(&file);
            if !outputs.insert(target.path()) {
                let (name, text) = (quoted(&file.path), target.path().unwrap_or_default());
                run.printer.warning(format!("{name} is not followed: `{}` is the text of another log", Shown(&text)));
            } else if is_cache {
                caches.push(KeptCache { file, target, header: Vec::new() });
            } else {
                kept.push(Kept::new(run, file, target, holds_open));
            }
        }
        kept.retain_mut(|log| match log.update(run) {
            Ok(()) => true,
            Err(_) if interrupt::happened() => true,
            Err(error) => {
                run.total().add_failed();
                run.printer.error(&error);
                false
            }
        });
        for cache in &mut caches {
            cache.update(run)?;
        }
        if std::mem::take(&mut is_first) {
            kept.iter().enumerate().for_each(|(index, log)| log.count(run, index));
            run.total().show(started.elapsed(), run.config.has_keys, run.printer);
        }
        std::thread::sleep(TICK);
        news = places.news();
    }
    Ok(Status::Interrupted)
}

impl<'a> Kept<'a> {
    fn new(run: &DecodeRun<'a>, file: LogFile, target: Target, holds_open: bool) -> Kept<'a> {
        let path = file.path.clone();
        let source = Source::new(file, 0, holds_open);
        let steps = run.config.decoder.steps(source.clone());
        let writer = TextWriter::new(Vec::new(), run.config.markers);
        Kept { source, path, target, steps, writer, len: None, so_far: Report::default(), reported: 0 }
    }

    /// Brings the text up to date, if there is something to do.
    fn update(&mut self, run: &DecodeRun<'a>) -> Result<()> {
        while self.source.has_news() {
            let state = LogFileState::of(Some(&self.path));
            let is_over = match self.len {
                Some(len) => self.append(run, len, &state)?,
                None => !self.is_current(run, &state)? && self.write(run, &state)?,
            };
            self.report(run);
            if !is_over {
                return Ok(());
            }
            let name = quoted(&self.path);
            match self.source.take_restart() {
                Some(Restart::Cut) => run.printer.warning(format!("{name} was cut: its text is written anew")),
                Some(Restart::Replaced) => {
                    run.printer.warning(format!("{name} was replaced: its text is written anew"))
                }
                None => return Ok(()),
            }
            self.restart(run);
        }
        Ok(())
    }

    /// Reads the log from its start the next time.
    fn restart(&mut self, run: &DecodeRun<'a>) {
        self.source.rewind(0);
        self.steps = run.config.decoder.steps(self.source.clone());
        self.writer = TextWriter::new(Vec::new(), run.config.markers);
        (self.len, self.so_far, self.reported) = (None, Report::default(), 0);
    }

    /// Whether the text of an earlier run is all that the log gives so far. Its length shows it.
    fn is_current(&mut self, run: &DecodeRun<'a>, state: &LogFileState) -> Result<bool> {
        let Some(place) = self.target.place() else { return Ok(false) };
        if !state.is_older_than_text(place, run.config.has_keys) {
            return Ok(false);
        }
        let len = place.stat().map(|stat| stat.len);
        let mut given = 0;
        let is_over = self.read(run, |text| {
            given += text.len() as u64;
            Ok(())
        })?;
        if is_over || len != Some(given) {
            self.restart(run);
            return Ok(false);
        }
        self.len = len;
        Ok(true)
    }

    /// Writes the text anew. Returns whether the log is over.
    fn write(&mut self, run: &DecodeRun<'a>, state: &LogFileState) -> Result<bool> {
        let target = self.target.clone();
        let Some(place) = target.place() else { return Ok(false) };
        let shown = target.path().unwrap_or_default();
        let cannot = || format!("cannot write `{}`", Shown(&shown));
        // What a key opens may come later.
        let mode = if run.config.has_keys { state.mode & 0o600 } else { state.mode };
        let mut file = OutputFile::new(place, mode);
        let mut len = 0;
        let is_over = self.read(run, |text| {
            len += text.len() as u64;
            file.write_all(text)
        })?;
        if self.so_far.blocks == 0 {
            // It may become a log yet.
            return Ok(is_over);
        }
        if !self.so_far.is_intact() && !run.config.force && earlier::has_more(&mut file).with_context(cannot)? {
            let hint = Hint("use --force to replace it".into());
            return Err(anyhow!("`{}` kept: it has lines that the log lacks now", Shown(&shown)).context(hint));
        }
        // It may be the text that was written before.
        run.taken.remove_at(place);
        file.commit(state.text_time(self.so_far.unopened > 0), run.taken).with_context(cannot)?;
        self.len = Some(len);
        Ok(is_over)
    }

    /// Appends what is new. Returns whether the log is over.
    fn append(&mut self, run: &DecodeRun<'a>, len: u64, state: &LogFileState) -> Result<bool> {
        let target = self.target.clone();
        let (Some(place), Some(shown)) = (target.place(), target.path()) else { return Ok(false) };
        let cannot = || format!("cannot write `{}`", Shown(&shown));
        let mut file = match place.append(len) {
            Ok(Some(file)) => file,
            // Somebody has changed or removed it.
            Ok(None) => {
                self.restart(run);
                return self.write(run, state);
            }
            Err(error) => return Err(anyhow!(error).context(cannot())),
        };
        let mut added = 0;
        let is_over = self.read(run, |text| {
            added += text.len() as u64;
            file.write_all(text)
        })?;
        if let Some(modified) = state.text_time(self.so_far.unopened > 0).filter(|_| added > 0) {
            file.set_modified(modified).with_context(cannot)?;
        }
        self.len = Some(len + added);
        if added > 0 {
            run.printer.verbose(|| format!("{}: {} added", quoted(&self.path), Bytes(added)));
        }
        Ok(is_over)
    }

    /// Reads what has come, up to a pause, and gives its text to `out`. Returns whether the log is over.
    fn read(&mut self, run: &DecodeRun<'a>, mut out: impl FnMut(&[u8]) -> io::Result<()>) -> Result<bool> {
        let name = quoted(&self.path);
        let Kept { steps, writer, so_far, target, .. } = self;
        loop {
            if interrupt::happened() {
                return Err(anyhow!("interrupted"));
            }
            let show = |item: Item<'_>, (): &()| {
                match &item {
                    Item::Text(text) => {
                        so_far.blocks += text.blocks.len() as u64;
                        so_far.text += text.text.len() as u64;
                        run.check_ratio(&name, so_far.text, text.blocks)?;
                    }
                    Item::Gap(gap) => so_far.add_gap(gap),
                }
                writer.item(item).map_err(anyhow::Error::from)
            };
            let more = match steps.step(|_, ()| {}, &mut (), show) {
                Ok(more) => Ok(more),
                Err(DecodeError::Read(error)) if is_pause(&error) => Err(()),
                Err(DecodeError::Read(error)) => return Err(anyhow!(error).context(format!("cannot read {name}"))),
                Err(DecodeError::Show(error)) => return Err(error),
            };
            let text = std::mem::take(writer.out());
            let path = target.path().unwrap_or_default();
            out(&text).with_context(|| format!("cannot write `{}`", Shown(&path)))?;
            match more {
                Ok(true) => {}
                Ok(false) => return Ok(true),
                Err(()) => return Ok(false),
            }
        }
    }

    /// Says what is wrong with the log, if something new is.
    fn report(&mut self, run: &DecodeRun<'_>) {
        let found = self.so_far.gaps + self.so_far.skips;
        if std::mem::replace(&mut self.reported, found) != found {
            problems::warn_of(&quoted(&self.path), &self.so_far, None, run.printer);
        }
    }

    /// Adds the log to the sum.
    fn count(&self, run: &DecodeRun<'_>, index: usize) {
        let bytes = self.path.metadata().map_or(0, |metadata| metadata.len());
        let condition = match &self.so_far {
            so_far if so_far.is_intact() => Condition::Intact,
            so_far if so_far.gaps == so_far.unopened => Condition::NeedsKey,
            _ => Condition::Damaged,
        };
        run.total().add((index, 0), &self.path, &Report { bytes, ..self.so_far.clone() }, condition);
    }
}

/// A cache file: its text is written anew whenever its block has grown.
struct KeptCache {
    file: LogFile,
    target: Target,
    /// The header when its text was last written.
    header: Vec<u8>,
}

impl KeptCache {
    fn update(&mut self, run: &DecodeRun<'_>) -> Result<()> {
        let read = |most| {
            let mut bytes = Vec::new();
            self.file.open().and_then(|file| file.take(most).read_to_end(&mut bytes)).map(|_| bytes)
        };
        // What cannot be read now may be the next time.
        let Ok(header) = read(Layout::MAX_HEADER_LEN as u64) else { return Ok(()) };
        if header == self.header || !header.iter().any(|&byte| byte != 0) {
            return Ok(());
        }
        let input = Input::File(self.file.clone());
        if let Some(place) = self.target.place() {
            run.taken.remove_at(place);
        }
        self.header = header;
        run.log(&Log::of(0, &input, &self.target), || self.file.open())
    }
}
