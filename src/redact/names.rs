//! The pseudonyms that a run has given.

use std::collections::HashMap;
use std::hash::{BuildHasher, Hasher, RandomState};
use std::io::Write;

use foldhash::quality::RandomState as Quick;

use super::rules::Personal;

/// How many values are remembered, in number and in bytes, and how long one may be.
const MOST: usize = 250_000;
const MOST_BYTES: usize = 16 << 20;
const LONGEST: usize = 4096;

/// How often values of a kind were masked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Masked {
    /// Different values that are remembered.
    pub values: u64,
    /// Places in which one was masked.
    pub places: u64,
}

/// A value, and what stands in its place.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Alias<'a> {
    /// What it is.
    pub personal: Personal,
    /// The number of its pseudonym.
    pub number: u32,
    /// The value.
    pub value: &'a [u8],
}

/// Values and their numbers.
#[derive(Debug, Default)]
pub(super) struct Names {
    /// By value alone, whatever it was taken for: the same value has the same pseudonym.
    known: HashMap<Box<[u8]>, (Personal, u32), Quick>,
    bytes: usize,
    masked: [Masked; Personal::ALL.len()],
    /// Places with a value that could not be remembered.
    forgotten: u64,
    /// What names are drawn with for those.
    key: RandomState,
}

impl Alias<'_> {
    /// What stands in its place.
    pub fn pseudonym(&self) -> String {
        format!("{}-{}", self.personal.name(), self.number)
    }
}

impl Names {
    /// Adds the pseudonym of a value to `out`.
    pub fn push(&mut self, personal: Personal, value: &[u8], out: &mut Vec<u8>) {
        if let Some(&(personal, number)) = self.known.get(value) {
            self.count(personal, 0);
            return write(personal, number, out);
        }
        if self.known.len() < MOST && value.len() <= LONGEST && self.bytes + value.len() <= MOST_BYTES {
            let number = self.count(personal, 1);
            self.bytes += value.len();
            self.known.insert(value.into(), (personal, number));
            return write(personal, number, out);
        }
        self.count(personal, 0);
        self.forgotten += 1;
        // The same value gives the same in all of this run, and says nothing to those who try values elsewhere: the
        // hasher has a key that was drawn at random.
        let mut hasher = self.key.build_hasher();
        hasher.write(value);
        // Writing to a vector can't fail.
        let _ = write!(out, "{}-x{:016x}", personal.name(), hasher.finish());
    }

    fn count(&mut self, personal: Personal, new: u64) -> u32 {
        let Some(masked) = self.masked.get_mut(personal as usize) else { return 0 };
        masked.places += 1;
        masked.values += new;
        // No more than `MOST`.
        masked.values as u32
    }

    pub fn masked(&self, personal: Personal) -> Masked {
        self.masked.get(personal as usize).copied().unwrap_or_default()
    }

    pub fn forgotten(&self) -> u64 {
        self.forgotten
    }

    /// All that are remembered, by kind and number.
    pub fn aliases(&self) -> Vec<Alias<'_>> {
        let mut aliases: Vec<_> = self.known.iter().collect();
        aliases.sort_unstable_by_key(|(_, name)| **name);
        aliases.into_iter().map(|(value, &(personal, number))| Alias { personal, number, value }).collect()
    }
}

fn write(personal: Personal, number: u32, out: &mut Vec<u8>) {
    out.extend_from_slice(personal.name().as_bytes());
    out.push(b'-');
    // `write!` takes longer than all the rest.
    let (mut digits, mut at, mut rest) = ([0; 10], 10, number);
    while rest > 0 || at == 10 {
        at -= 1;
        if let Some(digit) = digits.get_mut(at) {
            *digit = b'0' + (rest % 10) as u8;
        }
        rest /= 10;
    }
    out.extend_from_slice(digits.get(at..).unwrap_or_default());
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(names: &mut Names, value: &str) -> String {
        let mut out = Vec::new();
        names.push(Personal::User, value.as_bytes(), &mut out);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn numbers_are_given_in_order() {
        let mut names = Names::default();
        let given: Vec<_> = ["b", "a", "b", "c"].map(|value| name(&mut names, value)).into();
        assert_eq!(given, ["user-1", "user-2", "user-1", "user-3"]);
        let mut out = Vec::new();
        names.push(Personal::Phone, b"a", &mut out);
        assert_eq!(out, b"user-2", "it is the same value");
        let aliases = names.aliases();
        let values: Vec<_> = aliases.iter().map(|alias| (alias.number, alias.value)).collect();
        assert_eq!(values, [(1, &b"b"[..]), (2, b"a"), (3, b"c")]);
        assert_eq!(names.masked(Personal::User), Masked { values: 3, places: 5 });
        for number in [1, 9, 10, 4_294_967_295] {
            let mut out = Vec::new();
            write(Personal::Ip, number, &mut out);
            assert_eq!(out, format!("ip-{number}").as_bytes());
        }
    }

    #[test]
    fn what_is_remembered_is_bounded() {
        let mut names = Names::default();
        for value in 0..MOST + 1000 {
            name(&mut names, &format!("value {value}"));
        }
        assert_eq!((names.known.len(), names.forgotten()), (MOST, 1000));
        assert_eq!(name(&mut names, "value 0"), "user-1");
        let (one, other) = (name(&mut names, "late"), name(&mut names, "later"));
        assert!(one.starts_with("user-x") && one.len() == 22 && one != other && one == name(&mut names, "late"));
        let long = "x".repeat(LONGEST + 1);
        let mut names = Names::default();
        assert!(name(&mut names, &long).starts_with("user-x"));
        let mut out = Vec::new();
        for value in 0..20_000 {
            names.push(Personal::Token, format!("{value:04000}").as_bytes(), &mut out);
        }
        assert!(names.bytes <= MOST_BYTES && names.forgotten() > 10_000);
    }
}
