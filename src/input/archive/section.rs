//! Parts of files.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::sync::Arc;

use super::at;

/// A part of an open file. Several can be read at the same time: each has its own position.
#[derive(Clone, Debug)]
pub struct Section {
    file: Arc<File>,
    pub(super) start: u64,
    at: u64,
    end: u64,
    /// It should be longer, but the file ends before.
    is_short: bool,
}

impl Section {
    /// All of `file`.
    ///
    /// # Errors
    /// Those of the file system.
    pub fn new(file: Arc<File>) -> io::Result<Section> {
        let end = file.metadata()?.len();
        Ok(Section { file, start: 0, at: 0, end, is_short: false })
    }

    /// The file that it is a part of.
    pub(super) fn file(&self) -> Arc<File> {
        self.file.clone()
    }

    /// Its length in bytes.
    pub fn size(&self) -> u64 {
        self.end - self.start
    }

    /// A part of it. It never extends past its end: if it should, reading up to there ends in an error.
    pub fn part(&self, start: u64, len: u64) -> Section {
        let start = self.start.saturating_add(start);
        let end = start.saturating_add(len);
        let is_short = end > self.end;
        let (start, end) = (start.min(self.end), end.min(self.end));
        Section { file: self.file.clone(), start, at: start, end, is_short }
    }
}

impl Read for Section {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let most = usize::try_from(self.end.saturating_sub(self.at)).unwrap_or(usize::MAX).min(buffer.len());
        let read = at::read(&self.file, &mut buffer[..most], self.at)?;
        self.at += read as u64;
        if read == 0 && !buffer.is_empty() && self.is_short {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        Ok(read)
    }
}

impl Seek for Section {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let at = match to {
            SeekFrom::Start(at) => self.start.checked_add(at),
            SeekFrom::End(by) => self.end.checked_add_signed(by),
            SeekFrom::Current(by) => self.at.checked_add_signed(by),
        };
        self.at = at.filter(|at| *at >= self.start).ok_or(io::ErrorKind::InvalidInput)?;
        Ok(self.at - self.start)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    #[test]
    fn parts_of_a_section_stay_within() {
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(b"0123456789").unwrap();
        let section = Section::new(Arc::new(file)).unwrap();
        let mut part = section.part(2, 5).part(1, 100);
        let mut text = Vec::new();
        assert_eq!(part.read_to_end(&mut text).unwrap_err().kind(), io::ErrorKind::UnexpectedEof);
        let text = String::from_utf8(text).unwrap();
        assert_eq!(text, "3456");
        assert_eq!(part.seek(SeekFrom::End(-1)).unwrap(), 3);
        assert!(part.seek(SeekFrom::Current(-4)).is_err());
    }
}
