//! `diagnose --redact`: no user on the page, and commands that still work.

use serde_json::Value;

use crate::program::Folder;
use crate::{out, run};

#[test]
fn sessions_and_evidence_have_pseudonyms() {
    let folder = Folder::new();
    folder.copy("incidents/outage.xlog", "user_66817.xlog");
    let plain = out(&run(&folder, &["diagnose", "--evidence", "user_66817.xlog"]));
    let ended = run(&folder, &["diagnose", "--evidence", "--redact", "user_66817.xlog"]);
    let page = out(&ended);
    // The name of the file is the user's own.
    let without_name = |page: &str| page.replace("user_66817.xlog", "a.xlog");
    assert!(without_name(&plain).contains("user_66817") && !without_name(&page).contains("user_66817"));
    assert!(
        page.contains(", user-1\n") && page.contains("imlog cat --since 08:43:05 --until 08:45:15 user_66817.xlog\n")
    );
    assert_eq!(ended.code, 1);
}

#[test]
fn objects_have_pseudonyms() {
    let folder = Folder::new();
    folder.copy("incidents/loop.xlog.log", "a.log");
    let objects = |args: &[&str]| -> Vec<Value> {
        let text = out(&run(&folder, &[&["diagnose", "--json"], args, &["a.log"]].concat()));
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    };
    let (plain, redacted) = (objects(&[]), objects(&["--redact"]));
    assert_eq!(plain.len(), redacted.len());
    let user = plain[0]["users"][0].as_str().unwrap();
    assert_eq!(redacted[0]["users"], serde_json::json!(["user-1"]));
    for (plain, redacted) in plain.iter().zip(&redacted) {
        assert!(!redacted.to_string().contains(user), "{redacted}");
        assert!(plain["command"] == redacted["command"] && plain["count"] == redacted["count"]);
        assert_eq!(plain["codes"], redacted["codes"]);
    }
    // --user means the user as logged.
    assert_eq!(objects(&["--redact", "--user", user]).len(), plain.len());
}

/// Half a value at the end of evidence that is cut has no shape that tells it.
#[test]
fn evidence_is_cut_before_half_a_value() {
    let folder = Folder::new();
    let head = "TIM: 2025-03-06 08:37:00.941 E |-a.cpp:5  Send  |error_code:9999|";
    for cut in 1..24 {
        let fill = "x".repeat(512 - head.len() - cut);
        folder.write(
            "a.log",
            format!("{head}{fill} 144115212345678901, call 13800138000 or bob@acme.example{}\n", "|y".repeat(300)),
        );
        let text = out(&run(&folder, &["diagnose", "--json", "--redact", "a.log"]));
        assert!(text.contains("9999") && !text.contains("1441") && !text.contains("138001"), "{text}");
    }
}
