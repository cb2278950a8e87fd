//! Calls the library, for tests.

use std::convert::Infallible;

use imlog::internals::codec::keys::{KeyRing, PrivateKey};
use imlog::internals::decode::{Decoder, Gap, Item, Report};

use super::damage::SMALL_BATCH;
use super::items::Account;

/// The published test key of the mars repository.
pub const TEST_KEY: &str = "145aa7717bf9745b91e9569b80bbf1eedaa6cc6cd0e26317d810e35710f44cf8";

/// A decoded file.
pub struct Decoded {
    pub text: String,
    pub gaps: Vec<Gap>,
    /// The lines that are known in part, as they are shown.
    pub partial: Vec<String>,
    pub report: Report,
}

impl Decoded {
    pub fn lines(&self) -> Vec<&str> {
        self.text.split_inclusive('\n').collect()
    }
}

/// Decodes without a key.
pub fn decode(bytes: &[u8]) -> Decoded {
    decode_with(&Decoder::new(KeyRing::default()), bytes)
}

/// A decoder with these private keys.
pub fn decoder(keys: &[&str]) -> Decoder {
    Decoder::new(KeyRing::new(keys.iter().map(|key| PrivateKey::parse(key).unwrap()).collect()))
}

/// Decodes with these private keys. Checks that batches of the usual size and small ones give the same result.
#[track_caller]
pub fn decode_in_batches(keys: &[&str], bytes: &[u8]) -> Decoded {
    let (usual, small) = (decoder(keys), decoder(keys).with_batch_size(SMALL_BATCH));
    let difference = Account::of(&usual, bytes).differs(&Account::of(&small, bytes));
    assert!(difference.is_none(), "{}", difference.unwrap_or_default());
    decode_with(&usual, bytes)
}

/// Decodes with this decoder. Bytes that are not UTF-8 stay visible.
pub fn decode_with(decoder: &Decoder, bytes: &[u8]) -> Decoded {
    let (mut text, mut gaps, mut partial) = (Vec::new(), Vec::new(), Vec::new());
    let report = decoder.decode(bytes, |item| {
        match item {
            Item::Text(run) => text.extend_from_slice(run.text),
            Item::Gap(gap) => gaps.push(gap.clone()),
            Item::Partial(line) => partial.push(String::from_utf8_lossy(&line.shown()).into_owned()),
        }
        Ok::<_, Infallible>(())
    });
    let report = report.unwrap();
    assert_eq!(report.bytes, bytes.len() as u64, "every byte is accounted for");
    assert_eq!(report.text, text.len() as u64);
    assert_eq!(report.partial, partial.len() as u64);
    Decoded { text: String::from_utf8_lossy(&text).into_owned(), gaps, partial, report }
}

/// Compares texts, and on failure shows only the first line that differs.
#[track_caller]
pub fn assert_text(got: &str, expected: &str, context: impl std::fmt::Display) {
    if got != expected {
        let (got_lines, expected_lines): (Vec<_>, Vec<_>) = (got.lines().collect(), expected.lines().collect());
        let same = got_lines.iter().zip(&expected_lines).take_while(|(a, b)| a == b).count();
        let line = |lines: &[&str]| lines.get(same).map_or("the end".into(), |line| line.to_string());
        let (counts, lines) = ((got_lines.len(), expected_lines.len()), (line(&got_lines), line(&expected_lines)));
        panic!("{context}: {} lines for {}, from line {same} on:\n{}\nfor\n{}", counts.0, counts.1, lines.0, lines.1);
    }
}
