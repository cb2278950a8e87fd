//! Lines of the IM SDK as Android's logcat shows them.
//!
//! `2021-12-14 19:46:49.652 8830-8909/com.example.app E/imsdk: TIM: |-login.cpp:380   Func   |…` as Android Studio copies
//! them, and `I/imsdk   (15282): TIM: |-…` as `logcat -v brief` writes them (source: posted logs); and
//! `2021-12-14 19:46:49.652  8830  8909 E imsdk   : TIM: |-…` from `logcat -v threadtime`, with or without `-v year`
//! (source: Android's documentation). Without a year there is no time that could be compared.

use super::cursor::Cursor;
use super::{Form, Head, Level, Record, filled, tim, tim48};

/// The longest tag, name of a package included, in bytes.
const LONGEST: usize = 256;

/// The head of a line that starts with its date.
pub fn head(line: &[u8]) -> Option<Head> {
    let mut cursor = Cursor(line);
    let time = match cursor.local_time() {
        Some(time) => Some(time),
        None => {
            cursor = Cursor(line);
            without_year(&mut cursor)?;
            None
        }
    };
    let (level, ..) = dated(&mut cursor)?;
    Some(Head::new(Form::Logcat, Some(level), time))
}

/// The head of a line that starts with its level.
pub fn brief_head(line: &[u8]) -> Option<Head> {
    let mut cursor = Cursor(line);
    let (level, ..) = brief(&mut cursor)?;
    Some(Head::new(Form::Logcat, Some(level), None))
}

/// The fields.
pub fn fields<'a>(text: &'a [u8], record: &mut Record<'a>) -> Option<()> {
    let mut cursor = Cursor(text);
    if text.first()?.is_ascii_digit() {
        if cursor.local_time().is_none() {
            cursor = Cursor(text);
            without_year(&mut cursor)?;
        }
        let (_, pid, tid, tag) = dated(&mut cursor)?;
        (record.pid, record.tid, record.tag) = (Some(pid), Some(tid), filled(tag));
    } else {
        let (_, pid, tag) = brief(&mut cursor)?;
        (record.pid, record.tag) = (Some(pid), filled(tag));
    }
    record.message = cursor.0;
    // This contains a line of the SDK, from 5.x on usually without its time.
    if Head::of(cursor.0).is_some_and(|head| head.form == Form::Tim48) {
        let tag = record.tag;
        let _ = tim48::fields(cursor.0, record);
        record.tag = tag;
        return Some(());
    }
    cursor.literal(b"TIM:")?;
    cursor.spaces();
    record.message = cursor.0;
    tim::body(cursor, record)
}

/// `12-14 19:46:49.652`
fn without_year(cursor: &mut Cursor<'_>) -> Option<()> {
    let (date, rest) = cursor.0.split_first_chunk::<6>()?;
    let [m, n, b'-', d, e, b' '] = date else { return None };
    cursor.0 = rest;
    let digits = [m, n, d, e].iter().all(|byte| byte.is_ascii_digit());
    digits.then_some(())?;
    cursor.time_of_day().map(drop)
}

/// What follows the time, up to the message: level, pid, tid, tag.
fn dated<'a>(cursor: &mut Cursor<'a>) -> Option<(Level, u64, u64, &'a [u8])> {
    cursor.literal(b" ")?;
    cursor.spaces();
    let pid = cursor.number()?;
    if cursor.literal(b"-").is_some() {
        // 8830-8909/com.example.app E/imsdk: …
        let tid = cursor.number()?;
        cursor.literal(b"/")?;
        let _package = cursor.word();
        cursor.literal(b" ")?;
        let level = cursor.level()?;
        cursor.literal(b"/")?;
        return Some((level, pid, tid, tag(cursor)?));
    }
    // 8830  8909 E imsdk   : …
    cursor.literal(b" ")?;
    cursor.spaces();
    let tid = cursor.number()?;
    cursor.literal(b" ")?;
    let level = cursor.level()?;
    cursor.literal(b" ")?;
    Some((level, pid, tid, tag(cursor)?))
}

/// `I/imsdk   (15282): …`
fn brief<'a>(cursor: &mut Cursor<'a>) -> Option<(Level, u64, &'a [u8])> {
    let level = cursor.level()?;
    cursor.literal(b"/")?;
    let near = cursor.0.get(..cursor.0.len().min(LONGEST))?;
    let end = memchr::memchr2(b'(', b'\n', near)?;
    let tag = near.get(..end)?;
    cursor.0 = cursor.0.get(end..)?;
    cursor.literal(b"(")?;
    cursor.spaces();
    let pid = cursor.number()?;
    cursor.literal(b"): ")?;
    Some((level, pid, tag))
}

/// Everything up to the colon.
fn tag<'a>(cursor: &mut Cursor<'a>) -> Option<&'a [u8]> {
    let near = cursor.0.get(..cursor.0.len().min(LONGEST))?;
    let end = memchr::memchr2(b':', b'\n', near)?;
    let tag = near.get(..end)?;
    cursor.0 = cursor.0.get(end..)?;
    cursor.literal(b": ")?;
    Some(tag)
}

#[cfg(test)]
mod tests {
    use super::super::parse;
    use super::*;

    #[test]
    fn as_android_studio_copies_it() {
        let text = "2021-12-14 19:46:49.652 8830-8909/com.example.app E/imsdk: TIM: |-login.cpp:380   HandleA2D2OnlineResponse   |error_code:70014|";
        let record = parse(text).unwrap();
        assert_eq!((record.head.form, record.head.level), (Form::Logcat, Some(Level::Error)));
        assert_eq!(record.head.time.unwrap().to_string(), "2021-12-14T19:46:49.652");
        assert_eq!((record.pid, record.tid, record.tag), (Some(8830), Some(8909), Some(&b"imsdk"[..])));
        assert_eq!((record.source, record.line), (Some(&b"login.cpp"[..]), Some(380)));
        assert_eq!(record.function, Some(&b"HandleA2D2OnlineResponse"[..]));
        assert_eq!(record.message, b"error_code:70014|");
    }

    #[test]
    fn brief_lines() {
        let record = parse("I/imsdk   (15282): TIM: |-a.cpp:1  F  |m").unwrap();
        assert_eq!((record.head.level, record.head.time), (Some(Level::Info), None));
        assert_eq!((record.pid, record.tag), (Some(15282), Some(&b"imsdk"[..])));
        assert_eq!((record.function, record.message), (Some(&b"F"[..]), &b"m"[..]));
        let record = parse("W/art ( 1528): long wait").unwrap();
        assert_eq!((record.pid, record.message), (Some(1528), &b"long wait"[..]));
    }

    #[test]
    fn lines_of_4_8_keep_their_own_time() {
        let record = parse("I/imsdk   (27177): TIM: 2020-06-23 22:17:19.145/I/27177-27448   /Common    -imcore_manager.cpp.147  InitSdk                            /InitSdk, device type: CLT-L29").unwrap();
        assert_eq!((record.head.form, record.head.time), (Form::Logcat, None));
        assert_eq!((record.pid, record.tid, record.tag), (Some(27177), Some(27448), Some(&b"imsdk"[..])));
        assert_eq!((record.source, record.line), (Some(&b"imcore_manager.cpp"[..]), Some(147)));
        assert_eq!((record.function, record.message), (Some(&b"InitSdk"[..]), &b"InitSdk, device type: CLT-L29"[..]));
    }

    #[test]
    fn threadtime_with_and_without_year() {
        let record = parse("2021-12-14 19:46:49.652  8830  8909 E imsdk   : TIM: |-a.cpp:1  F  |m").unwrap();
        assert_eq!((record.pid, record.tid, record.tag), (Some(8830), Some(8909), Some(&b"imsdk"[..])));
        assert!(record.head.time.is_some());
        let record = parse("12-14 19:46:49.652  8830  8909 A imsdk: x").unwrap();
        assert_eq!((record.head.level, record.head.time), (Some(Level::Fatal), None));
        assert_eq!(record.message, b"x");
    }

    #[test]
    fn others_are_no_heads() {
        for line in ["I/O error", "E/x: y", "2021-12-14 19:46:49.652 something", "12-14 times", "F/a(b): c"] {
            assert_eq!(parse(line), None, "{line}");
        }
    }
}
