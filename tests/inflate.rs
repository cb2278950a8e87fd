//! The inflater beside zlib-rs: the same text, whatever the stream.

use imlog::internals::codec::deflate::habits::Habits;
use imlog::internals::codec::deflate::inflater::{Inflater, Stop};
use imlog::internals::codec::deflate::watch::{Nothing, Watch};
use imlog::internals::codec::text::Text;
use proptest::prelude::*;
use zlib_rs::{Deflate, DeflateConfig, DeflateFlush, Inflate, InflateFlush, Method, Status, Strategy as Matching};

#[path = "support/mod.rs"]
mod support;

use support::lines::{Random, Variety, lines};

/// More text than any stream here has, but those that were made to have more.
const LIMIT: usize = 1 << 20;

/// Text of different kinds, about `len` bytes.
fn text(random: &mut Random, len: usize) -> Vec<u8> {
    let kind = random.below(8);
    let mut byte = |end: usize| random.below(end) as u8;
    match kind {
        0 => (0..len).map(|_| byte(256)).collect(),
        1 => (0..len).map(|_| b'a' + byte(2)).collect(),
        2 => vec![byte(256); len],
        3 => "登录成功，网络连接断开，请重试。用户签名过期".bytes().cycle().take(len).collect(),
        // Few bytes are frequent, and codes are long.
        4 => (0..len).map(|_| (0..255).take_while(|_| byte(4) > 0).count() as u8).collect(),
        5 => {
            let period: Vec<u8> = (0..1 + byte(255)).map(|_| byte(256)).collect();
            period.into_iter().cycle().take(len).collect()
        }
        6 => {
            let variety = if byte(2) == 0 { Variety::Alike } else { Variety::Varied };
            lines(random.next(), variety).flatten().take(len).collect()
        }
        _ => {
            let mut text: Vec<u8> = Vec::new();
            while text.len() < len {
                if random.below(2) == 0 && !text.is_empty() {
                    let from = random.below(text.len());
                    let until = (from + 3 + random.below(400)).min(text.len());
                    text.extend_from_within(from..until);
                } else {
                    text.extend((0..1 + random.below(8)).map(|_| random.next() as u8));
                }
            }
            text
        }
    }
}

/// `text` deflated in some way that zlib knows.
fn deflated(random: &mut Random, text: &[u8]) -> Vec<u8> {
    const MATCHINGS: [Matching; 5] =
        [Matching::Default, Matching::Filtered, Matching::HuffmanOnly, Matching::Rle, Matching::Fixed];
    const FLUSHES: [DeflateFlush; 5] = [
        DeflateFlush::NoFlush,
        DeflateFlush::SyncFlush,
        DeflateFlush::FullFlush,
        DeflateFlush::PartialFlush,
        DeflateFlush::Block,
    ];
    let config = DeflateConfig {
        level: random.below(10) as i32,
        method: Method::Deflated,
        window_bits: -(9 + random.below(7) as i32),
        mem_level: 1 + random.below(9) as i32,
        strategy: MATCHINGS[random.below(5)],
    };
    let mut deflate = Deflate::new_with_config(config);
    let (mut stream, mut rest) = (Vec::new(), text);
    let mut feed = |input: &[u8], flush: DeflateFlush| {
        let mut done = 0;
        loop {
            let mut out = [0; 4096];
            let (fed, made) = (deflate.total_in(), deflate.total_out());
            deflate.compress(&input[done..], &mut out, flush).unwrap();
            done += (deflate.total_in() - fed) as usize;
            let made = (deflate.total_out() - made) as usize;
            stream.extend_from_slice(&out[..made]);
            if made < out.len() && done == input.len() {
                return;
            }
        }
    };
    let (always, step) = (random.below(3), [1, 20, 200, 5000, 60_000][random.below(5)]);
    while !rest.is_empty() {
        let (piece, after) = rest.split_at(step.max(text.len() / 200).min(rest.len()));
        let flush = if always == 0 { DeflateFlush::SyncFlush } else { FLUSHES[random.below(5) * (always - 1)] };
        feed(piece, flush);
        rest = after;
    }
    feed(&[], if random.below(2) == 0 { DeflateFlush::SyncFlush } else { DeflateFlush::Finish });
    stream
}

/// Damages a stream a little, or not.
fn damage(random: &mut Random, stream: &mut Vec<u8>) {
    for _ in 0..random.below(4) {
        let (at, len) = (random.below(stream.len().max(1)), random.below(20));
        let end = (at + len).min(stream.len());
        match random.below(6) {
            0 => stream.truncate(at),
            1 => drop(stream.drain(at..end)),
            2 => stream[at..end].fill(0),
            3 => stream[at..end].iter_mut().for_each(|byte| *byte = random.next() as u8),
            _ => {
                if let Some(byte) = stream.get_mut(at) {
                    *byte ^= 1 << random.below(8);
                }
            }
        }
    }
}

/// zlib-rs, reused.
struct Oracle {
    inflate: Inflate,
    text: Vec<u8>,
}

impl Oracle {
    /// What the stream begins with, up to an error, and where it ends if it ends.
    fn read(&mut self, stream: &[u8]) -> (&[u8], Result<Status, ()>, usize) {
        self.inflate.reset(false);
        let status = self.inflate.decompress(stream, &mut self.text, InflateFlush::SyncFlush).map_err(drop);
        (&self.text[..self.inflate.total_out() as usize], status, self.inflate.total_in() as usize)
    }
}

/// Both decoders, reused.
struct Pair {
    oracle: Oracle,
    inflater: Inflater,
    text: Text,
}

impl Pair {
    fn new() -> Pair {
        let oracle = Oracle { inflate: Inflate::new(false, 15), text: vec![0; LIMIT + 1024] };
        Pair { oracle, inflater: Inflater::default(), text: Text::default() }
    }

    /// Checks that both read the same from `stream`.
    fn compare<W: Watch>(&mut self, stream: &[u8], watch: &mut W) -> Result<(), String> {
        let (expected, status, end) = self.oracle.read(stream);
        self.text.truncate(0);
        self.text.push(b"before");
        let reading = self.inflater.read(stream, 0, &mut self.text, 6, LIMIT, watch);
        let text = &self.text.bytes()[6..];
        // Over the limit, both have more than is wanted, but not the same.
        if reading.stop == Stop::TooLong {
            let both = expected.len().min(text.len());
            return if both > LIMIT && expected[..both] == text[..both] { Ok(()) } else { Err("too long".into()) };
        }
        // A stream that is cut may be read on in zeros.
        let is_same = if reading.stop == Stop::Cut { text.starts_with(expected) } else { text == expected };
        let is_right = match (reading.stop, status) {
            (Stop::End, Ok(Status::StreamEnd)) => end == stream.len(),
            (Stop::End, Ok(_)) => end == stream.len() && stream.ends_with(&[0, 0, 0xFF, 0xFF]),
            (Stop::Finished, Ok(Status::StreamEnd)) => end < stream.len() && reading.position == end,
            // What is wrong shows earlier here.
            (Stop::Invalid, Ok(status)) => status != Status::StreamEnd,
            (Stop::Cut, Ok(status)) => status != Status::StreamEnd,
            (Stop::Invalid | Stop::Cut, Err(())) => true,
            _ => false,
        };
        let is_whole = text.starts_with(&expected[..(reading.unit.text as usize).min(expected.len())]);
        if is_same && is_right && is_whole && reading.unit.text as usize <= expected.len() {
            return Ok(());
        }
        Err(format!("{reading:?}, {status:?} at {end} of {}, {} and {}", stream.len(), text.len(), expected.len()))
    }

    /// A case for each number.
    fn case(&mut self, seed: u64, longest: usize, damaged: usize) -> Result<(), String> {
        let mut random = Random::new(seed);
        let len = random.below(longest);
        let text = text(&mut random, len);
        let whole = deflated(&mut random, &text);
        self.compare(&whole, &mut Nothing)?;
        if self.oracle.read(&whole).0 != text {
            return Err("the stream is not the text's".into());
        }
        let mut habits = Habits::default();
        habits.clear();
        self.compare(&whole, &mut habits)?;
        for _ in 0..damaged {
            let mut stream = whole.clone();
            damage(&mut random, &mut stream);
            if random.below(2) == 0 {
                habits.clear();
                self.compare(&stream, &mut habits)?;
            } else {
                self.compare(&stream, &mut Nothing)?;
            }
        }
        Ok(())
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_stream_gives_the_text_that_zlib_gives(seed in any::<u64>(), longest in prop::sample::select(vec![10, 300, 5000, 100_000])) {
        let result = Pair::new().case(seed, longest, 5);
        prop_assert!(result.is_ok(), "{}", result.unwrap_err());
    }
}

/// The same for as many cases as wanted: `IMLOG_CASES=100000000 cargo test --release --test inflate -- --ignored`.
#[test]
#[ignore = "takes as long as you like"]
fn millions_of_streams_give_the_text_that_zlib_gives() {
    let number = |name, default: u64| std::env::var(name).map_or(default, |value| value.parse().unwrap());
    let (cases, first) = (number("IMLOG_CASES", 100_000), number("IMLOG_SEED", 0));
    let (mut pair, damaged) = (Pair::new(), 200);
    for seed in 0..cases.div_ceil(damaged + 2) {
        let longest = [40, 300, 300, 1000, 1000, 3000, 3000, 20_000][seed as usize % 8];
        pair.case(first + seed, longest, damaged as usize)
            .unwrap_or_else(|error| panic!("seed {}: {error}", first + seed));
    }
}
