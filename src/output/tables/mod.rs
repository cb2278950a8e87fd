//! Records, gaps and files as tables: one schema, whether it is written as Arrow or as Parquet. docs/tables.md says what
//! is in each column; the names are those of JSON.
//!
//! All numbers are signed, for engines that know no others. What a column cannot hold is null there, and a flag says so.

mod facts;
mod files;
mod gaps;
mod labels;
mod records;
mod writer;

use std::collections::HashMap;
use std::sync::Arc;

use arrow_schema::{DataType, Field, Schema, SchemaRef, TimeUnit};

pub use arrow_array::RecordBatch;
pub use facts::{LogFacts, moment};
pub use files::{FileRow, FileRows};
pub use gaps::GapRows;
pub use records::{RecordRow, RecordRows};
pub use writer::{TableFormat, TableWriter, columns_but};

/// The version of the schema, which is in its metadata: `imlog.schema`. New columns do not change it.
pub const VERSION: &str = "1";

/// A table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Table {
    /// A row for each record, or for each part of one over 1 MiB.
    Records,
    /// A row for each gap.
    Gaps,
    /// A row for each file.
    Files,
}

impl Table {
    /// All tables.
    pub const ALL: [Table; 3] = [Table::Records, Table::Gaps, Table::Files];

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Table::Records => "records",
            Table::Gaps => "gaps",
            Table::Files => "files",
        }
    }

    /// Its columns.
    pub fn schema(self) -> SchemaRef {
        let fields = match self {
            Table::Records => records::fields(),
            Table::Gaps => gaps::fields(),
            Table::Files => files::fields(),
        };
        let metadata = [("imlog.schema", VERSION), ("imlog.table", self.name())];
        let metadata = metadata.map(|(key, value)| (key.to_owned(), value.to_owned()));
        Arc::new(Schema::new_with_metadata(fields, HashMap::from(metadata)))
    }
}

/// A column that is never null.
fn required(name: &str, data_type: DataType) -> Field {
    Field::new(name, data_type, false)
}

/// A column that may be null.
fn optional(name: &str, data_type: DataType) -> Field {
    Field::new(name, data_type, true)
}

/// Text that is often the same.
fn label() -> DataType {
    DataType::Dictionary(Box::new(DataType::Int32), Box::new(DataType::Utf8))
}

/// The phone's clock.
fn clock() -> DataType {
    DataType::Timestamp(TimeUnit::Millisecond, None)
}

/// A moment.
fn instant() -> DataType {
    DataType::Timestamp(TimeUnit::Millisecond, Some("UTC".into()))
}

/// A number that may be too great for its column: null then.
fn signed(number: u64) -> Option<i64> {
    i64::try_from(number).ok()
}
