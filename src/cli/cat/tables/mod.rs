//! `--format`: records, gaps and files as tables.

pub mod args;
mod partitions;
mod place;
mod rows;

use std::io::{self, BufWriter};
use std::path::Path;

use anyhow::Error;

use super::super::interrupt;
use super::super::sources::Sources;
use super::super::zones::FoundZone;
use super::show::{LogEnd, Show};
use crate::decode::{Gap, Report};
use crate::input::Input;
use crate::output::tables::{FileRows, GapRows, RecordBatch, RecordRows, Table, TableWriter};
use crate::record::FoundRecord;
use crate::redact::Redactor;
use partitions::Partitions;
pub use place::TablePlan;
use place::{Sink, failed};
use rows::LogRows;

/// Memory for the open row group of a table, in bytes.
const GROUP: usize = 16 << 20;
/// Rows of a batch, and text in it, at most.
const BATCH: (usize, usize) = (16_384, 4 << 20);
/// Bytes of a write.
const WRITE: usize = 256 << 10;

/// Makes rows of what is shown.
pub struct Tables<'a> {
    plan: &'a TablePlan,
    sources: &'a Sources,
    redactor: Option<Redactor>,
    redacted: Vec<u8>,
    log: Option<LogRows>,
    records: Records,
    gaps: Option<(GapRows, Output)>,
    files: Option<(FileRows, Output)>,
}

/// Where the records go.
enum Records {
    None,
    One(Box<RecordRows>, Output),
    Divided(Partitions),
}

/// A table that is written.
type Output = TableWriter<BufWriter<Sink>>;

impl<'a> Tables<'a> {
    /// Writes what the plan says, made of these files.
    ///
    /// # Errors
    /// Those of the output.
    pub fn new(plan: &'a TablePlan, sources: &'a Sources, redactor: Option<Redactor>) -> io::Result<Tables<'a>> {
        let open = |table: Table| {
            let sink = Sink::open(&plan.target, &plan.file_name(table), sources.mode)?;
            TableWriter::new(plan.format, &table.schema(), GROUP, BufWriter::with_capacity(WRITE, sink))
        };
        let has = |table| plan.tables.contains(&table);
        let records = match has(Table::Records) {
            false => Records::None,
            true if plan.partition_by.is_empty() => Records::One(Box::default(), open(Table::Records)?),
            true => Records::Divided(Partitions::default()),
        };
        let gaps = has(Table::Gaps).then(|| open(Table::Gaps)).transpose()?;
        let files = has(Table::Files).then(|| open(Table::Files)).transpose()?;
        let (gaps, files) = (gaps.map(|out| (GapRows::default(), out)), files.map(|out| (FileRows::default(), out)));
        Ok(Tables { plan, sources, redactor, redacted: Vec::new(), log: None, records, gaps, files })
    }

    /// The error of an output that could not be written.
    pub fn cannot_write(plan: &TablePlan, error: io::Error) -> Error {
        failed(&plan.target, error)
    }

    fn push(&mut self, found: &FoundRecord<'_>) -> io::Result<()> {
        let Some(log) = &mut self.log else { return Ok(()) };
        let record = found.record();
        log.note(found, &record);
        let row = log.row(found, &record);
        match &mut self.records {
            Records::None => Ok(()),
            Records::Divided(partitions) => partitions.push(&row, self.plan, self.sources),
            Records::One(rows, out) => {
                rows.push(&row);
                match rows.len() >= BATCH.0 || rows.text_len() >= BATCH.1 {
                    true => out.write(&made(rows.finish())?),
                    false => Ok(()),
                }
            }
        }
    }

    fn push_file(&mut self, log: &LogRows, end: &LogEnd, report: Option<&Report>) -> io::Result<()> {
        let Some((rows, out)) = &mut self.files else { return Ok(()) };
        rows.push(&log.file(end, report));
        if rows.len() >= BATCH.0 { out.write(&made(rows.finish())?) } else { Ok(()) }
    }
}

impl Show for Tables<'_> {
    fn wants_zone(&self) -> bool {
        true
    }

    fn begin(&mut self, input: &Input, zone: FoundZone) {
        self.log = Some(LogRows::new(input, zone, self.plan.stdin_name.as_deref()));
    }

    fn record(&mut self, _name: &str, found: &FoundRecord<'_>, _context: bool) -> io::Result<()> {
        let Some(redactor) = &mut self.redactor else { return self.push(found) };
        let mut redacted = std::mem::take(&mut self.redacted);
        redacted.clear();
        redactor.push(found.text, &mut redacted);
        let pushed = self.push(&FoundRecord { text: &redacted, ..*found });
        self.redacted = redacted;
        pushed
    }

    fn pass_over(&mut self, found: &FoundRecord<'_>) {
        if let Some(log) = &mut self.log {
            log.note(found, &found.record());
        }
    }

    fn gap(&mut self, _name: &str, gap: &Gap) -> io::Result<()> {
        let (Some(log), Some((rows, out))) = (&self.log, &mut self.gaps) else { return Ok(()) };
        rows.push(&log.facts, gap);
        if rows.len() >= BATCH.0 { out.write(&made(rows.finish())?) } else { Ok(()) }
    }

    fn separator(&mut self, _name: &str) -> io::Result<()> {
        Ok(())
    }

    fn whole_line(&mut self, _line: &[u8]) -> io::Result<()> {
        Ok(())
    }

    fn abandon(&mut self) {}

    fn end(&mut self, end: &LogEnd, report: &Report) -> io::Result<()> {
        let Some(log) = self.log.take() else { return Ok(()) };
        self.push_file(&log, end, Some(report))
    }

    fn unreadable(&mut self, name: &Path, why: &str) -> io::Result<()> {
        let end = LogEnd { state: "unreadable", error: Some(why.to_owned()) };
        self.push_file(&LogRows::unread(name, self.plan.stdin_name.as_deref()), &end, None)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }

    fn close(&mut self) -> io::Result<()> {
        if interrupt::happened() {
            // What is dropped leaves nothing behind.
            (self.records, self.gaps, self.files) = (Records::None, None, None);
            return Ok(());
        }
        match std::mem::replace(&mut self.records, Records::None) {
            Records::None => {}
            Records::One(mut rows, out) => complete(rows.is_empty(), || rows.finish(), out, self.sources)?,
            Records::Divided(mut partitions) => {
                partitions.finish(self.sources)?;
                self.records = Records::Divided(partitions);
            }
        }
        if let Some((mut rows, out)) = self.gaps.take() {
            complete(rows.is_empty(), || rows.finish(), out, self.sources)?;
        }
        if let Some((mut rows, out)) = self.files.take() {
            complete(rows.is_empty(), || rows.finish(), out, self.sources)?;
        }
        Ok(())
    }

    fn failed(&self, error: io::Error) -> Error {
        failed(&self.plan.target, error)
    }

    fn warning(&self) -> Option<&'static str> {
        let Records::Divided(partitions) = &self.records else { return None };
        partitions.has_overflown.then_some("too many partitions: further records are in the one without a date or app")
    }

    fn take_redactor(&mut self) -> Option<Redactor> {
        self.redactor.take()
    }
}

/// Writes the last rows of a table, and lets it appear.
fn complete<E: Into<Box<dyn std::error::Error + Send + Sync>>>(
    is_empty: bool,
    finish: impl FnOnce() -> Result<RecordBatch, E>,
    mut out: Output,
    sources: &Sources,
) -> io::Result<()> {
    if !is_empty {
        out.write(&made(finish())?)?;
    }
    commit(out, sources)
}

/// Lets a table appear.
fn commit(out: Output, sources: &Sources) -> io::Result<()> {
    out.finish()?.into_inner().map_err(io::IntoInnerError::into_error)?.commit(sources)
}

fn made<T, E: Into<Box<dyn std::error::Error + Send + Sync>>>(made: Result<T, E>) -> io::Result<T> {
    made.map_err(io::Error::other)
}
