//! The command line, a thin layer over the library: a file or folder per command, and what the commands share.

mod args;
mod cat;
mod completions;
mod config;
mod decode;
mod diagnose;
mod explain;
mod forms;
mod info;
mod inputs;
mod interrupt;
mod keygen;
mod keys;
mod live;
mod man;
mod newest;
mod no_command;
mod options;
mod packages;
mod page;
mod printer;
mod problems;
mod prune;
mod redaction;
mod silence;
mod sources;
mod status;
mod stdout;
mod watch;
mod zones;

use std::ffi::OsString;
use std::io;

use clap::{CommandFactory, FromArgMatches};

use args::{Args, Command};
use printer::Printer;
pub use status::Status;

use crate::output::terminal::steers;

/// Reads the arguments.
fn parse(args: &[OsString]) -> Result<Args, clap::Error> {
    let command = Args::command();
    // Tables have no matches to show alone: with --format, -o is where they go, as everywhere else.
    #[cfg(feature = "tables")]
    let is_format = |arg: &OsString| arg == "--format" || arg.to_string_lossy().starts_with("--format=");
    #[cfg(feature = "tables")]
    let command = match args.iter().skip(1).any(is_format) {
        true => command.mut_subcommand("cat", |cat| {
            cat.mut_arg("only_matching", |arg| arg.short(None)).mut_arg("output", |arg| arg.short('o'))
        }),
        false => command,
    };
    Args::from_arg_matches(&command.try_get_matches_from(args)?)
}

/// Runs the program with these arguments, its own name first.
pub fn main(args: impl IntoIterator<Item = OsString>) -> Status {
    let args: Vec<_> = args.into_iter().collect();
    let is_plain = !args.iter().any(|arg| arg.to_string_lossy().contains(steers));
    let mut args = match parse(&args) {
        Ok(args) => args,
        Err(error) => {
            if let Some(error) = no_command::explain(&error, &args) {
                Printer::default().error(&error);
                return Status::Nothing;
            }
            // Help and version come this way too.
            return match Printer::usage(&error, is_plain) {
                Ok(()) if error.use_stderr() => Status::Nothing,
                Err(failed) if failed.kind() != io::ErrorKind::BrokenPipe => {
                    let failed = anyhow::Error::new(failed).context("cannot write standard output");
                    Printer::default().error(&failed);
                    Status::Nothing
                }
                _ => Status::Intact,
            };
        }
    };
    if cfg!(windows) {
        args.command.expand_wildcards();
    }
    let printer = Printer::new(&args.global, args.command.verbosity());
    if let Err(error) = args.command.configure(&printer) {
        printer.error(&error);
        return Status::Nothing;
    }
    let result = match args.command {
        Command::Decode(args) => decode::run(args, &printer),
        Command::Cat(args) => cat::run(args, &printer),
        Command::Prune(args) => prune::run(args, &printer),
        Command::Info(args) => info::run(args, &printer),
        Command::Diagnose(args) => diagnose::run(args, &printer),
        Command::Explain(args) => explain::run(args, &printer),
        Command::Keygen(args) => keygen::run(args, &printer),
        Command::Completions(args) => completions::run(args, Args::command()),
        Command::Man(args) => man::run(args, Args::command()),
    };
    result.unwrap_or_else(|error| {
        if status::is_closed_pipe(&error) {
            return Status::Intact;
        }
        printer.error(&error);
        Status::Nothing
    })
}
