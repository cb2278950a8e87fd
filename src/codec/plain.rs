//! Bodies that are plain text. Damage shows in bytes that no text contains.

use super::plausible::LineHead;
pub use super::plausible::is_odd;
use super::text::Text;

/// This many zeros before a line are the key field of a header, so the line starts after them.
const ZEROS_BEFORE_LINE: usize = 4;

/// Appends the intact lines of `bytes` to `text`. Leaves out lines that contain odd bytes, and those whose start is
/// missing. `starts`: whether the first byte starts a line. Returns the position of the first byte that was left out,
/// and how many were left out in total.
pub fn salvage(bytes: &[u8], starts: bool, text: &mut Text) -> (usize, usize) {
    let (mut first_left, mut left, mut at, mut printable_end) = (None, 0, 0, 0);
    let mut leave = |from: usize, count: usize| {
        if count > 0 {
            first_left.get_or_insert(from);
            left += count;
        }
    };
    while at < bytes.len() {
        let rest = &bytes[at..];
        if at >= printable_end {
            printable_end = at + rest.iter().position(is_odd).unwrap_or(rest.len());
        }
        let len = utf8_len(&rest[..printable_end - at]);
        let lines = &rest[..memchr::memrchr(b'\n', &rest[..len]).map_or(0, |end| end + 1)];
        let zeros = bytes[..at].iter().rev().take(ZEROS_BEFORE_LINE).filter(|&&byte| byte == 0).count();
        let is_whole = if at == 0 { starts } else { zeros == ZEROS_BEFORE_LINE }
            || matches!(LineHead::of(lines), LineHead::Time(_));
        // If its start is missing, the first line is not intact.
        let skipped = if is_whole { 0 } else { memchr::memchr(b'\n', lines).map_or(0, |end| end + 1) };
        leave(at, skipped);
        text.push(&lines[skipped..]);
        let odd = rest[len..].iter().take_while(|byte| is_odd(byte)).count().max(1).min(rest.len() - len);
        leave(at + lines.len(), len - lines.len() + odd);
        at += len + odd;
    }
    (first_left.unwrap_or(bytes.len()), left)
}

/// The length of the valid UTF-8 at the start of `bytes`.
fn utf8_len(bytes: &[u8]) -> usize {
    simdutf8::compat::from_utf8(bytes).map_or_else(|error| error.valid_up_to(), str::len)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(bytes: &[u8], starts: bool) -> (String, (usize, usize)) {
        let mut text = Text::default();
        let left = salvage(bytes, starts, &mut text);
        (String::from_utf8(text.bytes().to_vec()).unwrap(), left)
    }

    #[test]
    fn intact_lines_are_kept() {
        assert_eq!(kept(b"one\ntwo\n", true), ("one\ntwo\n".into(), (8, 0)));
        assert_eq!(kept(b"e\ntwo\n", false), ("two\n".into(), (0, 2)));
        assert_eq!(kept(b"one\ntw\x01o\nthree\n", true), ("one\nthree\n".into(), (4, 5)));
        assert_eq!(kept(b"x\xFF\x00\x00\x00\x00one\n", false), ("one\n".into(), (0, 6)));
        assert_eq!(kept(b"", true), (String::new(), (0, 0)));
    }

    #[test]
    fn a_line_with_a_head_is_intact() {
        let line = "[I][2023-11-05 +8.0 14:19:18.434][8844, 9112*][tag][file.cpp:828, func][message\n";
        assert_eq!(kept(format!("rest\u{1}{line}").as_bytes(), false), (line.into(), (0, 5)));
    }
}
