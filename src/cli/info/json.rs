//! JSON: one object per line. docs/json.md says what the fields mean; what is not known is null.

use std::borrow::Cow;
use std::path::Path;

use serde::Serialize;

use crate::codec::keys::hex;
use crate::decode::{Block, Gap, GapCause, GapRun};
use crate::info::{End, Row, Summary};
use crate::xlog::Layout;

/// Which file an object is about.
#[derive(Clone, Debug, Serialize)]
pub struct PathFields<'a> {
    path: Cow<'a, str>,
    /// JSON cannot hold a path that is not Unicode: `path` has U+FFFD for what is not.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    path_is_lossy: bool,
}

impl<'a> PathFields<'a> {
    /// A log by its name; `-` is standard input.
    pub fn new(name: &'a Path) -> PathFields<'a> {
        PathFields { path: name.to_string_lossy(), path_is_lossy: name.to_str().is_none() }
    }
}

/// A file.
#[derive(Debug, Serialize)]
struct FileObject<'a> {
    r#type: &'static str,
    #[serde(flatten)]
    path: PathFields<'a>,
    state: &'static str,
    bytes: u64,
    text_bytes: Option<u64>,
    first: Option<String>,
    last: Option<String>,
    hours: Vec<u8>,
    blocks: u64,
    kinds: Vec<KindObject>,
    repaired: u64,
    seq: Vec<SeqObject>,
    restarts: u64,
    skips: u64,
    missing_blocks: u64,
    records: Option<u64>,
    levels: Option<LevelCounts>,
    records_by_hour: Option<[u64; 24]>,
    errors_by_hour: Option<[u64; 24]>,
    clients: Vec<ClientObject>,
    gaps: Vec<PlaceObject>,
    lost_bytes: u64,
    partial_lines: Option<u64>,
    padding_bytes: u64,
    repeats: Vec<RepeatObject>,
    left_out: LeftOut,
}

#[derive(Debug, Serialize)]
struct KindObject {
    magic: u8,
    kind: &'static str,
    blocks: u64,
    body_bytes: u64,
    text_bytes: Option<u64>,
}

#[derive(Debug, Serialize)]
struct SeqObject {
    process: u64,
    first: u16,
    last: u16,
}

#[derive(Debug, Serialize)]
struct LevelCounts {
    verbose: u64,
    debug: u64,
    info: u64,
    warn: u64,
    error: u64,
    fatal: u64,
    none: u64,
}

#[derive(Debug, Serialize)]
struct ClientObject {
    key: String,
    blocks: u64,
    opened: Option<u64>,
}

#[derive(Debug, Serialize)]
struct PlaceObject {
    offset: u64,
    length: u64,
    pieces: u64,
    cause: &'static str,
    missing_seq: Option<[u16; 2]>,
}

#[derive(Debug, Serialize)]
struct RepeatObject {
    seq: u16,
    offset: u64,
}

#[derive(Debug, Serialize)]
struct LeftOut {
    seq: u64,
    clients: u64,
    gaps: u64,
    repeats: u64,
}

/// The object of a file. `headers`: only its headers were read.
pub fn file(name: &Path, summary: &Summary, headers: bool) -> serde_json::Result<Vec<u8>> {
    let (report, lines) = (&summary.report, &summary.lines);
    let read = |number| (!headers).then_some(number);
    let level = |wanted: &str| lines.levels().find(|(level, _)| level.name() == wanted).map_or(0, |(_, count)| count);
    let levels = LevelCounts {
        verbose: level("verbose"),
        debug: level("debug"),
        info: level("info"),
        warn: level("warn"),
        error: level("error"),
        fatal: level("fatal"),
        none: lines.without_level(),
    };
    let kinds = summary.kinds().map(|(kind, count)| KindObject {
        magic: kind.magic,
        kind: kind.name,
        blocks: count.blocks,
        body_bytes: count.body,
        text_bytes: read(count.text),
    });
    let clients = summary.clients.values().iter().map(|client| ClientObject {
        key: hex(&client.key),
        blocks: client.blocks,
        opened: (client.unread < client.blocks).then_some(client.blocks - client.unopened - client.unread),
    });
    let seq = summary.seq.values().iter().map(|range| SeqObject {
        process: range.process,
        first: range.first,
        last: range.last,
    });
    let repeats = summary.repeats.values().iter().map(|repeat| RepeatObject { seq: repeat.seq, offset: repeat.offset });
    line(&FileObject {
        r#type: "file",
        path: PathFields::new(name),
        state: summary.state().name(),
        bytes: report.bytes,
        text_bytes: read(report.text),
        first: lines.first.map(|time| time.to_string()),
        last: lines.last.map(|time| time.to_string()),
        hours: summary.hours.iter().collect(),
        blocks: report.blocks,
        kinds: kinds.collect(),
        repaired: report.repaired,
        seq: seq.collect(),
        restarts: report.restarts,
        skips: report.skips,
        missing_blocks: report.missing,
        records: read(lines.records),
        levels: (!headers).then_some(levels),
        records_by_hour: (!headers).then_some(lines.by_hour),
        errors_by_hour: (!headers).then_some(lines.errors_by_hour),
        clients: clients.collect(),
        gaps: summary.places.values().iter().map(place).collect(),
        lost_bytes: report.lost,
        partial_lines: read(report.partial),
        padding_bytes: report.padding,
        repeats: repeats.collect(),
        left_out: LeftOut {
            seq: summary.seq.left_out,
            clients: summary.clients.left_out,
            gaps: summary.places.left_out,
            repeats: summary.repeats.left_out,
        },
    })
}

fn place(run: &GapRun) -> PlaceObject {
    PlaceObject {
        offset: run.offset(),
        length: run.lost(),
        pieces: run.pieces(),
        cause: run.cause().map_or(GapCause::MISSING_BLOCKS, GapCause::name),
        missing_seq: run.missing().map(|missing| [*missing.start(), *missing.end()]),
    }
}

/// A block.
#[derive(Debug, Serialize)]
struct BlockObject<'a> {
    r#type: &'static str,
    #[serde(flatten)]
    path: &'a PathFields<'a>,
    offset: u64,
    magic: u8,
    kind: &'static str,
    seq: Option<u16>,
    begin_hour: Option<u8>,
    end_hour: Option<u8>,
    body_bytes: u32,
    text_bytes: Option<u64>,
    end: &'static str,
    repaired: Option<&'static str>,
    client_key: Option<String>,
}

/// A gap.
#[derive(Debug, Serialize)]
struct GapObject<'a> {
    r#type: &'static str,
    #[serde(flatten)]
    path: &'a PathFields<'a>,
    offset: u64,
    length: u64,
    cause: &'static str,
    missing_seq: Option<[u16; 2]>,
    client_key: Option<String>,
}

/// The object of a block or a gap.
pub fn row(path: &PathFields<'_>, row: Row<'_>) -> serde_json::Result<Vec<u8>> {
    match row {
        Row::Block(block, end) => line(&block_line(path, block, end)),
        Row::Gap(gap) => line(&gap_line(path, gap)),
    }
}

fn block_line<'a>(path: &'a PathFields<'_>, block: &Block, end: End) -> BlockObject<'a> {
    let header = &block.header;
    let numbered = header.kind.layout != Layout::Bare;
    BlockObject {
        r#type: "block",
        path,
        offset: block.offset,
        magic: header.kind.magic,
        kind: header.kind.name,
        seq: numbered.then_some(header.seq),
        begin_hour: numbered.then_some(header.begin_hour),
        end_hour: numbered.then_some(header.end_hour),
        body_bytes: header.length,
        text_bytes: (end != End::Unread).then_some(block.text_len() as u64),
        end: end.name(),
        repaired: match end {
            End::Repaired(field) => Some(field.name()),
            _ => None,
        },
        client_key: block.client.as_deref().map(|key| hex(key)),
    }
}

fn gap_line<'a>(path: &'a PathFields<'_>, gap: &Gap) -> GapObject<'a> {
    let (missing_seq, client_key) = match &gap.cause {
        GapCause::Skip(missing) => (Some([*missing.start(), *missing.end()]), None),
        GapCause::Encrypted { client, .. } => (None, Some(hex(&**client))),
        _ => (None, None),
    };
    let (offset, length, cause) = (gap.offset, gap.len, gap.cause.name());
    GapObject { r#type: "gap", path, offset, length, cause, missing_seq, client_key }
}

fn line(object: &impl Serialize) -> serde_json::Result<Vec<u8>> {
    let mut line = serde_json::to_vec(object)?;
    line.push(b'\n');
    Ok(line)
}
