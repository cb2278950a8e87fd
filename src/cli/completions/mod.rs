//! `imlog completions`: scripts for shells, made from the arguments themselves.

mod bash;
mod values;

use std::io::{self, Write};

use anyhow::Result;
use clap::Args as ClapArgs;
use clap_complete::Shell;

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
    pub shell: Shell,
}

/// Writes the script that completes `command` to standard output.
pub fn run(args: CompletionsArgs, command: clap::Command) -> Result<Status> {
    let mut command = values::added(command);
    let mut script = Vec::new();
    match args.shell {
        // The generator's own completes files after options only.
        Shell::Bash => script.extend(bash::script(&mut command).into_bytes()),
        shell => clap_complete::generate(shell, &mut command, "imlog", &mut script),
    }
    if args.shell == Shell::Fish {
        // Its generator leaves out what arguments without a dash may be.
        let subjects = explain::subjects().collect::<Vec<_>>().join(" ");
        writeln!(script, "complete -c imlog -n \"__fish_imlog_using_subcommand explain\" -f -a \"{subjects}\"")?;
        for nothing in
            ["needs_command", "using_subcommand keygen", "using_subcommand completions", "using_subcommand help"]
        {
            writeln!(script, "complete -c imlog -n \"__fish_imlog_{nothing}\" -f")?;
        }
        let shells = bash::values(&command, "completions", "shell").join(" ");
        writeln!(script, "complete -c imlog -n \"__fish_imlog_using_subcommand completions\" -f -a \"{shells}\"")?;
    }
    io::stdout().lock().write_all(&script)?;
    Ok(Status::Intact)
}
