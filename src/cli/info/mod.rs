//! `imlog info`: what is in logs, and whether they are whole.

pub mod args;
mod blocks;
mod card;
mod json;
mod page;
mod plan;
mod table;

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufWriter, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use anyhow::{Context, Result, anyhow};
use indicatif::ProgressBar;
use rayon::prelude::*;

use super::inputs::{Finds, quoted};
use super::printer::{Printer, Shown};
use super::stdout::json_or_styled;
use super::watch::{Notes, Pace, Watched};
use super::{Status, inputs, keys, problems};
use crate::decode::{DecodeError, Decoder, Item, Report};
use crate::info::{Endings, Summary, summarize};
use crate::input::archive::{Problem, ProblemCause};
use crate::input::expand::{Expander, FoundInput, StreamedLog};
use crate::input::wanted::Wanted;
use crate::input::{Input, InputReader};
use crate::xlog::header::ClientKey;

use args::InfoArgs;
use card::TITLE;
use page::Page;
use plan::Section;
use table::Table;

/// Looks at everything.
pub fn run(args: InfoArgs, printer: &Printer) -> Result<Status> {
    let ring = keys::ring(&args.keys)?;
    let has_keys = !ring.is_empty();
    let decoder = Decoder::new(ring).with_text_limit(args.text.limit());
    let decoder = if args.headers { decoder.with_choice(|_| false) } else { decoder };
    let expander = Expander::new(Wanted::default(), (&args.archives).into());
    let finds = Finds::new(&args.paths, &expander, printer);
    if finds.paths.is_empty() {
        return Ok(if finds.any_path { Status::Flawed } else { Status::Nothing });
    }
    let threads = rayon::ThreadPoolBuilder::new().num_threads(usize::from(args.jobs));
    let threads = threads.build().context("cannot start threads")?;
    let page = Page::stdout(args.width, args.ascii);
    let run = InfoRun { args: &args, decoder, has_keys, page, printer };
    let shown = Mutex::new(Show {
        run: &run,
        out: anstream::stdout(),
        is_intact: finds.failed == 0,
        clients: Vec::new(),
        any: false,
    });
    let sections = plan::sections(finds);
    threads.install(|| sections.iter().try_for_each(|section| run.section(section, &shown)))?;
    let mut shown = shown.into_inner().unwrap_or_else(PoisonError::into_inner);
    shown.out.flush().context(OUT)?;
    if !shown.clients.is_empty() && !args.check {
        printer.hint(problems::key_hint(&shown.clients, has_keys));
    }
    Ok(if shown.is_intact { Status::Intact } else { Status::Flawed })
}

/// So many bytes take longer than a look at a progress bar.
const LONG: u64 = 32 << 20;

const OUT: &str = "cannot write standard output";

/// What all inputs share.
struct InfoRun<'a> {
    args: &'a InfoArgs,
    decoder: Decoder,
    has_keys: bool,
    page: Page,
    printer: &'a Printer,
}

impl InfoRun<'_> {
    fn section(&self, section: &Section, show: &Mutex<Show<'_>>) -> Result<()> {
        if self.args.blocks {
            // One after the other: each spreads over all threads by itself.
            return section.logs.iter().try_for_each(|log| self.blocks(log, &mut lock(show)));
        }
        let bytes: u64 = section.logs.iter().map(packed_len).sum();
        let progress = match self.args.headers || bytes < LONG {
            true => ProgressBar::hidden(),
            false => self.printer.start_progress(bytes),
        };
        let table = (section.place.is_some() && !self.args.json && !self.args.check).then(Table::default);
        let in_folder = section.place.as_ref().is_some_and(|place| place.is_dir());
        let line = Mutex::new(Line { turn: 0, early: BTreeMap::new(), table });
        let result: Result<()> = section.logs.iter().enumerate().par_bridge().try_for_each(|(index, found)| {
            // An archive can have very many: those whose turn it is already do not wait for the last one.
            let mut early = Vec::new();
            self.looks(found, &progress, in_folder, &mut |look| {
                early.push(look);
                let Line { turn, table, .. } = &mut *lock(&line);
                if *turn != index {
                    return Ok(());
                }
                early.drain(..).try_for_each(|look| lock(show).look(look, table))
            })?;
            let mut line = lock(&line);
            line.early.insert(index, early);
            // Whoever has the one whose turn it is shows those that waited for it too.
            loop {
                let turn = line.turn;
                let Some(looks) = line.early.remove(&turn) else { return Ok(()) };
                line.turn += 1;
                for look in looks {
                    lock(show).look(look, &mut line.table)?;
                }
            }
        });
        self.printer.end_progress();
        let table = line.into_inner().unwrap_or_else(PoisonError::into_inner).table;
        result?;
        match (table, &section.place) {
            (Some(table), Some(place)) => lock(show).table(table, place),
            _ => Ok(()),
        }
    }

    /// Looks at a log, or at all logs of an archive that has to be gone through in order.
    fn looks(
        &self,
        found: &FoundInput,
        progress: &ProgressBar,
        in_folder: bool,
        show: &mut dyn FnMut(Result<Look, Problem>) -> Result<()>,
    ) -> Result<()> {
        match found {
            FoundInput::Log(input) => show(Ok(self.look(input, progress, in_folder))),
            FoundInput::Streamed(sequence) => sequence.visit(&mut |passing| {
                show(passing.map(|StreamedLog { member, reader }| {
                    let input = Input::Member(member);
                    Look::new(&input, in_folder, self.read(&input, reader, progress, |_| Ok(())))
                }))
            }),
        }
    }

    fn look(&self, input: &Input, progress: &ProgressBar, in_folder: bool) -> Look {
        let summary = match self.open(input) {
            Ok((InputReader::File(file), Some(_))) if self.args.headers => self.walk(input, file, |_| Ok(())),
            Ok((reader, _)) => self.read(input, reader, progress, |_| Ok(())),
            Err(error) => Err(error),
        };
        Look::new(input, in_folder, summary)
    }

    fn open(&self, input: &Input) -> Result<(InputReader, Option<u64>)> {
        input.open().with_context(|| format!("cannot read {}", quoted(&input.name())))
    }

    /// Reads one log from header to header. Its items come to `show` too.
    fn walk(&self, input: &Input, file: File, mut show: impl FnMut(Item<'_>) -> io::Result<()> + Send) -> Result<Seen> {
        let watched = Watched::new(file, Pace::Log, ProgressBar::hidden());
        let notes = watched.notes();
        let mut summary = Summary::default();
        let report = self.decoder.headers(watched, |item| {
            summary.item(item);
            show(item)
        });
        self.judge(input, report.map(|report| summary.finish(report)), &notes)
    }

    /// Reads one log from its start to its end.
    fn read<R: Read + Send>(
        &self,
        input: &Input,
        reader: R,
        progress: &ProgressBar,
        mut show: impl FnMut(Item<'_>) -> io::Result<()> + Send,
    ) -> Result<Seen> {
        let watched = Watched::new(reader, Pace::of(input), progress.clone());
        let notes = watched.notes();
        let InfoArgs { headers, blocks, check, .. } = *self.args;
        // Records are counted where they are shown.
        let summary = if headers || blocks || check {
            let mut summary = Summary::default();
            let report = self.decoder.decode(watched, |item: Item<'_>| {
                summary.item(item);
                show(item)
            });
            report.map(|report| summary.finish(report))
        } else {
            summarize(&self.decoder, watched, show)
        };
        self.judge(input, summary, &notes)
    }

    /// Whether there was a log at all.
    fn judge(&self, input: &Input, summary: Result<Summary, DecodeError<io::Error>>, notes: &Notes) -> Result<Seen> {
        let name = quoted(&input.name());
        let mut summary = match summary {
            Ok(summary) => summary,
            Err(DecodeError::Read(error)) => return Err(anyhow!(error).context(format!("cannot read {name}"))),
            Err(DecodeError::Show(error)) => return Err(anyhow!(error).context(OUT)),
        };
        let broken = notes.take_broken();
        if !summary.report.has_blocks() {
            let (error, hint) = problems::no_log(&name, broken, notes, summary.report.bytes);
            // A check is a line a file.
            return Err(problems::hinted((error, hint.filter(|_| !self.args.check))));
        }
        summary.broken_off = broken.is_some();
        Ok(Seen { summary, broken })
    }

    /// Shows the blocks of a log, or of all logs of an archive, as they come.
    fn blocks(&self, found: &FoundInput, show: &mut Show<'_>) -> Result<()> {
        let hidden = ProgressBar::hidden();
        match found {
            FoundInput::Log(input) => self.blocks_of(input, show, |items| match self.open(input)? {
                (InputReader::File(file), Some(_)) if self.args.headers => self.walk(input, file, items),
                (reader, _) => self.read(input, reader, &hidden, items),
            }),
            FoundInput::Streamed(sequence) => sequence.visit(&mut |passing| match passing {
                Ok(StreamedLog { member, reader }) => {
                    let input = Input::Member(member);
                    self.blocks_of(&input, show, |items| self.read(&input, reader, &hidden, items))
                }
                Err(problem) => {
                    show.problem(problem);
                    Ok(())
                }
            }),
        }
    }

    fn blocks_of(
        &self,
        input: &Input,
        show: &mut Show<'_>,
        read: impl FnOnce(&mut (dyn FnMut(Item<'_>) -> io::Result<()> + Send)) -> Result<Seen>,
    ) -> Result<()> {
        let name = input.name();
        let source = json::Source::new(&name);
        let lines = blocks::Lines::new(&self.page);
        let json = self.args.json;
        let mut out = BufWriter::with_capacity(64 << 10, json_or_styled(json));
        let mut endings = Endings::default();
        let mut row = |row: crate::info::Row<'_>| match json {
            true => out.write_all(&json::row(&source, row)?),
            false => lines.row(row, &mut out),
        };
        let mut is_first = true;
        let summary = read(&mut |item| {
            if std::mem::take(&mut is_first) && !json {
                show.part(&format!("{TITLE}{}{TITLE:#}\n{}", title(&name), lines.heading()))?;
            }
            endings.item(item, &mut row)
        });
        endings.finish(&mut row).context(OUT)?;
        out.flush().context(OUT)?;
        show.judge(&name, summary).map(drop)
    }
}

/// What came of a log.
struct Seen {
    summary: Summary,
    /// Why it breaks off.
    broken: Option<ProblemCause>,
}

/// A log that has been looked at. Of the log itself only names are kept: there may be many, and a way to a member can
/// hold a file open.
struct Look {
    /// As people read it.
    name: PathBuf,
    /// Below what the user named.
    below: PathBuf,
    seen: Result<Seen>,
}

impl Look {
    fn new(input: &Input, in_folder: bool, seen: Result<Seen>) -> Look {
        Look { name: input.name(), below: plan::below(input, in_folder), seen }
    }
}

/// How many bytes of a file are read for a log.
fn packed_len(found: &FoundInput) -> u64 {
    match found {
        FoundInput::Log(input) => input.packed_len(),
        FoundInput::Streamed(sequence) => sequence.route().packed_len(),
    }
}

/// Summaries that wait for their turn.
struct Line {
    turn: usize,
    early: BTreeMap<usize, Vec<Result<Look, Problem>>>,
    table: Option<Table>,
}

/// Standard output, and how it went so far.
struct Show<'a> {
    run: &'a InfoRun<'a>,
    out: anstream::AutoStream<io::Stdout>,
    is_intact: bool,
    /// Client keys that no private key was there for.
    clients: Vec<ClientKey>,
    /// Whether anything has been written.
    any: bool,
}

impl Show<'_> {
    /// Shows a log, in its turn.
    fn look(&mut self, look: Result<Look, Problem>, table: &mut Option<Table>) -> Result<()> {
        let Look { name, below, seen } = match look {
            Ok(look) => look,
            Err(problem) => {
                self.problem(problem);
                return Ok(());
            }
        };
        let Some(summary) = self.judge(&name, seen)? else {
            table.iter_mut().for_each(Table::add_failed);
            return Ok(());
        };
        let InfoArgs { json, check, headers, .. } = *self.run.args;
        if check {
            return Ok(());
        }
        if let Some(table) = table {
            table.add(below, &summary, headers);
            return Ok(());
        }
        // A bar among the lines helps nobody.
        self.run.printer.end_progress();
        if json {
            let line = json::file(&name, &summary, headers)?;
            let mut out = json_or_styled(true);
            return out.write_all(&line).and_then(|()| out.flush()).context(OUT);
        }
        let card = card::card(&title(&name), &summary, headers, self.run.has_keys, &self.run.page);
        self.part(&card).context(OUT)
    }

    fn problem(&mut self, problem: Problem) {
        self.is_intact = false;
        inputs::print_problem(problem, self.run.printer);
    }

    /// Takes note of how an input is, and names it if there is nothing to be shown of it, or nothing else will.
    fn judge(&mut self, name: &Path, seen: Result<Seen>) -> Result<Option<Summary>> {
        match seen {
            Ok(Seen { summary, broken }) => {
                let is_intact = summary.state().is_good();
                self.is_intact &= is_intact;
                for client in &summary.report.clients {
                    Report::add_client(&mut self.clients, client);
                }
                let name = quoted(name);
                if self.run.args.check && !is_intact {
                    let broken = broken.iter().map(ProblemCause::of_log);
                    let problems: Vec<_> = broken.chain(problems::of(&summary.report)).collect();
                    self.run.printer.error(&anyhow!("{name}: {}", problems.join("; ")));
                } else if let Some(cause) = &broken {
                    problems::warn_broken(&name, cause, self.run.printer);
                }
                Ok(Some(summary))
            }
            Err(error) if super::status::is_closed_pipe(&error) => Err(error),
            Err(error) => {
                self.is_intact = false;
                self.run.printer.error(&error);
                Ok(None)
            }
        }
    }

    fn table(&mut self, table: Table, place: &Path) -> Result<()> {
        let text = table.show(place, self.run.args.headers, &self.run.page);
        self.part(&text).context(OUT)
    }

    /// A part of the output, with an empty line before it if it is not the first.
    fn part(&mut self, text: &str) -> io::Result<()> {
        if std::mem::replace(&mut self.any, true) {
            self.out.write_all(b"\n")?;
        }
        self.out.write_all(text.as_bytes())?;
        self.out.flush()
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// For titles.
fn title(name: &Path) -> String {
    if name.as_os_str() == "-" { "standard input".into() } else { Shown(name).to_string() }
}
