//! `--json`: what the README says of the fields holds for all that comes.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::program::{Folder, testdata};
use crate::support::library::TEST_KEY;
use crate::{info, out};

const README: &str = include_str!("../../README.md");

/// The fields of a kind of object, and their types: the rows of the table below this line of the README.
fn documented(heading: &str) -> BTreeMap<String, String> {
    let (_, rest) = README.split_once(&format!("\n{heading}\n")).unwrap();
    let rows = rest.lines().skip_while(|line| !line.starts_with('|')).take_while(|line| line.starts_with('|'));
    let rows = rows.skip(2).flat_map(|row| {
        let mut cells = row.split('|').map(str::trim).skip(1);
        let (fields, kind) = (cells.next().unwrap(), cells.next().unwrap().to_owned());
        let fields = fields.split(", ").map(|field| field.trim_matches('`').to_owned());
        fields.map(move |field| (field, kind.clone())).collect::<Vec<_>>()
    });
    rows.collect()
}

fn type_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.is_u64() => "number",
        Value::Number(_) => "another number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

/// All fields of an object, those of objects in it with their path.
fn fields<'a>(prefix: &str, object: &'a Value, all: &mut Vec<(String, &'a Value)>) {
    for (name, value) in object.as_object().unwrap() {
        let path = format!("{prefix}{name}");
        all.push((path.clone(), value));
        match value {
            Value::Object(_) => fields(&format!("{path}."), value, all),
            Value::Array(values) => {
                for value in values {
                    match value {
                        Value::Object(_) => fields(&format!("{path}[]."), value, all),
                        _ => all.push((format!("{path}[]"), value)),
                    }
                }
            }
            _ => {}
        }
    }
}

/// Whether the objects have the fields of the table and no others, of the types that it says. Optional ones need not
/// be there.
#[track_caller]
fn assert_documented(objects: &[Value], heading: &str) {
    let documented = documented(heading);
    let mut seen = BTreeSet::new();
    for object in objects {
        let mut all = Vec::new();
        fields("", object, &mut all);
        for (field, value) in all {
            let types = documented.get(&field).unwrap_or_else(|| panic!("`{field}` is not in the README"));
            let matches = types.split(" or ").any(|kind| kind.trim_end_matches(", optional") == type_of(value));
            assert!(matches, "`{field}` is {value}, the README says {types}");
            seen.insert(field);
        }
        let required =
            documented.iter().filter(|(field, types)| !field.contains(['.', '[']) && !types.contains("optional"));
        for (field, _) in required {
            assert!(object.get(field).is_some(), "no `{field}` in {object}");
        }
    }
    for (field, types) in &documented {
        assert!(seen.contains(field) || types.contains("optional"), "`{field}` is never there");
    }
}

fn objects(folder: &Folder, args: &[&str]) -> Vec<Value> {
    let ended = info(folder, args);
    out(&ended).lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// All that can be told: of whole, damaged and encrypted files.
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
    let mut all = objects(&folder, &["--json", "--key", TEST_KEY]);
    assert_eq!(all.len(), 23);
    all.extend(objects(&folder, &["--json"]));
    all.extend(objects(&folder, &["--json", "--headers"]));
    assert_documented(&all, "A file:");
    let states: BTreeSet<_> = all.iter().map(|object| object["state"].as_str().unwrap()).collect();
    assert_eq!(states.into_iter().collect::<Vec<_>>(), ["damaged", "encrypted", "sound", "whole"]);
}

#[test]
fn blocks_and_gaps_are_as_documented() {
    let folder = folder();
    let mut all = objects(&folder, &["--json", "--blocks"]);
    all.extend(objects(&folder, &["--json", "--blocks", "--headers"]));
    let (blocks, gaps): (Vec<_>, Vec<_>) = all.into_iter().partition(|object| object["type"] == "block");
    assert!(gaps.iter().all(|gap| gap["type"] == "gap"));
    assert_documented(&blocks, "A block:");
    assert_documented(&gaps, "A gap:");
}

/// One decoder: what `info` counts is what `decode` writes.
#[test]
fn numbers_agree_with_one_another_and_with_the_text() {
    let folder = folder();
    for file in objects(&folder, &["--json", "--key", TEST_KEY]) {
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
    let object = &objects(&folder, &["--json"])[0];
    assert_eq!((object["path"].as_str(), object["path_is_lossy"].as_bool()), (Some("./a\u{FFFD}.xlog"), Some(true)));
}
