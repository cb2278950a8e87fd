//! The files that a run reads, for what it writes: none of them is replaced, and whoever may not read them may not read
//! what is made of them.

use std::path::Path;

use crate::folder::FileId;
use crate::input::expand::FoundInput;
use crate::input::stdin;
use crate::output::atomic::Taken;

/// The files that a run reads.
pub struct Sources {
    /// None of them is to be replaced.
    pub taken: Taken,
    /// The permission bits of what is made of them.
    pub mode: u32,
}

impl Sources {
    /// These logs, and what else is read. `has_keys`: there are private keys.
    pub fn new(logs: &[FoundInput], others: &[&Path], has_keys: bool) -> Sources {
        let (taken, mut mode) = (Taken::default(), 0o666);
        let logs = logs.iter().map(|found| match found {
            FoundInput::Log(input) => input.path(),
            FoundInput::Streamed(archive) => archive.label().archive.as_deref().map(|file| file.path.as_path()),
        });
        for path in logs.chain(others.iter().map(|path| Some(*path))) {
            let id = match path {
                Some(path) => FileId::of_path(path).ok(),
                None => stdin::file_id(),
            };
            if let Some(id) = id {
                taken.add(id);
            }
            #[cfg(unix)]
            if let Some(metadata) = path.and_then(|path| std::fs::metadata(path).ok()) {
                use std::os::unix::fs::MetadataExt;
                mode &= metadata.mode();
            }
        }
        if has_keys {
            mode &= 0o600;
        }
        // Its owner made it.
        Sources { taken, mode: mode | 0o600 }
    }
}
