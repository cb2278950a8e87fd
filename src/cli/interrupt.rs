//! Ctrl-C and its kin: what is in the making is taken away before the program ends.

use std::sync::atomic::{AtomicU8, Ordering};
use std::thread;
use std::time::Duration;

use crate::output::atomic;

/// The signal that came, or 0.
static SIGNAL: AtomicU8 = AtomicU8::new(0);

/// How long a run has to see the first signal for itself. One that waits for a pipe never does.
const GRACE: Duration = Duration::from_millis(300);

/// From now on, the first signal is kept for [`happened`]; a second one ends the program at once, and so does the time.
/// What was ignored when the program started stays ignored: `nohup` means it.
pub fn watch() {
    #[cfg(unix)]
    {
        use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
        use signal_hook::iterator::Signals;
        // Where nobody says what is ignored, a hangup does what it did.
        let all = if cfg!(any(target_os = "linux", target_os = "android")) {
            &[SIGINT, SIGTERM, SIGHUP][..]
        } else {
            &[SIGINT, SIGTERM]
        };
        let wanted = all.iter().filter(|signal| !is_ignored(**signal));
        // Without a handler, a signal ends the program as ever.
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

/// Whether the user wants us to stop.
pub fn happened() -> bool {
    SIGNAL.load(Ordering::Relaxed) != 0
}

/// 128 and the number of the signal, as shells have it.
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
