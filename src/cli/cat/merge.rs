//! Several logs as one, in order of time.
//!
//! Each log is read a little at a time; what stands first in it goes to a heap, and the earliest is shown next. So no
//! record overtakes another of its own log, records of one moment come in the order of the logs on the command line,
//! and what is held is a few blocks a log. A record without a time stays behind the one before.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, VecDeque};
use std::io::Read;
use std::ops::Range;

use rayon::prelude::*;

use super::select::Stop;
use crate::decode::{Decoder, Error, Gap, Report};
use crate::filter::Zone;
use crate::record::{Found, Head, Piece, RecordSteps};

/// One of the logs.
pub struct Lane<'a, R, J> {
    steps: RecordSteps<'a, R, J>,
    /// Text of the entries.
    text: Vec<u8>,
    entries: VecDeque<Entry>,
    /// Moment of the last record with a time.
    moment: i64,
    zone: Zone,
    /// Whether records that don't pass are wanted too.
    keep_all: bool,
    ended: Option<Error<Stop>>,
}

struct Entry {
    moment: i64,
    kind: Kind,
}

enum Kind {
    Record { head: Head, text: Range<usize>, passes: bool, continued: bool },
    Gap(Gap),
}

impl<'a, R: Read, J: Fn(&Head, &[u8]) -> bool + Copy> Lane<'a, R, J> {
    /// Opens a lane of `input`.
    pub fn new(
        decoder: &'a Decoder,
        input: R,
        judge: J,
        zone: Zone,
        keep_all: bool,
    ) -> std::io::Result<Lane<'a, R, J>> {
        let steps = RecordSteps::new(decoder, input, judge)?;
        let (text, entries) = (Vec::new(), VecDeque::new());
        Ok(Lane { steps, text, entries, moment: i64::MIN, zone, keep_all, ended: None })
    }

    /// Reads on until there is an entry, or the end.
    fn fill(&mut self) {
        let Lane { steps, text, entries, moment, zone, keep_all, ended } = self;
        if entries.is_empty() {
            text.clear();
        }
        while entries.is_empty() && ended.is_none() {
            let more = steps.step(|piece| {
                let kind = match piece {
                    Piece::Gap(gap) => Kind::Gap(gap.clone()),
                    Piece::Record(found) => {
                        *moment = found.head.time.map_or(*moment, |time| zone.instant(time));
                        if !found.passes && !*keep_all {
                            return Ok(());
                        }
                        let start = text.len();
                        text.extend_from_slice(found.text);
                        let Found { head, passes, continued, .. } = found;
                        Kind::Record { head, text: start..text.len(), passes, continued }
                    }
                };
                entries.push_back(Entry { moment: *moment, kind });
                Ok(())
            });
            match more {
                Ok(true) => {}
                Ok(false) => return,
                Err(error) => *ended = Some(error),
            }
        }
    }

    /// What the log came to, and what ended it early.
    pub fn end(self) -> (Report, Option<Error<Stop>>) {
        (self.steps.into_report(), self.ended)
    }
}

/// Shows the pieces of all `lanes` in order of time, with the index of the lane each is from.
///
/// # Errors
/// Those of `show`.
pub fn merge<'a, R: Read + Send, J: Fn(&Head, &[u8]) -> bool + Copy + Send>(
    lanes: &mut [Lane<'a, R, J>],
    mut show: impl FnMut(usize, Piece<'_>) -> Result<(), Stop>,
) -> Result<(), Stop> {
    lanes.par_iter_mut().with_max_len(1).for_each(Lane::fill);
    let first = |(index, lane): (usize, &Lane<'a, R, J>)| Some(Reverse((lane.entries.front()?.moment, index)));
    let mut heap: BinaryHeap<_> = lanes.iter().enumerate().filter_map(first).collect();
    while let Some(Reverse((_, index))) = heap.pop() {
        let Some(lane) = lanes.get_mut(index) else { continue };
        // As long as this lane has the earliest, the heap need not be asked to sort it in again.
        let next = heap.peek().map(|Reverse(next)| *next);
        while let Some(entry) = lane.entries.front() {
            if next.is_some_and(|next| (entry.moment, index) > next) {
                break;
            }
            let Some(Entry { kind, .. }) = lane.entries.pop_front() else { break };
            match kind {
                Kind::Gap(gap) => show(index, Piece::Gap(&gap))?,
                Kind::Record { head, text, passes, continued } => {
                    let text = lane.text.get(text).unwrap_or_default();
                    show(index, Piece::Record(Found { head, text, passes, continued }))?;
                }
            }
            if lane.entries.is_empty() {
                lane.fill();
            }
        }
        heap.extend(first((index, lane)));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codec::keys::KeyRing;

    fn merged(logs: &[&str]) -> String {
        let decoder = Decoder::new(KeyRing::default());
        let judge = |_: &Head, _: &[u8]| true;
        let lane = |log: &&'static str| Lane::new(&decoder, log.as_bytes(), judge, Zone::Fixed(0), false).unwrap();
        let logs: Vec<&'static str> = logs.iter().map(|log| &*log.to_string().leak()).collect();
        let mut lanes: Vec<_> = logs.iter().map(lane).collect();
        let mut seen = String::new();
        merge(&mut lanes, |index, piece| {
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
    fn no_record_overtakes_its_own_log() {
        // The clock was set back, and a line has no time.
        let one = [line(8, "a"), line(2, "b"), "TIM: |c\n".into(), line(9, "d")].concat();
        let two = line(5, "x");
        assert_eq!(merged(&[&one, &two]), "1x 0a 0b 0c 0d");
    }

    #[test]
    fn zones_count() {
        let at = |zone: &str, name: &str| format!("[I][2023-11-05 {zone} 14:00:00.000][1, 2][t][a.c:1, f][|{name}\n");
        let plain = "TIM: 2023-11-05 06:30:00.000 I |-a.cpp:1  f  |p\n";
        assert_eq!(merged(&[&at("+0.0", "west"), &at("+8.0", "east"), plain]), "1east 2p 0west");
    }
}
