//! Text that comes in pieces.

use super::Redactor;

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
    redacted: Vec<u8>,
}

impl RedactedPieces {
    /// Takes the next piece. `show` gets what is ready.
    ///
    /// # Errors
    /// Those of `show`.
    pub fn push<E>(
        &mut self,
        redactor: &mut Redactor,
        text: &[u8],
        show: impl FnOnce(&[u8]) -> Result<(), E>,
    ) -> Result<(), E> {
        let last = match text.last() {
            Some(b'\n') => Some(text.len() - 1),
            _ => memchr::memrchr(b'\n', text),
        };
        self.whole = last.map_or(self.whole, |last| self.held.len() + last + 1);
        self.held.extend_from_slice(text);
        match self.whole {
            _ if self.held.len() < BATCH => Ok(()),
            0 if self.held.len() < LONGEST => Ok(()),
            0 => self.show(redactor, border(&self.held), show),
            whole => self.show(redactor, whole, show),
        }
    }

    /// Takes the end of the text, or of what belongs together. `show` gets the rest, if there is any.
    ///
    /// # Errors
    /// Those of `show`.
    pub fn end<E>(&mut self, redactor: &mut Redactor, show: impl FnOnce(&[u8]) -> Result<(), E>) -> Result<(), E> {
        if self.held.is_empty() { Ok(()) } else { self.show(redactor, self.held.len(), show) }
    }

    fn show<E>(
        &mut self,
        redactor: &mut Redactor,
        end: usize,
        show: impl FnOnce(&[u8]) -> Result<(), E>,
    ) -> Result<(), E> {
        self.redacted.clear();
        redactor.push(self.held.get(..end).unwrap_or_default(), &mut self.redacted);
        self.held.drain(..end);
        self.whole = 0;
        show(&self.redacted)
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

    fn redacted(pieces: impl IntoIterator<Item = impl AsRef<[u8]>>) -> (String, usize) {
        let (mut redactor, mut lines) = (Redactor::default(), RedactedPieces::default());
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
        let text = "a|userid:bob|x\nb|tinyid: 144115212345678901\nlast 13800138000".repeat(3000);
        let whole = Redactor::default().text(&text).into_owned();
        for size in [1, 7, 64, 5000, text.len()] {
            assert!(redacted(text.as_bytes().chunks(size)).0 == whole, "{size}");
        }
    }

    #[test]
    fn what_is_held_is_bounded() {
        let line = "userid:bob|".repeat(400_000);
        let (text, most) = redacted(line.as_bytes().chunks(4096));
        assert!(text == line.replace("bob", "user-1") && most <= LONGEST + 4096, "{most}");
        let (text, most) = redacted(std::iter::repeat_n("x".repeat(4096), 1000));
        assert!(text.len() == 4_096_000 && most <= LONGEST + 4096, "{most}");
    }
}
