//! A diagnosis as people read it: the verdict, the sessions, the findings, and what is left.

use anstyle::{AnsiColor, Style};
use unicode_width::UnicodeWidthStr;

use super::super::page::{Page, pad};
use super::strip::{Mood, strip};
use crate::output::excerpt::Excerpt;
use crate::output::marker::Count;
use crate::output::terminal::push_visible;
use crate::record::Time;
use crate::sdk::{
    Code, Diagnosis, ErrorGroup, Evidence, Finding, Session, Severity, Track, clock, clock_after, date_and_clock,
    length,
};

const TITLE: Style = Style::new().bold();
const LABEL: Style = Style::new().dimmed();

/// Columns before the text of a row.
const INDENT: usize = 8;
/// Columns before a strip.
const STRIP: usize = 16;
/// Lines of a finding.
const LINES: usize = 6;
/// Sessions that are shown.
const SESSIONS: usize = 8;
/// Findings that are shown.
const FINDINGS: usize = 40;
/// Groups that are shown.
const GROUPS: usize = 10;

/// How it is shown.
pub struct Options<'a> {
    /// With the records that prove each finding.
    pub evidence: bool,
    /// How much is left out because a good log has it too.
    pub known: Option<usize>,
    /// The app, if there are several.
    pub heading: Option<&'a String>,
}

/// The diagnosis as text, with a line break at its end.
pub fn view(diagnosis: &Diagnosis, options: &Options<'_>, page: &Page) -> String {
    let mut view = View { diagnosis, page, out: String::new() };
    if let Some(heading) = options.heading {
        view.line(LABEL, &safe(heading));
    }
    view.verdict();
    view.sessions();
    view.findings(options.evidence);
    view.groups();
    view.rest(options.known);
    view.out
}

struct View<'a> {
    diagnosis: &'a Diagnosis,
    page: &'a Page,
    out: String,
}

impl View<'_> {
    fn line(&mut self, style: Style, text: &str) {
        self.out += &format!("{style}{}{style:#}\n", text.trim_end());
    }

    /// `text`, wrapped, without an indent.
    fn paragraph(&mut self, style: Style, text: &str) {
        for line in self.page.wrap(text, self.page.width) {
            self.line(style, &line);
        }
    }

    fn heading(&mut self, text: &str) {
        self.out.push('\n');
        self.line(TITLE, text);
    }

    fn verdict(&mut self) {
        let style = self.diagnosis.severity().map_or(good(), severity_style).bold();
        let style = if self.diagnosis.is_healthy() { good().bold() } else { style };
        self.paragraph(style, &safe(&self.diagnosis.verdict()));
        let records: u64 = self.diagnosis.logs.iter().map(|log| log.records).sum();
        let logs = match self.diagnosis.logs.as_slice() {
            [log] => safe(&log.name),
            logs => Count(logs.len() as u64, "log").to_string(),
        };
        let mut facts = format!("{logs}, {}", Count(records, "record"));
        if let Some((first, last)) = self.diagnosis.first.zip(self.diagnosis.last) {
            facts += &format!(", {} to {}", date_and_clock(first), clock_after(first, last));
        }
        self.paragraph(LABEL, &facts);
    }

    fn sessions(&mut self) {
        let sessions = &self.diagnosis.sessions;
        if sessions.is_empty() {
            return;
        }
        self.heading("Sessions");
        let mut any_strip = false;
        for session in sessions.iter().take(SESSIONS) {
            any_strip |= self.session(session);
        }
        let more = (sessions.len().saturating_sub(SESSIONS)) as u64 + self.diagnosis.further_sessions;
        if more > 0 {
            self.line(LABEL, &format!("   and {} more", Count(more, "session")));
        }
        if any_strip {
            let char = |mood: Mood| mood.char(self.page.ascii);
            let legend =
                [(Mood::Good, "good"), (Mood::Pending, "on its way"), (Mood::Bad, "failing"), (Mood::Idle, "none")];
            let legend: Vec<_> = legend.iter().map(|(mood, text)| format!("{} {text}", char(*mood))).collect();
            self.line(LABEL, &format!("   {}", legend.join("  ")));
        }
    }

    /// Shows a session. Returns whether it has a strip.
    fn session(&mut self, session: &Session) -> bool {
        let about = &session.about;
        let version = about.sdk_version.as_ref().map(|version| format!("SDK {version}"));
        let app = about.app_id.as_ref().map(|app| format!("app {app}"));
        let pid = session.pid.map(|pid| format!("pid {pid}"));
        let users = (!session.users.is_empty()).then(|| session.users.join(", "));
        let facts = [version, about.platform.clone(), about.device.clone(), app, users, pid];
        let facts: Vec<_> = facts.into_iter().flatten().map(|fact| safe(&fact)).collect();
        let facts = if facts.is_empty() { "unknown process".to_owned() } else { facts.join(", ") };
        self.row(&format!("{:>2}", session.number), 4, &facts, usize::MAX);
        if let Some((first, last)) = session.first.zip(session.last) {
            let start = if session.has_start { "" } else { ", its start is missing" };
            let times = format!(
                "{} to {} ({}){start}, {}",
                date_and_clock(first),
                clock_after(first, last),
                length((last.wall - first.wall).max(0)),
                session.ending.name()
            );
            self.row("", 4, &times, usize::MAX);
        }
        let columns = self.page.width.saturating_sub(STRIP).min(100);
        let mut any = false;
        for track in Track::ALL {
            let Some(moods) = strip(session, track, columns) else { continue };
            any = true;
            let mut drawn = String::new();
            for run in moods.chunk_by(|a, b| a == b) {
                let Some(mood) = run.first() else { continue };
                let style = mood_style(*mood);
                let text: String = run.iter().map(|mood| mood.char(self.page.ascii)).collect();
                drawn += &format!("{style}{text}{style:#}");
            }
            self.out += &format!("{LABEL}{}{LABEL:#}{drawn}\n", pad(&format!("    {}", track.name()), STRIP));
        }
        any
    }

    /// A row with a label, wrapped, of no more than `most` lines. Returns how many lines it took.
    fn row(&mut self, label: &str, indent: usize, text: &str, most: usize) -> usize {
        let mut lines = self.page.wrap(text, self.page.width.saturating_sub(indent));
        if lines.len() > most {
            // As much of the next line is cut off as does not fit.
            let next = lines.get(most).map(|next| format!(" {next} …")).unwrap_or_default();
            lines.truncate(most);
            if let Some(last) = lines.last_mut() {
                *last += &next;
            }
        }
        for (index, line) in lines.iter().enumerate() {
            let label = pad(if index == 0 { label } else { "" }, indent);
            // A word may be longer than a line.
            let line = self.cut(line, self.page.width.saturating_sub(indent));
            self.out += format!("{LABEL}{label}{LABEL:#}{line}").trim_end();
            self.out.push('\n');
        }
        lines.len()
    }

    /// `text` in no more than `width` columns, cut off at its end.
    fn cut(&self, text: &str, width: usize) -> String {
        if text.width() <= width {
            return text.to_owned();
        }
        let dots = if self.page.ascii { "..." } else { "…" };
        let head = self.page.head(text, width.saturating_sub(dots.width()));
        head.trim_end_matches([' ', ',', ';', ':']).to_owned() + dots
    }

    fn findings(&mut self, evidence: bool) {
        let findings = &self.diagnosis.findings;
        if findings.is_empty() {
            return;
        }
        self.heading("Findings");
        for finding in findings.iter().take(FINDINGS) {
            self.finding(finding, evidence);
        }
        let more = findings.len().saturating_sub(FINDINGS) as u64 + self.diagnosis.further_findings;
        if more > 0 {
            self.line(LABEL, &format!("and {}; --json lists what is kept", Count(more, "more finding")));
        }
    }

    fn finding(&mut self, finding: &Finding, evidence: bool) {
        let style = severity_style(finding.severity);
        let label = pad(finding.severity.name(), INDENT);
        let rule = finding.rule().name;
        let room = self.page.width.saturating_sub(INDENT);
        let title = self.cut(finding.rule().title, room);
        let rule = if title.width() + 2 + rule.len() <= room { format!("  {rule}") } else { String::new() };
        self.out += &format!("{style}{label}{style:#}{TITLE}{title}{TITLE:#}{LABEL}{rule}{LABEL:#}\n");
        let advice = advice(finding);
        let excerpt = Excerpt::of(finding, self.diagnosis);
        // The title and the place take one line each; when, why and what to do share the others.
        let advice_lines = self.page.wrap(&advice, self.page.width.saturating_sub(INDENT)).len().min(2);
        let place_lines = excerpt.as_ref().map_or(0, |excerpt| self.place_lines(excerpt).len());
        let mut left = LINES - 1 - place_lines;
        left -= self.row("when", INDENT, &self.when(finding), 1);
        let why = self.why(finding);
        left -= self.row("why", INDENT, &why, left.saturating_sub(advice_lines).max(1));
        self.row("do", INDENT, &advice, left.max(1));
        if let Some(excerpt) = excerpt {
            for (index, line) in self.place_lines(&excerpt).into_iter().enumerate() {
                let label = pad(if index == 0 { "see" } else { "" }, INDENT);
                self.out += &format!("{LABEL}{label}{LABEL:#}{line}\n");
            }
        }
        if evidence {
            for shown in &finding.evidence {
                self.evidence(shown);
            }
            let more = finding.records.saturating_sub(finding.evidence.len() as u64);
            if more > 0 {
                self.row("", INDENT, &format!("and {}", Count(more, "more record")), 1);
            }
        }
    }

    /// The command that shows the place, in one line if it fits, else in two.
    fn place_lines(&self, excerpt: &Excerpt<'_>) -> Vec<String> {
        let command = safe(&excerpt.command());
        if command.width() <= self.page.width.saturating_sub(INDENT) {
            return vec![command];
        }
        match command.find(" --until") {
            Some(at) => {
                let (first, rest) = command.split_at(at);
                vec![format!("{first} \\"), format!("  {}", rest.trim_start())]
            }
            None => vec![command],
        }
    }

    fn when(&self, finding: &Finding) -> String {
        let mut when = match finding.first.zip(finding.last) {
            Some((first, last)) if last.wall - first.wall >= 1000 => {
                format!("{} to {}", self.moment(first), clock_after(first, last))
            }
            Some((first, _)) => self.moment(first),
            None => "no time".into(),
        };
        if finding.count > 1 {
            when += &format!(", {} times", finding.count);
        }
        if let Some((over, last)) = finding.over.zip(finding.last) {
            when += &format!(", over at {}", clock_after(last, over));
        }
        match finding.session {
            Some(session) if self.diagnosis.sessions.len() > 1 => format!("{when}, session {session}"),
            _ => when,
        }
    }

    /// A time, with its date unless all logs are of one day.
    fn moment(&self, time: Time) -> String {
        let (first, last) = (self.diagnosis.first, self.diagnosis.last);
        let is_one_day = first.zip(last).is_some_and(|(first, last)| first.day() == last.day());
        if is_one_day { clock(time) } else { date_and_clock(time) }
    }

    /// What is known of it, most particular first: notes, codes, and what failed because of it.
    fn why(&self, finding: &Finding) -> String {
        let mut parts: Vec<String> = finding.notes.iter().take(3).map(|note| safe(note)).collect();
        let mut codes: Vec<_> = finding.codes.iter().collect();
        codes.sort_by_key(|(_, count)| std::cmp::Reverse(**count));
        for (code, count) in codes.into_iter().take(3) {
            let often = if *count > 1 { format!(" ({count} times)") } else { String::new() };
            let meaning = Code::of(*code).map_or("not a known code.", |code| code.meaning);
            parts.push(format!("{code}{often}: {}", meaning.trim_end_matches('.')));
        }
        for consequence in finding.consequences.iter().take(3) {
            let what = Count(consequence.count, consequence.what);
            parts.push(format!("{what} failed because of it ({})", consequence.code));
        }
        if parts.is_empty() {
            parts.push(finding.rule().meaning.trim_end_matches('.').to_owned());
        }
        let why = parts.join("; ");
        let mut chars = why.chars();
        chars.next().map(|first| format!("{}{}.", first.to_uppercase(), chars.as_str())).unwrap_or_default()
    }

    fn evidence(&mut self, evidence: &Evidence) {
        let name = self.diagnosis.logs.get(evidence.log).map_or("", |log| &log.name);
        let name = name.rsplit(['/', ':']).next().unwrap_or(name);
        let place = match self.diagnosis.logs.len() {
            1 => format!("line {}", evidence.line),
            _ => format!("{}:{}", safe(name), evidence.line),
        };
        let goes_on = if evidence.is_cut { " …" } else { "" };
        let text = format!("{place}: {}{goes_on}", squeeze(&safe(&evidence.text)));
        let line = self.cut(&text, self.page.width.saturating_sub(INDENT));
        self.out += &format!("{}{LABEL}{line}{LABEL:#}\n", " ".repeat(INDENT));
    }

    fn groups(&mut self) {
        let groups = &self.diagnosis.groups;
        if groups.is_empty() {
            return;
        }
        self.heading("Other errors and warnings");
        for group in groups.iter().take(GROUPS) {
            self.group(group);
        }
        let more = groups.len().saturating_sub(GROUPS) as u64;
        if more > 0 {
            self.line(LABEL, &format!("   and {}; --json lists all", Count(more, "more group")));
        }
    }

    fn group(&mut self, group: &ErrorGroup) {
        let level = group.level.map_or(' ', crate::record::Level::letter);
        let times = match group.first.zip(group.last) {
            Some((first, last)) if first != last => format!(", {} to {}", clock(first), clock_after(first, last)),
            Some((first, _)) => format!(", {}", clock(first)),
            None => String::new(),
        };
        let function = if group.function.is_empty() { "no function".into() } else { safe(&group.function) };
        let code = group.code.map(|code| format!(" {code}")).unwrap_or_default();
        let often = if group.count == 1 { "once".to_owned() } else { format!("{} times", group.count) };
        self.row(&format!("{level:>3}"), INDENT, &format!("{function}{code}: {often}{times}"), 1);
        self.row("", INDENT, &squeeze(&safe(&group.message)), 1);
    }

    fn rest(&mut self, known: Option<usize>) {
        let mut lines = Vec::new();
        if !self.diagnosis.is_sdk {
            lines.push("These logs are not of the IM SDK: only errors and warnings could be grouped.".to_owned());
        }
        let harmless: u64 = self.diagnosis.harmless.iter().map(|known| known.count).sum();
        if harmless > 0 {
            let names = self.diagnosis.harmless.iter().take(3).map(|known| match known.code {
                Some(code) => format!("{} {code}", known.what),
                None => known.what.to_owned(),
            });
            let names: Vec<_> = names.collect();
            let what = if harmless == 1 { "1 line".to_owned() } else { format!("{harmless} lines") };
            lines.push(format!("Left out: {what} of level W or E known to be harmless ({}).", names.join(", ")));
        }
        if self.diagnosis.ungrouped > 0 {
            let what = Count(self.diagnosis.ungrouped, "rare error");
            lines.push(format!("Not grouped: {what}, for there are too many different ones."));
        }
        if let Some(known) = known {
            lines.push(format!("Left out: {} that the good log has too.", Count(known as u64, "finding or group")));
        }
        if lines.is_empty() {
            return;
        }
        self.out.push('\n');
        for line in lines {
            self.paragraph(LABEL, &line);
        }
    }
}

/// What to do: of one code the vendor's advice is the most particular, else it is that of the rule.
fn advice(finding: &Finding) -> String {
    let rule = finding.rule();
    let mut codes = finding.codes.keys().filter_map(|code| Code::of(*code));
    match (rule.codes.is_empty(), codes.next(), codes.next()) {
        (true, Some(code), None) if !code.advice.is_empty() => code.advice.to_owned(),
        _ => rule.advice.to_owned(),
    }
}

/// `text`, made safe to show.
fn safe(text: &str) -> String {
    let mut out = Vec::new();
    push_visible(text.as_bytes(), &mut out);
    String::from_utf8_lossy(&out).into_owned()
}

/// `text` with one space for several.
fn squeeze(text: &str) -> String {
    text.split_ascii_whitespace().collect::<Vec<_>>().join(" ")
}

fn good() -> Style {
    AnsiColor::Green.on_default()
}

fn severity_style(severity: Severity) -> Style {
    match severity {
        Severity::Error => AnsiColor::Red.on_default().bold(),
        Severity::Warn => AnsiColor::Yellow.on_default().bold(),
        Severity::Info => AnsiColor::Cyan.on_default().bold(),
    }
}

fn mood_style(mood: Mood) -> Style {
    match mood {
        Mood::Idle => Style::new().dimmed(),
        Mood::Good => good(),
        Mood::Pending => AnsiColor::Yellow.on_default(),
        Mood::Bad => AnsiColor::Red.on_default(),
    }
}
