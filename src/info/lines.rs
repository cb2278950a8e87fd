//! The records of a file, counted by level and hour.

use crate::record::{Form, Head, Level, Time};

/// How many records there are, by level and hour.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Lines {
    /// All records.
    pub records: u64,
    /// By level, in the order of [`Level::ALL`].
    levels: [u64; Level::ALL.len()],
    /// The app's records with a time, by the hour of the phone's clock.
    pub by_hour: [u64; 24],
    /// The errors among them, and more severe ones.
    pub errors_by_hour: [u64; 24],
    /// The earliest time of the app's records.
    pub first: Option<Time>,
    /// The latest.
    pub last: Option<Time>,
}

impl Lines {
    /// Takes the next record.
    pub fn add(&mut self, head: &Head) {
        // The log writer's own lines come before and after those of the app.
        let time = head.time.filter(|_| !matches!(head.form, Form::Note | Form::Marker));
        self.count(head.level, time.map(Time::hour));
        self.reach(time);
    }

    /// Counts a record.
    #[inline]
    pub fn count(&mut self, level: Option<Level>, hour: Option<u8>) {
        self.records += 1;
        if let Some(count) = level.and_then(|level| self.levels.get_mut(level as usize)) {
            *count += 1;
        }
        let hour = hour.map(usize::from).unwrap_or(usize::MAX);
        if let Some((all, errors)) = self.by_hour.get_mut(hour).zip(self.errors_by_hour.get_mut(hour)) {
            *all += 1;
            *errors += u64::from(level >= Some(Level::Error));
        }
    }

    /// Takes a time that records reach to.
    pub fn reach(&mut self, time: Option<Time>) {
        self.first = earliest(self.first, time);
        self.last = latest(self.last, time);
    }

    /// Adds the counts of another file, or of another part of this one.
    pub fn merge(&mut self, other: &Lines) {
        self.records += other.records;
        let add = |to: &mut [u64], from: &[u64]| to.iter_mut().zip(from).for_each(|(to, from)| *to += from);
        add(&mut self.levels, &other.levels);
        add(&mut self.by_hour, &other.by_hour);
        add(&mut self.errors_by_hour, &other.errors_by_hour);
        self.first = earliest(self.first, other.first);
        self.last = latest(self.last, other.last);
    }

    /// Levels with their number of records, from the most severe to the least.
    pub fn levels(&self) -> impl Iterator<Item = (Level, u64)> + '_ {
        Level::ALL.into_iter().zip(self.levels).rev()
    }

    /// Errors, and more severe records.
    pub fn errors(&self) -> u64 {
        self.levels().filter(|(level, _)| *level >= Level::Error).map(|(_, count)| count).sum()
    }

    /// Records without a level.
    pub fn without_level(&self) -> u64 {
        self.records - self.levels.iter().sum::<u64>()
    }
}

/// By the wall clock. Of equal times the zone decides, so that the result does not depend on the order.
fn earliest(one: Option<Time>, other: Option<Time>) -> Option<Time> {
    one.into_iter().chain(other).min_by_key(|time| (time.wall, time.zone))
}

/// The reverse.
fn latest(one: Option<Time>, other: Option<Time>) -> Option<Time> {
    one.into_iter().chain(other).max_by_key(|time| (time.wall, time.zone))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str) -> Lines {
        let mut lines = Lines::default();
        text.lines().for_each(|line| lines.add(&Head::of(line.as_bytes()).unwrap_or_default()));
        lines
    }

    const MORNING: &str = "\
TIM: 2023-11-06 08:20:00.000 E |-a.cpp:1  F  |x
TIM: 2023-11-06 08:19:00.000 I |-a.cpp:1  F  |x
no head";
    const EVENING: &str = "TIM: 2023-11-06 22:20:00.000 I |-a.cpp:1  F  |x";

    #[test]
    fn records_are_counted_by_level_and_hour() {
        let lines = lines(MORNING);
        assert_eq!((lines.records, lines.errors(), lines.without_level()), (3, 1, 1));
        assert_eq!((lines.by_hour[8], lines.errors_by_hour[8]), (2, 1));
        assert_eq!(lines.first.unwrap().to_string(), "2023-11-06T08:19:00.000");
        assert_eq!(lines.last.unwrap().to_string(), "2023-11-06T08:20:00.000");
        assert_eq!(lines.levels().next(), Some((Level::Fatal, 0)));
    }

    #[test]
    fn files_add_up() {
        let mut sum = lines(MORNING);
        sum.merge(&lines(EVENING));
        assert_eq!(sum, lines(&format!("{MORNING}\n{EVENING}")));
    }
}
