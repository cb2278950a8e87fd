//! The units of a body, each a flushed line, and which of them can be trusted if some are damaged.

use super::plausible::{LineHead, has_odd_bytes, is_suspicious};

/// Damage can invent text for some lines before it shows. In this many units before it shows, text that does not look
/// like a log counts as invented.
pub const UNSURE: usize = 64;
/// Each unit starts with a head that the writer formats. If at most one in this many heads goes wrong in the middle,
/// that unit is damaged; if more do, the writer formats heads in another way.
const RARELY_BROKEN: usize = 8;

/// A place between two units, as positions in the body and in its text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Place {
    /// In the body.
    pub body: u32,
    /// In the text.
    pub text: u32,
}

/// The units of a body that could be read.
#[derive(Clone, Copy, Debug)]
pub struct Units<'a> {
    /// The text of all units.
    pub text: &'a [u8],
    /// Where each unit ends.
    pub ends: &'a [Place],
}

impl<'a> Units<'a> {
    /// How many units there are.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Where the first `count` units end.
    pub fn end_of(&self, count: usize) -> Place {
        count.checked_sub(1).and_then(|last| self.ends.get(last)).copied().unwrap_or_default()
    }

    /// The first unit whose head goes wrong in the middle, if few heads do.
    pub fn broken_head(&self) -> Option<usize> {
        let heads: Vec<_> = (0..self.len()).map(|index| LineHead::of_doubtful(self.unit_text(index))).collect();
        let good = heads.iter().filter(|head| matches!(head, LineHead::Time(_))).count();
        let broken = heads.iter().filter(|head| **head == LineHead::Broken).count();
        if broken * RARELY_BROKEN > good {
            return None;
        }
        // An unusual head may have been logged like that, but not one that contains odd bytes.
        (0..self.len()).find(|&index| heads[index] == LineHead::Broken && has_odd_bytes(self.unit_text(index)))
    }

    /// Whether the head of any line goes wrong in the middle.
    pub fn has_broken_line(&self) -> bool {
        self.text.split(|&byte| byte == b'\n').any(|line| LineHead::of(line) == LineHead::Broken)
    }

    /// How many units can be trusted, if `damage` is the first that can't be right.
    pub fn trusted(&self, damage: usize) -> usize {
        let is_invented = |&index: &usize| {
            let text = self.unit_text(index);
            !text.ends_with(b"\n") || is_suspicious(text) || LineHead::of_doubtful(text) == LineHead::Broken
        };
        (damage.saturating_sub(UNSURE)..damage).find(is_invented).unwrap_or(damage)
    }

    fn unit_text(&self, index: usize) -> &'a [u8] {
        let (start, end) = (self.end_of(index).text, self.end_of(index + 1).text);
        self.text.get(start as usize..end as usize).unwrap_or_default()
    }
}
