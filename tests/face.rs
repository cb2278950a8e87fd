//! The library as its users see it: what is at its root, and no more.

#[allow(dead_code)] // It is a program too.
#[path = "../examples/decode.rs"]
mod decode;
#[allow(dead_code)]
#[path = "../examples/errors.rs"]
mod errors;
#[allow(dead_code)]
#[path = "../examples/summarize.rs"]
mod summarize;
/// What needs no `cli`: the library is tested without it too.
#[allow(dead_code)]
mod support {
    pub mod damage;
    pub mod items;
    pub mod library;
    pub mod lines;
}

use std::convert::Infallible;
use std::error::Error;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use imlog::{
    DecodeError, Decoder, Filter, Gap, Item, Items, KeyRing, OwnedItem, OwnedPiece, Piece, Records, Report,
    read_records,
};
use support::damage::Fault;
use support::library::{TEST_KEY, decoder};

const FILES: [&str; 5] =
    ["imsdk_C_20231106.xlog", "async-zlib-crypt.xlog", "crash-zstd.mmap3", "legacy-05-async.xlog", "xor-04.xlog"];

fn testdata(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata").join(name)
}

/// Each file as it is, cut off, and with holes of zeros and of noise; a text; files that are no logs.
fn inputs() -> Vec<Vec<u8>> {
    let mut inputs = vec![Vec::new(), b"\n\nno log\n\nat all".to_vec(), vec![0; 5000]];
    inputs.push(std::fs::read(testdata("imsdk_C_20231106.xlog.log")).unwrap());
    for name in FILES {
        let file = std::fs::read(testdata(name)).unwrap();
        let faults = [
            Fault::Zero { at: file.len() / 3, len: 700 },
            Fault::Noise { at: file.len() / 2, len: 90, seed: 7 },
            Fault::Delete { at: file.len() - 100, len: 100 },
        ];
        for fault in faults {
            let mut damaged = file.clone();
            fault.apply(&mut damaged);
            inputs.push(damaged);
        }
        inputs.push(file);
    }
    inputs
}

/// Text up to the next gap, gaps, and the report.
#[derive(Debug, Default, PartialEq)]
struct Taken {
    texts: Vec<Vec<u8>>,
    gaps: Vec<(usize, Gap)>,
    report: Option<Report>,
}

impl Taken {
    /// Runs are as long as batches are, which is nobody's business.
    fn text(&mut self, text: &[u8]) {
        match self.gaps.last() {
            Some((at, _)) if *at == self.texts.len() => self.texts.push(text.to_vec()),
            _ => match self.texts.last_mut() {
                Some(last) => last.extend_from_slice(text),
                None => self.texts.push(text.to_vec()),
            },
        }
    }

    fn gap(&mut self, gap: Gap) {
        self.gaps.push((self.texts.len(), gap));
    }
}

#[test]
fn items_are_those_of_the_callback() {
    let (mut gaps, decoder) = (0, Decoder::default());
    for (index, input) in inputs().iter().enumerate() {
        let (mut shown, mut given) = (Taken::default(), Taken::default());
        let report = decoder.decode(input.as_slice(), |item| {
            match item {
                Item::Text(run) => shown.text(run.text),
                Item::Gap(gap) => shown.gap(gap.clone()),
                Item::Partial(line) => shown.text(&line.shown()),
            }
            Ok::<_, Infallible>(())
        });
        shown.report = Some(report.unwrap());
        let mut items = decoder.items(input.as_slice());
        for item in &mut items {
            match item.unwrap() {
                OwnedItem::Text(run) => given.text(&run.text),
                OwnedItem::Gap(gap) => given.gap(gap),
                OwnedItem::Partial(line) => given.text(&line.line().shown()),
            }
        }
        assert!(items.next().is_none() && items.next().is_none());
        given.report = items.report().cloned();
        assert!(given == shown, "input {index}");
        gaps += given.gaps.len();
    }
    assert!(gaps > 10, "{gaps}");
}

#[test]
fn records_are_those_of_the_callback() {
    let (mut gaps, mut all, decoder) = (0, 0, Decoder::default());
    for (index, input) in inputs().iter().enumerate() {
        let (mut shown, mut given) = (Vec::new(), Vec::new());
        let report = read_records(
            &decoder,
            input.as_slice(),
            |_, _| true,
            |piece| {
                shown.push(match piece {
                    Piece::Record(found) => Ok((found.head, found.text.to_vec(), found.continued)),
                    Piece::Gap(gap) => Err(gap.clone()),
                    Piece::Partial(found) => Ok((imlog::Head::default(), found.line.shown(), false)),
                });
                Ok::<_, Infallible>(())
            },
        );
        let mut records = decoder.records(input.as_slice());
        assert!(records.report().is_none());
        for piece in &mut records {
            given.push(match piece.unwrap() {
                OwnedPiece::Record(record) => Ok((record.head, record.text, record.continued)),
                OwnedPiece::Gap(gap) => Err(gap),
                OwnedPiece::Partial(line) => Ok((imlog::Head::default(), line.line().shown(), false)),
                other => panic!("{other:?}"),
            });
        }
        assert!(records.next().is_none() && records.next().is_none());
        assert_eq!(records.report(), Some(&report.unwrap()), "input {index}");
        assert!(given == shown, "input {index}");
        gaps += given.iter().filter(|piece| piece.is_err()).count();
        all += given.len();
    }
    assert!(gaps > 10 && all > 5000, "{gaps} of {all}");
}

/// A reader that fails behind its last byte.
struct Fails<'a>(&'a [u8]);

impl Read for Fails<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self.0.read(buffer)? {
            0 if !buffer.is_empty() => Err(io::Error::other(DiskFailure)),
            read => Ok(read),
        }
    }
}

#[derive(Debug, thiserror::Error)]
#[error("the disk is gone")]
struct DiskFailure;

#[test]
fn an_error_of_the_reader_comes_last_and_once() {
    let file = std::fs::read(testdata("imsdk_C_20231106.xlog")).unwrap();
    let (file, decoder) = (file.repeat(4), Decoder::default());
    let mut items = decoder.items(Fails(&file));
    let all: Vec<_> = items.by_ref().collect();
    assert!(all.len() > 1 && all.iter().filter(|item| item.is_err()).count() == 1 && all.last().unwrap().is_err());
    assert!(items.next().is_none() && items.report().is_some_and(|report| report.text > 0));
    let mut records = decoder.records(Fails(&file));
    let all: Vec<_> = records.by_ref().collect();
    assert!(all.len() > 1000 && all.iter().filter(|item| item.is_err()).count() == 1 && all.last().unwrap().is_err());
    assert!(records.next().is_none() && records.report().is_some_and(|report| report.text > 0));
    // One that fails at once.
    let mut records = decoder.records(Fails(b""));
    assert!(records.next().unwrap().is_err() && records.next().is_none());
    assert_eq!(records.report(), Some(&Report::default()));
}

/// Of what came before an error, nothing is held back.
#[test]
fn records_before_an_error_of_the_reader_are_whole() {
    let text =
        b"TIM: 2023-11-06 14:19:18.434 I |-a.cpp:1  f  |one\nTIM: 2023-11-06 14:19:18.434 I |-a.cpp:1  f  |two\n";
    let text = text.repeat(20_000);
    let decoder = Decoder::default();
    let bytes = |records: &[Vec<u8>]| records.iter().map(Vec::len).sum::<usize>();
    let mut shown = Vec::new();
    let result = read_records(
        &decoder,
        Fails(&text),
        |_, _| true,
        |piece| {
            if let Piece::Record(found) = piece {
                shown.push(found.text.to_vec());
            }
            Ok::<_, Infallible>(())
        },
    );
    assert!(matches!(result, Err(DecodeError::Read(_))));
    let mut records = decoder.records(Fails(&text));
    let mut given = Vec::new();
    for piece in records.by_ref().map_while(Result::ok) {
        if let OwnedPiece::Record(record) = piece {
            given.push(record.text);
        }
    }
    // What the report counts as text has come, to the last byte.
    assert_eq!(bytes(&given) as u64, records.report().unwrap().text);
    for records in [&given, &shown] {
        let all = records.concat();
        assert!(text.starts_with(&all) && all.len() > text.len() / 2 && all.ends_with(b"\n"));
    }
}

#[test]
fn an_iterator_can_be_left_half_way() {
    let file = std::fs::read(testdata("imsdk_C_20231106.xlog")).unwrap().repeat(4);
    let decoder = Decoder::default();
    let whole = decoder.items(file.as_slice()).count();
    for taken in [0, 1, whole / 2] {
        let mut items = decoder.items(file.as_slice());
        assert_eq!(items.by_ref().take(taken).count(), taken);
        assert!(items.report().is_none());
        let mut records = decoder.records(file.as_slice());
        assert_eq!(records.by_ref().take(taken).count(), taken);
        assert!(records.report().is_none());
    }
    // The decoder is as it was.
    assert_eq!(decoder.items(file.as_slice()).count(), whole);
}

#[test]
fn whatever_can_be_shared_is() {
    fn is_shared<T: Send + Sync>() {}
    fn is_sent<T: Send>() {}
    is_shared::<Decoder>();
    is_shared::<KeyRing>();
    is_shared::<Filter>();
    is_shared::<DecodeError<io::Error>>();
    is_sent::<Items<'_, std::fs::File>>();
    is_sent::<Records<'_, std::fs::File>>();
}

/// Each error of the chain, as a program that prints all of it would.
fn chain(error: &(dyn Error + 'static)) -> Vec<String> {
    std::iter::successors(Some(error), |&error| error.source()).map(ToString::to_string).collect()
}

#[test]
fn a_chain_of_errors_names_each_once() {
    let error = Decoder::default().decode_to(Fails(b"x"), io::sink()).unwrap_err();
    assert_eq!(chain(&error), ["the disk is gone"]);
    let full = |_: Item<'_>| Err(io::Error::other(DiskFailure));
    let error = Decoder::default().decode([1; 50].as_slice(), full).unwrap_err();
    assert_eq!(chain(&error), ["the disk is gone"]);
    let error = imlog::Pattern::new(&["(".into()], Default::default()).unwrap_err();
    let chain = chain(&error);
    assert_eq!(chain.len(), 2);
    assert!(chain[0].contains("`(`") && !chain[0].contains(&chain[1]), "{chain:?}");
}

#[test]
fn the_examples_do_what_they_say() {
    let log = testdata("imsdk_C_20231106.xlog").to_str().unwrap().to_owned();
    let mut text = Vec::new();
    assert!(decode::decode(&log, None, &mut text).unwrap().is_intact());
    assert!(text == std::fs::read(testdata("imsdk_C_20231106.xlog.log")).unwrap());
    let encrypted = testdata("async-zlib-crypt.xlog").to_str().unwrap().to_owned();
    assert!(decode::decode(&encrypted, Some(TEST_KEY), io::sink()).unwrap().is_intact());
    assert!(!decode::decode(&encrypted, None, io::sink()).unwrap().is_intact());

    let mut lines = Vec::new();
    errors::errors(&log, &mut lines).unwrap();
    let lines = String::from_utf8(lines).unwrap();
    assert_eq!(lines.lines().count(), 110, "{lines}");

    let mut lines = Vec::new();
    summarize::summaries(&testdata(""), &mut lines).unwrap();
    let lines = String::from_utf8(lines).unwrap();
    assert!(lines.contains("imsdk_C_20231106.xlog: intact, 7 blocks, 1331 records, 110 errors, 20"), "{lines}");
    assert!(
        lines.contains("async-zlib-crypt.xlog: encrypted, ") && lines.contains("not decoded: no key given"),
        "{lines}"
    );
}

#[test]
fn decode_to_has_markers() {
    let mut file = std::fs::read(testdata("async-zlib-crypt.xlog")).unwrap();
    Fault::Zero { at: file.len() / 2, len: 700 }.apply(&mut file);
    let mut text = Vec::new();
    let report = decoder(&[TEST_KEY]).decode_to(file.as_slice(), &mut text).unwrap();
    let text = String::from_utf8_lossy(&text);
    let markers: Vec<_> = text.lines().filter_map(|line| line.strip_prefix(imlog::MARKER_PREFIX)).collect();
    let (partial, gaps): (Vec<_>, Vec<_>) = markers.into_iter().partition(|marker| marker.starts_with("partial: "));
    assert!(report.gaps > 0 && gaps.len() as u64 == report.gaps, "{gaps:?} for {report:?}");
    assert_eq!(partial.len() as u64, report.partial, "{partial:?} for {report:?}");
}

#[cfg(feature = "serde")]
#[test]
fn values_can_be_serialized() {
    let log = std::fs::read(testdata("async-zlib-crypt.xlog")).unwrap();
    let decoder = Decoder::default();
    let mut items = decoder.items(log.as_slice());
    let gap = items.find_map(|item| match item.unwrap() {
        OwnedItem::Gap(gap) => Some(serde_json::to_value(gap).unwrap()),
        _ => None,
    });
    let gap = gap.unwrap();
    assert_eq!((gap["gap"].as_str(), gap["offset"].as_u64()), (Some("encrypted"), Some(73)));
    assert_eq!(items.by_ref().filter(Result::is_err).count(), 0);
    let report = serde_json::to_value(items.report().unwrap()).unwrap();
    assert_eq!((&report["bytes"], &report["clients"][0]), (&log.len().into(), &gap["client_key"]));
    assert_eq!(gap["client_key"].as_str().map(str::len), Some(128));

    let line = b"[W][2023-11-05 +8.0 14:19:18.434][8844, 9112*][Net][a.cpp:828, f][caf\xE9\n";
    let Some(Ok(OwnedPiece::Record(record))) = decoder.records(line.as_slice()).next() else { panic!("no record") };
    assert_eq!(
        serde_json::to_string(&record.record()).unwrap(),
        "{\"time\":\"2023-11-05T14:19:18.434+08:00\",\"level\":\"warn\",\"pid\":8844,\"tid\":9112,\"main_thread\":true,\
         \"tag\":\"Net\",\"source\":\"a.cpp\",\"line\":828,\"function\":\"f\",\"message\":\"caf\u{FFFD}\",\"form\":\"stock\"}"
    );
}
