//! Measures the inflater for bodies beside zlib-rs, by kind of stream: `cargo bench --bench inflate`.

#[path = "../tests/support/mod.rs"]
mod support;

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use imlog::internals::codec::deflate::habits::Habits;
use imlog::internals::codec::deflate::inflater::{Inflater, Stop};
use imlog::internals::codec::deflate::watch::{Nothing, Watch};
use imlog::internals::codec::text::Text;
use zlib_rs::{Deflate, DeflateConfig, DeflateFlush, Inflate, InflateFlush, Method, Strategy};

use support::lines::{Random, Variety, lines};

/// A stream of `text`, flushed after each of its pieces.
fn stream<'a>(level: i32, strategy: Strategy, pieces: impl Iterator<Item = &'a [u8]>) -> Vec<u8> {
    let config = DeflateConfig { level, method: Method::Deflated, window_bits: -15, mem_level: 8, strategy };
    let (mut deflate, mut stream) = (Deflate::new_with_config(config), Vec::new());
    for piece in pieces {
        let mut out = vec![0; piece.len() * 2 + 1024];
        let before = deflate.total_out();
        deflate.compress(piece, &mut out, DeflateFlush::SyncFlush).unwrap();
        stream.extend_from_slice(&out[..(deflate.total_out() - before) as usize]);
    }
    stream
}

fn read<W: Watch>(inflater: &mut Inflater, body: &[u8], text: &mut Text, watch: &mut W) -> usize {
    text.truncate(0);
    assert_eq!(inflater.read(body, 0, text, 0, 1 << 30, watch).stop, Stop::End);
    black_box(text.bytes()).len()
}

fn speed(criterion: &mut Criterion) {
    let file = std::env::var_os("IMLOG_BENCH_XLOG").map(|path| std::fs::read(path).unwrap());
    let real = file.as_deref().unwrap_or(include_bytes!("../testdata/async-zlib-plain.xlog"));
    let mut shapes = Vec::new();
    let mut real_bodies = Vec::new();
    let mut rest = real;
    while let (Some(header), true) = (rest.first_chunk::<73>(), real_bodies.len() < 20) {
        let len = u32::from_le_bytes(*header[5..].first_chunk().unwrap()) as usize;
        real_bodies.push(rest[73..73 + len].to_vec());
        rest = &rest[73 + len + 1..];
    }
    shapes.push(("real".to_owned(), real_bodies));
    let text = |variety, count: usize| -> Vec<Vec<u8>> { lines(1, variety).take(count).collect() };
    let (varied, alike) = (text(Variety::Varied, 1000), text(Variety::Alike, 1500));
    let pieces = |lines: &[Vec<u8>], level, strategy| vec![stream(level, strategy, lines.iter().map(Vec::as_slice))];
    let whole = |text: &[u8], level, strategy| vec![stream(level, strategy, [text].into_iter())];
    shapes.push(("3:1".into(), pieces(&varied, 9, Strategy::Default)));
    shapes.push(("8:1".into(), pieces(&alike, 9, Strategy::Default)));
    let all = varied.concat();
    for level in [1, 6, 9] {
        shapes.push((format!("one unit, level {level}"), whole(&all, level, Strategy::Default)));
    }
    for (name, strategy) in [
        ("filtered", Strategy::Filtered),
        ("huffman", Strategy::HuffmanOnly),
        ("rle", Strategy::Rle),
        ("fixed", Strategy::Fixed),
    ] {
        shapes.push((format!("one unit, {name}"), whole(&all, 6, strategy)));
    }
    let chinese = "登录成功，网络连接断开，请重试。用户签名过期，会话列表已更新。";
    let characters: Vec<char> = chinese.chars().collect();
    let mut random = Random::new(3);
    let mut chinese = |count: usize| -> Vec<u8> {
        (0..count).map(|_| characters[random.below(characters.len())]).chain(['\n']).collect::<String>().into_bytes()
    };
    let chinese: Vec<Vec<u8>> = (0..1000).map(|_| chinese(60)).collect();
    shapes.push(("chinese".into(), pieces(&chinese, 9, Strategy::Default)));
    shapes.push(("chinese, one unit, fixed".into(), whole(&chinese.concat(), 6, Strategy::Fixed)));
    let noise: Vec<u8> = (0..300_000).map(|_| random.next() as u8).collect();
    shapes.push(("noise, stored".into(), whole(&noise, 0, Strategy::Default)));
    shapes.push(("noise, fixed".into(), whole(&noise, 6, Strategy::Fixed)));
    shapes.push(("one byte".into(), whole(&[b'a'; 300_000], 6, Strategy::Default)));

    let (mut inflater, mut text, mut habits) = (Inflater::default(), Text::default(), Habits::default());
    let mut oracle = (Inflate::new(false, 15), vec![0; 16 << 20]);
    for (name, bodies) in &shapes {
        let mut group = criterion.benchmark_group(name);
        let len: usize = bodies.iter().map(|body| read(&mut inflater, body, &mut text, &mut Nothing)).sum();
        group.throughput(Throughput::Bytes(len as u64));
        group.bench_function("zlib-rs", |bencher| {
            bencher.iter(|| {
                for body in bodies {
                    oracle.0.reset(false);
                    oracle.0.decompress(body, &mut oracle.1, InflateFlush::NoFlush).unwrap();
                    black_box(&oracle.1);
                }
            });
        });
        group.bench_function("imlog, nothing watched", |bencher| {
            bencher
                .iter(|| bodies.iter().map(|body| read(&mut inflater, body, &mut text, &mut Nothing)).sum::<usize>());
        });
        group.bench_function("imlog, habits watched", |bencher| {
            bencher.iter(|| {
                for body in bodies {
                    habits.clear();
                    read(&mut inflater, body, &mut text, &mut habits);
                }
            });
        });
        group.finish();
    }
}

criterion_group!(benches, speed);
criterion_main!(benches);
