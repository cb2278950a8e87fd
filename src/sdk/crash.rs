//! Signs of a crash: what the system, or an app's own handler, writes when a process dies.

/// What starts such a line, and what it is called. Sources: posted logs of SDK 4.5 to 8.1, and Android's and Apple's
/// documentation on crash reports.
const SIGNS: [(&str, &str); 7] = [
    ("*** Terminating app due to uncaught exception", "uncaught exception"),
    ("Abort message:", "abort"),
    ("FATAL EXCEPTION", "uncaught exception"),
    ("Fatal signal", "fatal signal"),
    ("signal:", "signal"),
    ("signal ", "signal"),
    ("#00 pc ", "stack trace"),
];

/// The sign of a crash that starts this line.
pub fn sign(line: &[u8]) -> Option<&'static str> {
    let line = line.trim_ascii_start();
    // Nearly all lines start with another letter.
    if !matches!(line.first(), Some(b'*' | b'A' | b'F' | b's' | b'#')) {
        return None;
    }
    let (_, name) = SIGNS.iter().find(|(start, _)| line.starts_with(start.as_bytes()))?;
    // "signal" is a word of its own, too: a signal has a number.
    let is_word = *name == "signal" && memchr::memmem::find(line.get(..line.len().min(64))?, b"(SIG").is_none();
    (!is_word).then_some(name)
}

/// The first line of `record`, behind its own first one, that is the sign of a crash, and what it is called.
pub fn sign_in_continuation(record: &[u8]) -> Option<(&[u8], &'static str)> {
    let first = memchr::memchr(b'\n', record)?;
    let lines = record.get(first + 1..)?.split(|byte| *byte == b'\n');
    lines.filter_map(|line| Some((line, sign(line)?))).next()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn crashes_and_what_only_looks_like_one() {
        assert_eq!(sign(b"signal:7 (SIGBUS),code:2 (BUS_ADRERR),fault addr:0x7f5fe06000"), Some("signal"));
        assert_eq!(sign(b"signal 11 (SIGSEGV), code 1"), Some("signal"));
        assert_eq!(sign(b"#00 pc 000000000001c324  /system/lib64/libc.so (memcpy+220)"), Some("stack trace"));
        assert_eq!(sign(b"*** Terminating app due to uncaught exception"), Some("uncaught exception"));
        for line in [&b"signal: invite"[..], b"signaling invite", b"a signal (SIG", b""] {
            assert_eq!(sign(line), None);
        }
        let record = b"TIM: a\n[text] content size:6\nsignal:7 (SIGBUS),code:2\n#00 pc 00";
        let found = sign_in_continuation(record).map(|(line, name)| (line.len(), name));
        assert_eq!(found, Some((24, "signal")));
        assert!(sign_in_continuation(b"signal:7 (SIGBUS)").is_none());
    }
}
