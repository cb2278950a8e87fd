//! Files that are still being written: which there are, and what is added to them.
//!
//! One thread looks after all of them, a few times a second. That costs next to nothing, and needs nothing that only one
//! system has.

pub mod places;
pub mod source;

use std::time::Duration;

/// The time between two looks.
pub const TICK: Duration = Duration::from_millis(50);

/// This many files are held open, and looked at each time.
pub const FEW: usize = 64;
