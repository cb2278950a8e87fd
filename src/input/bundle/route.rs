//! The way from a file's bytes to a member's: where they start, and what has to be done with them. A route can be
//! kept, copied, and opened as often as its origin allows.

use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::path::PathBuf;
use std::sync::Arc;

use crc32fast::Hasher;
use flate2::bufread::{DeflateDecoder, MultiGzDecoder};

use super::limits::{Budget, Exceeded};
use crate::input::stdin::{Look, Stdin};

/// Where bytes come from.
#[derive(Clone, Debug)]
pub enum Origin {
    /// A file, opened anew each time.
    File(PathBuf),
    /// A temporary file. It has no name, and goes when nobody holds it any more.
    Spool(Arc<File>),
    /// Standard input, which can be opened once.
    Stdin,
}

/// What is done with bytes to get at others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// A stretch of them.
    Range {
        /// Where it starts.
        start: u64,
        /// How long it is.
        len: u64,
    },
    /// Raw deflate, as in zips.
    Inflate,
    /// Is as long as this, and has this checksum (CRC-32).
    Check {
        /// Length in bytes.
        len: u64,
        /// Checksum.
        crc: u32,
    },
    /// gzip, also several streams one after the other.
    Gunzip,
    /// zstd, likewise.
    Unzstd,
}

/// Bytes, and how to get at them.
#[derive(Clone, Debug)]
pub struct Route {
    origin: Origin,
    steps: Vec<Step>,
    budget: Arc<Budget>,
    /// Whether what is unpacked on the way counts. It does not where the bundle has been gone through before.
    counts: bool,
}

/// An open route.
pub type Packed = Box<dyn Read + Send>;

impl Route {
    /// All bytes of `origin`.
    pub fn new(origin: Origin, budget: Arc<Budget>) -> Route {
        Route { origin, steps: Vec::new(), budget, counts: true }
    }

    /// The same, and a step more.
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

    /// The same, for what has been counted already.
    pub fn counted(&self) -> Route {
        Route { counts: false, ..self.clone() }
    }

    /// What the bundle has cost.
    pub fn budget(&self) -> &Arc<Budget> {
        &self.budget
    }

    /// Whether it leads from standard input.
    pub fn is_stdin(&self) -> bool {
        matches!(self.origin, Origin::Stdin)
    }

    /// Opens it.
    ///
    /// # Errors
    /// Those of the file system. What is wrong with packed bytes shows when they are read.
    pub fn open(&self) -> io::Result<Packed> {
        let budget = self.budget.clone();
        match self.start()? {
            Some((section, rest)) => self.follow(Box::new(Counted { reader: section, budget, packs: false }), rest),
            None => self.follow(Box::new(Counted { reader: Stdin, budget, packs: true }), &self.steps),
        }
    }

    /// How many bytes of its file are read when it is: for a progress bar.
    pub fn packed_len(&self) -> u64 {
        match self.start() {
            Ok(Some((section, _))) => section.size(),
            _ => 0,
        }
    }

    /// Up to `most` of its first bytes, fewer only if there are no more. Standard input stays as it is.
    ///
    /// # Errors
    /// Those of the file system. Packed bytes that are broken end where they break.
    pub fn head(&self, most: usize) -> io::Result<Vec<u8>> {
        let reader = match self.start()? {
            Some((section, rest)) => self.counted().follow(Box::new(section), rest)?,
            None => self.counted().follow(Box::new(Look::default()), &self.steps)?,
        };
        let mut head = Vec::new();
        let read = reader.take(most as u64).read_to_end(&mut head);
        if self.steps.is_empty() {
            read?;
        }
        Ok(head)
    }

    /// The stretch of its file that it leads to, and a route to just that, where nothing is packed on the way.
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

    /// Copies `reader` into a temporary file, and leads there.
    ///
    /// # Errors
    /// When the file system has no room, what is packed is broken, or the copy would be too large.
    pub fn spool(reader: &mut (dyn Read + Send), budget: Arc<Budget>) -> io::Result<Route> {
        let mut file = tempfile::tempfile()?;
        let most = budget.limits().spool;
        let copied = io::copy(&mut reader.take(most.saturating_add(1)), &mut file)?;
        if copied > most {
            return Err(io::Error::other(Exceeded::Spool(most)));
        }
        Ok(Route::new(Origin::Spool(Arc::new(file)), budget))
    }

    /// The file with the first range of it, and the steps that are left.
    fn start(&self) -> io::Result<Option<(Section, &[Step])>> {
        let file = match &self.origin {
            Origin::File(path) => Arc::new(File::open(path)?),
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
        let budget = self.counts.then(|| self.budget.clone());
        for (index, &step) in steps.iter().enumerate() {
            // Where a zip says how long a member is, that was counted when it was listed, and is checked here.
            let is_checked = matches!(steps.get(index + 1), Some(Step::Check { .. }));
            reader = step.follow(reader, budget.clone().filter(|_| !is_checked))?;
        }
        Ok(reader)
    }
}

impl Step {
    /// The bytes that this makes of others. A budget counts what is unpacked.
    pub(super) fn follow<'a>(
        self,
        reader: impl Read + Send + 'a,
        budget: Option<Arc<Budget>>,
    ) -> io::Result<Box<dyn Read + Send + 'a>> {
        let metered = |reader: Box<dyn Read + Send + 'a>| -> Box<dyn Read + Send + 'a> {
            match budget {
                Some(budget) => Box::new(Metered { reader, budget }),
                None => reader,
            }
        };
        Ok(match self {
            Step::Range { start, len } => Box::new(Skipping { reader, skip: start, len }),
            Step::Check { len, crc } => Box::new(Checked { reader, left: len, crc, hasher: Some(Hasher::new()) }),
            Step::Inflate => metered(Box::new(DeflateDecoder::new(buffered(reader)))),
            Step::Gunzip => metered(Box::new(MultiGzDecoder::new(buffered(reader)))),
            Step::Unzstd => metered(Box::new(zstd::stream::read::Decoder::with_buffer(buffered(reader))?)),
        })
    }
}

/// Calls to the system are dear.
fn buffered<R: Read>(reader: R) -> BufReader<R> {
    BufReader::with_capacity(64 << 10, reader)
}

/// A stretch of an open file. Others may read the same file at the same time: none moves the other's place.
#[derive(Clone, Debug)]
pub struct Section {
    file: Arc<File>,
    start: u64,
    at: u64,
    end: u64,
    /// It should go on, but the file does not.
    is_short: bool,
}

impl Section {
    /// All of `file`.
    ///
    /// # Errors
    /// Those of the file system.
    pub fn new(file: Arc<File>) -> io::Result<Section> {
        let end = file.metadata()?.len();
        Ok(Section { file, start: 0, at: 0, end, is_short: false })
    }

    /// Its length in bytes.
    pub fn size(&self) -> u64 {
        self.end - self.start
    }

    /// A part of it. It never reaches over its end: what is missing there is an error when it is read.
    pub fn part(&self, start: u64, len: u64) -> Section {
        let start = self.start.saturating_add(start);
        let end = start.saturating_add(len);
        let is_short = end > self.end;
        let (start, end) = (start.min(self.end), end.min(self.end));
        Section { file: self.file.clone(), start, at: start, end, is_short }
    }
}

impl Read for Section {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let most = usize::try_from(self.end.saturating_sub(self.at)).unwrap_or(usize::MAX).min(buffer.len());
        #[cfg(unix)]
        let read = std::os::unix::fs::FileExt::read_at(&*self.file, &mut buffer[..most], self.at)?;
        #[cfg(windows)]
        let read = std::os::windows::fs::FileExt::seek_read(&*self.file, &mut buffer[..most], self.at)?;
        self.at += read as u64;
        if read == 0 && !buffer.is_empty() && self.is_short {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        Ok(read)
    }
}

impl Seek for Section {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let at = match to {
            SeekFrom::Start(at) => self.start.checked_add(at),
            SeekFrom::End(by) => self.end.checked_add_signed(by),
            SeekFrom::Current(by) => self.at.checked_add_signed(by),
        };
        self.at = at.filter(|at| *at >= self.start).ok_or(io::ErrorKind::InvalidInput)?;
        Ok(self.at - self.start)
    }
}

/// Tells the budget how much was read.
struct Counted<R> {
    reader: R,
    budget: Arc<Budget>,
    /// Whether the size of the bundle is only known from this.
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

/// Stops when too much comes out.
struct Metered<R> {
    reader: R,
    budget: Arc<Budget>,
}

impl<R: Read> Read for Metered<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.reader.read(buffer)?;
        self.budget.unpack(read as u64).map_err(io::Error::other)?;
        Ok(read)
    }
}

/// A stretch of what can't be sought in.
struct Skipping<R> {
    reader: R,
    skip: u64,
    len: u64,
}

impl<R: Read> Read for Skipping<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.skip > 0 {
            let skipped = io::copy(&mut (&mut self.reader).take(self.skip), &mut io::sink())?;
            if skipped < self.skip {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            self.skip = 0;
        }
        let read = (&mut self.reader).take(self.len).read(buffer)?;
        if read == 0 && self.len > 0 && !buffer.is_empty() {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        self.len -= read as u64;
        Ok(read)
    }
}

/// Tells at its end whether the bytes are those that were packed.
struct Checked<R> {
    reader: R,
    left: u64,
    crc: u32,
    /// Gone when it has been asked.
    hasher: Option<Hasher>,
}

impl<R: Read> Read for Checked<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if buffer.is_empty() {
            return Ok(0);
        }
        if self.left == 0 {
            let is_wrong = self.hasher.take().is_some_and(|hasher| hasher.finalize() != self.crc);
            return if is_wrong { Err(broken("its checksum is wrong")) } else { Ok(0) };
        }
        let read = (&mut self.reader).take(self.left).read(buffer)?;
        if read == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        self.left -= read as u64;
        if let Some(hasher) = &mut self.hasher {
            hasher.update(buffer.get(..read).unwrap_or_default());
        }
        Ok(read)
    }
}

fn broken(why: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, why)
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::super::limits::Limits;
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
        assert_eq!(member.head(3).unwrap(), b"012");
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
    fn a_copy_has_its_limit_too() {
        let limits = Limits { spool: 3, ..Limits::default() };
        let spool = |mut bytes: &[u8]| Route::spool(&mut bytes, Arc::new(Budget::new(limits, 4)));
        assert_eq!(read(&spool(b"012").unwrap()).unwrap(), b"012");
        let error = spool(b"0123").unwrap_err();
        assert_eq!(error.downcast::<Exceeded>().unwrap(), Exceeded::Spool(3));
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

    #[test]
    fn parts_of_a_section_stay_within() {
        let (section, _) = route(b"0123456789").section().unwrap().unwrap();
        let mut part = section.part(2, 5).part(1, 100);
        let mut text = Vec::new();
        assert_eq!(part.read_to_end(&mut text).unwrap_err().kind(), io::ErrorKind::UnexpectedEof);
        let text = String::from_utf8(text).unwrap();
        assert_eq!(text, "3456");
        assert_eq!(part.seek(SeekFrom::End(-1)).unwrap(), 3);
        assert!(part.seek(SeekFrom::Current(-4)).is_err());
    }
}
