//! The arguments, and the help that teaches them.

use std::path::PathBuf;
use std::time::SystemTime;

pub use super::cat::args::CatArgs;
pub use super::info::args::InfoArgs;
pub use super::keygen::KeygenArgs;
use clap::{ArgAction, Args as ClapArgs, Parser, Subcommand, ValueEnum, ValueHint};

use crate::input::archive::limits::Limits;

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

/// Reads the .xlog files of Tencent mars and the Tencent Cloud IM SDK.
#[derive(Debug, Parser)]
#[command(
    name = "imlog",
    version,
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

/// Options of all commands.
#[derive(Debug, ClapArgs)]
pub struct GlobalArgs {
    /// When to use color
    #[arg(long, value_name = "WHEN", value_enum, default_value_t = Color::Auto, global = true)]
    pub color: Color,
    /// Show only errors: no progress, warnings or summary
    #[arg(short, long, global = true)]
    pub quiet: bool,
}

/// For commands that do something to each file. (In `cat`, -v is what it is in grep.)
#[derive(Debug, ClapArgs)]
pub struct VerboseArgs {
    /// Report what is done with each file
    #[arg(short, long, action = ArgAction::Count, conflicts_with = "quiet")]
    pub verbose: u8,
}

/// When to colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Color {
    /// On a terminal, unless NO_COLOR is set.
    Auto,
    /// Even in files and pipes.
    Always,
    /// Never.
    Never,
}

impl Command {
    /// How often the user asked for more to be said.
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
  imlog prune -n                        what is older than seven days, here and
                                        below; nothing is removed
  imlog prune --days 30 /srv/logs       remove what is older than thirty days
  imlog prune -v --prune-empty-dirs .   list what goes, emptied folders too
  imlog prune -n0 logs | xargs -0 du -ch

Each night, from cron:
  15 3 * * *  imlog prune --quiet --days 7 /srv/logs

What is removed: *.xlog and *.xlog.log (ignoring case), once the youngest line
  that they can hold is older than N days. A day in the name
  (imsdk_20231106.xlog, imsdk_C_20231105-2.xlog, PREFIX_20231105_1.xlog) counts
  to its end, local time: with N = 7, the log of the 6th goes when the 14th
  begins; one dated today stays with any N. Without a day in the name, the time
  of the last write counts; for a text, that of its log, if the log is next to
  it. What is dated in the future stays.

What stays at any age: cache files (*.mmap2, *.mmap3: they may hold lines that
  are nowhere else) and their texts, plain text logs (imsdk_20231106.log), links
  and what they point to, files that change meanwhile, and everything else.

{WHERE_LOGS_ARE}

Exit codes:
  0  done, even if there was nothing to remove
  1  done, but something could not be read or removed (it is named)
  2  wrong usage, or none of the PATHs exists"))]
    Prune(PruneArgs),
    /// Show what is in logs, and whether they are intact
    #[command(after_long_help = super::info::args::HELP)]
    Info(InfoArgs),
    /// Make a key pair for an app's encrypted logs
    #[command(after_long_help = super::keygen::HELP)]
    Keygen(KeygenArgs),
    /// Write a shell's completion script to standard output
    Completions(CompletionsArgs),
}

/// Arguments of `decode`.
#[derive(Debug, ClapArgs)]
pub struct DecodeArgs {
    /// Files, folders, archives, or - for standard input [default: the current folder]
    ///
    /// A file is decoded whatever its name. In folders, at any depth: *.xlog and non-empty cache files (*.mmap2,
    /// *.mmap3); links are not followed. Archives (zip, tar, tar.gz, tar.zst, detected by content, one level of
    /// nesting) are searched the same way. The texts of support.zip go to the folder support. Single compressed
    /// logs (*.xlog.gz, *.xlog.zst) are read too.
    #[arg(value_name = "PATH", value_hint = ValueHint::AnyPath)]
    pub paths: Vec<PathBuf>,
    /// Write to FILE; - for standard output
    #[arg(short, long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub output: Option<PathBuf>,
    /// Write into DIR, mirroring the folders that are read
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath, conflicts_with = "output")]
    pub output_dir: Option<PathBuf>,
    /// Keep existing texts
    #[arg(long)]
    pub no_clobber: bool,
    /// Replace a text even if it holds more than the log gives now
    #[arg(long, conflicts_with = "no_clobber")]
    pub force: bool,
    /// Skip logs that have not changed since their text was written; with a key, still decode those that lacked one
    #[arg(short, long)]
    pub update: bool,
    /// Do not mark in the text where something is missing
    #[arg(long)]
    pub no_markers: bool,
    /// How much text a block may have.
    #[command(flatten)]
    pub text: TextArgs,
    /// How much to say.
    #[command(flatten)]
    pub verbose: VerboseArgs,
    /// Number of threads; 0: one per core
    #[arg(short, long, value_name = "N", default_value_t = 0, value_parser = clap::value_parser!(u16).range(..=1024))]
    pub jobs: u16,
    /// Private keys for encrypted logs.
    #[command(flatten)]
    pub keys: KeyArgs,
    /// Limits of archives.
    #[command(flatten)]
    pub archives: ArchiveArgs,
}

/// How much text a block may have.
#[derive(Debug, ClapArgs)]
pub struct TextArgs {
    /// Limit the text of one block, in MiB
    #[arg(long, value_name = "MIB", default_value_t = 64, value_parser = clap::value_parser!(u32).range(1..=4095))]
    pub max_block_text: u32,
}

impl TextArgs {
    /// The same, in bytes.
    pub fn limit(&self) -> usize {
        (self.max_block_text as usize).saturating_mul(1 << 20)
    }
}

/// Private keys for encrypted logs.
#[derive(Debug, ClapArgs)]
#[command(next_help_heading = "Encrypted logs")]
pub struct KeyArgs {
    /// A file with the app's private key: 64 hex digits, one key per line. May be repeated
    ///
    /// The environment variable IMLOG_KEY may hold keys too.
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub key_file: Vec<PathBuf>,
    /// The app's private key itself. Other users of this machine can see it: prefer --key-file
    #[arg(long, value_name = "HEX")]
    pub key: Vec<String>,
}

/// How far to follow an archive.
#[derive(Debug, ClapArgs)]
#[command(next_help_heading = "Archives")]
pub struct ArchiveArgs {
    /// Read at most N members of an archive
    #[arg(long, value_name = "N", default_value_t = Limits::default().members)]
    pub max_members: u64,
    /// Unpack at most this much of an archive, in MiB
    #[arg(long, value_name = "MIB", default_value_t = mib(Limits::default().unpacked))]
    pub max_unpacked: u32,
    /// Unpack at most N times the size of an archive or log, after the first 64 MiB
    #[arg(long, value_name = "N", default_value_t = Limits::default().ratio as u32)]
    pub max_ratio: u32,
    /// Limit temporary copies, in MiB: zips from standard input or compressed in an archive, and what is merged
    #[arg(long, value_name = "MIB", default_value_t = mib(Limits::default().spool))]
    pub max_spool: u32,
    /// Limit the memory for one zstd stream, in MiB: `zstd --long` and `--ultra` need more
    #[arg(long, value_name = "MIB", default_value_t = mib(Limits::default().window))]
    pub max_window: u32,
}

const fn mib(bytes: u64) -> u32 {
    (bytes >> 20) as u32
}

/// Arguments of `prune`.
#[derive(Debug, ClapArgs)]
pub struct PruneArgs {
    /// Folders or files [default: the current folder]
    ///
    /// Folders are searched at any depth. Links are not followed: a PATH that is itself a link is an error.
    #[arg(value_name = "PATH", value_hint = ValueHint::AnyPath)]
    pub paths: Vec<PathBuf>,
    /// Remove what is older than N days; 0: everything up to yesterday
    #[arg(long, value_name = "N", default_value_t = 7, allow_negative_numbers = true)]
    #[arg(value_parser = clap::value_parser!(u32).range(..=36_500))]
    pub days: u32,
    /// What decides how old a file is
    #[arg(long, value_name = "WHAT", value_enum, default_value_t = PruneBy::Auto)]
    pub by: PruneBy,
    /// Search at most N levels deep; 1: only what is directly in PATH
    #[arg(long, value_name = "N")]
    pub max_depth: Option<usize>,
    /// List what would be removed, one path per line, and remove nothing
    #[arg(short = 'n', long)]
    pub dry_run: bool,
    /// End each path with NUL instead of a newline
    #[arg(short = '0', long, conflicts_with = "json")]
    pub null: bool,
    /// Write one JSON object per line for each file, including those that stay
    #[arg(long)]
    pub json: bool,
    /// Also remove folders that this run emptied; never a PATH itself
    #[arg(long)]
    pub prune_empty_dirs: bool,
    /// How much to say.
    #[command(flatten)]
    pub verbose: VerboseArgs,
    /// What time it is, for tests
    #[arg(long, value_name = "RFC3339", hide = true, value_parser = super::prune::clock::parse)]
    pub now: Option<SystemTime>,
}

/// What says how old a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum PruneBy {
    /// The day in its name; a file without one stays.
    Name,
    /// When it was last written, as the SDK does it.
    Mtime,
    /// The day in its name; without one, when it was last written.
    Auto,
}

/// Arguments of `completions`.
#[derive(Debug, ClapArgs)]
pub struct CompletionsArgs {
    /// The shell
    pub shell: clap_complete::Shell,
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
