//! Text to records: what was logged, when, at what level, and by whom.
//!
//! A record starts with a head, which [`line`](crate::line) recognizes, and reaches to the next one: messages run over
//! several lines. A line without a head that has no record to continue is a record of its own; nothing is dropped.
//! `scan` finds heads, on all threads; `assemble` makes records of them, in the order of the file, across the borders
//! of blocks and batches.

pub mod assemble;
mod iter;
mod open;
mod piece;
mod read;
pub mod scan;
#[cfg(feature = "cli")]
mod side_by_side;
pub(crate) mod template;
mod text;

pub(crate) use crate::line::number;
pub(crate) use crate::line::time::DAY;
pub use crate::line::{Fields, Form, Head, Level, MARKER_PREFIX, NoLevel, Record, Time, code};
pub use iter::{OwnedPiece, OwnedRecord, Records};
pub use open::LONGEST;
#[cfg(feature = "cli")]
pub(crate) use piece::KeptPiece;
pub use piece::{FoundRecord, Parts, Piece, RecordPlace, Verdict};
pub use read::{RecordSteps, read_live, read_parts, read_records, reads_as_text};
#[cfg(feature = "cli")]
pub(crate) use side_by_side::{Stage, read_side_by_side};
pub use text::is_text;
