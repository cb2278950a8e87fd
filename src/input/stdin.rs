//! Standard input: it can be read once, but looked at before.

use std::io::{self, Read};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// No more than this is looked at.
const MOST: usize = 1 << 20;

/// What has been looked at and not read yet.
static SEEN: Mutex<Vec<u8>> = Mutex::new(Vec::new());

/// Whether somebody waits for more.
static WAITS: AtomicBool = AtomicBool::new(false);

/// Whether a read waits for standard input at this moment.
pub fn is_waiting() -> bool {
    WAITS.load(Ordering::Relaxed)
}

fn wait(buffer: &mut [u8]) -> io::Result<usize> {
    let mut stdin = io::stdin().lock();
    WAITS.store(true, Ordering::Relaxed);
    let read = stdin.read(buffer);
    WAITS.store(false, Ordering::Relaxed);
    read
}

fn seen() -> MutexGuard<'static, Vec<u8>> {
    SEEN.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Standard input: locked for each read, since workers take turns at it.
#[derive(Debug, Default)]
pub struct Stdin;

impl Read for Stdin {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let mut seen = seen();
        if seen.is_empty() {
            return wait(buffer);
        }
        let read = seen.as_slice().read(buffer)?;
        seen.drain(..read);
        Ok(read)
    }
}

/// A look at standard input from its start on. It takes nothing away, waits for no more than is asked for, and ends
/// after a MiB.
#[derive(Debug, Default)]
pub struct Look {
    at: usize,
}

impl Read for Look {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let mut seen = seen();
        if self.at >= seen.len() && seen.len() < MOST {
            let before = seen.len();
            seen.resize(before + 4096, 0);
            let read = wait(&mut seen[before..]);
            seen.truncate(before + *read.as_ref().unwrap_or(&0));
            read?;
        }
        let read = seen.get(self.at..).unwrap_or_default().read(buffer)?;
        self.at += read;
        Ok(read)
    }
}
