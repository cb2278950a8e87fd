//! An ordered parallel map in bounded memory.
//!
//! All workers do the same: take the next job (one worker at a time), work on it (in parallel), and hand in the result
//! (in the order of the jobs, one worker at a time). So reading, decoding and writing overlap without dedicated
//! threads, and a pool of any size is fully used. A result that comes ahead of its turn waits in a queue; if the queue
//! is full, its worker waits too.
//!
//! A few bytes can expand to a lot of text, so a job may be done in parts. Ahead of its turn, a worker produces no more
//! than every worker may hold at the same time. The rest follows when the job's turn has come, part by part. The weight
//! of the queue is limited too.
//!
//! A waiting worker blocks its thread of the pool, but there is always progress: the job whose turn it is has always
//! been taken by a worker that runs.

use std::collections::BTreeMap;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

/// Whether it is a job's turn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turn {
    /// Not yet: its result will have to wait.
    Ahead,
    /// Its result goes to the sink at once.
    Now,
}

/// What `work` returns for a job.
#[derive(Debug)]
pub enum Done<J, D> {
    /// The whole job is done.
    All(D),
    /// A part is done, and this is the rest of the job.
    Part(D, J),
}

/// Does a single job, like [`run`].
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

/// The most weight of results that wait for their turn, in bytes.
const MAX_WAITING_WEIGHT: usize = 32 << 20;

/// Calls `source` until it returns `None`, `work` with every job, and `sink` with every result, in order, on the
/// threads of the current rayon pool. `weigh` returns the size of a result in bytes. Stops at the first error of
/// `source` or `sink`.
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
    let pipeline = Pipeline {
        jobs: Mutex::new(Jobs { next_job: source, taken: 0, is_over: false }),
        results: Mutex::new(Results {
            sink: Some(sink),
            turn: 0,
            waiting: BTreeMap::new(),
            weight: 0,
            running: 0,
            stopped: None,
        }),
        changed: Condvar::new(),
        work,
        weigh,
        room: threads,
    };
    if threads == 1 {
        pipeline.work_on_jobs();
    } else {
        rayon::scope(|scope| {
            for _ in 1..threads {
                scope.spawn(|_| pipeline.work_on_jobs());
            }
            pipeline.work_on_jobs();
            // If the scope did the waiting, this thread would pick up other work of the pool, perhaps a whole file.
            pipeline.wait_for_others();
        });
    }
    match pipeline.results.into_inner().unwrap_or_else(PoisonError::into_inner).stopped {
        Some(Stopped::Failed(error)) => Err(error),
        _ => Ok(()),
    }
}

struct Pipeline<S, W, G, K, D, E> {
    jobs: Mutex<Jobs<S>>,
    results: Mutex<Results<K, D, E>>,
    /// Notified when the turn has changed, or everything is to stop.
    changed: Condvar,
    work: W,
    weigh: G,
    /// The most results that wait for their turn.
    room: usize,
}

struct Jobs<S> {
    next_job: S,
    /// How many jobs have been taken.
    taken: u64,
    is_over: bool,
}

struct Results<K, D, E> {
    /// Taken by the worker that calls it.
    sink: Option<K>,
    /// The index of the result that the sink gets next.
    turn: u64,
    waiting: BTreeMap<u64, D>,
    /// The total weight of the waiting results.
    weight: usize,
    /// How many workers are running.
    running: usize,
    /// Set when everything is to stop before the end.
    stopped: Option<Stopped<E>>,
}

enum Stopped<E> {
    Failed(E),
    Panicked,
}

impl<S, W, G, K, D, E, J> Pipeline<S, W, G, K, D, E>
where
    S: FnMut() -> Result<Option<J>, E>,
    W: Fn(J, Turn) -> Done<J, D>,
    G: Fn(&D) -> usize,
    K: FnMut(D) -> Result<(), E>,
{
    fn work_on_jobs(&self) {
        if lock(&self.jobs).is_over {
            return;
        }
        lock(&self.results).running += 1;
        let _sign_off = SignOff(self);
        while let Some((index, job)) = self.take() {
            let turn = if lock(&self.results).turn == index { Turn::Now } else { Turn::Ahead };
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
        let mut jobs = lock(&self.jobs);
        if jobs.is_over || lock(&self.results).stopped.is_some() {
            return None;
        }
        let index = jobs.taken;
        match (jobs.next_job)() {
            Ok(Some(job)) => {
                jobs.taken += 1;
                return Some((index, job));
            }
            Ok(None) => jobs.is_over = true,
            Err(error) => {
                jobs.is_over = true;
                drop(jobs);
                self.fail(index, error);
            }
        }
        None
    }

    /// Stops with an error of the source, but only after the results of all earlier jobs.
    fn fail(&self, index: u64, error: E) {
        let mut results = lock(&self.results);
        while results.turn != index && results.stopped.is_none() {
            results = self.wait(results);
        }
        results.stopped.get_or_insert(Stopped::Failed(error));
        self.changed.notify_all();
    }

    /// Hands in the result of a whole job. Returns whether to continue.
    fn hand_in(&self, index: u64, done: D) -> bool {
        let weight = (self.weigh)(&done);
        let mut results = lock(&self.results);
        let is_full = |results: &Results<K, D, E>| {
            results.waiting.len() >= self.room || results.weight + weight > MAX_WAITING_WEIGHT
        };
        while results.turn != index && is_full(&results) && results.stopped.is_none() {
            results = self.wait(results);
        }
        if results.stopped.is_some() {
            return false;
        }
        results.waiting.insert(index, done);
        results.weight += weight;
        // The worker that has the sink handles this result too.
        let Some(sink) = results.sink.take() else { return true };
        self.hand_on(results, sink)
    }

    /// Waits for the job's turn and hands in its first part; then does the rest. Returns whether to continue.
    fn hand_in_parts(&self, index: u64, mut part: D, mut rest: J) -> bool {
        let mut results = lock(&self.results);
        let mut sink = loop {
            if results.stopped.is_some() {
                return false;
            }
            match results.sink.take() {
                Some(sink) if results.turn == index => break sink,
                sink => results.sink = sink,
            }
            results = self.wait(results);
        };
        drop(results);
        loop {
            if let Err(error) = sink(part) {
                lock(&self.results).stopped.get_or_insert(Stopped::Failed(error));
                self.changed.notify_all();
                return false;
            }
            match (self.work)(rest, Turn::Now) {
                Done::All(last) => {
                    let mut results = lock(&self.results);
                    results.weight += (self.weigh)(&last);
                    results.waiting.insert(index, last);
                    return self.hand_on(results, sink);
                }
                Done::Part(next, more) => (part, rest) = (next, more),
            }
        }
    }

    /// Calls the sink with all results whose turn it is, then puts it back. Returns whether to continue.
    fn hand_on<'a>(&'a self, mut results: MutexGuard<'a, Results<K, D, E>>, mut sink: K) -> bool {
        loop {
            let turn = results.turn;
            let Some(next) = results.waiting.remove(&turn) else { break };
            results.weight = results.weight.saturating_sub((self.weigh)(&next));
            drop(results);
            let result = sink(next);
            results = lock(&self.results);
            results.turn += 1;
            if let Err(error) = result {
                results.stopped.get_or_insert(Stopped::Failed(error));
            }
            self.changed.notify_all();
            if results.stopped.is_some() {
                return false;
            }
        }
        results.sink = Some(sink);
        // The worker whose turn it is may be waiting for the sink.
        self.changed.notify_all();
        true
    }

    fn wait_for_others(&self) {
        let mut results = lock(&self.results);
        while results.running > 0 {
            results = self.wait(results);
        }
    }

    fn wait<'a>(&self, results: MutexGuard<'a, Results<K, D, E>>) -> MutexGuard<'a, Results<K, D, E>> {
        self.changed.wait(results).unwrap_or_else(PoisonError::into_inner)
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Signs a worker off when dropped, so that nobody waits for a worker that panicked.
struct SignOff<'a, S, W, G, K, D, E>(&'a Pipeline<S, W, G, K, D, E>);

impl<S, W, G, K, D, E> Drop for SignOff<'_, S, W, G, K, D, E> {
    fn drop(&mut self) {
        let mut results = lock(&self.0.results);
        results.running -= 1;
        if std::thread::panicking() {
            results.stopped.get_or_insert(Stopped::Panicked);
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
    fn results_come_in_order_whichever_worker_is_slow() {
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
    fn an_error_of_the_source_comes_after_earlier_results() {
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
    fn an_error_of_the_sink_stops_the_pipeline() {
        let sink = |done: u32| if done < 5 { Ok(()) } else { Err("full") };
        let mut next = 0;
        let source = || {
            next += 1;
            Ok(Some(next))
        };
        assert_eq!(pool(3).install(|| run(source, |job, _| Done::All(job), |_| 1, sink)), Err("full"));
    }

    #[test]
    fn a_panic_stops_the_pipeline() {
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

    /// Each part has half the weight that may wait in the queue.
    #[test]
    fn memory_is_bounded_and_there_is_no_deadlock() {
        use std::sync::atomic::{AtomicUsize, Ordering};
        const PART: usize = MAX_WAITING_WEIGHT / 2;
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
            // One result per worker, two that wait, and the one that the sink has.
            assert!(most.into_inner() <= threads + 2 + 1);
        }
    }

    #[test]
    fn an_error_between_parts_stops_the_pipeline() {
        let sink = |part: u32| if part < 5 { Ok(()) } else { Err("full") };
        let mut jobs = 0..100;
        let work = |job: u32, _| Done::Part(job, job + 1);
        assert_eq!(pool(3).install(|| run(|| Ok(jobs.next()), work, |_| 1, sink)), Err("full"));
    }
}
