//! What a record's text has to match.

use std::ops::Range;

use regex::bytes::{Regex, RegexBuilder};

/// One or more patterns, of which one has to match, or all.
#[derive(Clone, Debug)]
pub struct Pattern {
    regexes: Vec<Regex>,
    all: bool,
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
    /// All patterns have to match, each anywhere in the text.
    pub all: bool,
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

    /// The same, with [`all`](PatternOptions::all) set to this.
    pub fn with_all(self, all: bool) -> PatternOptions {
        PatternOptions { all, ..self }
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
        Ok(Pattern { regexes, all: options.all, inverted: options.inverted })
    }

    /// Whether texts that do not match pass.
    pub fn is_inverted(&self) -> bool {
        self.inverted
    }

    /// Whether `text` passes.
    pub fn matches(&self, text: &[u8]) -> bool {
        let is_match = |regex: &Regex| regex.is_match(text);
        let matches = if self.all { self.regexes.iter().all(is_match) } else { self.regexes.iter().any(is_match) };
        matches != self.inverted
    }

    /// What of `text` the patterns match, from left to right. Of a match that begins in another, the rest is one.
    pub fn ranges(&self, text: &[u8]) -> Vec<Range<usize>> {
        let mut all: Vec<_> =
            self.regexes.iter().flat_map(|regex| regex.find_iter(text)).map(|it| it.range()).collect();
        all.sort_unstable_by_key(|range| (range.start, usize::MAX - range.end));
        let mut end = 0;
        all.retain_mut(|range| {
            range.start = range.start.max(end);
            end = end.max(range.end);
            range.start < range.end
        });
        all
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
        let loose = PatternOptions { fixed: true, ignore_case: true, inverted: true, all: false };
        assert!(!pattern(&["ERROR"], loose).matches(b"an error") && pattern(&["ERROR"], loose).matches(b"fine"));
    }

    #[test]
    fn all_of_several_in_any_order() {
        let all = PatternOptions::default().with_all(true);
        assert!(pattern(&["b", "a"], all).matches(b"a\nb") && !pattern(&["b", "a"], all).matches(b"b"));
        assert!(pattern(&["b", "a"], all.with_inverted(true)).matches(b"b"));
    }

    #[test]
    fn what_matches_is_found_once() {
        let ranges =
            |patterns: &[&str], text: &str| pattern(patterns, PatternOptions::default()).ranges(text.as_bytes());
        assert_eq!(ranges(&["b+", "ab", "x*"], "abbb b"), [0..2, 2..4, 5..6].map(|range| range));
        assert_eq!(ranges(&["c", "ab"], "abc"), [0..2, 2..3]);
        assert!(ranges(&["x*"], "abc").is_empty());
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
