//! The SDK's error codes: what they mean, and what to do.
//!
//! The table is `codes.tsv`, the ranges that codes come from are `families.tsv`. Numbers and names are the vendor's, the
//! words are the project's own.

use std::ops::RangeInclusive;
use std::sync::LazyLock;

/// An error code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Code {
    /// The first number that this is about, and the last: the same but for a range that apps use as they like.
    pub numbers: (i32, i32),
    /// The constant that stands for it in the SDK. Empty where there is none.
    pub name: &'static str,
    /// What it says, in a sentence.
    pub meaning: &'static str,
    /// The usual causes, parted by `; `. May be empty.
    pub causes: &'static str,
    /// What to do. Empty for success.
    pub advice: &'static str,
    /// Codes that mean nearly the same, or come together with it, parted by commas.
    related: &'static str,
}

impl Code {
    /// What is known of `number`.
    pub fn of(number: i32) -> Option<&'static Code> {
        let codes = Code::all();
        let at = codes.partition_point(|code| code.numbers.1 < number);
        codes.get(at).filter(|code| code.numbers.0 <= number)
    }

    /// All of them, in the order of their numbers.
    pub fn all() -> &'static [Code] {
        static CODES: LazyLock<Vec<Code>> =
            LazyLock::new(|| rows(include_str!("codes.tsv")).filter_map(read).collect());
        &CODES
    }

    /// Codes that mean nearly the same, or come together with it.
    pub fn related(&self) -> impl Iterator<Item = i32> + use<> {
        self.related.split(',').filter_map(|number| number.parse().ok())
    }

    /// What the part of the range that `number` lies in is about, whether the code is known or not.
    pub fn family(number: i32) -> Option<&'static str> {
        static FAMILIES: LazyLock<Vec<(RangeInclusive<i32>, &'static str)>> = LazyLock::new(|| {
            let family = |row: &'static str| {
                let mut columns = row.split('\t');
                let mut column = || columns.next();
                Some((column()?.parse().ok()?..=column()?.parse().ok()?, column()?))
            };
            rows(include_str!("families.tsv")).filter_map(family).collect()
        });
        FAMILIES.iter().find(|(range, _)| range.contains(&number)).map(|(_, family)| *family)
    }
}

fn rows(table: &'static str) -> impl Iterator<Item = &'static str> {
    table.lines().filter(|row| !row.starts_with('#') && !row.is_empty())
}

fn read(row: &'static str) -> Option<Code> {
    let mut columns = row.split('\t');
    let mut column = || columns.next();
    let numbers = column()?;
    // Numbers may be negative: it is a later dash that makes a range.
    let numbers = match numbers.rsplit_once('-').filter(|(first, _)| !first.is_empty()) {
        Some((first, last)) => (first.parse().ok()?, last.parse().ok()?),
        None => (numbers.parse().ok()?, numbers.parse().ok()?),
    };
    let (name, meaning, causes, advice) = (column()?, column()?, column()?, column()?);
    Some(Code { numbers, name, meaning, causes, advice, related: column()? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_is_read_in_order() {
        let codes = Code::all();
        assert_eq!(codes.len(), rows(include_str!("codes.tsv")).count());
        assert!(codes.is_sorted_by(|before, after| before.numbers.1 < after.numbers.0));
        for code in codes {
            assert!(!code.meaning.is_empty() && code.numbers.0 <= code.numbers.1, "{code:?}");
            assert!(code.related().all(|number| Code::of(number).is_some()), "{code:?}");
            assert!(Code::family(code.numbers.0).is_some(), "{code:?}");
            assert_eq!(Code::of(code.numbers.0), Some(code));
        }
    }

    #[test]
    fn codes_are_found_by_their_numbers() {
        assert_eq!(Code::of(6013).map(|code| code.name), Some("ERR_SDK_NOT_INITIALIZED"));
        assert_eq!(Code::of(-10001).map(|code| code.numbers), Some((-10001, -10001)));
        assert_eq!(Code::of(125_000).map(|code| code.numbers), Some((120_001, 130_000)));
        assert_eq!((Code::of(7016), Code::of(i32::MAX), Code::of(i32::MIN)), (None, None, None));
        assert_eq!(Code::family(7016), Some("SDK general: parameters, files, database, plan"));
        assert_eq!(Code::family(5), None);
    }
}
