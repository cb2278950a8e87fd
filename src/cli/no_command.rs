//! What somebody means whose first argument is no command: a file, or the name that another program has for a command.

use std::ffi::OsString;
use std::path::Path;

use anyhow::{Error, anyhow};
use clap::error::{ContextKind, ContextValue, ErrorKind};

use super::printer::{Hint, Shown};
use crate::file_name::FileKind;
use crate::input::wanted::archive_stem;
use crate::output::excerpt::quoted;

/// Names of programs that search.
const SEARCHES: [&str; 6] = ["grep", "egrep", "zgrep", "rg", "search", "find"];

/// What to say about arguments that clap could not make sense of; `None` if it has said it well.
pub fn explain(error: &clap::Error, args: &[OsString]) -> Option<Error> {
    if error.kind() != ErrorKind::InvalidSubcommand {
        return None;
    }
    let Some(ContextValue::String(name)) = error.get(ContextKind::InvalidSubcommand) else { return None };
    if SEARCHES.contains(&name.as_str()) {
        let hint = format!("to search, use `{}`", search(name, args));
        return Some(anyhow!("`{name}` is no command of imlog").context(Hint(hint)));
    }
    let path = Path::new(name);
    let exists = path.exists();
    if !exists && FileKind::of(path).is_none() && archive_stem(path).is_none() {
        return None;
    }
    let what = match path {
        path if path.is_dir() => "is a folder",
        _ if exists => "is a file",
        _ => "looks like a file",
    };
    let word = quoted(name);
    let hint = format!(
        "`imlog cat {word}` shows what was logged, `imlog info {word}` sums it up, \
         `imlog decode {word}` writes the text next to the log"
    );
    Some(anyhow!("no command given: `{}` {what}", Shown(path)).context(Hint(hint)))
}

/// The command that searches for what `grep PATTERN PATH…` names; with options, only its shape.
fn search(name: &str, args: &[OsString]) -> String {
    let after = args.iter().skip_while(|arg| *arg != name).skip(1);
    let words: Option<Vec<_>> = after.map(|arg| arg.to_str().filter(|arg| !arg.starts_with('-')).map(quoted)).collect();
    match words.as_deref() {
        Some([pattern, paths @ ..]) if !paths.is_empty() => format!("imlog cat -e {pattern} {}", paths.join(" ")),
        Some([pattern]) => format!("imlog cat -e {pattern} PATH"),
        _ => "imlog cat -e PATTERN PATH".into(),
    }
}
