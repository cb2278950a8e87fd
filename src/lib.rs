//! Decodes the `.xlog` files that Tencent mars and the Tencent Cloud IM SDK write.
//!
//! ```
//! use imlog::codec::keys::KeyRing;
//! use imlog::decode::{Decoder, Item};
//!
//! # let path = concat!(env!("CARGO_MANIFEST_DIR"), "/testdata/imsdk_C_20231106.xlog");
//! let file = std::fs::File::open(path)?;
//! let mut lines = 0;
//! let report = Decoder::new(KeyRing::default()).decode(file, |item| {
//!     match item {
//!         Item::Text(run) => lines += run.text.split(|&byte| byte == b'\n').count() - 1,
//!         Item::Gap(gap) => eprintln!("{} bytes lost at {}: {:?}", gap.len, gap.offset, gap.cause),
//!     }
//!     Ok::<_, std::convert::Infallible>(())
//! })?;
//! assert!(report.is_intact());
//! # assert!(lines > 1000);
//! # Ok::<_, Box<dyn std::error::Error>>(())
//! ```
//!
//! The same by record, from a log or a text:
//!
//! ```
//! use imlog::codec::keys::KeyRing;
//! use imlog::decode::Decoder;
//! use imlog::record::{self, Level, Piece};
//!
//! # let path = concat!(env!("CARGO_MANIFEST_DIR"), "/testdata/imsdk_C_20231106.xlog");
//! # let mut seen = 0;
//! let is_grave = |head: &record::Head, _text: &[u8]| head.level >= Some(Level::Error);
//! record::read(&Decoder::new(KeyRing::default()), std::fs::File::open(path)?, is_grave, |piece| {
//!     if let Piece::Record(found) = piece && found.passes {
//!         let record = found.record();
//!         println!("{:?} {:?}", record.function, String::from_utf8_lossy(record.message));
//! #       seen += 1;
//!     }
//!     Ok::<_, std::convert::Infallible>(())
//! })?;
//! # assert!(seen > 10);
//! # Ok::<_, Box<dyn std::error::Error>>(())
//! ```
//!
//! The way of the data: bytes → [`xlog`] (blocks and gaps) → [`codec`] (many blocks at once) → [`decode`] (in order
//! again) → [`record`] → [`output`]. A gap is a value in that stream; who prints decides how it looks. [`info`] sums
//! up what came by.

#![forbid(unsafe_code)]
#![warn(missing_docs)]

pub mod codec;
pub mod decode;
pub mod filter;
pub mod info;
pub mod output;
pub mod record;
pub mod retention;
pub mod xlog;

#[cfg(feature = "cli")]
pub mod cli;
#[cfg(feature = "cli")]
pub mod folder;
#[cfg(feature = "cli")]
pub mod input;
