//! Lines of the IM SDK, 4.0 to 4.3.
//!
//! `2019-05-28 21:51:56.161| 21504|looper_logic|I|       session_for_android.cpp:131 |operator()           > cmd: …`.
//! Source: the vendor's pages on logs.

use super::cursor::Cursor;
use super::{Form, Head, Record, filled};

/// The head, if it is one of this form.
pub fn head(line: &[u8]) -> Option<Head> {
    let mut cursor = Cursor(line);
    let time = cursor.local_time()?;
    cursor.literal(b"|")?;
    // The level stands behind thread and tag; a line that ends before has none.
    let level = || {
        let first_line = memchr::memchr(b'\n', cursor.0).unwrap_or(cursor.0.len());
        let mut cursor = Cursor(cursor.0.get(..first_line)?);
        cursor.until(b'|')?;
        cursor.until(b'|')?;
        cursor.level().filter(|_| cursor.0.starts_with(b"|"))
    };
    Some(Head::new(Form::Tim40, level(), Some(time)))
}

/// The fields behind the time.
pub fn fields<'a>(text: &'a [u8], record: &mut Record<'a>) -> Option<()> {
    let mut cursor = Cursor(text);
    cursor.local_time()?;
    cursor.literal(b"|")?;
    record.message = cursor.0;
    record.tid = super::cursor::number(cursor.until(b'|')?.trim_ascii());
    record.message = cursor.0;
    record.tag = filled(cursor.until(b'|')?);
    record.message = cursor.0;
    let _level = cursor.until(b'|')?;
    record.message = cursor.0;
    record.set_place(cursor.until(b'|')?.trim_ascii(), b':');
    record.message = cursor.0;
    record.function = filled(cursor.until_all(b"> ")?);
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
    fn a_cut_line_is_still_a_record() {
        let record = parse("2019-05-28 21:51:56.161| 21504|loo").unwrap();
        assert_eq!((record.head.level, record.tid, record.message), (None, Some(21504), &b"loo"[..]));
    }
}
