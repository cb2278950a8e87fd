//! Which rule a key falls under.

use std::sync::LazyLock;

use super::rules::{KEYS, KeyRule};

/// The rules by the last three letters of their keys, so that most separators cost one look.
struct Index {
    /// Which of `lists` it is, by the codes of the last three letters; 0: none.
    places: Vec<u8>,
    lists: Vec<KeyList>,
}

/// Keys that end with the same letters, the longest first: that is meant if it fits.
type KeyList = Vec<(&'static [u8], &'static KeyRule)>;

static INDEX: LazyLock<Index> = LazyLock::new(|| {
    let mut index = Index { places: vec![0; CODES * CODES * CODES], lists: vec![KeyList::new()] };
    for rule in KEYS {
        for key in rule.keys.iter().map(|key| key.as_bytes()) {
            match key {
                [.., third, second, last] => index.add(place(*third, *second, *last), key, rule),
                // It comes after anything.
                [second, last] => {
                    (0..CODES).for_each(|third| index.add(place_of(third, *second, *last), key, rule));
                }
                _ => {}
            }
        }
    }
    index.lists.iter_mut().for_each(|list| list.sort_by_key(|(key, _)| std::cmp::Reverse(key.len())));
    index
});

impl Index {
    fn add(&mut self, place: usize, key: &'static [u8], rule: &'static KeyRule) {
        let Some(place) = self.places.get_mut(place) else { return };
        if *place == 0 {
            *place = u8::try_from(self.lists.len()).unwrap_or_default();
            self.lists.push(KeyList::new());
        }
        if let Some(list) = self.lists.get_mut(usize::from(*place)) {
            list.push((key, rule));
        }
    }
}

/// How many codes letters have.
const CODES: usize = 37;

/// Where three letters stand in the index.
fn place(third: u8, second: u8, last: u8) -> usize {
    place_of(usize::from(code(third)), second, last)
}

fn place_of(third: usize, second: u8, last: u8) -> usize {
    (third * CODES + usize::from(code(second))) * CODES + usize::from(code(last))
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
        match before {
            [.., b' ' | b'"' | b'\''] => self.of_key(without_quote(before)),
            _ => self.of_key(before),
        }
    }

    #[inline]
    fn of_key(self, key: &[u8]) -> Option<&'static KeyRule> {
        let place = match key {
            [.., third, b'_' | b' ' | b'-' | b'.', second, last] | [.., third, second, last] => {
                place(*third, *second, *last)
            }
            [second, last] => place(b' ', *second, *last),
            _ => return None,
        };
        match self.0.places.get(place)? {
            0 => None,
            list => self.listed(key, *list),
        }
    }

    fn listed(self, key: &[u8], list: u8) -> Option<&'static KeyRule> {
        let list = self.0.lists.get(usize::from(list))?;
        list.iter().find(|(wanted, _)| ends_with(key, wanted)).map(|(_, rule)| *rule)
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
                // `Class::Separator` says so.
                assert!(key.ends_with(|last: char| last.is_ascii_lowercase() || matches!(last, '4' | '6')), "{key}");
                assert!(rule(key.as_bytes()).is_some_and(|found| std::ptr::eq(found, row)), "{key} stands in two rows");
            }
        }
        assert!(INDEX.lists.len() <= usize::from(u8::MAX));
    }
}
