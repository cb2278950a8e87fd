//! One heavy block at a time. A few bytes can stand for 64 MiB of text; of many files that are decoded at once, each may
//! hold such a block, and all of them together more than the memory.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

/// Lets one in at a time. Whoever is in waits for nobody.
#[derive(Debug, Default)]
pub struct Heavy {
    is_taken: Mutex<bool>,
    left: Condvar,
}

/// Leave to hold a heavy block, until it is dropped.
#[derive(Debug)]
pub struct Permit<'a>(&'a Heavy);

impl Heavy {
    /// Waits until nobody is in.
    pub fn enter(&self) -> Permit<'_> {
        let mut is_taken = self.lock();
        while *is_taken {
            is_taken = self.left.wait(is_taken).unwrap_or_else(PoisonError::into_inner);
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
        self.0.left.notify_one();
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::*;

    #[test]
    fn one_is_in_at_a_time() {
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
