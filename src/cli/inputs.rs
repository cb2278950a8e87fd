//! What the commands that read logs share: how paths become logs, the limits of archives, and messages about what could
//! not be read.

use std::io;
use std::path::{Path, PathBuf};

use anyhow::anyhow;

use super::options::ArchiveArgs;
use super::printer::{Hint, Printer, Shown};
use super::problems;
use super::watch::Notes;
use crate::input::Input;
use crate::input::archive::limits::Limits;
use crate::input::archive::{Problem, ProblemCause};
use crate::input::expand::{Copied, Expander, FoundInput};

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

/// What the PATHs contain.
#[derive(Debug, Default)]
pub struct FoundPaths {
    /// Each PATH that contains logs, and the logs.
    pub paths: Vec<(PathBuf, Vec<FoundInput>)>,
    /// How many files or PATHs failed or contain no logs; they have been reported.
    pub failed: u64,
    /// Whether any PATH exists.
    pub any_path: bool,
    /// The PATHs that do not exist.
    pub missing: Vec<PathBuf>,
}

impl FoundPaths {
    /// Searches `paths`, or the current folder if there are none.
    pub fn new(paths: &[PathBuf], expander: &Expander, printer: &Printer) -> FoundPaths {
        let here = [PathBuf::from(".")];
        let mut finds = FoundPaths::default();
        if paths.is_empty() {
            #[cfg(unix)]
            hint_at_stdin(printer);
        }
        for path in if paths.is_empty() { &here } else { paths } {
            let mut logs = Vec::new();
            for found in expander.path(path) {
                match found {
                    Ok(found) => logs.push(found),
                    Err(problem) => {
                        finds.failed += 1;
                        let is_missing = is_missing(&problem);
                        finds.any_path |= !is_missing;
                        if is_missing {
                            finds.missing.push(path.clone());
                        }
                        print_problem(problem, printer);
                    }
                }
            }
            if !logs.is_empty() {
                finds.any_path = true;
                finds.paths.push((path.clone(), logs));
            }
        }
        finds
    }
}

/// Without a PATH, the current folder is searched. Whoever pipes something in may not expect that. (The standard input
/// of a script is often a pipe without meaning, so there is no hint unless somebody watches.)
#[cfg(unix)]
fn hint_at_stdin(printer: &Printer) {
    use std::fs::File;
    use std::io::IsTerminal;
    use std::os::fd::AsFd;
    use std::os::unix::fs::FileTypeExt;
    if !io::stderr().is_terminal() {
        return;
    }
    let stdin = io::stdin().as_fd().try_clone_to_owned().map(File::from);
    let kind = stdin.and_then(|stdin| stdin.metadata()).map(|metadata| metadata.file_type());
    if kind.is_ok_and(|kind| kind.is_fifo() || kind.is_file()) {
        printer.hint("reading the current folder, not standard input; give `-` to read that");
    }
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
    matches!(&problem.cause, ProblemCause::Io(error) if error.kind() == io::ErrorKind::NotFound)
}

fn error(Problem { place, cause }: Problem) -> anyhow::Error {
    let hint = cause.hint().map(|hint| Hint(hint.into()));
    let place = quoted(&place);
    let error = match cause {
        ProblemCause::NoLogs => anyhow!("{place} contains no logs"),
        ProblemCause::Damaged { .. } => anyhow!("{place}: {cause}"),
        ProblemCause::Io(error) => anyhow!(error).context(format!("cannot read {place}")),
        cause => anyhow!(cause).context(format!("cannot read {place}")),
    };
    problems::hinted((error, hint))
}
