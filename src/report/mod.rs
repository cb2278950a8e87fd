//! A diagnosis as a page of HTML that needs nothing else: it opens offline, and can be passed on.
//!
//! ```text
//! diagnosis ──▶ view model ──▶ template ──▶ page
//!               strings that    escapes
//!               are safe to     them
//!               show, bounded
//! ```
//!
//! - `view` is what templates show, and no more. `verdict`, `timeline`, `cards` and `tables` make it of a diagnosis.
//! - `words` is the way of all text of a log into the page, `room` keeps the page small.
//! - `policy` lets a browser run the script and the style of the page, and nothing else.
//! - `templates/`, `report.css` and `report.js` are what the page looks like, and what it does.
//!
//! No files, no threads, no clock: the same logs give the same page.

mod cards;
mod policy;
mod room;
mod tables;
#[cfg(test)]
mod tests;
mod timeline;
mod verdict;
mod view;
mod words;

use std::borrow::Cow;

use askama::Template;

use crate::output::excerpt::Source;
use crate::redact::{Personal, Redactor};
use crate::sdk::{Diagnosis, Severity};
use room::Room;
use view::{AppView, OtherApp, PageView};
use words::tone;

/// Apps that are shown in full.
const MAX_APPS: usize = 8;
/// Further apps that are named.
const MAX_OTHERS: usize = 200;
/// Bytes of all that comes from logs, in the page.
const CONTENT: usize = 820_000;

const STYLE: &str = include_str!("report.css");
const SCRIPT: &str = include_str!("report.js");

/// What was found in the logs of an app.
#[derive(Clone, Debug)]
pub struct ReportApp {
    /// Their folder or archive.
    pub name: String,
    /// All of it in a sentence, without its full stop.
    pub verdict: String,
    /// What was found. With its details, the page shows more: see
    /// [`Diagnoser::with_details`](crate::Diagnoser::with_details).
    pub diagnosis: Diagnosis,
    /// How to get at the logs again, in the order of [`Diagnosis::logs`]. May be empty.
    pub sources: Vec<Source>,
    /// How many findings and groups are left out because a good log has them too.
    pub known: Option<usize>,
}

/// A page of HTML that shows diagnoses.
///
/// ```
/// use imlog::{Decoder, Diagnoser, ReportApp, ReportPage, concerns, read_records};
///
/// # let path = concat!(env!("CARGO_MANIFEST_DIR"), "/testdata/imsdk_C_20231106.xlog");
/// let mut diagnoser = Diagnoser::default().with_details();
/// diagnoser.next_log("imsdk_C_20231106.xlog", None);
/// read_records(&Decoder::default(), std::fs::File::open(path)?, concerns, |piece| {
///     diagnoser.piece(piece);
///     Ok::<_, std::convert::Infallible>(())
/// })?;
/// let diagnosis = diagnoser.finish();
/// let mut page = ReportPage::default();
/// page.add(ReportApp {
///     name: ".".into(),
///     verdict: diagnosis.verdict(),
///     diagnosis,
///     sources: Vec::new(),
///     known: None,
/// });
/// assert!(page.html().starts_with("<!DOCTYPE html>"));
/// # Ok::<_, Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct ReportPage {
    apps: Vec<ReportApp>,
    others: Vec<OtherApp>,
    further: u64,
    foot: Vec<String>,
}

impl ReportApp {
    fn redact(&mut self, redactor: &mut Redactor) {
        self.diagnosis.redact(redactor);
        let names = self.diagnosis.logs.iter_mut().map(|log| &mut log.name);
        for text in names.chain([&mut self.name, &mut self.verdict]) {
            *text = redactor.text(text).into_owned();
        }
        for source in &mut self.sources {
            // A command with a pseudonym in it would lead nowhere.
            let mut typed = source.path.iter().chain(&source.key_files);
            if typed.any(|text| matches!(redactor.text(text), Cow::Owned(_))) {
                source.path = None;
            }
        }
    }
}

impl ReportPage {
    /// Adds an app. Up to eight are shown in full, first of all those in which something went wrong.
    pub fn add(&mut self, app: ReportApp) {
        self.apps.push(app);
        if self.apps.len() <= MAX_APPS {
            return;
        }
        let healthy = self.apps.iter().rposition(|app| app.diagnosis.is_healthy());
        let app = self.apps.remove(healthy.unwrap_or(MAX_APPS));
        match self.others.len() < MAX_OTHERS {
            true => {
                let tone = tone(&app.diagnosis);
                self.others.push(OtherApp { name: app.name, verdict: app.verdict, tone });
            }
            false => self.further += 1,
        }
    }

    /// Puts pseudonyms in place of what is personal, in everything that was added, and says so at the foot of the page.
    pub fn redact(&mut self, redactor: &mut Redactor) {
        self.apps.iter_mut().for_each(|app| app.redact(redactor));
        for other in &mut self.others {
            for text in [&mut other.name, &mut other.verdict] {
                *text = redactor.text(text).into_owned();
            }
        }
        let masked = Personal::ALL.map(|personal| (personal, redactor.masked(personal)));
        let masked = masked.into_iter().filter(|(_, masked)| masked.places > 0);
        let masked: Vec<_> = masked
            .map(|(personal, masked)| {
                let values = words::count(masked.values, personal.noun());
                format!("{values} ({})", words::times(masked.places))
            })
            .collect();
        self.foot = vec![
            match masked.as_slice() {
                [] => "Nothing in it was found to be personal.".into(),
                masked => format!("Pseudonyms stand for {}, in all that the page is made of.", words::list(masked)),
            },
            "Texts that people wrote may still hold personal data.".into(),
        ];
    }

    /// The page.
    pub fn html(&self) -> String {
        // A browser hashes what it has read, and it reads every line break as this.
        let [script, style] = [SCRIPT, STYLE].map(|file| file.replace("\r\n", "\n"));
        let several = self.apps.len() + self.others.len() > 1;
        let mut before = 0;
        let mut apps: Vec<AppView> = Vec::new();
        for app in &self.apps {
            apps.push(view_of(app, apps.len() + 1, several, before, CONTENT / self.apps.len()));
            before += app.diagnosis.findings.len();
        }
        let other = |app: &OtherApp| OtherApp {
            name: words::short(&app.name),
            verdict: words::text(&app.verdict),
            tone: app.tone,
        };
        let worst = self.apps.iter().max_by_key(|app| app.diagnosis.severity());
        let page = PageView {
            title: worst.map_or_else(|| "Nothing to show".into(), |app| words::text(&app.verdict)),
            several,
            apps,
            others: self.others.iter().map(other).collect(),
            further: self.further,
            foot: self.foot.clone(),
            policy: policy::policy(&script, &style),
            style: &style,
            script: &script,
            version: env!("CARGO_PKG_VERSION"),
        };
        // Nothing in the templates can fail, and a string takes everything.
        page.render().unwrap_or_default() + "\n"
    }
}

fn view_of(
    ReportApp { name, verdict, diagnosis, sources, known }: &ReportApp,
    number: usize,
    several: bool,
    findings_before: usize,
    content: usize,
) -> AppView {
    let part = |percent: usize| Room::new(content / 100 * percent);
    let (cards, cards_left) = cards::Cards { diagnosis, sources, before: findings_before }.all(&mut part(42));
    let (codes, codes_left) = tables::codes(diagnosis, &mut part(9));
    let (groups, groups_left) = tables::groups(diagnosis, &mut part(10));
    let (sessions, sessions_left) = tables::sessions(diagnosis, &mut part(9));
    let (files, files_left) = tables::files(diagnosis, &mut part(9));
    let headlines = verdict::headlines(diagnosis, findings_before);
    let named: usize = headlines.iter().map(|line| line.alike + 1).sum();
    let serious = diagnosis.findings.iter().filter(|finding| finding.severity > Severity::Info).count();
    AppView {
        id: if number == 1 { String::new() } else { format!("-{number}") },
        name: several.then(|| words::short(name)),
        tone: tone(diagnosis),
        verdict: words::text(verdict),
        headlines,
        further: serious.saturating_sub(named),
        facts: verdict::facts(diagnosis),
        timeline: timeline::timeline(diagnosis, &cards, content / 100 * 20),
        cards,
        cards_left,
        codes,
        codes_left,
        groups,
        groups_left,
        groups_title: if diagnosis.is_sdk { "Other errors and warnings" } else { "Errors and warnings" },
        sessions,
        sessions_left,
        files,
        files_left,
        notes: verdict::notes(diagnosis, *known),
    }
}
