//! Serializes gaps, in the form that `imlog cat --json` writes.

use serde::{Serialize, Serializer};

use super::{Gap, GapCause};
use crate::codec::keys::hex;

#[derive(Serialize)]
struct GapFields<'a> {
    gap: &'a GapCause,
    offset: u64,
    length: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    missing_seq: Option<[u16; 2]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    client_key: Option<String>,
}

/// Serializes cause, offset and length; depending on the cause, also the first and last missing seq, or the client key.
impl Serialize for Gap {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let (missing_seq, client_key) = match &self.cause {
            GapCause::Skip(missing) => (Some([*missing.start(), *missing.end()]), None),
            GapCause::Encrypted { client, .. } => (None, Some(hex(&**client))),
            _ => (None, None),
        };
        let Gap { cause, offset, len, .. } = self;
        GapFields { gap: cause, offset: *offset, length: *len, missing_seq, client_key }.serialize(serializer)
    }
}

/// Serializes the [name](GapCause::name).
impl Serialize for GapCause {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}
