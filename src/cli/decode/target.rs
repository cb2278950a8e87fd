//! Where texts go.

use std::path::PathBuf;

use crate::input::expand::StreamedArchive;
use crate::output::atomic::OutputPlace;

/// Where a text goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// Standard output.
    Stdout,
    /// The file that the user named.
    File(PathBuf),
    /// A file below a folder that the user named, at a path that others chose.
    Below {
        /// The folder.
        root: PathBuf,
        /// The path in it.
        path: PathBuf,
    },
}

impl Target {
    /// The file, if it is one.
    pub fn path(&self) -> Option<PathBuf> {
        match self {
            Target::Stdout => None,
            Target::File(path) => Some(path.clone()),
            Target::Below { root, path } => Some(root.join(path)),
        }
    }

    /// The same, as the place of an output file.
    pub fn place(&self) -> Option<OutputPlace<'_>> {
        match self {
            Target::Stdout => None,
            Target::File(path) => Some(OutputPlace::Named(path)),
            Target::Below { root, path } => Some(OutputPlace::Below(root, path)),
        }
    }
}

/// Where the user wants texts to go.
#[derive(Debug)]
pub enum Destination {
    /// Beside each log.
    Beside,
    /// All to standard output.
    Stdout,
    /// The text of one log to this file.
    File(PathBuf),
    /// Into this folder, as a mirror.
    Folder(PathBuf),
}

impl Destination {
    /// Whether the logs of an archive go to standard output.
    pub fn shows(&self, archive: &StreamedArchive) -> bool {
        match self {
            Destination::Stdout => true,
            Destination::Beside => archive.label().archive.is_none(),
            Destination::File(_) | Destination::Folder(_) => false,
        }
    }
}
