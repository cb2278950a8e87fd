//! `imlog completions`: scripts for shells, made from the arguments themselves.

use std::io::{self, Write};

use anyhow::Result;
use clap::Args as ClapArgs;

use super::status::Status;

/// Arguments of `completions`.
#[derive(Debug, ClapArgs)]
pub struct CompletionsArgs {
    /// The shell
    pub shell: clap_complete::Shell,
}

/// Writes the script that completes `command` to standard output.
pub fn run(args: CompletionsArgs, mut command: clap::Command) -> Result<Status> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut command, "imlog", &mut script);
    io::stdout().lock().write_all(&script)?;
    Ok(Status::Intact)
}
