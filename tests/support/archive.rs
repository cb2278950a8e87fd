//! Writes archives: ordinary ones with crates, unusual ones byte by byte.

use std::io::Write;

use flate2::Compression;

/// A member of a zip, with everything that can be unusual about it.
#[derive(Clone)]
pub struct Entry {
    pub name: Vec<u8>,
    pub data: Vec<u8>,
    pub method: u16,
    pub flags: u16,
    /// The Unix mode, including the file type; 0 for none.
    pub mode: u32,
    /// Writes the sizes after the data, like programs that write to a pipe.
    pub streamed: bool,
    /// Makes the checksum wrong.
    pub wrong: bool,
    /// The length to claim instead of the real one.
    pub claimed: Option<u32>,
}

impl Entry {
    /// A file, deflated.
    pub fn new(name: impl AsRef<[u8]>, data: impl AsRef<[u8]>) -> Entry {
        let (name, data) = (name.as_ref().to_vec(), data.as_ref().to_vec());
        Entry { name, data, method: 8, flags: 0, mode: 0, streamed: false, wrong: false, claimed: None }
    }
}

/// A zip of these members, with a directory at its end.
pub fn zip(entries: &[Entry]) -> Vec<u8> {
    let (mut bytes, mut directory) = (Vec::new(), Vec::new());
    for entry in entries {
        let start = bytes.len() as u32;
        let packed = if entry.method == 8 { deflate(&entry.data) } else { entry.data.clone() };
        let crc = crc32fast::hash(&entry.data) ^ u32::from(entry.wrong);
        let len = entry.claimed.unwrap_or(entry.data.len() as u32);
        let sizes: Vec<u8> = [crc, packed.len() as u32, len].into_iter().flat_map(u32::to_le_bytes).collect();
        let flags = entry.flags | if entry.streamed { 8 } else { 0 };
        let common = |sizes: &[u8]| {
            let mut fields = Vec::new();
            for field in [20, flags, entry.method, 0x6000, 0x5766] {
                fields.extend(u16::to_le_bytes(field));
            }
            fields.extend(sizes);
            fields.extend((entry.name.len() as u16).to_le_bytes());
            fields.extend([0, 0]);
            fields
        };
        bytes.extend(b"PK\x03\x04");
        bytes.extend(common(if entry.streamed { &[0; 12] } else { &sizes }));
        bytes.extend(&entry.name);
        bytes.extend(packed);
        if entry.streamed {
            bytes.extend(b"PK\x07\x08");
            bytes.extend(&sizes);
        }
        directory.extend(b"PK\x01\x02");
        directory.extend([20, 3]);
        directory.extend(common(&sizes));
        // Comment, disk and inner attributes; the mode; where it starts.
        directory.extend([0; 6]);
        directory.extend((entry.mode << 16).to_le_bytes());
        directory.extend(start.to_le_bytes());
        directory.extend(&entry.name);
    }
    let start = bytes.len() as u32;
    bytes.extend(&directory);
    bytes.extend(b"PK\x05\x06\0\0\0\0");
    bytes.extend([(entries.len() as u16).to_le_bytes(); 2].concat());
    bytes.extend((directory.len() as u32).to_le_bytes());
    bytes.extend(start.to_le_bytes());
    bytes.extend([0, 0]);
    bytes
}

/// A zip of these files.
pub fn zip_of(files: &[(&str, &[u8])]) -> Vec<u8> {
    zip(&files.iter().map(|(name, data)| Entry::new(name, data)).collect::<Vec<_>>())
}

/// A tar of these files. The names are written as they are, whatever they say.
pub fn tar_of(files: &[(impl AsRef<[u8]>, &[u8])]) -> Vec<u8> {
    let mut builder = tar::Builder::new(Vec::new());
    for (name, data) in files {
        add(&mut builder, name.as_ref(), tar::EntryType::Regular, data);
    }
    builder.into_inner().unwrap()
}

/// Adds a member of any kind, under any name.
pub fn add(builder: &mut tar::Builder<Vec<u8>>, name: &[u8], kind: tar::EntryType, data: &[u8]) {
    let mut header = tar::Header::new_gnu();
    header.set_mode(0o644);
    header.set_entry_type(kind);
    header.set_size(data.len() as u64);
    let field = &mut header.as_gnu_mut().unwrap().name;
    if name.len() <= field.len() {
        field[..name.len()].copy_from_slice(name);
    } else {
        let mut long = tar::Header::new_gnu();
        long.set_entry_type(tar::EntryType::GNULongName);
        long.set_size(name.len() as u64);
        long.set_cksum();
        builder.append(&long, name).unwrap();
    }
    header.set_cksum();
    builder.append(&header, data).unwrap();
}

pub fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

pub fn zstd(bytes: &[u8]) -> Vec<u8> {
    zstd::encode_all(bytes, 3).unwrap()
}

fn deflate(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::DeflateEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}
