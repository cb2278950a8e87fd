//! The table of records.

use std::borrow::Cow;
use std::sync::Arc;

use arrow_array::builder::{
    BooleanBuilder, Int8Builder, Int16Builder, Int32Builder, Int64Builder, StringBuilder, TimestampMillisecondBuilder,
};
use arrow_array::types::Int8Type;
use arrow_array::{ArrayRef, DictionaryArray, RecordBatch, StringArray};
use arrow_schema::{ArrowError, DataType, Field, SchemaRef};

use super::facts::{LogFacts, moment};
use super::labels::Labels;
use super::{Table, clock, instant, label, optional, required, signed};
use crate::record::{FoundRecord, Level, Record};

/// The columns.
pub(super) fn fields() -> Vec<Field> {
    let level = DataType::Dictionary(Box::new(DataType::Int8), Box::new(DataType::Utf8));
    vec![
        required("path", label()),
        optional("member", label()),
        required("record", DataType::Int64),
        required("part", DataType::Int32),
        optional("offset", DataType::Int64),
        optional("time", clock()),
        optional("utc", instant()),
        optional("zone", DataType::Int16),
        optional("zone_from", label()),
        optional("level", level).with_dict_is_ordered(true),
        optional("level_number", DataType::Int8),
        optional("pid", DataType::Int64),
        optional("tid", DataType::Int64),
        optional("main_thread", DataType::Boolean),
        optional("tag", label()),
        optional("source", label()),
        optional("line", DataType::Int64),
        optional("function", label()),
        optional("code", DataType::Int32),
        required("message", DataType::Utf8),
        required("form", label()),
        optional("app", label()),
        optional("sdk_version", label()),
        optional("session", DataType::Int64),
        required("continued", DataType::Boolean),
        required("not_utf8", DataType::Boolean),
        required("time_back", DataType::Boolean),
        required("time_out_of_range", DataType::Boolean),
    ]
}

/// A record, and what is known of it beside its text.
#[derive(Clone, Copy, Debug)]
pub struct RecordRow<'a> {
    /// Its file.
    pub log: &'a LogFacts,
    /// The record.
    pub found: &'a FoundRecord<'a>,
    /// The same taken apart.
    pub record: &'a Record<'a>,
    /// Which row of the record it is, from 0.
    pub part: i32,
    /// Its time is earlier than that of the record before it in the file.
    pub time_back: bool,
    /// The number of its process in the file.
    pub session: Option<u64>,
    /// The version of that process' SDK.
    pub sdk_version: Option<&'a str>,
}

/// Rows that become a batch.
#[derive(Debug)]
pub struct RecordRows {
    schema: SchemaRef,
    rows: usize,
    labels: [Labels; LABELS],
    record: Int64Builder,
    part: Int32Builder,
    offset: Int64Builder,
    time: TimestampMillisecondBuilder,
    utc: TimestampMillisecondBuilder,
    zone: Int16Builder,
    level: Int8Builder,
    pid: Int64Builder,
    tid: Int64Builder,
    main_thread: BooleanBuilder,
    line: Int64Builder,
    code: Int32Builder,
    message: StringBuilder,
    session: Int64Builder,
    flags: [BooleanBuilder; FLAGS],
}

/// path, member, zone_from, tag, source, function, form, app, sdk_version.
const LABELS: usize = 9;
/// continued, not_utf8, time_back, time_out_of_range.
const FLAGS: usize = 4;

impl Default for RecordRows {
    fn default() -> RecordRows {
        RecordRows {
            schema: Table::Records.schema(),
            rows: 0,
            labels: Default::default(),
            record: Int64Builder::new(),
            part: Int32Builder::new(),
            offset: Int64Builder::new(),
            time: TimestampMillisecondBuilder::new(),
            utc: TimestampMillisecondBuilder::new().with_timezone("UTC"),
            zone: Int16Builder::new(),
            level: Int8Builder::new(),
            pid: Int64Builder::new(),
            tid: Int64Builder::new(),
            main_thread: BooleanBuilder::new(),
            line: Int64Builder::new(),
            code: Int32Builder::new(),
            message: StringBuilder::new(),
            session: Int64Builder::new(),
            flags: std::array::from_fn(|_| BooleanBuilder::new()),
        }
    }
}

impl RecordRows {
    /// How many rows there are.
    pub fn len(&self) -> usize {
        self.rows
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.rows == 0
    }

    /// About how much text they hold, in bytes.
    pub fn text_len(&self) -> usize {
        self.message.values_slice().len() + self.labels.iter().map(Labels::bytes).sum::<usize>()
    }

    /// Adds a row.
    pub fn push(&mut self, row: &RecordRow<'_>) {
        let RecordRow { log, found, record, .. } = *row;
        let mut not_utf8 = false;
        let mut text = |bytes| text(bytes, &mut not_utf8);
        let [tag, source, function] = [record.tag, record.source, record.function].map(|field| field.map(&mut text));
        self.message.append_value(text(record.message));

        let time = record.head.time.and_then(|time| moment(time.wall).map(|_| time));
        let zone = time.and_then(|time| log.zone_of(time));
        let labels = [
            Some(log.path.as_str()),
            log.member.as_deref(),
            zone.map(|(_, from)| from),
            tag.as_deref(),
            source.as_deref(),
            function.as_deref(),
            Some(record.head.form.name()),
            log.app.as_deref(),
            row.sdk_version,
        ];
        self.labels.iter_mut().zip(labels).for_each(|(column, label)| column.push(label));

        self.record.append_value(signed(found.place.number).unwrap_or(i64::MAX));
        self.part.append_value(row.part);
        self.offset.append_option(found.place.block.and_then(signed));
        self.time.append_option(time.map(|time| time.wall));
        self.utc.append_option(time.zip(zone).and_then(|(time, (zone, _))| moment(time.instant(zone))));
        self.zone.append_option(zone.map(|(zone, _)| zone));
        self.level.append_option(record.head.level.and_then(number));
        self.pid.append_option(record.pid.and_then(signed));
        self.tid.append_option(record.tid.and_then(signed));
        self.main_thread.append_option(record.main_thread);
        self.line.append_option(record.line.map(i64::from));
        self.code.append_option(if found.continued { None } else { record.code() });
        self.session.append_option(row.session.and_then(signed));

        let time_out_of_range = record.head.time.is_some() && time.is_none();
        let flags = [found.continued, not_utf8, row.time_back, time_out_of_range];
        self.flags.iter_mut().zip(flags).for_each(|(column, flag)| column.append_value(flag));
        self.rows += 1;
    }

    /// The rows as a batch; the next one starts empty.
    ///
    /// # Errors
    /// None that can happen.
    pub fn finish(&mut self) -> Result<RecordBatch, ArrowError> {
        self.rows = 0;
        let mut labels = Vec::with_capacity(LABELS);
        for column in &mut self.labels {
            labels.push(column.finish()?);
        }
        let [path, member, zone_from, tag, source, function, form, app, sdk_version]: [ArrayRef; LABELS] =
            labels.try_into().map_err(|_| ArrowError::ComputeError("a column is missing".into()))?;
        let numbers = self.level.finish();
        let names = StringArray::from_iter_values(Level::ALL.map(Level::name));
        let level = DictionaryArray::<Int8Type>::try_new(numbers.clone(), Arc::new(names))?;
        let [continued, not_utf8, time_back, time_out_of_range] =
            self.flags.each_mut().map(|column| Arc::new(column.finish()) as ArrayRef);
        let columns: Vec<ArrayRef> = vec![
            path,
            member,
            Arc::new(self.record.finish()),
            Arc::new(self.part.finish()),
            Arc::new(self.offset.finish()),
            Arc::new(self.time.finish()),
            Arc::new(self.utc.finish()),
            Arc::new(self.zone.finish()),
            zone_from,
            Arc::new(level),
            Arc::new(numbers),
            Arc::new(self.pid.finish()),
            Arc::new(self.tid.finish()),
            Arc::new(self.main_thread.finish()),
            tag,
            source,
            Arc::new(self.line.finish()),
            function,
            Arc::new(self.code.finish()),
            Arc::new(self.message.finish()),
            form,
            app,
            sdk_version,
            Arc::new(self.session.finish()),
            continued,
            not_utf8,
            time_back,
            time_out_of_range,
        ];
        RecordBatch::try_new(self.schema.clone(), columns)
    }
}

/// The place of a level in [`Level::ALL`].
fn number(level: Level) -> Option<i8> {
    Level::ALL.iter().position(|other| *other == level).and_then(|at| i8::try_from(at).ok())
}

/// Bytes as text, with U+FFFD for what is not UTF-8.
fn text<'a>(bytes: &'a [u8], not_utf8: &mut bool) -> Cow<'a, str> {
    match simdutf8::basic::from_utf8(bytes) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => {
            *not_utf8 = true;
            String::from_utf8_lossy(bytes)
        }
    }
}
