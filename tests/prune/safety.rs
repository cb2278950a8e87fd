//! Links, folders that may not be written to, failures.

#![cfg(unix)]

use std::fs::{self, Permissions};
use std::os::unix::fs::{PermissionsExt, symlink};

use crate::folder::{Folder, set};

const OLD: &str = "old_20200101.xlog";

#[test]
fn links_are_neither_removed_nor_followed() {
    let outside = Folder::with(&[OLD, "sub/old_20200101.xlog"]);
    let folder = Folder::with(&["a/old_20200101.xlog", "a/x.xlog.log"]);
    let links = [
        (outside.path().join(OLD), "link_20200101.xlog"),
        (outside.path().join("missing"), "dangling_20200101.xlog"),
        (outside.path().join("sub"), "sub"),
        (outside.path().join("sub"), "sub_20200101.xlog"),
        (".".into(), "loop"),
        ("..".into(), "a/loop"),
        ("self_20200101.xlog".into(), "self_20200101.xlog"),
        (outside.path().join(OLD), "a/x.xlog"),
    ];
    for (target, link) in &links {
        symlink(target, folder.path().join(link)).unwrap();
    }
    let ran = folder.prune(&["-v", "--prune-empty-dirs"]);
    assert_eq!((ran.code, ran.lines()), (Some(0), vec!["a/old_20200101.xlog".to_owned()]));
    let left = links.iter().map(|(_, link)| *link).chain(["a", "a/x.xlog.log"]);
    assert_eq!(folder.all(), set(left));
    assert_eq!(outside.all().len(), 3);
}

/// The age of a text beside a link is its own: nothing is read through links, not even a time.
#[test]
fn a_link_does_not_date_a_text() {
    let folder = Folder::new();
    folder.file("elsewhere/a.log", "2020-01-01T00:00:00Z");
    folder.file("a.xlog.log", "2023-11-14T00:00:00Z");
    symlink("elsewhere/a.log", folder.path().join("a.xlog")).unwrap();
    assert_eq!(folder.prune(&["-n"]).lines(), [""; 0]);
}

#[test]
fn a_path_that_is_a_link_is_refused() {
    let outside = Folder::with(&[OLD, "sub/old_20200101.xlog"]);
    let folder = Folder::with(&["a/old_20200101.xlog"]);
    symlink(outside.path(), folder.path().join("link")).unwrap();
    symlink(outside.path().join(OLD), folder.path().join("link.xlog")).unwrap();
    for link in ["link", "link/", "link/.", "link//", "link.xlog"] {
        let ran = folder.prune(&[link]);
        assert_eq!(ran.code, Some(2), "{link}");
        assert!(ran.stderr.starts_with("error: cannot prune `link"), "{}", ran.stderr);
        assert!(ran.stderr.contains("`: it is a symbolic link\nhint: links are not followed"), "{}", ran.stderr);
    }
    let ran = folder.prune(&["-v", "link", "a"]);
    assert_eq!((ran.code, ran.lines()), (Some(1), vec!["a/old_20200101.xlog".to_owned()]));
    assert_eq!(outside.all().len(), 3);

    // Links on the way to a PATH are the user's choice: on Android, /sdcard is a link.
    assert_eq!(folder.prune(&["-v", "link/sub"]).lines(), ["link/sub/old_20200101.xlog"]);
}

/// Root may do all of this, so the test would show nothing.
#[test]
fn one_failure_does_not_stop_the_rest() {
    let folder = Folder::with(&["a/old_20200101.xlog", "b/old_20200101.xlog", "c/old_20200101.xlog", "d/x.txt"]);
    let mode = |path: &str, mode| fs::set_permissions(folder.path().join(path), Permissions::from_mode(mode)).unwrap();
    mode("a", 0o555);
    mode("d", 0o000);
    let ran = (!may_write(&folder, "a")).then(|| folder.prune(&["-v", "--prune-empty-dirs"]));
    mode("a", 0o755);
    mode("d", 0o755);
    let Some(ran) = ran else { return };
    assert_eq!(ran.code, Some(1));
    assert_eq!(ran.lines(), ["b/old_20200101.xlog", "b", "c/old_20200101.xlog", "c"]);
    assert!(ran.stderr.contains("error: cannot remove `./a/old_20200101.xlog`: Permission denied"), "{}", ran.stderr);
    assert!(ran.stderr.contains("error: cannot read `./d`: Permission denied"), "{}", ran.stderr);
    assert!(
        ran.stderr.ends_with("2 files removed, 20 B freed; 0 kept; 2 empty folders removed; 2 failed\n"),
        "{}",
        ran.stderr
    );
    assert_eq!(folder.all(), set(["a", "a/old_20200101.xlog", "d", "d/x.txt"]));
}

#[test]
fn json_says_what_failed() {
    let folder = Folder::with(&["a/old_20200101.xlog"]);
    let mode = |mode| fs::set_permissions(folder.path().join("a"), Permissions::from_mode(mode)).unwrap();
    mode(0o555);
    let ran = (!may_write(&folder, "a")).then(|| folder.prune(&["--json"]));
    mode(0o755);
    let Some(ran) = ran else { return };
    let object = &ran.objects()[0];
    assert_eq!((ran.code, object["action"].as_str()), (Some(1), Some("failed")));
    assert!(object["reason"].as_str().unwrap().starts_with("Permission denied"));
}

#[test]
fn the_current_folder_is_pruned_though_a_link_led_there() {
    let outside = Folder::with(&[OLD]);
    let folder = Folder::new();
    symlink(outside.path(), folder.path().join("link")).unwrap();
    let mut command = folder.command();
    command.arg(".").current_dir(folder.path().join("link"));
    command.assert().success();
    assert!(outside.all().is_empty());
}

#[test]
fn only_regular_files_go() {
    let folder = Folder::new();
    let _socket = std::os::unix::net::UnixListener::bind(folder.path().join(OLD)).unwrap();
    assert_eq!(folder.prune(&[]).code, Some(0));
    assert_eq!(folder.prune(&[OLD]).code, Some(0));
    assert_eq!(folder.all(), set([OLD]));
}

fn may_write(folder: &Folder, below: &str) -> bool {
    let path = folder.path().join(below).join("try");
    fs::write(&path, "").is_ok_and(|()| fs::remove_file(&path).is_ok())
}
