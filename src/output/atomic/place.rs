//! Where files appear.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use crate::file_name::is_device;
use crate::folder::{EntryType, Folder, Stat};

/// Where a file is to appear.
#[derive(Clone, Copy, Debug)]
pub enum OutputPlace<'a> {
    /// Where the user said: a link is followed, and a device or pipe is written to directly.
    Named(&'a Path),
    /// Below a folder that the user named, at a path that comes from others.
    Below(&'a Path, &'a Path),
}

impl OutputPlace<'_> {
    /// What the file system says of the file there. `None` if there is no regular file.
    pub fn stat(&self) -> Option<Stat> {
        let stat = match self {
            OutputPlace::Named(path) => File::open(path).and_then(|file| Stat::of_file(&file)),
            OutputPlace::Below(root, path) => {
                let folder = Folder::named(root).and_then(|root| root.below(path.parent().unwrap_or(Path::new(""))));
                folder.and_then(|folder| folder.stat(path.file_name().unwrap_or_default()))
            }
        };
        stat.ok().filter(|stat| stat.entry_type == EntryType::File)
    }

    /// When the file there was last written. `None` if there is no regular file.
    pub fn modified(&self) -> Option<SystemTime> {
        self.stat()?.modified
    }

    /// Opens the file there to append to it. `None` if it is not `len` bytes long, or not there.
    ///
    /// # Errors
    /// Those of the file system; `Unsupported` for a file that the user named.
    pub fn append(&self, len: u64) -> io::Result<Option<File>> {
        let OutputPlace::Below(root, path) = self else { return Err(io::ErrorKind::Unsupported.into()) };
        let folder = Folder::named(root).and_then(|root| root.below(path.parent().unwrap_or(Path::new(""))));
        let file = match folder.and_then(|folder| folder.append(path.file_name().unwrap_or_default())) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            opened => opened?,
        };
        Ok((file.metadata()?.len() == len).then_some(file))
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

/// Whether this is a device of Windows, which is in each folder: `NUL`, or `logs\CON`.
pub(super) fn names_device(path: &Path) -> bool {
    let is_bare = path.extension().is_none();
    cfg!(windows) && is_bare && path.file_name().and_then(|name| name.to_str()).is_some_and(is_device)
}

/// Whether this is the path of an open stream, such as `/dev/stdout`. Behind it may be a file that holds other text
/// already.
pub(super) fn names_stream(path: &Path) -> bool {
    let names = ["/dev/stdout", "/dev/stderr", "/dev/fd", "/proc/self/fd"];
    cfg!(unix) && names.iter().any(|name| path.starts_with(name))
}
