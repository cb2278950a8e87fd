//! The arguments of `imlog decode`.

use std::path::PathBuf;

use clap::{Args as ClapArgs, ValueHint};

use super::super::options::{ReadArgs, VerboseArgs};
use super::super::redaction::RedactArgs;

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
    /// Replace a text even if it has lines that the log lacks now
    #[arg(long, conflicts_with = "no_clobber")]
    pub force: bool,
    /// Skip logs that have not changed since their text was written; with a key, still decode those that lacked one
    #[arg(short, long)]
    pub update: bool,
    /// Then keep the texts up to date while the logs are written: append what is added
    #[arg(short, long, conflicts_with_all = ["output", "no_clobber", "redact"])]
    pub follow: bool,
    /// Do not mark in the text where something is missing
    #[arg(long)]
    pub no_markers: bool,
    /// How much to report.
    #[command(flatten)]
    pub verbose: VerboseArgs,
    /// What is masked, with -o.
    #[command(flatten)]
    pub redact: RedactArgs,
    /// How logs are read.
    #[command(flatten)]
    pub read: ReadArgs,
}
