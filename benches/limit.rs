//! Measures how long only the codec takes: the lower limit for any decoder on this machine. Inflates, decompresses or
//! copies the bodies of a file with 73-byte headers into reused buffers. The blocks are divided between the threads.
//! `cargo run --release --example limit -- FILE [TIMES [THREADS]]` prints the median in seconds.

use std::error::Error;
use std::num::NonZero;
use std::time::Instant;

use flate2::{Decompress, FlushDecompress};
use rayon::prelude::*;
use zstd::stream::raw::{Decoder, InBuffer, Operation, OutBuffer};

fn main() -> Result<(), Box<dyn Error>> {
    const USAGE: &str = "usage: limit FILE [TIMES [THREADS]]";
    let mut args = std::env::args().skip(1);
    let file = std::fs::read(args.next().ok_or(USAGE)?)?;
    let mut number = |default| match args.next().map(|text| text.parse::<NonZero<usize>>()) {
        None => Ok(default),
        Some(number) => number.map(NonZero::get).map_err(|_| USAGE),
    };
    let (times, threads) = (number(5)?, number(1)?);
    let blocks = blocks(&file).ok_or("cut off")?;
    let mut codecs = (0..threads).map(|_| Codecs::new()).collect::<Result<Vec<_>, _>>()?;
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build()?;
    let mut seconds = Vec::new();
    for _ in 0..times {
        let start = Instant::now();
        pool.install(|| {
            codecs
                .par_iter_mut()
                .enumerate()
                .try_for_each(|(thread, codecs)| codecs.decode(blocks.iter().skip(thread).step_by(threads).copied()))
        })?;
        seconds.push(start.elapsed().as_secs_f64());
    }
    seconds.sort_by(f64::total_cmp);
    println!("{:.3}", seconds[seconds.len() / 2]);
    Ok(())
}

/// The magic and the body of each block.
fn blocks(file: &[u8]) -> Option<Vec<(u8, &[u8])>> {
    let (mut blocks, mut at) = (Vec::new(), 0);
    while let Some(length) = file.get(at + 5..at + 9) {
        let end = at + 73 + u32::from_le_bytes(length.try_into().ok()?) as usize;
        blocks.push((file[at], file.get(at + 73..end)?));
        at = end + 1;
    }
    Some(blocks)
}

/// The codecs and the buffer of one thread.
struct Codecs {
    inflate: Decompress,
    zstd: Decoder<'static>,
    buffer: Vec<u8>,
}

impl Codecs {
    fn new() -> Result<Codecs, std::io::Error> {
        Ok(Codecs { inflate: Decompress::new(false), zstd: Decoder::new()?, buffer: vec![0; 16 << 20] })
    }

    fn decode<'a>(&mut self, blocks: impl Iterator<Item = (u8, &'a [u8])>) -> std::io::Result<()> {
        let Codecs { inflate, zstd, buffer } = self;
        for (magic, body) in blocks {
            match magic {
                0x07 | 0x09 => {
                    inflate.reset(false);
                    inflate.decompress(body, buffer, FlushDecompress::None)?;
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
}
