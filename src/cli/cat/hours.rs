//! Whether blocks of a log can be passed over by the hours in their headers.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};

use crate::decode::{Decoder, Item};
use crate::filter;
use crate::input::{Input, Reader};

/// How much of a log is looked at, in bytes, at its start and at its end.
const SAMPLE: u64 = 256 << 10;

/// A log shorter than this is read whole: there is little to pass over.
const WORTH_IT: u64 = 4 * SAMPLE;

/// Whether the hours in the headers of this log are those of its lines, as far as a look at both its ends tells.
pub fn are_those_of_the_lines(input: &Input, decoder: &Decoder) -> bool {
    match input.open() {
        Ok((Reader::File(file), Some(size))) if size >= WORTH_IT => {
            agree(&file, 0, decoder).unwrap_or(false) && agree(&file, size - SAMPLE, decoder).unwrap_or(false)
        }
        _ => false,
    }
}

fn agree(mut file: &File, from: u64, decoder: &Decoder) -> io::Result<bool> {
    file.seek(SeekFrom::Start(from))?;
    let mut agree = true;
    let show = |item: Item<'_>| {
        if let Item::Run(run) = item {
            agree &= filter::agree(&run);
        }
        Ok::<_, io::Error>(())
    };
    match decoder.decode(file.take(SAMPLE), show) {
        Ok(report) => Ok(agree && report.text > 0),
        Err(error) => Err(io::Error::other(error.to_string())),
    }
}
