//! Values that are expensive to create, and are reused.

use std::sync::{Mutex, PoisonError};

/// A store of used values, shared by all workers. It grows to as many as were ever in use at the same time.
#[derive(Debug)]
pub struct Pool<T>(Mutex<Vec<T>>);

impl<T> Default for Pool<T> {
    fn default() -> Pool<T> {
        Pool(Mutex::default())
    }
}

impl<T: Default> Pool<T> {
    /// A used value, in the state in which it was returned, or a new one.
    pub fn take(&self) -> T {
        let used = self.0.lock().unwrap_or_else(PoisonError::into_inner).pop();
        used.unwrap_or_default()
    }

    /// Returns a value to the pool.
    pub fn give(&self, value: T) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(value);
    }
}
