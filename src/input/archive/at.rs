//! Reading and writing files at an offset, whatever the file's own position: several threads read the same file at the
//! same time, and on Windows each such read moves that position.

use std::fs::File;
use std::io::{self, Write};

#[cfg(unix)]
use std::os::unix::fs::FileExt;
#[cfg(windows)]
use std::os::windows::fs::FileExt;

/// Reads at offset `at`.
///
/// # Errors
/// Those of the file system.
pub(super) fn read(file: &File, buffer: &mut [u8], at: u64) -> io::Result<usize> {
    #[cfg(unix)]
    return file.read_at(buffer, at);
    #[cfg(windows)]
    return file.seek_read(buffer, at);
}

/// Writes to a file from an offset on.
pub(super) struct Writer<'a> {
    pub(super) file: &'a File,
    pub(super) at: u64,
}

impl Write for Writer<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        #[cfg(unix)]
        let written = self.file.write_at(bytes, self.at)?;
        #[cfg(windows)]
        let written = self.file.seek_write(bytes, self.at)?;
        self.at += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
