//! What a bundle may cost: a small file can unpack to more than any disk holds.

use std::sync::atomic::{AtomicU64, Ordering};

/// How far to follow a bundle.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Members, of all kinds.
    pub members: u64,
    /// Bytes that it unpacks to, all in all.
    pub unpacked: u64,
    /// How many times its own size that may be, once it is more than [`Limits::GRACE`].
    pub ratio: u64,
    /// Bytes of the temporary file for zips that cannot be read where they are.
    pub spool: u64,
    /// How far back zstd may refer, in bytes: each that is read takes so much memory.
    pub window: u64,
}

impl Limits {
    /// Bytes that any bundle may unpack to, whatever its size: cache files are mostly zeros, and pack a thousandfold.
    pub const GRACE: u64 = 64 << 20;
}

impl Default for Limits {
    fn default() -> Limits {
        Limits { members: 100_000, unpacked: 16 << 30, ratio: 250, spool: 4 << 30, window: 8 << 20 }
    }
}

/// A limit that a bundle went over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Exceeded {
    /// [`Limits::members`]
    #[error("it has more than {0} members")]
    Members(u64),
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
    #[error("to unpack it takes more than {} MiB of memory", .0 >> 20)]
    Window(u64),
}

/// What one bundle has cost so far, bundles in it included.
#[derive(Debug)]
pub struct Budget {
    limits: Limits,
    packed: AtomicU64,
    unpacked: AtomicU64,
    members: AtomicU64,
    passed: AtomicU64,
}

impl Budget {
    /// For a bundle of so many bytes. Where that is not known yet, [`pack`](Budget::pack) counts them as they come.
    pub fn new(limits: Limits, packed: u64) -> Budget {
        Budget { limits, packed: packed.into(), unpacked: 0.into(), members: 0.into(), passed: 0.into() }
    }

    /// For another look at the same bundle.
    pub fn again(&self) -> Budget {
        Budget::new(self.limits, self.packed.load(Ordering::Relaxed))
    }

    /// The limits.
    pub fn limits(&self) -> &Limits {
        &self.limits
    }

    /// Takes so many more bytes of the bundle itself.
    pub fn pack(&self, bytes: u64) {
        self.packed.fetch_add(bytes, Ordering::Relaxed);
    }

    /// Takes so many more bytes of the bundle that have been gone through.
    pub fn pass(&self, bytes: u64) {
        self.passed.fetch_add(bytes, Ordering::Relaxed);
    }

    /// The bytes of the bundle that were gone through since this was last asked: for a progress bar.
    pub fn take_passed(&self) -> u64 {
        self.passed.swap(0, Ordering::Relaxed)
    }

    /// Takes so many more bytes that came out of it.
    ///
    /// # Errors
    /// When that is too much.
    pub fn unpack(&self, bytes: u64) -> Result<(), Exceeded> {
        let before =
            self.unpacked.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |sum| Some(sum.saturating_add(bytes)));
        let unpacked = before.unwrap_or_else(|sum| sum).saturating_add(bytes);
        let Limits { unpacked: most, ratio, .. } = self.limits;
        if unpacked > most {
            return Err(Exceeded::Unpacked(most));
        }
        if unpacked > Limits::GRACE && unpacked / ratio.max(1) > self.packed.load(Ordering::Relaxed) {
            return Err(Exceeded::Ratio(ratio));
        }
        Ok(())
    }

    /// Takes one more member.
    ///
    /// # Errors
    /// When there are too many.
    pub fn member(&self) -> Result<(), Exceeded> {
        let before = self.members.fetch_add(1, Ordering::Relaxed);
        if before >= self.limits.members { Err(Exceeded::Members(self.limits.members)) } else { Ok(()) }
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
    fn a_little_may_be_packed_as_well_as_can_be() {
        assert_eq!(Budget::new(Limits { ratio: 1, ..Limits::default() }, 0).unpack(Limits::GRACE), Ok(()));
    }
}
