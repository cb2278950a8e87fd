//! The options of tables.

use std::path::PathBuf;

use clap::{Args as ClapArgs, ValueEnum, ValueHint};

use crate::output::tables::{Table, TableFormat};

/// What cannot be said of tables: how lines look, and which are near others.
const OF_LINES: [&str; 14] = [
    "after_context",
    "before_context",
    "context",
    "only_matching",
    "count",
    "follow",
    "tail",
    "merge",
    "json",
    "no_markers",
    "with_filename",
    "no_filename",
    "heading",
    "no_heading",
];

/// How tables are written.
#[derive(Debug, ClapArgs)]
#[command(next_help_heading = "Tables")]
pub struct TableArgs {
    /// Write tables, for DuckDB, Polars, pandas and Spark: a stream in Arrow's IPC format, or Parquet
    #[arg(long, value_name = "FORMAT", value_enum, conflicts_with_all = OF_LINES)]
    pub format: Option<FormatName>,
    /// Write to FILE, or to a folder (FOLDER/) all tables [default: standard output]; with --format, -o is short for it
    #[arg(long, value_name = "FILE", requires = "format", value_hint = ValueHint::AnyPath)]
    pub output: Option<PathBuf>,
    /// Which table [default: records; with a folder, all]
    #[arg(long, value_name = "TABLE", value_enum, requires = "format")]
    pub table: Option<TableName>,
    /// Write the records of each date or app to a folder of their own, as in date=2023-11-06/app=com.example.app
    #[arg(long, value_name = "COLUMN", value_enum, value_delimiter = ',', requires_all = ["format", "output"])]
    pub partition_by: Vec<PartitionName>,
    /// The path of what comes on standard input, in the tables
    #[arg(long, value_name = "PATH", requires = "format", value_hint = ValueHint::Other)]
    pub stdin_name: Option<String>,
}

/// A format of tables.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum FormatName {
    /// A stream in Arrow's IPC format
    Arrow,
    /// Parquet, compressed with zstd
    Parquet,
}

impl From<FormatName> for TableFormat {
    fn from(name: FormatName) -> TableFormat {
        match name {
            FormatName::Arrow => TableFormat::Arrow,
            FormatName::Parquet => TableFormat::Parquet,
        }
    }
}

/// A table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum TableName {
    /// A row for each record
    Records,
    /// A row for each place where something is missing
    Gaps,
    /// A row for each file
    Files,
}

impl From<TableName> for Table {
    fn from(name: TableName) -> Table {
        match name {
            TableName::Records => Table::Records,
            TableName::Gaps => Table::Gaps,
            TableName::Files => Table::Files,
        }
    }
}

/// What records are divided by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum PartitionName {
    /// The day on the phone's clock
    Date,
    /// The app's package, if the path says it
    App,
}
