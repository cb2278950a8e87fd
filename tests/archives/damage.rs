//! Archives that are cut off, damaged, encrypted, or packed in unsupported ways: everything readable is read, and the
//! rest is reported.

use std::io::Write;

use crate::program::{Ended, Folder};
use crate::support::archive::{Entry, add, gzip, tar_of, zip, zip_of, zstd};
use crate::support::lines::{Variety, lines};
use crate::support::writer::Block;
use crate::{assert_code, log};

fn texts(folder: &Folder) -> Vec<String> {
    folder.files().into_iter().filter(|name| name.ends_with(".log")).collect()
}

fn decode(name: &str, bytes: &[u8]) -> (Folder, Ended) {
    let folder = Folder::new();
    folder.write(name, bytes);
    let ended = folder.run(&["decode", name]);
    (folder, ended)
}

/// A log that is large enough to be cut in the middle, of blocks of a few lines.
fn long() -> Vec<u8> {
    let block =
        |seq| Block::keyed(0x09, seq).write(&lines(u64::from(seq), Variety::Varied).take(20).collect::<Vec<_>>());
    (1..200).flat_map(block).collect()
}

#[test]
fn everything_before_the_end_is_decoded() {
    let (first, long) = (log("first"), long());
    let files: [(&str, &[u8]); 3] = [("a.xlog", &first), ("b.xlog", &long), ("c.xlog", &first)];
    let streamed: Vec<_> =
        files.iter().map(|(name, data)| Entry { streamed: true, ..Entry::new(name, data) }).collect();
    let (tar, cut) = (tar_of(&files), 512 * 4 + long.len() / 2);
    let archives = [
        ("o.zip", zip_of(&files), cut / 2),
        ("s.zip", zip(&streamed), cut / 2),
        ("o.tar", tar.clone(), cut),
        ("o.tgz", gzip(&tar), cut / 3),
        ("o.tar.zst", zstd(&tar), zstd(&tar).len() * 2 / 3),
    ];
    for (name, bytes, cut) in archives {
        let (folder, ended) = decode(name, &bytes[..cut]);
        assert_code(&ended, 1);
        let stem = name.split('.').next().unwrap();
        assert!(ended.err.contains("damaged or cut off"), "{name}: {}", ended.err);
        assert_eq!(folder.read(&format!("{stem}/a.xlog.log")), "first\n", "{name}");
        assert!(!texts(&folder).iter().any(|text| text.contains("c.xlog")));
        // The head of the log that is cut.
        assert!(folder.read(&format!("{stem}/b.xlog.log")).lines().count() > 100, "{name}");
        assert!(ended.err.contains(&format!("warning: `{name}:b.xlog`: ends early: ")), "{name}: {}", ended.err);
        let stdin = Folder::new();
        let ended = Ended::of(stdin.command().args(["decode", "-"]).write_stdin(&bytes[..cut]));
        assert_code(&ended, 1);
        assert!(ended.out.starts_with(b"first\n"), "{name}");
    }
}

#[test]
fn a_compressed_log_that_is_cut_off_keeps_its_head() {
    let bytes = gzip(&long());
    let (folder, ended) = decode("a.xlog.gz", &bytes[..bytes.len() / 2]);
    assert_code(&ended, 1);
    assert!(ended.err.contains("ends early"), "{}", ended.err);
    assert!(folder.read("a.xlog.log").lines().count() > 100);
}

/// These bytes packed, with a block of the reserved type in place of the end.
fn broken_gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.flush().unwrap();
    [encoder.get_ref().as_slice(), &[7; 5000]].concat()
}

fn broken_zstd(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = zstd::stream::Encoder::new(Vec::new(), 3).unwrap();
    encoder.write_all(bytes).unwrap();
    encoder.flush().unwrap();
    [encoder.get_ref().as_slice(), &[6; 5000]].concat()
}

#[test]
fn all_before_the_damage_is_decoded_on_any_number_of_threads() {
    let long = long();
    let plain = Folder::new();
    plain.write("a.xlog", &long);
    assert_code(&plain.run(&["decode", "a.xlog"]), 0);
    let text = plain.read("a.xlog.log");
    // The first half of a log.
    let tar = tar_of(&[("a.xlog", long.repeat(2).as_slice())]);
    let head = &tar[..512 + long.len()];
    let claimed = 2 * long.len() as u32;
    let raw = broken_gzip(&long)[10..].to_vec();
    let zip = zip(&[Entry { method: 0, claimed: Some(claimed), ..Entry::new("a.xlog", raw) }]);
    // The header says stored: now it says deflated.
    let zip: Vec<u8> = {
        let mut zip = zip;
        for (signature, field) in [(b"PK\x03\x04", 8), (b"PK\x01\x02", 10)] {
            let at = zip.windows(4).rposition(|window| window == signature).unwrap();
            zip[at + field] = 8;
        }
        zip
    };
    for (name, bytes, of) in [
        ("a.xlog.gz", broken_gzip(&long), "a.xlog.log"),
        ("a.xlog.zst", broken_zstd(&long), "a.xlog.log"),
        ("o.tgz", broken_gzip(head), "o/a.xlog.log"),
        ("o.tar.zst", broken_zstd(head), "o/a.xlog.log"),
        ("o.zip", zip, "o/a.xlog.log"),
    ] {
        for jobs in ["1", "2", "8"] {
            let folder = Folder::new();
            folder.write(name, &bytes);
            let ended = folder.run(&["decode", "--no-markers", "-j", jobs, name]);
            assert_code(&ended, 1);
            assert!(ended.err.contains("ends early"), "{name}: {}", ended.err);
            assert!(folder.read(of) == text, "{name} {jobs}");
        }
    }
}

#[test]
fn a_zstd_stream_with_a_large_window_is_reported() {
    let mut encoder = zstd::stream::Encoder::new(Vec::new(), 3).unwrap();
    encoder.window_log(27).unwrap();
    encoder.write_all(&log("a")).unwrap();
    let (folder, ended) = decode("a.xlog.zst", &encoder.finish().unwrap());
    assert_code(&ended, 1);
    let told = "takes more than 8 MiB of memory\nhint: raise --max-window";
    assert!(ended.err.contains(told), "{}", ended.err);
    assert_code(&folder.run(&["decode", "--max-window", "128", "a.xlog.zst"]), 0);
    assert_eq!(folder.read("a.xlog.log"), "a\n");
}

#[test]
fn every_command_says_that_a_log_ends_early_and_what_to_do() {
    let folder = Folder::new();
    folder.write("a.xlog.gz", gzip(&long().repeat(8)));
    folder.write("b.xlog.gz", gzip(&vec![0; 2 << 20]));
    let (limit, hint) = ("--max-unpacked=1", "hint: if you trust it, raise --max-unpacked");
    let runs = [&["decode", "-o", "-"][..], &["cat"], &["info"], &["info", "--json"], &["info", "--blocks"]];
    for command in runs {
        let ended = folder.run(&[command, &[limit, "a.xlog.gz"]].concat());
        assert_code(&ended, 1);
        assert!(ended.err.contains("warning: `a.xlog.gz`: ends early: it unpacks to"), "{command:?}: {}", ended.err);
        assert_eq!(ended.err.matches(hint).count(), 1, "{command:?}: {}", ended.err);
        assert!(!ended.out.is_empty());
    }
    for command in runs.iter().filter(|command| command[0] != "cat") {
        let ended = folder.run(&[command, &[limit, "b.xlog.gz"][..]].concat());
        assert_code(&ended, 1);
        assert!(ended.err.contains("error: cannot read `b.xlog.gz`: it unpacks to"), "{command:?}: {}", ended.err);
        assert_eq!(ended.err.matches(hint).count(), 1, "{command:?}: {}", ended.err);
    }
    let ended = folder.run(&["info", "--check", limit, "a.xlog.gz", "b.xlog.gz"]);
    assert_code(&ended, 1);
    assert_eq!((ended.err.lines().count(), ended.err.contains("hint")), (2, false), "{}", ended.err);
}

#[test]
fn a_wrong_checksum_is_reported() {
    let entries = [Entry { wrong: true, ..Entry::new("a.xlog", log("a")) }, Entry::new("b.xlog", log("b"))];
    let (folder, ended) = decode("o.zip", &zip(&entries));
    assert_code(&ended, 1);
    let told = "warning: `o.zip:a.xlog`: its checksum is wrong: some of it may be damaged\n";
    assert!(ended.err.contains(told), "{}", ended.err);
    assert_eq!((folder.read("o/a.xlog.log"), folder.read("o/b.xlog.log")), ("a\n".into(), "b\n".into()));
}

#[test]
fn encrypted_members_are_reported() {
    let entries = [
        Entry { flags: 1, ..Entry::new("secret.xlog", log("secret")) },
        Entry { flags: 1, ..Entry::new("photo.jpg", "nobody wants it") },
        Entry::new("a.xlog", log("a")),
    ];
    let (folder, ended) = decode("o.zip", &zip(&entries));
    assert_code(&ended, 1);
    let told = "error: cannot read `o.zip:secret.xlog`: it is encrypted with a password\nhint: unpack it";
    assert!(ended.err.contains(told) && !ended.err.contains("photo"), "{}", ended.err);
    assert_eq!(texts(&folder), ["o/a.xlog.log"]);
}

#[test]
fn unsupported_methods_are_reported() {
    for (method, name) in [(9, "deflate64"), (12, "bzip2"), (14, "lzma"), (93, "zstd"), (95, "xz"), (77, "method 77")] {
        let entries = [Entry { method, ..Entry::new("x.xlog", "packed") }, Entry::new("a.xlog", log("a"))];
        let (folder, ended) = decode("o.zip", &zip(&entries));
        assert_code(&ended, 1);
        let told = format!("error: cannot read `o.zip:x.xlog`: its compression is not supported: {name}");
        assert!(ended.err.contains(&told), "{}", ended.err);
        assert_eq!(texts(&folder), ["o/a.xlog.log"]);
    }
}

#[test]
fn a_sparse_member_is_reported() {
    let mut builder = tar::Builder::new(Vec::new());
    builder.append_pax_extensions([("GNU.sparse.major", &b"1"[..]), ("GNU.sparse.name", b"real.xlog")]).unwrap();
    add(&mut builder, b"GNUSparseFile.0/real.xlog", tar::EntryType::Regular, b"map and data");
    add(&mut builder, b"a.xlog", tar::EntryType::Regular, &log("a"));
    let tar = builder.into_inner().unwrap();
    for (name, bytes) in [("o.tar", tar.clone()), ("o.tgz", gzip(&tar))] {
        let (folder, ended) = decode(name, &bytes);
        assert_code(&ended, 1);
        assert!(ended.err.contains("real.xlog`: it is stored as a sparse file\nhint: "), "{}", ended.err);
        assert_eq!(texts(&folder), ["o/a.xlog.log"]);
    }
}

#[test]
fn a_damaged_directory_is_bypassed() {
    let entries = [Entry::new("a.xlog", log("a")), Entry::new("d/b.xlog", log("b"))];
    let mut bytes = zip(&entries);
    let directory = bytes.windows(4).position(|window| window == b"PK\x01\x02").unwrap();
    bytes[directory] = b'X';
    let (folder, ended) = decode("o.zip", &bytes);
    assert_code(&ended, 1);
    assert!(ended.err.contains("error: `o.zip`: the zip is damaged or cut off: the directory"), "{}", ended.err);
    assert_eq!(texts(&folder), ["o/a.xlog.log", "o/d/b.xlog.log"]);
}

#[test]
fn a_member_without_its_header_is_reported() {
    let entries = ["a.xlog", "b.xlog", "c.txt"].map(|name| Entry::new(name, log(name)));
    let mut bytes = zip(&entries);
    let headers: Vec<_> =
        bytes.windows(4).enumerate().filter(|(_, window)| window == b"PK\x03\x04").map(|(at, _)| at).collect();
    for &at in &headers[1..] {
        bytes[at + 2] ^= 1;
    }
    let (folder, ended) = decode("o.zip", &bytes);
    assert_code(&ended, 1);
    assert!(ended.err.contains("error: `o.zip:b.xlog`: the zip is damaged or cut off: a member is"), "{}", ended.err);
    assert!(!ended.err.contains("c.txt"), "nobody wants it: {}", ended.err);
    assert_eq!(texts(&folder), ["o/a.xlog.log"]);
}

#[test]
fn joined_tars_are_read_to_the_end() {
    let (a, b) = (log("a"), log("b"));
    let (first, second) = (tar_of(&[("a.xlog", &a[..])]), tar_of(&[("b.xlog", &b[..])]));
    let joined = [&first[..], &second].concat();
    for (name, bytes) in
        [("o.tar", joined.clone()), ("o.tgz", [gzip(&first), gzip(&second)].concat()), ("o.tar.zst", zstd(&joined))]
    {
        let (folder, ended) = decode(name, &bytes);
        assert_code(&ended, 0);
        assert_eq!(texts(&folder), ["o/a.xlog.log", "o/b.xlog.log"], "{name}");
    }
    // The header of the second is zeros: what is left of it is no tar.
    let mut damaged = tar_of(&[("a.xlog", &a[..]), ("b.xlog", &b)]);
    damaged[1024..1536].fill(0);
    for (name, bytes) in [("o.tar", damaged.clone()), ("o.tgz", gzip(&damaged))] {
        let (folder, ended) = decode(name, &bytes);
        assert_code(&ended, 1);
        assert!(ended.err.contains("the tar is damaged or cut off: "), "{name}: {}", ended.err);
        assert_eq!(texts(&folder), ["o/a.xlog.log"], "{name}");
    }
}

#[test]
fn zeros_after_gzip_are_padding() {
    let (a, b) = (gzip(&log("a")), gzip(&log("b")));
    let tgz = gzip(&tar_of(&[("a.xlog", &log("a")[..])]));
    for zeros in [1, 511, 100_000] {
        let zeros = vec![0; zeros];
        for (name, bytes, text) in [
            ("a.xlog.gz", [&a[..], &zeros].concat(), "a.xlog.log"),
            ("o.tgz", [&tgz[..], &zeros].concat(), "o/a.xlog.log"),
        ] {
            let (folder, ended) = decode(name, &bytes);
            assert_code(&ended, 0);
            assert_eq!(folder.read(text), "a\n");
        }
        let (folder, ended) = decode("a.xlog.gz", &[&a[..], &zeros, &b].concat());
        assert_code(&ended, 0);
        assert_eq!(folder.read("a.xlog.log"), "a\nb\n");
    }
    for garbage in [&b"garbage"[..], b"\0\0garbage", &a[..7]] {
        let (_, ended) = decode("a.xlog.gz", &[&a[..], garbage].concat());
        assert_code(&ended, 1);
    }
}

#[test]
fn a_directory_that_counts_too_few_is_bypassed() {
    let mut bytes = zip(&["a.xlog", "b.xlog", "c.xlog"].map(|name| Entry::new(name, log(name))));
    let end = bytes.windows(4).position(|window| window == b"PK\x05\x06").unwrap();
    for count in [2, 1, 0] {
        (bytes[end + 8], bytes[end + 10]) = (count, count);
        let (folder, _) = decode("o.zip", &bytes);
        assert_eq!(texts(&folder), ["o/a.xlog.log", "o/b.xlog.log", "o/c.xlog.log"], "{count}");
    }
}

#[test]
fn two_members_of_the_same_name_are_not_damage() {
    let names = ["a.xlog", "note.txt", "b.xlog", "note.txt", "a.xlog", "c.xlog"];
    let lines = ["first", "", "b", "", "second", "c"];
    for (method, streamed) in [(0, false), (0, true), (8, false), (8, true)] {
        let entry = |(name, line): (&str, &str)| Entry { method, streamed, ..Entry::new(name, log(line)) };
        let entries: Vec<_> = names.into_iter().zip(lines).map(entry).collect();
        let (folder, ended) = decode("o.zip", &zip(&entries));
        assert_code(&ended, 0);
        assert!(!ended.err.contains("damaged"), "{}", ended.err);
        let read = ["a", "a~2", "b", "c"].map(|name| folder.read(&format!("o/{name}.xlog.log")));
        assert_eq!(read, ["first\n", "second\n", "b\n", "c\n"]);
        assert_eq!(texts(&folder).len(), 4);
    }
}

#[test]
fn hard_links_are_reported() {
    let mut builder = tar::Builder::new(Vec::new());
    add(&mut builder, b"a.xlog", tar::EntryType::Regular, &log("a"));
    add(&mut builder, b"hard.xlog", tar::EntryType::Link, b"");
    add(&mut builder, b"hard.txt", tar::EntryType::Link, b"");
    let tar = builder.into_inner().unwrap();
    for (name, bytes) in [("o.tar", tar.clone()), ("o.tgz", gzip(&tar))] {
        let (folder, ended) = decode(name, &bytes);
        assert_code(&ended, 1);
        let told = format!("error: cannot read `{name}:hard.xlog`: it is a hard link to another member\nhint: ");
        assert!(ended.err.contains(&told) && !ended.err.contains("hard.txt"), "{}", ended.err);
        assert_eq!(texts(&folder), ["o/a.xlog.log"], "{name}");
    }
}

#[test]
fn links_devices_and_folders_are_skipped() {
    use tar::EntryType;
    let mut builder = tar::Builder::new(Vec::new());
    for (kind, name) in [
        (EntryType::Symlink, "link.xlog"),
        (EntryType::Char, "char.xlog"),
        (EntryType::Block, "block.xlog"),
        (EntryType::Fifo, "fifo.xlog"),
        (EntryType::Directory, "folder.xlog"),
    ] {
        add(&mut builder, name.as_bytes(), kind, b"");
    }
    add(&mut builder, b"a.xlog", EntryType::Regular, &log("a"));
    let tar = builder.into_inner().unwrap();
    let zip = zip(&[
        Entry { mode: 0o120_777, ..Entry::new("link.xlog", "/etc/passwd") },
        Entry { mode: 0o020_666, ..Entry::new("char.xlog", "") },
        Entry { mode: 0o040_755, ..Entry::new("folder.xlog/", "") },
        Entry { mode: 0o100_644, ..Entry::new("a.xlog", log("a")) },
    ]);
    for (name, bytes) in [("o.zip", zip), ("o.tar", tar.clone()), ("o.tgz", gzip(&tar))] {
        let (folder, ended) = decode(name, &bytes);
        assert_code(&ended, 0);
        assert_eq!(texts(&folder), ["o/a.xlog.log"], "{name}");
    }
}
