//! Whether bytes are a header, judged by the header itself: its fields, and its key above all.

use super::super::framing::{Check, Framer, Window, frame_key_possible, is_near, starts_with_zeros};
use super::super::header::{Field, Header, NO_KEY, client_key};
use super::super::magic::{BlockKind, Cipher, Layout, kinds};
use super::MAX_UNSURE_BODY;

/// How often to search the bytes after a header for its key. Few files have more processes than this, and one with
/// more such headers is not a log.
const MAX_KEY_SEARCHES: u32 = 256;

/// A header that is evidence enough by itself.
#[derive(Clone, Copy, Debug)]
pub(super) struct PlausibleHeader {
    pub(super) header: Header,
    /// The field that was wrong in it.
    pub(super) wrong: Option<Field>,
}

impl Framer {
    /// The header at `at`, if it is evidence enough by itself. `due`: a block is due here, which is evidence too.
    pub(super) fn plausible_header(&self, window: Window<'_>, at: usize, due: bool) -> Check<PlausibleHeader> {
        let mut best: Option<PlausibleHeader> = None;
        for kind in self.possible_kinds(window, at) {
            match self.header_as(window, at, kind, due) {
                Check::Yes(found) if best.is_none_or(|best| found.wrong.is_none() && best.wrong.is_some()) => {
                    best = Some(found);
                }
                Check::More => return Check::More,
                _ => {}
            }
        }
        match best {
            // Just before a good header, its zeros look like the key field of a damaged one.
            Some(found) if found.wrong.is_some() && self.has_header_inside(window, at) => Check::No,
            Some(found) => Check::Yes(found),
            None => Check::No,
        }
    }

    /// The kinds that the magic at `at` stands for, and the kind that it may have been before it was damaged.
    fn possible_kinds(&self, window: Window<'_>, at: usize) -> impl Iterator<Item = &'static BlockKind> + use<> {
        let magic = window.bytes.get(at).copied().unwrap_or(0);
        let typical = self.last.map(|last| last.kind).or_else(|| kinds(0x09).first());
        kinds(magic).iter().chain(typical.filter(|kind| kind.magic != magic))
    }

    fn header_as(&self, window: Window<'_>, at: usize, kind: &'static BlockKind, due: bool) -> Check<PlausibleHeader> {
        let Some(rest) = window.bytes.get(at..) else { return Check::No };
        let Some(&magic) = rest.first() else { return Check::No };
        // The bytes just after the header are evidence as well.
        let is_short = rest.len() < 2 * Layout::MAX_HEADER_LEN && matches!(window.more::<()>(), Check::More);
        let Some(header) = Header::read(rest, kind).filter(|_| !is_short) else { return window.more() };
        match self.weigh(rest, magic, header, due) {
            Some(found) => Check::Yes(found),
            // The key may occur again after the end of the window.
            None if due && rest.len() < MAX_UNSURE_BODY && self.depends_on_key(rest, magic, header) => window.more(),
            None => Check::No,
        }
    }

    /// Whether a header that is not evidence enough would be believed if its key was found nearby.
    fn depends_on_key(&self, bytes: &[u8], magic: u8, header: Header) -> bool {
        let has_key = client_key(bytes, header.kind.layout).is_some_and(|key| *key != NO_KEY);
        has_key && wrong_fields(magic, header).nth(1).is_none() && self.key_searches.get() < MAX_KEY_SEARCHES
    }

    /// The header at `at`, where a block is due: preferably one whose chain holds.
    pub(super) fn header_where_due(&self, window: Window<'_>, at: usize) -> Check<PlausibleHeader> {
        let first = match self.plausible_header(window, at, true) {
            Check::Yes(found) => found,
            answer => return answer,
        };
        for kind in self.possible_kinds(window, at) {
            let holds = match self.header_as(window, at, kind, true) {
                Check::Yes(found) => (self.chain_holds(window, at, found.header), found),
                Check::More => return Check::More,
                Check::No => continue,
            };
            match holds {
                (Check::Yes(()), found) => return Check::Yes(found),
                (Check::More, _) => return Check::More,
                (Check::No, _) => {}
            }
        }
        Check::Yes(first)
    }

    /// Whether a header without a wrong field begins inside what would be the header at `at`.
    fn has_header_inside(&self, window: Window<'_>, at: usize) -> bool {
        (at + 1..at + 9).any(|at| {
            let rest = window.bytes.get(at..).unwrap_or_default();
            let kinds = rest.first().map_or(&[][..], |magic| kinds(*magic));
            let mut found = kinds.iter().filter_map(|kind| {
                let header = Header::read(rest, kind)?;
                self.weigh(rest, kind.magic, header, false)
            });
            found.any(|found| found.wrong.is_none())
        })
    }

    /// Judges a header by its fields, and by its key above all.
    fn weigh(&self, bytes: &[u8], magic: u8, header: Header, due: bool) -> Option<PlausibleHeader> {
        let kind = header.kind;
        let mut wrong = wrong_fields(magic, header);
        let (first, second) = (wrong.next(), wrong.next());
        if second.is_some() {
            return None;
        }
        let is_whole = first.is_none();
        if let Some(body) = bytes.get(header.len()..header.len() + 8)
            && starts_with_zeros(body)
        {
            return None;
        }
        let is_believed = match kind.layout {
            Layout::Keyed => match self.key_evidence(bytes, header, due) {
                // A stray byte or two in zero fill look like a header with one wrong field.
                KeyEvidence::NoKey => bytes.iter().take(9).filter(|&&byte| byte != 0).count() >= 3,
                KeyEvidence::KnownKey => true,
                KeyEvidence::NearlyKey => is_whole && (due || self.in_step(header)),
                KeyEvidence::None => {
                    is_whole && header.body_len() <= MAX_UNSURE_BODY && (due || self.ends_as_expected(bytes, header))
                }
            },
            Layout::Legacy => frame_key_possible(bytes, kind) && (due || is_whole && self.in_step(header)),
            Layout::Short => is_whole && (due || self.in_step(header)) && self.layout_is_used(kind),
            Layout::Bare => is_whole && due && self.layout_is_used(kind),
        };
        let wrong = match (first, kind.layout) {
            (None, Layout::Keyed) if matches!(self.key_evidence(bytes, header, due), KeyEvidence::NearlyKey) => {
                Some(Field::Key)
            }
            _ => first,
        };
        is_believed.then(|| PlausibleHeader { header: self.repair(header, first), wrong })
    }

    /// The header with a usable value in place of the wrong one.
    fn repair(&self, mut header: Header, wrong: Option<Field>) -> Header {
        match wrong {
            Some(Field::Seq) => {
                header.seq = match self.last {
                    Some(last) if header.kind.counted => last.seq.checked_add(1).unwrap_or(1),
                    _ => u16::from(header.kind.counted),
                }
            }
            Some(Field::Hours) => {
                let hour = self.last.map_or(0, |last| last.end_hour);
                (header.begin_hour, header.end_hour) = (hour, hour);
            }
            _ => {}
        }
        header
    }

    fn key_evidence(&self, bytes: &[u8], header: Header, due: bool) -> KeyEvidence {
        let Some(key) = client_key(bytes, Layout::Keyed) else { return KeyEvidence::None };
        if *key == NO_KEY {
            return KeyEvidence::NoKey;
        }
        if self.known_keys.contains(key) {
            return KeyEvidence::KnownKey;
        }
        if is_near(&NO_KEY, key) || self.known_keys.iter().any(|known| is_near(known, key)) {
            return KeyEvidence::NearlyKey;
        }
        // The next block may have the same key; or, if the length is wrong, some block nearby.
        let next = bytes.get(header.block_len()..).and_then(|bytes| client_key(bytes, Layout::Keyed));
        let nearby = || {
            let searches = self.key_searches.get();
            self.key_searches.set(searches.saturating_add(1));
            if searches >= MAX_KEY_SEARCHES {
                return false;
            }
            let reach = bytes.len().min(MAX_UNSURE_BODY);
            let after = bytes.get(Layout::MAX_HEADER_LEN..reach).unwrap_or_default();
            memchr::memmem::find(after, key).is_some()
        };
        if next == Some(key) || due && nearby() { KeyEvidence::KnownKey } else { KeyEvidence::None }
    }

    /// Whether a block whose key was not seen before has its end byte, and is from about the same hour as the last
    /// block.
    fn ends_as_expected(&self, bytes: &[u8], header: Header) -> bool {
        let same_hours = self.last.is_none_or(|last| matches!(hours_between(last, header), 0 | 1 | 23));
        let could_have_key = header.kind.cipher == Cipher::Tea || !header.kind.counted;
        could_have_key && same_hours && bytes.get(header.block_len() - 1) == Some(&0)
    }

    /// Whether the header continues the last block, give or take a few lost blocks.
    fn in_step(&self, header: Header) -> bool {
        self.last.is_some_and(|last| {
            let ahead = header.seq.wrapping_sub(last.seq);
            let counted = if header.kind.counted { (1..=16).contains(&ahead) } else { header.seq == 0 };
            last.kind.layout == header.kind.layout
                && counted
                && hours_between(last, header) <= 1
                && header.body_len() <= MAX_UNSURE_BODY
        })
    }

    /// Whether the last block has this layout, or there is none yet.
    fn layout_is_used(&self, kind: &BlockKind) -> bool {
        self.last.is_none_or(|last| last.kind.layout == kind.layout)
    }
}

/// The fields that no writer could have written.
fn wrong_fields(magic: u8, header: Header) -> impl Iterator<Item = Field> {
    let kind = header.kind;
    [
        (magic != kind.magic).then_some(Field::Magic),
        (!header.hours_possible()).then_some(Field::Hours),
        (!header.length_possible()).then_some(Field::Length),
        // If the magic is wrong, seq may look wrong too, because sync blocks are not counted.
        (magic == kind.magic && !header.seq_possible()).then_some(Field::Seq),
    ]
    .into_iter()
    .flatten()
}

/// What the key field of a header tells about it.
#[derive(Clone, Copy, Debug)]
enum KeyEvidence {
    /// 64 zeros: not encrypted.
    NoKey,
    /// The key of another block.
    KnownKey,
    /// One of these two, but for a few bytes.
    NearlyKey,
    /// Any bytes.
    None,
}

/// The hours from the end of one block to the start of another, 0 to 23.
fn hours_between(earlier: Header, later: Header) -> i16 {
    (i16::from(later.begin_hour) - i16::from(earlier.end_hour)).rem_euclid(24)
}
