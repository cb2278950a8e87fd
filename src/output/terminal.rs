//! Text that is safe to look at: what would steer a terminal, or reverse the order of what is read, is made visible.

/// Adds `line` to `out`, its control characters and bytes that are not UTF-8 made visible: `^[`, `\xFF`, `\u{202e}`.
pub fn push_visible(line: &[u8], out: &mut Vec<u8>) {
    let is_plain = |byte: &u8| matches!(byte, b'\t' | 0x20..=0x7E);
    for chunk in line.utf8_chunks() {
        let mut rest = chunk.valid();
        while !rest.is_empty() {
            // Mostly, all of it is plain.
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
        // More control characters, and those that turn the direction of writing.
        '\u{80}'..='\u{9F}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' => {
            out.extend_from_slice(c.escape_unicode().to_string().as_bytes());
        }
        c => out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes()),
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
}
