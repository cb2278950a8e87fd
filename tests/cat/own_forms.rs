//! Line forms of one's own: on the command line, in the configuration file, as format files of lnav; and lines whose
//! form nobody knows.

use crate::program::{Ended, Folder};
use crate::support::library::TEST_KEY;

/// A line that an app wrote with its own formatter, and one that continues it.
const REAL: &str = "ShowStart: 2022-01-09 +8.0 17:03:10.973/E/    /Operation   File.m.23 -[X y]   text\n\tmore\n\
                    ShowStart: 2022-01-09 +8.0 17:03:11.001/I/    /Operation   File.m.24 -[X z]   other\n";
const FORM: &str = r"ShowStart: (?<time>\S+ \S+ \S+?)/(?<level>\w)/\s*/(?<tag>\w+)\s+(?<source>\S+)\.(?<line>\d+) (?<function>-\[.*?\])\s+(?<message>.*)";

fn json(ended: &Ended) -> Vec<serde_json::Value> {
    let lines = String::from_utf8(ended.out.clone()).unwrap();
    lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn run(folder: &Folder, config: &str, args: &[&str]) -> Ended {
    let path = folder.write("config/imlog/imlog.toml", config);
    let mut command = folder.command();
    // Elsewhere, no variable says where the system's own place for it is.
    match cfg!(target_os = "linux") {
        true => command.env_remove("IMLOG_CONFIG").env("XDG_CONFIG_HOME", folder.path("config")),
        false => command.env("IMLOG_CONFIG", path),
    };
    Ended::of(command.args(args))
}

#[track_caller]
fn assert_known(records: &[serde_json::Value], form: &str) {
    assert_eq!(records.len(), 2, "{records:?}");
    let first = &records[0];
    assert_eq!((&first["form"], &first["level"]), (&form.into(), &"error".into()));
    assert_eq!(first["time"], "2022-01-09T17:03:10.973+08:00");
    if form == "own" {
        assert_eq!(
            (&first["tag"], &first["source"], &first["line"]),
            (&"Operation".into(), &"File.m".into(), &23.into())
        );
        assert_eq!((&first["function"], &first["message"]), (&"-[X y]".into(), &"text\n\tmore".into()));
    }
}

#[test]
fn a_line_of_an_unknown_form_has_its_time_and_level() {
    let folder = Folder::new();
    folder.write("a.log", REAL);
    assert_known(&json(&folder.run(&["cat", "--json", "a.log"])), "dated");
    let ended = folder.run(&["cat", "-l", "error", "a.log"]);
    assert_eq!(String::from_utf8(ended.out).unwrap(), REAL.split_inclusive('\n').take(2).collect::<String>());
    let info = String::from_utf8(folder.run(&["info", "a.log"]).out).unwrap();
    assert_eq!(info, "", "info reads logs, not texts");
    // In a log with lines of a known form, it is part of a message.
    let tim = "TIM: 2023-11-06 14:19:18.434 I |-a.cpp:1  F  |dump\n";
    folder.write("b.log", format!("{tim}{REAL}"));
    let records = json(&folder.run(&["cat", "--json", "b.log"]));
    assert_eq!(records.len(), 1);
    assert!(records[0]["message"].as_str().unwrap().starts_with("dump\nShowStart: "));
}

#[test]
fn a_form_names_the_fields() {
    let folder = Folder::new();
    folder.write("a.log", REAL);
    assert_known(&json(&folder.run(&["cat", "--json", "--form", FORM, "a.log"])), "own");
    assert_known(&json(&folder.run(&["cat", "--json", "--merge", "--form", FORM, "a.log"])), "own");
    let by = |args: &[&str]| folder.run(&[&["cat", "-c", "--form", FORM], args, &["a.log"]].concat()).out;
    assert_eq!(by(&["-t", "operation"]), b"2\n");
    assert_eq!(by(&["--source", "File.m:24"]), b"1\n");
    assert_eq!(by(&["--since", "2022-01-09 17:03:11"]), b"1\n");
    // The forms that imlog knows stay as they are.
    let tim = "TIM: 2023-11-06 14:19:18.434 I |-a.cpp:1  F  |x\n";
    folder.write("b.log", format!("{tim}{REAL}"));
    let records = json(&folder.run(&["cat", "--json", "--form", FORM, "b.log"]));
    assert_eq!(
        records.iter().map(|record| record["form"].as_str().unwrap()).collect::<Vec<_>>(),
        ["tim", "own", "own"]
    );
}

#[test]
fn a_bad_form_says_what_is_wrong() {
    let folder = Folder::new();
    folder.write("a.log", REAL);
    for (form, told) in [
        ("(", "error: `(` is not a line form: not a regular expression: "),
        (r"(?<when>\d+)(?<level>.)", "is not a line form: no field is called `when`"),
        ("ShowStart", "is not a line form: it needs a group `time` or `level`"),
        ("no.json", "error: cannot read `no.json`: "),
        ("a.json", "error: `a.json` has no form that imlog can read\nhint: "),
    ] {
        folder.write("a.json", r#"{"app": {"json": true, "value": {}}}"#);
        let ended = folder.run(&["cat", "--form", form, "a.log"]);
        assert!(ended.code == 2 && ended.err.contains(told), "{}", ended.err);
    }
}

#[test]
fn formats_of_lnav_are_forms() {
    let folder = Folder::new();
    folder.write("a.log", REAL.replace("/E/", "/Bad/").replace("/I/", "/Good/"));
    let format = r#"{
        "$schema": "https://lnav.org/schemas/format-v1.schema.json",
        "show_log": {
            "title": "Show", "description": "An app",
            "regex": {
                "ahead": {"pattern": "^(?=x)(?<timestamp>.)"},
                "std": {"pattern": "^ShowStart: (?<when>\\S+ \\S+ \\S+?)\\/(?<level>\\w+)/\\s*/(?<part>\\w+)\\s+(?<src_file>\\S+)\\.(?<src_line>\\d+) (?<func>-\\[.*?\\])\\s+(?<body>.*)$"}
            },
            "timestamp-field": "when", "module-field": "part",
            "level": {"error": "Bad", "info": ["Good", "Fine"]},
            "value": {"part": {"kind": "string", "identifier": true}},
            "sample": [{"line": "x"}]
        }
    }"#;
    folder.write("show.json", format);
    let ended = folder.run(&["cat", "--json", "--form", "show.json", "a.log"]);
    assert_known(&json(&ended), "own");
    assert!(
        ended.err.starts_with("warning: `show.json`: show_log/ahead left out: not a regular expression"),
        "{}",
        ended.err
    );
}

#[test]
fn the_configuration_file_holds_forms_keys_and_the_zone() {
    let folder = Folder::new();
    folder.write("a.log", REAL);
    folder.write("config/imlog/app.key", TEST_KEY);
    folder.copy("async-zlib-crypt.xlog", "crypt.xlog");
    let config = format!("zone = '+09:00'\nkey-files = ['app.key']\nforms = ['''{FORM}''']\n");
    assert_known(&json(&run(&folder, &config, &["cat", "--json", "a.log"])), "own");
    for command in [&["info", "--check"][..], &["decode", "-q", "-o", "-"], &["cat", "-c"], &["diagnose", "-q"]] {
        let ended = run(&folder, &config, &[command, &["crypt.xlog"]].concat());
        assert!(
            !ended.err.contains("key") && (ended.code == 0 || command[0] == "diagnose"),
            "{command:?} {}",
            ended.err
        );
    }
    // The zone is that of logs that name none.
    folder.write("b.log", "TIM: 2023-11-06 14:19:18.434 I |-a.cpp:1  F  |x\n");
    let count = |config: &str| run(&folder, config, &["cat", "-c", "--since", "2023-11-06T06:00:00Z", "b.log"]).out;
    assert_eq!((count("zone = '+08:00'"), count("zone = '+09:00'")), (b"1\n".to_vec(), b"0\n".to_vec()));
    for (config, told) in [
        ("zones = 1", "unknown field `zones`"),
        ("zone = 'here'", "the zone `here` is none"),
        ("forms = ['(']", "`(` is not a line form"),
        ("key-files = ['gone.key']", "gone.key`: "),
    ] {
        let ended = run(&folder, config, &["cat", "a.log"]);
        assert!(ended.code == 2 && ended.err.contains(told), "{}", ended.err);
    }
    // Nothing is read where it is not wanted.
    let mut command = folder.command();
    let ended = Ended::of(command.env("IMLOG_CONFIG", folder.path("gone.toml")).args(["cat", "a.log"]));
    assert!(ended.code == 2 && ended.err.contains("gone.toml"), "{}", ended.err);
}
