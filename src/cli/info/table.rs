//! A folder as a table: one line per file, and the total.

use std::path::{Path, PathBuf};

use anstyle::Style;
use unicode_width::UnicodeWidthStr;

use super::super::page::{Page, pad, pad_left};
use super::super::printer::{Bytes, Shown};
use super::card::{TITLE, hours, style};
use crate::info::{Lines, State, Summary};
use crate::output::marker::Count;
use crate::record::Time;

const HEADING: Style = Style::new().dimmed();

/// Names are not made narrower than this; columns are left out instead. `imsdk_C_20231106-2.xlog` fits.
const NAME: usize = 23;

/// The files of a folder.
#[derive(Debug, Default)]
pub struct Table {
    rows: Vec<TableRow>,
    total: TableTotal,
}

#[derive(Debug)]
struct TableRow {
    /// Its path below the folder.
    path: PathBuf,
    state: State,
    /// The state in words, and whether blocks are missing.
    ending: String,
    /// One cell for each of [`COLUMNS`].
    cells: [String; COLUMNS.len()],
}

#[derive(Debug, Default)]
struct TableTotal {
    bytes: u64,
    text: u64,
    blocks: u64,
    lost: u64,
    lines: Lines,
    encrypted: u64,
    damaged: u64,
    failed: u64,
}

/// The columns between name and state, and their ranks: if there is no room, the highest rank is left out first.
const COLUMNS: [(&str, u8); 7] =
    [("size", 6), ("text", 7), ("time", 2), ("blocks", 5), ("records", 4), ("errors", 1), ("lost", 3)];

/// The one that is aligned to the left.
const TIME: usize = 2;
const ERRORS: usize = 5;

/// A name that is shortened further says nothing.
const SHORTEST_NAME: usize = 12;

impl Table {
    /// Adds the next file.
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
        // The missing blocks may be in another file of the app: that is no damage, but worth showing.
        let missing = if report.missing > 0 { format!(", {} missing", report.missing) } else { String::new() };
        let ending = format!("{}{missing}", state.words());
        self.rows.push(TableRow { path, state, ending, cells });
        let total = &mut self.total;
        total.bytes += report.bytes;
        total.text += report.text;
        total.blocks += report.blocks;
        total.lost += report.lost;
        total.lines.merge(lines);
        total.encrypted += u64::from(state == State::Encrypted);
        total.damaged += u64::from(state == State::Damaged);
    }

    /// Adds a file that could not be read.
    pub fn add_failed(&mut self) {
        self.total.failed += 1;
    }

    /// The table, with the folder or archive that all its files are in as its title.
    pub fn show(self, place: &Path, headers: bool, page: &Page) -> String {
        let (total_name, total_state, total_cells) = self.total(headers);
        let common = self.common_folder();
        let title: String = match common {
            common if common == Path::new("") => Shown(place).to_string(),
            common if place.is_dir() => Shown(&place.join(common)).to_string(),
            common => format!("{}:{}", Shown(place), Shown(common)),
        };
        let title = if page.seen { page.shorten(&title, page.width) } else { title };
        let below = |row: &TableRow| Shown(row.path.strip_prefix(common).unwrap_or(&row.path)).to_string();
        let names: Vec<String> = self.rows.iter().map(below).collect();
        let headings = COLUMNS.map(|(name, _)| if headers && name == "time" { "hours".into() } else { name.into() });
        let all_cells = || self.rows.iter().map(|row| &row.cells).chain([&total_cells]);
        let widths = column_widths(&headings, all_cells);
        let state = self.rows.iter().map(|row| row.ending.width()).chain([total_state.width()]).max().unwrap_or(0);
        let name = names.iter().chain([&total_name]).map(|name| name.width()).max().unwrap_or(0);
        let layout = TableLayout { page, name, widths };
        let layout = if page.seen { layout.fitted(state) } else { layout };

        let heading = layout.line("name", &headings, "state");
        let mut out = format!("{TITLE}{title}{TITLE:#}\n{HEADING}{heading}{HEADING:#}\n");
        for (name, row) in names.iter().zip(&self.rows) {
            let style = style(row.state);
            out += &layout.line(name, &row.cells, &format!("{style}{}{style:#}", row.ending));
            out.push('\n');
        }
        let total = layout.line(&total_name, &total_cells, &total_state);
        out + &format!("{TITLE}{total}{TITLE:#}\n")
    }

    /// The folder, below the one that was named, that all files are in: it is shown once, in the title.
    fn common_folder(&self) -> &Path {
        let mut folders = self.rows.iter().filter_map(|row| row.path.parent());
        let first = folders.next().unwrap_or(Path::new(""));
        folders.fold(first, |common, folder| {
            common.ancestors().find(|common| folder.starts_with(common)).unwrap_or(Path::new(""))
        })
    }

    fn total(&self, headers: bool) -> (String, String, [String; COLUMNS.len()]) {
        let TableTotal { bytes, text, blocks, lost, lines, encrypted, damaged, failed } = &self.total;
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
            (0, 0) => self.rows.first().map_or(String::new(), |row| row.state.words().into()),
            (0, 1) => "1 needs a key".into(),
            (0, count) => format!("{count} need a key"),
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

struct TableLayout<'a> {
    page: &'a Page,
    name: usize,
    /// Of each column; 0: it is left out.
    widths: Vec<usize>,
}

impl TableLayout<'_> {
    /// The same in the width of the page: columns are left out, then names are shortened. `state`: the width of the
    /// column at the end.
    fn fitted(mut self, state: usize) -> Self {
        let names = self.name;
        let used = |widths: &[usize]| widths.iter().filter(|&&width| width > 0).map(|width| width + 2).sum::<usize>();
        let room = |widths: &[usize]| self.page.width.saturating_sub(used(widths) + state + 2);
        let errors = self.widths.get(ERRORS).copied().filter(|&width| width > 0);
        let mut ranks: Vec<_> = COLUMNS.iter().enumerate().map(|(at, (_, rank))| (*rank, at)).collect();
        ranks.sort_unstable();
        let (ranks_up, all) = (ranks.clone(), self.widths.clone());
        while room(&self.widths) < names.min(NAME) {
            let Some((_, at)) = ranks.pop() else { break };
            self.widths[at] = 0;
        }
        // What is small may fit where something larger did not.
        let left_out = ranks_up.into_iter().map(|(_, at)| at).filter(|&at| self.widths.get(at) == Some(&0));
        for at in left_out.collect::<Vec<_>>() {
            let width = all.get(at).copied().unwrap_or(0);
            if width > 0 && room(&self.widths) >= names.min(NAME) + width + 2 {
                self.widths[at] = width;
            }
        }
        // On the narrowest of pages, names give way before errors do.
        if self.widths.iter().all(|&width| width == 0)
            && let Some(width) = errors
            && room(&self.widths) >= SHORTEST_NAME + width + 2
        {
            self.widths[ERRORS] = width;
        }
        self.name = names.min(room(&self.widths).max(1));
        self
    }

    fn line(&self, name: &str, cells: &[String], state: &str) -> String {
        let mut line = pad(&self.page.shorten(name, self.name), self.name);
        for (at, (cell, width)) in cells.iter().zip(&self.widths).enumerate().filter(|(_, (_, width))| **width > 0) {
            line += "  ";
            line += &if at == TIME { pad(cell, *width) } else { pad_left(cell, *width) };
        }
        line + "  " + state
    }
}

/// The width of each column; 0 if it is empty.
fn column_widths<'a, I>(headings: &[String], rows: impl Fn() -> I) -> Vec<usize>
where
    I: Iterator<Item = &'a [String; COLUMNS.len()]>,
{
    let width = |(at, heading): (usize, &String)| {
        let widest = rows().filter_map(|cells| cells.get(at)).map(|cell| cell.width()).max().unwrap_or(0);
        if widest == 0 { 0 } else { widest.max(heading.width()) }
    };
    headings.iter().enumerate().map(width).collect()
}

fn lost(bytes: u64) -> String {
    if bytes == 0 { String::new() } else { Bytes(bytes).to_string() }
}

/// The time span, in few characters.
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
