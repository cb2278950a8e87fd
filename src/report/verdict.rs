//! What is said first: the worst findings in a sentence each, and what the logs are of.

use super::view::{Fact, Headline};
use super::words::{self, count, list, number, span, times};
use crate::record::Time;
use crate::sdk::{About, Diagnosis, RuleId, Severity, length};

/// Rules whose findings are named.
const HEADLINES: usize = 5;
/// Different values of a fact that are named.
const VALUES: usize = 3;

/// The most severe findings, the first of each rule. `before`: findings of the apps before.
pub(super) fn headlines(diagnosis: &Diagnosis, before: usize) -> Vec<Headline> {
    let mut headlines: Vec<(RuleId, Headline)> = Vec::new();
    for (index, finding) in diagnosis.findings.iter().enumerate() {
        if finding.severity == Severity::Info {
            continue;
        }
        if let Some((_, headline)) = headlines.iter_mut().find(|(rule, _)| *rule == finding.rule) {
            headline.alike += 1;
        } else if headlines.len() < HEADLINES {
            let headline = Headline {
                number: before + index + 1,
                severity: finding.severity.name(),
                sentence: words::text(&finding.sentence()),
                alike: 0,
            };
            headlines.push((finding.rule, headline));
        }
    }
    headlines.into_iter().map(|(_, headline)| headline).collect()
}

/// What the logs are of, what time they are of, and what they lack.
pub(super) fn facts(diagnosis: &Diagnosis) -> Vec<Fact> {
    let mut facts = Vec::new();
    let mut fact = |name, value: String, is_bad| {
        if !value.is_empty() {
            facts.push(Fact { name, value, is_bad });
        }
    };
    let of = |pick: &dyn Fn(&About) -> Option<String>| {
        values(diagnosis.sessions.iter().filter_map(|session| pick(&session.about)))
    };
    fact("App", of(&|about| about.app_id.clone()), false);
    fact("SDK", of(&|about| about.sdk_version.clone()), false);
    fact("Device", of(&device), false);
    let users = diagnosis.sessions.iter().flat_map(|session| session.users.iter().cloned());
    fact("User", values(users), false);
    if let Some(span) = span(diagnosis.first, diagnosis.last, false) {
        let zone = zone(diagnosis).map(|zone| format!(" (UTC{zone})")).unwrap_or_default();
        fact("Time", format!("{span}{zone}"), false);
    }
    let logs = match diagnosis.logs.as_slice() {
        [log] if log.name == "-" => "standard input".into(),
        [log] => words::file_name(&log.name),
        logs => count(logs.len() as u64, "log"),
    };
    let records: u64 = diagnosis.logs.iter().map(|log| log.records).sum();
    fact("Logs", format!("{logs}, {}", count(records, "record")), false);
    let (complete, is_bad) = completeness(diagnosis);
    fact("Completeness", complete, is_bad);
    facts
}

/// `ALI-AN00, Android 12`
pub(super) fn device(about: &About) -> Option<String> {
    let system = match (&about.platform, &about.system) {
        (Some(platform), Some(system)) if !system.contains(platform.as_str()) => Some(format!("{platform} {system}")),
        (platform, system) => system.clone().or(platform.clone()),
    };
    let parts: Vec<_> = [about.device.clone(), system].into_iter().flatten().collect();
    (!parts.is_empty()).then(|| parts.join(", "))
}

/// The different ones of these values, in the order in which they come.
fn values(all: impl Iterator<Item = String>) -> String {
    let (mut seen, mut more) = (Vec::<String>::new(), false);
    for value in all {
        if seen.contains(&value) {
            continue;
        }
        more = seen.len() >= VALUES;
        if more {
            break;
        }
        seen.push(value);
    }
    let shown: Vec<_> = seen.iter().map(|value| words::brief(value)).collect();
    format!("{}{}", shown.join("; "), if more { " and more" } else { "" })
}

/// The zone that all times are of, if the logs say so: `+08:00`.
fn zone(diagnosis: &Diagnosis) -> Option<String> {
    let zones = || {
        let sessions = diagnosis.sessions.iter().map(|session| session.zone);
        let times = [diagnosis.first, diagnosis.last].into_iter().flatten();
        sessions.chain(times.map(|time| time.zone)).flatten()
    };
    let zone = zones().next().filter(|zone| zones().all(|other| other == *zone))?;
    let text = Time { wall: 0, zone: Some(zone) }.to_string();
    text.get(23..).map(str::to_owned)
}

/// What the logs lack, and whether that is anything.
fn completeness(diagnosis: &Diagnosis) -> (String, bool) {
    let mut lacks = Vec::new();
    if let Some(details) = &diagnosis.details {
        let logs = |lacks: &dyn Fn(&crate::sdk::LogCondition) -> u64| {
            let logs = details.conditions.iter().filter(|condition| lacks(condition) > 0).count() as u64;
            (logs > 0).then_some(logs)
        };
        let of = |logs: u64, what: &str| format!("{} {what}", count(logs, "log"));
        lacks.extend(logs(&|condition| condition.damaged).map(|logs| of(logs, "damaged")));
        lacks.extend(logs(&|condition| condition.encrypted).map(|logs| of(logs, "encrypted, without a key")));
        lacks.extend(logs(&|condition| condition.missing).map(|logs| of(logs, "with blocks missing")));
        if !details.absent_days.is_empty() {
            lacks.push(format!("no log of {}", count(details.absent_days.len() as u64, "day")));
        }
    }
    let gaps: u64 = diagnosis.logs.iter().map(|log| log.gaps).sum();
    let lost: u64 = diagnosis.logs.iter().map(|log| log.lost).sum();
    if gaps > 0 {
        let bytes = if lost > 0 { format!("{} bytes in ", number(lost)) } else { String::new() };
        lacks.push(format!("{bytes}{} not read", count(gaps, "place")));
    }
    match lacks.is_empty() {
        true => ("Nothing is missing".into(), false),
        false => (list(&lacks), true),
    }
}

/// What else there is to say, a sentence each.
pub(super) fn notes(diagnosis: &Diagnosis, known: Option<usize>) -> Vec<String> {
    let mut notes = Vec::new();
    if !diagnosis.is_sdk && diagnosis.logs.iter().any(|log| log.records > 0) {
        notes.push("This is no log of the IM SDK: only errors and warnings could be grouped.".to_owned());
    }
    let harmless: u64 = diagnosis.harmless.iter().map(|known| known.count).sum();
    if harmless > 0 {
        let each = diagnosis.harmless.iter().take(8).map(|known| {
            let code = known.code.map(|code| format!(" {code}")).unwrap_or_default();
            format!("{}{code} ({})", known.what, times(known.count))
        });
        let more = if diagnosis.harmless.len() > 8 { ", …" } else { "" };
        let each: Vec<_> = each.collect();
        notes.push(format!(
            "{}, because healthy logs have them too: {}{more}.",
            match harmless {
                1 => "1 warning or error is left out".to_owned(),
                many => format!("{} warnings and errors are left out", number(many)),
            },
            each.join(", ")
        ));
    }
    if diagnosis.ungrouped > 0 {
        let what = match diagnosis.ungrouped {
            1 => "1 rare error or warning".to_owned(),
            many => format!("{} rare errors and warnings", number(many)),
        };
        notes.push(format!("Not grouped, since there are too many kinds: {what}."));
    }
    if let Some(known) = known.filter(|known| *known > 0) {
        notes.push(format!(
            "Left out because the good log has it too: {}.",
            match known {
                1 => "1 finding or group".to_owned(),
                many => format!("{} findings and groups", number(many as u64)),
            }
        ));
    }
    notes
}

/// How long it took from `first` to `last`, if that is any length.
pub(super) fn how_long(first: Option<Time>, last: Option<Time>) -> Option<(String, i64)> {
    let (first, last) = first.zip(last)?;
    let millis = last.wall - first.wall;
    Some(match millis < 0 {
        true => ("its clock went back".into(), millis),
        false => (length(millis), millis),
    })
}
