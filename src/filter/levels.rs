//! Levels that are wanted: one and those more severe, or exactly those of a list.

use std::str::FromStr;

use crate::record::{Level, NoLevel};

/// Some levels. As text: `warn` stands for it and those more severe, `warn,error` for these two.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Levels(u8);

impl Levels {
    /// This level and more severe ones.
    pub fn from(level: Level) -> Levels {
        Levels::only(Level::ALL.into_iter().filter(|other| *other >= level))
    }

    /// Exactly these.
    pub fn only(levels: impl IntoIterator<Item = Level>) -> Levels {
        Levels(levels.into_iter().fold(0, |set, level| set | 1 << level as u8))
    }

    /// Whether a record of this level is wanted. One without a level is not.
    #[inline]
    pub fn contain(self, level: Option<Level>) -> bool {
        level.is_some_and(|level| self.0 & 1 << level as u8 != 0)
    }
}

impl FromStr for Levels {
    type Err = NoLevel;

    fn from_str(text: &str) -> Result<Levels, NoLevel> {
        if !text.contains(',') {
            return text.parse().map(Levels::from);
        }
        text.split(',').map(|level| level.trim().parse()).collect::<Result<Vec<_>, _>>().map(Levels::only)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_means_more_severe_ones_too_and_a_list_what_it_says() {
        let wanted = |text: &str| {
            let levels: Levels = text.parse().unwrap();
            Level::ALL.into_iter().filter(|level| levels.contain(Some(*level))).map(Level::letter).collect::<String>()
        };
        assert_eq!(["w", "warn,error", "E, I", "F", "v"].map(wanted), ["WEF", "WE", "IE", "F", "VDIWEF"]);
        assert!(!Levels::from(Level::Verbose).contain(None));
        for text in ["", ",", "warn,", "warn,x"] {
            assert_eq!(text.parse::<Levels>(), Err(NoLevel), "{text}");
        }
    }
}
