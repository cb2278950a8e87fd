//! Options that several commands share.

use std::path::PathBuf;

use anyhow::{Context, Result};
use clap::{ArgAction, Args as ClapArgs, ValueEnum, ValueHint};

use rayon::{ThreadPool, ThreadPoolBuilder};

use super::page::Page;
use crate::input::archive::limits::Limits;
use crate::input::expand::Expander;
use crate::input::globs::Globs;
use crate::input::wanted::Wanted;

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

/// For the commands that do something with each file. (In `cat`, -v means what it means in grep.)
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

/// How logs are read: for the commands that decode.
#[derive(Debug, ClapArgs)]
pub struct ReadArgs {
    /// Limit the text of one block, in MiB
    #[arg(long, value_name = "MIB", default_value_t = 64, value_parser = clap::value_parser!(u32).range(1..=4095))]
    pub max_block_text: u32,
    /// Number of threads; 0: one per core
    #[arg(short, long, value_name = "N", default_value_t = 0, value_parser = clap::value_parser!(u16).range(..=1024))]
    pub jobs: u16,
    /// Which files to take.
    #[command(flatten)]
    pub globs: GlobArgs,
    /// Private keys for encrypted logs.
    #[command(flatten)]
    pub keys: KeyArgs,
    /// Limits of archives.
    #[command(flatten)]
    pub archives: ArchiveArgs,
    /// The zone of logs that name none, as the configuration file says: in minutes ahead of UTC.
    #[arg(skip)]
    pub zone: Option<i16>,
}

impl ReadArgs {
    /// The limit of the text of one block, in bytes.
    pub fn text_limit(&self) -> usize {
        (self.max_block_text as usize).saturating_mul(1 << 20)
    }

    /// What finds `wanted` in PATHs.
    ///
    /// # Errors
    /// If a glob cannot be read.
    pub fn expander(&self, wanted: Wanted) -> Result<Expander> {
        Ok(Expander::new(wanted, (&self.archives).into()).with_globs(self.globs.globs()?))
    }

    /// As many threads as were asked for.
    pub fn threads(&self) -> Result<ThreadPool> {
        let threads = ThreadPoolBuilder::new().num_threads(usize::from(self.jobs));
        threads.build().context("cannot start threads")
    }
}

/// How pages are drawn: for the commands that draw.
#[derive(Debug, ClapArgs)]
pub struct PageArgs {
    /// Draw with ASCII characters only
    #[arg(long)]
    pub ascii: bool,
    /// Draw as on a terminal this wide, for tests
    #[arg(long, value_name = "N", hide = true)]
    pub width: Option<usize>,
}

impl PageArgs {
    /// Standard output as such a page.
    pub fn page(&self) -> Page {
        Page::stdout(self.width, self.ascii)
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

/// Which files to take.
#[derive(Debug, ClapArgs)]
pub struct GlobArgs {
    /// In folders and archives, take only what matches GLOB; with `!` before it, leave that out. May be repeated
    ///
    /// A glob without a slash matches names at any depth; others match paths below PATH. The last one that matches
    /// decides.
    #[arg(short, long, value_name = "GLOB")]
    pub glob: Vec<String>,
}

impl GlobArgs {
    /// The globs.
    ///
    /// # Errors
    /// If one cannot be read.
    pub fn globs(&self) -> Result<Globs> {
        Ok(Globs::new(&self.glob)?)
    }
}

/// Limits of archives.
#[derive(Debug, ClapArgs)]
#[command(next_help_heading = "Archives")]
pub struct ArchiveArgs {
    /// Read at most N members of an archive
    #[arg(long, value_name = "N", default_value_t = Limits::default().members)]
    pub max_members: u64,
    /// Unpack at most this much of an archive, in MiB
    #[arg(long, value_name = "MIB", default_value_t = mib(Limits::default().unpacked))]
    pub max_unpacked: u32,
    /// Unpack at most N times the size of an archive, after the first 64 MiB, or of a log, after the first GiB
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
