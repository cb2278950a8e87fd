//! What the codec alone takes: inflates, decompresses or copies the bodies of a file of 73-byte headers, into buffers
//! that are used again, on as many threads as asked for, each with every so manyth block. No more can be had from the
//! machine. `cargo run --release --example limit -- FILE [TIMES [THREADS]]` prints seconds, the median.

use std::error::Error;
use std::time::Instant;

use flate2::{Decompress, FlushDecompress};
use zstd::stream::raw::{Decoder, InBuffer, Operation, OutBuffer};

fn main() -> Result<(), Box<dyn Error>> {
    let mut args = std::env::args().skip(1);
    let file = std::fs::read(args.next().ok_or("usage: limit FILE [TIMES [THREADS]]")?)?;
    let times = args.next().map_or(Ok(5), |text| text.parse())?;
    let threads = args.next().map_or(Ok(1), |text| text.parse())?;
    let blocks = blocks(&file).ok_or("cut off")?;
    let mut seconds = Vec::new();
    for _ in 0..times {
        let start = Instant::now();
        std::thread::scope(|scope| {
            let decode = |thread| {
                let mine = blocks.iter().skip(thread).step_by(threads);
                decode(mine.copied()).map_err(|error| error.to_string())
            };
            let others: Vec<_> = (1..threads).map(|thread| scope.spawn(move || decode(thread))).collect();
            let results = others.into_iter().map(|other| other.join().unwrap_or_else(|_| Err("panicked".into())));
            [decode(0)].into_iter().chain(results).collect::<Result<(), _>>()
        })?;
        seconds.push(start.elapsed().as_secs_f64());
    }
    seconds.sort_by(f64::total_cmp);
    println!("{:.3}", seconds[seconds.len() / 2]);
    Ok(())
}

/// Magic and body of each block.
fn blocks(file: &[u8]) -> Option<Vec<(u8, &[u8])>> {
    let (mut blocks, mut at) = (Vec::new(), 0);
    while let Some(length) = file.get(at + 5..at + 9) {
        let end = at + 73 + u32::from_le_bytes(length.try_into().ok()?) as usize;
        blocks.push((file[at], file.get(at + 73..end)?));
        at = end + 1;
    }
    Some(blocks)
}

fn decode<'a>(blocks: impl Iterator<Item = (u8, &'a [u8])>) -> Result<(), Box<dyn Error>> {
    let (mut inflate, mut zstd) = (Decompress::new(false), Decoder::new()?);
    let mut buffer = vec![0; 16 << 20];
    for (magic, body) in blocks {
        match magic {
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
    }
    Ok(())
}
