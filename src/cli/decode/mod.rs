//! `imlog decode`: logs to texts.

mod log;
mod packages;
mod places;
mod plan;
mod sequence;
mod total;

use std::io;
use std::sync::Mutex;
use std::time::Instant;

use anyhow::{Context, Result};
use indicatif::ProgressBar;
use rayon::prelude::*;

use super::args::DecodeArgs;
use super::printer::Printer;
use super::{Status, interrupt, keys};
use crate::decode::Decoder;
use crate::input::expand::Expander;
use crate::input::wanted::Wanted;

use log::Log;
use plan::{Destination, Job, Plan, Target};
use total::Total;

/// The arguments, resolved.
struct Config {
    decoder: Decoder,
    expander: Expander,
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
        Ok(Config {
            has_keys: !ring.is_empty(),
            decoder: Decoder::new(ring).with_text_limit(args.text.limit()),
            expander: Expander::new(Wanted { texts: false }, (&args.bundles).into()),
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
    let mut plan = Plan::new(&args.paths, &config.expander, &config.destination, printer)?;
    if plan.jobs.is_empty() {
        return Ok(if plan.any_path { Status::Flawed } else { Status::Nothing });
    }
    let threads = rayon::ThreadPoolBuilder::new().num_threads(config.jobs);
    let threads = threads.build().context("cannot start the threads")?;
    let jobs = std::mem::take(&mut plan.jobs);
    let to_stdout = plan.goes_to_stdout(&jobs);
    let total = Mutex::new(Total::after(plan.failed));
    let progress = start_progress(&jobs, printer, to_stdout);
    let run = Run { config: &config, printer, progress, total: &total, plan: &Mutex::new(plan) };

    if jobs.iter().any(|job| run.writes_files(job)) {
        interrupt::watch();
    }
    let result = threads.install(|| {
        if to_stdout {
            // One after the other: each spreads over all threads by itself.
            jobs.iter().enumerate().try_for_each(|(index, job)| run.job(index, job))
        } else {
            jobs.par_iter().enumerate().with_max_len(1).try_for_each(|(index, job)| run.job(index, job))
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

fn start_progress(jobs: &[Job], printer: &Printer, to_stdout: bool) -> ProgressBar {
    use io::IsTerminal;
    // A bar among the lines of the text helps nobody.
    if to_stdout && io::stdout().is_terminal() {
        return ProgressBar::hidden();
    }
    let size = |job: &Job| match job {
        Job::Log { input, .. } => input.packed_len(),
        Job::Sequence(sequence) => sequence.route().packed_len(),
    };
    printer.start_progress(jobs.iter().map(size).sum())
}

/// What all jobs share.
struct Run<'a> {
    config: &'a Config,
    printer: &'a Printer,
    progress: ProgressBar,
    total: &'a Mutex<Total>,
    /// Where texts go that nobody knew of when it was made.
    plan: &'a Mutex<Plan<'a>>,
}

impl Run<'_> {
    fn job(&self, index: usize, job: &Job) -> Result<()> {
        match job {
            Job::Log { input, target } => self.log(&Log::of(index, input, target), || Ok(input.open()?.0)),
            Job::Sequence(sequence) => self.sequence(index, sequence),
        }
    }

    /// Whether an interrupt would leave something half done.
    fn writes_files(&self, job: &Job) -> bool {
        match job {
            Job::Log { target, .. } => *target != Target::Stdout,
            Job::Sequence(sequence) => !self.config.destination.shows(sequence),
        }
    }

    fn total(&self) -> std::sync::MutexGuard<'_, Total> {
        self.total.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}
