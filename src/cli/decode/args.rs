//! The arguments of `imlog decode`.

use std::path::PathBuf;

use clap::{Args as ClapArgs, ValueHint};

use super::super::options::{ArchiveArgs, KeyArgs, TextArgs, VerboseArgs};

/// Arguments of `decode`.
#[derive(Debug, ClapArgs)]
pub struct DecodeArgs {
    /// Files, folders, archives, or - for standard input [default: the current folder]
    ///
    /// A file is decoded whatever its name. In folders, *.xlog and cache files (*.mmap2, *.mmap3) that hold
    /// something are looked for, at any depth; links are not followed. So they are in archives: zip, tar, tar.gz,
    /// tar.zst, told by their content, and one in another. The texts of archive.zip go to the folder archive.
    /// A log may be compressed by itself too (*.xlog.gz, *.xlog.zst).
    #[arg(value_name = "PATH", value_hint = ValueHint::AnyPath)]
    pub paths: Vec<PathBuf>,
    /// Write to FILE, or to standard output with -
    #[arg(short, long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub output: Option<PathBuf>,
    /// Write into DIR, as a mirror of the folders that are read
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath, conflicts_with = "output")]
    pub output_dir: Option<PathBuf>,
    /// Leave texts that are there as they are
    #[arg(long)]
    pub no_clobber: bool,
    /// Replace a text even if it holds more than the log gives now, because of damage or a missing key
    #[arg(long, conflicts_with = "no_clobber")]
    pub force: bool,
    /// Skip logs that were not written to since their text was made, damaged or not; with a key, not those that lacked one
    #[arg(short, long)]
    pub update: bool,
    /// Leave no line in the text where something is missing
    #[arg(long)]
    pub no_markers: bool,
    /// How much text a block may have.
    #[command(flatten)]
    pub text: TextArgs,
    /// How much to say.
    #[command(flatten)]
    pub verbose: VerboseArgs,
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
