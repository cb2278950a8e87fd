//! A zip without a directory that can be used: its members, by the header before each. A zip that was cut off has lost
//! the directory first, for it stands at the end.

use std::io::{self, BufReader, Read, Seek, SeekFrom};

use super::inflate::Inflate;
use super::limits::{Budget, Limits};
use super::section::Section;
use super::zip::{Entry, LocalHeader};
use super::{Cause, Kind};

/// The members from `at` on, and why there may be more. What it takes to find them is bounded as well.
pub fn entries(section: &Section, mut at: u64, limits: Limits) -> (Vec<Entry>, Option<Cause>) {
    let budget = Budget::new(limits, section.size());
    let mut entries = Vec::new();
    loop {
        match signature(section, at) {
            Some([b'P', b'K', 3, 4]) if entries.len() as u64 > limits.members => return (entries, None),
            Some([b'P', b'K', 3, 4]) => {}
            // The directory: there are no more members.
            Some([b'P', b'K', 1, 2] | [b'P', b'K', 5, 6]) => return (entries, None),
            _ => return (entries, Some(Cause::Damaged { kind: Kind::Zip, why: "a member has no header".into() })),
        }
        let header = match LocalHeader::read(section, at) {
            Ok(header) => header,
            Err(cause) => return (entries, Some(cause)),
        };
        match entry(section, at, header, &budget) {
            Ok((entry, end)) => {
                entries.push(entry);
                at = end;
            }
            Err((entry, cause)) => {
                entries.extend(entry);
                return (entries, Some(cause));
            }
        }
    }
}

/// A member, and where it ends; or what there is of it, and why there is no more.
fn entry(
    section: &Section,
    at: u64,
    header: LocalHeader,
    budget: &Budget,
) -> Result<(Entry, u64), (Option<Entry>, Cause)> {
    let LocalHeader { flags, method, crc, data, .. } = header;
    let (packed, len) = sizes(&header);
    let is_file = !header.name.ends_with(b"/");
    let entry = Entry {
        name: header.name,
        is_file,
        is_encrypted: flags & 1 != 0,
        header: Some(at),
        packed,
        check: Some((len, crc)),
    };
    // Its sizes stand behind it, as programs do that write to a pipe.
    let is_streamed = flags & 8 != 0 && packed == 0;
    if !is_streamed {
        return Ok((entry, data.saturating_add(packed)));
    }
    if method != 8 || entry.is_encrypted {
        let why = "nothing says how long a member is".into();
        return Err((None, Cause::Damaged { kind: Kind::Zip, why }));
    }
    let measured = measure(section, data, budget);
    let (packed, check) = match &measured {
        Ok((packed, len, crc)) => (*packed, Some((*len, *crc))),
        Err(_) => (u64::MAX - data, None),
    };
    let entry = Entry { packed, check, ..entry };
    match measured {
        Ok(_) => {
            let end = data.saturating_add(packed);
            // The sizes: 12 or 20 bytes, with a signature before them or not.
            let next = [16, 12, 24, 20].into_iter().map(|len| end.saturating_add(len)).find(|&next| {
                matches!(signature(section, next), Some([b'P', b'K', 3, 4] | [b'P', b'K', 1, 2] | [b'P', b'K', 5, 6]))
            });
            Ok((entry, next.unwrap_or(u64::MAX)))
        }
        Err(error) => Err((Some(entry), Cause::within(Kind::Zip, error))),
    }
}

/// How long a deflate stream is, how long what it unpacks to, and the checksum of that.
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

/// Lengths, in the zip and without it. Large ones stand in an extra field (APPNOTE, 4.5.3).
fn sizes(header: &LocalHeader) -> (u64, u64) {
    let (mut packed, mut len) = (u64::from(header.packed), u64::from(header.len));
    let mut extra = header.extra.as_slice();
    while let Some(([a, b, c, d], rest)) = extra.split_first_chunk() {
        let Some((field, rest)) = rest.split_at_checked(u16::from_le_bytes([*c, *d]).into()) else { break };
        if u16::from_le_bytes([*a, *b]) == 1 {
            let mut numbers = field.chunks_exact(8).filter_map(|bytes| bytes.try_into().ok()).map(u64::from_le_bytes);
            for size in [&mut len, &mut packed] {
                if *size == u64::from(u32::MAX) {
                    *size = numbers.next().unwrap_or(*size);
                }
            }
        }
        extra = rest;
    }
    (packed, len)
}

fn signature(section: &Section, at: u64) -> Option<[u8; 4]> {
    let (mut section, mut signature) = (section.clone(), [0; 4]);
    section.seek(SeekFrom::Start(at)).ok()?;
    section.read_exact(&mut signature).ok()?;
    Some(signature)
}
