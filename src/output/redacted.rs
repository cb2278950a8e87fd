//! Items as text with pseudonyms in place of what is personal.

use std::io::{self, Write};
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::text::TextWriter;
use crate::decode::{Item, TextRun};
use crate::redact::{RedactedPieces, Redactor};

/// Puts pseudonyms into the text of a log on its way to its writer. Markers stay as they are.
#[derive(Debug)]
pub struct RedactedItems<'a> {
    redactor: &'a Mutex<Redactor>,
    pieces: RedactedPieces,
}

impl<'a> RedactedItems<'a> {
    /// For one log. Others may share the redactor.
    pub fn new(redactor: &'a Mutex<Redactor>) -> RedactedItems<'a> {
        RedactedItems { redactor, pieces: RedactedPieces::default() }
    }

    /// Takes the next item.
    ///
    /// # Errors
    /// Those of the writer.
    pub fn item<W: Write>(&mut self, item: Item<'_>, writer: &mut TextWriter<W>) -> io::Result<()> {
        match item {
            Item::Text(run) => self.pieces.push(&mut lock(self.redactor), run.text, |text| write(text, writer)),
            // What is personal in it cannot be told.
            Item::Partial(_) => Ok(()),
            Item::Gap(_) => {
                self.finish(writer)?;
                writer.item(item)
            }
        }
    }

    /// Writes what is held back.
    ///
    /// # Errors
    /// Those of the writer.
    pub fn finish<W: Write>(&mut self, writer: &mut TextWriter<W>) -> io::Result<()> {
        self.pieces.end(&mut lock(self.redactor), |text| write(text, writer))
    }
}

fn write<W: Write>(text: &[u8], writer: &mut TextWriter<W>) -> io::Result<()> {
    writer.item(Item::Text(TextRun { text, start: 0, blocks: &[] }))
}

fn lock(redactor: &Mutex<Redactor>) -> MutexGuard<'_, Redactor> {
    redactor.lock().unwrap_or_else(PoisonError::into_inner)
}
