//! `--json`: one object per line, as docs/json.md describes them.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::program::Folder;
use crate::support::schema::assert_documented;
use crate::{diagnose, incidents, out_lines, run};

/// Objects of all types, from logs of all kinds.
fn objects() -> Vec<Value> {
    let folder = incidents();
    let names = [
        "outage.xlog",
        "loop.xlog.log",
        "sdk-4.6.xlog.log",
        "healthy.xlog.log",
        "week.zip",
        "damaged.xlog",
        "failed.log",
    ];
    let mut log = std::fs::read(folder.path("outage.xlog")).unwrap();
    let at = log.len() / 3;
    log[at..at + 40].fill(0x55);
    folder.write("damaged.xlog", log);
    // A login that failed because there was no connection.
    let outage = std::fs::read_to_string(folder.path("outage.xlog.log")).unwrap();
    let failed = "TIM: 2025-03-06 08:43:53.080 E |-login.cpp:839  LogRequestEnd  |Login fail|task_id:7|\
                  error_code:9508 error_message:no network|sdkappid:1400209777|userid:user_66817";
    let lines = outage.lines().flat_map(|line| {
        let is_there = line.starts_with("TIM: 2025-03-06 08:43:53.075");
        [Some(line), is_there.then_some(failed)].into_iter().flatten()
    });
    folder.write("failed.log", lines.collect::<Vec<_>>().join("\n"));
    let other = Folder::new();
    for name in ["imsdk_C_20231106.xlog", "async-zlib-plain.xlog", "async-zlib-crypt.xlog", "legacy-03-sync.xlog"] {
        other.copy(name, name);
    }
    other.write("empty.log", "");
    other.write("none.log", "[E] no time, no head\n");
    let local = std::fs::read_to_string(folder.path("loop.xlog.log")).unwrap();
    other.write("local.log", local.lines().filter(|line| line.starts_with("TIM: 2025")).collect::<Vec<_>>().join("\n"));
    let mut all: Vec<_> = names.iter().flat_map(|name| out_lines(&diagnose(&folder, &["--json", name]))).collect();
    all.extend(out_lines(&diagnose(&other, &["--json", "."])));
    for name in ["empty.log", "none.log", "local.log"] {
        all.extend(out_lines(&diagnose(&other, &["--json", name])));
    }
    all
}

#[test]
fn objects_are_as_documented() {
    let mut by_type: BTreeMap<String, Vec<Value>> = BTreeMap::new();
    for object in objects() {
        by_type.entry(object["type"].as_str().unwrap().to_owned()).or_default().push(object);
    }
    let headings = [
        ("finding", "### A finding"),
        ("group", "### A group"),
        ("harmless", "### What is harmless"),
        ("session", "### A session"),
        ("state", "### A state"),
        ("summary", "### The summary"),
    ];
    assert_eq!(by_type.keys().map(String::as_str).collect::<Vec<_>>(), headings.map(|(name, _)| name));
    for (name, heading) in headings {
        assert!(assert_documented(&by_type[name], heading).is_empty(), "{name}");
    }
}

#[test]
fn what_explain_writes_is_as_documented() {
    let folder = Folder::new();
    let listed = out_lines(&run(&folder, &["explain", "--list", "--json"]));
    let asked = out_lines(&run(&folder, &["explain", "--json", "7016", "1", "-10001", "120500"]));
    let (codes, rules): (Vec<_>, Vec<_>) = listed.into_iter().chain(asked).partition(|object| object["type"] == "code");
    assert!(assert_documented(&codes, "### A code").is_empty());
    assert!(assert_documented(&rules, "### A rule").is_empty());
}

/// A field always has the same type, or is null; no field comes and goes.
#[test]
fn types_are_stable() {
    let mut types: BTreeMap<String, &'static str> = BTreeMap::new();
    let mut names: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for object in objects() {
        let kind = object["type"].as_str().unwrap().to_owned();
        let fields: Vec<_> = object.as_object().unwrap().keys().cloned().collect();
        assert_eq!(*names.entry(kind.clone()).or_insert_with(|| fields.clone()), fields);
        for (name, value) in object.as_object().unwrap() {
            let is = match value {
                Value::Null => continue,
                Value::Bool(_) => "boolean",
                Value::Number(_) => "number",
                Value::String(_) => "string",
                Value::Array(_) => "array",
                Value::Object(_) => "object",
            };
            assert_eq!(*types.entry(format!("{kind}.{name}")).or_insert(is), is, "{kind}.{name}");
        }
    }
}

/// Each time has its offset, or the object says that it is local.
#[test]
fn times_have_an_offset_or_are_said_to_be_local() {
    let (mut with_offset, mut local) = (0, 0);
    for object in objects() {
        let evidence = match &object["evidence"] {
            Value::Array(all) => all.clone(),
            one => vec![one.clone()],
        };
        let times = ["first", "last", "over", "time"].map(|name| object[name].clone());
        for time in times.into_iter().chain(evidence.iter().map(|evidence| evidence["time"].clone())) {
            let Some(time) = time.as_str() else { continue };
            let has_offset = time.len() == "2025-03-06T08:43:10.162+08:00".len();
            assert!(has_offset || (object["local"] == true && time.len() == 23), "{object}");
            *(if has_offset { &mut with_offset } else { &mut local }) += 1;
        }
    }
    assert!(with_offset > 100 && local > 20, "{with_offset} {local}");
}

/// The summary counts what comes before it, and is the last of its app.
#[test]
fn the_summary_counts() {
    let folder = incidents();
    let objects = out_lines(&diagnose(&folder, &["--json", "week.zip"]));
    let (summary, before) = objects.split_last().unwrap();
    assert_eq!(summary["type"], "summary");
    for (field, kind, expected) in [("sessions", "session", 7), ("findings", "finding", 2), ("groups", "group", 0)] {
        assert_eq!(before.iter().filter(|object| object["type"] == kind).count(), expected, "{kind}");
        assert_eq!(summary[field], expected, "{field}");
    }
    assert_eq!(summary["logs"].as_array().unwrap().len(), 7);
    assert!(objects.iter().all(|object| object["app"] == "week.zip:logs"));
}
