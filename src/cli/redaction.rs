//! `--redact` and `--redact-map`: pseudonyms in what is shown, and what they stand for in a file.

use std::io;
use std::path::{Path, PathBuf};

use anyhow::{Context, Error, Result, anyhow};
use clap::{Args as ClapArgs, ValueHint};
use serde::Serialize;

use super::printer::{Hint, Printer, Shown};
use crate::folder::Folder;
use crate::output::secret;
use crate::redact::Redactor;

/// Options of redaction. Not a word on each other: a report is redacted unless told otherwise.
#[derive(Debug, Default, ClapArgs)]
pub struct RedactArgs {
    /// Show pseudonyms (user-1, ip-2) for ids, names, addresses and tokens; texts of messages stay as they are
    #[arg(long, help_heading = "Redaction")]
    pub redact: bool,
    /// Write what each pseudonym stands for to FILE, which must not exist yet; only you may read it
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, help_heading = "Redaction")]
    pub redact_map: Option<PathBuf>,
}

/// A line of the map.
#[derive(Serialize)]
struct MapLine<'a> {
    pseudonym: String,
    value: std::borrow::Cow<'a, str>,
}

impl RedactArgs {
    /// A redactor, if one is asked for. `output`: where else something is written.
    ///
    /// # Errors
    /// The map has no redaction or no place of its own: nothing has been done then.
    pub fn redactor(&self, output: Option<&Path>) -> Result<Option<Redactor>> {
        self.redactor_if(self.redact, output)
    }

    /// A redactor, if this is to be redacted.
    ///
    /// # Errors
    /// As [`redactor`](RedactArgs::redactor).
    pub fn redactor_if(&self, redact: bool, output: Option<&Path>) -> Result<Option<Redactor>> {
        if let Some(path) = self.redact_map.as_deref() {
            if !redact {
                return Err(anyhow!("--redact-map needs --redact"));
            }
            if path.as_os_str() == "-" || Some(path) == output {
                let hint = Hint("give it a file of its own".into());
                return Err(anyhow!("the map would be passed on with what it explains").context(hint));
            }
            if path.symlink_metadata().is_ok() {
                return Err(exists(path));
            }
            // It would be a pity to learn it after all the work.
            Folder::around(path).with_context(|| cannot_write(path))?;
        }
        Ok(redact.then(Redactor::default))
    }

    /// Writes the map of a redactor, if there is one and it is asked for, after everything else. Returns whether all is well; if it cannot be written,
    /// which is reported, nothing is left of it.
    pub fn write_map(&self, redactor: Option<&Redactor>, printer: &Printer) -> bool {
        let written = redactor.map_or(Ok(()), |redactor| self.try_write_map(redactor, printer));
        if let Err(error) = &written {
            printer.error(error);
        }
        written.is_ok()
    }

    fn try_write_map(&self, redactor: &Redactor, printer: &Printer) -> Result<()> {
        let Some(path) = &self.redact_map else { return Ok(()) };
        let mut map = Vec::new();
        for alias in redactor.aliases() {
            let line = MapLine { pseudonym: alias.pseudonym(), value: String::from_utf8_lossy(alias.value) };
            serde_json::to_writer(&mut map, &line).context("cannot write the map")?;
            map.push(b'\n');
        }
        match secret::write(path, &map) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => return Err(exists(path)),
            written => written.with_context(|| cannot_write(path))?,
        }
        if redactor.forgotten() > 0 {
            let shown = Shown(path);
            printer.warning(format!("`{shown}` lacks values: there were too many, or they were too long"));
        }
        Ok(())
    }
}

fn cannot_write(path: &Path) -> String {
    format!("cannot write `{}`", Shown(path))
}

fn exists(path: &Path) -> Error {
    let hint = Hint("choose another name: a map is never replaced".into());
    anyhow!("`{}` exists already", Shown(path)).context(hint)
}
