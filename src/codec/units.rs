//! The units of a body, each a flushed line, and which of them are to be trusted when some are damaged.

use super::plausible::{LineHead, has_odd_bytes, is_suspicious};

/// What damage made up can go unnoticed for some lines before it shows. In so many units before that, text that is
/// unlike a log counts as made up.
const UNSURE: usize = 64;
/// Every unit starts with a head that the writer formats. If most are as they should be, and no more than one in so
/// many goes wrong in the middle, that one is damaged.
const RARELY_BROKEN: usize = 8;

/// The units of a body, as far as they could be read.
#[derive(Debug, Default)]
pub struct Units {
    /// Their text.
    pub text: Vec<u8>,
    /// Where each ends, in the body and in the text.
    ends: Vec<(usize, usize)>,
}

impl Units {
    /// Takes the unit whose text has been appended, and that ends there in the body.
    pub fn push(&mut self, body_end: usize) {
        self.ends.push((body_end, self.text.len()));
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Where the first `count` units end, in the body and in the text.
    pub fn end_of(&self, count: usize) -> (usize, usize) {
        count.checked_sub(1).and_then(|last| self.ends.get(last)).copied().unwrap_or_default()
    }

    /// The first unit whose head goes wrong in the middle, where that is no habit.
    pub fn broken_head(&self) -> Option<usize> {
        let heads: Vec<_> = (0..self.len()).map(|index| LineHead::of_doubtful(self.unit_text(index))).collect();
        let good = heads.iter().filter(|head| matches!(head, LineHead::Time(_))).count();
        let broken = heads.iter().filter(|head| **head == LineHead::Broken).count();
        if broken * RARELY_BROKEN > good {
            return None;
        }
        // An odd head may have been logged like that; one with odd bytes in it was not.
        (0..self.len()).find(|&index| heads[index] == LineHead::Broken && has_odd_bytes(self.unit_text(index)))
    }

    /// Whether any line's head goes wrong in the middle.
    pub fn has_broken_line(&self) -> bool {
        self.text.split(|&byte| byte == b'\n').any(|line| LineHead::of(line) == LineHead::Broken)
    }

    /// How many units are to be trusted, if `damage` is the first that can't be right.
    pub fn trusted(&self, damage: usize) -> usize {
        let made_up = |&index: &usize| {
            let text = self.unit_text(index);
            !text.ends_with(b"\n") || is_suspicious(text) || LineHead::of_doubtful(text) == LineHead::Broken
        };
        (damage.saturating_sub(UNSURE)..damage).find(made_up).unwrap_or(damage)
    }

    fn unit_text(&self, index: usize) -> &[u8] {
        let (start, end) = (self.end_of(index).1, self.end_of(index + 1).1);
        self.text.get(start..end).unwrap_or_default()
    }
}
