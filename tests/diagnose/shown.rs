//! What a diagnosis looks like.

use unicode_width::UnicodeWidthStr;

use crate::program::Ended;
use crate::{command, diagnose, incidents, out};

/// No line is wider than the page, but for the path of a command that is there to be copied.
#[track_caller]
pub fn assert_fits(text: &str, width: usize) {
    for line in text.lines() {
        let is_command = line.starts_with("see     imlog ") || line.starts_with("          --until ");
        let path = line.split_once("--until ").and_then(|(_, rest)| rest.split_once(' ')).map_or("", |(_, path)| path);
        let counted = if is_command { line.strip_suffix(path).unwrap() } else { line };
        assert!(counted.trim_end().width() <= width, "{width}: {line}");
    }
}

/// A finding has at most six lines.
#[track_caller]
pub fn assert_short(text: &str) {
    let (_, findings) = text.split_once("\nFindings\n").unwrap_or_default();
    for finding in findings.split("\n\n") {
        assert!(finding.lines().count() <= 6, "{finding}\n{text}");
    }
}

#[test]
fn findings_fit_the_page() {
    let folder = incidents();
    for name in ["outage.xlog", "loop.xlog.log", "sdk-4.6.xlog.log", "healthy.xlog.log"] {
        for width in ["60", "80", "120"] {
            let ended = diagnose(&folder, &["--width", width, name]);
            assert_eq!(ended.err, "");
            assert_fits(&out(&ended), width.parse().unwrap());
            assert_short(&out(&ended));
            let name = name.split_once(".xlog").unwrap().0;
            insta::assert_snapshot!(format!("{name}_{width}"), out(&ended));
        }
    }
}

/// Advice and reasons lose whole clauses rather than break off.
#[test]
fn nothing_breaks_off_on_80_columns() {
    let folder = incidents();
    for name in ["outage.xlog", "loop.xlog.log", "sdk-4.6.xlog.log", "week.zip"] {
        let text = out(&diagnose(&folder, &["--width", "80", name]));
        assert!(!text.contains('…'), "{text}");
    }
}

#[test]
fn ascii_is_as_asked_or_as_the_locale_has_it() {
    let folder = incidents();
    let args = ["diagnose", "--width", "80", "outage.xlog"];
    let asked = Ended::of(command(&folder).args(args).arg("--ascii"));
    assert!(asked.out.is_ascii());
    insta::assert_snapshot!("ascii_80", out(&asked));
    let locale = Ended::of(command(&folder).args(args).env("LC_ALL", "C"));
    // Windows has no such variable: its console takes any character.
    assert_eq!(out(&locale) == out(&asked), !cfg!(windows));
}

#[test]
fn colors_are_as_asked() {
    let folder = incidents();
    let args = ["diagnose", "--width", "80", "outage.xlog"];
    let plain = Ended::of(command(&folder).args(args));
    assert!(!out(&plain).contains('\u{1b}'));
    let always = Ended::of(command(&folder).args(args).args(["--color", "always"]));
    assert!(out(&always).contains("\u{1b}[31m×"), "{}", out(&always));
}

#[cfg(unix)]
#[test]
fn no_color_and_columns_count_on_a_terminal() {
    let folder = incidents();
    let shown = |variable: (&str, &str)| {
        let mut command = std::process::Command::new(assert_cmd::cargo::cargo_bin("imlog"));
        command.args(["diagnose", "outage.xlog"]).current_dir(folder.path("")).env("LC_ALL", "C.UTF-8");
        command.env("TERM", "xterm").env_remove("NO_COLOR").env_remove("COLUMNS").env(variable.0, variable.1);
        let (text, code) = crate::support::terminal::run(&mut command);
        assert_eq!(code, 1);
        text.replace("\r\n", "\n")
    };
    assert!(shown(("TERM", "xterm")).contains('\u{1b}'));
    assert!(!shown(("NO_COLOR", "1")).contains('\u{1b}'));
}

#[test]
fn evidence_is_shown_when_asked_for() {
    let folder = incidents();
    for width in ["60", "80"] {
        let ended = diagnose(&folder, &["--width", width, "--evidence", "outage.xlog"]);
        assert_fits(&out(&ended), width.parse().unwrap());
        insta::assert_snapshot!(format!("evidence_{width}"), out(&ended));
    }
}

#[test]
fn several_apps_in_an_archive_are_told_apart() {
    use crate::support::archive::{Entry, zip};
    let folder = incidents();
    let read = |name: &str| std::fs::read(folder.path(name)).unwrap();
    let entries = [
        Entry::new("Android/data/com.example.chat/files/imsdk/imsdk_C_20250306.xlog", read("outage.xlog")),
        Entry::new("Android/data/com.example.shop/files/imsdk/imsdk_C_20250316.xlog.log", read("healthy.xlog.log")),
    ];
    folder.write("apps.zip", zip(&entries));
    let ended = diagnose(&folder, &["--width", "80", "apps.zip"]);
    assert_eq!((ended.code, ended.err.as_str()), (1, ""));
    assert_fits(&out(&ended), 80);
    insta::assert_snapshot!("apps_80", out(&ended));
}
