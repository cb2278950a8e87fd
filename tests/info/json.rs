//! `--json`: all output is as docs/json.md documents it.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::program::{Folder, testdata};
use crate::support::library::TEST_KEY;
use crate::support::schema::assert_documented;
use crate::support::writer::Block;
use crate::{info, out};

fn objects(folder: &Folder, args: &[&str]) -> Vec<Value> {
    let ended = info(folder, args);
    out(&ended).lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// Intact, damaged and encrypted files, so that all fields occur.
fn folder() -> Folder {
    let folder = Folder::new();
    for name in crate::logs() {
        folder.copy(&name, &name);
    }
    let log = std::fs::read(testdata("async-zlib-plain.xlog")).unwrap();
    let mut damaged = [&log[..], &log[51_121..], &log[51_121..], b"something else", &log[408..]].concat();
    damaged[60_000..60_300].fill(0x5A);
    damaged[51_121 + 4] = 99;
    folder.write("damaged.xlog", &damaged);
    folder.write("repaired.xlog", {
        let mut log = log.clone();
        log[51_121 + 3] = 99;
        log
    });
    folder.write("skip.xlog", [&log[..408], &log[51_121..]].concat());
    folder
}

#[test]
fn files_are_as_documented() {
    let folder = folder();
    let mut all = objects(&folder, &["--json", "--key", TEST_KEY, "."]);
    assert_eq!(all.len(), 23);
    all.extend(objects(&folder, &["--json", "."]));
    all.extend(objects(&folder, &["--json", "--headers", "."]));
    assert_documented(&all, "### A file");
    let states: BTreeSet<_> = all.iter().map(|object| object["state"].as_str().unwrap()).collect();
    assert_eq!(states.into_iter().collect::<Vec<_>>(), ["damaged", "intact", "needs-a-key", "sound"]);
}

#[test]
fn blocks_and_gaps_are_as_documented() {
    let folder = folder();
    let mut all = objects(&folder, &["--json", "--blocks", "."]);
    all.extend(objects(&folder, &["--json", "--blocks", "--headers", "."]));
    let (blocks, gaps): (Vec<_>, Vec<_>) = all.into_iter().partition(|object| object["type"] == "block");
    assert!(gaps.iter().all(|gap| gap["type"] == "gap"));
    assert_documented(&blocks, "### A block");
    assert_documented(&gaps, "### A gap");
}

/// The end of a block and the cause of a gap have the same name.
#[test]
fn a_text_over_the_limit_is_too_long() {
    let folder = Folder::new();
    let block = Block::keyed(0x09, 1).write(&[b"x".repeat(3 << 20)]);
    folder.write("a.xlog", block);
    let rows = objects(&folder, &["--json", "--blocks", "--max-block-text", "1", "a.xlog"]);
    let words: Vec<_> = rows.iter().map(|row| (&row["type"], &row["end"], &row["cause"])).collect();
    let (too_long, none) = (Value::from("too-long"), Value::Null);
    let (block, gap) = (Value::from("block"), Value::from("gap"));
    assert_eq!(words, [(&block, &too_long, &none), (&gap, &none, &too_long)]);
}

/// One decoder: what `info` counts is what `decode` writes.
#[test]
fn numbers_agree_with_each_other_and_the_text() {
    let folder = folder();
    for file in objects(&folder, &["--json", "--key", TEST_KEY, "."]) {
        let path = file["path"].as_str().unwrap();
        let sum = |array: &Value, field: &str| -> u64 {
            array.as_array().unwrap().iter().map(|value| value[field].as_u64().unwrap()).sum()
        };
        let text = folder.run(&["decode", "-q", "--no-markers", "--key", TEST_KEY, "-o", "-", path]).out;
        assert_eq!(file["text_bytes"], text.len(), "{path}");
        assert_eq!(sum(&file["kinds"], "text_bytes"), text.len() as u64);
        assert_eq!(file["blocks"], sum(&file["kinds"], "blocks"));
        assert_eq!(file["lost_bytes"], sum(&file["gaps"], "length"));
        let levels: u64 = file["levels"].as_object().unwrap().values().map(|count| count.as_u64().unwrap()).sum();
        assert_eq!(file["records"], levels);

        let rows = objects(&folder, &["--json", "--blocks", "--key", TEST_KEY, path]);
        let blocks = || rows.iter().filter(|row| row["type"] == "block");
        assert_eq!(file["blocks"], blocks().count());
        assert_eq!(file["text_bytes"], blocks().map(|row| row["text_bytes"].as_u64().unwrap()).sum::<u64>());
        let lost: u64 = rows.iter().filter_map(|row| row["length"].as_u64()).sum();
        assert_eq!(file["lost_bytes"], lost);
    }
}

#[cfg(target_os = "linux")]
#[test]
fn names_need_not_be_unicode() {
    use std::os::unix::ffi::OsStrExt;
    let folder = Folder::new();
    let name = std::ffi::OsStr::from_bytes(b"a\xFF.xlog");
    std::fs::copy(testdata("xor-02.xlog"), folder.path("").join(name)).unwrap();
    let object = &objects(&folder, &["--json", "."])[0];
    assert_eq!((object["path"].as_str(), object["path_is_lossy"].as_bool()), (Some("./a\u{FFFD}.xlog"), Some(true)));
}
