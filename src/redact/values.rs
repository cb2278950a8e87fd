//! How far a value reaches.

use std::ops::Range;

use super::rules::Extent;
use super::steps;

/// How far the end of a quoted value is looked for, in bytes, and that of a text. A longer quoted one ends with its first
/// word, and a longer text there.
const LONGEST_QUOTED: usize = 1024;
const LONGEST_TEXT: usize = 256;
/// Blanks between a separator and its value.
const MOST_BLANKS: usize = 16;

/// What stands for nothing.
const NOTHING: [&[u8]; 10] =
    [b"#", b"0", b"null", b"nil", b"none", b"unknown", b"true", b"false", b"(null)", b"undefined"];

/// Bytes that end a word.
const ENDS_WORD: [bool; 256] = {
    let mut ends = [false; 256];
    let mut byte = 0;
    while byte < 256 {
        ends[byte] = byte <= b' ' as usize
            || matches!(
                byte as u8,
                b'|' | b','
                    | b';'
                    | b'"'
                    | b'\''
                    | b'<'
                    | b'>'
                    | b'('
                    | b')'
                    | b'['
                    | b']'
                    | b'{'
                    | b'}'
                    | b'&'
                    | b'\\'
                    | 0x7F
            );
        byte += 1;
    }
    ends
};

/// Where the word that starts at `from` ends. What ends a sentence is not in it.
pub(super) fn word(text: &[u8], from: usize) -> Range<usize> {
    let rest = text.get(from..).unwrap_or_default();
    let mut len = 0;
    for (at, byte) in rest.iter().enumerate() {
        let ends = ENDS_WORD.get(usize::from(*byte)).copied().unwrap_or(true)
            // The comma, the semicolon and the bracket of Chinese text.
            || *byte == 0xEF && matches!(rest.get(at + 1..at + 3), Some([0xBC, 0x8C | 0x9B | 0x89]));
        if ends {
            break;
        }
        len = at + 1;
    }
    steps::add(len + 1);
    let found = rest.get(..len).unwrap_or_default();
    let end = found.iter().rev().take_while(|byte| matches!(byte, b'.' | b':' | b'!' | b'?' | b'=')).count();
    // Base64 is filled up with `=`.
    let end = if end > 0 && end < len && found.last() == Some(&b'=') { 0 } else { end };
    from..from + len - end
}

/// Whether a value says that there is none.
pub(super) fn is_nothing(value: &[u8]) -> bool {
    value.iter().all(u8::is_ascii_whitespace) || NOTHING.iter().any(|nothing| value.eq_ignore_ascii_case(nothing))
}

/// The value that stands after a separator that ends at `from`, and, for several words, where the next may start.
pub(super) fn value(text: &[u8], from: usize, extent: Extent) -> Option<(Range<usize>, Option<usize>)> {
    let rest = text.get(from..)?;
    let mut at = from + rest.iter().take(MOST_BLANKS).take_while(|byte| **byte == b' ').count();
    // `userID => bob`, and what Swift prints.
    let sign = from.checked_sub(1).and_then(|sign| text.get(sign));
    if sign == Some(&b'=') && text.get(at) == Some(&b'>') {
        let rest = text.get(at + 1..)?;
        at += 1 + rest.iter().take(MOST_BLANKS).take_while(|byte| **byte == b' ').count();
    }
    if text.get(at..)?.starts_with(b"Optional(") {
        at += b"Optional".len();
    }
    let opens = |byte: Option<&u8>| matches!(byte, Some(b'[' | b'(' | b'<'));
    let mut extent = extent;
    if opens(text.get(at)) && !text.get(at..)?.starts_with(b"(null)") {
        at += 1;
        // `"To_Account":["bob","eve"]`
        if extent == Extent::Word {
            extent = Extent::Words;
        }
    }
    let quote = at + text.get(at..)?.iter().take(3).take_while(|byte| **byte == b'\\').count();
    if let Some(mark @ (b'"' | b'\'')) = text.get(quote)
        && let Some(end) = close(text, quote + 1, *mark, quote > at)
    {
        let next = matches!(extent, Extent::Words | Extent::Conversations).then_some(end + 1 + usize::from(quote > at));
        return Some((quote + 1..end, next));
    }
    let at = if matches!(text.get(quote), Some(b'"' | b'\'')) { quote + 1 } else { at };
    match extent {
        Extent::Id => {
            let word = word(text, from);
            let found = text.get(word.clone())?;
            let is_id = found.iter().any(u8::is_ascii_alphabetic) && !found.iter().all(u8::is_ascii_alphabetic);
            is_id.then_some((word, None))
        }
        Extent::Word | Extent::Hex | Extent::Conversation => Some((word(text, at), None)),
        Extent::Words | Extent::Conversations => {
            let word = word(text, at);
            let end = word.end;
            Some((word, Some(end)))
        }
        Extent::Text => Some((of_text(text, at), None)),
        Extent::Line => Some((of_line(text, at), None)),
        Extent::Digits => digits(text, at).map(|digits| (digits, None)),
        Extent::Address => Some((address(text, at), None)),
    }
}

/// Where the next of several words starts, after one that ends at `from`: `a, b`, `["a","b"]`, `a b`.
pub(super) fn next_word(text: &[u8], from: usize) -> Option<usize> {
    let mut at = from;
    if let [b']', b'[', ..] | [b'>', b'<', ..] | [b')', b'(', ..] = text.get(at..)? {
        return Some(at + 2);
    }
    for _ in 0..4 {
        match text.get(at)? {
            b' ' | b',' | b';' => at += 1,
            b'"' | b'\'' | b'\\' => return Some(at),
            b'|' | b'<' | b'>' | b'(' | b')' | b'[' | b']' | b'{' | b'}' | b'&' | 0..b' ' => return None,
            _ if at > from => {
                // `userids:a b, offset:5`: the next field.
                let word = word(text, at);
                let has_sign = text.get(word.clone())?.iter().any(|byte| matches!(byte, b':' | b'='));
                let comes_sign = matches!(text.get(word.end), Some(b':' | b'='));
                return (!has_sign && !comes_sign && !word.is_empty()).then_some(at);
            }
            _ => return None,
        }
    }
    None
}

/// Where the quote that was opened before `from` is closed. `escaped`: it has a backslash before it.
fn close(text: &[u8], from: usize, mark: u8, escaped: bool) -> Option<usize> {
    let near = text.get(from..text.len().min(from + LONGEST_QUOTED))?;
    let near = near.get(..memchr::memchr(b'\n', near).unwrap_or(near.len()))?;
    steps::add(near.len());
    for at in memchr::memchr_iter(mark, near) {
        let backslashes = near.get(..at)?.iter().rev().take_while(|byte| **byte == b'\\').count();
        if escaped && backslashes > 0 {
            return Some(from + at - backslashes);
        }
        if escaped || backslashes % 2 == 0 {
            return Some(from + at);
        }
    }
    None
}

/// Text with blanks: to a bar or bracket, or to the comma or blank before the next field.
fn of_text(text: &[u8], from: usize) -> Range<usize> {
    let rest = text.get(from..text.len().min(from + LONGEST_TEXT)).unwrap_or_default();
    steps::add(rest.len());
    let end = rest.iter().position(|byte| matches!(byte, b'|' | b'<' | b'>' | b'\n' | b'\r' | b'"' | b'}'));
    let text = rest.get(..end.unwrap_or_else(|| between_characters(rest))).unwrap_or_default();
    // Each word of it may be the key of the next field.
    let mut start_of_word = 0;
    let mut len = text.len();
    for (at, byte) in text.iter().enumerate() {
        match byte {
            b' ' => start_of_word = at + 1,
            b':' | b'=' if start_of_word > 0 && may_be_key(text.get(start_of_word..at)) => {
                len = start_of_word;
                break;
            }
            _ => {}
        }
    }
    let text = text.get(..len).unwrap_or_default().trim_ascii_end();
    let text = text.strip_suffix(b",").unwrap_or(text).trim_ascii_end();
    from..from + text.len()
}

/// To the end of the line, or to a bar or quote.
fn of_line(text: &[u8], from: usize) -> Range<usize> {
    let rest = text.get(from..text.len().min(from + LONGEST_QUOTED)).unwrap_or_default();
    let end = rest.iter().position(|byte| matches!(byte, b'|' | b'"' | b'\n' | b'\r'));
    steps::add(end.unwrap_or(rest.len()));
    let text = rest.get(..end.unwrap_or_else(|| between_characters(rest))).unwrap_or_default();
    from..from + text.trim_ascii_end().len()
}

/// Whether this word may be a key: a time of day is none.
fn may_be_key(word: Option<&[u8]>) -> bool {
    let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
    word.is_some_and(|word| word.iter().all(is_part) && word.iter().any(|byte| !byte.is_ascii_digit()))
}

/// The length of `text` without half a character at its end.
fn between_characters(text: &[u8]) -> usize {
    let tail = text.iter().rev().take(3).take_while(|byte| **byte & 0xC0 == 0x80).count();
    let starts = text.len().checked_sub(tail + 1).and_then(|at| text.get(at)).is_some_and(|byte| *byte >= 0xC0);
    if starts { text.len() - tail - 1 } else { text.len() }
}

/// Digits and what people write between them, at least five.
fn digits(text: &[u8], from: usize) -> Option<Range<usize>> {
    let rest = text.get(from..text.len().min(from + 40))?;
    let is_part =
        |byte: &u8| byte.is_ascii_digit() || matches!(byte, b'+' | b'-' | b' ' | b'(' | b')' | b'*' | b'.' | b'/');
    let part = rest.get(..rest.iter().take_while(|byte| is_part(byte)).count())?;
    let end = part.iter().rposition(|byte| byte.is_ascii_digit())? + 1;
    let count = part.iter().filter(|byte| byte.is_ascii_digit()).count();
    (count >= 5).then_some(from..from + end)
}

/// An address without its port: `203.0.113.7:443`, `[2001:db8::7]:443`, `2001:db8::7`.
fn address(text: &[u8], from: usize) -> Range<usize> {
    let word = word(text, from);
    let found = text.get(word.clone()).unwrap_or_default();
    match memchr::memchr(b':', found) {
        Some(port) if found.get(..port).is_some_and(|host| host.contains(&b'.')) => from..from + port,
        Some(_) => {
            // It may end with colons.
            let more = text.get(word.end..).unwrap_or_default();
            from..word.end + more.iter().take(2).take_while(|byte| **byte == b':').count()
        }
        None => word,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str, extent: Extent) -> &str {
        value(text.as_bytes(), 0, extent).map_or("", |(range, _)| &text[range])
    }

    #[test]
    fn words_end_where_writers_end_them() {
        for (text, expected) in [
            ("bob|x", "bob"),
            ("   bob, x", "bob"),
            ("bob.", "bob"),
            ("bob: x", "bob"),
            ("a:b:c tinyid", "a:b:c"),
            ("abc==|x", "abc=="),
            ("bob，x", "bob"),
            ("张三|x", "张三"),
            ("\"Bob \\\"B\\\"\",x", "Bob \\\"B\\\""),
            ("\\\"bob\\\",\\\"x\\\"", "bob"),
            ("'bob b'", "bob b"),
            ("\"bob", "bob"),
            ("[bob]", "bob"),
            ("<bob>", "bob"),
            ("Optional(\"bob\")", "bob"),
            ("|x", ""),
            ("", ""),
        ] {
            assert_eq!(read(text, Extent::Word), expected, "{text}");
        }
    }

    #[test]
    fn texts_digits_and_addresses() {
        assert_eq!(read("Bob B., faceUrl:x", Extent::Text), "Bob B.");
        assert_eq!(read("Bob B code:5", Extent::Text), "Bob B");
        assert_eq!(read("a:b c|d", Extent::Text), "a:b c");
        assert_eq!(read(&"a ".repeat(200), Extent::Text).len(), LONGEST_TEXT - 1);
        assert_eq!(read(&format!("Bob S., faceUrl:{}", "A".repeat(400)), Extent::Text), "Bob S.");
        assert_eq!(read("Tom Lee 12:30|x", Extent::Text), "Tom Lee 12:30");
        assert_eq!(read(&format!("x{}", "é".repeat(400)), Extent::Text).len(), LONGEST_TEXT - 1);
        assert_eq!(read("+1 (415) 555-2671 x", Extent::Digits), "+1 (415) 555-2671");
        assert_eq!(read("415.555.2671, x", Extent::Digits), "415.555.2671");
        assert_eq!(read("HUAWEI", Extent::Digits), "");
        assert_eq!(read("Bearer a.b c|x", Extent::Line), "Bearer a.b c");
        for (text, expected) in [
            ("203.0.113.7:443|", "203.0.113.7"),
            ("203.0.113.7|", "203.0.113.7"),
            ("[2001:db8::7]:443", "2001:db8::7"),
            ("2001:db8::7,", "2001:db8::7"),
            ("2001:db8::|", "2001:db8::"),
        ] {
            assert_eq!(read(text, Extent::Address), expected);
        }
    }

    #[test]
    fn lists_end_before_the_next_field() {
        let all = |text: &str| {
            let (mut found, mut at) = (Vec::new(), Some(0));
            while let Some((range, next)) = at.and_then(|at| value(text.as_bytes(), at, Extent::Words)) {
                found.push(text[range].to_owned());
                at = next.and_then(|next| next_word(text.as_bytes(), next));
            }
            found.join("+")
        };
        for (text, expected) in [
            ("a b \n", "a+b"),
            ("a, b|c", "a+b"),
            ("[a,b] c", "a+b"),
            ("[\"a\",\"b c\"],\"d\"", "a+b c"),
            ("[\\\"a\\\",\\\"b\\\"]", "a+b"),
            ("[a][b] c", "a+b"),
            ("<a><b>", "a+b"),
            ("a, offset:5", "a"),
            ("a offset :5", "a+offset"),
        ] {
            assert_eq!(all(text), expected, "{text}");
        }
    }
}
