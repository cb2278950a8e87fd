//! Several logs: one after the other, or merged by time.

use crate::program::Folder;
use crate::support::writer::Block;

fn line(zone: &str, time: &str, name: &str) -> String {
    format!("[I][2023-11-05 {zone} {time}][1, 2][t][a.c:1, f][{name}\n")
}

/// A log, a text and a cache file, whose lines alternate.
fn folder() -> Folder {
    let folder = Folder::new();
    let log = |lines: &[String]| {
        let lines: Vec<_> = lines.iter().map(|line| line.clone().into_bytes()).collect();
        lines.chunks(2).zip(1..).flat_map(|(lines, seq)| Block::keyed(0x09, seq).write(lines)).collect::<Vec<u8>>()
    };
    let at = |second: u32, name: &str| line("+8.0", &format!("14:00:{second:02}.000"), name);
    folder.write("a.xlog", log(&[at(1, "a1"), at(4, "a4\nmore of a4"), at(7, "a7"), at(7, "a7 again")]));
    folder.write("b.log", [at(2, "b2"), "no head here\n".into(), at(7, "b7"), at(3, "b3, late")].concat());
    let mut cache = log(&[at(5, "c5"), at(8, "c8")]);
    cache.resize(150 << 10, 0);
    folder.write("c.mmap3", cache);
    folder
}

fn names(out: Vec<u8>) -> Vec<String> {
    let out = String::from_utf8(out).unwrap();
    out.lines().map(|line| line.rsplit('[').next().unwrap().to_string()).collect()
}

#[test]
fn one_after_the_other() {
    let ended = folder().run(&["cat", "--no-filename", "c.mmap3", "a.xlog"]);
    assert_eq!(names(ended.out), ["c5", "c8", "a1", "a4", "more of a4", "a7", "a7 again"]);
    assert_eq!((ended.code, ended.err.as_str()), (0, ""));
}

#[test]
fn merged_by_time_and_stable() {
    let ended = folder().run(&["cat", "--merge", "--no-filename", "a.xlog", "b.log", "c.mmap3"]);
    // A record whose time goes back still comes after the one before it.
    let expected = ["a1", "b2", "no head here", "b7", "b3, late", "a4", "more of a4", "c5", "a7", "a7 again", "c8"];
    assert_eq!((names(ended.out), ended.code), (expected.map(String::from).to_vec(), 0));
}

#[test]
fn names_and_counts_of_several() {
    let folder = folder();
    let ended = folder.run(&["cat", "--merge", "-e", "[abc][57]", "-C1", "a.xlog", "c.mmap3"]);
    let out = String::from_utf8(ended.out).unwrap();
    let ends = |line: &str| match line.split_once('[') {
        Some((name, rest)) => format!("{name}{}", rest.rsplit('[').next().unwrap()),
        None => line.to_string(),
    };
    let starts: Vec<_> = out.lines().map(ends).collect();
    assert_eq!(starts, ["a.xlog-a4", "a.xlog-more of a4", "c.mmap3:c5", "a.xlog:a7", "a.xlog:a7 again", "c.mmap3-c8"]);
    let counted = folder.run(&["cat", "-c", "a.xlog", "b.log"]);
    assert_eq!(String::from_utf8(counted.out).unwrap(), "a.xlog:4\nb.log:3\n");
    let merged = folder.run(&["cat", "-c", "--merge", "a.xlog", "b.log"]);
    assert_eq!(String::from_utf8(merged.out).unwrap(), "7\n");
    let one = folder.run(&["cat", "-H", "-m1", "a.xlog", "b.log"]);
    assert!(String::from_utf8(one.out).unwrap().starts_with("a.xlog:["));
}

#[test]
fn zones_decide_the_order() {
    let folder = Folder::new();
    folder.write("west.log", line("+0.0", "06:30:00.000", "west"));
    folder.write("east.log", line("+8.0", "14:00:00.000", "east"));
    folder.write("none.log", "TIM: 2023-11-05 14:15:00.000 I |-a.cpp:1  f  |[none\n");
    let merged = |zone: &str| {
        names(folder.run(&["cat", "--merge", "--no-filename", "--zone", zone, "none.log", "west.log", "east.log"]).out)
    };
    assert_eq!(merged("+08:00"), ["east", "none", "west"]);
    assert_eq!(merged("+09:00"), ["none", "east", "west"]);
    assert_eq!(merged("-08:00"), ["east", "west", "none"]);
    // The filter has the same rule.
    let since = |zone: &str| {
        let args = [
            "cat",
            "--since",
            "2023-11-05T06:10Z",
            "--zone",
            zone,
            "-c",
            "--merge",
            "none.log",
            "west.log",
            "east.log",
        ];
        String::from_utf8(folder.run(&args).out).unwrap()
    };
    assert_eq!((since("+08:00").as_str(), since("+09:00").as_str()), ("2\n", "1\n"));
}

#[test]
fn damage_in_one_of_many_is_reported() {
    let folder = folder();
    let mut log = std::fs::read(folder.path("a.xlog")).unwrap();
    let end = log.len() - 20;
    log.truncate(end);
    folder.write("a.xlog", log);
    let ended = folder.run(&["cat", "--merge", "a.xlog", "c.mmap3"]);
    assert_eq!(ended.code, 1);
    assert!(ended.err.starts_with("warning: `a.xlog`: ") && ended.err.lines().count() == 1, "{}", ended.err);
    assert!(String::from_utf8_lossy(&ended.out).contains("a.xlog:[F]imlog: "));
}

#[test]
fn the_writers_first_line_names_the_zone() {
    let folder = Folder::new();
    let banner = "^^^^^^^^^^Nov 22 2023^^^20:14:53^^^^^^^^^^[8350,8350][2023-11-05 +0800 04:16:36]\n";
    let sdk = |name: &str| format!("TIM: 2023-11-05 14:15:00.000 I |-a.cpp:1  f  |[{name}\n");
    folder.write("sdk.log", [banner.to_string(), sdk("sdk")].concat());
    folder.write("elsewhere/bare.log", sdk("bare"));
    folder.write("mars.log", line("+8.0", "14:14:00.000", "before") + &line("+8.0", "14:16:00.000", "behind"));
    let ended = |args: &[&str]| {
        let mut command = folder.command();
        let ended = crate::program::Ended::of(command.arg("cat").args(args).env("TZ", "UTC"));
        names(ended.out)
    };
    let merged = ended(&["--merge", "--no-filename", "-l", "v", "elsewhere/bare.log", "sdk.log", "mars.log"]);
    assert_eq!(merged, ["before", "sdk", "behind", "bare"]);
    // The filter has the same rule.
    let since =
        ["--since", "2023-11-05T06:15Z", "-l", "v", "--no-filename", "sdk.log", "elsewhere/bare.log", "mars.log"];
    assert_eq!(ended(&since), ["sdk", "bare", "behind"]);
    let since =
        ["--since", "2023-11-05T06:16Z", "-l", "v", "--no-filename", "sdk.log", "elsewhere/bare.log", "mars.log"];
    assert_eq!(ended(&since), ["bare", "behind"]);
}
