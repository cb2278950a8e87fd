//! A round: many logs merged to one, in a temporary file.

use std::io::{self, BufRead, BufReader, Read, Write};

use super::super::select::Stop;
use crate::codec::Fault;
use crate::decode::{Gap, GapCause, GapPlace};
use crate::input::archive::section::Section;
use crate::input::archive::spool::{Copying, Spool};
use crate::record::{Form, FoundRecord, Head, Level, Piece, RecordPlace, Time};

/// Window of the compression, as a power of two: each round that is read takes this much memory.
const WINDOW_LOG: u32 = 17;

const FORMS: [Form; 11] = [
    Form::Stock,
    Form::Tim,
    Form::Tim48,
    Form::Tim40,
    Form::Ios,
    Form::Logcat,
    Form::Own,
    Form::Dated,
    Form::Note,
    Form::Marker,
    Form::Other,
];

/// Where rounds go.
#[derive(Clone, Copy)]
pub struct Room<'a> {
    /// The temporary file.
    pub spool: &'a Spool,
    /// How large it may be, in bytes.
    pub most: u64,
    /// How many logs may be open at once.
    pub open: usize,
}

/// A round that is being written.
pub struct Writer<'a> {
    encoder: zstd::stream::Encoder<'static, Copying<'a>>,
    fields: Vec<u8>,
}

impl<'a> Writer<'a> {
    /// Starts one.
    pub fn new(room: Room<'a>) -> io::Result<Writer<'a>> {
        let mut encoder = zstd::stream::Encoder::new(room.spool.start(room.most)?, 1)?;
        encoder.window_log(WINDOW_LOG)?;
        Ok(Writer { encoder, fields: Vec::new() })
    }

    /// Adds a piece of a lane.
    pub fn add(&mut self, moment: i64, lane: usize, piece: &Piece<'_>) -> Result<(), Stop> {
        let Writer { encoder, fields } = self;
        fields.clear();
        fields.extend(moment.to_le_bytes());
        fields.extend((lane as u64).to_le_bytes());
        let text = match piece {
            Piece::Record(found) => {
                put_record(found, fields);
                found.text
            }
            Piece::Gap(gap) => {
                put_gap(gap, fields);
                &[]
            }
        };
        encoder.write_all(fields).and_then(|()| encoder.write_all(text)).map_err(Stop::Spool)
    }

    /// Ends the round. It can be read then.
    pub fn finish(self) -> io::Result<Round> {
        Round::new(self.encoder.finish()?.finish()?)
    }
}

/// A round that is being read: pieces in order of time.
pub struct Round {
    decoder: BufReader<zstd::stream::Decoder<'static, BufReader<Section>>>,
    /// Moment and lane of the next piece.
    first: Option<(i64, usize)>,
    text: Vec<u8>,
}

impl Round {
    fn new(section: Section) -> io::Result<Round> {
        let decoder = zstd::stream::Decoder::with_buffer(BufReader::new(section))?;
        let mut round = Round { decoder: BufReader::new(decoder), first: None, text: Vec::new() };
        round.advance()?;
        Ok(round)
    }

    /// Moment and lane of the next piece.
    pub fn first(&self) -> Option<(i64, usize)> {
        self.first
    }

    fn advance(&mut self) -> io::Result<()> {
        self.first = match self.decoder.fill_buf()?.is_empty() {
            true => None,
            false => Some((i64::from_le_bytes(self.bytes()?), u64::from_le_bytes(self.bytes()?) as usize)),
        };
        Ok(())
    }

    /// Shows the next piece.
    pub fn show(&mut self, show: impl FnOnce(Piece<'_>) -> Result<(), Stop>) -> Result<(), Stop> {
        let [tag] = self.bytes().map_err(Stop::Spool)?;
        if tag == RECORD {
            let (head, passes, continued, place) = self.record().map_err(Stop::Spool)?;
            show(Piece::Record(FoundRecord { head, text: &self.text, passes, continued, place }))?;
        } else {
            let gap = self.gap(tag).map_err(Stop::Spool)?;
            show(Piece::Gap(&gap))?;
        }
        self.advance().map_err(Stop::Spool)
    }

    fn record(&mut self) -> io::Result<(Head, bool, bool, RecordPlace)> {
        let [form, level, flags] = self.bytes()?;
        let wall = i64::from_le_bytes(self.bytes()?);
        let zone = i16::from_le_bytes(self.bytes()?);
        let [number, block] = [u64::from_le_bytes(self.bytes()?), u64::from_le_bytes(self.bytes()?)];
        let len = u64::from_le_bytes(self.bytes()?);
        self.text.clear();
        let read = (&mut self.decoder).take(len).read_to_end(&mut self.text)?;
        if (read as u64) < len {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        let has = |flag| flags & flag != 0;
        let time = has(TIME).then_some(Time { wall, zone: has(ZONE).then_some(zone) });
        let form = FORMS.get(usize::from(form)).copied().unwrap_or_default();
        let level = Level::ALL.get(usize::from(level)).copied();
        let place = RecordPlace { number, block: has(BLOCK).then_some(block) };
        Ok((Head { form, level, time }, has(PASSES), has(CONTINUED), place))
    }

    fn gap(&mut self, tag: u8) -> io::Result<Gap> {
        let offset = u64::from_le_bytes(self.bytes()?);
        let len = u64::from_le_bytes(self.bytes()?);
        let [place] = self.bytes()?;
        let place = PLACES.get(usize::from(place)).copied().unwrap_or(GapPlace::New);
        let cause = match tag {
            ZERO_FILL => GapCause::ZeroFill,
            CORRUPT => GapCause::Body(Fault::Corrupt),
            TRUNCATED => GapCause::Body(Fault::Truncated),
            TOO_LONG => GapCause::Body(Fault::TooLong),
            ENCRYPTED | TRIED => GapCause::Encrypted { client: Box::new(self.bytes()?), tried: tag == TRIED },
            SKIP => GapCause::Skip(u16::from_le_bytes(self.bytes()?)..=u16::from_le_bytes(self.bytes()?)),
            CUT_OFF => GapCause::CutOff,
            _ => GapCause::Foreign,
        };
        let [before, after] = [self.time()?, self.time()?];
        Ok(Gap { offset, len, cause, place, before, after })
    }

    fn time(&mut self) -> io::Result<Option<Time>> {
        let [flags] = self.bytes()?;
        let wall = i64::from_le_bytes(self.bytes()?);
        let zone = i16::from_le_bytes(self.bytes()?);
        let has = |flag| flags & flag != 0;
        Ok(has(TIME).then_some(Time { wall, zone: has(ZONE).then_some(zone) }))
    }

    fn bytes<const N: usize>(&mut self) -> io::Result<[u8; N]> {
        let mut bytes = [0; N];
        self.decoder.read_exact(&mut bytes)?;
        Ok(bytes)
    }
}

const RECORD: u8 = 0;
const FOREIGN: u8 = 1;
const ZERO_FILL: u8 = 2;
const CORRUPT: u8 = 3;
const TRUNCATED: u8 = 4;
const TOO_LONG: u8 = 5;
const ENCRYPTED: u8 = 6;
const TRIED: u8 = 7;
const SKIP: u8 = 8;
const CUT_OFF: u8 = 9;

const PLACES: [GapPlace; 3] = [GapPlace::New, GapPlace::FirstLoss, GapPlace::Same];

const TIME: u8 = 1;
const ZONE: u8 = 2;
const PASSES: u8 = 4;
const CONTINUED: u8 = 8;
const BLOCK: u8 = 16;

fn put_record(found: &FoundRecord<'_>, fields: &mut Vec<u8>) {
    let FoundRecord { head: Head { form, level, time }, text, passes, continued, place } = found;
    let form = FORMS.iter().position(|it| it == form).unwrap_or(FORMS.len());
    let level = Level::ALL.iter().position(|it| Some(*it) == *level).unwrap_or(Level::ALL.len());
    let flag = |is, flag| if is { flag } else { 0 };
    let zone = time.and_then(|time| time.zone);
    let flags = flag(time.is_some(), TIME) | flag(zone.is_some(), ZONE);
    let flags = flags | flag(*passes, PASSES) | flag(*continued, CONTINUED) | flag(place.block.is_some(), BLOCK);
    fields.extend([RECORD, form as u8, level as u8, flags]);
    fields.extend(time.map_or(0, |time| time.wall).to_le_bytes());
    fields.extend(zone.unwrap_or(0).to_le_bytes());
    fields.extend(place.number.to_le_bytes());
    fields.extend(place.block.unwrap_or(0).to_le_bytes());
    fields.extend((text.len() as u64).to_le_bytes());
}

fn put_gap(gap: &Gap, fields: &mut Vec<u8>) {
    let (tag, rest) = match &gap.cause {
        GapCause::Foreign => (FOREIGN, Vec::new()),
        GapCause::ZeroFill => (ZERO_FILL, Vec::new()),
        GapCause::Body(Fault::Corrupt) => (CORRUPT, Vec::new()),
        GapCause::Body(Fault::Truncated) => (TRUNCATED, Vec::new()),
        GapCause::Body(Fault::TooLong) => (TOO_LONG, Vec::new()),
        GapCause::CutOff => (CUT_OFF, Vec::new()),
        GapCause::Encrypted { client, tried } => (if *tried { TRIED } else { ENCRYPTED }, client.to_vec()),
        GapCause::Skip(seqs) => (SKIP, [seqs.start().to_le_bytes(), seqs.end().to_le_bytes()].concat()),
    };
    fields.push(tag);
    fields.extend(gap.offset.to_le_bytes());
    fields.extend(gap.len.to_le_bytes());
    fields.push(PLACES.iter().position(|place| *place == gap.place).unwrap_or(0) as u8);
    fields.extend(rest);
    for time in [gap.before, gap.after] {
        let zone = time.and_then(|time| time.zone);
        fields.push(if time.is_some() { TIME } else { 0 } | if zone.is_some() { ZONE } else { 0 });
        fields.extend(time.map_or(0, |time| time.wall).to_le_bytes());
        fields.extend(zone.unwrap_or(0).to_le_bytes());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_come_back_as_they_were() {
        let before = Some(Time { wall: -5, zone: Some(480) });
        let after = Some(Time { wall: 1 << 50, zone: None });
        let gap = |cause| Gap { offset: 1 << 40, len: 7, cause, place: GapPlace::FirstLoss, before, after };
        let gaps = [
            GapCause::Foreign,
            GapCause::ZeroFill,
            GapCause::Body(Fault::Corrupt),
            GapCause::Body(Fault::Truncated),
            GapCause::Body(Fault::TooLong),
            GapCause::CutOff,
            GapCause::Encrypted { client: Box::new([9; 64]), tried: true },
            GapCause::Encrypted { client: Box::new([7; 64]), tried: false },
            GapCause::Skip(3..=60_000),
        ]
        .map(gap);
        let mut records = Vec::new();
        for (number, form) in FORMS.into_iter().enumerate() {
            let time = Time { wall: -(1 << 50), zone: (number > 2).then_some(-570) };
            let (level, time) = (Level::ALL.get(number).copied(), (number > 1).then_some(time));
            records.push((Head { form, level, time }, "text\n".repeat(number), number % 2 == 0, number % 3 == 0));
        }
        let spool = Spool::default();
        let mut writer = Writer::new(Room { spool: &spool, most: 1 << 20, open: 1 }).unwrap();
        let pieces = records.iter().map(|(head, text, passes, continued)| {
            let (passes, continued) = (*passes, *continued);
            let place = RecordPlace { number: 1 << 40, block: continued.then_some(u64::MAX) };
            Piece::Record(FoundRecord { head: *head, text: text.as_bytes(), passes, continued, place })
        });
        let pieces: Vec<_> = gaps.iter().map(Piece::Gap).chain(pieces).collect();
        for (number, piece) in pieces.iter().enumerate() {
            writer.add(number as i64 - 3, number, piece).unwrap();
        }
        let mut round = writer.finish().unwrap();
        for (number, expected) in pieces.iter().enumerate() {
            assert_eq!(round.first(), Some((number as i64 - 3, number)));
            round
                .show(|piece| {
                    assert_eq!(format!("{piece:?}"), format!("{expected:?}"));
                    Ok(())
                })
                .unwrap();
        }
        assert_eq!(round.first(), None);
    }

    #[test]
    fn there_is_a_limit() {
        let spool = Spool::default();
        let mut writer = Writer::new(Room { spool: &spool, most: 1000, open: 1 }).unwrap();
        let mut noise = vec![0u8; 1 << 20];
        let mut seed = 1u64;
        noise.iter_mut().for_each(|byte| {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            *byte = (seed >> 33) as u8;
        });
        let place = RecordPlace::default();
        let found = FoundRecord { head: Head::default(), text: &noise, passes: true, continued: false, place };
        let piece = Piece::Record(found);
        assert!(matches!(writer.add(0, 0, &piece), Err(Stop::Spool(_))));
    }
}
