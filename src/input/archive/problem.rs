//! What keeps a path, an archive or a member from being read.

use std::io;
use std::path::PathBuf;

use super::limits::Exceeded;

/// Something that could not be read, or not to its end.
#[derive(Debug)]
pub struct Problem {
    /// What: a path, or `archive.zip:path/in/it`.
    pub place: PathBuf,
    /// Why.
    pub cause: ProblemCause,
}

/// Why something could not be read.
#[derive(Debug, thiserror::Error)]
pub enum ProblemCause {
    /// An error of the system.
    #[error(transparent)]
    Io(io::Error),
    /// There are no logs in a folder or archive.
    #[error("contains no logs")]
    NoLogs,
    /// There are none that the globs take.
    #[error("contains no logs that --glob takes")]
    NoneTaken,
    /// There is no such member in the archive.
    #[error("the archive has no such log")]
    NoMember,
    /// It is named like an archive but is not one.
    #[error("it is named like an archive but is neither a zip nor a tar")]
    NoArchive,
    /// It is encrypted with a password.
    #[error("it is encrypted with a password")]
    Encrypted,
    /// It is compressed in a way that is not supported.
    #[error("its compression is not supported: {0}")]
    Method(String),
    /// An archive in an archive in an archive.
    #[error("archives are nested too deeply")]
    TooDeep,
    /// Its name is longer than any system allows.
    #[error("its name is longer than {} bytes", super::name::LONGEST)]
    LongName,
    /// It is in more folders than any real log.
    #[error("it is more than {} folders deep", super::name::DEEPEST)]
    DeepName,
    /// A tar member with holes.
    #[error("it is stored as a sparse file")]
    Sparse,
    /// A tar member that is another name of one before it.
    #[error("it is a hard link to another member")]
    HardLink,
    /// It is complete, but its checksum is wrong.
    #[error("its checksum is wrong: some of it may be damaged")]
    Checksum,
    /// The archive exceeds a limit.
    #[error(transparent)]
    Exceeded(Exceeded),
    /// The archive itself is damaged or cut off. What came before has been read.
    #[error("the {kind} is damaged or cut off: {why}")]
    Damaged {
        /// What kind of archive.
        kind: super::Format,
        /// What is wrong.
        why: String,
    },
}

/// The bytes are complete, but not those that were packed.
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error("its checksum is wrong")]
pub(super) struct WrongChecksum;

impl ProblemCause {
    /// What it means for a log that was read up to here.
    pub fn of_log(&self) -> String {
        match self {
            ProblemCause::Checksum => self.to_string(),
            cause => format!("ends early: {cause}"),
        }
    }

    /// What to do about it.
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            ProblemCause::Io(_) | ProblemCause::Checksum => None,
            ProblemCause::NoLogs => Some(
                "looked for *.xlog and non-empty *.mmap2 and *.mmap3, at any depth; \
                 to read a file with another name, give its path",
            ),
            ProblemCause::NoneTaken => Some("a glob without a slash matches names, others match paths below PATH"),
            ProblemCause::NoMember => Some("`imlog info ARCHIVE` lists its logs; `-g GLOB ARCHIVE` picks some"),
            ProblemCause::NoArchive => Some("unpack it with another tool, or give its path if it is a log"),
            ProblemCause::Encrypted => Some("unpack it with the password, and decode what is inside"),
            ProblemCause::Method(_) => Some("unpack it with another tool, and decode what is inside"),
            ProblemCause::TooDeep => Some("unpack the outer one, and decode what is inside"),
            ProblemCause::LongName | ProblemCause::DeepName => Some("unpack it under another name, and decode it"),
            ProblemCause::HardLink => Some("what it points to is read if it is named like a log; else unpack the tar"),
            ProblemCause::Sparse => Some("unpack the tar, or make it without --sparse"),
            ProblemCause::Exceeded(exceeded) => Some(exceeded.hint()),
            ProblemCause::Damaged { .. } => {
                Some("everything before that was read; get the archive again if you need the rest")
            }
        }
    }
}

impl Exceeded {
    /// Which limit to raise.
    pub fn hint(&self) -> &'static str {
        match self {
            Exceeded::Members(_) | Exceeded::Names(_) | Exceeded::Folders(_) => "if you trust it, raise --max-members",
            Exceeded::Unpacked(_) => "if you trust it, raise --max-unpacked",
            Exceeded::Ratio(_) => "if you trust it, raise --max-ratio",
            Exceeded::Spool(_) => "if you trust it, raise --max-spool",
            Exceeded::Window(_) => "raise --max-window: `zstd -l -v` shows its window size",
        }
    }
}

/// An error of the reader may be an exceeded limit, or a wrong checksum.
impl From<io::Error> for ProblemCause {
    fn from(error: io::Error) -> ProblemCause {
        if error.get_ref().is_some_and(|error| error.is::<WrongChecksum>()) {
            return ProblemCause::Checksum;
        }
        match error.downcast::<Exceeded>() {
            Ok(exceeded) => ProblemCause::Exceeded(exceeded),
            Err(error) => ProblemCause::Io(error),
        }
    }
}

impl From<Exceeded> for ProblemCause {
    fn from(exceeded: Exceeded) -> ProblemCause {
        ProblemCause::Exceeded(exceeded)
    }
}

impl ProblemCause {
    /// What an error in the middle of an archive of this kind means.
    pub(in crate::input) fn within(kind: super::Format, error: io::Error) -> ProblemCause {
        match ProblemCause::from(error) {
            ProblemCause::Io(error) if is_of_the_bytes(&error) => ProblemCause::Damaged { kind, why: in_words(&error) },
            cause => cause,
        }
    }
}

/// Whether the bytes are wrong, rather than the disk.
fn is_of_the_bytes(error: &io::Error) -> bool {
    error.raw_os_error().is_none()
}

/// What is wrong with packed bytes.
pub(super) fn in_words(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::UnexpectedEof => "its end is missing".into(),
        _ => error.to_string(),
    }
}
