//! Whether blocks of a log can be skipped by the hours in their headers.
//!
//! The hours come from the log writer's clock, and lines may come from another. So samples of a log are read first, and
//! blocks are skipped only if hours and lines agree in all of them.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};

use crate::decode::{Decoder, Item};
use crate::filter;
use crate::input::{Input, InputReader};

/// Size of a sample, in bytes.
const SAMPLE: u64 = 256 << 10;

/// A shorter log, in bytes, is read whole: there is little to skip.
const WORTH_IT: u64 = 8 << 20;

/// Distance between samples, in bytes. They are further apart in a log that would need more than `SAMPLES`.
const APART: u64 = 1 << 20;
const SAMPLES: u64 = 32;

/// Whether the hours in the headers of this log are those of its lines, as far as the samples show.
pub fn are_those_of_the_lines(input: &Input, decoder: &Decoder) -> bool {
    // An input that can be opened only once must not be opened for this.
    let Input::File(_) = input else { return false };
    match input.open() {
        Ok((InputReader::File(file), Some(size))) if size >= WORTH_IT => {
            let samples = (size / APART).min(SAMPLES);
            let last = size - SAMPLE;
            (0..samples).all(|sample| agree(&file, last * sample / (samples - 1), decoder).unwrap_or(false))
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
                let (text, others) =
                    rest.split_at_checked(block.text_len() - block.text_behind_gap).unwrap_or((rest, &[]));
                rest = others;
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
