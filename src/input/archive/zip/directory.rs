//! The directory at the end of a zip. Source of all fields: PKWARE's APPNOTE, 4.3.12 to 4.3.16 and 4.5.3.
//!
//! Two members may have the same name; crates that look members up by name keep one of them. So the directory is read
//! here, in place, member by member.

use std::io::{self, BufReader, Read, Seek, SeekFrom};

use super::super::section::Section;
use super::entry::{LocalHeader, ZipEntry, widen};

/// The record at the end, before a comment of up to 64 KiB. Some copies have padding after it.
const END: [u8; 4] = *b"PK\x05\x06";
const TAIL: u64 = 1 << 20;
/// The locator of a second record with wider fields, right before the first, and that record.
const LOCATOR: [u8; 4] = *b"PK\x06\x07";
const WIDE_END: [u8; 4] = *b"PK\x06\x06";
/// A member.
const MEMBER: [u8; 4] = *b"PK\x01\x02";

/// Where a zip's directory is.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Directory {
    start: u64,
    end: u64,
    /// To be added to the offsets in the directory.
    base: u64,
}

impl Directory {
    /// Finds it and checks all of it. `None` if there is none, if it is damaged, or if it is another zip's.
    ///
    /// # Errors
    /// Those of the file system.
    pub(super) fn find(section: &Section) -> io::Result<Option<Directory>> {
        let size = section.size();
        let start = size - size.min(TAIL);
        let mut tail = Vec::new();
        section.part(start, size - start).read_to_end(&mut tail)?;
        // A comment may hold what looks like a record. The number of tries is limited.
        let mut tries = 4;
        for at in memchr::memmem::rfind_iter(&tail, &END) {
            let Some(end) = End::read(section, &tail, at, start + at as u64)? else { continue };
            let Some(directory) = end.directory(section)? else { continue };
            if directory.is_intact(section, &end)? {
                return Ok(Some(directory));
            }
            tries -= 1;
            if tries == 0 {
                break;
            }
        }
        Ok(None)
    }

    fn is_intact(&self, section: &Section, end: &End) -> io::Result<bool> {
        let (mut count, mut members) = (0u64, self.members(section));
        while members.next(false)?.is_some() {
            count += 1;
        }
        let size = self.end - self.start - members.left;
        // Programs without the wider fields count modulo 65,536: there may be more.
        if !members.goes_on_well || count < end.count || size < end.size {
            return Ok(false);
        }
        // It may belong to a zip inside this one, which is cut off after it.
        let is_anothers = count == 0 || self.base > 0;
        Ok(!(is_anothers && LocalHeader::read(section, 0).is_ok()))
    }

    /// Shows each member, until `show` returns false.
    ///
    /// # Errors
    /// Those of the file system.
    pub(super) fn visit(&self, section: &Section, show: &mut dyn FnMut(ZipEntry) -> bool) -> io::Result<()> {
        let mut members = self.members(section);
        while let Some(entry) = members.next(true)? {
            if !show(entry) {
                break;
            }
        }
        Ok(())
    }

    fn members(&self, section: &Section) -> Members {
        let left = self.end - self.start;
        let reader = BufReader::with_capacity(64 << 10, section.part(self.start, left));
        Members { reader, left, base: self.base, goes_on_well: true }
    }
}

/// The record at the end.
struct End {
    /// Where it starts, or where the wider one does.
    at: u64,
    count: u64,
    size: u64,
    /// Where the directory starts, as it says.
    offset: u64,
}

impl End {
    /// Reads the one at `at` in `tail`, and the wider one if there is one. `None` if there is none.
    fn read(section: &Section, tail: &[u8], at: usize, place: u64) -> io::Result<Option<End>> {
        let Some(fields) = tail.get(at..).and_then(|bytes| bytes.first_chunk::<22>()) else { return Ok(None) };
        let count = u16_at(fields, 10).into();
        let (size, offset) = (u32_at(fields, 12).into(), u32_at(fields, 16).into());
        let narrow = End { at: place, count, size, offset };
        let locator =
            at.checked_sub(20).and_then(|start| tail.get(start..at)).filter(|bytes| bytes.starts_with(&LOCATOR));
        let Some(locator) = locator else { return Ok(Some(narrow)) };
        // Where the locator says, or, if other bytes precede the zip, where it usually is.
        for wide in [Some(u64_at(locator, 8)), place.checked_sub(20 + 56)].into_iter().flatten() {
            let mut fields = [0; 56];
            if wide < place && read_at(section, wide, &mut fields)? && fields.starts_with(&WIDE_END) {
                let (count, size, offset) = (u64_at(&fields, 32), u64_at(&fields, 40), u64_at(&fields, 48));
                return Ok(Some(End { at: wide, count, size, offset }));
            }
        }
        Ok(Some(narrow))
    }

    /// The directory that it points to: right before it, or at the offset in it.
    fn directory(&self, section: &Section) -> io::Result<Option<Directory>> {
        let before = self.at.checked_sub(self.size).filter(|start| *start >= self.offset);
        let told = self.offset.checked_add(self.size).filter(|end| *end <= self.at).map(|_| self.offset);
        for start in [before, told].into_iter().flatten() {
            let mut signature = [0; 4];
            if self.size == 0 || read_at(section, start, &mut signature)? && signature == MEMBER {
                // What is between it and the record is not a member, or one that was not counted.
                return Ok(Some(Directory { start, end: self.at, base: start - self.offset }));
            }
        }
        Ok(None)
    }
}

/// The members of a directory, one after the other.
struct Members {
    reader: BufReader<Section>,
    /// Bytes up to the record at the end.
    left: u64,
    base: u64,
    /// Whether no member is cut off.
    goes_on_well: bool,
}

impl Members {
    /// The next one, without its name if that is not needed; `None` after the last.
    fn next(&mut self, with_name: bool) -> io::Result<Option<ZipEntry>> {
        let mut fields = [0; 46];
        let fixed = self.left.min(46) as usize;
        self.reader.read_exact(fields.get_mut(..fixed).unwrap_or_default())?;
        if !fields.starts_with(&MEMBER) {
            return Ok(None);
        }
        let [name_len, extra_len, comment_len] = [28, 30, 32].map(|at| u16_at(&fields, at));
        let len = 46 + u64::from(name_len) + u64::from(extra_len) + u64::from(comment_len);
        let Some(left) = self.left.checked_sub(len) else {
            self.goes_on_well = false;
            return Ok(None);
        };
        self.left = left;
        let (mut name, mut extra) = (Vec::new(), Vec::new());
        if with_name {
            (name, extra) = (vec![0; name_len.into()], vec![0; extra_len.into()]);
            self.reader.read_exact(&mut name)?;
            self.reader.read_exact(&mut extra)?;
            self.reader.seek_relative(comment_len.into())?;
        } else {
            self.reader.seek_relative(len as i64 - 46)?;
        }
        let mut sizes = [u32_at(&fields, 24), u32_at(&fields, 20), u32_at(&fields, 42)].map(u64::from);
        widen(&mut sizes, &extra);
        let [len, packed, header] = sizes;
        // Written on Unix, it holds the file type.
        let has_modes = matches!(fields[5], 3 | 19);
        let kind = if has_modes { u32_at(&fields, 38) >> 16 & 0o170_000 } else { 0 };
        let is_file = !name.ends_with(b"/") && !name.ends_with(b"\\") && matches!(kind, 0 | 0o100_000);
        let header = header.saturating_add(self.base);
        let is_encrypted = u16_at(&fields, 8) & 1 != 0;
        let check = Some((len, u32_at(&fields, 16)));
        Ok(Some(ZipEntry { name, is_file, is_encrypted, header, packed, check }))
    }
}

fn u16_at(bytes: &[u8], at: usize) -> u16 {
    bytes.get(at..).and_then(|bytes| bytes.first_chunk()).map_or(0, |bytes| u16::from_le_bytes(*bytes))
}

fn u32_at(bytes: &[u8], at: usize) -> u32 {
    bytes.get(at..).and_then(|bytes| bytes.first_chunk()).map_or(0, |bytes| u32::from_le_bytes(*bytes))
}

fn u64_at(bytes: &[u8], at: usize) -> u64 {
    bytes.get(at..).and_then(|bytes| bytes.first_chunk()).map_or(0, |bytes| u64::from_le_bytes(*bytes))
}

/// Whether all of `bytes` is there.
fn read_at(section: &Section, at: u64, bytes: &mut [u8]) -> io::Result<bool> {
    let mut section = section.clone();
    section.seek(SeekFrom::Start(at))?;
    match section.read_exact(bytes) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Ok(false),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;
    use std::sync::Arc;

    use super::*;

    /// A zip of stored members with these names, each of which holds its number. Returns its bytes, and where its
    /// directory and its end record start.
    fn zip(names: &[&str]) -> (Vec<u8>, usize, usize) {
        let (mut bytes, mut directory) = (Vec::new(), Vec::new());
        for (number, name) in names.iter().enumerate() {
            let start = (bytes.len() as u32).to_le_bytes();
            let len = [(name.len() as u16).to_le_bytes(), [0, 0]].concat();
            let sizes = [[0; 4], 1u32.to_le_bytes(), 1u32.to_le_bytes()].concat();
            bytes.extend([&b"PK\x03\x04"[..], &[0; 10], &sizes, &len, name.as_bytes(), &[number as u8]].concat());
            directory.extend([&b"PK\x01\x02"[..], &[0; 12], &sizes, &len, &[0; 10], &start, name.as_bytes()].concat());
        }
        let start = bytes.len();
        bytes.extend(&directory);
        let end = bytes.len();
        bytes.extend(record(names.len() as u16, directory.len() as u32, start as u32));
        (bytes, start, end)
    }

    fn record(count: u16, size: u32, offset: u32) -> Vec<u8> {
        let fields = [count.to_le_bytes(), count.to_le_bytes()].concat();
        [&END[..], &[0; 4], &fields, &size.to_le_bytes(), &offset.to_le_bytes(), &[0; 2]].concat()
    }

    fn names(bytes: &[u8]) -> Option<Vec<String>> {
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(bytes).unwrap();
        let section = Section::new(Arc::new(file)).unwrap();
        let mut names = Vec::new();
        Directory::find(&section)
            .unwrap()?
            .visit(&section, &mut |entry| {
                assert!(LocalHeader::read(&section, entry.header).is_ok_and(|header| header.name == entry.name));
                names.push(String::from_utf8(entry.name).unwrap());
                true
            })
            .unwrap();
        Some(names)
    }

    #[test]
    fn every_member_comes_once_even_with_the_same_name() {
        let all = ["a", "b", "a", "a"];
        let (bytes, ..) = zip(&all);
        assert_eq!(names(&bytes).unwrap(), all);
        assert_eq!(names(&zip(&[]).0).unwrap(), [""; 0]);
    }

    #[test]
    fn other_bytes_may_surround_it() {
        let (bytes, start, end) = zip(&["a", "b"]);
        let (members, rest) = bytes.split_at(start);
        let (directory, record) = rest.split_at(end - start);
        let padded = [&bytes, &[0; 100_000][..]].concat();
        let commented = [&bytes[..bytes.len() - 2], &[3, 0], b"abc"].concat();
        // A record of no members, in the comment.
        let misleading = [&bytes[..bytes.len() - 2], &[22, 0], b"PK\x05\x06", &[0; 18]].concat();
        let with_stub = [&[7; 100], bytes.as_slice()].concat();
        let signed = [members, directory, b"PK\x05\x05\x03\0abc", record].concat();
        for bytes in [bytes.clone(), padded, commented, misleading, with_stub, signed] {
            assert_eq!(names(&bytes).unwrap(), ["a", "b"]);
        }
        let shifted = [members, b"gap", directory, record].concat();
        assert_eq!(names(&shifted), None, "its places are wrong");
    }

    #[test]
    fn wide_fields_are_used_where_present() {
        let (bytes, start, end) = zip(&["a", "b"]);
        let wide = |place: u64| {
            let mut wide =
                [&WIDE_END[..], &44u64.to_le_bytes(), &[0; 12], &2u64.to_le_bytes(), &2u64.to_le_bytes()].concat();
            wide.extend([(end - start) as u64, start as u64].map(u64::to_le_bytes).concat());
            wide.extend([&LOCATOR[..], &[0; 4], &place.to_le_bytes(), &[1, 0, 0, 0]].concat());
            [&bytes[..end], &wide, &record(u16::MAX, u32::MAX, u32::MAX)].concat()
        };
        assert_eq!(names(&wide(end as u64)).unwrap(), ["a", "b"]);
        assert_eq!(names(&wide(0)).unwrap(), ["a", "b"], "right before");
        assert_eq!(names(&[&[7; 100], wide(end as u64).as_slice()].concat()).unwrap(), ["a", "b"]);
        let mut numbers = [1, u32::MAX.into(), u32::MAX.into()];
        let field = [&[9, 9, 1, 0, 7, 1, 0, 16, 0][..], &5u64.to_le_bytes(), &6u64.to_le_bytes()].concat();
        widen(&mut numbers, &field);
        assert_eq!(numbers, [1, 5, 6]);
    }

    #[test]
    fn a_damaged_or_foreign_directory_is_none() {
        let (bytes, start, end) = zip(&["a", "b", "c"]);
        assert_eq!(names(&bytes[..end]), None);
        let mut flipped = bytes.clone();
        flipped[start + 48] ^= 1;
        assert_eq!(names(&flipped), None, "a member is longer than it was: {:?}", names(&flipped));
        for (count, size, is_found) in [(2, end - start, true), (4, end - start, false), (0, 0, false), (3, end, false)]
        {
            let bytes = [&bytes[..end], &record(count, size as u32, start as u32)].concat();
            assert_eq!(names(&bytes).is_some_and(|names| names == ["a", "b", "c"]), is_found, "{count} {size}");
        }
        // A zip in a zip that is cut off after it.
        let inner = zip(&["x", "y"]).0;
        assert_eq!(names(&[&bytes[..start], &inner].concat()), None);
    }
}
