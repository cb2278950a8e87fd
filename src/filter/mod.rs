//! Which records are wanted: by level, time, tag, process, thread, place in the source, error code, and pattern.
//!
//! A record passes if it passes every part that is set. A record that does not say what a part asks for does not pass:
//! a line without a level is not "warn and above", and one without a time is in no span.

mod codes;
mod hours;
mod levels;
mod pattern;
mod when;

pub use codes::{Codes, NoCodes};
pub use hours::agree;
pub use levels::Levels;
pub use pattern::{BadPattern, Pattern, PatternOptions};
pub use when::{Bound, NoTime, Span, When, Zone, zone};

use crate::record::{Head, Level, Parts, Record};

/// What a record has to be. By default all records pass; each part that is set narrows that.
///
/// ```
/// use imlog::{Filter, Level, Pattern, PatternOptions};
///
/// let pattern = Pattern::new(&["time.?out".into()], PatternOptions::default().with_ignore_case(true))?;
/// let filter = Filter::default().with_level(Level::Warn).with_tags(["net"]).with_pattern(pattern);
/// # assert!(!filter.is_empty());
/// # Ok::<_, imlog::BadPattern>(())
/// ```
#[derive(Debug, Default)]
#[non_exhaustive]
pub struct Filter {
    /// One of these levels.
    pub levels: Option<Levels>,
    /// When it was logged.
    pub span: Span,
    /// One of these tags; any if there are none. One in lower case stands for others in upper case, too.
    pub tags: Vec<Vec<u8>>,
    /// One of these processes.
    pub pids: Vec<u64>,
    /// One of these threads.
    pub tids: Vec<u64>,
    /// One of these places.
    pub places: Vec<SourcePlace>,
    /// One of these error codes ([`Record::code`]).
    pub codes: Vec<Codes>,
    /// What its text has to match, including its head and continuation lines.
    pub pattern: Option<Pattern>,
}

/// A place in the app's source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourcePlace {
    /// Name of the file, without its folders.
    pub source: Vec<u8>,
    /// Line in that file; `None`: any.
    pub line: Option<u32>,
}

impl SourcePlace {
    /// Reads `FILE` or `FILE:LINE`.
    pub fn new(text: &str) -> SourcePlace {
        let split = text.rsplit_once(':').and_then(|(source, line)| Some((source, line.parse().ok()?)));
        let (source, line) = split.map_or((text, None), |(source, line)| (source, Some(line)));
        SourcePlace { source: source.into(), line }
    }

    fn is_of(&self, record: &Record<'_>) -> bool {
        let Some(source) = record.source else { return false };
        let name = source.rsplit(|byte| matches!(byte, b'/' | b'\\')).next().unwrap_or(source);
        (name == self.source || source == self.source) && self.line.is_none_or(|line| record.line == Some(line))
    }
}

impl Filter {
    /// The same, for records of this level and more severe ones.
    pub fn with_level(self, level: Level) -> Filter {
        Filter { levels: Some(Levels::from(level)), ..self }
    }

    /// The same, for records of these levels.
    pub fn with_levels(self, levels: Levels) -> Filter {
        Filter { levels: Some(levels), ..self }
    }

    /// The same, for records from this span of time.
    pub fn with_span(self, span: Span) -> Filter {
        Filter { span, ..self }
    }

    /// The same, for records with one of these tags.
    pub fn with_tags(self, tags: impl IntoIterator<Item = impl Into<Vec<u8>>>) -> Filter {
        Filter { tags: tags.into_iter().map(Into::into).collect(), ..self }
    }

    /// The same, for records of one of these processes.
    pub fn with_pids(self, pids: impl IntoIterator<Item = u64>) -> Filter {
        Filter { pids: pids.into_iter().collect(), ..self }
    }

    /// The same, for records of one of these threads.
    pub fn with_tids(self, tids: impl IntoIterator<Item = u64>) -> Filter {
        Filter { tids: tids.into_iter().collect(), ..self }
    }

    /// The same, for records from one of these places in the source.
    pub fn with_places(self, places: impl IntoIterator<Item = SourcePlace>) -> Filter {
        Filter { places: places.into_iter().collect(), ..self }
    }

    /// The same, for records with one of these error codes.
    ///
    /// ```
    /// use imlog::{Codes, Filter};
    ///
    /// let filter = Filter::default().with_codes([Codes::from(6013), Codes::from(70000..=79999)]);
    /// ```
    pub fn with_codes(self, codes: impl IntoIterator<Item = Codes>) -> Filter {
        Filter { codes: codes.into_iter().collect(), ..self }
    }

    /// The same, for records that match this pattern.
    pub fn with_pattern(self, pattern: Pattern) -> Filter {
        Filter { pattern: Some(pattern), ..self }
    }

    /// Whether all records pass.
    pub fn is_empty(&self) -> bool {
        let Filter { levels, span, pattern, .. } = self;
        levels.is_none() && span.is_unbounded() && pattern.is_none() && !self.asks_for_fields()
    }

    /// Whether the record with this head and text passes. `zone` is assumed where a time names none.
    pub fn passes(&self, head: &Head, text: &[u8], zone: Zone) -> bool {
        // The cheapest checks come first.
        self.levels.is_none_or(|levels| levels.contain(head.level))
            && (self.span.is_unbounded() || head.time.is_some_and(|time| self.span.contains(time, zone)))
            && (!self.asks_for_fields() || self.fields_pass(&Record::new(*head, text)))
            && self.pattern.as_ref().is_none_or(|pattern| pattern.matches(text))
    }

    /// When a record passes that comes in parts because it is so long. With an inverted pattern, all parts have to pass.
    pub fn parts(&self) -> Parts {
        let inverted = self.pattern.as_ref().is_some_and(Pattern::is_inverted);
        if inverted { Parts::All } else { Parts::Any }
    }

    fn asks_for_fields(&self) -> bool {
        let Filter { tags, pids, tids, places, codes, .. } = self;
        !(tags.is_empty() && pids.is_empty() && tids.is_empty() && places.is_empty() && codes.is_empty())
    }

    fn fields_pass(&self, record: &Record<'_>) -> bool {
        let Filter { tags, pids, tids, places, codes, .. } = self;
        (tags.is_empty() || record.tag.is_some_and(|tag| tags.iter().any(|wanted| is_tag(wanted, tag))))
            && (pids.is_empty() || record.pid.is_some_and(|pid| pids.contains(&pid)))
            && (tids.is_empty() || record.tid.is_some_and(|tid| tids.contains(&tid)))
            && (places.is_empty() || places.iter().any(|place| place.is_of(record)))
            && (codes.is_empty() || record.code().is_some_and(|code| codes.iter().any(|wanted| wanted.contain(code))))
    }
}

/// Whether `tag` is the `wanted` one: as in ripgrep's smart case, only a capital asks for the same case.
fn is_tag(wanted: &[u8], tag: &[u8]) -> bool {
    wanted == tag || wanted.eq_ignore_ascii_case(tag) && !wanted.iter().any(u8::is_ascii_uppercase)
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINE: &[u8] = b"[W][2023-11-05 +8.0 14:19:18.434][8844, 9112*][Net][a/file.cpp:828, func][msg\nmore\n";

    fn passes(filter: Filter) -> bool {
        filter.passes(&Head::of(LINE).unwrap(), LINE, Zone::default())
    }

    #[test]
    fn each_part_by_itself() {
        let net = || vec![b"DB".to_vec(), b"Net".to_vec()];
        assert!(passes(Filter::default()));
        assert!(passes(Filter::default().with_level(Level::Warn)));
        assert!(!passes(Filter::default().with_level(Level::Error)));
        assert!(passes(Filter { tags: net(), pids: vec![8844], tids: vec![1, 9112], ..Filter::default() }));
        assert!(!passes(Filter { tags: vec![b"Ne".to_vec()], ..Filter::default() }));
        assert!(passes(Filter::default().with_tags(["net"])) && !passes(Filter::default().with_tags(["nET"])));
        assert!(!passes(Filter { tags: net(), pids: vec![9112], ..Filter::default() }));
        for (place, expected) in [
            ("file.cpp", true),
            ("a/file.cpp", true),
            ("file.cpp:828", true),
            ("file.cpp:8", false),
            ("ile.cpp", false),
        ] {
            assert_eq!(
                passes(Filter { places: vec![SourcePlace::new(place)], ..Filter::default() }),
                expected,
                "{place}"
            );
        }
        let pattern = |text: &str| Pattern::new(&[text.into()], Default::default()).ok();
        assert!(passes(Filter { pattern: pattern("msg\\nmore"), ..Filter::default() }));
        assert!(!passes(Filter { pattern: pattern("nowhere"), ..Filter::default() }));
    }

    #[test]
    fn by_the_code_that_a_record_carries() {
        let line = b"TIM: 2023-11-06 14:19:18.434 E |-login.cpp:380  F  |error_code:-10001|error_message:expired\n";
        let passes = |codes: Codes| {
            let filter = Filter::default().with_codes([Codes::from(0), codes]);
            assert!(!filter.is_empty());
            filter.passes(&Head::of(line).unwrap(), line, Zone::default())
        };
        assert!(passes((-10001).into()) && passes((-10003..=-10001).into()) && passes((i32::MIN..=i32::MAX).into()));
        assert!(!passes(10001.into()) && !passes((-10000..=0).into()));
    }

    #[test]
    fn a_record_that_does_not_say_does_not_pass() {
        let note = |filter: Filter| filter.passes(&Head::default(), b"no head at all\n", Zone::default());
        assert!(note(Filter::default()));
        assert!(!note(Filter::default().with_level(Level::Verbose)));
        assert!(!note(Filter { span: Span { start: Some(Bound::Wall(0)), ..Span::default() }, ..Filter::default() }));
        assert!(!note(Filter { tids: vec![0], ..Filter::default() }));
        assert!(!note(Filter { codes: vec![0.into()], ..Filter::default() }));
    }
}
