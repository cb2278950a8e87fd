//! The arguments, and the help that explains them.

use anyhow::Result;
use clap::{Parser, Subcommand};

use super::cat::args::CatArgs;
use super::completions::CompletionsArgs;
use super::config::ConfigFile;
use super::decode::args::DecodeArgs;
use super::diagnose::args::DiagnoseArgs;
use super::explain::ExplainArgs;
use super::forms::teach_all;
use super::info::args::InfoArgs;
use super::keygen::KeygenArgs;
use super::man::ManArgs;
use super::options::GlobalArgs;
use super::printer::Printer;
use super::prune::args::PruneArgs;
use crate::input::wildcards;

/// Where the logs are, for the help texts. Source: the vendor's pages on log locations.
const WHERE_LOGS_ARE: &str = "\
Where the logs are:
  Android  /sdcard/Android/data/<package>/files/log/tencent/imsdk
           /sdcard/tencent/imsdklogs/<package>   (SDK before 4.8.50)
  iOS      Library/Caches/com_tencent_imsdk_log  (older: Library/Caches)
  macOS    Library/Caches
  Windows  com_tencent_imsdk_log, next to the program";

const EXIT_CODES: &str = "\
Exit codes:
  0  everything was decoded and is intact
  1  something was damaged, missing or failed (it is named)
  2  wrong usage, or none of the PATHs exists";

/// What `--version` says; `-V` says the number alone.
const LONG_VERSION: &str =
    concat!(env!("IMLOG_VERSION"), "\ntarget:   ", env!("IMLOG_TARGET"), "\nfeatures: ", env!("IMLOG_FEATURES"));

/// Reads the .xlog files of Tencent mars and the Tencent Cloud IM SDK.
#[derive(Debug, Parser)]
#[command(
    name = "imlog",
    // Not as the file is called: `imlog.exe`.
    bin_name = "imlog",
    version,
    long_version = LONG_VERSION,
    max_term_width = 100,
    subcommand_required = true,
    arg_required_else_help = true,
    after_help = format!("\
Examples:
  imlog decode imsdk_20231106.xlog      write imsdk_20231106.xlog.log next to it
  imlog decode logs/                    every log in the folder and below
  imlog decode support.zip              every log in a zip or tar, into support/
  imlog decode -o - a.xlog | less       to standard output
  imlog cat -l warn --since 2h logs/    warnings and above, last two hours
  imlog info logs/                      what is in them, and are they intact?
  imlog prune -n --days 7 logs/         list logs that are older than 7 days

{WHERE_LOGS_ARE}

{EXIT_CODES}

`imlog help COMMAND` says more about each command.")
)]
pub struct Args {
    /// Options of all commands.
    #[command(flatten)]
    pub global: GlobalArgs,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

impl Command {
    /// Adds what the configuration file says, and teaches line forms to what reads lines.
    ///
    /// # Errors
    /// If the file or a form cannot be read.
    pub fn configure(&mut self, printer: &Printer) -> Result<()> {
        let (read, forms) = match self {
            Command::Cat(args) => (&mut args.read, Some(&args.forms)),
            Command::Info(args) => (&mut args.read, Some(&args.forms)),
            Command::Diagnose(args) => (&mut args.read, Some(&args.forms)),
            Command::Decode(args) => (&mut args.read, None),
            Command::Prune(_)
            | Command::Explain(_)
            | Command::Keygen(_)
            | Command::Completions(_)
            | Command::Man(_) => return Ok(()),
        };
        let config = ConfigFile::read()?;
        read.keys.key_file.extend(config.key_files.iter().cloned());
        read.zone = config.zone()?;
        // Those of the command line come first.
        forms.map_or(Ok(()), |forms| teach_all(forms.form.iter().chain(&config.forms), printer))
    }

    /// Replaces each PATH that has wildcards by what matches.
    pub fn expand_wildcards(&mut self) {
        let paths = match self {
            Command::Cat(args) => &mut args.paths,
            Command::Decode(args) => &mut args.paths,
            Command::Diagnose(args) => &mut args.paths,
            Command::Info(args) => &mut args.paths,
            Command::Prune(args) => &mut args.paths,
            Command::Explain(_) | Command::Keygen(_) | Command::Completions(_) | Command::Man(_) => return,
        };
        *paths = std::mem::take(paths).into_iter().flat_map(wildcards::expand).collect();
    }

    /// How often `-v` was given.
    pub fn verbosity(&self) -> u8 {
        match self {
            Command::Decode(args) => args.verbose.verbose,
            Command::Prune(args) => args.verbose.verbose,
            _ => 0,
        }
    }
}

/// The subcommands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Decode .xlog files and cache files to text
    #[command(after_long_help = format!("\
Examples:
  imlog decode imsdk_20231106.xlog      write imsdk_20231106.xlog.log next to it
  imlog decode                          every log in this folder and below
  imlog decode --output-dir text logs/  mirror the folder tree in text/
  imlog decode --key-file app.key logs/ encrypted logs
  imlog decode support.zip              its logs, into the folder support
  ssh host tar cz logs | imlog decode --output-dir text -
  imlog decode -u logs/                 only logs that have changed
  adb exec-out cat /sdcard/…/imsdk_20231106.xlog | imlog decode -

{WHERE_LOGS_ARE}

In a text, a line that starts with [F]imlog: marks where something is missing.

{EXIT_CODES}"))]
    Decode(DecodeArgs),
    /// Show records of logs and texts: by level, time, tag or pattern, merged, or as JSON
    #[command(after_long_help = format!("{}\n\n{}", super::cat::args::HELP, super::cat::args::EXIT_CODES))]
    Cat(CatArgs),
    /// Remove old logs and their texts, and nothing else
    #[command(after_long_help = format!("\
Examples:
  imlog prune -n .                      list what is older than seven days, here
                                        and below; nothing is removed
  imlog prune --days 30 /srv/logs       remove what is older than thirty days
  imlog prune -v --prune-empty-dirs .   list what is removed, emptied folders too
  imlog prune -n0 logs | xargs -0 du -ch

Each night, from cron:
  15 3 * * *  imlog prune --quiet --days 7 /srv/logs

What is removed: *.xlog, *.xlog.gz, *.xlog.zst and *.xlog.log (ignoring case),
  once the youngest line that they can hold is older than N days. A day in the
  name (imsdk_20231106.xlog, imsdk_C_20231105-2.xlog, PREFIX_20231105_1.xlog)
  counts to its end, local time: with N = 7, the log of the 6th goes when the
  14th begins; one dated today stays with any N. Without a day in the name, the
  time of the last write counts; for a text, that of its log if the log is next
  to it. With N = 0, a log that was written today stays, whatever its name. Files
  dated in the future stay.

What stays at any age: cache files (*.mmap2, *.mmap3: they may hold lines that
  are nowhere else) and their texts, plain text logs (imsdk_20231106.log), links
  and what they point to, files that change during the run, everything else.

{WHERE_LOGS_ARE}

Exit codes:
  0  done, even if there was nothing to remove
  1  done, but something could not be read or removed (it is named)
  2  wrong usage, or none of the PATHs exists"))]
    Prune(PruneArgs),
    /// Show what is in logs, and whether they are intact
    #[command(after_long_help = super::info::args::HELP)]
    Info(InfoArgs),
    /// Say what went wrong, when, and what to do
    #[command(after_long_help = super::diagnose::args::HELP)]
    Diagnose(DiagnoseArgs),
    /// Explain error codes of the IM SDK and rules of `diagnose`
    #[command(after_long_help = super::explain::HELP)]
    Explain(ExplainArgs),
    /// Make a key pair for an app's encrypted logs
    #[command(after_long_help = super::keygen::HELP)]
    Keygen(KeygenArgs),
    /// Write a shell's completion script to standard output
    #[command(after_long_help = super::completions::HELP)]
    Completions(CompletionsArgs),
    /// Write manual pages
    #[command(after_long_help = super::man::HELP)]
    Man(ManArgs),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_definition_is_sound() {
        use clap::CommandFactory;
        Args::command().debug_assert();
    }
}
