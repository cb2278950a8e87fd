//! Prints the errors of the last hour in a log: `cargo run --example errors -- LOG`
//!
//! The input may be a log or a decoded text. `imlog cat --level error --since 1h LOG` does the same.

use std::convert::Infallible;
use std::error::Error;
use std::fs::File;
use std::io::{self, Write};

use imlog::{Decoder, Filter, Head, Level, Piece, Span, When, Zone, read_parts, summarize};

fn main() -> Result<(), Box<dyn Error>> {
    let path = std::env::args().nth(1).ok_or("which log?")?;
    errors(&path, io::stdout())
}

/// Writes one line to `out` for each error.
pub fn errors(path: &str, mut out: impl Write + Send) -> Result<(), Box<dyn Error>> {
    let decoder = Decoder::default();
    // The time of the app's newest line. Lines that the log writer itself adds may be newer, and do not count.
    let summary = summarize(&decoder, File::open(path)?, |_item| Ok::<_, Infallible>(()))?;
    let Some(newest) = summary.lines.last else { return Ok(()) };
    // The zone for lines that have none. Any zone will do, because the hour is counted from the newest line.
    let zone = Zone::default();
    let start = "1h".parse::<When>()?.start(newest, zone);
    let filter = Filter::default().with_level(Level::Error).with_span(Span { start: Some(start), end: None });

    // The filter is called on all threads; the records come in order.
    let passes = |head: &Head, text: &[u8]| filter.passes(head, text, zone);
    read_parts(&decoder, File::open(path)?, passes, filter.parts(), |piece| match piece {
        Piece::Record(found) if found.passes => {
            let record = found.record();
            let time = record.head.time.map(|time| time.to_string()).unwrap_or_default();
            let function = String::from_utf8_lossy(record.function.unwrap_or(b"?"));
            let message = record.message.split(|&byte| byte == b'\n').next().unwrap_or_default();
            writeln!(out, "{time} {function}: {}", String::from_utf8_lossy(message).escape_debug())
        }
        Piece::Gap(gap) => writeln!(out, "({} bytes missing here)", gap.len),
        _ => Ok(()),
    })?;
    Ok(())
}
