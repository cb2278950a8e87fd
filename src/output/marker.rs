//! A gap as one line of text, in the place of what is missing.

use std::fmt;
use std::ops::RangeInclusive;

use crate::codec::Fault;
use crate::decode::{Cause, Gap, Place};
use crate::xlog::header::ClientKey;

/// What every marker starts with.
pub const PREFIX: &str = "[F]imlog: ";

/// One or more gaps with no text in between, as a sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Marker {
    offset: u64,
    len: u64,
    gaps: u64,
    /// Of the gaps that lost bytes, the first one's.
    cause: Option<Cause>,
    missing: Option<RangeInclusive<u16>>,
}

impl Marker {
    /// The marker of one gap.
    pub fn new(gap: &Gap) -> Marker {
        let mut marker = Marker { offset: gap.offset, len: 0, gaps: 0, cause: None, missing: None };
        marker.add(gap);
        marker
    }

    /// Takes in the next gap, if it is of the same [place](Place). Returns whether it is.
    pub fn join(&mut self, gap: &Gap) -> bool {
        let joins = gap.place != Place::New;
        if joins {
            self.add(gap);
        }
        joins
    }

    /// Where it starts in the file.
    pub fn offset(&self) -> u64 {
        self.offset
    }

    /// Bytes that gave no text.
    pub fn lost(&self) -> u64 {
        self.len
    }

    /// The gaps that lost bytes.
    pub fn pieces(&self) -> u64 {
        self.gaps
    }

    /// Why; `None` where nothing is wrong but that seq skips.
    pub fn cause(&self) -> Option<&Cause> {
        self.cause.as_ref()
    }

    /// The numbers of blocks that are missing from the file.
    pub fn missing(&self) -> Option<&RangeInclusive<u16>> {
        self.missing.as_ref()
    }

    fn add(&mut self, gap: &Gap) {
        if let Cause::Skip(missing) = &gap.cause {
            self.missing = Some(missing.clone());
            return;
        }
        self.len += gap.len;
        self.gaps += 1;
        match (&mut self.cause, &gap.cause) {
            // Zeros say less than whatever else is wrong here.
            (Some(cause @ Cause::ZeroFill), other) => *cause = other.clone(),
            (Some(_), _) => {}
            (none, cause) => *none = Some(cause.clone()),
        }
    }
}

/// The sentence, without prefix and line break.
impl fmt::Display for Marker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Marker { offset, len, gaps, cause, missing } = self;
        let bytes = Count(*len, "byte");
        match cause {
            None => {}
            Some(Cause::Encrypted { client, tried }) => {
                let blocks = Count(*gaps, "encrypted block");
                let why = if *tried { "no key fits" } else { "no key given" };
                write!(f, "{blocks} ({bytes}) at offset {offset} not decoded: {why} (client key {})", KeyId(client))?;
            }
            Some(cause) if *gaps > 1 => {
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
pub struct Reason<'a>(pub &'a Cause);

impl fmt::Display for Reason<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.0 {
            Cause::Foreign => "bytes that belong to no block",
            Cause::ZeroFill => "zeros where a block should be",
            Cause::Body(Fault::Corrupt) => "damaged block",
            Cause::Body(Fault::Truncated) => "block cut off",
            Cause::Body(Fault::TooLong) => "text of the block exceeds the limit",
            Cause::Encrypted { .. } => "encrypted block",
            Cause::Skip(_) => "blocks missing",
        })
    }
}

/// Enough of a client key to know it again.
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

    fn gap(offset: u64, len: u64, cause: Cause, place: Place) -> Gap {
        Gap { offset, len, cause, place }
    }

    #[test]
    fn damage_joins_and_keeps_its_first_cause() {
        let mut marker = Marker::new(&gap(100, 50, Cause::Body(Fault::Corrupt), Place::New));
        assert_eq!(marker.to_string(), "50 bytes lost at offset 100: damaged block");
        assert!(marker.join(&gap(150, 1, Cause::Foreign, Place::Same)));
        assert!(marker.join(&gap(151, 0, Cause::Skip(4..=5), Place::Same)));
        assert_eq!(
            marker.to_string(),
            "51 bytes lost from offset 100 on, in 2 pieces, the first: damaged block; log seq:4-5 is missing"
        );
    }

    #[test]
    fn a_skip_alone_says_where() {
        let marker = Marker::new(&gap(7, 0, Cause::Skip(38..=38), Place::New));
        assert_eq!(marker.to_string(), "log seq:38-38 is missing at offset 7");
    }

    #[test]
    fn another_place_has_a_marker_of_its_own() {
        let encrypted =
            |offset, place| gap(offset, 10, Cause::Encrypted { client: Box::new([0xAB; 64]), tried: false }, place);
        let mut marker = Marker::new(&encrypted(0, Place::New));
        assert!(marker.join(&encrypted(10, Place::Same)));
        assert!(!marker.join(&gap(20, 5, Cause::Foreign, Place::New)));
        assert_eq!(
            marker.to_string(),
            "2 encrypted blocks (20 bytes) at offset 0 not decoded: no key given (client key abababababababab…)"
        );
    }
}
