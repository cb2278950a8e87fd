//! Zips: what is in one, and how to get at it. The `zip` crate reads the directory at the end; the members are read
//! by [`Route`](super::Route)s, each from its own place in the file.

use std::io::{self, Read, Seek, SeekFrom};

use super::limits::Limits;
use super::rescue;
use super::section::Section;
use super::step::Step;
use super::{Cause, Kind};

/// What a zip says of a member.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its path, as it is there.
    pub name: Vec<u8>,
    /// Whether it is a file: no folder, no link.
    pub is_file: bool,
    /// Whether it takes a password.
    pub is_encrypted: bool,
    /// Where its own header starts. `None` where the directory says a place at which there is none.
    pub header: Option<u64>,
    /// Length of its data in the zip.
    pub packed: u64,
    /// Length and checksum of its data, where it says them.
    pub check: Option<(u64, u32)>,
}

/// What is in a zip, and what keeps us from seeing more of it. Without its directory, or with one that is damaged or
/// has a name twice, members are looked for by their own headers.
pub fn entries(section: &Section, limits: Limits) -> (Vec<Entry>, Option<Cause>) {
    // A directory can be larger than the memory: it is read up to what so many members take.
    let left = limits.members.saturating_mul(192).saturating_add(1 << 20);
    let mut zip = match zip::ZipArchive::new(Bounded { section: section.clone(), left }) {
        Ok(zip) => zip,
        Err(zip::result::ZipError::Io(error)) if error.raw_os_error().is_some() => {
            return (Vec::new(), Some(error.into()));
        }
        Err(_) => {
            let (entries, _) = rescue::entries(section, 0, limits);
            let why = "the directory at its end is missing or damaged".into();
            return (entries, Some(Cause::Damaged { kind: Kind::Zip, why }));
        }
    };
    if zip.is_empty() && LocalHeader::read(section, 0).is_ok() {
        return rescue::entries(section, 0, limits);
    }
    if zip.has_duplicate_names() || !ends_with_directory(section, &zip) {
        return rescue::entries(section, zip.offset(), limits);
    }
    let mut entries = Vec::new();
    for index in 0..zip.len() {
        let name = zip.name_for_index(index).and_then(Result::ok).map(|name| name.into_owned());
        let Ok(entry) = zip.by_index_raw(index) else {
            let Some(name) = name else { return rescue::entries(section, zip.offset(), limits) };
            entries.push(Entry::without_header(name));
            continue;
        };
        let kind = entry.unix_mode().map_or(0, |mode| mode & 0o170_000);
        entries.push(Entry {
            name: entry.name_raw().to_vec(),
            is_file: entry.is_file() && matches!(kind, 0 | 0o100_000),
            is_encrypted: entry.encrypted(),
            header: Some(entry.header_start()),
            packed: entry.compressed_size(),
            check: Some((entry.size(), entry.crc32())),
        });
    }
    (entries, None)
}

/// Whether the directory has no more members than the record at the end counts. Source of its fields: PKWARE's
/// APPNOTE, 4.3.12.
fn ends_with_directory(section: &Section, zip: &zip::ZipArchive<Bounded>) -> bool {
    let mut directory = io::BufReader::new(section.clone());
    let mut read = || -> io::Result<bool> {
        directory.seek(SeekFrom::Start(zip.central_directory_start()))?;
        for _ in 0..zip.len() {
            let mut fixed = [0; 46];
            directory.read_exact(&mut fixed)?;
            let lengths = [28, 30, 32].map(|at| i64::from(u16::from_le_bytes([fixed[at], fixed[at + 1]])));
            directory.seek_relative(lengths.iter().sum())?;
        }
        let mut next = [0; 4];
        directory.read_exact(&mut next)?;
        Ok(next != *b"PK\x01\x02")
    };
    // What can't be read there has been read before: it is not the directory's end that is wrong.
    read().unwrap_or(true)
}

impl Entry {
    /// A member whose own header is damaged: nothing but its name is known.
    fn without_header(name: String) -> Entry {
        let is_file = !name.ends_with(['/', '\\']);
        Entry { name: name.into(), is_file, is_encrypted: false, header: None, packed: 0, check: None }
    }

    /// The steps to its data.
    ///
    /// # Errors
    /// When it is encrypted or compressed in another way than deflate; when its header is not there.
    pub fn steps(&self, section: &Section) -> Result<Vec<Step>, Cause> {
        let Some(header) = self.header else { return Err(LocalHeader::missing()) };
        let header = LocalHeader::read(section, header)?;
        if self.is_encrypted {
            return Err(Cause::Encrypted);
        }
        let range = Step::Range { start: header.data, len: self.packed };
        let check = self.check.map(|(len, crc)| Step::Check { len, crc });
        let inflate = match header.method {
            0 => None,
            8 => Some(Step::Inflate),
            method => return Err(Cause::Method(method_name(method))),
        };
        Ok([Some(range), inflate, check].into_iter().flatten().collect())
    }
}

/// The header before a member's data. Source of its fields: PKWARE's APPNOTE, 4.3.7.
#[derive(Debug)]
pub struct LocalHeader {
    /// Bit flags.
    pub flags: u16,
    /// Compression method.
    pub method: u16,
    /// CRC-32 of the data.
    pub crc: u32,
    /// Length of the data in the zip, as it stands there.
    pub packed: u32,
    /// Length of the data, likewise.
    pub len: u32,
    /// The name.
    pub name: Vec<u8>,
    /// Extra fields.
    pub extra: Vec<u8>,
    /// Where the data starts.
    pub data: u64,
}

impl LocalHeader {
    const LEN: usize = 30;

    fn missing() -> Cause {
        Cause::Damaged { kind: Kind::Zip, why: "a member is not where the directory says".into() }
    }

    /// Reads the one at `at`.
    ///
    /// # Errors
    /// Those of the file system; when there is none.
    pub fn read(section: &Section, at: u64) -> Result<LocalHeader, Cause> {
        let mut section = section.clone();
        let mut fixed = [0; LocalHeader::LEN];
        section.seek(SeekFrom::Start(at))?;
        section.read_exact(&mut fixed).map_err(|error| Cause::within(Kind::Zip, error))?;
        let u16_at = |at: usize| u16::from_le_bytes([fixed[at], fixed[at + 1]]);
        let u32_at = |at: usize| u32::from(u16_at(at)) | u32::from(u16_at(at + 2)) << 16;
        if !fixed.starts_with(b"PK\x03\x04") {
            return Err(LocalHeader::missing());
        }
        let (name_len, extra_len) = (u16_at(26), u16_at(28));
        let (mut name, mut extra) = (vec![0; name_len.into()], vec![0; extra_len.into()]);
        for part in [&mut name, &mut extra] {
            section.read_exact(part).map_err(|error| Cause::within(Kind::Zip, error))?;
        }
        let data = at + LocalHeader::LEN as u64 + u64::from(name_len) + u64::from(extra_len);
        let (flags, method, crc, packed, len) = (u16_at(6), u16_at(8), u32_at(14), u32_at(18), u32_at(22));
        Ok(LocalHeader { flags, method, crc, packed, len, name, extra, data })
    }
}

/// What a method is called. Source: PKWARE's APPNOTE, 4.4.5.
fn method_name(method: u16) -> String {
    let name = match method {
        1 => "shrink",
        2..=5 => "reduce",
        6 => "implode",
        9 => "deflate64",
        12 => "bzip2",
        14 => "lzma",
        20 | 93 => "zstd in a zip",
        95 => "xz",
        98 => "ppmd",
        99 => "AES encryption",
        other => return format!("method {other}"),
    };
    name.into()
}

/// A section of which only so much may be read.
struct Bounded {
    section: Section,
    left: u64,
}

impl Read for Bounded {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.section.read(buffer)?;
        let left = self.left.checked_sub(read as u64);
        self.left = left.ok_or_else(|| io::Error::other("its directory is too large for --max-members"))?;
        Ok(read)
    }
}

impl Seek for Bounded {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.section.seek(to)
    }
}
