//! What only Windows has: wildcards that no shell replaced, devices, drives, and files that are open elsewhere.

#![cfg(windows)]

use std::fs::{self, OpenOptions};
use std::os::windows::fs::OpenOptionsExt;

use super::program::{Folder, testdata};
use super::support::archive::zip_of;

const LOG: &str = "imsdk_C_20231106.xlog";

#[test]
fn wildcards_mean_what_matches() {
    let folder = Folder::new();
    for name in ["one.xlog", "d/two.XLOG", "d/three.xlog", "other.txt"] {
        folder.copy(LOG, name);
    }
    assert!(folder.run(&["decode", "*.xlog", r"d\t?*.xlog"]).err.starts_with("3 files decoded"));
    assert_eq!(folder.files().iter().filter(|name| name.ends_with(".log")).count(), 3);
    let ended = folder.run(&["decode", "*.mmap3"]);
    assert_eq!((ended.code, ended.err.as_str()), (2, "error: cannot read `*.mmap3`: nothing matches\n"));
    // Not in options.
    assert!(folder.run(&["info", "-g", "t*.xlog", "."]).out.starts_with(b"."));
}

#[test]
fn devices_are_written_to_and_no_file_has_their_names() {
    let folder = Folder::new();
    folder.copy(LOG, "a.xlog");
    for name in ["NUL", "nul", r".\NUL"] {
        let ended = folder.run(&["decode", "-o", name, "a.xlog"]);
        assert_eq!(ended.code, 0, "{name}: {}", ended.err);
    }
    let ended = folder.run(&["decode", "-o", "con.log", "a.xlog"]);
    assert!(ended.code == 1 && ended.err.contains("Windows keeps this name for a device"), "{}", ended.err);
    assert_eq!(folder.files(), ["a.xlog"]);
}

#[test]
fn a_path_may_be_spelled_in_any_way() {
    let folder = Folder::new();
    folder.copy(LOG, r"deep\a.xlog");
    folder.write("b.zip", zip_of(&[("logs/c.xlog", &fs::read(testdata(LOG)).unwrap())]));
    // No archive, although the name stands before a colon.
    folder.write(&folder.path("").to_str().unwrap()[..1], "");
    let whole = folder.path("").to_str().unwrap().trim_end_matches('\\').to_owned();
    let text = fs::read(testdata(&format!("{LOG}.log"))).unwrap();
    for path in [
        r"deep\a.xlog".into(),
        "deep/a.xlog".into(),
        r".\deep/..\deep\a.xlog".into(),
        format!(r"{whole}\deep\a.xlog"),
        format!(r"\\?\{whole}\deep\a.xlog"),
        format!("{}/deep/a.xlog", whole.replace('\\', "/")),
        "b.zip:logs/c.xlog".into(),
        format!(r"{whole}\b.zip:logs/c.xlog"),
        "A.XLOG.".replace("A.", r"DEEP\A."),
    ] {
        let ended = folder.run(&["decode", "-o", "-", &path]);
        assert!(ended.code == 0 && ended.out == text, "{path}: {}", ended.err);
    }
    let ended = folder.run(&["decode", &format!(r"{whole}\none.xlog")]);
    assert_eq!(ended.code, 2, "{}", ended.err);
    let ended = folder.run(&["decode", r"b.zip\logs\c.xlog"]);
    assert!(ended.code == 2 && ended.err.contains("ARCHIVE:PATH"), "{}", ended.err);
}

#[test]
fn a_text_that_is_open_elsewhere_stays_as_it_was() {
    let folder = Folder::new();
    folder.copy(LOG, "a.xlog");
    let text = folder.write("a.xlog.log", "earlier");
    let open = OpenOptions::new().read(true).share_mode(0).open(&text).unwrap();
    let ended = folder.run(&["decode", "a.xlog"]);
    assert!(ended.code == 1 && ended.err.contains("another program has it open"), "{}", ended.err);
    drop(open);
    assert_eq!(folder.read("a.xlog.log"), "earlier");
    assert_eq!(folder.files(), ["a.xlog", "a.xlog.log"]);
    // The app that writes the log is in nobody's way.
    let app = OpenOptions::new().append(true).open(folder.path("a.xlog")).unwrap();
    assert_eq!(folder.run(&["decode", "a.xlog"]).code, 0);
    drop(app);
}

#[test]
#[ignore = "wine replaces no file that is open, Windows does if it is shared"]
fn a_text_that_is_shared_is_replaced() {
    let folder = Folder::new();
    folder.copy(LOG, "a.xlog");
    let reader = fs::File::open(folder.write("a.xlog.log", "earlier")).unwrap();
    assert_eq!(folder.run(&["decode", "a.xlog"]).code, 0);
    drop(reader);
    assert_ne!(folder.read("a.xlog.log"), "earlier");
}

#[test]
#[ignore = "wine cannot tell: its paths are not those of Windows"]
fn a_path_may_be_long() {
    let folder = Folder::new();
    let deep = vec!["d".repeat(50); 6].join("/");
    let long = folder.path("").join(&deep);
    let verbatim = std::path::PathBuf::from(format!(r"\\?\{}", long.to_str().unwrap().replace('/', r"\")));
    fs::create_dir_all(&verbatim).unwrap();
    fs::copy(testdata(LOG), verbatim.join("a.xlog")).unwrap();
    let ended = folder.run(&["decode", &format!("{deep}/a.xlog")]);
    assert_eq!(ended.code, 0, "{}", ended.err);
}
