//! Damage: readable text is recovered, lost bytes are reported, and nothing is made up. There is a test for each defect
//! that decoders are known for.

use imlog::internals::codec::keys::KeyRing;
use imlog::internals::decode::{Decoder, GapCause};
use imlog::internals::xlog::Layout;

use crate::program::{Folder, testdata};
use crate::support::damage::noise;
use crate::support::library::{Decoded, TEST_KEY, assert_text, decode, decode_with, decoder};
use crate::support::lines::{Variety, lines};
use crate::support::writer::{Block, Client, Deflate, Flushing, Zstd, units};

/// Blocks of these kinds, numbered 1, 2, 3…, and the lines of each.
fn blocks(magics: &[u8]) -> (Vec<Vec<u8>>, Vec<Vec<Vec<u8>>>) {
    let client = Client::new(9, TEST_KEY);
    let block = |(index, &magic): (usize, &u8)| {
        let lines: Vec<_> = lines(index as u64 + 1, Variety::Varied).take(60).collect();
        let seq = if magic == 0x08 { 0 } else { index as u16 + 1 };
        (Block::keyed(magic, seq).client(client).write(&lines), lines)
    };
    // Text and plain bodies leave the key field empty.
    let bare = |(index, magic): (usize, &u8)| {
        let (bytes, lines) = block((index, magic));
        let encrypted = matches!(magic, 0x07 | 0x0C);
        let bytes = if encrypted { bytes } else { [&bytes[..9], &[0; 64], &bytes[73..]].concat() };
        (bytes, lines)
    };
    magics.iter().enumerate().map(bare).unzip()
}

fn text(lines: &[Vec<u8>]) -> String {
    String::from_utf8(lines.concat()).unwrap()
}

fn all(bytes: &[u8]) -> Decoded {
    decode_with(&decoder(&[TEST_KEY]), bytes)
}

#[test]
fn a_header_with_one_wrong_field_still_gives_its_text() {
    for magic in [0x09, 0x0D, 0x08, 0x07, 0x0C] {
        let (blocks, lines) = blocks(&[magic; 4]);
        let expected = text(&lines.concat());
        for (field, at) in [
            ("magic", 0),
            ("seq", 1),
            ("seq", 2),
            ("hours", 3),
            ("hours", 4),
            ("length", 5),
            ("length", 6),
            ("length", 7),
            ("length", 8),
        ] {
            for broken in 0..4 {
                for value in [0x00, 0x01, 0x03, 0x08, 0x55, 0xFF] {
                    let mut damaged = blocks.clone();
                    if damaged[broken][at] == value {
                        continue;
                    }
                    damaged[broken][at] = value;
                    let decoded = all(&damaged.concat());
                    assert_text(
                        &decoded.text,
                        &expected,
                        format!("kind {magic:#04x}: {field} of block {broken} is {value:#04x}"),
                    );
                }
            }
        }
    }
}

#[test]
fn a_wrong_end_byte_or_key_byte_loses_nothing() {
    for magic in [0x09, 0x0D, 0x08, 0x07, 0x0C] {
        let (blocks, lines) = blocks(&[magic; 3]);
        let end = blocks[1].len() - 1;
        for at in [9, 40, 72, end] {
            let mut damaged = blocks.clone();
            damaged[1][at] ^= 0x10;
            assert_text(&all(&damaged.concat()).text, &text(&lines.concat()), format!("kind {magic:#04x}, byte {at}"));
        }
    }
}

#[test]
fn a_block_inside_another_loses_neither() {
    for (outer, inner) in [(0x09, 0x09), (0x0D, 0x0D), (0x07, 0x07), (0x09, 0x08), (0x0C, 0x09), (0x08, 0x08)] {
        let (blocks, lines) = blocks(&[0x09, outer, 0x09]);
        let guest_lines: Vec<_> = crate::support::lines::lines(77, Variety::Alike).take(5).collect();
        let guest = Block::keyed(inner, u16::from(inner != 0x08) * 2);
        let guest = if inner == 0x07 { guest.client(Client::new(5, TEST_KEY)) } else { guest }.write(&guest_lines);
        for cut in [80, 500, blocks[1].len() / 2, blocks[1].len() - 2] {
            let (head, tail) = blocks[1].split_at(cut);
            let file = [&blocks[0], head, &guest, tail, &blocks[2]].concat();
            let decoded = all(&file);
            let expected = [text(&lines[0]), text(&lines[1]), text(&guest_lines), text(&lines[2])].concat();
            assert_text(&decoded.text, &expected, format!("{inner:#04x} in {outer:#04x} at {cut}"));
        }
    }
}

#[test]
fn zero_fill_of_any_size_loses_no_block() {
    let (blocks, lines) = blocks(&[0x08, 0x09, 0x0D]);
    for len in [1, 2, 7, 15, 16, 17, 63, 64, 72, 73, 74, 100, 512, 4096, 100_000, 3_000_000] {
        let decoded = decode(&[&blocks[0][..], &vec![0; len], &blocks[1], &vec![0; len], &blocks[2]].concat());
        assert_text(&decoded.text, &text(&lines.concat()), format!("{len} zeros"));
        assert_eq!(decoded.report.lost, 2 * len as u64);
        assert!(!decoded.report.is_intact());
    }
}

#[test]
fn foreign_bytes_of_any_size_lose_no_block() {
    let (blocks, lines) = blocks(&[0x08, 0x09, 0x0D]);
    for len in [1, 5, 64, 73, 500, 5000, 1_000_000] {
        let file = [&blocks[0][..], &noise(len, 1), &blocks[1], &noise(len, 2), &blocks[2]].concat();
        let decoded = decode(&file);
        assert_text(&decoded.text, &text(&lines.concat()), format!("{len} bytes"));
        assert_eq!(decoded.report.lost, 2 * len as u64);
    }
}

#[test]
fn a_file_that_is_cut_at_either_end_keeps_the_rest() {
    for magic in [0x09, 0x0D, 0x07, 0x0C] {
        let (blocks, lines) = blocks(&[magic; 3]);
        let half = blocks[2].len() / 2;
        let decoded = all(&[&blocks[0][..], &blocks[1], &blocks[2][..half]].concat());
        assert!(decoded.text.starts_with(&text(&lines[..2].concat())), "{magic:#04x}");
        let rest = &decoded.text[text(&lines[..2].concat()).len()..];
        assert!(rest.len() > 1000 && text(&lines[2]).starts_with(rest) && rest.ends_with('\n'), "{magic:#04x}: {rest}");
        assert_eq!(decoded.report.gaps, 1);

        let decoded = all(&[&blocks[0][half..], &blocks[1], &blocks[2]].concat());
        assert_eq!(decoded.text, text(&lines[1..].concat()), "{magic:#04x}");
        assert_eq!(decoded.report.lost, (blocks[0].len() - half) as u64);
    }
}

#[test]
fn a_file_whose_only_block_is_truncated() {
    for magic in [0x09, 0x0D, 0x07, 0x0C, 0x08] {
        let (blocks, lines) = blocks(&[magic]);
        for cut in [blocks[0].len() / 2, blocks[0].len() - 1] {
            let decoded = all(&blocks[0][..cut]);
            assert!(decoded.text.len() > 1000, "{magic:#04x}, {cut}: {:?}", decoded.gaps);
            assert!(text(&lines[0]).starts_with(&decoded.text));
        }
    }
}

#[test]
fn a_block_that_breaks_keeps_its_head() {
    for magic in [0x09, 0x0D, 0x07, 0x0C] {
        let (mut blocks, lines) = blocks(&[magic; 3]);
        let middle = blocks[1].len() / 2;
        blocks[1][middle..middle + 300].copy_from_slice(&noise(300, 4));
        let decoded = all(&blocks.concat());
        let first = text(&lines[0]);
        assert!(decoded.text.starts_with(&first) && decoded.text.ends_with(&text(&lines[2])));
        let kept = &decoded.text[first.len()..decoded.text.len() - text(&lines[2]).len()];
        let mut original = text(&lines[1]);
        for line in kept.split_inclusive('\n') {
            let at = original.find(line).unwrap_or_else(|| panic!("{magic:#04x}: {line} is made up"));
            original.drain(..at + line.len());
        }
        assert!(kept.len() * 3 > text(&lines[1]).len(), "{magic:#04x}: and little less than half");
        let [gap] = decoded.gaps.as_slice() else { panic!("{:?}", decoded.gaps) };
        assert!(matches!(gap.cause, GapCause::Body(_)));
        assert!(gap.offset as usize > blocks[0].len() + 73 && gap.len as usize <= blocks[1].len());
    }
}

/// One block lacks as many bytes as the next is long, so its length field points to the end of the next.
#[test]
fn a_length_that_covers_the_next_block_does_not_lose_it() {
    for magic in [0x09, 0x0D, 0x07, 0x0C] {
        let (mut blocks, lines) = blocks(&[magic, magic, 0x08, magic]);
        blocks[2] = Block::keyed(0x08, 0).write(&lines[2][..3]);
        let (from, missing) = (blocks[1].len() / 8, blocks[2].len());
        blocks[1].drain(from..from + missing);
        let decoded = all(&blocks.concat());
        let rest = text(&lines[2][..3]) + &text(&lines[3]);
        assert!(decoded.text.starts_with(&text(&lines[0])) && decoded.text.ends_with(&rest), "{magic:#04x}");
        // The sync block has no seq, so the number that it replaced is missing too.
        let [gap, skip] = decoded.gaps.as_slice() else { panic!("{:?}", decoded.gaps) };
        assert_eq!(skip.cause, GapCause::Skip(3..=3));
        assert!(matches!(gap.cause, GapCause::Body(_)) && gap.len > 100 && (gap.len as usize) < blocks[1].len());
    }
}

#[test]
fn two_processes_on_one_cache_file() {
    let ours: Vec<_> = lines(1, Variety::Varied).take(80).collect();
    let theirs: Vec<_> = lines(2, Variety::Varied).take(80).collect();
    let (mut one, mut two) = (Deflate::new(), Deflate::new());
    let (mut body, mut expected) = (Vec::new(), Vec::new());
    let mut random = crate::support::lines::Random::new(5);
    let (mut ours, mut theirs) = (ours.into_iter(), theirs.into_iter());
    while let (Some(mine), true) = (ours.next(), theirs.len() > 3) {
        body.extend(one.unit(&mine));
        expected.push(mine);
        for _ in 0..random.below(3) {
            let other = theirs.next().unwrap();
            body.extend(two.unit(&other));
            expected.push(other);
        }
    }
    let decoded = decode(&Block::keyed(0x09, 1).wrap(body));
    assert_text(&decoded.text, &text(&expected), "two streams");
}

#[test]
fn more_than_a_million_bytes_of_text_in_one_block() {
    let line = format!("{}\n", "the same line again ".repeat(10));
    let lines = vec![line.into_bytes(); 9000];
    for magic in [0x09, 0x0D] {
        let decoded = decode(&Block::keyed(magic, 1).write(&lines));
        assert!(decoded.report.is_intact());
        assert_eq!(decoded.text, text(&lines));
    }
}

#[test]
fn a_decompression_bomb_is_contained() {
    let mut bombs = Vec::new();
    let zeros = vec![b'0'; 1 << 20];
    let (mut deflate, mut zstd) = (Deflate::new(), Zstd::new());
    let chunks = vec![zeros; 100];
    bombs.push(Block::keyed(0x09, 1).wrap(units(&mut deflate, &chunks).concat()));
    bombs.push(Block::keyed(0x0D, 1).wrap(units(&mut zstd, &chunks).concat()));
    for bomb in bombs {
        let file = [bomb, Block::keyed(0x09, 2).write(&[b"after\n".to_vec()])].concat();
        let decoded = decode_with(&Decoder::new(KeyRing::default()).with_text_limit(1 << 20), &file);
        assert!(decoded.text.len() <= (1 << 20) + 6 && decoded.text.ends_with("after\n"));
        assert!(decoded.gaps.iter().any(|gap| gap.cause == GapCause::Body(imlog::internals::codec::Fault::TooLong)));
    }
}

#[test]
fn hostile_lengths_allocate_nothing() {
    let (blocks, lines) = blocks(&[0x09, 0x09]);
    for length in [0u32, 1, 8 << 20, (8 << 20) + 1, u32::MAX] {
        let mut header = blocks[0][..73].to_vec();
        header[5..9].copy_from_slice(&length.to_le_bytes());
        let decoded = decode(&[&header[..], &blocks[0], &header, &blocks[1]].concat());
        assert_text(&decoded.text, &text(&lines.concat()), format!("{length}"));
    }
}

#[test]
fn the_old_kinds_recover_too() {
    for (magic, layout) in [
        (0x03, Layout::Legacy),
        (0x04, Layout::Legacy),
        (0x05, Layout::Legacy),
        (0x04, Layout::Short),
        (0x03, Layout::Short),
        (0x02, Layout::Bare),
        (0x01, Layout::Bare),
    ] {
        let lines = |seq: u16| -> Vec<Vec<u8>> { lines(seq.into(), Variety::Varied).take(50).collect() };
        let counted = |seq| if magic == 0x03 && layout == Layout::Legacy { 0 } else { seq };
        let blocks: Vec<_> = (1..=6).map(|seq| Block::new(magic, layout, counted(seq)).write(&lines(seq))).collect();
        let text = |seq: u16| text(&lines(seq));
        let decoded =
            decode(&[&blocks[0][..], &blocks[1], &noise(3000, 1), &blocks[3], &blocks[4], &blocks[5]].concat());
        let expected = [text(1), text(2), text(4), text(5), text(6)].concat();
        assert_text(&decoded.text, &expected, format!("{magic:#04x} {layout:?}: {:?}", decoded.gaps));
    }
}

/// The tests of the framer count how many steps it takes.
#[test]
fn garbage_gives_no_text() {
    let size = 512 << 10;
    let ones: Vec<u8> = [1, 0, 0].repeat(size / 3);
    let stray: Vec<u8> = [&[0xFF][..], &[0; 64]].concat().repeat(size / 65);
    for garbage in [vec![0; size], noise(size, 1), vec![9; size], vec![1; size], ones, stray] {
        assert_eq!(decode(&garbage).text, "");
    }
}

#[test]
fn a_marker_says_once_what_is_missing_and_where() {
    let (mut blocks, lines) = blocks(&[0x09; 5]);
    let middle = blocks[1].len() / 2;
    blocks[1][middle..middle + 300].copy_from_slice(&noise(300, 4));
    let gone = blocks.remove(3);
    let mut file = blocks.concat();
    file.splice(0..0, noise(100, 1));
    file.extend(&gone[..40]);
    let folder = Folder::new();
    folder.write("a.xlog", &file);
    let ended = folder.run(&["decode", "a.xlog"]);
    assert_eq!(ended.code, 1);
    insta::assert_snapshot!("damaged_told", ended.told());
    let text = folder.read("a.xlog.log");
    let markers: Vec<_> = text.lines().filter(|line| line.starts_with("[F]imlog: ")).collect();
    insta::assert_snapshot!("damaged_markers", markers.join("\n"));
    folder.run(&["decode", "--no-markers", "a.xlog"]);
    let kept = folder.read("a.xlog.log");
    assert!(kept.lines().all(|line| lines.concat().contains(&format!("{line}\n").into_bytes())));
}

/// Recursion over these headers would overflow the stack.
#[test]
fn alternating_layouts_do_not_recurse_deeply() {
    let pair: &[u8] = &[3, 1, 0, 0, 0, 1, 0, 0, 0, 0x58, 0, 1, 1, 0, 0, 0, 0x58, 0];
    decode(&pair.repeat(60_000));
}

#[test]
fn intact_lines_may_be_unusual() {
    let lines: Vec<Vec<u8>> = lines(1, Variety::Varied).take(50).collect();
    let odd: [&[u8]; 6] = [
        b"[I][custom] hello there\n",
        b"a bell \x07 rings\n",
        b"GBK \xC4\xE3\xBA\xC3\n",
        b"[I][2023-11-05 +8.0 00:00:01.000][1, 2][a][b][f.cpp:1, f][a tag with brackets\n",
        b"[I][2020-11-05 +8.0 23:59:59.000][1, 2][tag][f.cpp:1, f][a clock set back\n",
        b"[I][2023-11-05T00:00:01] another logger's line\n",
    ];
    for magic in [0x09, 0x0D, 0x08, 0x07, 0x0C] {
        let mut all_lines = lines.clone();
        odd.iter().enumerate().for_each(|(place, line)| all_lines.insert(20 + place * 3, line.to_vec()));
        let block = Block::keyed(magic, u16::from(magic != 0x08)).client(Client::new(9, TEST_KEY)).write(&all_lines);
        let block = if matches!(magic, 0x07 | 0x0C) { block } else { [&block[..9], &[0; 64], &block[73..]].concat() };
        let decoded = all(&block);
        assert!(decoded.report.is_intact(), "{magic:#04x}: {:?}", decoded.gaps);
        assert_text(&decoded.text, &String::from_utf8_lossy(&all_lines.concat()), format!("{magic:#04x}"));
    }
}

#[test]
fn a_finished_stream_is_intact_too() {
    let lines: Vec<Vec<u8>> = lines(1, Variety::Varied).take(50).collect();
    let mut body = Vec::with_capacity(1 << 20);
    let mut compress = flate2::Compress::new(flate2::Compression::new(9), false);
    compress.compress_vec(&lines.concat(), &mut body, flate2::FlushCompress::Finish).unwrap();
    let decoded = decode(&Block::keyed(0x09, 1).wrap(body));
    assert!(decoded.report.is_intact(), "{:?}", decoded.gaps);
    assert_text(&decoded.text, &text(&lines), "finished");
}

#[test]
fn a_guest_does_not_count_towards_its_host() {
    let (blocks, lines) = blocks(&[0x09; 3]);
    let guest = Block::keyed(0x09, 1).write(&[b"from another process\n".to_vec()]);
    let (head, tail) = blocks[1].split_at(500);
    let decoded = decode(&[&blocks[0], head, &guest, tail, &blocks[2]].concat());
    assert_eq!((decoded.report.skips, decoded.report.restarts), (0, 0), "{:?}", decoded.gaps);
    assert_eq!(decoded.text.len(), text(&lines.concat()).len() + 21);
}

#[test]
fn the_limit_applies_to_each_block() {
    let lines = |seed| lines(seed, Variety::Alike).take(2000).collect::<Vec<_>>();
    let len = |seed| lines(seed).concat().len();
    for magic in [0x09, 0x0D] {
        let bomb = Block::keyed(magic, 2).write(&vec![[[b'a'; 9999].as_slice(), b"\n"].concat(); 500]);
        let file = [Block::keyed(magic, 1).write(&lines(1)), bomb, Block::keyed(magic, 3).write(&lines(3))].concat();
        let limit = len(1).max(len(3));
        for threads in [1, 4] {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            let decoder = Decoder::default().with_text_limit(limit);
            let decoded = pool.install(|| decode_with(&decoder, &file.repeat(3)));
            let whole = [lines(1).concat(), lines(3).concat()].map(|text| String::from_utf8(text).unwrap());
            let kept: Vec<_> = whole.iter().map(|text| decoded.text.matches(text.as_str()).count()).collect();
            assert_eq!(kept, [3, 3], "{magic:#x}");
            let causes: Vec<_> = decoded.gaps.iter().map(|gap| gap.cause.name()).collect();
            assert_eq!(causes, ["too-long"; 3], "{magic:#x}");
        }
        assert!(decode_with(&Decoder::default(), &file).report.is_intact(), "{magic:#x}");
    }
}

#[test]
fn one_run_of_junk_is_one_gap_in_every_output() {
    let file = |name: &str| std::fs::read(testdata(name)).unwrap();
    let (log, junk) = (file("async-zlib-plain.xlog"), noise(1 << 20, 5).iter().map(|byte| byte | 0x40).collect());
    let folder = Folder::new();
    folder.write("a.xlog", [log.clone(), junk, log].concat());
    let decoded = folder.run(&["decode", "-q", "-o", "-", "a.xlog"]);
    let text = String::from_utf8_lossy(&decoded.out).into_owned();
    let markers: Vec<_> = text.lines().filter(|line| line.starts_with("[F]imlog: ")).collect();
    assert_eq!(markers, ["[F]imlog: 1048576 bytes lost at offset 97382: damaged block"]);
    let told = "1048576 bytes in 1 place not decoded";
    let readers = [
        &["decode", "-o", "-"][..],
        &["cat"],
        &["cat", "--merge"],
        &["cat", "-c", "-m1", "-e", "nowhere"],
        &["info", "--check"],
    ];
    for reader in readers {
        let ended = folder.run(&[reader, &["a.xlog"]].concat());
        assert!(ended.err.contains(told), "{reader:?}: {}", ended.err);
    }
    let info = folder.run(&["info", "--json", "a.xlog"]);
    let info: serde_json::Value = serde_json::from_slice(&info.out).unwrap();
    assert_eq!((info["gaps"].as_array().unwrap().len(), &info["gaps"][0]["pieces"]), (1, &1.into()));
}
