//! Finding values ahead of naming them, on threads of its own.
//!
//! Numbers are given in the order of the text, so naming is the work of the one thread that writes. Finding takes longer,
//! and needs no order. It does not use the pool, whose threads are busy decoding what comes next: the writer would wait
//! for them. And it starts no thread per batch: a new thread waits for longer than a batch takes.

use std::collections::VecDeque;
use std::panic;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::{Builder, JoinHandle};

use super::find::{Find, Finds};

/// How many batches each thread may have, found or not, so that neither it nor the writer waits.
const AHEAD: usize = 4;

/// Whole lines, and the places of the values in them.
pub(super) type Found = (Vec<u8>, Vec<Find>);

/// Batches of text whose values are being found, in order.
#[derive(Debug, Default)]
pub(super) struct FindingAhead {
    /// How many threads there may be. They start when there is something for them.
    most: usize,
    finders: Vec<Finder>,
    /// Where each batch is, the oldest first.
    under_way: VecDeque<Place>,
}

#[derive(Debug)]
enum Place {
    /// With the finder of this number.
    With(usize),
    Here(Found),
}

#[derive(Debug)]
struct Finder {
    texts: Sender<Vec<u8>>,
    found: Receiver<Found>,
    thread: JoinHandle<()>,
}

impl Finder {
    /// `None` if there can be no more threads.
    fn start() -> Option<Finder> {
        let (texts, to_do) = channel();
        let (done, found) = channel();
        let work = move || {
            let finds = to_do.into_iter().map(find);
            // Nobody waits for them any more.
            let _ = finds.map(|found| done.send(found)).find(Result::is_err);
        };
        let thread = Builder::new().name("find".into()).spawn(work).ok()?;
        Some(Finder { texts, found, thread })
    }
}

fn find(text: Vec<u8>) -> Found {
    let finds = Finds::new(&text).collect();
    (text, finds)
}

impl FindingAhead {
    /// On up to `threads` threads besides the one that calls.
    pub fn new(threads: usize) -> FindingAhead {
        FindingAhead { most: threads, ..FindingAhead::default() }
    }

    /// Whether there are such threads.
    pub fn is_possible(&self) -> bool {
        self.most > 0
    }

    /// Takes whole lines. They come back from [`next`](FindingAhead::next).
    pub fn push(&mut self, text: Vec<u8>) {
        if self.finders.len() < self.most {
            match Finder::start() {
                Some(finder) => self.finders.push(finder),
                None => self.most = self.finders.len(),
            }
        }
        // Those that have waited longest are first in line.
        let last =
            self.under_way.iter().rev().find_map(|place| if let Place::With(at) = place { Some(*at) } else { None });
        let at = last.map_or(0, |last| last + 1).checked_rem(self.finders.len());
        let place = match at.and_then(|at| Some((at, self.finders.get(at)?))) {
            Some((at, finder)) => match finder.texts.send(text) {
                Ok(()) => Place::With(at),
                // Its thread has panicked, which is told when its batch is due.
                Err(text) => Place::Here(find(text.0)),
            },
            None => Place::Here(find(text)),
        };
        self.under_way.push_back(place);
    }

    /// The oldest text with the places of its values, if there are as many as there may be, or if it is `due`.
    pub fn next(&mut self, due: bool) -> Option<Found> {
        if !due && self.under_way.len() < AHEAD * self.most {
            return None;
        }
        match self.under_way.pop_front()? {
            Place::Here(found) => Some(found),
            Place::With(at) => match self.finders.get(at)?.found.recv() {
                Ok(found) => Some(found),
                Err(_) => match self.finders.swap_remove(at).thread.join() {
                    Err(panic) => panic::resume_unwind(panic),
                    Ok(()) => None,
                },
            },
        }
    }
}
