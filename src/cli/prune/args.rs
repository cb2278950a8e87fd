//! The arguments of `imlog prune`.

use std::path::PathBuf;
use std::time::SystemTime;

use clap::{Args as ClapArgs, ValueEnum, ValueHint};

use super::super::options::VerboseArgs;
use super::clock;

/// Arguments of `prune`.
#[derive(Debug, ClapArgs)]
pub struct PruneArgs {
    /// Folders or files [default: the current folder]
    ///
    /// Folders are looked through at any depth. Links are not followed: a PATH that is itself a link is an error.
    #[arg(value_name = "PATH", value_hint = ValueHint::AnyPath)]
    pub paths: Vec<PathBuf>,
    /// Remove what is older than N days; 0: all up to yesterday
    #[arg(long, value_name = "N", default_value_t = 7, allow_negative_numbers = true)]
    #[arg(value_parser = clap::value_parser!(u32).range(..=36_500))]
    pub days: u32,
    /// What says how old a file is
    #[arg(long, value_name = "WHAT", value_enum, default_value_t = PruneBy::Auto)]
    pub by: PruneBy,
    /// Look no deeper than N folders; 1: in PATH itself
    #[arg(long, value_name = "N")]
    pub max_depth: Option<usize>,
    /// Show what would go, one path a line, and remove nothing
    #[arg(short = 'n', long)]
    pub dry_run: bool,
    /// End each path that is shown with NUL instead of a new line
    #[arg(short = '0', long, conflicts_with = "json")]
    pub null: bool,
    /// Show each file, also those that stay, as one JSON object a line
    #[arg(long)]
    pub json: bool,
    /// Remove the folders too that have nothing left in them; never a PATH itself
    #[arg(long)]
    pub prune_empty_dirs: bool,
    /// How much to say.
    #[command(flatten)]
    pub verbose: VerboseArgs,
    /// What time it is, for tests
    #[arg(long, value_name = "RFC3339", hide = true, value_parser = clock::parse)]
    pub now: Option<SystemTime>,
}

/// What says how old a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum PruneBy {
    /// The day in its name; a file that has none stays.
    Name,
    /// When it was last written, as the SDK itself has it.
    Mtime,
    /// The day in its name; if there is none, when it was last written.
    Auto,
}
