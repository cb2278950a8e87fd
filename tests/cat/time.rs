//! Times as people give them, and zones that nobody gives.

use crate::program::{Ended, Folder};

fn line(day: u32, clock: &str, message: &str) -> String {
    format!("TIM: 2023-11-{day:02} {clock}:00.000 I |-a.cpp:1  f  |{message}\n")
}

fn stock(zone: &str, day: u32, clock: &str, message: &str) -> String {
    format!("[I][2023-11-{day:02} {zone} {clock}:00.000][1, 2][t][a.c:1, f][|{message}\n")
}

/// Two days, the last line at 09:00.
fn two_days() -> Folder {
    let folder = Folder::new();
    let lines = [(5, "07:00"), (5, "08:00"), (6, "07:00"), (6, "08:00"), (6, "08:05"), (6, "09:00")];
    folder.write("a.log", lines.map(|(day, clock)| line(day, clock, &format!("{day} {clock}"))).concat());
    folder
}

/// What the lines say.
fn said(ended: &Ended) -> Vec<String> {
    let out = String::from_utf8_lossy(&ended.out);
    out.lines().map(|line| line.rsplit('|').next().unwrap().to_owned()).collect()
}

fn in_zone(folder: &Folder, zone: &str, args: &[&str]) -> Ended {
    Ended::of(folder.command().env("TZ", zone).args(args))
}

#[test]
fn days_and_lengths_count_from_the_newest_line() {
    let folder = two_days();
    for (args, expected) in [
        (&["--since", "today"][..], &["6 07:00", "6 08:00", "6 08:05", "6 09:00"][..]),
        (&["--until", "yesterday"], &["5 07:00", "5 08:00"]),
        (&["--since", "2023/11/06", "--until", "07:30"], &["6 07:00"]),
        (&["--since", "1 hour ago"], &["6 08:00", "6 08:05", "6 09:00"]),
        (&["--since", "an hour ago", "--until", "+5m"], &["6 08:00"]),
        (&["--since", "08:00", "--until", "+5m"], &["6 08:00"]),
        (&["--since", "08:00", "--until", "08:05"], &["6 08:00", "6 08:05"]),
    ] {
        let ended = in_zone(&folder, "UTC", &[&["cat", "a.log"], args].concat());
        assert_eq!((said(&ended), ended.code), (expected.iter().map(|text| text.to_string()).collect(), 0), "{args:?}");
    }
    let ended = folder.run(&["cat", "--until", "+5m", "a.log"]);
    assert!(ended.code == 2 && ended.err.contains("counts from --since"), "{}", ended.err);
    let ended = folder.run(&["cat", "--since", "+5m", "a.log"]);
    assert!(ended.code == 2 && ended.err.contains("hint: `--since 14:00 --until +5m`"), "{}", ended.err);
}

#[test]
fn which_moment_was_taken_is_said_once() {
    let folder = two_days();
    folder.write("b.log", line(6, "08:30", "b"));
    let told = |args: &[&str]| in_zone(&folder, "UTC", &[&["cat", "a.log", "b.log"], args].concat()).err;
    assert_eq!(
        told(&["--since", "08:00", "--until", "08:10"]),
        "note: from 2023-11-06 08:00:00 to 2023-11-06 08:10:00 (the newest line is of 2023-11-06 09:00:00)\n"
    );
    assert_eq!(
        told(&["--until", "yesterday"]),
        "note: to the end of 2023-11-05 (the newest line is of 2023-11-06 09:00:00)\n"
    );
    assert!(told(&["--since", "2h"]).starts_with("note: from 2023-11-06 07:00:00 +00:00 (the newest"));
    assert_eq!(told(&["--since", "2023-11-06", "--until", "+1h"]), "");
    assert_eq!(told(&["-q", "--since", "08:00"]), "");
}

#[test]
fn a_log_without_a_zone_has_that_of_its_neighbours() {
    let folder = Folder::new();
    folder.write("logs/a.log", line(5, "14:00", "a"));
    folder.write("logs/b.log", stock("+8.0", 5, "13:00", "b"));
    let merged = |folder: &Folder, args: &[&str]| {
        in_zone(folder, "America/New_York", &[&["cat", "--merge", "--no-filename"], args].concat())
    };
    // 06:00 and 05:00 in UTC; with the zone of this machine, the first would be 19:00.
    let ended = in_zone(
        &folder,
        "America/New_York",
        &["cat", "-c", "--since", "2023-11-05T05:30Z", "--until", "2023-11-05T06:30Z", "logs"],
    );
    assert_eq!(String::from_utf8_lossy(&ended.out), "logs/a.log:1\nlogs/b.log:0\n");
    assert_eq!(
        ended.err,
        "note: 1 log names no zone: it is taken to be that of the logs around it; --zone sets another\n"
    );
    // In another folder, but of the same app.
    folder.write("pull/com.example.app/files/log/tencent/imsdk/a.log", line(5, "14:00", "a"));
    folder.write("pull/com.example.app/files/log/tencent/imsdk/push/b.log", stock("+8.0", 5, "14:30", "b"));
    assert_eq!(said(&merged(&folder, &["pull"])), ["a", "b"]);
    // Nobody near it names one.
    folder.write("alone/a.log", line(5, "14:00", "a"));
    let ended = merged(&folder, &["alone", "--since", "2023-11-05T00:00Z"]);
    assert_eq!(ended.err, "note: 1 log names no zone: it is taken to be this machine's; --zone sets another\n");
    assert_eq!(merged(&folder, &["alone"]).err, "");
    assert_eq!(merged(&folder, &["alone", "--since", "2023-11-05T00:00Z", "--zone", "+08:00"]).err, "");
    // Several.
    folder.write("mixed/a.log", stock("+8.0", 5, "14:00", "a"));
    folder.write("mixed/b.log", stock("-5.0", 5, "14:00", "b"));
    assert_eq!(merged(&folder, &["mixed"]).err, "note: the logs are of different zones: -05:00, +08:00\n");
}

#[test]
fn in_an_archive_the_zone_is_that_of_the_members_around() {
    let folder = Folder::new();
    let (plain, zoned) = (line(5, "14:00", "a"), stock("+8.0", 5, "14:30", "b"));
    folder.write(
        "a.zip",
        crate::support::archive::zip_of(&[("x/a.log", plain.as_bytes()), ("y/b.log", zoned.as_bytes())]),
    );
    let args = ["cat", "--no-filename", "--since", "2023-11-05T05:30Z", "--until", "2023-11-05T06:10Z", "a.zip"];
    assert_eq!(said(&in_zone(&folder, "America/New_York", &args)), ["a"]);
}

#[test]
fn json_has_the_zone_that_was_given() {
    let folder = two_days();
    let time = |args: &[&str]| {
        let ended = folder.run(&[&["cat", "--json", "-m1", "a.log"], args].concat());
        let object: serde_json::Value = serde_json::from_slice(&ended.out).unwrap();
        object["time"].as_str().unwrap().to_owned()
    };
    assert_eq!(time(&[]), "2023-11-05T07:00:00.000");
    assert_eq!(time(&["--zone", "+08:00"]), "2023-11-05T07:00:00.000+08:00");
}

#[cfg(unix)]
#[test]
fn a_zone_of_the_machine_that_does_not_exist_is_an_error() {
    let folder = two_days();
    for command in [&["cat", "a.log"][..], &["prune", "-n", "."], &["diagnose", "a.log"]] {
        let ended = in_zone(&folder, "Asia/Shangai", command);
        assert_eq!(ended.code, 2, "{command:?}");
        assert!(
            ended.err.starts_with("error: there is no time zone `Asia/Shangai` (from the variable TZ)\nhint: "),
            "{}",
            ended.err
        );
    }
    for zone in ["", "CST-8", "<+08>-8", "UTC"] {
        assert_eq!(in_zone(&folder, zone, &["cat", "a.log"]).code, 0, "{zone}");
    }
}
