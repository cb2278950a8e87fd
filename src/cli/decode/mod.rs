//! `imlog decode`: logs to texts.

mod age;
pub mod args;
mod earlier;
mod log;
mod packages;
mod places;
mod plan;
mod streamed;
mod total;

use std::io;
use std::sync::Mutex;
use std::time::Instant;

use anyhow::{Context, Result};
use indicatif::ProgressBar;
use rayon::prelude::*;

use super::printer::Printer;
use super::{Status, interrupt, keys};
use crate::decode::Decoder;
use crate::input::expand::Expander;
use crate::input::wanted::Wanted;
use crate::output::atomic::Taken;

use args::DecodeArgs;
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
    /// A text gives way to one that holds less.
    force: bool,
    /// What the system takes from the permissions of a new file.
    umask: u32,
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
            expander: Expander::new(Wanted { texts: false }, (&args.archives).into()),
            destination,
            existing,
            markers: !args.no_markers,
            force: args.force,
            umask: umask(),
            jobs: usize::from(args.jobs),
        })
    }
}

/// The umask can only be read by setting it, which is for the time before there are threads.
fn umask() -> u32 {
    #[cfg(unix)]
    {
        use rustix::fs::Mode;
        use rustix::process::umask;
        let mask = umask(Mode::from_raw_mode(0o077));
        umask(mask);
        // Its type differs from system to system.
        #[allow(clippy::useless_conversion)]
        u32::from(mask.bits())
    }
    #[cfg(not(unix))]
    0
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
    let threads = threads.build().context("cannot start threads")?;
    let jobs = std::mem::take(&mut plan.jobs);
    let to_stdout = plan.goes_to_stdout(&jobs);
    let total = Mutex::new(Total::after(plan.failed));
    let progress = start_progress(&jobs, printer, to_stdout);
    let taken = &std::mem::take(&mut plan.taken);
    let run = DecodeRun { config: &config, printer, progress, total: &total, taken, plan: &Mutex::new(plan) };

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
        Job::Streamed(archive) => archive.route().packed_len(),
    };
    printer.start_progress(jobs.iter().map(size).sum())
}

/// What all jobs share.
struct DecodeRun<'a> {
    config: &'a Config,
    printer: &'a Printer,
    progress: ProgressBar,
    total: &'a Mutex<Total>,
    /// Files that are not to be replaced.
    taken: &'a Taken,
    /// Where texts go that nobody knew of when it was made.
    plan: &'a Mutex<Plan<'a>>,
}

impl DecodeRun<'_> {
    fn job(&self, index: usize, job: &Job) -> Result<()> {
        match job {
            Job::Log { input, target } => self.log(&Log::of(index, input, target), || Ok(input.open()?.0)),
            Job::Streamed(archive) => self.streamed(index, archive),
        }
    }

    /// Whether an interrupt would leave something half done.
    fn writes_files(&self, job: &Job) -> bool {
        match job {
            Job::Log { target, .. } => *target != Target::Stdout,
            Job::Streamed(archive) => !self.config.destination.shows(archive),
        }
    }

    fn total(&self) -> std::sync::MutexGuard<'_, Total> {
        self.total.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}
