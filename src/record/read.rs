//! The records of a file, whatever it is: a log or a text.

use std::convert::Infallible;
use std::io::{self, Chain, Cursor, Read};

use super::assemble::Assembler;
use super::piece::{Parts, Piece, Verdict};
use super::scan::{Mark, scan};
use super::text;
use crate::decode::{DecodeError, Decoder, Report, Steps};
use crate::line::Head;
use crate::xlog::Header;
use crate::xlog::magic::KINDS;

/// How many bytes are usually enough to tell a log from a text.
const HEAD: u64 = 1024;
/// How many are searched for blocks where they are not: this much may come before a log's first block.
const SAMPLE: u64 = 1 << 20;

/// An input whose first bytes have been looked at.
type Sniffed<R> = Chain<Cursor<Vec<u8>>, R>;

/// Examines the start of `input`: is it text?
fn sniff<R: Read>(decoder: &Decoder, mut input: R) -> io::Result<(bool, Sniffed<R>)> {
    let mut head = Vec::new();
    input.by_ref().take(HEAD).read_to_end(&mut head)?;
    let is_log = match (starts_with_header(&head), text::is_text(&head)) {
        (true, false) => true,
        (starts_with_header, is_text) => {
            input.by_ref().take(SAMPLE).read_to_end(&mut head)?;
            // Text may stand before the first block, and a text may have a stray zero.
            let in_doubt = starts_with_header || !is_text || head.contains(&0);
            let has_blocks = || {
                let found = decoder.decode(head.as_slice(), |_| Ok::<_, Infallible>(()));
                found.is_ok_and(|report| report.has_blocks())
            };
            in_doubt && (has_blocks() || !text::is_mostly_text(&head))
        }
    };
    Ok((!is_log, Cursor::new(head).chain(input)))
}

/// Whether a block may start here.
fn starts_with_header(head: &[u8]) -> bool {
    let kinds = KINDS.iter().filter(|kind| head.first() == Some(&kind.magic));
    kinds.filter_map(|kind| Header::read(head, kind)).any(|header| header.is_possible())
}

/// Reads the records of `input`, a log or a text, in their order. `judge` decides whether each passes, on all
/// threads of the current rayon pool; `show` gets its verdict with each record, and may ignore it.
///
/// # Errors
/// As [`Decoder::decode`].
pub fn read_records<V: Verdict, E: Send>(
    decoder: &Decoder,
    input: impl Read + Send,
    judge: impl Fn(&Head, &[u8]) -> V + Sync + Send,
    show: impl FnMut(Piece<'_, V>) -> Result<(), E> + Send,
) -> Result<Report, DecodeError<E>> {
    read_parts(decoder, input, judge, Parts::default(), show)
}

/// The same, with this rule for records that come in parts because they are so long.
///
/// # Errors
/// As [`Decoder::decode`].
pub fn read_parts<V: Verdict, E: Send>(
    decoder: &Decoder,
    input: impl Read + Send,
    judge: impl Fn(&Head, &[u8]) -> V + Sync + Send,
    parts: Parts,
    mut show: impl FnMut(Piece<'_, V>) -> Result<(), E> + Send,
) -> Result<Report, DecodeError<E>> {
    let (is_text, input) = sniff(decoder, input).map_err(DecodeError::Read)?;
    let inspect = |chunk: crate::decode::TextChunk<'_>, marks: &mut Vec<Mark<V>>| scan(chunk, &judge, marks);
    let mut assembler = Assembler::new(&judge).with_parts(parts);
    let items = |item: crate::decode::Item<'_>, marks: &Vec<Mark<V>>| assembler.item(item, marks, &mut show);
    let report = match is_text {
        true => text::inspect(input, inspect, items),
        false => decoder.inspect(input, inspect, items),
    };
    // What was read before an error of the reader is shown to its end.
    if !matches!(report, Err(DecodeError::Show(_))) {
        assembler.end(&mut show).map_err(DecodeError::Show)?;
    }
    report
}

/// The records of a file, a few at a time: for merging many files.
pub struct RecordSteps<'a, R, J, V = bool> {
    source: Source<'a, Sniffed<R>>,
    judge: J,
    assembler: Assembler<J, V>,
    marks: Vec<Mark<V>>,
}

enum Source<'a, R> {
    Log(Box<Steps<'a, R>>),
    Text(text::Steps<R>),
    Over(Report),
}

impl<'a, R: Read, V: Verdict, J: Fn(&Head, &[u8]) -> V + Copy> RecordSteps<'a, R, J, V> {
    /// Reads the records of `input` step by step.
    ///
    /// # Errors
    /// Those of the reader: its first bytes are read.
    pub fn new(decoder: &'a Decoder, input: R, judge: J) -> io::Result<RecordSteps<'a, R, J, V>> {
        let (is_text, input) = sniff(decoder, input)?;
        let source = match is_text {
            true => Source::Text(text::Steps::new(input)),
            false => Source::Log(Box::new(decoder.steps(input))),
        };
        Ok(RecordSteps { source, judge, assembler: Assembler::new(judge), marks: Vec::new() })
    }

    /// The same, with this rule for records that come in parts because they are so long.
    pub fn with_parts(self, parts: Parts) -> RecordSteps<'a, R, J, V> {
        RecordSteps { assembler: self.assembler.with_parts(parts), ..self }
    }

    /// Reads the next few records. Returns `false` when all have been shown.
    ///
    /// # Errors
    /// As [`Decoder::decode`].
    pub fn step<E>(&mut self, mut show: impl FnMut(Piece<'_, V>) -> Result<(), E>) -> Result<bool, DecodeError<E>> {
        let RecordSteps { source, judge, assembler, marks } = self;
        let inspect = |chunk: crate::decode::TextChunk<'_>, marks: &mut Vec<Mark<V>>| scan(chunk, *judge, marks);
        let items = |item: crate::decode::Item<'_>, marks: &Vec<Mark<V>>| assembler.item(item, marks, &mut show);
        let more = match source {
            Source::Log(steps) => steps.step(inspect, marks, items),
            Source::Text(steps) => steps.step(inspect, marks, items),
            Source::Over(_) => return Ok(false),
        };
        if matches!(more, Ok(true) | Err(DecodeError::Show(_))) {
            return more;
        }
        // What was read before an error of the reader is shown to its end.
        let report = match std::mem::replace(source, Source::Over(Report::default())) {
            Source::Log(steps) => {
                steps.finish(|item| assembler.item(item, &[], &mut show)).map_err(DecodeError::Show)?
            }
            Source::Text(steps) => steps.finish(),
            Source::Over(report) => report,
        };
        *source = Source::Over(report);
        assembler.end(&mut show).map_err(DecodeError::Show)?;
        more.map(|_| true)
    }

    /// The report on the file, up to its end or an error of the reader; empty if neither has been reached.
    pub fn into_report(self) -> Report {
        match self.source {
            Source::Over(report) => report,
            _ => Report::default(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codec::keys::KeyRing;
    use crate::record::{Form, Level};

    const LOG: &[u8] = include_bytes!("../../testdata/imsdk_C_20231106.xlog");
    const TEXT: &[u8] = include_bytes!("../../testdata/imsdk_C_20231106.xlog.log");

    fn errors_and_all(input: &[u8]) -> (Vec<Vec<u8>>, usize, usize) {
        let decoder = Decoder::new(KeyRing::default());
        let (mut errors, mut all, mut bytes) = (Vec::new(), 0, 0);
        let show = |piece: Piece<'_>| {
            if let Piece::Record(found) = piece {
                (all, bytes) = (all + 1, bytes + found.text.len());
                if found.passes {
                    errors.push(found.text.to_vec());
                }
            }
            Ok::<_, Infallible>(())
        };
        read_records(&decoder, input, |head, _| head.level == Some(Level::Error), show).unwrap();
        (errors, all, bytes)
    }

    #[test]
    fn a_log_and_its_text_have_the_same_records() {
        let (errors, all, bytes) = errors_and_all(LOG);
        assert_eq!((errors.len(), bytes), (errors_and_all(TEXT).0.len(), TEXT.len()));
        assert!(errors == errors_and_all(TEXT).0 && all == errors_and_all(TEXT).1);
        let in_text = TEXT.split(|&byte| byte == b'\n').filter(|line| line.get(28..31) == Some(b" E "));
        assert_eq!(errors.len(), in_text.count());
    }

    #[test]
    fn a_log_may_start_with_text_and_a_text_have_a_zero() {
        let stray = [b"stray text\n".repeat(200).as_slice(), LOG].concat();
        assert_eq!(errors_and_all(&stray).0, errors_and_all(LOG).0);
        let with_zero = [b"a zero: \0\n", TEXT].concat();
        assert_eq!(errors_and_all(&with_zero).0, errors_and_all(TEXT).0);
        assert_eq!(errors_and_all(&with_zero).2, with_zero.len());
    }

    #[test]
    fn steps_give_the_same() {
        let decoder = Decoder::new(KeyRing::default());
        for input in [LOG, TEXT] {
            let mut steps = RecordSteps::new(&decoder, input, |_: &Head, _: &[u8]| true).unwrap();
            let mut seen = Vec::new();
            let mut show = |piece: Piece<'_>| {
                if let Piece::Record(found) = piece {
                    seen.extend_from_slice(found.text);
                }
                Ok::<_, Infallible>(())
            };
            while steps.step(&mut show).unwrap() {}
            assert!(seen == TEXT);
            assert_eq!(steps.into_report().text, TEXT.len() as u64);
        }
    }

    #[test]
    fn nearly_every_line_belongs_to_a_record_with_a_level() {
        let decoder = Decoder::new(KeyRing::default());
        let (mut lines, mut without) = (0, 0);
        let show = |piece: Piece<'_>| {
            if let Piece::Record(found) = piece {
                let here = found.text.split_inclusive(|&byte| byte == b'\n').count();
                lines += here;
                // Those of the writer, and the banner of the SDK.
                let fits =
                    found.head.level.is_some() || found.head.form == Form::Note || found.text.starts_with(b"TIM: ==");
                without += if fits { 0 } else { here };
            }
            Ok::<_, Infallible>(())
        };
        read_records(&decoder, LOG, |_, _| true, show).unwrap();
        assert!(lines > 1500 && without == 0, "{without} of {lines}");
    }
}
