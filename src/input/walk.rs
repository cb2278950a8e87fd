//! The logs in a folder: `*.xlog`, and cache files that hold something.

use std::ffi::OsStr;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use walkdir::WalkDir;

use super::LogFile;

/// The endings that are looked for.
pub const LOG_EXTENSION: &str = "xlog";
/// Those of cache files, old and new.
pub const CACHE_EXTENSIONS: [&str; 2] = ["mmap2", "mmap3"];

/// A place in the tree that could not be looked into.
#[derive(Debug)]
pub struct WalkError {
    /// Where.
    pub path: PathBuf,
    /// Why.
    pub error: io::Error,
}

/// The logs in `folder` and below, by name. Links are not followed.
pub fn logs(folder: &Path) -> impl Iterator<Item = Result<LogFile, WalkError>> + use<> {
    let root = folder.to_path_buf();
    let entries = WalkDir::new(folder).sort_by_file_name().into_iter();
    entries.filter_map(move |entry| match entry {
        Ok(entry) if !entry.file_type().is_file() => None,
        Ok(entry) => {
            let (depth, path) = (entry.depth(), entry.into_path());
            let extension = path.extension()?;
            if has_extension(extension, &[LOG_EXTENSION]) {
                return Some(Ok(LogFile { path, depth }));
            }
            if !has_extension(extension, &CACHE_EXTENSIONS) {
                return None;
            }
            match holds_something(&path) {
                Ok(true) => Some(Ok(LogFile { path, depth })),
                Ok(false) => None,
                Err(error) => Some(Err(WalkError { path, error })),
            }
        }
        Err(error) => {
            let path = error.path().unwrap_or(&root).to_path_buf();
            let error = error.into_io_error().unwrap_or_else(|| io::Error::other("a loop of links"));
            Some(Err(WalkError { path, error }))
        }
    })
}

fn has_extension(extension: &OsStr, wanted: &[&str]) -> bool {
    wanted.iter().any(|wanted| extension.eq_ignore_ascii_case(wanted))
}

/// A cache file of zeros has nothing pending.
fn holds_something(path: &Path) -> io::Result<bool> {
    let mut file = File::open(path)?;
    let mut buffer = [0; 8 << 10];
    loop {
        match file.read(&mut buffer) {
            Ok(0) => return Ok(false),
            Ok(read) if buffer[..read].iter().any(|&byte| byte != 0) => return Ok(true),
            Ok(_) => {}
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}
