//! The logs and texts in a folder, and the folders that are empty once some of them have gone.
//!
//! Walks by itself, not with `walkdir` as `decode` does, for three things: a folder comes after its contents, with
//! what became of them; a text comes before its log, which may say how old it is; and of names that are not asked for,
//! nothing is kept, so that memory holds no more than the names of the logs in the folders that are open.

use std::cmp::Ordering;
use std::ffi::{OsStr, OsString};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::vec;

use anyhow::Result;

use crate::retention::Kind;

/// What became of a file or folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It went, or would.
    Went,
    /// It is still there.
    Stays,
    /// Someone else removed it.
    Gone,
}

/// Who is told what is found. An error ends the walk.
pub trait Visitor {
    /// A log or text: a file, when its folder was read.
    fn file(&mut self, path: &Path, kind: Kind) -> Result<Fate>;
    /// A folder below the first one that is empty now, and was not before.
    fn emptied(&mut self, path: &Path) -> Result<Fate>;
    /// A folder that could not be read.
    fn unreadable(&mut self, path: &Path, error: io::Error);
    /// Whether to pass over this folder: it is somebody else's.
    fn is_left_out(&mut self, path: &Path) -> bool;
}

/// Shows `visitor` what is in `root`, down to `max_depth` (1: nothing below the folder itself). Links are neither
/// followed nor shown.
pub fn walk(root: &Path, max_depth: usize, visitor: &mut impl Visitor) -> Result<()> {
    let mut open = Vec::new();
    if max_depth > 0 {
        open.extend(Folder::read(root.to_path_buf(), visitor));
    }
    // The folder in hand is the last one; no recursion, since trees can be deeper than a stack.
    while let Some(folder) = open.last_mut() {
        match folder.entries.next() {
            Some(Entry { name, kind: Some(kind) }) => {
                let fate = visitor.file(&folder.path.join(name), kind)?;
                folder.count(fate);
            }
            Some(Entry { name, kind: None }) => {
                let path = folder.path.join(name);
                let below = match open.len() < max_depth && !visitor.is_left_out(&path) {
                    true => Folder::read(path, visitor),
                    false => None,
                };
                match below {
                    Some(below) => open.push(below),
                    None => count_in(&mut open, Fate::Stays),
                }
            }
            None => {
                let Some(done) = open.pop() else { break };
                if !open.is_empty() {
                    let emptied = done.went && !done.stays;
                    let fate = if emptied { visitor.emptied(&done.path)? } else { Fate::Stays };
                    count_in(&mut open, fate);
                }
            }
        }
    }
    Ok(())
}

fn count_in(open: &mut [Folder], fate: Fate) {
    if let Some(folder) = open.last_mut() {
        folder.count(fate);
    }
}

/// A folder that is being walked.
struct Folder {
    path: PathBuf,
    entries: vec::IntoIter<Entry>,
    /// Something went from it.
    went: bool,
    /// Something stays in it.
    stays: bool,
}

/// A log or text, or a folder.
struct Entry {
    name: OsString,
    kind: Option<Kind>,
}

impl Folder {
    fn read(path: PathBuf, visitor: &mut impl Visitor) -> Option<Folder> {
        match entries(&path) {
            Ok((mut entries, stays)) => {
                entries.sort_unstable_by(Entry::order);
                Some(Folder { path, entries: entries.into_iter(), went: false, stays })
            }
            Err(error) => {
                visitor.unreadable(&path, error);
                None
            }
        }
    }

    fn count(&mut self, fate: Fate) {
        match fate {
            Fate::Went => self.went = true,
            Fate::Stays => self.stays = true,
            Fate::Gone => {}
        }
    }
}

/// What is asked for, and whether there is anything else.
fn entries(folder: &Path) -> io::Result<(Vec<Entry>, bool)> {
    // It was a folder when its parent was read. Should a link stand in its place by now, reading it would follow it.
    if !fs::symlink_metadata(folder)?.is_dir() {
        return Err(io::ErrorKind::NotADirectory.into());
    }
    let (mut entries, mut others) = (Vec::new(), false);
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let file_type = entry.file_type()?;
        let name = entry.file_name();
        let kind = if file_type.is_file() { Kind::of(&name) } else { None };
        if kind.is_some() || file_type.is_dir() {
            entries.push(Entry { name, kind });
        } else {
            others = true;
        }
    }
    Ok((entries, others))
}

impl Entry {
    /// By name, but a text stands before its log, whatever else there is.
    fn order(&self, other: &Entry) -> Ordering {
        let by_log = folded(self.log_name()).cmp(folded(other.log_name()));
        by_log.then_with(|| other.is_text().cmp(&self.is_text())).then_with(|| self.name.cmp(&other.name))
    }

    fn is_text(&self) -> bool {
        self.kind == Some(Kind::Text)
    }

    fn log_name(&self) -> &OsStr {
        match self.kind {
            Some(Kind::Text) => Path::new(&self.name).file_stem().unwrap_or(&self.name),
            _ => &self.name,
        }
    }
}

/// Where case does not count, a log and its text may be written differently.
fn folded(name: &OsStr) -> impl Iterator<Item = u8> {
    name.as_encoded_bytes().iter().map(u8::to_ascii_lowercase)
}
