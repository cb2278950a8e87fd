//! Text that is safe to show: characters that control a terminal, or reverse the direction of text, are made visible.

use std::io::{self, Write};

/// Adds `line` to `out`, its control characters and bytes that are not UTF-8 made visible: `^[`, `\xFF`, `\u{202e}`.
pub fn push_visible(line: &[u8], out: &mut Vec<u8>) {
    let is_plain = |byte: &u8| matches!(byte, b'\t' | 0x20..=0x7E);
    for chunk in line.utf8_chunks() {
        let mut rest = chunk.valid();
        while !rest.is_empty() {
            // Usually, all of it is plain.
            let plain = rest.bytes().position(|byte| !is_plain(&byte)).unwrap_or(rest.len());
            let (before, from) = rest.split_at(plain);
            out.extend_from_slice(before.as_bytes());
            let mut chars = from.chars();
            if let Some(c) = chars.next() {
                push_char(c, out);
            }
            rest = chars.as_str();
        }
        for byte in chunk.invalid() {
            out.extend_from_slice(format!("\\x{byte:02X}").as_bytes());
        }
    }
}

fn push_char(c: char, out: &mut Vec<u8>) {
    match c {
        '\0'..='\x1F' => out.extend_from_slice(&[b'^', c as u8 + 0x40]),
        '\x7F' => out.extend_from_slice(b"^?"),
        c if steers(c) => out.extend_from_slice(c.escape_unicode().to_string().as_bytes()),
        c => out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes()),
    }
}

/// Whether this character does more than show: control characters, line separators, and those that change the direction
/// of text. Source: Unicode Standard Annex 9, 2.
pub fn steers(c: char) -> bool {
    let turns = matches!(c, '\u{61C}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}');
    c.is_control() || turns || matches!(c, '\u{2028}' | '\u{2029}')
}

/// What [`Visible`] writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Written {
    /// Lines of text.
    Text,
    /// JSON, whose strings have an escape for every character: its meaning does not change.
    Json,
}

/// A writer that makes control characters visible, line by line, and passes the text on.
#[derive(Debug)]
pub struct Visible<W: Write> {
    out: W,
    written: Written,
    /// The start of a line whose end has not come yet.
    line: Vec<u8>,
    shown: Vec<u8>,
}

/// How much of a line is held back, in bytes: lines can be larger than memory.
const LINE: usize = 64 << 10;

impl<W: Write> Visible<W> {
    /// A writer to `out`.
    pub fn new(out: W, written: Written) -> Visible<W> {
        Visible { out, written, line: Vec::new(), shown: Vec::new() }
    }

    fn push(&mut self, text: &[u8]) {
        match self.written {
            Written::Text => push_visible(text, &mut self.shown),
            Written::Json => {
                for c in String::from_utf8_lossy(text).chars() {
                    match steers(c) {
                        true => self.shown.extend_from_slice(format!("\\u{:04x}", u32::from(c)).as_bytes()),
                        false => self.shown.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes()),
                    }
                }
            }
        }
    }

    fn push_line(&mut self) {
        let line = std::mem::take(&mut self.line);
        self.push(&line);
        self.line = line;
        self.line.clear();
    }
}

impl<W: Write> Write for Visible<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        for part in bytes.split_inclusive(|&byte| byte == b'\n') {
            let (part, ends) = part.strip_suffix(b"\n").map_or((part, false), |part| (part, true));
            for piece in part.chunks(LINE) {
                self.line.extend_from_slice(piece);
                if self.line.len() >= LINE {
                    // Don't split a character.
                    let whole = self.line.utf8_chunks().last().map_or(0, |last| self.line.len() - last.invalid().len());
                    let rest = self.line.split_off(whole);
                    self.push_line();
                    self.line = rest;
                }
            }
            if ends {
                self.push_line();
                self.shown.push(b'\n');
            }
        }
        self.out.write_all(&self.shown)?;
        self.shown.clear();
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.push_line();
        self.out.write_all(&self.shown)?;
        self.shown.clear();
        self.out.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steering_shows_and_text_stays() {
        let visible = |text: &[u8]| {
            let mut out = Vec::new();
            push_visible(text, &mut out);
            String::from_utf8(out).unwrap()
        };
        assert_eq!(visible("\tplain 中文 é".as_bytes()), "\tplain 中文 é");
        assert_eq!(visible(b"\x1B[2J\x07\x7F\r"), "^[[2J^G^?^M");
        assert_eq!(visible(b"a\xFF\xE4\xB8b"), "a\\xFF\\xE4\\xB8b");
        assert_eq!(visible("\u{9B}31m \u{202E}txt".as_bytes()), "\\u{9b}31m \\u{202e}txt");
    }

    #[test]
    fn a_writer_shows_line_by_line() {
        let shown = |parts: &[&[u8]], written| {
            let mut visible = Visible::new(Vec::new(), written);
            parts.iter().for_each(|part| visible.write_all(part).unwrap());
            visible.flush().unwrap();
            String::from_utf8(visible.out).unwrap()
        };
        assert_eq!(shown(&[b"one\x1B]0;", b"x\x07\nt\xC3", b"\xA9\r\n"], Written::Text), "one^[]0;x^G\nt\u{e9}^M\n");
        assert_eq!(shown(&["\u{202E}\u{9B}".as_bytes(), b"\x7F\n"], Written::Json), "\\u202e\\u009b\\u007f\n");
        let long = "é\u{1B}".repeat(LINE);
        assert_eq!(shown(&[long.as_bytes()], Written::Text), "é^[".repeat(LINE));
    }
}
