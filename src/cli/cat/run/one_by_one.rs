//! One log after the other.

use std::io::{Read, Write};

use anyhow::{Error, Result};
use indicatif::ProgressBar;

use super::super::super::inputs::quoted;
use super::super::super::watch::{Pace, Watched};
use super::super::out::Out;
use super::super::select::{Selection, Stop};
use super::{CatRun, Ended, LogResult, cannot_read, cannot_write, shown};
use crate::decode::{DecodeError, Report};
use crate::filter::Zone;
use crate::input::Input;
use crate::input::expand::{FoundInput, StreamedArchive, StreamedLog};
use crate::record::{self, Piece};

impl CatRun<'_> {
    /// Shows one log after the other.
    pub fn one_by_one<W: Write + Send>(&self, logs: &[FoundInput], out: Out<W>) -> Result<Ended> {
        let mut selection = Selection::new(self.limits, out);
        let mut ended = Ended::default();
        for found in logs {
            match found {
                FoundInput::Log(input) => match input.open() {
                    Ok((reader, _)) => self.log(input, reader, &mut selection, &mut ended)?,
                    Err(error) => self.fail(&cannot_read(input, error), &mut ended),
                },
                FoundInput::Streamed(archive) => self.archive(archive, &mut selection, &mut ended)?,
            }
            if self.is_enough(&selection) {
                break;
            }
        }
        self.finish(selection, ended)
    }

    /// Shows all logs of an archive, as they come.
    fn archive<W: Write + Send>(
        &self,
        archive: &StreamedArchive,
        selection: &mut Selection<W>,
        ended: &mut Ended,
    ) -> Result<()> {
        /// Why to leave the archive.
        enum Leave {
            Enough,
            Failed(Error),
        }
        let visited = archive.visit(&mut |passing| match passing {
            Ok(StreamedLog { member, reader }) => {
                self.log(&Input::Member(member), reader, selection, ended).map_err(Leave::Failed)?;
                if self.is_enough(selection) { Err(Leave::Enough) } else { Ok(()) }
            }
            Err(problem) => {
                self.fail_archive(problem, ended);
                Ok(())
            }
        });
        match visited {
            Ok(()) | Err(Leave::Enough) => Ok(()),
            Err(Leave::Failed(error)) => Err(error),
        }
    }

    /// Shows one log. If it cannot be read, this is reported and the others follow; an error ends the run.
    fn log<R: Read + Send, W: Write + Send>(
        &self,
        input: &Input,
        reader: R,
        selection: &mut Selection<W>,
        ended: &mut Ended,
    ) -> Result<()> {
        let (name, before) = (shown(input, self.style.json), selection.passed());
        let watched = Watched::new(reader, Pace::of(input), ProgressBar::hidden());
        let notes = watched.notes();
        let mut progress = Progress::default();
        let read = self.read(input, watched, |piece| {
            progress.add(&piece);
            selection.piece(&name, piece)
        });
        let report = match read {
            Ok(report) => {
                if !report.has_blocks() && report.text == 0 {
                    selection.out().abandon();
                }
                report
            }
            // What was lost before this point is still reported.
            Err(DecodeError::Show(Stop::Enough)) => progress.gaps,
            Err(DecodeError::Show(Stop::Write(error) | Stop::Spool(error))) => return Err(cannot_write(error)),
            Err(DecodeError::Read(error)) => {
                self.fail(&cannot_read(input, error), ended);
                if progress.any {
                    let name = quoted(&input.name());
                    self.printer.warning(format!("{name}: only the part before the error was read"));
                }
                progress.gaps
            }
        };
        self.report(input, &LogResult { report, markers: progress.markers, notes }, ended);
        if self.limits.count {
            let count = selection.passed() - before;
            let line = if self.style.names { format!("{name}:{count}\n") } else { format!("{count}\n") };
            selection.out().whole_line(line.as_bytes()).map_err(cannot_write)?;
        }
        selection.next_file();
        Ok(())
    }

    /// Reads the records of a log, in the zone of its lines if the filter needs it.
    fn read<R: Read + Send>(
        &self,
        input: &Input,
        mut reader: R,
        show: impl FnMut(Piece<'_>) -> Result<(), Stop> + Send,
    ) -> Result<Report, DecodeError<Stop>> {
        let (decoder, parts) = (self.decoders.of(input), self.filter.parts());
        if !self.filter.span.needs_zone() {
            return record::read_parts(decoder, reader, self.judge(Zone::default()), parts, show);
        }
        let (zone, started) = self.zones().of_reader(&mut reader).map_err(DecodeError::Read)?;
        record::read_parts(decoder, started, self.judge(zone), parts, show)
    }

    fn is_enough<W: Write>(&self, selection: &Selection<W>) -> bool {
        self.limits.most.is_some_and(|most| selection.passed() >= most)
    }
}

/// What a log has shown so far, for when it is not read to its end.
#[derive(Default)]
struct Progress {
    any: bool,
    markers: u64,
    gaps: Report,
}

impl Progress {
    fn add(&mut self, piece: &Piece<'_>) {
        self.any = true;
        match piece {
            Piece::Record(found) => self.markers += u64::from(found.is_loss()),
            Piece::Gap(gap) => self.gaps.add_gap(gap),
            Piece::Partial(_) => self.gaps.partial += 1,
        }
    }
}
