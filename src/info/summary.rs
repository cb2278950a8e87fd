//! A file, as a few numbers and short lists.

use crate::decode::{Block, GapCause, GapPlace, GapRun, Item, Report};
use crate::xlog::header::{ClientKey, NO_KEY};
use crate::xlog::magic::KINDS;
use crate::xlog::seq::Continuity;
use crate::xlog::{BlockKind, Hours, Layout};

use super::{Lines, List};

/// What is in a file.
#[derive(Debug, Default)]
#[non_exhaustive]
pub struct Summary {
    /// The report of decoding it.
    pub report: Report,
    /// Blocks by kind, in the order of [`KINDS`].
    kinds: [KindCount; KINDS.len()],
    /// The seq of its blocks, in the order of the file. Each process has one range unless blocks are missing.
    pub seq: List<SeqRange>,
    /// Blocks that were written twice.
    pub repeats: List<Repeat>,
    /// The hours of the day that blocks name.
    pub hours: Hours,
    /// The client keys of encrypted blocks.
    pub clients: List<Client>,
    /// What is missing, as the markers of a text have it.
    pub places: List<GapRun>,
    /// Gaps that are not just a missing key or missing blocks.
    damage: u64,
    /// The records in its text.
    pub lines: Lines,
    /// Whether it could not be read to its end, because the archive that contains it is damaged. The caller sets it.
    pub broken_off: bool,
    last_seq: Option<u16>,
    /// Restarts so far.
    restarts: u64,
}

/// In what state a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum State {
    /// All of it could be read.
    Intact,
    /// Its frames are sound; bodies were not read.
    Sound,
    /// All that could not be read lacks a key.
    Encrypted,
    /// Something is damaged.
    Damaged,
}

impl State {
    /// Whether nothing was found to be wrong.
    pub fn is_good(self) -> bool {
        matches!(self, State::Intact | State::Sound)
    }

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            State::Intact => "intact",
            State::Sound => "sound",
            State::Encrypted => "encrypted",
            State::Damaged => "damaged",
        }
    }
}

/// How much there is of a kind of block.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct KindCount {
    /// Blocks.
    pub blocks: u64,
    /// Bytes of their bodies, according to their headers.
    pub body: u64,
    /// Bytes of their text.
    pub text: u64,
}

/// Consecutive seq numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct SeqRange {
    /// Which process of the file they belong to, from 1.
    pub process: u64,
    /// The first number.
    pub first: u16,
    /// The last one.
    pub last: u16,
}

/// A block that was written twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Repeat {
    /// Its number.
    pub seq: u16,
    /// Where its second copy starts, in bytes.
    pub offset: u64,
}

/// A client key, and how many of its blocks could be read.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Client {
    /// The key.
    pub key: ClientKey,
    /// Blocks with it.
    pub blocks: u64,
    /// Those of them that no private key opened.
    pub unopened: u64,
    /// Those of them that were not read.
    pub unread: u64,
}

impl Summary {
    /// Takes the next item.
    pub fn item(&mut self, item: Item<'_>) {
        match item {
            Item::Text(run) => run.blocks.iter().for_each(|block| self.block(block)),
            Item::Partial(_) => {}
            Item::Gap(gap) => {
                if let GapCause::Encrypted { client, .. } = &gap.cause
                    && let Some(client) = self.clients.values_mut().iter_mut().find(|known| known.key == **client)
                {
                    client.unopened += 1;
                }
                self.damage += u64::from(gap.cause.is_damage());
                match self.places.last_mut() {
                    _ if gap.place == GapPlace::New => self.places.push(GapRun::new(gap)),
                    Some(last) => _ = last.join(gap),
                    // What belongs to a place that was left out is left out too.
                    None => {}
                }
            }
        }
    }

    /// Takes the end of the file, with the report of decoding it.
    pub fn finish(self, report: Report) -> Summary {
        Summary { report, ..self }
    }

    /// In what state the file is.
    pub fn state(&self) -> State {
        match &self.report {
            _ if self.broken_off => State::Damaged,
            report if report.is_intact() && report.unwanted > 0 => State::Sound,
            report if report.is_intact() => State::Intact,
            report if self.damage == 0 && report.repaired == 0 => State::Encrypted,
            _ => State::Damaged,
        }
    }

    /// The kinds that occur, and how much there is of each.
    pub fn kinds(&self) -> impl Iterator<Item = (&'static BlockKind, KindCount)> + '_ {
        KINDS.iter().zip(self.kinds).filter(|(_, count)| count.blocks > 0)
    }

    fn block(&mut self, block: &Block) {
        let header = &block.header;
        if let Some(count) = KINDS.iter().position(|kind| kind == header.kind).and_then(|at| self.kinds.get_mut(at)) {
            count.blocks += 1;
            count.body += u64::from(header.length);
            count.text += block.text_len() as u64;
        }
        if header.kind.layout != Layout::Bare {
            self.hours.add(header.begin_hour, header.end_hour);
        }
        if let Some(key) = block.client.as_deref().filter(|key| **key != NO_KEY) {
            self.client(key, block);
        }
        if header.kind.counted && header.seq != 0 && !block.guest {
            self.number(block);
        }
    }

    fn client(&mut self, key: &ClientKey, block: &Block) {
        let unread = u64::from(block.unwanted);
        match self.clients.values_mut().iter_mut().find(|known| known.key == *key) {
            Some(client) => {
                client.blocks += 1;
                client.unread += unread;
            }
            None => self.clients.push(Client { key: *key, blocks: 1, unopened: 0, unread }),
        }
    }

    fn number(&mut self, block: &Block) {
        let seq = block.header.seq;
        let before = self.last_seq.replace(seq);
        let continues = match &block.continuity {
            Continuity::Repeats => return self.repeats.push(Repeat { seq, offset: block.offset }),
            // After 65535 comes 1 again.
            Continuity::Continues => before.is_some_and(|before| before < seq),
            Continuity::Skips(_) => false,
            Continuity::Restarts => {
                self.restarts += 1;
                false
            }
        };
        match self.seq.last_mut() {
            _ if !continues => self.seq.push(SeqRange { process: self.restarts + 1, first: seq, last: seq }),
            Some(range) => range.last = seq,
            // It is one of those that were left out.
            None => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;
    use std::io::Cursor;

    use super::*;
    use crate::codec::keys::{KeyRing, PrivateKey};
    use crate::decode::Decoder;

    const LOG: &[u8] = include_bytes!("../../testdata/async-zlib-plain.xlog");
    const CRYPT: &[u8] = include_bytes!("../../testdata/async-zlib-crypt.xlog");
    const KEY: &str = "145aa7717bf9745b91e9569b80bbf1eedaa6cc6cd0e26317d810e35710f44cf8";

    fn summary(file: &[u8], keys: &[&str]) -> Summary {
        let ring = KeyRing::new(keys.iter().map(|key| PrivateKey::parse(key).unwrap()).collect());
        let mut summary = Summary::default();
        let report = Decoder::new(ring).decode(file, |item| {
            summary.item(item);
            Ok::<_, Infallible>(())
        });
        summary.finish(report.unwrap())
    }

    #[test]
    fn kinds_and_numbers_add_up() {
        let summary = summary(&LOG.repeat(3), &[]);
        let count = |of: fn(KindCount) -> u64| summary.kinds().map(|(_, count)| of(count)).sum::<u64>();
        assert_eq!(count(|kind| kind.blocks), summary.report.blocks);
        assert_eq!(count(|kind| kind.text), summary.report.text);
        let processes: Vec<_> = summary.seq.values().iter().map(|range| range.process).collect();
        assert_eq!(processes, [1, 2, 3]);
        assert_eq!(summary.report.restarts, 2);
    }

    #[test]
    fn lists_stay_short_whatever_comes() {
        let (mut summary, file) = (Summary::default(), [LOG, b"something else"].concat().repeat(200));
        let report = Decoder::default().headers(Cursor::new(file), |item| {
            summary.item(item);
            Ok::<_, Infallible>(())
        });
        let summary = summary.finish(report.unwrap());
        assert_eq!((summary.seq.count(), summary.seq.values().len()), (200, 64));
        assert_eq!((summary.places.count(), summary.places.values().len()), (200, 64));
        assert_eq!(summary.report.gaps, 200);
    }

    #[test]
    fn client_keys_say_whether_a_key_fits() {
        let other = "2".repeat(64);
        for (keys, opens) in [(&[KEY][..], true), (&[], false), (&[&other], false)] {
            let summary = summary(CRYPT, keys);
            let [client] = summary.clients.values() else { panic!("one process wrote it") };
            assert!(client.blocks > 1);
            assert_eq!(client.unopened, if opens { 0 } else { client.blocks });
        }
    }
}
