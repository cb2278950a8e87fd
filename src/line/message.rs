//! What the IM SDK puts into a message besides words: fields, and the code of an error.
//!
//! `Login begin|task_id:6|userid:user_A`: bars part the fields, a colon parts a key from its value. Other spellings are
//! looser: `error_code:0 error_message:OK` (a blank in place of the bar), `rsp|seq: 65520, code: 6012, err: timed out`
//! (commas) and `last_message:<sender:user_B|sequence:1>` (fields in a field, read as one value). Lines that continue a
//! record have fields as well. Source: posted logs of SDK 4.0 to 8.8.

use std::sync::LazyLock;

use memchr::memmem;

/// The longest key, in bytes, and in words. What is longer is text that happens to have a colon.
const LONGEST_KEY: (usize, usize) = (48, 4);

/// Key and value.
type Field<'a> = (&'a [u8], &'a [u8]);

/// The fields of a message, in order: key and value, without white space around them.
#[derive(Clone, Debug)]
pub struct Fields<'a> {
    message: &'a [u8],
    /// Where the next field is looked for.
    at: usize,
    line_break: Next,
    bar: Next,
    close: Next,
}

/// Where a byte comes next. It is looked for once in each place, however many fields there are before it, so that all of
/// a message takes linear time.
#[derive(Clone, Copy, Debug)]
struct Next {
    byte: u8,
    at: Option<usize>,
    #[cfg(test)]
    steps: usize,
}

impl Next {
    const fn new(byte: u8) -> Next {
        Next {
            byte,
            at: None,
            #[cfg(test)]
            steps: 0,
        }
    }

    /// The first such place that is not before `from`, which never goes back; the end of `text` if there is none.
    #[inline]
    fn from(&mut self, text: &[u8], from: usize) -> usize {
        match self.at {
            Some(at) if at >= from => at,
            _ => {
                let rest = text.get(from..).unwrap_or_default();
                let at = memchr::memchr(self.byte, rest).map_or(text.len(), |at| from + at);
                #[cfg(test)]
                {
                    self.steps += at - from + 1;
                }
                self.at = Some(at);
                at
            }
        }
    }
}

impl<'a> Fields<'a> {
    /// The fields of this message.
    pub fn new(message: &'a [u8]) -> Fields<'a> {
        let [line_break, bar, close] = [b'\n', b'|', b'>'].map(Next::new);
        Fields { message, at: 0, line_break, bar, close }
    }

    /// The value of the first field with this key.
    pub fn value(message: &'a [u8], key: &str) -> Option<&'a [u8]> {
        Fields::new(message).find(|(name, _)| *name == key.as_bytes()).map(|(_, value)| value)
    }

    /// The field that starts at `from`, and where it ends.
    fn field(&mut self, from: usize, part_end: usize, line_end: usize) -> Option<(Field<'a>, usize)> {
        let message = self.message;
        let part = message.get(from..part_end)?;
        let colon = memchr::memchr(b':', part)?;
        // `session init, sdkAppId: 14`: words come first.
        let words = part.get(..colon)?;
        let words = words.get(memchr::memrchr(b',', words).map_or(0, |comma| comma + 1)..)?;
        let key = Some(words).filter(|key| is_key(key))?.trim_ascii();
        let value = part.get(colon + 1..)?;
        if value.starts_with(b"//") {
            return None;
        }
        let from = from + colon + 1;
        if value.trim_ascii_start().starts_with(b"<") {
            let close = self.close.from(message, from);
            if close < line_end {
                return Some(((key, message.get(from..=close)?.trim_ascii()), close + 1));
            }
        }
        let len = end_of_word_before_key(value).or_else(|| comma_before_key(value));
        let text = value.get(..len.unwrap_or(value.len()))?.trim_ascii();
        let text = len.and_then(|_| text.strip_suffix(b",")).unwrap_or(text);
        Some(((key, text), from + len.unwrap_or(value.len())))
    }
}

impl<'a> Iterator for Fields<'a> {
    type Item = (&'a [u8], &'a [u8]);

    fn next(&mut self) -> Option<Field<'a>> {
        loop {
            let rest = self.message.get(self.at..)?;
            self.at += rest.iter().position(|byte| !byte.is_ascii_whitespace() && *byte != b'|')?;
            let line_end = self.line_break.from(self.message, self.at);
            let part_end = self.bar.from(self.message, self.at).min(line_end);
            // `[text] content size:6`, and `=>base16_format:…`, which follows what it is the code of.
            let part = self.message.get(self.at..part_end)?;
            let label = match part {
                [b'[', label @ ..] => {
                    let near = label.get(..label.len().min(LONGEST_KEY.0)).unwrap_or_default();
                    memchr::memchr(b']', near).map_or(0, |end| end + 2)
                }
                [b'=', b'>', ..] => 2,
                _ => 0,
            };
            let found = self.field(self.at + label, part_end, line_end);
            self.at = found.map_or(part_end, |(_, end)| end);
            if let Some((field, _)) = found {
                return Some(field);
            }
        }
    }
}

/// Whether this may be the key of a field: a few words.
fn is_key(text: &[u8]) -> bool {
    let key = text.trim_ascii();
    let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b' ' | b'-');
    key.len() <= LONGEST_KEY.0
        && key.first().is_some_and(|first| first.is_ascii_alphabetic() || *first == b'_')
        && key.iter().all(is_part)
        && key.split(|byte| *byte == b' ').count() <= LONGEST_KEY.1
}

/// Where the first word of `value` ends, if another field follows it: `0 error_message:OK`.
fn end_of_word_before_key(value: &[u8]) -> Option<usize> {
    let blanks = value.iter().take_while(|byte| **byte == b' ').count();
    let end = blanks + value.get(blanks..)?.iter().position(|byte| *byte == b' ')?;
    let next = value.get(end..)?.trim_ascii_start();
    let next = next.strip_prefix(b"=>").unwrap_or(next);
    let key = next.iter().take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'_').count();
    (key > 0 && next.get(key) == Some(&b':')).then_some(end)
}

/// Where a value of several words ends, with its comma, if another field follows it: ` timed out, rsp: 5`. Messages that
/// may hold such a text themselves are written without the blank before them.
fn comma_before_key(value: &[u8]) -> Option<usize> {
    if !value.starts_with(b" ") || matches!(value.trim_ascii_start().first(), Some(b'[' | b'{' | b'<')) {
        return None;
    }
    memmem::find_iter(value, b", ").map(|comma| comma + 1).find(|&end| {
        let next = value.get(end..).unwrap_or_default();
        let next = next.get(..next.len().min(LONGEST_KEY.0)).unwrap_or_default();
        // Some of these lists mix `key: value` and `key = value`.
        memchr::memchr2(b':', b'=', next).and_then(|end| next.get(..end)).is_some_and(is_key)
    })
}

/// The code that a message carries, 0 (success) included: `error_code:70001`, `error code:9508`, `code:6014|desc:`,
/// `Login failed, code 6206|msg`, `sso retcode: -10005`, `errorCode = 22001`. Only its first line is looked at.
pub fn code(message: &[u8]) -> Option<i32> {
    code_in(message.get(..memchr::memchr(b'\n', message).unwrap_or(message.len()))?)
}

/// The same of a message that is one line.
pub fn code_in(line: &[u8]) -> Option<i32> {
    // Every record of a diagnosis is asked. Most have no such word, and an iterator would cost a copy of the finder.
    static CODE: LazyLock<memmem::Finder<'static>> = LazyLock::new(|| memmem::Finder::new(b"ode"));
    let mut from = 0;
    loop {
        let at = from + CODE.find(line.get(from..)?)?;
        if let Some(code) = at.checked_sub(1).and_then(|at| code_at(line, at)) {
            return Some(code);
        }
        from = at + 1;
    }
}

/// The code whose `code` starts at `at`.
fn code_at(line: &[u8], at: usize) -> Option<i32> {
    let (before, rest) = line.split_at_checked(at)?;
    if !matches!(rest.first(), Some(b'c' | b'C')) {
        return None;
    }
    let rest = rest.get(4..)?;
    let named = rest.trim_ascii_start();
    let (value, has_sign) = match named.first()? {
        b':' | b'=' => (named.get(1..)?.trim_ascii_start(), true),
        _ if named.len() < rest.len() => (named, false),
        _ => return None,
    };
    let minus = usize::from(value.first() == Some(&b'-'));
    let digits = value.get(minus..)?.iter().take_while(|byte| byte.is_ascii_digit()).count();
    // Part of a word, a version or a decimal is no code.
    let after = value.get(minus + digits..).unwrap_or_default();
    let goes_on = match after {
        [b'.', next, ..] => next.is_ascii_digit(),
        [next, ..] => next.is_ascii_alphanumeric() || *next == b'_',
        [] => false,
    };
    if goes_on || !names_a_code(before, has_sign) {
        return None;
    }
    std::str::from_utf8(value.get(..minus + digits)?).ok()?.parse().ok()
}

/// Whether `before` makes the `code` behind it the code of an error, rather than a bar code.
fn names_a_code(before: &[u8], has_sign: bool) -> bool {
    let word = before.iter().rev().take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'_').count();
    let (before, word) = before.split_at(before.len() - word);
    let word = word.trim_ascii_end();
    if !word.is_empty() {
        return [&b"error"[..], b"error_", b"err", b"err_", b"ret", b"ret_", b"result", b"result_", b"reg_"]
            .iter()
            .any(|known| word.eq_ignore_ascii_case(known));
    }
    let before = before.trim_ascii_end();
    match before.last() {
        None | Some(b'|' | b',' | b';' | b'(' | b'<' | b'[' | b'/') => true,
        Some(b':') => has_sign,
        _ => {
            // `type:2 code:0`: another field comes before it.
            let field = before.rsplit(u8::is_ascii_whitespace).next().unwrap_or_default();
            if has_sign && field.contains(&b':') {
                return true;
            }
            let word = before.rsplit(|byte| !byte.is_ascii_alphanumeric()).next().unwrap_or_default();
            [&b"error"[..], b"err", b"ret", b"result", b"failed", b"fail"]
                .iter()
                .any(|known| word.eq_ignore_ascii_case(known))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(message: &str) -> Vec<(&str, &str)> {
        let text = |bytes| std::str::from_utf8(bytes).unwrap();
        Fields::new(message.as_bytes()).map(|(key, value)| (text(key), text(value))).collect()
    }

    #[test]
    fn bars_and_lines_part_fields() {
        assert_eq!(
            fields("Login begin|task_id:6|account_type:IM|current status:UnLogined"),
            [("task_id", "6"), ("account_type", "IM"), ("current status", "UnLogined")]
        );
        assert_eq!(
            fields(
                "error code:0|error message:Success|message:\nmessage_type:c2c|message_sub_type:0x6\n[text] content size:15"
            ),
            [
                ("error code", "0"),
                ("error message", "Success"),
                ("message", ""),
                ("message_type", "c2c"),
                ("message_sub_type", "0x6"),
                ("content size", "15")
            ]
        );
    }

    #[test]
    fn a_blank_may_stand_for_a_bar() {
        assert_eq!(
            fields("error_code:0 error_message:OK|userid:user_A tinyid: 144|time cost:65ms(queue time cost:1ms)"),
            [
                ("error_code", "0"),
                ("error_message", "OK"),
                ("userid", "user_A"),
                ("tinyid", "144"),
                ("time cost", "65ms(queue time cost:1ms)")
            ]
        );
        assert_eq!(fields("userid:user_A =>base16_format:75"), [("userid", "user_A"), ("base16_format", "75")]);
        assert_eq!(fields("error_message:key is expired."), [("error_message", "key is expired.")]);
    }

    #[test]
    fn so_may_a_comma() {
        assert_eq!(
            fields("cmd: stat_set, rsp|appSeq: 65520, code: 6012, err: request timeout, rsp: "),
            [("cmd", "stat_set, rsp"), ("appSeq", "65520"), ("code", "6012"), ("err", "request timeout"), ("rsp", "")]
        );
        assert_eq!(fields("code: 0, err: , rsp: 0200"), [("code", "0"), ("err", ""), ("rsp", "0200")]);
        assert_eq!(
            fields("push sdk version:8.8.7357, type:1, scene:4"),
            [("push sdk version", "8.8.7357"), ("type", "1"), ("scene", "4")]
        );
        assert_eq!(
            fields("InitSdk, device type: CLT-L29, system version: 10, app version = 4.6.1"),
            [("device type", "CLT-L29"), ("system version", "10")]
        );
        assert_eq!(
            fields("session init, sdkAppId: 14, system version: 10, app version: 4.6.1"),
            [("sdkAppId", "14"), ("system version", "10"), ("app version", "4.6.1")]
        );
        assert_eq!(
            fields("reged_: false, auth from identifier: , tinyid: 0"),
            [("reged_", "false"), ("auth from identifier", ""), ("tinyid", "0")]
        );
        // Text of others is whole.
        assert_eq!(fields("error_message:not found, reason: x"), [("error_message", "not found, reason: x")]);
        assert_eq!(fields("net: [type: LTE, state: UP]"), [("net", "[type: LTE, state: UP]")]);
    }

    #[test]
    fn a_value_may_hold_fields_and_colons() {
        assert_eq!(
            fields("last_message:<sender:user_B|sequence:1>|address::0|server address:1.2.3.4:80(tcp)|a||b:"),
            [
                ("last_message", "<sender:user_B|sequence:1>"),
                ("address", ":0"),
                ("server address", "1.2.3.4:80(tcp)"),
                ("b", "")
            ]
        );
    }

    #[test]
    fn text_has_no_fields() {
        for text in
            ["", "|", "https://example.com|x", "no field", "a sentence of more than four words: x", "é:1", "<:1"]
        {
            assert_eq!(fields(text), [], "{text}");
        }
    }

    #[test]
    fn all_fields_of_a_message_take_linear_time() {
        for part in [
            ", a: b",
            ", ",
            " , a",
            "a: b c, ",
            "a|",
            "a:1 ",
            "a:<|",
            "a:<b>",
            "a:1|",
            "[a:1|",
            "a b c d e|",
            "a:1\n",
            "a: |",
            "=>a:1 ",
            "<a:>",
        ] {
            let steps = |times: usize| {
                let message = part.repeat(times);
                let mut fields = Fields::new(message.as_bytes());
                fields.by_ref().for_each(drop);
                fields.line_break.steps + fields.bar.steps + fields.close.steps
            };
            let (small, large) = (steps(1000), steps(10_000));
            assert!(small >= 1000 && large <= 11 * small, "{part:?}: {small} {large}");
        }
    }

    #[test]
    fn codes_in_all_spellings() {
        for (message, expected) in [
            ("error_code:70014|error_message:The requested SDKAppID", 70014),
            ("channel connect completed|channel id:4|error code:9508|error msg:ERR_ACCESS_DENIED", 9508),
            ("Login success|task_id:6|error_code:0 error_message:OK", 0),
            ("/reg|decode|code:-10003|desc:|cmd:x", -10003),
            ("Login failed, code 6206|msg userSig expired", 6206),
            ("reg push failed, code -10003, msg ", -10003),
            ("sso retcode: -10005", -10005),
            ("cmd: x, rsp|appSeq: 65520, code: 6012, err: request timeout, rsp: ", 6012),
            ("Asynchronous return: code: 9519 desc:waiting for send timeout", 9519),
            ("setOfflinePushToken failed errorCode = 22001 ， errorMsg = No", 22001),
            ("3-Online|Fail|code=6208, msg=kick off by other device", 6208),
            ("recv error code: 6707, errmsg: RawData packet timeout", 6707),
            ("onNetworkStatusChanged Enter; type:2 code:0 errMsg:", 0),
            ("set token|decode|code:-10005|desc:", -10005),
            ("code:1", 1),
        ] {
            assert_eq!(code(message.as_bytes()), Some(expected), "{message}");
        }
        for message in [
            "barcode: 12",
            "qr code: 12",
            "status code: 200",
            "code:",
            "code: x",
            "code:12ab",
            "code:1.2",
            "decode|desc:",
            "encode 5",
            "error_code:99999999999",
            "line\nerror_code:5",
            "zip code 10115",
        ] {
            assert_eq!(code(message.as_bytes()), None, "{message}");
        }
    }
}
