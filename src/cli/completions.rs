//! `imlog completions`: scripts for shells, made from the arguments themselves.

use std::io::{self, Write};

use anyhow::Result;
use clap::Args as ClapArgs;

use super::explain;
use super::status::Status;

/// Examples, below the options.
pub const HELP: &str = "\
Examples:
  imlog completions bash > ~/.local/share/bash-completion/completions/imlog
  imlog completions zsh > ~/.zfunc/_imlog           a folder of $fpath
  imlog completions fish > ~/.config/fish/completions/imlog.fish";

/// Arguments of `completions`.
#[derive(Debug, ClapArgs)]
pub struct CompletionsArgs {
    /// The shell
    pub shell: clap_complete::Shell,
}

/// Writes the script that completes `command` to standard output.
pub fn run(args: CompletionsArgs, command: clap::Command) -> Result<Status> {
    let mut command = explain::for_completion(command);
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut command, "imlog", &mut script);
    if args.shell == clap_complete::Shell::Fish {
        // Its generator leaves out what arguments without a dash may be.
        let subjects = explain::subjects().collect::<Vec<_>>().join(" ");
        writeln!(script, "complete -c imlog -n \"__fish_imlog_using_subcommand explain\" -f -a \"{subjects}\"")?;
    }
    io::stdout().lock().write_all(&script)?;
    Ok(Status::Intact)
}
