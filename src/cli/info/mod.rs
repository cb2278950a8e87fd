//! `imlog info`: what is in logs, and whether they are intact.

pub mod args;
mod blocks;
mod card;
mod inspect;
mod json;
mod plan;
mod present;
mod said;
mod table;

use std::collections::BTreeMap;
use std::io::{BufWriter, Write};
use std::sync::{Mutex, MutexGuard, PoisonError};

use anyhow::{Context, Result};
use indicatif::ProgressBar;
use rayon::prelude::*;

use super::inputs::{FoundPaths, WithoutPath};
use super::printer::Printer;
use super::stdout::json_or_styled;
use super::{Status, keys};
use crate::decode::Decoder;
use crate::info::{Endings, Row};
use crate::input::Input;
use crate::input::archive::Problem;
use crate::input::expand::{FoundInput, StreamedLog};
use crate::input::wanted::Wanted;

use super::page::Page;
use args::InfoArgs;
use card::TITLE;
use inspect::{Inspected, Inspector, ShowItem, Summarized};
use plan::Group;
use present::{Presenter, title};
use table::Table;

/// Shows what is in everything that was asked for.
pub fn run(args: InfoArgs, printer: &Printer) -> Result<Status> {
    let ring = keys::ring(&args.read.keys)?;
    let has_keys = !ring.is_empty();
    let decoder = Decoder::new(ring).with_text_limit(args.read.text_limit());
    let decoder = if args.headers { decoder.with_choice(|_| false) } else { decoder };
    let expander = args.read.expander(Wanted::default())?;
    let mut finds = FoundPaths::new(&args.paths, WithoutPath::StdinOrHere, &expander, printer);
    let unread = std::mem::take(&mut finds.unread);
    if finds.paths.is_empty() && (unread.is_empty() || !args.json) {
        return Ok(if finds.any_path { Status::Flawed } else { Status::Nothing });
    }
    let threads = args.read.threads()?;
    let page = args.page.page();
    let presenter = Mutex::new(Presenter::new(&args, &page, has_keys, printer, finds.failed == 0));
    let (any_path, groups) = (finds.any_path, plan::groups(finds));
    let notes_said = args.json || groups.iter().any(|group| group.place.is_none());
    let inspector = Inspector { args: &args, decoder, notes_said };
    let run = InfoRun { args: &args, inspector, page: &page, printer };
    unread.iter().try_for_each(|(path, error)| lock(&presenter).unread(path, error))?;
    if groups.is_empty() {
        return Ok(if any_path { Status::Flawed } else { Status::Nothing });
    }
    threads.install(|| groups.iter().try_for_each(|group| run.group(group, &presenter)))?;
    let presenter = presenter.into_inner().unwrap_or_else(PoisonError::into_inner);
    Ok(if presenter.finish()? { Status::Intact } else { Status::Flawed })
}

/// What failed, if standard output cannot be written.
const OUT: &str = "cannot write standard output";

/// Fewer bytes than this are read before anybody has looked at a progress bar.
const LONG: u64 = 32 << 20;

/// What all inputs share.
struct InfoRun<'a> {
    args: &'a InfoArgs,
    inspector: Inspector<'a>,
    page: &'a Page,
    printer: &'a Printer,
}

/// Inspected logs that wait for their turn.
struct InOrder {
    turn: usize,
    early: BTreeMap<usize, Vec<Result<Inspected, Problem>>>,
    table: Option<Table>,
}

impl InfoRun<'_> {
    /// Shows the logs of a group, in order.
    fn group(&self, group: &Group, presenter: &Mutex<Presenter<'_>>) -> Result<()> {
        if self.args.blocks {
            // One after the other: each uses all threads by itself.
            return group.logs.iter().try_for_each(|log| self.blocks(log, &mut lock(presenter)));
        }
        let bytes: u64 = group.logs.iter().map(FoundInput::packed_len).sum();
        let progress = match self.args.headers || bytes < LONG {
            true => ProgressBar::hidden(),
            false => self.printer.start_progress(bytes),
        };
        let table = (group.place.is_some() && !self.args.json && !self.args.check).then(Table::default);
        let in_folder = group.place.as_ref().is_some_and(|place| place.is_dir());
        let queue = Mutex::new(InOrder { turn: 0, early: BTreeMap::new(), table });
        let result: Result<()> = group.logs.iter().enumerate().par_bridge().try_for_each(|(index, found)| {
            // An archive can have very many logs: those whose turn it is do not wait for the last one.
            let mut early = Vec::new();
            self.inspector.inspect(found, &progress, in_folder, &mut |log| {
                early.push(log);
                let InOrder { turn, table, .. } = &mut *lock(&queue);
                if *turn != index {
                    return Ok(());
                }
                early.drain(..).try_for_each(|log| lock(presenter).log(log, table))
            })?;
            show_in_order(index, early, &mut lock(&queue), presenter)
        });
        self.printer.end_progress();
        let table = queue.into_inner().unwrap_or_else(PoisonError::into_inner).table;
        result?;
        match (table, &group.place) {
            (Some(table), Some(place)) => lock(presenter).table(table, place),
            _ => Ok(()),
        }
    }

    /// Shows the blocks of a log, or of all logs of an archive, as they come.
    fn blocks(&self, found: &FoundInput, presenter: &mut Presenter<'_>) -> Result<()> {
        let hidden = ProgressBar::hidden();
        match found {
            FoundInput::Log(input) => {
                self.blocks_of(input, presenter, |show| self.inspector.summarize(input, &hidden, show))
            }
            FoundInput::Streamed(archive) => archive.visit(&mut |passing| match passing {
                Ok(StreamedLog { member, reader }) => {
                    let input = Input::Member(member);
                    self.blocks_of(&input, presenter, |show| self.inspector.read(&input, reader, &hidden, show))
                }
                Err(problem) => {
                    presenter.problem(problem);
                    Ok(())
                }
            }),
        }
    }

    fn blocks_of(
        &self,
        input: &Input,
        presenter: &mut Presenter<'_>,
        read: impl FnOnce(&mut ShowItem<'_>) -> Result<Summarized>,
    ) -> Result<()> {
        let name = input.name();
        let path = json::PathFields::new(&name);
        let lines = blocks::BlockLines::new(self.page);
        let json = self.args.json;
        let mut out = BufWriter::with_capacity(64 << 10, json_or_styled(json));
        let mut endings = Endings::default();
        let mut row = |row: Row<'_>| match json {
            true => out.write_all(&json::row(&path, row)?),
            false => lines.row(row, &mut out),
        };
        let mut is_first = true;
        let summarized = read(&mut |item| {
            if std::mem::take(&mut is_first) && !json {
                let title = title(&name);
                let title = if self.page.seen { self.page.shorten(&title, self.page.width) } else { title };
                presenter.part(&format!("{TITLE}{title}{TITLE:#}\n{}", lines.heading()))?;
            }
            endings.item(item, &mut row)
        });
        endings.finish(&mut row).context(OUT)?;
        out.flush().context(OUT)?;
        presenter.judge(&name, summarized).map(drop)
    }
}

/// Shows the logs of an input if it is its turn, and those of the inputs after it that are ready.
fn show_in_order(
    index: usize,
    logs: Vec<Result<Inspected, Problem>>,
    queue: &mut InOrder,
    presenter: &Mutex<Presenter<'_>>,
) -> Result<()> {
    queue.early.insert(index, logs);
    while let Some(logs) = queue.early.remove(&queue.turn) {
        queue.turn += 1;
        for log in logs {
            lock(presenter).log(log, &mut queue.table)?;
        }
    }
    Ok(())
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
