//! The arguments of `cat`, and its help.

use std::path::PathBuf;

use clap::{Args as ClapArgs, ValueHint};

use super::super::options::{ArchiveArgs, KeyArgs, TextArgs};
use crate::filter::{SourcePlace, When};
use crate::record::Level;

/// Examples and rules, below the options.
pub const HELP: &str = "\
Examples:
  imlog cat imsdk_20231106.xlog                   the whole log
  imlog cat -l warn --since 2h logs/              warnings and graver, of the last two hours
  imlog cat --since 14:00 --until 14:10 a.xlog    ten minutes of the log's last day
  imlog cat -e Kickout -e 'error_code:-?[1-9]' -C 3 a.xlog
  imlog cat --merge app.xlog push.xlog app.mmap3  in order of time
  imlog cat --json a.xlog | jq -r 'select(.level==\"error\") | .message'
  imlog cat --color always a.xlog | less -R

Records:
  A record is a line with a head (time, level …) and the lines that continue it; it is
  shown whole. All forms of the IM SDK's lines, of mars' and of logcat's are known, mixed
  ones too. A line that fits none is a record by itself, without level and time. A record
  of more than 1 MiB comes in parts: all are searched; of one that matches further on, its
  first line is shown and the parts from there on.

Times:
  A day lasts to its end, a minute too: --until 14:00 has 14:00:59.999 inside. 14:00 alone is
  in the day of the newest line; 2h (30m, 1d12h) counts back from the newest line.
  Without a zone, a time is compared with the clock that the line shows. With one, or
  counted back, it is a moment; and so it is for --merge. Lines of the IM SDK name no zone: they
  are taken to be in the one that their log names first (the writer's first line does), or
  else in yours; --zone says another.";

/// Below that.
pub const EXIT_CODES: &str = "\
Exit codes:
  0  something was shown, and the logs are whole
  1  nothing matched, or something was damaged, missing or failed (it is named)
  2  wrong usage, or none of the PATHs is there";

/// Arguments of `cat`.
#[derive(Debug, ClapArgs)]
pub struct CatArgs {
    /// Logs, decoded texts, folders, archives, or - for standard input [default: the current folder]
    ///
    /// A file is read as what it is, log or text, whatever its name. In folders, *.xlog, cache files (*.mmap2, *.mmap3)
    /// and texts (*.log) are looked for, at any depth, and in archives too; a text is passed over where its log is there
    /// itself.
    #[arg(value_name = "PATH", value_hint = ValueHint::AnyPath)]
    pub paths: Vec<PathBuf>,
    /// What to show.
    #[command(flatten)]
    pub filter: FilterArgs,
    /// How to show it.
    #[command(flatten)]
    pub output: OutputArgs,
    /// Private keys for encrypted logs.
    #[command(flatten)]
    pub keys: KeyArgs,
    /// Limits of archives.
    #[command(flatten)]
    pub archives: ArchiveArgs,
    /// How much text a block may have.
    #[command(flatten)]
    pub text: TextArgs,
    /// How many threads to use; 0: one a core
    #[arg(short, long, value_name = "N", default_value_t = 0, value_parser = clap::value_parser!(u16).range(..=1024))]
    pub jobs: u16,
}

/// What to show. All of it has to be true of a record.
#[derive(Debug, ClapArgs)]
#[command(next_help_heading = "What to show")]
pub struct FilterArgs {
    /// This level and graver ones: V, D, I, W, E, F, or their names
    #[arg(short, long, value_name = "LEVEL")]
    pub level: Option<Level>,
    /// From this time on: 2023-11-05, "2023-11-05 14:00", 14:00, RFC 3339, or 2h before the newest line
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    pub since: Option<When>,
    /// Up to this time, itself included
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    pub until: Option<When>,
    /// The zone of lines that name none, as +08:00 [default: the first that their log names, or yours]
    #[arg(long, value_name = "ZONE", allow_hyphen_values = true, value_parser = zone)]
    pub zone: Option<i16>,
    /// This tag; repeat for one of several
    #[arg(short, long, value_name = "TAG")]
    pub tag: Vec<String>,
    /// This process; repeat for one of several
    #[arg(long, value_name = "PID")]
    pub pid: Vec<u64>,
    /// This thread; repeat for one of several
    #[arg(long, value_name = "TID")]
    pub tid: Vec<u64>,
    /// This place in the app's source; repeat for one of several
    #[arg(long, value_name = "FILE[:LINE]", value_parser = place)]
    pub source: Vec<SourcePlace>,
    /// A regular expression that the record matches, head and all its lines; repeat for one of several
    #[arg(short = 'e', long, value_name = "PATTERN", allow_hyphen_values = true)]
    pub regexp: Vec<String>,
    /// Take patterns as they stand, not as regular expressions
    #[arg(short = 'F', long, requires = "regexp")]
    pub fixed_strings: bool,
    /// Small and large letters are the same in patterns
    #[arg(short, long, requires = "regexp")]
    pub ignore_case: bool,
    /// Records that match no pattern
    #[arg(short = 'v', long, requires = "regexp")]
    pub invert_match: bool,
}

/// How to show it.
#[derive(Debug, ClapArgs)]
#[command(next_help_heading = "How to show it")]
pub struct OutputArgs {
    /// So many records behind each as well
    #[arg(short = 'A', long, value_name = "N")]
    pub after_context: Option<usize>,
    /// So many records before each as well
    #[arg(short = 'B', long, value_name = "N")]
    pub before_context: Option<usize>,
    /// So many before and behind
    #[arg(short = 'C', long, value_name = "N")]
    pub context: Option<usize>,
    /// Count the records of each file, and show none
    #[arg(short, long, conflicts_with = "json")]
    pub count: bool,
    /// Stop after N records in all
    #[arg(short, long, value_name = "N")]
    pub max_count: Option<u64>,
    /// All files in one, in order of time
    #[arg(long)]
    pub merge: bool,
    /// One JSON object a record, each on a line
    #[arg(long)]
    pub json: bool,
    /// Leave no line where something is missing
    #[arg(long)]
    pub no_markers: bool,
    /// The file's name before each line [default: with several files]
    #[arg(short = 'H', long, overrides_with = "no_filename")]
    pub with_filename: bool,
    /// Never the file's name
    #[arg(long, overrides_with = "with_filename")]
    pub no_filename: bool,
}

fn zone(text: &str) -> Result<i16, String> {
    crate::filter::zone(text).ok_or_else(|| "no zone; try `+08:00` or `Z`".into())
}

fn place(text: &str) -> Result<SourcePlace, std::convert::Infallible> {
    Ok(SourcePlace::new(text))
}
