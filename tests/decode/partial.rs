//! Reading on behind damage within a body: what is known of the lines there is right, and nothing is guessed.

use proptest::prelude::*;

use crate::program::Folder;
use crate::support::damage::noise;
use crate::support::library::{TEST_KEY, decoder};
use crate::support::lines::{Variety, lines};
use crate::support::writer::{Block, Client, Deflate, units};

const PARTIAL: &str = "[F]imlog: partial: ";

/// The text of `file`, line by line, markers included.
fn decoded(file: &[u8]) -> Vec<String> {
    let mut text = Vec::new();
    decoder(&[TEST_KEY]).decode_to(file, &mut text).unwrap();
    String::from_utf8_lossy(&text).lines().map(str::to_owned).collect()
}

/// Whether `line`, which may have dots for unknown bytes, can be `original`.
fn fits(line: &str, original: &[u8]) -> bool {
    let mut bytes = original.iter();
    let fits = line.chars().all(|shown| match shown {
        '·' => bytes.next().is_some(),
        shown => shown.encode_utf8(&mut [0; 4]).bytes().all(|byte| bytes.next() == Some(&byte)),
    });
    fits && bytes.as_slice() == b"\n"
}

/// Checks that what was decoded is the original, in its order, with lines left out. Returns how many lines are whole,
/// and how many partial.
fn check(decoded: &[String], original: &[Vec<u8>]) -> (usize, usize) {
    let (mut rest, mut whole, mut partial) = (original.iter(), 0, 0);
    for (number, line) in decoded.iter().enumerate() {
        let line = match line.strip_prefix(PARTIAL) {
            Some(line) => {
                partial += 1;
                line
            }
            None if line.starts_with("[F]imlog: ") => continue,
            None => {
                whole += 1;
                line
            }
        };
        let around = || decoded[number.saturating_sub(3)..decoded.len().min(number + 3)].join("\n");
        assert!(rest.any(|original| fits(line, original)), "{line} was never logged, or not here:\n{}", around());
    }
    (whole, partial)
}

#[test]
fn only_the_unit_that_is_damaged_is_lost() {
    for (magic, variety) in
        [(0x09, Variety::Varied), (0x07, Variety::Varied), (0x05, Variety::Varied), (0x09, Variety::Alike)]
    {
        let lines: Vec<_> = lines(3, variety).take(400).collect();
        let write = |body: Vec<u8>| match magic {
            0x07 => Block::keyed(magic, 1).client(Client::new(1, TEST_KEY)).wrap(body),
            0x05 => Block::new(magic, imlog::internals::xlog::Layout::Legacy, 1).wrap(body),
            _ => Block::keyed(magic, 1).wrap(body),
        };
        let units = units(&mut Deflate::new(), &lines);
        let before: usize = units[..200].iter().map(Vec::len).sum();
        let mut body = units.concat();
        body[before..before + 4].fill(0xFF);
        let decoded = decoded(&write(body));
        let (whole, partial) = check(&decoded, &lines);
        assert_eq!(decoded.iter().filter(|line| line.starts_with("[F]imlog: ")).count(), partial + 1);
        assert!(decoded[200].contains(&format!("{} bytes lost at offset", units[200].len())), "{}", decoded[200]);
        assert!(whole + partial >= 398, "{magic:#04x}: {whole} whole, {partial} partial of {}", lines.len() - 1);
        assert!(whole > 200, "{magic:#04x}: {whole}");
    }
}

#[test]
fn without_any_text_before_it_what_is_new_is_known() {
    let lines: Vec<_> = lines(4, Variety::Varied).take(200).collect();
    let mut body = units(&mut Deflate::new(), &lines).concat();
    body[0] = 0xFF;
    let (whole, partial) = check(&decoded(&Block::keyed(0x09, 1).wrap(body)), &lines);
    assert!(partial > 150 && whole + partial <= 199, "{whole}, {partial}");
}

#[test]
fn commands_show_them_or_not() {
    let lines: Vec<_> = lines(3, Variety::Varied).take(400).collect();
    let units = units(&mut Deflate::new(), &lines);
    let before: usize = units[..200].iter().map(Vec::len).sum();
    let mut body = units.concat();
    body[before..before + 4].fill(0xFF);
    let folder = Folder::new();
    folder.write("a.xlog", Block::keyed(0x09, 1).wrap(body));
    let shown = |args: &[&str]| String::from_utf8(folder.run(args).out).unwrap();
    let text = shown(&["decode", "-q", "-o", "-", "a.xlog"]);
    let partial = text.lines().filter(|line| line.starts_with(PARTIAL)).count();
    assert!(partial > 3, "{partial}");
    assert!(!shown(&["decode", "-q", "--no-markers", "-o", "-", "a.xlog"]).contains("[F]imlog"));
    assert_eq!(shown(&["cat", "-q", "a.xlog"]), text);
    let json = shown(&["cat", "-q", "--json", "a.xlog"]);
    let of_json: Vec<_> = json.lines().filter(|line| line.contains("\"partial\":true")).collect();
    assert!(of_json.len() == partial && of_json.iter().all(|line| !line.contains("\"fields\"")));
    assert!(!shown(&["cat", "-q", "--json", "--no-markers", "a.xlog"]).contains("\"partial\""));
    // What is personal in them cannot be told.
    assert!(!shown(&["cat", "-q", "--redact", "a.xlog"]).contains(PARTIAL));
    // Those whose level is known pass a filter.
    let errors = shown(&["cat", "-q", "-l", "error", "a.xlog"]);
    let errors: Vec<_> = errors.lines().filter_map(|line| line.strip_prefix(PARTIAL)).collect();
    assert!(errors.iter().all(|line| line.starts_with("[E]")), "{errors:?}");
    // They are no records.
    let whole = text.lines().filter(|line| !line.starts_with("[F]imlog")).count();
    assert_eq!(shown(&["cat", "-q", "-c", "a.xlog"]).trim(), whole.to_string());
    let info = shown(&["info", "--json", "a.xlog"]);
    assert!(info.contains(&format!("\"records\":{whole},")), "{info}");
    assert!(info.contains(&format!("\"partial_lines\":{partial},")), "{info}");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, max_shrink_iters: 0, ..ProptestConfig::default() })]

    /// Whatever is overwritten, missing or inserted in a body: known bytes are right.
    #[test]
    fn known_bytes_are_right(
        seed: u64,
        alike: bool,
        encrypted: bool,
        damages in prop::collection::vec((0..3usize, any::<prop::sample::Index>(), 300..1500usize), 1..4),
    ) {
        let variety = if alike { Variety::Alike } else { Variety::Varied };
        let lines: Vec<_> = lines(seed, variety).take(500).collect();
        let mut block = Block::keyed(if encrypted { 0x07 } else { 0x09 }, 1).client(Client::new(1, TEST_KEY)).write(&lines);
        for (kind, at, len) in damages {
            let at = 100 + at.index(block.len() - 100);
            let end = (at + len).min(block.len());
            match kind {
                0 => block[at..end].copy_from_slice(&noise(end - at, seed)),
                1 => drop(block.drain(at..end)),
                _ => drop(block.splice(at..at, noise(len, seed))),
            }
        }
        // Bytes in the damage that look like a header can give a few bytes of text.
        let decoded: Vec<_> = decoded(&block).into_iter().filter(|line| line.len() > 40).collect();
        check(&decoded, &lines);
    }
}
