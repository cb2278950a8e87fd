//! The zone of a line that names none: the one that its log names first. Lines of the IM SDK name none, but the log
//! writer's first line does. If a log names none at all, it is that of its neighbours, which are of the same phone: in its
//! folder, of its app, or in its archive; else that of this machine.

use std::collections::{BTreeSet, HashMap};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use anyhow::{Result, anyhow};

use super::packages::package;
use super::printer::{Hint, Printer};
use super::watch::{Pace, Watched};
use crate::decode::Decoder;
use crate::decode::pause::{Started, is_pause, read_head};
use crate::filter::Zone;
use crate::input::Input;
use crate::input::expand::FoundInput;
use crate::output::marker::Count;
use crate::record::{self, Piece, Time};

/// How much of a log's start is searched for a zone, in bytes.
const SAMPLE: u64 = 256 << 10;

/// How many neighbours are asked at most.
const MOST: usize = 32;

/// Finds the zones of logs.
#[derive(Clone, Copy)]
pub struct Zones<'a> {
    /// The zone that the user gave, in minutes ahead of UTC.
    pub given: Option<i16>,
    /// That of logs that name none, if it is not this machine's.
    pub default: Option<i16>,
    /// To read the start of a log.
    pub decoder: &'a Decoder,
    /// The logs of the run.
    pub neighbours: &'a Neighbours,
}

/// The zone of lines that name none, and how it is known.
#[derive(Clone, Copy, Debug, Default)]
pub struct FoundZone {
    /// The zone.
    pub zone: Zone,
    /// How it is known. Only tables say it.
    #[cfg_attr(not(feature = "tables"), allow(dead_code))]
    pub from: ZoneFrom,
}

/// How the zone of a log is known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ZoneFrom {
    /// The user gave it.
    Option,
    /// The log names it.
    Log,
    /// Logs around it name it.
    Neighbours,
    /// The configuration file names it.
    Config,
    /// It is that of this machine.
    #[default]
    Machine,
}

impl ZoneFrom {
    /// Its name in tables. `None` for the zone of this machine: it says nothing about the phone.
    #[cfg(feature = "tables")]
    pub fn name(self) -> Option<&'static str> {
        match self {
            ZoneFrom::Option => Some("option"),
            ZoneFrom::Log => Some("log"),
            ZoneFrom::Neighbours => Some("neighbours"),
            ZoneFrom::Config => Some("config"),
            ZoneFrom::Machine => None,
        }
    }
}

/// The logs of a run, and which zones they name.
#[derive(Default)]
pub struct Neighbours {
    logs: Vec<Input>,
    known: Mutex<Known>,
}

#[derive(Default)]
struct Known {
    /// The zone of each neighbourhood; `None` if none of its logs names one.
    zones: HashMap<PathBuf, Option<i16>>,
    /// All zones that were named.
    named: BTreeSet<i16>,
    /// Logs whose zone is that of their neighbours, and of this machine.
    guessed: [BTreeSet<PathBuf>; 2],
}

impl Neighbours {
    /// Those of a run.
    pub fn of(logs: &[FoundInput]) -> Neighbours {
        let single = logs.iter().filter_map(|found| match found {
            FoundInput::Log(input) if input.reopens() => Some(input.clone()),
            _ => None,
        });
        Neighbours { logs: single.collect(), known: Mutex::default() }
    }

    fn known(&self) -> std::sync::MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Says which zones were guessed, and whether there are several: for runs in which that matters. `is_moment`: what is
    /// shown depends on moments, and not only on which of two lines is the earlier.
    pub fn say(&self, is_moment: bool, printer: &Printer) {
        let known = self.known();
        if !is_moment && known.named.is_empty() {
            return;
        }
        if known.named.len() > 1 {
            let named: Vec<_> = known.named.iter().map(|zone| offset(*zone)).collect();
            printer.note(format!("the logs are of different zones: {}", named.join(", ")));
        }
        let [neighbours, machine] = &known.guessed;
        for (logs, taken) in [(neighbours, "that of the logs around it"), (machine, "this machine's")] {
            match logs.len() {
                0 => {}
                1 => printer.note(format!("1 log names no zone: it is taken to be {taken}; --zone sets another")),
                count => printer.note(format!(
                    "{} name no zone: it is taken to be {}; --zone sets another",
                    Count(count as u64, "log"),
                    taken.replace("around it", "around them")
                )),
            }
        }
    }
}

impl Zones<'_> {
    /// The zone of a log that can be opened again. What cannot be read is reported when it is shown.
    pub fn of(&self, input: &Input) -> Zone {
        match self.given {
            Some(minutes) => Zone::Fixed(minutes),
            None => self.named(input, self.own(input)).zone,
        }
    }

    /// The zone of the log that `reader` reads, and a reader of all of it.
    pub fn of_reader<R: Read>(&self, input: &Input, mut reader: R) -> io::Result<(FoundZone, Started<R>)> {
        let mut sample = Vec::new();
        let has_paused = loop {
            match read_head(&mut reader, SAMPLE, 1, &mut sample) {
                Err(error) if is_pause(&error) => {}
                read => break read?,
            }
        };
        let zone = match self.given {
            Some(minutes) => FoundZone { zone: Zone::Fixed(minutes), from: ZoneFrom::Option },
            None => self.named(input, self.in_sample(&sample)),
        };
        Ok((zone, Started::new(sample, has_paused, reader)))
    }

    /// The zone of a log that names `own`.
    fn named(&self, input: &Input, own: Option<i16>) -> FoundZone {
        let name = input.name();
        if let Some(own) = own {
            let mut known = self.neighbours.known();
            known.named.insert(own);
            // Those that come later in an archive cannot look for it themselves.
            neighbourhoods(input).into_iter().for_each(|around| _ = known.zones.entry(around).or_insert(Some(own)));
            return FoundZone { zone: Zone::Fixed(own), from: ZoneFrom::Log };
        }
        let around = neighbourhoods(input).into_iter().find_map(|around| self.around(&around, &name));
        let [neighbours, machine] = &mut self.neighbours.known().guessed;
        match (around, self.default) {
            (Some(_), _) => neighbours.insert(name),
            (None, None) => machine.insert(name),
            (None, Some(_)) => false,
        };
        let from = match (around, self.default) {
            (Some(_), _) => ZoneFrom::Neighbours,
            (None, Some(_)) => ZoneFrom::Config,
            (None, None) => ZoneFrom::Machine,
        };
        FoundZone { zone: around.or(self.default).map_or(Zone::At(local), Zone::Fixed), from }
    }

    /// The zone of a neighbourhood: that of the first log in it, but `except`, that names one.
    fn around(&self, around: &Path, except: &Path) -> Option<i16> {
        if let Some(known) = self.neighbours.known().zones.get(around) {
            return *known;
        }
        let is_near = |log: &&Input| log.name() != except && neighbourhoods(log).iter().any(|other| other == around);
        let zone = self.neighbours.logs.iter().filter(is_near).take(MOST).find_map(|log| self.own(log));
        *self.neighbours.known().zones.entry(around.to_path_buf()).or_insert(zone)
    }

    /// The zone that a log names first.
    fn own(&self, input: &Input) -> Option<i16> {
        if !input.reopens() {
            return None;
        }
        let (reader, _) = input.again().open().ok()?;
        let mut sample = Vec::new();
        let watched = Watched::noting(reader, Pace::of(input), Default::default());
        watched.take(SAMPLE).read_to_end(&mut sample).ok()?;
        self.in_sample(&sample)
    }

    fn in_sample(&self, sample: &[u8]) -> Option<i16> {
        let mut zone = None;
        let show = |piece: Piece<'_>| match piece {
            Piece::Record(found) => {
                zone = zone.or(found.head.time.and_then(|time| time.zone));
                if zone.is_some() { Err(()) } else { Ok(()) }
            }
            Piece::Gap(_) => Ok(()),
        };
        // The error only ends the reading.
        let _ = record::read_records(self.decoder, sample, |_, _| true, show);
        zone
    }
}

/// Where the logs are that a log has its zone from: its folder, its app, its archive. Their names differ.
fn neighbourhoods(input: &Input) -> Vec<PathBuf> {
    let name = input.name();
    let app = package(&name.to_string_lossy()).map(|app| Path::new("app:").join(app));
    let (folder, archive) = match input {
        Input::Member(member) => {
            let folder = member.label.path.parent().unwrap_or(Path::new(""));
            let archive = member.label.container().shown();
            (archive.join("in").join(folder), Some(archive))
        }
        Input::File(file) => (file.path.parent().unwrap_or(Path::new("")).join("."), None),
        Input::Stdin => return Vec::new(),
    };
    [Some(folder), app, archive].into_iter().flatten().collect()
}

/// `+08:00`
fn offset(minutes: i16) -> String {
    let text = Time { wall: 0, zone: Some(minutes) }.to_string();
    text.get(text.len() - 6..).unwrap_or_default().to_owned()
}

/// Makes sure that the zone of this machine is one: if `TZ` names none, the system takes UTC without a word.
///
/// # Errors
/// If it is none.
pub fn check_machine() -> Result<()> {
    let Some(name) = std::env::var_os("TZ").filter(|name| cfg!(unix) && !name.is_empty()) else { return Ok(()) };
    let name = name.to_string_lossy().into_owned();
    let file = Path::new(name.strip_prefix(':').unwrap_or(&name));
    let folders = ["/usr/share/zoneinfo", "/usr/lib/zoneinfo", "/usr/share/lib/zoneinfo", "/etc/zoneinfo"];
    let is_file = folders.iter().any(|folder| Path::new(folder).join(file).is_file());
    if is_file || is_rule(&name) || matches!(name.as_str(), "UTC" | "GMT" | "localtime") {
        return Ok(());
    }
    let hint = Hint("use a name such as `Asia/Shanghai`, or an offset such as `TZ=UTC-8` for +08:00".into());
    Err(anyhow!("there is no time zone `{name}` (from the variable TZ)").context(hint))
}

/// Whether this says its offset itself, as `CST-8` and `<+08>-8` do. Source: POSIX, chapter 8.3.
fn is_rule(text: &str) -> bool {
    let rest = match text.strip_prefix('<') {
        Some(rest) => rest.split_once('>').map(|(_, rest)| rest),
        None => {
            let rest = text.trim_start_matches(|c: char| c.is_ascii_alphabetic());
            (text.len() - rest.len() >= 3).then_some(rest)
        }
    };
    let rest = rest.map(|rest| rest.strip_prefix(['+', '-']).unwrap_or(rest));
    rest.is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
}

/// The zone of this machine at a time of its wall clock, in minutes ahead of UTC.
fn local(wall: i64) -> i16 {
    use chrono::{DateTime, Local, Offset, TimeZone};
    let offset = |wall| {
        let time = DateTime::from_timestamp_millis(wall)?;
        Local.offset_from_local_datetime(&time.naive_utc()).earliest()
    };
    // A time in the hour that is skipped in spring counts as if the clock had not been put forward.
    let offset = offset(wall).or_else(|| offset(wall - 3_600_000));
    (offset.map_or(0, |offset| offset.fix().local_minus_utc()) / 60) as i16
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_say_their_offset() {
        for rule in ["CST-8", "UTC0", "EST5EDT", "EST5EDT,M3.2.0,M11.1.0", "<+08>-8", "<-03>3", "ABC+1:30"] {
            assert!(is_rule(rule), "{rule}");
        }
        for other in ["", "Asia/Shangai", "CST", "8", "+8", "AB1", "<+08>", "<+08"] {
            assert!(!is_rule(other), "{other}");
        }
    }
}
