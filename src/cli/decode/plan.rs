//! What is to be decoded, and where to: settled before anything is written.

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};

use anyhow::{Result, anyhow, bail};

use super::super::printer::{Hint, Printer, Shown};
use crate::input::{Input, LogFile, walk};

/// One input and the place of its text.
#[derive(Debug)]
pub struct Job {
    /// The log.
    pub input: Input,
    /// Where its text goes.
    pub target: Target,
}

/// Where a text goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// Standard output.
    Stdout,
    /// A file.
    File(PathBuf),
}

/// Where the user wants texts to go.
#[derive(Debug)]
pub enum Destination {
    /// Beside each log.
    Beside,
    /// All to standard output.
    Stdout,
    /// One log's to this file.
    File(PathBuf),
    /// Into this folder, as a mirror.
    Folder(PathBuf),
}

/// The jobs, and how many of the paths had none.
#[derive(Debug, Default)]
pub struct Plan {
    /// In the order of the paths, and by name within a folder.
    pub jobs: Vec<Job>,
    /// Paths that failed or held nothing; the printer has named them.
    pub failed: u64,
    /// Whether any path was there at all.
    pub any_path: bool,
}

impl Plan {
    /// Looks at the paths.
    ///
    /// # Errors
    /// When two inputs would have the same output, or an output would replace an input.
    pub fn new(paths: &[PathBuf], destination: &Destination, printer: &Printer) -> Result<Plan> {
        let here = [PathBuf::from(".")];
        let paths = if paths.is_empty() { &here } else { paths };
        let mut plan = Plan::default();
        for path in paths {
            plan.add_path(path, destination, printer);
        }
        let mut places = Places::default();
        plan.drop_repeated(&mut places);
        if let Destination::File(path) = destination
            && plan.jobs.len() > 1
        {
            let count = plan.jobs.len();
            let hint = Hint("give --output-dir DIR for a file each, or `-o -` for all on standard output".into());
            return Err(anyhow!("`{}` cannot take the text of {count} logs", Shown(path)).context(hint));
        }
        plan.check_clashes(&mut places)?;
        Ok(plan)
    }

    fn add_path(&mut self, path: &Path, destination: &Destination, printer: &Printer) {
        if path.as_os_str() == "-" {
            self.any_path = true;
            let target = match destination {
                Destination::File(path) => Target::File(path.clone()),
                Destination::Folder(folder) => Target::File(folder.join("stdin.log")),
                Destination::Beside | Destination::Stdout => Target::Stdout,
            };
            return self.jobs.push(Job { input: Input::Stdin, target });
        }
        match std::fs::metadata(path) {
            Ok(metadata) if metadata.is_dir() => self.add_folder(path, destination, printer),
            Ok(_) => {
                self.any_path = true;
                self.add_file(LogFile { path: path.to_path_buf(), depth: 1 }, destination);
            }
            Err(error) => {
                self.failed += 1;
                self.any_path |= error.kind() != std::io::ErrorKind::NotFound;
                printer.error(&anyhow!(error).context(format!("cannot read `{}`", Shown(path))));
            }
        }
    }

    fn add_folder(&mut self, folder: &Path, destination: &Destination, printer: &Printer) {
        self.any_path = true;
        let before = (self.jobs.len(), self.failed);
        for found in walk::logs(folder) {
            match found {
                Ok(file) => self.add_file(file, destination),
                Err(walk::WalkError { path, error }) => {
                    self.failed += 1;
                    printer.error(&anyhow!(error).context(format!("cannot read `{}`", Shown(&path))));
                }
            }
        }
        if before == (self.jobs.len(), self.failed) {
            self.failed += 1;
            let hint = "looked for *.xlog, and for *.mmap2 and *.mmap3 that hold something, at any depth; \
                        a file with another name can be given by its path";
            printer.error(&anyhow!("no logs in `{}`", Shown(folder)).context(Hint(hint.into())));
        }
    }

    fn add_file(&mut self, file: LogFile, destination: &Destination) {
        let target = match destination {
            Destination::Stdout => Target::Stdout,
            Destination::File(path) => Target::File(path.clone()),
            Destination::Beside => Target::File(with_log(file.path.clone())),
            Destination::Folder(folder) => Target::File(folder.join(with_log(file.below()))),
        };
        self.jobs.push(Job { input: Input::File(file), target });
    }

    /// A log that is named twice, or by itself and in a folder, has one text. (Standard output gets it twice, as
    /// from cat.)
    fn drop_repeated(&mut self, places: &mut Places) {
        let mut seen = HashSet::new();
        self.jobs.retain(|job| match &job.target {
            Target::Stdout => true,
            Target::File(output) => seen.insert((job.input.path().map(|path| places.real(path)), places.real(output))),
        });
    }

    fn check_clashes(&self, places: &mut Places) -> Result<()> {
        let inputs: HashSet<PathBuf> =
            self.jobs.iter().filter_map(|job| job.input.path()).map(|path| places.real(path)).collect();
        let mut outputs: HashMap<PathBuf, &Job> = HashMap::new();
        for job in &self.jobs {
            let Target::File(output) = &job.target else { continue };
            let real_output = places.real(output);
            if inputs.contains(&real_output) {
                bail!(
                    anyhow!("`{}` is a log to be read, its text cannot replace it", Shown(output))
                        .context(Hint("choose another place with -o FILE or --output-dir DIR".into()))
                );
            }
            if let Some(other) = outputs.insert(folded(real_output), job) {
                let name = |job: &Job| job.input.path().map_or("-".into(), |path| Shown(path).to_string());
                bail!(
                    anyhow!("`{}` and `{}` would both be written to `{}`", name(other), name(job), Shown(output))
                        .context(Hint("decode them one by one, each with an --output-dir of its own".into()))
                );
            }
        }
        Ok(())
    }
}

/// Paths without links and detours. Folders are looked up once: there are few of them, and many files.
#[derive(Default)]
struct Places {
    folders: HashMap<PathBuf, Option<PathBuf>>,
}

impl Places {
    /// The path without links and detours, also of a file that isn't there yet.
    fn real(&mut self, path: &Path) -> PathBuf {
        if path.is_symlink()
            && let Ok(real) = path.canonicalize()
        {
            return real;
        }
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        if !self.folders.contains_key(folder) {
            self.folders.insert(folder.to_path_buf(), folder.canonicalize().ok());
        }
        match (self.folders.get(folder), path.file_name()) {
            (Some(Some(folder)), Some(name)) => folder.join(name),
            _ => std::path::absolute(path).unwrap_or_else(|_| path.to_path_buf()),
        }
    }
}

/// `NAME.xlog` becomes `NAME.xlog.log`.
fn with_log(path: PathBuf) -> PathBuf {
    let mut name = path.into_os_string();
    name.push(".log");
    name.into()
}

/// What the file system takes for the same name: most on Windows and macOS don't tell case.
fn folded(path: PathBuf) -> PathBuf {
    if cfg!(any(windows, target_os = "macos")) {
        return path.to_string_lossy().to_lowercase().into();
    }
    path
}
