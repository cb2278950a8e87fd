//! Whether text reads like a log at a glance.
//!
//! Damage that a codec does not notice leaves its mark on the text: copies from the wrong place cut the heads of lines
//! apart, mix up their times, or bring in bytes that no text has. None of that is proof, and no text is
//! dropped for that reason only: it is a reason to examine it closely.

pub use crate::line::LineHead;
use crate::line::is_torn;

/// A time this much before that of the line above, in seconds, is more than a thread that came late.
const LATE: i32 = 2;
/// So is a time this much after it.
const EARLY: i32 = 3600;

/// Whether anything in `text` is unlike a log. All text goes through this, so it checks few bytes per line.
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

/// How far apart the heads are that are checked, in bytes: about every fifth of short lines. Damage to a single line may
/// go unnoticed, but where one line is a copy of damaged text, many are.
const STRIDE: usize = 600;

/// Control characters that no writer lets through, or bytes that are not UTF-8.
pub fn has_odd_bytes(text: &[u8]) -> bool {
    has_odd_controls(text) || simdutf8::basic::from_utf8(text).is_err()
}

/// Control characters that no writer lets through.
pub fn has_odd_controls(text: &[u8]) -> bool {
    // Most chunks have no control characters except line breaks, and that is the cheapest check for many bytes at once:
    // after line breaks become 0 and 1 is subtracted, they are the only ones below 32 that wrap around.
    let has_controls = |chunk: &[u8]| {
        let least = chunk.iter().fold(u8::MAX, |least, byte| least.min((byte ^ b'\n').wrapping_sub(1)));
        least < 0x1F
    };
    // Without an early exit, so that the compiler can vectorize it.
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
