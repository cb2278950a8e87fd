//! Items and records as output: text with markers, JSON, lines for a terminal; files that appear complete or not at
//! all.

pub mod marker;
pub mod redacted;
pub mod terminal;
pub mod text;

#[cfg(feature = "cli")]
pub mod atomic;
#[cfg(feature = "cli")]
pub mod diagnosis;
#[cfg(feature = "report")]
pub mod excerpt;
#[cfg(feature = "cli")]
pub mod json;
#[cfg(feature = "cli")]
pub mod secret;
#[cfg(feature = "tables")]
pub mod tables;
