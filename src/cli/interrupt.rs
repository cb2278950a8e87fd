//! Ctrl-C: what is in the making is taken away before the program ends.

use std::sync::atomic::{AtomicBool, Ordering};

static INTERRUPTED: AtomicBool = AtomicBool::new(false);

/// From now on, the first interrupt is kept for [`happened`]; a second one ends the program at once.
pub fn watch() {
    let handler = || {
        if INTERRUPTED.swap(true, Ordering::Relaxed) {
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
