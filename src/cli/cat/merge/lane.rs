//! One of the logs that are merged: read a few records at a time, and closed while its turn has not come.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::io::{self, Read};

use crate::decode::pause::is_pause;
use crate::decode::{DecodeError, Decoder, Gap, Report};
use crate::filter::Zone;
use crate::record::{Form, FoundRecord, Head, KeptPiece, Parts, Piece, RecordSteps};

/// How much text is held for a log while none of its records has had a time, in bytes.
const TIMELESS: usize = 1 << 20;

/// How the records of a lane are judged and timed.
#[derive(Clone, Copy)]
pub struct LaneRules<J> {
    /// Which records pass.
    pub judge: J,
    /// When a record that comes in parts passes.
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
    rules: LaneRules<J>,
    /// It is text, whatever it looks like.
    is_text: bool,
    state: LaneState<'a, R, J>,
    /// Its reader has paused.
    is_paused: bool,
    entries: Entries,
    /// Markers in it that stand for a loss.
    markers: u64,
    /// Gaps so far.
    so_far: Report,
    error: Option<io::Error>,
}

enum LaneState<'a, R, J> {
    Closed,
    Open(Box<RecordSteps<'a, R, J>>),
    Ended(Report),
}

impl<'a, O, R, J> Lane<'a, O, R, J>
where
    O: Fn() -> io::Result<R>,
    R: Read,
    J: Fn(&Head, &[u8]) -> bool + Copy,
{
    /// A lane that reads what `open` opens: once, or if it `reopens`, any number of times.
    pub fn new(open: O, reopens: bool, decoder: &'a Decoder, rules: LaneRules<J>) -> Lane<'a, O, R, J> {
        Lane {
            open,
            reopens,
            decoder,
            rules,
            is_text: false,
            state: LaneState::Closed,
            is_paused: false,
            entries: Entries::default(),
            markers: 0,
            so_far: Report::default(),
            error: None,
        }
    }

    /// The same of what is text, whatever it looks like.
    pub fn of_text(self) -> Self {
        Lane { is_text: true, ..self }
    }

    /// From now on it stays open.
    pub fn hold(&mut self) {
        self.reopens = false;
    }

    /// Reads on after a pause.
    pub fn resume(&mut self) {
        self.is_paused = false;
    }

    /// The gaps so far.
    pub fn so_far(&self) -> &Report {
        match &self.state {
            LaneState::Ended(report) => report,
            LaneState::Closed | LaneState::Open(_) => &self.so_far,
        }
    }

    /// Whether it has been read to its end, or to an error.
    pub fn is_over(&self) -> bool {
        matches!(self.state, LaneState::Ended(_))
    }

    /// Why it could not be read further.
    pub fn take_error(&mut self) -> Option<io::Error> {
        self.error.take()
    }

    /// The report on the log, how many markers in it stand for a loss, and why it could not be read further.
    pub fn end(self) -> (Report, u64, Option<io::Error>) {
        let report = match self.state {
            LaneState::Ended(report) => report,
            LaneState::Closed | LaneState::Open(_) => self.so_far,
        };
        (report, self.markers, self.error)
    }

    /// Whether it can be opened again.
    pub fn reopens(&self) -> bool {
        self.reopens
    }

    /// Whether it has not been opened yet, or has been closed again.
    pub fn is_closed(&self) -> bool {
        matches!(self.state, LaneState::Closed)
    }

    /// Moment of the first entry.
    pub fn first(&self) -> Option<i64> {
        self.entries.queue.front().map(|entry| entry.moment)
    }

    /// How much text it holds, in bytes.
    pub fn held(&self) -> usize {
        self.entries.text.len()
    }

    /// Closes the log; it will be read from its start again.
    pub fn close(&mut self) {
        (self.state, self.entries) = (LaneState::Closed, Entries::default());
        (self.markers, self.so_far) = (0, Report::default());
    }

    /// Reads on until there are two entries, or to the end: the record after the first may show that the first is
    /// earlier than it says.
    pub fn fill(&mut self) {
        if self.is_closed() {
            let LaneRules { judge, parts, .. } = self.rules;
            match (self.open)() {
                Ok(input) => {
                    let open = if self.is_text { RecordSteps::of_text } else { RecordSteps::new };
                    let steps = open(self.decoder, input, judge).with_parts(parts);
                    self.state = LaneState::Open(Box::new(steps));
                }
                Err(error) => return self.fail(error),
            }
        }
        self.entries.drop_shown_text();
        while self.entries.wants_more()
            && !self.is_paused
            && let LaneState::Open(steps) = &mut self.state
        {
            let Lane { rules, entries, markers, so_far, .. } = self;
            let more = steps.step(|piece| {
                match piece {
                    Piece::Record(found) => {
                        *markers += u64::from(found.is_loss());
                        entries.add_record(found, rules.zone, rules.keep_all);
                    }
                    Piece::Gap(gap) => {
                        so_far.add_gap(gap);
                        entries.add_gap(gap);
                    }
                }
                Ok::<_, Infallible>(())
            });
            match more {
                Ok(true) => {}
                Ok(false) => self.finish(),
                Err(DecodeError::Read(error)) if is_pause(&error) => self.is_paused = true,
                Err(DecodeError::Read(error)) => self.fail(error),
                Err(DecodeError::Show(never)) => match never {},
            }
        }
    }

    /// Shows the entries up to the first that `is_late`, with their moments.
    pub fn show<E>(
        &mut self,
        is_late: impl Fn(i64) -> bool,
        mut show: impl FnMut(i64, Piece<'_>) -> Result<(), E>,
    ) -> Result<(), E> {
        while self.first().is_some_and(|moment| !is_late(moment))
            && let Some(entry) = self.entries.queue.pop_front()
        {
            show(entry.moment, entry.piece.piece(&self.entries.text, self.entries.text_start))?;
            if self.entries.queue.len() < 2 {
                self.fill();
            }
        }
        if self.entries.queue.is_empty() && self.is_paused {
            // What comes next may have no time of its own.
            self.entries = Entries { moment: self.entries.moment, ..Entries::default() };
        } else if self.entries.queue.is_empty() {
            // Nothing more comes: give the memory back.
            self.entries = Entries::default();
        }
        Ok(())
    }

    /// Closes the log at its end.
    fn finish(&mut self) {
        if let LaneState::Open(steps) = std::mem::replace(&mut self.state, LaneState::Closed) {
            let report = steps.into_report();
            self.entries.release_early(report.has_blocks());
            self.state = LaneState::Ended(report);
        }
    }

    fn fail(&mut self, error: io::Error) {
        self.error = Some(error);
        self.state = LaneState::Ended(std::mem::take(&mut self.so_far));
    }
}

/// What has been read of a log and not shown yet.
#[derive(Default)]
struct Entries {
    queue: VecDeque<LaneEntry>,
    /// Text of the records in the queue.
    text: Vec<u8>,
    /// Where that starts, counted in bytes of all text so far.
    text_start: usize,
    /// Moment of the last record with a time.
    moment: Option<i64>,
    /// Gaps before the first record: in a file that turns out to be no log, they mean nothing.
    early: Vec<Gap>,
}

struct LaneEntry {
    moment: i64,
    piece: KeptPiece,
}

impl Entries {
    fn wants_more(&self) -> bool {
        self.queue.len() < 2 || self.moment.is_none() && self.text.len() < TIMELESS
    }

    fn add_record(&mut self, found: FoundRecord<'_>, zone: Zone, keep_all: bool) {
        self.release_early(true);
        let time = found.head.time.filter(|_| found.head.form != Form::Note);
        if let Some(now) = time.map(|time| zone.instant(time)) {
            let before = self.moment.replace(now);
            self.settle(before, now);
        }
        // The part of a record that comes next can still decide that the record does not pass.
        if !found.passes && !found.continued && !keep_all {
            return;
        }
        let piece = KeptPiece::record(found, &mut self.text, self.text_start);
        self.push(piece);
    }

    fn add_gap(&mut self, gap: &Gap) {
        if self.moment.is_none() && self.queue.is_empty() {
            self.early.push(gap.clone());
        } else {
            self.push(KeptPiece::Gap(gap.clone()));
        }
    }

    fn push(&mut self, piece: KeptPiece) {
        self.queue.push_back(LaneEntry { moment: self.moment.unwrap_or(i64::MIN), piece });
    }

    /// Queues the gaps before the first record, or drops them.
    fn release_early(&mut self, is_log: bool) {
        let early = self.early.drain(..).filter(|_| is_log);
        self.queue.extend(early.map(|gap| LaneEntry { moment: i64::MIN, piece: KeptPiece::Gap(gap) }));
    }

    /// A record was logged `now`, the one before it at `before`: what has not been shown yet counts as no later.
    fn settle(&mut self, before: Option<i64>, now: i64) {
        let before = before.unwrap_or(i64::MIN);
        if before != i64::MIN && before <= now {
            return;
        }
        for entry in self.queue.iter_mut().rev().take_while(|entry| entry.moment == before) {
            entry.moment = now;
        }
    }

    fn drop_shown_text(&mut self) {
        let first = self.queue.iter().find_map(|entry| match &entry.piece {
            KeptPiece::Record { text, .. } => Some(text.start),
            KeptPiece::Gap(_) => None,
        });
        let end = self.text_start + self.text.len();
        let start = first.unwrap_or(end);
        self.text.drain(..start - self.text_start);
        self.text_start = start;
    }
}
