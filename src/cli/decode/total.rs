//! The result of a run, in words and as an exit code.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use super::super::packages::Packages;
use super::super::printer::{Bytes, Printer};
use super::super::problems;
use super::super::status::Status;
use crate::decode::Report;
use crate::output::marker::Count;
use crate::xlog::header::ClientKey;

/// The condition of a log that was decoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Condition {
    /// Everything in it could be read.
    Intact,
    /// Only a key is missing.
    NeedsKey,
    /// Something is damaged, or its archive breaks off.
    Damaged,
}

/// The sum over all files.
#[derive(Debug, Default)]
pub struct DecodeTotal {
    failed: u64,
    skipped: u64,
    decoded: u64,
    damaged: u64,
    /// Logs that only lack a key.
    need_key: u64,
    bytes: u64,
    text: u64,
    /// Gaps in damaged logs.
    places: u64,
    /// Bytes lost in damaged logs.
    lost: u64,
    /// The first client keys without a private key that fits, by their place in the run, whichever log is ready first.
    clients: BTreeMap<(usize, usize, usize), ClientKey>,
    unopened: u64,
    packages: Packages,
}

impl DecodeTotal {
    /// The sum before anything has been decoded. `failed`: how many paths have failed.
    pub fn after(failed: u64) -> DecodeTotal {
        DecodeTotal { failed, ..DecodeTotal::default() }
    }

    /// Adds a file that could not be decoded.
    pub fn add_failed(&mut self) {
        self.failed += 1;
    }

    /// Adds a log whose text stays as it is.
    pub fn add_skipped(&mut self) {
        self.skipped += 1;
    }

    /// Adds a log that was decoded. `index`: its place in the run.
    pub fn add(&mut self, index: (usize, usize), name: &Path, report: &Report, condition: Condition) {
        // Without its key, nothing of it is decoded.
        if condition != Condition::NeedsKey || report.text > 0 {
            self.packages.add(name);
            self.decoded += 1;
            self.bytes += report.bytes;
            self.text += report.text;
        }
        match condition {
            Condition::Intact => {}
            Condition::NeedsKey => self.need_key += 1,
            Condition::Damaged => {
                self.damaged += 1;
                self.places += report.gaps;
                self.lost += report.lost;
            }
        }
        self.unopened += report.unopened;
        for (place, client) in report.clients.iter().enumerate() {
            self.add_client((index.0, index.1, place), client);
        }
    }

    fn add_client(&mut self, place: (usize, usize, usize), client: &ClientKey) {
        match self.clients.iter().find(|(_, known)| *known == client).map(|(known, _)| *known) {
            Some(earlier) if earlier <= place => return,
            Some(later) => _ = self.clients.remove(&later),
            None => {}
        }
        self.clients.insert(place, *client);
        if self.clients.len() > Report::MAX_CLIENTS {
            self.clients.pop_last();
        }
    }

    /// The exit code.
    pub fn status(&self) -> Status {
        if self.failed > 0 || self.damaged > 0 || self.need_key > 0 { Status::Flawed } else { Status::Intact }
    }

    /// Prints the summary.
    pub fn show(&self, time: Duration, has_keys: bool, printer: &Printer) {
        let DecodeTotal { failed, skipped, decoded, damaged, need_key, bytes, text, places, lost, .. } = self;
        if self.unopened > 0 {
            let clients: Vec<_> = self.clients.values().copied().collect();
            printer.hint(problems::key_hint(&clients, has_keys));
        }
        for line in self.packages.lines() {
            printer.summary(line);
        }
        let mut line = format!(
            "{} decoded: {} in, {} of text, {:.2} s",
            Count(*decoded, "file"),
            Bytes(*bytes),
            Bytes(*text),
            time.as_secs_f64()
        );
        if *skipped > 0 {
            line += &format!("; {skipped} skipped");
        }
        if *damaged > 0 {
            line += &format!("; {damaged} damaged");
        }
        if *damaged > 0 && *places > 0 {
            line += &format!(" ({} in {} not decoded)", Count(*lost, "byte"), Count(*places, "place"));
        }
        match *need_key {
            0 => {}
            1 => line += "; 1 needs a key",
            count => line += &format!("; {count} need a key"),
        }
        if *failed > 0 {
            line += &format!("; {failed} failed");
        }
        printer.summary(line);
    }
}

/// What is in a log, in words.
pub fn contents(report: &Report) -> String {
    let Report { blocks, text, restarts, repeats, .. } = report;
    let mut contents = format!("{}, {} of text", Count(*blocks, "block"), Bytes(*text));
    if *restarts > 0 {
        contents += &format!(", {}", Count(*restarts, "process restart"));
    }
    if *repeats > 0 {
        contents += &format!(", {}", Count(*repeats, "repeated block"));
    }
    contents
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn client_keys_come_in_the_order_of_the_run() {
        let of = |index: usize| Report { clients: vec![[index as u8; 64], [200; 64]], ..Report::default() };
        let orders: [Vec<usize>; 3] =
            [(0..12).collect(), (0..12).rev().collect(), (0..12).map(|i| i * 5 % 12).collect()];
        for order in orders {
            let mut total = DecodeTotal::default();
            order.iter().for_each(|&index| total.add((index, 0), Path::new("a"), &of(index), Condition::NeedsKey));
            let firsts: Vec<_> = total.clients.values().filter_map(|client| client.first().copied()).collect();
            assert_eq!(firsts, [0, 200, 1, 2, 3, 4, 5, 6]);
        }
    }
}
