//! The arguments of `diagnose`, and its help.

use std::path::PathBuf;

use anyhow::Result;
use clap::builder::PossibleValuesParser;
use clap::builder::TypedValueParser;
use clap::{Args as ClapArgs, ValueEnum, ValueHint};

use super::super::forms::FormArgs;
use super::super::options::{PageArgs, ReadArgs};
use super::super::redaction::RedactArgs;
use crate::filter::When;
use crate::redact::Redactor;
use crate::sdk::{RULES, RuleId, Severity};

/// Examples and exit codes, below the options.
pub const HELP: &str = "\
Examples:
  imlog diagnose imsdk_20231106.xlog      what went wrong, when, and what to do
  imlog diagnose support.zip              a support archive: all days together
  imlog diagnose --since 09:00 logs/      only what went on after that time
  imlog diagnose --baseline good.xlog bad.xlog
                                          only what a good log does not have
  imlog diagnose --html report.html support.zip
                                          the same as a page for the browser
  imlog diagnose --json logs/ | jq -r 'select(.type==\"finding\") | .rule'
  imlog explain usersig-loop 6013         what a rule or a code means

Findings come from what the IM SDK logs (versions 1.9 to 8.8). A finding is one
thing that happened, however many lines say so. Errors that no rule knows, and
those of other logs, are grouped by function and code; numbers and ids in their
messages are ignored.

The logs in a folder are taken to be those of one app. They are read in order
of time, and a process that writes to several of them is one session.

Exit codes:
  0  no findings, or only some of severity info
  1  there are findings, or something was damaged, missing or failed
  2  wrong usage, or none of the PATHs exists";

/// Arguments of `diagnose`.
#[derive(Debug, ClapArgs)]
pub struct DiagnoseArgs {
    /// Logs, decoded texts, folders, archives, or - for standard input [default: the current folder]
    #[arg(value_name = "PATH", value_hint = ValueHint::AnyPath)]
    pub paths: Vec<PathBuf>,
    /// Which findings to show.
    #[command(flatten)]
    pub select: SelectArgs,
    /// Show the records that prove each finding
    #[arg(long)]
    pub evidence: bool,
    /// Write one JSON object per line
    #[arg(long, conflicts_with = "evidence")]
    pub json: bool,
    /// Write a self-contained HTML page instead, to read and pass on; - for standard output
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, conflicts_with_all = ["json", "evidence"])]
    pub html: Option<PathBuf>,
    /// What is masked.
    #[command(flatten)]
    pub redact: RedactArgs,
    /// Do not mask personal data in the page
    #[arg(long, requires = "html", conflicts_with = "redact", help_heading = "Redaction")]
    pub no_redact: bool,
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

impl DiagnoseArgs {
    /// A redactor, if what is shown is to be redacted: a page is, as a rule, for it is made to be passed on.
    ///
    /// # Errors
    /// As [`RedactArgs::redactor`].
    pub fn redactor(&self) -> Result<Option<Redactor>> {
        let redact = self.redact.redact || self.html.is_some() && !self.no_redact;
        self.redact.redactor_if(redact, self.html.as_deref())
    }
}

/// Which findings to show: those that pass all of these.
#[derive(Debug, ClapArgs)]
#[command(next_help_heading = "Findings")]
pub struct SelectArgs {
    /// Only what went on after this time: 2023-11-05, "2023-11-05 14:00", 14:00, RFC 3339, or 2h (before the newest line)
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    pub since: Option<When>,
    /// Only what began up to and including this time
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    pub until: Option<When>,
    /// Only sessions in which this user logged in, and what was found in them
    #[arg(long, value_name = "ID")]
    pub user: Option<String>,
    /// Only findings of this rule; may be repeated
    #[arg(long, value_name = "RULE", value_parser = rules())]
    pub rule: Vec<RuleId>,
    /// Only findings at least this severe
    #[arg(long, value_name = "SEVERITY", value_enum, default_value_t = MinSeverity::Info)]
    pub min_severity: MinSeverity,
    /// Leave out what is also in this log, which is known to be good
    #[arg(long, value_name = "GOOD", value_hint = ValueHint::AnyPath)]
    pub baseline: Option<PathBuf>,
}

/// A severity, as it is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum MinSeverity {
    /// Everything.
    Info,
    /// Not what is only good to know.
    Warn,
    /// Only what users will have noticed.
    Error,
}

impl From<MinSeverity> for Severity {
    fn from(severity: MinSeverity) -> Severity {
        match severity {
            MinSeverity::Info => Severity::Info,
            MinSeverity::Warn => Severity::Warn,
            MinSeverity::Error => Severity::Error,
        }
    }
}

fn rules() -> impl TypedValueParser<Value = RuleId> {
    let names = PossibleValuesParser::new(RULES.iter().map(|rule| rule.name));
    names.try_map(|name| name.parse::<RuleId>())
}
