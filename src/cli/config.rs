//! `imlog.toml` in the configuration folder of the platform: line forms, key files and the default zone, for every run.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, anyhow};
use etcetera::BaseStrategy;
use serde::Deserialize;

use super::printer::{Hint, Shown};

/// The variable that names another file; empty: none is read.
const VARIABLE: &str = "IMLOG_CONFIG";

/// What the file says.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct ConfigFile {
    /// Zone of lines that name none, in logs that name none.
    pub zone: Option<String>,
    /// Files with private keys. Relative paths start where the file lies.
    pub key_files: Vec<PathBuf>,
    /// Line forms: regular expressions, or lnav's format files.
    pub forms: Vec<String>,
}

impl ConfigFile {
    /// Reads the file, if there is one.
    ///
    /// # Errors
    /// If it cannot be read, or says something that is not known.
    pub fn read() -> Result<ConfigFile> {
        let Some(path) = path() else { return Ok(ConfigFile::default()) };
        let text = match fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound && std::env::var_os(VARIABLE).is_none() => {
                return Ok(ConfigFile::default());
            }
            Err(error) => return Err(anyhow!(error).context(format!("cannot read `{}`", Shown(&path)))),
        };
        let mut config: ConfigFile = toml::from_str(&text).map_err(|error| {
            let hint = Hint("it may say `zone`, `key-files` and `forms`; IMLOG_CONFIG= leaves it out".into());
            anyhow!("{}", error.to_string().trim_end()).context(format!("cannot use `{}`", Shown(&path))).context(hint)
        })?;
        let folder = path.parent().unwrap_or(Path::new(""));
        config.key_files.iter_mut().for_each(|file| *file = folder.join(&*file));
        for form in config.forms.iter_mut().filter(|form| is_file(form)) {
            *form = folder.join(&*form).to_string_lossy().into_owned();
        }
        Ok(config)
    }

    /// The zone, in minutes ahead of UTC.
    ///
    /// # Errors
    /// If it is none.
    pub fn zone(&self) -> Result<Option<i16>> {
        let zone = |text: &String| crate::filter::zone(text).with_context(|| format!("the zone `{text}` is none"));
        let hint = || Hint("a zone is `+08:00` or `Z`".into());
        self.zone.as_ref().map(|text| zone(text).with_context(hint)).transpose()
    }
}

/// Whether a form is the name of a file of lnav, rather than a regular expression.
pub fn is_file(form: &str) -> bool {
    form.ends_with(".json")
}

fn path() -> Option<PathBuf> {
    match std::env::var_os(VARIABLE) {
        Some(path) => Some(PathBuf::from(path)).filter(|path| !path.as_os_str().is_empty()),
        None => Some(etcetera::choose_base_strategy().ok()?.config_dir().join("imlog").join("imlog.toml")),
    }
}
