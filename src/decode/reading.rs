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
        // Without a key in its header, it was never encrypted.
        let has_key = task.client.is_some_and(|client| *client != NO_KEY);
        let others = KINDS
            .iter()
            .filter(|other| other.layout == kind.layout && other.magic != kind.magic)
            .filter(|other| has_key || other.cipher != Cipher::Tea);
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codec::keys::PrivateKey;
    use crate::xlog::header::client_key;
    use crate::xlog::magic::{Layout, kind};

    /// Its first block has 199 bytes of body.
    const CRYPT: &[u8] = include_bytes!("../../testdata/async-zlib-crypt.xlog");
    const KEY: &str = "145aa7717bf9745b91e9569b80bbf1eedaa6cc6cd0e26317d810e35710f44cf8";
    const LINES: &[u8] = b"[I][2023-11-05 +8.0 14:19:18.434][1, 2][tag][f.cpp:1, f][one\nand two\n";

    fn task(magic: u8, body: &[u8]) -> Task<'_> {
        let kind = kind(magic, Layout::Keyed).unwrap();
        let header = Header { kind, seq: 1, begin_hour: 0, end_hour: 0, length: body.len() as u32 };
        Task { header, client: None, kin: None, body, broken: false, overlap: 0 }
    }

    fn encrypted() -> Task<'static> {
        let length = u32::from_le_bytes(CRYPT[5..9].try_into().unwrap()) as usize;
        Task { client: client_key(CRYPT, Layout::Keyed), ..task(0x07, &CRYPT[73..73 + length]) }
    }

    fn keys(texts: &[&str]) -> KeyRing {
        KeyRing::new(texts.iter().map(|text| PrivateKey::parse(text).unwrap()).collect())
    }

    fn deflated(lines: &[&[u8]]) -> Vec<u8> {
        let mut body = Vec::with_capacity(1 << 16);
        let mut compress = flate2::Compress::new(flate2::Compression::new(9), false);
        for line in lines {
            compress.compress_vec(line, &mut body, flate2::FlushCompress::Sync).unwrap();
        }
        body
    }

    struct Read {
        text: String,
        reading: Reading,
        is_over_limit: bool,
    }

    /// Reads behind text that is there already, and that stays.
    fn read(task: Task<'_>, keys: &KeyRing, text_limit: usize) -> Read {
        let (mut reader, mut text) = (BodyReader::default(), Text::default());
        text.push(b"before\n");
        let reading = reader.read(task, Rules { keys, text_limit, wanted: None }, &mut text);
        let text = String::from_utf8_lossy(text.bytes()).strip_prefix("before\n").unwrap().to_string();
        Read { text, reading, is_over_limit: reader.is_over_limit }
    }

    fn read_plainly(task: Task<'_>) -> Read {
        read(task, &KeyRing::default(), 1 << 20)
    }

    fn lines() -> String {
        String::from_utf8(LINES.to_vec()).unwrap()
    }

    #[test]
    fn bodies_of_each_codec_are_read() {
        for (magic, body) in [(0x08, LINES.to_vec()), (0x09, deflated(&[LINES]))] {
            let Read { text, reading, .. } = read_plainly(task(magic, &body));
            assert_eq!(text, lines());
            assert_eq!((reading.lost_from, reading.lost, reading.cause), (body.len(), 0, None));
            assert_eq!(reading.kind.magic, magic);
        }
        let Read { text, reading, .. } = read_plainly(task(0x09, b""));
        assert_eq!((text.as_str(), reading.lost, reading.cause), ("", 0, None));
    }

    #[test]
    fn a_wrong_magic_is_read_as_what_it_was() {
        let body = deflated(&[LINES]);
        for magic in [0x0D, 0x08] {
            let Read { text, reading, .. } = read_plainly(task(magic, &body));
            assert_eq!((text, reading.kind.magic, reading.cause), (lines(), 0x09, None), "{magic:#04x}");
        }
        let Read { text, reading, .. } = read_plainly(task(0x09, LINES));
        assert_eq!((text, reading.kind.codec, reading.cause), (lines(), Codec::Text, None));
    }

    #[test]
    fn a_cut_body_keeps_its_whole_lines() {
        let units = [LINES, b"a third line, which is cut\n"];
        let (whole, first) = (deflated(&units), deflated(&units[..1]).len());
        for len in first + 1..whole.len() - 5 {
            let Read { text, reading, .. } = read_plainly(task(0x09, &whole[..len]));
            assert_eq!(text, lines(), "{len} of {}", whole.len());
            assert_eq!(reading.cause, Some(GapCause::Body(Fault::Truncated)), "{len}");
            assert_eq!(reading.lost_from + reading.lost, len);
            assert!(reading.lost > 0, "{len}");
        }
        let Read { text, reading, .. } = read_plainly(Task { broken: true, ..task(0x08, &LINES[..LINES.len() - 4]) });
        assert_eq!(text, lines().split_inclusive('\n').next().unwrap());
        assert_eq!((reading.lost, reading.cause), ("and ".len(), None));
    }

    #[test]
    fn the_key_that_fits_opens() {
        let other = "11".repeat(32);
        for texts in [&[KEY][..], &[&other, KEY]] {
            let Read { text, reading, .. } = read(encrypted(), &keys(texts), 1 << 20);
            assert!(text.lines().count() > 1 && text.ends_with('\n'), "{text}");
            assert_eq!((reading.lost, reading.cause), (0, None));
        }
    }

    #[test]
    fn without_a_key_that_fits_all_of_it_is_lost() {
        for (texts, tried) in [(vec![], false), (vec!["11".repeat(32)], true)] {
            let texts: Vec<_> = texts.iter().map(String::as_str).collect();
            let Read { text, reading, .. } = read(encrypted(), &keys(&texts), 1 << 20);
            assert_eq!(text, "");
            let client = Box::new(*encrypted().client.unwrap());
            assert_eq!(reading.cause, Some(GapCause::Encrypted { client, tried }));
            assert_eq!((reading.lost_from, reading.lost), (0, encrypted().body.len()));
        }
    }

    #[test]
    fn kin_opens_what_a_damaged_key_does_not() {
        let (right, mut wrong) = (*encrypted().client.unwrap(), *encrypted().client.unwrap());
        wrong[20] ^= 1;
        let task = Task { client: Some(&wrong), ..encrypted() };
        assert!(matches!(read(task, &keys(&[KEY]), 1 << 20).reading.cause, Some(GapCause::Encrypted { .. })));
        let Read { text, reading, .. } = read(Task { kin: Some(&right), ..task }, &keys(&[KEY]), 1 << 20);
        assert!(text.lines().count() > 1 && reading.cause.is_none());
    }

    #[test]
    fn text_ends_at_the_limit() {
        let first = LINES.iter().position(|&byte| byte == b'\n').unwrap() + 1;
        let body = deflated(&[&LINES[..first], &LINES[first..]]);
        for (limit, kept) in [(LINES.len(), LINES.len()), (LINES.len() - 1, first), (first, first), (first - 1, 0)] {
            let Read { text, reading, is_over_limit } = read(task(0x09, &body), &KeyRing::default(), limit);
            assert_eq!(text.len(), kept, "limit {limit}");
            let cause = (kept < LINES.len()).then_some(GapCause::Body(Fault::TooLong));
            assert_eq!((is_over_limit, reading.cause), (cause.is_some(), cause), "limit {limit}");
        }
    }
}
