//! Items as the text that was logged, with a marker line where something is missing.

use std::io::{self, Read, Write};

use super::marker::{Marker, PARTIAL, PREFIX};
use crate::decode::{DecodeError, Decoder, GapRun, Item, Report};

/// Writes items to a writer.
#[derive(Debug)]
pub struct TextWriter<W> {
    out: W,
    markers: bool,
    /// Waits for gaps that join it.
    pending: Option<GapRun>,
    /// The text so far ends in the middle of a line.
    mid_line: bool,
    /// Lines of our own, which are written together.
    lines: Vec<u8>,
}

/// How much of them is written together, in bytes.
const LINES: usize = 64 << 10;

impl<W: Write> TextWriter<W> {
    /// A writer to `out`. Without `markers`, gaps leave no trace.
    pub fn new(out: W, markers: bool) -> TextWriter<W> {
        TextWriter { out, markers, pending: None, mid_line: false, lines: Vec::new() }
    }

    /// Writes the next item. A marker is held back until all gaps that join it are known.
    ///
    /// # Errors
    /// Those of the writer.
    pub fn item(&mut self, item: Item<'_>) -> io::Result<()> {
        match item {
            Item::Text(run) => match run.text.last() {
                Some(last) => {
                    self.write_marker()?;
                    self.write_lines()?;
                    self.mid_line = *last != b'\n';
                    self.out.write_all(run.text)
                }
                None => Ok(()),
            },
            Item::Gap(_) | Item::Partial(_) if !self.markers => Ok(()),
            Item::Partial(line) => {
                self.write_marker()?;
                self.end_line();
                self.lines.extend([PREFIX, PARTIAL].into_iter().flat_map(str::bytes));
                line.push_shown(&mut self.lines);
                self.lines.push(b'\n');
                if self.lines.len() > LINES { self.write_lines() } else { Ok(()) }
            }
            Item::Gap(gap) => {
                if self.pending.as_mut().is_some_and(|pending| pending.join(gap)) {
                    return Ok(());
                }
                self.write_marker()?;
                self.pending = Some(GapRun::new(gap));
                Ok(())
            }
        }
    }

    /// Writes what was held back, and returns the writer.
    ///
    /// # Errors
    /// Those of the writer.
    pub fn finish(mut self) -> io::Result<W> {
        self.write_marker()?;
        self.write_lines()?;
        self.out.flush()?;
        Ok(self.out)
    }

    fn write_marker(&mut self) -> io::Result<()> {
        let Some(marker) = self.pending.take() else { return Ok(()) };
        self.end_line();
        writeln!(self.lines, "{PREFIX}{}", Marker(&marker))
    }

    /// Ends the line before one of our own.
    fn end_line(&mut self) {
        if std::mem::take(&mut self.mid_line) {
            self.lines.push(b'\n');
        }
    }

    fn write_lines(&mut self) -> io::Result<()> {
        self.out.write_all(&self.lines)?;
        self.lines.clear();
        Ok(())
    }
}

impl Decoder {
    /// Decodes `input` to text, as `imlog decode` writes it: what was logged, with a marker line where something is
    /// missing.
    ///
    /// # Errors
    /// [`DecodeError::Read`] when the input can't be read, [`DecodeError::Show`] when `out` can't be written.
    ///
    /// ```
    /// # let path = concat!(env!("CARGO_MANIFEST_DIR"), "/testdata/imsdk_C_20231106.xlog");
    /// let mut text = Vec::new();
    /// let report = imlog::Decoder::default().decode_to(std::fs::File::open(path)?, &mut text)?;
    /// assert!(report.is_intact() && text.starts_with(b"^^^^^"));
    /// # Ok::<_, Box<dyn std::error::Error>>(())
    /// ```
    pub fn decode_to(&self, input: impl Read + Send, out: impl Write + Send) -> Result<Report, DecodeError<io::Error>> {
        let mut writer = TextWriter::new(out, true);
        let report = self.decode(input, |item| writer.item(item));
        // What came before an error of the reader is written completely.
        if !matches!(report, Err(DecodeError::Show(_))) {
            writer.finish().map_err(DecodeError::Show)?;
        }
        report
    }
}
