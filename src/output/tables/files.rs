//! The table of files.

use std::sync::Arc;

use arrow_array::builder::{Int16Builder, Int64Builder, StringBuilder, TimestampMillisecondBuilder};
use arrow_array::{ArrayRef, RecordBatch};
use arrow_schema::{ArrowError, DataType, Field};

use super::facts::{LogFacts, moment};
use super::labels::Labels;
use super::{Table, clock, label, optional, required, signed};
use crate::decode::Report;

/// The numbers of a row, in the order of [`fields`].
const NUMBERS: [&str; 13] = [
    "bytes",
    "text_bytes",
    "blocks",
    "repaired",
    "gaps",
    "lost_bytes",
    "unopened",
    "missing_blocks",
    "records",
    "rows",
    "sessions",
    "times_back",
    "times_out_of_range",
];

/// The columns.
pub(super) fn fields() -> Vec<Field> {
    let first = [
        required("path", label()),
        optional("member", label()),
        optional("app", label()),
        required("state", label()),
        optional("error", DataType::Utf8),
        optional("zone", DataType::Int16),
        optional("zone_from", label()),
        optional("sdk_version", label()),
        optional("first", clock()),
        optional("last", clock()),
    ];
    first.into_iter().chain(NUMBERS.map(|name| optional(name, DataType::Int64))).collect()
}

/// What is known of a file.
#[derive(Clone, Debug)]
pub struct FileRow<'a> {
    /// What its records share.
    pub log: &'a LogFacts,
    /// `intact`, `damaged`, `needs-a-key`, `empty`, `not-a-log` or `unreadable`.
    pub state: &'static str,
    /// Why it could not be read, or read to its end.
    pub error: Option<&'a str>,
    /// What was found in it; `None` if it could not be opened.
    pub report: Option<&'a Report>,
    /// The version of the SDK that it names last.
    pub sdk_version: Option<&'a str>,
    /// The earliest and the latest time of its records, by the phone's clock.
    pub span: Option<(i64, i64)>,
    /// Its records.
    pub records: u64,
    /// Its rows in the table of records.
    pub rows: u64,
    /// Its processes.
    pub sessions: u64,
    /// Records whose time is earlier than that of the record before.
    pub times_back: u64,
    /// Records whose time no column holds.
    pub times_out_of_range: u64,
}

/// Rows that become a batch.
#[derive(Debug, Default)]
pub struct FileRows {
    rows: usize,
    /// path, member, app, state, zone_from, sdk_version.
    labels: [Labels; 6],
    error: StringBuilder,
    zone: Int16Builder,
    span: [TimestampMillisecondBuilder; 2],
    numbers: [Int64Builder; NUMBERS.len()],
}

impl FileRows {
    /// How many rows there are.
    pub fn len(&self) -> usize {
        self.rows
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.rows == 0
    }

    /// Adds a row.
    pub fn push(&mut self, row: &FileRow<'_>) {
        let log = row.log;
        let zone = log.zone();
        let labels = [
            Some(log.path.as_str()),
            log.member.as_deref(),
            log.app.as_deref(),
            Some(row.state),
            zone.map(|(_, from)| from),
            row.sdk_version,
        ];
        self.labels.iter_mut().zip(labels).for_each(|(column, label)| column.push(label));
        self.error.append_option(row.error);
        self.zone.append_option(zone.map(|(zone, _)| zone));
        let span = row.span.and_then(|(first, last)| moment(first).zip(moment(last)));
        let [first, last] = &mut self.span;
        first.append_option(span.map(|(first, _)| first));
        last.append_option(span.map(|(_, last)| last));
        let of = |number: fn(&Report) -> u64| row.report.map(number);
        let read = |number: u64| row.report.map(|_| number);
        let numbers = [
            of(|report| report.bytes),
            of(|report| report.text),
            of(|report| report.blocks),
            of(|report| report.repaired),
            of(|report| report.gaps),
            of(|report| report.lost),
            of(|report| report.unopened),
            of(|report| report.missing),
            read(row.records),
            read(row.rows),
            read(row.sessions),
            read(row.times_back),
            read(row.times_out_of_range),
        ];
        self.numbers.iter_mut().zip(numbers).for_each(|(column, number)| column.append_option(number.and_then(signed)));
        self.rows += 1;
    }

    /// The rows as a batch; the next one starts empty.
    ///
    /// # Errors
    /// None that can happen.
    pub fn finish(&mut self) -> Result<RecordBatch, ArrowError> {
        self.rows = 0;
        let [path, member, app, state, zone_from, sdk_version] = &mut self.labels;
        let mut columns = vec![path.finish()?, member.finish()?, app.finish()?, state.finish()?];
        columns.push(Arc::new(self.error.finish()) as ArrayRef);
        columns.push(Arc::new(self.zone.finish()));
        columns.push(zone_from.finish()?);
        columns.push(sdk_version.finish()?);
        columns.extend(self.span.each_mut().map(|column| Arc::new(column.finish()) as ArrayRef));
        columns.extend(self.numbers.each_mut().map(|column| Arc::new(column.finish()) as ArrayRef));
        RecordBatch::try_new(Table::Files.schema(), columns)
    }
}
