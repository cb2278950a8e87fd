//! What the commands that read logs share: how paths become logs, the limits of archives, and messages about what could
//! not be read.

use std::collections::HashSet;
use std::io::{self, Read};
use std::path::{Component, Path, PathBuf};

use anyhow::anyhow;

use super::options::ArchiveArgs;
use super::printer::{Hint, Printer, Shown};
use super::problems;
use super::watch::Notes;
use crate::file_name::{FileKind, sources_of};
use crate::input::archive::limits::Limits;
use crate::input::archive::{Problem, ProblemCause};
use crate::input::expand::{Copied, Expander, FoundInput};
use crate::input::wanted::archive_stem;
use crate::input::{Input, LogFile};
use crate::output::marker::Count;
use crate::record;

/// How much of a file shows whether it is a text, in bytes.
const HEAD: u64 = 512;

impl From<&ArchiveArgs> for Limits {
    fn from(args: &ArchiveArgs) -> Limits {
        let bytes = |mib: u32| u64::from(mib) << 20;
        Limits {
            members: args.max_members,
            unpacked: bytes(args.max_unpacked),
            ratio: args.max_ratio.into(),
            spool: bytes(args.max_spool),
            window: bytes(args.max_window),
        }
    }
}

/// What is read if no PATH is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WithoutPath {
    /// Standard input, if it is a pipe or a file; else the current folder. So do rg and jq.
    StdinOrHere,
    /// The current folder. Standard input may be a pipe that never ends, as in cron and over ssh.
    Here,
}

/// What the PATHs contain.
#[derive(Debug, Default)]
pub struct FoundPaths {
    /// Each PATH that contains logs, and the logs.
    pub paths: Vec<(PathBuf, Vec<FoundInput>)>,
    /// How many files or PATHs failed or contain no logs; they have been reported.
    pub failed: u64,
    /// Whether any PATH exists.
    pub any_path: bool,
    /// The files among the PATHs that could not be read, and why.
    pub unread: Vec<(PathBuf, String)>,
}

impl FoundPaths {
    /// Searches `paths`; if there are none, what is read `without`.
    pub fn new(paths: &[PathBuf], without: WithoutPath, expander: &Expander, printer: &Printer) -> FoundPaths {
        let default = [match without {
            WithoutPath::StdinOrHere if grep_cli::is_readable_stdin() => PathBuf::from("-"),
            _ => PathBuf::from("."),
        }];
        let paths = if paths.is_empty() { &default } else { paths };
        let mut finds = FoundPaths::default();
        for path in paths {
            let (mut logs, mut why) = (Vec::new(), None);
            let of_archive = is_of_archive(path, paths);
            for found in expander.path(path) {
                match found {
                    Ok(found) if of_archive && is_text(&found) => finds.any_path = true,
                    Ok(found) => logs.push(found),
                    Err(problem) if of_archive && matches!(problem.cause, ProblemCause::NoLogs) => {}
                    Err(problem) => {
                        finds.failed += 1;
                        finds.any_path |= !is_missing(&problem);
                        why.get_or_insert_with(|| problem.cause.to_string());
                        print_problem(problem, printer);
                    }
                }
            }
            if logs.is_empty() && !path.is_dir() {
                finds.unread.extend(why.map(|why| (path.clone(), why)));
            }
            if !logs.is_empty() {
                finds.any_path = true;
                finds.paths.push((path.clone(), logs));
            }
        }
        finds.drop_named_texts(printer);
        finds
    }

    /// Drops texts that were named and whose logs are there too, as `logs/*` has it after decoding: each record is to be
    /// read once.
    fn drop_named_texts(&mut self, printer: &Printer) {
        let logs: HashSet<PathBuf> = self.paths.iter().flat_map(|(_, logs)| logs).filter_map(log_path).collect();
        let is_repeated = |found: &FoundInput| match found {
            FoundInput::Log(Input::File(file)) if !file.is_found => {
                sources_of(&plain(&file.path)).any(|log| logs.contains(&log)) && starts_as_text(file)
            }
            _ => false,
        };
        let mut dropped = 0;
        for (_, found) in &mut self.paths {
            let before = found.len();
            found.retain(|found| !is_repeated(found));
            dropped += before - found.len();
        }
        self.paths.retain(|(_, found)| !found.is_empty());
        if dropped > 0 {
            let why = if dropped == 1 { "the text of a log that is" } else { "texts of logs that are" };
            printer.summary(format!("{} left out: {why} read too", Count(dropped as u64, "file")));
        }
    }
}

/// Whether this PATH is a folder that the texts of an archive among `paths` were decoded to.
fn is_of_archive(path: &Path, paths: &[PathBuf]) -> bool {
    let is_its = |archive: &PathBuf| {
        archive.is_file()
            && archive_stem(archive).is_some_and(|stem| plain(&archive.with_file_name(stem)) == plain(path))
    };
    path.is_dir() && paths.iter().any(is_its)
}

/// Whether this was found in a folder and is the text of a log.
fn is_text(found: &FoundInput) -> bool {
    matches!(found, FoundInput::Log(Input::File(file)) if matches!(FileKind::of(&file.path), Some(FileKind::TextOfLog | FileKind::TextOfCache)))
}

/// Whether a file starts as a text does: not every name that ends with `.log` is that of one.
fn starts_as_text(file: &LogFile) -> bool {
    let mut head = Vec::new();
    let read = file.open().and_then(|file| file.take(HEAD).read_to_end(&mut head));
    read.is_ok() && (head.is_empty() || record::is_text(&head))
}

/// The path of a log or compressed log.
fn log_path(found: &FoundInput) -> Option<PathBuf> {
    match found {
        FoundInput::Log(Input::File(file)) => Some(plain(&file.path)),
        FoundInput::Log(Input::Member(member)) if member.label.inside.is_empty() => member.archive().map(plain),
        _ => None,
    }
}

/// The path in one spelling: without `.` in it.
fn plain(path: &Path) -> PathBuf {
    path.components().filter(|component| *component != Component::CurDir).collect()
}

/// Each log by itself, with notes: those of an archive that can only be read in order are copied out of it. `fail` takes
/// what could not be.
pub fn single_logs(found: &[FoundInput], mut fail: impl FnMut(Problem)) -> Vec<(Input, Notes)> {
    let mut logs = Vec::new();
    for found in found {
        match found {
            FoundInput::Log(input) => logs.push((input.clone(), Notes::default())),
            FoundInput::Streamed(archive) => archive.copies(&mut |copy| match copy {
                Ok(Copied { member, broken }) => logs.push((Input::Member(member), Notes::broken(broken))),
                Err(problem) => fail(problem),
            }),
        }
    }
    logs
}

/// A log's name in a message.
pub fn quoted(name: &Path) -> String {
    if name.as_os_str() == "-" { "standard input".into() } else { format!("`{}`", Shown(name)) }
}

/// Prints what could not be read, and what to do.
pub fn print_problem(problem: Problem, printer: &Printer) {
    printer.error(&error(problem));
}

/// Whether nothing has that name.
fn is_missing(problem: &Problem) -> bool {
    match &problem.cause {
        ProblemCause::Io(error) => matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory),
        cause => matches!(cause, ProblemCause::NoMember),
    }
}

fn error(Problem { place, cause }: Problem) -> anyhow::Error {
    let hint = match &cause {
        // `support.zip/a.xlog`, for which Windows has no error of its own.
        ProblemCause::Io(_) if place.ancestors().skip(1).any(Path::is_file) => {
            Some("a file in an archive is given as ARCHIVE:PATH")
        }
        cause => cause.hint(),
    };
    let hint = hint.map(|hint| Hint(hint.into()));
    let place = quoted(&place);
    let error = match cause {
        cause @ (ProblemCause::NoLogs | ProblemCause::NoneTaken) => anyhow!("{place} {cause}"),
        ProblemCause::Damaged { .. } => anyhow!("{place}: {cause}"),
        ProblemCause::Io(error) => anyhow!(error).context(format!("cannot read {place}")),
        cause => anyhow!(cause).context(format!("cannot read {place}")),
    };
    problems::hinted((error, hint))
}
