//! The code of docs/library.md: what stands between `// page: name` and `// end` is shown there.

// page: decode
use std::convert::Infallible;
use std::error::Error;
use std::fs::File;
use std::path::Path;

use imlog::codec::keys::{KeyRing, PrivateKey};
use imlog::decode::{Decoder, Item};

fn decode(path: &Path, key: &str) -> Result<String, Box<dyn Error>> {
    let decoder = Decoder::new(KeyRing::new(vec![PrivateKey::parse(key)?]));
    let mut text = String::new();
    let report = decoder.decode(File::open(path)?, |item| {
        match item {
            Item::Text(run) => text += &String::from_utf8_lossy(run.text),
            Item::Gap(gap) => eprintln!("{} bytes missing at {}: {:?}", gap.len, gap.offset, gap.cause),
        }
        Ok::<_, Infallible>(())
    })?;
    if !report.is_intact() {
        eprintln!("{} of {} bytes not decoded", report.lost, report.bytes);
    }
    Ok(text)
}
// end

// page: records
use imlog::record::{self, Head, Level, Piece};

fn functions_that_failed(path: &Path) -> Result<Vec<String>, Box<dyn Error>> {
    let mut functions = Vec::new();
    // Called on all threads, with each record's head and text.
    let is_error = |head: &Head, _text: &[u8]| head.level >= Some(Level::Error);
    record::read(&Decoder::new(KeyRing::default()), File::open(path)?, is_error, |piece| {
        if let Piece::Record(found) = piece
            && found.passes
            && let Some(function) = found.record().function
        {
            functions.push(String::from_utf8_lossy(function).into_owned());
        }
        Ok::<_, Infallible>(())
    })?;
    Ok(functions)
}
// end

// page: filter
use imlog::filter::{Filter, Pattern, PatternOptions, Zone};

fn count_timeouts(path: &Path) -> Result<u64, Box<dyn Error>> {
    let patterns = ["timeout".into(), "error_code:-?[1-9]".into()];
    let options = PatternOptions { ignore_case: true, ..PatternOptions::default() };
    let filter =
        Filter { level: Some(Level::Warn), pattern: Some(Pattern::new(&patterns, options)?), ..Filter::default() };
    let mut count = 0;
    let passes = |head: &Head, text: &[u8]| filter.passes(head, text, Zone::default());
    record::read(&Decoder::new(KeyRing::default()), File::open(path)?, passes, |piece| {
        count += u64::from(matches!(piece, Piece::Record(found) if found.passes));
        Ok::<_, Infallible>(())
    })?;
    Ok(count)
}
// end

// page: info
use imlog::info;

fn summarize(path: &Path) -> Result<String, Box<dyn Error>> {
    let decoder = Decoder::new(KeyRing::default());
    let summary = info::read(&decoder, File::open(path)?, |_item| Ok::<_, Infallible>(()))?;
    Ok(format!(
        "{}: {} blocks, {} records, {} errors",
        summary.state().name(),
        summary.report.blocks,
        summary.lines.records,
        summary.lines.errors()
    ))
}
// end

fn testdata(name: &str) -> std::path::PathBuf {
    crate::root().join("testdata").join(name)
}

#[test]
fn the_code_of_the_page_does_what_it_says() {
    let log = testdata("imsdk_C_20231106.xlog");
    let key = crate::support::library::TEST_KEY;
    assert!(decode(&testdata("async-zlib-crypt.xlog"), key).unwrap().lines().count() > 1000);
    let functions = functions_that_failed(&log).unwrap();
    assert_eq!((functions.len(), functions[0].as_str()), (110, "Login"));
    assert!((1..1331).contains(&count_timeouts(&log).unwrap()));
    assert_eq!(summarize(&log).unwrap(), "intact: 7 blocks, 1331 records, 110 errors");
}
