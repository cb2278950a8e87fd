//! Decodes the `.xlog` files that Tencent mars and the Tencent Cloud IM SDK write.
//!
//! A [`Decoder`] turns a log into [items](Item), in the order of the file: runs of text, and gaps where something is
//! missing.
//!
//! ```
//! use imlog::{Decoder, Item, KeyRing};
//!
//! # let path = concat!(env!("CARGO_MANIFEST_DIR"), "/testdata/imsdk_C_20231106.xlog");
//! let decoder = Decoder::new(KeyRing::default());
//! let mut lines = 0;
//! let report = decoder.decode(std::fs::File::open(path)?, |item| {
//!     match item {
//!         Item::Text(run) => lines += run.text.split(|&byte| byte == b'\n').count() - 1,
//!         Item::Gap(gap) => eprintln!("{} bytes missing at {}: {:?}", gap.len, gap.offset, gap.cause),
//!     }
//!     Ok::<_, std::convert::Infallible>(())
//! })?;
//! assert!(report.is_intact());
//! # assert!(lines > 1000);
//! # Ok::<_, Box<dyn std::error::Error>>(())
//! ```
//!
//! | to | on all threads | as an iterator |
//! | --- | --- | --- |
//! | write the text, with a marker where something is missing | [`Decoder::decode_to`] | |
//! | process text and gaps | [`Decoder::decode`] | [`Decoder::items`] |
//! | read records, from a log or a decoded text | [`read_records`], optionally with a [`Filter`] | [`Decoder::records`] |
//! | summarize a log | [`summarize`] | |
//!
//! # Features
//!
//! - `cli` (default): the program `imlog`. Without this feature, the library has no code for terminals, arguments and
//!   finding files.
//! - `report` (part of `cli`): a diagnosis as a page of HTML, [`ReportPage`].
//! - `serde`: `Serialize` for reports, gaps and records.

#![forbid(unsafe_code)]
#![warn(missing_docs)]

mod codec;
mod decode;
mod file_name;
mod filter;
mod info;
mod line;
mod output;
mod record;
mod redact;
#[cfg(feature = "report")]
mod report;
mod retention;
mod sdk;
mod xlog;

#[cfg(feature = "cli")]
pub mod cli;
#[cfg(feature = "cli")]
mod folder;
#[cfg(feature = "cli")]
mod input;

pub use codec::Fault;
pub use codec::keys::{KeyError, KeyRing, PrivateKey};
pub use decode::{
    Block, DecodeError, Decoder, Gap, GapCause, GapPlace, GapRun, Item, Items, OwnedItem, OwnedTextRun, Report,
    TEXT_LIMIT, TextChunk, TextRun,
};
pub use filter::{
    BadPattern, Bound, Codes, Filter, Levels, NoCodes, NoTime, Pattern, PatternOptions, SourcePlace, Span, When, Zone,
};
pub use info::{Client, KindCount, Lines, List, Repeat, SeqRange, State, Summary, summarize};
pub use line::{BadForm, OwnForm, teach};
#[cfg(feature = "report")]
pub use output::excerpt::Source as LogSource;
pub use output::marker::{Marker, PREFIX as MARKER_PREFIX};
pub use output::text::TextWriter;
pub use record::{
    Fields, Form, FoundRecord, Head, Level, NoLevel, OwnedPiece, OwnedRecord, Parts, Piece, Record, RecordPlace,
    Records, Time, Verdict, read_parts, read_records,
};
pub use redact::{Alias, Masked, Personal, Redactor};
#[cfg(feature = "report")]
pub use report::{ReportApp, ReportPage};
pub use retention::day_in_name;
pub use sdk::{
    About, Change, Code, CodeSeen, Concern, Consequence, Details, Diagnoser, Diagnosis, Ending, ErrorGroup, Event,
    Evidence, Finding, GapSeen, Harmless, Heartbeats, Lack, LogCondition, LogSeen, Login, LoginResult, Logins, Nearby,
    NoRule, RULES, Rule, RuleId, Session, Severity, Tally, Track, TrackState, concerns,
};
pub use xlog::header::ClientKey;
pub use xlog::seq::Continuity;
pub use xlog::{BlockKind, Cipher, Codec, Field, Fit, Header, Hours, Layout};

/// For the project's own tests, benches and fuzz targets. Not part of the API: anything in here may change or disappear
/// in any version, regardless of semver.
#[doc(hidden)]
pub mod internals {
    pub mod codec {
        pub use crate::codec::*;
    }
    pub mod decode {
        pub use crate::decode::*;
    }
    pub mod file_name {
        pub use crate::file_name::*;
    }
    pub mod filter {
        pub use crate::filter::*;
    }
    pub mod info {
        pub use crate::info::*;
    }
    pub mod output {
        pub use crate::output::*;
    }
    pub mod record {
        pub use crate::record::*;
    }
    pub mod retention {
        pub use crate::retention::*;
    }
    pub mod xlog {
        pub use crate::xlog::*;
    }
    pub mod redact {
        pub use crate::redact::*;
    }
    #[cfg(feature = "cli")]
    pub mod folder {
        pub use crate::folder::*;
    }
    #[cfg(feature = "cli")]
    pub mod input {
        pub use crate::input::*;
    }
}
