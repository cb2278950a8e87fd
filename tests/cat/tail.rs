//! The last records of a log, which are found from its end.

use crate::program::{Ended, Folder, testdata};
use crate::support::archive::gzip;
use crate::support::library::TEST_KEY;

/// What is shown without markers, and without the places of records: only who reads a file from its start knows them.
fn shown(folder: &Folder, args: &[&str]) -> Vec<String> {
    let ended = folder.run(&[&["cat", "--json", "--no-markers", "--key", TEST_KEY], args].concat());
    let has_places = !args.contains(&"-n");
    let without = |line: &str| {
        let place = line.rfind(",\"record\":");
        assert_eq!(place.is_some(), has_places, "{line}");
        let Some((before, rest)) = place.map(|at| line.split_at(at)) else { return line.to_owned() };
        let end = rest.find('}').unwrap();
        let flags = rest[..end]
            .split(',')
            .filter(|field| !field.is_empty() && !field.contains("\"record\"") && !field.contains("\"offset\""));
        flags.fold(before.to_owned(), |line, flag| line + "," + flag) + "}"
    };
    String::from_utf8(ended.out).unwrap().lines().map(without).collect()
}

#[track_caller]
fn assert_last(folder: &Folder, filters: &[&str], path: &str) {
    let all = shown(folder, &[filters, &[path]].concat());
    for wanted in [1, 1500] {
        let last = shown(folder, &[filters, &["-n", &wanted.to_string(), path]].concat());
        let expected = all.get(all.len().saturating_sub(wanted)..).unwrap();
        assert!(last == expected, "{path} {filters:?} -n {wanted}: {} {:?}", last.len(), last.first());
    }
}

#[test]
fn of_every_kind_of_log_the_last_records_are_those_of_the_whole() {
    for entry in std::fs::read_dir(testdata("")).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap();
        if !path.extension().is_some_and(|end| end == "xlog" || end == "mmap3" || end == "log") {
            continue;
        }
        let (folder, log) = (Folder::new(), std::fs::read(&path).unwrap());
        folder.write(name, log.repeat((330_000 / log.len()).clamp(1, 200)));
        assert_last(&folder, &[], name);
    }
}

#[test]
fn filters_count_and_damage_does_not_matter() {
    let (folder, log) = (Folder::new(), std::fs::read(testdata("imsdk_C_20231106.xlog")).unwrap().repeat(8));
    let end = log.len();
    folder.write("whole.xlog", &log);
    folder.write("cut.xlog", &log[..end - 5000]);
    folder.write("zeros.xlog", [log.as_slice(), &[0; 300_000]].concat());
    folder.write("noise.xlog", [log.as_slice(), &[0x55; 300_000]].concat());
    folder.write("hole.xlog", [&log[..end - 200_000], &[0x55; 3000], &log[end - 190_000..]].concat());
    for path in ["whole.xlog", "cut.xlog", "zeros.xlog", "noise.xlog", "hole.xlog"] {
        assert_last(&folder, &["-l", "error"], path);
        assert_last(&folder, &["-e", "Kickout"], path);
    }
    assert_last(&folder, &["-e", "in no line at all"], "whole.xlog");
    assert_last(&folder, &["--since", "2023-11-06T00:00Z", "-l", "warn"], "whole.xlog");
    folder.write("packed.xlog.gz", gzip(&log));
    assert_last(&folder, &["-l", "error"], "packed.xlog.gz");
}

#[test]
fn the_last_of_each_file_or_of_all_merged() {
    let folder = Folder::new();
    let line = |second: u32| format!("TIM: 2023-11-06 08:00:{second:02}.000 I |-a.cpp:1  f  |at {second}\n");
    let text = |seconds: &[u32]| seconds.iter().map(|second| line(*second)).collect::<String>();
    folder.write("a.log", text(&[1, 4, 5]));
    folder.write("b.log", text(&[2, 3, 9]));
    let seconds = |args: &[&str]| {
        let ended = folder.run(&[&["cat", "--no-filename"], args].concat());
        let out = String::from_utf8(ended.out).unwrap();
        out.lines().map(|line| line.rsplit("at ").next().unwrap().parse().unwrap()).collect::<Vec<u32>>()
    };
    assert_eq!(seconds(&["-n", "2", "a.log", "b.log"]), [4, 5, 3, 9]);
    assert_eq!(seconds(&["-n", "2", "--merge", "a.log", "b.log"]), [5, 9]);
    assert_eq!(seconds(&["-n", "4", "--merge", "a.log", "b.log"]), [3, 4, 5, 9]);
    assert_eq!(seconds(&["-n", "1", "-B", "1", "a.log"]), [4, 5]);
    let mut command = folder.command();
    let piped = Ended::of(command.args(["cat", "-n", "1", "-"]).pipe_stdin(folder.path("a.log")).unwrap());
    assert_eq!((piped.out, piped.code), (line(5).into_bytes(), 0));
}
