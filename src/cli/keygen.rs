//! `imlog keygen`: makes a key pair, or shows the public key of a private key.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, anyhow};
use clap::{Args as ClapArgs, ValueHint};

use super::options::KeyArgs;
use super::printer::{Hint, Printer, Shown};
use super::{Status, keys, status};
use crate::codec::keys::{PrivateKey, hex};
use crate::output::secret;

/// Examples and exit codes, below the options.
pub const HELP: &str = "\
Examples:
  imlog keygen app.key           write the private key to app.key, and show the
                                 public key
  imlog keygen -                 write the private key to standard output, with
                                 the public key as a comment
  imlog keygen --public app.key  show the public key of a private key

Build the app with the public key (128 hex digits, x then y): in mars, it is the
pub_key of appender_open. Whoever has the private key can read the logs: keep
app.key where only you can read it, and give it to imlog with --key-file.

Exit codes:
  0  done
  1  FILE was written, but the public key could not be shown
  2  nothing was done: FILE already exists, or cannot be written or read";

/// Arguments of `keygen`.
#[derive(Debug, ClapArgs)]
pub struct KeygenArgs {
    /// Where to write the private key; - for standard output. With --public: the key file to read; - for standard input
    ///
    /// FILE must not exist yet; only its owner can read it. It also holds the public key, as a comment.
    #[arg(value_name = "FILE", value_hint = ValueHint::FilePath, required_unless_present = "public")]
    #[arg(conflicts_with_all = ["key_file", "key"])]
    pub file: Option<PathBuf>,
    /// Make no key; show the public keys of private ones, one per line
    #[arg(long)]
    pub public: bool,
    /// Where private keys come from if there is no FILE.
    #[command(flatten)]
    pub keys: KeyArgs,
}

/// Makes a key pair, or shows public keys.
pub fn run(args: KeygenArgs, printer: &Printer) -> Result<Status> {
    let mut made = None;
    let shown = match args.file {
        Some(file) if args.public && file.as_os_str() == "-" => public_lines(&keys::of_stdin()?),
        Some(file) if args.public => public_lines(&keys::of_file(&file)?),
        Some(file) => {
            let key = new_key()?;
            if file.as_os_str() == "-" {
                key_file(&key)
            } else {
                save(&file, &key)?;
                let shown = public_lines(&[key]);
                made = Some(file);
                shown
            }
        }
        None => {
            let keys = keys::all(&args.keys)?;
            if keys.is_empty() {
                let hint = "name a key file, or give a key with --key-file, IMLOG_KEY or --key";
                return Err(anyhow!("no private key given").context(Hint(hint.into())));
            }
            public_lines(&keys)
        }
    };
    let mut out = io::stdout().lock();
    let written = out.write_all(shown.as_bytes()).and_then(|()| out.flush()).context("cannot write standard output");
    match (written, made) {
        (Err(error), Some(file)) if !status::is_closed_pipe(&error) => {
            let file = Shown(&file);
            let hint = format!("the private key is in `{file}`; `imlog keygen --public {file}` shows the public key");
            printer.error(&error.context(Hint(hint)));
            Ok(Status::Flawed)
        }
        (written, _) => written.map(|()| Status::Intact),
    }
}

fn new_key() -> Result<PrivateKey> {
    let mut bytes = [0; 32];
    loop {
        getrandom::fill(&mut bytes).map_err(|error| anyhow!("the system provides no random numbers: {error}"))?;
        if let Ok(key) = PrivateKey::from_bytes(&bytes) {
            return Ok(key);
        }
    }
}

fn save(path: &Path, key: &PrivateKey) -> Result<()> {
    secret::write(path, key_file(key).as_bytes()).map_err(|error| {
        let exists = error.kind() == io::ErrorKind::AlreadyExists;
        let error = anyhow!(error).context(format!("cannot write `{}`", Shown(path)));
        match exists {
            true => error.context(Hint("a key is never replaced, as logs may need it; choose another name".into())),
            false => error,
        }
    })
}

/// The contents of a key file. `--key-file` ignores the comment.
fn key_file(key: &PrivateKey) -> String {
    format!("# public key: {}\n{}\n", hex(&key.public()), key.reveal())
}

fn public_lines(keys: &[PrivateKey]) -> String {
    keys.iter().map(|key| hex(&key.public()) + "\n").collect()
}
