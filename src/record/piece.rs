//! What a log consists of: records and gaps.

#[cfg(feature = "cli")]
use std::ops::Range;

use crate::decode::Gap;
use crate::line::{Form, Head, Record, tells_of_loss};

/// When a record passes that comes in parts because it is so long. Each part is judged.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Parts {
    /// When any part does.
    #[default]
    Any,
    /// Only when all do.
    All,
}

/// What a judge says of a record: whether it passes, and perhaps what was found out about it, so that whoever it is shown
/// to need not do so again.
pub trait Verdict: Copy + Send + Sync {
    /// Whether the record passes.
    fn passes(self) -> bool;
}

impl Verdict for bool {
    fn passes(self) -> bool {
        self
    }
}

/// A part of a log. `V` is what the judge says of a record.
#[derive(Clone, Copy, Debug)]
pub enum Piece<'a, V = bool> {
    /// A record.
    Record(FoundRecord<'a, V>),
    /// Something that is missing.
    Gap(&'a Gap),
}

/// Where a record is in its file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct RecordPlace {
    /// Its number among the records of what was read, from 1 on: the same whatever passes. All parts of a record have it.
    /// 0 if it is not known.
    pub number: u64,
    /// Where the block begins that its head is in, in bytes from the start of what was read. `None` in a text, which has no
    /// blocks.
    pub block: Option<u64>,
}

/// A [`Piece`] that is kept while its text is in a buffer with that of others.
#[cfg(feature = "cli")]
#[derive(Clone, Debug)]
pub(crate) enum KeptPiece<V = bool> {
    /// A record, and where its text is.
    Record { head: Head, text: Range<usize>, passes: V, continued: bool, place: RecordPlace },
    /// Something that is missing.
    Gap(Gap),
}

#[cfg(feature = "cli")]
impl<V: Copy> KeptPiece<V> {
    /// A record whose text is added to `buffer`, which starts at `base` of all text.
    pub fn record(found: FoundRecord<'_, V>, buffer: &mut Vec<u8>, base: usize) -> KeptPiece<V> {
        let FoundRecord { head, text, passes, continued, place } = found;
        let start = base + buffer.len();
        buffer.extend_from_slice(text);
        KeptPiece::Record { head, text: start..start + text.len(), passes, continued, place }
    }

    /// The piece, with its text from `buffer`, which starts at `base` of all text.
    pub fn piece<'a>(&'a self, buffer: &'a [u8], base: usize) -> Piece<'a, V> {
        match self {
            KeptPiece::Gap(gap) => Piece::Gap(gap),
            KeptPiece::Record { head, text, passes, continued, place } => {
                let text = text.start.checked_sub(base).and_then(|start| buffer.get(start..text.end - base));
                Piece::Record(FoundRecord {
                    head: *head,
                    text: text.unwrap_or_default(),
                    passes: *passes,
                    continued: *continued,
                    place: *place,
                })
            }
        }
    }
}

/// A record, not yet taken apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct FoundRecord<'a, V = bool> {
    /// What its first line says: nothing, if it is in no known form.
    pub head: Head,
    /// All its text, its last line break included, if it has one.
    pub text: &'a [u8],
    /// The verdict of the judge of [`read_records`](super::read_records): for a record in parts, on the parts so far. If
    /// a part passes and none before it did, the record's first line comes again, as a record that passes, and the part
    /// continues that.
    pub passes: V,
    /// Whether it continues the record before, which was cut because it was too long.
    pub continued: bool,
    /// Where it is in its file.
    pub place: RecordPlace,
}

impl<'a, V> FoundRecord<'a, V> {
    /// Whether it is a marker that says that something was lost.
    pub fn is_loss(&self) -> bool {
        self.head.form == Form::Marker && tells_of_loss(self.text)
    }

    /// Takes it apart.
    pub fn record(&self) -> Record<'a> {
        match self.continued {
            false => Record::new(self.head, self.text),
            true => Record {
                message: Record::new(Head::default(), self.text).message,
                head: self.head,
                ..Record::default()
            },
        }
    }
}
