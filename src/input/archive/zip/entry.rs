//! What a zip says of a member, and the header before its data.

use std::io::{Read, Seek, SeekFrom};

use super::super::section::Section;
use super::super::step::Step;
use super::super::{Format, ProblemCause};

/// What a zip says of a member.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ZipEntry {
    /// Its path, as the zip has it.
    pub name: Vec<u8>,
    /// Whether it is a file, not a folder or link.
    pub is_file: bool,
    /// Whether it is encrypted with a password.
    pub is_encrypted: bool,
    /// Where its own header starts, as the directory says.
    pub header: u64,
    /// Length of its data in the zip.
    pub packed: u64,
    /// Length and checksum of its data, if known.
    pub check: Option<(u64, u32)>,
}

impl ZipEntry {
    /// The steps to its data.
    ///
    /// # Errors
    /// When it is encrypted or compressed in another way than deflate; when its header is not there.
    pub fn steps(&self, section: &Section) -> Result<Vec<Step>, ProblemCause> {
        let header = LocalHeader::read(section, self.header)?;
        if self.is_encrypted {
            return Err(ProblemCause::Encrypted);
        }
        let range = Step::Range { start: header.data, len: self.packed };
        let check = self.check.map(|(len, crc)| Step::Check { len, crc });
        let inflate = match header.method {
            0 => None,
            8 => Some(Step::Inflate),
            method => return Err(ProblemCause::Method(method_name(method))),
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
    /// Length of the data in the zip, as the header says.
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

    fn missing() -> ProblemCause {
        ProblemCause::Damaged { kind: Format::Zip, why: "a member is not where the directory says".into() }
    }

    /// Reads the header at `at`.
    ///
    /// # Errors
    /// Those of the file system; when there is no header.
    pub fn read(section: &Section, at: u64) -> Result<LocalHeader, ProblemCause> {
        let mut section = section.clone();
        let mut fixed = [0; LocalHeader::LEN];
        section.seek(SeekFrom::Start(at))?;
        section.read_exact(&mut fixed).map_err(|error| ProblemCause::within(Format::Zip, error))?;
        let u16_at = |at: usize| u16::from_le_bytes([fixed[at], fixed[at + 1]]);
        let u32_at = |at: usize| u32::from(u16_at(at)) | u32::from(u16_at(at + 2)) << 16;
        if !fixed.starts_with(b"PK\x03\x04") {
            return Err(LocalHeader::missing());
        }
        let (name_len, extra_len) = (u16_at(26), u16_at(28));
        let (mut name, mut extra) = (vec![0; name_len.into()], vec![0; extra_len.into()]);
        for part in [&mut name, &mut extra] {
            section.read_exact(part).map_err(|error| ProblemCause::within(Format::Zip, error))?;
        }
        let data = at + LocalHeader::LEN as u64 + u64::from(name_len) + u64::from(extra_len);
        let (flags, method, crc, packed, len) = (u16_at(6), u16_at(8), u32_at(14), u32_at(18), u32_at(22));
        Ok(LocalHeader { flags, method, crc, packed, len, name, extra, data })
    }
}

/// The name of a method. Source: PKWARE's APPNOTE, 4.4.5.
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

/// Replaces the numbers that did not fit into their fields by those of the extra field, in this order.
pub(super) fn widen(numbers: &mut [u64], mut extra: &[u8]) {
    while let Some(([a, b, c, d], rest)) = extra.split_first_chunk() {
        let Some((field, rest)) = rest.split_at_checked(u16::from_le_bytes([*c, *d]).into()) else { break };
        if u16::from_le_bytes([*a, *b]) == 1 {
            let mut wide = field.chunks_exact(8).filter_map(|bytes| bytes.try_into().ok()).map(u64::from_le_bytes);
            for number in numbers.iter_mut().filter(|number| **number == u64::from(u32::MAX)) {
                *number = wide.next().unwrap_or(*number);
            }
        }
        extra = rest;
    }
}
