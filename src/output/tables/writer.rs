//! Batches as an Arrow stream or as Parquet, in bounded memory.

use std::io::{self, Write};

use arrow_array::RecordBatch;
use arrow_ipc::writer::StreamWriter;
use arrow_schema::{ArrowError, Schema, SchemaRef};
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, Encoding, ZstdLevel};
use parquet::errors::ParquetError;
use parquet::file::metadata::KeyValue;
use parquet::file::properties::{EnabledStatistics, WriterProperties};

use super::VERSION;

/// How a table is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TableFormat {
    /// A stream in Arrow's IPC format.
    Arrow,
    /// A Parquet file.
    Parquet,
}

impl TableFormat {
    /// The ending of its files.
    pub fn ending(self) -> &'static str {
        match self {
            TableFormat::Arrow => "arrow",
            TableFormat::Parquet => "parquet",
        }
    }
}

/// Writes a table.
pub struct TableWriter<W: Write + Send> {
    inner: Inner<W>,
    /// How much memory the open row group may take, in bytes.
    most: usize,
}

enum Inner<W: Write + Send> {
    Arrow(Box<StreamWriter<W>>),
    Parquet(Box<ArrowWriter<W>>),
}

/// Rows of a row group, at most: readers skip whole groups.
const GROUP_ROWS: usize = 1 << 20;
/// Rows of a page, at most: readers that know the column index skip pages.
const PAGE_ROWS: usize = 20_000;

impl<W: Write + Send> TableWriter<W> {
    /// Writes a table with this schema to `out`. An open row group takes at most about `most` bytes of memory.
    ///
    /// # Errors
    /// Those of `out`.
    pub fn new(format: TableFormat, schema: &SchemaRef, most: usize, out: W) -> io::Result<TableWriter<W>> {
        let inner = match format {
            TableFormat::Arrow => Inner::Arrow(Box::new(StreamWriter::try_new(out, schema).map_err(of_arrow)?)),
            TableFormat::Parquet => {
                let writer = ArrowWriter::try_new(out, schema.clone(), Some(properties(schema, most)));
                Inner::Parquet(Box::new(writer.map_err(of_parquet)?))
            }
        };
        Ok(TableWriter { inner, most })
    }

    /// Adds rows.
    ///
    /// # Errors
    /// Those of the output.
    pub fn write(&mut self, batch: &RecordBatch) -> io::Result<()> {
        match &mut self.inner {
            Inner::Arrow(writer) => writer.write(batch).map_err(of_arrow),
            Inner::Parquet(writer) => {
                writer.write(batch).map_err(of_parquet)?;
                if writer.memory_size() > self.most {
                    writer.flush().map_err(of_parquet)?;
                }
                Ok(())
            }
        }
    }

    /// Writes what is left, and gives the output back.
    ///
    /// # Errors
    /// Those of the output.
    pub fn finish(self) -> io::Result<W> {
        match self.inner {
            Inner::Arrow(writer) => writer.into_inner().map_err(of_arrow),
            Inner::Parquet(writer) => writer.into_inner().map_err(of_parquet),
        }
    }
}

fn properties(schema: &Schema, most: usize) -> WriterProperties {
    let page = (most >> 5).clamp(64 << 10, 1 << 20);
    let versions = vec![KeyValue::new("imlog.schema".to_owned(), VERSION.to_owned())];
    let mut properties = WriterProperties::builder()
        .set_created_by(concat!("imlog ", env!("CARGO_PKG_VERSION")).to_owned())
        .set_compression(Compression::ZSTD(ZstdLevel::default()))
        .set_max_row_group_row_count(Some(GROUP_ROWS))
        .set_data_page_row_count_limit(PAGE_ROWS)
        .set_data_page_size_limit(page)
        .set_dictionary_page_size_limit(page)
        .set_key_value_metadata(Some(versions));
    // Hardly any message is there twice, and none is looked for by its order.
    properties = properties
        .set_column_dictionary_enabled("message".into(), false)
        .set_column_encoding("message".into(), Encoding::DELTA_LENGTH_BYTE_ARRAY)
        .set_column_statistics_enabled("message".into(), EnabledStatistics::None);
    for column in ["record", "time", "utc"] {
        if schema.field_with_name(column).is_ok() {
            properties = properties
                .set_column_dictionary_enabled(column.into(), false)
                .set_column_encoding(column.into(), Encoding::DELTA_BINARY_PACKED);
        }
    }
    properties.build()
}

/// The places of all columns but these: what schemas and batches are projected by.
pub fn columns_but(schema: &Schema, names: &[&str]) -> Vec<usize> {
    let columns = schema.fields().iter().enumerate();
    columns.filter(|(_, field)| !names.contains(&field.name().as_str())).map(|(at, _)| at).collect()
}

/// What failed in writing, as the output said it.
fn of_arrow(error: ArrowError) -> io::Error {
    match error {
        ArrowError::IoError(_, error) => error,
        error => io::Error::other(error),
    }
}

fn of_parquet(error: ParquetError) -> io::Error {
    match error {
        ParquetError::External(error) => match error.downcast::<io::Error>() {
            Ok(error) => *error,
            Err(error) => io::Error::other(error),
        },
        error => io::Error::other(error),
    }
}
