//! `imlog decode`: logs to texts.

pub(super) mod diagnosis;
mod plan;
pub(super) mod total;

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::time::Instant;

use anyhow::{Context, Result, anyhow};
use indicatif::ProgressBar;
use rayon::prelude::*;

use super::args::DecodeArgs;
use super::printer::{Hint, Printer, Shown};
use super::{Status, interrupt, keys, status};
use crate::decode::{Decoder, Error, Item, Report};
use crate::input::{Input, Reader};
use crate::output::atomic::OutputFile;
use crate::output::text::TextWriter;

use diagnosis::Watched;
use plan::{Destination, Job, Plan, Target};
use total::Total;

/// The arguments, resolved.
struct Config {
    decoder: Decoder,
    destination: Destination,
    existing: Existing,
    markers: bool,
    has_keys: bool,
    jobs: usize,
}

/// What happens to a text that is there already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Existing {
    Replace,
    Keep,
    KeepIfNewer,
}

impl Config {
    fn new(args: &DecodeArgs) -> Result<Config> {
        let ring = keys::ring(&args.keys)?;
        let destination = match (&args.output, &args.output_dir) {
            (Some(path), _) if path.as_os_str() == "-" => Destination::Stdout,
            (Some(path), _) => Destination::File(path.clone()),
            (None, Some(folder)) => Destination::Folder(folder.clone()),
            (None, None) => Destination::Beside,
        };
        let existing = match args {
            DecodeArgs { no_clobber: true, .. } => Existing::Keep,
            DecodeArgs { update: true, .. } => Existing::KeepIfNewer,
            _ => Existing::Replace,
        };
        let text_limit = (args.max_block_text as usize).saturating_mul(1 << 20);
        Ok(Config {
            has_keys: !ring.is_empty(),
            decoder: Decoder::new(ring).with_text_limit(text_limit),
            destination,
            existing,
            markers: !args.no_markers,
            jobs: usize::from(args.jobs),
        })
    }
}

/// Decodes everything.
pub fn run(args: DecodeArgs, printer: &Printer) -> Result<Status> {
    let start = Instant::now();
    let config = Config::new(&args)?;
    let plan = Plan::new(&args.paths, &config.destination, printer)?;
    if plan.jobs.is_empty() {
        return Ok(if plan.any_path { Status::Flawed } else { Status::Nothing });
    }
    let threads = rayon::ThreadPoolBuilder::new().num_threads(config.jobs);
    let threads = threads.build().context("cannot start the threads")?;
    let to_stdout = plan.jobs.iter().any(|job| job.target == Target::Stdout);
    let total = Mutex::new(Total::after(plan.failed));
    let run = Run { config: &config, printer, progress: start_progress(&plan, printer, to_stdout), total: &total };

    let result = threads.install(|| {
        if to_stdout {
            // One after the other: each spreads over all threads by itself.
            plan.jobs.iter().try_for_each(|job| run.job(job))
        } else {
            interrupt::watch();
            plan.jobs.par_iter().with_max_len(1).try_for_each(|job| run.job(job))
        }
    });
    printer.end_progress();
    if interrupt::happened() {
        return Ok(Status::Interrupted);
    }
    result?;
    let total = total.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
    total.show(start.elapsed(), config.has_keys, printer);
    Ok(total.status())
}

fn start_progress(plan: &Plan, printer: &Printer, to_stdout: bool) -> ProgressBar {
    use io::IsTerminal;
    // A bar among the lines of the text helps nobody.
    if to_stdout && io::stdout().is_terminal() {
        return ProgressBar::hidden();
    }
    let size = |job: &Job| job.input.path().and_then(|path| path.metadata().ok()).map_or(0, |metadata| metadata.len());
    printer.start_progress(plan.jobs.iter().map(size).sum())
}

/// What all jobs share.
struct Run<'a> {
    config: &'a Config,
    printer: &'a Printer,
    progress: ProgressBar,
    total: &'a Mutex<Total>,
}

impl Run<'_> {
    /// Decodes one log. What fails is named, and the others go on; an error ends the run.
    fn job(&self, job: &Job) -> Result<()> {
        let name = job.input.path().map_or("standard input".into(), |path| format!("`{}`", Shown(path)));
        if self.is_kept(job) {
            self.printer.verbose(|| format!("{name}: its text is there already"));
            self.total().add_skipped();
            return Ok(());
        }
        match self.decode(job, &name) {
            Ok(report) => {
                self.tell(&name, job, &report);
                self.total().add(&report);
            }
            Err(error) if job.target == Target::Stdout && status::is_closed_pipe(&error) => return Err(error),
            Err(error) if interrupt::happened() => return Err(error),
            Err(error) => {
                self.total().add_failed();
                self.printer.error(&error);
            }
        }
        Ok(())
    }

    fn decode(&self, job: &Job, name: &str) -> Result<Report> {
        let (reader, _) = job.input.open().with_context(|| format!("cannot read {name}"))?;
        match &job.target {
            Target::Stdout => self.decode_to(reader, io::stdout(), name, "standard output").map(|(_, report)| report),
            Target::File(path) => {
                let place = format!("`{}`", Shown(path));
                let file = self.create(path).with_context(|| format!("cannot write {place}"))?;
                let (file, report) = self.decode_to(reader, file, name, &place)?;
                if report.text == 0 && report.unopened > 0 && path.exists() {
                    // A text that somebody with the key has made is worth more than a marker.
                    self.printer.warning(format!("{place} stays as it was: without the key there is nothing new"));
                    return Ok(report);
                }
                file.commit().with_context(|| format!("cannot write {place}"))?;
                Ok(report)
            }
        }
    }

    fn create(&self, path: &Path) -> io::Result<OutputFile> {
        if let (Destination::Folder(_), Some(folder)) = (&self.config.destination, path.parent()) {
            std::fs::create_dir_all(folder)?;
        }
        OutputFile::create(path)
    }

    fn decode_to<W: Write + Send>(&self, reader: Reader, out: W, name: &str, place: &str) -> Result<(W, Report)> {
        let mut writer = TextWriter::new(out, self.config.markers);
        let watched = Watched::new(reader, self.progress.clone());
        let head = watched.head();
        let show = |item: Item<'_>| match interrupt::happened() {
            true => Err(io::Error::other("interrupted")),
            false => writer.item(item),
        };
        let report = match self.config.decoder.decode(watched, show) {
            Ok(report) => report,
            Err(Error::Read(error)) => return Err(anyhow!(error).context(format!("cannot read {name}"))),
            Err(Error::Show(error)) => return Err(anyhow!(error).context(format!("cannot write {place}"))),
        };
        if !report.has_blocks() {
            let hint = Hint(head.hint(report.bytes).into());
            return Err(anyhow!("{name}: no xlog block found").context(hint));
        }
        let out = writer.finish().with_context(|| format!("cannot write {place}"))?;
        Ok((out, report))
    }

    fn is_kept(&self, job: &Job) -> bool {
        let Target::File(output) = &job.target else { return false };
        match self.config.existing {
            Existing::Replace => false,
            Existing::Keep => output.symlink_metadata().is_ok(),
            Existing::KeepIfNewer => is_newer(output, &job.input).unwrap_or(false),
        }
    }

    fn tell(&self, name: &str, job: &Job, report: &Report) {
        for problem in total::problems(report) {
            self.printer.warning(format!("{name}: {problem}"));
        }
        self.printer.verbose(|| {
            let place: PathBuf = match &job.target {
                Target::Stdout => "-".into(),
                Target::File(path) => path.clone(),
            };
            format!("{name} -> `{}`: {}", Shown(&place), total::contents(report))
        });
    }

    fn total(&self) -> std::sync::MutexGuard<'_, Total> {
        self.total.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

fn is_newer(output: &Path, input: &Input) -> Option<bool> {
    let output = output.metadata().ok()?.modified().ok()?;
    let input = input.path()?.metadata().ok()?.modified().ok()?;
    Some(output > input)
}
