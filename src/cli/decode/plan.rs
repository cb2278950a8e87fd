//! What is to be decoded, and where to: settled before anything is written, but for logs that show themselves only
//! when their archive is gone through.

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};

use anyhow::{Result, anyhow, bail};

use super::super::inputs::Finds;
use super::super::printer::{Hint, Printer, Shown};
use super::places::Places;
use crate::file_name::text_of;
use crate::folder::FileId;
use crate::input::archive::Label;
use crate::input::expand::{Expander, FoundInput, StreamedArchive};
use crate::input::wanted::{archive_stem, uncompressed};
use crate::input::{Input, LogFile, stdin};
use crate::output::atomic::{OutputPlace, Taken};

/// Something to decode.
#[derive(Debug)]
pub enum Job {
    /// One log.
    Log {
        /// The log.
        input: Input,
        /// Where its text goes.
        target: Target,
    },
    /// Logs one after the other. Where their texts go, [`Plan::place`] says when they come.
    Streamed(StreamedArchive),
}

/// Where a text goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// Standard output.
    Stdout,
    /// The file that the user named.
    File(PathBuf),
    /// A file below a folder that the user named, at a path that comes from others.
    Below {
        /// The folder.
        root: PathBuf,
        /// The path in it.
        path: PathBuf,
    },
}

impl Target {
    /// The file, if it is one.
    pub fn path(&self) -> Option<PathBuf> {
        match self {
            Target::Stdout => None,
            Target::File(path) => Some(path.clone()),
            Target::Below { root, path } => Some(root.join(path)),
        }
    }

    /// The same, for whoever writes it.
    pub fn place(&self) -> Option<OutputPlace<'_>> {
        match self {
            Target::Stdout => None,
            Target::File(path) => Some(OutputPlace::Named(path)),
            Target::Below { root, path } => Some(OutputPlace::Below(root, path)),
        }
    }
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

impl Destination {
    /// Whether the logs of a streamed archive go to standard output.
    pub fn shows(&self, archive: &StreamedArchive) -> bool {
        match self {
            Destination::Stdout => true,
            Destination::Beside => archive.label().archive.is_none(),
            Destination::File(_) | Destination::Folder(_) => false,
        }
    }
}

/// The jobs, and how many of the paths had none.
#[derive(Debug)]
pub struct Plan<'a> {
    /// In the order of the paths, and by name within a folder.
    pub jobs: Vec<Job>,
    /// Paths that failed or held nothing; the printer has named them.
    pub failed: u64,
    /// Whether any path was there at all.
    pub any_path: bool,
    /// The places of texts.
    pub places: Places,
    /// The files that are read.
    pub taken: Taken,
    destination: &'a Destination,
    /// Whether an archive is all that was asked for.
    is_alone: bool,
}

impl Plan<'_> {
    /// Looks at the paths.
    ///
    /// # Errors
    /// When two inputs would have the same output, or an output would replace an input.
    pub fn new<'a>(
        paths: &[PathBuf],
        expander: &Expander,
        destination: &'a Destination,
        printer: &Printer,
    ) -> Result<Plan<'a>> {
        let finds = Finds::new(paths, expander, printer);
        let is_alone = matches!(paths, [path] if !path.is_dir());
        let Finds { failed, any_path, .. } = finds;
        let (jobs, places, taken) = (Vec::new(), Places::default(), Taken::default());
        let mut plan = Plan { jobs, failed, any_path, places, taken, destination, is_alone };
        // An archive that is named twice, or by itself and in a folder, is read once.
        let mut archives = HashMap::new();
        for (index, (_, logs)) in finds.paths.into_iter().enumerate() {
            for found in logs {
                let archive = found.label().and_then(|label| label.archive.as_ref());
                let is_repeated = archive
                    .is_some_and(|archive| *archives.entry(plan.places.real(&archive.path)).or_insert(index) != index);
                if !is_repeated || matches!(destination, Destination::Stdout) {
                    plan.add(found);
                }
            }
        }
        plan.drop_repeated();
        plan.check_single()?;
        plan.check_clashes()?;
        plan.place_members(printer);
        Ok(plan)
    }

    /// Whether anything goes to standard output: it does in the order of the jobs then.
    pub fn goes_to_stdout(&self, jobs: &[Job]) -> bool {
        jobs.iter().any(|job| match job {
            Job::Log { target, .. } => *target == Target::Stdout,
            Job::Streamed(archive) => self.destination.shows(archive),
        })
    }

    fn add(&mut self, found: FoundInput) {
        self.jobs.push(match found {
            FoundInput::Streamed(archive) => Job::Streamed(archive),
            FoundInput::Log(input) => {
                let target = match &input {
                    Input::File(file) => self.beside(Some(file), file.path.clone()),
                    Input::Stdin => self.beside(None, "stdin".into()),
                    // The others' places have to be known first.
                    Input::Member(_) => Target::Stdout,
                };
                Job::Log { input, target }
            }
        });
    }

    /// The target of a log that is a file of its own, `path` without compression.
    fn beside(&self, file: Option<&LogFile>, path: PathBuf) -> Target {
        let name = text_of(path.file_name().unwrap_or_default().into());
        let below = |root, below: PathBuf| Target::Below { root, path: below.with_file_name(&name) };
        match (self.destination, file) {
            (Destination::Stdout, _) | (Destination::Beside, None) => Target::Stdout,
            (Destination::File(path), _) => Target::File(path.clone()),
            (Destination::Beside, Some(file)) => below(file.above(), file.below()),
            (Destination::Folder(folder), Some(file)) => below(folder.clone(), file.below()),
            (Destination::Folder(folder), None) => below(folder.clone(), PathBuf::new()),
        }
    }

    /// The target of a log in an archive, unlike all others. Says what it would have been called if that was taken.
    pub fn place(&mut self, label: &Label, printer: &Printer) -> Target {
        let file = label.archive.as_deref();
        if label.path.as_os_str().is_empty() {
            return match self.compressed(file) {
                Target::Below { root, path } => {
                    let path = self.claim(label, &root, &path, printer);
                    Target::Below { root, path }
                }
                target => target,
            };
        }
        if let Destination::File(path) = self.destination {
            return Target::File(path.clone());
        }
        let Some((root, folder)) = self.place_folder(&label.container(), printer) else { return Target::Stdout };
        let path = self.claim(label, &root, &folder.join(text_of(label.path.clone())), printer);
        Target::Below { root, path }
    }

    /// The folder that the user named, and below it that of this archive. Each archive has a folder of its own, so that
    /// the names in it stay what they are. `None` where no folder is wanted.
    fn place_folder(&mut self, archive: &Label, printer: &Printer) -> Option<(PathBuf, PathBuf)> {
        let (root, folder) = match (self.destination, archive.archive.as_deref()) {
            (Destination::Stdout | Destination::File(_), _) | (Destination::Beside, None) => return None,
            (Destination::Beside, Some(file)) => (file.above(), folder_of(&file.below())),
            (Destination::Folder(folder), Some(file)) if !self.is_alone => (folder.clone(), folder_of(&file.below())),
            (Destination::Folder(folder), _) => (folder.clone(), PathBuf::new()),
        };
        let outermost = Label { inside: Vec::new(), ..archive.clone() };
        let mut folder = self.own_folder(&outermost, &root.join(folder), printer);
        if !archive.inside.is_empty() {
            folder = self.own_folder(archive, &folder.join(&archive.folder), printer);
        }
        let folder = folder.strip_prefix(&root).map(Path::to_path_buf).unwrap_or(folder);
        Some((root, folder))
    }

    fn own_folder(&mut self, archive: &Label, wanted: &Path, printer: &Printer) -> PathBuf {
        let name = archive.shown();
        let (folder, is_new) = self.places.folder(&name, wanted);
        if is_new && folder != wanted {
            let (name, wanted, folder) = (Shown(&name), Shown(wanted), Shown(&folder));
            printer.warning(format!("`{wanted}` belongs to another archive: the texts of `{name}` go to `{folder}`"));
        }
        folder
    }

    /// The target of a log that is compressed alone.
    fn compressed(&self, file: Option<&LogFile>) -> Target {
        let path = file.map_or("stdin".into(), |file| uncompressed(&file.path).unwrap_or(file.path.clone()));
        self.beside(file, path)
    }

    fn claim(&mut self, label: &Label, root: &Path, path: &Path, printer: &Printer) -> PathBuf {
        let free = self.places.claim(root, path);
        if free != path {
            let (name, wanted, free) = (label.shown(), root.join(path), root.join(&free));
            let (name, wanted, free) = (Shown(&name), Shown(&wanted), Shown(&free));
            printer.warning(format!("`{wanted}` belongs to another log: the text of `{name}` goes to `{free}`"));
        }
        free
    }

    /// A log that is named twice, or by itself and in a folder, has one text. (Standard output gets it twice, as
    /// from cat.)
    fn drop_repeated(&mut self) {
        let mut seen = HashSet::new();
        let places = &mut self.places;
        self.jobs.retain(|job| match job {
            Job::Log { input: input @ (Input::File(_) | Input::Stdin), target } => target.path().is_none_or(|output| {
                let input = input.path().map_or("-".into(), |path| places.real(path));
                seen.insert((input, places.real(&output)))
            }),
            _ => true,
        });
    }

    /// One file takes one log.
    fn check_single(&self) -> Result<()> {
        let Destination::File(path) = self.destination else { return Ok(()) };
        let is_streamed = self.jobs.iter().any(|job| matches!(job, Job::Streamed(_)));
        if !is_streamed && self.jobs.len() <= 1 {
            return Ok(());
        }
        let what = if is_streamed { "a whole archive".into() } else { format!("{} logs", self.jobs.len()) };
        let hint = Hint("give --output-dir DIR for one file each, or `-o -` for all on standard output".into());
        Err(anyhow!("`{}` cannot take the text of {what}", Shown(path)).context(hint))
    }

    /// The user's own files must not be written to by mistake. (What is in archives finds another place.)
    fn check_clashes(&mut self) -> Result<()> {
        for job in &self.jobs {
            let input = match job {
                Job::Log { input, .. } => input.path(),
                Job::Streamed(archive) => archive.label().archive.as_deref().map(|archive| archive.path.as_path()),
            };
            let id = match input {
                Some(path) => {
                    self.places.add_input(path);
                    FileId::of_path(path).ok()
                }
                None => stdin::file_id(),
            };
            if let Some(id) = id {
                self.taken.add(id);
            }
        }
        let mut outputs: HashMap<PathBuf, &Input> = HashMap::new();
        let replaced = |output: &Path| {
            anyhow!("`{}` is a log that is being read; its text cannot replace it", Shown(output))
                .context(Hint("choose another place with -o FILE or --output-dir DIR".into()))
        };
        // Names say little: file systems differ in which of them are one, and standard input has none.
        if let Destination::File(output) = self.destination
            && FileId::of_path(output).is_ok_and(|id| self.taken.contains(id))
        {
            return Err(replaced(output));
        }
        for job in &self.jobs {
            // What is in archives has no place yet.
            let Job::Log { input: input @ (Input::File(_) | Input::Stdin), target } = job else { continue };
            let Some(output) = target.path() else { continue };
            let output = &output;
            if self.places.is_input(output) {
                return Err(replaced(output));
            }
            if let Some(other) = outputs.insert(self.places.add_output(output), input) {
                let (other, name) = (other.name(), input.name());
                let (other, name) = (Shown(&other), Shown(&name));
                bail!(
                    anyhow!("`{other}` and `{name}` would both be written to `{}`", Shown(output))
                        .context(Hint("decode them one by one, each with an --output-dir of its own".into()))
                );
            }
        }
        Ok(())
    }

    fn place_members(&mut self, printer: &Printer) {
        let mut jobs = std::mem::take(&mut self.jobs);
        for job in &mut jobs {
            if let Job::Log { input: Input::Member(member), target } = job {
                *target = self.place(&member.label, printer);
            }
        }
        // In this order, whichever is read first.
        for job in &jobs {
            if let Job::Streamed(archive) = job {
                self.place_folder(archive.label(), printer);
            }
        }
        self.jobs = jobs;
    }
}

/// The folder that an archive's texts go to: its name without what makes it an archive.
fn folder_of(archive: &Path) -> PathBuf {
    let name = archive_stem(archive).unwrap_or_else(|| {
        // An archive by its content only: the name alone is that of the file.
        let mut name = archive.file_name().unwrap_or_default().to_os_string();
        name.push(".texts");
        name
    });
    archive.with_file_name(name)
}
