//! `imlog completions`: scripts for shells, made from the arguments themselves.

use std::io::{self, Write};

use anyhow::Result;
use clap::CommandFactory;

use super::args::{Args, CompletionsArgs};
use super::status::Status;

/// Writes the script to standard output.
pub fn run(args: CompletionsArgs) -> Result<Status> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Args::command(), "imlog", &mut script);
    io::stdout().lock().write_all(&script)?;
    Ok(Status::Whole)
}
