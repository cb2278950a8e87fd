//! Texts that are there already: a worse one does not replace a better one.

use std::io::{self, BufRead, BufReader};

use crate::decode::Report;
use crate::output::atomic::OutputFile;
use crate::output::marker::PREFIX;

/// Whether the text that `file` would replace holds more of the log than came out of it now.
///
/// # Errors
/// Those of the file system.
pub fn holds_more(file: &mut OutputFile<'_>, report: &Report) -> io::Result<bool> {
    let Some(earlier) = file.earlier()? else { return Ok(false) };
    // What is shorter with its markers is shorter without them.
    if earlier.metadata()?.len() <= report.text {
        return Ok(false);
    }
    Ok(content(BufReader::with_capacity(256 << 10, earlier))? > report.text)
}

/// The bytes of a text that were logged: all but its marker lines, each with the line break that it may have needed
/// before it.
fn content(mut text: impl BufRead) -> io::Result<u64> {
    let (mut content, mut markers) = (0, 0);
    // Lines can be longer than the memory: of each, its start is enough.
    let (mut start, mut len) = (Vec::new(), 0);
    loop {
        let bytes = text.fill_buf()?;
        let end = memchr::memchr(b'\n', bytes);
        let (taken, is_line) = (end.map_or(bytes.len(), |end| end + 1), end.is_some());
        let wanted = PREFIX.len().saturating_sub(start.len()).min(taken);
        start.extend_from_slice(bytes.get(..wanted).unwrap_or_default());
        len += taken as u64;
        text.consume(taken);
        if is_line || taken == 0 {
            match start.starts_with(PREFIX.as_bytes()) {
                true => markers += 1,
                false => content += len,
            }
            (start, len) = (Vec::new(), 0);
        }
        if taken == 0 {
            return Ok(content.saturating_sub(markers));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markers_are_no_content() {
        let of = |text: &str| {
            let small = BufReader::with_capacity(3, text.as_bytes());
            assert_eq!(content(text.as_bytes()).unwrap(), content(small).unwrap());
            content(text.as_bytes()).unwrap()
        };
        assert_eq!(of(""), 0);
        assert_eq!(of("one\ntwo"), 7);
        assert_eq!(of("one\n[F]imlog: 5 bytes lost\ntwo\n"), 7, "a break before it may be the marker's own");
        assert_eq!(of("[F]imlo"), 7);
    }
}
