//! Which records are shown.

use crate::program::{Ended, Folder, testdata};
use crate::support::writer::Block;

fn cat(args: &[&str], name: &str) -> Ended {
    let path = testdata(name);
    Folder::new().run(&[&["cat", path.to_str().unwrap()], args].concat())
}

fn lines(ended: &Ended) -> Vec<String> {
    String::from_utf8(ended.out.clone()).unwrap().lines().map(String::from).collect()
}

/// The expected lines of the IM SDK's log, taken from its text by other means.
fn in_text(keep: impl Fn(&str) -> bool) -> Vec<String> {
    let text = std::fs::read_to_string(testdata("imsdk_C_20231106.xlog.log")).unwrap();
    text.lines().filter(|line| line.starts_with("TIM: 2") && keep(line)).map(String::from).collect()
}

const IMSDK: &str = "imsdk_C_20231106.xlog";

/// The lines that start a record.
fn heads(ended: &Ended) -> Vec<String> {
    lines(ended).into_iter().filter(|line| line.starts_with("TIM: 2")).collect()
}

#[test]
fn without_a_filter_the_text_is_unchanged() {
    let ended = cat(&[], IMSDK);
    assert_eq!((ended.code, ended.err.as_str()), (0, ""));
    assert!(ended.out == std::fs::read(testdata("imsdk_C_20231106.xlog.log")).unwrap());
}

#[test]
fn by_level_and_above() {
    for level in ["warn", "W", "WARNING", "V2TIM_LOG_WARN"] {
        let ended = cat(&["-l", level], IMSDK);
        assert_eq!(ended.code, 0);
        assert_eq!(heads(&ended), in_text(|line| matches!(&line[28..31], " W " | " E ")), "{level}");
    }
}

#[test]
fn by_exactly_the_levels_of_a_list() {
    let ended = cat(&["-l", "warn,info"], IMSDK);
    assert_eq!(heads(&ended), in_text(|line| matches!(&line[28..31], " W " | " I ")));
}

#[test]
fn by_all_patterns() {
    let ended = cat(&["-e", "error_code:6", "-e", "kick", "--and", "-i"], IMSDK);
    let expected = in_text(|line| line.contains("error_code:6") && line.to_lowercase().contains("kick"));
    assert!(!expected.is_empty());
    assert_eq!(heads(&ended), expected);
}

#[test]
fn a_tag_in_lower_case_stands_for_any() {
    let count = |tag| lines(&cat(&["-c", "-t", tag], "async-zlib-plain.xlog"))[0].parse::<u64>().unwrap();
    assert!(count("Net") > 0);
    assert_eq!((count("net"), count("nET")), (count("Net"), 0));
}

#[test]
fn a_wrong_level_lists_the_levels() {
    for level in ["x", "NONE", "4", ""] {
        let ended = cat(&["-l", level], IMSDK);
        assert_eq!((ended.code, ended.out.len()), (2, 0));
        assert!(ended.err.contains("verbose, debug, info, warn, error and fatal"), "{}", ended.err);
    }
}

#[test]
fn by_time_to_the_end_of_the_day_or_minute() {
    let by_minute = cat(&["--since", "2023-11-06 08:30", "--until", "2023-11-06 08:31"], IMSDK);
    let expected = in_text(|line| matches!(&line[16..21], "08:30" | "08:31"));
    assert!(expected.len() > 5);
    assert_eq!(heads(&by_minute), expected);
    // The day is that of the newest line.
    assert_eq!(heads(&cat(&["--since", "08:30", "--until", "08:31"], IMSDK)), expected);
    let zoned = ["--since", "2023-11-06T00:30Z", "--until", "2023-11-06T00:31Z", "--zone", "+08:00"];
    assert_eq!(heads(&cat(&zoned, IMSDK)), expected);
    let all = in_text(|_| true);
    assert_eq!(heads(&cat(&["--since", "2023-11-06", "--until", "2023-11-06"], IMSDK)), all);
}

#[test]
fn counted_back_from_the_newest_line() {
    let all = in_text(|_| true);
    let newest = all.last().unwrap()[5..28].to_string();
    assert_eq!(&newest[..16], "2023-11-06 09:00");
    let from = format!("2023-11-06 08:30{}", &newest[16..]);
    let expected = in_text(|line| line[5..28] >= *from);
    assert!(expected.len() > 2 && expected.len() < all.len());
    assert_eq!(heads(&cat(&["--since", "30m"], IMSDK)), expected);
    assert_eq!(heads(&cat(&["--since", "1800s"], IMSDK)), expected);
}

#[test]
fn a_wrong_time_shows_examples() {
    for time in ["someday", "25:00", "2023-11-31", ""] {
        let ended = cat(&["--since", time], IMSDK);
        assert_eq!((ended.code, ended.out.len()), (2, 0), "{time}");
        assert!(ended.err.contains("2023-11-05 14:00"), "{}", ended.err);
    }
    let ended = cat(&["--since", "2023-11-07", "--until", "2023-11-06"], IMSDK);
    assert_eq!((ended.code, ended.out.len()), (2, 0));
    assert!(ended.err.starts_with("error: --since is after --until\nhint: "), "{}", ended.err);
}

/// A log from eight to eleven o'clock, long enough for its hours to be checked: 5,000 lines per hour.
fn log_by_hour(hour_in_header: impl Fn(u8) -> u8) -> Vec<u8> {
    let padding = "-".repeat(450);
    let block = |number: u32| {
        let hour = 8 + (number / 500) as u8;
        let line = |index: u32| {
            format!("[I][2023-11-05 +8.0 {hour:02}:10:00.000][1, 2][t][a.c:1, f][{number} {index} {padding}\n")
                .into_bytes()
        };
        let lines: Vec<_> = (0..10).map(line).collect();
        Block { hours: [hour_in_header(hour); 2], ..Block::keyed(0x08, 0) }.write(&lines)
    };
    (0..2000).flat_map(block).collect()
}

#[test]
fn blocks_of_other_hours_are_not_even_read() {
    let folder = Folder::new();
    let mut log = log_by_hour(|hour| hour);
    assert!(log.len() > 8 << 20);
    let eighth = log.len() / 64;
    log[eighth..eighth + 100].fill(0);
    folder.write("a.xlog", log);
    let count = |since: &str, until: &str| {
        let day = |time: &str| format!("2023-11-05 {time}");
        folder.run(&["cat", "-c", "a.xlog", "--since", &day(since), "--until", &day(until)])
    };
    // Damage in blocks that are not asked for goes unnoticed.
    let ended = count("10:00", "10:59");
    assert_eq!((ended.code, ended.err.as_str(), ended.out.as_slice()), (0, "", &b"5000\n"[..]));
    // Not in the next hour, which is read because a record may continue there.
    let ended = count("08:00", "08:59");
    assert!(ended.code == 1 && ended.err.contains("not decoded") && ended.out != b"5000\n", "{}", ended.err);
}

#[test]
fn hours_that_disagree_with_the_lines_are_ignored() {
    let folder = Folder::new();
    folder.write("a.xlog", log_by_hour(|hour| hour - 8));
    let ended = folder.run(&["cat", "-c", "a.xlog", "--since", "10:00", "--until", "10:59"]);
    assert_eq!((ended.code, ended.out.as_slice()), (0, &b"5000\n"[..]));
}

#[test]
fn by_tag_process_thread_and_source() {
    let name = "async-zlib-plain.xlog";
    let all = lines(&cat(&[], name));
    let head = |line: &&String| line.starts_with('[') && line.contains("][2023-");
    let count = |needle: &str| all.iter().filter(head).filter(|line| line.contains(needle)).count();
    let shown = |args: &[&str]| lines(&cat(args, name)).iter().filter(head).count();
    assert!(count("][Net][") > 10);
    assert_eq!(shown(&["-t", "Net"]), count("][Net]["));
    assert_eq!(shown(&["-t", "Net", "--tag", "DB"]), count("][Net][") + count("][DB]["));
    assert_eq!(shown(&["--tid", "12490"]), count(", 12490]["));
    assert_eq!(shown(&["--pid", "12326"]), all.iter().filter(head).count());
    assert_eq!(shown(&["--source", "long_conn.cpp:943"]), count("[long_conn.cpp:943, "));
    assert_eq!(shown(&["--source", "long_conn.cpp"]), count("[long_conn.cpp:"));
    let none = cat(&["--pid", "1"], name);
    assert_eq!((none.code, none.out.len(), none.err.as_str()), (1, 0, ""));
}

#[test]
fn by_pattern_over_the_whole_record() {
    let continued = cat(&["-e", r"(?s)SendMessageComplete.*\[custom\] data"], IMSDK);
    let records = heads(&continued).len();
    assert!(records > 100 && lines(&continued).len() > 3 * records, "a record is shown whole");
    let count = |args: &[&str]| {
        let ended = cat(&[args, &["-c"]].concat(), IMSDK);
        lines(&ended)[0].parse::<usize>().unwrap()
    };
    let all = count(&[]);
    assert_eq!(count(&["-e", "HEARTBEAT", "-i"]), count(&["-e", "[Hh]eartbeat"]));
    assert_eq!(count(&["-e", "a|b", "-F"]), 0);
    assert_eq!(count(&["-e", "Heartbeat"]) + count(&["-e", "Heartbeat", "-v"]), all);
    assert_eq!(count(&["-e", "Heartbeat", "-e", "Login"]), count(&["-e", "Heartbeat|Login"]));
    let both = cat(&["-e", "Login", "-l", "error"], IMSDK);
    assert!(heads(&both).iter().all(|line| line.contains("Login") && &line[28..31] == " E "));
    let bad = cat(&["-e", "a(b"], IMSDK);
    assert_eq!(bad.code, 2);
    assert!(bad.err.starts_with("error: `a(b` is not a regular expression: ") && bad.err.contains("\nhint: with -F"));
}

#[test]
fn context_count_and_enough() {
    let folder = Folder::new();
    let line = |number: usize| {
        format!(
            "TIM: 2023-11-06 08:00:{number:02}.000 {} |-a.cpp:1  f  |{number}\n",
            if number.is_multiple_of(5) { 'E' } else { 'I' }
        )
    };
    folder.write("a.log", (1..=20).map(line).collect::<String>());
    let shown = |args: &[&str]| {
        let ended = folder.run(&[&["cat", "a.log", "-l", "e"], args].concat());
        let number = |line: String| line.rsplit('|').next().unwrap().to_string();
        lines(&ended).into_iter().map(number).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(shown(&[]), "5 10 15 20");
    assert_eq!(shown(&["-A1"]), "5 6 -- 10 11 -- 15 16 -- 20");
    assert_eq!(shown(&["-B1", "-m2"]), "4 5 -- 9 10");
    assert_eq!(shown(&["-C2"]), "3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20");
    assert_eq!(shown(&["-C2", "-A0", "-m1"]), "3 4 5");
    assert_eq!(shown(&["-c"]), "4");
    assert_eq!(shown(&["-c", "-m3"]), "3");
    assert_eq!(shown(&["-m0"]), "");
}

#[test]
fn a_match_after_the_first_mebibyte_of_a_record_counts() {
    let folder = Folder::new();
    let head = |second: u32, text: &str| format!("TIM: 2023-11-06 08:20:{second:02}.000 E |-a.cpp:1  f  |{text}\n");
    let frames = "\tat some.stack.frame(File.java:123)\n".repeat(33_000);
    folder.write("a.log", head(0, "dump") + &frames + "\tcaused by: NEEDLE\n" + &head(1, "next"));
    for inverted in [&[][..], &["-v"]] {
        for merged in [&[][..], &["--merge"]] {
            let ended = folder.run(&[&["cat", "-c", "-e", "NEEDLE", "a.log"][..], inverted, merged].concat());
            assert_eq!(String::from_utf8_lossy(&ended.out), "1\n", "{inverted:?} {merged:?}");
        }
    }
    folder.write("b.log", head(0, "before") + &head(1, "dump") + &frames + "\tcaused by: NEEDLE\n" + &head(2, "next"));
    let shown = String::from_utf8(folder.run(&["cat", "-B1", "-e", "NEEDLE", "b.log"]).out).unwrap();
    assert!(shown.starts_with(&(head(0, "before") + &head(1, "dump"))), "its own first part is no context of it");
    assert_eq!(shown.matches("|dump").count(), 1);
    let shown = String::from_utf8(folder.run(&["cat", "-e", "NEEDLE", "-l", "error", "a.log"]).out).unwrap();
    assert!(shown.starts_with(&head(0, "dump")) && shown.ends_with("NEEDLE\n") && !shown.contains("next"));
}

#[test]
fn by_error_code() {
    let code = |line: &str| -> Option<i32> {
        let (_, code) = line.split_once("|error_code:").or_else(|| line.split_once("|error code:"))?;
        code.split(['|', ' ']).next()?.parse().ok()
    };
    let expected = |wanted: &dyn Fn(i32) -> bool| in_text(|line| code(line).is_some_and(wanted));
    let some = expected(&|code| code == 6013 || (70000..=79999).contains(&code));
    assert!(some.len() > 10);
    for args in [
        &["--code", "6013,70000-79999"][..],
        &["--code", "6013", "--code", "70000-79999"],
        &["--code=70000-79999,6013,1-2"],
    ] {
        assert_eq!(heads(&cat(args, IMSDK)), some, "{args:?}");
    }
    let negative = expected(&|code| code == -10001);
    assert!(negative.len() > 10);
    for code in ["--code=-10001", "--code=-10003--10001", "--code=5,-10001"] {
        assert_eq!(heads(&cat(&[code], IMSDK)), negative, "{code}");
    }
    assert_eq!(heads(&cat(&["--code", "-10003--10001"], IMSDK)), negative);
    let zero = expected(&|code| code == 0);
    assert!(!zero.is_empty());
    assert_eq!(heads(&cat(&["--code", "0"], IMSDK)), zero);
    // With the other filters, a record must pass all.
    let errors = in_text(|line| code(line) == Some(6013) && line[28..31] == *" E ");
    assert_eq!(heads(&cat(&["--code", "6013", "-l", "error"], IMSDK)), errors);
    let none = cat(&["--code", "123456"], IMSDK);
    assert_eq!((none.code, none.out.len()), (1, 0));
}

#[test]
fn a_wrong_code_shows_examples() {
    for code in ["x", "", "6013,", "1-2-3", "99999999999", "-l"] {
        let ended = cat(&["--code", code], IMSDK);
        assert_eq!((ended.code, ended.out.len()), (2, 0), "{code}");
        assert!(ended.err.contains("try `6013`, `-10001`, `70000-79999` or `-10003--10001`"), "{}", ended.err);
    }
    let ended = cat(&["--code", "79999-70000"], IMSDK);
    assert_eq!((ended.code, ended.out.len()), (2, 0));
    assert!(ended.err.contains("this range ends before it starts; try `70000-79999`"), "{}", ended.err);
}
