//! Serializes gaps, in the form that `imlog cat --json` writes.

use serde::{Serialize, Serializer};

use super::{Gap, GapCause};
use crate::codec::keys::hex;
use crate::line::Time;

#[derive(Serialize)]
struct GapFields<'a> {
    gap: &'a GapCause,
    offset: u64,
    length: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    missing_seq: Option<[u16; 2]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    client_key: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    before: Option<Time>,
    #[serde(skip_serializing_if = "Option::is_none")]
    after: Option<Time>,
}

/// Serializes cause, offset and length; depending on the cause, also the first and last missing seq, or the client key;
/// and the times before and after it, where they are known.
impl Serialize for Gap {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let (missing_seq, client_key) = match &self.cause {
            GapCause::Skip(missing) => (Some([*missing.start(), *missing.end()]), None),
            GapCause::Encrypted { client, .. } => (None, Some(hex(&**client))),
            _ => (None, None),
        };
        let Gap { cause, offset, len, before, after, .. } = self;
        let (offset, length) = (*offset, *len);
        let fields = GapFields { gap: cause, offset, length, missing_seq, client_key, before: *before, after: *after };
        fields.serialize(serializer)
    }
}

/// Serializes the [name](GapCause::name).
impl Serialize for GapCause {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}
