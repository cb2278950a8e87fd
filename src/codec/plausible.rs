//! Whether text reads like a log, as far as a glance tells.
//!
//! Damage that a codec does not notice leaves its mark on the text: copies from the wrong place cut the heads of lines
//! apart, mix up their times, or bring in bytes that no text has. None of that is proof, and nothing is thrown away
//! for it alone: it is reason to look closer.

/// A time that lies so far before the line above, in seconds, is not just a thread that came late.
const LATE: i32 = 2;
/// Nor is one that lies so far after it.
const EARLY: i32 = 3600;

/// Whether anything in `text` is unlike a log.
pub fn is_suspicious(text: &[u8]) -> bool {
    if has_odd_bytes(text) {
        return true;
    }
    let (mut start, mut last) = (0, None);
    for end in memchr::memchr_iter(b'\n', text).chain(std::iter::once(text.len())) {
        let line = text.get(start..end).unwrap_or_default();
        match Head::of(line) {
            Head::None => {}
            Head::Broken => return true,
            Head::Time(time) => {
                if last.is_some_and(|last| time < last - LATE || time > last + EARLY) {
                    return true;
                }
                last = Some(time);
            }
        }
        start = end + 1;
    }
    false
}

/// Control characters that no writer lets through, or bytes that are not UTF-8.
pub fn has_odd_bytes(text: &[u8]) -> bool {
    // In chunks without a way out, which the compiler makes vectors of.
    let any_odd = |chunk: &[u8]| chunk.iter().fold(false, |any, byte| any | is_odd(byte));
    text.chunks(4096).any(any_odd) || simdutf8::basic::from_utf8(text).is_err()
}

/// A control character that no writer lets through.
pub fn is_odd(byte: &u8) -> bool {
    *byte < 0x20 && !matches!(*byte, b'\t' | b'\n' | b'\r' | 0x1B)
}

/// How a line begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Head {
    /// In no form that is known: a continuation, or a line of the writer itself.
    None,
    /// In a known form, at this second of the day.
    Time(i32),
    /// As a known form begins, but it goes wrong.
    Broken,
}

impl Head {
    /// The head of a line.
    pub fn of(line: &[u8]) -> Head {
        match line {
            [b'T', b'I', b'M', b':', b' ', rest @ ..] if rest.first().is_some_and(u8::is_ascii_digit) => tim(rest),
            [b'[', b'V' | b'D' | b'I' | b'W' | b'E' | b'F', b']', b'[', rest @ ..] => stock(rest),
            [b'[' | b'V' | b'D' | b'I' | b'W' | b'E' | b'F' | b']', rest @ ..] if holds_date(rest) => Head::Broken,
            _ => Head::None,
        }
    }
}

/// `2023-11-06 14:19:18.434 …`
fn tim(rest: &[u8]) -> Head {
    if !fits(rest, b"0000-00-00 00:00:00.000") {
        return Head::Broken;
    }
    rest.get(11..).map_or(Head::Broken, seconds)
}

/// `2023-11-05 +8.0 14:19:18.434][8844, 9112*][tag][file.cpp:828, func][message`
fn stock(rest: &[u8]) -> Head {
    if !fits(rest, b"0000-00-00 ") {
        return Head::Broken;
    }
    let after_date = &rest[11..];
    let Some(zone) = after_date.iter().take(8).position(|&byte| byte == b' ') else { return Head::Broken };
    let time = &after_date[zone + 1..];
    if !fits(time, b"00:00:00.000][") {
        return Head::Broken;
    }
    let ids = &time[14..];
    let Some(end) = ids.iter().take(32).position(|&byte| byte == b']') else { return Head::Broken };
    let digits = ids[..end].iter().all(|byte| byte.is_ascii_digit() || b", *-".contains(byte));
    let tag = &ids[end + 1..];
    if !digits || !tag.starts_with(b"[") || holds_date(tag) || !names_place(tag) {
        return Head::Broken;
    }
    seconds(time)
}

/// Whether source and function follow the tag, with a comma in between: `[tag][file.cpp:828, func][`
fn names_place(tag: &[u8]) -> bool {
    let Some(at) = memchr::memmem::find(tag, b"][") else { return false };
    let place = &tag[at + 2..];
    let end = memchr::memchr(b']', place).unwrap_or(place.len());
    place[..end].contains(&b',')
}

/// Whether a stock head's date stands somewhere in a line.
fn holds_date(line: &[u8]) -> bool {
    let mut brackets = memchr::memmem::find_iter(line, b"][20");
    brackets.any(|at| line.get(at + 2..).is_some_and(|date| fits(date, b"0000-00-00 ")))
}

fn fits(text: &[u8], pattern: &[u8]) -> bool {
    let same = |(byte, pattern): (&u8, &u8)| if *pattern == b'0' { byte.is_ascii_digit() } else { byte == pattern };
    text.len() >= pattern.len() && text.iter().zip(pattern).all(same)
}

/// Of `hh:mm:ss`, whose digits have been checked.
fn seconds(time: &[u8]) -> Head {
    let [h1, h2, _, m1, m2, _, s1, s2, ..] = time else { return Head::Broken };
    let two = |tens: &u8, ones: &u8| i32::from(tens & 15) * 10 + i32::from(ones & 15);
    let (hour, minute, second) = (two(h1, h2), two(m1, m2), two(s1, s2));
    if hour < 24 && minute < 60 && second <= 60 { Head::Time((hour * 60 + minute) * 60 + second) } else { Head::Broken }
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
            "[I][2023-11-05 +8.0 14:19:18.434][8844, 9112*][tag][f[I][2023-11-05 +8.0 14:19:18.434][8844, 9112*][\n",
            "[I][2023-11-05 +8.0 14:79:18.434][8844, 9112*][tag][file.cpp:828, func][message\n",
            "I][2023-11-05 +8.0 14:19:18.434][8844, 9112*][tag][file.cpp:828, func][message\n",
            "TIM: 2023-11-06 14:19:1b.434 I |-login.cpp:768\n",
            "a\u{1}b\n",
            "TIM: 2023-11-06 10:19:18.434 I |-login.cpp:768\n",
        ] {
            assert!(is_suspicious(format!("{STOCK}{text}").as_bytes()), "{text}");
        }
        assert!(is_suspicious(b"\xFF\xFE\n"));
    }
}
