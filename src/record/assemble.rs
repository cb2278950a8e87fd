//! Marks and items, in the order of the file, to records: across the borders of blocks and batches.

use super::scan::Mark;
use super::{Form, Head, Record};
use crate::decode::{Gap, Item};
use crate::line::tells_of_loss;

/// How much text of one record is held, in bytes. A longer record comes in several parts with the same head, so that
/// memory is bounded whatever is in the file.
pub const LONGEST: usize = 1 << 20;

/// How much of the end of a part the judge sees again before the next, in bytes: what it looks for may span both.
const OVERLAP: usize = 64 << 10;

/// And how much of a record's first line.
const FIRST_LINE: usize = 4 << 10;

/// When a record passes that comes in parts because it is so long. Each part is judged.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Parts {
    /// When any part does.
    #[default]
    Any,
    /// Only when all do.
    All,
}

/// What a log is made of.
#[derive(Clone, Copy, Debug)]
pub enum Piece<'a> {
    /// A record.
    Record(FoundRecord<'a>),
    /// Something that is missing.
    Gap(&'a Gap),
}

/// A record, not yet taken apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct FoundRecord<'a> {
    /// What its first line says: nothing, if it is in no known form.
    pub head: Head,
    /// All its text, its last line break included, if it has one.
    pub text: &'a [u8],
    /// The verdict of the judge of [`read_records`](super::read_records): for a record in parts, on the parts so far. If
    /// a part passes and none before it did, the record's first line comes again, as a record that passes, and the part
    /// continues that.
    pub passes: bool,
    /// Whether it continues the record before, which was cut because it was too long.
    pub continued: bool,
}

impl<'a> FoundRecord<'a> {
    /// Whether it is a marker that says that something was lost.
    pub fn is_loss(&self) -> bool {
        self.head.form == Form::Marker && tells_of_loss(self.text)
    }

    /// Takes it apart.
    pub fn record(&self) -> Record<'a> {
        match self.continued {
            false => Record::new(self.head, self.text),
            true => Record {
                message: Record::new(Head::default(), self.text).message,
                head: self.head,
                ..Record::default()
            },
        }
    }
}

/// Puts records together. The last record of a run stays open until it is known what follows.
#[derive(Debug)]
pub struct Assembler<J> {
    judge: J,
    parts: Parts,
    open: Option<Open>,
    /// Text of the open record, or of its last part.
    text: Vec<u8>,
    /// For a record in parts: its first line, then the end of the part before.
    earlier: Vec<u8>,
    /// How much of that is the first line.
    first_line: usize,
    /// Whether the last byte ended a line, or there was none since a gap.
    at_line: bool,
    /// The file has lines of the IM SDK 5.x or later, where everything else continues the line before.
    is_tim: bool,
    /// The form of the last head.
    last: Form,
}

#[derive(Clone, Copy, Debug)]
struct Open {
    head: Head,
    /// The verdict of the judge; `None` if text has come since.
    passes: Option<bool>,
    /// The verdict on the parts before.
    before: Option<bool>,
}

impl<J: Fn(&Head, &[u8]) -> bool> Assembler<J> {
    /// An assembler for one file. `judge` is the one that the marks were made with.
    pub fn new(judge: J) -> Assembler<J> {
        let (text, earlier) = (Vec::new(), Vec::new());
        let parts = Parts::default();
        Assembler {
            judge,
            parts,
            open: None,
            text,
            earlier,
            first_line: 0,
            at_line: true,
            is_tim: false,
            last: Form::Other,
        }
    }

    /// The same, with this rule for long records.
    pub fn with_parts(self, parts: Parts) -> Assembler<J> {
        Assembler { parts, ..self }
    }

    /// Takes the next item, with the marks of its chunk, and shows the records that end in it.
    ///
    /// # Errors
    /// Those of `show`.
    pub fn item<E>(
        &mut self,
        item: Item<'_>,
        marks: &[Mark],
        show: &mut impl FnMut(Piece<'_>) -> Result<(), E>,
    ) -> Result<(), E> {
        let run = match item {
            Item::Text(run) => run,
            Item::Gap(gap) => {
                self.end(show)?;
                return show(Piece::Gap(gap));
            }
        };
        if run.blocks.iter().any(|block| block.unwanted) {
            return self.end(show);
        }
        if run.text.is_empty() {
            return Ok(());
        }
        let end = run.start + run.text.len();
        let text = |from: usize, to: usize| run.text.get(from - run.start..to - run.start).unwrap_or_default();
        let first = marks.partition_point(|mark| mark.start < run.start);
        let mut at = run.start;
        for (index, mark) in marks.iter().enumerate().skip(first).take_while(|(_, mark)| mark.start < end) {
            let inside_line = mark.start == run.start && !self.at_line;
            self.is_tim |= mark.head.form == Form::Tim;
            if inside_line || self.is_weak(&mark.head, text(mark.start, mark.end.min(end))) {
                continue;
            }
            self.last = mark.head.form;
            self.lead(text(at, mark.start), show)?;
            self.end(show)?;
            // A record surely ends where its mark does if another starts right there.
            let next = marks.get(index + 1).filter(|next| next.start < end && next.start == mark.end);
            at = mark.end.min(end);
            match next.filter(|next| !self.is_weak(&next.head, text(next.start, next.end.min(end)))) {
                Some(_) => {
                    let found = FoundRecord {
                        head: mark.head,
                        text: text(mark.start, at),
                        passes: mark.passes,
                        continued: false,
                    };
                    show(Piece::Record(found))?;
                }
                None => {
                    // The judge may have seen more than belongs to it: seq skips between two blocks.
                    let passes = (mark.end <= end).then_some(mark.passes);
                    self.open = Some(Open { head: mark.head, passes, before: None });
                    self.text.extend_from_slice(text(mark.start, at));
                    self.at_line = self.text.ends_with(b"\n");
                }
            }
        }
        self.lead(text(at, end), show)
    }

    /// The end of the file, or of what belongs together: nothing continues the open record.
    ///
    /// # Errors
    /// Those of `show`.
    pub fn end<E>(&mut self, show: &mut impl FnMut(Piece<'_>) -> Result<(), E>) -> Result<(), E> {
        self.at_line = true;
        self.end_part(show)?;
        self.text.clear();
        Ok(())
    }

    /// Shows the open record, or the part of it that is held. Returns its head, and whether it passes so far.
    fn end_part<E>(&mut self, show: &mut impl FnMut(Piece<'_>) -> Result<(), E>) -> Result<Option<(Head, bool)>, E> {
        let Some(Open { head, passes, before }) = self.open.take() else { return Ok(None) };
        let passes = match (before, passes) {
            (None, Some(passes)) => passes,
            (None, None) => (self.judge)(&head, &self.text),
            // One part is enough.
            (Some(before), _) if before == (self.parts == Parts::Any) => before,
            (Some(_), _) => {
                let len = self.earlier.len();
                self.earlier.extend_from_slice(&self.text);
                let passes = (self.judge)(&head, &self.earlier);
                self.earlier.truncate(len);
                passes
            }
        };
        let found = |text, continued| Piece::Record(FoundRecord { head, text, passes, continued });
        if before == Some(false) && passes {
            show(found(self.earlier.get(..self.first_line).unwrap_or_default(), false))?;
        }
        show(found(&self.text, before.is_some()))?;
        Ok(Some((head, passes)))
    }

    /// Shows the part of the open record that is held; the record goes on.
    fn go_on<E>(&mut self, show: &mut impl FnMut(Piece<'_>) -> Result<(), E>) -> Result<(), E> {
        let is_first = self.open.is_some_and(|open| open.before.is_none());
        let Some((head, passes)) = self.end_part(show)? else { return Ok(()) };
        if is_first {
            // It has the fields.
            let line = memchr::memchr(b'\n', &self.text).map_or(self.text.len(), |end| end + 1);
            self.first_line = line.min(FIRST_LINE);
            self.earlier.clear();
            self.earlier.extend_from_slice(self.text.get(..self.first_line).unwrap_or_default());
        }
        self.earlier.truncate(self.first_line);
        let tail = self.text.len().saturating_sub(OVERLAP);
        self.earlier.extend_from_slice(self.text.get(tail..).unwrap_or_default());
        self.text.clear();
        self.open = Some(Open { head, passes: None, before: Some(passes) });
        Ok(())
    }

    /// Whether this is not a head after all, given what came before it in the file.
    fn is_weak(&self, head: &Head, text: &[u8]) -> bool {
        match head.form {
            Form::Ios | Form::Tim40 => self.is_tim,
            Form::Logcat => self.is_tim && head.time.is_none(),
            // Most notes of the writer are plain words, but follow one that is not.
            Form::Note => !matches!(text.first(), Some(b'^' | b'$' | b'~')) && self.last != Form::Note,
            _ => false,
        }
    }

    /// Takes text without a head: it continues the open record, or else each line is a record.
    fn lead<E>(&mut self, text: &[u8], show: &mut impl FnMut(Piece<'_>) -> Result<(), E>) -> Result<(), E> {
        for line in text.split_inclusive(|&byte| byte == b'\n') {
            // A note or a marker is one line, nothing continues it.
            let ends_with_line = |form| matches!(form, Form::Other | Form::Note | Form::Marker);
            let alone = self.open.is_none_or(|open| ends_with_line(open.head.form)) && self.at_line;
            if alone {
                self.end(show)?;
                self.open = Some(Open { head: Head::default(), passes: None, before: None });
            } else if self.text.len() + line.len() > LONGEST {
                self.go_on(show)?;
            }
            if let Some(open) = self.open.as_mut() {
                open.passes = None;
            }
            self.text.extend_from_slice(line);
            self.at_line = line.ends_with(b"\n");
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use super::super::scan::scan;
    use super::*;
    use crate::decode::{GapCause, GapPlace, TextChunk, TextRun};

    /// Cuts `parts` off as runs of one chunk each, with a gap where a part is empty; the records, `!` behind those
    /// that pass: those with an `x`.
    fn records(parts: &[&str]) -> Vec<String> {
        let judge = |_: &Head, text: &[u8]| text.contains(&b'x');
        let mut seen = Vec::new();
        let mut show = |piece: Piece<'_>| {
            seen.push(match piece {
                Piece::Record(found) => {
                    let flag = if found.passes { "!" } else { "" };
                    format!("{}{flag}", String::from_utf8_lossy(found.text))
                }
                Piece::Gap(_) => "gap".into(),
            });
            Ok::<_, Infallible>(())
        };
        let mut assembler = Assembler::new(judge);
        let gap = Gap { offset: 0, len: 1, cause: GapCause::Foreign, place: GapPlace::New };
        let mut marks = Vec::new();
        for part in parts {
            let item = match part.as_bytes() {
                [] => Item::Gap(&gap),
                text => Item::Text(TextRun { text, start: 0, blocks: &[] }),
            };
            scan(TextChunk { text: part.as_bytes(), breaks: &[] }, judge, &mut marks);
            assembler.item(item, &marks, &mut show).unwrap();
        }
        assembler.end(&mut show).unwrap();
        seen
    }

    #[test]
    fn a_record_goes_on_in_the_next_batch() {
        let expected = [
            "TIM: a
",
            "TIM: b
more
x
!",
            "TIM: c
",
        ];
        assert_eq!(
            records(&["TIM: a
TIM: b
more
x
TIM: c
"]),
            expected
        );
        assert_eq!(
            records(&[
                "TIM: a
TIM: b
",
                "more
",
                "x
TIM: c
"
            ]),
            expected
        );
        assert_eq!(
            records(&[
                "TIM: a
TIM: b
mo",
                "re
x
TIM: c
"
            ]),
            expected
        );
        assert_eq!(
            records(&[
                "TIM: a
TIM: b",
                "
more
x",
                "
",
                "TIM: c
"
            ]),
            expected
        );
    }

    #[test]
    fn a_head_inside_a_line_is_none() {
        assert_eq!(
            records(&[
                "TIM: a ",
                "TIM: b
c
",
                "TIM: x
"
            ]),
            [
                "TIM: a TIM: b
c
",
                "TIM: x
!"
            ]
        );
    }

    #[test]
    fn nothing_goes_on_behind_a_gap() {
        assert_eq!(
            records(&[
                "TIM: a",
                "",
                "x
y
TIM: b
"
            ]),
            [
                "TIM: a", "gap", "x
!", "y
", "TIM: b
"
            ]
        );
    }

    #[test]
    fn lines_without_any_head_are_records_each() {
        assert_eq!(
            records(&[
                "one
two x
th",
                "ree"
            ]),
            [
                "one
", "two x
!", "three"
            ]
        );
    }

    #[test]
    fn the_weakest_head_gives_way_to_the_sdks() {
        let ios = "[INFO][A.mm:1][f][t]m
";
        assert_eq!(records(&[ios, ios]), [ios, ios]);
        assert_eq!(
            records(&[&format!(
                "TIM: a
{ios}TIM: b
"
            )]),
            [
                &format!(
                    "TIM: a
{ios}"
                ),
                "TIM: b
"
            ]
        );
        assert_eq!(
            records(&[
                "TIM: a
",
                &format!(
                    "{ios}x
"
                ),
                "TIM: b
"
            ]),
            [
                &format!(
                    "TIM: a
{ios}x
!"
                ),
                "TIM: b
"
            ]
        );
    }

    #[test]
    fn in_a_log_of_the_sdk_all_else_continues_the_line_before() {
        for line in ["get mmap time: 5 apples\n", "I/y(1): no\n", "2019-05-28 21:51:56.161| no\n"] {
            assert_eq!(records(&[&format!("TIM: a\n{line}TIM: b\n")]), [&format!("TIM: a\n{line}"), "TIM: b\n"]);
        }
        let banner = "^^^^^^^^^^y[2023-11-05 +0800 04:16:36]\n";
        let notes = ["TIM: a\n", banner, "get mmap time: 5\n", "MARS_URL: \n", "TIM: b\n"];
        assert_eq!(records(&[&notes.concat()]), notes);
    }

    #[test]
    fn a_marker_is_one_line() {
        let lines = ["TIM: a\n", "[F]imlog: 5 bytes lost\n", "rest\n", "of it\n", "TIM: b\n"];
        assert_eq!(records(&[&lines.concat()]), lines);
    }

    #[test]
    fn endless_records_come_in_parts() {
        let line = "y".repeat(99_999) + "\n";
        let parts: Vec<&str> = std::iter::once("TIM: a\n").chain(std::iter::repeat_n(line.as_str(), 25)).collect();
        let seen = records(&parts);
        assert_eq!(seen.len(), 3);
        assert!(seen.iter().all(|part| part.len() <= LONGEST));
        assert_eq!(seen.concat(), parts.concat());
    }

    /// For each part: its first letters, whether it passes, whether it goes on.
    fn parts(judge: impl Fn(&Head, &[u8]) -> bool, rule: Parts, lines: &[&str]) -> Vec<(String, bool, bool)> {
        let (mut assembler, mut seen) = (Assembler::new(judge).with_parts(rule), Vec::new());
        let mut show = |piece: Piece<'_>| {
            if let Piece::Record(found) = piece {
                let start = found.text.split(|byte| matches!(byte, b'y' | b'\n')).next().unwrap_or_default();
                seen.push((String::from_utf8_lossy(start).into_owned(), found.passes, found.continued));
            }
            Ok::<_, Infallible>(())
        };
        for line in lines {
            let mut marks = Vec::new();
            scan(TextChunk { text: line.as_bytes(), breaks: &[] }, |_, _| false, &mut marks);
            assembler
                .item(Item::Text(TextRun { text: line.as_bytes(), start: 0, blocks: &[] }), &marks, &mut show)
                .unwrap();
        }
        assembler.end(&mut show).unwrap();
        seen
    }

    #[test]
    fn all_of_a_long_record_is_looked_at() {
        let filler = "y".repeat(LONGEST * 2 / 3) + "\n";
        let across = ["y".repeat(LONGEST - 10).as_str(), "\n"].concat();
        let lines = ["TIM: a\n", &filler, "b\n", &filler, "cx\n", &filler, "TIM: d\n"];
        let of = |text: &str, passes, continued| (text.to_string(), passes, continued);
        let any = |_: &Head, text: &[u8]| text.contains(&b'x');
        let expected = [
            of("TIM: a", false, false),
            of("TIM: a", true, false),
            of("", true, true),
            of("", true, true),
            of("TIM: d", false, false),
        ];
        assert_eq!(parts(any, Parts::Any, &lines), expected);
        let expected =
            [of("TIM: a", true, false), of("", false, true), of("", false, true), of("TIM: d", false, false)];
        assert_eq!(parts(|_: &Head, text: &[u8]| !text.contains(&b'x'), Parts::All, &lines), expected);
        // What lies across two parts is seen too.
        let both = |_: &Head, text: &[u8]| memchr::memmem::find(text, b"y\nz").is_some();
        assert_eq!(parts(both, Parts::Any, &["TIM: a", &across, "zzzzzz\n"]).last(), Some(&of("zzzzzz", true, true)));
    }
}
