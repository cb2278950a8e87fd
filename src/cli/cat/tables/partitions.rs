//! Records divided by date and app: a folder for each.

use std::io::{self, BufWriter};
use std::path::{Path, PathBuf};

use super::super::super::sources::Sources;
use super::args::PartitionName;
use super::place::{Sink, TablePlan};
use super::{Output, commit, made};
use crate::line::Time;
use crate::output::tables::{RecordRow, RecordRows, Table, TableWriter, columns_but, moment};

/// Files that are open at once. There are hardly more days in the logs of an app.
const OPEN: usize = 16;
/// Memory for the open row group of each, in bytes.
const GROUP: usize = 2 << 20;
/// Rows and text that wait for each, at most.
const ROWS: (usize, usize) = (8192, 512 << 10);
/// Files of a run. What a stranger's log says its times are must not fill the disk with folders: what is beyond goes where
/// rows without a date go.
const MOST: usize = 10_000;

/// The value of what is not known. Source: Hive, `hive.exec.default.partition.name`.
const UNKNOWN: &str = "__HIVE_DEFAULT_PARTITION__";

/// The records of a run.
#[derive(Default)]
pub struct Partitions {
    /// The one that was written last is the last.
    open: Vec<Partition>,
    /// How many files there are, for the names of the next.
    files: usize,
    /// Rows went elsewhere, for there were too many files.
    pub has_overflown: bool,
}

struct Partition {
    key: Key,
    rows: RecordRows,
    /// The columns that are not in the path already.
    columns: Vec<usize>,
    writer: Output,
}

/// The values of a partition.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Key {
    /// Days since 1970.
    day: Option<i64>,
    app: Option<String>,
}

impl Key {
    fn is_of(&self, day: Option<i64>, app: Option<&str>) -> bool {
        self.day == day && self.app.as_deref() == app
    }

    /// `date=2023-11-06/app=com.example.app`. An app's name has no character that would have to be escaped.
    fn folder(&self, by: &[PartitionName]) -> PathBuf {
        let values = by.iter().map(|name| match name {
            PartitionName::Date => match self.day.map(|day| Time { wall: day * crate::record::DAY, zone: None }) {
                Some(midnight) => format!("date={}", midnight.to_string().get(..10).unwrap_or_default()),
                None => format!("date={UNKNOWN}"),
            },
            PartitionName::App => format!("app={}", self.app.as_deref().unwrap_or(UNKNOWN)),
        });
        values.collect()
    }
}

impl Partitions {
    /// Adds a row.
    ///
    /// # Errors
    /// Those of the output.
    pub fn push(&mut self, row: &RecordRow<'_>, plan: &TablePlan, sources: &Sources) -> io::Result<()> {
        let by = |name| plan.partition_by.contains(&name);
        let time = row.record.head.time.filter(|time| moment(time.wall).is_some());
        let day = time.map(Time::day).filter(|_| by(PartitionName::Date));
        let app = row.log.app.as_deref().filter(|_| by(PartitionName::App));
        match self.open.iter().rposition(|partition| partition.key.is_of(day, app)) {
            Some(at) if at + 1 == self.open.len() => {}
            Some(at) => self.open[at..].rotate_left(1),
            None => self.begin(day, app, plan, sources)?,
        }
        let Some(partition) = self.open.last_mut() else { return Ok(()) };
        partition.rows.push(row);
        if partition.rows.len() >= ROWS.0 || partition.rows.text_len() >= ROWS.1 {
            partition.write()?;
        }
        Ok(())
    }

    /// Opens a file for these values, as the last.
    fn begin(&mut self, day: Option<i64>, app: Option<&str>, plan: &TablePlan, sources: &Sources) -> io::Result<()> {
        let mut key = Key { day, app: app.map(str::to_owned) };
        if self.files >= MOST {
            self.has_overflown = true;
            key = Key { day: None, app: None };
            if let Some(at) = self.open.iter().position(|partition| partition.key == key) {
                self.open[at..].rotate_left(1);
                return Ok(());
            }
        }
        if self.open.len() >= OPEN {
            // The one that has waited longest; but that of what is not known may be needed for the rest of the run.
            let at = usize::from(self.open.first().is_some_and(|first| first.key.is_of(None, None)));
            self.open.remove(at).finish(sources)?;
        }
        let name = format!("part-{:05}.{}", self.files, plan.format.ending());
        let path = plan.partitions().join(key.folder(&plan.partition_by)).join(name);
        let sink = BufWriter::new(Sink::open(&plan.target, Path::new(&path), sources.mode)?);
        let in_path: &[_] = if plan.partition_by.contains(&PartitionName::App) { &["app"] } else { &[] };
        let schema = Table::Records.schema();
        let columns = columns_but(&schema, in_path);
        let schema = made(schema.project(&columns))?;
        let writer = TableWriter::new(plan.format, &schema.into(), GROUP, sink)?;
        self.files += 1;
        self.open.push(Partition { key, rows: RecordRows::default(), columns, writer });
        Ok(())
    }

    /// Completes all files.
    ///
    /// # Errors
    /// Those of the output.
    pub fn finish(&mut self, sources: &Sources) -> io::Result<()> {
        self.open.drain(..).try_for_each(|partition| partition.finish(sources))
    }
}

impl Partition {
    fn write(&mut self) -> io::Result<()> {
        let batch = made(self.rows.finish())?;
        self.writer.write(&made(batch.project(&self.columns))?)
    }

    fn finish(mut self, sources: &Sources) -> io::Result<()> {
        self.write()?;
        commit(self.writer, sources)
    }
}
