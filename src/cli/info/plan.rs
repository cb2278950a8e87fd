//! Which logs are shown together.

use std::path::{Path, PathBuf};

use super::super::inputs::FoundPaths;
use crate::input::Input;
use crate::input::expand::FoundInput;

/// Logs that are shown together.
pub struct Group {
    /// The folder or archive that they are in; none for files that were named themselves.
    pub place: Option<PathBuf>,
    /// The logs.
    pub logs: Vec<FoundInput>,
}

/// The groups, in the order of the paths.
pub fn groups(finds: FoundPaths) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    for (path, logs) in finds.paths {
        let place = (!is_single(&path, &logs)).then(|| place(path, &logs));
        match groups.last_mut() {
            Some(last) if last.place.is_none() && place.is_none() => last.logs.extend(logs),
            _ => groups.push(Group { place, logs }),
        }
    }
    groups
}

/// Whether this is one log that was named itself, not a folder or archive.
fn is_single(path: &Path, logs: &[FoundInput]) -> bool {
    let is_whole = |log: &Input| !matches!(log, Input::Member(member) if !member.label.inside.is_empty());
    !path.is_dir() && matches!(logs, [FoundInput::Log(log)] if is_whole(log) || log.name() == path)
}

/// The folder or archive that was named at this path, or that has the part that was named.
fn place(path: PathBuf, logs: &[FoundInput]) -> PathBuf {
    let archive = logs.first().and_then(FoundInput::label).and_then(|label| label.archive.as_deref());
    archive.filter(|archive| !archive.is_found).map_or(path, |archive| archive.path.clone())
}

/// A log's path below what the user named. `in_folder`: that is a folder.
pub fn below(input: &Input, in_folder: bool) -> PathBuf {
    match input {
        Input::File(file) => file.below(),
        Input::Stdin => "-".into(),
        Input::Member(member) => {
            let archive = member.label.archive.as_deref();
            // An archive that was named is the title; one that was found is part of the name.
            let found = archive.filter(|_| in_folder || member.label.inside.is_empty());
            let mut names = found.map(|archive| archive.below()).into_iter().collect::<Vec<_>>();
            names.extend(member.label.inside.iter().map(PathBuf::from));
            let names: Vec<_> = names.iter().map(|name| name.to_string_lossy()).collect();
            names.join(":").into()
        }
    }
}
