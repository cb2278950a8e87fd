//! Where files appear.

use std::fs::{self, Metadata};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use crate::folder::{EntryType, Folder};

/// Where a file is to appear.
#[derive(Clone, Copy, Debug)]
pub enum OutputPlace<'a> {
    /// Where the user said: a link is followed, and a device or pipe is written to directly.
    Named(&'a Path),
    /// Below a folder that the user named, at a path that comes from others.
    Below(&'a Path, &'a Path),
}

impl OutputPlace<'_> {
    /// When the file there was last written. `None` if there is no regular file.
    pub fn modified(&self) -> Option<SystemTime> {
        match self {
            OutputPlace::Named(path) => fs::metadata(path).ok().filter(Metadata::is_file)?.modified().ok(),
            OutputPlace::Below(root, path) => {
                let folder = Folder::named(root).and_then(|root| root.below(path.parent().unwrap_or(Path::new(""))));
                let stat = folder.and_then(|folder| folder.stat(path.file_name().unwrap_or_default())).ok()?;
                stat.modified.filter(|_| stat.entry_type == EntryType::File)
            }
        }
    }
}

/// Where a link leads, even if nothing is there yet, so that the link stays a link.
pub(super) fn end_of_links(path: &Path) -> PathBuf {
    // The limit of Linux; source: path_resolution(7).
    const MOST: usize = 40;
    let mut path = path.to_path_buf();
    for _ in 0..MOST {
        let Ok(target) = fs::read_link(&path) else { break };
        path = path.parent().unwrap_or(Path::new("")).join(target);
    }
    path
}

/// Whether this is the path of an open stream, such as `/dev/stdout`. Behind it may be a file that holds other text
/// already.
pub(super) fn names_stream(path: &Path) -> bool {
    let names = ["/dev/stdout", "/dev/stderr", "/dev/fd", "/proc/self/fd"];
    cfg!(unix) && names.iter().any(|name| path.starts_with(name))
}
