//! `imlog cat -f`: shows what is added to logs while they are written, like `tail -F`.
//!
//! Each file is a lane, as when logs are merged; its reader pauses where nothing has been written yet. One thread looks
//! after all of them: it looks at each file's size a few times a second (caches: at the header of their block), and lets
//! the lanes go on that have news. That costs next to nothing, and needs nothing that only one system has.

mod cache;
mod echo;
mod watch;

use std::io::{self, Read, Write};
use std::path::PathBuf;

use anyhow::{Result, anyhow, bail};

use super::super::inputs::quoted;
use super::super::live::places::{FoundFile, Places};
use super::super::live::source::Source;
use super::super::live::{FEW, TICK};
use super::super::printer::{Hint, Printer};
use super::super::{Status, interrupt, stdout};
use super::merge::{Lane, LaneRules, merge};
use super::out::Out;
use super::run::{CatRun, Ended, cannot_merge};
use super::select::{Selection, Stop};
use super::show::cannot_write;
use crate::input::Input;
use crate::input::expand::{Expander, FoundInput};
use crate::output::marker::Count;
use cache::Cache;
use watch::{Begun, Watch};

/// What is followed: what is there now, and what comes.
pub struct Followed {
    places: Places,
    first: Vec<FoundFile>,
}

impl Followed {
    /// Looks at `paths`, or at the current folder if there are none.
    ///
    /// # Errors
    /// If one is an archive, or standard input: they don't grow as files do.
    pub fn new(paths: &[PathBuf], expander: &Expander, printer: &Printer) -> Result<Followed> {
        let paths = if paths.is_empty() { &[PathBuf::from(".")] } else { paths };
        for path in paths {
            if path.as_os_str() == "-" {
                let hint = Hint("`imlog cat -` shows what comes through a pipe as it comes".into());
                bail!(anyhow!("standard input cannot be followed together with files").context(hint));
            }
            if path.is_dir() {
                continue;
            }
            if path.exists() && !path.is_file() {
                let hint = Hint("without -f, `imlog cat` shows what comes through it as it comes".into());
                bail!(anyhow!("{} is no regular file, and cannot be followed", quoted(path)).context(hint));
            }
            if !path.exists() {
                printer.warning(format!("{} does not exist yet: waiting for it", quoted(path)));
            } else if expander.path(path).iter().flatten().any(|found| found.label().is_some()) {
                let hint = Hint("without -f, `imlog cat` shows what is in it".into());
                bail!(anyhow!("{} is an archive, which cannot be followed", quoted(path)).context(hint));
            }
        }
        let mut places = Places::new(paths.to_vec(), expander);
        let first = places.news();
        if !places.archives.is_empty() {
            printer.warning(format!("{} not followed", Count(places.archives.len() as u64, "archive")));
        }
        Ok(Followed { places, first })
    }

    /// The files that are there now.
    pub fn logs(&self) -> Vec<FoundInput> {
        self.first.iter().map(|found| FoundInput::Log(Input::File(found.file.clone()))).collect()
    }
}

/// What a lane reads.
#[derive(Clone)]
enum Feed<'a> {
    File(Source),
    Cache(Cache<'a>),
}

impl Read for Feed<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Feed::File(source) => source.read(buffer),
            Feed::Cache(cache) => cache.read(buffer),
        }
    }
}

impl<'a> CatRun<'a> {
    /// Shows what is in the files, or with `tail` the last so many records, then what is added, until it is interrupted or
    /// there is enough.
    pub fn follow<W: Write>(
        &'a self,
        followed: Followed,
        tail: Option<u64>,
        merged: bool,
        out: Out<W>,
    ) -> Result<(Ended, Status)> {
        let Followed { mut places, first: mut news } = followed;
        let mut watch = Watch::new(self, Selection::new(self.limits, out));
        let make = |Begun { feed, zone, offset }: Begun<'a>| {
            let rules = LaneRules {
                judge: self.judge(zone),
                parts: self.filter.parts(),
                zone,
                keep_all: self.limits.has_context(),
            };
            let is_text = matches!(feed, Feed::Cache(_));
            let open = move || {
                if let Feed::File(source) = &feed {
                    source.rewind(offset);
                }
                Ok(feed.clone())
            };
            let lane = Lane::new(open, !is_text, &self.decoders.all, rules);
            if is_text { lane.of_text() } else { lane }
        };
        let (mut lanes, mut tail) = (Vec::new(), tail);
        for look in 0.. {
            let holds_open = lanes.len() + news.len() <= FEW;
            for found in std::mem::take(&mut news) {
                if let Some(begun) = watch.begin(found, holds_open, tail) {
                    lanes.push(make(begun));
                }
            }
            if let Some(wanted) = tail.take().filter(|_| merged) {
                watch.skip_all_but(wanted);
            }
            places.forget(watch.take_lost_names());
            let mut awake = watch.awake(look);
            while !awake.is_empty() {
                lanes.iter_mut().for_each(Lane::resume);
                let shown = match merged {
                    true => merge(&mut lanes, self.room, |index, piece| watch.piece(index, piece)),
                    false => awake.iter().try_for_each(|index| {
                        let Some(lane) = lanes.get_mut(*index) else { return Ok(()) };
                        watch.next(*index);
                        lane.fill();
                        lane.show(|_| false, |_, piece| watch.piece(*index, piece))
                    }),
                };
                for index in &awake {
                    lanes.get(*index).into_iter().for_each(|lane| watch.report(*index, lane.so_far()));
                }
                match shown.and_then(|()| watch.selection.pause()) {
                    Ok(()) => {}
                    Err(Stop::Enough) => return self.end_follow(watch, Status::Intact),
                    Err(Stop::Write(error)) => return Err(cannot_write(error)),
                    Err(Stop::Spool(error)) => return Err(cannot_merge(error)),
                }
                let mut again = Vec::new();
                for index in awake {
                    let Some(lane) = lanes.get_mut(index) else { continue };
                    // Its start has been shown: it must not be read again.
                    lane.hold();
                    if let Some(begun) = watch.restart(index, lane.is_over(), lane.take_error()) {
                        *lane = make(begun);
                        again.push(index);
                    }
                }
                awake = again;
            }
            watch.hint_at_keys();
            let is_moment = self.filter.span.needs_zone();
            if look == 0 && self.zone.is_none() && (merged || is_moment) {
                self.neighbours.say(is_moment, self.printer);
            }
            if interrupt::happened() {
                break;
            }
            if stdout::is_closed() {
                return Err(cannot_write(io::ErrorKind::BrokenPipe.into()));
            }
            std::thread::sleep(TICK);
            news = places.news();
        }
        self.end_follow(watch, Status::Interrupted)
    }

    fn end_follow<W: Write>(&self, watch: Watch<'_, W>, status: Status) -> Result<(Ended, Status)> {
        self.finish(watch.selection, watch.ended).map(|ended| (ended, status))
    }
}
