//! A diagnosis as people read it: the verdict, the sessions, the findings, and what is left.

mod findings;
mod groups;
mod room;
mod sessions;
mod sheet;
mod strip;

use super::super::page::Page;
use crate::output::excerpt::Source;
use crate::output::marker::Count;
use crate::sdk::{Diagnosis, Severity, clock_after, date_and_clock};
use findings::Findings;
use sheet::{LABEL, Sheet, TITLE, good, safe, severity_style};

/// How it is shown.
pub struct Options<'a> {
    /// All of it in a sentence.
    pub verdict: &'a str,
    /// How to get at the logs.
    pub sources: &'a [Source],
    /// With the records that prove each finding.
    pub evidence: bool,
    /// How much is left out because a good log has it too.
    pub known: Option<usize>,
    /// The app, if there are several.
    pub heading: Option<&'a str>,
}

/// The diagnosis as text, with a line break at its end.
pub fn view(diagnosis: &Diagnosis, options: &Options<'_>, page: &Page) -> String {
    let mut sheet = Sheet { page, out: String::new() };
    if let Some(heading) = options.heading {
        sheet.line(TITLE, &page.shorten(&safe(heading), page.width));
    }
    verdict(diagnosis, options.verdict, &mut sheet);
    sessions::show(diagnosis, &mut sheet);
    Findings { diagnosis, sources: options.sources, evidence: options.evidence }.show(&mut sheet);
    groups::show(diagnosis, &mut sheet);
    rest(diagnosis, options.known, &mut sheet);
    sheet.out
}

fn verdict(diagnosis: &Diagnosis, verdict: &str, sheet: &mut Sheet<'_>) {
    let severity = diagnosis.severity().filter(|_| !diagnosis.is_healthy());
    sheet.paragraph(severity.map_or(good().bold(), severity_style), &format!("{}.", safe(verdict)));
    let records: u64 = diagnosis.logs.iter().map(|log| log.records).sum();
    let mut facts = Count(records, "record").to_string();
    if let Some((first, last)) = diagnosis.first.zip(diagnosis.last) {
        facts += &format!(", {} to {}", date_and_clock(first), clock_after(first, last));
    }
    let logs = match diagnosis.logs.as_slice() {
        [log] if log.name == "-" => "standard input".into(),
        [log] => safe(&log.name),
        logs => Count(logs.len() as u64, "log").to_string(),
    };
    // On one line if both have room there.
    let width = sheet.page.width;
    let together = format!("{logs}: {facts}");
    if sheet.wrap(&together, width).len() == 1 && together.chars().count() <= width {
        sheet.line(LABEL, &together);
    } else {
        sheet.line(LABEL, &sheet.page.shorten(&logs, width));
        sheet.paragraph(LABEL, &facts);
    }
}

fn rest(diagnosis: &Diagnosis, known: Option<usize>, sheet: &mut Sheet<'_>) {
    let mut lines = Vec::new();
    let any_record = diagnosis.logs.iter().any(|log| log.records > 0);
    if !diagnosis.is_sdk && any_record {
        lines.push("This is no log of the IM SDK: only errors and warnings could be grouped.".to_owned());
    }
    let harmless: u64 = diagnosis.harmless.iter().map(|known| known.count).sum();
    if harmless > 0 {
        let names = diagnosis.harmless.iter().take(3).map(|known| match known.code {
            Some(code) => format!("{} {code}", known.what),
            None => known.what.to_owned(),
        });
        let mut names: Vec<_> = names.collect();
        if diagnosis.harmless.len() > names.len() {
            names.push("…".into());
        }
        let what = match harmless {
            1 => "1 warning or error that is".to_owned(),
            _ => format!("{harmless} warnings and errors that are"),
        };
        lines.push(format!("Left out: {what} known to be harmless ({}).", names.join(", ")));
    }
    match diagnosis.ungrouped {
        0 => {}
        1 => lines.push("Not grouped: 1 rare error or warning, since there are too many kinds.".into()),
        rare => lines.push(format!("Not grouped: {rare} rare errors and warnings, since there are too many kinds.")),
    }
    match known {
        None | Some(0) => {}
        Some(1) => lines.push("Left out: 1 finding or group that the good log has too.".into()),
        Some(known) => lines.push(format!("Left out: {known} findings and groups that the good log has too.")),
    }
    let worst = diagnosis.findings.iter().find(|finding| finding.severity > Severity::Info);
    if let Some(finding) = worst {
        let code = finding.codes.iter().max_by_key(|(_, count)| **count).map(|(code, _)| format!(" {code}"));
        lines.push(format!("For more: imlog explain {}{}", finding.rule().name, code.unwrap_or_default()));
    }
    if lines.is_empty() {
        return;
    }
    sheet.out.push('\n');
    for line in lines {
        sheet.paragraph(LABEL, &line);
    }
}
