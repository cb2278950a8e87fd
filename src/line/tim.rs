//! Lines of the IM SDK, 5.x and later.
//!
//! `TIM: 2023-11-06 14:19:18.434 I |-login.cpp:768      LogRequestBegin      |Login begin|task_id:6|…`. The level may be
//! missing, and so may date and time (`TIM: ======  SDK APP ID: …`). Names of Java and Dart have no line. Every other
//! line continues the record before. Source: the vendor's pages on logs; what stands between level and `|-` is inferred.

use super::cursor::Cursor;
use super::read::ReadHead;
use super::{Record, filled, syntax};

/// How far after the time the `|-` may stand, in bytes.
const NEAR: usize = 64;

/// The fields after the head.
pub fn fields<'a>(text: &'a [u8], record: &mut Record<'a>) -> Option<()> {
    let mut cursor = Cursor(ReadHead::new(text, syntax::tim)?.rest);
    cursor.spaces();
    record.message = cursor.0;
    body(cursor, record)
}

/// `…|-login.cpp:768      LogRequestBegin      |message`, which other forms contain too.
pub fn body<'a>(mut cursor: Cursor<'a>, record: &mut Record<'a>) -> Option<()> {
    let line = memchr::memchr(b'\n', cursor.0).unwrap_or(cursor.0.len());
    let near = cursor.0.get(..line.min(NEAR))?;
    let at = memchr::memmem::find(near, b"|-")?;
    cursor.0 = cursor.0.get(at + 2..)?;
    record.set_place(cursor.word(), b':');
    cursor.spaces();
    record.message = cursor.0;
    // Without another bar in the line there is no function, only a message.
    let line = memchr::memchr(b'\n', cursor.0).unwrap_or(cursor.0.len());
    let bar = memchr::memchr(b'|', cursor.0.get(..line)?)?;
    let (function, message) = cursor.0.split_at_checked(bar)?;
    record.function = filled(function);
    record.message = message.get(1..)?;
    Some(())
}

#[cfg(test)]
mod tests {
    use super::super::{Form, Head, Level, parse};

    #[test]
    fn every_field() {
        let text = "TIM: 2023-11-06 14:19:18.434 I |-login.cpp:768      LogRequestBegin      |Login begin|task_id:6|\n[custom]\n";
        let record = parse(text).unwrap();
        assert_eq!((record.head.form, record.head.level), (Form::Tim, Some(Level::Info)));
        assert_eq!(record.head.time.unwrap().to_string(), "2023-11-06T14:19:18.434");
        assert_eq!((record.source, record.line), (Some(&b"login.cpp"[..]), Some(768)));
        assert_eq!(record.function, Some(&b"LogRequestBegin"[..]));
        assert_eq!(record.message, b"Login begin|task_id:6|\n[custom]");
    }

    #[test]
    fn level_line_and_function_may_be_missing() {
        let record = parse("TIM: 2023-11-06 14:19:18.434 |-V2TIMManager      init      |x").unwrap();
        assert_eq!((record.head.level, record.source, record.line), (None, Some(&b"V2TIMManager"[..]), None));
        assert_eq!((record.function, record.message), (Some(&b"init"[..]), &b"x"[..]));

        for text in [
            "TIM: 2023-11-06 14:19:18.434 E",
            "TIM: 2023-11-06 14:19:18.434   E |-x\n",
            "TIM: 2023-11-06 14:19:18.434 E\nx",
        ] {
            assert_eq!(parse(text).unwrap().head.level, Some(Level::Error), "{text}");
        }
        let record = parse("TIM: 2023-11-06 14:19:18.434 W |-chat.dart   no bar here\n|but here").unwrap();
        assert_eq!((record.head.level, record.source), (Some(Level::Warn), Some(&b"chat.dart"[..])));
        assert_eq!((record.function, record.message), (None, &b"no bar here\n|but here"[..]));
    }

    #[test]
    fn a_banner_has_no_time() {
        let record = parse("TIM: ======  SDK APP ID: 1400000000\nSDK Version: 8.8.7357\n").unwrap();
        assert_eq!(record.head, Head::new(Form::Tim, None, None));
        assert_eq!(record.message, b"======  SDK APP ID: 1400000000\nSDK Version: 8.8.7357");
    }

    #[test]
    fn others_are_no_heads() {
        for line in ["TIM:", "TIMES: 2023-11-06 14:19:18.434 I |-", "TIM", " TIM: x"] {
            assert_eq!(parse(line), None, "{line}");
        }
    }
}
