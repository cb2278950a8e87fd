//! What is shown: paths, objects, summary.

use serde_json::json;

use crate::folder::{Folder, NOON, set};

#[test]
fn paths_end_as_asked() {
    let folder = Folder::with(&["a_20200101.xlog", "b_20200101.xlog", "c_20231114.xlog"]);
    let show = |args: &[&str]| folder.prune(args).stdout;
    let sep = std::path::MAIN_SEPARATOR;
    assert_eq!(show(&["-n"]), format!(".{sep}a_20200101.xlog\n.{sep}b_20200101.xlog\n").as_bytes());
    assert_eq!(show(&["-n0"]), format!(".{sep}a_20200101.xlog\0.{sep}b_20200101.xlog\0").as_bytes());
    assert_eq!(show(&["-n", "-q"]), show(&["-n"]));
    assert_eq!(show(&["-v0"]), format!(".{sep}a_20200101.xlog\0.{sep}b_20200101.xlog\0").as_bytes());
    assert_eq!(show(&["-v"]), b"");
    assert_eq!(folder.prune(&["--json", "-0"]).code, Some(2));
}

#[test]
fn the_summary_says_how_it_went() {
    let folder = Folder::with(&["x/a_20200101.xlog", "x/b_20200101.xlog", "c_20231114.xlog", "x.txt"]);
    let summary = |args: &[&str]| folder.prune(args).stderr;
    let dry = "2 files to remove, 20 B to free; 1 kept; 1 empty folder to remove; 0 failed\n";
    assert_eq!(summary(&["-n", "--prune-empty-dirs"]), dry);
    assert_eq!(summary(&["-n", "-q"]), "");
    assert_eq!(
        summary(&["--prune-empty-dirs"]),
        "2 files removed, 20 B freed; 1 kept; 1 empty folder removed; 0 failed\n"
    );
    assert_eq!(summary(&[]), "0 files removed, 0 B freed; 1 kept; 0 failed\n");
    assert_eq!(folder.all(), set(["c_20231114.xlog", "x.txt"]));
}

#[test]
fn json_has_all_fields_of_each_file() {
    let folder = Folder::new();
    folder.file("imsdk_20231106.xlog", NOON);
    folder.file("imsdk_20231114.xlog", NOON);
    folder.file("other.xlog", "2023-11-01T00:00:00Z");
    folder.file("other.xlog.log", NOON);
    folder.file("x/future_20991231.xlog.log", NOON);
    folder.file("x/y/old_20200229.xlog", NOON);
    folder.file("x/imsdk.mmap3", NOON);
    let dry = folder.prune(&["-n", "--json", "--prune-empty-dirs", "--by", "auto"]);
    let mut objects = dry.objects();
    for object in &mut objects {
        object["path"] = object["path"].as_str().unwrap().replace('\\', "/").into();
        if let Some(modified) = object.get_mut("modified") {
            // Not every system lets us set the zone.
            let time: chrono::DateTime<chrono::Utc> = modified.as_str().unwrap().parse().unwrap();
            *modified = time.to_rfc3339().into();
        }
    }
    let noon = "2023-11-14T12:00:00+00:00";
    let file = |path: &str, kind: &str, date: &str, from: &str, age: i64, action: &str| {
        let mut object = json!({
            "path": path, "kind": kind, "bytes": 10, "modified": noon, "date": date, "date_from": from,
            "age_days": age, "action": action,
        });
        if action == "keep" {
            object["reason"] = "young".into();
        }
        object
    };
    let mut by_time = file("./other.xlog", "log", "2023-11-01", "mtime", 13, "remove");
    by_time["modified"] = "2023-11-01T00:00:00+00:00".into();
    let future = (27_806, "2099-12-31");
    let expected = [
        file("./imsdk_20231106.xlog", "log", "2023-11-06", "name", 7, "remove"),
        file("./imsdk_20231114.xlog", "log", "2023-11-14", "name", -1, "keep"),
        file("./other.xlog.log", "text", "2023-11-01", "log-mtime", 13, "remove"),
        by_time,
        file("./x/future_20991231.xlog.log", "text", future.1, "name", -future.0 - 1, "keep"),
        file("./x/y/old_20200229.xlog", "log", "2020-02-29", "name", 1353, "remove"),
        json!({ "path": "./x/y", "kind": "folder", "action": "remove" }),
    ];
    assert_eq!(objects, expected);
    let real = folder.prune(&["--json", "--prune-empty-dirs"]);
    assert_eq!(real.stdout, dry.stdout);
    assert!(!folder.path().join("x/y").exists());
}

#[test]
fn json_says_when_the_age_is_unknown() {
    let folder = Folder::with(&["a.xlog"]);
    let objects = folder.prune(&["--json", "--by", "name", "--days", "0"]).objects();
    assert_eq!((&objects[0]["action"], &objects[0]["reason"]), (&json!("keep"), &json!("undated")));
    assert!(objects[0]["date"].is_null() && objects[0]["date_from"].is_null() && objects[0]["age_days"].is_null());
}

#[cfg(target_os = "linux")]
#[test]
fn names_need_not_be_utf8() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    let folder = Folder::new();
    let name = OsStr::from_bytes(b"\xFF\n_20200101.xlog");
    folder.file(name, NOON);
    let object = &folder.prune(&["-n", "--json"]).objects()[0];
    assert_eq!(object["path"], "./\u{FFFD}\n_20200101.xlog");
    assert_eq!(object["path_is_lossy"], true);
    assert_eq!(folder.prune(&["-n0"]).stdout, b"./\xFF\n_20200101.xlog\0");
    assert_eq!(folder.prune(&["-v"]).stdout, b"./\xFF\n_20200101.xlog\n");
    assert!(folder.all().is_empty());
}

/// A removal goes on even if nobody reads the listing.
#[cfg(unix)]
#[test]
fn a_closed_pipe_does_not_stop_a_removal() {
    let folder = Folder::with(&["a_20200101.xlog", "b_20200101.xlog"]);
    let run = |args: &[&str]| {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_imlog"));
        command.arg("prune").args(args).current_dir(folder.path()).stdout(writer).stderr(std::process::Stdio::null());
        command.status().unwrap().code()
    };
    assert_eq!(run(&["-n", "."]), Some(0));
    assert_eq!(folder.all().len(), 2);
    assert_eq!(run(&["-v", "."]), Some(0));
    assert!(folder.all().is_empty());
}

/// A listing that goes to a file has to be complete, though.
#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_stops_a_removal_that_is_recorded() {
    let folder = Folder::with(&["a_20200101.xlog", "b_20200101.xlog"]);
    let full = std::fs::File::options().write(true).open("/dev/full").unwrap();
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_imlog"));
    command.args(["prune", "--json", "."]).current_dir(folder.path()).stdout(full);
    let output = command.output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert!(stderr.starts_with("error: cannot write standard output: "), "{stderr}");
    assert!(stderr.ends_with("1 file removed, 10 B freed; 0 kept; 0 failed\n"), "{stderr}");
    assert_eq!(folder.all(), set(["b_20200101.xlog"]));
}
