//! What standard output can show: how wide it is, and whether bars can be drawn.

use std::io::{self, IsTerminal};

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// The width if nothing says how wide the output is.
const DEFAULT_WIDTH: usize = 80;
/// The smallest width that is laid out for; what is narrower wraps.
const MIN_WIDTH: usize = 40;

/// A page to write on.
#[derive(Clone, Copy, Debug)]
pub struct Page {
    /// Its width, in columns of a terminal.
    pub width: usize,
    /// Whether people look at it: then bars and sparklines are drawn, and names are shortened.
    pub seen: bool,
    /// Only ASCII characters are used.
    pub ascii: bool,
}

impl Page {
    /// Standard output as a page. `width`: treat it as a terminal of this width.
    pub fn stdout(width: Option<usize>, ascii: bool) -> Page {
        let is_terminal = io::stdout().is_terminal();
        let columns = || std::env::var("COLUMNS").ok()?.parse().ok().filter(|&columns| columns > 0);
        let terminal = || terminal_size::terminal_size().map(|(width, _)| usize::from(width.0));
        let asked = width.or_else(columns).or_else(|| is_terminal.then(terminal).flatten());
        Page {
            width: asked.unwrap_or(DEFAULT_WIDTH).max(MIN_WIDTH),
            seen: width.is_some() || is_terminal,
            ascii: ascii || !is_utf8(),
        }
    }

    /// A bar of up to `columns`, as long as the part that `share` is of `of`. Anything above 0 can be seen.
    pub fn bar(&self, share: u64, of: u64, columns: usize) -> String {
        let parts = if self.ascii { 1 } else { 8 };
        let full = (columns * parts) as u64;
        let length = (u128::from(share) * u128::from(full)).div_ceil(u128::from(of.max(1))) as usize;
        let (whole, rest) = (length / parts, length % parts);
        let block = if self.ascii { "#" } else { "█" };
        let end = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"].get(rest).copied().unwrap_or_default();
        block.repeat(whole) + end
    }

    /// One column per number, as high as it is compared with the greatest.
    pub fn sparkline(&self, numbers: &[u64]) -> String {
        let steps: &[char] = match self.ascii {
            true => &['.', ':', '-', '=', '+', '*', '#', '@'],
            false => &['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'],
        };
        let most = numbers.iter().copied().max().unwrap_or(0).max(1);
        let step = |number: u64| (u128::from(number) * steps.len() as u128).div_ceil(u128::from(most)) as usize;
        let column = |&number: &u64| step(number).checked_sub(1).and_then(|step| steps.get(step)).copied();
        numbers.iter().map(|number| column(number).unwrap_or(' ')).collect()
    }

    /// `text` in no more than `width` columns: it is shortened in its middle, since names differ at their ends.
    pub fn shorten(&self, text: &str, width: usize) -> String {
        if text.width() <= width {
            return text.to_owned();
        }
        let dots = if self.ascii { "..." } else { "…" };
        let room = width.saturating_sub(dots.width());
        let tail = take(text.chars().rev(), room - room / 2);
        let head = take(text.chars(), room - tail.iter().map(columns).sum::<usize>());
        head.into_iter().chain(dots.chars()).chain(tail.into_iter().rev()).collect()
    }

    /// As much of `text` as fits into `width` columns.
    pub fn head(&self, text: &str, width: usize) -> String {
        take(text.chars(), width).into_iter().collect()
    }

    /// `text` in lines of no more than `width` columns, broken at spaces.
    pub fn wrap(&self, text: &str, width: usize) -> Vec<String> {
        let text = if self.ascii { text.replace('…', "...") } else { text.to_owned() };
        let mut lines: Vec<String> = Vec::new();
        for word in text.split(' ') {
            match lines.last_mut() {
                Some(line) if line.width() + 1 + word.width() <= width => {
                    line.push(' ');
                    line.push_str(word);
                }
                _ => lines.push(word.to_owned()),
            }
        }
        lines
    }
}

/// `text`, and spaces up to `width` columns.
pub fn pad(text: &str, width: usize) -> String {
    text.to_owned() + &" ".repeat(width.saturating_sub(text.width()))
}

/// Spaces, and `text` up to `width` columns.
pub fn pad_left(text: &str, width: usize) -> String {
    " ".repeat(width.saturating_sub(text.width())) + text
}

fn columns(c: &char) -> usize {
    c.width().unwrap_or(0)
}

/// As many of these characters as fit into `width` columns.
fn take(chars: impl Iterator<Item = char>, width: usize) -> Vec<char> {
    let mut used = 0;
    chars
        .take_while(|c| {
            used += columns(c);
            used <= width
        })
        .collect()
}

/// Whether the locale has characters beyond ASCII. The first variable that is set counts, as POSIX says.
fn is_utf8() -> bool {
    if cfg!(windows) {
        return true;
    }
    let set = |name| std::env::var(name).ok().filter(|value: &String| !value.is_empty());
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"].into_iter().find_map(set).unwrap_or_default().to_ascii_lowercase();
    locale.contains("utf-8") || locale.contains("utf8")
}

#[cfg(test)]
mod tests {
    use super::*;

    const UTF8: Page = Page { width: 80, seen: true, ascii: false };
    const ASCII: Page = Page { ascii: true, ..UTF8 };

    #[test]
    fn bars_show_anything_above_zero() {
        assert_eq!(UTF8.bar(0, 10, 4), "");
        assert_eq!(UTF8.bar(1, 1_000_000, 4), "▏");
        assert_eq!(UTF8.bar(5, 10, 4), "██");
        assert_eq!(UTF8.bar(10, 10, 4), "████");
        assert_eq!(ASCII.bar(5, 10, 4), "##");
        assert_eq!(UTF8.bar(u64::MAX, u64::MAX, 4), "████");
        assert_eq!(UTF8.bar(0, 0, 4), "");
    }

    #[test]
    fn sparklines_have_one_column_per_number() {
        assert_eq!(UTF8.sparkline(&[0, 1, 4, 8, 100]), " ▁▁▁█");
        assert_eq!(ASCII.sparkline(&[0, 1, 2]), " =@");
        assert_eq!(UTF8.sparkline(&[0, 0]), "  ");
    }

    #[test]
    fn names_are_shortened_in_their_middle_by_columns() {
        assert_eq!(UTF8.shorten("imsdk_C_20231106.xlog", 13), "imsdk_…6.xlog");
        assert_eq!(ASCII.shorten("imsdk_C_20231106.xlog", 13), "imsdk....xlog");
        assert_eq!(UTF8.shorten("short", 5), "short");
        // Each of these takes two columns.
        for width in 3..20 {
            let short = UTF8.shorten("测试手机日志二〇二三年.xlog", width);
            assert!(short.width() <= width && short.width() + 1 >= width, "{short} in {width}");
        }
        assert_eq!(pad("日志", 6), "日志  ");
        assert_eq!(pad_left("日志", 6), "  日志");
    }

    #[test]
    fn long_text_is_wrapped() {
        assert_eq!(UTF8.wrap("one two three", 7), ["one two", "three"]);
        assert_eq!(UTF8.wrap("日志 文件 x", 9), ["日志 文件", "x"]);
        assert_eq!(ASCII.wrap("abc…", 9), ["abc..."]);
        assert_eq!(UTF8.wrap("unbreakable", 5), ["unbreakable"]);
    }
}
