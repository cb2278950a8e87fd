//! `cat --redact`: text, JSON, filters, markers.

use serde_json::Value;

use crate::program::{Folder, testdata};
use crate::{REDACTED, assert_no_secret, folder, out, run};

#[test]
fn values_become_pseudonyms_and_all_else_stays() {
    let ended = run(&folder(), &["cat", "--redact", "a.log"]);
    assert_eq!((out(&ended).as_str(), ended.code), (REDACTED, 0));
}

#[test]
fn fields_of_json_have_the_same_pseudonyms() {
    let ended = run(&folder(), &["cat", "--redact", "--json", "a.log"]);
    let text = out(&ended);
    assert_no_secret(&text);
    let lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines[0]["fields"]["userid"], "user-1");
    assert_eq!(lines[2]["fields"]["base16_format"], "user-2");
    assert_eq!((&lines[4]["code"], &lines[4]["fields"]["sender_user_id"]), (&6014.into(), &"user-2".into()));
    assert!(lines.iter().all(|line| {
        let first = line["message"].as_str().unwrap().lines().next().unwrap();
        REDACTED.contains(&format!("|{first}\n"))
    }));
}

#[test]
fn filters_see_the_original() {
    let folder = folder();
    let ended = run(&folder, &["cat", "--redact", "-e", "userid:eve", "a.log"]);
    assert!(out(&ended).contains("|userid:user-1 =>base16_format:user-1\n"), "numbers count what is shown");
    assert_eq!(run(&folder, &["cat", "--redact", "-e", "user-1", "a.log"]).code, 1);
    let ended = run(&folder, &["cat", "--redact", "-H", "-C1", "-e", "unread", "a.log"]);
    assert_no_secret(&out(&ended));
    assert!(out(&ended).contains("a.log:TIM") && out(&ended).contains("a.log-sender_user_id:user-1|"));
    assert_eq!(out(&run(&folder, &["cat", "--redact", "-c", "a.log"])), "6\n");
}

/// Numbers count in the order of what is shown, whatever is read when.
#[test]
fn threads_do_not_change_numbers() {
    let folder = Folder::new();
    for (name, to) in [("async-zlib-plain.xlog", "a.xlog"), ("imsdk_C_20231106.xlog", "b.xlog")] {
        folder.copy(name, to);
    }
    for style in [&["--merge"][..], &["--json"], &["--no-filename"]] {
        let of = |jobs| out(&run(&folder, &[&["cat", "--redact", "-j", jobs, "a.xlog", "b.xlog"], style].concat()));
        let one = of("1");
        assert!(one.contains("user-2") && one == of("2") && one == of("7"));
    }
}

#[test]
fn markers_stay_as_they_are() {
    let folder = Folder::new();
    let mut log = std::fs::read(testdata("imsdk_C_20231106.xlog")).unwrap();
    log[30_000..30_008].copy_from_slice(b"damaged!");
    folder.write("a.xlog", log);
    let markers = |args: &[&str]| -> Vec<String> {
        let text = out(&run(&folder, &[&["cat"], args, &["a.xlog"]].concat()));
        text.lines().filter(|line| line.starts_with("[F]imlog: ")).map(str::to_owned).collect()
    };
    assert_eq!(markers(&["--redact"]), markers(&[]));
    assert_eq!(markers(&[]).len(), 1);
    // And each stands where it stood.
    let lines = |args: &[&str]| {
        let text = out(&run(&folder, &[&["cat"], args, &["a.xlog"]].concat()));
        text.lines().map(|line| line.get(..30).unwrap_or_default().to_owned()).collect::<Vec<_>>()
    };
    let same = lines(&["--redact"]).iter().zip(lines(&[])).filter(|(a, b)| a.starts_with("TIM: ") && *a == b).count();
    assert!(same > 1000);
    assert_eq!(lines(&["--redact"]).len(), lines(&[]).len());
}

/// A line of 3 MiB comes in parts, which may end anywhere.
#[test]
fn a_value_at_the_end_of_a_part_is_masked() {
    let folder = Folder::new();
    let text =
        format!("TIM: 2025-03-06 08:37:00.941 I |-a.cpp:5  f  |{}\n", "tinyid: 144115212345678901|".repeat(120_000));
    folder.write("a.log", &text);
    let ended = run(&folder, &["cat", "--redact", "a.log"]);
    assert!(out(&ended) == text.replace("144115212345678901", "tinyid-1"));
}

#[test]
fn whatever_is_in_a_log_nothing_breaks() {
    let folder = Folder::new();
    let line =
        "userid:\u{FEFF}\\\"|nick:'<script>alert(1)</script>'|user:\u{202E}bob|sender:\"\\\\\"|@|c2c_|/data/user/\n";
    let mut bytes = line.repeat(500).into_bytes();
    bytes.extend_from_slice(b"userid:\xFF\xFE\x00|token:\x80\n\0user:");
    bytes.extend(std::iter::repeat_n(b"user:".as_slice(), 100_000).flatten());
    folder.write("a.log", bytes);
    for style in [&["cat"][..], &["cat", "--json"], &["cat", "--color", "always", "-H"]] {
        let ended = run(&folder, &[style, &["--redact", "a.log"]].concat());
        assert_eq!((ended.code, ended.err.as_str()), (0, ""));
        let text = String::from_utf8_lossy(&ended.out);
        assert!(!text.contains("script") && !text.contains("bob") && text.contains("nick-1"));
    }
}
