//! What is left out: by time, user, rule, severity, and because a good log has it too.

use crate::{diagnose, incidents, out, rules};

#[test]
fn time_keeps_what_reaches_into_it() {
    let folder = incidents();
    for (args, left) in [
        (&[][..], &["connect-failed", "usersig-expired"][..]),
        (&["--since", "08:50"], &["usersig-expired"]),
        (&["--since", "2025-03-06 08:50"], &["usersig-expired"]),
        (&["--until", "08:50"], &["connect-failed"]),
        // In the middle of it.
        (&["--since", "08:44", "--until", "08:44:30"], &["connect-failed"]),
        (&["--since", "10m"], &[]),
        (&["--since", "2025-03-06T08:50:00+08:00"], &["usersig-expired"]),
    ] {
        assert_eq!(rules(&folder, &[args, &["outage.xlog"]].concat()), left, "{args:?}");
    }
    let ended = diagnose(&folder, &["--since", "10m", "outage.xlog"]);
    assert_eq!(ended.code, 0);
    assert!(out(&ended).starts_with("Nothing that was asked for went wrong.\n"), "{}", out(&ended));
}

#[test]
fn rules_and_severity() {
    let folder = incidents();
    assert_eq!(rules(&folder, &["--rule", "usersig-expired", "outage.xlog"]), ["usersig-expired"]);
    let both = ["--rule", "usersig-expired", "--rule", "connect-failed", "outage.xlog"];
    assert_eq!(rules(&folder, &both).len(), 2);
    let ended = diagnose(&folder, &["--rule", "kicked-offline", "outage.xlog"]);
    assert_eq!(ended.code, 0, "none of that rule");
    let ended = diagnose(&folder, &["--rule", "kick", "outage.xlog"]);
    assert_eq!(ended.code, 2);
    assert!(ended.err.contains("kicked-offline"), "{}", ended.err);
    // Text files of only some days: the missing ones are good to know, no more.
    assert_eq!(rules(&folder, &["--min-severity", "error", "healthy.xlog.log"]), [] as [&str; 0]);
}

#[test]
fn a_user_has_the_sessions_in_which_they_logged_in() {
    let folder = incidents();
    let of_user = |user| diagnose(&folder, &["--user", user, "--width", "80", "outage.xlog", "loop.xlog.log"]);
    let ended = of_user("user_66817");
    assert!(out(&ended).contains("user_66817") && !out(&ended).contains("user_49293"), "{}", out(&ended));
    assert_eq!(
        rules(&folder, &["--user", "user_49293", "outage.xlog", "loop.xlog.log"]),
        ["usersig-loop", "usersig-expired", "unclean-exit"]
    );
    let ended = of_user("nobody\u{1b}[2J");
    assert_eq!(ended.code, 0);
    assert!(out(&ended).starts_with("No session of the user nobody^[[2J was found.\n"), "{}", out(&ended));
}

#[test]
fn a_good_log_takes_away_what_it_has_too() {
    let folder = incidents();
    let ended = diagnose(&folder, &["--baseline", "outage.xlog", "outage.xlog"]);
    assert_eq!(ended.code, 0);
    let text = out(&ended);
    assert!(text.starts_with("Nothing went wrong that is not in the good log too.\n"), "{text}");
    assert!(text.contains("\nLeft out: 2 findings and groups that the good log has too.\n"), "{text}");
    let ended = diagnose(&folder, &["--baseline", "healthy.xlog.log", "outage.xlog"]);
    assert_eq!(ended.code, 1);
    assert_eq!(rules(&folder, &["--baseline", "loop.xlog.log", "outage.xlog"]), ["connect-failed"]);
    let ended = diagnose(&folder, &["--baseline", "absent.xlog", "outage.xlog"]);
    assert_eq!((ended.code, ended.out.len()), (2, 0));
}
