//! Records as lines: plain, for a terminal, as JSON, or only counted.

use std::io::{self, Write};
use std::ops::Range;

use anstyle::{AnsiColor, Effects, Style};

use super::show::Show;
use crate::decode::{Gap, GapRun};
use crate::filter::Pattern;
use crate::output::marker::{Marker, PREFIX};
use crate::output::{json, terminal};
use crate::record::{Form, FoundRecord, Head, Level, RecordPlace, Time};
use crate::redact::{RedactedPieces, Redactor};

const PATH: Style = AnsiColor::Magenta.on_default();
/// What a pattern matches.
const HIGHLIGHT: Effects = Effects::BOLD.insert(Effects::INVERT);
const MARKER: Style = AnsiColor::Red.on_default().effects(Effects::INVERT);

/// How lines style.
#[derive(Clone, Copy, Debug, Default)]
pub struct LineStyle {
    /// As JSON. The other fields do not apply then.
    pub json: bool,
    /// In the colours of their levels.
    pub color: bool,
    /// With control characters made visible.
    pub visible: bool,
    /// Where the name of the file stands.
    pub names: Names,
    /// With a line where something is missing.
    pub markers: bool,
    /// In JSON, the zone of times that name none, in minutes ahead of UTC.
    pub zone: Option<i16>,
    /// Only what the pattern matches.
    pub only_matching: bool,
    /// In JSON, with the places of records: each file is read from its start to its end.
    pub places: bool,
}

/// Where the name of a file stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Names {
    /// Nowhere.
    #[default]
    None,
    /// Before each line.
    Prefix,
    /// Above its records.
    Heading,
}

impl LineStyle {
    /// Whether text is written as it is.
    fn is_plain(self) -> bool {
        !(self.json || self.color || self.visible || self.only_matching) && self.names == Names::None
    }

    /// Whether it matters what of a record matches.
    pub fn shows_matches(self) -> bool {
        self.color && !self.json || self.only_matching
    }
}

/// Writes records.
#[derive(Debug)]
pub struct Out<W> {
    out: W,
    style: LineStyle,
    /// The marker of the file last written from: held back, as more gaps may join it.
    marker: Option<(String, GapRun)>,
    /// What was written last does not end with a newline.
    mid_line: bool,
    line: Vec<u8>,
    /// The file whose name was written above its records last.
    heading: Option<String>,
    /// What is highlighted, or shown alone.
    pattern: Option<Pattern>,
    redactor: Option<Redactor>,
    /// Lines that wait to be redacted together, if they are written as they are.
    pieces: RedactedPieces,
    /// The record at hand with pseudonyms.
    redacted: Vec<u8>,
}

impl<W: Write> Out<W> {
    /// Writes to `out`; with a redactor, pseudonyms in place of what is personal.
    pub fn new(out: W, style: LineStyle, redactor: Option<Redactor>) -> Out<W> {
        let pieces = RedactedPieces::beside_pool(rayon::current_num_threads());
        let (line, redacted) = Default::default();
        let (heading, pattern) = (None, None);
        Out { out, style, marker: None, mid_line: false, line, heading, pattern, redactor, pieces, redacted }
    }

    /// The same, for what this pattern matches.
    pub fn with_pattern(self, pattern: Option<Pattern>) -> Out<W> {
        // With -v, what is shown has no matches.
        Out { pattern: pattern.filter(|pattern| !pattern.is_inverted()), ..self }
    }

    fn redacted(&mut self, name: &str, found: &FoundRecord<'_>, context: bool) -> io::Result<()> {
        self.end_marker()?;
        if self.redactor.is_some() && self.style.is_plain() {
            return self.plain(found);
        }
        let Some(redactor) = &mut self.redactor else { return self.write(name, found, context) };
        let mut redacted = std::mem::take(&mut self.redacted);
        redacted.clear();
        redactor.push(found.text, &mut redacted);
        let written = self.write(name, &FoundRecord { text: &redacted, ..*found }, context);
        self.redacted = redacted;
        written
    }

    /// Writes a record that needs nothing but redaction.
    fn plain(&mut self, found: &FoundRecord<'_>) -> io::Result<()> {
        if !(found.continued && self.mid_line) {
            self.end_line()?;
        }
        self.mid_line = !found.text.ends_with(b"\n");
        self.put(found.text)
    }

    /// Writes text as it is, or redacted, once there is enough of it.
    fn put(&mut self, text: &[u8]) -> io::Result<()> {
        match &mut self.redactor {
            Some(redactor) if self.style.is_plain() => {
                self.pieces.push(redactor, text, |text| self.out.write_all(text))
            }
            _ => self.out.write_all(text),
        }
    }

    /// Ends the line, before something of our own.
    fn settle(&mut self) -> io::Result<()> {
        self.end_line()?;
        self.end_pieces()
    }

    /// Writes the lines that wait to be redacted together.
    fn end_pieces(&mut self) -> io::Result<()> {
        match &mut self.redactor {
            Some(redactor) => self.pieces.end(redactor, |text| self.out.write_all(text)),
            None => Ok(()),
        }
    }

    /// Writes the name of a file above its records.
    fn begin_file(&mut self, name: &str) -> io::Result<()> {
        if self.style.names != Names::Heading || self.heading.as_deref() == Some(name) {
            return Ok(());
        }
        let path = if self.style.color { PATH } else { Style::new() };
        let gap = if self.heading.is_some() { "\n" } else { "" };
        writeln!(self.out, "{gap}{path}{name}{path:#}")?;
        self.heading = Some(name.to_owned());
        Ok(())
    }

    fn end_marker(&mut self) -> io::Result<()> {
        let Some((name, marker)) = self.marker.take() else { return Ok(()) };
        self.settle()?;
        let text = format!("{PREFIX}{}\n", Marker(&marker));
        let head = Head { form: Form::Marker, ..Head::default() };
        let place = RecordPlace::default();
        self.write(&name, &FoundRecord { head, text: text.as_bytes(), passes: true, continued: false, place }, false)
    }

    /// Ends a line that its log leaves open, before a marker or another log's line.
    fn end_line(&mut self) -> io::Result<()> {
        if std::mem::take(&mut self.mid_line) { self.put(b"\n") } else { Ok(()) }
    }

    fn write(&mut self, name: &str, found: &FoundRecord<'_>, context: bool) -> io::Result<()> {
        let goes_on = found.continued && self.mid_line;
        if !goes_on {
            self.end_line()?;
        }
        let LineStyle { json, color, only_matching, .. } = self.style;
        if json {
            self.line.clear();
            let zoned = |time: Time| Time { zone: time.zone.or(self.style.zone), ..time };
            let head = Head { time: found.head.time.map(zoned), ..found.head };
            let place = if self.style.places { found.place } else { RecordPlace::default() };
            json::record(name, &FoundRecord { head, place, ..*found }, context, &mut self.line);
            return self.out.write_all(&self.line);
        }
        let is_marker = found.head.form == Form::Marker;
        let matches = self.pattern.as_ref().filter(|_| !context && !is_marker);
        let matches = matches.map(|pattern| pattern.ranges(found.text)).unwrap_or_default();
        if only_matching && matches.is_empty() && !is_marker {
            return Ok(());
        }
        self.begin_file(name)?;
        if self.style.is_plain() {
            self.mid_line = !found.text.ends_with(b"\n");
            return self.out.write_all(found.text);
        }
        self.line.clear();
        let separator = if context { '-' } else { ':' };
        let style = if color { level_style(&found.head) } else { Style::new() };
        if only_matching && !is_marker {
            for range in matches {
                let text = found.text.get(range).unwrap_or_default();
                for line in text.split(|&byte| byte == b'\n') {
                    self.push_prefix(name, separator)?;
                    let line = line.strip_suffix(b"\r").unwrap_or(line);
                    self.push_styled(line, self.highlight(style))?;
                    self.line.push(b'\n');
                }
            }
            return self.out.write_all(&self.line);
        }
        self.mid_line = !found.text.ends_with(b"\n");
        let mut start = 0;
        for (index, line) in found.text.split_inclusive(|&byte| byte == b'\n').enumerate() {
            if !(goes_on && index == 0) {
                self.push_prefix(name, separator)?;
            }
            let end = line.len() - line.iter().rev().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
            let (body, end) = line.split_at(end);
            let in_line = |range: &Range<usize>| {
                let at = |at: usize| at.saturating_sub(start).min(body.len());
                at(range.start)..at(range.end)
            };
            let first = matches.partition_point(|range| range.end <= start);
            let of_line = matches.iter().skip(first).take_while(|range| range.start < start + body.len());
            self.push_line(body, style, &of_line.map(in_line).collect::<Vec<_>>())?;
            self.line.extend_from_slice(end);
            start += line.len();
        }
        self.out.write_all(&self.line)
    }

    /// Adds the name of the file to the line, if it stands there.
    fn push_prefix(&mut self, name: &str, separator: char) -> io::Result<()> {
        if self.style.names != Names::Prefix {
            return Ok(());
        }
        let path = if self.style.color { PATH } else { Style::new() };
        write!(self.line, "{path}{name}{path:#}{separator}")
    }

    /// Adds a line without its end, with its `matches` highlighted.
    fn push_line(&mut self, body: &[u8], style: Style, matches: &[Range<usize>]) -> io::Result<()> {
        let highlight = self.highlight(style);
        let mut at = 0;
        for range in matches {
            self.push_styled(body.get(at..range.start).unwrap_or_default(), style)?;
            self.push_styled(body.get(range.clone()).unwrap_or_default(), highlight)?;
            at = range.end;
        }
        self.push_styled(body.get(at..).unwrap_or_default(), style)
    }

    /// The style of a match in a line of this style.
    fn highlight(&self, style: Style) -> Style {
        if self.style.color { style.effects(style.get_effects() | HIGHLIGHT) } else { style }
    }

    fn push_styled(&mut self, text: &[u8], style: Style) -> io::Result<()> {
        if text.is_empty() {
            return Ok(());
        }
        write!(self.line, "{style}")?;
        match self.style.visible {
            true => terminal::push_visible(text, &mut self.line),
            false => self.line.extend_from_slice(text),
        }
        write!(self.line, "{style:#}")
    }
}

impl<W: Write> Show for Out<W> {
    fn record(&mut self, name: &str, found: &FoundRecord<'_>, context: bool) -> io::Result<()> {
        self.redacted(name, found, context)?;
        // Whoever looks on wants to see what there is, however long the next takes.
        if self.style.visible { self.out.flush() } else { Ok(()) }
    }

    fn gap(&mut self, name: &str, gap: &Gap) -> io::Result<()> {
        if !self.style.markers {
            return Ok(());
        }
        if self.style.json {
            self.line.clear();
            json::gap(name, gap, &mut self.line);
            return self.out.write_all(&self.line);
        }
        if self.marker.as_mut().is_some_and(|(of, marker)| of == name && marker.join(gap)) {
            return Ok(());
        }
        self.end_marker()?;
        self.marker = Some((name.into(), GapRun::new(gap)));
        Ok(())
    }

    fn separator(&mut self, name: &str) -> io::Result<()> {
        let has_heading = self.style.names == Names::Heading && self.heading.as_deref() != Some(name);
        if self.style.json || has_heading { Ok(()) } else { self.whole_line(b"--\n") }
    }

    fn whole_line(&mut self, line: &[u8]) -> io::Result<()> {
        self.end_marker()?;
        self.settle()?;
        self.out.write_all(line)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.end_marker()?;
        self.end_pieces()?;
        self.out.flush()
    }

    fn abandon(&mut self) {
        self.marker = None;
    }

    fn take_redactor(&mut self) -> Option<Redactor> {
        self.redactor.take()
    }
}

fn level_style(head: &Head) -> Style {
    match (head.form, head.level) {
        (Form::Marker, _) => MARKER,
        (_, Some(Level::Fatal)) => AnsiColor::Red.on_default().bold(),
        (_, Some(Level::Error)) => AnsiColor::Red.on_default(),
        (_, Some(Level::Warn)) => AnsiColor::Yellow.on_default(),
        (_, Some(Level::Debug | Level::Verbose)) => Style::new().dimmed(),
        (_, Some(Level::Info) | None) => Style::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decode::{GapCause, GapPlace};

    fn written(style: LineStyle, steps: impl Fn(&mut Out<Vec<u8>>) -> io::Result<()>) -> String {
        let mut out = Out::new(Vec::new(), style, None);
        steps(&mut out).unwrap();
        out.flush().unwrap();
        String::from_utf8(out.out).unwrap()
    }

    fn found(text: &str) -> FoundRecord<'_> {
        FoundRecord {
            head: Head::of(text.as_bytes()).unwrap_or_default(),
            text: text.as_bytes(),
            passes: true,
            continued: false,
            place: RecordPlace::default(),
        }
    }

    #[test]
    fn an_open_line_is_ended_when_more_comes() {
        let two = |out: &mut Out<Vec<u8>>| {
            out.record("a", &found("one"), false)?;
            out.record("b", &found("two"), false)
        };
        assert_eq!(written(LineStyle::default(), two), "one\ntwo");
    }

    #[test]
    fn every_line_has_a_name_and_a_colour() {
        let style = LineStyle { color: true, names: Names::Prefix, visible: true, ..LineStyle::default() };
        let text = "TIM: 2023-11-06 14:19:18.434 E |-a\x07\r\nmore\n";
        let coloured = written(style, |out| out.record("n", &found(text), false));
        assert_eq!(
            coloured,
            "\x1b[35mn\x1b[0m:\x1b[31mTIM: 2023-11-06 14:19:18.434 E |-a^G\x1b[0m\r\n\x1b[35mn\x1b[0m:\x1b[31mmore\x1b[0m\n"
        );
        let names = LineStyle { names: Names::Prefix, ..LineStyle::default() };
        assert_eq!(written(names, |out| out.record("n", &found("a\nb\n"), true)), "n-a\nn-b\n");
    }

    #[test]
    fn gaps_that_belong_together_are_one_marker() {
        let gap = |offset, place| Gap { offset, len: 5, cause: GapCause::Foreign, place, before: None, after: None };
        let steps = |out: &mut Out<Vec<u8>>| {
            out.record("a", &found("one"), false)?;
            out.gap("a", &gap(0, GapPlace::New))?;
            out.gap("a", &gap(5, GapPlace::Same))?;
            out.gap("b", &gap(7, GapPlace::New))
        };
        let marked = written(LineStyle { markers: true, ..LineStyle::default() }, steps);
        let lines: Vec<_> = marked.lines().collect();
        assert!(lines[0] == "one" && lines[1].starts_with("[F]imlog: 10 bytes lost") && lines.len() == 3);
        assert_eq!(written(LineStyle::default(), steps), "one");
    }
}
