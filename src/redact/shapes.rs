//! Values that are known by their shape, wherever they stand.

use std::ops::Range;

use super::classes::{Class, Classes};
use super::rules::Personal;
use super::steps;

/// Kinds of bytes in a run.
const LOWER: u8 = 1;
const UPPER: u8 = 2;
const DIGIT: u8 = 4;
/// And it is no hexadecimal digit.
const OTHER: u8 = 8;

/// The kinds of each byte.
const KIND: [u8; 256] = {
    let mut kinds = [OTHER; 256];
    let mut byte = 0;
    while byte < 256 {
        kinds[byte] = match byte as u8 {
            b'0'..=b'9' => DIGIT,
            b'a'..=b'f' => LOWER,
            b'A'..=b'F' => UPPER,
            b'g'..=b'z' => LOWER | OTHER,
            b'G'..=b'Z' => UPPER | OTHER,
            _ => OTHER,
        };
        byte += 1;
    }
    kinds
};

/// A value in a text.
pub(super) type Shape = (Range<usize>, Personal);

/// The least length of a token that has no other mark than that.
const TOKEN: usize = 40;

/// The next phone number, tinyid or message id.
pub(super) fn digits(text: &[u8], classes: &Classes, from: usize) -> Option<Shape> {
    let next = |from| classes.row(Class::Digits, from);
    first(text, from, next, digits_of)
}

/// The first shape that `of` sees in a run that `next` finds.
#[inline]
fn first(
    text: &[u8],
    mut from: usize,
    next: impl Fn(usize) -> Option<Range<usize>>,
    of: impl Fn(&[u8], &Range<usize>) -> Option<Shape>,
) -> Option<Shape> {
    loop {
        let run = next(from)?;
        if let Some(shape) = of(text, &run) {
            return Some(shape);
        }
        from = run.end;
    }
}

fn digits_of(text: &[u8], run: &Range<usize>) -> Option<Shape> {
    let digits = text.get(run.clone())?;
    let before = run.start.checked_sub(1).and_then(|at| text.get(at)).copied().unwrap_or(b' ');
    let after = text.get(run.end).copied().unwrap_or(b' ');
    // tinyids start at 2^57.
    if digits.len() == 18 && digits.starts_with(b"144115") {
        return Some(match message(text, run.end) {
            Some(end) => (run.start..end, Personal::Message),
            None => (run.clone(), Personal::TinyId),
        });
    }
    // Part of a number in hexadecimal digits, or of a decimal.
    let is_hex = |byte: u8| matches!(byte | 0x20, b'a'..=b'f' | b'x');
    if is_hex(before) || is_hex(after) || before == b'.' {
        return None;
    }
    let is_mobile = |digits: &[u8]| matches!(digits, [b'1', b'3'..=b'9', ..]) && digits.len() == 11;
    let is_phone = is_mobile(digits)
        || before == b'+' && digits.len() <= 15
        || digits.strip_prefix(b"86").or_else(|| digits.strip_prefix(b"0086")).is_some_and(is_mobile);
    let start = if before == b'+' { run.start - 1 } else { run.start };
    is_phone.then_some((start..run.end, Personal::Phone))
}

/// Where a message's id ends whose tinyid ends at `from`: `-1773391831-105270`.
fn message(text: &[u8], from: usize) -> Option<usize> {
    let mut at = from;
    for _ in 0..2 {
        let digits = text.get(at..)?.strip_prefix(b"-")?.iter().take_while(|byte| byte.is_ascii_digit()).count();
        at += (digits > 0).then_some(digits + 1)?;
    }
    Some(at)
}

/// The next token, id of a device, or dump of bytes.
pub(super) fn tokens(text: &[u8], classes: &Classes, from: usize) -> Option<Shape> {
    let next = |from| classes.row(Class::Token, from);
    first(text, from, next, token_of)
}

fn token_of(text: &[u8], run: &Range<usize>) -> Option<Shape> {
    let found = text.get(run.clone())?;
    if found.len() == 36 && is_uuid(found) {
        return Some((run.clone(), Personal::Device));
    }
    let kinds = found.iter().fold(0, |kinds, byte| kinds | KIND.get(usize::from(*byte)).copied().unwrap_or(OTHER));
    let has = |kind: u8| kinds & kind != 0;
    let is_dump = has(DIGIT) && has(LOWER | UPPER) && !has(OTHER);
    // The start of what zlib compresses, as base64: a UserSig.
    let starts_sig = || [&b"eJ"[..], b"eN", b"eA"].iter().any(|start| found.starts_with(start));
    let is_sig = has(DIGIT) && has(UPPER) && starts_sig();
    // Names of functions have few digits, and together.
    let groups =
        || found.windows(2).filter(|pair| matches!(pair, [b'0'..=b'9', next] if !next.is_ascii_digit())).count();
    let is_token = found.len() >= TOKEN && has(DIGIT) && has(LOWER) && has(UPPER) && groups() >= 3;
    let fill = text.get(run.end..)?.iter().take(2).take_while(|byte| **byte == b'=').count();
    (is_dump || is_sig || is_token).then_some((run.start..run.end + fill, Personal::Token))
}

/// `57FB70A2-0B1C-4D5E-8F90-A1B2C3D4E5F6`
fn is_uuid(text: &[u8]) -> bool {
    let is_part = |(at, byte): (usize, &u8)| match at {
        8 | 13 | 18 | 23 => *byte == b'-',
        _ => byte.is_ascii_hexdigit(),
    };
    text.iter().enumerate().all(is_part)
}

/// The next mail address, or id of a group that starts with `@`.
pub(super) fn ats(text: &[u8], classes: &Classes, from: usize) -> Option<Shape> {
    let mut after = from;
    while let Some(at) = classes.next(Class::At, after, text.len()) {
        let found = around_at(text, at, from);
        if found.is_some() {
            return found;
        }
        after = at + 1;
    }
    None
}

/// The mail address around the `@` at `at`, or the id of a group that starts there. Nothing before `floor` is part of it.
fn around_at(text: &[u8], at: usize, floor: usize) -> Option<Shape> {
    let rest = text.get(at..)?;
    if rest.starts_with(b"@TGS#") {
        let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'#' | b'@' | b'_' | b'+' | b'-');
        let len = rest.iter().take_while(|byte| is_part(byte)).count();
        return Some((at..at + len, Personal::Group));
    }
    let is_local = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'%' | b'+' | b'-');
    let before = text.get(floor.max(at.saturating_sub(64))..at)?;
    let local = before.iter().rev().take_while(|byte| is_local(byte)).count();
    let is_domain = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-');
    let domain = rest.get(1..)?.iter().take(255).take_while(|byte| is_domain(byte)).count();
    steps::add(local + domain);
    let domain = rest.get(1..1 + domain)?;
    let domain = domain.get(..domain.iter().rposition(u8::is_ascii_alphanumeric)? + 1)?;
    let top = domain.rsplit(|byte| *byte == b'.').next()?;
    let is_mail = local > 0 && top.len() >= 2 && top.len() < domain.len() && top.iter().all(u8::is_ascii_alphabetic);
    is_mail.then_some((at - local..at + 1 + domain.len(), Personal::Mail))
}
