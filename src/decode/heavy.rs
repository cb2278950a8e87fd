//! Admits one heavy block at a time. A few bytes can expand to 64 MiB of text; if each of many files that are decoded
//! at once has such a block, they need too much memory together.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

/// A lock that is held while a heavy block is in memory. Whoever holds it must not wait for others.
#[derive(Debug, Default)]
pub struct Heavy {
    is_taken: Mutex<bool>,
    released: Condvar,
}

/// Permission to hold a heavy block, until this is dropped.
#[derive(Debug)]
pub struct Permit<'a>(&'a Heavy);

impl Heavy {
    /// Waits until no other block is in memory.
    pub fn enter(&self) -> Permit<'_> {
        let mut is_taken = self.lock();
        while *is_taken {
            is_taken = self.released.wait(is_taken).unwrap_or_else(PoisonError::into_inner);
        }
        *is_taken = true;
        Permit(self)
    }

    fn lock(&self) -> MutexGuard<'_, bool> {
        self.is_taken.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Permit<'_> {
    fn drop(&mut self) {
        *self.0.lock() = false;
        self.0.released.notify_one();
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::*;

    #[test]
    fn one_permit_is_given_at_a_time() {
        let (heavy, inside) = (Heavy::default(), AtomicU32::new(0));
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| {
                    for _ in 0..100 {
                        let _permit = heavy.enter();
                        assert_eq!(inside.fetch_add(1, Ordering::SeqCst), 0);
                        std::thread::yield_now();
                        inside.fetch_sub(1, Ordering::SeqCst);
                    }
                });
            }
        });
    }
}
