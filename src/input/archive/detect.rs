//! What a file that is named like an archive is: by its first bytes; if they don't say it, by its name.

use std::path::Path;

use super::{Format, Loaded, ProblemCause};
use crate::file_name::uncompressed;
use crate::input::wanted::{Class, Wanted};

/// What a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::input) enum Detected {
    /// An archive, or something compressed.
    Archive(Format),
    /// A log or a cache file.
    Log(Class),
    /// The text of a log, which nobody looks for here.
    Text,
}

/// What the file called `name` is that starts with `head`, up to [`Format::HEAD`] bytes. A log often keeps the name
/// `*.gz` after something has unpacked it on its way.
///
/// # Errors
/// When it should be an archive and is not. If its bytes end in an error, that is why: the archive `around` it is damaged.
pub(in crate::input) fn detect(
    head: &mut Loaded,
    name: &Path,
    around: Format,
    wanted: Wanted,
) -> Result<Detected, ProblemCause> {
    if let Some(kind) = Format::of(head.held()) {
        return Ok(Detected::Archive(kind));
    }
    match uncompressed(name).and_then(|name| wanted.class(&name)) {
        Some(class @ (Class::Log | Class::Cache)) => return Ok(Detected::Log(class)),
        Some(Class::Text) => return Ok(Detected::Text),
        Some(Class::Archive) | None => {}
    }
    if let Some(error) = head.take_error() {
        return Err(ProblemCause::within(around, error));
    }
    // A tar without members is all zeros.
    let is_zero = head.held().iter().all(|&byte| byte == 0);
    if is_zero && head.held().len() == Format::HEAD {
        Ok(Detected::Archive(Format::Tar))
    } else {
        Err(ProblemCause::NoArchive)
    }
}

#[cfg(test)]
mod tests {
    use std::io;

    use super::*;

    fn of(bytes: &[u8], name: &str) -> Result<Detected, String> {
        let mut head = Loaded::new(&mut &*bytes, Format::HEAD as u64);
        detect(&mut head, Path::new(name), Format::Gzip, Wanted::default()).map_err(|cause| cause.to_string())
    }

    #[test]
    fn content_comes_first_then_the_name() {
        assert_eq!(of(b"PK\x03\x04", "a.xlog.gz"), Ok(Detected::Archive(Format::Zip)));
        assert_eq!(of(b"\x09log", "a.xlog.gz"), Ok(Detected::Log(Class::Log)));
        assert_eq!(of(b"", "a.mmap3.zst"), Ok(Detected::Log(Class::Cache)));
        assert_eq!(of(&[0; 512], "a.tar"), Ok(Detected::Archive(Format::Tar)));
        for (bytes, name) in [(&b"Rar!"[..], "a.zip"), (b"", "a.zip"), (b"\x09log", "a.tar.gz"), (&[0; 511], "a.tar")] {
            assert_eq!(of(bytes, name), Err(ProblemCause::NoArchive.to_string()), "{name}");
        }
    }

    #[test]
    fn an_error_is_why() {
        struct Broken;
        impl io::Read for Broken {
            fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
                Err(io::ErrorKind::UnexpectedEof.into())
            }
        }
        let detected = |name: &str| {
            let mut head = Loaded::new(&mut Broken, Format::HEAD as u64);
            detect(&mut head, Path::new(name), Format::Gzip, Wanted::default())
        };
        assert!(matches!(detected("a.tgz"), Err(ProblemCause::Damaged { kind: Format::Gzip, .. })));
        assert!(matches!(detected("a.xlog.gz"), Ok(Detected::Log(_))), "it breaks when it is read");
    }
}
