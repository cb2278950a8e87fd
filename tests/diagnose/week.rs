//! The logs in testdata/incidents/ that the tests' own writer wrote: `outage.xlog`, and `week.zip`, a week of a phone with
//! one bad hour in it. `IMLOG_TESTDATA=overwrite cargo test --test diagnose week` writes them anew.

use regex::Regex;

use crate::program::{Folder, testdata};
use crate::support::archive::{Entry, zip};
use crate::support::writer::Block;
use crate::{diagnose, out, run};

/// The day of `outage.xlog.log`, in March 2025.
const BAD_DAY: i64 = 6;
/// The day of `healthy.xlog.log`.
const GOOD_DAY: i64 = 16;

fn text(name: &str) -> String {
    std::fs::read_to_string(testdata(&format!("incidents/{name}"))).unwrap()
}

/// A text as an xlog, in blocks of zlib with about 16 kB of text each.
fn xlog(text: &str) -> Vec<u8> {
    let mut blocks: Vec<Vec<Vec<u8>>> = vec![Vec::new()];
    let mut size = 0;
    for line in text.split_inclusive('\n') {
        if size > 16_000 {
            blocks.push(Vec::new());
            size = 0;
        }
        size += line.len();
        blocks.last_mut().unwrap().push(line.as_bytes().to_vec());
    }
    let block = |(seq, lines): (usize, Vec<Vec<u8>>)| {
        let block = Block { hours: [8, 9], ..Block::keyed(0x09, seq as u16 + 1) };
        block.write(&[lines.concat()])
    };
    blocks.into_iter().enumerate().flat_map(block).collect()
}

/// The healthy text on another day, from the app, the user and the phone of the outage, with the SDK shut down at its end.
fn healthy_on(day: i64) -> String {
    let shut_down = text("outage.xlog.log").lines().last().unwrap().to_owned();
    assert!(shut_down.contains("UnInitSDK"));
    let shut_down =
        Regex::new("2025-03-06 [0-9:.]{12}").unwrap().replace(&shut_down, "2025-03-16 09:00:12.021").into_owned();
    let text = text("healthy.xlog.log") + &shut_down + "\n";
    let text = text.replace("2025-03-16", &format!("2025-03-{day:02}"));
    let text = text.replace("1400343595", "1400209777").replace("user_07835", "user_66817");
    let text = text.replace("6808", &(6808 + 211 * day).to_string());
    let seconds = Regex::new(r"\b1742\d{6}").unwrap();
    let moved =
        |found: &regex::Captures<'_>| (found[0].parse::<i64>().unwrap() - (GOOD_DAY - day) * 86_400).to_string();
    seconds.replace_all(&text, moved).into_owned()
}

fn week() -> Vec<u8> {
    let days = (3..=9).map(|day| {
        let text = if day == BAD_DAY { text("outage.xlog.log") } else { healthy_on(day) };
        Entry::new(format!("logs/imsdk_C_202503{day:02}.xlog"), xlog(&text))
    });
    zip(&days.collect::<Vec<_>>())
}

#[test]
fn the_week_is_what_these_texts_make() {
    let made = [("outage.xlog", xlog(&text("outage.xlog.log"))), ("week.zip", week())];
    if std::env::var_os("IMLOG_TESTDATA").is_some_and(|what| what == "overwrite") {
        for (name, bytes) in &made {
            std::fs::write(testdata(&format!("incidents/{name}")), bytes).unwrap();
        }
    }
    // Another version of the compressor may write other bytes: what counts is what is in them.
    let folder = Folder::new();
    for (name, bytes) in made {
        folder.copy(&format!("incidents/{name}"), name);
        folder.write(&format!("made-{name}"), bytes);
        let [is, made] = [name.to_owned(), format!("made-{name}")].map(|name| {
            let ended = run(&folder, &["cat", "-q", &name]);
            assert_eq!(ended.code, 0);
            out(&ended).replace("made-", "")
        });
        assert!(is == made && made.len() > 60_000, "{name}");
    }
    let ended = run(&folder, &["cat", "outage.xlog"]);
    assert!(ended.out == text("outage.xlog.log").into_bytes());
}

/// What is wrong in a week is found, and nothing else. Each day has its own session, which does not reach into the next.
#[test]
fn a_week_with_one_bad_hour_in_it() {
    let folder = crate::incidents();
    let ended = diagnose(&folder, &["--width", "80", "week.zip"]);
    assert_eq!((ended.code, ended.err.as_str()), (1, ""));
    let text = out(&ended);
    insta::assert_snapshot!("week_80", text);
    assert_eq!(crate::rules(&folder, &["week.zip"]), ["connect-failed", "usersig-expired"]);
}
