//! The records of a file, whatever it is: a log or a text.

use std::convert::Infallible;
use std::io::{self, Read};

use super::assemble::Assembler;
use super::piece::{Parts, Piece, Verdict};
use super::scan::{Mark, scan};
use super::text;
use crate::decode::pause::{Started, is_pause, read_head};
use crate::decode::{DecodeError, Decoder, Report, Steps};
use crate::line::Head;
use crate::xlog::Header;
use crate::xlog::magic::KINDS;

/// How many bytes are usually enough to tell a log from a text.
const HEAD: u64 = 1024;
/// How many are searched for blocks where they are not: this much may come before a log's first block.
const SAMPLE: u64 = 1 << 20;

/// How many are enough for a guess while no more have come. One byte of a header may be a tab.
const LEAST: usize = 16;

/// Examines the start of `input`: is it text, and has it paused there? `head` takes what has been read of it. After a
/// [pause](crate::decode::pause), it may be called again.
fn sniff(decoder: &Decoder, input: &mut impl Read, head: &mut Vec<u8>) -> io::Result<(bool, bool)> {
    let mut has_paused = read_head(input, HEAD, LEAST, head)?;
    let is_log = match (starts_with_header(head), text::is_text(head)) {
        (true, false) => true,
        (starts_with_header, is_text) => {
            if !has_paused {
                has_paused = read_head(input, HEAD + SAMPLE, LEAST, head)?;
            }
            // Text may stand before the first block, and a text may have a stray zero.
            let in_doubt = starts_with_header || !is_text || head.contains(&0);
            let has_blocks = || {
                let found = decoder.decode(head.as_slice(), |_| Ok::<_, Infallible>(()));
                found.is_ok_and(|report| report.has_blocks())
            };
            in_doubt && (has_blocks() || !text::is_mostly_text(head))
        }
    };
    Ok((!is_log, has_paused))
}

/// Whether `input`, read from its start, is text rather than a log.
///
/// # Errors
/// Those of the reader.
pub fn reads_as_text(decoder: &Decoder, input: &mut impl Read) -> io::Result<bool> {
    sniff(decoder, input, &mut Vec::new()).map(|(is_text, _)| is_text)
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
    read_live(decoder, input, judge, parts, |piece| piece.map_or(Ok(()), &mut show))
}

/// The same of what may still be written: `show` gets `None` when `input` pauses (see `decode::pause`) and all that has
/// come has been shown. An input that pauses again without having given anything is an error.
///
/// # Errors
/// As [`Decoder::decode`].
pub fn read_live<V: Verdict, E: Send>(
    decoder: &Decoder,
    mut input: impl Read + Send,
    judge: impl Fn(&Head, &[u8]) -> V + Sync + Send,
    parts: Parts,
    mut show: impl FnMut(Option<Piece<'_, V>>) -> Result<(), E> + Send,
) -> Result<Report, DecodeError<E>> {
    let mut head = Vec::new();
    let (is_text, has_paused) = loop {
        let before = head.len();
        match sniff(decoder, &mut input, &mut head) {
            // A second pause in a row, but for the one at the start, is an error below.
            Err(error) if is_pause(&error) && (head.len() > before || before == 0) => {
                show(None).map_err(DecodeError::Show)?;
            }
            sniffed => break sniffed.map_err(DecodeError::Read)?,
        }
    };
    let input = Started::new(head, has_paused, input);
    let inspect = |chunk: crate::decode::TextChunk<'_>, marks: &mut Vec<Mark<V>>| scan(chunk, &judge, marks);
    let mut assembler = Assembler::new(&judge).with_parts(parts);
    let items = |item: Option<crate::decode::Item<'_>>, marks: &Vec<Mark<V>>| match item {
        Some(item) => assembler.item(item, marks, &mut |piece| show(Some(piece))),
        None => {
            assembler.pause(&mut |piece| show(Some(piece)))?;
            show(None)
        }
    };
    let report = match is_text {
        true => text::inspect(input, inspect, items),
        false => decoder.inspect_live(input, inspect, items),
    };
    // What was read before an error of the reader is shown to its end.
    if !matches!(report, Err(DecodeError::Show(_))) {
        assembler.end(&mut |piece| show(Some(piece))).map_err(DecodeError::Show)?;
    }
    report
}

/// The records of a file, a few at a time: for merging many files.
pub struct RecordSteps<'a, R, J, V = bool> {
    decoder: &'a Decoder,
    source: Source<'a, R>,
    judge: J,
    assembler: Assembler<J, V>,
    marks: Vec<Mark<V>>,
}

enum Source<'a, R> {
    /// What it is will be seen when it is read. These bytes have been.
    Unread(Vec<u8>, R),
    Log(Box<Steps<'a, Started<R>>>),
    Text(text::Steps<Started<R>>),
    Over(Report),
}

impl<'a, R: Read, V: Verdict, J: Fn(&Head, &[u8]) -> V + Copy> RecordSteps<'a, R, J, V> {
    /// Reads the records of `input` step by step.
    pub fn new(decoder: &'a Decoder, input: R, judge: J) -> RecordSteps<'a, R, J, V> {
        let source = Source::Unread(Vec::new(), input);
        RecordSteps { decoder, source, judge, assembler: Assembler::new(judge), marks: Vec::new() }
    }

    /// The same of an `input` that is text, whatever it looks like.
    pub fn of_text(decoder: &'a Decoder, input: R, judge: J) -> RecordSteps<'a, R, J, V> {
        let source = Source::Text(text::Steps::new(Started::new(Vec::new(), false, input)));
        RecordSteps { decoder, source, judge, assembler: Assembler::new(judge), marks: Vec::new() }
    }

    /// The same, with this rule for records that come in parts because they are so long.
    pub fn with_parts(self, parts: Parts) -> RecordSteps<'a, R, J, V> {
        RecordSteps { assembler: self.assembler.with_parts(parts), ..self }
    }

    /// Looks at the start of the input, to see whether it is a log or a text.
    fn open(&mut self) -> io::Result<()> {
        let Source::Unread(head, input) = &mut self.source else { return Ok(()) };
        let (is_text, has_paused) = match sniff(self.decoder, input, head) {
            Ok(sniffed) => sniffed,
            Err(error) => {
                if !is_pause(&error) {
                    self.source = Source::Over(Report::default());
                }
                return Err(error);
            }
        };
        if let Source::Unread(head, input) = std::mem::replace(&mut self.source, Source::Over(Report::default())) {
            let input = Started::new(head, has_paused, input);
            self.source = match is_text {
                true => Source::Text(text::Steps::new(input)),
                false => Source::Log(Box::new(self.decoder.steps(input))),
            };
        }
        Ok(())
    }

    /// Reads the next few records. Returns `false` when all have been shown.
    ///
    /// # Errors
    /// As [`Decoder::decode`]. When the input pauses (see `decode::pause`), all that has come has been shown, and this
    /// may be called again.
    pub fn step<E>(&mut self, mut show: impl FnMut(Piece<'_, V>) -> Result<(), E>) -> Result<bool, DecodeError<E>> {
        self.open().map_err(DecodeError::Read)?;
        let RecordSteps { source, judge, assembler, marks, .. } = self;
        let inspect = |chunk: crate::decode::TextChunk<'_>, marks: &mut Vec<Mark<V>>| scan(chunk, *judge, marks);
        let items = |item: crate::decode::Item<'_>, marks: &Vec<Mark<V>>| assembler.item(item, marks, &mut show);
        let more = match source {
            Source::Log(steps) => steps.step(inspect, marks, items),
            Source::Text(steps) => steps.step(inspect, marks, items),
            Source::Over(_) | Source::Unread(..) => return Ok(false),
        };
        if let Err(DecodeError::Read(error)) = &more
            && is_pause(error)
        {
            // Many files may be waited for at once.
            *marks = Vec::new();
            assembler.pause(&mut show).map_err(DecodeError::Show)?;
            return more;
        }
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
            Source::Unread(..) => Report::default(),
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
            let mut steps = RecordSteps::new(&decoder, input, |_: &Head, _: &[u8]| true);
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
    fn records_know_their_numbers_and_blocks() {
        let decoder = Decoder::new(KeyRing::default());
        let mut blocks = Vec::new();
        let show = |item: crate::decode::Item<'_>| {
            if let crate::decode::Item::Text(run) = item {
                blocks.extend(run.blocks.iter().map(|block| (block.offset, block.text_len())));
            }
            Ok::<_, Infallible>(())
        };
        decoder.decode(LOG, show).unwrap();
        assert!(blocks.len() > 3);
        for (input, has_blocks) in [(LOG, true), (TEXT, false)] {
            let (mut number, mut at) = (0, 0);
            let show = |piece: Piece<'_>| {
                let Piece::Record(found) = piece else { return Ok(()) };
                number += 1;
                let mut end = 0;
                let block = blocks.iter().find(|(_, len)| {
                    end += len;
                    at < end
                });
                at += found.text.len();
                let expected = block.map(|(offset, _)| *offset).filter(|_| has_blocks);
                assert_eq!((found.place.number, found.place.block), (number, expected));
                Ok::<_, Infallible>(())
            };
            read_records(&decoder, input, |_, _| true, show).unwrap();
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
