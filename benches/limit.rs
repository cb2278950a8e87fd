//! What the codec alone takes: inflates, decompresses or copies the bodies of a file of 73-byte headers, on one core,
//! into a buffer that is used again. `cargo run --release --example limit -- FILE [TIMES]` prints seconds, the median.

use std::time::Instant;

use flate2::{Decompress, FlushDecompress};
use zstd::stream::raw::{Decoder, InBuffer, Operation, OutBuffer};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut args = std::env::args().skip(1);
    let file = std::fs::read(args.next().ok_or("usage: limit FILE [TIMES]")?)?;
    let times = args.next().map_or(Ok(5), |text| text.parse())?;
    let (mut inflate, mut zstd) = (Decompress::new(false), Decoder::new()?);
    let mut buffer = vec![0; 16 << 20];
    let mut seconds = Vec::new();
    for _ in 0..times {
        let start = Instant::now();
        let mut at = 0;
        while let Some(length) = file.get(at + 5..at + 9) {
            let end = at + 73 + u32::from_le_bytes(length.try_into()?) as usize;
            let body = file.get(at + 73..end).ok_or("cut off")?;
            match file[at] {
                0x07 | 0x09 => {
                    inflate.reset(false);
                    inflate.decompress(body, &mut buffer, FlushDecompress::None)?;
                }
                0x0C | 0x0D => {
                    zstd.reinit()?;
                    let (mut input, mut output) = (InBuffer::around(body), OutBuffer::around(&mut buffer[..]));
                    while input.pos() < body.len() {
                        zstd.run(&mut input, &mut output)?;
                    }
                }
                _ => buffer[..body.len()].copy_from_slice(body),
            }
            at = end + 1;
        }
        seconds.push(start.elapsed().as_secs_f64());
    }
    seconds.sort_by(f64::total_cmp);
    println!("{:.3}", seconds[seconds.len() / 2]);
    Ok(())
}
