//! An ordered parallel map in bounded memory.
//!
//! Every worker does the same: take the next job (one worker at a time), work on it (all at once), hand the result in
//! (in the order of the jobs, one worker at a time). So reading, decoding and writing overlap without a thread of
//! their own, and a pool of any size is used to its full. A result that comes too early waits in line; when the line
//! is full, its worker waits too.
//!
//! Few bytes can stand for much text. So a job may be done in parts: ahead of its turn, a worker does no more than may
//! be held by every worker at once, and the rest when its turn has come, part by part. What waits in line is bounded in
//! weight, too.
//!
//! A worker that waits blocks its pool thread, but never for work that nobody does: the job whose turn it is has
//! always been taken by a worker that runs.

use std::collections::BTreeMap;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

/// Whether a job's turn has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turn {
    /// Not yet: its result will have to be held.
    Ahead,
    /// Its result is handed on at once.
    Now,
}

/// What came of a job.
#[derive(Debug)]
pub enum Done<J, D> {
    /// All of it is done.
    All(D),
    /// A part is, and this is the rest.
    Part(D, J),
}

/// Does one job by itself, as [`run`] would.
pub fn run_one<J, D, E>(
    mut job: J,
    work: impl Fn(J, Turn) -> Done<J, D>,
    mut sink: impl FnMut(D) -> Result<(), E>,
) -> Result<(), E> {
    loop {
        match work(job, Turn::Now) {
            Done::All(done) => return sink(done),
            Done::Part(part, rest) => {
                sink(part)?;
                job = rest;
            }
        }
    }
}

/// Weight of results that may wait for their turn.
const MOST_WAITING: usize = 32 << 20;

/// Runs `source` until it gives `None`, `work` on every job, and `sink` on every result in order, on the threads of
/// the current rayon pool. `weigh` says how many bytes a result holds. The first error of `source` or `sink` ends it.
pub fn run<J, D, E>(
    source: impl FnMut() -> Result<Option<J>, E> + Send,
    work: impl Fn(J, Turn) -> Done<J, D> + Sync,
    weigh: impl Fn(&D) -> usize + Sync,
    sink: impl FnMut(D) -> Result<(), E> + Send,
) -> Result<(), E>
where
    D: Send,
    E: Send,
{
    let threads = rayon::current_num_threads();
    let line = Line {
        input: Mutex::new(Input { source, taken: 0, over: false }),
        output: Mutex::new(Output {
            sink: Some(sink),
            turn: 0,
            early: BTreeMap::new(),
            weight: 0,
            toiling: 0,
            end: None,
        }),
        changed: Condvar::new(),
        work,
        weigh,
        room: threads,
    };
    if threads == 1 {
        line.toil();
    } else {
        rayon::scope(|scope| {
            for _ in 1..threads {
                scope.spawn(|_| line.toil());
            }
            line.toil();
            // Left to the scope, the wait would pick up other work of the pool, a whole file perhaps.
            line.wait_for_others();
        });
    }
    match line.output.into_inner().unwrap_or_else(PoisonError::into_inner).end {
        Some(End::Failed(error)) => Err(error),
        _ => Ok(()),
    }
}

struct Line<S, W, G, K, D, E> {
    input: Mutex<Input<S>>,
    output: Mutex<Output<K, D, E>>,
    /// The turn has changed, or the end has come.
    changed: Condvar,
    work: W,
    weigh: G,
    /// Results that may wait for their turn.
    room: usize,
}

struct Input<S> {
    source: S,
    taken: u64,
    over: bool,
}

struct Output<K, D, E> {
    /// Taken out by the worker that is handing results in.
    sink: Option<K>,
    /// The result that the sink gets next.
    turn: u64,
    early: BTreeMap<u64, D>,
    /// Of what is early, in all.
    weight: usize,
    /// Workers that are at it.
    toiling: usize,
    /// Set when everything is to stop early.
    end: Option<End<E>>,
}

enum End<E> {
    Failed(E),
    Panicked,
}

impl<S, W, G, K, D, E, J> Line<S, W, G, K, D, E>
where
    S: FnMut() -> Result<Option<J>, E>,
    W: Fn(J, Turn) -> Done<J, D>,
    G: Fn(&D) -> usize,
    K: FnMut(D) -> Result<(), E>,
{
    fn toil(&self) {
        if lock(&self.input).over {
            return;
        }
        lock(&self.output).toiling += 1;
        let _leave = Leave(self);
        while let Some((index, job)) = self.take() {
            let turn = if lock(&self.output).turn == index { Turn::Now } else { Turn::Ahead };
            let goes_on = match (self.work)(job, turn) {
                Done::All(done) => self.hand_in(index, done),
                Done::Part(part, rest) => self.hand_in_parts(index, part, rest),
            };
            if !goes_on {
                break;
            }
        }
    }

    fn take(&self) -> Option<(u64, J)> {
        let mut input = lock(&self.input);
        if input.over || lock(&self.output).end.is_some() {
            return None;
        }
        let index = input.taken;
        match (input.source)() {
            Ok(Some(job)) => {
                input.taken += 1;
                return Some((index, job));
            }
            Ok(None) => input.over = true,
            Err(error) => {
                input.over = true;
                drop(input);
                self.fail(index, error);
            }
        }
        None
    }

    /// A source that fails still has its earlier jobs handed in: its error takes their turn after them.
    fn fail(&self, index: u64, error: E) {
        let mut output = lock(&self.output);
        while output.turn != index && output.end.is_none() {
            output = self.wait(output);
        }
        output.end.get_or_insert(End::Failed(error));
        self.changed.notify_all();
    }

    /// Returns whether there is any use in going on.
    fn hand_in(&self, index: u64, done: D) -> bool {
        let weight = (self.weigh)(&done);
        let mut output = lock(&self.output);
        let is_full =
            |output: &Output<K, D, E>| output.early.len() >= self.room || output.weight + weight > MOST_WAITING;
        while output.turn != index && is_full(&output) && output.end.is_none() {
            output = self.wait(output);
        }
        if output.end.is_some() {
            return false;
        }
        output.early.insert(index, done);
        output.weight += weight;
        // Whoever has the sink sees to this result too.
        let Some(sink) = output.sink.take() else { return true };
        self.hand_on(output, sink)
    }

    /// Waits for the turn of a job of which a part is done, and does the rest in it.
    fn hand_in_parts(&self, index: u64, mut part: D, mut rest: J) -> bool {
        let mut output = lock(&self.output);
        let mut sink = loop {
            if output.end.is_some() {
                return false;
            }
            match output.sink.take() {
                Some(sink) if output.turn == index => break sink,
                sink => output.sink = sink,
            }
            output = self.wait(output);
        };
        drop(output);
        loop {
            if let Err(error) = sink(part) {
                lock(&self.output).end.get_or_insert(End::Failed(error));
                self.changed.notify_all();
                return false;
            }
            match (self.work)(rest, Turn::Now) {
                Done::All(last) => {
                    let mut output = lock(&self.output);
                    output.weight += (self.weigh)(&last);
                    output.early.insert(index, last);
                    return self.hand_on(output, sink);
                }
                Done::Part(next, more) => (part, rest) = (next, more),
            }
        }
    }

    /// Gives the sink what it can get, and then back. Returns whether there is any use in going on.
    fn hand_on<'a>(&'a self, mut output: MutexGuard<'a, Output<K, D, E>>, mut sink: K) -> bool {
        loop {
            let turn = output.turn;
            let Some(next) = output.early.remove(&turn) else { break };
            output.weight = output.weight.saturating_sub((self.weigh)(&next));
            drop(output);
            let result = sink(next);
            output = lock(&self.output);
            output.turn += 1;
            if let Err(error) = result {
                output.end.get_or_insert(End::Failed(error));
            }
            self.changed.notify_all();
            if output.end.is_some() {
                return false;
            }
        }
        output.sink = Some(sink);
        // Somebody may wait for it whose turn had come before.
        self.changed.notify_all();
        true
    }

    fn wait_for_others(&self) {
        let mut output = lock(&self.output);
        while output.toiling > 0 {
            output = self.wait(output);
        }
    }

    fn wait<'a>(&self, output: MutexGuard<'a, Output<K, D, E>>) -> MutexGuard<'a, Output<K, D, E>> {
        self.changed.wait(output).unwrap_or_else(PoisonError::into_inner)
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Signs a worker off, also one that panics: the others must not wait for it.
struct Leave<'a, S, W, G, K, D, E>(&'a Line<S, W, G, K, D, E>);

impl<S, W, G, K, D, E> Drop for Leave<'_, S, W, G, K, D, E> {
    fn drop(&mut self) {
        let mut output = lock(&self.0.output);
        output.toiling -= 1;
        if std::thread::panicking() {
            output.end.get_or_insert(End::Panicked);
        }
        self.0.changed.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pool(threads: usize) -> rayon::ThreadPool {
        rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap()
    }

    #[test]
    fn results_come_in_order_whoever_is_slow() {
        for threads in 1..=4 {
            let (mut next, mut seen) = (0, Vec::new());
            let source = || {
                next += 1;
                Ok::<_, ()>((next <= 200).then_some(next))
            };
            let work = |job: u64, _| {
                if job.is_multiple_of(7) {
                    std::thread::sleep(std::time::Duration::from_micros(300));
                }
                Done::All(job * 2)
            };
            let sink = |done| {
                seen.push(done);
                Ok(())
            };
            pool(threads).install(|| run(source, work, |_| 1, sink)).unwrap();
            assert_eq!(seen, (1..=200).map(|job| job * 2).collect::<Vec<u64>>());
        }
    }

    #[test]
    fn an_error_of_the_source_comes_after_what_it_gave() {
        let (mut next, mut seen) = (0, Vec::new());
        let source = || {
            next += 1;
            if next <= 50 { Ok(Some(next)) } else { Err("torn") }
        };
        let sink = |done| {
            seen.push(done);
            Ok(())
        };
        assert_eq!(pool(3).install(|| run(source, |job, _| Done::All(job), |_| 1, sink)), Err("torn"));
        assert_eq!(seen, (1..=50).collect::<Vec<_>>());
    }

    #[test]
    fn an_error_of_the_sink_ends_it() {
        let sink = |done: u32| if done < 5 { Ok(()) } else { Err("full") };
        let mut next = 0;
        let source = || {
            next += 1;
            Ok(Some(next))
        };
        assert_eq!(pool(3).install(|| run(source, |job, _| Done::All(job), |_| 1, sink)), Err("full"));
    }

    #[test]
    fn a_panic_ends_it_too() {
        let caught = std::panic::catch_unwind(|| {
            let mut next = 0;
            let source = || {
                next += 1;
                Ok::<_, ()>(Some(next))
            };
            let work = |job: u32, _| {
                assert!(job != 20);
                Done::All(job)
            };
            pool(3).install(|| run(source, work, |_| 1, |_| Ok(())))
        });
        assert!(caught.is_err());
    }

    /// A job is so many parts, each of half the weight that may wait in line.
    #[test]
    fn what_is_held_is_bounded_and_nobody_waits_for_ever() {
        use std::sync::atomic::{AtomicUsize, Ordering};
        const PART: usize = MOST_WAITING / 2;
        for threads in [1, 2, 8] {
            let (held, most) = (AtomicUsize::new(0), AtomicUsize::new(0));
            let (mut next, mut seen) = (0, Vec::new());
            let source = || {
                next += 1;
                Ok::<_, ()>((next <= 100).then_some((next, 0)))
            };
            let work = |(job, part): (usize, usize), turn| {
                assert!(part == 0 || turn == Turn::Now);
                most.fetch_max(held.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                match part < job % 4 {
                    true => Done::Part((job, part), (job, part + 1)),
                    false => Done::All((job, part)),
                }
            };
            let sink = |done| {
                held.fetch_sub(1, Ordering::SeqCst);
                seen.push(done);
                Ok(())
            };
            pool(threads).install(|| run(source, work, |_| PART, sink)).unwrap();
            let parts = (1..=100).flat_map(|job| (0..=job % 4).map(move |part| (job, part)));
            assert!(seen.into_iter().eq(parts));
            // One for each worker, what waits in line, and what the sink has.
            assert!(most.into_inner() <= threads + 2 + 1);
        }
    }

    #[test]
    fn an_error_between_parts_ends_it_too() {
        let sink = |part: u32| if part < 5 { Ok(()) } else { Err("full") };
        let mut jobs = 0..100;
        let work = |job: u32, _| Done::Part(job, job + 1);
        assert_eq!(pool(3).install(|| run(|| Ok(jobs.next()), work, |_| 1, sink)), Err("full"));
    }
}
