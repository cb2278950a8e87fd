//! Records as an iterator.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::io::{self, Read};
use std::iter::FusedIterator;

use super::{FoundRecord, Head, Piece, Record, RecordPlace, RecordSteps};
use crate::decode::{DecodeError, Decoder, Gap, Report};

/// A [`Piece`] that can be kept.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum OwnedPiece {
    /// A record.
    Record(OwnedRecord),
    /// Something that is missing.
    Gap(Gap),
}

/// A record that can be kept, not yet taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct OwnedRecord {
    /// What its first line says: nothing, if it is in no known form.
    pub head: Head,
    /// All its text, its last line break included, if it has one.
    pub text: Vec<u8>,
    /// Whether it continues the record before, which was cut at 1 MiB.
    pub continued: bool,
}

impl OwnedRecord {
    /// Takes it apart.
    pub fn record(&self) -> Record<'_> {
        self.found().record()
    }

    /// Whether it is a marker that says that something was lost.
    pub fn is_loss(&self) -> bool {
        self.found().is_loss()
    }

    fn found(&self) -> FoundRecord<'_> {
        let OwnedRecord { head, text, continued } = self;
        FoundRecord { head: *head, text, passes: true, continued: *continued, place: RecordPlace::default() }
    }
}

/// The records of a file: see [`Decoder::records`].
pub struct Records<'a, R> {
    state: State<'a, R>,
    queue: Queue,
    error: Option<io::Error>,
    report: Option<Report>,
}

/// All records pass: the caller chooses.
type Judge = fn(&Head, &[u8]) -> bool;

enum State<'a, R> {
    Unread(&'a Decoder, R),
    Open(Box<RecordSteps<'a, R, Judge>>),
    Over,
}

impl Decoder {
    /// The records of `input`, a log or a text, as an iterator. It decodes on the thread that asks, a batch at a time,
    /// and copies what it gives; [`read_records`](super::read_records) uses all threads, copies nothing, and is faster.
    /// Memory is bounded by one batch.
    ///
    /// An error of the reader comes last, after all records that precede it.
    ///
    /// ```
    /// use imlog::{Decoder, Level, OwnedPiece};
    ///
    /// # let path = concat!(env!("CARGO_MANIFEST_DIR"), "/testdata/imsdk_C_20231106.xlog");
    /// let mut errors = 0;
    /// for piece in Decoder::default().records(std::fs::File::open(path)?) {
    ///     if let OwnedPiece::Record(record) = piece?
    ///         && record.head.level >= Some(Level::Error)
    ///     {
    ///         errors += 1;
    ///     }
    /// }
    /// assert_eq!(errors, 110);
    /// # Ok::<_, std::io::Error>(())
    /// ```
    pub fn records<R: Read>(&self, input: R) -> Records<'_, R> {
        Records { state: State::Unread(self, input), queue: Queue::default(), error: None, report: None }
    }
}

impl<R> Records<'_, R> {
    /// The report on the file, once all of it has been read; after an error, on what came before that.
    pub fn report(&self) -> Option<&Report> {
        self.report.as_ref()
    }
}

impl<R: Read> Records<'_, R> {
    /// Reads the next few records into the queue. Returns whether there may be more.
    fn fill(&mut self) -> bool {
        let queue = &mut self.queue;
        let keep = |piece: Piece<'_>| {
            queue.push(piece);
            Ok::<_, Infallible>(())
        };
        let (steps, more) = match std::mem::replace(&mut self.state, State::Over) {
            State::Over => return false,
            State::Open(mut steps) => {
                let more = steps.step(keep);
                (steps, more)
            }
            State::Unread(decoder, input) => {
                (Box::new(RecordSteps::new(decoder, input, (|_, _| true) as Judge)), Ok(true))
            }
        };
        match more {
            Ok(true) => {
                self.state = State::Open(steps);
                return true;
            }
            Ok(false) => {}
            Err(DecodeError::Read(error)) => self.error = Some(error),
            Err(DecodeError::Show(never)) => match never {},
        }
        self.report = Some(steps.into_report());
        true
    }
}

impl<R: Read> Iterator for Records<'_, R> {
    type Item = io::Result<OwnedPiece>;

    fn next(&mut self) -> Option<io::Result<OwnedPiece>> {
        loop {
            if let Some(piece) = self.queue.pop() {
                return Some(Ok(piece));
            }
            if let Some(error) = self.error.take() {
                return Some(Err(error));
            }
            if !self.fill() {
                return None;
            }
        }
    }
}

impl<R: Read> FusedIterator for Records<'_, R> {}

/// The pieces of one batch. A block of nothing but line breaks has millions of records: those without a head, which are
/// one line each, are split only when they are asked for.
#[derive(Default)]
struct Queue {
    text: Vec<u8>,
    /// How much of the text has been handed out, in bytes.
    at: usize,
    queued: VecDeque<Queued>,
}

enum Queued {
    /// A record whose text ends here.
    Record {
        head: Head,
        end: usize,
        continued: bool,
    },
    /// Lines without a head, up to here.
    Lines {
        end: usize,
    },
    Gap(Gap),
}

/// Memory that stays allocated for the next batch, in bytes of text and in pieces.
const KEEP: (usize, usize) = (4 << 20, 1 << 16);

impl Queue {
    fn push(&mut self, piece: Piece<'_>) {
        let FoundRecord { head, text, continued, .. } = match piece {
            Piece::Gap(gap) => return self.queued.push_back(Queued::Gap(gap.clone())),
            Piece::Record(found) => found,
        };
        self.text.extend_from_slice(text);
        let end = self.text.len();
        let is_line = memchr::memchr(b'\n', text).is_some_and(|at| at + 1 == text.len());
        match self.queued.back_mut() {
            _ if head != Head::default() || continued || !is_line => {
                self.queued.push_back(Queued::Record { head, end, continued });
            }
            Some(Queued::Lines { end: last }) => *last = end,
            _ => self.queued.push_back(Queued::Lines { end }),
        }
    }

    fn pop(&mut self) -> Option<OwnedPiece> {
        let (head, end, continued) = match self.queued.pop_front() {
            Some(Queued::Record { head, end, continued }) => (head, end, continued),
            Some(Queued::Lines { end }) => {
                let lines = self.text.get(self.at..end).unwrap_or_default();
                let line = memchr::memchr(b'\n', lines).map_or(end, |len| self.at + len + 1);
                if line < end {
                    self.queued.push_front(Queued::Lines { end });
                }
                (Head::default(), line, false)
            }
            Some(Queued::Gap(gap)) => return Some(OwnedPiece::Gap(gap)),
            None => {
                self.at = 0;
                self.text.clear();
                self.text.shrink_to(KEEP.0);
                self.queued.shrink_to(KEEP.1);
                return None;
            }
        };
        let text = self.text.get(self.at..end).unwrap_or_default().to_vec();
        self.at = end;
        Some(OwnedPiece::Record(OwnedRecord { head, text, continued }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_without_a_head_take_no_room_in_the_queue() {
        let mut queue = Queue::default();
        let found = |head, text| {
            Piece::Record(FoundRecord { head, text, passes: true, continued: false, place: RecordPlace::default() })
        };
        let head = Head::of(b"TIM: a\n").unwrap();
        (0..1000).for_each(|_| queue.push(found(Head::default(), b"\n")));
        assert_eq!(queue.queued.len(), 1);
        queue.push(found(head, b"TIM: a\nb\n"));
        queue.push(found(Head::default(), b"no line break"));
        assert_eq!(queue.queued.len(), 3);
        let texts = std::iter::from_fn(|| queue.pop()).map(|piece| match piece {
            OwnedPiece::Record(record) => record.text,
            OwnedPiece::Gap(_) => Vec::new(),
        });
        let mut expected = vec![b"\n".to_vec(); 1000];
        expected.extend([b"TIM: a\nb\n".to_vec(), b"no line break".to_vec()]);
        assert!(texts.eq(expected));
        assert!(queue.text.is_empty() && queue.at == 0);
    }
}
