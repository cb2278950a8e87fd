//! What goes to standard output and standard error, one log after the other.

use std::io::{self, Write};
use std::path::Path;

use anyhow::{Context, Result, anyhow};

use super::super::inputs::{self, quoted};
use super::super::page::Page;
use super::super::printer::{Printer, Shown};
use super::super::stdout::json_or_styled;
use super::super::{problems, status};
use super::args::InfoArgs;
use super::inspect::{Inspected, Summarized};
use super::said::Said;
use super::table::Table;
use super::{OUT, card, json};
use crate::decode::Report;
use crate::info::{State, Summary};
use crate::input::archive::{Problem, ProblemCause};
use crate::xlog::header::ClientKey;

/// Shows logs as the arguments want it, and keeps track of whether all are intact.
pub struct Presenter<'a> {
    args: &'a InfoArgs,
    page: &'a Page,
    has_keys: bool,
    printer: &'a Printer,
    out: anstream::AutoStream<io::Stdout>,
    is_intact: bool,
    /// Client keys without a private key that fits.
    clients: Vec<ClientKey>,
    /// Whether anything has been written.
    any: bool,
}

impl<'a> Presenter<'a> {
    /// Shows on `page`. `is_intact`: nothing has failed so far.
    pub fn new(
        args: &'a InfoArgs,
        page: &'a Page,
        has_keys: bool,
        printer: &'a Printer,
        is_intact: bool,
    ) -> Presenter<'a> {
        let out = anstream::stdout();
        Presenter { args, page, has_keys, printer, out, is_intact, clients: Vec::new(), any: false }
    }

    /// Shows a log, or adds it to the table if there is one.
    pub fn log(&mut self, log: Result<Inspected, Problem>, table: &mut Option<Table>) -> Result<()> {
        let Inspected { name, below, summarized } = match log {
            Ok(log) => log,
            Err(problem) => {
                self.problem(problem);
                return Ok(());
            }
        };
        let InfoArgs { json, check, headers, .. } = *self.args;
        let Some((summary, said)) = self.judge(&name, summarized)? else {
            table.iter_mut().for_each(Table::add_failed);
            return Ok(());
        };
        let state = summary.state();
        if json && !(check && state.is_good()) {
            return self.object(&json::file(&name, &summary, &said, headers)?);
        }
        if check || json {
            return Ok(());
        }
        if state == State::NotALog {
            table.iter_mut().for_each(Table::add_failed);
            return Ok(());
        }
        if let Some(table) = table {
            table.add(below, &summary, headers);
            return Ok(());
        }
        // A progress bar between the lines would be in the way.
        self.printer.end_progress();
        let card = card::card(&title(&name), (&summary, &said), headers, self.has_keys, self.page);
        self.part(&card).context(OUT)
    }

    /// Shows that a file that was given could not be read, if there is an object for each.
    pub fn unread(&self, name: &Path, error: &str) -> Result<()> {
        if self.args.json && !self.args.blocks { self.object(&json::unread(name, error)?) } else { Ok(()) }
    }

    /// Writes an object.
    fn object(&self, line: &[u8]) -> Result<()> {
        // A progress bar between the lines would be in the way.
        self.printer.end_progress();
        let mut out = json_or_styled(true);
        out.write_all(line).and_then(|()| out.flush()).context(OUT)
    }

    /// Reports what failed with an archive.
    pub fn problem(&mut self, problem: Problem) {
        self.is_intact = false;
        inputs::print_problem(problem, self.printer);
    }

    /// Keeps track of how a log is. Reports what is wrong with it if nothing else will show that.
    pub fn judge(&mut self, name: &Path, summarized: Result<Summarized>) -> Result<Option<(Summary, Said)>> {
        match summarized {
            Ok(Summarized { summary, no_log: Some(error), said, .. }) => {
                self.is_intact = false;
                self.printer.error(&error);
                Ok(Some((summary, said)))
            }
            Ok(Summarized { summary, broken, no_log: None, said }) => {
                let is_intact = summary.state().is_good();
                self.is_intact &= is_intact;
                for client in &summary.report.clients {
                    Report::add_client(&mut self.clients, client);
                }
                let name = quoted(name);
                if self.args.check && !is_intact && !self.args.json {
                    let broken = broken.iter().map(ProblemCause::of_log);
                    let problems: Vec<_> = broken.chain(problems::with_places(&summary)).collect();
                    self.printer.error(&anyhow!("{name}: {}", problems.join("; ")));
                } else if let Some(cause) = &broken {
                    problems::warn_broken(&name, cause, self.printer);
                }
                Ok(Some((summary, said)))
            }
            Err(error) if status::is_closed_pipe(&error) => Err(error),
            Err(error) => {
                self.is_intact = false;
                self.printer.error(&error);
                self.unread(name, &format!("{:#}", error.root_cause()))?;
                Ok(None)
            }
        }
    }

    /// Shows a table, of the folder or archive `place`.
    pub fn table(&mut self, table: Table, place: &Path) -> Result<()> {
        let text = table.show(place, self.args.headers, self.page);
        self.part(&text).context(OUT)
    }

    /// Writes a part of the output, after an empty line if it is not the first.
    pub fn part(&mut self, text: &str) -> io::Result<()> {
        if std::mem::replace(&mut self.any, true) {
            self.out.write_all(b"\n")?;
        }
        self.out.write_all(text.as_bytes())?;
        self.out.flush()
    }

    /// Writes what is held back, and hints at keys. Returns whether all is intact.
    pub fn finish(mut self) -> Result<bool> {
        self.out.flush().context(OUT)?;
        if !self.clients.is_empty() && !self.args.check {
            self.printer.hint(problems::key_hint(&self.clients, self.has_keys));
        }
        Ok(self.is_intact)
    }
}

/// A log's name in a title.
pub fn title(name: &Path) -> String {
    if name.as_os_str() == "-" { "standard input".into() } else { Shown(name).to_string() }
}
