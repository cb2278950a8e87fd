//! Whether text reads like a log, as far as a glance tells.
//!
//! Damage that a codec does not notice leaves its mark on the text: copies from the wrong place cut the heads of lines
//! apart, mix up their times, or bring in bytes that no text has. None of that is proof, and nothing is thrown away
//! for it alone: it is reason to look closer.

pub use crate::line::LineHead;
use crate::line::is_torn;

/// A time that lies so far before the line above, in seconds, is not just a thread that came late.
const LATE: i32 = 2;
/// Nor is one that lies so far after it.
const EARLY: i32 = 3600;

/// Whether anything in `text` is unlike a log. This is what all text goes through, so it looks at few bytes a line.
pub fn is_suspicious(text: &[u8]) -> bool {
    if has_odd_bytes(text) {
        return true;
    }
    let (mut rest, mut last) = (text, None);
    while !rest.is_empty() {
        match LineHead::of(rest) {
            LineHead::None if is_torn(rest) => return true,
            LineHead::None => {}
            LineHead::Broken => return true,
            LineHead::Time(time) => {
                if last.is_some_and(|last| time < last - LATE || time > last + EARLY) {
                    return true;
                }
                last = Some(time);
            }
        }
        let ahead = rest.get(STRIDE..).unwrap_or_default();
        rest = memchr::memchr(b'\n', ahead).and_then(|end| ahead.get(end + 1..)).unwrap_or_default();
    }
    false
}

/// From one head to the next that is looked at, in bytes: of short lines, every fifth one or so. Damage that spoils one
/// line alone may go by, but what one line is copied from, many are.
const STRIDE: usize = 600;

/// Control characters that no writer lets through, or bytes that are not UTF-8.
pub fn has_odd_bytes(text: &[u8]) -> bool {
    has_odd_controls(text) || simdutf8::basic::from_utf8(text).is_err()
}

/// Control characters that no writer lets through.
pub fn has_odd_controls(text: &[u8]) -> bool {
    // Most chunks have no control character but line breaks, and that is the cheapest thing to ask of many bytes at
    // once: with a line break turned into 0, and one taken off, it is the only one below 32 that wraps around.
    let has_controls = |chunk: &[u8]| {
        let least = chunk.iter().fold(u8::MAX, |least, byte| least.min((byte ^ b'\n').wrapping_sub(1)));
        least < 0x1F
    };
    // Without a way out, which the compiler makes vectors of.
    let any_odd = |chunk: &[u8]| chunk.iter().fold(false, |any, byte| any | is_odd(byte));
    text.chunks(512).any(|chunk| has_controls(chunk) && any_odd(chunk))
}

/// A control character that no writer lets through.
pub fn is_odd(byte: &u8) -> bool {
    *byte < 0x20 && !matches!(*byte, b'\t' | b'\n' | b'\r' | 0x1B)
}

#[cfg(test)]
mod tests {
    use super::*;

    const STOCK: &str = "[I][2023-11-05 +8.0 14:19:18.434][8844, 9112*][tag][file.cpp:828, func][message\n";
    const TIM: &str = "TIM: 2023-11-06 14:19:18.434 I |-login.cpp:768      LogRequestBegin      |Login begin\n";

    #[test]
    fn logs_are_not_suspicious() {
        for text in [
            STOCK,
            TIM,
            "~~~~~ begin of mmap ~~~~~\n",
            "^^^^^^^^^^Nov 22 2023^^^20:14:53^^^^^^^^^^[8350,8350][2023-11-05 +0800 04:16:36]\nget mmap time: 1\n",
            "[custom] data size:169|desc size:0\n[I] is a letter\nTIM: ======  SDK APP ID: 1400000000\n",
            "登录成功\n\t{\n",
            "",
        ] {
            assert!(!is_suspicious(text.as_bytes()), "{text}");
            assert!(!is_suspicious(format!("{STOCK}{text}{STOCK}").as_bytes()), "{text}");
        }
    }

    #[test]
    fn what_damage_does_is() {
        for text in [
            "[I][2023-1#-05 +8.0 14:19:18.434][8844, 9112*][tag][file.cpp:828, func][message\n",
            "[I][2023-11-05 +8.0 14:19:18.4][8844, 9112*][tag][file.cpp:828, func][message\n",
            "][2023-11-05 +8.0 14:19:18.434][8844, 9112*][tag][file.cpp:828, func][message\n",
            "[I][2023-11-05 +8.0 14:79:18.434][8844, 9112*][tag][file.cpp:828, func][message\n",
            "I][2023-11-05 +8.0 14:19:18.434][8844, 9112*][tag][file.cpp:828, func][message\n",
            "TIM: 2023-11-06 14:19:1b.434 I |-login.cpp:768\n",
            "a\u{1}b\n",
            "[I]7c701d9f\n",
            "[I4727d2ca418c3\n",
            "TIM: 2023-11-06 10:19:18.434 I |-login.cpp:768\n",
        ] {
            assert!(is_suspicious(format!("{STOCK}{}\n{text}", "-".repeat(STRIDE)).as_bytes()), "{text}");
        }
        assert!(is_suspicious(b"\xFF\xFE\n"));
    }
}
