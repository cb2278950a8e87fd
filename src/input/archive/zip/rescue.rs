//! The members of a zip without a usable directory, by the header before each. A zip that is cut off has lost its
//! directory first, since that is at the end.

use std::io::{self, BufReader, Read, Seek, SeekFrom};

use super::super::inflate::Inflate;
use super::super::limits::{Budget, Limits};
use super::super::section::Section;
use super::entry::{LocalHeader, ZipEntry, widen};

/// Shows the members, until `show` returns false. The work to find them is bounded too.
pub fn visit(section: &Section, limits: Limits, show: &mut dyn FnMut(ZipEntry) -> bool) {
    let (budget, mut at) = (Budget::new(limits, section.size()), 0);
    while let Ok(header) = LocalHeader::read(section, at) {
        let Some((entry, end)) = entry(section, at, header, &budget) else { return };
        if !show(entry) {
            return;
        }
        let Some(end) = end else { return };
        at = end;
    }
}

/// A member, and where it ends, if another can follow. `None` if nothing says how long it is.
fn entry(section: &Section, at: u64, header: LocalHeader, budget: &Budget) -> Option<(ZipEntry, Option<u64>)> {
    let LocalHeader { flags, method, crc, data, .. } = header;
    let (packed, len) = sizes(&header);
    let is_file = !header.name.ends_with(b"/");
    let entry = ZipEntry {
        name: header.name,
        is_file,
        is_encrypted: flags & 1 != 0,
        header: at,
        packed,
        check: Some((len, crc)),
    };
    // Its sizes come after it, as in zips that were written to a pipe.
    let is_streamed = flags & 8 != 0 && packed == 0;
    if !is_streamed {
        return Some((entry, Some(data.saturating_add(packed))));
    }
    if method != 8 || entry.is_encrypted {
        return None;
    }
    match measure(section, data, budget) {
        Ok((packed, len, crc)) => {
            let end = data.saturating_add(packed);
            // The sizes: 12 or 20 bytes, with a signature before them or not.
            let next = [16, 12, 24, 20].into_iter().map(|len| end.saturating_add(len)).find(|&next| {
                matches!(signature(section, next), Some([b'P', b'K', 3, 4] | [b'P', b'K', 1, 2] | [b'P', b'K', 5, 6]))
            });
            Some((ZipEntry { packed, check: Some((len, crc)), ..entry }, next))
        }
        Err(_) => Some((ZipEntry { packed: u64::MAX - data, check: None, ..entry }, None)),
    }
}

/// The length of a deflate stream, packed and unpacked, and its checksum.
fn measure(section: &Section, data: u64, budget: &Budget) -> io::Result<(u64, u64, u32)> {
    let mut decoder = Inflate::new(BufReader::with_capacity(64 << 10, section.part(data, u64::MAX)));
    let (mut hasher, mut buffer) = (crc32fast::Hasher::new(), vec![0; 64 << 10]);
    loop {
        match decoder.read(&mut buffer)? {
            0 => return Ok((decoder.total_in(), decoder.total_out(), hasher.finalize())),
            read => {
                budget.unpack(read as u64).map_err(io::Error::other)?;
                hasher.update(buffer.get(..read).unwrap_or_default());
            }
        }
    }
}

/// Lengths, packed and unpacked.
fn sizes(header: &LocalHeader) -> (u64, u64) {
    let mut sizes = [header.len, header.packed].map(u64::from);
    widen(&mut sizes, &header.extra);
    let [len, packed] = sizes;
    (packed, len)
}

fn signature(section: &Section, at: u64) -> Option<[u8; 4]> {
    let (mut section, mut signature) = (section.clone(), [0; 4]);
    section.seek(SeekFrom::Start(at)).ok()?;
    section.read_exact(&mut signature).ok()?;
    Some(signature)
}
