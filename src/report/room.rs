//! What a page has room for: logs may hold anything, and as much of it as they like.

/// Bytes that markup around a thing takes, about.
const MARKUP: usize = 320;

/// Room for things of a kind, in bytes.
#[derive(Debug)]
pub(super) struct Room {
    left: usize,
}

impl Room {
    pub fn new(left: usize) -> Room {
        Room { left }
    }

    /// Whether there is room for a thing with these texts. Then it is taken. What comes after one that had none has none
    /// either, so that what is left out is the end.
    pub fn takes<'a>(&mut self, texts: impl IntoIterator<Item = &'a str>) -> bool {
        let cost = MARKUP + texts.into_iter().map(cost).sum::<usize>();
        self.left = self.left.saturating_sub(cost);
        self.left > 0
    }

    /// The rows that have room, up to `most` of them, and how many have none.
    pub fn rows<T, R>(
        &mut self,
        all: impl ExactSizeIterator<Item = T>,
        most: usize,
        row: impl Fn(T) -> (R, usize),
    ) -> (Vec<R>, usize) {
        let total = all.len();
        let mut rows = Vec::new();
        for thing in all.take(most) {
            let (row, len) = row(thing);
            let Some(left) = self.left.checked_sub(MARKUP + len) else { break };
            self.left = left;
            rows.push(row);
        }
        let left_out = total - rows.len();
        (rows, left_out)
    }
}

/// Bytes of `text` in a page, where some characters take more than in a log.
pub(super) fn cost(text: &str) -> usize {
    let escaped = text.bytes().filter(|byte| matches!(byte, b'<' | b'>' | b'&' | b'"' | b'\'')).count();
    text.len() + 4 * escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_no_room_is_counted() {
        let mut room = Room::new(3 * (MARKUP + 11));
        let (rows, left_out) = room.rows(0..5, 4, |number| (number, cost("<a>")));
        assert_eq!((rows, left_out), (vec![0, 1, 2], 2), "and one that may not");
        assert_eq!(cost("<a>"), 11);
        let mut room = Room::new(2 * MARKUP + 10);
        assert!(room.takes(["a"]) && !room.takes(["a long one, for which there is no room"]) && !room.takes([""]));
    }
}
