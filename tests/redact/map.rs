//! `--redact-map`: what each pseudonym stands for, in a file that only its owner reads.

use crate::{folder, run};

#[test]
fn it_says_what_each_pseudonym_stands_for() {
    let folder = folder();
    let ended = run(&folder, &["cat", "--redact", "--redact-map", "map.jsonl", "a.log"]);
    assert_eq!((ended.code, ended.err.as_str()), (0, ""));
    assert_eq!(
        folder.read("map.jsonl"),
        r##"{"pseudonym":"user-1","value":"13800138000"}
{"pseudonym":"user-2","value":"eve"}
{"pseudonym":"tinyid-1","value":"144115212345678901"}
{"pseudonym":"mail-1","value":"eve@acme.example"}
{"pseudonym":"nick-1","value":"Eve E."}
{"pseudonym":"group-1","value":"@TGS#2ABC"}
{"pseudonym":"ip-1","value":"198.51.100.7"}
{"pseudonym":"package-1","value":"com.acme.app"}
"##
    );
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = std::fs::metadata(folder.path("map.jsonl")).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
    let ended = run(&folder, &["diagnose", "--redact", "--redact-map", "users.jsonl", "a.log"]);
    assert!(ended.code < 2 && folder.read("users.jsonl").contains("\"13800138000\""));
}

#[test]
fn it_replaces_nothing() {
    let folder = folder();
    folder.write("map.jsonl", "mine");
    for command in [&["cat"][..], &["diagnose"], &["decode", "-o", "b.log"]] {
        let ended = run(&folder, &[command, &["--redact", "--redact-map", "map.jsonl", "a.log"]].concat());
        assert_eq!((ended.code, ended.out.len()), (2, 0));
        assert_eq!(
            ended.err,
            "error: `map.jsonl` exists already\nhint: choose another name: a map is never replaced\n"
        );
    }
    assert_eq!((folder.read("map.jsonl").as_str(), folder.files().len()), ("mine", 2));
    // A link to nowhere is something too.
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink("nowhere", folder.path("link")).unwrap();
        assert_eq!(run(&folder, &["cat", "--redact", "--redact-map", "link", "a.log"]).code, 2);
        assert!(!folder.path("nowhere").exists());
    }
}

#[test]
fn it_has_a_place_of_its_own() {
    let folder = folder();
    for command in [
        &["cat", "--redact", "--redact-map", "-", "a.log"][..],
        &["decode", "--redact", "-o", "out", "--redact-map", "out", "a.log"],
        &["diagnose", "--html", "out", "--redact-map", "out", "a.log"],
    ] {
        let ended = run(&folder, command);
        let expected = "error: the map would be passed on with what it explains\nhint: give it a file of its own\n";
        assert_eq!((ended.code, ended.err.as_str()), (2, expected));
    }
    assert_eq!(folder.files(), ["a.log"]);
}

#[test]
fn it_needs_a_folder_and_redaction() {
    let folder = folder();
    let ended = run(&folder, &["cat", "--redact", "--redact-map", "none/map.jsonl", "a.log"]);
    assert_eq!(ended.code, 2);
    assert!(ended.err.starts_with("error: cannot write `none/map.jsonl`: "), "{}", ended.err);
    let ended = run(&folder, &["cat", "--redact-map", "map.jsonl", "a.log"]);
    assert_eq!((ended.code, ended.err.as_str()), (2, "error: --redact-map needs --redact\n"));
    assert_eq!(folder.files(), ["a.log"]);
}
