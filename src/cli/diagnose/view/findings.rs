//! The findings: of each what happened, when, why, what to do, and where to look, in at most six lines.

use unicode_width::UnicodeWidthStr;

use super::super::super::page::pad;
use super::room::share;
use super::sheet::{INDENT, LABEL, Sheet, TITLE, safe, severity_style};
use crate::output::excerpt::{self, Excerpt, Source};
use crate::output::marker::Count;
use crate::record::Time;
use crate::sdk::{Code, Diagnosis, Evidence, Finding, Lack, Severity, clock, clock_after, date_and_clock};

/// Lines of a finding.
const LINES: usize = 6;
/// Findings that are shown.
const FINDINGS: usize = 40;
/// Columns of a log's name in a sentence.
const NAME: usize = 28;

/// Findings, and what is needed to show them.
pub struct Findings<'a> {
    /// Where they are from.
    pub diagnosis: &'a Diagnosis,
    /// How to get at the logs.
    pub sources: &'a [Source],
    /// Show the records that prove each.
    pub evidence: bool,
}

impl Findings<'_> {
    /// Shows them, most severe first. What is only good to know and happened several times is shown as one.
    pub fn show(&self, sheet: &mut Sheet<'_>) {
        let findings = &self.diagnosis.findings;
        if findings.is_empty() {
            return;
        }
        sheet.heading("Findings");
        let mut entries: Vec<Vec<&Finding>> = Vec::new();
        for finding in findings {
            let alike = |entry: &&mut Vec<&Finding>| {
                entry.first().is_some_and(|first| {
                    finding.severity == Severity::Info && first.severity == Severity::Info && first.rule == finding.rule
                })
            };
            match entries.iter_mut().find(alike) {
                Some(entry) => entry.push(finding),
                None => entries.push(vec![finding]),
            }
        }
        for (index, entry) in entries.iter().take(FINDINGS).enumerate() {
            if index > 0 {
                sheet.out.push('\n');
            }
            self.entry(entry, sheet);
        }
        let more: usize = entries.iter().skip(FINDINGS).map(Vec::len).sum();
        let more = more as u64 + self.diagnosis.further_findings;
        if more > 0 {
            sheet.line(LABEL, &format!("and {}: see --json, or use --rule or --since", Count(more, "more finding")));
        }
    }

    fn entry(&self, entry: &[&Finding], sheet: &mut Sheet<'_>) {
        let Some(finding) = entry.first() else { return };
        let room = sheet.room();
        let (style, rule) = (severity_style(finding.severity), finding.rule().name);
        let label = pad(finding.severity.name(), INDENT);
        let title = sheet.cut(finding.rule().title, room);
        let fits = title.width() + 2 + rule.len() <= room;
        let beside = if fits { format!("  {rule}") } else { String::new() };
        sheet.out += &format!("{style}{label}{style:#}{TITLE}{title}{TITLE:#}{LABEL}{beside}{LABEL:#}\n");
        let when = match entry {
            [_] => self.when(finding),
            several => self.spells(several),
        };
        let rule = if fits { None } else { Some(rule) };
        let fitting =
            rule.and_then(|rule| when.iter().map(|when| format!("{when}  {rule}")).find(|all| all.width() <= room));
        let fitting = fitting.or_else(|| when.iter().find(|when| when.width() <= room).cloned());
        let when = fitting.unwrap_or_else(|| sheet.cut(when.last().map_or("", String::as_str), room));
        sheet.rows("when", INDENT, &[when]);
        let place = self.place(finding, sheet);
        let why = if entry.len() == 1 { self.why(finding) } else { vec![finding.rule().meaning.to_owned()] };
        let left = LINES - 2 - place.len();
        let (why, advice) = share(&why, finding.advice(), left, room, sheet);
        sheet.rows("why", INDENT, &why);
        sheet.rows("do", INDENT, &advice);
        sheet.rows("see", INDENT, &place);
        if self.evidence {
            for finding in entry {
                self.proof(finding, sheet);
            }
        }
    }

    /// Where to look: the command that shows it, in one line unless its times alone need more. Only its path may be wider
    /// than the page, since it is there to be copied. Without a command, it is the line.
    fn place(&self, finding: &Finding, sheet: &Sheet<'_>) -> Vec<String> {
        if let Some(excerpt) = Excerpt::of(finding, self.diagnosis, self.sources) {
            let (start, command) = (excerpt.start(), excerpt.command());
            return match start.width() < sheet.room() {
                true => vec![command],
                false => match start.rsplit_once(" --until") {
                    Some((since, until)) => vec![format!("{since} \\"), format!("  --until{until} {}", excerpt.path())],
                    None => vec![command],
                },
            };
        }
        match (excerpt::command(finding, self.diagnosis, self.sources), finding.evidence.first()) {
            (Some(command), _) => vec![command],
            (None, Some(evidence)) => vec![sheet.cut(&self.line_of(evidence), sheet.room())],
            (None, None) => Vec::new(),
        }
    }

    fn line_of(&self, evidence: &Evidence) -> String {
        match self.diagnosis.logs.len() {
            1 => format!("line {}", evidence.line),
            _ => format!("{}:{}", safe(self.file_name(evidence.log)), evidence.line),
        }
    }

    /// When it was, most complete first.
    fn when(&self, finding: &Finding) -> Vec<String> {
        let mut when = match finding.first.zip(finding.last) {
            Some((first, last)) if last.wall - first.wall >= 1000 => {
                format!("{} to {}", self.moment(first), clock_after(first, last))
            }
            Some((first, _)) => self.moment(first),
            None => "not known: no line near it has a time".into(),
        };
        if finding.count > 1 {
            when += &format!(", {} times", finding.count);
        }
        let over = finding.over.zip(finding.last);
        let over = over.map_or_else(String::new, |(over, last)| format!(", over at {}", clock_after(last, over)));
        let session = match finding.session {
            Some(session) if self.diagnosis.sessions.len() > 1 => format!(", session {session}"),
            _ => String::new(),
        };
        vec![format!("{when}{over}{session}"), format!("{when}{session}"), when]
    }

    /// When it was that the same happened, most complete first.
    fn spells(&self, findings: &[&Finding]) -> Vec<String> {
        let times = findings.len();
        let mut day = None;
        let mut moments = Vec::new();
        for time in findings.iter().filter_map(|finding| finding.first) {
            // A date stands for the times after it, too.
            let is_same = day.replace(time.day()) == Some(time.day());
            moments.push(if is_same { clock(time) } else { self.moment(time) });
        }
        (1..=moments.len().min(8))
            .rev()
            .map(|shown| {
                let more = if shown < times { " …" } else { "" };
                let named: Vec<_> = moments.iter().take(shown).cloned().collect();
                format!("{times} times: {}{more}", named.join(", "))
            })
            .chain([format!("{times} times")])
            .collect()
    }

    /// A time, with its date unless all logs are of one day.
    fn moment(&self, time: Time) -> String {
        if self.diagnosis.is_one_day() { clock(time) } else { date_and_clock(time) }
    }

    /// What is known of it, most particular first: notes, codes, and what failed because of it.
    fn why(&self, finding: &Finding) -> Vec<String> {
        let lacks = finding.lacks.iter().map(|lack| self.lack(lack));
        let mut parts: Vec<String> = finding.notes.iter().map(|note| safe(note)).chain(lacks).collect();
        let left_out = parts.len().saturating_sub(3);
        parts.truncate(3);
        if left_out > 0 {
            parts.push(format!("and {left_out} more"));
        }
        let mut codes: Vec<_> = finding.codes.iter().collect();
        codes.sort_by_key(|(_, count)| std::cmp::Reverse(**count));
        for (code, count) in codes.into_iter().take(3) {
            let often = if *count > 1 { format!(" ({count} times)") } else { String::new() };
            let meaning = Code::of(*code).map_or("not a known code", |code| code.meaning);
            parts.push(format!("{code}{often}: {}", meaning.trim_end_matches('.')));
        }
        for consequence in finding.consequences.iter().take(3) {
            let what = Count(consequence.count, consequence.what);
            parts.push(format!("{what} failed because of it ({})", consequence.code));
        }
        if parts.is_empty() {
            parts.push(finding.rule().meaning.trim_end_matches('.').to_owned());
        }
        parts
    }

    /// What a log lacks, made safe to show: with the file's name, unless there is only one log.
    fn lack(&self, lack: &Lack) -> String {
        if self.diagnosis.logs.len() == 1 {
            return safe(&lack.what);
        }
        let name = safe(self.file_name(lack.log));
        let from = name.char_indices().rev().map(|(at, _)| at).take(NAME).last().unwrap_or(0);
        format!("`{}`: {}", name.get(from..).unwrap_or_default(), safe(&lack.what))
    }

    /// The name of a log without its folders.
    fn file_name(&self, log: usize) -> &str {
        let name = self.diagnosis.logs.get(log).map_or("", |log| &log.name);
        name.rsplit(['/', ':']).next().unwrap_or(name)
    }

    fn proof(&self, finding: &Finding, sheet: &mut Sheet<'_>) {
        for evidence in &finding.evidence {
            let goes_on = if evidence.is_cut { " …" } else { "" };
            let text = format!("{}: {}{goes_on}", self.line_of(evidence), safe(&evidence.text));
            let line = sheet.cut(&text, sheet.room());
            sheet.line(LABEL, &format!("{}{line}", " ".repeat(INDENT)));
        }
        let more = finding.records.saturating_sub(finding.evidence.len() as u64);
        if more > 0 && !finding.evidence.is_empty() {
            sheet.line(LABEL, &format!("{}and {}", " ".repeat(INDENT), Count(more, "more record")));
        }
    }
}
