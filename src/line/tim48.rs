//! Lines of the IM SDK, 4.6 to 5.0.
//!
//! `TIM: 2020-08-18 13:48:50.746/I/28093-28183   /Network   -imsession_sso_session.cpp.569  UpdateUser  /reged_: false, …`:
//! a dot before the number of the source line, which is 0 in Java. 4.8.10 has a running number before the date. Source
//! and function are padded together: of some calls, the function is missing, and a long one touches the slash behind it.
//! Source: the vendor's pages on logs, posted logs.

use super::cursor::Cursor;
use super::read::ReadHead;
use super::{Record, filled, syntax};

/// How wide source and function are together, the dash included, unless they are longer.
const WIDTH: usize = 60;
/// How long functions begin that Java calls. No folder is called that.
const JAVA: &[u8] = b"Java_";

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
    let from = cursor.0.len();
    cursor.literal(b"-")?;
    record.set_place(cursor.word(), b'.');
    cursor.spaces();
    record.message = cursor.0;
    let place = from - cursor.0.len();
    (record.function, record.message) = function(cursor, place)?;
    Some(())
}

/// The function, if there is one, and what follows its slash. `None`: there is no such slash, but maybe one in a path.
fn function(mut cursor: Cursor<'_>, place: usize) -> Option<(Option<&[u8]>, &[u8])> {
    let start = cursor.0;
    let word = cursor.word();
    let slash = memchr::memchr(b'/', word);
    let touches = |at: usize| at == 0 || place + at >= WIDTH || word.starts_with(JAVA);
    if let Some((function, message)) = slash.filter(|&at| touches(at)).and_then(|at| start.split_at_checked(at)) {
        return Some((filled(function), message.get(1..)?));
    }
    cursor.spaces();
    cursor.literal(b"/")?;
    Some((filled(word), cursor.0))
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
    fn a_running_number_may_stand_before_the_date() {
        let text = "TIM: 28    2020-06-02 00:21:51.364/E/29226-29399     /Network     -ssodata.cpp.189  Parse                                     /sso retcode: -10005";
        let record = parse(text).unwrap();
        assert_eq!((record.head.form, record.head.level), (Form::Tim48, Some(Level::Error)));
        assert_eq!(record.head.time.unwrap().to_string(), "2020-06-02T00:21:51.364");
        assert_eq!((record.pid, record.tid, record.tag), (Some(29226), Some(29399), Some(&b"Network"[..])));
        assert_eq!((record.source, record.line), (Some(&b"ssodata.cpp"[..]), Some(189)));
        assert_eq!((record.function, record.message), (Some(&b"Parse"[..]), &b"sso retcode: -10005"[..]));
        // Other numbers are text.
        for text in
            ["TIM: 27 apples", "TIM: 27", "TIM: 27 2020-06-32 00:21:51.364/E/", "TIM: 27-2020-06-02 00:21:51.364"]
        {
            let record = parse(text).unwrap();
            assert_eq!((record.head.form, record.head.time), (Form::Tim, None), "{text}");
            assert_eq!(record.message, text.as_bytes().strip_prefix(b"TIM: ").unwrap());
        }
    }

    #[test]
    fn calls_of_java_have_no_function() {
        let text = "TIM: 2020-01-21 09:54:37.475/I/22008-22113     /IMSDK       -BaseManager.0                                              /doForeground success";
        let record = parse(text).unwrap();
        assert_eq!((record.source, record.line, record.function), (Some(&b"BaseManager"[..]), None, None));
        assert_eq!(record.message, b"doForeground success");
        let record = parse("TIM: 27    2020-06-02 00:21:51.316/I/1-2     /Common      -a.cpp.4  SetToken                           /SetToken /a").unwrap();
        assert_eq!((record.function, record.message), (Some(&b"SetToken"[..]), &b"SetToken /a"[..]));
    }

    #[test]
    fn a_long_function_touches_the_slash_and_a_path_does_not_part() {
        let of = |body: &str| {
            let text = format!("TIM: 2020-01-21 09:54:26.888/I/22008-22008     /Common      -{body}");
            let record = parse(&text).unwrap();
            let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
            (record.function.map(text), text(record.message))
        };
        let native = "Java_com_tencent_imsdk_manager_NativeManager_nativeOnNetworkChanged";
        for (body, function, message) in [
            (
                format!("manager_jni.cpp.367  {native}/OnNetworkChanged is connected 1"),
                Some(native),
                "OnNetworkChanged is connected 1",
            ),
            (format!("manager_jni.cpp.367  {native}/On /a/b"), Some(native), "On /a/b"),
            ("manager_jni.cpp.367  Java_a_b/is 1".into(), Some("Java_a_b"), "is 1"),
            (
                "imsession_session_config.cpp.470  InternalUpdateSsoIpListNow/x".into(),
                Some("InternalUpdateSsoIpListNow"),
                "x",
            ),
            ("a.cpp.5  path/to/file opened".into(), None, "path/to/file opened"),
            ("a.cpp.5  opened /path/to/file".into(), Some("opened"), "path/to/file"),
            ("a.cpp.5  file opened /path/to/file".into(), None, "file opened /path/to/file"),
            ("a.cpp.5  F  /opened a/b /c".into(), Some("F"), "opened a/b /c"),
            ("a.cpp.5  operator/  /text".into(), Some("operator/"), "text"),
            ("a.cpp.5  F".into(), None, "F"),
            ("a.cpp.5  /".into(), None, ""),
        ] {
            assert_eq!(of(&body), (function.map(String::from), message.to_owned()), "{body}");
        }
    }

    #[test]
    fn what_is_missing_leaves_the_rest_as_message() {
        let record = parse("TIM: 2020-08-18 13:48:50.746/E/28093-28183   cut").unwrap();
        assert_eq!((record.head.level, record.tid, record.message), (Some(Level::Error), Some(28183), &b"cut"[..]));
        let record = parse("TIM: 2020-08-18 13:48:50.746/?").unwrap();
        assert_eq!((record.head.form, record.head.level), (Form::Tim48, None));
    }
}
