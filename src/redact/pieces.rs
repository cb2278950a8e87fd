//! Text that comes in pieces.

use super::Redactor;
use super::ahead::FindingAhead;

/// How much text is redacted at once, in bytes: more than one write to standard output, which saves a copy.
const BATCH: usize = 320 << 10;
/// How much of one line is held, in bytes.
const LONGEST: usize = 1 << 20;

/// Redacts text that comes in pieces, which may end anywhere: a line is redacted as a whole, unless it is longer than a
/// mebibyte.
#[derive(Debug, Default)]
pub struct RedactedPieces {
    held: Vec<u8>,
    /// How much of that is whole lines.
    whole: usize,
    ahead: FindingAhead,
    redacted: Vec<u8>,
    /// A buffer to use again.
    spare: Vec<u8>,
}

impl RedactedPieces {
    /// For text that a pool of so many threads decodes: as many more find values, so that all cores have work whichever
    /// of the two takes longer. With one thread, nothing is done beside.
    pub fn beside_pool(threads: usize) -> RedactedPieces {
        let more = if threads > 1 { threads } else { 0 };
        RedactedPieces { ahead: FindingAhead::new(more), ..RedactedPieces::default() }
    }

    /// Takes the next piece. `show` gets what is ready.
    ///
    /// # Errors
    /// Those of `show`.
    pub fn push<E>(
        &mut self,
        redactor: &mut Redactor,
        text: &[u8],
        show: impl FnMut(&[u8]) -> Result<(), E>,
    ) -> Result<(), E> {
        let last = match text.last() {
            Some(b'\n') => Some(text.len() - 1),
            _ => memchr::memrchr(b'\n', text),
        };
        self.whole = last.map_or(self.whole, |last| self.held.len() + last + 1);
        self.held.extend_from_slice(text);
        let end = match self.whole {
            _ if self.held.len() < BATCH => return Ok(()),
            0 if self.held.len() < LONGEST => return Ok(()),
            0 => border(&self.held),
            whole => whole,
        };
        self.whole = 0;
        if !self.ahead.is_possible() {
            return self.show(redactor, end, show);
        }
        let mut rest = std::mem::take(&mut self.spare);
        rest.clear();
        rest.extend_from_slice(self.held.get(end..).unwrap_or_default());
        self.held.truncate(end);
        self.ahead.push(std::mem::replace(&mut self.held, rest));
        self.show_found(redactor, false, show)
    }

    /// Takes the end of the text, or of what belongs together. `show` gets the rest, if there is any.
    ///
    /// # Errors
    /// Those of `show`.
    pub fn end<E>(&mut self, redactor: &mut Redactor, mut show: impl FnMut(&[u8]) -> Result<(), E>) -> Result<(), E> {
        self.show_found(redactor, true, &mut show)?;
        self.whole = 0;
        if self.held.is_empty() { Ok(()) } else { self.show(redactor, self.held.len(), show) }
    }

    /// Shows what is held, up to `end`.
    fn show<E>(
        &mut self,
        redactor: &mut Redactor,
        end: usize,
        mut show: impl FnMut(&[u8]) -> Result<(), E>,
    ) -> Result<(), E> {
        self.redacted.clear();
        redactor.push(self.held.get(..end).unwrap_or_default(), &mut self.redacted);
        self.held.drain(..end);
        show(&self.redacted)
    }

    /// Shows what was found ahead, all of it if it is due.
    fn show_found<E>(
        &mut self,
        redactor: &mut Redactor,
        due: bool,
        mut show: impl FnMut(&[u8]) -> Result<(), E>,
    ) -> Result<(), E> {
        while let Some((text, finds)) = self.ahead.next(due) {
            self.redacted.clear();
            redactor.push_found(&text, finds, &mut self.redacted);
            self.spare = text;
            show(&self.redacted)?;
        }
        Ok(())
    }
}

/// Where a long line can be parted without parting a value, if that is not too far back.
fn border(line: &[u8]) -> usize {
    let back = line.len() / 2;
    let near = line.get(back..).unwrap_or_default();
    let at = memchr::memrchr(b'|', near).or_else(|| memchr::memrchr3(b',', b';', b' ', near));
    at.map_or(line.len(), |at| back + at + 1)
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use super::*;

    fn redacted(threads: usize, pieces: impl IntoIterator<Item = impl AsRef<[u8]>>) -> (String, usize) {
        let (mut redactor, mut lines) = (Redactor::default(), RedactedPieces::beside_pool(threads));
        let (mut out, mut most) = (Vec::new(), 0);
        let mut show = |text: &[u8]| {
            out.extend_from_slice(text);
            Ok::<_, Infallible>(())
        };
        for piece in pieces {
            lines.push(&mut redactor, piece.as_ref(), &mut show).unwrap();
            most = most.max(lines.held.len());
        }
        lines.end(&mut redactor, &mut show).unwrap();
        (String::from_utf8(out).unwrap(), most)
    }

    #[test]
    fn a_value_in_two_pieces_is_masked() {
        let text: String = (0..60_000)
            .map(|at| format!("a|userid:bob{}|x\nb|tinyid: 144115212345678901\nlast 13800138000", at % 1000))
            .collect();
        let whole = Redactor::default().text(&text).into_owned();
        for (size, threads) in
            [(1, 1), (7, 2), (64, 1), (64, 2), (5000, 4), (5000, 1), (text.len(), 2), (text.len(), 1)]
        {
            assert!(redacted(threads, text.as_bytes().chunks(size)).0 == whole, "{size} {threads}");
        }
    }

    #[test]
    fn what_is_held_is_bounded() {
        let line = "userid:bob|".repeat(400_000);
        for threads in [1, 2] {
            let (text, most) = redacted(threads, line.as_bytes().chunks(4096));
            assert!(text == line.replace("bob", "user-1") && most <= LONGEST + 4096, "{most}");
            let (text, most) = redacted(threads, std::iter::repeat_n("x".repeat(4096), 1000));
            assert!(text.len() == 4_096_000 && most <= LONGEST + 4096, "{most}");
        }
    }
}
