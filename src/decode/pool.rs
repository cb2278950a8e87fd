//! Things that are dear to make and used again.

use std::sync::{Mutex, PoisonError};

/// A store of used values, shared by all workers. It holds as many as were ever out at once.
#[derive(Debug)]
pub struct Pool<T>(Mutex<Vec<T>>);

impl<T> Default for Pool<T> {
    fn default() -> Pool<T> {
        Pool(Mutex::default())
    }
}

impl<T: Default> Pool<T> {
    /// A used value, as it was given back, or a new one.
    pub fn take(&self) -> T {
        let used = self.0.lock().unwrap_or_else(PoisonError::into_inner).pop();
        used.unwrap_or_default()
    }

    /// Gives a value back.
    pub fn give(&self, value: T) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(value);
    }
}
