//! Errors and warnings that no rule knows.

use super::sheet::{INDENT, LABEL, Sheet, safe};
use crate::output::marker::Count;
use crate::record::Level;
use crate::sdk::{Diagnosis, ErrorGroup, clock, clock_after, date_and_clock};

/// Groups that are shown.
const GROUPS: usize = 10;

/// Shows the most frequent ones.
pub fn show(diagnosis: &Diagnosis, sheet: &mut Sheet<'_>) {
    let groups = &diagnosis.groups;
    if groups.is_empty() {
        return;
    }
    sheet.heading(if diagnosis.is_sdk { "Other errors and warnings" } else { "Errors and warnings" });
    for group in groups.iter().take(GROUPS) {
        self::group(group, diagnosis.is_one_day(), sheet);
    }
    let more = groups.len().saturating_sub(GROUPS) as u64;
    if more > 0 {
        sheet.line(LABEL, &format!("{}and {}; --json lists all", " ".repeat(INDENT), Count(more, "more group")));
    }
}

fn group(group: &ErrorGroup, is_one_day: bool, sheet: &mut Sheet<'_>) {
    let level = match group.level {
        Some(Level::Warn) => "warn",
        Some(Level::Fatal) => "fatal",
        Some(Level::Error) => "error",
        _ => "",
    };
    let moment = if is_one_day { clock } else { date_and_clock };
    let times = match group.first.zip(group.last) {
        Some((first, last)) if last.wall - first.wall >= 1000 => {
            format!(", {} to {}", moment(first), clock_after(first, last))
        }
        Some((first, _)) => format!(", {}", moment(first)),
        None => String::new(),
    };
    let function = if group.function.is_empty() { "no function".into() } else { safe(&group.function) };
    let code = group.code.map(|code| format!(" {code}")).unwrap_or_default();
    let often = if group.count == 1 { "once".to_owned() } else { format!("{} times", group.count) };
    let room = sheet.room();
    // The function gives way: how often and when is not to be cut off.
    let rest = format!("{code}: {often}{times}");
    let function = sheet.cut(&function, room.saturating_sub(rest.chars().count()).max(8));
    let head = sheet.cut(&format!("{function}{rest}"), room);
    let message = sheet.cut(&safe(&group.message), room);
    let lines = if message.is_empty() { vec![head] } else { vec![head, message] };
    sheet.rows(level, INDENT, &lines);
}
