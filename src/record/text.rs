//! Logs that are text already: decoded earlier, or never compressed.

use std::io::{self, Read};

use crate::codec::plausible::is_odd;
use crate::decode::pause::{Pausing, is_pause};
use crate::decode::pipeline::{self, Done};
use crate::decode::{DecodeError, Item, Report, TextChunk, TextRun, pool::Pool};

/// Bytes of a batch.
const BATCH: usize = 256 << 10;
/// The same where many files are open at once.
const STEP: usize = 64 << 10;

/// Whether a file that starts like this is text. The length in a log's first header has a zero byte, and
/// one byte in nine of what is compressed or encrypted is a control character; text has no zeros and few of those.
pub fn is_text(head: &[u8]) -> bool {
    !head.is_empty() && !head.contains(&0) && is_mostly_text(head)
}

/// Whether these bytes have no more control characters than a damaged text has.
pub fn is_mostly_text(bytes: &[u8]) -> bool {
    bytes.iter().filter(|byte| is_odd(byte)).count() * 20 <= bytes.len()
}

/// Some lines.
#[derive(Debug, Default)]
struct Batch {
    buffer: Vec<u8>,
    filled: usize,
}

impl Batch {
    fn text(&self) -> &[u8] {
        self.buffer.get(..self.filled).unwrap_or_default()
    }
}

/// Cuts a text into batches, between lines where that is possible.
#[derive(Debug)]
struct Batches<R> {
    input: R,
    size: usize,
    carried: Vec<u8>,
    over: bool,
    /// The reader has paused, but there was a batch to return first.
    owes_pause: bool,
}

impl<R: Read> Batches<R> {
    fn new(input: R, size: usize) -> Batches<R> {
        Batches { input, size, carried: Vec::new(), over: false, owes_pause: false }
    }

    /// The next lines. After a [pause](crate::decode::pause), it may be called again.
    fn next(&mut self, mut batch: Batch) -> io::Result<Option<Batch>> {
        if self.over {
            return Ok(None);
        }
        if std::mem::take(&mut self.owes_pause) {
            return Err(io::ErrorKind::WouldBlock.into());
        }
        batch.buffer.resize(self.size + self.carried.len(), 0);
        batch.buffer[..self.carried.len()].copy_from_slice(&self.carried);
        batch.filled = self.carried.len();
        self.carried.clear();
        while batch.filled < batch.buffer.len() {
            match self.input.read(&mut batch.buffer[batch.filled..]) {
                Ok(0) => {
                    self.over = true;
                    break;
                }
                Ok(read) => batch.filled += read,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) if is_pause(&error) => {
                    if memchr::memchr(b'\n', batch.text()).is_none() {
                        self.carried.extend_from_slice(batch.text());
                        return Err(error);
                    }
                    self.owes_pause = true;
                    break;
                }
                Err(error) => return Err(error),
            }
        }
        if !self.over
            && let Some(last) = memchr::memrchr(b'\n', batch.text())
        {
            self.carried.extend_from_slice(batch.text().get(last + 1..).unwrap_or_default());
            batch.filled = last + 1;
        }
        Ok(Some(batch))
    }
}

/// Reads a text as `Decoder::inspect_live` reads a log: one run per batch, without blocks.
pub fn inspect<D: Default + Send, E: Send>(
    input: impl Read + Send,
    inspect: impl Fn(TextChunk<'_>, &mut D) + Sync,
    mut show: impl FnMut(Option<Item<'_>>, &D) -> Result<(), E> + Send,
) -> Result<Report, DecodeError<E>> {
    let mut batches = Batches::new(Pausing::new(input), BATCH);
    let used: Pool<(Batch, D)> = Pool::default();
    let spare = Pool::default();
    let work = |batch: Batch, _| {
        let mut made = spare.take();
        inspect(TextChunk { text: batch.text(), breaks: &[] }, &mut made);
        Done::All((batch, made))
    };
    let mut report = Report::default();
    loop {
        let source = || {
            let (batch, made) = used.take();
            spare.give(made);
            batches.next(batch).map_err(DecodeError::Read)
        };
        let sink = |(batch, made): (Batch, D)| {
            count(&mut report, &batch);
            let result = show(Some(Item::Text(TextRun { text: batch.text(), start: 0, blocks: &[] })), &made);
            used.give((batch, made));
            result.map_err(DecodeError::Show)
        };
        match pipeline::run(source, work, |(batch, _)| batch.filled, sink) {
            Err(DecodeError::Read(error)) if is_pause(&error) && batches.input.has_progressed() => {
                show(None, &D::default()).map_err(DecodeError::Show)?;
            }
            ran => return ran.map(|()| report),
        }
    }
}

/// A text that is read one batch at a time.
#[derive(Debug)]
pub struct Steps<R> {
    batches: Batches<R>,
    batch: Batch,
    report: Report,
}

impl<R: Read> Steps<R> {
    /// Reads `input` step by step.
    pub fn new(input: R) -> Steps<R> {
        Steps { batches: Batches::new(input, STEP), batch: Batch::default(), report: Report::default() }
    }

    /// As [`Steps::step`](crate::decode::Steps::step).
    pub fn step<D, E>(
        &mut self,
        inspect: impl FnOnce(TextChunk<'_>, &mut D),
        made: &mut D,
        mut show: impl FnMut(Item<'_>, &D) -> Result<(), E>,
    ) -> Result<bool, DecodeError<E>> {
        let Some(batch) = self.batches.next(std::mem::take(&mut self.batch)).map_err(DecodeError::Read)? else {
            return Ok(false);
        };
        count(&mut self.report, &batch);
        inspect(TextChunk { text: batch.text(), breaks: &[] }, made);
        let result = show(Item::Text(TextRun { text: batch.text(), start: 0, blocks: &[] }), made);
        self.batch = batch;
        result.map_err(DecodeError::Show)?;
        Ok(true)
    }

    /// What was read.
    pub fn finish(self) -> Report {
        self.report
    }
}

fn count(report: &mut Report, batch: &Batch) {
    report.bytes += batch.filled as u64;
    report.text += batch.filled as u64;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn logs_are_not_text() {
        for log in [&b"\x09\x01\x00\x04\x05"[..], b"\x0D\x01\x00", b"\x03\x00\x00", b""] {
            assert!(!is_text(log));
        }
        assert!(is_text(b"[I][2023\r\n\tat x, and a bell\x07\xFF\n"));
    }

    #[test]
    fn batches_end_with_a_line_and_lose_nothing() {
        let text: String = (0..50_000).map(|number| format!("line {number}\n")).collect();
        let mut steps = Steps::new(text.as_bytes());
        let (mut seen, mut cuts) = (Vec::new(), 0);
        let mut show = |item: Item<'_>, (): &()| {
            if let Item::Text(run) = item {
                assert!(run.text.is_empty() || run.text.ends_with(b"\n"));
                seen.extend_from_slice(run.text);
                cuts += 1;
            }
            Ok::<_, std::convert::Infallible>(())
        };
        while steps.step(|_, ()| {}, &mut (), &mut show).unwrap() {}
        assert!(seen == text.as_bytes() && cuts > 5);
        assert_eq!(steps.finish().text, text.len() as u64);
    }
}
