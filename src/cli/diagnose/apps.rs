//! Which logs belong together, and in which order they were written: those of an app lie in one folder.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use rayon::prelude::*;

use super::super::watch::{Notes, Pace, Watched};
use crate::decode::Decoder;
use crate::input::Input;
use crate::record::{self, DAY, Piece};
use crate::retention::day_in;

/// How much of a log's start is searched for a time, in bytes: its first lines have one.
const SAMPLE: u64 = 16 << 10;

/// The logs of an app, in the order in which they were written.
pub struct App {
    /// Their folder, or the place in an archive.
    pub folder: PathBuf,
    /// The logs.
    pub logs: Vec<AppLog>,
}

/// A log of an app.
pub struct AppLog {
    /// What to read.
    pub input: Input,
    /// What was noticed when it was taken out of its archive.
    pub notes: Notes,
    /// The day in its name, since 1970.
    pub day: Option<i64>,
}

/// The apps that these logs are of, by their folders.
pub fn apps(logs: Vec<(Input, Notes)>, decoder: &Decoder) -> Vec<App> {
    let mut by_folder: BTreeMap<PathBuf, Vec<AppLog>> = BTreeMap::new();
    for (input, notes) in logs {
        let name = input.name();
        let day = name.file_name().and_then(day_in).map(|day| i64::from(day.to_epoch_days()));
        let folder = name.parent().map(Path::to_owned).unwrap_or_default();
        by_folder.entry(folder).or_default().push(AppLog { input, notes, day });
    }
    let in_order = |(folder, mut logs): (PathBuf, Vec<AppLog>)| {
        if logs.len() > 1 {
            let starts: Vec<_> = logs.par_iter().map(|log| start(log, decoder)).collect();
            let mut timed: Vec<_> = starts.into_iter().zip(logs).collect();
            // A log without a time, or that is only known by its name, comes last.
            timed.sort_by_cached_key(|(start, log)| (start.unwrap_or(i64::MAX), log.input.name()));
            logs = timed.into_iter().map(|(_, log)| log).collect();
        }
        App { folder, logs }
    };
    by_folder.into_iter().map(in_order).collect()
}

/// When the first line of a log was logged, by the phone's clock; failing that, the start of the day in its name.
fn start(log: &AppLog, decoder: &Decoder) -> Option<i64> {
    let by_name = log.day.map(|day| day * DAY);
    if !log.input.reopens() {
        return by_name;
    }
    let sample = || {
        let (reader, _) = log.input.again().open().ok()?;
        let watched = Watched::noting(reader, Pace::of(&log.input), Notes::default());
        let mut first = None;
        let show = |piece: Piece<'_>| match piece {
            Piece::Record(found) => {
                first = found.head.time.map(|time| time.wall);
                if first.is_some() { Err(()) } else { Ok(()) }
            }
            Piece::Gap(_) | Piece::Partial(_) => Ok(()),
        };
        // It stops at the first time; what fails is reported when the log is read.
        _ = record::read_records(decoder, std::io::Read::take(watched, SAMPLE), |_, _| true, show);
        first
    };
    sample().or(by_name)
}
