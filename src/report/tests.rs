//! Whole pages: what is shown, what is escaped, and how much of it.

use std::convert::Infallible;

use super::*;
use crate::decode::Decoder;
use crate::record::{Piece, read_records};
use crate::sdk::{Concern, Diagnoser, concerns};

fn diagnosis(log: &[u8]) -> Diagnosis {
    let mut diagnoser = Diagnoser::default().with_details();
    diagnoser.next_log("logs/a.log", None);
    let show = |piece: Piece<'_, Concern>| {
        diagnoser.piece(piece);
        Ok::<_, Infallible>(())
    };
    assert!(read_records(&Decoder::default(), log, concerns, show).is_ok());
    diagnoser.finish()
}

fn app(name: &str, diagnosis: Diagnosis) -> ReportApp {
    ReportApp { name: name.into(), verdict: diagnosis.verdict(), diagnosis, sources: Vec::new(), known: None }
}

fn page(apps: impl IntoIterator<Item = ReportApp>) -> String {
    let mut page = ReportPage::default();
    apps.into_iter().for_each(|app| page.add(app));
    page.html()
}

/// The page without its script and style.
fn body(html: &str) -> &str {
    let (_, body) = html.split_once("<body>").unwrap();
    body.split_once("<script").unwrap().0
}

fn line(seconds: u64, function: &str, message: &str) -> String {
    let (minutes, seconds) = (seconds / 60, seconds % 60);
    let (hours, minutes) = (8 + minutes / 60, minutes % 60);
    format!("TIM: 2025-03-06 {hours:02}:{minutes:02}:{seconds:02}.000 E |-a.cpp:1   {function}   |{message}\n")
}

#[test]
fn the_page_of_a_log_is_as_it_was() {
    let tried = "channel connect completed|error_code:9510|error_message:timeout";
    let log = (0..5).map(|at| line(at, "NotifyConnectResult", tried)).collect::<String>()
        + &line(90, "Other", "error_code:424242|what <b>is</b> this?");
    insta::assert_snapshot!(body(&page([app(".", diagnosis(log.as_bytes()))])));
}

#[test]
fn text_of_a_log_is_escaped_wherever_it_is_shown() {
    let attack = "</script><script>'\"&\0\u{2028}\u{202e}]]>";
    let mut log = format!("TIM: ======  SDK APP ID:  {attack}\nTIM: ======  Device Type: {attack}\n");
    log += &line(0, attack, &format!("{attack}|error_code:424242"));
    log += &line(1, "NotifyConnectResult", &format!("channel connect completed|error_code:9510|{attack}"));
    let mut app = app(attack, diagnosis(log.as_bytes()));
    app.verdict = attack.into();
    app.diagnosis.logs[0].name = attack.into();
    let html = page([app.clone(), app]);
    assert_eq!(html.matches("<script").count(), 1, "the page's own");
    assert_eq!(html.matches("</script").count(), 1);
    assert!(body(&html).matches("&#60;script&#62;").count() > 10);
    assert!(!html.contains(['\0', '\u{2028}', '\u{202e}']));
}

#[test]
fn nothing_personal_is_left_in_a_redacted_page() {
    const PATH: &str = "/sdcard/Android/data/com.secret.app/files/a.log";
    let log = [
        line(0, "LogRequestBegin", "Login begin|task_id:1|userid:secret_user"),
        line(
            1,
            "LogRequestEnd",
            "Login fail|error_code:70001 error_message:x|userid:secret_user|client_ip:203.0.113.7",
        ),
        line(2, "Nearby", "to_user_id:secret_user|13812345678|secret@mail.example"),
        line(3, "SecretFunction", "conversation_key:c2c_secret_user|error_code:424242"),
    ]
    .concat();
    let mut app = app(PATH, diagnosis(log.as_bytes()));
    app.verdict = format!("Nothing was found in {PATH}");
    app.diagnosis.logs[0].name = PATH.into();
    app.sources = vec![Source { path: Some(PATH.into()), ..Source::default() }];
    let mut report = ReportPage::default();
    report.add(app.clone());
    let before = report.html();
    for value in ["secret_user", "com.secret.app", "203.0.113.7", "13812345678", "secret@mail.example"] {
        assert!(before.contains(value), "{value}");
    }
    let mut redactor = Redactor::default();
    report.redact(&mut redactor);
    let html = report.html();
    assert!(!html.contains("secret") && !html.contains("203.0.113.7") && !html.contains("13812345678"));
    assert!(html.contains("c2c_user-1") && html.contains("SecretFunction"));
    let foot = "Pseudonyms stand for 1 user id (11 times), 1 phone number (3 times), 1 e-mail (3 times), 1 client IP \
                (2 times) and 1 package name (4 times), in all that the page is made of.";
    assert!(html.contains(foot), "{}", html.split_once("<footer>").unwrap().1);
}

#[test]
fn the_policy_is_that_of_the_script_and_the_style_in_the_page() {
    let html = page([]);
    let inside = |start: &str, end: &str| html.split_once(start).unwrap().1.split_once(end).unwrap().0;
    let (script, style) = (inside("<script type=\"module\">", "</script>"), inside("<style>", "</style>"));
    let expected = policy::policy(script, style).replace('\'', "&#39;");
    assert!(html.contains(&expected), "{expected}");
    assert!(script.len() > 1000 && style.len() > 1000 && !html.contains('\r'));
}

#[test]
fn what_is_wrong_is_shown_before_what_is_well() {
    let well = || app("well", diagnosis(line(0, "Other", "words").as_bytes()));
    let wrong: String =
        (0..5).map(|at| line(at, "NotifyConnectResult", "channel connect completed|error_code:9510")).collect();
    let html = page((0..300).map(|_| well()).chain([app("wrong", diagnosis(wrong.as_bytes()))]));
    assert!(html.contains("id=\"finding-1\""), "the last one is shown in full");
    assert_eq!(html.matches("<article class=\"app\"").count(), MAX_APPS);
    assert!(html.contains(&format!("And {} more.", 301 - MAX_APPS - MAX_OTHERS)));
}

#[test]
fn a_page_has_a_size_however_long_the_log() {
    let sizes = [2_000, 8_000].map(|rounds| {
        let markup = "<&>\"'".repeat(40);
        let mut log = String::new();
        for round in 0..rounds {
            let word: String = round.to_string().bytes().map(|digit| char::from(digit + b'a' - b'0')).collect();
            log += &line(
                round * 700 % 50_000,
                "NotifyConnectResult",
                &format!("channel connect completed|error_code:9510|{markup}"),
            );
            log +=
                &line(round * 700 % 50_000, &format!("F{word}"), &format!("{markup}|error_code:{}", 400_000 + round));
        }
        page([app(".", diagnosis(log.as_bytes()))]).len()
    });
    assert!(sizes.iter().all(|size| (300_000..1_000_000).contains(size)), "{sizes:?}");
}
