//! Items as the text that was logged, with a marker line where something is missing.

use std::io::{self, Write};

use super::marker::{Marker, PREFIX};
use crate::decode::{GapRun, Item};

/// Writes items to a writer.
#[derive(Debug)]
pub struct TextWriter<W> {
    out: W,
    markers: bool,
    /// Waits for gaps that join it.
    pending: Option<GapRun>,
    /// The text so far ends in the middle of a line.
    mid_line: bool,
}

impl<W: Write> TextWriter<W> {
    /// A writer to `out`. Without `markers`, gaps leave no trace.
    pub fn new(out: W, markers: bool) -> TextWriter<W> {
        TextWriter { out, markers, pending: None, mid_line: false }
    }

    /// Writes the next item. A marker is held back until it is known what joins it.
    ///
    /// # Errors
    /// Those of the writer.
    pub fn item(&mut self, item: Item<'_>) -> io::Result<()> {
        match item {
            Item::Text(run) => match run.text.last() {
                Some(last) => {
                    self.write_marker()?;
                    self.mid_line = *last != b'\n';
                    self.out.write_all(run.text)
                }
                None => Ok(()),
            },
            Item::Gap(_) if !self.markers => Ok(()),
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

    /// Writes what was held back, and gives the writer back.
    ///
    /// # Errors
    /// Those of the writer.
    pub fn finish(mut self) -> io::Result<W> {
        self.write_marker()?;
        self.out.flush()?;
        Ok(self.out)
    }

    fn write_marker(&mut self) -> io::Result<()> {
        let Some(marker) = self.pending.take() else { return Ok(()) };
        let break_line = if std::mem::take(&mut self.mid_line) { "\n" } else { "" };
        writeln!(self.out, "{break_line}{PREFIX}{}", Marker(&marker))
    }
}
