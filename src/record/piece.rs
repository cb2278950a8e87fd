//! What a log consists of: records and gaps.

use crate::codec::partial::PartialLine;
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
    /// A line behind damage, known in part. No record: it continues nothing, and nothing continues it.
    Partial(FoundPartial<'a, V>),
}

/// A line that is known in part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct FoundPartial<'a, V = bool> {
    /// What is known of it.
    pub line: PartialLine<'a>,
    /// What it says at its start: nothing, if that is not known.
    pub head: Head,
    /// The verdict of the judge on the line as it is [shown](PartialLine::shown).
    pub passes: V,
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
