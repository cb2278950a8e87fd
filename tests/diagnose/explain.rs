//! `imlog explain`, and what completion offers for it.

use crate::program::{Ended, Folder};
use crate::{out, run};

fn explain(args: &[&str]) -> Ended {
    run(&Folder::new(), &[&["explain"], args].concat())
}

#[test]
fn codes_and_rules_are_explained() {
    let ended = explain(&["--width", "80", "6013", "-10001", "usersig-loop", "usersig-expired", "120500"]);
    assert_eq!((ended.code, ended.err.as_str()), (0, ""));
    insta::assert_snapshot!("explain_80", out(&ended));
    let narrow = explain(&["--width", "60", "--ascii", "6013", "-10001", "usersig-expired"]);
    assert!(narrow.out.is_ascii() && out(&narrow).lines().all(|line| line.len() <= 60), "{}", out(&narrow));
    assert!(out(&ended).lines().chain(out(&narrow).lines()).all(|line| line == line.trim_end()));
}

#[test]
fn constants_and_rules_are_known_in_any_case() {
    let by_number = explain(&["6013"]);
    for name in ["ERR_SDK_NOT_INITIALIZED", "err_sdk_not_initialized"] {
        assert_eq!(out(&explain(&[name])), out(&by_number));
    }
    assert_eq!(out(&explain(&["UserSig-Loop"])), out(&explain(&["usersig-loop"])));
}

#[test]
fn an_unknown_code_is_told_with_its_range() {
    let ended = explain(&["7016", "6013", "123456789"]);
    assert_eq!(ended.code, 1);
    assert!(out(&ended).starts_with("6013 ERR_SDK_NOT_INITIALIZED\n"), "{}", out(&ended));
    assert_eq!(
        ended.err,
        "error: 7016 is not a known code; its range is that of: SDK general: parameters, files, database, plan\n\
         error: 123456789 is not a known code, and in no known range\n\
         hint: `imlog explain --list` lists all; an app's own server may have codes of its own\n"
    );
}

#[test]
fn what_is_neither_is_wrong_usage() {
    for args in [&["nonsense"][..], &[], &["99999999999999999999"], &["--list", "6013"]] {
        let ended = explain(args);
        assert_eq!((ended.code, ended.out.len()), (2, 0), "{args:?}");
    }
}

#[test]
fn all_are_listed() {
    let ended = explain(&["--list"]);
    assert_eq!(ended.code, 0);
    let text = out(&ended);
    assert!(text.starts_with("not-initialized    The app called the SDK before it was initialized\n"), "{text}");
    assert!(text.contains("\n6013 ") && text.contains("\n-10001 ") && text.contains("\n120001-130000"), "{text}");
    let objects = crate::out_lines(&explain(&["--list", "--json"]));
    assert_eq!(objects.len(), text.lines().count());
}

/// Rules and codes, for `explain` and `--rule`.
#[test]
fn completion_offers_rules_and_codes() {
    for (shell, size) in [("bash", 64), ("zsh", 80), ("fish", 96)] {
        let script = out(&run(&Folder::new(), &["completions", shell]));
        for word in ["usersig-loop", "log-incomplete"] {
            assert!(script.matches(word).count() >= 2, "{shell}: {word}");
        }
        // Nobody wants to wait for a script to load.
        assert!(script.len() < size << 10, "{shell}: {}", script.len());
        assert!(script.contains("6013"), "{shell}");
    }
}
