//! Texts from an earlier run: a new text that lacks lines does not replace one that has them.

use std::hash::{BuildHasher, Hasher, RandomState};
use std::io::{self, BufRead, BufReader};

use crate::output::atomic::OutputFile;
use crate::output::marker::PREFIX;

/// Whether the text that `file` would replace has a line that the new one lacks.
///
/// # Errors
/// Those of the file system.
pub fn has_more(file: &mut OutputFile<'_>) -> io::Result<bool> {
    let Some(earlier) = file.earlier()? else { return Ok(false) };
    let new = file.written()?;
    let len = new.metadata()?.len();
    let reader = |file| BufReader::with_capacity(256 << 10, file);
    lacks(reader(new), reader(earlier), len)
}

/// Whether `earlier` has lines that are not in `new`, of `len` bytes, in the same order. Markers do not count. Somebody
/// may have planted a file of any size in the place of a text: no more of it is read than would fit into `new`.
fn lacks(new: impl BufRead, earlier: impl BufRead, len: u64) -> io::Result<bool> {
    let hasher = RandomState::new();
    let (mut new, mut earlier) =
        (TextLines { text: new, most: u64::MAX }, TextLines { text: earlier, most: len.saturating_add(1) });
    while let Some(wanted) = earlier.next(&hasher)? {
        if earlier.most == 0 {
            return Ok(true);
        }
        if wanted.is_marker {
            continue;
        }
        loop {
            match new.next(&hasher)? {
                Some(line) if line == wanted => break,
                Some(_) => {}
                None => return Ok(true),
            }
        }
    }
    Ok(false)
}

/// A line, as far as it is needed to recognize it.
#[derive(Debug, PartialEq, Eq)]
struct TextLine {
    hash: u64,
    len: u64,
    is_marker: bool,
}

/// The lines of a text. They may be larger than memory.
struct TextLines<R> {
    text: R,
    /// How many bytes may still be read, markers not counted.
    most: u64,
}

impl<R: BufRead> TextLines<R> {
    fn next(&mut self, random: &RandomState) -> io::Result<Option<TextLine>> {
        let (mut hasher, mut len, mut start) = (random.build_hasher(), 0, Vec::new());
        let mut uncounted = 0;
        loop {
            let bytes = self.text.fill_buf()?;
            let end = memchr::memchr(b'\n', bytes);
            let (taken, goes_on) = (end.map_or(bytes.len(), |end| end + 1), end.is_none() && !bytes.is_empty());
            let line = bytes.get(..end.unwrap_or(taken)).unwrap_or_default();
            let wanted = PREFIX.len().saturating_sub(start.len()).min(line.len());
            start.extend_from_slice(line.get(..wanted).unwrap_or_default());
            hasher.write(line);
            len += line.len() as u64;
            self.text.consume(taken);
            let is_marker = start.starts_with(PREFIX.as_bytes());
            uncounted += taken as u64;
            if !is_marker && (start.len() == PREFIX.len() || !goes_on) {
                self.most = self.most.saturating_sub(std::mem::take(&mut uncounted));
            }
            if !goes_on || self.most == 0 {
                let is_over = taken == 0 && len == 0;
                return Ok((!is_over).then(|| TextLine { hash: hasher.finish(), len, is_marker }));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lacks_any(new: &str, earlier: &str) -> bool {
        let at_once = lacks(new.as_bytes(), earlier.as_bytes(), new.len() as u64).unwrap();
        let (slow_new, slow) =
            (BufReader::with_capacity(3, new.as_bytes()), BufReader::with_capacity(2, earlier.as_bytes()));
        assert_eq!(lacks(slow_new, slow, new.len() as u64).unwrap(), at_once, "{new:?} {earlier:?}");
        at_once
    }

    #[test]
    fn all_lines_must_be_there_in_order() {
        assert!(!lacks_any("a\nb\nc\n", "a\nc\n") && !lacks_any("a\nb", "") && !lacks_any("a\na\n", "a\na\n"));
        assert!(lacks_any("a\nc\n", "a\nb\nc\n") && lacks_any("a\nb\n", "b\na\n") && lacks_any("a\n", "a\na\n"));
        assert!(lacks_any("", "a\n") && lacks_any("a\nd\ne\nf\n", "a\nb\n"), "other lines do not make up for it");
    }

    #[test]
    fn markers_are_no_lines() {
        assert!(!lacks_any("a\nb\n", "a\n[F]imlog: 5 bytes lost at offset 7\nb\n"));
        assert!(lacks_any("a\n[F]imlog: 5 bytes lost\nc\n", "a\nb\nc\n"));
    }

    /// Of a planted file, no more is read than the new text has.
    #[test]
    fn an_endless_file_is_not_read_to_its_end() {
        struct Endless(u64);
        impl io::Read for Endless {
            fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
                self.0 += buffer.len() as u64;
                buffer.fill(0);
                Ok(buffer.len())
            }
        }
        let mut endless = BufReader::with_capacity(64, Endless(0));
        assert!(lacks(&b"a\nb\n"[..], &mut endless, 4).unwrap());
        assert!(endless.get_ref().0 <= 128);
    }
}
