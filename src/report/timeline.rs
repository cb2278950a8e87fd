//! What went on over time: a lane for each track, the findings, and the errors per minute.

use super::view::{Bar, Card, ChangeRow, Lane, Mark, Stretch, Tick, Timeline};
use super::words::{self, Moment, count};
use crate::record::{DAY, Time};
use crate::sdk::{Change, Diagnosis, Mood, Session, Track, clock, date_and_clock, length};

/// Pixels of a lane, and of the bars of errors.
const LANE: u32 = 26;
const BARS: u32 = 44;
/// Pixels above the first lane, and below the last.
const EDGE: u32 = 6;
/// Pixels of the axis.
const AXIS: u32 = 20;
/// Bytes of a stretch in the page, about.
const STRETCH: usize = 150;
/// Stretches of a lane, at most.
const MAX_STRETCHES: usize = 400;
/// Stretches of time in which something is missing, at most.
const MAX_HOLES: usize = 120;
/// Bars, at most.
const MAX_BARS: usize = 500;
/// States that the table names.
const CHANGES: usize = 200;
/// Times at the axis.
const TICKS: i64 = 6;

/// The time that is drawn.
#[derive(Clone, Copy)]
struct Scale {
    start: i64,
    length: i64,
}

impl Scale {
    fn of(diagnosis: &Diagnosis) -> Option<Scale> {
        let details = diagnosis.details.iter();
        let absent =
            details.flat_map(|details| details.absent_days.iter().flat_map(|day| [day * DAY, (day + 1) * DAY]));
        let sessions = diagnosis.sessions.iter().flat_map(|session| [session.first, session.last]);
        let findings = diagnosis.findings.iter().flat_map(|finding| [finding.first, finding.last]);
        let logs = diagnosis.logs.iter().flat_map(|log| [log.first, log.last]);
        let times = sessions.chain(findings).chain(logs).chain([diagnosis.first, diagnosis.last]).flatten();
        // An absent day lies between others.
        let walls: Vec<_> = times.map(|time| time.wall).chain(absent).collect();
        let (start, end) = walls.iter().min().zip(walls.iter().max())?;
        Some(Scale { start: *start, length: (end - start).max(1000) })
    }

    /// A part of the whole, in percent.
    fn percent(&self, millis: i64) -> String {
        let text = format!("{:.4}", millis as f64 * 100.0 / self.length as f64);
        format!("{}%", text.trim_end_matches('0').trim_end_matches('.'))
    }

    fn stretch(&self, from: i64, to: i64, mood: &'static str, label: String) -> Stretch {
        let (from, to) = (from - self.start, to.max(from) - self.start);
        Stretch { x: self.percent(from), width: self.percent(to - from), from, to, mood, label }
    }
}

/// The timeline, in about `room` bytes. `None`: nothing has a time.
pub(super) fn timeline(diagnosis: &Diagnosis, cards: &[Card], room: usize) -> Option<Timeline> {
    let scale = Scale::of(diagnosis)?;
    let most = (room / STRETCH / 8).clamp(20, MAX_STRETCHES);
    let mut y = EDGE;
    let (mut lanes, mut is_coarse) = (Vec::new(), false);
    for track in Track::ALL {
        let stretches = stretches(diagnosis, track, scale);
        if stretches.is_empty() {
            continue;
        }
        is_coarse |= stretches.len() > most;
        let name = match track {
            Track::Process => "Process",
            Track::Connection => "Connection",
            Track::Login => "Login",
            Track::App => "Foreground",
        };
        lanes.push(Lane { name, y, stretches: coarse(stretches, scale, most) });
        y += LANE;
    }
    let marks: Vec<_> = cards.iter().filter_map(|card| mark(card, scale)).collect();
    let marks_y = y;
    y += if marks.is_empty() { 0 } else { LANE };
    let (bars_y, tally) = (y, bars(diagnosis, scale, room));
    let bars_height = if tally.bars.is_empty() { 0 } else { BARS };
    let foot = y + bars_height + EDGE;
    let mut changes = changes(diagnosis);
    let changes_left = changes.len().saturating_sub(CHANGES) as u64;
    changes.truncate(CHANGES);
    Some(Timeline {
        start: scale.start,
        length: scale.length,
        height: foot + AXIS,
        foot,
        lanes,
        marks,
        marks_y,
        bars: tally.bars,
        bars_y,
        bar_length: match tally.width / 60_000 {
            1 => "minute".into(),
            minutes if minutes % 60 == 0 => count(minutes.unsigned_abs() / 60, "hour"),
            minutes => count(minutes.unsigned_abs(), "minute"),
        },
        bar_millis: tally.width,
        most: tally.most,
        holes: holes(diagnosis, scale),
        ticks: ticks(scale),
        changes,
        changes_left,
        is_coarse,
    })
}

/// The states of all sessions in a track.
fn stretches(diagnosis: &Diagnosis, track: Track, scale: Scale) -> Vec<Stretch> {
    let mut all: Vec<_> = diagnosis.sessions.iter().flat_map(|session| of_session(session, track, scale)).collect();
    all.sort_by_key(|stretch| stretch.from);
    all
}

fn of_session(session: &Session, track: Track, scale: Scale) -> Vec<Stretch> {
    let of = |track| session.changes.iter().filter(move |change: &&Change| change.state.track() == track);
    // Who is logged in is connected, whether the SDK says so or not: old ones don't.
    let logged_in = of(Track::Login).any(|change| change.state.mood() == Mood::Good);
    let is_known = |change: &Change| matches!(change.state.mood(), Mood::Good | Mood::Bad);
    if track == Track::Connection && logged_in && !of(track).any(is_known) {
        return Vec::new();
    }
    let ends = of(track).skip(1).map(|change| change.time).chain(session.last);
    let stretch = |(change, end): (&Change, Time)| {
        let (from, to) = (change.time.wall, end.wall);
        let mood = mood(change.state.mood());
        let label = format!(
            "Session {}: {}, {} to {} ({})",
            session.number,
            change.state.name(),
            date_and_clock(change.time),
            clock(end),
            length((to - from).max(0))
        );
        scale.stretch(from, to, mood, label)
    };
    of(track).zip(ends).map(stretch).collect()
}

fn mood(mood: Mood) -> &'static str {
    match mood {
        Mood::Idle => "idle",
        Mood::Good => "good",
        Mood::Pending => "pending",
        Mood::Bad => "bad",
    }
}

/// The mood that stands for several: a bad one, or else that of most of the time.
fn common_mood(stretches: &[Stretch]) -> Option<&'static str> {
    let moods = ["bad", "good", "pending", "idle", "hole"];
    let lasts = |mood: &str| -> i64 {
        stretches.iter().filter(|stretch| stretch.mood == mood).map(|stretch| stretch.to - stretch.from + 1).sum()
    };
    let is_any = |mood: &&&str| lasts(mood) > 0;
    moods.iter().take(1).find(is_any).or_else(|| moods.iter().max_by_key(|mood| lasts(mood))).copied()
}

/// No more than `most` stretches: those that begin in the same part of the time become one.
fn coarse(stretches: Vec<Stretch>, scale: Scale, most: usize) -> Vec<Stretch> {
    if stretches.len() <= most {
        return stretches;
    }
    let part = (scale.length / most as i64).max(1);
    let together = stretches.chunk_by(|a, b| a.from / part == b.from / part);
    let one = |together: &[Stretch]| {
        let from = together.iter().map(|stretch| stretch.from).min()?;
        let to = together.iter().map(|stretch| stretch.to).max()?;
        let mood = common_mood(together)?;
        let label = match together {
            [one] => one.label.clone(),
            several => format!("{}, the first: {}", count(several.len() as u64, "state"), several.first()?.label),
        };
        Some(scale.stretch(from + scale.start, to + scale.start, mood, label))
    };
    together.filter_map(one).collect()
}

fn mark(card: &Card, scale: Scale) -> Option<Mark> {
    let (first, last) = card.walls?;
    let Stretch { x, width, from, to, .. } = scale.stretch(first, last, "", String::new());
    let label = format!("Finding {}, {}: {}. {}", card.number, card.severity, card.title, card.when);
    Some(Mark { x, width, from, to, severity: card.severity, number: card.number, label })
}

/// Errors over time, in bars of the same width.
struct Bars {
    bars: Vec<Bar>,
    width: i64,
    most: u64,
}

fn bars(diagnosis: &Diagnosis, scale: Scale, room: usize) -> Bars {
    let Some(details) = &diagnosis.details else { return Bars { bars: Vec::new(), width: 60_000, most: 0 } };
    let limit = (room / STRETCH / 4).clamp(20, MAX_BARS);
    let (mut width, mut errors) = (details.tally.width, details.tally.errors.clone());
    // As many as can be told apart, at first sight.
    while errors.len() > limit {
        width *= 2;
        let mut wider = std::collections::BTreeMap::new();
        for (part, many) in &errors {
            *wider.entry(part.div_euclid(2)).or_default() += many;
        }
        errors = wider;
    }
    let most = errors.values().copied().max().unwrap_or(0);
    let bar = |(part, many): (&i64, &u64)| {
        let Stretch { x, width, from, .. } = scale.stretch(part * width, (part + 1) * width, "", String::new());
        let height = (u128::from(*many) * u128::from(BARS - EDGE) / u128::from(most.max(1))).max(2) as u32;
        Bar { x, width, y: BARS - height, height, from, count: *many }
    };
    Bars { bars: errors.iter().map(bar).collect(), width, most }
}

/// Where the log is missing: gaps, and days without a log.
fn holes(diagnosis: &Diagnosis, scale: Scale) -> Vec<Stretch> {
    let Some(details) = &diagnosis.details else { return Vec::new() };
    let mut holes = Vec::new();
    for day in &details.absent_days {
        let date = Time { wall: day * DAY, zone: None }.to_string();
        let label = format!("No log of {}", date.get(..10).unwrap_or_default());
        holes.push(scale.stretch(day * DAY, (day + 1) * DAY, "hole", label));
    }
    for gap in &details.gaps {
        let log = diagnosis.logs.get(gap.log);
        let from = gap.before.or(log.and_then(|log| log.first));
        let Some(from) = from.or(gap.after) else { continue };
        let to = gap.after.unwrap_or(from);
        let name = log.map_or("", |log| log.name.as_str());
        let label = format!("Missing: {}, {}", gap.cause.replace('-', " "), words::file_name(name));
        holes.push(scale.stretch(from.wall.min(to.wall), from.wall.max(to.wall), "hole", label));
    }
    holes.sort_by_key(|hole| hole.from);
    coarse(holes, scale, MAX_HOLES)
}

/// Lengths between times at the axis, in milliseconds.
const STEPS: [i64; 22] = [
    1_000,
    2_000,
    5_000,
    10_000,
    15_000,
    30_000,
    60_000,
    120_000,
    300_000,
    600_000,
    900_000,
    1_800_000,
    3_600_000,
    7_200_000,
    10_800_000,
    21_600_000,
    43_200_000,
    DAY,
    2 * DAY,
    7 * DAY,
    30 * DAY,
    365 * DAY,
];

/// Round times, not too many.
fn ticks(scale: Scale) -> Vec<Tick> {
    let step = STEPS.into_iter().find(|step| scale.length / step <= TICKS).unwrap_or(scale.length.max(1));
    let first = scale.start.div_euclid(step) + i64::from(scale.start.rem_euclid(step) > 0);
    let walls = (first..).map(|at| at * step).take_while(|wall| *wall <= scale.start + scale.length);
    let tick = |wall: i64| {
        let text = Time { wall, zone: None }.to_string();
        let is_midnight = wall.rem_euclid(DAY) == 0;
        let range = match step {
            _ if step >= 30 * DAY => 0..10,
            _ if is_midnight => 5..10,
            ..60_000 => 11..19,
            _ => 11..16,
        };
        let anchor = match (wall - scale.start) * 100 / scale.length {
            ..5 => "start",
            95.. => "end",
            _ => "middle",
        };
        Tick { x: scale.percent(wall - scale.start), label: text.get(range).unwrap_or_default().to_owned(), anchor }
    };
    walls.map(tick).take(TICKS as usize + 1).collect()
}

/// All changes of state, for those who read them.
fn changes(diagnosis: &Diagnosis) -> Vec<ChangeRow> {
    let is_one_day = diagnosis.is_one_day();
    let rows = diagnosis.sessions.iter().flat_map(|session| {
        session.changes.iter().map(move |change| ChangeRow {
            time: Moment::of(Some(change.time), is_one_day),
            session: session.number,
            track: change.state.track().name(),
            state: change.state.name(),
            mood: mood(change.state.mood()),
        })
    });
    rows.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SCALE: Scale = Scale { start: 1_000_000, length: 200_000 };

    #[test]
    fn ticks_are_round_times() {
        let labels = |start, length| {
            let ticks = ticks(Scale { start, length });
            ticks.into_iter().map(|tick| tick.label).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(labels(0, 1_000), "01-01 00:00:01");
        assert_eq!(labels(8 * 3_600_000 + 100, 32 * 60_000), "08:05 08:10 08:15 08:20 08:25 08:30");
        assert_eq!(labels(20 * 3_600_000, 8 * 3_600_000), "20:00 22:00 01-02 02:00 04:00");
        assert_eq!(labels(0, 6 * DAY), "01-01 01-02 01-03 01-04 01-05 01-06 01-07");
    }

    #[test]
    fn many_states_are_drawn_as_few() {
        let states = |count: i64| {
            (0..count)
                .map(|at| {
                    let mood = if at == count / 2 { "bad" } else { "good" };
                    SCALE.stretch(
                        1_000_000 + at * 200_000 / count,
                        1_000_000 + (at + 1) * 200_000 / count,
                        mood,
                        "s".into(),
                    )
                })
                .collect::<Vec<_>>()
        };
        assert_eq!(coarse(states(10), SCALE, 20).len(), 10);
        let few = coarse(states(5_000), SCALE, 20);
        assert_eq!((few.len(), few.iter().filter(|stretch| stretch.mood == "bad").count()), (20, 1));
        assert_eq!((few[0].from, few[19].to), (0, 200_000));
        assert_eq!((few[10].x.as_str(), few[10].width.as_str()), ("50%", "5%"));
    }
}
