//! The way from a file's bytes to a member's: where they start, and how to unpack them. A route can be kept, copied,
//! and opened as often as its origin allows.

use std::fs::File;
use std::io::{self, Read};
use std::sync::Arc;

use super::limits::Budget;
use super::section::Section;
use super::step::Step;
use super::{Format, Loaded};
use crate::input::LogFile;
use crate::input::stdin::{Look, Stdin};

/// Where bytes come from.
#[derive(Clone, Debug)]
pub enum Origin {
    /// A file, opened again each time.
    File(Arc<LogFile>),
    /// A temporary file without a name. The system removes it when it is closed.
    Spool(Arc<File>),
    /// Standard input, which can be opened once.
    Stdin,
}

/// How to reach the bytes of a member.
#[derive(Clone, Debug)]
pub struct Route {
    origin: Origin,
    steps: Vec<Step>,
    budget: Arc<Budget>,
    /// Whether unpacked bytes count. They don't if reading the archive has counted them already.
    counts: bool,
}

/// An open route.
pub type Packed = Box<dyn Read + Send>;

impl Route {
    /// All bytes of `origin`.
    pub fn new(origin: Origin, budget: Arc<Budget>) -> Route {
        Route { origin, steps: Vec::new(), budget, counts: true }
    }

    /// The same with one more step.
    pub fn then(&self, step: Step) -> Route {
        let mut route = self.clone();
        match (route.steps.last_mut(), step) {
            (Some(Step::Range { start, len }), Step::Range { start: inner, len: wanted })
                if inner.saturating_add(wanted) <= *len =>
            {
                (*start, *len) = (start.saturating_add(inner), wanted);
            }
            _ => route.steps.push(step),
        }
        route
    }

    /// The same for bytes that have been counted already.
    pub fn counted(&self) -> Route {
        Route { counts: false, ..self.clone() }
    }

    /// The same for another pass: it has a budget of its own, so that the limits apply to each pass.
    pub fn again(&self) -> Route {
        Route { budget: Arc::new(self.budget.again()), ..self.clone() }
    }

    /// What the archive has cost.
    pub fn budget(&self) -> &Arc<Budget> {
        &self.budget
    }

    /// Whether it starts at standard input.
    pub fn is_stdin(&self) -> bool {
        matches!(self.origin, Origin::Stdin)
    }

    /// Whether it starts at a temporary copy.
    pub(in crate::input) fn is_spooled(&self) -> bool {
        matches!(self.origin, Origin::Spool(_))
    }

    /// Opens it.
    ///
    /// # Errors
    /// Those of the file system. Damage to packed bytes shows when they are read.
    pub fn open(&self) -> io::Result<Packed> {
        let budget = self.budget.clone();
        match self.start()? {
            Some((section, rest)) => self.follow(Box::new(Counted { reader: section, budget, packs: false }), rest),
            None => self.follow(Box::new(Counted { reader: Stdin, budget, packs: true }), &self.steps),
        }
    }

    /// How many bytes of its file reading it takes: for a progress bar.
    pub fn packed_len(&self) -> u64 {
        match self.start() {
            Ok(Some((section, _))) => section.size(),
            _ => 0,
        }
    }

    /// Its first bytes, enough to know its [format](super::Format), or up to an error. Standard input can still be read
    /// from its start.
    ///
    /// # Errors
    /// Those of the file system.
    pub fn head(&self) -> io::Result<Loaded> {
        let mut reader = match self.start()? {
            Some((section, rest)) => self.counted().follow(Box::new(section), rest)?,
            None => self.counted().follow(Box::new(Look::default()), &self.steps)?,
        };
        Ok(Loaded::new(&mut *reader, Format::HEAD as u64))
    }

    /// The part of its file that it leads to, and a route to that, if nothing on the way is packed.
    ///
    /// # Errors
    /// Those of the file system.
    pub fn section(&self) -> io::Result<Option<(Section, Route)>> {
        let plain = |step: &Step| matches!(step, Step::Range { .. } | Step::Check { .. });
        if !self.steps.iter().all(plain) {
            return Ok(None);
        }
        let Some((mut section, rest)) = self.start()? else { return Ok(None) };
        for step in rest {
            if let Step::Range { start, len } = *step {
                section = section.part(start, len);
            }
        }
        let range = Step::Range { start: section.start, len: section.size() };
        Ok(Some((section, Route { steps: vec![range], ..self.clone() })))
    }

    /// The first range of the file, and the remaining steps.
    fn start(&self) -> io::Result<Option<(Section, &[Step])>> {
        let file = match &self.origin {
            Origin::File(file) => Arc::new(file.open()?),
            Origin::Spool(file) => file.clone(),
            Origin::Stdin => return Ok(None),
        };
        let section = Section::new(file)?;
        Ok(Some(match self.steps.as_slice() {
            [Step::Range { start, len }, rest @ ..] => (section.part(*start, *len), rest),
            steps => (section, steps),
        }))
    }

    fn follow(&self, mut reader: Packed, steps: &[Step]) -> io::Result<Packed> {
        for (index, &step) in steps.iter().enumerate() {
            // If the zip says how long a member is, that was counted when it was listed, and is checked here.
            let is_checked = matches!(steps.get(index + 1), Some(Step::Check { .. }));
            reader = step.follow(reader, &self.budget, self.counts && !is_checked)?;
        }
        Ok(reader)
    }
}

/// Counts in the budget how much is read.
struct Counted<R> {
    reader: R,
    budget: Arc<Budget>,
    /// Whether only this says how large the archive is.
    packs: bool,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.reader.read(buffer)?;
        self.budget.pass(read as u64);
        if self.packs {
            self.budget.pack(read as u64);
        }
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::super::limits::{Exceeded, Limits};
    use super::*;

    fn route(bytes: &[u8]) -> Route {
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(bytes).unwrap();
        Route::new(Origin::Spool(Arc::new(file)), Arc::new(Budget::new(Limits::default(), bytes.len() as u64)))
    }

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    fn read(route: &Route) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        route.open()?.read_to_end(&mut bytes).map(|_| bytes)
    }

    #[test]
    fn steps_follow_one_another() {
        let packed = gzip(b"0123456789");
        let bytes = [b"junk".as_slice(), &packed, b"junk"].concat();
        let member = route(&bytes).then(Step::Range { start: 4, len: packed.len() as u64 }).then(Step::Gunzip);
        assert_eq!(read(&member).unwrap(), b"0123456789");
        assert_eq!(read(&member.then(Step::Range { start: 3, len: 4 })).unwrap(), b"3456");
        assert_eq!(member.head().unwrap().held(), b"0123456789");
        let two = route(&[gzip(b"a"), gzip(b"b")].concat()).then(Step::Gunzip);
        assert_eq!(read(&two).unwrap(), b"ab");
    }

    #[test]
    fn what_is_short_or_wrong_is_an_error() {
        let range = Step::Range { start: 2, len: 100 };
        let gz = route(&gzip(b"0123")).then(Step::Gunzip).then(range);
        assert_eq!(read(&gz).unwrap_err().kind(), io::ErrorKind::UnexpectedEof);
        let crc = crc32fast::hash(b"0123");
        let check = |len, crc| read(&route(b"0123").then(Step::Check { len, crc }));
        assert_eq!(check(4, crc).unwrap(), b"0123");
        assert_eq!(check(4, crc + 1).unwrap_err().kind(), io::ErrorKind::InvalidData);
        assert_eq!(check(5, crc).unwrap_err().kind(), io::ErrorKind::UnexpectedEof);
        assert_eq!(check(3, crc).unwrap_err().kind(), io::ErrorKind::InvalidData);
    }

    #[test]
    fn a_bomb_ends_at_the_limit() {
        let limits = Limits { unpacked: 1000, ..Limits::default() };
        let bomb = route(&gzip(&[0; 100_000]));
        let bomb = Route { budget: Arc::new(Budget::new(limits, 200)), ..bomb }.then(Step::Gunzip);
        let error = read(&bomb).unwrap_err();
        assert_eq!(error.downcast::<Exceeded>().unwrap(), Exceeded::Unpacked(1000));
        assert_eq!(read(&bomb.counted()).unwrap().len(), 100_000);
    }

    #[test]
    fn a_range_of_a_range_is_one() {
        let inner = route(b"0123456789").then(Step::Range { start: 2, len: 6 }).then(Step::Check { len: 6, crc: 0 });
        let (section, whole) = inner.section().unwrap().unwrap();
        assert_eq!((section.size(), read(&whole).unwrap().as_slice()), (6, b"234567".as_slice()));
        assert_eq!(read(&whole.then(Step::Range { start: 1, len: 3 })).unwrap(), b"345");
        let too_long = whole.then(Step::Range { start: 1, len: 6 });
        assert_eq!(read(&too_long).unwrap_err().kind(), io::ErrorKind::UnexpectedEof);
        assert!(whole.then(Step::Gunzip).section().unwrap().is_none());
    }
}
