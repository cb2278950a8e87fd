//! `decode -o --redact`.

use crate::program::Folder;
use crate::{out, run};

#[test]
fn it_gives_what_cat_gives() {
    let folder = Folder::new();
    folder.copy("incidents/outage.xlog", "a.xlog");
    let shown = out(&run(&folder, &["cat", "--redact", "a.xlog"]));
    assert!(shown.contains("userid:user-1|") && !shown.contains("user_66817"));
    let ended = run(&folder, &["decode", "--redact", "-o", "-", "a.xlog"]);
    assert!(out(&ended) == shown && ended.code == 0);
    let ended = run(&folder, &["decode", "--redact", "-o", "b.log", "--redact-map", "map.jsonl", "a.xlog"]);
    assert!(folder.read("b.log") == shown && ended.code == 0);
    assert!(folder.read("map.jsonl").starts_with("{\"pseudonym\":\"user-1\",\"value\":\"user_66817\"}\n"));
}

#[test]
fn markers_stay_and_all_logs_share_the_pseudonyms() {
    let folder = Folder::new();
    let mut damaged = std::fs::read(folder.copy("imsdk_C_20231106.xlog", "a.xlog")).unwrap();
    damaged[30_000..30_008].copy_from_slice(b"damaged!");
    folder.write("b.xlog", damaged);
    let ended = run(&folder, &["decode", "--redact", "-o", "-", "a.xlog", "b.xlog"]);
    let plain = run(&folder, &["decode", "-o", "-", "a.xlog", "b.xlog"]);
    assert_eq!((ended.code, plain.code), (1, 1));
    let (redacted, plain) = (out(&ended), out(&plain));
    assert_eq!(redacted, imlog::Redactor::default().text(&plain));
    assert_eq!(redacted.lines().filter(|line| line.starts_with("[F]imlog: ")).count(), 1);
}

#[test]
fn a_text_beside_its_log_is_whole() {
    let folder = Folder::new();
    folder.copy("incidents/outage.xlog", "a.xlog");
    for args in [&["decode", "--redact", "a.xlog"][..], &["decode", "--redact", "--output-dir", "t", "a.xlog"]] {
        let ended = run(&folder, args);
        assert_eq!(ended.code, 2);
        assert_eq!(
            ended.err,
            "error: --redact needs -o: a text beside its log would be taken for all of it\n\
             hint: use `-o FILE`, or `-o -` for standard output\n"
        );
    }
    assert_eq!(folder.files(), ["a.xlog"]);
}
