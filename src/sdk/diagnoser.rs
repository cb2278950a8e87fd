//! The logs of an app, read in order of time, to a diagnosis.

use std::cell::Cell;

use super::crash;
use super::details::{Collector, Details};
use super::diagnosis::{Diagnosis, Harmless, LogSeen};
use super::error_groups::Groups;
use super::event::Event;
use super::missing::AllMissing;
use super::patterns::PATTERNS;
use super::recognized::{Concern, Recognized};
use super::record_at::RecordAt;
use super::rules::RULES;
use super::story::Story;
use crate::filter::{Span, Zone};
use crate::record::{Form, FoundRecord, Level, Piece, Record, Time};

/// Takes logs apart, and says what went wrong.
///
/// ```
/// use imlog::{Decoder, Diagnoser, concerns, read_records};
///
/// # let path = concat!(env!("CARGO_MANIFEST_DIR"), "/testdata/imsdk_C_20231106.xlog");
/// let mut diagnoser = Diagnoser::default();
/// diagnoser.next_log(path, None);
/// read_records(&Decoder::default(), std::fs::File::open(path)?, concerns, |piece| {
///     diagnoser.piece(piece);
///     Ok::<_, std::convert::Infallible>(())
/// })?;
/// for finding in diagnoser.finish().findings {
///     println!("{}: {}", finding.severity.name(), finding.sentence());
/// }
/// # Ok::<_, Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Default)]
pub struct Diagnoser {
    /// Only errors and warnings from this span are grouped. Findings and sessions are kept whole: see
    /// [`Diagnosis::keep`].
    span: Span,
    zone: Zone,
    logs: Vec<LogSeen>,
    story: Story,
    groups: Groups,
    missing: AllMissing,
    /// How often each pattern of [`Event::Harmless`] was seen, by its place in the table.
    harmless: Vec<Harmless>,
    is_sdk: bool,
    /// Of all records but the notes of the log writer.
    first: Option<Time>,
    last: Option<Time>,
    collector: Option<Box<Collector>>,
}

impl Diagnoser {
    /// The same, which also collects [`Diagnosis::details`].
    pub fn with_details(self) -> Diagnoser {
        Diagnoser { collector: Some(Box::default()), ..self }
    }

    /// The same, which groups only errors and warnings from this span of time. `zone` is for times that name none.
    pub fn with_span(self, span: Span, zone: Zone) -> Diagnoser {
        Diagnoser { span, zone, ..self }
    }

    /// The log that comes next, and the day that it is named after, since 1970. Logs of an app come in the order in which
    /// they were written.
    pub fn next_log(&mut self, name: impl Into<String>, day: Option<i64>) {
        self.missing.next_log(day);
        if let Some(collector) = &mut self.collector {
            collector.next_log();
        }
        self.logs.push(LogSeen::new(name.into()));
    }

    /// Whether anything has come of the log at hand.
    #[cfg(feature = "cli")]
    pub(crate) fn has_pieces(&self) -> bool {
        self.logs.last().is_some_and(|log| log.records + log.gaps > 0)
    }

    /// Takes the next piece of the log, read with [`concerns`](super::concerns) as the judge.
    pub fn piece(&mut self, piece: Piece<'_, Concern>) {
        if self.logs.is_empty() {
            self.next_log("", None);
        }
        let at = self.logs.len() - 1;
        let Some(log) = self.logs.last_mut() else { return };
        match piece {
            Piece::Gap(gap) => {
                log.count_gap(gap);
                self.missing.gap(at, gap, self.last);
                if let Some(collector) = &mut self.collector {
                    collector.gap(at, gap);
                }
            }
            Piece::Record(found) => {
                let line = log.count(&found);
                if let Some(time) = found.head.time {
                    self.pass(time, found.head.form);
                }
                self.is_sdk |= found.head.form.is_of_sdk();
                // What says that all is well is only looked at while something is not.
                let concern = found.passes;
                if let Some(seen) = concern.seen {
                    self.story.heartbeat(seen.event);
                }
                let proves = Cell::new(false);
                if !found.continued && (concern.passes || concern.seen.is_some() && self.story.is_waiting()) {
                    self.look(&found, (at, line), &proves);
                }
                if let Some(collector) = &mut self.collector {
                    collector.record(&found, at, line, proves.get());
                }
            }
        }
    }

    fn pass(&mut self, time: Time, form: Form) {
        self.missing.pass(time);
        // What the log writer notes when it opens a log is not of the process that wrote before.
        if form != Form::Note {
            self.first.get_or_insert(time);
            self.last = Some(time);
            self.story.pass(time);
        }
    }

    fn look(&mut self, found: &FoundRecord<'_, Concern>, (log, line): (usize, u64), proves: &Cell<bool>) {
        let record = found.record();
        let place = RecordAt { record: &record, text: found.text, log, line, proves };
        if found.is_loss() {
            return self.missing.marker(self.last, place.evidence());
        }
        if self.story.starting(&place) {
            return;
        }
        let Concern { seen, has_crash, .. } = found.passes;
        if has_crash && let Some((line, name)) = crash_in(found) {
            self.story.crash(&place, line, name);
        }
        if let Some(seen) = &seen {
            let code = seen.code.filter(|code| *code != 0);
            if let Some((collector, code)) = self.collector.as_mut().zip(code) {
                collector.code(code, record.head.time);
            }
            self.is_sdk = true;
            let tells = self.story.event(&place, seen);
            if seen.event == Event::Harmless {
                return self.harmless(seen, &record);
            }
            if tells {
                return;
            }
        }
        let code = seen.and_then(|seen| seen.code);
        self.group(&place, code);
    }

    fn harmless(&mut self, seen: &Recognized, record: &Record<'_>) {
        let Some(pattern) = seen.pattern else { return };
        let what = match pattern.function {
            "" => pattern.text,
            function => function,
        };
        let known = self.harmless.iter().position(|known| known.what == what);
        if let Some(known) = known.and_then(|at| self.harmless.get_mut(at)) {
            known.count += 1;
        } else if self.harmless.len() < PATTERNS.len() {
            self.harmless.push(Harmless { what, code: seen.code, level: record.head.level, count: 1 });
        }
    }

    fn group(&mut self, place: &RecordAt<'_>, code: Option<i32>) {
        let level = place.record.head.level;
        let has_failed = code.is_some_and(|code| code != 0);
        if level < Some(Level::Warn) && !has_failed {
            return;
        }
        if !self.span.is_unbounded() && !place.time().is_some_and(|time| self.span.contains(time, self.zone)) {
            return;
        }
        // Groups come and go; what is near a record that only they keep is not kept.
        self.groups.add(place.record, code, place.time(), || place.alone());
    }

    /// What was found.
    pub fn finish(self) -> Diagnosis {
        let (ended, mut findings, further_findings) = self.story.finish();
        let details = self
            .collector
            .map(|collector| Details { absent_days: self.missing.absent_days().collect(), ..collector.details });
        findings.extend(self.missing.finish());
        findings.sort_by_key(|finding| {
            let rank = RULES.iter().position(|rule| rule.id == finding.rule);
            (std::cmp::Reverse(finding.severity), finding.first.map(|time| time.wall), rank)
        });
        let (groups, ungrouped) = self.groups.finish();
        let mut harmless = self.harmless;
        harmless.sort_by_key(|known| std::cmp::Reverse(known.count));
        Diagnosis {
            logs: self.logs,
            is_sdk: self.is_sdk,
            first: self.first,
            last: self.last,
            sessions: ended.sessions,
            further_sessions: ended.further,
            findings,
            further_findings,
            groups,
            ungrouped,
            harmless,
            details,
        }
    }
}

/// The line of a record that is the sign of a crash, and what that is called.
fn crash_in<'a, V>(found: &FoundRecord<'a, V>) -> Option<(&'a [u8], &'static str)> {
    let sign = match found.head.form {
        Form::Other => crash::sign(found.text),
        _ => None,
    };
    sign.map(|name| (found.text, name)).or_else(|| crash::sign_in_continuation(found.text))
}
