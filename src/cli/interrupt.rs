//! Ctrl-C and similar signals: unfinished files are removed before the program ends.

use std::sync::atomic::{AtomicU8, Ordering};
use std::thread;
use std::time::Duration;

use crate::output::atomic;

/// The signal that came, or 0.
static SIGNAL: AtomicU8 = AtomicU8::new(0);

/// How long a run has to notice the first signal by itself. If it waits for a pipe, it never does.
const GRACE: Duration = Duration::from_millis(300);

/// From now on, [`happened`] shows the first signal. The program ends after a second one, or after [`GRACE`]. Signals
/// that were ignored when the program started stay ignored, as `nohup` wants it.
pub fn watch() {
    #[cfg(unix)]
    {
        use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
        use signal_hook::iterator::Signals;
        // Other systems do not show which signals are ignored, so SIGHUP keeps its default there.
        let all = if cfg!(any(target_os = "linux", target_os = "android")) {
            &[SIGINT, SIGTERM, SIGHUP][..]
        } else {
            &[SIGINT, SIGTERM]
        };
        let wanted = all.iter().filter(|signal| !is_ignored(**signal));
        // Without a handler, a signal ends the program as usual.
        let Ok(mut signals) = Signals::new(wanted) else { return };
        thread::spawn(move || signals.forever().for_each(|signal| came(u8::try_from(signal).unwrap_or(0))));
    }
    #[cfg(not(unix))]
    let _ = ctrlc::set_handler(|| came(2));
}

fn came(signal: u8) {
    if SIGNAL.swap(signal, Ordering::Relaxed) != 0 {
        end();
    }
    thread::spawn(|| {
        thread::sleep(GRACE);
        end()
    });
}

fn end() -> ! {
    atomic::abandon_all();
    std::process::exit(exit_code().into());
}

/// Whether a signal has asked the program to stop.
pub fn happened() -> bool {
    SIGNAL.load(Ordering::Relaxed) != 0
}

/// 128 plus the number of the signal, as in shells.
pub fn exit_code() -> u8 {
    128 + SIGNAL.load(Ordering::Relaxed)
}

/// Whether the signal was ignored when the program started. Linux shows it as a bit mask; source: proc(5), `SigIgn`.
#[cfg(unix)]
fn is_ignored(signal: i32) -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let mask = mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).unwrap_or(0);
    u32::try_from(signal - 1).is_ok_and(|bit| mask.checked_shr(bit).unwrap_or(0) & 1 == 1)
}
