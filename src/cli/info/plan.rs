//! What the paths mean.

use std::io;
use std::path::{Path, PathBuf};

use anyhow::anyhow;

use super::super::printer::{Hint, Printer, Shown};
use crate::input::{Input, LogFile, walk};

/// Inputs that are shown together.
pub struct Section {
    /// The folder that they are in; files that were named stand for themselves.
    pub folder: Option<PathBuf>,
    pub inputs: Vec<Input>,
}

/// What the paths came to.
#[derive(Default)]
pub struct Plan {
    /// In the order of the paths, and by name within a folder.
    pub sections: Vec<Section>,
    /// Paths that failed or held nothing; the printer has named them.
    pub failed: bool,
    /// Whether any path was there at all.
    pub any_path: bool,
}

impl Plan {
    /// Looks at the paths.
    pub fn new(paths: &[PathBuf], printer: &Printer) -> Plan {
        let here = [PathBuf::from(".")];
        let mut plan = Plan::default();
        for path in if paths.is_empty() { &here } else { paths } {
            if path.as_os_str() == "-" {
                plan.any_path = true;
                plan.add_input(Input::Stdin);
                continue;
            }
            match path.metadata() {
                Ok(metadata) if metadata.is_dir() => plan.add_folder(path, printer),
                Ok(_) => {
                    plan.any_path = true;
                    plan.add_input(Input::File(LogFile { path: path.clone(), depth: 1 }));
                }
                Err(error) => {
                    plan.failed = true;
                    plan.any_path |= error.kind() != io::ErrorKind::NotFound;
                    printer.error(&anyhow!(error).context(format!("cannot read `{}`", Shown(path))));
                }
            }
        }
        plan
    }

    fn add_input(&mut self, input: Input) {
        match self.sections.last_mut() {
            Some(Section { folder: None, inputs }) => inputs.push(input),
            _ => self.sections.push(Section { folder: None, inputs: vec![input] }),
        }
    }

    fn add_folder(&mut self, folder: &Path, printer: &Printer) {
        self.any_path = true;
        let mut inputs = Vec::new();
        let failed_before = std::mem::take(&mut self.failed);
        for found in walk::logs(folder) {
            match found {
                Ok(file) => inputs.push(Input::File(file)),
                Err(walk::WalkError { path, error }) => {
                    self.failed = true;
                    printer.error(&anyhow!(error).context(format!("cannot read `{}`", Shown(&path))));
                }
            }
        }
        if inputs.is_empty() && !self.failed {
            self.failed = true;
            let hint = "looked for *.xlog, and for *.mmap2 and *.mmap3 that hold something, at any depth";
            printer.error(&anyhow!("no logs in `{}`", Shown(folder)).context(Hint(hint.into())));
        }
        self.failed |= failed_before;
        if !inputs.is_empty() {
            self.sections.push(Section { folder: Some(folder.to_path_buf()), inputs });
        }
    }
}
