//! The record that is being put together, and may come in parts because it is long.

use super::piece::{FoundRecord, Parts, Piece, RecordPlace, Verdict};
use crate::line::Head;

/// How much text of one record is held, in bytes. A longer record comes in several parts with the same head, so that
/// memory is bounded whatever is in the file.
pub const LONGEST: usize = 1 << 20;

/// How much of the end of a part the judge sees again before the next, in bytes: what it looks for may span both.
const OVERLAP: usize = 64 << 10;

/// And how much of a record's first line.
const FIRST_LINE: usize = 4 << 10;

/// The open record, if there is one: its text so far, or that of its last part.
#[derive(Debug)]
pub struct OpenRecord<J, V> {
    judge: J,
    parts: Parts,
    state: Option<Open<V>>,
    text: Vec<u8>,
    /// For a record in parts: its first line, then the end of the part before.
    earlier: Vec<u8>,
    /// How much of that is the first line.
    first_line: usize,
}

#[derive(Clone, Copy, Debug)]
struct Open<V> {
    head: Head,
    place: RecordPlace,
    /// The verdict of the judge; `None` if text has come since.
    passes: Option<V>,
    /// The verdict on the parts before.
    before: Option<V>,
}

impl<V: Verdict, J: Fn(&Head, &[u8]) -> V> OpenRecord<J, V> {
    /// No record yet. `judge` decides whether records pass.
    pub fn new(judge: J, parts: Parts) -> OpenRecord<J, V> {
        OpenRecord { judge, parts, state: None, text: Vec::new(), earlier: Vec::new(), first_line: 0 }
    }

    /// The same, with this rule for long records.
    pub fn with_parts(self, parts: Parts) -> OpenRecord<J, V> {
        OpenRecord { parts, ..self }
    }

    /// The head of the open record.
    pub fn head(&self) -> Option<&Head> {
        self.state.as_ref().map(|state| &state.head)
    }

    /// Starts a record at `place`. `passes` is the verdict of the judge, if it is known.
    pub fn start(&mut self, head: Head, place: RecordPlace, passes: Option<V>, text: &[u8]) {
        self.state = Some(Open { head, place, passes, before: None });
        self.text.extend_from_slice(text);
    }

    /// Adds a line. If the record gets too long, what there is of it is shown as a part.
    ///
    /// # Errors
    /// Those of `show`.
    pub fn push<E>(&mut self, line: &[u8], show: &mut impl FnMut(Piece<'_, V>) -> Result<(), E>) -> Result<(), E> {
        if self.text.len() + line.len() > LONGEST {
            self.go_on(show)?;
        }
        if let Some(open) = self.state.as_mut() {
            open.passes = None;
        }
        self.text.extend_from_slice(line);
        Ok(())
    }

    /// Ends the record, and shows it or its last part.
    ///
    /// # Errors
    /// Those of `show`.
    pub fn end<E>(&mut self, show: &mut impl FnMut(Piece<'_, V>) -> Result<(), E>) -> Result<(), E> {
        self.end_part(show)?;
        self.text.clear();
        Ok(())
    }

    /// Shows the open record, or the part of it that is held. Returns how it goes on, if it does.
    fn end_part<E>(&mut self, show: &mut impl FnMut(Piece<'_, V>) -> Result<(), E>) -> Result<Option<Open<V>>, E> {
        let Some(Open { head, place, passes, before }) = self.state.take() else { return Ok(None) };
        let so_far = |passes| Some(Open { head, place, passes: None, before: Some(passes) });
        // All of it was shown when the reader paused.
        if let Some(before) = before.filter(|_| self.text.is_empty()) {
            return Ok(so_far(before));
        }
        let passes = match (before, passes) {
            (None, Some(passes)) => passes,
            (None, None) => (self.judge)(&head, &self.text),
            // One part is enough.
            (Some(before), _) if before.passes() == (self.parts == Parts::Any) => before,
            (Some(_), _) => {
                let len = self.earlier.len();
                self.earlier.extend_from_slice(&self.text);
                let passes = (self.judge)(&head, &self.earlier);
                self.earlier.truncate(len);
                passes
            }
        };
        let found = |text, continued| Piece::Record(FoundRecord { head, text, passes, continued, place });
        if before.is_some_and(|before| !before.passes()) && passes.passes() {
            show(found(self.earlier.get(..self.first_line).unwrap_or_default(), false))?;
        }
        show(found(&self.text, before.is_some()))?;
        Ok(so_far(passes))
    }

    /// Shows the part of the open record that is held; the record may go on.
    ///
    /// # Errors
    /// Those of `show`.
    pub fn go_on<E>(&mut self, show: &mut impl FnMut(Piece<'_, V>) -> Result<(), E>) -> Result<(), E> {
        let is_first = self.state.is_some_and(|open| open.before.is_none());
        let Some(open) = self.end_part(show)? else { return Ok(()) };
        if is_first {
            // It has the fields.
            let line = memchr::memchr(b'\n', &self.text).map_or(self.text.len(), |end| end + 1);
            self.first_line = line.min(FIRST_LINE);
            self.earlier.clear();
            self.earlier.extend_from_slice(self.text.get(..self.first_line).unwrap_or_default());
        }
        self.earlier.truncate(self.first_line);
        let tail = self.text.len().saturating_sub(OVERLAP);
        self.earlier.extend_from_slice(self.text.get(tail..).unwrap_or_default());
        self.text.clear();
        self.state = Some(open);
        Ok(())
    }
}
