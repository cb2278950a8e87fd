//! The names of members: from bytes, in the encoding of whoever wrote the archive, to text, and to a path that is safe to
//! write to.

use std::fmt::Write;
use std::path::{Path, PathBuf};

use crate::file_name::is_device;

/// A member's name as text, without loss: UTF-8; else GBK, which Chinese Windows writes into zips; else ASCII with
/// `%FF` for each byte that is not ASCII.
pub fn text(raw: &[u8]) -> String {
    if let Ok(text) = std::str::from_utf8(raw) {
        return text.into();
    }
    if let Some(text) = encoding_rs::GBK.decode_without_bom_handling_and_without_replacement(raw) {
        return text.into_owned();
    }
    raw.iter().fold(String::new(), |mut text, &byte| {
        match byte {
            b'%' => text.push_str("%25"),
            0..0x80 => text.push(byte.into()),
            // Writing to a string can't fail.
            _ => drop(write!(text, "%{byte:02X}")),
        }
        text
    })
}

/// No system has longer paths, in bytes.
pub const LONGEST: usize = 4096;

/// Nobody has logs in more folders than that, one inside the other.
pub const DEEPEST: usize = 32;

/// A name for a message: of a long name, its start and end.
pub fn short(raw: &[u8]) -> String {
    match (raw.first_chunk::<80>(), raw.last_chunk::<80>()) {
        (Some(start), Some(end)) if raw.len() > 160 => format!("{}…{}", text(start), text(end)),
        _ => text(raw),
    }
}

/// How many folders it is in.
pub fn depth(name: &str) -> usize {
    parts(without_drive(name)).count().saturating_sub(1)
}

fn parts(name: &str) -> impl DoubleEndedIterator<Item = &str> + Clone {
    name.split(['/', '\\']).filter(|part| !matches!(*part, "" | "."))
}

/// The path below an output folder that a member of this name is written to, on any system the same.
///
/// It is made of plain names only: nothing absolute, no drive, no `..`, and no
/// character or name that is special on Windows. So it never leads out of the folder. Anything else becomes `_`. `None`
/// for an empty name.
pub fn safe_path(name: &str) -> Option<PathBuf> {
    let path: PathBuf = parts(without_drive(name)).map(safe_part).collect();
    (!path.as_os_str().is_empty()).then_some(path)
}

/// Without a drive: `C:` before a slash or a name.
fn without_drive(name: &str) -> &str {
    match name.as_bytes() {
        [letter, b':', ..] if letter.is_ascii_alphabetic() => name.get(2..).unwrap_or_default(),
        _ => name,
    }
}

fn safe_part(part: &str) -> String {
    let plain = |c: char| !c.is_control() && !matches!(c, '<' | '>' | ':' | '"' | '|' | '?' | '*' | '/' | '\\');
    let mut safe = safe_end(part.chars().map(|c| if plain(c) { c } else { '_' }).collect());
    if is_device(&safe) {
        safe.insert(0, '_');
    }
    safe
}

/// The name of a folder or file with `_` for the dots and spaces at its end, which Windows drops: `..` is all dots.
pub fn safe_end(mut name: String) -> String {
    let kept = name.trim_end_matches(['.', ' ']).len();
    let dropped = name.len() - kept;
    name.truncate(kept);
    name.extend(std::iter::repeat_n('_', dropped));
    name
}

/// Whether macOS added it: `__MACOSX/` and `._NAME` hold attributes of files.
pub fn is_apple_double(name: &str) -> bool {
    let mut parts = parts(name);
    let folder = parts.clone().next() == Some("__MACOSX");
    folder || parts.next_back().is_some_and(|part| part.starts_with("._"))
}

/// The path with `~2` before its endings, or another number: for a second text of the same name.
pub fn numbered(path: &Path, number: u32) -> PathBuf {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    // The text of a log has two endings, `.xlog.log`.
    let log = name.strip_suffix(".log").unwrap_or(&name);
    let stem = log.rsplit_once('.').map_or(log, |(stem, _)| stem);
    let endings = name.strip_prefix(stem).unwrap_or_default();
    path.with_file_name(format!("{stem}~{number}{endings}"))
}

#[cfg(test)]
mod tests {
    use std::path::Component;

    use proptest::prelude::*;

    use super::*;

    fn safe(name: &str) -> String {
        safe_path(name).unwrap_or_default().to_string_lossy().replace('\\', "/")
    }

    #[test]
    fn text_is_decoded_or_escaped_never_lost() {
        assert_eq!(text("日志/a.xlog".as_bytes()), "日志/a.xlog");
        assert_eq!(text(b"\xC8\xD5\xD6\xBE/a.xlog"), "日志/a.xlog");
        assert_eq!(text(b"a\xFFb%.xlog"), "a%FFb%25.xlog");
    }

    #[test]
    fn plain_names_stay_as_they_are() {
        for name in
            ["a.xlog", "Android/data/com.example.app/files/log/imsdk_20231106.xlog", "日志/a b.xlog", ".hidden/a"]
        {
            assert_eq!(safe(name), name);
        }
    }

    #[test]
    fn nothing_leads_out() {
        for (name, expected) in [
            ("/etc/passwd", "etc/passwd"),
            ("//server/share/a", "server/share/a"),
            ("../../a", "__/__/a"),
            ("a/../../b", "a/__/__/b"),
            ("..\\..\\a.xlog", "__/__/a.xlog"),
            ("C:\\Windows\\a.xlog", "Windows/a.xlog"),
            ("c:a.xlog", "a.xlog"),
            ("a/c:/b", "a/c_/b"),
            ("a.xlog:stream", "a.xlog_stream"),
            ("./a/./b", "a/b"),
            ("a//b/", "a/b"),
            ("a\n\x1b[31m\0.xlog", "a__[31m_.xlog"),
            ("CON", "_CON"),
            ("nul.xlog", "_nul.xlog"),
            ("com1.x/LPT9", "_com1.x/_LPT9"),
            ("common/lpt", "common/lpt"),
            ("dots.../space ", "dots___/space_"),
            ("...", "___"),
            ("", ""),
            ("/", ""),
            ("..", "__"),
        ] {
            assert_eq!(safe(name), expected, "{name:?}");
        }
    }

    #[test]
    fn long_names_are_shown_by_their_ends() {
        assert_eq!(short("日志.xlog".as_bytes()), "日志.xlog");
        let long = format!("start{}end.xlog", "/a".repeat(10_000));
        let short = short(long.as_bytes());
        assert!(short.starts_with("start/a/a") && short.contains("/…/a") && short.ends_with("aend.xlog"), "{short}");
        assert_eq!(depth(&long), 10_000);
        assert_eq!([depth("a.xlog"), depth("/a/./b\\c.xlog"), depth("c:a")], [0, 2, 0]);
    }

    #[test]
    fn apple_double_files_are_known() {
        for name in ["__MACOSX/a/._b.xlog", "__MACOSX/x", "a/._b.xlog", "._a", "./._a"] {
            assert!(is_apple_double(name), "{name}");
        }
        for name in ["a/b.xlog", "a/__MACOSX.xlog", "x._a", ".a"] {
            assert!(!is_apple_double(name), "{name}");
        }
    }

    #[test]
    fn numbers_stand_before_the_ending() {
        assert_eq!(numbered(Path::new("d/a.xlog.log"), 2), Path::new("d/a~2.xlog.log"));
        assert_eq!(numbered(Path::new("1.2.mmap3.log"), 10), Path::new("1.2~10.mmap3.log"));
        assert_eq!(numbered(Path::new("a.log"), 2), Path::new("a~2.log"));
        assert_eq!(numbered(Path::new("a"), 3), Path::new("a~3"));
    }

    proptest! {
        #[test]
        fn any_name_is_safe(raw in prop::collection::vec(any::<u8>(), 0..60)) {
            check(&text(&raw))?;
        }

        #[test]
        fn any_hostile_name_is_safe(parts in prop::collection::vec("[.]{0,3}|[cC]:|/|\\\\|con|NUL[.]x|[ .]{1,3}|a\\PC{0,3}", 0..9)) {
            check(&parts.concat())?;
        }
    }

    fn check(name: &str) -> Result<(), TestCaseError> {
        let Some(path) = safe_path(name) else { return Ok(()) };
        prop_assert!(path.components().all(|part| matches!(part, Component::Normal(_))), "{name:?} {path:?}");
        for part in path.components() {
            let part = part.as_os_str().to_str().expect("text");
            prop_assert!(!part.contains([':', '\\', '/', '\0']) && !part.ends_with(['.', ' ']) && !is_device(part));
        }
        // What is safe stays as it is.
        prop_assert_eq!(safe_path(&safe(name)), Some(path));
        Ok(())
    }
}
