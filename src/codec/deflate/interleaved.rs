//! Bodies in which several streams are interleaved, and how to separate them.
//!
//! Two processes that share a cache file write the lines of two streams into one body. Each unit then belongs to one
//! stream and copies from the text of that stream only. Read after the right text, a unit keeps to the encoder's
//! habits; read after the text of another stream, it breaks them.

use super::super::plausible::{LineHead, is_suspicious};
use super::super::text::Text;
use super::super::units::Place;
use super::habits::LongestMatch;
use super::inflater::{Inflater, Stop};
use super::output::WINDOW;
use super::watch::Watch;

/// The most streams in one body: as many processes as an app is likely to have.
const MAX_STREAMS: usize = 4;
/// The most text that all streams have together, in bytes: several times what a real body has.
const MAX_TEXT: usize = 16 << 20;
/// The longest text of a unit, in bytes. Stock writers' lines are under 16 KiB; forks may flush once per block.
const MAX_UNIT: usize = 64 << 20;
/// For how many matches of a unit to check whether the encoder would have known a longer one.
const MAX_CHECKED_MATCHES: usize = 256;

/// A body read as several streams.
pub struct Interleaved {
    /// The text of all streams, in the order of the body.
    pub text: Vec<u8>,
    /// How many units were read.
    pub units: usize,
    /// Where the last of them ends in the body.
    pub end: usize,
    /// Whether there is more text than the limit.
    pub is_too_long: bool,
}

impl Interleaved {
    /// Reads `body` as far as it goes. `None` if there is only one stream.
    pub fn read(inflater: &mut Inflater, body: &[u8], limit: usize) -> Option<Interleaved> {
        let mut separator = Separator::new(inflater, body, limit);
        while separator.read.end < body.len() {
            if separator.read.text.len() > MAX_TEXT {
                return None;
            }
            if !separator.take_unit() {
                break;
            }
        }
        (separator.streams.len() > 1).then_some(separator.read)
    }
}

/// Assigns each unit of a body to a stream.
struct Separator<'a> {
    inflater: &'a mut Inflater,
    body: &'a [u8],
    limit: usize,
    read: Interleaved,
    streams: Vec<History>,
    /// The stream that had the last unit.
    current: usize,
    unsure: Option<Unsure>,
    /// Scratch space: the history of a stream without the text that is unsure.
    sure: History,
}

/// Text of which two streams may be the owner.
///
/// A unit that copies from no earlier text either continues the current stream or begins another. Until a later unit
/// shows which, the text stands at the end of the one and is all of the other, which is the last of the streams.
struct Unsure {
    /// The stream that it may continue.
    stream: usize,
    /// Its length, in bytes.
    len: usize,
}

/// A stream that the next unit may belong to.
struct Candidate {
    stream: usize,
    /// The unit fits if the text that is unsure does not belong to this stream.
    without_unsure: bool,
    unit: UnitText,
}

impl<'a> Separator<'a> {
    fn new(inflater: &'a mut Inflater, body: &'a [u8], limit: usize) -> Separator<'a> {
        Separator {
            inflater,
            body,
            limit,
            read: Interleaved { text: Vec::new(), units: 0, end: 0, is_too_long: false },
            streams: vec![History::default()],
            current: 0,
            unsure: None,
            sure: History::default(),
        }
    }

    /// Gives the next unit to its stream. Returns false if no stream can have it, or the limit is reached.
    fn take_unit(&mut self) -> bool {
        let stream = match self.streams.len() {
            // All there is to find out is whether the unit fits, and taking it does.
            1 => 0,
            _ => {
                let Some(Candidate { stream, without_unsure, .. }) = self.owner() else { return false };
                if without_unsure {
                    self.unsure_is_another_stream();
                }
                stream
            }
        };
        let Some(unit) = self.streams[stream].take(self.inflater, self.body, self.read.end) else { return false };
        if self.read.text.len() + unit.text_len > self.limit {
            self.read.is_too_long = true;
            return false;
        }
        let history = self.streams[stream].text.bytes();
        let text_start = history.len() - unit.text_len;
        self.read.text.extend_from_slice(&history[text_start..]);
        self.update_unsure(stream, unit, text_start);
        self.current = stream.min(self.streams.len() - 1);
        self.read.units += 1;
        self.read.end = unit.end;
        true
    }

    /// The stream that most likely has the next unit.
    fn owner(&mut self) -> Option<Candidate> {
        let (body, at, count) = (self.body, self.read.end, self.streams.len());
        let mut candidates = Vec::new();
        for stream in (0..count).map(|offset| (self.current + offset) % count) {
            let unit = self.streams[stream].try_on(self.inflater, body, at);
            candidates.extend(unit.map(|unit| Candidate { stream, without_unsure: false, unit }));
        }
        if let Some(Unsure { stream, len }) = self.unsure {
            self.sure.set_to_end_of(&self.streams[stream], len);
            let unit = self.sure.try_on(self.inflater, body, at);
            candidates.extend(unit.map(|unit| Candidate { stream, without_unsure: true, unit }));
        }
        if candidates.len() < 2 {
            return candidates.pop();
        }
        // The encoder knew the text of its own stream best.
        let unlikeliness = |candidate: &Candidate| {
            (!candidate.unit.has_head(), self.streams[candidate.stream].missed_matches(&candidate.unit))
        };
        candidates.into_iter().min_by_key(unlikeliness)
    }

    /// Draws conclusions from a unit that `stream` was given, and whose text starts at `text_start` of its history.
    fn update_unsure(&mut self, stream: usize, unit: Unit, text_start: usize) {
        let Some(unsure) = &mut self.unsure else {
            if unit.reach == 0 && text_start > 0 && self.streams.len() < MAX_STREAMS {
                let mut text = Text::default();
                text.push(self.streams[stream].text.bytes().get(text_start..).unwrap_or_default());
                self.unsure = Some(Unsure { stream, len: text.len() });
                self.streams.push(History { text });
            }
            return;
        };
        if stream == unsure.stream && unit.reach <= unsure.len {
            // It copies from unsure text only, so it is just as unsure.
            unsure.len += unit.text_len;
            if let Some((other, streams)) = self.streams.split_last_mut()
                && let Some(stream) = streams.get(stream)
            {
                other.text.push(stream.text.bytes().get(text_start..).unwrap_or_default());
            }
        } else if stream == unsure.stream {
            // It copies from the unsure text and from text before it: they are one stream.
            self.streams.pop();
            self.unsure = None;
        } else if stream == self.streams.len() - 1 {
            self.unsure_is_another_stream();
        }
    }

    /// Takes the unsure text away from the stream that it might have continued.
    fn unsure_is_another_stream(&mut self) {
        if let Some(Unsure { stream, len }) = self.unsure.take() {
            let text = &mut self.streams[stream].text;
            text.truncate(text.len() - len);
        }
    }
}

/// A unit that was read after some text.
#[derive(Clone, Copy, Debug)]
struct Unit {
    /// Where it ends in the body: after its flush.
    end: usize,
    /// Length of its text, in bytes.
    text_len: usize,
    /// How far back it copies from before its own text, in bytes; 0 if it needs no earlier text.
    reach: usize,
}

/// A match: text that was copied from earlier text.
#[derive(Clone, Copy, Debug)]
struct Match {
    /// Its position in the unit's text, in bytes.
    at: usize,
    /// Its length in bytes.
    len: usize,
}

/// Watches a single unit.
#[derive(Default)]
struct WatchUnit {
    habit: LongestMatch,
    /// Where the text of the unit starts.
    start: u32,
    reach: u32,
    matches: Vec<Match>,
    /// How many of them are recorded.
    most_matches: usize,
}

impl Watch for WatchUnit {
    fn matched(&mut self, text: &[u8], from: u32, at: u32, len: u32) {
        self.habit.matched(text, from, at, len);
        self.reach = self.reach.max(self.start.saturating_sub(from));
        if self.matches.len() < self.most_matches {
            self.matches.push(Match { at: (at - self.start) as usize, len: len as usize });
        }
    }

    fn unit(&mut self, text: &[u8], end: Place) -> bool {
        self.habit.close(text, end.text);
        false
    }
}

/// The text of one stream so far.
#[derive(Default)]
struct History {
    text: Text,
}

/// A unit, as a stream would read it.
struct UnitText {
    text: Vec<u8>,
    matches: Vec<Match>,
}

impl UnitText {
    fn has_head(&self) -> bool {
        matches!(LineHead::of(&self.text), LineHead::Time(_))
    }
}

impl History {
    /// Becomes the history of `other` without its last `less` bytes, as far back as a unit can copy from.
    fn set_to_end_of(&mut self, other: &History, less: usize) {
        let end = other.text.len().saturating_sub(less);
        let known = other.text.bytes().get(end.saturating_sub(WINDOW)..end).unwrap_or_default();
        self.text.truncate(0);
        self.text.push(known);
        steps::add(known.len());
    }

    /// Appends the unit at `at`, if it reads well after this history.
    fn take(&mut self, inflater: &mut Inflater, body: &[u8], at: usize) -> Option<Unit> {
        self.read(inflater, body, at, 0).map(|(unit, _)| unit)
    }

    /// The unit at `at`, if it reads well after this history. The history stays as it is.
    fn try_on(&mut self, inflater: &mut Inflater, body: &[u8], at: usize) -> Option<UnitText> {
        let start = self.text.len();
        let (_, matches) = self.read(inflater, body, at, MAX_CHECKED_MATCHES)?;
        let text = self.text.bytes().get(start..).unwrap_or_default().to_vec();
        self.text.truncate(start);
        Some(UnitText { text, matches })
    }

    /// Appends the unit at `at`, if it reads well, and lists its first matches.
    fn read(
        &mut self,
        inflater: &mut Inflater,
        body: &[u8],
        at: usize,
        most_matches: usize,
    ) -> Option<(Unit, Vec<Match>)> {
        let start = self.text.len();
        let mut watch = WatchUnit { start: start as u32, most_matches, ..WatchUnit::default() };
        let reading = inflater.read(body, at, &mut self.text, 0, MAX_TEXT + MAX_UNIT, &mut watch);
        let is_whole = matches!(reading.stop, Stop::Watched | Stop::End | Stop::Finished);
        let text = self.text.bytes().get(start..).unwrap_or_default();
        steps::add(text.len());
        if is_whole && watch.habit.oddities == 0 && text.ends_with(b"\n") && !is_suspicious(text) {
            let unit = Unit { end: reading.position, text_len: text.len(), reach: watch.reach as usize };
            return Some((unit, watch.matches));
        }
        self.text.truncate(start);
        None
    }

    /// How often the encoder would have found a longer match, had this been its history.
    fn missed_matches(&self, unit: &UnitText) -> usize {
        let window = self.text.len().saturating_sub(WINDOW);
        let history = self.text.bytes().get(window..).unwrap_or_default();
        let has_longer = |found: &&Match| {
            let longer = unit.text.get(found.at..found.at + found.len + 1);
            longer.is_some_and(|longer| memchr::memmem::find(history, longer).is_some())
        };
        unit.matches.iter().filter(has_longer).count()
    }
}

/// Counts the bytes that are read or copied to separate streams, for tests.
mod steps {
    #[cfg(test)]
    thread_local!(pub static STEPS: std::cell::Cell<usize> = const { std::cell::Cell::new(0) });

    #[inline(always)]
    pub fn add(_steps: usize) {
        #[cfg(test)]
        STEPS.with(|steps| steps.set(steps.get() + _steps));
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    /// The steps for `count` lines that copy from no earlier text, followed by damage.
    fn steps(count: usize) -> usize {
        let mut body = Vec::new();
        for _ in 0..count {
            let mut encoder = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::best());
            encoder.write_all(&[&[b'a'; 2000][..], b"\n"].concat()).unwrap();
            encoder.flush().unwrap();
            body.extend_from_slice(encoder.get_ref());
        }
        body.extend_from_slice(b"\x07garbage");
        steps::STEPS.set(0);
        let interleaved = Interleaved::read(&mut Inflater::default(), &body, usize::MAX);
        assert!(interleaved.is_some_and(|read| read.units == count), "several streams, up to the damage");
        steps::STEPS.get()
    }

    #[test]
    fn steps_grow_linearly() {
        let (small, large) = (steps(200), steps(800));
        assert!(large * 2 <= small * 9, "{small}, {large}");
    }
}
