//! What a log says of its app, and which error codes it has: read beside the summary, for cards and JSON.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use memchr::memmem::Finder;

use crate::line::{Head, code_in};
use crate::sdk::{About, about_in};

/// Different codes that are counted. Nobody's log has as many.
const MOST: usize = 4096;

/// What the word `code` ends with, in any case of its first letter.
static ODE: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new(b"ode"));

/// What a log says.
#[derive(Debug, Default)]
pub struct Said {
    /// Of the SDK and the device, where it starts.
    pub about: About,
    /// How many records carry each error code; those that say that all went well are not counted.
    codes: BTreeMap<i32, u64>,
}

impl Said {
    /// Takes the next text of the log.
    pub fn text(&mut self, text: &[u8]) {
        about_in(text, &mut self.about);
        let mut at = 0;
        for found in ODE.find_iter(text) {
            if found < at {
                continue;
            }
            let rest = text.get(found..).unwrap_or_default();
            at = memchr::memchr(b'\n', rest).map_or(text.len(), |len| found + len);
            // What comes before the word is only looked at if there is a code.
            let code = text.get(found.saturating_sub(1)..at).and_then(code_in);
            if let Some(code) = code.filter(|&code| code != 0) {
                let start = memchr::memrchr(b'\n', text.get(..found).unwrap_or_default()).map_or(0, |end| end + 1);
                self.code(code, text.get(start..at).unwrap_or_default());
            }
        }
    }

    /// Counts a code in this line, if the line starts a record.
    fn code(&mut self, code: i32, line: &[u8]) {
        if Head::of(line).is_some() && (self.codes.len() < MOST || self.codes.contains_key(&code)) {
            *self.codes.entry(code).or_default() += 1;
        }
    }

    /// The codes with their numbers of records, the most frequent first.
    pub fn codes(&self) -> Vec<(i32, u64)> {
        let mut codes: Vec<_> = self.codes.iter().map(|(code, count)| (*code, *count)).collect();
        codes.sort_by_key(|(code, count)| (u64::MAX - count, *code));
        codes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_counted_and_the_banner_is_read() {
        let mut said = Said::default();
        said.text(include_bytes!("../../../testdata/imsdk_C_20231106.xlog.log"));
        said.text(b"error_code:7 without a head\nTIM: ======  SDK Version: 8.8\n");
        assert_eq!(said.codes()[0].1, said.codes().iter().map(|(_, count)| *count).max().unwrap());
        assert!(said.codes().iter().all(|(code, _)| *code != 0 && *code != 7));
        assert_eq!(
            (said.about.app_id.as_deref(), said.about.sdk_version.as_deref()),
            (Some("1400000000"), Some("8.8"))
        );
    }
}
