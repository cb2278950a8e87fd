//! Decodes a log to text: `cargo run --example decode -- LOG [PRIVATE_KEY] > TEXT`

use std::error::Error;
use std::fs::File;
use std::io::{self, Write};

use imlog::{Decoder, KeyRing, PrivateKey, Report};

fn main() -> Result<(), Box<dyn Error>> {
    let mut args = std::env::args().skip(1);
    let path = args.next().ok_or("which log?")?;
    let report = decode(&path, args.next().as_deref(), io::stdout())?;
    if !report.is_intact() {
        eprintln!("{path}: {} of {} bytes could not be decoded", report.lost, report.bytes);
    }
    Ok(())
}

/// Writes the text of the log to `out`, with a marker line wherever something is missing.
pub fn decode(path: &str, key: Option<&str>, out: impl Write + Send) -> Result<Report, Box<dyn Error>> {
    let keys = key.map(PrivateKey::parse).transpose()?.into_iter().collect();
    let decoder = Decoder::new(KeyRing::new(keys));
    Ok(decoder.decode_to(File::open(path)?, out)?)
}
