//! Zips: what is in one, and how to get at it. The members are read by [`Route`](super::route::Route)s, each from its own
//! place in the file.

mod directory;
mod entry;
mod rescue;

use super::limits::Limits;
use super::section::Section;
use super::{Format, ProblemCause};
use directory::Directory;

pub use entry::ZipEntry;

/// Shows what is in a zip, until `show` says that it is enough, and tells what keeps us from seeing more of it. Without
/// its directory, or with one that is damaged, members are looked for by their own headers.
pub fn visit(section: &Section, limits: Limits, show: &mut dyn FnMut(ZipEntry) -> bool) -> Option<ProblemCause> {
    match Directory::find(section).and_then(|found| found.map(|it| it.visit(section, show)).transpose()) {
        Ok(Some(())) => None,
        Ok(None) => {
            rescue::visit(section, limits, show);
            Some(ProblemCause::Damaged {
                kind: Format::Zip,
                why: "the directory at its end is missing or damaged".into(),
            })
        }
        Err(error) => Some(ProblemCause::within(Format::Zip, error)),
    }
}
