//! What the paths mean.

use std::path::{Path, PathBuf};

use super::super::inputs::Finds;
use crate::input::Input;
use crate::input::expand::FoundInput;

/// Logs that are shown together.
pub struct Section {
    /// The folder or archive that they are in; files that were named stand for themselves.
    pub place: Option<PathBuf>,
    pub logs: Vec<FoundInput>,
}

/// The sections, in the order of the paths.
pub fn sections(finds: Finds) -> Vec<Section> {
    let mut sections: Vec<Section> = Vec::new();
    for (path, logs) in finds.paths {
        let place = (!is_alone(&path, &logs)).then_some(path);
        match sections.last_mut() {
            Some(last) if last.place.is_none() && place.is_none() => last.logs.extend(logs),
            _ => sections.push(Section { place, logs }),
        }
    }
    sections
}

/// Whether this is one log that was named itself, and not something that holds logs.
fn is_alone(path: &Path, logs: &[FoundInput]) -> bool {
    let is_archive = |log: &Input| matches!(log, Input::Member(member) if !member.label.inside.is_empty());
    !path.is_dir() && matches!(logs, [FoundInput::Log(log)] if !is_archive(log))
}

/// A log's path below what the user named: a folder, or something else.
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
