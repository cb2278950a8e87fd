//! zstd: one or more frames. The library does not say how much a call has unpacked before it met damage. So it never
//! gets the header of a block in the same call as the block before it, and all blocks up to the damage are returned.

use std::io::{self, BufRead, Read};

use zstd::zstd_safe::{DCtx, DParameter, ErrorCode, InBuffer, OutBuffer, get_error_name, zstd_sys};

use super::limits::Exceeded;

const BLOCK_HEADER: usize = 3;

/// Unpacks zstd.
pub(super) struct Unzstd<R> {
    reader: R,
    context: DCtx<'static>,
    /// The largest window of a frame, in bytes, and so the memory that it takes.
    window: u64,
    /// Bytes up to the end of the next block header, as the library computes them; 0 between frames.
    wanted: usize,
    /// The library may hold unpacked bytes.
    has_more: bool,
}

impl<R: BufRead> Unzstd<R> {
    /// Refuses frames with a larger `window`, rounded up to a power of two.
    pub(super) fn new(reader: R, window: u64) -> io::Result<Unzstd<R>> {
        let most = if usize::BITS < 64 { 30 } else { 31 };
        let log = window.checked_next_power_of_two().map_or(most, u64::ilog2).clamp(10, most);
        let mut context = DCtx::try_create().ok_or(io::ErrorKind::OutOfMemory)?;
        context.set_parameter(DParameter::WindowLogMax(log)).map_err(|code| error(code, window))?;
        Ok(Unzstd { reader, context, window: 1 << log, wanted: 0, has_more: false })
    }
}

impl<R: BufRead> Read for Unzstd<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while !buffer.is_empty() {
            let most = match self.wanted {
                _ if self.has_more => 0,
                wanted if wanted > BLOCK_HEADER => wanted - BLOCK_HEADER,
                // A frame's first bytes, or the header of a block.
                wanted => wanted.max(1),
            };
            let bytes = if most == 0 { &[][..] } else { self.reader.fill_buf()? };
            if bytes.is_empty() && most > 0 {
                return if self.wanted == 0 { Ok(0) } else { Err(io::ErrorKind::UnexpectedEof.into()) };
            }
            let mut input = InBuffer::around(bytes.get(..most).unwrap_or(bytes));
            let mut output = OutBuffer::around(&mut *buffer);
            let result = self.context.decompress_stream(&mut output, &mut input);
            let (taken, given) = (input.pos(), output.pos());
            self.reader.consume(taken);
            self.wanted = result.map_err(|code| error(code, self.window))?;
            self.has_more = given == buffer.len() && self.wanted > 0;
            if given > 0 {
                return Ok(given);
            }
        }
        Ok(0)
    }
}

fn error(code: ErrorCode, window: u64) -> io::Error {
    // Errors are negative numbers of this type.
    let number = 0usize.wrapping_sub(code);
    if number == zstd_sys::ZSTD_ErrorCode::ZSTD_error_frameParameter_windowTooLarge as usize {
        return io::Error::other(Exceeded::Window(window));
    }
    io::Error::new(io::ErrorKind::InvalidData, get_error_name(code))
}

#[cfg(test)]
mod tests {
    use std::io::{BufReader, Write};

    use super::super::step::read_in_steps;
    use super::*;

    const WINDOW: u64 = 8 << 20;

    fn lines(count: u32) -> Vec<u8> {
        (0..count).flat_map(|line| format!("{line} {}\n", line.wrapping_mul(2_654_435_761)).into_bytes()).collect()
    }

    /// One frame, of blocks of `block` bytes each.
    fn frame(bytes: &[u8], block: usize, change: impl Fn(&mut zstd::stream::Encoder<'_, Vec<u8>>)) -> Vec<u8> {
        let mut encoder = zstd::stream::Encoder::new(Vec::new(), 3).unwrap();
        change(&mut encoder);
        for block in bytes.chunks(block) {
            encoder.write_all(block).unwrap();
            encoder.flush().unwrap();
        }
        encoder.finish().unwrap()
    }

    #[test]
    fn all_blocks_before_the_damage_come_for_any_buffer_size() {
        let lines = lines(20_000);
        for len in [16_000, 128_000, 304_000] {
            let whole = frame(&lines[..len], 16_000, |_| {});
            // The last block is empty. A block of the reserved type takes its place.
            let broken = [&whole[..whole.len() - 3], &[6, 0, 0], &[7; 3000]].concat();
            for (held, size) in [(64 << 10, 1), (64 << 10, 512), (64 << 10, 1 << 20), (1, 7), (100, 1 << 20)] {
                let read = |bytes: &[u8]| {
                    read_in_steps(Unzstd::new(BufReader::with_capacity(held, bytes), WINDOW).unwrap(), size)
                };
                assert!(read(&whole) == (lines[..len].to_vec(), None), "{len} {held} {size}");
                let (text, error) = read(&broken);
                assert!(text == lines[..len] && error.is_some(), "{len} {held} {size} {}", text.len());
                let (text, error) = read(&whole[..whole.len() - 3]);
                assert!(text == lines[..len] && error.is_some(), "cut off: {len} {held} {size} {}", text.len());
            }
        }
    }

    #[test]
    fn frames_follow_one_another() {
        let lines = lines(2000);
        let plain = zstd::encode_all(lines.as_slice(), 3).unwrap();
        for size in [1, lines.len() / 2, lines.len(), lines.len() + 1] {
            let (text, error) = read_in_steps(Unzstd::new(plain.as_slice(), WINDOW).unwrap(), size);
            assert!(text == lines && error.is_none(), "{size} {error:?}");
        }
        let checked = frame(&lines, 5000, |encoder| encoder.include_checksum(true).unwrap());
        let skipped = [0x5A, 0x2A, 0x4D, 0x18, 5, 0, 0, 0, 1, 2, 3, 4, 5];
        let bytes = [&checked, &skipped[..], &zstd::encode_all(&b""[..], 1).unwrap(), &checked].concat();
        for size in [1, 3, 512, 1 << 20] {
            let (text, error) = read_in_steps(Unzstd::new(bytes.as_slice(), WINDOW).unwrap(), size);
            assert!(text == lines.repeat(2) && error.is_none(), "{error:?}");
        }
        for garbage in [&b"garbage"[..], &checked[..3]] {
            let bytes = [&checked, garbage].concat();
            assert!(read_in_steps(Unzstd::new(bytes.as_slice(), WINDOW).unwrap(), 100).1.is_some());
        }
    }

    #[test]
    fn a_large_window_is_refused() {
        let long = frame(b"text", 100, |encoder| encoder.window_log(24).unwrap());
        let read = |window| read_in_steps(Unzstd::new(long.as_slice(), window).unwrap(), 100);
        assert_eq!(read(16 << 20), (b"text".to_vec(), None));
        let (text, error) = read(WINDOW);
        assert_eq!(
            (text.as_slice(), error.as_deref()),
            (&b""[..], Some("unpacking it takes more than 8 MiB of memory"))
        );
    }
}
