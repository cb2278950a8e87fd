//! The library as a browser uses it: in a worker, which reads files by slices and shows what is found.
//!
//! Everything is done on the thread of the worker, in one call per file. Whoever does not want to wait ends the worker.

#![forbid(unsafe_code)]

mod host;

use std::convert::Infallible;
use std::io::{BufReader, BufWriter, Read};
use std::sync::Mutex;

use imlog::{
    DecodeError, Decoder, Diagnoser, KeyRing, OwnedPiece, PrivateKey, Redactor, ReportApp, ReportPage, concerns,
    day_in_name, read_records,
};
use wasm_bindgen::prelude::*;

use host::{File, Text};

/// How much of a log's start is searched for a time, in bytes: its first lines have one.
const SAMPLE: u64 = 16 << 10;
/// How much is asked of the browser, or given to it, at once, in bytes. Each time costs it a fraction of a millisecond.
const SLICE: usize = 1 << 20;
/// Milliseconds of a day.
const DAY: i64 = 86_400_000;

/// The logs of an app. Files go by their number in the worker's list.
#[wasm_bindgen]
pub struct Logs {
    decoder: Decoder,
    diagnoser: Diagnoser,
    redactor: Mutex<Redactor>,
}

/// What was read of a log. Sizes are bytes.
#[wasm_bindgen]
#[derive(Clone, Copy, Default)]
pub struct LogRead {
    /// The browser could not read the file to its end: what follows is of the part before, as far as it is known.
    pub failed: bool,
    /// It is text already.
    pub is_text: bool,
    /// How much text it has.
    pub text: f64,
    /// Blocks.
    pub blocks: f64,
    /// Places where bytes gave no text, but for those where only a key is missing.
    pub damaged: f64,
    /// Bytes in those places.
    pub lost: f64,
    /// Encrypted blocks that no key opened.
    pub locked: f64,
    /// The file ends in the midst of a block.
    pub is_cut: bool,
    /// Blocks that are missing from the sequence.
    pub missing: f64,
}

/// The report, as it is and as it can be passed on.
#[wasm_bindgen(getter_with_clone)]
pub struct Pages {
    /// With all that is personal.
    pub plain: String,
    /// With pseudonyms.
    pub redacted: String,
}

#[wasm_bindgen]
impl Logs {
    /// For logs that these private keys open, one a line, as key files have them: `#` starts a comment.
    ///
    /// # Errors
    /// What is wrong with a key, and in which line. Never the key.
    #[wasm_bindgen(constructor)]
    pub fn new(keys: &str) -> Result<Logs, JsError> {
        let keys = keys.lines().enumerate().filter_map(|(at, line)| {
            let line = line.split('#').next().unwrap_or_default().trim();
            let parse = || PrivateKey::parse(line).map_err(|error| JsError::new(&format!("{}: {error}", at + 1)));
            (!line.is_empty()).then(parse)
        });
        Ok(Logs {
            decoder: Decoder::new(KeyRing::new(keys.collect::<Result<_, _>>()?)),
            diagnoser: Diagnoser::default().with_details(),
            redactor: Mutex::default(),
        })
    }

    /// When the first line of a log was written, by the phone's clock, in milliseconds since 1970; failing that, the start
    /// of the day in its name. Logs have to be read in this order.
    pub fn start(&self, file: u32, name: &str) -> Option<f64> {
        let pieces = self.decoder.records(File::new(file).take(SAMPLE));
        // What fails here is reported when all of the log is read.
        let mut times = pieces.filter_map(|piece| match piece {
            Ok(OwnedPiece::Record(record)) => record.head.time.map(|time| time.wall),
            _ => None,
        });
        let first = times.next().or_else(|| day_in_name(name).map(|day| day * DAY));
        first.map(|wall| wall as f64)
    }

    /// Reads the next log into the diagnosis.
    pub fn read(&mut self, file: u32, name: &str) -> LogRead {
        let diagnoser = &mut self.diagnoser;
        diagnoser.next_log(name, day_in_name(name));
        let input = BufReader::with_capacity(SLICE, File::new(file));
        let read = read_records(&self.decoder, input, concerns, |piece| {
            diagnoser.piece(piece);
            Ok::<_, Infallible>(())
        });
        let report = match read {
            Ok(report) => report,
            Err(DecodeError::Show(never)) => match never {},
            Err(_) => return LogRead { failed: true, ..LogRead::default() },
        };
        LogRead {
            failed: false,
            is_text: !report.has_blocks() && report.text > 0,
            text: report.text as f64,
            blocks: report.blocks as f64,
            damaged: report.gaps.saturating_sub(report.locked) as f64,
            lost: report.lost.saturating_sub(report.locked_bytes) as f64,
            locked: report.unopened as f64,
            is_cut: report.cut_off.is_some(),
            missing: report.missing as f64,
        }
    }

    /// The report on all logs that were read. The next log will be the first of another report.
    pub fn finish(&mut self) -> Pages {
        let diagnosis = std::mem::replace(&mut self.diagnoser, Diagnoser::default().with_details()).finish();
        let mut page = ReportPage::default();
        page.add(ReportApp {
            name: ".".into(),
            verdict: diagnosis.verdict(),
            diagnosis,
            // There is no command that would show them again.
            sources: Vec::new(),
            known: None,
        });
        let plain = page.html();
        page.redact(self.redactor.get_mut().unwrap_or_else(|poisoned| poisoned.into_inner()));
        Pages { plain, redacted: page.html() }
    }

    /// Writes the text of a log, as `imlog decode` does; with the pseudonyms of the report, if it is to be redacted.
    /// Returns whether the file could be read to its end.
    pub fn text(&self, file: u32, redact: bool) -> bool {
        let input = BufReader::with_capacity(SLICE, File::new(file));
        let out = BufWriter::with_capacity(SLICE, Text);
        let report = match redact {
            true => self.decoder.decode_redacted_to(input, out, &self.redactor),
            false => self.decoder.decode_to(input, out),
        };
        report.is_ok()
    }
}
