//! Files that only their owner may read.

use std::io::{self, Write};
use std::path::Path;

/// Writes a file that only its owner may read, and that must not exist yet.
///
/// # Errors
/// [`io::ErrorKind::AlreadyExists`], and the others of the file system. No file is left behind then.
pub fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    // Temporary files have mode 0600 from the start.
    let mut file = tempfile::Builder::new().prefix(".imlog-").tempfile_in(folder).map_err(without_path)?;
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    file.persist_noclobber(path).map(drop).map_err(|error| error.error)
}

/// Without the path of the temporary file, which means nothing to the user.
fn without_path(error: io::Error) -> io::Error {
    error.kind().into()
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn only_the_owner_may_read_it_and_nothing_is_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("app.key");
        write(&path, b"secret").unwrap();
        assert_eq!(write(&path, b"another").unwrap_err().kind(), io::ErrorKind::AlreadyExists);
        assert_eq!(fs::read(&path).unwrap(), b"secret");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        }
    }
}
