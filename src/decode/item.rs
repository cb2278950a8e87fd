//! The result of decoding: text, and the gaps in it. Everything that imlog shows is made from these.

use std::ops::{Range, RangeInclusive};

use crate::codec::Fault;
use crate::codec::partial::PartialLine;
use crate::xlog::header::ClientKey;
use crate::xlog::seq::Continuity;
use crate::xlog::{Fit, Header};

/// The next item of a log, in the order of the file.
#[derive(Clone, Copy, Debug)]
pub enum Item<'a> {
    /// Blocks without a gap in between.
    Text(TextRun<'a>),
    /// A place where something is missing.
    Gap(&'a Gap),
    /// A line behind a gap within a block, known in part.
    Partial(PartialLine<'a>),
}

/// Successive blocks, and their text.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct TextRun<'a> {
    /// The text of all the blocks.
    pub text: &'a [u8],
    /// Its position in its [`TextChunk`](super::TextChunk), in bytes.
    pub start: usize,
    /// The blocks that start in it. None, if it is text of the block before, behind a gap in it.
    pub blocks: &'a [Block],
}

/// A block. Its text is complete unless a gap follows; more of it may come behind that.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Block {
    /// Its position in the file.
    pub offset: u64,
    /// Its header.
    pub header: Header,
    /// The client key in its header, if it is encrypted.
    pub client: Option<Box<ClientKey>>,
    /// How well it fits between its neighbours.
    pub fit: Fit,
    /// Another process wrote it into the middle of another block.
    pub guest: bool,
    /// How its seq relates to that of the block before, in the order of the file.
    pub continuity: Continuity,
    /// It was not [wanted](crate::Decoder::with_choice), so its body has not been read.
    pub unwanted: bool,
    /// The range of its text in the text of the batch.
    pub(crate) text: Range<usize>,
    /// How much more text it has behind a gap in it, in bytes.
    pub text_behind_gap: usize,
    /// A checksum of the end of its body: two copies of a block have the same.
    pub checksum: u32,
}

impl Block {
    /// The length of all its text, in bytes.
    pub fn text_len(&self) -> usize {
        self.text.len() + self.text_behind_gap
    }
}

/// A place where something is missing.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Gap {
    /// Its position in the file.
    pub offset: u64,
    /// How many bytes of the file gave no text. 0 if the missing blocks are not in the file at all.
    pub len: u64,
    /// Why.
    pub cause: GapCause,
    /// How it relates to the gap before it.
    pub place: GapPlace,
}

/// How a gap relates to the gap before it. Gaps with no text in between are one *place*, except that missing keys and
/// damage are separate places. Use this to count or join gaps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GapPlace {
    /// It is the first gap of its place.
    New,
    /// Only a [skip](GapCause::Skip) comes before it in its place: it is the first gap there that lost bytes.
    FirstLoss,
    /// Other gaps of its place come before it.
    Same,
}

/// Why there is a gap.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum GapCause {
    /// Bytes that belong to no block.
    Foreign,
    /// Zeros where a block should be.
    ZeroFill,
    /// The block before this gap breaks off here: the rest of it could not be read.
    Body(Fault),
    /// The block before this gap is encrypted for this client key, and no private key opens it.
    Encrypted {
        /// The key in its header.
        client: Box<ClientKey>,
        /// Whether there were any private keys to try.
        tried: bool,
    },
    /// seq shows that blocks with these numbers are missing. Nothing else is wrong here.
    Skip(RangeInclusive<u16>),
}

impl GapCause {
    /// The name of [`GapCause::Skip`].
    pub const MISSING_BLOCKS: &'static str = "missing-blocks";

    /// Its name in machine-readable output; docs/json.md lists the names.
    pub fn name(&self) -> &'static str {
        match self {
            GapCause::Foreign => "foreign-bytes",
            GapCause::ZeroFill => "zeros",
            GapCause::Body(Fault::Corrupt) => "damaged",
            GapCause::Body(Fault::Truncated) => "cut",
            GapCause::Body(Fault::TooLong) => "too-long",
            GapCause::Encrypted { .. } => "encrypted",
            GapCause::Skip(_) => GapCause::MISSING_BLOCKS,
        }
    }

    /// Whether something is wrong with the file itself. A missing key is not damage, and missing blocks may be in
    /// another file.
    pub fn is_damage(&self) -> bool {
        !matches!(self, GapCause::Encrypted { .. } | GapCause::Skip(_))
    }
}

/// What was found in a file, in numbers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Report {
    /// The number of bytes read.
    pub bytes: u64,
    /// The number of bytes of text.
    pub text: u64,
    /// The number of blocks, including those that gave no text.
    pub blocks: u64,
    /// Lines that are known in part. They do not count as text.
    pub partial: u64,
    /// Blocks with a wrong field that were read anyway.
    pub repaired: u64,
    /// Places where bytes of the file gave no text: see [`GapPlace`].
    pub gaps: u64,
    /// Bytes in those places.
    pub lost: u64,
    /// Bytes of zero fill after cache blocks, which never held anything.
    pub padding: u64,
    /// Encrypted blocks that no key opened.
    pub unopened: u64,
    /// The client keys of those blocks: at most [`Report::MAX_CLIENTS`] different keys.
    #[cfg_attr(feature = "serde", serde(serialize_with = "crate::codec::keys::serialize"))]
    pub clients: Vec<ClientKey>,
    /// Places where seq skips.
    pub skips: u64,
    /// Blocks missing in those places.
    pub missing: u64,
    /// Places where seq starts again: another process.
    pub restarts: u64,
    /// Blocks that were written twice.
    pub repeats: u64,
    /// Blocks that were not [wanted](crate::Decoder::with_choice), and not read.
    pub unwanted: u64,
}

impl Report {
    /// The most client keys that a report names.
    pub const MAX_CLIENTS: usize = 8;

    /// Whether everything in the file could be read. Skips in seq do not count as damage: the appenders of a process
    /// share the counter.
    pub fn is_intact(&self) -> bool {
        self.gaps == 0 && self.repaired == 0
    }

    /// Adds a client key to `clients`, unless it is there already or there are [`Report::MAX_CLIENTS`] keys.
    pub fn add_client(clients: &mut Vec<ClientKey>, client: &ClientKey) {
        if clients.len() < Report::MAX_CLIENTS && !clients.contains(client) {
            clients.push(*client);
        }
    }

    /// Counts the next gap. If you stop decoding before the report comes, you can count the gaps so far with this.
    pub fn add_gap(&mut self, gap: &Gap) {
        match &gap.cause {
            GapCause::Skip(missing) => {
                self.skips += 1;
                self.missing += u64::from(missing.end() - missing.start()) + 1;
                return;
            }
            GapCause::Encrypted { client, .. } => {
                self.unopened += 1;
                Report::add_client(&mut self.clients, client);
            }
            _ => {}
        }
        self.gaps += u64::from(gap.place != GapPlace::Same);
        self.lost += gap.len;
    }

    /// Whether there was any block, even if unreadable.
    pub fn has_blocks(&self) -> bool {
        self.blocks > 0
    }
}
