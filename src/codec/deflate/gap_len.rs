//! How much text is lost in a gap.
//!
//! What comes behind a gap copies from what comes before it, over a distance that includes the gap. With a wrong length,
//! it copies from wrong places, and that shows: matches could be longer, units do not end with a line break, and where
//! copies meet other text there are letters that never stand side by side in this log. With the right length, none of
//! this happens. All lengths are tried. One must be clearly the best, or the length stays unknown: nothing is guessed.

use super::super::partial::PartialLine;
use super::origins::{Byte, Origins};
use super::output::WINDOW;

/// How much text behind the gap is looked at, and how long the gap is at most, in bytes. Most gaps are short; to find a
/// long one takes more text; and if there is another gap in that, less says more.
const LOOKED_AT: [(usize, usize); 3] = [(8 << 10, 4 << 10), (16 << 10, WINDOW), (3 << 10, WINDOW)];
/// How many clues of a kind are looked at.
const MOST_CLUES: usize = 1024;
/// Matches are looked at for all lengths, so many at a time, until no more than so many lengths are left.
const CLUES_AT_ONCE: usize = 16;
const FEW: usize = 200;
/// How many matches are looked at for all lengths at most.
const FIRST_CLUES: usize = 96;
/// How many matches must have been looked at for a length to be taken. Lines are alike, and some wrong lengths lead from
/// line to line: there few matches could be longer, and much stands side by side that has been seen.
const FEWEST_MATCHES: u32 = 120;
/// How many borders there must be at least to judge a length by.
const FEWEST_BORDERS: usize = 60;
/// For how many lengths it is counted how often bytes stand side by side by chance.
const SAMPLES: usize = 64;
/// How many bytes at a border are looked at: two on each side.
const BORDER: usize = 4;

/// How much more often bytes stand side by side that were logged so, than by chance. Measured: 4 to 6 times.
const LOGGED: f32 = 4.0;
/// How much says a match that could not be longer, and a line break where it should be: logarithms of how much more
/// likely that is with the right length. Measured: 3 % of matches could be longer by chance, and 0.5 % of bytes are
/// line breaks.
const DIFFERENT: f32 = 0.03;
const BREAK: f32 = 3.0;
/// How much has to speak for a length in all: among 32768, one in 3000 cases is wrong by chance.
const ENOUGH: f32 = 18.0;
/// What speaks against a length so much that it need not be looked at further.
const HOPELESS: f32 = -8.0;
/// And how much more than for any other.
const CLEARLY: f32 = 8.0;

/// How many bytes of text are lost behind `history`, judging by what was `read` behind a window, with which `text`
/// begins. `None` if no length is clearly the best.
pub fn gap_len(history: PartialLine<'_>, read: &Origins, text: &[u8]) -> Option<usize> {
    if history.is_empty() {
        return None;
    }
    let (before, seen) = (Before::of(history), Seen::of(history));
    LOOKED_AT.into_iter().find_map(|(len, most)| Clues::of(read, text, len).best(&before, &seen, most))
}

/// The text before a gap, with enough room on both sides for any length of the gap.
struct Before {
    /// The bytes; [`UNKNOWN`] for those that are not known, and for all around them.
    bytes: Vec<u16>,
    /// Where the text ends.
    end: usize,
}

/// No byte.
const UNKNOWN: u16 = 0x100;

impl Before {
    fn of(history: PartialLine<'_>) -> Before {
        let (bytes, known) = history.raw();
        let mut all = vec![UNKNOWN; WINDOW];
        all.extend(bytes.iter().zip(known).map(|(byte, known)| if *known { u16::from(*byte) } else { UNKNOWN }));
        let end = all.len();
        all.resize(end + WINDOW, UNKNOWN);
        Before { bytes: all, end }
    }

    /// A byte, if so much text is lost.
    #[inline(always)]
    fn byte(&self, byte: Byte, gap: usize) -> u16 {
        match byte.origin {
            0 => u16::from(byte.literal),
            origin => self.bytes.get(self.end + gap - usize::from(origin)).copied().unwrap_or(UNKNOWN),
        }
    }

    /// The bytes that this one is with each length.
    fn bytes(&self, byte: Byte) -> &[u16] {
        self.bytes.get(self.end - usize::from(byte.origin)..).unwrap_or_default()
    }
}

/// What the text behind a gap says about the text before it.
#[derive(Default)]
struct Clues {
    /// Bytes that differ, at the ends of matches. Those that reach far come first.
    different: Vec<[Byte; 2]>,
    /// Bytes that are line breaks, at the ends of units.
    breaks: Vec<Byte>,
    /// Bytes side by side where copies meet other text. Those that reach far come first.
    borders: Vec<[Byte; BORDER]>,
}

impl Clues {
    /// Those in the first `len` bytes behind the window.
    fn of(read: &Origins, text: &[u8], len: usize) -> Clues {
        let mut clues = Clues::default();
        let matches = read.match_ends().iter().take_while(|found| (found.next as usize) < WINDOW + len);
        clues.different.extend(matches.map(|found| read.bytes(found, text)));
        let (origins, after) = (read.all(), text.get(WINDOW..).unwrap_or_default());
        let byte = |at: usize| Byte { origin: origins[at], literal: after[at] };
        let mut start = 0;
        for end in read.ends.iter().map(|end| end.text as usize - WINDOW).take_while(|end| *end < len) {
            if end > start && byte(end - 1).origin != 0 {
                clues.breaks.push(byte(end - 1));
            }
            if end >= start + BORDER {
                let line_break = Byte { origin: 0, literal: b'\n' };
                clues.borders.push([line_break, byte(start), byte(start + 1), byte(start + 2)]);
            }
            for at in start + 2..end.saturating_sub(1) {
                let (one, other) = (origins[at - 1], origins[at]);
                if one != other && one.wrapping_sub(1) != other {
                    clues.borders.push([byte(at - 2), byte(at - 1), byte(at), byte(at + 1)]);
                }
            }
            start = end;
        }
        keep_far(&mut clues.different);
        keep_far(&mut clues.borders);
        clues
    }

    /// The length of the gap that is clearly the best, of those below `most`.
    fn best(&self, before: &Before, seen: &Seen, most: usize) -> Option<usize> {
        let longest = reach(self.borders.get(FEWEST_BORDERS)?).min(most);
        let mut faults = vec![0u16; longest];
        for &byte in &self.breaks {
            count(&mut faults, before.bytes(byte), |byte| byte != u16::from(b'\n') && byte != UNKNOWN);
        }
        for clues in self.different.get(..FIRST_CLUES).unwrap_or(&self.different).chunks(CLUES_AT_ONCE) {
            if faults.iter().filter(|faults| **faults == 0).count() <= FEW {
                break;
            }
            clues.iter().for_each(|clue| count_equal(&mut faults, before, clue));
        }
        let odds = self.odds(before, seen);
        let (mut best, mut second) = ((0.0, None), 0.0f32);
        for gap in (0..longest).filter(|gap| faults[*gap] == 0) {
            let Some(score) = self.score(before, seen, gap, odds) else { continue };
            if score > best.0 {
                (best, second) = ((score, Some(gap)), best.0);
            } else {
                second = second.max(score);
            }
        }
        best.1.filter(|_| best.0 >= ENOUGH && best.0 >= second + CLEARLY)
    }

    /// What it says about a length if the bytes at a border have been seen side by side, and if not.
    fn odds(&self, before: &Before, seen: &Seen) -> [f32; 2] {
        let (mut known, mut good) = (0, 0);
        for gap in (0..SAMPLES).map(|sample| sample * (WINDOW / 2) / SAMPLES) {
            for has in self.borders.iter().take(FIRST_CLUES).filter_map(|border| seen.at(border, before, gap)) {
                (known, good) = (known + 1, good + u32::from(has));
            }
        }
        let by_chance = (good as f32 / known.max(1) as f32).clamp(0.002, 0.2);
        [((1.0 - LOGGED * by_chance) / (1.0 - by_chance)).ln(), LOGGED.ln()]
    }

    /// How much speaks for a length. `None` if something speaks against it, or nothing for it.
    fn score(&self, before: &Before, seen: &Seen, gap: usize, odds: [f32; 2]) -> Option<f32> {
        let (mut score, mut matches) = (0.0, 0);
        for [one, other] in self.different.iter().take_while(|pair| reach(pair) > gap) {
            let (one, other) = (before.byte(*one, gap), before.byte(*other, gap));
            if one == UNKNOWN || other == UNKNOWN {
                continue;
            }
            if one == other {
                return None;
            }
            score += DIFFERENT;
            matches += 1;
        }
        if matches < FEWEST_MATCHES {
            return None;
        }
        let breaks = self.breaks.iter().filter(|byte| before.byte(**byte, gap) != UNKNOWN).count();
        score += BREAK * breaks as f32;
        for border in self.borders.iter().take_while(|border| reach(border) > gap) {
            score += seen.at(border, before, gap).map_or(0.0, |has| odds[usize::from(has)]);
            if score < HOPELESS {
                return None;
            }
        }
        Some(score)
    }
}

/// How far back the nearest of these bytes was copied from that was copied at all.
fn reach<const N: usize>(bytes: &[Byte; N]) -> usize {
    // A literal, as 0, becomes the largest.
    let nearest = bytes.iter().fold(u16::MAX, |nearest, byte| nearest.min(byte.origin.wrapping_sub(1)));
    usize::from(nearest.wrapping_add(1))
}

/// Keeps the clues that reach farthest.
fn keep_far<const N: usize>(clues: &mut Vec<[Byte; N]>) {
    clues.retain(|bytes| reach(bytes) > 0);
    clues.sort_unstable_by_key(|bytes| std::cmp::Reverse(reach(bytes)));
    clues.truncate(MOST_CLUES);
}

/// Counts for each length whether the byte is at fault.
fn count(faults: &mut [u16], bytes: &[u16], is_fault: impl Fn(u16) -> bool) {
    for (faults, byte) in faults.iter_mut().zip(bytes) {
        *faults += u16::from(is_fault(*byte));
    }
}

/// Counts for each length whether two bytes that should differ are equal.
fn count_equal(faults: &mut [u16], before: &Before, &[one, other]: &[Byte; 2]) {
    let (one, other) = if one.origin > other.origin { (one, other) } else { (other, one) };
    if other.origin == 0 {
        return count(faults, before.bytes(one), |byte| byte == u16::from(other.literal));
    }
    for (faults, (one, other)) in faults.iter_mut().zip(before.bytes(one).iter().zip(before.bytes(other))) {
        *faults += u16::from((one == other) & (*one != UNKNOWN));
    }
}

/// Which bytes stand side by side in a text.
struct Seen(Vec<u64>);

impl Seen {
    fn of(text: PartialLine<'_>) -> Seen {
        let mut seen = Seen(vec![0; 1 << 12]);
        let (bytes, _) = text.raw();
        for side in bytes.windows(BORDER) {
            let place = Seen::place([side[0], side[1], side[2], side[3]]);
            seen.0[place >> 6] |= 1 << (place & 63);
        }
        seen
    }

    /// Whether the bytes at this border do, if so much text is lost; `None` if one is not known.
    #[inline(always)]
    fn at(&self, border: &[Byte; BORDER], before: &Before, gap: usize) -> Option<bool> {
        let mut side = [0; BORDER];
        for (to, byte) in side.iter_mut().zip(border) {
            *to = u8::try_from(before.byte(*byte, gap)).ok()?;
        }
        Some(self.has(side))
    }

    fn has(&self, side: [u8; BORDER]) -> bool {
        let place = Seen::place(side);
        self.0[place >> 6] >> (place & 63) & 1 != 0
    }

    fn place(side: [u8; BORDER]) -> usize {
        (u32::from_le_bytes(side).wrapping_mul(0x9E37_79B1) >> 14) as usize
    }
}
