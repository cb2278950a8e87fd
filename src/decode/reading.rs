//! One block's body to text: cipher, then codec, as its kind says. And if that can't be, as another kind.

use crate::codec::deflate::Inflate;
use crate::codec::keys::KeyRing;
use crate::codec::plausible::{LineHead, has_odd_bytes, has_odd_controls};
use crate::codec::text::Text;
use crate::codec::zstd::Zstd;
use crate::codec::{Fault, Outcome, pieces, plain, xor};
use crate::xlog::header::{ClientKey, NO_KEY};
use crate::xlog::magic::KINDS;
use crate::xlog::{BlockKind, Cipher, Codec, Header};

use super::Wanted;
use super::item::GapCause;

/// Codec states and buffers of one worker.
#[derive(Default)]
pub struct BodyReader {
    inflate: Inflate,
    zstd: Zstd,
    /// A body deciphered, or its pieces joined.
    plain: Vec<u8>,
    /// Some body had more text than the limit.
    pub is_over_limit: bool,
}

/// A block's frame, as far as reading its body needs it.
#[derive(Clone, Copy)]
pub struct Task<'a> {
    /// Its fields.
    pub header: Header,
    /// The key field, where it has one.
    pub client: Option<&'a ClientKey>,
    /// What the key field would say without damage, perhaps.
    pub kin: Option<&'a ClientKey>,
    /// The body. If the block is broken, all that may belong to it.
    pub body: &'a [u8],
    /// Its end is not where it should be.
    pub broken: bool,
    /// Bytes at the end of a broken block's body that may be the next header instead.
    pub overlap: usize,
}

/// What came of a body.
#[derive(Debug)]
pub struct Reading {
    /// Where in the body the first byte stands that gave no text.
    pub lost_from: usize,
    /// How many such bytes there are.
    pub lost: usize,
    /// Why; `None` if there are none, or only those that never belonged to it.
    pub cause: Option<GapCause>,
    /// The kind that it was read as.
    pub kind: &'static BlockKind,
}

impl Reading {
    /// What becomes of a body that is passed over.
    pub fn nothing_lost(task: Task<'_>) -> Reading {
        Reading { lost_from: task.body.len(), lost: 0, cause: None, kind: task.header.kind }
    }
}

/// The keys, limits and wishes of a run.
#[derive(Clone, Copy)]
pub struct Rules<'a> {
    /// The private keys.
    pub keys: &'a KeyRing,
    /// The most text that one block gives, in bytes.
    pub text_limit: usize,
    /// Whether a block with this header is to be read; all are if there is none.
    pub wanted: Option<&'a Wanted>,
}

impl BodyReader {
    /// Reads the body of `task` to the end of `text`.
    pub fn read(&mut self, task: Task<'_>, rules: Rules<'_>, text: &mut Text) -> Reading {
        let start = text.len();
        if let Some(reading) = self.read_claimed(task, rules, text) {
            return reading;
        }
        let reading = self.read_as(task, rules, text);
        if let (Some(GapCause::Encrypted { .. }), Some(kin)) = (&reading.cause, task.kin) {
            let another = self.read_as(Task { client: Some(kin), ..task }, rules, text);
            if text.len() > start {
                return another;
            }
        }
        // Without keys, or with too much text, another kind would fare no better.
        let hopeless =
            matches!(reading.cause, Some(GapCause::Encrypted { tried: false, .. } | GapCause::Body(Fault::TooLong)));
        let little = text.len() == start || task.header.kind.codec == Codec::Text && reading.lost > reading.lost_from;
        if hopeless || !little || task.body.is_empty() {
            return reading;
        }
        // A wrong magic is one wrong byte; all that hangs on it is how the body is read.
        let salvaged = text.bytes()[start..].to_vec();
        let kind = task.header.kind;
        let others = KINDS.iter().filter(|other| other.layout == kind.layout && other.magic != kind.magic);
        for other in others {
            text.truncate(start);
            let header = Header { kind: other, ..task.header };
            let another = self.read_as(Task { header, ..task }, rules, text);
            // Anything can be read as text, so that it has to be some.
            let is_text = other.codec != Codec::Text || !has_odd_bytes(&text.bytes()[start..]);
            if another.cause.is_none() && text.len() > start && is_text {
                return another;
            }
        }
        text.truncate(start);
        text.push(&salvaged);
        reading
    }

    /// A broken block that is encrypted: the last few bytes of its body are in plain, so that the cipher has to know
    /// where it ends. That is where its length field says, or where the next header starts.
    fn read_claimed(&mut self, task: Task<'_>, rules: Rules<'_>, text: &mut Text) -> Option<Reading> {
        if !task.broken || task.header.kind.cipher != Cipher::Tea {
            return None;
        }
        let start = text.len();
        let claimed = task.body.split_at_checked(task.header.body_len()).filter(|(_, rest)| rest.first() == Some(&0));
        let before_next = task.body.len().checked_sub(task.overlap).and_then(|end| task.body.get(..end));
        let before_next = before_next.filter(|_| task.overlap > 0).map(|body| body.strip_suffix(&[0]).unwrap_or(body));
        for body in claimed.map(|(body, _)| body).into_iter().chain(before_next) {
            let reading = self.read_as(Task { body, ..task }, rules, text);
            if reading.cause.is_none() && text.len() > start {
                return Some(Reading { lost_from: body.len(), lost: task.body.len() - body.len(), ..reading });
            }
            text.truncate(start);
        }
        None
    }

    fn read_as(&mut self, task: Task<'_>, rules: Rules<'_>, text: &mut Text) -> Reading {
        let Task { header, client, body, broken, .. } = task;
        let kind = header.kind;
        let start = text.len();
        let outcome = match (kind.cipher, client) {
            _ if body.is_empty() => Outcome { consumed: 0, fault: None },
            (Cipher::None, _) if kind.codec == Codec::Text => return read_text(kind, body, broken, text),
            (Cipher::Tea, Some(client)) if *client != NO_KEY => match self.decrypt(kind, client, body, rules, text) {
                Some(outcome) => outcome,
                None => {
                    text.truncate(start);
                    let cause = GapCause::Encrypted { client: Box::new(*client), tried: !rules.keys.is_empty() };
                    return Reading { lost_from: 0, lost: body.len(), cause: Some(cause), kind };
                }
            },
            (Cipher::None | Cipher::Tea, _) if !kind.pieces => self.decode(kind.codec, body, text, rules.text_limit),
            (cipher, _) => {
                let mut plain = std::mem::take(&mut self.plain);
                plain.clear();
                if kind.pieces {
                    pieces::join(body, &mut plain);
                } else {
                    plain.extend_from_slice(body);
                }
                if cipher == Cipher::Xor {
                    xor::apply(&mut plain, xor::key(&header));
                }
                if kind.codec == Codec::Text {
                    let reading = read_text(kind, &plain, broken, text);
                    self.plain = plain;
                    return reading;
                }
                let outcome = self.decode(kind.codec, &plain, text, rules.text_limit);
                self.plain = plain;
                let consumed = if kind.pieces { pieces::position(body, outcome.consumed) } else { outcome.consumed };
                Outcome { consumed, ..outcome }
            }
        };
        if outcome.fault.is_some() || broken {
            keep_whole_lines(text, start);
        }
        let lost_from = outcome.consumed.min(body.len());
        let lost = body.len() - lost_from;
        Reading { lost_from, lost, cause: outcome.fault.map(GapCause::Body), kind }
    }

    fn decode(&mut self, codec: Codec, body: &[u8], text: &mut Text, limit: usize) -> Outcome {
        let limit = limit.min(most_text(body.len()));
        let outcome = match codec {
            // No writer encrypts text with TEA; all other text has been dealt with.
            Codec::Text => Outcome { consumed: 0, fault: None },
            Codec::Deflate => self.inflate.decode(body, text, limit),
            Codec::Zstd => self.zstd.decode(body, text, limit),
        };
        self.is_over_limit |= outcome.fault == Some(Fault::TooLong);
        outcome
    }

    /// `None`: no key fits.
    fn decrypt(
        &mut self,
        kind: &'static BlockKind,
        client: &ClientKey,
        body: &[u8],
        rules: Rules<'_>,
        text: &mut Text,
    ) -> Option<Outcome> {
        let start = text.len();
        let mut plain = std::mem::take(&mut self.plain);
        let outcome = rules.keys.candidates(client).iter().find_map(|key| {
            plain.clear();
            plain.extend_from_slice(body);
            key.decrypt(&mut plain);
            text.truncate(start);
            let outcome = self.decode(kind.codec, &plain, text, rules.text_limit);
            fits(&outcome, text.bytes().get(start..).unwrap_or_default()).then_some(outcome)
        });
        self.plain = plain;
        outcome
    }
}

/// The most text that a body of so many bytes gives. A writer packs line by line, and cuts lines at 16 KiB; what it
/// packs a line to has eight bytes at the least. Zstd itself can say much more with as much. Source: mars'
/// `log_appender.cc`; RFC 8878, 3.1.1.
fn most_text(body: usize) -> usize {
    const LINE: usize = 16 << 10;
    const PACKED: usize = 8;
    body.saturating_mul(LINE / PACKED).saturating_add(64 << 10)
}

/// Whether a key that leads to this is the right one: with a wrong one, the codec chokes on the first line. Early
/// damage makes it choke too, but not before a line that is one.
fn fits(outcome: &Outcome, text: &[u8]) -> bool {
    outcome.fault.is_none() || outcome.consumed >= 64 || matches!(LineHead::of_doubtful(text), LineHead::Time(_))
}

fn read_text(kind: &'static BlockKind, body: &[u8], broken: bool, text: &mut Text) -> Reading {
    // A stray control character may have been logged. A run of zeros was not, and neither was what is compressed or
    // encrypted, where one byte in nine is odd.
    let few_odd = || {
        let odd = body.iter().filter(|byte| plain::is_odd(byte)).count();
        odd * 20 <= body.len() && memchr::memmem::find(body, &[0; 4]).is_none()
    };
    if !broken && (!has_odd_controls(body) || few_odd()) {
        text.push(body);
        return Reading { lost_from: body.len(), lost: 0, cause: None, kind };
    }
    let (lost_from, lost) = plain::salvage(body, true, text);
    let cause = (!broken).then_some(GapCause::Body(Fault::Corrupt));
    Reading { lost_from, lost, cause, kind }
}

/// Cuts the text behind `start` after its last line break.
fn keep_whole_lines(text: &mut Text, start: usize) {
    let kept = memchr::memrchr(b'\n', &text.bytes()[start..]).map_or(0, |at| at + 1);
    text.truncate(start + kept);
}
