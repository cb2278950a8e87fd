//! What is decoded, and where each text goes. This is settled before anything is written, except for logs that are
//! found only when their archive is read.

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};

use anyhow::{Error, Result, anyhow};

use super::super::inputs::{FoundPaths, WithoutPath};
use super::super::printer::{Hint, Printer, Shown};
use super::places::Places;
use super::target::{Destination, Target};
use crate::file_name::{text_of, uncompressed};
use crate::folder::FileId;
use crate::input::archive::Label;
use crate::input::expand::{Expander, FoundInput, StreamedArchive};
use crate::input::wanted::archive_stem;
use crate::input::{Input, LogFile, stdin};
use crate::output::atomic::Taken;

/// Something to decode.
#[derive(Debug)]
pub enum DecodeJob {
    /// One log.
    Log {
        /// The log.
        input: Input,
        /// Where its text goes.
        target: Target,
    },
    /// The logs of an archive, one after the other. [`Plan::place`] says where each text goes when its log comes.
    Streamed(StreamedArchive),
}

impl DecodeJob {
    /// Whether it may be a log that is still being written.
    pub fn can_grow(&self) -> bool {
        matches!(self, DecodeJob::Log { input: Input::File(_), .. })
    }
}

/// The jobs of a run, and the places of their texts.
#[derive(Debug)]
pub struct Plan<'a> {
    /// In the order of the paths, and by name within a folder.
    pub jobs: Vec<DecodeJob>,
    /// How many paths failed or contained no logs; they have been reported.
    pub failed: u64,
    /// Whether any of the paths exists.
    pub any_path: bool,
    /// The places of texts.
    pub places: Places,
    /// The files that are read.
    pub taken: Taken,
    destination: &'a Destination,
    /// Whether the only path is a file: if it is an archive, the output folder is its mirror.
    is_single: bool,
}

impl Plan<'_> {
    /// Looks at the paths.
    ///
    /// # Errors
    /// If two inputs have the same output, or an output would replace an input.
    pub fn new<'a>(
        paths: &[PathBuf],
        expander: &Expander,
        destination: &'a Destination,
        printer: &Printer,
    ) -> Result<Plan<'a>> {
        let finds = FoundPaths::new(paths, WithoutPath::Here, expander, printer);
        let is_single = matches!(paths, [path] if !path.is_dir());
        let FoundPaths { failed, any_path, .. } = finds;
        let (jobs, places, taken) = (Vec::new(), Places::default(), Taken::default());
        let mut plan = Plan { jobs, failed, any_path, places, taken, destination, is_single };
        let mut seen = SeenArchives::default();
        for (index, (path, logs)) in finds.paths.into_iter().enumerate() {
            for found in logs {
                let is_repeated = seen.is_repeated(index, &path, &found, &mut plan.places);
                if !is_repeated || matches!(destination, Destination::Stdout) {
                    plan.add(found);
                }
            }
        }
        plan.drop_repeated();
        plan.check_single()?;
        plan.add_inputs();
        plan.check_clashes()?;
        plan.place_members(printer);
        Ok(plan)
    }

    /// Whether anything goes to standard output. The jobs are done in order then.
    pub fn goes_to_stdout(&self, jobs: &[DecodeJob]) -> bool {
        jobs.iter().any(|job| match job {
            DecodeJob::Log { target, .. } => *target == Target::Stdout,
            DecodeJob::Streamed(archive) => self.destination.shows(archive),
        })
    }

    fn add(&mut self, found: FoundInput) {
        self.jobs.push(match found {
            FoundInput::Streamed(archive) => DecodeJob::Streamed(archive),
            FoundInput::Log(input) => {
                let target = match &input {
                    Input::File(file) => self.beside(Some(file), file.path.clone()),
                    Input::Stdin => self.beside(None, "stdin".into()),
                    // Its place depends on those of the others: see `place_members`.
                    Input::Member(_) => Target::Stdout,
                };
                DecodeJob::Log { input, target }
            }
        });
    }

    /// The target of a log that is found while logs are followed.
    pub fn place_file(&self, file: &LogFile) -> Target {
        self.beside(Some(file), file.path.clone())
    }

    /// The target of a log that is a file of its own. `path`: its path without the ending of a compression.
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

    /// The target of a log in an archive, different from all others. Warns if the place that it should have is taken.
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
    /// the names in it need not change. `None` if there is no such folder.
    fn place_folder(&mut self, archive: &Label, printer: &Printer) -> Option<(PathBuf, PathBuf)> {
        let (root, folder) = match (self.destination, archive.archive.as_deref()) {
            (Destination::Stdout | Destination::File(_), _) | (Destination::Beside, None) => return None,
            (Destination::Beside, Some(file)) => (file.above(), folder_of(&file.below())),
            (Destination::Folder(folder), Some(file)) if !self.is_single => (folder.clone(), folder_of(&file.below())),
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

    /// The target of a single compressed log.
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

    /// Drops logs that are named twice, or by themselves and in a folder: they have one text. (On standard output they
    /// appear twice, as with cat.)
    fn drop_repeated(&mut self) {
        let mut seen = HashSet::new();
        let places = &mut self.places;
        self.jobs.retain(|job| match job {
            DecodeJob::Log { input: input @ (Input::File(_) | Input::Stdin), target } => {
                target.path().is_none_or(|output| {
                    let input = input.path().map_or("-".into(), |path| places.real(path));
                    seen.insert((input, places.real(&output)))
                })
            }
            _ => true,
        });
    }

    /// Makes sure that a file named by the user gets the text of one log only.
    fn check_single(&self) -> Result<()> {
        let Destination::File(path) = self.destination else { return Ok(()) };
        let has_archive = self.jobs.iter().any(|job| matches!(job, DecodeJob::Streamed(_)));
        if !has_archive && self.jobs.len() <= 1 {
            return Ok(());
        }
        let what = if has_archive { "a whole archive".into() } else { format!("{} logs", self.jobs.len()) };
        let hint = Hint("give --output-dir DIR for one file each, or `-o -` for all on standard output".into());
        Err(anyhow!("`{}` cannot take the text of {what}", Shown(path)).context(hint))
    }

    /// Notes the files that are read: no text may replace them, under whatever name.
    fn add_inputs(&mut self) {
        for job in &self.jobs {
            let input = match job {
                DecodeJob::Log { input, .. } => input.path(),
                DecodeJob::Streamed(archive) => archive.label().archive.as_deref().map(|file| file.path.as_path()),
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
    }

    /// Makes sure that no text replaces a log or another text. (Those of logs in archives go to another place instead.)
    fn check_clashes(&mut self) -> Result<()> {
        // The name may not show it: file systems differ in which names are the same, and standard input has none.
        if let Destination::File(output) = self.destination
            && FileId::of_path(output).is_ok_and(|id| self.taken.contains(id))
        {
            return Err(replaces_log(output));
        }
        let mut outputs: HashMap<PathBuf, &Input> = HashMap::new();
        for job in &self.jobs {
            // Logs in archives have no place yet.
            let DecodeJob::Log { input: input @ (Input::File(_) | Input::Stdin), target } = job else { continue };
            let Some(output) = target.path() else { continue };
            if self.places.is_input(&output) {
                return Err(replaces_log(&output));
            }
            if let Some(other) = outputs.insert(self.places.add_output(&output), input) {
                let (other, name) = (other.name(), input.name());
                let (other, name) = (Shown(&other), Shown(&name));
                let hint = Hint("decode them one by one, each with an --output-dir of its own".into());
                let error = anyhow!("`{other}` and `{name}` would both be written to `{}`", Shown(&output));
                return Err(error.context(hint));
            }
        }
        Ok(())
    }

    fn place_members(&mut self, printer: &Printer) {
        let mut jobs = std::mem::take(&mut self.jobs);
        for job in &mut jobs {
            if let DecodeJob::Log { input: Input::Member(member), target } = job {
                *target = self.place(&member.label, printer);
            }
        }
        // The folders are given out in the order of the jobs, whichever is read first.
        for job in &jobs {
            if let DecodeJob::Streamed(archive) = job {
                self.place_folder(archive.label(), printer);
            }
        }
        self.jobs = jobs;
    }
}

/// What of archives has been planned: an archive that is named twice, or by itself and in a folder, is read once, and so
/// is a member that is named beside its archive. Two members of one name in an archive are two.
#[derive(Default)]
struct SeenArchives(HashMap<(PathBuf, Vec<String>), usize>);

impl SeenArchives {
    /// Whether what was found at the PATH with this index was found at one before it.
    fn is_repeated(&mut self, index: usize, path: &Path, found: &FoundInput, places: &mut Places) -> bool {
        let Some(label) = found.label() else { return false };
        let Some(archive) = &label.archive else { return false };
        let real = places.real(&archive.path);
        let is_member = archive.path != path && !archive.is_found;
        let names = match found {
            FoundInput::Log(_) => label.inside.clone(),
            FoundInput::Streamed(_) if is_member => return self.0.contains_key(&(real, Vec::new())),
            FoundInput::Streamed(_) => Vec::new(),
        };
        *self.0.entry((real, names)).or_insert(index) != index
    }
}

fn replaces_log(output: &Path) -> Error {
    let hint = Hint("choose another place with -o FILE or --output-dir DIR".into());
    anyhow!("`{}` is a log that is being read; its text cannot replace it", Shown(output)).context(hint)
}

/// The folder that an archive's texts go to: its name without the ending.
fn folder_of(archive: &Path) -> PathBuf {
    let name = archive_stem(archive).unwrap_or_else(|| {
        // It has no such ending, and its own name is taken by the file itself.
        let mut name = archive.file_name().unwrap_or_default().to_os_string();
        name.push(".texts");
        name
    });
    archive.with_file_name(name)
}
