//! Which rule a key falls under.

use std::sync::LazyLock;

use super::rules::{KEYS, KeyRule};

/// The rules by the last two letters of their keys, so that most separators cost one look.
struct Index {
    /// Which of `lists` it is, by the last two bytes; 0: none, `MARK`: there is something between key and separator.
    places: Vec<u8>,
    /// The rules, and the letters that may come before those two.
    lists: Vec<KeyList>,
}

#[derive(Default)]
struct KeyList {
    /// A bit for each.
    third: u64,
    keys: Vec<(&'static [u8], &'static KeyRule)>,
}

/// The place of what is no part of a key.
const MARK: u8 = 255;

static INDEX: LazyLock<Index> = LazyLock::new(|| {
    let mut index = Index { places: vec![0; 1 << 16], lists: vec![KeyList::default()] };
    for rule in KEYS {
        for key in rule.keys.iter().map(|key| key.as_bytes()) {
            let known = place(key).and_then(|place| index.places.get(place)).copied().unwrap_or_default();
            let number = if known > 0 { usize::from(known) } else { index.lists.len() };
            if known == 0 {
                index.lists.push(KeyList::default());
                for spelling in spellings(key) {
                    if let Some(place) = index.places.get_mut(spelling) {
                        *place = number as u8;
                    }
                }
            }
            if let Some(list) = index.lists.get_mut(number) {
                list.third |= third(key);
                list.keys.push((key, rule));
            }
        }
    }
    for first in 0..=255 {
        for last in *b" \"'" {
            if let Some(place) = index.places.get_mut(usize::from(u16::from_le_bytes([first, last]))) {
                *place = MARK;
            }
        }
    }
    // The longest that fits is meant.
    index.lists.iter_mut().for_each(|list| list.keys.sort_by_key(|(key, _)| std::cmp::Reverse(key.len())));
    index
});

/// The last two bytes as a number.
fn place(key: &[u8]) -> Option<usize> {
    key.last_chunk().map(|last| usize::from(u16::from_le_bytes(*last)))
}

/// The places of a key in small and in capital letters.
fn spellings(key: &[u8]) -> impl Iterator<Item = usize> {
    let last = key.last_chunk::<2>().copied().unwrap_or_default();
    let [small, capital] = [last.map(|byte| byte.to_ascii_lowercase()), last.map(|byte| byte.to_ascii_uppercase())];
    let mixed = [small, capital, [small[0], capital[1]], [capital[0], small[1]]];
    mixed.into_iter().map(|bytes| usize::from(u16::from_le_bytes(bytes)))
}

/// Letters as small letters, digits, and 36 for all others.
const CODE: [u8; 256] = {
    let mut codes = [36; 256];
    let mut byte = 0;
    while byte < 256 {
        codes[byte] = match byte as u8 {
            letter @ b'a'..=b'z' => letter - b'a',
            letter @ b'A'..=b'Z' => letter - b'A',
            digit @ b'0'..=b'9' => digit - b'0' + 26,
            _ => 36,
        };
        byte += 1;
    }
    codes
};

fn code(byte: u8) -> u8 {
    CODE.get(usize::from(byte)).copied().unwrap_or(36)
}

/// The bit of the third letter from the end.
fn third(key: &[u8]) -> u64 {
    let before = key.get(..key.len().saturating_sub(2)).unwrap_or_default();
    let last = match before {
        [.., last, b'_' | b' ' | b'-' | b'.'] | [.., last] => *last,
        // A key of two letters comes after anything.
        [] => return u64::MAX,
    };
    1 << code(last)
}

/// The rules by key.
#[derive(Clone, Copy)]
pub(super) struct Keys(&'static Index);

impl Keys {
    pub fn new() -> Keys {
        Keys(&INDEX)
    }

    /// The rule for the key that `before`, what stands before a separator, ends with.
    #[inline]
    pub fn rule(self, before: &[u8]) -> Option<&'static KeyRule> {
        match self.0.places.get(place(before)?)? {
            0 => None,
            &MARK => self.marked(before),
            list => self.listed(before, *list),
        }
    }

    /// The same for a key that something stands behind.
    fn marked(self, before: &[u8]) -> Option<&'static KeyRule> {
        let key = without_quote(before);
        let list = self.0.places.get(place(key)?).filter(|list| !matches!(**list, 0 | MARK))?;
        self.listed(key, *list)
    }

    fn listed(self, key: &[u8], list: u8) -> Option<&'static KeyRule> {
        let list = self.0.lists.get(usize::from(list))?;
        if list.third & third(key) == 0 {
            return None;
        }
        list.keys.iter().find(|(wanted, _)| ends_with(key, wanted)).map(|(_, rule)| *rule)
    }
}

/// Without the blanks and the quote between a key and its separator. In JSON within JSON, quotes have backslashes.
fn without_quote(before: &[u8]) -> &[u8] {
    let strip = |text: &'_ [u8], most: usize, is: fn(u8) -> bool| {
        text.len() - text.iter().rev().take(most).take_while(|byte| is(**byte)).count()
    };
    let text = before.get(..strip(before, 2, |byte| byte == b' ')).unwrap_or_default();
    let text = text.get(..strip(text, 1, |byte| matches!(byte, b'"' | b'\''))).unwrap_or_default();
    text.get(..strip(text, 3, |byte| byte == b'\\')).unwrap_or_default()
}

/// Whether `text` ends with the key, as words are written in keys: `User ID`, `user_id`, `userId`.
fn ends_with(text: &[u8], key: &[u8]) -> bool {
    let mut rest = text;
    for (index, wanted) in key.iter().rev().enumerate() {
        if index > 0
            && let [before @ .., b'_' | b' ' | b'-' | b'.'] = rest
        {
            rest = before;
        }
        let [before @ .., byte] = rest else { return false };
        if code(*byte) != code(*wanted) {
            return false;
        }
        rest = before;
    }
    // A word starts here: after something that is no letter, or with a capital after a small letter.
    let first = text.get(rest.len()).copied().unwrap_or_default();
    match rest.last() {
        None => true,
        Some(before) if before.is_ascii_lowercase() => first.is_ascii_uppercase(),
        Some(before) => !before.is_ascii_alphanumeric(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::rules::Personal;
    use super::*;

    fn rule(before: &[u8]) -> Option<&'static KeyRule> {
        Keys::new().rule(before)
    }

    #[test]
    fn keys_are_found_in_all_spellings() {
        for key in [
            "userid",
            "userID",
            "sender_user_id",
            "User ID",
            "toUserId",
            "{\"userID\"",
            "x\\\"user_id\\\" ",
            "'user.id'",
        ] {
            assert_eq!(rule(key.as_bytes()).map(|rule| rule.personal), Some(Personal::User), "{key}");
        }
        for key in
            ["", "d", "id", "superuserid", "userid_type", "user  id", "panick", "task_id", "device_token size", "ip"]
        {
            assert!(rule(key.as_bytes()).is_none(), "{key}");
        }
        assert_eq!(rule(b"bundle identifier").map(|rule| rule.personal), Some(Personal::Package), "the longest counts");
    }

    #[test]
    fn every_key_has_its_own_rule() {
        for row in KEYS {
            for key in row.keys {
                assert!(key.len() >= 2 && key.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit()));
                assert!(rule(key.as_bytes()).is_some_and(|found| std::ptr::eq(found, row)), "{key} stands in two rows");
            }
        }
        assert!(INDEX.lists.len() < usize::from(MARK));
    }
}
