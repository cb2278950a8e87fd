//! `--html`: where the page goes, what it replaces, and what it is made of.

use std::fs;

use super::*;

fn page(folder: &Folder, name: &str) -> String {
    fs::read_to_string(folder.path(name)).unwrap()
}

#[test]
fn the_page_says_what_the_diagnosis_says() {
    let folder = incidents();
    let ended = diagnose(&folder, &["--html", "report.html", "week.zip"]);
    assert_eq!((ended.code, out(&ended).as_str(), ended.err.as_str()), (1, "", ""));
    let page = page(&folder, "report.html");
    assert!(page.starts_with("<!DOCTYPE html>") && page.ends_with("</html>\n"));
    let verdict =
        "The SDK could not connect to the server, 35 times from 2025-03-06 08:43:10 to 08:45:10, and 1 more finding.";
    assert!(page.contains(&format!("<h1 id=\"verdict\">{verdict}</h1>")));
    let command = "imlog cat --since 2025-03-06T08:43:05 --until 2025-03-06T08:45:15 week.zip";
    assert!(page.contains(&format!("<code>{command}</code>")));
    assert_eq!(page.matches("<article class=\"panel card").count(), 2);
    // On standard output, it is the same. A healthy log is no failure.
    let ended = diagnose(&folder, &["--html", "-", "week.zip"]);
    assert_eq!(String::from_utf8(ended.out).unwrap(), page);
    assert_eq!(diagnose(&folder, &["--html", "healthy.html", "healthy.xlog.log"]).code, 0);
    assert!(self::page(&folder, "healthy.html").contains("Nothing went wrong that the log shows."));
}

#[test]
fn what_is_personal_is_masked_unless_asked_for() {
    let folder = incidents();
    let users = |args: &[&str]| {
        let ended = diagnose(&folder, &[args, &["outage.xlog"]].concat());
        assert_eq!(ended.code, 1, "{}", ended.err);
        let page = page(&folder, "report.html");
        (page.contains("user_66817"), page.contains("user-1"), page.contains("Pseudonyms stand for"))
    };
    assert_eq!(users(&["--html", "report.html"]), (false, true, true));
    assert_eq!(users(&["--html", "report.html", "--no-redact"]), (true, false, false));
    assert_eq!(users(&["--html", "report.html", "--redact-map", "map"]), (false, true, true));
    assert!(fs::read_to_string(folder.path("map")).unwrap().contains("user_66817"));
    assert_eq!(diagnose(&folder, &["--no-redact", "outage.xlog"]).code, 2);
}

#[test]
fn records_around_the_evidence_are_shown() {
    let folder = incidents();
    diagnose(&folder, &["--html", "report.html", "--rule", "usersig-expired", "outage.xlog"]);
    let page = page(&folder, "report.html");
    let lines: Vec<_> = page
        .match_indices("<li id=\"finding-1-line-")
        .map(|(at, start)| {
            let rest = &page[at + start.len()..];
            rest.split('"').next().unwrap().parse::<u32>().unwrap()
        })
        .collect();
    assert_eq!(lines, [373, 374, 375, 376, 377, 378]);
    assert_eq!(page.matches("class=\"proof").count(), 2);
}

#[test]
fn an_earlier_page_is_replaced_and_nothing_else() {
    let folder = incidents();
    let put = |name: &str, text: &str| fs::write(folder.path(name), text).unwrap();
    put("old.html", "<!doctype html><p>older");
    put("empty.html", "");
    for name in ["old.html", "empty.html"] {
        assert_eq!(diagnose(&folder, &["--html", name, "outage.xlog"]).err, "");
        assert!(page(&folder, name).contains("UserSig"));
    }
    put("notes.txt", "mine");
    let before = fs::read(folder.path("outage.xlog")).unwrap();
    let count = || folder.files().len();
    let files = count();
    let kept = "the existing file is not an HTML page, and was left as it is";
    for (name, error) in [
        ("notes.txt", format!("error: cannot write `notes.txt`: {kept}\n")),
        ("loop.xlog.log", format!("error: cannot write `loop.xlog.log`: {kept}\n")),
        (
            "outage.xlog",
            "error: `outage.xlog` is being read; the page cannot replace it\nhint: choose another place for the page\n"
                .into(),
        ),
        (".", "error: cannot write `.`: it is a folder\n".into()),
    ] {
        let ended = diagnose(&folder, &["--html", name, "outage.xlog"]);
        assert_eq!((ended.code, ended.err.as_str()), (1, error.as_str()), "{name}");
    }
    let ended = diagnose(&folder, &["--html", "none/a.html", "outage.xlog"]);
    assert!(ended.code == 1 && ended.err.starts_with("error: cannot write `none/a.html`: "), "{}", ended.err);
    assert_eq!((page(&folder, "notes.txt").as_str(), count()), ("mine", files));
    assert_eq!(fs::read(folder.path("outage.xlog")).unwrap(), before);
}

#[cfg(unix)]
#[test]
fn a_log_is_not_replaced_under_another_name() {
    let folder = incidents();
    std::os::unix::fs::symlink("week.zip", folder.path("report.html")).unwrap();
    fs::hard_link(folder.path("outage.xlog"), folder.path("b.html")).unwrap();
    for name in ["report.html", "b.html"] {
        let ended = diagnose(&folder, &["--html", name, "week.zip", "outage.xlog"]);
        assert_eq!(ended.code, 1);
        assert!(ended.err.contains("is being read; the page cannot replace it"), "{}", ended.err);
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_reported() {
    let folder = incidents();
    let ended = diagnose(&folder, &["--html", "/dev/full", "outage.xlog"]);
    assert_eq!(ended.code, 1);
    assert_eq!(ended.err, "error: cannot write `/dev/full`: No space left on device (os error 28)\n");
}

#[cfg(unix)]
#[test]
fn who_may_not_read_the_log_may_not_read_the_page() {
    use std::os::unix::fs::PermissionsExt;
    let folder = incidents();
    let path = |name: &str| folder.path(name);
    fs::set_permissions(path("outage.xlog"), fs::Permissions::from_mode(0o600)).unwrap();
    diagnose(&folder, &["--html", "a.html", "outage.xlog", "week.zip"]);
    assert_eq!(fs::metadata(path("a.html")).unwrap().permissions().mode() & 0o777, 0o600);
}

#[test]
fn what_is_missing_is_shown_by_file() {
    let folder = incidents();
    let mut log = fs::read(folder.path("outage.xlog")).unwrap();
    let middle = log.len() / 2;
    log[middle..middle + 64].fill(0xAA);
    fs::write(folder.path("damaged.xlog"), log).unwrap();
    folder.copy("async-zlib-crypt.xlog", "secret.xlog");
    diagnose(&folder, &["--html", "a.html", "damaged.xlog", "secret.xlog", "loop.xlog.log"]);
    let page = page(&folder, "a.html");
    for (state, tone) in [("damaged", "error"), ("encrypted", "warn"), ("whole", "good")] {
        assert!(page.contains(&format!("<span class=\"chip {tone}\">{state}</span>")), "{state}");
    }
    assert!(page.contains("class=\"hole\""), "and in the timeline");
    assert!(page.contains("<div class=\"bad\"><dt>Completeness</dt>"));
}

#[test]
fn it_is_a_page_or_json() {
    let folder = incidents();
    assert_eq!(diagnose(&folder, &["--html", "a.html", "--json", "outage.xlog"]).code, 2);
    // Where there is no log, there is no page.
    assert_eq!(diagnose(&folder, &["--html", "a.html", "none.xlog"]).code, 2);
    assert!(!folder.path("a.html").exists());
}
