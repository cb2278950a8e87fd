//! What the subcommands that read logs share: the limits of bundles, and how to say what could not be read.

use std::io;

use anyhow::anyhow;

use super::args::BundleArgs;
use super::printer::{Hint, Printer, Shown};
use crate::input::bundle::limits::Limits;
use crate::input::bundle::{Cause, Problem};

impl From<&BundleArgs> for Limits {
    fn from(args: &BundleArgs) -> Limits {
        let bytes = |mib: u32| u64::from(mib) << 20;
        Limits {
            members: args.max_members,
            unpacked: bytes(args.max_unpacked),
            ratio: args.max_ratio.into(),
            spool: bytes(args.max_spool),
        }
    }
}

/// Says what could not be read, and what to do.
pub fn tell(problem: Problem, printer: &Printer) {
    printer.error(&error(problem));
}

/// Whether there is nothing of that name.
pub fn is_missing(problem: &Problem) -> bool {
    matches!(&problem.cause, Cause::Io(error) if error.kind() == io::ErrorKind::NotFound)
}

fn error(Problem { place, cause }: Problem) -> anyhow::Error {
    let hint = cause.hint().map(|hint| Hint(hint.into()));
    let place = if place.as_os_str() == "-" { "standard input".into() } else { format!("`{}`", Shown(&place)) };
    let error = match cause {
        Cause::NoLogs => anyhow!("no logs in {place}"),
        Cause::Damaged { .. } => anyhow!("{place}: {cause}"),
        Cause::Io(error) => anyhow!(error).context(format!("cannot read {place}")),
        cause => anyhow!(cause).context(format!("cannot read {place}")),
    };
    match hint {
        Some(hint) => error.context(hint),
        None => error,
    }
}
