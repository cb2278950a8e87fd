//! Ctrl-C: what is in the making is taken away before the program ends.

use std::sync::atomic::{AtomicBool, Ordering};

use crate::input::stdin;
use crate::output::atomic;

static INTERRUPTED: AtomicBool = AtomicBool::new(false);

/// From now on, the first interrupt is kept for [`happened`]; a second one ends the program at once. So does the first
/// where the program waits for standard input, and would not see it.
pub fn watch() {
    let handler = || {
        if INTERRUPTED.swap(true, Ordering::Relaxed) || stdin::is_waiting() {
            atomic::abandon_all();
            std::process::exit(130);
        }
    };
    // Without a handler, an interrupt ends the program as ever.
    let _ = ctrlc::set_handler(handler);
}

/// Whether the user wants us to stop.
pub fn happened() -> bool {
    INTERRUPTED.load(Ordering::Relaxed)
}
