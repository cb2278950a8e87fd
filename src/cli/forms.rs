//! `--form`: line forms of one's own, as regular expressions or as format files of lnav.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, anyhow};
use clap::Args as ClapArgs;
use serde::Deserialize;

use super::config;
use super::printer::{Hint, Printer, Shown};
use crate::line::{BadForm, Level, OwnForm, teach};

/// Line forms.
#[derive(Debug, ClapArgs)]
pub struct FormArgs {
    /// A regular expression for lines that imlog does not know, with groups named time, level, tag …; or a format file
    /// of lnav (*.json). May be repeated
    ///
    /// Groups: time, level, pid, tid, tag, source, line, function, message, as in (?<time>\S+ \S+) (?<level>\w).
    /// imlog.toml in the configuration folder may hold forms, too.
    #[arg(long, value_name = "REGEX", help_heading = "Line forms")]
    pub form: Vec<String>,
}

/// Reads all forms, and teaches them to everything that reads lines.
///
/// # Errors
/// If one is none.
pub fn teach_all<'a>(forms: impl Iterator<Item = &'a String>, printer: &Printer) -> Result<()> {
    let mut taught = Vec::new();
    for form in forms {
        match config::is_file(form) {
            true => taught.extend(of_lnav(Path::new(form), printer)?),
            false => taught.push(OwnForm::new(form).map_err(|error| refused(form, error))?),
        }
    }
    if !taught.is_empty() {
        teach(taught);
    }
    Ok(())
}

fn refused(form: &str, error: BadForm) -> anyhow::Error {
    let hint = Hint(
        "it needs groups with the names of fields, as in `(?<time>\\S+ \\S+) (?<level>\\w) (?<message>.*)`; fields are \
         time, level, pid, tid, tag, source, line, function and message"
            .into(),
    );
    anyhow!(error).context(format!("`{form}` is not a line form")).context(hint)
}

/// A format of lnav. Source: its documentation, "Log Formats".
#[derive(Debug, Deserialize)]
struct LnavFormat {
    #[serde(default)]
    regex: BTreeMap<String, LnavRegex>,
    #[serde(default, rename = "timestamp-field")]
    timestamp_field: Option<String>,
    #[serde(default, rename = "level-field")]
    level_field: Option<String>,
    #[serde(default, rename = "body-field")]
    body_field: Option<String>,
    #[serde(default, rename = "module-field")]
    module_field: Option<String>,
    #[serde(default)]
    level: BTreeMap<String, serde_json::Value>,
}

#[derive(Debug, Deserialize)]
struct LnavRegex {
    pattern: String,
}

/// The forms in a format file of lnav. What only its own engine can read is left out.
fn of_lnav(path: &Path, printer: &Printer) -> Result<Vec<OwnForm>> {
    let shown = Shown(path);
    let text = fs::read_to_string(path).with_context(|| format!("cannot read `{shown}`"))?;
    let file: BTreeMap<String, serde_json::Value> =
        serde_json::from_str(&text).with_context(|| format!("`{shown}` is not a format file of lnav"))?;
    let mut forms = Vec::new();
    for (name, value) in file.iter().filter(|(name, value)| !name.starts_with('$') && value.is_object()) {
        let format = LnavFormat::deserialize(value).with_context(|| format!("`{shown}`: cannot read `{name}`"))?;
        for (variant, regex) in &format.regex {
            match format.form(&regex.pattern) {
                Ok(form) => forms.push(form),
                Err(error) => {
                    let error = anyhow!(error);
                    printer.warning(format!("`{shown}`: {name}/{variant} left out: {error:#}"));
                }
            }
        }
    }
    if forms.is_empty() {
        let hint = Hint("imlog reads the `regex` of a format; those of JSON logs have none".into());
        return Err(anyhow!("`{shown}` has no form that imlog can read").context(hint));
    }
    Ok(forms)
}

impl LnavFormat {
    fn form(&self, pattern: &str) -> Result<OwnForm, BadForm> {
        let mut pattern = pattern.to_owned();
        let fields = [
            (&self.timestamp_field, "timestamp"),
            (&self.level_field, "level"),
            (&self.body_field, "body"),
            (&self.module_field, "module"),
        ];
        for (field, name) in fields {
            for open in ["(?<", "(?P<"] {
                let field = field.as_deref().unwrap_or(name);
                pattern = pattern.replace(&format!("{open}{field}>"), &format!("(?<{name}>"));
            }
        }
        let mut form = OwnForm::lenient(&pattern)?;
        for (name, patterns) in &self.level {
            let Some(level) = level(name) else { continue };
            let patterns = patterns.as_array().map_or(std::slice::from_ref(patterns), Vec::as_slice);
            for pattern in patterns.iter().filter_map(serde_json::Value::as_str) {
                form = form.with_level(level, pattern)?;
            }
        }
        Ok(form)
    }
}

/// What lnav's levels are here.
fn level(name: &str) -> Option<Level> {
    Some(match name {
        "trace" => Level::Verbose,
        name if name.starts_with("debug") => Level::Debug,
        "info" | "stats" | "notice" => Level::Info,
        "warning" => Level::Warn,
        "error" => Level::Error,
        "critical" | "fatal" => Level::Fatal,
        _ => return None,
    })
}
