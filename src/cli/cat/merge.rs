//! Several logs as one, in order of time.
//!
//! Each log is read a little at a time; what stands first in it goes to a heap, and the earliest is shown next. So no
//! record overtakes another of its own log, records of one moment come in the order of the logs on the command line,
//! and what is held is a few blocks a log. A record without a time stays behind the one before, and so do the writer's
//! own notes; at the start of a log they stay before the first that has a time. Where time goes back within a log, the
//! record before is no later than the one behind: a single wrong clock holds nothing up.
//!
//! Of many logs, as a year's, few overlap: then each is closed again after a first look, until its turn comes. Where
//! more overlap than may be open at once, the rest of those that are open is merged to a temporary file, which stands
//! for them from then on.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, VecDeque};
use std::io::{self, Read};
use std::ops::Range;
use std::sync::atomic::{AtomicUsize, Ordering};

use rayon::prelude::*;

use super::rounds::{Room, Round, Writer};
use super::select::Stop;
use crate::decode::{DecodeError, Decoder, Gap, Report};
use crate::filter::Zone;
use crate::record::{Form, FoundRecord, Head, Parts, Piece, RecordSteps};

/// So many logs are open at once, and so many rounds. If there are no more, they are from the start, whether their turn
/// has come or not.
pub const KEEP_OPEN: usize = 48;

/// Text that all open logs together hold, in bytes, before they are merged to make room for another.
const MOST_HELD: usize = 64 << 20;

/// So much text is held for a log whose first time is still to come, in bytes.
const TIMELESS: usize = 1 << 20;

/// What makes a lane's order.
#[derive(Clone, Copy)]
pub struct Rules<J> {
    /// Which records pass.
    pub judge: J,
    /// When those do that come in parts.
    pub parts: Parts,
    /// The zone of lines that name none.
    pub zone: Zone,
    /// Whether records that don't pass are wanted too.
    pub keep_all: bool,
}

/// One of the logs.
pub struct Lane<'a, O, R, J> {
    open: O,
    /// It can be opened again.
    reopens: bool,
    decoder: &'a Decoder,
    rules: Rules<J>,
    state: State<'a, R, J>,
    /// Text of the entries.
    text: Vec<u8>,
    /// Where that starts, in bytes of all text that was held so far.
    text_start: usize,
    entries: VecDeque<Held>,
    /// Moment of the last record with a time.
    moment: Option<i64>,
    /// Markers in it that tell of a loss.
    markers: u64,
    /// Gaps so far.
    so_far: Report,
    /// Gaps before the first record: in what is no log at all, they say nothing.
    early: Vec<Gap>,
    error: Option<io::Error>,
}

enum State<'a, R, J> {
    Closed,
    Open(Box<RecordSteps<'a, R, J>>),
    Ended(Report),
}

struct Held {
    moment: i64,
    kind: HeldPiece,
}

enum HeldPiece {
    Record { head: Head, text: Range<usize>, passes: bool, continued: bool },
    Gap(Gap),
}

impl<'a, O, R, J> Lane<'a, O, R, J>
where
    O: Fn() -> io::Result<R>,
    R: Read,
    J: Fn(&Head, &[u8]) -> bool + Copy,
{
    /// A lane of what `open` opens: once, or as often as it likes.
    pub fn new(open: O, reopens: bool, decoder: &'a Decoder, rules: Rules<J>) -> Lane<'a, O, R, J> {
        let (text, entries) = (Vec::new(), VecDeque::new());
        let state = State::Closed;
        Lane {
            open,
            reopens,
            decoder,
            rules,
            state,
            text,
            text_start: 0,
            entries,
            moment: None,
            markers: 0,
            so_far: Report::default(),
            early: Vec::new(),
            error: None,
        }
    }

    /// What the log came to, how many markers tell of a loss in it, and why it could not be read further.
    pub fn end(self) -> (Report, u64, Option<io::Error>) {
        let report = match self.state {
            State::Ended(report) => report,
            State::Closed | State::Open(_) => self.so_far,
        };
        (report, self.markers, self.error)
    }

    /// Moment of the first entry.
    fn first(&self) -> Option<i64> {
        self.entries.front().map(|entry| entry.moment)
    }

    /// Closes the log; it will be read from its start again.
    fn close(&mut self) {
        (self.text, self.text_start, self.entries) = (Vec::new(), 0, VecDeque::new());
        (self.state, self.moment) = (State::Closed, None);
        (self.markers, self.so_far, self.early) = (0, Report::default(), Vec::new());
    }

    /// Reads on until there are two entries, or the end: what stands behind may say more of when the first was.
    fn fill(&mut self) {
        if matches!(self.state, State::Closed) {
            let Rules { judge, parts, .. } = self.rules;
            match (self.open)().and_then(|input| RecordSteps::new(self.decoder, input, judge)) {
                Ok(steps) => self.state = State::Open(Box::new(steps.with_parts(parts))),
                Err(error) => return self.fail(error),
            }
        }
        self.drop_shown_text();
        while (self.entries.len() < 2 || self.moment.is_none() && self.text.len() < TIMELESS)
            && let State::Open(steps) = &mut self.state
        {
            let Lane { rules, text, text_start, entries, moment, markers, so_far, early, .. } = self;
            let more = steps.step(|piece| {
                if let Piece::Record(found) = piece {
                    *markers += u64::from(found.is_loss());
                    entries.extend(early.drain(..).map(|gap| Held { moment: i64::MIN, kind: HeldPiece::Gap(gap) }));
                    let time = found.head.time.filter(|_| found.head.form != Form::Note);
                    if let Some(now) = time.map(|time| rules.zone.instant(time)) {
                        settle(entries, moment.replace(now), now);
                    }
                }
                if let Piece::Gap(gap) = piece {
                    so_far.add_gap(gap);
                }
                let kind = match piece {
                    Piece::Gap(gap) if moment.is_none() && entries.is_empty() => {
                        early.push(gap.clone());
                        return Ok(());
                    }
                    Piece::Gap(gap) => HeldPiece::Gap(gap.clone()),
                    // What a record goes on with can still decide that it does not pass.
                    Piece::Record(found) if !found.passes && !found.continued && !rules.keep_all => return Ok(()),
                    Piece::Record(found) => {
                        let start = *text_start + text.len();
                        text.extend_from_slice(found.text);
                        let FoundRecord { head, passes, continued, .. } = found;
                        HeldPiece::Record { head, text: start..*text_start + text.len(), passes, continued }
                    }
                };
                entries.push_back(Held { moment: moment.unwrap_or(i64::MIN), kind });
                Ok::<_, std::convert::Infallible>(())
            });
            match more {
                Ok(true) => {}
                Ok(false) => {
                    // What was open is closed here.
                    if let State::Open(steps) = std::mem::replace(&mut self.state, State::Closed) {
                        let report = steps.into_report();
                        let early = self.early.drain(..).filter(|_| report.has_blocks());
                        self.entries.extend(early.map(|gap| Held { moment: i64::MIN, kind: HeldPiece::Gap(gap) }));
                        self.state = State::Ended(report);
                    }
                }
                Err(DecodeError::Read(error)) => self.fail(error),
                Err(DecodeError::Show(never)) => match never {},
            }
        }
    }

    fn drop_shown_text(&mut self) {
        let first = self.entries.iter().find_map(|entry| match &entry.kind {
            HeldPiece::Record { text, .. } => Some(text.start),
            HeldPiece::Gap(_) => None,
        });
        let end = self.text_start + self.text.len();
        let start = first.unwrap_or(end);
        self.text.drain(..start - self.text_start);
        self.text_start = start;
    }

    fn fail(&mut self, error: io::Error) {
        self.error = Some(error);
        self.state = State::Ended(std::mem::take(&mut self.so_far));
    }
}

/// A record was logged `now`, the one before it at `before`: what is not shown yet is no later.
fn settle(entries: &mut VecDeque<Held>, before: Option<i64>, now: i64) {
    let before = before.unwrap_or(i64::MIN);
    if before != i64::MIN && before <= now {
        return;
    }
    for entry in entries.iter_mut().rev().take_while(|entry| entry.moment == before) {
        entry.moment = now;
    }
}

/// Shows the pieces of all `lanes` in order of time, with the index of the lane each is from.
///
/// # Errors
/// Those of `show`, and of the temporary file in `room`.
pub fn merge<O, R, J>(
    lanes: &mut [Lane<'_, O, R, J>],
    room: Room<'_>,
    mut show: impl FnMut(usize, Piece<'_>) -> Result<(), Stop>,
) -> Result<(), Stop>
where
    O: Fn() -> io::Result<R> + Send,
    R: Read + Send,
    J: Fn(&Head, &[u8]) -> bool + Copy + Send,
{
    let (many, held) = (lanes.len() > room.open, AtomicUsize::new(0));
    let look = |lane: &mut Lane<'_, O, R, J>| {
        lane.fill();
        let first = lane.first();
        let is_heavy = held.fetch_add(lane.text.len(), Ordering::Relaxed) + lane.text.len() > MOST_HELD;
        if (many || is_heavy) && lane.reopens && first.is_some() {
            lane.close();
        }
        first
    };
    let first: Vec<_> = lanes.par_iter_mut().with_max_len(1).map(look).collect();
    let turn = |(lane, first): (usize, Option<i64>)| Some(Turn { moment: first?, lane, source: Source::Lane(lane) });
    let mut heap: Heap = first.into_iter().enumerate().filter_map(turn).map(Reverse).collect();
    let mut sources = Sources { lanes, rounds: Vec::new() };
    while let Some(Reverse(turn)) = heap.pop() {
        if sources.is_closed(turn.source) {
            sources.make_room(&mut heap, room)?;
        }
        let next = heap.peek().map(|Reverse(next)| *next);
        let again = sources.show(turn.source, next, &mut |_, lane, piece| show(lane, piece))?;
        heap.extend(again.map(Reverse));
    }
    Ok(())
}

/// Who is next.
type Heap = BinaryHeap<Reverse<Turn>>;

/// What stands first in a source: the least comes first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Turn {
    moment: i64,
    lane: usize,
    source: Source,
}

/// Where pieces come from.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Source {
    Lane(usize),
    Round(usize),
}

/// Takes pieces, with their moments and lanes.
type Show<'a> = dyn FnMut(i64, usize, Piece<'_>) -> Result<(), Stop> + 'a;

struct Sources<'a, 'l, O, R, J> {
    lanes: &'a mut [Lane<'l, O, R, J>],
    /// What was merged before.
    rounds: Vec<Option<Round>>,
}

impl<O, R, J> Sources<'_, '_, O, R, J>
where
    O: Fn() -> io::Result<R>,
    R: Read,
    J: Fn(&Head, &[u8]) -> bool + Copy,
{
    fn is_closed(&self, source: Source) -> bool {
        matches!(source, Source::Lane(lane) if self.lanes.get(lane).is_some_and(|lane| matches!(lane.state, State::Closed)))
    }

    /// Shows the pieces of `source` that come before `next`, and returns what stands first in it then.
    fn show(&mut self, source: Source, next: Option<Turn>, show: &mut Show<'_>) -> Result<Option<Turn>, Stop> {
        // As long as this one has the earliest, the heap need not be asked to sort it in again.
        let is_late = |moment, lane| next.is_some_and(|next| (moment, lane) > (next.moment, next.lane));
        match source {
            Source::Lane(index) => {
                let Some(lane) = self.lanes.get_mut(index) else { return Ok(None) };
                if matches!(lane.state, State::Closed) {
                    lane.fill();
                }
                while let Some(entry) = lane.entries.front() {
                    if is_late(entry.moment, index) {
                        break;
                    }
                    let Some(Held { moment, kind }) = lane.entries.pop_front() else { break };
                    match kind {
                        HeldPiece::Gap(gap) => show(moment, index, Piece::Gap(&gap))?,
                        HeldPiece::Record { head, text, passes, continued } => {
                            let text = text.start - lane.text_start..text.end - lane.text_start;
                            let text = lane.text.get(text).unwrap_or_default();
                            show(moment, index, Piece::Record(FoundRecord { head, text, passes, continued }))?;
                        }
                    }
                    if lane.entries.len() < 2 {
                        lane.fill();
                    }
                }
                if lane.entries.is_empty() {
                    // Nothing comes any more.
                    (lane.text, lane.entries) = (Vec::new(), VecDeque::new());
                }
                Ok(lane.first().map(|moment| Turn { moment, lane: index, source }))
            }
            Source::Round(index) => {
                let Some(place) = self.rounds.get_mut(index) else { return Ok(None) };
                while let Some(round) = place {
                    let Some((moment, lane)) = round.first() else {
                        *place = None;
                        break;
                    };
                    if is_late(moment, lane) {
                        return Ok(Some(Turn { moment, lane, source }));
                    }
                    round.show(|piece| show(moment, lane, piece))?;
                }
                Ok(None)
            }
        }
    }

    /// Sees to it that one more lane can be opened.
    fn make_room(&mut self, heap: &mut Heap, room: Room<'_>) -> Result<(), Stop> {
        let is_open = |source| matches!(source, Source::Lane(_)) && !self.is_closed(source);
        let held: usize = self.lanes.iter().map(|lane| lane.text.len()).sum();
        if heap.iter().filter(|Reverse(turn)| is_open(turn.source)).count() < room.open && held < MOST_HELD {
            return Ok(());
        }
        let is_round = |source| matches!(source, Source::Round(_));
        let many_rounds = heap.iter().filter(|Reverse(turn)| is_round(turn.source)).count() >= room.open;
        let all = std::mem::take(heap).into_iter();
        let (mut merged, rest): (Heap, Heap) =
            all.partition(|Reverse(turn)| is_open(turn.source) || many_rounds && is_round(turn.source));
        *heap = rest;
        let mut writer = Writer::new(room).map_err(Stop::Spool)?;
        while let Some(Reverse(turn)) = merged.pop() {
            let next = merged.peek().map(|Reverse(next)| *next);
            let again = self.show(turn.source, next, &mut |moment, lane, piece| writer.add(moment, lane, &piece))?;
            merged.extend(again.map(Reverse));
        }
        let round = writer.finish().map_err(Stop::Spool)?;
        let source = Source::Round(self.rounds.len());
        heap.extend(round.first().map(|(moment, lane)| Reverse(Turn { moment, lane, source })));
        self.rounds.push(Some(round));
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicUsize;
    use std::sync::atomic::Ordering::Relaxed;

    use super::*;
    use crate::codec::keys::KeyRing;
    use crate::input::archive::spool::Spool;

    fn merged(logs: &[&str]) -> String {
        merged_with(logs, KEEP_OPEN, &Opened::default())
    }

    /// How many logs are open, the most that ever were, how often one was opened, and bytes read.
    #[derive(Default)]
    struct Opened([AtomicUsize; 4]);

    struct Counted<'a>(&'a [u8], &'a Opened);

    impl Read for Counted<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let read = self.0.read(buffer)?;
            self.1.0[3].fetch_add(read, Relaxed);
            Ok(read)
        }
    }

    impl Drop for Counted<'_> {
        fn drop(&mut self) {
            self.1.0[0].fetch_sub(1, Relaxed);
        }
    }

    fn merged_with(logs: &[&str], open: usize, opened: &Opened) -> String {
        let decoder = Decoder::new(KeyRing::default());
        let rules =
            Rules { judge: |_: &Head, _: &[u8]| true, parts: Parts::Any, zone: Zone::Fixed(0), keep_all: false };
        let lane = |log| {
            let open = move || {
                let [now, most, times, _] = &opened.0;
                most.fetch_max(now.fetch_add(1, Relaxed) + 1, Relaxed);
                times.fetch_add(1, Relaxed);
                Ok(Counted(str::as_bytes(log), opened))
            };
            Lane::new(open, true, &decoder, rules)
        };
        let mut lanes: Vec<_> = logs.iter().map(|log| lane(*log)).collect();
        let mut seen = String::new();
        let spool = Spool::default();
        merge(&mut lanes, Room { spool: &spool, most: 1 << 30, open }, |index, piece| {
            if let Piece::Record(found) = piece {
                let text = String::from_utf8_lossy(found.text);
                seen += &format!("{index}{} ", text.trim_end().rsplit('|').next().unwrap_or_default());
            }
            Ok(())
        })
        .unwrap();
        seen.trim_end().into()
    }

    fn line(second: u32, name: &str) -> String {
        format!("TIM: 2023-11-06 14:00:{second:02}.000 I |-a.cpp:1  f  |{name}\n")
    }

    #[test]
    fn the_earliest_comes_first_and_of_one_moment_the_first_file() {
        let one = [line(1, "a"), line(3, "b"), line(5, "c")].concat();
        let two = [line(1, "x"), line(2, "y"), line(9, "z")].concat();
        assert_eq!(merged(&[&one, &two]), "0a 1x 1y 0b 0c 1z");
        assert_eq!(merged(&[&two, &one]), "0x 1a 0y 1b 1c 0z");
        assert_eq!(merged(&[&one]), "0a 0b 0c");
        assert_eq!(merged(&[]), "");
    }

    #[test]
    fn of_many_the_order_is_the_same() {
        let at = |number: u32, name: &str| {
            format!("TIM: 2023-11-06 {:02}:{:02}:00.000 I |-a.cpp:1  f  |{name}\n", 8 + number / 60, number % 60)
        };
        let logs: Vec<_> = (0..100).map(|number| at(100 - number, "a") + &at(101 - number, "b")).collect();
        let many = merged(&logs.iter().map(String::as_str).collect::<Vec<_>>());
        // Each log's last record is of one moment with the first of the log before.
        let expected: Vec<_> = (1..100).rev().map(|number| format!("{}a {number}b", number - 1)).collect();
        assert_eq!(many, format!("99a {} 0b", expected.join(" ")));
    }

    /// Where many overlap, none is opened more than twice, few at once, and the order is that of all at once.
    #[test]
    fn rounds_change_nothing() {
        let mut seed = 7u64;
        let mut random = |below: u64| {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            (seed >> 33) % below
        };
        for (count, lines) in [(40, 30), (150, 8)] {
            let mut log = |start: u64| {
                let mut line = |number: u64| {
                    // Moments that others have too, and clocks that go back.
                    let second = (start + 2 * number + random(7)).saturating_sub(random(4)) % 60;
                    if random(9) == 0 { "TIM: |timeless\n".into() } else { line(second as u32, &number.to_string()) }
                };
                (0..lines).map(&mut line).collect::<String>()
            };
            let logs: Vec<_> = (0..count).map(|number| log(number % 11)).collect();
            let logs: Vec<_> = logs.iter().map(String::as_str).collect();
            let all = merged_with(&logs, usize::MAX, &Opened::default());
            assert_eq!(all.split(' ').count() as u64, count * lines);
            let bytes: usize = logs.iter().map(|log| log.len()).sum();
            for open in [1, 2, 5, 20] {
                let opened = Opened::default();
                assert!(merged_with(&logs, open, &opened) == all, "{open} of {count}");
                let [now, most, times, read] = opened.0.map(AtomicUsize::into_inner);
                assert_eq!((now, times, read), (0, 2 * logs.len(), 2 * bytes));
                assert!(most <= open.max(rayon::current_num_threads()), "{most} {open}");
            }
        }
    }

    #[test]
    fn no_record_overtakes_its_own_log() {
        // The clock was set back, and a line has no time.
        let one = [line(8, "a"), line(2, "b"), "TIM: |c\n".into(), line(9, "d")].concat();
        assert_eq!(merged(&[&one, &line(5, "x")]), "0a 0b 0c 1x 0d");
        assert_eq!(merged(&[&line(5, "x"), &one]), "1a 1b 1c 0x 1d");
        let back = [line(5, "a"), line(8, "b"), line(2, "c"), line(3, "d")].concat();
        assert_eq!(merged(&[&back, &line(4, "x")]), "1x 0a 0b 0c 0d");
    }

    #[test]
    fn one_wrong_clock_holds_nothing_up() {
        let future = line(7, "wrong").replace("2023", "2030");
        let one = [future, line(1, "a"), line(3, "b")].concat();
        assert_eq!(merged(&[&one, &[line(2, "x"), line(4, "y")].concat()]), "0wrong 0a 1x 0b 1y");
    }

    #[test]
    fn notes_of_the_writer_stay_with_their_records() {
        let note = "^^^^^^^^^^Nov 22 2023^^^20:14:53^^^^^^^^^^[1,1][2026-11-05 +0000 04:16:36]|n\nget mmap time: |m\n";
        let one = [note.into(), line(3, "a"), note.into(), line(5, "b")].concat();
        assert_eq!(merged(&[&one, &[line(2, "x"), line(4, "y")].concat()]), "1x 0n 0m 0a 0n 0m 1y 0b");
    }

    #[test]
    fn zones_count() {
        let at = |zone: &str, name: &str| format!("[I][2023-11-05 {zone} 14:00:00.000][1, 2][t][a.c:1, f][|{name}\n");
        let plain = "TIM: 2023-11-05 06:30:00.000 I |-a.cpp:1  f  |p\n";
        assert_eq!(merged(&[&at("+0.0", "west"), &at("+8.0", "east"), plain]), "1east 2p 0west");
    }
}
