//! What a diagnosis keeps is bounded, whatever the log holds, and what it does not keep is counted.

use std::fmt::Write;

use imlog::RuleId;

use crate::scene::diagnose;

fn log(lines: u64, line: impl Fn(u64, &str) -> String) -> String {
    let mut text = String::new();
    for number in 0..lines {
        let seconds = number * 1000;
        let time = format!(
            "2025-03-{:02} {:02}:{:02}:{:02}.000",
            1 + seconds / 86_400,
            seconds / 3600 % 24,
            seconds / 60 % 60,
            seconds % 60
        );
        writeln!(text, "{}", line(number, &time)).unwrap();
    }
    text
}

#[test]
fn sessions_and_findings_beyond_a_thousand_are_counted() {
    let start = |pid: u64, time: &str| {
        format!("TIM: {time}/I/{pid}-1   /Network   -a.cpp.1  Init    /session init, sdkAppId: {pid}")
    };
    let found = diagnose(log(2_400, start).as_bytes());
    assert_eq!((found.sessions.len(), found.further_sessions), (1_000, 1_400));
    assert_eq!((found.findings.len(), found.further_findings), (1_000, 1_399));
}

#[test]
fn a_finding_that_does_not_fit_is_counted_once() {
    let send = |number: u64, time: &str| match number {
        ..1_000 => {
            format!("TIM: {time} E |-a.cpp:1   SendMessageComplete   |error code:10007|error message:x|message:")
        }
        _ => "TIM: 2025-03-20 00:00:00.000 E |-a.cpp:1   SendMessageComplete   |error code:10007|message:".to_owned(),
    };
    let found = diagnose(log(1_900, send).as_bytes());
    assert_eq!((found.findings.len(), found.further_findings), (1_000, 1));
}

#[test]
fn gigantic_fields_are_cut() {
    let long = "\u{202e}\u{1b}[31mx".repeat(100_000);
    let text = log(50, |number, time| {
        format!("TIM: {time} E |-a.cpp:1   Handle{number}   |error_code:6013|error_message:{long}|userid:{long}")
    });
    let found = diagnose(text.as_bytes());
    for finding in &found.findings {
        assert!(finding.evidence.iter().all(|evidence| evidence.text.len() <= 3 * 512 && evidence.is_cut));
        assert!(finding.evidence.len() <= 5 && finding.notes.len() <= 8);
    }
    let calls: u64 =
        found.findings.iter().filter(|finding| finding.rule == RuleId::NotInitialized).map(|found| found.count).sum();
    assert_eq!(calls, 50);
}
