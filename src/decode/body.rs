//! Turns one block's body into text: decrypts it, then decompresses it, as the block's kind says. If that fails, the
//! body is tried as another kind.

use std::cmp::Reverse;
use std::ops::Range;

use crate::codec::deflate::{FLUSH, Inflate};
use crate::codec::keys::KeyRing;
use crate::codec::partial::{Behind, BehindPiece};
use crate::codec::plausible::{LineHead, has_odd_bytes, has_odd_controls};
use crate::codec::text::Text;
use crate::codec::zstd::Zstd;
use crate::codec::{Fault, Outcome, pieces, plain, tea, xor};
use crate::xlog::header::{ClientKey, NO_KEY};
use crate::xlog::magic::KINDS;
use crate::xlog::{BlockKind, Cipher, Codec, Header};

use super::Wanted;
use super::item::GapCause;

/// The codec states and buffers of one worker.
#[derive(Default)]
pub struct BodyReader {
    inflate: Inflate,
    zstd: Zstd,
    /// The current body, decrypted or with its pieces joined.
    plain: Vec<u8>,
    /// Whether any body had more text than the limit allows.
    pub is_over_limit: bool,
}

/// A body, and what has to be known of its block to read it.
#[derive(Clone, Copy)]
pub struct Body<'a> {
    /// The block's header.
    pub header: Header,
    /// The key field, if the header has one.
    pub client: Option<&'a ClientKey>,
    /// What the key field may have been before it was damaged.
    pub kin: Option<&'a ClientKey>,
    /// The bytes of the body. For a broken block, everything that may belong to it.
    pub bytes: &'a [u8],
    /// The block does not end where its header says.
    pub is_broken: bool,
    /// How many bytes at the end of a broken block's body may be the next header instead.
    pub overlap: usize,
}

/// What reading a body gave, apart from its text.
#[derive(Debug)]
pub struct BodyOutcome {
    /// Position in the body of the first byte that gave no text.
    pub lost_from: usize,
    /// How many bytes gave no text.
    pub lost: usize,
    /// Why; `None` if no bytes were lost, or only bytes that never belonged to the body.
    pub cause: Option<GapCause>,
    /// The kind that the body was read as.
    pub kind: &'static BlockKind,
    /// Position in the stream, which is the body without what was done to it afterwards, of the first byte that gave no
    /// text.
    pub stream_at: usize,
}

impl BodyOutcome {
    /// The outcome for a body that is skipped.
    pub fn nothing_lost(body: Body<'_>) -> BodyOutcome {
        BodyOutcome { lost_from: body.bytes.len(), lost: 0, cause: None, kind: body.header.kind, stream_at: 0 }
    }
}

/// Keys, limits and choices that apply to all blocks.
#[derive(Clone, Copy)]
pub struct DecodeOptions<'a> {
    /// The private keys.
    pub keys: &'a KeyRing,
    /// The most text that one block may give, in bytes.
    pub text_limit: usize,
    /// Whether to read a block with this header; `None` reads all blocks.
    pub wanted: Option<&'a Wanted>,
}

impl BodyReader {
    /// Reads `body` and appends its text to `text`.
    pub fn read(&mut self, body: Body<'_>, options: DecodeOptions<'_>, text: &mut Text) -> BodyOutcome {
        let start = text.len();
        if let Some(outcome) = self.read_broken_encrypted(body, options, text) {
            return outcome;
        }
        let outcome = self.read_as(body, options, text);
        if let (Some(GapCause::Encrypted { .. }), Some(kin)) = (&outcome.cause, body.kin) {
            let with_kin = self.read_as(Body { client: Some(kin), ..body }, options, text);
            if text.len() > start {
                return with_kin;
            }
        }
        // Without keys, or with too much text, another kind would fare no better.
        let is_hopeless =
            matches!(outcome.cause, Some(GapCause::Encrypted { tried: false, .. } | GapCause::Body(Fault::TooLong)));
        let is_little =
            text.len() == start || body.header.kind.codec == Codec::Text && outcome.lost > outcome.lost_from;
        if is_hopeless || !is_little || body.bytes.is_empty() {
            return outcome;
        }
        let salvaged = text.bytes()[start..].to_vec();
        text.truncate(start);
        if let Some(as_other_kind) = self.read_as_other_kind(body, options, text) {
            return as_other_kind;
        }
        text.push(&salvaged);
        outcome
    }

    /// Reads a body whose magic may be wrong: that is one damaged byte, and only how the body is read depends on it.
    /// `None` if no other kind reads all of it; `text` is then as it was.
    fn read_as_other_kind(
        &mut self,
        body: Body<'_>,
        options: DecodeOptions<'_>,
        text: &mut Text,
    ) -> Option<BodyOutcome> {
        let (start, kind) = (text.len(), body.header.kind);
        // Without a key in its header, the body was never encrypted.
        let has_key = body.client.is_some_and(|client| *client != NO_KEY);
        let others = KINDS
            .iter()
            .filter(|other| other.layout == kind.layout && other.magic != kind.magic)
            .filter(|other| has_key || other.cipher != Cipher::Tea);
        for other in others {
            let header = Header { kind: other, ..body.header };
            let outcome = self.read_as(Body { header, ..body }, options, text);
            // Any bytes can be read as text, so they have to look like text.
            let is_text = other.codec != Codec::Text || !has_odd_bytes(&text.bytes()[start..]);
            if outcome.cause.is_none() && text.len() > start && is_text {
                return Some(outcome);
            }
            text.truncate(start);
        }
        None
    }

    /// Reads the body of a broken, encrypted block. The last few bytes of such a body are not encrypted, so the cipher
    /// has to know where it ends: where the length field says, or where the next header starts. `None` for any other
    /// block, or if neither fits.
    fn read_broken_encrypted(
        &mut self,
        body: Body<'_>,
        options: DecodeOptions<'_>,
        text: &mut Text,
    ) -> Option<BodyOutcome> {
        if !body.is_broken || body.header.kind.cipher != Cipher::Tea {
            return None;
        }
        let start = text.len();
        let all = body.bytes;
        let claimed = all.split_at_checked(body.header.body_len()).filter(|(_, rest)| rest.first() == Some(&0));
        let before_next = all.len().checked_sub(body.overlap).and_then(|end| all.get(..end));
        let before_next =
            before_next.filter(|_| body.overlap > 0).map(|bytes| bytes.strip_suffix(&[0]).unwrap_or(bytes));
        for bytes in claimed.map(|(bytes, _)| bytes).into_iter().chain(before_next) {
            let outcome = self.read_as(Body { bytes, ..body }, options, text);
            if outcome.cause.is_none() && text.len() > start {
                return Some(BodyOutcome { lost_from: bytes.len(), lost: all.len() - bytes.len(), ..outcome });
            }
            text.truncate(start);
        }
        None
    }

    /// Reads `body` as the kind in its header.
    fn read_as(&mut self, body: Body<'_>, options: DecodeOptions<'_>, text: &mut Text) -> BodyOutcome {
        let Body { header, client, bytes, is_broken, .. } = body;
        let kind = header.kind;
        let (start, mut stream_at) = (text.len(), None);
        let outcome = match (kind.cipher, client) {
            _ if bytes.is_empty() => Outcome { consumed: 0, fault: None },
            (Cipher::None, _) if kind.codec == Codec::Text => return read_text(kind, bytes, is_broken, text),
            (Cipher::Tea, Some(client)) if *client != NO_KEY => {
                match self.decrypt(kind, client, bytes, options, text) {
                    Some(outcome) => outcome,
                    None => {
                        text.truncate(start);
                        let cause = GapCause::Encrypted { client: Box::new(*client), tried: !options.keys.is_empty() };
                        return BodyOutcome { lost_from: 0, lost: bytes.len(), cause: Some(cause), kind, stream_at: 0 };
                    }
                }
            }
            (Cipher::None | Cipher::Tea, _) if !kind.pieces => {
                self.decompress(kind.codec, bytes, text, options.text_limit)
            }
            _ => {
                let mut plain = std::mem::take(&mut self.plain);
                make_plain(header, bytes, &mut plain);
                if kind.codec == Codec::Text {
                    let outcome = read_text(kind, &plain, is_broken, text);
                    self.plain = plain;
                    return outcome;
                }
                let outcome = self.decompress(kind.codec, &plain, text, options.text_limit);
                self.plain = plain;
                stream_at = Some(outcome.consumed);
                let consumed = if kind.pieces { pieces::position(bytes, outcome.consumed) } else { outcome.consumed };
                Outcome { consumed, ..outcome }
            }
        };
        if outcome.fault.is_some() || is_broken {
            keep_whole_lines(text, start);
        }
        let lost_from = outcome.consumed.min(bytes.len());
        let lost = bytes.len() - lost_from;
        let stream_at = stream_at.unwrap_or(lost_from);
        BodyOutcome { lost_from, lost, cause: outcome.fault.map(GapCause::Body), kind, stream_at }
    }

    /// Reads `body` on behind damage, if it can be read on: `stream` is where that begins in its stream, and where its
    /// bytes end. The text up to there ends with `before`.
    pub fn read_on(
        &mut self,
        body: Body<'_>,
        options: DecodeOptions<'_>,
        stream: Range<usize>,
        before: &[u8],
    ) -> Behind {
        let Body { header, client, .. } = body;
        let (kind, from, until) = (header.kind, stream.start, stream.end);
        let bytes = body.bytes.get(..until).unwrap_or(body.bytes);
        if kind.codec != Codec::Deflate {
            return Behind::default();
        }
        let limit = options.text_limit.min(max_text(bytes.len()));
        let mut plain = std::mem::take(&mut self.plain);
        let stream = match (kind.cipher, client) {
            (Cipher::Tea, Some(client)) if *client != NO_KEY => {
                let fits = decrypt_behind(body, options.keys, from, until, &mut plain);
                if fits { plain.as_slice() } else { &[] }
            }
            (Cipher::None | Cipher::Tea, _) if !kind.pieces => bytes,
            _ => {
                make_plain(header, bytes, &mut plain);
                &plain
            }
        };
        let mut behind = self.inflate.read_on(stream, from, before, limit);
        self.is_over_limit |= behind.is_too_long;
        if kind.pieces {
            for piece in &mut behind.pieces {
                if let BehindPiece::Lost(range) = piece {
                    *range = pieces::position(bytes, range.start)..pieces::position(bytes, range.end);
                }
            }
        }
        self.plain = plain;
        behind
    }

    fn decompress(&mut self, codec: Codec, body: &[u8], text: &mut Text, limit: usize) -> Outcome {
        let limit = limit.min(max_text(body.len()));
        let outcome = match codec {
            // No writer encrypts text with TEA, and the caller reads all other text.
            Codec::Text => Outcome { consumed: 0, fault: None },
            Codec::Deflate => self.inflate.decode(body, text, limit),
            Codec::Zstd => self.zstd.decode(body, text, limit),
        };
        self.is_over_limit |= outcome.fault == Some(Fault::TooLong);
        outcome
    }

    /// Decrypts with each private key in turn, and keeps the text of the first that fits. `None` if none does.
    fn decrypt(
        &mut self,
        kind: &'static BlockKind,
        client: &ClientKey,
        body: &[u8],
        options: DecodeOptions<'_>,
        text: &mut Text,
    ) -> Option<Outcome> {
        let start = text.len();
        let mut plain = std::mem::take(&mut self.plain);
        let outcome = options.keys.candidates(client).iter().find_map(|key| {
            plain.clear();
            plain.extend_from_slice(body);
            key.decrypt(&mut plain);
            text.truncate(start);
            let outcome = self.decompress(kind.codec, &plain, text, options.text_limit);
            key_fits(&outcome, text.bytes().get(start..).unwrap_or_default()).then_some(outcome)
        });
        self.plain = plain;
        outcome
    }
}

/// Decrypts the first `until` bytes of a body, to be read on behind damage that begins at byte `from`. If bytes are
/// missing there, or too many, the groups of the cipher have other borders behind it: then all there can be are tried.
/// Returns whether a key fits: whether there are flushes.
fn decrypt_behind(body: Body<'_>, keys: &KeyRing, from: usize, until: usize, plain: &mut Vec<u8>) -> bool {
    let Some(client) = body.client else { return false };
    let start = from - from % tea::GROUP;
    let bytes = body.bytes.get(..until).unwrap_or(body.bytes);
    let shifts = if body.is_broken { tea::GROUP } else { 1 };
    let flushes = |plain: &[u8]| memchr::memmem::find_iter(plain, &FLUSH).count();
    let candidates = keys.candidates(client);
    let best = candidates.iter().flat_map(|key| (0..shifts).map(move |shift| (key, shift)));
    let best = best.map(|(key, shift)| {
        plain.clear();
        plain.extend_from_slice(bytes);
        let behind = plain.get_mut((start + shift).min(bytes.len())..).unwrap_or_default();
        key.decrypt(behind);
        (flushes(behind), key, shift)
    });
    let Some((count, key, shift)) = best.min_by_key(|(count, ..)| Reverse(*count)) else { return false };
    plain.clear();
    plain.extend_from_slice(bytes);
    key.decrypt(plain.get_mut((start + shift).min(bytes.len())..).unwrap_or_default());
    count > 0
}

/// Joins the pieces of a body and undoes its XOR, into `plain`.
fn make_plain(header: Header, body: &[u8], plain: &mut Vec<u8>) {
    plain.clear();
    if header.kind.pieces {
        pieces::join(body, plain);
    } else {
        plain.extend_from_slice(body);
    }
    if header.kind.cipher == Cipher::Xor {
        xor::apply(plain, xor::key(&header));
    }
}

/// The most text that a body of this length gives. A writer compresses line by line, cuts lines at 16 KiB, and needs at
/// least eight bytes for a line. Zstd as such can expand far more. Source: mars' `log_appender.cc`; RFC 8878, 3.1.1.
fn max_text(body_len: usize) -> usize {
    const MAX_LINE: usize = 16 << 10;
    const MIN_COMPRESSED_LINE: usize = 8;
    body_len.saturating_mul(MAX_LINE / MIN_COMPRESSED_LINE).saturating_add(64 << 10)
}

/// Whether the key that gave this outcome is the right one. With a wrong key, the codec fails on the first line. Early
/// damage makes it fail too, but only after something that starts like a line.
fn key_fits(outcome: &Outcome, text: &[u8]) -> bool {
    outcome.fault.is_none() || outcome.consumed >= 64 || matches!(LineHead::of_doubtful(text), LineHead::Time(_))
}

fn read_text(kind: &'static BlockKind, body: &[u8], is_broken: bool, text: &mut Text) -> BodyOutcome {
    // An app may log a stray control character, but not a run of zeros. And where data is compressed or encrypted, one
    // byte in nine is odd.
    let has_few_odd_bytes = || {
        let odd = body.iter().filter(|byte| plain::is_odd(byte)).count();
        odd * 20 <= body.len() && memchr::memmem::find(body, &[0; 4]).is_none()
    };
    if !is_broken && (!has_odd_controls(body) || has_few_odd_bytes()) {
        text.push(body);
        return BodyOutcome { lost_from: body.len(), lost: 0, cause: None, kind, stream_at: 0 };
    }
    let (lost_from, lost) = plain::salvage(body, true, text);
    let cause = (!is_broken).then_some(GapCause::Body(Fault::Corrupt));
    BodyOutcome { lost_from, lost, cause, kind, stream_at: 0 }
}

/// Drops what follows the last line break after `start`.
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

    fn plain_body(magic: u8, bytes: &[u8]) -> Body<'_> {
        let kind = kind(magic, Layout::Keyed).unwrap();
        let header = Header { kind, seq: 1, begin_hour: 0, end_hour: 0, length: bytes.len() as u32 };
        Body { header, client: None, kin: None, bytes, is_broken: false, overlap: 0 }
    }

    fn encrypted() -> Body<'static> {
        let length = u32::from_le_bytes(CRYPT[5..9].try_into().unwrap()) as usize;
        Body { client: client_key(CRYPT, Layout::Keyed), ..plain_body(0x07, &CRYPT[73..73 + length]) }
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

    struct ReadBack {
        text: String,
        outcome: BodyOutcome,
        is_over_limit: bool,
    }

    /// Reads into a `Text` that already holds some, and checks that it stays.
    fn read(body: Body<'_>, keys: &KeyRing, text_limit: usize) -> ReadBack {
        let (mut reader, mut text) = (BodyReader::default(), Text::default());
        text.push(b"before\n");
        let outcome = reader.read(body, DecodeOptions { keys, text_limit, wanted: None }, &mut text);
        let text = String::from_utf8_lossy(text.bytes()).strip_prefix("before\n").unwrap().to_string();
        ReadBack { text, outcome, is_over_limit: reader.is_over_limit }
    }

    fn read_plainly(body: Body<'_>) -> ReadBack {
        read(body, &KeyRing::default(), 1 << 20)
    }

    fn lines() -> String {
        String::from_utf8(LINES.to_vec()).unwrap()
    }

    #[test]
    fn bodies_of_each_codec_are_read() {
        for (magic, body) in [(0x08, LINES.to_vec()), (0x09, deflated(&[LINES]))] {
            let ReadBack { text, outcome, .. } = read_plainly(plain_body(magic, &body));
            assert_eq!(text, lines());
            assert_eq!((outcome.lost_from, outcome.lost, outcome.cause), (body.len(), 0, None));
            assert_eq!(outcome.kind.magic, magic);
        }
        let ReadBack { text, outcome, .. } = read_plainly(plain_body(0x09, b""));
        assert_eq!((text.as_str(), outcome.lost, outcome.cause), ("", 0, None));
    }

    #[test]
    fn a_body_with_a_wrong_magic_is_read_as_its_real_kind() {
        let body = deflated(&[LINES]);
        for magic in [0x0D, 0x08] {
            let ReadBack { text, outcome, .. } = read_plainly(plain_body(magic, &body));
            assert_eq!((text, outcome.kind.magic, outcome.cause), (lines(), 0x09, None), "{magic:#04x}");
        }
        let ReadBack { text, outcome, .. } = read_plainly(plain_body(0x09, LINES));
        assert_eq!((text, outcome.kind.codec, outcome.cause), (lines(), Codec::Text, None));
    }

    #[test]
    fn a_truncated_body_keeps_its_whole_lines() {
        let units = [LINES, b"a third line, which is cut\n"];
        let (whole, first) = (deflated(&units), deflated(&units[..1]).len());
        for len in first + 1..whole.len() - 5 {
            let ReadBack { text, outcome, .. } = read_plainly(plain_body(0x09, &whole[..len]));
            assert_eq!(text, lines(), "{len} of {}", whole.len());
            assert_eq!(outcome.cause, Some(GapCause::Body(Fault::Truncated)), "{len}");
            assert_eq!(outcome.lost_from + outcome.lost, len);
            assert!(outcome.lost > 0, "{len}");
        }
        let ReadBack { text, outcome, .. } =
            read_plainly(Body { is_broken: true, ..plain_body(0x08, &LINES[..LINES.len() - 4]) });
        assert_eq!(text, lines().split_inclusive('\n').next().unwrap());
        assert_eq!((outcome.lost, outcome.cause), ("and ".len(), None));
    }

    #[test]
    fn the_matching_key_opens_a_body() {
        let other = "11".repeat(32);
        for texts in [&[KEY][..], &[&other, KEY]] {
            let ReadBack { text, outcome, .. } = read(encrypted(), &keys(texts), 1 << 20);
            assert!(text.lines().count() > 1 && text.ends_with('\n'), "{text}");
            assert_eq!((outcome.lost, outcome.cause), (0, None));
        }
    }

    #[test]
    fn without_a_matching_key_the_whole_body_is_lost() {
        for (texts, tried) in [(vec![], false), (vec!["11".repeat(32)], true)] {
            let texts: Vec<_> = texts.iter().map(String::as_str).collect();
            let ReadBack { text, outcome, .. } = read(encrypted(), &keys(&texts), 1 << 20);
            assert_eq!(text, "");
            let client = Box::new(*encrypted().client.unwrap());
            assert_eq!(outcome.cause, Some(GapCause::Encrypted { client, tried }));
            assert_eq!((outcome.lost_from, outcome.lost), (0, encrypted().bytes.len()));
        }
    }

    #[test]
    fn a_similar_key_nearby_replaces_a_damaged_one() {
        let (right, mut wrong) = (*encrypted().client.unwrap(), *encrypted().client.unwrap());
        wrong[20] ^= 1;
        let body = Body { client: Some(&wrong), ..encrypted() };
        assert!(matches!(read(body, &keys(&[KEY]), 1 << 20).outcome.cause, Some(GapCause::Encrypted { .. })));
        let ReadBack { text, outcome, .. } = read(Body { kin: Some(&right), ..body }, &keys(&[KEY]), 1 << 20);
        assert!(text.lines().count() > 1 && outcome.cause.is_none());
    }

    #[test]
    fn text_stops_at_the_limit() {
        let first = LINES.iter().position(|&byte| byte == b'\n').unwrap() + 1;
        let body = deflated(&[&LINES[..first], &LINES[first..]]);
        for (limit, kept) in [(LINES.len(), LINES.len()), (LINES.len() - 1, first), (first, first), (first - 1, 0)] {
            let ReadBack { text, outcome, is_over_limit } = read(plain_body(0x09, &body), &KeyRing::default(), limit);
            assert_eq!(text.len(), kept, "limit {limit}");
            let cause = (kept < LINES.len()).then_some(GapCause::Body(Fault::TooLong));
            assert_eq!((is_over_limit, outcome.cause), (cause.is_some(), cause), "limit {limit}");
        }
    }
}
