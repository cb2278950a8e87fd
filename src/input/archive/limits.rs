//! What reading an archive may cost: a small file can unpack to more than any disk holds.

use std::collections::HashSet;
use std::hash::{BuildHasher, RandomState};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use super::Label;

/// How far to follow an archive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Members, of all kinds.
    pub members: u64,
    /// Bytes that it unpacks to, in total.
    pub unpacked: u64,
    /// How many times its own size it may unpack to, beyond [`Limits::GRACE`].
    pub ratio: u64,
    /// Bytes of the temporary file for zips that cannot be read where they are.
    pub spool: u64,
    /// The largest window of a zstd frame, in bytes: reading it takes that much memory.
    pub window: u64,
}

impl Limits {
    /// Bytes that any archive may unpack to, whatever its size: cache files are mostly zeros, and pack a thousandfold.
    pub const GRACE: u64 = 64 << 20;

    /// The same for the text of a log: lines that repeat one another pack well, but not into so little.
    pub const TEXT_GRACE: u64 = 1 << 30;

    /// Whether `packed` bytes may become `unpacked` ones; those up to `grace` are always allowed.
    pub fn allows(&self, packed: u64, unpacked: u64, grace: u64) -> bool {
        unpacked <= grace || unpacked / self.ratio.max(1) <= packed
    }

    /// Bytes that the names of all its logs may have: generous for that many members.
    pub fn names(&self) -> u64 {
        self.members.saturating_mul(128).max(1 << 20)
    }

    /// Folders that its logs may be in.
    pub fn folders(&self) -> u64 {
        self.members.max(1000)
    }
}

impl Default for Limits {
    fn default() -> Limits {
        Limits { members: 100_000, unpacked: 16 << 30, ratio: 250, spool: 4 << 30, window: 8 << 20 }
    }
}

/// A limit that an archive exceeds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Exceeded {
    /// [`Limits::members`]
    #[error("it has more than {0} members")]
    Members(u64),
    /// [`Limits::names`]
    #[error("the names of its logs take more than {} kB", .0 / 1000)]
    Names(u64),
    /// [`Limits::folders`]
    #[error("its logs are in more than {0} folders")]
    Folders(u64),
    /// [`Limits::unpacked`]
    #[error("it unpacks to more than {} MiB", .0 >> 20)]
    Unpacked(u64),
    /// [`Limits::ratio`]
    #[error("it unpacks to more than {0} times its size")]
    Ratio(u64),
    /// [`Limits::spool`]
    #[error("temporary copies take more than {} MiB", .0 >> 20)]
    Spool(u64),
    /// [`Limits::window`]
    #[error("unpacking it takes more than {} MiB of memory", .0 >> 20)]
    Window(u64),
}

/// What one archive has cost so far, archives in it included.
#[derive(Debug)]
pub struct Budget {
    limits: Limits,
    packed: AtomicU64,
    unpacked: AtomicU64,
    members: AtomicU64,
    passed: AtomicU64,
    names: AtomicU64,
    folders: Mutex<Folders>,
}

/// Hashes of the folders that were seen.
#[derive(Debug, Default)]
struct Folders {
    seen: HashSet<u64>,
    hasher: RandomState,
}

impl Budget {
    /// For an archive of `packed` bytes. If that is not known yet, [`pack`](Budget::pack) counts them as they come.
    pub fn new(limits: Limits, packed: u64) -> Budget {
        Budget {
            limits,
            packed: packed.into(),
            unpacked: 0.into(),
            members: 0.into(),
            passed: 0.into(),
            names: 0.into(),
            folders: Mutex::default(),
        }
    }

    /// For another pass through the same archive.
    pub fn again(&self) -> Budget {
        Budget::new(self.limits, self.packed.load(Ordering::Relaxed))
    }

    /// The limits.
    pub fn limits(&self) -> &Limits {
        &self.limits
    }

    /// Counts bytes of the archive itself.
    pub fn pack(&self, bytes: u64) {
        self.packed.fetch_add(bytes, Ordering::Relaxed);
    }

    /// Counts bytes of the archive that have been read.
    pub fn pass(&self, bytes: u64) {
        self.passed.fetch_add(bytes, Ordering::Relaxed);
    }

    /// The bytes of the archive that were read since the last call: for a progress bar.
    pub fn take_passed(&self) -> u64 {
        self.passed.swap(0, Ordering::Relaxed)
    }

    /// Counts bytes that were unpacked.
    ///
    /// # Errors
    /// When there are too many.
    pub fn unpack(&self, bytes: u64) -> Result<(), Exceeded> {
        let before =
            self.unpacked.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |sum| Some(sum.saturating_add(bytes)));
        let unpacked = before.unwrap_or_else(|sum| sum).saturating_add(bytes);
        if unpacked > self.limits.unpacked {
            return Err(Exceeded::Unpacked(self.limits.unpacked));
        }
        if !self.limits.allows(self.packed.load(Ordering::Relaxed), unpacked, Limits::GRACE) {
            return Err(Exceeded::Ratio(self.limits.ratio));
        }
        Ok(())
    }

    /// Counts a member.
    ///
    /// # Errors
    /// When there are too many.
    pub fn member(&self) -> Result<(), Exceeded> {
        let before = self.members.fetch_add(1, Ordering::Relaxed);
        if before >= self.limits.members { Err(Exceeded::Members(self.limits.members)) } else { Ok(()) }
    }

    /// Counts the name of a log, and the folders that it is in.
    ///
    /// # Errors
    /// When the names are too long, or the folders too many.
    pub fn log(&self, label: &Label) -> Result<(), Exceeded> {
        let len = label.name_len() as u64;
        let names = self.names.fetch_add(len, Ordering::Relaxed).saturating_add(len);
        if names > self.limits.names() {
            return Err(Exceeded::Names(self.limits.names()));
        }
        let Folders { seen, hasher } = &mut *self.folders.lock().unwrap_or_else(PoisonError::into_inner);
        let mut folder = 0;
        for part in label.folder.components().chain(label.path.parent().into_iter().flat_map(|path| path.components()))
        {
            folder = hasher.hash_one((folder, part));
            if seen.len() as u64 >= self.limits.folders() && !seen.contains(&folder) {
                return Err(Exceeded::Folders(self.limits.folders()));
            }
            seen.insert(folder);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_limit_holds() {
        let limits = Limits { members: 2, unpacked: Limits::GRACE * 4, ratio: 10, ..Limits::default() };
        let budget = Budget::new(limits, Limits::GRACE / 5);
        assert_eq!((budget.member(), budget.member(), budget.member()), (Ok(()), Ok(()), Err(Exceeded::Members(2))));
        assert_eq!(budget.unpack(Limits::GRACE * 2), Ok(()), "ten times its size");
        assert_eq!(budget.unpack(Limits::GRACE), Err(Exceeded::Ratio(10)));
        budget.pack(Limits::GRACE);
        assert_eq!(budget.unpack(Limits::GRACE), Ok(()));
        assert_eq!(budget.unpack(1), Err(Exceeded::Unpacked(Limits::GRACE * 4)));
        assert_eq!(budget.unpack(u64::MAX), Err(Exceeded::Unpacked(Limits::GRACE * 4)), "no overflow");
    }

    #[test]
    fn names_and_folders_are_counted() {
        let label = |name: &str| Label::new(None).member(name).unwrap();
        let budget = Budget::new(Limits { members: 1, ..Limits::default() }, 0);
        for number in 0..500 {
            assert_eq!(budget.log(&label(&format!("{number}/{number}/a.xlog"))), Ok(()));
        }
        assert_eq!(budget.log(&label("7/7/b.xlog")), Ok(()), "not a new folder");
        assert_eq!(budget.log(&label("7/8/b.xlog")), Err(Exceeded::Folders(1000)));
        let long = label(&"n".repeat(4000));
        let taken = (0..1000).take_while(|_| budget.log(&long).is_ok()).count();
        // Each name is held twice: as it is, and as a path.
        assert!((120..=131).contains(&taken), "{taken}");
        assert_eq!(budget.log(&long), Err(Exceeded::Names(1 << 20)));
    }

    #[test]
    fn small_texts_may_have_any_ratio() {
        assert_eq!(Budget::new(Limits { ratio: 1, ..Limits::default() }, 0).unpack(Limits::GRACE), Ok(()));
    }
}
