//! Lines of the IM SDK, 4.0 to 4.3.
//!
//! `2019-05-28 21:51:56.161| 21504|looper_logic|I|       session_for_android.cpp:131 |operator()           > cmd: …`. Some
//! versions leave out the thread, `2019-03-11 18:17:21.112|looper_logic|I|…`. Source: the vendor's pages on logs, posted
//! logs.

use super::cursor::Cursor;
use super::{Form, Head, Level, Record, filled};

/// The head, if it is one of this form.
pub fn head(line: &[u8]) -> Option<Head> {
    let mut cursor = Cursor(line);
    let time = cursor.local_time()?;
    cursor.literal(b"|")?;
    // The level stands behind thread and tag; a line that ends before has none.
    let level = || {
        let first_line = memchr::memchr(b'\n', cursor.0).unwrap_or(cursor.0.len());
        let mut cursor = Cursor(cursor.0.get(..first_line)?);
        let first = cursor.until(b'|')?;
        if is_thread(first, cursor) {
            cursor.until(b'|')?;
        }
        level(cursor)
    };
    Some(Head::new(Form::Tim40, level(), Some(time)))
}

/// The level, if a field is nothing else.
fn level(mut cursor: Cursor<'_>) -> Option<Level> {
    cursor.level().filter(|_| cursor.0.starts_with(b"|"))
}

/// Whether the field behind the time is the thread, given what follows. Else it is the tag, and the level is next.
fn is_thread(field: &[u8], rest: Cursor<'_>) -> bool {
    super::cursor::number(field.trim_ascii()).is_some() || level(rest).is_none()
}

/// The fields behind the time.
pub fn fields<'a>(text: &'a [u8], record: &mut Record<'a>) -> Option<()> {
    let mut cursor = Cursor(text);
    cursor.local_time()?;
    cursor.literal(b"|")?;
    record.message = cursor.0;
    let first = cursor.until(b'|')?;
    record.message = cursor.0;
    let tag = if is_thread(first, cursor) {
        record.tid = super::cursor::number(first.trim_ascii());
        cursor.until(b'|')?
    } else {
        first
    };
    record.tag = filled(tag);
    record.message = cursor.0;
    let _level = cursor.until(b'|')?;
    record.message = cursor.0;
    record.set_place(cursor.until(b'|')?.trim_ascii(), b':');
    record.message = cursor.0;
    record.function = filled(cursor.until_both(*b"> ")?);
    record.message = cursor.0;
    Some(())
}

#[cfg(test)]
mod tests {
    use super::super::{Level, parse};
    use super::*;

    #[test]
    fn every_field() {
        let text = "2019-05-28 21:51:56.161| 21504|looper_logic|I|       session_for_android.cpp:131 |operator()           > cmd: x > y";
        let record = parse(text).unwrap();
        assert_eq!((record.head.form, record.head.level), (Form::Tim40, Some(Level::Info)));
        assert_eq!(record.head.time.unwrap().to_string(), "2019-05-28T21:51:56.161");
        assert_eq!((record.tid, record.tag), (Some(21504), Some(&b"looper_logic"[..])));
        assert_eq!((record.source, record.line), (Some(&b"session_for_android.cpp"[..]), Some(131)));
        assert_eq!((record.function, record.message), (Some(&b"operator()"[..]), &b"cmd: x > y"[..]));
    }

    #[test]
    fn the_thread_may_be_missing() {
        let text = "2019-03-11 18:17:21.112|looper_logic|I|       session_for_android.cpp:124 |operator()           > cmd: im_open_msg.msg_sync, rsp|appSeq: 65522, code: 0, err: , rsp: 0a020800";
        let record = parse(text).unwrap();
        assert_eq!((record.head.form, record.head.level), (Form::Tim40, Some(Level::Info)));
        assert_eq!(record.head.time.unwrap().to_string(), "2019-03-11T18:17:21.112");
        assert_eq!((record.tid, record.tag), (None, Some(&b"looper_logic"[..])));
        assert_eq!((record.source, record.line), (Some(&b"session_for_android.cpp"[..]), Some(124)));
        assert_eq!(record.function, Some(&b"operator()"[..]));
        assert!(record.message.starts_with(b"cmd: im_open_msg.msg_sync, rsp|appSeq: 65522"));

        for (text, tid, tag, level) in [
            (
                "2019-06-20 22:11:45.883|  looper_log|I|               looper_impl.cpp:281 |operator()           > looper stat|name:looper_log|period:0|normal:35",
                None,
                "looper_log",
                Level::Info,
            ),
            (
                "2019-05-28 21:51:56.161| 21504|looper_logic|D|                 transport.cpp:190 |RequestCallbackOnSuccessAsync > recv succ",
                Some(21504),
                "looper_logic",
                Level::Debug,
            ),
            // Tags that look like a level or a thread.
            ("2019-05-28 21:51:56.161| 21504|I|D| a.cpp:1 |f > m", Some(21504), "I", Level::Debug),
            ("2019-05-28 21:51:56.161|I|D| a.cpp:1 |f > m", None, "I", Level::Debug),
        ] {
            let record = parse(text).unwrap();
            assert_eq!((record.head.level, record.tid, record.tag), (Some(level), tid, Some(tag.as_bytes())), "{text}");
            assert!(record.function.is_some() && record.line.is_some(), "{text}");
        }
    }

    #[test]
    fn a_cut_line_is_still_a_record() {
        let record = parse("2019-05-28 21:51:56.161| 21504|loo").unwrap();
        assert_eq!((record.head.level, record.tid, record.message), (None, Some(21504), &b"loo"[..]));
    }
}
