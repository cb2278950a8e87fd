//! The records of many small inputs, read on all threads and shown in the order of the inputs.
//!
//! [`read_records`](super::read_records) divides the work on one input among all threads, but a small one cannot be divided.

use std::convert::Infallible;
use std::io::{self, Read};

use super::piece::{KeptPiece, Piece, Verdict};
use super::read::RecordSteps;
use crate::decode::pipeline::{self, Done, Turn};
use crate::decode::{DecodeError, Decoder, Report};
use crate::line::Head;

/// How much text is held of an input whose turn has not come, in bytes, if it is no more than a record over.
const HELD: usize = 2 << 20;

/// What is shown of an input.
pub enum Stage<'a, V> {
    /// It could be opened, and this is the first of it.
    Start,
    /// The next piece of it.
    Piece(Piece<'a, V>),
    /// It is over. An error comes with the report on what came before.
    End(Report, Option<io::Error>),
    /// It could not be opened.
    Unopened(io::Error),
}

/// Reads the records of `inputs`, opened by `open`, as [`read_records`](super::read_records) does, several inputs at the same
/// time. `show` gets what is in them in their order.
///
/// # Errors
/// Those of `show`.
pub fn read_side_by_side<T: Copy + Send, R: Read + Send, V: Verdict, E: Send>(
    decoder: &Decoder,
    inputs: impl Iterator<Item = T> + Send,
    open: impl Fn(T) -> io::Result<R> + Sync,
    judge: impl Fn(&Head, &[u8]) -> V + Copy + Sync + Send,
    mut show: impl FnMut(T, Stage<'_, V>) -> Result<(), E> + Send,
) -> Result<(), E> {
    let mut inputs = inputs.map(|input| (input, None));
    let work = |(input, open_steps): (T, Option<_>), _: Turn| {
        let mut part = Part { input, is_start: open_steps.is_none(), text: Vec::new(), kept: Vec::new(), end: None };
        let mut steps = match open_steps
            .map_or_else(|| open(input).map(|reader| Box::new(RecordSteps::new(decoder, reader, judge))), Ok)
        {
            Ok(steps) => steps,
            Err(error) => {
                part.end = Some(End::Unopened(error));
                return Done::All(part);
            }
        };
        loop {
            match steps.step(|piece| part.keep(piece)) {
                Ok(true) if part.text.len() < HELD => {}
                Ok(true) => return Done::Part(part, (input, Some(steps))),
                ended => {
                    let error = match ended {
                        Err(DecodeError::Read(error)) => Some(error),
                        Err(DecodeError::Show(never)) => match never {},
                        Ok(_) => None,
                    };
                    part.end = Some(End::Read(steps.into_report(), error));
                    return Done::All(part);
                }
            }
        }
    };
    pipeline::run(|| Ok(inputs.next()), work, Part::weight, |part| part.show(&mut show))
}

/// A part of an input, or all of it.
struct Part<T, V> {
    input: T,
    is_start: bool,
    text: Vec<u8>,
    kept: Vec<KeptPiece<V>>,
    end: Option<End>,
}

enum End {
    Unopened(io::Error),
    Read(Report, Option<io::Error>),
}

impl<T: Copy, V: Verdict> Part<T, V> {
    fn keep(&mut self, piece: Piece<'_, V>) -> Result<(), Infallible> {
        self.kept.push(match piece {
            Piece::Record(found) => KeptPiece::record(found, &mut self.text, 0),
            Piece::Gap(gap) => KeptPiece::Gap(gap.clone()),
        });
        Ok(())
    }

    fn weight(&self) -> usize {
        self.text.len() + self.kept.len() * size_of::<KeptPiece<V>>()
    }

    fn show<E>(self, show: &mut impl FnMut(T, Stage<'_, V>) -> Result<(), E>) -> Result<(), E> {
        let input = self.input;
        if self.is_start && !matches!(self.end, Some(End::Unopened(_))) {
            show(input, Stage::Start)?;
        }
        for kept in &self.kept {
            show(input, Stage::Piece(kept.piece(&self.text, 0)))?;
        }
        match self.end {
            Some(End::Read(report, error)) => show(input, Stage::End(report, error)),
            Some(End::Unopened(error)) => show(input, Stage::Unopened(error)),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::read_records;

    const LOG: &[u8] = include_bytes!("../../testdata/imsdk_C_20231106.xlog");
    const TEXT: &[u8] = include_bytes!("../../testdata/imsdk_C_20231106.xlog.log");

    /// What is shown of one input after the other.
    fn one_by_one(inputs: &[&[u8]]) -> Vec<String> {
        let mut shown = Vec::new();
        for input in inputs {
            let report = read_records(
                &Decoder::default(),
                *input,
                |head, _| head.level.is_some(),
                |piece| {
                    shown.push(format!("{piece:?}"));
                    Ok::<_, Infallible>(())
                },
            );
            shown.push(format!("{:?}", report.unwrap()));
        }
        shown
    }

    #[test]
    fn many_inputs_are_shown_as_they_are_one_by_one() {
        let damaged = [&LOG[..20_000], &LOG[21_000..]].concat();
        // More text than is held ahead.
        let large = TEXT.repeat(20);
        let inputs: Vec<_> = [LOG, &damaged, b"", TEXT, &large, LOG, &damaged].repeat(3);
        let pool = |threads| rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        for threads in [1, 2, 5] {
            let (mut shown, mut starts) = (Vec::new(), 0);
            let ended = pool(threads).install(|| {
                let judge = |head: &Head, _: &[u8]| head.level.is_some();
                read_side_by_side(
                    &Decoder::default(),
                    inputs.iter(),
                    |input: &&[u8]| Ok(*input),
                    judge,
                    |_, seen| {
                        match seen {
                            Stage::Start => starts += 1,
                            Stage::Piece(piece) => shown.push(format!("{piece:?}")),
                            Stage::End(report, None) => shown.push(format!("{report:?}")),
                            Stage::End(_, Some(error)) | Stage::Unopened(error) => panic!("{error}"),
                        }
                        Ok::<_, Infallible>(())
                    },
                )
            });
            assert!(ended.is_ok() && starts == inputs.len());
            assert!(shown == one_by_one(&inputs), "{threads}");
        }
    }

    #[test]
    fn an_input_that_fails_does_not_end_the_others() {
        struct Fails<'a>(&'a [u8]);
        impl Read for Fails<'_> {
            fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
                if self.0.is_empty() { Err(io::Error::other("bad disk")) } else { self.0.read(buffer) }
            }
        }
        let open = |input: usize| match input {
            1 => Err(io::Error::other("locked")),
            _ => Ok(Fails(&LOG[..30_000])),
        };
        let (mut seen, mut records) = (Vec::new(), 0);
        let shown = read_side_by_side(
            &Decoder::default(),
            0..3,
            open,
            |_, _| true,
            |input, shown| {
                match shown {
                    Stage::Start => seen.push(format!("{input} start")),
                    Stage::Piece(_) => records += 1,
                    Stage::End(_, error) => seen.push(format!("{input} {}", error.unwrap())),
                    Stage::Unopened(error) => seen.push(format!("{input} {error}")),
                }
                Ok::<_, Infallible>(())
            },
        );
        assert!(shown.is_ok());
        // All that came before the errors.
        let before = one_by_one(&[&LOG[..30_000]]).len() - 1;
        assert_eq!(records, 2 * before);
        assert_eq!(seen, ["0 start", "0 bad disk", "1 locked", "2 start", "2 bad disk"]);
    }
}
