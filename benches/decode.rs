//! Measures decoding in memory, by codec and kind of file: `cargo bench`.

#[path = "../tests/support/mod.rs"]
mod support;

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use imlog::internals::decode::{Decoder, Item};
use imlog::internals::xlog::Layout;

use support::library::{TEST_KEY, decoder};
use support::lines::{Variety, lines};
use support::writer::{Block, Client};

/// A file with `blocks` blocks of `lines_each` lines.
fn file(block: &Block, blocks: u16, lines_each: usize, variety: Variety) -> Vec<u8> {
    let mut lines = lines(1, variety);
    let block = |seq| {
        let seq = if block.kind.counted { seq } else { 0 };
        let lines: Vec<_> = lines.by_ref().take(lines_each).collect();
        Block { seq, ..block.clone() }.write(&lines)
    };
    (1..=blocks).flat_map(block).collect()
}

fn text_of(decoder: &Decoder, file: &[u8]) -> u64 {
    let mut text = 0;
    let result = decoder.decode(file, |item| {
        if let Item::Text(run) = item {
            text += black_box(run.text).len() as u64;
        }
        Ok::<_, std::convert::Infallible>(())
    });
    result.map_or(0, |_| text)
}

fn speed(criterion: &mut Criterion) {
    let client = Client::new(7, TEST_KEY);
    let (varied, alike) = (Variety::Varied, Variety::Alike);
    let shapes = [
        ("zlib 3:1", file(&Block::keyed(0x09, 1), 100, 500, varied)),
        ("zlib 8:1", file(&Block::keyed(0x09, 1), 100, 1500, alike)),
        ("zlib encrypted", file(&Block::keyed(0x07, 1).client(client), 100, 500, varied)),
        ("zlib 2017, in pieces", file(&Block::new(0x05, Layout::Legacy, 1), 100, 500, varied)),
        ("zstd", file(&Block::keyed(0x0D, 1), 100, 500, varied)),
        ("zstd encrypted", file(&Block::keyed(0x0C, 1).client(client), 100, 500, varied)),
        ("sync", file(&Block::keyed(0x08, 0), 50_000, 1, varied)),
        ("one small block", file(&Block::keyed(0x09, 1), 1, 100, varied)),
    ];
    let decoder = decoder(&[TEST_KEY]);
    let mut group = criterion.benchmark_group("decode");
    for (name, file) in &shapes {
        group.throughput(Throughput::Bytes(text_of(&decoder, file)));
        group.bench_function(*name, |bencher| bencher.iter(|| text_of(&decoder, file)));
    }
    group.finish();
}

criterion_group!(benches, speed);
criterion_main!(benches);
