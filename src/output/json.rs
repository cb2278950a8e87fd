//! Records and gaps as JSON, one object per line.

use std::borrow::Cow;

use serde::Serialize;

use crate::decode::Gap;
use crate::line::serialize::RecordFields;
use crate::record::{FoundRecord, RecordPlace};

/// A record, with what only its place in the log says. Measured, flattening costs nothing (286 ns a record either way).
#[derive(Serialize)]
struct RecordLine<'a> {
    r#type: &'static str,
    path: &'a str,
    #[serde(flatten)]
    fields: RecordFields<'a>,
    #[serde(skip_serializing_if = "is_zero")]
    record: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    offset: Option<u64>,
    #[serde(skip_serializing_if = "is_false")]
    context: bool,
    #[serde(skip_serializing_if = "is_false")]
    continued: bool,
    #[serde(skip_serializing_if = "is_false")]
    not_utf8: bool,
}

#[derive(Serialize)]
struct GapLine<'a> {
    r#type: &'static str,
    path: &'a str,
    #[serde(flatten)]
    gap: &'a Gap,
}

/// Adds a record's line to `out`. With `context`, it is not a match, but near one. Bytes that are not UTF-8 become
/// U+FFFD, and `not_utf8` says so.
pub fn record(path: &str, found: &FoundRecord<'_>, context: bool, out: &mut Vec<u8>) {
    let mut not_utf8 = false;
    let fields = RecordFields::new(&found.record(), found.continued, |bytes| match simdutf8::basic::from_utf8(bytes) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => {
            not_utf8 = true;
            String::from_utf8_lossy(bytes)
        }
    });
    let FoundRecord { continued, place: RecordPlace { number: record, block: offset }, .. } = *found;
    let line = RecordLine { r#type: "record", path, fields, record, offset, context, continued, not_utf8 };
    push(&line, out);
}

/// Adds a gap's line to `out`.
pub fn gap(path: &str, gap: &Gap, out: &mut Vec<u8>) {
    push(&GapLine { r#type: "gap", path, gap }, out);
}

fn push(line: &impl Serialize, out: &mut Vec<u8>) {
    // Writing to a vector can't fail, and all keys are strings.
    let written = serde_json::to_writer(&mut *out, line);
    debug_assert!(written.is_ok());
    out.push(b'\n');
}

fn is_zero(number: &u64) -> bool {
    *number == 0
}

fn is_false(flag: &bool) -> bool {
    !flag
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codec::Fault;
    use crate::decode::{GapCause, GapPlace};
    use crate::record::Head;

    fn shown(text: &[u8]) -> String {
        let (head, place) = (Head::of(text).unwrap_or_default(), RecordPlace::default());
        let found = FoundRecord { head, text, passes: true, continued: false, place };
        let mut out = Vec::new();
        record("a.xlog", &found, false, &mut out);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn a_record_is_an_object_with_its_fields() {
        let text = b"[I][2023-11-05 +8.0 14:19:18.434][8844, 9112*][Net][a.cpp:828, func][say \"hi\"\n\tmore\n";
        assert_eq!(
            shown(text),
            "{\"type\":\"record\",\"path\":\"a.xlog\",\"time\":\"2023-11-05T14:19:18.434+08:00\",\"level\":\"info\",\"pid\":8844,\"tid\":9112,\
             \"main_thread\":true,\"tag\":\"Net\",\"source\":\"a.cpp\",\"line\":828,\"function\":\"func\",\
             \"message\":\"say \\\"hi\\\"\\n\\tmore\",\"form\":\"stock\"}\n"
        );
    }

    #[test]
    fn fields_of_the_sdk_are_an_object() {
        let text =
            b"TIM: 2023-11-06 14:19:18.434 I |-login.cpp:780  LogRequestEnd  |Login success|task_id:6|error_code:0 \
                     error_message:OK|task_id:7\n[text] content size:6\n";
        let shown_text = shown(text);
        let (_, data) = shown_text.split_once("\"code\":").unwrap();
        assert_eq!(
            data,
            "0,\"fields\":{\"task_id\":\"6\",\"error_code\":\"0\",\"error_message\":\"OK\",\"content size\":\"6\"},\
             \"form\":\"tim\"}\n"
        );
        let stock =
            shown(b"[I][2023-11-05 +8.0 14:19:18.434][1, 2][Net][a.cpp:8, f][login failed, code 6206|task_id:6");
        assert!(stock.contains("\"code\":6206,\"form\"") && !stock.contains("fields"), "{stock}");
        let logcat = |tag: &str| shown(format!("I/{tag}   (15282): message_type:c2c|error_code:-1").as_bytes());
        assert!(logcat("imsdk").contains("\"code\":-1,\"fields\":{\"message_type\":\"c2c\""));
        assert!(!logcat("art").contains("fields"));
    }

    #[test]
    fn fields_are_bounded() {
        let many: String = (0..100).map(|number| format!("key{number}:\u{FFFD}|key0:again|")).collect();
        let of = |message: &str| {
            let line = shown(format!("TIM: 2023-11-06 14:19:18.434 I |-a.cpp:1  F  |{message}").as_bytes());
            serde_json::from_str::<serde_json::Value>(&line).unwrap()["fields"].clone()
        };
        let fields = of(&many);
        assert_eq!((fields.as_object().unwrap().len(), &fields["key0"]), (64, &"\u{FFFD}".into()));
        assert!(fields["key63"].is_string() && fields["key64"].is_null());
        let keys = [48, 49].map(|len| "k".repeat(len));
        assert_eq!(of(&format!("{}:1|{}:2", keys[1], keys[0])), serde_json::json!({ keys[0].as_str(): "2" }));
        assert_eq!(of("nothing but text"), serde_json::Value::Null);
    }

    #[test]
    fn a_later_part_of_a_record_has_no_data_of_its_own() {
        let head = Head::of(b"TIM: 2023-11-06 14:19:18.434 I |-a.cpp:1  F  |m").unwrap();
        let place = RecordPlace { number: 7, block: Some(0) };
        let found = FoundRecord { head, text: b"error_code:5|key:value\n", passes: true, continued: true, place };
        let mut out = Vec::new();
        record("a", &found, false, &mut out);
        let line = String::from_utf8(out).unwrap();
        assert!(
            line.contains(
                "\"message\":\"error_code:5|key:value\",\"form\":\"tim\",\"record\":7,\"offset\":0,\"continued\":true}"
            ),
            "{line}"
        );
    }

    #[test]
    fn bytes_that_are_not_utf8_are_marked() {
        assert_eq!(
            shown(b"x\xFF\x1B[0m"),
            "{\"type\":\"record\",\"path\":\"a.xlog\",\"message\":\"x\u{FFFD}\\u001b[0m\",\"form\":\"other\",\"not_utf8\":true}\n"
        );
    }

    #[test]
    fn a_gap_is_an_object() {
        let mut out = Vec::new();
        gap(
            "a",
            &Gap {
                offset: 5,
                len: 7,
                cause: GapCause::Body(Fault::Corrupt),
                place: GapPlace::New,
                before: None,
                after: None,
            },
            &mut out,
        );
        gap(
            "a",
            &Gap {
                offset: 9,
                len: 0,
                cause: GapCause::Skip(38..=39),
                place: GapPlace::Same,
                before: None,
                after: None,
            },
            &mut out,
        );
        assert_eq!(
            String::from_utf8(out).unwrap(),
            "{\"type\":\"gap\",\"path\":\"a\",\"gap\":\"damaged\",\"offset\":5,\"length\":7}\n\
             {\"type\":\"gap\",\"path\":\"a\",\"gap\":\"missing-blocks\",\"offset\":9,\"length\":0,\"missing_seq\":[38,39]}\n"
        );
    }
}
