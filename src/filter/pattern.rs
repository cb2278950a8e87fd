//! What a record's text has to match.

use regex::bytes::{Regex, RegexBuilder};

/// One or more patterns, of which one has to match.
#[derive(Debug)]
pub struct Pattern {
    regexes: Vec<Regex>,
    inverted: bool,
}

/// How patterns are read: by default as regular expressions that respect case.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct PatternOptions {
    /// As plain text, not as regular expressions.
    pub fixed: bool,
    /// Ignore case.
    pub ignore_case: bool,
    /// Texts that do not match pass.
    pub inverted: bool,
}

/// A pattern that is not a regular expression.
#[derive(Debug, thiserror::Error)]
#[error("`{pattern}` is not a regular expression")]
pub struct BadPattern {
    /// The pattern.
    pub pattern: String,
    /// What is wrong with it.
    #[source]
    reason: regex::Error,
}

impl PatternOptions {
    /// The same, with [`fixed`](PatternOptions::fixed) set to this.
    pub fn with_fixed(self, fixed: bool) -> PatternOptions {
        PatternOptions { fixed, ..self }
    }

    /// The same, with [`ignore_case`](PatternOptions::ignore_case) set to this.
    pub fn with_ignore_case(self, ignore_case: bool) -> PatternOptions {
        PatternOptions { ignore_case, ..self }
    }

    /// The same, with [`inverted`](PatternOptions::inverted) set to this.
    pub fn with_inverted(self, inverted: bool) -> PatternOptions {
        PatternOptions { inverted, ..self }
    }
}

impl Pattern {
    /// Reads `patterns`. `^` and `$` match at the start and end of each line.
    ///
    /// # Errors
    /// With the first pattern that is not a regular expression.
    pub fn new(patterns: &[String], options: PatternOptions) -> Result<Pattern, BadPattern> {
        let build = |pattern: &str| {
            let mut builder = RegexBuilder::new(pattern);
            builder.multi_line(true).crlf(true).case_insensitive(options.ignore_case).build()
        };
        let regex = |pattern: &String| {
            let fixed = if options.fixed { regex::escape(pattern) } else { pattern.clone() };
            build(&fixed).map_err(|reason| BadPattern { pattern: pattern.clone(), reason })
        };
        let regexes = patterns.iter().map(regex).collect::<Result<_, _>>()?;
        Ok(Pattern { regexes, inverted: options.inverted })
    }

    /// Whether texts that do not match pass.
    pub fn is_inverted(&self) -> bool {
        self.inverted
    }

    /// Whether `text` passes.
    pub fn matches(&self, text: &[u8]) -> bool {
        self.regexes.iter().any(|regex| regex.is_match(text)) != self.inverted
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pattern(patterns: &[&str], options: PatternOptions) -> Pattern {
        Pattern::new(&patterns.iter().map(ToString::to_string).collect::<Vec<_>>(), options).unwrap()
    }

    #[test]
    fn any_of_several_and_line_by_line() {
        let both = pattern(&["^more$", "b|c"], PatternOptions::default());
        assert!(both.matches(b"head\r\nmore\r\n") && both.matches(b"xcx") && !both.matches(b"no more"));
    }

    #[test]
    fn fixed_strings_case_and_inversion() {
        let fixed = PatternOptions { fixed: true, ..PatternOptions::default() };
        assert!(pattern(&["a.b("], fixed).matches(b"xa.b(x") && !pattern(&["a.b("], fixed).matches(b"aXb("));
        let loose = PatternOptions { fixed: true, ignore_case: true, inverted: true };
        assert!(!pattern(&["ERROR"], loose).matches(b"an error") && pattern(&["ERROR"], loose).matches(b"fine"));
    }

    #[test]
    fn each_stands_for_itself() {
        assert!(pattern(&["(?x) h i t # a comment", "(?i)HAT"], PatternOptions::default()).matches(b"a hat"));
    }

    #[test]
    fn a_bad_one_is_named() {
        let error = Pattern::new(&["fine".into(), "a(b".into()], PatternOptions::default()).unwrap_err();
        assert_eq!(error.pattern, "a(b");
        assert!(Pattern::new(&["a)|(b".into()], PatternOptions::default()).is_err());
    }
}
