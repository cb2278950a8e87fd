//! Where personal values stand in a text.

use std::ops::Range;
use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, Input, MatchKind};

use super::classes::{Class, Classes};
use super::keys::Keys;
use super::rules::{After, Extent, LEADS, LeadRule, Personal};
use super::shapes::Shape;
use super::{shapes, steps, values};

/// The longest name of a folder or of a user that a lead comes before, in bytes.
const LONGEST_NAME: usize = 256;
/// And of one of the system's own users.
const LONGEST_SYSTEM_USER: usize = 32;
/// The longest key that may stand where a value is expected, in bytes.
const LONGEST_KEY: usize = 48;

/// A value in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Find {
    pub place: Range<usize>,
    pub personal: Personal,
    /// It stands in hexadecimal digits there.
    pub is_hex: bool,
}

/// What is known of the next value of a shape.
#[derive(Clone, Debug)]
enum Next {
    Unknown,
    At(Shape),
    No,
}

impl Next {
    /// Whether it has to be looked for, from `at` on.
    fn is_due(&self, at: usize) -> bool {
        match self {
            Next::Unknown => true,
            Next::At((place, _)) => place.start < at,
            Next::No => false,
        }
    }

    fn shape(&self) -> Option<&Shape> {
        if let Next::At(shape) = self { Some(shape) } else { None }
    }
}

/// Finds the next value of a shape from a place on.
type Finder = fn(&[u8], &Classes, usize) -> Option<Shape>;

/// All personal values in a text, in order.
pub(super) struct Finds<'a> {
    text: &'a [u8],
    classes: Classes,
    keys: Keys,
    /// What is before this is done.
    at: usize,
    /// Where the next separator is looked for.
    separators: usize,
    /// The next value of each shape, and the first of those, once they are known.
    nexts: [Next; 4],
    first: Next,
    /// Where the next of several words may start, and what they are.
    list: Option<(usize, Personal, Extent)>,
}

/// All leads at once, in the order of their rules.
static LEAD: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| {
    AhoCorasick::builder().match_kind(MatchKind::LeftmostFirst).build(LEADS.iter().map(|rule| rule.lead)).ok()
});

impl<'a> Finds<'a> {
    pub fn new(text: &'a [u8]) -> Finds<'a> {
        let nexts = [Next::Unknown, Next::Unknown, Next::Unknown, Next::Unknown];
        Finds {
            text,
            classes: Classes::of(text),
            keys: Keys::new(),
            at: 0,
            separators: 0,
            nexts,
            first: Next::Unknown,
            list: None,
        }
    }

    /// The first value that a shape tells.
    #[inline]
    fn shape(&mut self) -> Option<Shape> {
        if self.first.is_due(self.at) {
            self.look_for_shapes();
        }
        self.first.shape().cloned()
    }

    fn look_for_shapes(&mut self) {
        let (text, at) = (self.text, self.at);
        let finders: [Finder; 4] = [shapes::digits, shapes::tokens, lead, shapes::ats];
        for (next, find) in self.nexts.iter_mut().zip(finders) {
            if next.is_due(at) {
                *next = find(text, &self.classes, at).map_or(Next::No, Next::At);
            }
        }
        let ahead = self.nexts.iter().filter_map(Next::shape);
        let first = ahead.reduce(|first, shape| if wins(shape, first) { shape } else { first });
        self.first = first.map_or(Next::No, |shape| Next::At(shape.clone()));
    }

    /// The first value that a key tells, if the key ends before `limit`.
    fn keyed(&mut self, limit: usize) -> Option<Find> {
        self.separators = self.separators.max(self.at);
        while let Some(sign) = self.classes.next(Class::Separator, self.separators, limit) {
            let end = sign + 1;
            self.separators = end;
            steps::add(1);
            let Some(rule) = self.keys.rule(self.text.get(..sign)?) else { continue };
            if self.is_key(end) {
                continue;
            }
            let Some((place, next)) = values::value(self.text, end, rule.extent) else { continue };
            self.list = next.map(|next| (next, rule.personal, rule.extent.of_next()));
            let find = self.checked(place, rule.personal, rule.extent);
            if let Some(find) = find.or_else(|| self.listed()) {
                return Some(find);
            }
        }
        self.separators = limit;
        None
    }

    /// Whether a key with a rule of its own stands here: `setToken: token=x`.
    fn is_key(&self, from: usize) -> bool {
        let near = self.text.get(from..self.text.len().min(from + LONGEST_KEY)).unwrap_or_default().trim_ascii_start();
        let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
        let (key, rest) = near.split_at(near.iter().take_while(|byte| is_part(byte)).count());
        matches!(rest, [b':' | b'=', ..]) && self.keys.rule(key).is_some()
    }

    /// The next of several words.
    fn listed(&mut self) -> Option<Find> {
        while let Some((from, personal, extent)) = self.list.take() {
            let at = values::next_word(self.text, from)?;
            let (place, next) = values::value(self.text, at, extent)?;
            self.list = next.filter(|next| *next > from).map(|next| (next, personal, extent));
            let find = self.checked(place, personal, extent);
            if find.is_some() {
                return find;
            }
        }
        None
    }

    /// The value, unless it says nothing.
    fn checked(&self, place: Range<usize>, personal: Personal, extent: Extent) -> Option<Find> {
        let value = self.text.get(place.clone()).filter(|value| !values::is_nothing(value))?;
        let is_hex = extent == Extent::Hex;
        if matches!(extent, Extent::Conversation | Extent::Conversations) {
            let starts = [(&b"c2c_"[..], Personal::User), (b"group_", Personal::Group)];
            let start = starts.iter().find(|(start, _)| value.starts_with(start));
            let (start, personal) = start.map_or((0, personal), |(start, personal)| (start.len(), *personal));
            let place = place.start + start..place.end;
            return (!place.is_empty()).then_some(Find { place, personal, is_hex });
        }
        // The system's own user.
        if value.starts_with(b"@TIM#") && value.len() <= LONGEST_SYSTEM_USER {
            return None;
        }
        let personal = if value.starts_with(b"@TGS#") { Personal::Group } else { personal };
        Some(Find { place, personal, is_hex })
    }
}

/// Whether a shape comes before another.
fn wins((one, _): &Shape, (other, _): &Shape) -> bool {
    one.start < other.start || one.start == other.start && one.end > other.end
}

impl Iterator for Finds<'_> {
    type Item = Find;

    fn next(&mut self) -> Option<Find> {
        let find = match self.listed() {
            Some(find) => find,
            None => {
                let shape = self.shape();
                let limit = shape.as_ref().map_or(self.text.len(), |(place, _)| place.start);
                match self.keyed(limit) {
                    Some(find) => find,
                    None => {
                        let (place, personal) = shape?;
                        Find { place, personal, is_hex: false }
                    }
                }
            }
        };
        self.at = find.place.end;
        Some(find)
    }
}

/// The next value after a lead.
fn lead(text: &[u8], _: &Classes, from: usize) -> Option<Shape> {
    let mut at = from;
    loop {
        let found = LEAD.as_ref()?.find(Input::new(text).span(at..text.len()));
        steps::add(found.map_or(text.len(), |found| found.end()) - at);
        let found = found?;
        let rule = LEADS.get(found.pattern().as_usize())?;
        if let Some(shape) = led(text, found.range(), rule) {
            return Some(shape);
        }
        at = found.end();
    }
}

fn led(text: &[u8], lead: Range<usize>, rule: &LeadRule) -> Option<Shape> {
    let rest = text.get(lead.end..)?;
    let place = match rule.after {
        After::Word => {
            let blanks = rest.iter().take(4).take_while(|byte| **byte == b' ').count();
            values::word(text, lead.end + blanks)
        }
        After::Name => {
            let before = lead.start.checked_sub(1).and_then(|at| text.get(at));
            if before.is_some_and(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.')) {
                return None;
            }
            let near = text.get(..text.len().min(lead.end + LONGEST_NAME))?;
            let word = values::word(near, lead.end);
            let is_key = text.get(word.clone())?.iter().any(|byte| matches!(byte, b':' | b'='))
                || matches!(text.get(word.end), Some(b':' | b'='))
                || text.get(word.end..)?.starts_with(b"\":");
            if is_key {
                return None;
            }
            word
        }
        After::Folder => folder(text, behind_random(text, lead.end))?,
        After::NumberedFolder => {
            let number = rest.iter().take(10).take_while(|byte| byte.is_ascii_digit()).count();
            if number == 0 || rest.get(number) != Some(&b'/') {
                return None;
            }
            folder(text, lead.end + number + 1)?
        }
    };
    let value = text.get(place.clone())?;
    (!values::is_nothing(value)).then_some((place, rule.personal))
}

/// Android parts packages from `/data/app/` by a folder with a random name: `~~W0ib5rwAAA==/`.
fn behind_random(text: &[u8], from: usize) -> usize {
    let near = text.get(from..text.len().min(from + LONGEST_NAME)).unwrap_or_default();
    let end = near.starts_with(b"~~").then(|| memchr::memchr(b'/', near)).flatten();
    end.map_or(from, |end| from + end + 1)
}

/// The name of the folder that starts at `from`.
fn folder(text: &[u8], from: usize) -> Option<Range<usize>> {
    let near = text.get(from..text.len().min(from + LONGEST_NAME))?;
    let near = near.get(..memchr::memchr3(b'/', b'\\', b':', near).unwrap_or(near.len()))?;
    let name = values::word(near, 0);
    (!name.is_empty()).then_some(from..from + name.end)
}
