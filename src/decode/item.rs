//! What decoding gives: text, and the gaps in it. Everything that imlog shows is made from these.

use std::ops::{Range, RangeInclusive};

use crate::codec::Fault;
use crate::xlog::header::ClientKey;
use crate::xlog::{Fit, Header};

/// The next thing in a file, in the order of the file.
#[derive(Clone, Copy, Debug)]
pub enum Item<'a> {
    /// Blocks without a gap in between.
    Text(TextRun<'a>),
    /// Something that is missing.
    Gap(&'a Gap),
}

/// Blocks that follow one another, and their text.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct TextRun<'a> {
    /// All their text.
    pub text: &'a [u8],
    /// Where it starts in its [`TextChunk`](super::TextChunk), in bytes.
    pub start: usize,
    /// The blocks, one at least.
    pub blocks: &'a [Block],
}

/// A block, with as much of its text as could be read: all of it, unless a gap follows.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Block {
    /// Where it starts in the file.
    pub offset: u64,
    /// Its fields.
    pub header: Header,
    /// The key in its header, where it is encrypted.
    pub client: Option<Box<ClientKey>>,
    /// How well it fits between its neighbours.
    pub fit: Fit,
    /// It was written into the middle of another block, by another process.
    pub guest: bool,
    /// It was not asked for, and its body has not been read.
    pub unwanted: bool,
    /// Its text, as a range of the batch's.
    pub(crate) text: Range<usize>,
    /// Checksum of its body's end: a block that was written twice has the same.
    pub checksum: u32,
}

impl Block {
    /// Length of its text, in bytes.
    pub fn text_len(&self) -> usize {
        self.text.len()
    }
}

/// A place where something is missing.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Gap {
    /// Where it starts in the file.
    pub offset: u64,
    /// Bytes of the file that gave no text. 0 where blocks are missing from the file altogether.
    pub len: u64,
    /// Why.
    pub cause: GapCause,
    /// How it stands to the gap before.
    pub place: GapPlace,
}

/// Gaps with no text in between are one place, but for want of a key and damage, which are told apart. Who counts or
/// joins gaps goes by this.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GapPlace {
    /// It is the first of its place.
    New,
    /// So far, only blocks are missing in its place: it is the first that lost bytes.
    FirstLoss,
    /// Others of its place stand before it.
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
    /// The block before breaks off: from here on nothing of it could be read.
    Body(Fault),
    /// The block before is encrypted, for this client key, and no private key opens it.
    Encrypted {
        /// The key in its header.
        client: Box<ClientKey>,
        /// Whether there were private keys to try.
        tried: bool,
    },
    /// Nothing is wrong here, but seq says that blocks with these numbers are missing.
    Skip(RangeInclusive<u16>),
}

impl GapCause {
    /// The name of [`GapCause::Skip`].
    pub const MISSING_BLOCKS: &'static str = "missing-blocks";

    /// Its name in all that machines read; docs/json.md lists them.
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

    /// Whether something is wrong with the file itself. A key that was not given is not damage, and blocks that are
    /// missing may be in another file.
    pub fn is_damage(&self) -> bool {
        !matches!(self, GapCause::Encrypted { .. } | GapCause::Skip(_))
    }
}

/// What a file came to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Report {
    /// Bytes read.
    pub bytes: u64,
    /// Bytes of text.
    pub text: u64,
    /// Blocks, those included that gave no text.
    pub blocks: u64,
    /// Blocks that had a wrong field and were read all the same.
    pub repaired: u64,
    /// Places where bytes gave no text: see [`GapPlace`].
    pub gaps: u64,
    /// Bytes in those places.
    pub lost: u64,
    /// Bytes of zero fill behind cache blocks, which hold nothing.
    pub padding: u64,
    /// Encrypted blocks that no key opened.
    pub unopened: u64,
    /// The client keys of those, up to [`Report::MAX_CLIENTS`] different ones.
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
    /// Blocks that were not asked for, and not read.
    pub unwanted: u64,
}

impl Report {
    /// How many client keys a report names.
    pub const MAX_CLIENTS: usize = 8;

    /// Whether everything in the file could be read. A skip in seq alone is no damage: appenders of one process
    /// share the counter.
    pub fn is_intact(&self) -> bool {
        self.gaps == 0 && self.repaired == 0
    }

    /// Names a client key, unless it is named already or enough are. Who sums up several reports names theirs so too.
    pub fn add_client(clients: &mut Vec<ClientKey>, client: &ClientKey) {
        if clients.len() < Report::MAX_CLIENTS && !clients.contains(client) {
            clients.push(*client);
        }
    }

    /// Counts the next gap. Who takes all gaps, and stops before the end, where the whole report comes, has so much of
    /// it all the same.
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

    /// Whether there was any block, readable or not.
    pub fn has_blocks(&self) -> bool {
        self.blocks > 0
    }
}
