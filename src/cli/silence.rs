//! A progress bar for commands that write as they read: it appears once nothing has been written for a second, and goes
//! before the next line is written.

use std::io::{self, Write};
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use indicatif::ProgressBar;

use super::printer::Printer;

/// How long nothing is written before the bar appears.
const PATIENCE: Duration = Duration::from_secs(1);

/// How often that is looked at.
const LOOK: Duration = Duration::from_millis(100);

/// Whether something has been written lately, and the bar.
#[derive(Debug)]
pub struct Silence<'a> {
    printer: &'a Printer,
    bytes: u64,
    /// Counts what is read, seen or not.
    bar: ProgressBar,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    /// When something was written last.
    written: Instant,
    /// The bar, while it is seen.
    seen: Option<ProgressBar>,
}

impl<'a> Silence<'a> {
    /// A bar over this many bytes, or over an unknown number if that is 0.
    pub fn new(bytes: u64, printer: &'a Printer) -> Silence<'a> {
        let state = Mutex::new(State { written: Instant::now(), seen: None });
        Silence { printer, bytes, bar: ProgressBar::hidden(), state }
    }

    /// Counts what is read.
    pub fn bar(&self) -> ProgressBar {
        self.bar.clone()
    }

    /// Shows the bar whenever it is time to, until the other end of `over` is dropped.
    pub fn watch(&self, over: Receiver<()>) {
        while over.recv_timeout(LOOK) == Err(RecvTimeoutError::Timeout) {
            let mut state = self.lock();
            match &state.seen {
                Some(seen) => seen.set_position(self.bar.position()),
                None if state.written.elapsed() >= PATIENCE => {
                    let seen = self.printer.start_progress(self.bytes);
                    seen.set_position(self.bar.position());
                    // Else what was read before would count as read in no time.
                    seen.reset_eta();
                    state.seen = Some(seen);
                }
                None => {}
            }
        }
        self.end(&mut self.lock());
    }

    /// Removes the bar: something is about to be written.
    fn end(&self, state: &mut State) {
        state.written = Instant::now();
        if state.seen.take().is_some() {
            self.printer.end_progress();
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A writer that ends the silence.
#[derive(Debug)]
pub struct Breaks<'a, W> {
    out: W,
    silence: &'a Silence<'a>,
}

impl<'a, W: Write> Breaks<'a, W> {
    /// Ends `silence` when something is written to `out`.
    pub fn new(out: W, silence: &'a Silence<'a>) -> Breaks<'a, W> {
        Breaks { out, silence }
    }
}

impl<W: Write> Write for Breaks<'_, W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut state = self.silence.lock();
        self.silence.end(&mut state);
        // The bar must not come back while this is on its way.
        self.out.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}
