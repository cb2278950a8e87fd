//! Deflate, as in zips and gzip. The readers of `flate2` drop what a call has unpacked if it then meets damage. These
//! return it, and the error with the next call, so that what is read does not depend on the size of the buffer.

use std::io::{self, BufRead, Read};

use crc32fast::Hasher;
use flate2::{Decompress, FlushDecompress, Status};

use super::problem::WrongChecksum;

/// Unpacks raw deflate. It reads no byte after its end.
pub(super) struct Inflate<R> {
    reader: R,
    state: Decompress,
    has_ended: bool,
    /// What the next call returns.
    error: Option<io::Error>,
}

impl<R: BufRead> Inflate<R> {
    pub(super) fn new(reader: R) -> Inflate<R> {
        Inflate { reader, state: Decompress::new(false), has_ended: false, error: None }
    }

    /// Bytes read so far.
    pub(super) fn total_in(&self) -> u64 {
        self.state.total_in()
    }

    /// Bytes unpacked so far.
    pub(super) fn total_out(&self) -> u64 {
        self.state.total_out()
    }

    /// Starts a new stream where the last one ended.
    fn reset(&mut self) {
        self.state.reset(false);
        self.has_ended = false;
    }
}

impl<R: BufRead> Read for Inflate<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while !self.has_ended && !buffer.is_empty() {
            // Bytes that are unpacked but did not fit into the buffer come before an error too.
            let input = match self.error {
                Some(_) => &[],
                None => match self.reader.fill_buf() {
                    Ok(input) => input,
                    Err(error) if error.kind() == io::ErrorKind::Interrupted => return Err(error),
                    Err(error) => {
                        self.error = Some(error);
                        &[]
                    }
                },
            };
            let is_over = input.is_empty();
            let (taken, given) = (self.state.total_in(), self.state.total_out());
            let status = self.state.decompress(input, buffer, FlushDecompress::None);
            self.reader.consume((self.state.total_in() - taken) as usize);
            let given = (self.state.total_out() - given) as usize;
            let error = match status {
                Ok(status) => {
                    self.has_ended = status == Status::StreamEnd;
                    (is_over && given == 0 && !self.has_ended).then(|| io::ErrorKind::UnexpectedEof.into())
                }
                Err(_) => Some(io::Error::new(io::ErrorKind::InvalidData, "corrupt deflate stream")),
            };
            self.error = self.error.take().or(error);
            if given > 0 {
                return Ok(given);
            }
            if let Some(error) = self.error.take() {
                return Err(error);
            }
        }
        Ok(0)
    }
}

/// Unpacks gzip: one or more streams. Zeros after a stream are padding. Source: RFC 1952.
pub(super) struct Gunzip<R> {
    inflate: Inflate<R>,
    place: Part,
    hasher: Hasher,
    /// A checksum was wrong. That is reported at the end, after all streams.
    is_wrong: bool,
}

enum Part {
    Header,
    Body,
    End,
}

impl<R: BufRead> Gunzip<R> {
    pub(super) fn new(reader: R) -> Gunzip<R> {
        let inflate = Inflate::new(reader);
        Gunzip { inflate, place: Part::Header, hasher: Hasher::new(), is_wrong: false }
    }

    /// Skips a header. Its own checksum is ignored: the data has one.
    fn header(&mut self) -> io::Result<()> {
        let reader = &mut self.inflate.reader;
        let mut fixed = [0; 10];
        reader.read_exact(&mut fixed)?;
        let [0x1F, 0x8B, 8, flags, ..] = fixed else {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "invalid gzip header"));
        };
        if flags & 4 != 0 {
            let mut len = [0; 2];
            reader.read_exact(&mut len)?;
            skip(reader, u16::from_le_bytes(len).into())?;
        }
        // The name, and a comment.
        for _ in 0..(flags >> 3 & 1) + (flags >> 4 & 1) {
            reader.skip_until(0)?;
        }
        if flags & 2 != 0 {
            skip(reader, 2)?;
        }
        Ok(())
    }

    fn trailer(&mut self) -> io::Result<()> {
        let mut trailer = [0; 8];
        self.inflate.reader.read_exact(&mut trailer)?;
        let told = u64::from_le_bytes(trailer);
        let hasher = std::mem::take(&mut self.hasher);
        // The length is stored modulo 2³².
        let is = u64::from(hasher.finalize()) | self.inflate.total_out() << 32;
        self.is_wrong |= told != is;
        Ok(())
    }

    /// Whether another stream follows.
    fn goes_on(&mut self) -> io::Result<bool> {
        loop {
            let bytes = self.inflate.reader.fill_buf()?;
            let zeros = bytes.iter().take_while(|&&byte| byte == 0).count();
            let (is_over, goes_on) = (bytes.is_empty(), zeros < bytes.len());
            self.inflate.reader.consume(zeros);
            if is_over || goes_on {
                return Ok(goes_on);
            }
        }
    }
}

impl<R: BufRead> Read for Gunzip<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if buffer.is_empty() {
            return Ok(0);
        }
        loop {
            match self.place {
                Part::Header => {
                    self.header()?;
                    self.place = Part::Body;
                }
                Part::Body => {
                    let read = self.inflate.read(buffer)?;
                    if read > 0 {
                        self.hasher.update(buffer.get(..read).unwrap_or_default());
                        return Ok(read);
                    }
                    self.trailer()?;
                    self.inflate.reset();
                    self.place = if self.goes_on()? { Part::Header } else { Part::End };
                }
                Part::End if std::mem::take(&mut self.is_wrong) => {
                    return Err(io::Error::new(io::ErrorKind::InvalidData, WrongChecksum));
                }
                Part::End => return Ok(0),
            }
        }
    }
}

fn skip(reader: &mut impl BufRead, bytes: u64) -> io::Result<()> {
    let skipped = io::copy(&mut reader.take(bytes), &mut io::sink())?;
    if skipped < bytes { Err(io::ErrorKind::UnexpectedEof.into()) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use std::io::{BufReader, Write};

    use flate2::Compression;
    use flate2::write::{DeflateEncoder, GzEncoder};

    use super::super::step::read_in_steps;
    use super::*;

    /// Many different lines.
    fn lines() -> Vec<u8> {
        (0..20_000u32).flat_map(|line| format!("{line} {}\n", line.wrapping_mul(2_654_435_761)).into_bytes()).collect()
    }

    /// `bytes` deflated, followed by a block of the reserved type.
    fn broken(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = DeflateEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(bytes).unwrap();
        encoder.flush().unwrap();
        [encoder.get_ref().as_slice(), &[7; 5000]].concat()
    }

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    #[test]
    fn all_bytes_before_the_damage_come_for_any_buffer_size() {
        let lines = lines();
        for len in [1, 3000, 70_000, lines.len()] {
            let expected = (lines[..len].to_vec(), Some("corrupt deflate stream".into()));
            let raw = broken(&lines[..len]);
            let gz = [&[0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3], raw.as_slice()].concat();
            for (held, size) in [(64 << 10, 1), (64 << 10, 512), (64 << 10, 1 << 20), (1, 7), (100, 1 << 20)] {
                let raw = Inflate::new(BufReader::with_capacity(held, raw.as_slice()));
                assert!(read_in_steps(raw, size) == expected, "{len} {held} {size}");
                let gz = Gunzip::new(BufReader::with_capacity(held, gz.as_slice()));
                assert!(read_in_steps(gz, size) == expected, "gzip {len} {held} {size}");
            }
        }
    }

    #[test]
    fn unpacked_bytes_come_before_an_error_of_the_reader() {
        struct Broken<'a>(&'a [u8]);
        impl Read for Broken<'_> {
            fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
                if self.0.is_empty() { Err(io::Error::other("broken")) } else { self.0.read(buffer) }
            }
        }
        let raw = broken(&[7; 100_000]);
        let raw = &raw[..raw.len() - 5000];
        for size in [1, 61, 4096, 1 << 20] {
            let (bytes, error) = read_in_steps(Inflate::new(BufReader::new(Broken(raw))), size);
            assert_eq!((bytes.len(), error.as_deref()), (100_000, Some("broken")), "{size}");
        }
    }

    #[test]
    fn all_optional_fields_of_a_header_are_skipped() {
        let plain = gzip(b"text");
        let extras: &[(u8, &[u8])] = &[
            (0, b""),
            (4, b"\x03\0abc"),
            (8, b"name\0"),
            (16, b"comment\0"),
            (2, b"\xAB\xCD"),
            (30, b"\x01\0xname\0comment\0\xAB\xCD"),
        ];
        for (flags, fields) in extras {
            let mut bytes = [&plain[..10], fields, &plain[10..]].concat();
            bytes[3] = *flags;
            assert_eq!(read_in_steps(Gunzip::new(bytes.as_slice()), 100), (b"text".to_vec(), None));
            for end in 1..10 + fields.len() {
                let (text, error) = read_in_steps(Gunzip::new(&bytes[..end]), 100);
                assert!(text.is_empty() && error.is_some(), "{flags} {end}");
            }
        }
    }

    #[test]
    fn a_wrong_checksum_is_reported_after_all_streams() {
        let (mut first, second) = (gzip(b"first"), gzip(b"second"));
        let at = first.len() - 8;
        first[at] ^= 1;
        let (text, error) = read_in_steps(Gunzip::new([first, second].concat().as_slice()), 100);
        assert_eq!((text.as_slice(), error.as_deref()), (&b"firstsecond"[..], Some("its checksum is wrong")));
    }
}
