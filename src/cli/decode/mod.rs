//! `imlog decode`: logs to texts.

mod age;
pub mod args;
mod earlier;
mod follow;
mod log;
mod places;
mod plan;
mod streamed;
mod target;
mod total;

use std::io;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use anyhow::{Result, anyhow};
use indicatif::ProgressBar;
use rayon::prelude::*;

use super::live::places::Places;
use super::printer::{Hint, Printer, Shown};
use super::{Status, interrupt, keys};
use crate::decode::Decoder;
use crate::input::expand::Expander;
use crate::input::wanted::Wanted;
use crate::output::atomic::Taken;
use crate::redact::Redactor;

use args::DecodeArgs;
use log::Log;
use plan::{DecodeJob, Plan};
use target::{Destination, Target};
use total::DecodeTotal;

/// The arguments, resolved.
struct Config {
    decoder: Decoder,
    expander: Expander,
    destination: Destination,
    existing: Existing,
    markers: bool,
    has_keys: bool,
    /// A text is replaced even if it has lines that the new one lacks.
    force: bool,
    /// The permission bits that the system removes from those of a new file.
    umask: u32,
}

/// What to do about a text that exists already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Existing {
    Replace,
    Keep,
    KeepIfNewer,
}

impl Config {
    fn new(args: &DecodeArgs) -> Result<Config> {
        let ring = keys::ring(&args.read.keys)?;
        let destination = match (&args.output, &args.output_dir) {
            (Some(path), _) if path.as_os_str() == "-" => Destination::Stdout,
            (Some(path), _) => Destination::File(path.clone()),
            (None, Some(folder)) => Destination::Folder(folder.clone()),
            (None, None) => Destination::Beside,
        };
        let existing = match args {
            DecodeArgs { no_clobber: true, .. } => Existing::Keep,
            DecodeArgs { update: true, .. } | DecodeArgs { follow: true, .. } => Existing::KeepIfNewer,
            _ => Existing::Replace,
        };
        Ok(Config {
            has_keys: !ring.is_empty(),
            decoder: Decoder::new(ring).with_text_limit(args.read.text_limit()),
            expander: args.read.expander(Wanted { texts: false })?,
            destination,
            existing,
            markers: !args.no_markers,
            force: args.force,
            umask: umask(),
        })
    }
}

/// The umask of this process. It can be read only by setting it, so this is done before there are other threads.
fn umask() -> u32 {
    #[cfg(unix)]
    {
        use rustix::fs::Mode;
        use rustix::process::umask;
        let mask = umask(Mode::from_raw_mode(0o077));
        umask(mask);
        // The type of the bits depends on the system.
        #[allow(clippy::useless_conversion)]
        u32::from(mask.bits())
    }
    #[cfg(not(unix))]
    0
}

/// Decodes everything.
pub fn run(args: DecodeArgs, printer: &Printer) -> Result<Status> {
    let start = Instant::now();
    if args.redact.redact && args.output.is_none() {
        let hint = Hint("use `-o FILE`, or `-o -` for standard output".into());
        return Err(anyhow!("--redact needs -o: a text beside its log would be taken for all of it").context(hint));
    }
    let redactor = args.redact.redactor(args.output.as_deref())?.map(Mutex::new);
    let config = Config::new(&args)?;
    if args.paths.is_empty() {
        let here = std::env::current_dir().unwrap_or_else(|_| ".".into());
        printer.summary(format!("decoding the logs in `{}` and below; give `-` to read a pipe", Shown(&here)));
    }
    let mut plan = Plan::new(&args.paths, &config.expander, &config.destination, printer)?;
    if plan.jobs.is_empty() && !args.follow {
        return Ok(if plan.any_path { Status::Flawed } else { Status::Nothing });
    }
    let threads = args.read.threads()?;
    let mut jobs = std::mem::take(&mut plan.jobs);
    if args.follow {
        jobs.retain(|job| !job.can_grow());
    }
    let to_stdout = plan.goes_to_stdout(&jobs);
    let total = Mutex::new(DecodeTotal::after(plan.failed));
    let progress = start_progress(&jobs, printer, to_stdout);
    let taken = &std::mem::take(&mut plan.taken);
    let run = DecodeRun {
        config: &config,
        printer,
        progress,
        total: &total,
        taken,
        plan: &Mutex::new(plan),
        redactor: redactor.as_ref(),
    };

    if args.follow || jobs.iter().any(|job| run.writes_files(job)) {
        interrupt::watch();
    }
    let result = threads.install(|| {
        if to_stdout {
            // One after the other: each uses all threads by itself.
            jobs.iter().enumerate().try_for_each(|(index, job)| run.job(index, job))
        } else {
            jobs.par_iter().enumerate().with_max_len(1).try_for_each(|(index, job)| run.job(index, job))
        }
    });
    printer.end_progress();
    if args.follow && result.is_ok() && !interrupt::happened() {
        let paths = if args.paths.is_empty() { vec![".".into()] } else { args.paths };
        let grows = |path: &PathBuf| {
            let is_packed = || config.expander.path(path).iter().flatten().any(|found| found.label().is_some());
            path.as_os_str() != "-" && (path.is_dir() || !is_packed())
        };
        let paths = paths.into_iter().filter(grows).collect();
        let mut places = Places::new(paths, &run.config.expander);
        let first = places.news();
        return threads.install(|| follow::run(&run, places, first));
    }
    if interrupt::happened() {
        return Ok(Status::Interrupted);
    }
    result?;
    let mut total = total.into_inner().unwrap_or_else(PoisonError::into_inner);
    let redactor = redactor.map(|redactor| redactor.into_inner().unwrap_or_else(PoisonError::into_inner));
    if !args.redact.write_map(redactor.as_ref(), printer) {
        total.add_failed();
    }
    total.show(start.elapsed(), config.has_keys, printer);
    Ok(total.status())
}

fn start_progress(jobs: &[DecodeJob], printer: &Printer, to_stdout: bool) -> ProgressBar {
    use io::IsTerminal;
    // A progress bar between the lines of the text would be in the way.
    if to_stdout && io::stdout().is_terminal() {
        return ProgressBar::hidden();
    }
    let size = |job: &DecodeJob| match job {
        DecodeJob::Log { input, .. } => input.packed_len(),
        DecodeJob::Streamed(archive) => archive.route().packed_len(),
    };
    printer.start_progress(jobs.iter().map(size).sum())
}

/// What all jobs share.
struct DecodeRun<'a> {
    config: &'a Config,
    printer: &'a Printer,
    progress: ProgressBar,
    total: &'a Mutex<DecodeTotal>,
    /// Files that must not be replaced.
    taken: &'a Taken,
    /// Says where the texts of logs go that are found while their archive is read.
    plan: &'a Mutex<Plan<'a>>,
    /// Gives pseudonyms. With -o, one log is decoded after the other, so that their numbers depend on nothing else.
    redactor: Option<&'a Mutex<Redactor>>,
}

impl DecodeRun<'_> {
    fn job(&self, index: usize, job: &DecodeJob) -> Result<()> {
        match job {
            DecodeJob::Log { input, target } => self.log(&Log::of(index, input, target), || input.open_live()),
            DecodeJob::Streamed(archive) => self.streamed(index, archive),
        }
    }

    /// Whether an interrupt would leave something half done.
    fn writes_files(&self, job: &DecodeJob) -> bool {
        match job {
            DecodeJob::Log { target, .. } => *target != Target::Stdout,
            DecodeJob::Streamed(archive) => !self.config.destination.shows(archive),
        }
    }

    fn total(&self) -> std::sync::MutexGuard<'_, DecodeTotal> {
        self.total.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
