//! A gap as one line of text, in place of what is missing.

use std::fmt;

use crate::codec::Fault;
use crate::decode::{GapCause, GapRun};
use crate::xlog::header::ClientKey;

pub use crate::record::MARKER_PREFIX as PREFIX;

/// What comes behind the prefix, before a line that is known in part.
pub const PARTIAL: &str = "partial: ";

/// What is missing in a place, as a sentence, without prefix and line break.
pub struct Marker<'a>(pub &'a GapRun);

impl fmt::Display for Marker<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (offset, len, gaps) = (self.0.offset(), self.0.lost(), self.0.pieces());
        let (cause, missing) = (self.0.cause(), self.0.missing());
        let bytes = Count(len, "byte");
        match cause {
            None => {}
            Some(GapCause::Encrypted { client, tried }) => {
                let blocks = Count(gaps, "encrypted block");
                let why = if *tried { "no key fits" } else { "no key given" };
                write!(f, "{blocks} ({bytes}) at offset {offset} not decoded: {why} (client key {})", KeyId(client))?;
            }
            Some(cause) if gaps > 1 => {
                write!(f, "{bytes} lost from offset {offset} on, in {gaps} pieces, the first: {}", Reason(cause))?;
            }
            Some(cause) => write!(f, "{bytes} lost at offset {offset}: {}", Reason(cause))?,
        }
        if let Some(missing) = missing {
            let separator = if cause.is_some() { "; " } else { "" };
            let (first, last) = (missing.start(), missing.end());
            let place = if cause.is_some() { String::new() } else { format!(" at offset {offset}") };
            write!(f, "{separator}log seq:{first}-{last} is missing{place}")?;
        }
        Ok(())
    }
}

/// A cause in words.
pub struct Reason<'a>(pub &'a GapCause);

impl fmt::Display for Reason<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.0 {
            GapCause::Foreign => "bytes that belong to no block",
            GapCause::ZeroFill => "zeros where a block should be",
            GapCause::Body(Fault::Corrupt) => "damaged block",
            GapCause::Body(Fault::Truncated) => "block cut off",
            GapCause::Body(Fault::TooLong) => "text of the block exceeds the limit",
            GapCause::Encrypted { .. } => "encrypted block",
            GapCause::Skip(_) => "blocks missing",
        })
    }
}

/// Enough of a client key to recognize it.
pub struct KeyId<'a>(pub &'a ClientKey);

impl fmt::Display for KeyId<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().take(8).try_for_each(|byte| write!(f, "{byte:02x}"))?;
        f.write_str("…")
    }
}

/// A number with its noun, in the plural where it needs one.
pub struct Count(pub u64, pub &'static str);

impl fmt::Display for Count {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Count(number, noun) = self;
        write!(f, "{number} {noun}{}", if *number == 1 { "" } else { "s" })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decode::{Gap, GapPlace};

    fn gap(offset: u64, len: u64, cause: GapCause, place: GapPlace) -> Gap {
        Gap { offset, len, cause, place }
    }

    #[test]
    fn damage_joins_and_keeps_its_first_cause() {
        let mut marker = GapRun::new(&gap(100, 50, GapCause::Body(Fault::Corrupt), GapPlace::New));
        assert_eq!(Marker(&marker).to_string(), "50 bytes lost at offset 100: damaged block");
        assert!(marker.join(&gap(150, 1, GapCause::Foreign, GapPlace::Same)));
        assert!(marker.join(&gap(151, 0, GapCause::Skip(4..=5), GapPlace::Same)));
        assert_eq!(
            Marker(&marker).to_string(),
            "51 bytes lost from offset 100 on, in 2 pieces, the first: damaged block; log seq:4-5 is missing"
        );
    }

    #[test]
    fn a_skip_by_itself_says_where() {
        let marker = GapRun::new(&gap(7, 0, GapCause::Skip(38..=38), GapPlace::New));
        assert_eq!(Marker(&marker).to_string(), "log seq:38-38 is missing at offset 7");
    }

    #[test]
    fn each_place_has_its_own_marker() {
        let encrypted =
            |offset, place| gap(offset, 10, GapCause::Encrypted { client: Box::new([0xAB; 64]), tried: false }, place);
        let mut marker = GapRun::new(&encrypted(0, GapPlace::New));
        assert!(marker.join(&encrypted(10, GapPlace::Same)));
        assert!(!marker.join(&gap(20, 5, GapCause::Foreign, GapPlace::New)));
        assert_eq!(
            Marker(&marker).to_string(),
            "2 encrypted blocks (20 bytes) at offset 0 not decoded: no key given (client key abababababababab…)"
        );
    }
}
