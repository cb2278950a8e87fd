//! `imlog info`: what is in logs, and whether they are whole.

pub mod args;
mod blocks;
mod card;
mod json;
mod page;
mod plan;
mod table;

use std::collections::BTreeMap;
use std::io::{self, BufWriter, Write};
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use anyhow::{Context, Result, anyhow};
use indicatif::ProgressBar;
use rayon::prelude::*;

use super::decode::diagnosis::Watched;
use super::decode::total::problems;
use super::printer::{Hint, Printer, Shown};
use super::{Status, keys};
use crate::decode::{Decoder, Error, Item};
use crate::info::{Endings, Summary, read};
use crate::input::{Input, Reader};

use args::InfoArgs;
use card::TITLE;
use page::Page;
use plan::{Plan, Section};
use table::Table;

/// Looks at everything.
pub fn run(args: InfoArgs, printer: &Printer) -> Result<Status> {
    let ring = keys::ring(&args.keys)?;
    let has_keys = !ring.is_empty();
    let decoder = Decoder::new(ring);
    let decoder = if args.headers { decoder.with_choice(|_| false) } else { decoder };
    let plan = Plan::new(&args.paths, printer);
    if plan.sections.is_empty() {
        return Ok(if plan.any_path { Status::Flawed } else { Status::Nothing });
    }
    let threads = rayon::ThreadPoolBuilder::new().num_threads(usize::from(args.jobs));
    let threads = threads.build().context("cannot start the threads")?;
    let page = Page::stdout(args.width, args.ascii);
    let run = Run { args: &args, decoder, has_keys, page, printer };
    let shown = Mutex::new(Show { run: &run, out: anstream::stdout(), is_whole: !plan.failed, any: false });
    threads.install(|| plan.sections.iter().try_for_each(|section| run.section(section, &shown)))?;
    let mut shown = shown.into_inner().unwrap_or_else(PoisonError::into_inner);
    shown.out.flush().context(OUT)?;
    Ok(if shown.is_whole { Status::Whole } else { Status::Flawed })
}

/// So many bytes take longer than a look at a progress bar.
const LONG: u64 = 32 << 20;

const OUT: &str = "cannot write standard output";

/// What all inputs share.
struct Run<'a> {
    args: &'a InfoArgs,
    decoder: Decoder,
    has_keys: bool,
    page: Page,
    printer: &'a Printer,
}

impl Run<'_> {
    fn section(&self, section: &Section, show: &Mutex<Show<'_>>) -> Result<()> {
        if self.args.blocks {
            // One after the other: each spreads over all threads by itself.
            return section.inputs.iter().try_for_each(|input| self.blocks(input, &mut lock(show)));
        }
        let size = |input: &Input| input.path().and_then(|path| path.metadata().ok()).map_or(0, |file| file.len());
        let bytes: u64 = section.inputs.iter().map(size).sum();
        let progress = match self.args.headers || bytes < LONG {
            true => ProgressBar::hidden(),
            false => self.printer.start_progress(bytes),
        };
        let table = (section.folder.is_some() && !self.args.json && !self.args.check).then(Table::default);
        let line = Mutex::new(Line { turn: 0, early: BTreeMap::new(), table });
        let result: Result<()> = section.inputs.iter().enumerate().par_bridge().try_for_each(|(index, input)| {
            let summary = self.summary(input, &progress, |_| Ok(()));
            let mut line = lock(&line);
            line.early.insert(index, summary);
            // Whoever has the one whose turn it is shows those that waited for it too.
            loop {
                let turn = line.turn;
                let Some(summary) = line.early.remove(&turn) else { return Ok(()) };
                line.turn += 1;
                let Some(input) = section.inputs.get(turn) else { return Ok(()) };
                lock(show).input(input, summary, &mut line.table)?;
            }
        });
        self.printer.end_progress();
        let table = line.into_inner().unwrap_or_else(PoisonError::into_inner).table;
        result?;
        match (table, &section.folder) {
            (Some(table), Some(folder)) => lock(show).table(table, folder),
            _ => Ok(()),
        }
    }

    /// Reads one input. Its items come to `show` too.
    fn summary(
        &self,
        input: &Input,
        progress: &ProgressBar,
        mut show: impl FnMut(Item<'_>) -> io::Result<()> + Send,
    ) -> Result<Summary> {
        let name = name(input);
        let (reader, size) = input.open().with_context(|| format!("cannot read {name}"))?;
        let seeks = matches!(reader, Reader::File(_)) && size.is_some();
        let reader = Watched::new(reader, progress.clone());
        let head = reader.head();
        // Records are counted where they are shown.
        let summary = if self.args.headers || self.args.blocks || self.args.check {
            let mut summary = Summary::default();
            let items = |item: Item<'_>| {
                summary.item(item);
                show(item)
            };
            let report = match self.args.headers && seeks {
                true => self.decoder.headers(reader, items),
                false => self.decoder.decode(reader, items),
            };
            report.map(|report| summary.finish(report))
        } else {
            read(&self.decoder, reader, show)
        };
        let summary = match summary {
            Ok(summary) => summary,
            Err(Error::Read(error)) => return Err(anyhow!(error).context(format!("cannot read {name}"))),
            Err(Error::Show(error)) => return Err(anyhow!(error).context(OUT)),
        };
        if !summary.report.has_blocks() {
            let error = anyhow!("{name}: no xlog block found");
            let hint = Hint(head.hint(summary.report.bytes).into());
            return Err(if self.args.check { error } else { error.context(hint) });
        }
        Ok(summary)
    }

    /// Shows the blocks of one input, as they come.
    fn blocks(&self, input: &Input, show: &mut Show<'_>) -> Result<()> {
        let source = json::Source::new(input.path());
        let lines = blocks::Lines::new(&self.page);
        let json = self.args.json;
        let mut out = BufWriter::with_capacity(64 << 10, io::stdout());
        let mut endings = Endings::default();
        let mut row = |row: crate::info::Row<'_>| match json {
            true => out.write_all(&json::row(&source, row)?),
            false => lines.row(row, &mut out),
        };
        let mut is_first = true;
        let summary = self.summary(input, &ProgressBar::hidden(), |item| {
            if std::mem::take(&mut is_first) && !json {
                show.part(&format!("{TITLE}{}{TITLE:#}\n{}", title(input), lines.heading()))?;
            }
            endings.item(item, &mut row)
        });
        endings.finish(&mut row).context(OUT)?;
        out.flush().context(OUT)?;
        show.judge(input, summary).map(drop)
    }
}

/// Summaries that wait for their turn.
struct Line {
    turn: usize,
    early: BTreeMap<usize, Result<Summary>>,
    table: Option<Table>,
}

/// Standard output, and how it went so far.
struct Show<'a> {
    run: &'a Run<'a>,
    out: anstream::AutoStream<io::Stdout>,
    is_whole: bool,
    /// Whether anything has been written.
    any: bool,
}

impl Show<'_> {
    /// Shows an input, in its turn.
    fn input(&mut self, input: &Input, summary: Result<Summary>, table: &mut Option<Table>) -> Result<()> {
        let Some(summary) = self.judge(input, summary)? else { return Ok(()) };
        let InfoArgs { json, check, headers, .. } = *self.run.args;
        if check {
            return Ok(());
        }
        if let (Some(table), Input::File(file)) = (table, input) {
            table.add(file.below(), &summary, headers);
            return Ok(());
        }
        // A bar among the lines helps nobody.
        self.run.printer.end_progress();
        if json {
            let line = json::file(input.path(), &summary, headers)?;
            return self.out.write_all(&line).context(OUT);
        }
        let card = card::card(&title(input), &summary, headers, self.run.has_keys, &self.run.page);
        self.part(&card).context(OUT)
    }

    /// Takes note of how an input is, and names it if there is nothing to be shown of it, or nothing else will.
    fn judge(&mut self, input: &Input, summary: Result<Summary>) -> Result<Option<Summary>> {
        match summary {
            Ok(summary) => {
                let is_whole = summary.state().is_good();
                self.is_whole &= is_whole;
                if self.run.args.check && !is_whole {
                    let problems: Vec<_> = problems(&summary.report).collect();
                    self.run.printer.error(&anyhow!("{}: {}", name(input), problems.join("; ")));
                }
                Ok(Some(summary))
            }
            Err(error) if super::status::is_closed_pipe(&error) => Err(error),
            Err(error) => {
                self.is_whole = false;
                self.run.printer.error(&error);
                Ok(None)
            }
        }
    }

    fn table(&mut self, table: Table, folder: &Path) -> Result<()> {
        let text = table.show(folder, self.run.args.headers, &self.run.page);
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

/// For messages.
fn name(input: &Input) -> String {
    input.path().map_or("standard input".into(), |path| format!("`{}`", Shown(path)))
}

/// For titles.
fn title(input: &Input) -> String {
    input.path().map_or("standard input".into(), |path| Shown(path).to_string())
}
