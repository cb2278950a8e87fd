//! One file as a card: a title, and a row for each fact.

use std::path::Path;

use anstyle::{AnsiColor, Style};
use unicode_width::UnicodeWidthStr;

use super::super::page::{Page, pad, pad_left};
use super::super::printer::{Bytes, Shown};
use super::said::Said;
use crate::info::{Client, List, State, Summary};
use crate::output::marker::{Count, KeyId, Marker};
use crate::record::{Level, Time};
use crate::sdk::About;

/// Style of titles.
pub const TITLE: Style = Style::new().bold();
const LABEL: Style = Style::new().dimmed();
const ERROR: Style = AnsiColor::Red.on_default();

/// Columns before the text of a row.
const INDENT: usize = 11;
/// Columns of the longest bar.
const BAR: usize = 40;
/// How many values of a list are shown.
const SHOWN: usize = 10;

/// Style of a state.
pub fn style(state: State) -> Style {
    match state {
        State::Intact | State::Sound => AnsiColor::Green.on_default(),
        State::Encrypted => AnsiColor::Yellow.on_default(),
        State::Damaged | State::NotALog => AnsiColor::Red.on_default().bold(),
    }
}

/// The card of the file `name`. `headers`: only its headers were read.
pub fn card(name: &str, (summary, said): (&Summary, &Said), headers: bool, has_keys: bool, page: &Page) -> String {
    let mut card = Card { page, out: String::new() };
    card.title(name, summary.state());
    card.row("size", &size(summary, headers));
    if let Some(time) = time(summary.lines.first, summary.lines.last) {
        card.row("time", &time);
    }
    card.row("hours", &hours(summary));
    card.row("blocks", &blocks(summary));
    card.row("seq", &seq(summary));
    card.row("sdk", &sdk(&said.about));
    if !headers {
        card.lines(summary);
    }
    card.row("codes", &codes(said));
    card.list("keys", &summary.clients, |client| self::client(client, has_keys));
    card.list("gaps", &summary.places, |place| Marker(place).to_string());
    card.list("repeats", &summary.repeats, |repeat| {
        format!("seq {} is repeated at offset {}", repeat.seq, repeat.offset)
    });
    card.out
}

struct Card<'a> {
    page: &'a Page,
    out: String,
}

impl Card<'_> {
    fn title(&mut self, name: &str, state: State) {
        let (width, state_style, state) = (self.page.width, style(state), state.words());
        let name = match self.page.seen {
            true => self.page.shorten(name, width.saturating_sub(state.width() + 2)),
            false => name.to_owned(),
        };
        self.out += &format!("{TITLE}{name}{TITLE:#}  {state_style}{state}{state_style:#}\n");
    }

    /// A row, in as many lines as it needs; none if it is empty.
    fn row(&mut self, label: &str, text: &str) {
        if text.is_empty() {
            return;
        }
        let lines = self.page.wrap(text, self.page.width.saturating_sub(INDENT));
        for (index, line) in lines.iter().enumerate() {
            self.line(if index == 0 { label } else { "" }, line);
        }
    }

    /// One line, as it is.
    fn line(&mut self, label: &str, line: &str) {
        let label = pad(&format!("  {label}"), INDENT);
        self.out += format!("{LABEL}{label}{LABEL:#}{line}").trim_end();
        self.out.push('\n');
    }

    /// One row per value.
    fn list<T>(&mut self, label: &str, list: &List<T>, mut text: impl FnMut(&T) -> String) {
        for (index, value) in list.values().iter().take(SHOWN).enumerate() {
            self.row(if index == 0 { label } else { "" }, &text(value));
        }
        let more = list.count().saturating_sub(SHOWN as u64);
        if more > 0 {
            self.row("", &format!("… and {more} more"));
        }
    }

    fn lines(&mut self, summary: &Summary) {
        let lines = &summary.lines;
        if lines.records == 0 {
            return;
        }
        self.row("records", &lines.records.to_string());
        let levels: Vec<_> = lines.levels().filter(|(_, count)| *count > 0).collect();
        let most = levels.iter().map(|(_, count)| *count).max().unwrap_or(0);
        if !self.page.seen {
            let levels: Vec<_> = levels.iter().map(|(level, count)| format!("{} {count}", level.letter())).collect();
            return self.row("levels", &levels.join(", "));
        }
        let digits = most.to_string().len();
        let room = self.page.width.saturating_sub(INDENT + digits + 4).min(BAR);
        for (index, (level, count)) in levels.iter().enumerate() {
            let style = if *level >= Level::Error { ERROR } else { Style::new() };
            let (letter, number) = (level.letter(), pad_left(&count.to_string(), digits));
            let bar = self.page.bar(*count, most, room);
            self.line(if index == 0 { "levels" } else { "" }, &format!("{letter} {number}  {style}{bar}{style:#}"));
        }
        self.day("day", &lines.by_hour, "record", Style::new());
        self.day("errors", &lines.errors_by_hour, "error", ERROR);
        if lines.by_hour.iter().any(|&count| count > 0) {
            self.line("", &format!("{LABEL}0     6     12    18   24{LABEL:#}"));
        }
    }

    /// How many there were in each hour of the day.
    fn day(&mut self, label: &str, by_hour: &[u64; 24], noun: &'static str, style: Style) {
        let most = by_hour.iter().copied().max().unwrap_or(0);
        let Some(hour) = by_hour.iter().position(|&count| count == most).filter(|_| most > 0) else { return };
        let line = self.page.sparkline(by_hour);
        let most = format!("  {} at {hour} h", Count(most, noun));
        let has_room = INDENT + by_hour.len() + most.width() <= self.page.width;
        self.line(label, &format!("{style}{line}{style:#}{}", if has_room { &most } else { "" }));
    }
}

fn size(summary: &Summary, headers: bool) -> String {
    let report = &summary.report;
    let mut text = Bytes(report.bytes).to_string();
    if !headers {
        text += &format!(", {} of text", Bytes(report.text));
        if report.text > report.bytes && report.bytes > 0 {
            text += &format!(" ({:.1} : 1)", report.text as f64 / report.bytes as f64);
        }
    }
    if report.padding > 0 {
        text += &format!(", {} of zero fill", Bytes(report.padding));
    }
    text
}

/// The time span, to the second.
pub fn time(first: Option<Time>, last: Option<Time>) -> Option<String> {
    let (first, last) = (first?, last?);
    let second = |time: Time| time.to_string().get(..19).unwrap_or_default().replace('T', " ");
    let (from, to) = (second(first), second(last));
    let zone = first.to_string().get(23..).filter(|zone| !zone.is_empty()).map(|zone| format!(" ({zone})"));
    let to = if first.day() == last.day() { to.get(11..).unwrap_or_default() } else { &to };
    Some(format!("{from} to {to}{}", zone.unwrap_or_default()))
}

/// The hours that the headers name.
pub fn hours(summary: &Summary) -> String {
    let range = |(first, last): (u8, u8)| if first == last { first.to_string() } else { format!("{first}-{last}") };
    summary.hours.ranges().into_iter().map(range).collect::<Vec<_>>().join(", ")
}

fn blocks(summary: &Summary) -> String {
    let kinds = summary.kinds().map(|(kind, count)| format!("{} {} ({:#04x})", count.blocks, kind.name, kind.magic));
    format!("{}: {}", summary.report.blocks, kinds.collect::<Vec<_>>().join(" + "))
}

/// The version of the SDK, and where it runs.
fn sdk(about: &About) -> String {
    let About { sdk_version, platform, device, system, app_id, .. } = about;
    let system = match (platform, system) {
        (Some(platform), Some(system)) => Some(format!("{platform} {system}")),
        (platform, system) => platform.clone().or(system.clone()),
    };
    let app = app_id.as_ref().map(|id| format!("app {id}"));
    let parts = [sdk_version.clone(), system, device.clone(), app];
    let shown = parts.into_iter().flatten().map(|part| Shown(Path::new(&part)).to_string());
    shown.collect::<Vec<_>>().join(", ")
}

/// Error codes, and how many records carry each.
fn codes(said: &Said) -> String {
    let codes = said.codes();
    let mut shown: Vec<_> = codes.iter().take(SHOWN).map(|(code, count)| format!("{code} ({count})")).collect();
    if codes.len() > SHOWN {
        shown.push(format!("… and {} more", codes.len() - SHOWN));
    }
    shown.join(", ")
}

fn seq(summary: &Summary) -> String {
    let mut text = String::new();
    let mut process = 1;
    for range in summary.seq.values().iter().take(SHOWN) {
        let separator = match () {
            () if text.is_empty() => "",
            () if range.process == process => ", ",
            () => " | ",
        };
        process = range.process;
        text += separator;
        text += &if range.first == range.last {
            range.first.to_string()
        } else {
            format!("{}-{}", range.first, range.last)
        };
    }
    let more = summary.seq.count().saturating_sub(SHOWN as u64);
    if more > 0 {
        text += &format!(", … and {more} more");
    }
    if summary.report.restarts > 0 {
        text += &format!(" ({})", Count(summary.report.restarts, "process restart"));
    }
    text
}

fn client(client: &Client, has_keys: bool) -> String {
    let Client { key, blocks, unopened, unread } = client;
    let state = match has_keys {
        _ if unread == blocks => "not read".to_owned(),
        _ if *unopened == 0 => "opened".to_owned(),
        true if unopened == blocks => "no key fits".to_owned(),
        false if unopened == blocks => "no key given: see --key-file".to_owned(),
        _ => format!("{unopened} not opened"),
    };
    format!("{} ({}, {state})", KeyId(key), Count(*blocks, "block"))
}
