//! What a diagnosis is written on: rows with labels, no wider than the page, and nothing that controls a terminal.

use anstyle::{AnsiColor, Style};
use unicode_width::UnicodeWidthStr;

use super::super::super::page::{Page, pad};
use crate::output::terminal::push_visible;
use crate::sdk::Severity;

/// For titles and headings.
pub const TITLE: Style = Style::new().bold();
/// For what is not to be read first.
pub const LABEL: Style = Style::new().dimmed();

/// Columns before the text of a row.
pub const INDENT: usize = 8;

/// A page, and what is on it so far.
pub struct Sheet<'a> {
    /// The page.
    pub page: &'a Page,
    /// What is on it.
    pub out: String,
}

impl Sheet<'_> {
    /// Columns of a row's text.
    pub fn room(&self) -> usize {
        self.page.width.saturating_sub(INDENT)
    }

    /// A line as it is.
    pub fn line(&mut self, style: Style, text: &str) {
        self.out += &format!("{style}{}{style:#}\n", text.trim_end());
    }

    /// `text`, wrapped, without an indent.
    pub fn paragraph(&mut self, style: Style, text: &str) {
        for line in self.wrap(text, self.page.width) {
            self.line(style, &line);
        }
    }

    /// The title of a part.
    pub fn heading(&mut self, text: &str) {
        self.out.push('\n');
        self.line(TITLE, text);
    }

    /// Lines with a label before the first.
    pub fn rows(&mut self, label: &str, indent: usize, lines: &[String]) {
        for (index, line) in lines.iter().enumerate() {
            let label = pad(if index == 0 { label } else { "" }, indent);
            self.out += format!("{LABEL}{label}{LABEL:#}{line}").trim_end();
            self.out.push('\n');
        }
    }

    /// `text` in lines of no more than `width` columns. A word that is longer than that is cut off.
    pub fn wrap(&self, text: &str, width: usize) -> Vec<String> {
        self.page.wrap(text, width).iter().map(|line| self.cut(line, width)).collect()
    }

    /// `text` in no more than `most` lines of no more than `width` columns, cut off at its end.
    pub fn wrap_within(&self, text: &str, width: usize, most: usize) -> Vec<String> {
        let mut lines = self.wrap(text, width);
        if let Some(next) = lines.get(most) {
            let next = format!(" {next} {}", self.dots());
            lines.truncate(most);
            if let Some(last) = lines.last_mut() {
                *last = self.cut(&(last.clone() + &next), width);
            }
        }
        lines
    }

    /// `text` in no more than `width` columns, cut off at its end.
    pub fn cut(&self, text: &str, width: usize) -> String {
        if text.width() <= width {
            return text.to_owned();
        }
        let head = self.page.head(text, width.saturating_sub(self.dots().width()));
        head.trim_end_matches([' ', ',', ';', ':']).to_owned() + self.dots()
    }

    fn dots(&self) -> &'static str {
        if self.page.ascii { "..." } else { "…" }
    }
}

/// `text`, made safe to show, with one space for several.
pub fn safe(text: &str) -> String {
    let mut out = Vec::new();
    push_visible(text.as_bytes(), &mut out);
    String::from_utf8_lossy(&out).split_ascii_whitespace().collect::<Vec<_>>().join(" ")
}

/// The style of what is as it should be.
pub fn good() -> Style {
    AnsiColor::Green.on_default()
}

/// The style of a severity.
pub fn severity_style(severity: Severity) -> Style {
    match severity {
        Severity::Error => AnsiColor::Red.on_default().bold(),
        Severity::Warn => AnsiColor::Yellow.on_default().bold(),
        Severity::Info => AnsiColor::Cyan.on_default().bold(),
    }
}
