//! The table of gaps.

use std::fmt::Write;
use std::sync::Arc;

use arrow_array::builder::{Int32Builder, Int64Builder, StringBuilder, TimestampMillisecondBuilder};
use arrow_array::{ArrayRef, RecordBatch};
use arrow_schema::{ArrowError, DataType, Field};

use super::facts::{LogFacts, moment};
use super::labels::Labels;
use super::{Table, clock, label, optional, required, signed};
use crate::decode::{Gap, GapCause};
use crate::line::Time;

/// The columns.
pub(super) fn fields() -> Vec<Field> {
    vec![
        required("path", label()),
        optional("member", label()),
        optional("app", label()),
        required("gap", label()),
        optional("offset", DataType::Int64),
        optional("length", DataType::Int64),
        optional("first_missing_seq", DataType::Int32),
        optional("last_missing_seq", DataType::Int32),
        optional("client_key", DataType::Utf8),
        optional("before", clock()),
        optional("after", clock()),
    ]
}

/// Rows that become a batch.
#[derive(Debug, Default)]
pub struct GapRows {
    rows: usize,
    /// path, member, app, gap.
    labels: [Labels; 4],
    offset: Int64Builder,
    length: Int64Builder,
    missing: [Int32Builder; 2],
    client_key: StringBuilder,
    before: TimestampMillisecondBuilder,
    after: TimestampMillisecondBuilder,
}

impl GapRows {
    /// How many rows there are.
    pub fn len(&self) -> usize {
        self.rows
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.rows == 0
    }

    /// Adds a row.
    pub fn push(&mut self, log: &LogFacts, gap: &Gap) {
        let labels = [Some(log.path.as_str()), log.member.as_deref(), log.app.as_deref(), Some(gap.cause.name())];
        self.labels.iter_mut().zip(labels).for_each(|(column, label)| column.push(label));
        self.offset.append_option(signed(gap.offset));
        self.length.append_option(signed(gap.len));
        let missing = match &gap.cause {
            GapCause::Skip(missing) => [Some(*missing.start()), Some(*missing.end())],
            _ => [None, None],
        };
        self.missing.iter_mut().zip(missing).for_each(|(column, seq)| column.append_option(seq.map(i32::from)));
        let key = match &gap.cause {
            GapCause::Encrypted { client, .. } => Some(client.iter().fold(String::new(), |mut key, byte| {
                // Writing to a string can't fail.
                _ = write!(key, "{byte:02x}");
                key
            })),
            _ => None,
        };
        self.client_key.append_option(key);
        let wall = |time: Option<Time>| time.and_then(|time| moment(time.wall));
        self.before.append_option(wall(gap.before));
        self.after.append_option(wall(gap.after));
        self.rows += 1;
    }

    /// The rows as a batch; the next one starts empty.
    ///
    /// # Errors
    /// None that can happen.
    pub fn finish(&mut self) -> Result<RecordBatch, ArrowError> {
        self.rows = 0;
        let mut columns: Vec<ArrayRef> = Vec::new();
        for column in &mut self.labels {
            columns.push(column.finish()?);
        }
        columns.push(Arc::new(self.offset.finish()));
        columns.push(Arc::new(self.length.finish()));
        columns.extend(self.missing.each_mut().map(|column| Arc::new(column.finish()) as ArrayRef));
        columns.push(Arc::new(self.client_key.finish()));
        columns.push(Arc::new(self.before.finish()));
        columns.push(Arc::new(self.after.finish()));
        RecordBatch::try_new(Table::Gaps.schema(), columns)
    }
}
