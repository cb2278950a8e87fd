//! What is removed and what stays, to the second.

use crate::folder::{Folder, NOON, Ran, set};

/// Whether a file of this name, last written at `written`, is removed.
fn goes(name: &str, written: &str, now: &str, zone: &str, args: &[&str]) -> bool {
    let folder = Folder::new();
    folder.file(name, written);
    let dry = folder.prune_at(now, zone, &[&["-n"], args].concat());
    assert_eq!(dry.code, Some(0), "{}", dry.stderr);
    assert_eq!(folder.all(), set([name]));
    let ran = folder.prune_at(now, zone, args);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    assert!(ran.stdout.is_empty());
    let went = folder.all().is_empty();
    assert_eq!(dry.lines(), if went { vec![name.to_owned()] } else { Vec::new() });
    went
}

#[test]
fn seven_days_by_default() {
    let folder = Folder::with(&[
        "imsdk_20231105.xlog",
        "imsdk_C_20231106-2.xlog",
        "PREFIX_20231106_1.xlog.log",
        "imsdk_20231107.xlog",
        "imsdk_20231114.xlog",
        "imsdk_20991231.xlog",
    ]);
    let ran = folder.prune(&["-v"]);
    assert_eq!(ran.lines(), ["imsdk_20231105.xlog", "imsdk_C_20231106-2.xlog", "PREFIX_20231106_1.xlog.log"]);
    assert_eq!(folder.all(), set(["imsdk_20231107.xlog", "imsdk_20231114.xlog", "imsdk_20991231.xlog"]));
    assert_eq!(ran.stderr, "3 files removed, 30 B freed; 3 kept; 0 failed\n");
}

#[test]
fn only_logs_and_their_texts_go() {
    let stay = [
        "imsdk_20200101.log",
        "imsdk_20200101.mmap2",
        "imsdk_20200101.mmap3",
        "imsdk_20200101.mmap3.log",
        "imsdk_20200101.xlog.zip",
        "imsdk_20200101.xlog.bak",
        "imsdk_20200101.xlogs",
        "imsdk_20200101xlog",
        ".xlog",
        ".xlog.log",
        "readme.txt",
        "logs_20200101.xlog.d/readme.txt",
    ];
    let folder = Folder::with(&stay);
    for name in stay.iter().chain(&["a.xlog", "a.xlog.log", "b_20200101.XLOG", "b_20200101.Xlog.Log"]) {
        folder.file(name, "2020-01-01T00:00:00Z");
    }
    std::fs::create_dir(folder.path().join("imsdk_20200101.xlog")).unwrap();
    for by in ["name", "mtime", "auto"] {
        assert_eq!(folder.prune(&["--days", "0", "--by", by]).code, Some(0));
    }
    assert_eq!(folder.all(), set(stay.iter().chain(&["logs_20200101.xlog.d", "imsdk_20200101.xlog"])));
}

#[test]
fn by_time_to_the_second() {
    let goes = |written, args: &[&str]| goes("a.xlog", written, NOON, "UTC0", args);
    assert!(!goes("2023-11-07T12:00:01Z", &[]));
    assert!(!goes("2023-11-07T12:00:00Z", &[]));
    assert!(goes("2023-11-07T11:59:59Z", &[]));
    assert!(goes("2023-11-13T23:59:59Z", &["--days", "0"]));
    assert!(!goes("2023-11-14T00:00:00Z", &["--days", "0"]), "it was written today");
    assert!(!goes("2023-11-14T12:00:01Z", &["--days", "0"]));
    assert!(!goes("2038-01-19T03:14:08Z", &["--days", "0"]));
    assert!(goes("1970-01-01T00:00:01Z", &[]));
    assert!(!goes("1970-01-01T00:00:01Z", &["--days", "36500"]));
}

#[test]
fn the_name_or_the_time_decides() {
    let (new, old) = ("2023-11-14T11:00:00Z", "2023-11-01T00:00:00Z");
    let goes = |name, written, by| goes(name, written, NOON, "UTC0", &["--by", by]);
    for (name, written, expected) in [
        // Which of name, mtime and auto remove it.
        ("imsdk_20231101.xlog", new, [true, false, true]),
        ("imsdk_20231114.xlog", old, [false, true, false]),
        ("imsdk.xlog", old, [false, true, true]),
        ("imsdk.xlog", new, [false, false, false]),
        ("imsdk_20230229.xlog", old, [false, true, true]),
        ("imsdk_20230229.xlog", new, [false, false, false]),
        ("imsdk_20240229.xlog", old, [false, true, false]),
        ("imsdk_20231114.xlog.log", old, [false, true, false]),
        ("moved_20231114_imsdk_20231101.xlog", old, [false, true, false]),
        ("user_12340506.xlog", new, [false, false, false]),
    ] {
        assert_eq!(["name", "mtime", "auto"].map(|by| goes(name, written, by)), expected, "{name}, {written}");
    }
}

/// A text that was made today from an old log is removed with it.
#[test]
fn a_text_goes_by_its_log() {
    let (new, old) = ("2023-11-14T11:00:00Z", "2023-11-01T00:00:00Z");
    let folder = Folder::new();
    for (name, time) in [
        ("old.xlog", old),
        ("old.xlog.log", new),
        // Sorted by name, this comes between the two.
        ("old.xlog-1", old),
        ("new.xlog", new),
        ("new.xlog.log", old),
        ("alone-old.xlog.log", old),
        ("alone-new.xlog.log", new),
        ("UPPER.XLOG", old),
        ("UPPER.XLOG.log", new),
    ] {
        folder.file(name, time);
    }
    let gone = ["alone-old.xlog.log", "old.xlog.log", "old.xlog", "UPPER.XLOG.log", "UPPER.XLOG"];
    assert_eq!(folder.prune(&["-n"]).lines(), gone);
    assert_eq!(folder.prune(&["-v"]).lines(), gone);
    assert_eq!(folder.all(), set(["old.xlog-1", "new.xlog", "new.xlog.log", "alone-new.xlog.log"]));
}

#[test]
fn a_text_goes_by_its_log_in_spite_of_a_day_in_both_names() {
    let folder = Folder::new();
    folder.file("imsdk_20231101.xlog", "2023-11-14T11:00:00Z");
    folder.file("imsdk_20231101.xlog.log", "2023-11-01T00:00:00Z");
    assert_eq!(folder.prune(&["-n", "--by", "mtime"]).lines(), [""; 0]);
    assert_eq!(folder.prune(&["-n"]).lines(), ["imsdk_20231101.xlog.log", "imsdk_20231101.xlog"]);
}

#[test]
fn what_was_written_today_stays_with_no_days_whatever_its_name() {
    let folder = Folder::new();
    folder.file("imsdk_20231101.xlog", "2023-11-14T11:00:00Z");
    folder.file("imsdk_20231101.xlog.log", "2023-11-14T11:30:00Z");
    folder.file("imsdk_20231102.xlog", "2023-11-13T11:00:00Z");
    folder.file("imsdk_20231102.xlog.log", "2023-11-14T11:30:00Z");
    assert_eq!(folder.prune(&["-n", "--days", "0"]).lines(), ["imsdk_20231102.xlog.log", "imsdk_20231102.xlog"]);
    assert_eq!(folder.prune(&["-n", "--days", "1"]).lines().len(), 4);
}

#[test]
fn compressed_logs_go_with_their_texts() {
    let (old, new) = ("2023-11-01T00:00:00Z", "2023-11-14T11:00:00Z");
    let folder = Folder::new();
    for (name, time) in [
        ("a.xlog.gz", old),
        ("a.xlog.log", new),
        ("imsdk_20231101.xlog.zst", new),
        ("b.XLOG.GZ", new),
        ("a.mmap3.gz", old),
        ("a.log.gz", old),
        ("a.xlog.log.gz", old),
    ] {
        folder.file(name, time);
    }
    let gone = ["a.xlog.log", "a.xlog.gz", "imsdk_20231101.xlog.zst"];
    assert_eq!(folder.prune(&["-n"]).lines(), gone);
    assert_eq!(folder.prune(&["-v"]).lines(), gone);
    assert_eq!(folder.all(), set(["b.XLOG.GZ", "a.mmap3.gz", "a.log.gz", "a.xlog.log.gz"]));
}

#[test]
fn without_a_path_nothing_goes() {
    let folder = Folder::with(&["imsdk_20231101.xlog", "imsdk_20231114.xlog"]);
    for args in [&[][..], &["-v"], &["--json"], &["--prune-empty-dirs"]] {
        let mut command = folder.command();
        command.args(["--now", NOON]).args(args);
        let ran = Ran::of(command);
        assert_eq!(ran.code, Some(2), "{}", ran.stderr);
        let listed = String::from_utf8(ran.stdout).unwrap();
        assert!(listed.contains("imsdk_20231101.xlog"), "{listed}");
        assert!(ran.stderr.starts_with("1 file to remove, 10 B to free; 1 kept"), "{}", ran.stderr);
        assert!(ran.stderr.contains("error: nothing was removed: no PATH was given\nhint: "), "{}", ran.stderr);
        assert_eq!(folder.all().len(), 2);
    }
    let mut command = folder.command();
    command.args(["--now", NOON, "-n"]);
    assert_eq!(Ran::of(command).code, Some(0), "-n says so itself");
}

/// Where the time zone can be set.
#[cfg(unix)]
mod zones {
    use super::*;

    const CET: &str = "CET-1CEST,M3.5.0,M10.5.0/3";

    fn dated_goes(day: &str, now: &str, zone: &str, days: &str) -> bool {
        goes(&format!("imsdk_{day}.xlog"), "2023-01-01T12:00:00Z", now, zone, &["--days", days])
    }

    #[test]
    fn a_day_goes_at_local_midnight() {
        for (zone, midnight) in [
            ("UTC0", ["2023-11-13T23:59:59Z", "2023-11-14T00:00:00Z"]),
            ("CST-8", ["2023-11-13T15:59:59Z", "2023-11-13T16:00:00Z"]),
            ("PST8", ["2023-11-14T07:59:59Z", "2023-11-14T08:00:00Z"]),
            ("<+14>-14", ["2023-11-13T09:59:59Z", "2023-11-13T10:00:00Z"]),
            ("<-12>12", ["2023-11-14T11:59:59Z", "2023-11-14T12:00:00Z"]),
            ("<+0545>-5:45", ["2023-11-13T18:14:59Z", "2023-11-13T18:15:00Z"]),
        ] {
            let goes = midnight.map(|now| dated_goes("20231106", now, zone, "7"));
            assert_eq!(goes, [false, true], "{zone}");
        }
    }

    #[test]
    fn with_no_days_yesterday_goes_at_midnight() {
        assert!(!dated_goes("20231113", "2023-11-13T22:59:59Z", CET, "0"));
        assert!(dated_goes("20231113", "2023-11-13T23:00:00Z", CET, "0"));
        assert!(!dated_goes("20231114", "2023-11-13T23:00:00Z", CET, "0"));
    }

    /// On 26 March 2023 the day had 23 hours in Paris, on 29 October 25.
    #[test]
    fn days_of_23_and_25_hours_are_days() {
        for (day, midnight) in [
            ("20230325", ["2023-03-26T21:59:59Z", "2023-03-26T22:00:00Z"]),
            ("20230326", ["2023-03-27T21:59:59Z", "2023-03-27T22:00:00Z"]),
            ("20231028", ["2023-10-29T22:59:59Z", "2023-10-29T23:00:00Z"]),
            ("20231029", ["2023-10-30T22:59:59Z", "2023-10-30T23:00:00Z"]),
        ] {
            let goes = midnight.map(|now| dated_goes(day, now, CET, "1"));
            assert_eq!(goes, [false, true], "{day}");
        }
    }

    /// In this zone, midnight of 15 October does not exist, and the hour before midnight of 19 February comes twice.
    #[test]
    fn midnight_may_be_left_out_or_come_twice() {
        let zone = "BRT3BRST,M10.3.0/0,M2.3.0/0";
        for (day, midnight) in [
            ("20231014", ["2023-10-15T02:59:59Z", "2023-10-15T03:00:00Z"]),
            ("20230218", ["2023-02-19T02:30:00Z", "2023-02-19T03:00:00Z"]),
        ] {
            let goes = midnight.map(|now| dated_goes(day, now, zone, "0"));
            assert_eq!(goes, [false, true], "{day}");
        }
    }

    #[test]
    fn a_clock_change_does_not_matter_to_times() {
        let goes = |written| goes("a.xlog", written, "2023-03-26T12:00:00Z", CET, &["--days", "1"]);
        assert!(!goes("2023-03-25T12:00:00Z"));
        assert!(goes("2023-03-25T11:59:59Z"));
    }

    #[test]
    fn leap_days() {
        assert!(!dated_goes("20240228", "2024-02-29T23:59:59Z", "UTC0", "1"));
        assert!(dated_goes("20240228", "2024-03-01T00:00:00Z", "UTC0", "1"));
        assert!(!dated_goes("20240229", "2024-03-01T23:59:59Z", "UTC0", "1"));
        assert!(dated_goes("20240229", "2024-03-02T00:00:00Z", "UTC0", "1"));
    }

    #[test]
    fn a_clock_that_was_reset_removes_nothing() {
        assert!(!dated_goes("20231106", "1970-01-01T00:00:00Z", "PST8", "0"));
        assert!(!goes("a.xlog", "2023-11-06T00:00:00Z", "1970-01-01T00:00:00Z", "PST8", &["--days", "0"]));
    }
}
