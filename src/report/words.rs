//! The way of all text into the page, and how times and numbers are written there.

use crate::output::terminal::push_visible;
use crate::record::Time;
use crate::sdk::{Diagnosis, Severity, clock, clock_after, date_and_clock};

/// Characters of a name that are shown.
const SHORT: usize = 120;
/// Characters of a name where there is little room.
const BRIEF: usize = 48;
/// Characters of any text that are shown.
const LONG: usize = 600;

/// Text of a log: without characters that steer, and not without end. The template escapes it.
pub(super) fn text(text: &str) -> String {
    cut(visible(text), LONG)
}

/// The same, of a name: of a long one, the start and the end.
pub(super) fn short(name: &str) -> String {
    ends(text(name), SHORT)
}

/// The same, where there is little room.
pub(super) fn brief(name: &str) -> String {
    ends(text(name), BRIEF)
}

/// The name of a log, without its folders.
pub(super) fn file_name(name: &str) -> String {
    brief(name.rsplit(['/', '\\', ':']).next().unwrap_or(name))
}

/// The same, whole: a command that lacks its end would do something else.
pub(super) fn command(text: &str) -> Option<String> {
    (text.len() <= LONG).then(|| visible(text))
}

fn visible(text: &str) -> String {
    let mut out = Vec::new();
    push_visible(text.as_bytes(), &mut out);
    String::from_utf8_lossy(&out).into_owned()
}

/// The start and the end of a text with more than `most` characters.
fn ends(text: String, most: usize) -> String {
    let len = text.chars().count();
    if len <= most {
        return text;
    }
    let chars = || text.chars();
    chars().take(most / 2).chain(['…']).chain(chars().skip(len - most / 2)).collect()
}

fn cut(mut text: String, most: usize) -> String {
    if let Some((at, _)) = text.char_indices().nth(most) {
        text.truncate(at);
        text.push('…');
    }
    text
}

/// How well an app is, as the name of a style.
pub(super) fn tone(diagnosis: &Diagnosis) -> &'static str {
    match diagnosis.severity() {
        Some(severity) if severity > Severity::Info => severity.name(),
        _ if !diagnosis.is_sdk => "info",
        _ => "good",
    }
}

/// `1,234,567`
pub(super) fn number(number: u64) -> String {
    grouped(&number.to_string())
}

/// Digits in groups of three.
pub(super) fn grouped(digits: &str) -> String {
    let mut out = String::new();
    for (at, digit) in digits.char_indices() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// `1 record`, `1,234 records`
pub(super) fn count(many: u64, what: &str) -> String {
    format!("{} {what}{}", number(many), if many == 1 { "" } else { "s" })
}

/// `once`, `35 times`
pub(super) fn times(many: u64) -> String {
    if many == 1 { "once".into() } else { format!("{} times", number(many)) }
}

/// `a`, `a and b`, `a, b and c`
pub(super) fn list(parts: &[String]) -> String {
    match parts {
        [] => String::new(),
        [one] => one.clone(),
        [before @ .., last] => format!("{} and {last}", before.join(", ")),
    }
}

/// A time in a table: how it is shown, and what it is sorted by.
#[derive(Clone, Debug, Default)]
pub(super) struct Moment {
    pub text: String,
    pub wall: String,
}

impl Moment {
    /// With its date, unless all is of one day.
    pub fn of(time: Option<Time>, is_one_day: bool) -> Moment {
        match time {
            Some(time) => Moment { text: moment(time, is_one_day), wall: time.wall.to_string() },
            None => Moment::default(),
        }
    }
}

/// A time, with its date unless all is of one day.
pub(super) fn moment(time: Time, is_one_day: bool) -> String {
    if is_one_day { clock(time) } else { date_and_clock(time) }
}

/// From when to when.
pub(super) fn span(first: Option<Time>, last: Option<Time>, is_one_day: bool) -> Option<String> {
    let (first, last) = first.zip(last)?;
    Some(match (last.wall - first.wall).abs() >= 1000 {
        true => format!("{} to {}", moment(first, is_one_day), clock_after(first, last)),
        false => moment(first, is_one_day),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_visible_and_bounded() {
        assert_eq!(text("a\0 \u{202e}\u{2028}<b>"), r"a^@ \u{202e}\u{2028}<b>");
        assert_eq!(text(&"x".repeat(1_000_000)).chars().count(), LONG + 1);
        assert_eq!(short(&"é".repeat(500)).chars().count(), SHORT + 1);
        assert_eq!(command("imlog cat a.log").as_deref(), Some("imlog cat a.log"));
        assert_eq!(command(&"x".repeat(1000)), None);
    }

    #[test]
    fn numbers_are_easy_to_read() {
        assert_eq!([1, 999, 1000, 1_234_567].map(number), ["1", "999", "1,000", "1,234,567"]);
        assert_eq!((times(1), times(2), count(1, "log")), ("once".into(), "2 times".into(), "1 log".into()));
        assert_eq!(list(&["a", "b", "c"].map(String::from)), "a, b and c");
    }
}
