//! The logs of an archive that is gone through once: while the next ones are read, those that are small are decoded on
//! the other threads of the pool.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use anyhow::{Error, Result};

use super::super::inputs;
use super::super::watch::Pace;
use super::DecodeRun;
use super::age::Origin;
use super::log::Log;
use super::plan::Target;
use crate::input::archive::{Loaded, Member, Problem};
use crate::input::expand::{StreamedArchive, StreamedLog};

/// A log up to this size is read into memory.
const SMALL: u64 = 1 << 20;

/// Bytes of logs in memory. Who has the archive decodes by itself when there are more: nobody waits for a thread.
const IN_FLIGHT: u64 = 8 << 20;

impl DecodeRun<'_> {
    /// Decodes all logs of a streamed archive.
    pub fn streamed(&self, job: usize, archive: &StreamedArchive) -> Result<()> {
        let pace = Pace::Archive(archive.route().budget().clone());
        let file = archive.label().archive.as_deref().map(|archive| archive.path.as_path());
        let origin = Origin::of(file);
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
                        inputs::tell(problem, self.printer);
                        return Ok(());
                    }
                };
                let (name, index) = (label.shown(), (job, count));
                count += 1;
                let target = self.plan.lock().unwrap_or_else(PoisonError::into_inner).place(&label, self.printer);
                let room = IN_FLIGHT.saturating_sub(in_flight.load(Ordering::Relaxed));
                let size = size.filter(|size| *size <= SMALL.min(room) && target != Target::Stdout);
                let Some(size) = size.filter(|_| rayon::current_num_threads() > 1) else {
                    return self.log(&Log { index, name, origin, target: &target, pace: pace.clone() }, || Ok(reader));
                };
                let loaded = Loaded::new(reader, SMALL);
                in_flight.fetch_add(size, Ordering::Relaxed);
                scope.spawn(move |_| {
                    let log = Log { index, name, origin, target: &target, pace: pace.clone() };
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
