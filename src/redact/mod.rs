//! Pseudonyms in place of what is personal, so that a log can be passed on.
//!
//! Which values are personal stands in [`rules`], as data. A text is read once, without regard to what form its lines
//! have: values are told by the key before them, by words that lead to one, or by their shape. So all of it is one
//! primitive, text to text: the fields of a record, and JSON, are made from the redacted text.

mod ahead;
mod classes;
mod find;
mod keys;
mod names;
mod pieces;
mod rules;
mod shapes;
mod steps;
mod values;

use std::borrow::Cow;

use find::{Find, Finds};
use names::Names;

pub use names::{Alias, Masked};
pub use pieces::RedactedPieces;
pub use rules::Personal;

/// Replaces what is personal by pseudonyms: `user-1`, `ip-2`. The same value has the same pseudonym in all texts that one
/// redactor is given; numbers count in the order in which values come.
///
/// It knows the keys of the IM SDK and the shapes of what needs no key (see `docs/redact.md`), but not what people write:
/// free text, such as that of a message, may still hold personal data.
///
/// ```
/// let mut redactor = imlog::Redactor::default();
/// let text = redactor.text("Login begin|userid:bob|client_address:203.0.113.7:48062|conversation_key:c2c_bob");
/// assert_eq!(text, "Login begin|userid:user-1|client_address:ip-1:48062|conversation_key:c2c_user-1");
/// assert_eq!(redactor.value(imlog::Personal::User, "bob"), "user-1");
/// assert_eq!(redactor.masked(imlog::Personal::User).places, 3);
/// ```
#[derive(Debug, Default)]
pub struct Redactor {
    names: Names,
    out: Vec<u8>,
    hex: Vec<u8>,
}

impl Redactor {
    /// The text with pseudonyms.
    pub fn text<'a>(&mut self, text: &'a str) -> Cow<'a, str> {
        match self.bytes(text.as_bytes()) {
            // Values start and end between characters, and pseudonyms are ASCII.
            Cow::Owned(redacted) => Cow::Owned(String::from_utf8_lossy(&redacted).into_owned()),
            Cow::Borrowed(_) => Cow::Borrowed(text),
        }
    }

    /// The same for bytes that may not be UTF-8.
    pub fn bytes<'a>(&mut self, text: &'a [u8]) -> Cow<'a, [u8]> {
        let mut out = std::mem::take(&mut self.out);
        out.clear();
        let changed = self.push(text, &mut out);
        let redacted = if changed { Cow::Owned(out.clone()) } else { Cow::Borrowed(text) };
        self.out = out;
        redacted
    }

    /// Adds the text with pseudonyms to `out`. Returns whether there are any.
    pub fn push(&mut self, text: &[u8], out: &mut Vec<u8>) -> bool {
        self.push_found(text, Finds::new(text), out)
    }

    /// The same for a text of which is known where its values are.
    fn push_found(&mut self, text: &[u8], finds: impl IntoIterator<Item = Find>, out: &mut Vec<u8>) -> bool {
        let mut done = 0;
        for find in finds {
            out.extend_from_slice(text.get(done..find.place.start).unwrap_or_default());
            let value = text.get(find.place.clone()).unwrap_or_default();
            if find.is_hex && unhex(value, &mut self.hex) {
                self.names.push(find.personal, &self.hex, out);
            } else {
                self.names.push(find.personal, value, out);
            }
            done = find.place.end;
        }
        out.extend_from_slice(text.get(done..).unwrap_or_default());
        done > 0
    }

    /// The pseudonym of a value of which is known what it is.
    pub fn value(&mut self, personal: Personal, value: &str) -> String {
        let mut out = Vec::new();
        self.names.push(personal, value.as_bytes(), &mut out);
        String::from_utf8_lossy(&out).into_owned()
    }

    /// How often values of this kind were masked.
    pub fn masked(&self, personal: Personal) -> Masked {
        self.names.masked(personal)
    }

    /// In how many places a value was masked that could not be remembered, since there were too many. Its pseudonym is
    /// then a number that is drawn from it with a key of this redactor, `user-x5f0c…`: the same for the same value, but
    /// different in each run, and not among the [`aliases`](Redactor::aliases).
    pub fn forgotten(&self) -> u64 {
        self.names.forgotten()
    }

    /// All values that are remembered, with what stands in their place, by kind and number.
    pub fn aliases(&self) -> Vec<Alias<'_>> {
        self.names.aliases()
    }
}

/// Reads hexadecimal digits into `out`. Returns whether they are.
fn unhex(digits: &[u8], out: &mut Vec<u8>) -> bool {
    out.clear();
    let digit = |byte: &u8| char::from(*byte).to_digit(16).map(|digit| digit as u8);
    let (pairs, rest) = digits.as_chunks::<2>();
    let all = pairs.iter().all(|[high, low]| match (digit(high), digit(low)) {
        (Some(high), Some(low)) => {
            out.push(high << 4 | low);
            true
        }
        _ => false,
    });
    all && rest.is_empty()
}

#[cfg(test)]
mod tests {
    use super::rules::{KEYS, LEADS, SHAPES, STAYS};
    use super::*;

    fn redacted(text: &str) -> String {
        Redactor::default().text(text).into_owned()
    }

    #[test]
    fn every_rule_reads_the_line_that_it_was_learned_from() {
        let keys = KEYS.iter().map(|rule| rule.learned);
        let leads = LEADS.iter().map(|rule| rule.learned);
        for (line, expected) in keys.chain(leads).chain(SHAPES.iter().copied()) {
            assert_eq!(redacted(line), expected);
        }
    }

    #[test]
    fn every_key_masks_its_value() {
        for rule in KEYS {
            for key in rule.keys {
                let value = if rule.extent == rules::Extent::Digits { "5550199" } else { "v4lue" };
                for line in
                    [format!("a|{key}:{value}|b"), format!("{{\"x_{key}\": \"{value}\"}}"), format!("{key}={value}")]
                {
                    let expected = line.replace(value, &format!("{}-1", rule.personal.name()));
                    assert_eq!(redacted(&line), expected);
                }
            }
        }
    }

    #[test]
    fn all_of_a_text_takes_linear_time() {
        let ends = "|,;\"'<>()[]{}&\\ \n.:=@-_/19aZ\u{FF1A}";
        let starts =
            ["", "user:", "userids:a ", "nick:a ", "phone:1 ", "client_ip:1:", "base16_format:6", "c2c_", "a@b."];
        let starts = starts.iter().chain(&["/data/data/", "/data/user/0/", "@TGS#", "user:@TIM#", "conversation:c2c_"]);
        for start in starts {
            for part in ends.chars().map(|end| format!("{start}{end}")) {
                let steps = |times: usize| {
                    steps::take();
                    Redactor::default().text(&part.repeat(times));
                    steps::take()
                };
                let (small, large) = (steps(1000), steps(10_000));
                assert!(large <= 11 * small + 11_000, "{part:?}: {small} {large}");
                // What is looked for near a key is never far.
                assert!(large <= 10_000 * 1500, "{part:?}: {large}");
            }
        }
    }

    #[test]
    fn what_is_not_personal_stays() {
        for line in STAYS {
            assert_eq!(redacted(line), *line);
        }
    }
}
