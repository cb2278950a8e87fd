//! Lines of the IM SDK, 5.x and later.
//!
//! `TIM: 2023-11-06 14:19:18.434 I |-login.cpp:768      LogRequestBegin      |Login begin|task_id:6|…`. Behind the level
//! may be process and thread (`E 25763-25810     |-channel.cpp:308`, 5.8). The level may be missing, and so may date and
//! time (`TIM: ======  SDK APP ID: …`). Names of Java and Dart have no line. Every other line continues the record
//! before. Source: the vendor's pages on logs, posted logs.

use super::cursor::Cursor;
use super::read::ReadHead;
use super::{Head, Record, filled, syntax};

/// How far after the time the `|-` may stand, in bytes.
const NEAR: usize = 64;
/// Nearly all heads are as long as this one.
const USUAL: &[u8] = b"TIM: 2023-11-06 14:19:18.434 I ";

/// The fields after the head.
pub fn fields<'a>(line: &'a [u8], record: &mut Record<'a>) -> Option<()> {
    let mut cursor = after_head(&record.head, line)?;
    if let Some((pid, tid, rest)) = ids(cursor) {
        (record.pid, record.tid) = (Some(pid), Some(tid));
        cursor = rest;
    }
    record.message = cursor.0;
    body(cursor, record)
}

/// Who says something.
#[derive(Clone, Copy, Debug)]
pub enum Speaker<'a> {
    /// This function.
    Function(Option<&'a [u8]>),
    /// The function, if there is one, that stands behind the place in the source that this starts with. Blanks follow it.
    Behind(&'a [u8]),
}

impl<'a> Speaker<'a> {
    /// The function.
    pub fn function(self) -> Option<&'a [u8]> {
        match self {
            Speaker::Function(function) => function,
            Speaker::Behind(place) => {
                let mut cursor = Cursor(place);
                cursor.word();
                cursor.spaces();
                filled(cursor.0)
            }
        }
    }
}

/// Who says what. `None`: the head is none of these.
#[inline]
pub fn statement<'a>(head: &Head, line: &'a [u8]) -> Option<(Speaker<'a>, &'a [u8])> {
    let cursor = after_head(head, line)?;
    let cursor = ids(cursor).map_or(cursor, |(_, _, rest)| rest);
    if let Some(body) = cursor.0.strip_prefix(b"|-")
        && let Some((before, message)) = memchr::memchr(b'|', body).and_then(|bar| body.split_at_checked(bar))
        // Otherwise, the bar may be part of the place.
        && before.ends_with(b" ")
    {
        return Some((Speaker::Behind(before), message.get(1..)?));
    }
    let (function, message) = Body::read(cursor).map_or((None, cursor.0), |body| (body.function, body.message));
    Some((Speaker::Function(function), message))
}

/// What follows the head of `line`, and its blanks.
#[inline]
fn after_head<'a>(head: &Head, line: &'a [u8]) -> Option<Cursor<'a>> {
    // A head with a time, milliseconds and a level here is one of these: it need not be read again to know where it ends.
    if let Some((usual, rest)) = line.split_at_checked(USUAL.len())
        && let [.., b'.', _, _, _, b' ', _, b' '] = usual
        && rest.starts_with(b"|-")
        && head.time.is_some()
    {
        return Some(Cursor(rest));
    }
    let mut cursor = Cursor(ReadHead::new(line, syntax::tim)?.rest);
    cursor.spaces();
    Some(cursor)
}

/// `25763-25810     ` before the `|-`, or at the end of a line that is cut.
fn ids(mut cursor: Cursor<'_>) -> Option<(u64, u64, Cursor<'_>)> {
    let pid = cursor.number()?;
    cursor.literal(b"-")?;
    let tid = cursor.number()?;
    cursor.spaces();
    (cursor.0.is_empty() || cursor.0.starts_with(b"|-")).then_some((pid, tid, cursor))
}

/// `…|-login.cpp:768      LogRequestBegin      |message`, which other forms contain too. `cursor` ends with its line.
pub fn body<'a>(cursor: Cursor<'a>, record: &mut Record<'a>) -> Option<()> {
    let Body { place, function, message } = Body::read(cursor)?;
    record.set_place(place, b':');
    (record.function, record.message) = (function, message);
    Some(())
}

/// What starts with `|-`.
struct Body<'a> {
    /// File and line.
    place: &'a [u8],
    function: Option<&'a [u8]>,
    message: &'a [u8],
}

impl<'a> Body<'a> {
    #[inline]
    fn read(mut cursor: Cursor<'a>) -> Option<Body<'a>> {
        if cursor.literal(b"|-").is_none() {
            let near = cursor.0.get(..cursor.0.len().min(NEAR))?;
            // Two bytes are too few for a search that has to be set up.
            let at = memchr::memchr_iter(b'|', near).find(|at| near.get(at + 1) == Some(&b'-'))?;
            cursor.0 = cursor.0.get(at + 2..)?;
        }
        let place = cursor.word();
        cursor.spaces();
        let rest = cursor.0;
        // Without another bar in the line there is no function, only a message.
        let Some((function, message)) = memchr::memchr(b'|', rest).and_then(|bar| rest.split_at_checked(bar)) else {
            return Some(Body { place, function: None, message: rest });
        };
        Some(Body { place, function: filled(function), message: message.get(1..)? })
    }
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
    fn process_and_thread_may_stand_behind_the_level() {
        let text = "TIM: 2022-01-20 15:37:21.783 I 25763-26170     |-channel.cpp:308                         NotifyConnectResult                     |channel connect completed|channel id:4|address::0|connect cost time:0ms|error code:9508|error msg:ERR_ACCESS_DENIED";
        let record = parse(text).unwrap();
        assert_eq!((record.head.form, record.head.level), (Form::Tim, Some(Level::Info)));
        assert_eq!((record.pid, record.tid), (Some(25763), Some(26170)));
        assert_eq!((record.source, record.line), (Some(&b"channel.cpp"[..]), Some(308)));
        assert_eq!(record.function, Some(&b"NotifyConnectResult"[..]));
        assert!(record.message.starts_with(b"channel connect completed|"));

        let record = parse("TIM: 2022-01-20 15:37:21.783 I 25763-26170   \n").unwrap();
        assert_eq!((record.pid, record.tid, record.message), (Some(25763), Some(26170), &b""[..]));
        // Numbers in a message are none of these.
        for text in ["5-6 apples", "5-6", "5-x |-a"] {
            let line = format!("TIM: 2022-01-20 15:37:21.783 I {text} |-");
            let line = line.strip_suffix(" |-").filter(|_| text != "5-6").unwrap_or(&line);
            let has_ids = parse(line).unwrap().pid.is_some();
            assert_eq!(has_ids, text == "5-6", "{line}");
        }
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
