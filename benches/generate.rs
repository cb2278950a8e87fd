//! Writes log files of any size for benchmarks: `cargo run --release --example generate -- DIR [MB of text]`.

#[path = "../tests/support/mod.rs"]
mod support;

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use support::lines::{Variety, lines};
use support::writer::{Block, Client, Deflate, Flushing, Zstd};

/// The published test key of the mars repository.
const SERVER: &str = "145aa7717bf9745b91e9569b80bbf1eedaa6cc6cd0e26317d810e35710f44cf8";
/// Writers flush when a third of their 150 KiB is full.
const FLUSH_AT: usize = 50 << 10;

fn main() -> io::Result<()> {
    let mut args = std::env::args().skip(1);
    let folder = PathBuf::from(args.next().unwrap_or_else(|| "target/bench-data".into()));
    let megabytes: usize = args.next().and_then(|text| text.parse().ok()).unwrap_or(268);
    fs::create_dir_all(&folder)?;
    let text = megabytes * 1_000_000;
    let client = Client::new(7, SERVER);
    fs::write(folder.join("app.key"), SERVER)?;

    let zlib = asynchronous(text, Variety::Varied, Deflate::new);
    write(&folder.join("zlib.xlog"), Block::keyed(0x09, 1), &zlib)?;
    write(&folder.join("zlib-crypt.xlog"), Block::keyed(0x07, 1).client(client), &zlib)?;
    write(&folder.join("zlib-8to1.xlog"), Block::keyed(0x09, 1), &asynchronous(text, Variety::Alike, Deflate::new))?;
    let zstd = asynchronous(text, Variety::Varied, Zstd::new);
    write(&folder.join("zstd.xlog"), Block::keyed(0x0D, 1), &zstd)?;
    write(&folder.join("zstd-crypt.xlog"), Block::keyed(0x0C, 1).client(client), &zstd)?;
    synchronous(&folder.join("sync.xlog"), text)?;
    small_files(&folder.join("small"), &zlib)
}

/// The bodies that an async writer makes of `text` bytes of text.
fn asynchronous<S: Flushing>(text: usize, variety: Variety, stream: impl Fn() -> S) -> Vec<Vec<u8>> {
    let (mut lines, mut written, mut bodies) = (lines(1, variety), 0, Vec::new());
    while written < text {
        let (mut compressor, mut body) = (stream(), Vec::new());
        while body.len() < FLUSH_AT {
            let line = lines.next().unwrap_or_default();
            written += line.len();
            body.extend(compressor.unit(&line));
        }
        bodies.push(body);
    }
    bodies
}

fn write(path: &Path, mut block: Block, bodies: &[Vec<u8>]) -> io::Result<()> {
    let mut file = BufWriter::new(File::create(path)?);
    for body in bodies {
        file.write_all(&block.wrap(body.clone()))?;
        block.seq = block.seq.checked_add(1).unwrap_or(1);
    }
    file.flush()
}

fn synchronous(path: &Path, text: usize) -> io::Result<()> {
    let (mut file, mut written) = (BufWriter::new(File::create(path)?), 0);
    let block = Block::keyed(0x08, 0);
    for line in lines(1, Variety::Varied) {
        written += line.len();
        file.write_all(&block.wrap(line))?;
        if written >= text {
            break;
        }
    }
    file.flush()
}

/// Files with a single block of about 20 KB, made from the first part of each of `bodies`.
fn small_files(folder: &Path, bodies: &[Vec<u8>]) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    for (number, body) in bodies.iter().enumerate() {
        let cut = memchr::memmem::rfind(&body[..body.len() * 2 / 5], &[0, 0, 0xFF, 0xFF]).map_or(0, |at| at + 4);
        fs::write(folder.join(format!("imsdk_{number}.xlog")), Block::keyed(0x09, 1).wrap(body[..cut].to_vec()))?;
    }
    Ok(())
}
