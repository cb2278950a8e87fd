//! Whether blocks of a log can be passed over by the hours in their headers.
//!
//! The hours are the writer's clock, and lines may have another. So a log is looked at in many places first, and blocks
//! are passed over only if hours and lines agree in all of them.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};

use crate::decode::{Decoder, Item};
use crate::filter;
use crate::input::{Input, InputReader};

/// How much of a log is looked at in each place, in bytes.
const SAMPLE: u64 = 256 << 10;

/// A log shorter than this is read whole: there is little to pass over.
const WORTH_IT: u64 = 8 << 20;

/// The places, from the start of the log to its end, are so many bytes apart as a rule. Of a long log, there are not
/// more than `PLACES`.
const APART: u64 = 1 << 20;
const PLACES: u64 = 32;

/// Whether the hours in the headers of this log are those of its lines, as far as that look tells.
pub fn are_those_of_the_lines(input: &Input, decoder: &Decoder) -> bool {
    // What can be opened only once must not be opened for this.
    let Input::File(_) = input else { return false };
    match input.open() {
        Ok((InputReader::File(file), Some(size))) if size >= WORTH_IT => {
            let places = (size / APART).min(PLACES);
            let last = size - SAMPLE;
            (0..places).all(|place| agree(&file, last * place / (places - 1), decoder).unwrap_or(false))
        }
        _ => false,
    }
}

fn agree(mut file: &File, from: u64, decoder: &Decoder) -> io::Result<bool> {
    file.seek(SeekFrom::Start(from))?;
    let mut agree = true;
    let show = |item: Item<'_>| {
        if let Item::Text(run) = item {
            let mut rest = run.text;
            agree &= run.blocks.iter().all(|block| {
                let (text, after) = rest.split_at_checked(block.text_len()).unwrap_or((rest, &[]));
                rest = after;
                filter::agree(&block.header, text)
            });
        }
        Ok::<_, io::Error>(())
    };
    match decoder.decode(file.take(SAMPLE), show) {
        Ok(report) => Ok(agree && report.text > 0),
        Err(error) => Err(io::Error::other(error.to_string())),
    }
}
