//! Every way to read a damaged file gives the same result: on any number of threads, at once or step by step, in
//! batches of any size, after other files or first, as text, as records, as numbers, from a file, a pipe or an archive.
//!
//! `IMLOG_CASES` says how many files are damaged; the default is a few dozen.

#[allow(dead_code)] // The tests of decode need more of it.
#[path = "decode/program.rs"]
mod program;
#[path = "support/mod.rs"]
mod support;

use std::convert::Infallible;
use std::io::{Cursor, Read};
use std::sync::LazyLock;

use imlog::internals::decode::{Decoder, Gap, GapCause, Item, Report};
use imlog::internals::info;
use imlog::internals::output::marker::PREFIX;
use imlog::internals::output::text::TextWriter;
use imlog::internals::record::{self, Head, Piece, RecordSteps};
use program::{Ended, Folder, testdata};
use rayon::ThreadPool;
use support::archive;
use support::damage::{Fault, NEAR_BORDERS, SMALL_BATCH};
use support::library::{TEST_KEY, decoder};
use support::lines::Random;

/// Without some of the largest, which have nothing that the others lack.
const FILES: [&str; 17] = [
    "async-zlib-crypt.xlog",
    "async-zlib-plain.xlog",
    "async-zstd-crypt.xlog",
    "async-zstd-plain.xlog",
    "crash-crypt.mmap3",
    "crash-plain.mmap3",
    "crash-zstd.mmap3",
    "imsdk_C_20231106.xlog",
    "legacy-03-sync.xlog",
    "legacy-04-async.xlog",
    "legacy-05-async.xlog",
    "sync-zlib-crypt.xlog",
    "sync-zlib-plain.xlog",
    "sync-zstd-crypt.xlog",
    "xor-02.xlog",
    "xor-04.xlog",
    "xor-05.xlog",
];

static ORIGINALS: LazyLock<Vec<Vec<u8>>> =
    LazyLock::new(|| FILES.iter().map(|name| std::fs::read(testdata(name)).unwrap()).collect());

static POOLS: LazyLock<[ThreadPool; 3]> =
    LazyLock::new(|| [1, 2, 8].map(|threads| rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap()));

fn cases(few: u64) -> u64 {
    std::env::var("IMLOG_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(few)
}

/// One of the files, or two in one, with up to four faults, which often are near the start of a block.
fn damaged(case: u64) -> Vec<u8> {
    let mut random = Random::new(case + 1);
    let one = |random: &mut Random| ORIGINALS[random.below(FILES.len())].clone();
    let mut file = one(&mut random);
    if random.below(6) == 0 {
        file.extend(one(&mut random));
    }
    for _ in 0..1 + random.below(4) {
        let place = if random.below(3) == 0 { 400 } else { file.len().max(1) };
        let (at, seed) = (random.below(place), random.next());
        let len = match random.below(8) {
            0 => 1 + random.below(300_000),
            1 | 2 => 1 + random.below(6000),
            3 | 4 => NEAR_BORDERS[random.below(NEAR_BORDERS.len())],
            _ => 1 + random.below(200),
        };
        let fault = match random.below(8) {
            0..3 => Fault::Flip { at, bit: (seed % 8) as u8 },
            3 => Fault::Zero { at, len },
            4 => Fault::Noise { at, len, seed },
            5 => Fault::Delete { at, len },
            6 => Fault::Insert { at, len, seed },
            _ => Fault::InsertZeros { at, len },
        };
        fault.apply(&mut file);
    }
    if random.below(8) == 0 {
        file.truncate(random.below(file.len().max(1)));
    }
    file
}

/// Returns as few bytes at a time as a pipe does.
struct Pipe<'a>(&'a [u8], Random);

impl Read for Pipe<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let len = buffer.len().min(1 + self.1.below(70_000));
        self.0.read(&mut buffer[..len])
    }
}

fn text(decoder: &Decoder, input: impl Read + Send) -> (Vec<u8>, Report) {
    let mut writer = TextWriter::new(Vec::new(), true);
    let report = decoder.decode(input, |item| writer.item(item)).unwrap();
    (writer.finish().unwrap(), report)
}

fn stepwise(decoder: &Decoder, input: impl Read) -> (Vec<u8>, Report) {
    let mut writer = TextWriter::new(Vec::new(), true);
    let mut steps = decoder.steps(input);
    while steps.step(|_, ()| {}, &mut (), |item, ()| writer.item(item)).unwrap() {}
    let report = steps.finish(|item| writer.item(item)).unwrap();
    (writer.finish().unwrap(), report)
}

fn markers(text: &[u8]) -> usize {
    let ours = text.split(|&byte| byte == b'\n').filter_map(|line| line.strip_prefix(PREFIX.as_bytes()));
    ours.filter(|line| !line.starts_with(b"partial: ")).count()
}

fn is_loss(gap: &Gap) -> bool {
    !matches!(gap.cause, GapCause::Skip(_))
}

/// Blocks and gaps, and the report.
fn frames(show: impl FnOnce(&mut dyn FnMut(Item<'_>) -> Result<(), Infallible>) -> Report) -> (Vec<String>, Report) {
    let mut lines = Vec::new();
    let report = show(&mut |item| {
        match item {
            Item::Text(run) => lines.extend(run.blocks.iter().map(|block| format!("{} {:?}", block.offset, block.fit))),
            Item::Gap(gap) => lines.push(format!("{gap:?}")),
            Item::Partial(line) => lines.push(format!("{line:?}")),
        }
        Ok(())
    });
    (lines, report)
}

/// The result of one file in the library, in every way to read it. `used`: a decoder that has read other files.
fn check(case: u64, used: &Decoder) {
    let file = damaged(case);
    let new = || decoder(&[TEST_KEY]);
    let (expected, report) = POOLS[0].install(|| text(&new(), file.as_slice()));
    for pool in &POOLS[1..] {
        assert!(pool.install(|| text(&new(), file.as_slice())) == (expected.clone(), report.clone()), "case {case}");
    }
    let pipe = || Pipe(&file, Random::new(case));
    assert!(POOLS[1].install(|| text(used, pipe())) == (expected.clone(), report.clone()), "case {case}: in company");
    assert!(stepwise(used, pipe()) == (expected.clone(), report.clone()), "case {case}: step by step");
    let small = new().with_batch_size(SMALL_BATCH);
    assert!(
        POOLS[1].install(|| text(&small, pipe())) == (expected.clone(), report.clone()),
        "case {case}: small batches"
    );
    assert!(stepwise(&small, pipe()) == (expected.clone(), report.clone()), "case {case}: small steps");

    let markers = markers(&expected);
    let mut gaps = Vec::new();
    let summary = POOLS[1].install(|| {
        info::summarize(&new(), file.as_slice(), |item| {
            if let Item::Gap(gap) = item {
                gaps.push(gap.clone());
            }
            Ok::<_, Infallible>(())
        })
    });
    let summary = summary.unwrap();
    assert_eq!(summary.report, report, "case {case}");
    assert_eq!(summary.places.count(), markers as u64, "case {case}: places and markers");
    assert_eq!(report.lost, gaps.iter().map(|gap| gap.len).sum::<u64>(), "case {case}");
    if summary.places.left_out == 0 {
        let places = summary.places.values();
        let pieces = places.iter().map(|place| place.pieces()).sum::<u64>();
        assert_eq!(pieces, gaps.iter().filter(|gap| is_loss(gap)).count() as u64, "case {case}: pieces");
        assert_eq!(report.gaps, places.iter().filter(|place| place.pieces() > 0).count() as u64, "case {case}");
    }
    let touching = gaps.windows(2).any(|pair| {
        let [one, other] = pair else { return false };
        one.cause == GapCause::Foreign && other.cause == GapCause::Foreign && one.offset + one.len == other.offset
    });
    assert!(!touching, "case {case}: one gap in two");

    if report.has_blocks() {
        let (mut of_records, mut so_far, mut records) = (Vec::new(), Report::default(), Vec::new());
        let mut show = |piece: Piece<'_>| {
            match piece {
                Piece::Record(found) => records.extend_from_slice(found.text),
                Piece::Gap(gap) => {
                    so_far.add_gap(gap);
                    of_records.push(gap.clone());
                }
                Piece::Partial(_) => so_far.partial += 1,
            }
            Ok::<_, Infallible>(())
        };
        let of_read = POOLS[2]
            .install(|| record::read_records(&new(), file.as_slice(), |_: &Head, _: &[u8]| true, &mut show))
            .unwrap();
        assert_eq!(of_read, report, "case {case}: by record");
        assert!(of_records == gaps && records.len() as u64 == report.text, "case {case}: by record");
        assert_eq!((so_far.gaps, so_far.lost), (report.gaps, report.lost), "case {case}: on the way");
        assert_eq!((so_far.clients, so_far.unopened), (report.clients.clone(), report.unopened), "case {case}");
        let mut of_steps = Vec::new();
        let decoder = new();
        let mut steps = RecordSteps::new(&decoder, pipe(), |_: &Head, _: &[u8]| true).unwrap();
        let mut show = |piece: Piece<'_>| {
            of_steps.extend(if let Piece::Gap(gap) = piece { Some(gap.clone()) } else { None });
            Ok::<_, Infallible>(())
        };
        while steps.step(&mut show).unwrap() {}
        assert!(of_steps == gaps, "case {case}: records step by step");
    }

    let blind = new().with_choice(|_| false);
    let walked = frames(|show| blind.headers(Cursor::new(&file), show).unwrap());
    let read = frames(|show| {
        let mut steps = blind.steps(file.as_slice());
        while steps.step(|_, ()| {}, &mut (), |item, ()| show(item)).unwrap() {}
        steps.finish(show).unwrap()
    });
    assert_eq!(walked, read, "case {case}: headers alone");
    let small = blind.with_batch_size(SMALL_BATCH);
    let walked = frames(|show| small.headers(Cursor::new(&file), show).unwrap());
    assert_eq!(walked, read, "case {case}: headers alone, in small batches");
}

#[test]
fn every_reader_of_the_library_has_the_same() {
    let used = decoder(&[TEST_KEY]);
    for case in 0..cases(60) {
        check(case, &used);
    }
}

fn json(out: &[u8]) -> Vec<serde_json::Value> {
    serde_json::Deserializer::from_slice(out).into_iter().collect::<Result<_, _>>().unwrap()
}

/// The same with the program, and with archives around the file.
#[test]
fn every_way_through_the_program_gives_the_same() {
    for case in 0..cases(60) / 20 {
        let file = damaged(case * 7 + 3);
        let folder = Folder::new();
        let (path, key) = ("a.xlog", ["--key", TEST_KEY]);
        folder.write(path, &file);
        folder.write("a.zip", archive::zip_of(&[(path, &file)]));
        folder.write("a.tar", archive::tar_of(&[(path, file.as_slice())]));
        folder.write("a.tar.gz", archive::gzip(&archive::tar_of(&[(path, file.as_slice())])));
        let run = |args: &[&str]| folder.run(&[args, &key].concat());
        let expected = run(&["decode", "-q", "-o", "-", "-j1", path]);
        for jobs in ["-j2", "-j8"] {
            assert!(run(&["decode", "-q", "-o", "-", jobs, path]).out == expected.out, "case {case} {jobs}");
        }
        for archive in ["a.zip", "a.tar", "a.tar.gz"] {
            let shown = run(&["decode", "-q", "-o", "-", "-j2", archive]);
            assert!(shown.out == expected.out, "case {case} {archive}");
        }
        let mut command = folder.command();
        let piped = command.args(["decode", "-q", "-o", "-", "-j2", "--key", TEST_KEY, "-"]);
        let piped = Ended::of(piped.pipe_stdin(folder.path(path)).unwrap());
        assert!(piped.out == expected.out, "case {case}: standard input");
        if expected.out.is_empty() {
            continue;
        }
        let markers = markers(&expected.out);
        for reader in [&["cat", "-q"][..], &["cat", "-q", "--merge"]] {
            let shown = run(&[reader, &[path]].concat()).out;
            assert!(shown == expected.out, "case {case} {reader:?}");
        }
        let of_info = json(&run(&["info", "--json", path]).out);
        let [of_info] = of_info.as_slice() else { panic!("case {case}: one file, one line") };
        let places = of_info["gaps"].as_array().unwrap();
        let left_out = of_info["left_out"]["gaps"].as_u64().unwrap();
        assert_eq!(places.len() as u64 + left_out, markers as u64, "case {case}");
        let of_cat = json(&run(&["cat", "-q", "--json", path]).out);
        let gaps: Vec<_> = of_cat.iter().filter(|line| line.get("gap").is_some()).collect();
        let sum = |field: &str| gaps.iter().map(|gap| gap[field].as_u64().unwrap()).sum::<u64>();
        assert_eq!(sum("length"), of_info["lost_bytes"].as_u64().unwrap(), "case {case}");
        let lossy: Vec<_> = gaps.iter().filter(|gap| gap["gap"] != "missing-blocks").collect();
        if left_out == 0 {
            let pieces = places.iter().map(|place| place["pieces"].as_u64().unwrap()).sum::<u64>();
            assert_eq!(pieces, lossy.len() as u64, "case {case}");
        }
        let causes = ["damaged", "cut", "foreign-bytes", "zeros", "too-long", "encrypted", "missing-blocks"];
        assert!(gaps.iter().all(|gap| causes.contains(&gap["gap"].as_str().unwrap())), "case {case}");
    }
}
