//! Items as text with pseudonyms in place of what is personal.

use std::io::{self, Read, Write};
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::text::TextWriter;
use crate::decode::{DecodeError, Decoder, Item, Report, TextRun};
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
        RedactedItems { redactor, pieces: RedactedPieces::beside_pool(rayon::current_num_threads()) }
    }

    /// Takes the next item.
    ///
    /// # Errors
    /// Those of the writer.
    pub fn item<W: Write>(&mut self, item: Item<'_>, writer: &mut TextWriter<W>) -> io::Result<()> {
        match item {
            Item::Text(run) => self.pieces.push(&mut lock(self.redactor), run.text, |text| write(text, writer)),
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

impl Decoder {
    /// Decodes `input` to text like [`decode_to`](Decoder::decode_to), with the pseudonyms of `redactor` in place of what
    /// is personal. Logs that share a redactor have the same pseudonym for the same value.
    ///
    /// # Errors
    /// As [`decode_to`](Decoder::decode_to).
    ///
    /// ```
    /// use std::sync::Mutex;
    ///
    /// use imlog::{Decoder, Personal, Redactor};
    ///
    /// # let path = concat!(env!("CARGO_MANIFEST_DIR"), "/testdata/imsdk_C_20231106.xlog");
    /// let redactor = Mutex::new(Redactor::default());
    /// let mut text = Vec::new();
    /// Decoder::default().decode_redacted_to(std::fs::File::open(path)?, &mut text, &redactor)?;
    /// assert!(redactor.into_inner().unwrap().masked(Personal::User).places > 0);
    /// # Ok::<_, Box<dyn std::error::Error>>(())
    /// ```
    pub fn decode_redacted_to(
        &self,
        input: impl Read + Send,
        out: impl Write + Send,
        redactor: &Mutex<Redactor>,
    ) -> Result<Report, DecodeError<io::Error>> {
        let mut writer = TextWriter::new(out, true);
        let mut items = RedactedItems::new(redactor);
        let report = self.decode(input, |item| items.item(item, &mut writer));
        // What came before an error of the reader is written completely.
        if !matches!(report, Err(DecodeError::Show(_))) {
            items.finish(&mut writer).and_then(|()| writer.finish().map(drop)).map_err(DecodeError::Show)?;
        }
        report
    }
}

fn write<W: Write>(text: &[u8], writer: &mut TextWriter<W>) -> io::Result<()> {
    writer.item(Item::Text(TextRun { text, start: 0, blocks: &[] }))
}

fn lock(redactor: &Mutex<Redactor>) -> MutexGuard<'_, Redactor> {
    redactor.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOG: &[u8] = include_bytes!("../../testdata/imsdk_C_20231106.xlog");

    #[test]
    fn the_text_is_that_of_the_log_redacted() {
        // Damage in the midst, so that there is a marker, too.
        let mut log = LOG.to_vec();
        log[LOG.len() / 2..][..64].fill(0x5A);
        let decoder = Decoder::default();
        let (mut text, mut redacted) = (Vec::new(), Vec::new());
        let plain = decoder.decode_to(log.as_slice(), &mut text).unwrap();
        let redactor = Mutex::new(Redactor::default());
        let report = decoder.decode_redacted_to(log.as_slice(), &mut redacted, &redactor).unwrap();
        assert!(report == plain && report.gaps > 0);
        assert!(redacted == *Redactor::default().bytes(&text) && redacted != text);
    }
}
