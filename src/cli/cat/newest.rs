//! The newest line of the logs: what `14:00` and `2h` count from.

use std::io::{Read, Seek, SeekFrom};

use anyhow::{Context, Result, anyhow, bail};
use rayon::prelude::*;

use super::super::printer::{Hint, Shown};
use crate::decode::{Decoder, Error};
use crate::filter::Zone;
use crate::input::{Input, Reader};
use crate::record::{self, Form, Piece, Time};

/// How much of a log's end is read at first, in bytes: it holds many blocks. If it has no time, more is.
const END: u64 = 1 << 20;

/// When the newest line of `inputs` was logged.
///
/// # Errors
/// When there is no time in any of them, or one is standard input, which can be read only once.
pub fn newest(inputs: &[Input], decoder: &Decoder, zone: Zone) -> Result<Time> {
    if inputs.contains(&Input::Stdin) {
        let hint = Hint("give the day too, as `2023-11-05 14:00`".into());
        bail!(anyhow!("standard input is read once: there is no newest line to count from").context(hint));
    }
    // What can't be read is named when its turn comes to be shown.
    let times = inputs.par_iter().filter_map(|input| of_input(input, decoder, zone).ok().flatten());
    let newest = times.max_by_key(|time| zone.instant(*time));
    newest.context(Hint("give the day too, as `2023-11-05 14:00`".into())).context("no line has a time to count from")
}

fn of_input(input: &Input, decoder: &Decoder, zone: Zone) -> Result<Option<Time>> {
    let mut end = END;
    loop {
        let (reader, size) = input.open()?;
        let (Reader::File(mut file), Some(size)) = (reader, size) else { return Ok(None) };
        file.seek(SeekFrom::Start(size.saturating_sub(end)))?;
        let found = of_reader(file, decoder, zone).map_err(|error| anyhow!("{}: {error}", name(input)))?;
        if found.is_some() || end >= size {
            return Ok(found);
        }
        end *= 8;
    }
}

fn of_reader(reader: impl Read + Send, decoder: &Decoder, zone: Zone) -> Result<Option<Time>, Error<std::io::Error>> {
    let mut newest: Option<Time> = None;
    let show = |piece: Piece<'_>| {
        // The writer's own notes are not what people mean by a line.
        if let Piece::Record(found) = piece
            && found.head.form != Form::Note
            && let Some(time) = found.head.time
            && newest.is_none_or(|newest| zone.instant(newest) < zone.instant(time))
        {
            newest = Some(time);
        }
        Ok(())
    };
    record::read(decoder, reader, |_, _| true, show)?;
    Ok(newest)
}

fn name(input: &Input) -> String {
    input.path().map_or("standard input".into(), |path| Shown(path).to_string())
}
