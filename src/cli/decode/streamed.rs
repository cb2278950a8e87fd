//! The logs of an archive that is read once, from start to end. Small logs are decoded on the other threads of the pool
//! while the next ones are read.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use anyhow::{Error, Result};

use super::super::inputs;
use super::super::watch::Pace;
use super::DecodeRun;
use super::age::LogFileState;
use super::log::Log;
use super::target::Target;
use crate::input::archive::{Loaded, Member, Problem};
use crate::input::expand::{StreamedArchive, StreamedLog};

/// A log up to this size, in bytes, is read into memory.
const SMALL: u64 = 1 << 20;

/// How many bytes of logs may be in memory. If there are more, the thread that reads the archive decodes the next log
/// itself, rather than wait for another thread.
const IN_FLIGHT: u64 = 8 << 20;

impl DecodeRun<'_> {
    /// Decodes all logs of an archive.
    pub fn streamed(&self, job: usize, archive: &StreamedArchive) -> Result<()> {
        let pace = Pace::Archive(archive.route().budget().clone());
        let file = archive.label().archive.as_deref().map(|file| file.path.as_path());
        let file_state = LogFileState::of(file);
        let (pace, in_flight, stopped) = (&pace, &AtomicU64::new(0), &Mutex::new(None));
        let mut count = 0;
        let result = rayon::scope(|scope| {
            archive.visit(&mut |passing: Result<StreamedLog<'_>, Problem>| {
                if let Some(error) = take(stopped) {
                    return Err(error);
                }
                let StreamedLog { member: Member { label, size, .. }, reader } = match passing {
                    Ok(passing) => passing,
                    Err(problem) => {
                        self.total().add_failed();
                        inputs::print_problem(problem, self.printer);
                        return Ok(());
                    }
                };
                let (name, index) = (label.shown(), (job, count));
                count += 1;
                let target = self.plan.lock().unwrap_or_else(PoisonError::into_inner).place(&label, self.printer);
                let room = IN_FLIGHT.saturating_sub(in_flight.load(Ordering::Relaxed));
                let size = size.filter(|size| *size <= SMALL.min(room) && target != Target::Stdout);
                let Some(size) = size.filter(|_| rayon::current_num_threads() > 1) else {
                    return self
                        .log(&Log { index, name, file_state, target: &target, pace: pace.clone() }, || Ok(reader));
                };
                let loaded = Loaded::new(reader, SMALL);
                in_flight.fetch_add(size, Ordering::Relaxed);
                scope.spawn(move |_| {
                    let log = Log { index, name, file_state, target: &target, pace: pace.clone() };
                    if let Err(error) = self.log(&log, || Ok(loaded)) {
                        *stopped.lock().unwrap_or_else(PoisonError::into_inner) = Some(error);
                    }
                    in_flight.fetch_sub(size, Ordering::Relaxed);
                });
                Ok(())
            })
        });
        result.and_then(|()| take(stopped).map_or(Ok(()), Err))
    }
}

fn take(stopped: &Mutex<Option<Error>>) -> Option<Error> {
    stopped.lock().unwrap_or_else(PoisonError::into_inner).take()
}
