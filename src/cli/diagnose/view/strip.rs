//! The states of a session over time, as a strip of characters.

use crate::sdk::{Mood, Session, Track};

/// The character that shows a mood.
pub fn mood_char(mood: Mood, ascii: bool) -> char {
    match (mood, ascii) {
        (Mood::Idle, false) => '·',
        (Mood::Good, false) => '█',
        (Mood::Pending, false) => '▒',
        (Mood::Bad, false) => '×',
        (Mood::Idle, true) => '.',
        (Mood::Good, true) => '=',
        (Mood::Pending, true) => '-',
        (Mood::Bad, true) => 'x',
    }
}

/// The moods of a track in `columns` equal parts of the session: of each part, the worst. `None`: the track has no
/// state.
pub fn strip(session: &Session, track: Track, columns: usize) -> Option<Vec<Mood>> {
    let (first, last) = session.first.zip(session.last).filter(|(first, last)| first.wall <= last.wall)?;
    let changes = session.changes.iter().filter(|change| change.state.track() == track);
    let changes: Vec<_> = changes.map(|change| (change.time.wall, change.state.mood())).collect();
    changes.first()?;
    let length = (last.wall - first.wall).max(1);
    let column = |wall: i64| {
        let into = i128::from((wall - first.wall).clamp(0, length)) * columns as i128 / i128::from(length);
        (into as usize).min(columns.saturating_sub(1))
    };
    let mut moods = vec![Mood::Idle; columns];
    let ends = changes.iter().skip(1).map(|(wall, _)| *wall).chain([last.wall]);
    for ((wall, mood), end) in changes.iter().zip(ends) {
        let (from, to) = (column(*wall), column(end));
        for cell in moods.iter_mut().take(to.max(from) + 1).skip(from) {
            *cell = (*cell).max(*mood);
        }
    }
    Some(moods)
}
