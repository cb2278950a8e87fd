//! One log to one text.

use std::io::{self, Read, Write};
use std::path::PathBuf;

use anyhow::{Context, Result, anyhow};

use super::super::inputs::quoted;
use super::super::printer::{Hint, Shown};
use super::super::stdout::stdout;
use super::super::watch::{Pace, Watched};
use super::super::{interrupt, problems, status};
use super::age::LogFileState;
use super::target::Target;
use super::total::Condition;
use super::{DecodeRun, Existing, earlier, total};
use crate::decode::{Block, DecodeError, Item, Report};
use crate::input::Input;
use crate::input::archive::ProblemCause;
use crate::input::archive::limits::Limits;
use crate::output::atomic::OutputFile;
use crate::output::redacted::RedactedItems;
use crate::output::terminal::Written;
use crate::output::text::TextWriter;

/// A log to be decoded.
pub struct Log<'a> {
    /// Its place in the run: the number of the job, and of the log in that.
    pub index: (usize, usize),
    /// As people read it.
    pub name: PathBuf,
    /// The state of its file, or of its archive, before it was read.
    pub file_state: LogFileState,
    /// Where its text goes.
    pub target: &'a Target,
    /// What moves the progress bar.
    pub pace: Pace,
}

/// The result of decoding a log.
struct DecodedLog {
    report: Report,
    /// Why it breaks off, if it does.
    broken: Option<ProblemCause>,
    /// Whether a private key opened any of the text.
    is_secret: bool,
    /// Whether there are gaps that no key would fill.
    has_damage: bool,
}

impl DecodedLog {
    fn is_intact(&self) -> bool {
        self.broken.is_none() && self.report.is_intact()
    }

    fn condition(&self) -> Condition {
        match self {
            outcome if outcome.is_intact() => Condition::Intact,
            DecodedLog { broken: None, has_damage: false, report, .. } if report.repaired == 0 => Condition::NeedsKey,
            _ => Condition::Damaged,
        }
    }
}

impl<'a> Log<'a> {
    /// The log that `input` is.
    pub fn of(job: usize, input: &'a Input, target: &'a Target) -> Log<'a> {
        Log {
            index: (job, 0),
            name: input.name(),
            file_state: LogFileState::of(input.path()),
            target,
            pace: Pace::of(input),
        }
    }
}

impl DecodeRun<'_> {
    /// Decodes one log. If that fails, this is reported and the others follow; an error ends the run.
    pub fn log<R: Read + Send>(&self, log: &Log<'_>, open: impl FnOnce() -> io::Result<R>) -> Result<()> {
        let name = quoted(&log.name);
        if self.keeps_text(log) {
            self.printer.verbose(|| format!("{name} already has a text"));
            self.total().add_skipped();
            return Ok(());
        }
        let decoded = open().with_context(|| format!("cannot read {name}"));
        match decoded.and_then(|reader| self.decode(log, reader, &name)) {
            Ok(outcome) => {
                self.report(&name, log, &outcome.report, outcome.broken.as_ref());
                self.total().add(log.index, &log.name, &outcome.report, outcome.condition());
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

    fn decode<R: Read + Send>(&self, log: &Log<'_>, reader: R, name: &str) -> Result<DecodedLog> {
        let (Some(path), Some(place)) = (log.target.path(), log.target.place()) else {
            let (_, outcome) = self.decode_to(log, reader, stdout(Written::Text), name, "standard output")?;
            return Ok(outcome);
        };
        let shown = format!("`{}`", Shown(&path));
        let cannot = || format!("cannot write {shown}");
        // Whoever may read the log may not read what a key opens in it.
        let mode = if self.config.has_keys { log.file_state.mode & 0o600 } else { log.file_state.mode };
        let file = OutputFile::new(place, mode);
        let (mut file, outcome) = self.decode_to(log, reader, file, name, &shown)?;
        if !outcome.is_intact() && !self.config.force && earlier::has_more(&mut file).with_context(cannot)? {
            self.printer.warning(format!("{shown} kept: it has lines that the log lacks now"));
            self.printer.hint("use --force to replace it");
            return Ok(outcome);
        }
        if self.config.has_keys && !outcome.is_secret {
            file.widen(log.file_state.mode, self.config.umask).with_context(cannot)?;
        }
        let lacks_key = outcome.report.unopened > 0;
        file.commit(log.file_state.text_time(lacks_key), self.taken).with_context(cannot)?;
        Ok(outcome)
    }

    fn decode_to<R: Read + Send, W: Write + Send>(
        &self,
        log: &Log<'_>,
        reader: R,
        out: W,
        name: &str,
        place: &str,
    ) -> Result<(W, DecodedLog)> {
        let mut writer = TextWriter::new(out, self.config.markers);
        let mut redacted = self.redactor.map(RedactedItems::new);
        let watched = Watched::new(reader, log.pace.clone(), self.progress.clone());
        let notes = watched.notes();
        let cannot_write = || format!("cannot write {place}");
        let (mut is_secret, mut has_damage, mut text) = (false, false, 0);
        let show = |item: Item<'_>| {
            if interrupt::happened() {
                return Err(anyhow!("interrupted"));
            }
            match &item {
                Item::Text(run) => {
                    is_secret |= run.blocks.iter().any(|block| block.client.is_some() && block.text_len() > 0);
                    text += run.text.len() as u64;
                    if !run.blocks.is_empty() {
                        self.check_ratio(name, text, run.blocks)?;
                    }
                }
                Item::Gap(gap) => has_damage |= gap.cause.is_damage(),
                Item::Partial(_) => {}
            }
            match &mut redacted {
                Some(redacted) => redacted.item(item, &mut writer),
                None => writer.item(item),
            }
            .with_context(cannot_write)
        };
        let report = match self.config.decoder.decode(watched, show) {
            Ok(report) => report,
            Err(DecodeError::Read(error)) => return Err(anyhow!(error).context(format!("cannot read {name}"))),
            Err(DecodeError::Show(error)) => return Err(error),
        };
        let broken = notes.take_broken();
        if !report.has_blocks() {
            return Err(problems::hinted(problems::no_log(name, broken, &notes, report.bytes)));
        }
        if let Some(redacted) = &mut redacted {
            redacted.finish(&mut writer).with_context(cannot_write)?;
        }
        let out = writer.finish().with_context(cannot_write)?;
        Ok((out, DecodedLog { report, broken, is_secret, has_damage }))
    }

    /// A few bytes can unpack to more than any disk holds. Repetitive lines compress well, but real logs not that well.
    fn check_ratio(&self, name: &str, text: u64, blocks: &[Block]) -> Result<()> {
        let limits = &self.config.expander.limits;
        let read = blocks.last().map_or(0, |block| block.offset + block.header.block_len() as u64);
        if limits.allows(read, text, Limits::TEXT_GRACE) {
            return Ok(());
        }
        let ratio = limits.ratio.max(1);
        let hint = "no app logs like that; to decode it anyway, raise --max-ratio";
        Err(anyhow!("cannot decode {name}: its text is more than {ratio} times its size").context(Hint(hint.into())))
    }

    /// Whether the text that exists already stays.
    fn keeps_text(&self, log: &Log<'_>) -> bool {
        let (Some(output), Some(place)) = (log.target.path(), log.target.place()) else { return false };
        match self.config.existing {
            Existing::Replace => false,
            Existing::Keep => output.symlink_metadata().is_ok(),
            Existing::KeepIfNewer => log.file_state.is_older_than_text(place, self.config.has_keys),
        }
    }

    fn report(&self, name: &str, log: &Log<'_>, report: &Report, broken: Option<&ProblemCause>) {
        if let Some(cause) = broken {
            problems::warn_broken(name, cause, self.printer);
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
