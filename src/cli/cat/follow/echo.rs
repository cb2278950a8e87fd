//! Records that were shown from a cache file before their block came into the log: they are not shown again.

use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};
use std::path::Path;

/// What was shown from one cache file.
#[derive(Debug)]
pub struct Echo {
    /// `imsdk` of `imsdk.mmap3`, whose logs are called `imsdk_20231106.xlog`.
    stem: String,
    hasher: RandomState,
    /// How often each record of the block was shown; then those of the block before it, which may be on its way into the
    /// log.
    shown: [HashMap<u64, u32>; 2],
    blocks: u64,
}

impl Echo {
    /// Of the cache file at `path`.
    pub fn new(path: &Path) -> Echo {
        let stem = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        Echo { stem, hasher: RandomState::new(), shown: Default::default(), blocks: 0 }
    }

    /// Whether the log at `path` gets the blocks of this cache file.
    pub fn is_of(&self, path: &Path) -> bool {
        path.file_name().is_some_and(|name| name.to_string_lossy().starts_with(&self.stem))
    }

    /// Notes a record that is shown. `blocks`: how many blocks have begun in the cache file.
    pub fn add(&mut self, blocks: u64, record: &[u8]) {
        if std::mem::replace(&mut self.blocks, blocks) != blocks {
            let [now, before] = &mut self.shown;
            *before = std::mem::take(now);
        }
        let [now, _] = &mut self.shown;
        *now.entry(self.hasher.hash_one(record)).or_default() += 1;
    }

    /// Whether this record of the log has been shown; once for each time that it was.
    pub fn take(&mut self, record: &[u8]) -> bool {
        if self.shown.iter().all(HashMap::is_empty) {
            return false;
        }
        let hash = self.hasher.hash_one(record);
        let [now, before] = &mut self.shown;
        [before, now].into_iter().any(|shown| match shown.get_mut(&hash) {
            Some(1) => shown.remove(&hash).is_some(),
            Some(count) => {
                *count -= 1;
                true
            }
            None => false,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_record_is_shown_once() {
        let mut echo = Echo::new(Path::new("cache/imsdk.mmap3"));
        assert!(echo.is_of(Path::new("logs/imsdk_20231106.xlog")) && !echo.is_of(Path::new("logs/push_20231106.xlog")));
        for (blocks, record) in [(1, "a"), (1, "b"), (1, "b"), (2, "c"), (2, "b")] {
            echo.add(blocks, record.as_bytes());
        }
        let taken: Vec<_> =
            ["a", "b", "b", "x", "a", "c", "b", "b"].iter().map(|record| echo.take(record.as_bytes())).collect();
        assert_eq!(taken, [true, true, true, false, false, true, true, false]);
    }

    #[test]
    fn the_block_before_the_last_is_forgotten() {
        let mut echo = Echo::new(Path::new("a.mmap3"));
        (1..4).for_each(|block| echo.add(block, &[block as u8]));
        assert_eq!([1, 2, 3].map(|record| echo.take(&[record])), [false, true, true]);
    }
}
