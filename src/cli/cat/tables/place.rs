//! Where tables go: standard output, a file, or a folder.

use std::fs::{self, File};
use std::io::{self, IsTerminal, Read, Stdout, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Error, Result, anyhow};

use super::super::super::printer::{Hint, Shown};
use super::super::super::sources::Sources;
use super::args::{PartitionName, TableArgs};
use crate::folder::{FileId, Folder};
use crate::output::atomic::{OutputFile, OutputPlace};
use crate::output::tables::{Table, TableFormat};

/// What is written, and where to.
pub struct TablePlan {
    /// How.
    pub format: TableFormat,
    /// Which tables.
    pub tables: Vec<Table>,
    /// Where to.
    pub target: Target,
    /// What records are divided by.
    pub partition_by: Vec<PartitionName>,
    /// The path of standard input, in the tables.
    pub stdin_name: Option<String>,
}

/// Where tables go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// One to standard output.
    Stdout,
    /// One to the file that the user named.
    File(PathBuf),
    /// Each to a file of its own in this folder.
    Folder(PathBuf),
}

impl TablePlan {
    /// What the arguments ask for, if that is tables.
    ///
    /// # Errors
    /// If that cannot be done. Nothing has been read then.
    pub fn new(args: &TableArgs) -> Result<Option<TablePlan>> {
        let Some(format) = args.format.map(TableFormat::from) else { return Ok(None) };
        let is_folder = |path: &Path| path.is_dir() || ends_with_slash(path) || !args.partition_by.is_empty();
        let target = match args.output.as_deref() {
            None => Target::Stdout,
            Some(path) if path.as_os_str() == "-" => Target::Stdout,
            Some(path) if is_folder(path) => Target::Folder(path.to_owned()),
            Some(path) => Target::File(path.to_owned()),
        };
        let tables = match (args.table.map(Table::from), &target) {
            (Some(table), _) => vec![table],
            (None, Target::Folder(_)) => Table::ALL.to_vec(),
            (None, _) => vec![Table::Records],
        };
        if !args.partition_by.is_empty() {
            if !tables.contains(&Table::Records) {
                return Err(anyhow!("--partition-by divides records: leave --table out, or use `--table records`"));
            }
            if target == Target::Stdout {
                return Err(anyhow!("--partition-by needs a folder: use `-o FOLDER`"));
            }
        }
        let ending = format.ending();
        if target == Target::Stdout && io::stdout().is_terminal() {
            let hint = Hint(format!("use `-o FILE.{ending}`, or a pipe"));
            return Err(anyhow!("{ending} is not for a terminal").context(hint));
        }
        let (partition_by, stdin_name) = (args.partition_by.clone(), args.stdin_name.clone());
        Ok(Some(TablePlan { format, tables, target, partition_by, stdin_name }))
    }

    /// Whether files are written.
    pub fn makes_files(&self) -> bool {
        self.target != Target::Stdout
    }

    /// The folder of the records' partitions, below that of the tables.
    pub fn partitions(&self) -> PathBuf {
        // A single table has the folder to itself.
        if self.tables.len() > 1 { Table::Records.name().into() } else { PathBuf::new() }
    }

    /// The file of a table, below the folder of the tables.
    pub fn file_name(&self, table: Table) -> PathBuf {
        format!("{}.{}", table.name(), self.format.ending()).into()
    }

    /// What can be known before anything is read: whether what is there may be replaced.
    ///
    /// # Errors
    /// If it may not.
    pub fn check(&self, sources: &Sources) -> Result<()> {
        match &self.target {
            Target::Stdout => Ok(()),
            Target::File(path) => self.check_file(path, sources),
            Target::Folder(folder) => {
                for table in &self.tables {
                    if *table == Table::Records && !self.partition_by.is_empty() {
                        check_empty(&folder.join(self.partitions()))?;
                    } else {
                        self.check_file(&folder.join(self.file_name(*table)), sources)?;
                    }
                }
                Ok(())
            }
        }
    }

    fn check_file(&self, path: &Path, sources: &Sources) -> Result<()> {
        if FileId::of_path(path).is_ok_and(|id| sources.taken.contains(id)) {
            let hint = Hint("choose another name".into());
            return Err(anyhow!("`{}` is being read; a table cannot replace it", Shown(path)).context(hint));
        }
        match fs::metadata(path) {
            Ok(earlier) if earlier.is_dir() => Err(anyhow!("it is a folder")).with_context(|| cannot_write(path)),
            Ok(earlier) if earlier.is_file() => {
                let is_table = File::open(path).and_then(|mut file| starts_like_one(&mut file, self.format));
                match is_table.with_context(|| cannot_write(path))? {
                    true => Ok(()),
                    false => {
                        let hint = Hint("choose another name, or remove it first".into());
                        let why = "the existing file is no table in this format, and was left as it is";
                        Err(anyhow!(why).context(cannot_write(path)).context(hint))
                    }
                }
            }
            Ok(_) => Ok(()),
            // The folders of a folder's tables are made when there is something in them.
            Err(_) if matches!(self.target, Target::Folder(_)) => Ok(()),
            Err(_) => Folder::around(path).map(drop).with_context(|| cannot_write(path)),
        }
    }
}

/// Rows of another run among those of this one would be found, too.
fn check_empty(folder: &Path) -> Result<()> {
    let is_empty = match fs::read_dir(folder) {
        Ok(mut entries) => entries.next().is_none(),
        Err(error) if error.kind() == io::ErrorKind::NotFound => true,
        Err(error) => return Err(anyhow!(error).context(cannot_write(folder))),
    };
    if is_empty {
        return Ok(());
    }
    let hint =
        Hint("give another folder, or remove it first: partitions are not mixed with those of another run".into());
    Err(anyhow!("`{}` is not empty", Shown(folder)).context(hint))
}

/// Whether a file may be an earlier table in this format. A log whose name was given by mistake is worth more.
fn starts_like_one(file: &mut File, format: TableFormat) -> io::Result<bool> {
    let mut start = Vec::new();
    file.take(4).read_to_end(&mut start)?;
    let expected: &[u8] = match format {
        TableFormat::Arrow => &[0xFF; 4],
        TableFormat::Parquet => b"PAR1",
    };
    Ok(start.is_empty() || start == expected)
}

fn ends_with_slash(path: &Path) -> bool {
    path.as_os_str().as_encoded_bytes().last().is_some_and(|byte| std::path::is_separator(char::from(*byte)))
}

fn cannot_write(path: &Path) -> String {
    format!("cannot write `{}`", Shown(path))
}

/// The error of an output that could not be written.
pub fn failed(target: &Target, error: io::Error) -> Error {
    let what = match target {
        Target::Stdout => "cannot write standard output".into(),
        Target::File(path) | Target::Folder(path) => cannot_write(path),
    };
    anyhow!(error).context(what)
}

/// An output that is open.
pub enum Sink {
    /// Standard output.
    Stdout(Stdout),
    /// A file that appears when it is complete.
    File(OutputFile<'static>),
}

impl Sink {
    /// The output for a file at this path below a folder, or for the only table.
    ///
    /// # Errors
    /// Those of the file system.
    pub fn open(target: &Target, below: &Path, mode: u32) -> io::Result<Sink> {
        let place = match target {
            Target::Stdout => return Ok(Sink::Stdout(io::stdout())),
            Target::File(path) => OutputPlace::Named(path),
            Target::Folder(root) => OutputPlace::Below(root, below),
        };
        OutputFile::new(place, mode).started().map(Sink::File)
    }

    /// It is complete.
    ///
    /// # Errors
    /// Those of the file system.
    pub fn commit(self, sources: &Sources) -> io::Result<()> {
        match self {
            Sink::Stdout(mut out) => out.flush(),
            Sink::File(file) => file.commit(None, &sources.taken),
        }
    }
}

impl Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Sink::Stdout(out) => out.write(bytes),
            Sink::File(file) => file.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Sink::Stdout(out) => out.flush(),
            Sink::File(file) => file.flush(),
        }
    }
}
