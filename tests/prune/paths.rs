//! PATHs: folders, files, several, missing; how deep to search, and which folders are removed.

use crate::folder::{Folder, set};

const OLD: [&str; 4] = ["a_20200101.xlog", "b/b_20200101.xlog", "b/c/c_20200101.xlog", "b/c/d/d_20200101.xlog"];

fn went(args: &[&str]) -> Vec<String> {
    let folder = Folder::with(&OLD);
    let before = folder.all();
    let dry = folder.prune(&[&["-n"], args].concat());
    assert_eq!(folder.all(), before);
    let real = folder.prune(&[&["-v"], args].concat());
    assert_eq!((real.code, real.lines()), (Some(0), dry.lines()), "{}", real.stderr);
    let after = folder.all();
    assert_eq!(set(real.lines()), before.difference(&after).cloned().collect());
    real.lines()
}

#[test]
fn the_current_folder_and_below() {
    assert_eq!(went(&[]), OLD);
    assert_eq!(went(&["."]), OLD);
}

#[test]
fn max_depth_limits_the_walk() {
    assert_eq!(went(&["--max-depth", "0"]), [""; 0]);
    assert_eq!(went(&["--max-depth", "1"]), OLD[..1]);
    assert_eq!(went(&["--max-depth", "2"]), OLD[..2]);
    assert_eq!(went(&["--max-depth", "1", "b"]), OLD[1..2]);
    assert_eq!(went(&["--max-depth", "0", "b/b_20200101.xlog"]), OLD[1..2]);
}

#[test]
fn each_file_once_however_often_it_is_named() {
    assert_eq!(went(&[".", ".", "b", "b/c/", "b/c/.", "a_20200101.xlog"]), OLD);
    assert_eq!(went(&["b/c/c_20200101.xlog", "b/c/c_20200101.xlog"]), OLD[2..3]);
    assert_eq!(went(&["--max-depth", "1", ".", "b/c"]), [OLD[0], OLD[2]]);
    assert_eq!(went(&["--max-depth", "1", ".", "a_20200101.xlog", "b/b_20200101.xlog"]), OLD[..2]);
}

#[test]
fn a_text_comes_before_its_log_when_both_are_named() {
    let folder = Folder::new();
    folder.file("a.xlog", "2023-11-01T00:00:00Z");
    folder.file("a.xlog.log", "2023-11-14T00:00:00Z");
    assert_eq!(folder.prune(&["-v", "a.xlog", "a.xlog.log"]).lines(), ["a.xlog.log", "a.xlog"]);
}

#[test]
fn missing_paths_are_named_and_the_others_pruned() {
    let folder = Folder::with(&OLD);
    let ran = folder.prune(&["missing", "b", "missing.xlog"]);
    assert_eq!(ran.code, Some(1));
    assert!(ran.stderr.contains("error: cannot read `missing`: "), "{}", ran.stderr);
    assert!(ran.stderr.contains("error: cannot read `missing.xlog`: "), "{}", ran.stderr);
    assert!(ran.stderr.ends_with("3 files removed, 30 B freed; 0 kept; 2 failed\n"), "{}", ran.stderr);
    assert_eq!(folder.prune(&["missing", "missing.xlog"]).code, Some(2));
    assert_eq!(folder.prune(&[""]).code, Some(2));
    assert!(folder.path().join(OLD[0]).exists());
}

#[test]
fn other_files_stay_even_if_named() {
    let folder = Folder::with(&["imsdk_C_20200101.mmap3", "imsdk_20200101.log"]);
    let ran = folder.prune(&["imsdk_C_20200101.mmap3", "imsdk_20200101.log"]);
    assert_eq!(ran.code, Some(0));
    assert!(ran.stderr.contains("warning: `imsdk_C_20200101.mmap3` kept: "), "{}", ran.stderr);
    assert_eq!(folder.all().len(), 2);
}

#[test]
fn absurd_numbers_are_refused() {
    let folder = Folder::with(&OLD);
    for days in ["-1", "36501", "99999999999999999999", "1.5", "week", ""] {
        let ran = folder.prune(&["--days", days]);
        assert_eq!(ran.code, Some(2), "{days}");
        assert!(ran.stderr.contains("--days"), "{}", ran.stderr);
    }
    assert_eq!(folder.prune(&["--max-depth", "-1"]).code, Some(2));
    assert_eq!(folder.prune(&["--by", "size"]).code, Some(2));
    assert_eq!(folder.prune(&["--now", "today"]).code, Some(2));
    assert_eq!(folder.all().len(), 7);
}

#[test]
fn folders_that_are_emptied_go_if_asked() {
    let folders = ["b/c/d", "b/c", "b"];
    let with_folders = went(&["--prune-empty-dirs"]);
    assert_eq!(with_folders, [OLD[0], OLD[1], OLD[2], OLD[3], folders[0], folders[1], folders[2]]);
    // A PATH itself is not removed, whether it is the only one or inside another.
    assert_eq!(went(&["--prune-empty-dirs", "b"]), [OLD[1], OLD[2], OLD[3], folders[0], folders[1]]);
    assert_eq!(went(&["--prune-empty-dirs", "b/c", "."]), [OLD[2], OLD[3], folders[0], OLD[0], OLD[1]]);
    assert_eq!(went(&["--prune-empty-dirs", "--max-depth", "3"]), OLD[..3]);
}

#[test]
fn folders_stay_that_hold_anything_or_were_empty_before() {
    let folder =
        Folder::with(&["kept/a_20200101.xlog", "kept/b_20231114.xlog", "other/a_20200101.xlog", "other/x.txt"]);
    folder.file("deep/a_20200101.xlog", "2020-01-01T00:00:00Z");
    for path in ["empty", "deep/empty"] {
        std::fs::create_dir(folder.path().join(path)).unwrap();
    }
    let ran = folder.prune(&["-v", "--prune-empty-dirs"]);
    assert_eq!(ran.lines(), ["deep/a_20200101.xlog", "kept/a_20200101.xlog", "other/a_20200101.xlog"]);
    for path in ["empty", "deep/empty", "kept/b_20231114.xlog", "other/x.txt"] {
        assert!(folder.path().join(path).exists(), "{path}");
    }
}
