//! Private keys, from wherever the user keeps them. They are never shown, not even in errors.

use std::path::Path;
use std::{fs, io};

use anyhow::{Context, Result, anyhow};

use super::options::KeyArgs;
use super::printer::{Hint, Shown};
use crate::codec::keys::{KeyRing, PrivateKey};

/// The environment variable that may hold keys, separated by commas or white space.
const VARIABLE: &str = "IMLOG_KEY";

const WHAT_A_KEY_IS: &str =
    "the private key is the counterpart of the public key that the app was built with: 64 hex digits";

/// All keys that were given, on a ring.
pub fn ring(args: &KeyArgs) -> Result<KeyRing> {
    Ok(KeyRing::new(all(args)?))
}

/// All keys that were given.
pub fn all(args: &KeyArgs) -> Result<Vec<PrivateKey>> {
    let mut keys = Vec::new();
    for text in &args.key {
        keys.push(parse(text, || "the key given with `--key`".into())?);
    }
    for path in &args.key_file {
        keys.extend(of_file(path)?);
    }
    match std::env::var(VARIABLE) {
        Ok(text) => {
            for text in text.split([',', ' ', '\t', '\n', '\r']).filter(|text| !text.is_empty()) {
                keys.push(parse(text, || format!("the key in {VARIABLE}"))?);
            }
        }
        Err(std::env::VarError::NotPresent) => {}
        Err(std::env::VarError::NotUnicode(_)) => {
            return Err(anyhow!("the key in {VARIABLE} is not valid").context(Hint(WHAT_A_KEY_IS.into())));
        }
    }
    Ok(keys)
}

/// The keys in a file.
pub fn of_file(path: &Path) -> Result<Vec<PrivateKey>> {
    let name = format!("key file `{}`", Shown(path));
    of_text(&fs::read_to_string(path).with_context(|| format!("cannot read {name}"))?, &name)
}

/// The keys on standard input, in the form of a key file.
pub fn of_stdin() -> Result<Vec<PrivateKey>> {
    let name = "standard input";
    of_text(&io::read_to_string(io::stdin()).with_context(|| format!("cannot read {name}"))?, name)
}

/// The keys in a text: one per line, with comments after `#`. `name`: what the text is called in messages.
fn of_text(text: &str, name: &str) -> Result<Vec<PrivateKey>> {
    let text = text.trim_start_matches('\u{feff}');
    let mut keys = Vec::new();
    for (number, line) in text.lines().enumerate() {
        let line = line.split('#').next().unwrap_or_default().trim();
        if !line.is_empty() {
            keys.push(parse(line, || format!("line {} of {name}", number + 1))?);
        }
    }
    if keys.is_empty() {
        return Err(anyhow!("no key in {name}").context(Hint(WHAT_A_KEY_IS.into())));
    }
    Ok(keys)
}

fn parse(text: &str, source: impl Fn() -> String) -> Result<PrivateKey> {
    PrivateKey::parse(text)
        .map_err(|error| anyhow!("cannot use {}: {error}", source()).context(Hint(WHAT_A_KEY_IS.into())))
}
