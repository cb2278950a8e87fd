//! Lines that no app logged: those of mars' log writer itself, and the markers of decoders where something is missing.
//!
//! Source: mars' `log_appender.cc` and its decoding scripts.

use super::cursor::Cursor;
use super::{Form, Head, Time};

/// What every marker of imlog starts with: a line where something is missing.
pub const MARKER_PREFIX: &str = "[F]imlog: ";

/// The markers of imlog, and of the scripts of mars.
const MARKERS: [&[u8]; 2] = [MARKER_PREFIX.as_bytes(), b"[F]decode_log_file.py "];

/// How notes without a time begin.
const NOTES: [&[u8]; 11] = [
    b"~~~~~ begin of mmap ~~~~~",
    b"get mmap time: ",
    b"MARS_URL: ",
    b"MARS_PATH: ",
    b"MARS_REVISION: ",
    b"MARS_BUILD_TIME: ",
    b"MARS_BUILD_JOB: ",
    b"MARS_TAG: ",
    b"log appender mode:",
    b"log dir space info, ",
    b"cache dir space info, ",
];

/// How notes begin that end with `[pid,tid][time]`.
const TIMED: [&[u8]; 3] = [b"^^^^^^^^^^", b"$$$$$$$$$$", b"~~~~~ end of mmap ~~~~~"];

/// The longest note with a time, in bytes.
const LONGEST: usize = 256;

/// The head of a marker.
pub fn marker(line: &[u8]) -> Option<Head> {
    MARKERS.iter().any(|prefix| line.starts_with(prefix)).then_some(Head::new(Form::Marker, None, None))
}

/// Whether a marker says that something was lost. A skip in seq is not a loss by itself.
pub fn tells_of_loss(text: &[u8]) -> bool {
    let sentence = MARKERS.iter().find_map(|prefix| text.strip_prefix(*prefix));
    sentence.is_some_and(|sentence| !sentence.starts_with(b"log seq:") && !sentence.starts_with(b"partial: "))
}

/// The head of a note of the log writer.
pub fn head(line: &[u8]) -> Option<Head> {
    if NOTES.iter().any(|note| line.starts_with(note)) {
        return Some(Head::new(Form::Note, None, None));
    }
    TIMED.iter().any(|note| line.starts_with(note)).then(|| Head::new(Form::Note, None, time(line)))
}

/// `…[pid,tid][2023-11-05 +0800 04:16:36]`
fn time(line: &[u8]) -> Option<Time> {
    let end = memchr::memchr(b'\n', line).unwrap_or(line.len());
    let line = line.get(..end.min(LONGEST))?.trim_ascii_end().strip_suffix(b"]")?;
    let mut cursor = Cursor(line.get(memchr::memrchr(b'[', line)? + 1..)?);
    let day = cursor.date()?;
    cursor.literal(b" ")?;
    let ahead = cursor.sign()?;
    let zone = i16::try_from(cursor.number()?).ok().filter(|&zone| zone <= 1500)?;
    cursor.literal(b" ")?;
    let wall = day * super::time::DAY + cursor.time_of_day()?;
    Some(Time { wall, zone: Some(ahead * (zone / 100 * 60 + zone % 100)) })
}

#[cfg(test)]
mod tests {
    use super::super::parse;
    use super::*;

    #[test]
    fn banners_have_a_time() {
        let line = "^^^^^^^^^^Nov 22 2023^^^20:14:53^^^^^^^^^^[8350,8350][2023-11-05 +0800 04:16:36]\n";
        let record = parse(line).unwrap();
        assert_eq!(record.head.form, Form::Note);
        assert_eq!(record.head.time.unwrap().to_string(), "2023-11-05T04:16:36.000+08:00");
        assert_eq!(record.message, line.trim_end().as_bytes());
        let head = Head::of(b"~~~~~ end of mmap ~~~~~[1,2][2023-11-05 -0330 04:16:36]").unwrap();
        assert_eq!(head.time.unwrap().zone, Some(-210));
    }

    #[test]
    fn nonsense_is_no_time() {
        for text in
            ["", "2025-03-03", "2025-03-03 0800 08:53:00]", "2025-13-03 +0800 08:53:00]", "2025-03-03 +é 08:53:00]"]
        {
            let line = format!("^^^^^^^^^^Nov 22 2023^^^20:14:53^^^^^^^^^^[8350,8350][{text}");
            assert_eq!(Head::of(line.as_bytes()), Some(Head::new(Form::Note, None, None)), "{line}");
        }
    }

    #[test]
    fn other_notes_and_markers_have_none() {
        for line in ["get mmap time: 1", "MARS_URL: ", "~~~~~ begin of mmap ~~~~~", "^^^^^^^^^^", "$$$$$$$$$$[1,2][x]"]
        {
            assert_eq!(Head::of(line.as_bytes()), Some(Head::new(Form::Note, None, None)), "{line}");
        }
        for line in ["[F]imlog: 5 bytes lost", "[F]decode_log_file.py log seq:38-38 is missing"] {
            assert_eq!(Head::of(line.as_bytes()), Some(Head::new(Form::Marker, None, None)), "{line}");
        }
        assert!(tells_of_loss(b"[F]imlog: 5 bytes lost") && !tells_of_loss(b"[F]decode_log_file.py log seq:38-38 is"));
        for line in ["get", "MARS", "log in", "~~~~~", "^^^", "[F]imlog"] {
            assert_eq!(Head::of(line.as_bytes()), None, "{line}");
        }
    }
}
