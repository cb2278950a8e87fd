//! Lines of the IM SDK, 4.8 to 5.0.
//!
//! `TIM: 2020-08-18 13:48:50.746/I/28093-28183   /Network   -imsession_sso_session.cpp.569  UpdateUser  /reged_: false, …`:
//! a dot before the number of the source line. Source: the vendor's pages on logs.

use super::cursor::Cursor;
use super::read::ReadHead;
use super::{Record, filled, syntax};

/// The fields.
pub fn fields<'a>(text: &'a [u8], record: &mut Record<'a>) -> Option<()> {
    let mut cursor = Cursor(ReadHead::new(text, syntax::tim)?.rest);
    let _level = cursor.until(b'/')?;
    record.message = cursor.0;
    record.pid = Some(cursor.number()?);
    cursor.literal(b"-")?;
    record.tid = Some(cursor.number()?);
    cursor.spaces();
    record.message = cursor.0;
    cursor.literal(b"/")?;
    record.tag = filled(cursor.word());
    cursor.spaces();
    record.message = cursor.0;
    cursor.literal(b"-")?;
    record.set_place(cursor.word(), b'.');
    cursor.spaces();
    record.message = cursor.0;
    let line = memchr::memchr(b'\n', cursor.0).unwrap_or(cursor.0.len());
    // The function is padded, so this is not a slash in a path in the message.
    let slash = memchr::memmem::find(cursor.0.get(..line)?, b" /")?;
    let (function, message) = cursor.0.split_at_checked(slash)?;
    record.function = filled(function);
    record.message = message.get(2..)?;
    Some(())
}

#[cfg(test)]
mod tests {
    use super::super::{Form, Level, parse};

    #[test]
    fn every_field() {
        let text = "TIM: 2020-08-18 13:48:50.746/I/28093-28183   /Network   -imsession_sso_session.cpp.569  UpdateUser  /reged_: false, path: /a";
        let record = parse(text).unwrap();
        assert_eq!((record.head.form, record.head.level), (Form::Tim48, Some(Level::Info)));
        assert_eq!(record.head.time.unwrap().to_string(), "2020-08-18T13:48:50.746");
        assert_eq!((record.pid, record.tid, record.tag), (Some(28093), Some(28183), Some(&b"Network"[..])));
        assert_eq!((record.source, record.line), (Some(&b"imsession_sso_session.cpp"[..]), Some(569)));
        assert_eq!((record.function, record.message), (Some(&b"UpdateUser"[..]), &b"reged_: false, path: /a"[..]));
    }

    #[test]
    fn what_is_missing_leaves_the_rest_as_message() {
        let record = parse("TIM: 2020-08-18 13:48:50.746/E/28093-28183   cut").unwrap();
        assert_eq!((record.head.level, record.tid, record.message), (Some(Level::Error), Some(28183), &b"cut"[..]));
        let record = parse("TIM: 2020-08-18 13:48:50.746/?").unwrap();
        assert_eq!((record.head.form, record.head.level), (Form::Tim48, None));
    }
}
