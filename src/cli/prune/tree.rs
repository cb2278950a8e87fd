//! The logs and texts in a folder, and the folders that are empty once some of them have gone.
//!
//! The walk is its own, not that of `walkdir` as in `decode`, for three reasons: a folder comes after its contents, and
//! after what happened to them; a text comes before its log, which may say how old the text is; and other names are not
//! kept, so that memory holds only the names of logs and texts in the folders on the way.
//!
//! Folders are held open, and their contents are reached from there: in a tree that others may write to, any folder can
//! be swapped for a link at any moment. In a deep tree, only some can be open. The others are opened again when they are
//! needed, from the nearest one above that is open, and have to be the same folders then.

use std::cmp::Ordering;
use std::ffi::{OsStr, OsString};
use std::io;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::vec;

use anyhow::Result;

use crate::file_name::{source_name, uncompressed_name};
use crate::folder::{EntryType, FileId, Folder};
use crate::retention::Removable;

/// How many folders are open at a time, besides the first.
const OPEN: usize = 32;

/// The longest path, in bytes. Source: Linux, `PATH_MAX`. Other programs could not open anything deeper.
const LONGEST: usize = 4096;

/// What happened to a file or folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It was removed, or would be.
    Removed,
    /// It is still there.
    Stays,
    /// Someone else removed it.
    Gone,
}

/// Something in an open folder.
#[derive(Clone, Copy, Debug)]
pub struct Spot<'a> {
    /// The folder.
    pub folder: &'a Folder,
    /// Its name there.
    pub name: &'a OsStr,
    /// Its path in messages.
    pub path: &'a Path,
}

/// Takes what is found. An error ends the walk.
pub trait Visitor {
    /// A log or text. It was a file when its folder was read.
    fn file(&mut self, spot: Spot<'_>, kind: Removable) -> Result<Fate>;
    /// A folder below the first that has been emptied.
    fn emptied(&mut self, spot: Spot<'_>) -> Result<Fate>;
    /// A folder that could not be read.
    fn unreadable(&mut self, path: &Path, error: io::Error);
    /// Whether to skip this folder: it is visited by itself.
    fn is_left_out(&mut self, folder: FileId) -> bool;
}

/// Shows `visitor` what is in `root`, whose path is `path`, down to `max_depth` (1: only what is directly in it).
/// Links are neither followed nor shown.
pub fn walk(path: &Path, root: Folder, max_depth: usize, visitor: &mut impl Visitor) -> Result<()> {
    let mut folders = FolderStack(Vec::new());
    if max_depth > 0 {
        match WalkedFolder::read(path.to_path_buf(), root) {
            Ok(walked) => folders.enter(walked),
            Err(error) => visitor.unreadable(path, error),
        }
    }
    // The current folder is the last. There is no recursion, since trees can be deeper than a stack.
    while let Some(walked) = folders.0.last_mut() {
        let next = walked.entries.next();
        let path = next.as_ref().map_or(walked.path.clone(), |entry| walked.path.join(&entry.name));
        let fate = match next {
            Some(TreeEntry { name, kind: Some(kind) }) => match folders.innermost() {
                Ok(folder) => visitor.file(Spot { folder: &folder, name: &name, path: &path }, kind)?,
                Err(error) => folders.skip_rest(error, visitor),
            },
            Some(TreeEntry { kind: None, .. }) if folders.0.len() >= max_depth => Fate::Stays,
            Some(TreeEntry { name, kind: None }) => {
                match folders.innermost().and_then(|folder| WalkedFolder::below(&folder, &name, &path)) {
                    Ok(below) if visitor.is_left_out(below.id) => Fate::Stays,
                    Ok(below) => {
                        folders.enter(below);
                        continue;
                    }
                    Err(error) => {
                        visitor.unreadable(&path, error);
                        Fate::Stays
                    }
                }
            }
            None => folders.leave(visitor)?,
        };
        folders.count(fate);
    }
    Ok(())
}

/// The folders on the way to the current one, which is the last.
struct FolderStack(Vec<WalkedFolder>);

/// A folder that is being walked.
struct WalkedFolder {
    path: PathBuf,
    /// `None` while too many others are open.
    folder: Option<Rc<Folder>>,
    id: FileId,
    entries: vec::IntoIter<TreeEntry>,
    /// Something was removed from it.
    removed: bool,
    /// Something stays in it.
    stays: bool,
}

impl FolderStack {
    fn enter(&mut self, walked: WalkedFolder) {
        self.0.push(walked);
        if let Some(far) = self.0.len().checked_sub(OPEN + 1).filter(|far| *far > 0)
            && let Some(far) = self.0.get_mut(far)
        {
            far.folder = None;
        }
    }

    /// The current folder. If it is no longer open, it is opened again, from the nearest one above that is open.
    fn innermost(&mut self) -> io::Result<Rc<Folder>> {
        let closed = self.0.iter().rev().take_while(|walked| walked.folder.is_none()).count();
        let open = self.0.len() - closed;
        let (above, below) = self.0.split_at_mut(open);
        let mut folder = above.last().and_then(|walked| walked.folder.clone()).ok_or(io::ErrorKind::NotFound)?;
        for (left, walked) in (0..closed).rev().zip(below) {
            let again = folder.folder(walked.path.file_name().unwrap_or_default())?;
            if again.id()? != walked.id {
                return Err(io::Error::other("it was replaced by another folder"));
            }
            folder = Rc::new(again);
            walked.folder = (left < OPEN).then(|| folder.clone());
        }
        Ok(folder)
    }

    /// Leaves the current folder at its end. Returns what happened to it.
    fn leave(&mut self, visitor: &mut impl Visitor) -> Result<Fate> {
        let Some(mut done) = self.0.pop() else { return Ok(Fate::Stays) };
        // Windows removes no folder that is open.
        done.folder = None;
        let is_emptied = done.removed && !done.stays;
        let Some(name) = done.path.file_name().filter(|_| is_emptied && !self.0.is_empty()) else {
            return Ok(Fate::Stays);
        };
        match self.innermost() {
            Ok(folder) => visitor.emptied(Spot { folder: &folder, name, path: &done.path }),
            Err(error) => Ok(self.skip_rest(error, visitor)),
        }
    }

    /// Skips the rest of the current folder: it is no longer where it was.
    fn skip_rest(&mut self, error: io::Error, visitor: &mut impl Visitor) -> Fate {
        if let Some(walked) = self.0.last_mut() {
            visitor.unreadable(&walked.path, error);
            walked.entries = Vec::new().into_iter();
        }
        Fate::Stays
    }

    fn count(&mut self, fate: Fate) {
        match (fate, self.0.last_mut()) {
            (Fate::Removed, Some(walked)) => walked.removed = true,
            (Fate::Stays, Some(walked)) => walked.stays = true,
            _ => {}
        }
    }
}

impl WalkedFolder {
    fn read(path: PathBuf, folder: Folder) -> io::Result<WalkedFolder> {
        let (mut entries, stays) = entries(&folder)?;
        entries.sort_unstable_by(TreeEntry::order);
        let (id, folder) = (folder.id()?, Some(Rc::new(folder)));
        Ok(WalkedFolder { path, folder, id, entries: entries.into_iter(), removed: false, stays })
    }

    /// The folder `name` in another.
    fn below(folder: &Folder, name: &OsStr, path: &Path) -> io::Result<WalkedFolder> {
        if path.as_os_str().len() > LONGEST {
            return Err(io::ErrorKind::InvalidFilename.into());
        }
        WalkedFolder::read(path.to_path_buf(), folder.folder(name)?)
    }
}

/// A log or text, or a folder.
struct TreeEntry {
    name: OsString,
    kind: Option<Removable>,
}

/// The logs, texts and folders in a folder, and whether there is anything else.
fn entries(folder: &Folder) -> io::Result<(Vec<TreeEntry>, bool)> {
    let (mut entries, mut others) = (Vec::new(), false);
    for entry in folder.entries()? {
        let (name, entry_type) = entry?;
        let kind = if entry_type == EntryType::File { Removable::of(&name) } else { None };
        if kind.is_some() || entry_type == EntryType::Folder {
            entries.push(TreeEntry { name, kind });
        } else {
            others = true;
        }
    }
    Ok((entries, others))
}

impl TreeEntry {
    /// By name, but a text comes directly before its log.
    fn order(&self, other: &TreeEntry) -> Ordering {
        let by_log = folded(self.log_name()).cmp(folded(other.log_name()));
        by_log.then_with(|| other.is_text().cmp(&self.is_text())).then_with(|| self.name.cmp(&other.name))
    }

    fn is_text(&self) -> bool {
        self.kind == Some(Removable::Text)
    }

    fn log_name(&self) -> &OsStr {
        let name = match self.kind {
            Some(Removable::Text) => source_name(&self.name),
            Some(Removable::Log) => uncompressed_name(&self.name),
            None => None,
        };
        name.unwrap_or(&self.name)
    }
}

/// Where case is ignored, the names of a log and its text may differ in case.
fn folded(name: &OsStr) -> impl Iterator<Item = u8> {
    name.as_encoded_bytes().iter().map(u8::to_ascii_lowercase)
}

#[cfg(all(test, unix))]
mod tests {
    use std::fs;
    use std::os::unix::fs::symlink;

    use super::*;

    /// Removes every file, and calls a function before each.
    struct Remover<F>(F, Vec<String>);

    impl<F: FnMut(&Path)> Visitor for Remover<F> {
        fn file(&mut self, spot: Spot<'_>, _: Removable) -> Result<Fate> {
            (self.0)(spot.path);
            spot.folder.remove_file(spot.name)?;
            Ok(Fate::Removed)
        }

        fn emptied(&mut self, _: Spot<'_>) -> Result<Fate> {
            Ok(Fate::Stays)
        }

        fn unreadable(&mut self, path: &Path, error: io::Error) {
            self.1.push(format!("{}: {error}", path.display()));
        }

        fn is_left_out(&mut self, _: FileId) -> bool {
            false
        }
    }

    fn prune(root: &Path, before: impl FnMut(&Path)) -> Vec<String> {
        let mut remover = Remover(before, Vec::new());
        walk(root, Folder::named(root).unwrap(), usize::MAX, &mut remover).unwrap();
        remover.1
    }

    fn write(folder: &Path, names: &[&str]) {
        fs::create_dir_all(folder).unwrap();
        names.iter().for_each(|name| fs::write(folder.join(name), "precious").unwrap());
    }

    #[test]
    fn a_folder_that_is_swapped_for_a_link_leads_nowhere() {
        let outer = tempfile::tempdir().unwrap();
        let (root, victim) = (outer.path().join("logs"), outer.path().join("victim"));
        let names = ["a.xlog", "b.xlog", "c.xlog"];
        write(&root.join("d"), &names);
        write(&victim, &names);
        let mut is_swapped = false;
        let unreadable = prune(&root, |_| {
            if !std::mem::replace(&mut is_swapped, true) {
                fs::rename(root.join("d"), outer.path().join("aside")).unwrap();
                symlink(&victim, root.join("d")).unwrap();
            }
        });
        assert_eq!(fs::read_dir(&victim).unwrap().count(), 3);
        assert_eq!(fs::read_dir(outer.path().join("aside")).unwrap().count(), 0, "what was listed removed");
        assert!(unreadable.is_empty());
    }

    /// In a deep tree, some folders are closed meanwhile. They have to be the same when they are opened again.
    #[test]
    fn a_folder_that_is_opened_again_is_the_same() {
        let outer = tempfile::tempdir().unwrap();
        let (root, victim) = (outer.path().join("logs"), outer.path().join("victim"));
        let deep: PathBuf = std::iter::repeat_n("d", OPEN * 2 + 5).collect();
        write(&root.join(&deep), &["a.xlog"]);
        write(&root.join("d/d"), &["z.xlog"]);
        write(&victim.join("d"), &["z.xlog"]);
        // Without a swap, all goes well.
        assert!(prune(&root, |_| ()).is_empty());
        assert!(!root.join("d/d/z.xlog").exists() && !root.join(&deep).join("a.xlog").exists());

        write(&root.join(&deep), &["a.xlog"]);
        write(&root.join("d/d"), &["z.xlog"]);
        let unreadable = prune(&root, |path| {
            if path.ends_with("a.xlog") {
                fs::rename(root.join("d"), outer.path().join("aside")).unwrap();
                fs::rename(&victim, root.join("d")).unwrap();
            }
        });
        assert!(root.join("d/d/z.xlog").exists(), "it is another folder's");
        assert!(!unreadable.is_empty());
    }
}
