//! The arguments of `info`, and its help.

use std::path::PathBuf;

use clap::{Args as ClapArgs, ValueHint};

use super::super::options::{ArchiveArgs, KeyArgs, TextArgs};

/// Examples and exit codes, below the options.
pub const HELP: &str = "\
Examples:
  imlog info imsdk_20231106.xlog        a card: size, time, blocks, levels, keys, gaps
  imlog info logs/                      a table: a line a file, and the total
  imlog info --blocks a.xlog            a line a block, and a gap
  imlog info --headers huge.xlog        from the headers alone, at once
  imlog info --json logs/ | jq .state   for programs
  imlog info --check upload.xlog        whole? Says nothing, but with the exit code

Without the key, encrypted blocks count as not readable; --check --headers looks at the
frames alone, and needs none.

Exit codes:
  0  everything is whole
  1  something is damaged, missing, encrypted without a key, or failed (it is named)
  2  wrong usage, or none of the PATHs is there";

/// Arguments of `info`.
#[derive(Debug, ClapArgs)]
pub struct InfoArgs {
    /// Files, folders, archives, or - for standard input [default: the current folder]
    ///
    /// A file is shown as a card, a folder or an archive as a table of its logs.
    #[arg(value_name = "PATH", value_hint = ValueHint::AnyPath)]
    pub paths: Vec<PathBuf>,
    /// Show each block and each gap on a line of its own
    #[arg(long)]
    pub blocks: bool,
    /// Read headers alone: at once, whatever the size, and without what only the text tells
    #[arg(long)]
    pub headers: bool,
    /// One JSON object a line: a file each, or with --blocks, a block or gap each
    #[arg(long)]
    pub json: bool,
    /// Show nothing; name what is not whole on standard error, a line a file
    #[arg(long, conflicts_with_all = ["blocks", "json"])]
    pub check: bool,
    /// Draw with ASCII characters alone
    #[arg(long)]
    pub ascii: bool,
    /// Draw as on a terminal this wide, for tests
    #[arg(long, value_name = "N", hide = true)]
    pub width: Option<usize>,
    /// How much text a block may have.
    #[command(flatten)]
    pub text: TextArgs,
    /// How many threads to use; 0: one a core
    #[arg(short, long, value_name = "N", default_value_t = 0, value_parser = clap::value_parser!(u16).range(..=1024))]
    pub jobs: u16,
    /// Private keys for encrypted logs.
    #[command(flatten)]
    pub keys: KeyArgs,
    /// Limits of archives.
    #[command(flatten)]
    pub archives: ArchiveArgs,
}
