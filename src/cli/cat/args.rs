//! The arguments of `cat`, and its help.

use std::path::PathBuf;

use clap::{Args as ClapArgs, ValueHint};

use super::super::forms::FormArgs;
use super::super::options::ReadArgs;
use super::super::redaction::RedactArgs;
use crate::filter::{Codes, Levels, SourcePlace, When};

/// Examples and rules, below the options.
pub const HELP: &str = "\
Examples:
  imlog cat imsdk_20231106.xlog                   the whole log
  imlog cat -l warn --since 2h logs/              warnings and above, of the
                                                  last two hours
  imlog cat --since 14:00 --until 14:10 a.xlog    14:00:00 to 14:10:59 of the
                                                  log's last day
  imlog cat --since yesterday logs/               its last two days
  imlog cat -f -n 20 logs/                        the last records, then what
                                                  is added
  imlog cat -e Kickout -e 'error_code:-?[1-9]' -C 3 a.xlog
  imlog cat --code 6013,70000-79999 a.xlog        records with such an error code
  imlog cat --merge app.xlog push.xlog app.mmap3  in order of time
  imlog cat --json a.xlog | jq -r 'select(.level==\"error\") | .message'
  imlog cat --format parquet -o week.parquet logs/
  imlog cat --redact a.xlog > for-a-ticket.log
  imlog cat --color always a.xlog | less -R

Records:
  A record is a line with a head (time, level …) and the lines that continue it.
  It is shown in full. imlog knows the lines of the IM SDK, of mars and of
  logcat, also mixed in one file. A line in none of these forms continues the
  record before it; if there is none, it is a record of its own, without level
  or time.
  A record of over 1 MiB is read in parts, and all of them are searched; if a
  later part matches, the first line is shown, then everything from that part
  on.

Filters:
  A record must pass all of them. If an option is repeated (-t Net -t DB), one
  of its values must match.

  --redact masks what is shown, after the filters.

Times:
  --until is inclusive: --until 14:00 includes 14:00:59.999, and --until
  2023-11-06 the whole day. 14:00 is on the day of the newest line, which is
  today, and the day before it is yesterday; 2h (30m, 1d12h, 2 hours ago) counts
  back from the newest line. --until +5m is five minutes after --since. Which
  times that gives is said on standard error.
  A time without a zone is compared with the clock that the lines show. A time
  with a zone or counted back is a moment, as are all times with --merge. Lines
  of the IM SDK name no zone: imlog takes the one that their log names first (in
  the log writer's first line), else yours; --zone sets another.";

/// Below those.
pub const EXIT_CODES: &str = "\
Exit codes:
  0  something was shown, and the logs are intact
  1  nothing matched, or something was damaged, missing or failed (it is named)
  2  wrong usage, or none of the PATHs exists";

/// Arguments of `cat`.
#[derive(Debug, ClapArgs)]
pub struct CatArgs {
    /// Logs, decoded texts, folders, archives, or - for standard input [default: the current folder]
    ///
    /// Whether a file is a log or a text is detected by content, whatever its name. In folders, at any depth: *.xlog,
    /// non-empty cache files (*.mmap2, *.mmap3) and texts (*.log); a text is ignored if its log is there too. Archives
    /// are searched the same way.
    #[arg(value_name = "PATH", value_hint = ValueHint::AnyPath)]
    pub paths: Vec<PathBuf>,
    /// Which records to show.
    #[command(flatten)]
    pub filter: FilterArgs,
    /// How to show them.
    #[command(flatten)]
    pub output: OutputArgs,
    /// As tables.
    #[cfg(feature = "tables")]
    #[command(flatten)]
    pub tables: super::tables::args::TableArgs,
    /// What is masked.
    #[command(flatten)]
    pub redact: RedactArgs,
    /// Line forms of one's own.
    #[command(flatten)]
    pub forms: FormArgs,
    /// How logs are read.
    #[command(flatten)]
    pub read: ReadArgs,
}

/// Which records to show: those that pass all of these.
#[derive(Debug, ClapArgs)]
#[command(next_help_heading = "Filters")]
pub struct FilterArgs {
    /// This level and above (V, D, I, W, E, F, or their names); of a list, as in warn,error: exactly these
    #[arg(short, long, value_name = "LEVEL")]
    pub level: Option<Levels>,
    /// From this time on: 2023-11-05, "2023-11-05 14:00", 14:00, yesterday, RFC 3339, or 2h (before the newest line)
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    pub since: Option<When>,
    /// Up to and including this time, or +5m (after --since)
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    pub until: Option<When>,
    /// Zone for lines that name none, such as +08:00 [default: the first one that their log names, else yours]
    #[arg(long, value_name = "ZONE", allow_hyphen_values = true, value_parser = zone)]
    pub zone: Option<i16>,
    /// Only this tag, in any case if it is all lower case; may be repeated
    #[arg(short, long, value_name = "TAG")]
    pub tag: Vec<String>,
    /// Only this process; may be repeated
    #[arg(long, value_name = "PID")]
    pub pid: Vec<u64>,
    /// Only this thread; may be repeated
    #[arg(long, value_name = "TID")]
    pub tid: Vec<u64>,
    /// Only this place in the app's source; may be repeated
    #[arg(long, value_name = "FILE[:LINE]", value_parser = place)]
    pub source: Vec<SourcePlace>,
    /// Only these error codes: 6013, 70000-79999, -10001, or a list with commas; may be repeated
    #[arg(long, value_name = "CODE", allow_hyphen_values = true, value_delimiter = ',')]
    pub code: Vec<Codes>,
    /// Only records that match this regular expression, in any line; may be repeated
    #[arg(short = 'e', long, value_name = "PATTERN", allow_hyphen_values = true)]
    pub regexp: Vec<String>,
    /// Show records that match all patterns, each in any line, not just one of them
    #[arg(long, requires = "regexp")]
    pub and: bool,
    /// Patterns are plain text, not regular expressions
    #[arg(short = 'F', long, requires = "regexp")]
    pub fixed_strings: bool,
    /// Ignore case in patterns
    #[arg(short, long, requires = "regexp")]
    pub ignore_case: bool,
    /// Show records that match no pattern
    #[arg(short = 'v', long, requires = "regexp")]
    pub invert_match: bool,
}

/// How to show them.
#[derive(Debug, ClapArgs)]
#[command(next_help_heading = "Output")]
pub struct OutputArgs {
    /// Also show N records after each match
    #[arg(short = 'A', long, value_name = "N")]
    pub after_context: Option<usize>,
    /// Also show N records before each match
    #[arg(short = 'B', long, value_name = "N")]
    pub before_context: Option<usize>,
    /// Also show N records before and after each match
    #[arg(short = 'C', long, value_name = "N")]
    pub context: Option<usize>,
    /// Show only what the patterns match, each match on a line
    #[arg(short, long, requires = "regexp", conflicts_with_all = ["json", "count", "invert_match"])]
    pub only_matching: bool,
    /// Show only the number of records per file
    #[arg(short, long, conflicts_with = "json")]
    pub count: bool,
    /// Stop after N records in total
    #[arg(short, long, value_name = "N")]
    pub max_count: Option<u64>,
    /// Then wait for what is added, like `tail -F`: blocks, new files, the block in a cache file
    #[arg(short, long, conflicts_with = "count")]
    pub follow: bool,
    /// Show only the last N records that pass: of each file, or of all with --merge
    #[arg(short = 'n', long, value_name = "N", conflicts_with = "count")]
    pub tail: Option<u64>,
    /// Merge all files in order of time
    #[arg(long)]
    pub merge: bool,
    /// Write one JSON object per line
    #[arg(long)]
    pub json: bool,
    /// Do not mark where something is missing
    #[arg(long)]
    pub no_markers: bool,
    /// Show the names of files [default with several files]
    #[arg(short = 'H', long, overrides_with = "no_filename")]
    pub with_filename: bool,
    /// Never show the names of files
    #[arg(short = 'I', long, overrides_with = "with_filename")]
    pub no_filename: bool,
    /// Show the name of a file above its records [default on a terminal]
    #[arg(long, overrides_with = "no_heading")]
    pub heading: bool,
    /// Show the name of a file before each line [default elsewhere]
    #[arg(long, overrides_with = "heading")]
    pub no_heading: bool,
}

fn zone(text: &str) -> Result<i16, String> {
    crate::filter::zone(text).ok_or_else(|| "not a zone; try `+08:00` or `Z`".into())
}

fn place(text: &str) -> Result<SourcePlace, std::convert::Infallible> {
    Ok(SourcePlace::new(text))
}
