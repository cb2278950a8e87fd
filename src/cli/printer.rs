//! Everything that goes to standard error: messages, colour, progress.

use std::fmt;
use std::io::{self, IsTerminal, Write};
use std::path::Path;
use std::sync::Mutex;
use std::time::Duration;

use anstyle::{AnsiColor, Style};
use indicatif::{ProgressBar, ProgressStyle};

use super::options::{Color, GlobalArgs};
use crate::output::terminal::steers;

const ERROR: Style = AnsiColor::Red.on_default().bold();
const WARNING: Style = AnsiColor::Yellow.on_default().bold();
const HINT: Style = AnsiColor::Cyan.on_default().bold();

/// How much to print.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
enum Verbosity {
    Quiet,
    #[default]
    Normal,
    Verbose,
}

/// Prints messages, from any thread.
#[derive(Debug, Default)]
pub struct Printer {
    verbosity: Verbosity,
    /// While there is one, messages appear above it.
    bar: Mutex<Option<ProgressBar>>,
}

impl Printer {
    /// A printer as the arguments want it.
    pub fn new(args: &GlobalArgs, verbosity: u8) -> Printer {
        match args.color {
            Color::Auto => {}
            Color::Always => anstream::ColorChoice::Always.write_global(),
            Color::Never => anstream::ColorChoice::Never.write_global(),
        }
        let verbosity = match (args.quiet, verbosity) {
            (true, _) => Verbosity::Quiet,
            (false, 0) => Verbosity::Normal,
            (false, _) => Verbosity::Verbose,
        };
        Printer { verbosity, bar: Mutex::new(None) }
    }

    /// Prints what failed, why, and what to do: `error: …`, then `hint: …`.
    pub fn error(&self, error: &anyhow::Error) {
        let hint = error.downcast_ref::<Hint>().map(|hint| hint.to_string());
        let causes = error.chain().map(|cause| cause.to_string());
        let causes: Vec<_> = causes.filter(|cause| Some(cause) != hint.as_ref()).collect();
        self.print(Some((ERROR, "error")), &causes.join(": "));
        if let Some(hint) = hint.or_else(|| system_hint(error)) {
            self.print(Some((HINT, "hint")), &hint);
        }
    }

    /// Prints what is wrong with the arguments, or the help, as clap puts it. `is_plain`: no argument [`steers`].
    ///
    /// # Errors
    /// If standard output cannot be written. (If standard error is closed, nobody is listening.)
    pub fn usage(error: &clap::Error, is_plain: bool) -> io::Result<()> {
        let rendered = error.render();
        // A glob may pass the names of strangers' files. If one contains control characters, there are no colours at
        // all, so that its own cannot pass for ours.
        let text = match is_plain {
            true => masked(&rendered.ansi().to_string()),
            false => safe(&rendered.to_string()),
        };
        if error.use_stderr() {
            let _ = anstream::stderr().lock().write_all(text.as_bytes());
            return Ok(());
        }
        let mut out = anstream::stdout().lock();
        out.write_all(text.as_bytes()).and_then(|()| out.flush())
    }

    /// Prints what the user should know, although the run goes on.
    pub fn warning(&self, message: impl fmt::Display) {
        if self.verbosity > Verbosity::Quiet {
            self.print(Some((WARNING, "warning")), &message.to_string());
        }
    }

    /// Prints how something was understood.
    pub fn note(&self, message: impl fmt::Display) {
        if self.verbosity > Verbosity::Quiet {
            self.print(Some((HINT, "note")), &message.to_string());
        }
    }

    /// Prints what to do about it.
    pub fn hint(&self, message: impl fmt::Display) {
        if self.verbosity > Verbosity::Quiet {
            self.print(Some((HINT, "hint")), &message.to_string());
        }
    }

    /// Prints the summary of a run.
    pub fn summary(&self, message: impl fmt::Display) {
        if self.verbosity > Verbosity::Quiet {
            self.print(None, &message.to_string());
        }
    }

    /// Whether to report what is done with each file.
    pub fn is_verbose(&self) -> bool {
        self.verbosity == Verbosity::Verbose
    }

    /// Reports what is done with a file, if that is wanted.
    pub fn verbose(&self, message: impl FnOnce() -> String) {
        if self.is_verbose() {
            self.print(None, &message());
        }
    }

    /// Whether there is somebody to look at a progress bar.
    pub fn shows_progress(&self) -> bool {
        self.verbosity > Verbosity::Quiet && io::stderr().is_terminal()
    }

    /// Starts a progress bar over this many bytes (0: over an unknown number), if there is somebody to look at it.
    pub fn start_progress(&self, bytes: u64) -> ProgressBar {
        if !self.shows_progress() {
            return ProgressBar::hidden();
        }
        let template = match bytes {
            0 => "{decimal_bytes} read, {decimal_bytes_per_sec}",
            _ => "{bar:30} {decimal_bytes}/{decimal_total_bytes} {decimal_bytes_per_sec}, {eta} left",
        };
        let style = ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar());
        let bar = ProgressBar::new(bytes).with_style(style);
        bar.enable_steady_tick(Duration::from_millis(100));
        *self.bar() = Some(bar.clone());
        bar
    }

    /// Removes the progress bar.
    pub fn end_progress(&self) {
        if let Some(bar) = self.bar().take() {
            bar.finish_and_clear();
        }
    }

    fn print(&self, label: Option<(Style, &str)>, message: &str) {
        let label = label.map(|(style, label)| format!("{style}{label}{style:#}: ")).unwrap_or_default();
        let message = safe(message);
        // If standard error is closed, nobody is listening.
        let write = || drop(writeln!(anstream::stderr().lock(), "{label}{message}"));
        match &*self.bar() {
            Some(bar) => bar.suspend(write),
            None => write(),
        }
    }

    fn bar(&self) -> std::sync::MutexGuard<'_, Option<ProgressBar>> {
        self.bar.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

/// What to do next, as part of an error's chain.
#[derive(Debug)]
pub struct Hint(pub String);

impl fmt::Display for Hint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Hint {}

/// A path on one line, whatever is in it.
pub struct Shown<'a>(pub &'a Path);

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for c in self.0.to_string_lossy().chars() {
            if steers(c) { write!(f, "{}", c.escape_default())? } else { write!(f, "{c}")? }
        }
        Ok(())
    }
}

/// The message without anything that controls a terminal, and without private keys.
fn safe(message: &str) -> String {
    let mut safe = String::with_capacity(message.len());
    for c in masked(message).chars() {
        match c {
            '\n' | '\t' => safe.push(c),
            c if steers(c) => safe.extend(c.escape_default()),
            c => safe.push(c),
        }
    }
    safe
}

/// The message without what may be a private key, also one with a few digits too many or too few. Somebody may have
/// given a key where something else belongs.
fn masked(message: &str) -> String {
    const DIGITS: usize = 64;
    const FEW: usize = 4;
    let mut masked = String::with_capacity(message.len());
    let mut rest = message;
    while let Some(start) = rest.find(|c: char| c.is_ascii_hexdigit()) {
        let (before, from) = rest.split_at(start);
        let end = from.find(|c: char| !c.is_ascii_hexdigit()).unwrap_or(from.len());
        let (digits, others) = from.split_at(end);
        masked.push_str(before);
        masked.push_str(if digits.len() + FEW < DIGITS { digits } else { "(hex digits, perhaps a key: not shown)" });
        rest = others;
    }
    masked + rest
}

/// What to do about an error that is the system's.
fn system_hint(error: &anyhow::Error) -> Option<String> {
    let system = error.chain().filter_map(|cause| cause.downcast_ref::<io::Error>());
    system.filter_map(io::Error::raw_os_error).find_map(hint_for).map(str::to_owned)
}

/// Sources: errno(3), whose numbers are the same on all Unix systems; Microsoft, "System Error Codes".
#[cfg(unix)]
fn hint_for(code: i32) -> Option<&'static str> {
    const ENFILE: i32 = 23;
    const EMFILE: i32 = 24;
    matches!(code, EMFILE | ENFILE).then_some("raise the limit with `ulimit -n`, or use fewer threads with -j")
}

#[cfg(not(unix))]
fn hint_for(code: i32) -> Option<&'static str> {
    const ERROR_ACCESS_DENIED: i32 = 5;
    const ERROR_SHARING_VIOLATION: i32 = 32;
    const ERROR_LOCK_VIOLATION: i32 = 33;
    match code {
        ERROR_ACCESS_DENIED => Some("if another program has it open, close it there; it may also be read-only"),
        ERROR_SHARING_VIOLATION | ERROR_LOCK_VIOLATION => Some("another program has it open: close it there"),
        _ => None,
    }
}

/// A number of bytes, with a unit.
pub struct Bytes(pub u64);

impl fmt::Display for Bytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", indicatif::DecimalBytes(self.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_message_holds_a_key() {
        let key = "5ec7e700".repeat(8);
        for message in [key.clone(), format!("a {key},{key} b"), format!("./0x{key}/x"), key.repeat(2), key[1..].into()]
        {
            assert!(!masked(&message).contains(&key[8..60]), "{message}");
        }
        assert_eq!(masked(&format!("`0x{key}`: no")), "`0x(hex digits, perhaps a key: not shown)`: no");
        let short = "cafe 0123456789abcdef0123456789abcdef01234567 ünd";
        assert_eq!(masked(short), short);
    }

    #[test]
    fn no_message_controls_a_terminal() {
        assert_eq!(safe("a\u{1b}]0;x\u{7}\u{9b}\u{202e}\nb"), "a\\u{1b}]0;x\\u{7}\\u{9b}\\u{202e}\nb");
        assert_eq!(Shown(Path::new("a\n\u{202e}b")).to_string(), "a\\n\\u{202e}b");
    }
}
