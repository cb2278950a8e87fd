//! Zips: their members, and how to reach them. Each is read by a [`Route`](super::route::Route), from its own place in
//! the file.

mod directory;
mod entry;
mod rescue;

use super::limits::Limits;
use super::section::Section;
use super::{Format, ProblemCause};
use directory::Directory;

pub use entry::ZipEntry;

/// Shows the members of a zip, until `show` returns false. Returns why some may be missing. If the directory is missing
/// or damaged, the members are found by their own headers.
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
