//! Summarizes the logs in a folder: `cargo run --example summarize -- FOLDER`

use std::convert::Infallible;
use std::error::Error;
use std::fs::File;
use std::io::{self, Write};
use std::path::Path;

use imlog::{Decoder, summarize};

fn main() -> Result<(), Box<dyn Error>> {
    let folder = std::env::args().nth(1).ok_or("which folder?")?;
    summaries(Path::new(&folder), io::stdout().lock())
}

/// Writes one line to `out` for each log in the folder, sorted by name.
pub fn summaries(folder: &Path, mut out: impl Write) -> Result<(), Box<dyn Error>> {
    // One decoder for all logs.
    let decoder = Decoder::default();
    let mut paths = folder.read_dir()?.map(|entry| Ok(entry?.path())).collect::<io::Result<Vec<_>>>()?;
    paths.sort();
    for path in paths.iter().filter(|path| path.extension().is_some_and(|extension| extension == "xlog")) {
        // The callback gets each item as well; here it is not needed.
        let summary = summarize(&decoder, File::open(path)?, |_item| Ok::<_, Infallible>(()))?;
        let name = path.file_name().unwrap_or_default().display();
        write!(out, "{name}: {}, {} blocks, ", summary.state().name(), summary.report.blocks)?;
        write!(out, "{} records, {} errors", summary.lines.records, summary.lines.errors())?;
        if let (Some(first), Some(last)) = (summary.lines.first, summary.lines.last) {
            write!(out, ", {first} to {last}")?;
        }
        writeln!(out)?;
        for place in summary.places.values() {
            writeln!(out, "  {}", imlog::Marker(place))?;
        }
    }
    Ok(())
}
