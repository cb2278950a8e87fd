//! The last records of each log.

use std::io::{self, Seek, SeekFrom, Write};

use anyhow::{Context, Result};

use super::super::super::inputs::single_logs;
use super::super::super::watch::Notes;
use super::super::out::Out;
use super::super::select::Selection;
use super::super::tail::{Tail, TailSearch};
use super::{CatRun, Ended, cannot_read};
use crate::filter::Zone;
use crate::input::archive::limits::{Budget, Limits};
use crate::input::archive::{Label, Member};
use crate::input::expand::FoundInput;
use crate::input::{Input, InputReader};

impl CatRun<'_> {
    /// Shows the last `wanted` records of each log.
    pub fn tails<W: Write + Send>(&self, wanted: u64, logs: &[FoundInput], out: Out<W>) -> Result<Ended> {
        let mut selection = Selection::new(self.limits, out);
        let mut ended = Ended::default();
        for (input, notes) in self.rereadable(logs, &mut ended)? {
            let zone = self.zones().of(&input);
            let tail = match self.tail(wanted, &input, zone) {
                Ok(tail) => tail,
                Err(error) => {
                    self.fail(&cannot_read(&input, error), &mut ended);
                    continue;
                }
            };
            match open_at(&input, tail.offset) {
                Ok(reader) => {
                    selection.skip(tail.passing.saturating_sub(wanted));
                    self.log(&input, reader, (Some(zone), notes), &mut selection, &mut ended)?;
                }
                Err(error) => self.fail(&cannot_read(&input, error), &mut ended),
            }
            if self.is_enough(&selection) {
                break;
            }
        }
        self.finish(selection, ended)
    }

    /// Where the last `wanted` records of a log begin that pass. `zone`: that of lines that name none.
    pub fn tail(&self, wanted: u64, input: &Input, zone: Zone) -> io::Result<Tail> {
        let (decoder, parts) = (&self.decoders.all, self.filter.parts());
        TailSearch { decoder, judge: self.judge(zone), parts, wanted, is_live: false }.find(&input.again())
    }

    /// Each log by itself, to be read more than once: what can't be is copied.
    pub fn rereadable(&self, logs: &[FoundInput], ended: &mut Ended) -> Result<Vec<(Input, Notes)>> {
        let mut inputs = single_logs(logs, |problem| self.fail_archive(problem, ended));
        for (input, _) in inputs.iter_mut().filter(|(input, _)| !input.reopens()) {
            let file = match &input {
                Input::File(file) => Some(file.clone()),
                Input::Member(_) | Input::Stdin => None,
            };
            let budget = Budget::new(Limits { spool: self.room.most, ..Limits::default() }, 0);
            let copied = input.open().and_then(|(mut reader, _)| self.room.spool.copy(&mut reader, budget.into()));
            let route = copied.with_context(|| format!("cannot read {}", super::quoted(&input.name())))?;
            *input = Input::Member(Member { label: Label::new(file), route, size: None });
        }
        Ok(inputs)
    }
}

/// Opens `input` at a position that [`CatRun::tail`] has found.
pub fn open_at(input: &Input, offset: u64) -> io::Result<InputReader> {
    let (mut reader, _) = input.open()?;
    if offset > 0 {
        reader.seek(SeekFrom::Start(offset))?;
    }
    Ok(reader)
}
