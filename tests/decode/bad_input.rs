//! Files that are not logs, or can't be read or written: each is named with a hint, and the others are still decoded.

use std::fs;

use crate::program::{Folder, testdata};
use crate::support::writer::Block;

fn log() -> Vec<u8> {
    Block::keyed(0x09, 1).write(&[b"line\n".to_vec()])
}

#[test]
fn a_file_that_is_not_a_log_is_reported() {
    let folder = Folder::new();
    folder.write("empty", "");
    folder.write("text", fs::read(testdata("imsdk_C_20231106.xlog.log")).unwrap());
    folder.write("zip", b"PK\x03\x04\x14\0\0\0\x08\0whatever is in it");
    folder.write("gzip", b"\x1f\x8b\x08\0\0\0\0\0\0\x03whatever is in it");
    folder.write("cache", [0; 150 << 10]);
    folder.write("picture", (0..20_000u32).map(|i| (i.wrapping_mul(2_654_435_761) >> 13) as u8).collect::<Vec<_>>());
    let mut told = String::new();
    for name in ["empty", "text", "zip", "gzip", "cache", "picture"] {
        let ended = folder.run(&["decode", name]);
        assert_eq!(ended.code, 1, "{name}");
        assert!(!folder.path(&format!("{name}.log")).exists(), "no output file");
        told += &format!("{}\n\n", ended.told());
        assert_eq!(folder.run(&["decode", name, "-o", "-"]).out, b"");
    }
    insta::assert_snapshot!(told);
}

#[test]
fn a_folder_without_logs_is_reported() {
    let folder = Folder::new();
    folder.write("notes.txt", "");
    let ended = folder.run(&["decode", "."]);
    assert_eq!(ended.code, 1);
    insta::assert_snapshot!(ended.told());
}

#[test]
fn one_bad_file_never_stops_the_others() {
    let folder = Folder::new();
    for name in ["a.xlog", "c.xlog", "d/e.xlog"] {
        folder.write(name, log());
    }
    folder.write("b.xlog", "no log at all");
    let ended = folder.run(&["decode", "."]);
    assert_eq!(ended.code, 1);
    insta::assert_snapshot!(ended.told());
    assert_eq!(folder.files().iter().filter(|name| name.ends_with(".log")).count(), 3);
}

#[test]
fn a_missing_path_is_named() {
    let folder = Folder::new();
    folder.write("a.xlog", log());
    assert_eq!(folder.run(&["decode", "missing.xlog"]).code, 2, "nothing could be done");
    let ended = folder.run(&["decode", "missing.xlog", "a.xlog"]);
    assert_eq!(ended.code, 1);
    assert!(ended.err.starts_with("error: cannot read `missing.xlog`: "), "{}", ended.err);
    assert!(folder.path("a.xlog.log").exists());
}

#[test]
fn an_output_that_is_a_folder_is_named() {
    let folder = Folder::new();
    folder.write("a.xlog", log());
    fs::create_dir(folder.path("out")).unwrap();
    let ended = folder.run(&["decode", "a.xlog", "-o", "out"]);
    assert_eq!(ended.code, 1);
    assert!(ended.err.starts_with("error: cannot write `out`: it is a folder"), "{}", ended.err);
    assert_eq!(folder.files(), ["a.xlog"]);
}

#[cfg(unix)]
#[test]
fn a_folder_without_write_permission_is_reported() {
    use std::os::unix::fs::PermissionsExt;
    let folder = Folder::new();
    folder.write("closed/a.xlog", log());
    folder.write("closed/a.xlog.log", "earlier");
    folder.write("open/b.xlog", log());
    let mode = |mode| fs::set_permissions(folder.path("closed"), fs::Permissions::from_mode(mode)).unwrap();
    mode(0o555);
    if fs::write(folder.path("closed/try"), "").is_ok() {
        // The superuser can write to any folder.
        return;
    }
    let ended = folder.run(&["decode", "."]);
    mode(0o755);
    assert_eq!(ended.code, 1);
    assert!(ended.err.contains("error: cannot write `./closed/a.xlog.log`: "), "{}", ended.err);
    assert_eq!(folder.read("closed/a.xlog.log"), "earlier");
    assert_eq!(folder.read("open/b.xlog.log"), "line\n");
    assert_eq!(folder.files().len(), 4, "no temporary file");
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_changes_nothing() {
    let folder = Folder::new();
    folder.write("a.xlog", log());
    let ended = folder.run(&["decode", "a.xlog", "-o", "/dev/full"]);
    assert_eq!(ended.code, 1);
    assert!(ended.err.starts_with("error: cannot write `/dev/full`: No space left"), "{}", ended.err);
}

#[test]
fn wrong_usage_exits_with_2() {
    let folder = Folder::new();
    for args in [&[][..], &["decode", "--bogus"], &["decode", "-j", "-1"], &["decode", "-o", "x", "--output-dir", "y"]]
    {
        assert_eq!(folder.run(args).code, 2, "{args:?}");
    }
}
