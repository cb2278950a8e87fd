//! Tars, member by member, without holding or unpacking them. The `tar` crate reads the headers. Its entries are not
//! used: they can't be sent to another thread, and they load names of any length into memory.

use std::io::{self, Read, Seek, SeekFrom};

use tar::{EntryType, GnuExtSparseHeader, GnuHeader, Header, PaxExtensions};

use super::section::Section;

/// A header is one block, and data is padded to whole blocks.
pub const BLOCK: usize = 512;

/// The longest extended header that is read, in bytes.
const LONGEST: u64 = 256 << 10;

/// What a tar says of a member.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TarEntry {
    /// Its path, as the tar has it.
    pub name: Vec<u8>,
    /// What it is.
    pub kind: EntryKind,
    /// Where its data starts in the tar.
    pub start: u64,
    /// Length of its data.
    pub len: u64,
}

/// What a member is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EntryKind {
    /// A file.
    File,
    /// A file with holes, whose data is not stored as one piece.
    Sparse,
    /// Another name of a member, which holds the data.
    HardLink,
    /// A folder, a symbolic link, a device.
    Other,
}

/// A reader that can go forward without reading.
pub trait Forward: Read {
    /// Skips that many bytes.
    ///
    /// # Errors
    /// Those of the reader, and when it ends too early.
    fn forward(&mut self, bytes: u64) -> io::Result<()>;
}

impl Forward for Section {
    fn forward(&mut self, bytes: u64) -> io::Result<()> {
        let (at, end) = (self.stream_position()?, self.seek(SeekFrom::End(0))?);
        let to = at.saturating_add(bytes);
        self.seek(SeekFrom::Start(to.min(end)))?;
        if to > end { Err(io::ErrorKind::UnexpectedEof.into()) } else { Ok(()) }
    }
}

/// A reader that can't be sought in.
pub struct Streamed<R>(pub R);

impl<R: Read> Read for Streamed<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.0.read(buffer)
    }
}

impl<R: Read> Forward for Streamed<R> {
    fn forward(&mut self, bytes: u64) -> io::Result<()> {
        let skipped = io::copy(&mut (&mut self.0).take(bytes), &mut io::sink())?;
        if skipped < bytes { Err(io::ErrorKind::UnexpectedEof.into()) } else { Ok(()) }
    }
}

/// A tar. As a reader it gives the data of the current member.
pub struct Tar<R> {
    reader: R,
    /// Where the reader is in the tar.
    at: u64,
    /// Bytes of this member's data that have not been read.
    left: u64,
    /// Bytes that pad its last block.
    padding: u64,
}

impl<R: Forward> Tar<R> {
    /// The tar that `reader` starts with.
    pub fn new(reader: R) -> Tar<R> {
        Tar { reader, at: 0, left: 0, padding: 0 }
    }

    /// Goes on to the next member; `None` after the last.
    ///
    /// # Errors
    /// Those of the reader; when the tar ends in the middle, or a header is damaged.
    pub fn next_entry(&mut self) -> io::Result<Option<TarEntry>> {
        let (mut name, mut extended) = (None, Extended::default());
        loop {
            let over = self.left + self.padding;
            self.reader.forward(over)?;
            self.at += over;
            (self.left, self.padding) = (0, 0);

            let Some(block) = self.header()? else { return Ok(None) };
            let header = Header::from_byte_slice(&block);
            let kind = header.entry_type();
            let describes = matches!(
                kind,
                EntryType::GNULongName | EntryType::GNULongLink | EntryType::XHeader | EntryType::XGlobalHeader
            );
            let size = if describes { None } else { extended.size };
            self.left = size.map_or_else(|| header.entry_size(), Ok)?;
            if kind == EntryType::GNUSparse {
                self.skip_map(header)?;
            }
            if self.left > u64::MAX / 2 {
                return Err(io::Error::new(io::ErrorKind::InvalidData, "not a valid header"));
            }
            self.padding = self.left.next_multiple_of(BLOCK as u64) - self.left;
            match kind {
                EntryType::GNULongName => {
                    // If the name is too long, its start is too long already, and it is refused for that.
                    let mut long = Vec::new();
                    (&mut *self).take(LONGEST).read_to_end(&mut long)?;
                    long.truncate(long.iter().position(|&byte| byte == 0).unwrap_or(long.len()));
                    name = Some(long);
                }
                EntryType::XHeader => extended = Extended::new(&self.description()?),
                _ if describes => {}
                _ => {
                    let name = extended.name.or(name).unwrap_or_else(|| header.path_bytes().into_owned());
                    let kind = match kind {
                        EntryType::GNUSparse => EntryKind::Sparse,
                        _ if extended.is_sparse => EntryKind::Sparse,
                        EntryType::Link => EntryKind::HardLink,
                        EntryType::Regular | EntryType::Continuous if !name.ends_with(b"/") => EntryKind::File,
                        _ => EntryKind::Other,
                    };
                    if kind == EntryKind::HardLink {
                        // Some writers give a link the length of its target, and no data.
                        (self.left, self.padding) = (0, 0);
                    }
                    return Ok(Some(TarEntry { name, kind, start: self.at, len: self.left }));
                }
            }
        }
    }

    /// The next header, or `None` at the end of the bytes. Two blocks of zeros mark the end of a tar, but members may
    /// follow, as when tars are joined, or when a damaged header is zeros. To read on to the very end also keeps a pipe
    /// open for its writer. A missing mark is not an error: a tar cut off between two members looks like one that was
    /// never finished.
    fn header(&mut self) -> io::Result<Option<[u8; BLOCK]>> {
        let mut zeros = 0u64;
        loop {
            let mut block = [0; BLOCK];
            let read = read_full(&mut self.reader, &mut block)?;
            self.at += read as u64;
            let why = match &block {
                _ if read == 0 => return Ok(None),
                block if is_zero(block) => {
                    zeros += 1;
                    continue;
                }
                block if read == BLOCK && is_header(block) => return Ok(Some(*block)),
                _ if zeros >= 2 => "what follows its end is not a tar",
                _ if read < BLOCK => return Err(io::ErrorKind::UnexpectedEof.into()),
                _ => "not a valid header",
            };
            return Err(io::Error::new(io::ErrorKind::InvalidData, why));
        }
    }

    /// Skips the rest of the map of a sparse file, which may fill blocks of its own after the header. The last used byte
    /// of each says whether another follows.
    fn skip_map(&mut self, header: &Header) -> io::Result<()> {
        let mut goes_on = header.as_gnu().is_some_and(GnuHeader::is_extended);
        while goes_on {
            let mut block = GnuExtSparseHeader::new();
            if read_full(&mut self.reader, block.as_mut_bytes())? < BLOCK {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            self.at += BLOCK as u64;
            goes_on = block.is_extended();
        }
        Ok(())
    }

    fn description(&mut self) -> io::Result<Vec<u8>> {
        if self.left > LONGEST {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "a name is too long"));
        }
        let mut bytes = Vec::new();
        self.read_to_end(&mut bytes)?;
        Ok(bytes)
    }
}

impl<R: Read> Read for Tar<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = (&mut self.reader).take(self.left).read(buffer)?;
        if read == 0 && self.left > 0 && !buffer.is_empty() {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        self.left -= read as u64;
        self.at += read as u64;
        Ok(read)
    }
}

/// What an extended header says of the next member.
#[derive(Default)]
struct Extended {
    name: Option<Vec<u8>>,
    size: Option<u64>,
    is_sparse: bool,
}

impl Extended {
    fn new(bytes: &[u8]) -> Extended {
        let mut extended = Extended::default();
        for record in PaxExtensions::new(bytes).filter_map(Result::ok) {
            match record.key_bytes() {
                b"path" => extended.name = Some(record.value_bytes().to_vec()),
                b"size" => extended.size = record.value().ok().and_then(|size| size.parse().ok()),
                key if key.starts_with(b"GNU.sparse.") => {
                    extended.is_sparse = true;
                    if key == b"GNU.sparse.name" {
                        extended.name = Some(record.value_bytes().to_vec());
                    }
                }
                _ => {}
            }
        }
        extended
    }
}

/// Whether these bytes start with a tar's header: its checksum says so.
pub fn is_header(bytes: &[u8]) -> bool {
    let Some(block) = bytes.first_chunk::<BLOCK>() else { return false };
    let field = 148..156;
    let summed = |(at, &byte): (usize, &u8)| if field.contains(&at) { u32::from(b' ') } else { byte.into() };
    let sum: u32 = block.iter().enumerate().map(summed).sum();
    Header::from_byte_slice(block).cksum().is_ok_and(|told| told == sum)
}

fn is_zero(bytes: &[u8]) -> bool {
    bytes.iter().all(|&byte| byte == 0)
}

fn read_full(reader: &mut impl Read, buffer: &mut [u8]) -> io::Result<usize> {
    let mut filled = 0;
    while filled < buffer.len() {
        match reader.read(&mut buffer[filled..]) {
            Ok(0) => break,
            Ok(read) => filled += read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(filled)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn archive(fill: impl FnOnce(&mut tar::Builder<Vec<u8>>)) -> Vec<u8> {
        let mut builder = tar::Builder::new(Vec::new());
        fill(&mut builder);
        builder.into_inner().unwrap()
    }

    fn add(builder: &mut tar::Builder<Vec<u8>>, name: &str, data: &[u8]) {
        let mut header = Header::new_gnu();
        header.set_size(data.len() as u64);
        builder.append_data(&mut header, name, data).unwrap();
    }

    fn walk(bytes: &[u8]) -> (Vec<(TarEntry, Vec<u8>)>, Option<io::Error>) {
        let (mut tar, mut found) = (Tar::new(Streamed(bytes)), Vec::new());
        loop {
            match tar.next_entry() {
                Ok(Some(entry)) => {
                    let mut data = Vec::new();
                    let result = tar.read_to_end(&mut data);
                    found.push((entry, data));
                    if let Err(error) = result {
                        return (found, Some(error));
                    }
                }
                Ok(None) => return (found, None),
                Err(error) => return (found, Some(error)),
            }
        }
    }

    #[test]
    fn members_come_with_their_data() {
        let long = format!("{}/a.xlog", "long".repeat(60));
        let bytes = archive(|builder| {
            add(builder, "a.xlog", b"one");
            add(builder, &long, &[7; 600]);
            let mut link = Header::new_gnu();
            link.set_entry_type(EntryType::Symlink);
            link.set_size(0);
            builder.append_link(&mut link, "l.xlog", "/etc/passwd").unwrap();
            builder.append_pax_extensions([("path", "日志.xlog".as_bytes())]).unwrap();
            add(builder, "short", b"two");
        });
        let (found, error) = walk(&bytes);
        assert!(error.is_none(), "{error:?}");
        let expected = [
            ("a.xlog", EntryKind::File, 3),
            (&long, EntryKind::File, 600),
            ("l.xlog", EntryKind::Other, 0),
            ("日志.xlog", EntryKind::File, 3),
        ];
        assert_eq!(found.len(), expected.len());
        for ((entry, data), (name, kind, len)) in found.iter().zip(expected) {
            assert_eq!((entry.name.as_slice(), entry.kind, data.len()), (name.as_bytes(), kind, len));
            assert_eq!(bytes[entry.start as usize..][..len], data[..]);
        }
    }

    #[test]
    fn a_tar_that_is_cut_off_is_an_error() {
        let bytes = archive(|builder| {
            add(builder, "a.xlog", b"one");
            add(builder, "b.xlog", &[7; 600]);
        });
        // In the data of the second, in its header, in the padding of the first.
        for (end, members) in [(2000, 2), (1100, 1), (700, 1)] {
            let (found, error) = walk(&bytes[..end]);
            assert_eq!(found.len(), members, "{end}");
            assert_eq!(error.unwrap().kind(), io::ErrorKind::UnexpectedEof);
        }
        // A missing mark at the end is not damage.
        assert!(walk(&bytes[..bytes.len() - 1024]).1.is_none());
    }

    #[test]
    fn what_follows_zeros_is_read_or_named() {
        let one = |name: &str| archive(|builder| add(builder, name, b"one"));
        let (a, b) = (one("a.xlog"), one("b.xlog"));
        // As in a tar, with one block of zeros and with the mark at the end, padded.
        for zeros in [512, 1024, 512 * 19] {
            let (found, error) = walk(&[&a[..1024], &vec![0; zeros], &b].concat());
            let names: Vec<_> = found.iter().map(|(entry, _)| entry.name.as_slice()).collect();
            assert!(names == [b"a.xlog", b"b.xlog"] && error.is_none(), "{names:?} {error:?}");
            for garbage in [&b"garbage"[..], &[7; 512], &[7; 2000]] {
                let (found, error) = walk(&[&a[..1024], &vec![0; zeros], garbage].concat());
                assert_eq!(found.len(), 1);
                assert!(error.is_some(), "{zeros} {}", garbage.len());
            }
        }
        assert!(walk(&[&a, &[0; 700][..]].concat()).1.is_none(), "padding of any length");
    }

    #[test]
    fn the_map_of_a_sparse_file_may_continue() {
        let mut header = Header::new_gnu();
        header.set_entry_type(EntryType::GNUSparse);
        header.set_path("s.xlog").unwrap();
        header.set_size(3);
        header.as_gnu_mut().unwrap().isextended = [1];
        header.set_cksum();
        let (mut more, mut last) = (GnuExtSparseHeader::new(), GnuExtSparseHeader::new());
        (more.isextended, last.as_mut_bytes()[0]) = ([1], b'0');
        let mut data = b"sss".to_vec();
        data.resize(BLOCK, 0);
        let end = archive(|builder| add(builder, "a.xlog", b"one"));
        let bytes = [header.as_bytes(), more.as_bytes(), last.as_bytes(), &data[..], &end].concat();
        let (found, error) = walk(&bytes);
        assert!(error.is_none(), "{error:?}");
        let found: Vec<_> = found.iter().map(|(entry, data)| (entry.kind, entry.start, data.as_slice())).collect();
        assert_eq!(found, [(EntryKind::Sparse, 3 * 512, &b"sss"[..]), (EntryKind::File, 5 * 512, b"one")]);
        assert!(walk(&bytes[..512 + 512]).1.is_some(), "it is cut off in its map");
    }

    #[test]
    fn no_size_is_too_large() {
        for size in [u64::MAX, u64::MAX - 100, u64::MAX / 2 + 1] {
            let bytes = archive(|builder| {
                builder.append_pax_extensions([("size", size.to_string().as_bytes())]).unwrap();
                add(builder, "a.xlog", b"one");
            });
            assert_eq!(walk(&bytes).1.unwrap().kind(), io::ErrorKind::InvalidData, "{size}");
        }
    }

    #[test]
    fn a_long_name_does_not_fill_the_memory() {
        let mut header = Header::new_gnu();
        header.set_path("x").unwrap();
        for (kind, size) in [(EntryType::XHeader, 1 << 40), (EntryType::GNULongName, 300 << 10)] {
            header.set_entry_type(kind);
            header.set_size(size);
            header.set_cksum();
            let rest = archive(|builder| add(builder, "a.xlog", b"one"));
            let (found, error) = walk(&[header.as_bytes(), &vec![b'n'; 300 << 10][..], &rest].concat());
            match found.as_slice() {
                [] => assert_eq!(error.unwrap().kind(), io::ErrorKind::InvalidData),
                [(entry, _)] => assert!(entry.name.len() as u64 == LONGEST && kind == EntryType::GNULongName),
                more => panic!("{}", more.len()),
            }
        }
    }
}
