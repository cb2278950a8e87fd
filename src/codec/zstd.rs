//! zstd bodies: one frame per block. Each line is flushed as a zstd block, and the frame is never ended.

use zstd::stream::raw::{DParameter, Decoder, Operation};
use zstd::zstd_safe::{InBuffer, OutBuffer};

use super::plausible::is_suspicious;
use super::text::Text;
use super::units::{Place, Units};
use super::{Fault, Outcome};

/// The magic at the start of every frame.
pub const FRAME_MAGIC: [u8; 4] = [0x28, 0xB5, 0x2F, 0xFD];

/// Stock writers use a window of 64 KiB (log 16). Forks may use up to 8 MiB; a frame that asks for more is not a log.
const MAX_WINDOW_LOG: u32 = 23;
const BLOCK_HEADER: usize = 3;
/// The least and the most room that is made for the text of a body before it is decoded, in bytes. Longer texts have to
/// be copied.
const MIN_ROOM: usize = 64 << 10;
const MAX_ROOM: usize = 2 << 20;

/// A zstd decoder, reused from block to block.
pub struct Zstd {
    decoder: Option<Decoder<'static>>,
    /// How much room to make for the text of a body, as a multiple of the body's length. Grows to what earlier bodies
    /// needed.
    expansion: usize,
}

impl Default for Zstd {
    fn default() -> Zstd {
        Zstd { decoder: None, expansion: 8 }
    }
}

/// Where a decoder keeps the earlier text that blocks copy from.
#[derive(Clone, Copy, PartialEq, Eq)]
enum TextStore {
    /// In the output, which stays in one place: nothing has to be copied.
    Output,
    /// In a buffer of its own, from which the text is copied to the output.
    Own,
}

impl Zstd {
    /// Decodes `body` and appends at most `limit` bytes to `text`. A body that is damaged, or whose text does not look
    /// like a log, gets a closer look.
    pub fn decode(&mut self, body: &[u8], text: &mut Text, limit: usize) -> Outcome {
        let start = text.len();
        match self.decompress(body, text, limit) {
            Ok(outcome @ Outcome { fault: Some(Fault::TooLong), .. }) => outcome,
            Ok(outcome @ Outcome { fault: None, .. }) if !is_suspicious(&text.bytes()[start..]) => outcome,
            // A call that fails does not say how far it got, so start again.
            _ => {
                text.truncate(start);
                self.rescue(body, text, limit)
            }
        }
    }

    fn decompress(&mut self, body: &[u8], text: &mut Text, limit: usize) -> Result<Outcome, Refused> {
        let start = text.len();
        let limit = start.saturating_add(limit);
        let room = body.len().saturating_mul(self.expansion).clamp(MIN_ROOM, MAX_ROOM);
        let consumed = match self.decompress_in_place(body, text, room, limit) {
            Ok(consumed) => consumed,
            // Damage or too little room: the library has the same error for both.
            Err(Refused) => {
                let consumed = self.start(TextStore::Own)?.feed(body, text, limit)?;
                let len = text.len() - start;
                if len > room {
                    self.expansion = (len + len / 2).div_ceil(body.len().max(1));
                }
                consumed
            }
        };
        let fault = match text.len() {
            len if len > limit => Some(Fault::TooLong),
            _ if consumed < body.len() => Some(Fault::Corrupt),
            _ if block_ends(body).last() != Some(body.len()) => Some(Fault::Truncated),
            _ => None,
        };
        text.truncate(limit);
        Ok(Outcome { consumed, fault })
    }

    /// Decodes all of `body` straight into `text`, if its text fits into `room` and `text` stays within `limit`.
    /// Returns the number of bytes consumed.
    fn decompress_in_place(
        &mut self,
        body: &[u8],
        text: &mut Text,
        room: usize,
        limit: usize,
    ) -> Result<usize, Refused> {
        text.reserve(room);
        let stream = self.start(TextStore::Output)?;
        let (mut input, mut output) = (InBuffer::around(body), OutBuffer::around(text.room(room)));
        stream.decoder.run(&mut input, &mut output).map_err(|_| Refused)?;
        let written = output.pos();
        if text.len() + written > limit {
            return Err(Refused);
        }
        text.advance(written);
        Ok(input.pos())
    }

    /// Goes block by block up to the damage, and drops text that the damage invented before it showed.
    fn rescue(&mut self, body: &[u8], text: &mut Text, limit: usize) -> Outcome {
        let (mut read, mut ends, mut unit_text, mut at) = (Vec::new(), Vec::new(), Text::default(), 0);
        let mut fault = None;
        if let Ok(mut stream) = self.start(TextStore::Own) {
            for end in block_ends(body) {
                unit_text.truncate(0);
                let unit = body.get(at..end).unwrap_or_default();
                if stream.feed(unit, &mut unit_text, limit) != Ok(unit.len()) {
                    break;
                }
                at = end;
                read.extend_from_slice(unit_text.bytes());
                let too_long = read.len() > limit;
                read.truncate(limit);
                // The header of the frame has no text, and is not a unit.
                if !unit_text.is_empty() {
                    ends.push(Place { body: at as u32, text: read.len() as u32 });
                }
                if too_long {
                    fault = Some(Fault::TooLong);
                    break;
                }
            }
        }
        if at < body.len() && fault.is_none() {
            fault = Some(if frame_goes_on(body, at) { Fault::Corrupt } else { Fault::Truncated });
        }
        let units = Units { text: &read, ends: &ends };
        let cut_off = matches!(fault, Some(Fault::Corrupt | Fault::Truncated)).then_some(units.len());
        let Some(damage) = [units.broken_head(), cut_off].into_iter().flatten().min() else {
            text.push(units.text);
            return Outcome { consumed: at, fault };
        };
        let end = units.end_of(units.trusted(damage));
        text.push(units.text.get(..end.text as usize).unwrap_or_default());
        Outcome { consumed: end.body as usize, fault: Some(fault.unwrap_or(Fault::Corrupt)) }
    }

    fn start(&mut self, store: TextStore) -> Result<Stream<'_>, Refused> {
        let decoder = match &mut self.decoder {
            Some(decoder) => decoder,
            empty => {
                let mut decoder = Decoder::new().map_err(|_| Refused)?;
                decoder.set_parameter(DParameter::WindowLogMax(MAX_WINDOW_LOG)).map_err(|_| Refused)?;
                empty.insert(decoder)
            }
        };
        decoder.reinit().map_err(|_| Refused)?;
        decoder.set_parameter(DParameter::StableOutBuffer(store == TextStore::Output)).map_err(|_| Refused)?;
        Ok(Stream { decoder })
    }
}

/// The library refused the bytes.
#[derive(Debug, PartialEq, Eq)]
struct Refused;

struct Stream<'a> {
    decoder: &'a mut Decoder<'static>,
}

impl Stream<'_> {
    /// Decodes `input` and appends its text, until `text` exceeds `limit`. Returns the number of bytes consumed.
    fn feed(&mut self, input: &[u8], text: &mut Text, limit: usize) -> Result<usize, Refused> {
        let mut input = InBuffer::around(input);
        loop {
            // One byte more than the limit shows that there is more.
            let over = limit.saturating_sub(text.len()).saturating_add(1);
            let room = input.src.len().saturating_mul(4).max(MIN_ROOM).min(over);
            text.reserve(room);
            let mut output = OutBuffer::around(text.room(room));
            let hint = self.decoder.run(&mut input, &mut output).map_err(|_| Refused)?;
            let written = output.pos();
            text.advance(written);
            let frame_ended = hint == 0;
            if text.len() > limit || frame_ended || (input.pos() == input.src.len() && written < room) {
                return Ok(input.pos());
            }
        }
    }
}

/// The positions in `body` where the frame header and each complete zstd block end, according to the block headers (RFC
/// 8878, 3.1.1). Empty if `body` does not start with a frame.
pub fn block_ends(body: &[u8]) -> impl Iterator<Item = usize> + '_ {
    let mut next = frame_header_len(body);
    std::iter::from_fn(move || {
        let end = next?;
        next = body.get(end..end + BLOCK_HEADER).and_then(|header| {
            let header = u32::from_le_bytes([header[0], header[1], header[2], 0]);
            let (last, kind, size) = (header & 1 == 1, header >> 1 & 3, (header >> 3) as usize);
            let stored = if kind == 1 { 1 } else { size };
            let end = end + BLOCK_HEADER + stored;
            (!last && kind != 3 && end <= body.len()).then_some(end)
        });
        Some(end)
    })
}

/// Whether a complete block, though a bad one, follows at `at`, where a block ends.
fn frame_goes_on(body: &[u8], at: usize) -> bool {
    block_ends(body).any(|end| end > at)
}

fn frame_header_len(body: &[u8]) -> Option<usize> {
    let descriptor = *body.strip_prefix(&FRAME_MAGIC)?.first()?;
    let single_segment = descriptor >> 5 & 1 == 1;
    let window = usize::from(!single_segment);
    let dictionary = [0, 1, 2, 4][usize::from(descriptor & 3)];
    let content_size = match descriptor >> 6 {
        0 => usize::from(single_segment),
        size => 1 << size,
    };
    let len = FRAME_MAGIC.len() + 1 + window + dictionary + content_size;
    (len <= body.len()).then_some(len)
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    /// A frame with these lines, each flushed by itself, and never ended.
    fn body(lines: &[String]) -> Vec<u8> {
        let mut encoder = zstd::stream::write::Encoder::new(Vec::new(), 3).unwrap();
        for line in lines {
            encoder.write_all(line.as_bytes()).unwrap();
            encoder.flush().unwrap();
        }
        encoder.get_ref().clone()
    }

    fn lines(len: usize) -> Vec<String> {
        (0..200).map(|number| format!("TIM: line {number} {}\n", "x".repeat(len))).collect()
    }

    fn decoded(zstd: &mut Zstd, body: &[u8], limit: usize) -> (String, Outcome) {
        let mut text = Text::default();
        text.push(b"before ");
        let outcome = zstd.decode(body, &mut text, limit);
        (String::from_utf8(text.bytes().strip_prefix(b"before ").unwrap().to_vec()).unwrap(), outcome)
    }

    #[test]
    fn text_that_needs_more_room_is_complete_too() {
        let mut zstd = Zstd::default();
        for (len, fits) in [(10, true), (20_000, false), (300, true), (50, true)] {
            let lines = lines(len);
            let body = body(&lines);
            let room = (body.len() * zstd.expansion).clamp(MIN_ROOM, MAX_ROOM);
            let mut in_place = Text::default();
            let consumed = zstd.decompress_in_place(&body, &mut in_place, room, usize::MAX);
            assert_eq!(consumed, if fits { Ok(body.len()) } else { Err(Refused) });
            assert!(!fits || in_place.bytes() == lines.concat().as_bytes());
            let (text, outcome) = decoded(&mut zstd, &body, usize::MAX);
            assert!(text == lines.concat() && outcome == Outcome { consumed: body.len(), fault: None });
        }
    }

    #[test]
    fn room_grows_to_what_is_needed() {
        let mut zstd = Zstd::default();
        let body = body(&lines(5000));
        let is_in_place = |zstd: &mut Zstd| {
            let room = (body.len() * zstd.expansion).clamp(MIN_ROOM, MAX_ROOM);
            zstd.decompress_in_place(&body, &mut Text::default(), room, usize::MAX).is_ok()
        };
        assert!(!is_in_place(&mut zstd));
        decoded(&mut zstd, &body, usize::MAX);
        assert!(is_in_place(&mut zstd));
    }

    #[test]
    fn the_limit_cuts_at_the_same_place_whatever_came_before() {
        let (long, body) = (body(&lines(20_000)), body(&lines(300)));
        let mut used = Zstd::default();
        decoded(&mut used, &long, usize::MAX);
        let outcomes = [&mut Zstd::default(), &mut used].map(|zstd| decoded(zstd, &body, 1000));
        assert_eq!(outcomes[0], outcomes[1]);
        assert!(outcomes[0].1.consumed < body.len() && outcomes[0].1.fault == Some(Fault::TooLong));
    }

    #[test]
    fn damage_and_limits_are_reported() {
        let lines = lines(300);
        let mut body = body(&lines);
        let (text, outcome) = decoded(&mut Zstd::default(), &body, 1000);
        assert!(lines.concat().starts_with(&text) && text.len() == 1000 && outcome.fault == Some(Fault::TooLong));
        let cut = body.len() - 3;
        let (text, outcome) = decoded(&mut Zstd::default(), &body[..cut], usize::MAX);
        assert!(text == lines[..199].concat() && outcome.fault == Some(Fault::Truncated));
        // A block of a kind that does not exist.
        let end = block_ends(&body).nth(100).unwrap();
        body[end] |= 6;
        let (text, outcome) = decoded(&mut Zstd::default(), &body, usize::MAX);
        assert!(lines.concat().starts_with(&text) && !text.is_empty());
        assert!(outcome.consumed <= end && outcome.fault.is_some());
    }
}
