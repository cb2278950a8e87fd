//! Everything that goes to standard error: messages, colour, progress.

use std::fmt;
use std::io::{self, IsTerminal, Write};
use std::path::Path;
use std::sync::Mutex;
use std::time::Duration;

use anstyle::{AnsiColor, Style};
use indicatif::{ProgressBar, ProgressStyle};

use super::args::{Color, GlobalArgs};
use crate::codec::keys::PrivateKey;

const ERROR: Style = AnsiColor::Red.on_default().bold();
const WARNING: Style = AnsiColor::Yellow.on_default().bold();
const HINT: Style = AnsiColor::Cyan.on_default().bold();

/// How much to say.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Level {
    Quiet,
    Normal,
    Verbose,
}

/// Says things, from any thread.
#[derive(Debug)]
pub struct Printer {
    level: Level,
    /// While it is there, messages stand above it.
    bar: Mutex<Option<ProgressBar>>,
}

impl Printer {
    /// A printer as the user wants it.
    pub fn new(args: &GlobalArgs, verbosity: u8) -> Printer {
        match args.color {
            Color::Auto => {}
            Color::Always => anstream::ColorChoice::Always.write_global(),
            Color::Never => anstream::ColorChoice::Never.write_global(),
        }
        let level = match (args.quiet, verbosity) {
            (true, _) => Level::Quiet,
            (false, 0) => Level::Normal,
            (false, _) => Level::Verbose,
        };
        Printer { level, bar: Mutex::new(None) }
    }

    /// What failed, why, and what to do: `error: …`, then `hint: …`.
    pub fn error(&self, error: &anyhow::Error) {
        let hint = error.downcast_ref::<Hint>().map(|hint| hint.to_string());
        let causes = error.chain().map(|cause| cause.to_string());
        let causes: Vec<_> = causes.filter(|cause| Some(cause) != hint.as_ref()).collect();
        let mut message = format!("{ERROR}error{ERROR:#}: {}", causes.join(": "));
        if let Some(hint) = hint {
            message += &format!("\n{HINT}hint{HINT:#}: {hint}");
        }
        self.say(&message);
    }

    /// What the user should know, though it went on.
    pub fn warning(&self, message: impl fmt::Display) {
        if self.level > Level::Quiet {
            self.say(&format!("{WARNING}warning{WARNING:#}: {message}"));
        }
    }

    /// What could be done about it.
    pub fn hint(&self, message: impl fmt::Display) {
        if self.level > Level::Quiet {
            self.say(&format!("{HINT}hint{HINT:#}: {message}"));
        }
    }

    /// How it went.
    pub fn summary(&self, message: impl fmt::Display) {
        if self.level > Level::Quiet {
            self.say(&message.to_string());
        }
    }

    /// Whether the user wants to know what is done with each file.
    pub fn is_verbose(&self) -> bool {
        self.level == Level::Verbose
    }

    /// What is done, for those who want to know.
    pub fn verbose(&self, message: impl FnOnce() -> String) {
        if self.is_verbose() {
            self.say(&message());
        }
    }

    /// Starts a progress bar over so many bytes, if there is a terminal to show it.
    pub fn start_progress(&self, bytes: u64) -> ProgressBar {
        if self.level == Level::Quiet || !io::stderr().is_terminal() {
            return ProgressBar::hidden();
        }
        let template = "{bar:30} {decimal_bytes}/{decimal_total_bytes} {decimal_bytes_per_sec}, {eta} left";
        let style = ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar());
        let bar = ProgressBar::new(bytes).with_style(style);
        bar.enable_steady_tick(Duration::from_millis(100));
        *self.bar() = Some(bar.clone());
        bar
    }

    /// Takes the bar away.
    pub fn end_progress(&self) {
        if let Some(bar) = self.bar().take() {
            bar.finish_and_clear();
        }
    }

    fn say(&self, message: &str) {
        // Where standard error is closed, there is nobody to tell.
        let write = || drop(writeln!(anstream::stderr().lock(), "{message}"));
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
        let text = self.0.to_string_lossy();
        if PrivateKey::parse(&text).is_ok() {
            // A key that was given where a path belongs.
            return f.write_str("(64 hex digits, a key perhaps: not shown)");
        }
        for c in text.chars() {
            if c.is_control() { write!(f, "{}", c.escape_default())? } else { write!(f, "{c}")? }
        }
        Ok(())
    }
}

/// A number of bytes, as people write it.
pub struct Bytes(pub u64);

impl fmt::Display for Bytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", indicatif::DecimalBytes(self.0))
    }
}
