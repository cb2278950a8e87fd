//! Records as lines: plain, for a terminal, as JSON, or only counted.

use std::io::{self, Write};

use anstyle::{AnsiColor, Effects, Style};

use crate::decode::{Gap, GapRun};
use crate::output::marker::{Marker, PARTIAL, PREFIX};
use crate::output::{json, terminal};
use crate::record::{Form, FoundPartial, FoundRecord, Head, Level};
use crate::redact::{RedactedPieces, Redactor};

const PATH: Style = AnsiColor::Magenta.on_default();
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
    /// With the name of the file before each.
    pub names: bool,
    /// With a line where something is missing.
    pub markers: bool,
}

impl LineStyle {
    /// Whether text is written as it is.
    fn is_plain(self) -> bool {
        !(self.json || self.color || self.visible || self.names)
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
    redactor: Option<Redactor>,
    /// Lines that wait to be redacted together, if they are written as they are.
    pieces: RedactedPieces,
    /// The record at hand with pseudonyms.
    redacted: Vec<u8>,
}

impl<W: Write> Out<W> {
    /// Writes to `out`; with a redactor, pseudonyms in place of what is personal.
    pub fn new(out: W, style: LineStyle, redactor: Option<Redactor>) -> Out<W> {
        let (pieces, line, redacted) = Default::default();
        Out { out, style, marker: None, mid_line: false, line, redactor, pieces, redacted }
    }

    /// Takes the redactor back.
    pub fn take_redactor(&mut self) -> Option<Redactor> {
        self.redactor.take()
    }

    /// Writes a record of the file `name`. `context`: it is shown for a match near it.
    pub fn record(&mut self, name: &str, found: &FoundRecord<'_>, context: bool) -> io::Result<()> {
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

    /// Writes a gap.
    pub fn gap(&mut self, name: &str, gap: &Gap) -> io::Result<()> {
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

    /// Writes a line that is known in part.
    pub fn partial(&mut self, name: &str, found: &FoundPartial<'_>) -> io::Result<()> {
        // What is personal in it cannot be told.
        if !self.style.markers || self.redactor.is_some() {
            return Ok(());
        }
        self.end_marker()?;
        if self.style.json {
            self.line.clear();
            json::partial(name, found, &mut self.line);
            return self.out.write_all(&self.line);
        }
        let text = [PREFIX.as_bytes(), PARTIAL.as_bytes(), &found.line.shown(), b"\n"].concat();
        let head = Head { form: Form::Marker, ..Head::default() };
        self.write(name, &FoundRecord { head, text: &text, passes: true, continued: false }, false)
    }

    /// Writes the line between groups of records that do not follow one another.
    pub fn separator(&mut self) -> io::Result<()> {
        if self.style.json { Ok(()) } else { self.whole_line(b"--\n") }
    }

    /// Writes a whole line.
    pub fn whole_line(&mut self, line: &[u8]) -> io::Result<()> {
        self.end_marker()?;
        self.settle()?;
        self.out.write_all(line)
    }

    /// Writes what is held back.
    pub fn flush(&mut self) -> io::Result<()> {
        self.end_marker()?;
        self.end_pieces()?;
        self.out.flush()
    }

    /// Drops what is held back: in a file that turns out to be no log, a marker means nothing.
    pub fn abandon(&mut self) {
        self.marker = None;
    }

    fn end_marker(&mut self) -> io::Result<()> {
        let Some((name, marker)) = self.marker.take() else { return Ok(()) };
        self.settle()?;
        let text = format!("{PREFIX}{}\n", Marker(&marker));
        let head = Head { form: Form::Marker, ..Head::default() };
        self.write(&name, &FoundRecord { head, text: text.as_bytes(), passes: true, continued: false }, false)
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
        let LineStyle { json, color, visible, names, .. } = self.style;
        if json {
            self.line.clear();
            json::record(name, found, context, &mut self.line);
            return self.out.write_all(&self.line);
        }
        self.mid_line = !found.text.ends_with(b"\n");
        if self.style.is_plain() {
            return self.out.write_all(found.text);
        }
        self.line.clear();
        let level_style = if color { level_style(&found.head) } else { Style::new() };
        for (index, line) in found.text.split_inclusive(|&byte| byte == b'\n').enumerate() {
            if names && !(goes_on && index == 0) {
                let (path, separator) = (if color { PATH } else { Style::new() }, if context { '-' } else { ':' });
                write!(self.line, "{path}{name}{path:#}{separator}")?;
            }
            let end = line.len() - line.iter().rev().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
            let (body, end) = line.split_at(end);
            write!(self.line, "{level_style}")?;
            match visible {
                true => terminal::push_visible(body, &mut self.line),
                false => self.line.extend_from_slice(body),
            }
            write!(self.line, "{level_style:#}")?;
            self.line.extend_from_slice(end);
        }
        self.out.write_all(&self.line)
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
        let style = LineStyle { color: true, names: true, visible: true, ..LineStyle::default() };
        let text = "TIM: 2023-11-06 14:19:18.434 E |-a\x07\r\nmore\n";
        let coloured = written(style, |out| out.record("n", &found(text), false));
        assert_eq!(
            coloured,
            "\x1b[35mn\x1b[0m:\x1b[31mTIM: 2023-11-06 14:19:18.434 E |-a^G\x1b[0m\r\n\x1b[35mn\x1b[0m:\x1b[31mmore\x1b[0m\n"
        );
        let names = LineStyle { names: true, ..LineStyle::default() };
        assert_eq!(written(names, |out| out.record("n", &found("a\nb\n"), true)), "n-a\nn-b\n");
    }

    #[test]
    fn gaps_that_belong_together_are_one_marker() {
        let gap = |offset, place| Gap { offset, len: 5, cause: GapCause::Foreign, place };
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
