//! All logs as one, in order of time.

use std::io::Write;

use anyhow::Result;
use rayon::prelude::*;

use super::super::super::inputs::single_logs;
use super::super::super::watch::{Notes, Pace, Watched};
use super::super::merge::{Lane, LaneRules, merge};
use super::super::out::Out;
use super::super::select::{Selection, Stop};
use super::super::short_names::short_names;
use super::super::show::{Show, cannot_write};
use super::super::tail::Tail;
use super::tails::open_at;
use super::{CatRun, Ended, LogResult, cannot_merge, cannot_read, shown};
use crate::input::Input;
use crate::input::expand::FoundInput;

impl CatRun<'_> {
    /// Shows all logs as one, in order of time; with `tail`, only so many records, the last.
    pub fn merged<W: Write>(&self, tail: Option<u64>, logs: &[FoundInput], out: Out<W>) -> Result<Ended> {
        let mut ended = Ended::default();
        let inputs = match tail {
            Some(_) => self.rereadable(logs, &mut ended)?,
            None => single_logs(logs, |problem| self.fail_archive(problem, &mut ended)),
        };
        // What cannot be read is reported when it is shown.
        let start = |(input, _): &(Input, Notes)| {
            let zone = self.zones().of(input);
            (zone, tail.and_then(|wanted| self.tail(wanted, input, zone).ok()).unwrap_or_default())
        };
        let starts: Vec<_> = inputs.par_iter().map(start).collect();
        let passing: u64 = starts.iter().map(|(_, tail)| tail.passing).sum();
        let lanes = inputs.iter().zip(starts).map(|((input, notes), (zone, Tail { offset, .. }))| {
            let (judge, parts) = (self.judge(zone), self.filter.parts());
            let rules = LaneRules { judge, parts, zone, keep_all: self.limits.has_context() };
            let progress = self.progress.clone();
            let open = move || {
                let watched = Watched::noting(open_at(input, offset)?, Pace::of(input), notes.clone());
                Ok(watched.with_progress(progress.clone()))
            };
            Lane::new(open, input.reopens(), self.decoders.of(input), rules)
        });
        let mut lanes: Vec<_> = lanes.collect();
        let mut names: Vec<_> = inputs.iter().map(|(input, _)| shown(input, self.style.json)).collect();
        if self.style.visible && !self.style.json {
            names = short_names(&names);
        }
        let mut selection = Selection::new(self.limits, out);
        selection.skip(tail.map_or(0, |wanted| passing.saturating_sub(wanted)));
        let merged = merge(&mut lanes, self.room, |index, piece| {
            selection.piece(names.get(index).map_or("", String::as_str), piece)
        });
        match merged {
            Ok(()) | Err(Stop::Enough) => {}
            Err(Stop::Write(error)) => return Err(cannot_write(error)),
            // What has been shown stays good.
            Err(Stop::Spool(error)) => self.fail(&cannot_merge(error), &mut ended),
        }
        for (lane, (input, notes)) in lanes.into_iter().zip(&inputs) {
            let (report, markers, error) = lane.end();
            if let Some(error) = error {
                self.fail(&cannot_read(input, error), &mut ended);
            }
            self.report(input, &LogResult { report, markers, notes: notes.clone() }, &mut ended);
        }
        if self.limits.count {
            let line = format!("{}\n", selection.passed());
            selection.out().whole_line(line.as_bytes()).map_err(cannot_write)?;
        }
        self.finish(selection, ended)
    }
}
