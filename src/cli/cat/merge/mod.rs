//! Several logs as one, in order of time.
//!
//! Each log is a *lane*, read a little at a time. The first entries of all lanes are in a heap, and the earliest is
//! shown next. So no record overtakes another of its own log, records of one moment come in the order of the logs on
//! the command line, and only a few blocks per log are in memory. A record without a time stays behind the one before
//! it, and so do the log writer's own notes; at the start of a log, they stay before the first record with a time.
//! Where time goes back within a log, the earlier record counts as no later than the one after it, so that a single
//! wrong clock holds nothing up.
//!
//! Of many logs, such as those of a year, few overlap: each is closed after a first look, until its turn comes. Where
//! more overlap than may be open at once, the open ones are merged to a temporary file, a *round*, which stands in for
//! them from then on.

mod lane;
pub mod round;

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::io::{self, Read};
use std::sync::atomic::{AtomicUsize, Ordering};

use rayon::prelude::*;

use super::select::Stop;
use crate::record::{Head, Piece};

pub use lane::{Lane, LaneRules};
use round::{Room, Round, Writer};

/// How many logs may be open at once, and how many rounds. Up to that number, all are open from the start, whether
/// their turn has come or not.
pub const KEEP_OPEN: usize = 48;

/// How much text all open logs together hold, in bytes, before they are merged to make room for another.
const MOST_HELD: usize = 64 << 20;

/// Shows the pieces of all `lanes` in order of time, with the index of the lane that each is from.
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
    Merger::new(lanes, room).show_all(&mut |_, lane, piece| show(lane, piece))
}

/// Something that pieces come from, in order of time.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Feed {
    Lane(usize),
    Round(usize),
}

/// The piece at the front of a feed: of all, the least is shown first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Front {
    moment: i64,
    lane: usize,
    feed: Feed,
}

type Heap = BinaryHeap<Reverse<Front>>;

/// Takes pieces, with their moments and lanes.
type ShowPiece<'a> = dyn FnMut(i64, usize, Piece<'_>) -> Result<(), Stop> + 'a;

struct Merger<'a, 'l, O, R, J> {
    lanes: &'a mut [Lane<'l, O, R, J>],
    /// `None` once all of a round has been shown.
    rounds: Vec<Option<Round>>,
    room: Room<'a>,
    /// Fronts of the lanes that are closed. There may be very many, so none of the steps goes through them.
    closed: Heap,
    /// Fronts of the lanes that are open, and of the rounds.
    open: Heap,
    /// How many fronts have been gone through to make room.
    #[cfg(test)]
    counted: usize,
}

impl<'a, 'l, O, R, J> Merger<'a, 'l, O, R, J>
where
    O: Fn() -> io::Result<R> + Send,
    R: Read + Send,
    J: Fn(&Head, &[u8]) -> bool + Copy + Send,
{
    /// Looks at the start of each lane.
    fn new(lanes: &'a mut [Lane<'l, O, R, J>], room: Room<'a>) -> Merger<'a, 'l, O, R, J> {
        let (are_many, held) = (lanes.len() > room.open, AtomicUsize::new(0));
        let look = |lane: &mut Lane<'_, O, R, J>| {
            lane.fill();
            let first = lane.first();
            let is_heavy = held.fetch_add(lane.held(), Ordering::Relaxed) + lane.held() > MOST_HELD;
            if (are_many || is_heavy) && lane.reopens() && first.is_some() {
                lane.close();
            }
            first
        };
        let firsts: Vec<_> = lanes.par_iter_mut().with_max_len(1).map(look).collect();
        let front = |(lane, first): (usize, Option<i64>)| Some(Front { moment: first?, lane, feed: Feed::Lane(lane) });
        let fronts = firsts.into_iter().enumerate().filter_map(front).map(Reverse);
        let (closed, open) = fronts.partition(|Reverse(front)| lanes.get(front.lane).is_some_and(Lane::is_closed));
        Merger {
            lanes,
            rounds: Vec::new(),
            room,
            closed,
            open,
            #[cfg(test)]
            counted: 0,
        }
    }

    fn show_all(&mut self, show: &mut ShowPiece<'_>) -> Result<(), Stop> {
        loop {
            // The greater of two that are reversed is the earlier.
            let front = if self.closed.peek() > self.open.peek() {
                let closed = self.closed.pop();
                self.make_room()?;
                closed
            } else {
                self.open.pop()
            };
            let Some(Reverse(front)) = front else { return Ok(()) };
            let next = self.closed.peek().max(self.open.peek()).map(|Reverse(next)| *next);
            let again = self.show(front.feed, next, show)?;
            self.open.extend(again.map(Reverse));
        }
    }

    /// Shows the pieces of `feed` that come before `next`, and returns its front after that.
    fn show(&mut self, feed: Feed, next: Option<Front>, show: &mut ShowPiece<'_>) -> Result<Option<Front>, Stop> {
        // As long as this feed has the earliest piece, there is no need to sort it into the heap again.
        let is_late = |moment, lane| next.is_some_and(|next| (moment, lane) > (next.moment, next.lane));
        match feed {
            Feed::Lane(index) => {
                let Some(lane) = self.lanes.get_mut(index) else { return Ok(None) };
                if lane.is_closed() {
                    lane.fill();
                }
                lane.show(|moment| is_late(moment, index), |moment, piece| show(moment, index, piece))?;
                Ok(lane.first().map(|moment| Front { moment, lane: index, feed }))
            }
            Feed::Round(index) => {
                let Some(place) = self.rounds.get_mut(index) else { return Ok(None) };
                while let Some(round) = place {
                    let Some((moment, lane)) = round.first() else {
                        *place = None;
                        break;
                    };
                    if is_late(moment, lane) {
                        return Ok(Some(Front { moment, lane, feed }));
                    }
                    round.show(|piece| show(moment, lane, piece))?;
                }
                Ok(None)
            }
        }
    }

    /// Makes sure that one more lane can be opened: merges those that are open to a round if they are too many or hold
    /// too much.
    fn make_room(&mut self) -> Result<(), Stop> {
        let (mut lanes, mut rounds, mut held) = (0, 0, 0);
        for Reverse(front) in &self.open {
            match front.feed {
                Feed::Lane(index) => {
                    lanes += 1;
                    held += self.lanes.get(index).map_or(0, Lane::held);
                }
                Feed::Round(_) => rounds += 1,
            }
        }
        #[cfg(test)]
        {
            self.counted += self.open.len();
        }
        if lanes < self.room.open && held < MOST_HELD {
            return Ok(());
        }
        let with_rounds = rounds >= self.room.open;
        let all = std::mem::take(&mut self.open).into_iter();
        let (merged, rest) = all.partition(|Reverse(front)| matches!(front.feed, Feed::Lane(_)) || with_rounds);
        self.open = rest;
        self.merge_to_round(merged)
    }

    /// Merges all pieces of these feeds to a new round.
    fn merge_to_round(&mut self, mut fronts: Heap) -> Result<(), Stop> {
        let mut writer = Writer::new(self.room).map_err(Stop::Spool)?;
        while let Some(Reverse(front)) = fronts.pop() {
            let next = fronts.peek().map(|Reverse(next)| *next);
            let again = self.show(front.feed, next, &mut |moment, lane, piece| writer.add(moment, lane, &piece))?;
            fronts.extend(again.map(Reverse));
        }
        let round = writer.finish().map_err(Stop::Spool)?;
        let feed = Feed::Round(self.rounds.len());
        self.open.extend(round.first().map(|(moment, lane)| Reverse(Front { moment, lane, feed })));
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
    use crate::decode::Decoder;
    use crate::filter::Zone;
    use crate::input::archive::spool::Spool;
    use crate::record::Parts;

    fn merged(logs: &[&str]) -> String {
        merged_with(logs, KEEP_OPEN, &Opened::default())
    }

    /// How many logs are open, the most that ever were, how often one was opened, and bytes read.
    #[derive(Default)]
    struct Opened([AtomicUsize; 4]);

    struct CountedReader<'a>(&'a [u8], &'a Opened);

    impl Read for CountedReader<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let read = self.0.read(buffer)?;
            self.1.0[3].fetch_add(read, Relaxed);
            Ok(read)
        }
    }

    impl Drop for CountedReader<'_> {
        fn drop(&mut self) {
            self.1.0[0].fetch_sub(1, Relaxed);
        }
    }

    fn merged_with(logs: &[&str], open: usize, opened: &Opened) -> String {
        let decoder = Decoder::new(KeyRing::default());
        let rules =
            LaneRules { judge: |_: &Head, _: &[u8]| true, parts: Parts::Any, zone: Zone::Fixed(0), keep_all: false };
        let lane = |log| {
            let open = move || {
                let [now, most, times, _] = &opened.0;
                most.fetch_max(now.fetch_add(1, Relaxed) + 1, Relaxed);
                times.fetch_add(1, Relaxed);
                Ok(CountedReader(str::as_bytes(log), opened))
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

    /// How many fronts are gone through to make room, for this many logs that all overlap.
    fn counted(logs: usize) -> usize {
        let decoder = Decoder::new(KeyRing::default());
        let rules =
            LaneRules { judge: |_: &Head, _: &[u8]| true, parts: Parts::Any, zone: Zone::Fixed(0), keep_all: false };
        let texts: Vec<_> = (0..logs).map(|log| line(log as u32 % 20, "a") + &line(30, "b")).collect();
        let lane = |text| Lane::new(move || Ok(str::as_bytes(text)), true, &decoder, rules);
        let mut lanes: Vec<_> = texts.iter().map(|text| lane(text)).collect();
        let spool = Spool::default();
        let mut shown = 0;
        let mut merger = Merger::new(&mut lanes, Room { spool: &spool, most: 1 << 30, open: 8 });
        merger
            .show_all(&mut |_, _, _| {
                shown += 1;
                Ok(())
            })
            .unwrap();
        assert_eq!(shown, 2 * logs);
        merger.counted
    }

    #[test]
    fn making_room_is_linear_in_the_number_of_logs() {
        let (few, many) = (counted(100), counted(400));
        assert!(few > 0 && many <= 5 * few, "{few} {many}");
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
