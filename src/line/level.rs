//! The severity of a record.

use std::str::FromStr;

/// A level, from the least severe to the most. Letters are the same in all APIs, but numbers are not (WARN is 5 in the
/// IM SDK, 3 in mars), so only letters are recognized.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "lowercase"))]
pub enum Level {
    /// V
    Verbose,
    /// D
    Debug,
    /// I
    Info,
    /// W
    Warn,
    /// E
    Error,
    /// F
    Fatal,
}

/// Levels by their letters.
static OF_LETTERS: [Option<Level>; 256] = {
    let mut levels = [None; 256];
    levels[b'V' as usize] = Some(Level::Verbose);
    levels[b'D' as usize] = Some(Level::Debug);
    levels[b'I' as usize] = Some(Level::Info);
    levels[b'W' as usize] = Some(Level::Warn);
    levels[b'E' as usize] = Some(Level::Error);
    levels[b'F' as usize] = Some(Level::Fatal);
    levels[b'A' as usize] = Some(Level::Fatal);
    levels
};

impl Level {
    /// All levels, from the least severe to the most.
    pub const ALL: [Level; 6] = [Level::Verbose, Level::Debug, Level::Info, Level::Warn, Level::Error, Level::Fatal];

    /// The level that a letter in a log stands for. Android's A (assert) is its most severe.
    #[inline]
    pub fn of_letter(letter: u8) -> Option<Level> {
        // A table, as letters come in no order that a branch predictor could learn.
        OF_LETTERS.get(usize::from(letter)).copied().flatten()
    }

    /// Whether log writers have a level with this letter. Only logcat has A.
    #[inline]
    pub fn is_logged(letter: u8) -> bool {
        matches!(letter, b'V' | b'D' | b'I' | b'W' | b'E' | b'F')
    }

    /// Its letter in a log.
    pub fn letter(self) -> char {
        match self {
            Level::Verbose => 'V',
            Level::Debug => 'D',
            Level::Info => 'I',
            Level::Warn => 'W',
            Level::Error => 'E',
            Level::Fatal => 'F',
        }
    }

    /// Its name, in lower case.
    pub fn name(self) -> &'static str {
        match self {
            Level::Verbose => "verbose",
            Level::Debug => "debug",
            Level::Info => "info",
            Level::Warn => "warn",
            Level::Error => "error",
            Level::Fatal => "fatal",
        }
    }
}

/// The text is not a level.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a level; levels are V, D, I, W, E and F: verbose, debug, info, warn, error and fatal")]
pub struct NoLevel;

/// Reads a letter, a name, or the IM SDK's name (`V2TIM_LOG_WARN`), in any case.
impl FromStr for Level {
    type Err = NoLevel;

    fn from_str(text: &str) -> Result<Level, NoLevel> {
        let lower = text.to_ascii_lowercase();
        let name = lower.strip_prefix("v2tim_log_").unwrap_or(&lower);
        let is = |level: &Level| name == level.name() || name == level.letter().to_ascii_lowercase().to_string();
        match name {
            "warning" => Ok(Level::Warn),
            "err" => Ok(Level::Error),
            "assert" => Ok(Level::Fatal),
            _ => Level::ALL.into_iter().find(is).ok_or(NoLevel),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_names_and_those_of_the_sdk() {
        for text in ["W", "w", "warn", "WARNING", "V2TIM_LOG_WARN", "v2tim_log_warn"] {
            assert_eq!(text.parse(), Ok(Level::Warn), "{text}");
        }
        assert_eq!("V".parse(), Ok(Level::Verbose));
        for text in ["", "x", "V2TIM_LOG_NONE", "5", "warns"] {
            assert_eq!(text.parse::<Level>(), Err(NoLevel), "{text}");
        }
        assert!(Level::Verbose < Level::Debug && Level::Error < Level::Fatal);
    }
}
