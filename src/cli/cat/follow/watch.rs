//! What is known of each file that is followed, and what is shown and said of it.

use std::io::{self, Write};
use std::mem;
use std::path::PathBuf;

use super::super::super::inputs::quoted;
use super::super::super::live::FEW;
use super::super::super::live::places::FoundFile;
use super::super::super::live::source::{Restart, Source};
use super::super::super::problems;
use super::super::out::Out;
use super::super::run::{CatRun, Ended, cannot_read, shown};
use super::super::select::{Selection, Stop};
use super::super::tail::{Tail, TailSearch};
use super::Feed;
use super::cache::Cache;
use super::echo::Echo;
use crate::decode::Report;
use crate::filter::Zone;
use crate::folder::FileId;
use crate::input::{Input, LogFile};
use crate::record::{self, Head, Piece};

/// If there are more than a [`FEW`] files, those that have not grown for this many looks are looked at only once in
/// [`SELDOM`].
const QUIET: u64 = 200;
const SELDOM: u64 = 20;

/// All files that are followed.
pub struct Watch<'a, W> {
    run: &'a CatRun<'a>,
    files: Vec<WatchedFile<'a>>,
    /// What was shown of each cache file, by the index of that.
    echoes: Vec<(usize, Echo)>,
    /// Where records go.
    pub selection: Selection<Out<W>>,
    /// The file that was shown last.
    last: Option<usize>,
    /// How many records pass of what is there at the start.
    passing: u64,
    /// The ids of files whose names others have taken.
    past: Vec<FileId>,
    lost_names: Vec<PathBuf>,
    /// What is wrong.
    pub ended: Ended,
}

/// A file that is followed.
struct WatchedFile<'a> {
    path: PathBuf,
    name: String,
    zone: Zone,
    feed: Feed<'a>,
    /// How many of its first records that pass are left out.
    skip: u64,
    /// The look at which it last had news.
    last_news: u64,
    /// What was wrong with it when that was last reported.
    reported: Report,
    is_over: bool,
}

/// A file of which nothing has been read yet.
pub struct Begun<'a> {
    /// What is read.
    pub feed: Feed<'a>,
    /// The zone of lines that name none.
    pub zone: Zone,
    /// Where to start, in bytes.
    pub offset: u64,
}

impl<'a, W: Write> Watch<'a, W> {
    /// Follows nothing yet.
    pub fn new(run: &'a CatRun<'a>, selection: Selection<Out<W>>) -> Watch<'a, W> {
        let (files, echoes, past, lost_names, ended) = Default::default();
        Watch { run, files, echoes, selection, last: None, passing: 0, past, lost_names, ended }
    }

    /// Follows a file that was found. With `tail`, only so many of the records that are there now are shown. `None` if it
    /// is followed already, under another name.
    pub fn begin(&mut self, found: FoundFile, holds_open: bool, tail: Option<u64>) -> Option<Begun<'a>> {
        let FoundFile { file, is_cache } = found;
        let input = Input::File(file.clone());
        if !is_cache && self.knows(&file) {
            return None;
        }
        let zone = self.run.zones().of(&input);
        let judge = self.run.judge(zone);
        let path = file.path.clone();
        let (feed, Tail { offset, passing }) = if is_cache {
            let cache = Cache::new(file, &self.run.decoders.all);
            cache.has_news();
            let passing = tail.map_or(0, |_| self.count(&cache.unread(), judge));
            self.echoes.push((self.files.len(), Echo::new(&path)));
            (Feed::Cache(cache), Tail { offset: 0, passing })
        } else {
            let search = |wanted| {
                let (decoder, parts) = (&self.run.decoders.all, self.run.filter.parts());
                // What cannot be read is reported when it is shown.
                TailSearch { decoder, judge, parts, wanted, is_live: true }.find(&input).unwrap_or_default()
            };
            let tail = tail.map(search).unwrap_or_default();
            (Feed::File(Source::new(file, tail.offset, holds_open)), tail)
        };
        self.passing += passing;
        self.files.push(WatchedFile {
            path,
            name: shown(&input, self.run.style.json),
            zone,
            feed: feed.clone(),
            skip: tail.map_or(0, |wanted| passing.saturating_sub(wanted)),
            last_news: 0,
            reported: Report::default(),
            is_over: false,
        });
        Some(Begun { feed, zone, offset })
    }

    /// Whether the file has been followed so far under another name. If it has lost that, it goes on under this one.
    fn knows(&mut self, file: &LogFile) -> bool {
        let Ok(id) = FileId::of_path(&file.path) else { return false };
        if self.past.contains(&id) {
            return true;
        }
        let known = self.files.iter_mut().find_map(|watched| match &watched.feed {
            Feed::File(source) if source.id() == Some(id) => Some((source.clone(), watched)),
            _ => None,
        });
        let Some((source, watched)) = known else { return false };
        if !watched.path.exists() {
            source.rename(file.clone());
            watched.name = shown(&Input::File(file.clone()), self.run.style.json);
            // Another file may come under the old name.
            self.lost_names.push(mem::replace(&mut watched.path, file.path.clone()));
        }
        true
    }

    /// The names that files have lost since the last call. To be called after new files have begun.
    pub fn take_lost_names(&mut self) -> Vec<PathBuf> {
        self.past.clear();
        mem::take(&mut self.lost_names)
    }

    fn count(&self, text: &[u8], judge: impl Fn(&Head, &[u8]) -> bool + Sync + Send) -> u64 {
        let mut passing = 0;
        let show = |piece: Piece<'_>| {
            passing += u64::from(matches!(piece, Piece::Record(found) if found.passes && !found.continued));
            Ok::<_, std::convert::Infallible>(())
        };
        let _ = record::read_parts(&self.run.decoders.all, text, judge, self.run.filter.parts(), show);
        passing
    }

    /// Of all that is there at the start, only `wanted` records are shown.
    pub fn skip_all_but(&mut self, wanted: u64) {
        self.selection.skip(self.passing.saturating_sub(wanted));
    }

    /// The files that have news.
    pub fn awake(&mut self, look: u64) -> Vec<usize> {
        let are_few = self.files.len() <= FEW;
        let is_awake = |(index, watched): (usize, &mut WatchedFile<'a>)| {
            let is_quiet = !are_few && look - watched.last_news > QUIET;
            if watched.is_over || is_quiet && !(look + index as u64).is_multiple_of(SELDOM) {
                return None;
            }
            let has_news = match &watched.feed {
                Feed::File(source) => source.has_news(),
                Feed::Cache(cache) => cache.has_news(),
            };
            if has_news {
                watched.last_news = look;
            }
            has_news.then_some(index)
        };
        self.files.iter_mut().enumerate().filter_map(is_awake).collect()
    }

    /// What comes next is of this file.
    pub fn next(&mut self, index: usize) {
        if self.last.replace(index) != Some(index) {
            self.selection.next_file();
        }
        if let Some(skip) =
            self.files.get_mut(index).map(|watched| mem::take(&mut watched.skip)).filter(|skip| *skip > 0)
        {
            self.selection.skip(skip);
        }
    }

    /// Shows a piece of a file.
    pub fn piece(&mut self, index: usize, piece: Piece<'_>) -> Result<(), Stop> {
        let Some(watched) = self.files.get(index) else { return Ok(()) };
        if let Piece::Record(found) = &piece {
            match &watched.feed {
                Feed::Cache(cache) => {
                    let echo = self.echoes.iter_mut().find(|(of, _)| *of == index);
                    echo.into_iter().for_each(|(_, echo)| echo.add(cache.blocks(), found.text));
                }
                Feed::File(_) => {
                    let mut echoes = self.echoes.iter_mut().filter(|(_, echo)| echo.is_of(&watched.path));
                    if echoes.any(|(_, echo)| echo.take(found.text)) {
                        return Ok(());
                    }
                }
            }
        }
        self.selection.piece(&watched.name, piece)
    }

    /// Says what is wrong with a file, if something new is.
    pub fn report(&mut self, index: usize, so_far: &Report) {
        let Some(watched) = self.files.get_mut(index) else { return };
        if (so_far.gaps, so_far.skips) == (watched.reported.gaps, watched.reported.skips) {
            return;
        }
        watched.reported = so_far.clone();
        let name = quoted(&watched.path);
        self.ended.flawed |= problems::warn_of(&name, so_far, None, self.run.printer);
        self.ended.add_clients(so_far);
    }

    /// Says what to do about blocks that no key opens, once.
    pub fn hint_at_keys(&mut self) {
        self.run.hint_at_keys(&mut self.ended);
    }

    /// Whether a file is to be read from its start, because it was cut or replaced. `error`: why it cannot be read.
    pub fn restart(&mut self, index: usize, is_over: bool, error: Option<io::Error>) -> Option<Begun<'a>> {
        let watched = self.files.get_mut(index).filter(|_| is_over)?;
        let name = quoted(&watched.path);
        if let Some(error) = error {
            watched.is_over = true;
            self.run.fail(&cannot_read(&Input::File(LogFile::named(watched.path.clone())), error), &mut self.ended);
            return None;
        }
        let Feed::File(source) = &watched.feed else { return None };
        let id = source.id();
        match source.take_restart() {
            Some(Restart::Cut) => self.run.printer.warning(format!("{name} was cut: reading it from its start")),
            Some(Restart::Replaced) => {
                // It may turn up under another name.
                self.past.extend(id);
                self.run.printer.warning(format!("{name} was replaced: reading the new file"));
            }
            None => {
                watched.is_over = true;
                return None;
            }
        }
        watched.reported = Report::default();
        Some(Begun { feed: watched.feed.clone(), zone: watched.zone, offset: 0 })
    }
}
