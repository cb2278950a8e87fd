//! What is in a log, and whether it is intact: collected from the items that decoding gives. Pure.
//!
//! Memory is bounded, whatever the file: lists have a limit, and what exceeds it is only counted.

mod ending;
mod lines;
mod list;
mod read;
mod summary;
mod tally;

pub use ending::{End, Endings, Row};
pub use lines::Lines;
pub use list::List;
pub use read::summarize;
pub use summary::{Client, KindCount, Repeat, SeqRange, State, Summary};
