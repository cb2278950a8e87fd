//! The code of docs/library.md, which shows what is between `// page: name` and `// end`.

// page: decode-to
use std::error::Error;
use std::fs::File;
use std::path::Path;

use imlog::{Decoder, KeyRing, PrivateKey};

fn decode_to_file(log: &Path, key: &str, text: &Path) -> Result<(), Box<dyn Error>> {
    let decoder = Decoder::new(KeyRing::new(vec![PrivateKey::parse(key)?]));
    let report = decoder.decode_to(File::open(log)?, File::create(text)?)?;
    if !report.is_intact() {
        eprintln!("{} of {} bytes not decoded", report.lost, report.bytes);
    }
    Ok(())
}
// end

// page: decode
use std::convert::Infallible;

use imlog::Item;

fn count_lines(path: &Path) -> Result<usize, Box<dyn Error>> {
    let mut lines = 0;
    Decoder::default().decode(File::open(path)?, |item| {
        match item {
            Item::Text(run) => lines += run.text.iter().filter(|&&byte| byte == b'\n').count(),
            Item::Gap(gap) => eprintln!("{} bytes missing at {}: {}", gap.len, gap.offset, gap.cause.name()),
            Item::Partial(line) => eprintln!("{} of {} bytes of a line", line.known(), line.len()),
        }
        Ok::<_, Infallible>(())
    })?;
    Ok(lines)
}
// end

// page: items
use imlog::OwnedItem;

fn first_line(path: &Path) -> Result<Option<String>, Box<dyn Error>> {
    let decoder = Decoder::default();
    for item in decoder.items(File::open(path)?) {
        if let OwnedItem::Text(run) = item? {
            return Ok(String::from_utf8_lossy(&run.text).lines().next().map(str::to_owned));
        }
    }
    Ok(None)
}
// end

// page: records
use imlog::{Level, OwnedPiece};

fn functions_that_failed(path: &Path) -> Result<Vec<String>, Box<dyn Error>> {
    let decoder = Decoder::default();
    let mut functions = Vec::new();
    for piece in decoder.records(File::open(path)?) {
        if let OwnedPiece::Record(record) = piece?
            && record.head.level >= Some(Level::Error)
            && let Some(function) = record.record().function
        {
            functions.push(String::from_utf8_lossy(function).into_owned());
        }
    }
    Ok(functions)
}
// end

// page: filter
use imlog::{Filter, Head, Pattern, PatternOptions, Piece, Zone, read_records};

fn count_timeouts(path: &Path) -> Result<u64, Box<dyn Error>> {
    let patterns = ["timeout".into(), "error_code:-?[1-9]".into()];
    let pattern = Pattern::new(&patterns, PatternOptions::default().with_ignore_case(true))?;
    let filter = Filter::default().with_level(Level::Warn).with_pattern(pattern);
    let mut count = 0;
    // Called on all threads, with each record's head and text.
    let passes = |head: &Head, text: &[u8]| filter.passes(head, text, Zone::default());
    read_records(&Decoder::default(), File::open(path)?, passes, |piece| {
        count += u64::from(matches!(piece, Piece::Record(found) if found.passes));
        Ok::<_, Infallible>(())
    })?;
    Ok(count)
}
// end

// page: info
use imlog::summarize;

fn summary_of(path: &Path) -> Result<String, Box<dyn Error>> {
    let summary = summarize(&Decoder::default(), File::open(path)?, |_item| Ok::<_, Infallible>(()))?;
    Ok(format!(
        "{}: {} blocks, {} records, {} errors",
        summary.state().name(),
        summary.report.blocks,
        summary.lines.records,
        summary.lines.errors()
    ))
}
// end

// page: time
use std::collections::BTreeMap;

use imlog::{Span, When};

fn errors_by_tag_after_nine(path: &Path) -> Result<BTreeMap<String, u64>, Box<dyn Error>> {
    let decoder = Decoder::default();
    let zone = Zone::default();
    // A time of day means the day of the newest line.
    let summary = summarize(&decoder, File::open(path)?, |_item| Ok::<_, Infallible>(()))?;
    let Some(newest) = summary.lines.last else { return Ok(BTreeMap::new()) };
    let start = "09:00".parse::<When>()?.start(newest, zone);
    let filter = Filter::default().with_level(Level::Error).with_span(Span { start: Some(start), end: None });
    let mut tags = BTreeMap::new();
    for piece in decoder.records(File::open(path)?) {
        if let OwnedPiece::Record(record) = piece?
            && filter.passes(&record.head, &record.text, zone)
        {
            let tag = String::from_utf8_lossy(record.record().tag.unwrap_or_default()).into_owned();
            *tags.entry(tag).or_default() += 1;
        }
    }
    Ok(tags)
}
// end

// page: diagnose
use imlog::{Diagnoser, concerns};

fn what_went_wrong(logs: &[&Path]) -> Result<Vec<String>, Box<dyn Error>> {
    let mut diagnoser = Diagnoser::default();
    // The logs of an app, in the order in which they were written.
    for log in logs {
        diagnoser.next_log(log.display().to_string(), None);
        // Records that `concerns` does not let pass are counted, no more.
        read_records(&Decoder::default(), File::open(log)?, concerns, |piece| {
            diagnoser.piece(piece);
            Ok::<_, Infallible>(())
        })?;
    }
    let diagnosis = diagnoser.finish();
    Ok(diagnosis.findings.iter().map(|finding| format!("{}: {}", finding.rule().name, finding.sentence())).collect())
}
// end

fn testdata(name: &str) -> std::path::PathBuf {
    crate::root().join("testdata").join(name)
}

#[test]
fn the_code_of_the_page_does_what_it_says() {
    let log = testdata("imsdk_C_20231106.xlog");
    let key = crate::support::library::TEST_KEY;
    let folder = tempfile::tempdir().unwrap();
    let text = folder.path().join("text");
    decode_to_file(&testdata("async-zlib-crypt.xlog"), key, &text).unwrap();
    assert!(std::fs::read_to_string(&text).unwrap().lines().count() > 1000);
    let lines = std::fs::read_to_string(testdata("imsdk_C_20231106.xlog.log")).unwrap();
    assert_eq!(count_lines(&log).unwrap(), lines.lines().count());
    assert_eq!(first_line(&log).unwrap().as_deref(), lines.lines().next());
    let functions = functions_that_failed(&log).unwrap();
    assert_eq!((functions.len(), functions[0].as_str()), (110, "Login"));
    assert!((1..1331).contains(&count_timeouts(&log).unwrap()));
    assert_eq!(summary_of(&log).unwrap(), "intact: 7 blocks, 1331 records, 110 errors");
    let found = what_went_wrong(&[&testdata("incidents/outage.xlog")]).unwrap();
    assert_eq!(found.len(), 2);
    assert!(
        found[0].starts_with("connect-failed: The SDK could not connect to the server, 35 times from "),
        "{found:?}"
    );
    let tags = errors_by_tag_after_nine(&log).unwrap();
    assert!((1..=110).contains(&tags.values().sum::<u64>()), "{tags:?}");
}
