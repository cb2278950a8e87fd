//! Reads deflate (RFC 1951), unit by unit: the only inflater for bodies.
//!
//! A *unit* ends with a flush, an empty stored block on a byte boundary. Between two units, all that a stream has in
//! mind is its text. So reading can start at any unit whose earlier text is there, and what is read can be watched by
//! anything: see [`Watch`].

use std::convert::Infallible;
use std::mem::take;

use super::super::text::Text;
use super::super::units::Place;
use super::bits::{Input, Pad};
use super::codes::{BadCodes, Codes};
use super::output::{Misfit, Output, SLACK};
use super::symbols::{END, FIXED_DISTANCES, FIXED_LITERALS, LITERAL, LONG, SPECIAL, fixed_distance, value};
use super::watch::Watch;

/// Why reading stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stop {
    /// At the end of the body, where a unit ends too.
    End,
    /// The stream is finished, but the body goes on.
    Finished,
    /// Who watches has seen enough.
    Watched,
    /// The body ends within a unit.
    Cut,
    /// It is no deflate.
    Invalid,
    /// There is more text than the limit.
    TooLong,
}

/// How far reading came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reading {
    /// Why it stopped.
    pub stop: Stop,
    /// The end of the last unit that was read as a whole.
    pub unit: Place,
    /// How many bytes of the body were read.
    pub position: usize,
}

/// An inflater, reused from body to body.
#[derive(Default)]
pub struct Inflater {
    codes: Codes,
}

impl Inflater {
    /// Reads `body` from byte `at` on, where a unit starts, and appends its text to `text`, including that of a last
    /// unit that is not whole. The stream has the text from `start` on; when that gets longer than `limit`, reading
    /// stops, with a few bytes too many.
    pub fn read<W: Watch>(
        &mut self,
        body: &[u8],
        at: usize,
        text: &mut Text,
        start: usize,
        limit: usize,
        watch: &mut W,
    ) -> Reading {
        let pad = Pad::new(body);
        let unit = Place { body: at as u32, text: text.len().saturating_sub(start) as u32 };
        let mut run =
            Run { input: Input::new(body, &pad, at), block: Block::Between, is_last: false, pending: None, unit };
        // So that where it stops depends on the limit only, and not on the room that happens to be there.
        let most = limit.saturating_add(1 + SLACK);
        loop {
            let mut output = Output::new(text, start, most);
            let (before, room) = (output.len(), output.bytes().len());
            let stop = run.go(&mut self.codes, &mut output, watch);
            let len = output.len();
            text.advance((len - before) as usize);
            let is_over = len as usize > limit;
            let stop = match stop {
                _ if is_over => Stop::TooLong,
                Some(stop) => stop,
                // Positions end here.
                None if room >= most || room >= 1 << 31 => Stop::TooLong,
                None => {
                    text.reserve(room - len as usize + (64 << 10));
                    continue;
                }
            };
            return Reading { stop, unit: run.unit, position: run.input.position().min(body.len()) };
        }
    }
}

/// What a position in a stream is in.
enum Block {
    /// Nothing: the head of a block comes next.
    Between,
    /// A stored block, of which this many bytes are left.
    Stored(usize),
    /// A block with the fixed codes.
    Fixed,
    /// A block with codes of its own.
    Dynamic,
}

/// A body that is being read. It can go on when there is more room.
struct Run<'a> {
    input: Input<'a>,
    block: Block,
    /// Whether the block is the last one of the stream.
    is_last: bool,
    /// A match for which there was no room.
    pending: Option<Match>,
    /// Where the last unit ended.
    unit: Place,
}

/// What the loops work on. Each takes all of it, so that it can stay in registers, and gives it back.
#[derive(Default)]
struct State<'a, 'b, W> {
    input: Input<'a>,
    output: Output<'b>,
    watch: W,
}

#[derive(Clone, Copy)]
struct Match {
    len: u32,
    distance: u32,
}

/// Where a loop over symbols ends.
enum Event {
    /// Behind the block.
    Block,
    /// Behind a flush; `is_enough` says who watches.
    Flush { is_enough: bool },
    /// With too few bytes for another turn.
    Low,
    /// It can't go on.
    Halt(Halt),
}

/// Why reading can't go on.
#[derive(Clone, Copy)]
enum Halt {
    /// There is no room; for this match, if it is not for a literal.
    Full(Option<Match>),
    Stop(Stop),
}

const INVALID: Halt = Halt::Stop(Stop::Invalid);
const CUT: Halt = Halt::Stop(Stop::Cut);

impl From<Halt> for Event {
    #[inline(always)]
    fn from(halt: Halt) -> Event {
        Event::Halt(halt)
    }
}

impl Run<'_> {
    /// Reads on. `None`: there is no room.
    fn go<W: Watch>(&mut self, codes: &mut Codes, output: &mut Output<'_>, watch: &mut W) -> Option<Stop> {
        let mut state = State { input: self.input, output: take(output), watch: take(watch) };
        let Err(halt) = self.blocks(codes, &mut state);
        self.input = state.input;
        (*output, *watch) = (state.output, state.watch);
        match halt {
            Halt::Full(pending) => {
                self.pending = pending;
                None
            }
            // The zeros behind the body are no deflate.
            Halt::Stop(Stop::Invalid) if self.input.is_over() => Some(Stop::Cut),
            Halt::Stop(stop) => Some(stop),
        }
    }

    fn blocks<W: Watch>(&mut self, codes: &mut Codes, state: &mut State<'_, '_, W>) -> Result<Infallible, Halt> {
        if let Some(pending) = self.pending.take() {
            state.copy(pending)?;
        }
        loop {
            let event = match &mut self.block {
                Block::Between => {
                    self.head(codes, state)?;
                    continue;
                }
                Block::Stored(left) => {
                    let rest = state.input.rest();
                    let bytes = rest.get(..*left).unwrap_or(rest);
                    let count = state.output.extend(bytes);
                    state.input.drop_bytes(count);
                    *left -= count;
                    match *left {
                        0 => Event::Block,
                        _ if count < bytes.len() => Event::Halt(Halt::Full(None)),
                        _ => Event::Halt(CUT),
                    }
                }
                Block::Fixed => fixed(state, self.is_last, &mut self.unit),
                Block::Dynamic => dynamic(state, codes),
            };
            match event {
                Event::Block if self.is_last => self.end_unit(state)?,
                Event::Block => self.block = Block::Between,
                Event::Flush { is_enough } => {
                    self.block = Block::Between;
                    self.after_unit(state, is_enough)?;
                }
                Event::Low if state.input.extend() => {}
                Event::Low => return Err(CUT),
                Event::Halt(halt) => return Err(halt),
            }
        }
    }

    /// Reads the head of a block.
    fn head<W: Watch>(&mut self, codes: &mut Codes, state: &mut State<'_, '_, W>) -> Result<(), Halt> {
        let State { input, .. } = state;
        if input.bits.is_low() && !input.extend() {
            return Err(CUT);
        }
        input.bits.refill();
        let head = input.bits.peek();
        input.bits.skip(3);
        self.is_last = head & 1 != 0;
        match head >> 1 & 3 {
            0 => {
                input.bits.align();
                let lengths = input.bits.peek();
                let len = lengths & 0xFFFF;
                input.bits.skip(32);
                if len ^ lengths >> 16 & 0xFFFF != 0xFFFF {
                    return Err(INVALID);
                }
                if len == 0 {
                    return self.end_unit(state);
                }
                self.block = Block::Stored(len as usize);
            }
            1 => self.block = Block::Fixed,
            2 => {
                codes.read(input).map_err(|bad| match bad {
                    BadCodes::Invalid => INVALID,
                    BadCodes::Cut => CUT,
                })?;
                self.block = Block::Dynamic;
            }
            _ => return Err(INVALID),
        }
        Ok(())
    }

    /// A unit ends with its flush, or with the stream.
    fn end_unit<W: Watch>(&mut self, state: &mut State<'_, '_, W>) -> Result<(), Halt> {
        state.input.bits.align();
        if state.input.is_over() {
            return Err(CUT);
        }
        self.block = Block::Between;
        self.unit = state.place(state.input.total());
        let is_enough = !state.watch.unit(state.output.bytes(), self.unit);
        self.after_unit(state, is_enough)
    }

    fn after_unit<W: Watch>(&mut self, state: &State<'_, '_, W>, is_enough: bool) -> Result<(), Halt> {
        if state.input.is_at_end() {
            return Err(Halt::Stop(Stop::End));
        }
        // Only a flush ends a unit without ending the stream.
        match take(&mut self.is_last) {
            true => Err(Halt::Stop(Stop::Finished)),
            false if is_enough => Err(Halt::Stop(Stop::Watched)),
            false => Ok(()),
        }
    }
}

impl<W: Watch> State<'_, '_, W> {
    #[inline(always)]
    fn copy(&mut self, found: Match) -> Result<(), Halt> {
        let from = self.output.copy(found.len, found.distance).map_err(|misfit| match misfit {
            Misfit::Full => Halt::Full(Some(found)),
            Misfit::TooFar => INVALID,
        })?;
        self.watch.matched(self.output.bytes(), from, self.output.len(), found.len);
        self.output.advance(found.len);
        Ok(())
    }

    /// Appends a literal, and drops its code.
    #[inline(always)]
    fn literal(&mut self, entry: u32) -> Result<(), Halt> {
        self.output.push([(entry >> 16) as u8], 1).map_err(|_| Halt::Full(None))?;
        self.input.bits.skip(entry);
        Ok(())
    }

    #[inline(always)]
    fn place(&self, total: usize) -> Place {
        Place { body: (total - self.input.bits.left()) as u32, text: self.output.len() }
    }
}

/// Reads a block with the fixed codes, and all such blocks behind it, with flushes in between: a line of a log is such
/// a block, seven times out of eight.
#[inline(never)]
fn fixed<W: Watch>(state: &mut State<'_, '_, W>, is_last: bool, unit: &mut Place) -> Event {
    let total = state.input.total();
    let mut own = take(state);
    let Err(event) = fixed_turns(&mut own, is_last, total, unit);
    *state = own;
    event
}

/// A turn is a run of literals, which may be empty, and then a match: after most matches comes another match, but not
/// after all, so that a branch between the two would often be predicted wrongly.
#[inline(always)]
fn fixed_turns<W: Watch>(
    state: &mut State<'_, '_, W>,
    is_last: bool,
    total: usize,
    unit: &mut Place,
) -> Result<Infallible, Event> {
    loop {
        steps::add();
        if state.input.bits.is_low() {
            return Err(Event::Low);
        }
        state.input.bits.refill();
        let (literals, bits) = front_literals(state.input.bits.peek());
        state.output.push(literals.to_le_bytes(), bits >> 3).map_err(|_| Halt::Full(None))?;
        state.input.bits.skip(bits);
        // 16 bits are left.
        let mut entry = fixed_entry(state);
        state.input.bits.refill();
        if entry & (SPECIAL | LITERAL) == 0 {
            let len = value(entry, state.input.bits.peek());
            state.input.bits.skip(entry);
            let next = state.input.bits.peek();
            let entry = FIXED_DISTANCES[next as usize & 31];
            state.input.bits.skip(entry as u32);
            state.copy(Match { len, distance: fixed_distance(entry, next) })?;
            continue;
        }
        if entry & LITERAL != 0 {
            // One with a code of 9 bits, or the sixth of a run.
            while entry & LITERAL != 0 {
                state.literal(entry)?;
                if state.input.bits.count() < 9 {
                    break;
                }
                entry = fixed_entry(state);
            }
            continue;
        }
        if entry & END == 0 {
            state.input.bits.skip(entry);
            return Err(INVALID.into());
        }
        state.input.bits.skip(entry);
        let bits = &mut state.input.bits;
        // The flush: three bits of its head, the rest of the byte, and its length.
        let head = 3 + (bits.count().wrapping_sub(3) & 7);
        if is_last || bits.peek() & 7 != 0 || (bits.peek() >> head) as u32 != 0xFFFF_0000 {
            return Err(Event::Block);
        }
        bits.skip(head + 32);
        *unit = state.place(total);
        let is_enough = !state.watch.unit(state.output.bytes(), *unit);
        let bits = &mut state.input.bits;
        if is_enough || !bits.refill() || bits.peek() & 7 != 2 {
            return Err(Event::Flush { is_enough });
        }
        bits.skip(3);
    }
}

#[inline(always)]
fn fixed_entry<W>(state: &State<'_, '_, W>) -> u32 {
    FIXED_LITERALS[state.input.bits.peek() as usize & 511]
}

/// How many bits of literals are taken at once. A length has to be in the buffer too.
const RUN: u32 = 40;

/// The literals at the front of these bits that have a fixed code of 8 bits, at most five, as bytes; and how many bits
/// they have. All bytes are looked at at once.
#[inline(always)]
fn front_literals(bits: u64) -> (u64, u32) {
    const ONES: u64 = 0x0101_0101_0101_0101;
    // The codes 0011_0000 to 1011_1111, whose first bit is the lowest here.
    let is_literal = (bits ^ bits >> 1) | (!bits & bits >> 2 & bits >> 3);
    let count = ((!is_literal & ONES) | 1 << RUN).trailing_zeros();
    let codes = bits.swap_bytes().reverse_bits();
    (codes.wrapping_sub(0x30 * ONES), count)
}

/// Reads the symbols of a block with codes of its own.
#[inline(never)]
fn dynamic<W: Watch>(state: &mut State<'_, '_, W>, codes: &Codes) -> Event {
    let mut own = take(state);
    let Err(event) = dynamic_turns(&mut own, codes);
    *state = own;
    if let (true, Event::Block) = (W::COUNTS, &event) {
        state.watch.block(codes);
    }
    event
}

#[inline(always)]
fn dynamic_turns<W: Watch>(state: &mut State<'_, '_, W>, codes: &Codes) -> Result<Infallible, Event> {
    let (literals, distances) = (codes.literals.table(), codes.distances.table());
    let literal = |state: &mut State<'_, '_, W>, entry: u32| {
        state.literal(entry)?;
        if W::COUNTS {
            state.watch.literal((entry >> 16) as u8);
        }
        Ok::<_, Halt>(literals.entry(state.input.bits.peek()))
    };
    loop {
        steps::add();
        if state.input.bits.is_low() {
            return Err(Event::Low);
        }
        state.input.bits.refill();
        let mut entry = literals.entry(state.input.bits.peek());
        if entry & LITERAL != 0 {
            entry = literal(state, entry)?;
            if entry & LITERAL != 0 {
                entry = literal(state, entry)?;
                if entry & LITERAL != 0 {
                    literal(state, entry)?;
                    continue;
                }
            }
            state.input.bits.refill();
        }
        if entry & SPECIAL != 0 {
            if entry & LONG != 0 {
                entry = codes.literals.long_entry(state.input.bits.peek()).ok_or(INVALID)?;
            }
            if entry & LITERAL != 0 {
                literal(state, entry)?;
                continue;
            }
            if entry & SPECIAL != 0 {
                state.input.bits.skip(entry);
                return Err(if entry & END != 0 { Event::Block } else { INVALID.into() });
            }
        }
        let length = entry;
        let len = value(length, state.input.bits.peek());
        state.input.bits.skip(length);
        // After a long code, 36 bits are left, and 28 are enough.
        let mut entry = distances.entry(state.input.bits.peek());
        if entry & LITERAL != 0 {
            let found = codes.distances.long_entry(state.input.bits.peek()).filter(|_| entry & LONG != 0);
            let Some(found) = found else {
                state.input.bits.skip(entry);
                return Err(INVALID.into());
            };
            entry = found;
        }
        let distance = value(entry, state.input.bits.peek());
        state.input.bits.skip(entry);
        if W::COUNTS {
            state.watch.pair(length, entry);
        }
        state.copy(Match { len, distance })?;
    }
}

/// Counts the turns of the loops, for tests.
pub(super) mod steps {
    #[cfg(test)]
    thread_local!(pub static STEPS: std::cell::Cell<usize> = const { std::cell::Cell::new(0) });

    #[inline(always)]
    pub fn add() {
        #[cfg(test)]
        STEPS.with(|steps| steps.set(steps.get() + 1));
    }
}

#[cfg(test)]
mod tests {
    use super::super::habits::Habits;
    use super::super::watch::Nothing;
    use super::*;

    const LOG: &[u8] = include_bytes!("../../../testdata/async-zlib-plain.xlog");

    /// The bodies of the log's blocks.
    fn bodies() -> Vec<&'static [u8]> {
        let (mut bodies, mut rest) = (Vec::new(), LOG);
        while let Some(header) = rest.first_chunk::<73>() {
            let len = u32::from_le_bytes(*header[5..].first_chunk().unwrap()) as usize;
            bodies.push(&rest[73..73 + len]);
            rest = &rest[73 + len + 1..];
        }
        bodies
    }

    /// The text of a body, and the turns it took.
    fn read<W: Watch>(body: &[u8], watch: &mut W) -> (Text, usize) {
        steps::STEPS.set(0);
        let mut text = Text::default();
        let reading = Inflater::default().read(body, 0, &mut text, 0, usize::MAX, watch);
        assert_eq!((reading.stop, reading.position), (Stop::End, body.len()));
        assert_eq!(reading.unit.text as usize, text.len());
        (text, steps::STEPS.get())
    }

    #[test]
    fn a_turn_gives_many_bytes_of_text() {
        let (mut turns, mut text) = (0, 0);
        for body in bodies() {
            let (read, steps) = read(body, &mut Nothing);
            (turns, text) = (turns + steps, text + read.len());
        }
        assert!(text > 100_000);
        // 11.5 when this was written.
        assert!(turns * 11 <= text, "{turns} turns for {text} bytes");
    }

    #[test]
    fn watching_changes_neither_text_nor_turns() {
        for body in bodies() {
            let mut habits = Habits::default();
            habits.clear();
            let (plain, watched) = (read(body, &mut Nothing), read(body, &mut habits));
            assert!(plain.0.bytes() == watched.0.bytes() && plain.1 == watched.1);
            assert_eq!((habits.odd, habits.first_odd), (0, None), "zlib keeps to its habits");
        }
    }

    #[test]
    fn turns_grow_with_the_text_wherever_the_room_ends() {
        // One unit, so that nothing but a stop in its middle can make room.
        let stream = |count: usize| {
            let mut stream = Vec::with_capacity(1 << 20);
            let text: Vec<u8> =
                (0..count).flat_map(|line| format!("line {} of this text\n", line * 7919).into_bytes()).collect();
            let mut deflate = flate2::Compress::new(flate2::Compression::best(), false);
            deflate.compress_vec(&text, &mut stream, flate2::FlushCompress::Sync).unwrap();
            (stream, text)
        };
        let [small, large] = [10_000, 40_000].map(|count| {
            let (stream, text) = stream(count);
            let (read, turns) = read(&stream, &mut Nothing);
            assert!(read.bytes() == text);
            turns
        });
        assert!(large * 2 <= small * 9, "{small}, {large}");
    }

    #[test]
    fn reading_can_start_at_any_unit() {
        let body = bodies()[1];
        let mut habits = Habits::default();
        habits.clear();
        let (whole, _) = read(body, &mut habits);
        for unit in habits.units.iter().step_by(97) {
            let mut text = Text::default();
            text.push(&whole.bytes()[..unit.text as usize]);
            let reading = Inflater::default().read(body, unit.body as usize, &mut text, 0, usize::MAX, &mut Nothing);
            assert!(text.bytes() == whole.bytes());
            assert_eq!((reading.stop, reading.position), (Stop::End, body.len()));
        }
    }
}
