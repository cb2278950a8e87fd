//! The bits of a stream, the lowest bit of each byte first, through a buffer of 64 bits.

/// What one turn of a loop may need, in bytes: two refills. Who asks [`Bits::is_low`] first need not ask again.
const TURN: usize = 16;
/// How many zeros stand in for what follows the end of a body, in bytes: enough that no turn that begins in the body
/// reads beyond them.
const ZEROS: usize = 48;

/// A position in a stream, and the bits after it.
#[derive(Clone, Copy, Default)]
pub struct Bits<'a> {
    /// The bytes of which no bit is in the buffer, except as a copy.
    rest: &'a [u8],
    buffer: u64,
    /// How many bits in the buffer are not consumed. Only the lowest six bits count, so that an entry of a table can be
    /// subtracted as it is.
    count: u32,
}

impl<'a> Bits<'a> {
    /// The bits of `bytes`.
    pub fn new(bytes: &'a [u8]) -> Bits<'a> {
        Bits { rest: bytes, buffer: 0, count: 0 }
    }

    /// Whether there may be too few bytes for a turn.
    #[inline(always)]
    pub fn is_low(&self) -> bool {
        self.rest.len() < TURN
    }

    /// Fills the buffer: at least 56 bits. Returns false if there are too few bytes.
    #[inline(always)]
    pub fn refill(&mut self) -> bool {
        let Some((word, _)) = self.rest.split_first_chunk::<8>() else { return false };
        // What is above `count` is the same again: these bytes were not taken from `rest`.
        self.buffer |= u64::from_le_bytes(*word) << (self.count & 63);
        self.rest = self.rest.get(((self.count ^ 63) >> 3 & 7) as usize..).unwrap_or_default();
        self.count |= 56;
        true
    }

    /// The next bits. How many of them are valid, only the caller knows.
    #[inline(always)]
    pub fn peek(&self) -> u64 {
        self.buffer
    }

    /// How many valid bits are in the buffer.
    #[inline(always)]
    pub fn count(&self) -> u32 {
        self.count & 63
    }

    /// Drops as many bits as the lowest six of `entry` say.
    #[inline(always)]
    pub fn skip(&mut self, entry: u32) {
        self.buffer >>= entry & 63;
        self.count = self.count.wrapping_sub(entry);
    }

    /// Drops the rest of the byte.
    pub fn align(&mut self) {
        self.skip(self.count & 7);
    }

    /// How many bytes are not consumed, not even in part.
    #[inline(always)]
    pub fn left(&self) -> usize {
        self.rest.len() + (self.count() >> 3) as usize
    }
}

/// The end of a body, followed by zeros: the loops read on in here, so that they need not ask for every bit whether it
/// is there.
pub struct Pad([u8; TURN + ZEROS]);

impl Pad {
    /// The pad of this body.
    pub fn new(body: &[u8]) -> Pad {
        let mut pad = [0; TURN + ZEROS];
        let tail = body.get(body.len().saturating_sub(TURN)..).unwrap_or(body);
        for (to, from) in pad.iter_mut().take(TURN).rev().zip(tail.iter().rev()) {
            *to = *from;
        }
        Pad(pad)
    }
}

/// A body that is read from a position on, and beyond its end as if zeros followed.
#[derive(Clone, Copy, Default)]
pub struct Input<'a> {
    /// Where it is read.
    pub bits: Bits<'a>,
    body: &'a [u8],
    pad: &'a [u8],
    /// Whether `bits` are in the pad.
    is_padded: bool,
}

impl<'a> Input<'a> {
    /// `body` from byte `at` on.
    pub fn new(body: &'a [u8], pad: &'a Pad, at: usize) -> Input<'a> {
        Input { bits: Bits::new(body.get(at..).unwrap_or_default()), body, pad: &pad.0, is_padded: false }
    }

    /// Goes on in the pad. To be called when the bytes run low; returns false if it is used up too.
    pub fn extend(&mut self) -> bool {
        if self.is_padded {
            return false;
        }
        self.bits.rest = self.pad.get(TURN.saturating_sub(self.bits.rest.len())..).unwrap_or_default();
        self.is_padded = true;
        true
    }

    /// Fills the buffer, from the pad if need be. Returns false if that is used up.
    #[inline(always)]
    pub fn refill(&mut self) -> bool {
        self.bits.refill() || self.extend() && self.bits.refill()
    }

    /// The length of what is read: of the body, and the zeros after it once they are in use.
    pub fn total(&self) -> usize {
        self.body.len() + if self.is_padded { ZEROS } else { 0 }
    }

    /// How many bytes are consumed, the last of them maybe in part. More than the body has, if zeros were read.
    pub fn position(&self) -> usize {
        self.total() - self.bits.left()
    }

    /// Whether bits were consumed that the body does not have.
    pub fn is_over(&self) -> bool {
        self.position() > self.body.len()
    }

    /// Whether all of the body is consumed, and no more.
    pub fn is_at_end(&self) -> bool {
        self.position() == self.body.len()
    }

    /// What the body has after this position, which has to be the start of a byte.
    pub fn rest(&self) -> &'a [u8] {
        self.body.get(self.position()..).unwrap_or_default()
    }

    /// Drops the first `count` bytes of the rest, or all there are.
    pub fn drop_bytes(&mut self, count: usize) {
        let rest = self.rest();
        (self.bits, self.is_padded) = (Bits::new(rest.get(count..).unwrap_or_default()), false);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bits_come_in_order() {
        let bytes: Vec<u8> = (0..40u8).map(|byte| byte.wrapping_mul(37)).collect();
        let expected: Vec<u8> = bytes.iter().flat_map(|byte| (0..8).map(move |bit| byte >> bit & 1)).collect();
        let pad = Pad::new(&bytes);
        for step in 1..=40 {
            let mut input = Input::new(&bytes, &pad, 0);
            for (at, bits) in expected.chunks_exact(step).enumerate() {
                assert!(input.refill());
                let read: Vec<u8> = (0..step).map(|bit| (input.bits.peek() >> bit & 1) as u8).collect();
                assert_eq!(read, bits, "steps of {step}");
                input.bits.skip(step as u32);
                assert_eq!(input.position(), ((at + 1) * step).div_ceil(8));
            }
        }
    }

    #[test]
    fn zeros_follow_the_end_and_do_not_count_as_the_body() {
        for len in 0..20 {
            let bytes = vec![0xFF; len];
            let pad = Pad::new(&bytes);
            let mut input = Input::new(&bytes, &pad, 0);
            for at in 0..len + 4 {
                assert!(input.refill());
                assert_eq!(input.bits.peek() & 0xFF, if at < len { 0xFF } else { 0 }, "{at} of {len}");
                assert_eq!((input.position(), input.is_over()), (at, at > len));
                input.bits.skip(8);
            }
        }
    }

    #[test]
    fn whole_bytes_can_be_read_from_anywhere() {
        let bytes: Vec<u8> = (0..100).collect();
        let pad = Pad::new(&bytes);
        for at in 0..100 {
            let mut input = Input::new(&bytes, &pad, 0);
            for _ in 0..at {
                assert!(input.refill());
                input.bits.skip(8);
            }
            assert_eq!(input.rest(), &bytes[at..]);
            input.drop_bytes(10);
            assert_eq!(input.position(), (at + 10).min(100));
        }
    }
}
