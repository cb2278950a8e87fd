//! A folder as a table: a line a file, and the total.

use std::path::{Path, PathBuf};

use anstyle::Style;
use unicode_width::UnicodeWidthStr;

use super::super::printer::{Bytes, Shown};
use super::card::{TITLE, hours, style};
use super::page::{Page, pad, pad_left};
use crate::info::{Lines, State, Summary};
use crate::output::marker::Count;
use crate::record::Time;

const HEADING: Style = Style::new().dimmed();

/// The narrowest that names get, before columns are left out for them: `imsdk_C_20231106-2.xlog`.
const NAME: usize = 23;

/// The files of a folder.
#[derive(Debug, Default)]
pub struct Table {
    rows: Vec<Row>,
    total: Total,
}

#[derive(Debug)]
struct Row {
    /// Below the folder.
    path: PathBuf,
    state: State,
    /// That in words, and what else there is to say.
    ending: String,
    /// A cell for each of [`COLUMNS`].
    cells: [String; COLUMNS.len()],
}

#[derive(Debug, Default)]
struct Total {
    bytes: u64,
    text: u64,
    blocks: u64,
    lost: u64,
    lines: Lines,
    encrypted: u64,
    damaged: u64,
    failed: u64,
}

/// The columns between name and state, and their rank: where there is no room, the highest goes first.
const COLUMNS: [(&str, u8); 7] =
    [("size", 1), ("text", 3), ("time", 2), ("blocks", 7), ("records", 5), ("errors", 4), ("lost", 6)];

/// Which of them is written from the left.
const TIME: usize = 2;

impl Table {
    /// Takes the next file.
    pub fn add(&mut self, path: PathBuf, summary: &Summary, headers: bool) {
        let (report, lines) = (&summary.report, &summary.lines);
        let read = |text: String| if headers { String::new() } else { text };
        let time = if headers { hours(summary) } else { span(lines.first, lines.last).unwrap_or_default() };
        let cells = [
            Bytes(report.bytes).to_string(),
            read(Bytes(report.text).to_string()),
            time,
            report.blocks.to_string(),
            read(lines.records.to_string()),
            read(lines.errors().to_string()),
            lost(report.lost),
        ];
        let state = summary.state();
        // Whether what is missing is in another file of the app, nobody can tell from one: no damage, but to be seen.
        let missing = if report.missing > 0 { format!(", {} missing", report.missing) } else { String::new() };
        let ending = format!("{}{missing}", state.name());
        self.rows.push(Row { path, state, ending, cells });
        let total = &mut self.total;
        total.bytes += report.bytes;
        total.text += report.text;
        total.blocks += report.blocks;
        total.lost += report.lost;
        total.lines.merge(lines);
        total.encrypted += u64::from(state == State::Encrypted);
        total.damaged += u64::from(state == State::Damaged);
    }

    /// Takes a file that there is nothing to be shown of.
    pub fn add_failed(&mut self) {
        self.total.failed += 1;
    }

    /// The table, under the folder that all its files are in, in a folder or archive.
    pub fn show(self, place: &Path, headers: bool, page: &Page) -> String {
        let (total_name, total_state, total_cells) = self.total(headers);
        let common = self.common_folder();
        let title = match common {
            common if common == Path::new("") => Shown(place).to_string(),
            common if place.is_dir() => Shown(&place.join(common)).to_string(),
            common => format!("{}:{}", Shown(place), Shown(common)),
        };
        let below = |row: &Row| Shown(row.path.strip_prefix(common).unwrap_or(&row.path)).to_string();
        let file_names: Vec<String> = self.rows.iter().map(below).collect();
        let rows = || {
            let files = file_names.iter().zip(self.rows.iter().map(|row| &row.cells));
            files.chain([(&total_name, &total_cells)])
        };
        let mut widths: Vec<usize> = (0..COLUMNS.len())
            .map(|at| {
                let cells = || rows().filter_map(|(_, cells)| cells.get(at)).map(|cell| cell.width());
                let heading =
                    if at == TIME && headers { "hours" } else { COLUMNS.get(at).map_or("", |(name, _)| name) };
                // A column without anything in it says nothing.
                cells().max().filter(|&width| width > 0).map_or(0, |width| width.max(heading.width()))
            })
            .collect();
        let states = self.rows.iter().map(|row| row.ending.width()).chain([total_state.width()]);
        let state = states.max().unwrap_or(0);
        let names = rows().map(|(name, _)| name.width()).max().unwrap_or(0);
        let mut name = names;
        if page.seen {
            let used =
                |widths: &[usize]| widths.iter().filter(|&&width| width > 0).map(|width| width + 2).sum::<usize>();
            let room = |widths: &[usize]| page.width.saturating_sub(used(widths) + state + 2);
            let mut ranks: Vec<_> = COLUMNS.iter().enumerate().map(|(at, (_, rank))| (*rank, at)).collect();
            ranks.sort_unstable();
            while room(&widths) < names.min(NAME) {
                let Some((_, at)) = ranks.pop() else { break };
                widths[at] = 0;
            }
            name = names.min(room(&widths).max(1));
        }
        let layout = Layout { page, name, widths };
        let headings = COLUMNS.map(|(name, _)| if headers && name == "time" { "hours".into() } else { name.into() });
        let heading = layout.line("name", &headings, "state");
        let mut out = format!("{TITLE}{}{TITLE:#}\n{HEADING}{heading}{HEADING:#}\n", title);
        for (name, row) in file_names.iter().zip(&self.rows) {
            let style = style(row.state);
            out += &layout.line(name, &row.cells, &format!("{style}{}{style:#}", row.ending));
            out.push('\n');
        }
        let total = layout.line(&total_name, &total_cells, &total_state);
        out + &format!("{TITLE}{total}{TITLE:#}\n")
    }

    /// The folder, below the one that was named, that all files are in: there is no need to say it in each line.
    fn common_folder(&self) -> &Path {
        let mut folders = self.rows.iter().filter_map(|row| row.path.parent());
        let first = folders.next().unwrap_or(Path::new(""));
        folders.fold(first, |common, folder| {
            common.ancestors().find(|common| folder.starts_with(common)).unwrap_or(Path::new(""))
        })
    }

    fn total(&self, headers: bool) -> (String, String, [String; COLUMNS.len()]) {
        let Total { bytes, text, blocks, lost, lines, encrypted, damaged, failed } = &self.total;
        let read = |text: String| if headers { String::new() } else { text };
        let cells = [
            Bytes(*bytes).to_string(),
            read(Bytes(*text).to_string()),
            span(lines.first, lines.last).unwrap_or_default(),
            blocks.to_string(),
            read(lines.records.to_string()),
            read(lines.errors().to_string()),
            self::lost(*lost),
        ];
        let state = match (damaged, encrypted) {
            (0, 0) => self.rows.first().map_or(String::new(), |row| row.state.name().into()),
            (0, count) => format!("{count} encrypted"),
            (count, 0) => format!("{count} damaged"),
            (damaged, encrypted) => format!("{} flawed", damaged + encrypted),
        };
        let failed = match (failed, state.is_empty()) {
            (0, _) => String::new(),
            (failed, true) => format!("{failed} failed"),
            (failed, false) => format!(", {failed} failed"),
        };
        let state = state + &failed;
        (Count(self.rows.len() as u64, "file").to_string(), state, cells)
    }
}

struct Layout<'a> {
    page: &'a Page,
    name: usize,
    /// 0: the column is left out.
    widths: Vec<usize>,
}

impl Layout<'_> {
    fn line(&self, name: &str, cells: &[String], state: &str) -> String {
        let mut line = pad(&self.page.shorten(name, self.name), self.name);
        for (at, (cell, width)) in cells.iter().zip(&self.widths).enumerate().filter(|(_, (_, width))| **width > 0) {
            line += "  ";
            line += &if at == TIME { pad(cell, *width) } else { pad_left(cell, *width) };
        }
        line + "  " + state
    }
}

fn lost(bytes: u64) -> String {
    if bytes == 0 { String::new() } else { Bytes(bytes).to_string() }
}

/// From when to when, in few characters.
fn span(first: Option<Time>, last: Option<Time>) -> Option<String> {
    let (first, last) = (first?, last?);
    let (from, to) = (first.to_string(), last.to_string());
    let part = |text: &str, range: std::ops::Range<usize>| text.get(range).unwrap_or_default().to_owned();
    let (day, last_day) = (part(&from, 0..10), part(&to, 0..10));
    Some(match () {
        () if day == last_day => format!("{day} {}-{}", part(&from, 11..16), part(&to, 11..16)),
        () if part(&day, 0..4) == part(&last_day, 0..4) => format!("{day} to {}", part(&to, 5..10)),
        () => format!("{day} to {last_day}"),
    })
}
