//! Standard input: it can be read only once, but peeked at before.

use std::fs::File;
use std::io::{self, Read};
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::archive::Format;
use crate::folder::{EntryType, FileId, Stat};

/// The most that is peeked at.
const MOST: usize = 1 << 20;

/// Bytes that were peeked at and not read yet.
static SEEN: Mutex<Vec<u8>> = Mutex::new(Vec::new());

fn seen() -> MutexGuard<'static, Vec<u8>> {
    SEEN.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Whether there are bytes that were peeked at and not read yet.
pub fn has_seen() -> bool {
    !seen().is_empty()
}

/// Whether what starts like this is no archive, so that there is no need to wait for more of it: a log, or text with a
/// line break. (The names in an archive have none.)
fn is_no_archive(head: &[u8]) -> bool {
    let is_text = |byte: &u8| *byte >= 0x20 || matches!(byte, b'\t' | b'\n' | b'\r');
    match head.first() {
        Some(0x01..=0x0D) => true,
        _ => Format::of(head).is_none() && head.contains(&b'\n') && head.iter().all(is_text),
    }
}

/// Standard input: locked for each read, since workers take turns at it.
#[derive(Debug, Default)]
pub struct Stdin;

impl Read for Stdin {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let mut seen = seen();
        if seen.is_empty() {
            return io::stdin().lock().read(buffer);
        }
        let read = seen.as_slice().read(buffer)?;
        seen.drain(..read);
        Ok(read)
    }
}

/// Which file it is, if it is one.
pub fn file_id() -> Option<FileId> {
    #[cfg(unix)]
    let stdin = std::os::fd::AsFd::as_fd(&io::stdin()).try_clone_to_owned();
    #[cfg(windows)]
    let stdin = std::os::windows::io::AsHandle::as_handle(&io::stdin()).try_clone_to_owned();
    let stat = Stat::of_file(&File::from(stdin.ok()?)).ok()?;
    (stat.entry_type == EntryType::File).then_some(stat.id)
}

/// A reader that peeks at standard input from its start. It consumes nothing, waits only for what is asked for, and ends
/// after 1 MiB, or where it is clear that this is no archive.
#[derive(Debug, Default)]
pub struct Look {
    at: usize,
}

impl Read for Look {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let mut seen = seen();
        if self.at >= seen.len() && seen.len() < MOST && !is_no_archive(&seen) {
            let before = seen.len();
            seen.resize(before + 4096, 0);
            let read = io::stdin().lock().read(&mut seen[before..]);
            seen.truncate(before + *read.as_ref().unwrap_or(&0));
            read?;
        }
        let read = seen.get(self.at..).unwrap_or_default().read(buffer)?;
        self.at += read;
        Ok(read)
    }
}
