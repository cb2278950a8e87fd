//! A folder as a table.

use unicode_width::UnicodeWidthStr;

use crate::program::{Ended, Folder, testdata};
use crate::{command, info, logs, out};

/// A folder like one from a phone.
fn folder() -> Folder {
    let folder = Folder::new();
    folder.copy("imsdk_C_20231106.xlog", "pull/imsdk_C_20231106.xlog");
    folder.copy("async-zlib-plain.xlog", "pull/imsdk_C_20231105.xlog");
    folder.copy("async-zlib-crypt.xlog", "pull/push/imsdk_C_20231105-with-a-long-name-of-its-own.xlog");
    folder.copy("crash-plain.mmap3", "pull/imsdk_C.mmap3");
    folder.copy("async-zstd-plain.xlog", "pull/测试手机/聊天日志_20231105_客户端导出.xlog");
    let mut damaged = std::fs::read(testdata("async-zlib-plain.xlog")).unwrap();
    damaged[20_000..20_500].fill(0x55);
    folder.write("pull/imsdk_C_20231104.xlog", damaged);
    folder.write("pull/empty.mmap3", [0; 4096]);
    folder
}

#[test]
fn at_the_widths_of_terminals() {
    let folder = folder();
    for width in ["40", "60", "80", "120"] {
        let ended = info(&folder, &["--width", width, "pull"]);
        assert_eq!((ended.code, ended.err.lines().count()), (1, 1));
        assert!(ended.err.starts_with("hint: give the app's private key"), "{}", ended.err);
        let text = out(&ended);
        let widest = text.lines().map(|line| line.width()).max().unwrap();
        assert!(widest <= width.parse().unwrap(), "{text}");
        insta::assert_snapshot!(format!("table_{width}"), text);
    }
    let columns = Ended::of(command(&folder).arg("pull").env("COLUMNS", "60"));
    assert_eq!(out(&columns), out(&info(&folder, &["pull"])), "a pipe takes whole names, however wide");
}

#[test]
fn on_a_narrow_terminal_nothing_wraps() {
    let folder = folder();
    for args in [
        &["pull"][..],
        &["--blocks", "pull"],
        &["--headers", "pull"],
        &["pull/imsdk_C_20231104.xlog", "pull/imsdk_C.mmap3"],
    ] {
        let text = out(&info(&folder, &[&["--width", "40"], args].concat()));
        let wide = text.lines().find(|line| line.width() > 40);
        assert_eq!(wide, None, "{args:?}");
    }
}

#[test]
fn into_a_pipe_no_name_is_shortened() {
    let text = out(&info(&folder(), &["pull"]));
    assert!(text.contains("push/imsdk_C_20231105-with-a-long-name-of-its-own.xlog  "), "{text}");
    insta::assert_snapshot!(text);
}

#[test]
fn of_headers_alone() {
    let ended = info(&folder(), &["--width", "80", "--headers", "pull"]);
    insta::assert_snapshot!(out(&ended));
}

#[test]
fn columns_line_up_whatever_is_in_names() {
    let text = out(&info(&folder(), &["--width", "100", "pull"]));
    let mut lines = text.lines().skip(1);
    let heading = lines.next().unwrap();
    let state = heading.find("state").unwrap();
    for line in lines {
        let mut columns = 0;
        let start = line.char_indices().find(|(_, c)| {
            let found = columns == state;
            columns += unicode_width::UnicodeWidthChar::width(*c).unwrap_or(0);
            found
        });
        let (start, _) = start.unwrap();
        assert!(line[..start].ends_with("  ") && !line[start..].starts_with(' '), "{line}");
    }
}

#[test]
fn the_common_part_of_all_paths_is_in_the_title() {
    let folder = Folder::new();
    folder.copy("xor-02.xlog", "pull/com.example/files/log/a.xlog");
    folder.copy("xor-02.xlog", "pull/com.example/files/log/push/b.xlog");
    folder.copy("xor-02.xlog", "pull/com.example/files/logs/c.xlog");
    let names = |path: &str| {
        let text = out(&info(&folder, &[path]));
        text.lines().filter_map(|line| line.split_whitespace().next()).map(str::to_owned).collect::<Vec<_>>()
    };
    let expected = ["pull/com.example/files", "name", "log/a.xlog", "log/push/b.xlog", "logs/c.xlog", "3"];
    assert_eq!(names("pull"), expected);
    assert_eq!(names("pull/com.example/files/log")[..3], ["pull/com.example/files/log", "name", "a.xlog"]);
}

#[test]
fn folders_and_files_may_be_mixed() {
    let folder = folder();
    let text = out(&info(&folder, &["pull/imsdk_C.mmap3", "pull/push", "pull/imsdk_C_20231106.xlog", "."]));
    let titles: Vec<_> = text.split("\n\n").map(|part| part.lines().next().unwrap()).collect();
    assert_eq!(titles, ["pull/imsdk_C.mmap3  intact", "pull/push", "pull/imsdk_C_20231106.xlog  intact", "./pull"]);
    assert!(out(&info(&folder, &["."])).starts_with("./pull\nname "));
}

#[test]
fn the_number_of_threads_changes_nothing() {
    let folder = Folder::new();
    for (index, name) in logs().iter().cycle().take(100).enumerate() {
        folder.copy(name, &format!("{index:03}-{name}"));
    }
    let one = info(&folder, &["-j1", "."]);
    assert_eq!(one.out.iter().filter(|&&byte| byte == b'\n').count(), 103);
    for jobs in ["-j2", "-j5"] {
        assert_eq!(out(&info(&folder, &[jobs, "."])), out(&one));
        assert_eq!(info(&folder, &[jobs, "--json", "."]).out, info(&folder, &["-j1", "--json", "."]).out);
    }
}

#[test]
fn a_failed_file_is_named_and_the_others_are_shown() {
    let folder = folder();
    folder.write("pull/bad.xlog", "this is text");
    let ended = info(&folder, &["pull", "missing"]);
    assert_eq!(ended.code, 1);
    assert!(ended.told().contains("error: `pull/bad.xlog`: no xlog block found\nhint: "), "{}", ended.err);
    assert!(ended.err.contains("error: cannot read `missing`: "), "{}", ended.err);
    assert!(out(&ended).contains("imsdk_C.mmap3") && !out(&ended).contains("bad.xlog"));
    folder.write("nothing/notes.txt", "");
    let ended = info(&folder, &["nothing"]);
    assert!(ended.code == 1 && ended.err.starts_with("error: `nothing` contains no logs\nhint: "), "{}", ended.err);
    assert_eq!(info(&folder, &["missing"]).code, 2);
    assert_eq!(info(&folder, &["--blocks", "--check"]).code, 2);
}
