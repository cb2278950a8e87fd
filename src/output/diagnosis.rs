//! A diagnosis as JSON, one object per line.
//!
//! Every object has a `type`, and fields keep their types: what is not known is `null`. Times are RFC 3339, with an offset
//! where the log says which zone the phone was in; `"local": true` says that they are the phone's own, without one.

use std::borrow::Cow;

use serde::Serialize;

use super::excerpt::{self, Source};
use crate::record::Time;
use crate::sdk::{
    Change, Code, Consequence, Diagnosis, ErrorGroup, Evidence, Finding, Harmless, Heartbeats, Login, LoginResult,
    Session,
};

/// Writes the objects of a diagnosis.
pub struct DiagnosisLines<'a> {
    /// The app whose logs these are: their folder or archive.
    pub app: &'a str,
    /// All of it in a sentence.
    pub verdict: &'a str,
    /// What was found.
    pub diagnosis: &'a Diagnosis,
    /// How to get at the logs.
    pub sources: &'a [Source],
}

#[derive(Serialize)]
struct Object<'a, T> {
    #[serde(rename = "type")]
    kind: &'static str,
    app: &'a str,
    #[serde(flatten)]
    fields: T,
}

#[derive(Serialize)]
struct SessionLine<'a> {
    session: u64,
    pid: Option<u64>,
    sdk_version: Option<&'a str>,
    platform: Option<&'a str>,
    device: Option<&'a str>,
    system: Option<&'a str>,
    app_id: Option<&'a str>,
    log_level: Option<&'a str>,
    users: &'a [String],
    first: Option<Time>,
    last: Option<Time>,
    local: bool,
    has_start: bool,
    ending: &'static str,
    records: u64,
    further_states: u64,
    logins: Vec<LoginField<'a>>,
    further_logins: u64,
    failed_logins: u64,
    connects: u64,
    failed_connects: u64,
    heartbeats: HeartbeatsField,
}

#[derive(Serialize)]
struct StateLine {
    session: u64,
    time: Time,
    local: bool,
    track: &'static str,
    state: &'static str,
}

#[derive(Serialize)]
struct LoginField<'a> {
    user: Option<&'a str>,
    task: Option<&'a str>,
    began: Option<Time>,
    ended: Option<Time>,
    cost_ms: Option<i64>,
    result: &'static str,
    code: Option<i32>,
}

impl LoginField<'_> {
    fn of(login: &Login, zone: Option<i16>) -> LoginField<'_> {
        LoginField {
            user: login.user.as_deref(),
            task: login.task.as_deref(),
            began: in_zone(login.began, zone),
            ended: in_zone(login.ended, zone),
            cost_ms: login.cost,
            result: login.result.id(),
            code: match login.result {
                LoginResult::Failed(code) => code,
                _ => None,
            },
        }
    }
}

#[derive(Serialize)]
struct HeartbeatsField {
    sent: u64,
    answered: u64,
    failed: u64,
}

impl From<Heartbeats> for HeartbeatsField {
    fn from(of: Heartbeats) -> HeartbeatsField {
        HeartbeatsField { sent: of.sent, answered: of.answered, failed: of.failed }
    }
}

#[derive(Serialize)]
struct CodeCount {
    code: i32,
    name: Option<&'static str>,
    meaning: Option<&'static str>,
    count: u64,
}

#[derive(Serialize)]
struct EvidenceField<'a> {
    path: &'a str,
    line: u64,
    time: Option<Time>,
    text: &'a str,
    cut: bool,
}

#[derive(Serialize)]
struct FindingLine<'a> {
    rule: &'static str,
    severity: &'static str,
    session: Option<u64>,
    first: Option<Time>,
    last: Option<Time>,
    over: Option<Time>,
    local: bool,
    count: u64,
    records: u64,
    title: &'static str,
    meaning: &'static str,
    advice: &'static str,
    codes: Vec<CodeCount>,
    consequences: &'a [Consequence],
    notes: Vec<Cow<'a, str>>,
    evidence: Vec<EvidenceField<'a>>,
    command: Option<String>,
}

#[derive(Serialize)]
struct GroupLine<'a> {
    function: &'a str,
    code: Option<i32>,
    name: Option<&'static str>,
    level: Option<crate::record::Level>,
    message: &'a str,
    count: u64,
    first: Option<Time>,
    last: Option<Time>,
    local: bool,
    evidence: EvidenceField<'a>,
}

#[derive(Serialize)]
struct HarmlessLine {
    what: &'static str,
    code: Option<i32>,
    level: Option<crate::record::Level>,
    count: u64,
}

#[derive(Serialize)]
struct SummaryLine<'a> {
    verdict: &'a str,
    severity: Option<&'static str>,
    sdk: bool,
    first: Option<Time>,
    last: Option<Time>,
    local: bool,
    logs: Vec<&'a str>,
    records: u64,
    gaps: u64,
    lost: u64,
    sessions: u64,
    findings: u64,
    groups: u64,
    ungrouped: u64,
}

impl DiagnosisLines<'_> {
    /// Adds all objects to `out`: sessions with their states, findings, groups, and the summary at last.
    pub fn write(&self, out: &mut Vec<u8>) {
        let diagnosis = self.diagnosis;
        for session in &diagnosis.sessions {
            self.push("session", self.session(session), out);
            for change in &session.changes {
                self.push("state", state(session, change), out);
            }
        }
        for finding in &diagnosis.findings {
            self.push("finding", self.finding(finding), out);
        }
        for group in &diagnosis.groups {
            self.push("group", self.group(group), out);
        }
        for Harmless { what, code, level, count, .. } in &diagnosis.harmless {
            self.push("harmless", HarmlessLine { what, code: *code, level: *level, count: *count }, out);
        }
        self.push("summary", self.summary(), out);
    }

    fn push(&self, kind: &'static str, fields: impl Serialize, out: &mut Vec<u8>) {
        // A vector takes everything, and nothing in these lines is a map with odd keys.
        let written = serde_json::to_writer(&mut *out, &Object { kind, app: self.app, fields });
        debug_assert!(written.is_ok());
        out.push(b'\n');
    }

    fn session<'b>(&self, session: &'b Session) -> SessionLine<'b> {
        let zone = session.zone;
        SessionLine {
            session: session.number,
            pid: session.pid,
            sdk_version: session.about.sdk_version.as_deref(),
            platform: session.about.platform.as_deref(),
            device: session.about.device.as_deref(),
            system: session.about.system.as_deref(),
            app_id: session.about.app_id.as_deref(),
            log_level: session.about.log_level.as_deref(),
            users: &session.users,
            first: in_zone(session.first, zone),
            last: in_zone(session.last, zone),
            local: is_local([session.first, session.last], zone),
            has_start: session.has_start,
            ending: session.ending.id(),
            records: session.records,
            further_states: session.further_changes,
            logins: session.logins.kept.iter().map(|login| LoginField::of(login, zone)).collect(),
            further_logins: session.logins.further,
            failed_logins: session.logins.failed,
            connects: session.connects,
            failed_connects: session.failed_connects,
            heartbeats: session.heartbeats.into(),
        }
    }

    fn zone_of(&self, session: Option<u64>) -> Option<i16> {
        let sessions = &self.diagnosis.sessions;
        match session {
            Some(number) => sessions.iter().find(|session| session.number == number)?.zone,
            // One that all sessions share is that of the log.
            None => {
                let zone = sessions.first()?.zone;
                zone.filter(|_| sessions.iter().all(|session| session.zone == zone))
            }
        }
    }

    fn evidence<'b>(&'b self, evidence: &'b Evidence, zone: Option<i16>) -> EvidenceField<'b> {
        EvidenceField {
            path: self.diagnosis.logs.get(evidence.log).map_or("", |log| &log.name),
            line: evidence.line,
            time: in_zone(evidence.time, zone),
            text: &evidence.text,
            cut: evidence.is_cut,
        }
    }

    fn finding<'b>(&'b self, finding: &'b Finding) -> FindingLine<'b> {
        let (rule, zone) = (finding.rule(), self.zone_of(finding.session));
        let times = finding.evidence.iter().map(|evidence| evidence.time);
        let times = times.chain([finding.first, finding.last, finding.over]);
        let code = |(code, count): (&i32, &u64)| CodeCount {
            code: *code,
            name: name(*code),
            meaning: Code::of(*code).map(|code| code.meaning),
            count: *count,
        };
        FindingLine {
            rule: rule.name,
            severity: finding.severity.name(),
            session: finding.session,
            first: in_zone(finding.first, zone),
            last: in_zone(finding.last, zone),
            over: in_zone(finding.over, zone),
            local: is_local(times, zone),
            count: finding.count,
            records: finding.records,
            title: rule.title,
            meaning: rule.meaning,
            advice: rule.advice,
            codes: finding.codes.iter().map(code).collect(),
            consequences: &finding.consequences,
            notes: self.notes(finding),
            evidence: finding.evidence.iter().map(|evidence| self.evidence(evidence, zone)).collect(),
            command: excerpt::command(finding, self.diagnosis, self.sources),
        }
    }

    /// What is known of a finding, and what the logs lack, with the name of each.
    fn notes<'b>(&'b self, finding: &'b Finding) -> Vec<Cow<'b, str>> {
        let lacks = finding.lacks.iter().map(|lack| {
            let name = self.diagnosis.logs.get(lack.log).map_or("", |log| &log.name);
            Cow::Owned(format!("{name}: {}", lack.what))
        });
        finding.notes.iter().map(|note| Cow::Borrowed(note.as_str())).chain(lacks).collect()
    }

    fn group<'b>(&'b self, group: &'b ErrorGroup) -> GroupLine<'b> {
        let zone = self.zone_of(None);
        GroupLine {
            function: &group.function,
            code: group.code,
            name: group.code.and_then(name),
            level: group.level,
            message: &group.message,
            count: group.count,
            first: in_zone(group.first, zone),
            last: in_zone(group.last, zone),
            local: is_local([group.first, group.last, group.evidence.time], zone),
            evidence: self.evidence(&group.evidence, zone),
        }
    }

    fn summary(&self) -> SummaryLine<'_> {
        let (diagnosis, zone) = (self.diagnosis, self.zone_of(None));
        SummaryLine {
            verdict: self.verdict,
            severity: diagnosis.severity().map(|severity| severity.name()),
            sdk: diagnosis.is_sdk,
            first: in_zone(diagnosis.first, zone),
            last: in_zone(diagnosis.last, zone),
            local: is_local([diagnosis.first, diagnosis.last], zone),
            logs: diagnosis.logs.iter().map(|log| log.name.as_str()).collect(),
            records: diagnosis.logs.iter().map(|log| log.records).sum(),
            gaps: diagnosis.logs.iter().map(|log| log.gaps).sum(),
            lost: diagnosis.logs.iter().map(|log| log.lost).sum(),
            sessions: diagnosis.sessions.len() as u64 + diagnosis.further_sessions,
            findings: diagnosis.findings.len() as u64 + diagnosis.further_findings,
            groups: diagnosis.groups.len() as u64,
            ungrouped: diagnosis.ungrouped,
        }
    }
}

fn state(session: &Session, change: &Change) -> StateLine {
    StateLine {
        session: session.number,
        time: Time { zone: change.time.zone.or(session.zone), ..change.time },
        local: change.time.zone.or(session.zone).is_none(),
        track: change.state.track().name(),
        state: change.state.id(),
    }
}

fn in_zone(time: Option<Time>, zone: Option<i16>) -> Option<Time> {
    time.map(|time| Time { zone: time.zone.or(zone), ..time })
}

/// Whether one of these times, or that of something without a time, has no offset.
fn is_local(times: impl IntoIterator<Item = Option<Time>>, zone: Option<i16>) -> bool {
    let mut times = times.into_iter().flatten().peekable();
    zone.is_none() && (times.peek().is_none() || times.any(|time| time.zone.is_none()))
}

fn name(code: i32) -> Option<&'static str> {
    Code::of(code).map(|code| code.name).filter(|name| !name.is_empty())
}
