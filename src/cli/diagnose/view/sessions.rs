//! The sessions: who ran when, and what went on in them over time.

use std::collections::BTreeSet;

use anstyle::{AnsiColor, Style};
use unicode_width::UnicodeWidthStr;

use super::super::super::page::pad;
use super::sheet::{LABEL, Sheet, good, safe};
use super::strip::{mood_char, strip};
use crate::output::marker::Count;
use crate::record::Time;
use crate::sdk::{Diagnosis, Mood, Session, Severity, Track, clock_after, date_and_clock, length};

/// Columns before what is said of a session.
const INDENT: usize = 4;
/// Columns before a strip.
const STRIP: usize = 16;
/// Columns of a strip.
const MAX_STRIP: usize = 100;
/// Sessions that are shown.
const SESSIONS: usize = 8;
/// So many sessions all have strips. Of more, only those in which something went wrong.
const ALL_STRIPS: usize = 2;
/// Columns of what a session says of itself, each.
const FACT: usize = 32;
/// Users that are named.
const USERS: usize = 3;

/// Shows the sessions: first of all those in which something went wrong.
pub fn show(diagnosis: &Diagnosis, sheet: &mut Sheet<'_>) {
    let sessions = &diagnosis.sessions;
    if sessions.is_empty() {
        return;
    }
    sheet.heading("Sessions");
    let serious = diagnosis.findings.iter().filter(|finding| finding.severity > Severity::Info);
    let troubled: BTreeSet<u64> = serious.filter_map(|finding| finding.session).collect();
    let is_troubled = |session: &&Session| troubled.contains(&session.number);
    let mut shown: Vec<_> = sessions.iter().filter(is_troubled).take(SESSIONS).collect();
    shown.extend(sessions.iter().filter(|session| !is_troubled(session)).take(SESSIONS - shown.len()));
    shown.sort_by_key(|session| session.number);
    let (mut any_strip, mut before) = (false, String::new());
    for session in &shown {
        let mut facts = facts(session, sheet);
        if facts == before {
            facts.clear();
        } else {
            before.clone_from(&facts);
        }
        about(session, facts, sheet);
        if sessions.len() <= ALL_STRIPS || is_troubled(session) {
            any_strip |= strips(session, sheet);
        }
    }
    let more = sessions.len().saturating_sub(shown.len()) as u64 + diagnosis.further_sessions;
    if more > 0 {
        sheet.line(LABEL, &format!("    and {}", Count(more, "more session")));
    }
    if any_strip {
        let legend = [(Mood::Good, "good"), (Mood::Pending, "trying"), (Mood::Bad, "failing"), (Mood::Idle, "idle")];
        let legend = legend.map(|(mood, text)| format!("{} {text}", mood_char(mood, sheet.page.ascii)));
        let legend = legend.join("  ");
        let indent = sheet.page.width.saturating_sub(legend.width()).min(STRIP);
        sheet.line(LABEL, &format!("{}{legend}", " ".repeat(indent)));
    }
}

/// What a session says of itself, and who used it.
fn facts(session: &Session, sheet: &Sheet<'_>) -> String {
    let about = &session.about;
    let version = about.sdk_version.as_ref().map(|version| format!("SDK {version}"));
    let app = about.app_id.as_ref().map(|app| format!("app {app}"));
    let more = session.users.len().saturating_sub(USERS);
    let more = (more > 0).then(|| Count(more as u64, "more user").to_string());
    let facts = [version, about.platform.clone(), about.device.clone(), app].into_iter().flatten();
    let facts = facts.chain(session.users.iter().take(USERS).cloned()).chain(more);
    let facts: Vec<_> = facts.map(|fact| sheet.cut(&safe(&fact), FACT)).filter(|fact| !fact.is_empty()).collect();
    facts.join(", ")
}

fn about(session: &Session, facts: String, sheet: &mut Sheet<'_>) {
    let room = sheet.page.width.saturating_sub(INDENT);
    let mut lines = if facts.is_empty() { Vec::new() } else { sheet.wrap(&facts, room) };
    let mut said = Vec::new();
    if let Some((first, last)) = session.first.zip(session.last) {
        let millis = last.wall - first.wall;
        let how_long = if millis < 0 { "its clock went back".into() } else { length(millis) };
        said.push(format!("{} to {} ({how_long})", date_and_clock(first), clock_after(first, last)));
    }
    if !session.has_start {
        said.push("its start is missing".into());
    }
    said.push(session.ending.name().into());
    said.extend(session.pid.map(|pid| format!("process {pid}")));
    let (logins, failed) = (session.logins.count(), session.logins.failed);
    let of_these = if failed > 0 { format!(" ({failed} failed)") } else { String::new() };
    said.extend((logins > 1 || failed > 0).then(|| format!("{}{of_these}", Count(logins, "login"))));
    lines.extend(sheet.wrap(&said.join(", "), room));
    sheet.rows(&format!("{:>2}", session.number), INDENT, &lines);
}

/// Shows the strips of a session, one for each track, and an axis of time. Returns whether there are any.
fn strips(session: &Session, sheet: &mut Sheet<'_>) -> bool {
    let columns = sheet.page.width.saturating_sub(STRIP).min(MAX_STRIP);
    let strips: Vec<_> =
        Track::ALL.into_iter().filter_map(|track| Some((track, strip(session, track, columns)?))).collect();
    let logged_in = strips.iter().any(|(track, moods)| *track == Track::Login && moods.contains(&Mood::Good));
    let mut any = false;
    for (track, moods) in strips {
        // Who is logged in is connected, whether the SDK says so or not: old ones don't.
        let is_known = moods.iter().any(|mood| matches!(mood, Mood::Good | Mood::Bad));
        if track == Track::Connection && logged_in && !is_known {
            continue;
        }
        any = true;
        let mut drawn = String::new();
        for run in moods.chunk_by(|a, b| a == b) {
            let Some(mood) = run.first() else { continue };
            let style = mood_style(*mood);
            let text: String = run.iter().map(|mood| mood_char(*mood, sheet.page.ascii)).collect();
            drawn += &format!("{style}{text}{style:#}");
        }
        sheet.out += &format!("{LABEL}{}{LABEL:#}{drawn}\n", pad(&format!("    {}", track.name()), STRIP));
    }
    if any && let Some((first, last)) = session.first.zip(session.last) {
        sheet.line(LABEL, &format!("{}{}", " ".repeat(STRIP), axis(first, last, columns)));
    }
    any
}

/// Times below a strip: those of its start, its middle and its end.
fn axis(first: Time, last: Time, columns: usize) -> String {
    let middle = Time { wall: first.wall.midpoint(last.wall), ..first };
    let text = |time: Time| {
        let text = date_and_clock(time);
        let range = match (first.day() == last.day(), last.wall - first.wall < 600_000) {
            (true, true) => 11..19,
            (true, false) => 11..16,
            (false, _) => 5..16,
        };
        text.get(range).unwrap_or_default().to_owned()
    };
    let [start, middle, end] = [first, middle, last].map(text);
    let mut axis = start;
    for (time, at) in
        [(&middle, (columns.saturating_sub(middle.width())) / 2), (&end, columns.saturating_sub(end.width()))]
    {
        axis = pad(&axis, at) + time;
    }
    axis
}

fn mood_style(mood: Mood) -> Style {
    match mood {
        Mood::Idle => Style::new().dimmed(),
        Mood::Good => good(),
        Mood::Pending => AnsiColor::Yellow.on_default(),
        Mood::Bad => AnsiColor::Red.on_default(),
    }
}
