//! One log after the other.

use std::io::Read;

use anyhow::{Error, Result};

use super::super::super::inputs::quoted;
use super::super::super::interrupt;
use super::super::super::watch::{Notes, Pace, Watched};
use super::super::super::zones::FoundZone;
use super::super::out::Names;
use super::super::select::{Selection, Stop};
use super::super::show::{LogEnd, Show};
use super::{CatRun, Ended, LogResult, cannot_read, shown};
use crate::decode::{DecodeError, Report};
use crate::filter::Zone;
use crate::input::Input;
use crate::input::expand::{FoundInput, StreamedArchive, StreamedLog};
use crate::record::{self, Piece};

impl CatRun<'_> {
    /// Shows one log after the other.
    pub fn one_by_one<O: Show + Send>(&self, logs: &[FoundInput], out: O) -> Result<Ended> {
        let mut selection = Selection::new(self.limits, out);
        let mut ended = Ended::default();
        for found in logs {
            match found {
                FoundInput::Log(input) => match input.open_live() {
                    Ok(reader) => self.log(input, reader, (None, Notes::default()), &mut selection, &mut ended)?,
                    Err(error) => {
                        let said = selection.out().unreadable(&input.name(), &error.to_string());
                        said.map_err(|error| selection.out().failed(error))?;
                        self.fail(&cannot_read(input, error), &mut ended);
                    }
                },
                FoundInput::Streamed(archive) => self.archive(archive, &mut selection, &mut ended)?,
            }
            if self.is_enough(&selection) || interrupt::happened() {
                break;
            }
        }
        self.finish(selection, ended)
    }

    /// Shows all logs of an archive, as they come.
    fn archive<O: Show + Send>(
        &self,
        archive: &StreamedArchive,
        selection: &mut Selection<O>,
        ended: &mut Ended,
    ) -> Result<()> {
        /// Why to leave the archive.
        enum Leave {
            Enough,
            Failed(Error),
        }
        let visited = archive.visit(&mut |passing| match passing {
            Ok(StreamedLog { member, reader }) => {
                self.log(&Input::Member(member), reader, (None, Notes::default()), selection, ended)
                    .map_err(Leave::Failed)?;
                if self.is_enough(selection) { Err(Leave::Enough) } else { Ok(()) }
            }
            Err(problem) => {
                let said = selection.out().unreadable(&problem.place, &problem.cause.to_string());
                self.fail_archive(problem, ended);
                said.map_err(|error| Leave::Failed(selection.out().failed(error)))
            }
        });
        match visited {
            Ok(()) | Err(Leave::Enough) => Ok(()),
            Err(Leave::Failed(error)) => Err(error),
        }
    }

    /// Shows one log. `zone`: that of lines that name none, if it is known; `notes`: what is known of it already. If it cannot be read, this is reported and the others follow; an error ends the run.
    pub(super) fn log<R: Read + Send, O: Show + Send>(
        &self,
        input: &Input,
        reader: R,
        (zone, notes): (Option<Zone>, Notes),
        selection: &mut Selection<O>,
        ended: &mut Ended,
    ) -> Result<()> {
        let (name, before) = (shown(input, self.style.json), selection.passed());
        let mut watched = Watched::noting(reader, Pace::of(input), notes.clone()).with_progress(self.progress.clone());
        let mut progress = Progress::default();
        let mut show = |selection: &mut Selection<O>, piece: Option<Piece<'_>>| match piece {
            Some(piece) => {
                progress.add(&piece);
                selection.piece(&name, piece)
            }
            None => selection.pause(),
        };
        let read = match selection.out().wants_zone() {
            false => self.read(input, watched, zone, |piece| show(selection, piece)),
            true => match self.zones().of_reader(input, &mut watched) {
                Ok((found, started)) => {
                    selection.out().begin(input, found);
                    self.read(input, started, Some(found.zone), |piece| show(selection, piece))
                }
                Err(error) => {
                    selection.out().begin(input, FoundZone::default());
                    Err(DecodeError::Read(error))
                }
            },
        };
        let mut failed = None;
        let report = match read {
            Ok(report) => {
                if !report.has_blocks() && report.text == 0 {
                    selection.out().abandon();
                }
                report
            }
            // What was lost before this point is still reported.
            Err(DecodeError::Show(Stop::Enough)) => progress.gaps,
            Err(DecodeError::Show(Stop::Write(error) | Stop::Spool(error))) => {
                return Err(selection.out().failed(error));
            }
            Err(DecodeError::Read(error)) => {
                failed = Some(error.to_string());
                self.fail(&cannot_read(input, error), ended);
                if progress.any {
                    let name = quoted(&input.name());
                    self.printer.warning(format!("{name}: only the part before the error was read"));
                }
                progress.gaps
            }
        };
        let result = LogResult { report, markers: progress.markers, notes };
        let mut end = self.report(input, &result, ended);
        if failed.is_some() {
            end = LogEnd { state: "unreadable", error: failed };
        }
        selection.out().end(&end, &result.report).map_err(|error| selection.out().failed(error))?;
        if self.limits.count {
            let count = selection.passed() - before;
            let line = if self.style.names != Names::None { format!("{name}:{count}\n") } else { format!("{count}\n") };
            selection.out().whole_line(line.as_bytes()).map_err(|error| selection.out().failed(error))?;
        }
        selection.next_file();
        Ok(())
    }

    /// Reads the records of a log, in the zone of its lines if the filter needs it.
    fn read<R: Read + Send>(
        &self,
        input: &Input,
        mut reader: R,
        zone: Option<Zone>,
        show: impl FnMut(Option<Piece<'_>>) -> Result<(), Stop> + Send,
    ) -> Result<Report, DecodeError<Stop>> {
        let (decoder, parts) = (self.decoders.of(input), self.filter.parts());
        if let Some(zone) = zone.or_else(|| (!self.filter.span.needs_zone()).then(Zone::default)) {
            return record::read_live(decoder, reader, self.judge(zone), parts, show);
        }
        let (found, started) = self.zones().of_reader(input, &mut reader).map_err(DecodeError::Read)?;
        record::read_live(decoder, started, self.judge(found.zone), parts, show)
    }

    pub(super) fn is_enough<O: Show>(&self, selection: &Selection<O>) -> bool {
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
        }
    }
}
