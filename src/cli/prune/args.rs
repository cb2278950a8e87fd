//! The arguments of `imlog prune`.

use std::path::PathBuf;
use std::time::SystemTime;

use clap::{Args as ClapArgs, ValueEnum, ValueHint};

use super::super::options::VerboseArgs;
use super::clock;

/// Arguments of `prune`.
#[derive(Debug, ClapArgs)]
pub struct PruneArgs {
    /// Folders or files. Without any, nothing is removed: what would be in the current folder is listed
    ///
    /// Folders are searched at any depth. Links are not followed: a PATH that is itself a link is an error.
    #[arg(value_name = "PATH", value_hint = ValueHint::AnyPath)]
    pub paths: Vec<PathBuf>,
    /// Remove what is older than N days; 0: everything up to yesterday, but nothing that was written today
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
    /// How much to report.
    #[command(flatten)]
    pub verbose: VerboseArgs,
    /// What time it is, for tests
    #[arg(long, value_name = "RFC3339", hide = true, value_parser = clock::parse)]
    pub now: Option<SystemTime>,
}

/// What decides how old a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum PruneBy {
    /// The day in its name; a file without one stays.
    Name,
    /// The time of its last write, as in the SDK.
    Mtime,
    /// The day in its name; without one, the time of its last write.
    Auto,
}
