//! The arguments of `info`, and its help.

use std::path::PathBuf;

use clap::{Args as ClapArgs, ValueHint};

use super::super::forms::FormArgs;
use super::super::options::{PageArgs, ReadArgs};

/// Examples and exit codes, below the options.
pub const HELP: &str = "\
Examples:
  imlog info imsdk_20231106.xlog        a card: size, time, blocks, levels, gaps
  imlog info logs/                      a table: one line per file, and a total
  imlog info --blocks a.xlog            one line per block and gap
  imlog info --headers huge.xlog        from the headers only
  imlog info --json logs/ | jq .state   for programs
  imlog info --check upload.xlog        intact? Shown by the exit code

Encrypted blocks that no key opens count as not intact; --check --headers looks
at the frames only, and needs no key.

Exit codes:
  0  everything is intact
  1  something is damaged, missing or failed, or needs a key (it is named)
  2  wrong usage, or none of the PATHs exists";

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
    /// Read only headers: fast whatever the size, but without what only the text shows
    #[arg(long)]
    pub headers: bool,
    /// Write one JSON object per line: one per file, or with --blocks, per block and gap
    #[arg(long)]
    pub json: bool,
    /// Show only what is not intact: one line per file, on standard error; with --json, one object on standard output
    #[arg(long, conflicts_with = "blocks")]
    pub check: bool,
    /// How pages are drawn.
    #[command(flatten)]
    pub page: PageArgs,
    /// Line forms of one's own.
    #[command(flatten)]
    pub forms: FormArgs,
    /// How logs are read.
    #[command(flatten)]
    pub read: ReadArgs,
}
