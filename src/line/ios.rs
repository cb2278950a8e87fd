//! Lines of the IM SDK on older iOS.
//!
//! `[INFO][TIMManager.mm:137][-[TIMManager initSdk:]][ImSDK]Has InitSDK, skip`: without a time. This is the
//! weakest of all heads: in a file with lines of 5.x or later, a line like this continues a message (see `assemble`).
//! Source: the vendor's pages on logs.

use super::cursor::Cursor;
use super::{Form, Head, Level, Record, filled};

const NAMES: [(&[u8], Level); 7] = [
    (b"[VERBOSE][", Level::Verbose),
    (b"[DEBUG][", Level::Debug),
    (b"[INFO][", Level::Info),
    (b"[WARN][", Level::Warn),
    (b"[WARNING][", Level::Warn),
    (b"[ERROR][", Level::Error),
    (b"[FATAL][", Level::Fatal),
];

/// How long the name of a source file may be, with its line, in bytes.
const LONGEST_PLACE: usize = 128;

/// The head, if it is one of this form.
pub fn head(line: &[u8]) -> Option<Head> {
    let (rest, level) = NAMES.iter().find_map(|(name, level)| Some((line.strip_prefix(*name)?, *level)))?;
    let near = rest.get(..rest.len().min(LONGEST_PLACE))?;
    let end = memchr::memchr2(b']', b'\n', near)?;
    let (place, rest) = near.split_at_checked(end)?;
    let colon = memchr::memrchr(b':', place)?;
    super::cursor::number(place.get(colon + 1..)?)?;
    rest.starts_with(b"][").then_some(Head::new(Form::Ios, Some(level), None))
}

/// The fields behind the level.
pub fn fields<'a>(text: &'a [u8], record: &mut Record<'a>) -> Option<()> {
    let mut cursor = Cursor(text);
    let _level = cursor.until_both(*b"][")?;
    record.message = cursor.0;
    record.set_place(cursor.until_both(*b"][")?, b':');
    record.message = cursor.0;
    record.function = filled(cursor.until_both(*b"][")?);
    record.message = cursor.0;
    record.tag = filled(cursor.until(b']')?);
    record.message = cursor.0;
    Some(())
}

#[cfg(test)]
mod tests {
    use super::super::parse;
    use super::*;

    #[test]
    fn every_field() {
        let record = parse("[INFO][TIMManager.mm:137][-[TIMManager initSdk:]][ImSDK]Has InitSDK, skip").unwrap();
        assert_eq!(record.head, Head::new(Form::Ios, Some(Level::Info), None));
        assert_eq!((record.source, record.line), (Some(&b"TIMManager.mm"[..]), Some(137)));
        assert_eq!((record.function, record.tag), (Some(&b"-[TIMManager initSdk:]"[..]), Some(&b"ImSDK"[..])));
        assert_eq!(record.message, b"Has InitSDK, skip");
    }

    #[test]
    fn others_are_no_heads() {
        for line in ["[INFO] starting", "[INFO][x][y][z]", "[custom] data", "[INFO][a.mm:1]\n", "[NOTE][a.mm:1][f][t]m"]
        {
            assert_eq!(parse(line), None, "{line}");
        }
    }
}
