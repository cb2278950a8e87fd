//! Text from strangers, in every field that is shown.

use crate::program::Folder;
use crate::shown::assert_fits;
use crate::{diagnose, out, out_lines};

const EVIL: &str = "\u{1b}]0;x\u{7}\u{1b}[2J\u{9b}31m\u{202e}evil\u{2066}\r\u{8}\t\u{1b}[31m";

/// What ends a field or a line is no part of a value.
fn log(evil: &str) -> String {
    let field = evil.replace(['|', '\n'], "");
    let line = |second: u32, level: char, function: &str, message: &str| {
        format!("TIM: 2025-03-06 09:00:{second:02}.000 {level} |-a.cpp:1    {function}    |{message}\n")
    };
    let failed = |second| {
        line(
            second,
            'E',
            "LogRequestEnd",
            &format!("Login fail|task_id:1|error_code:70001 error_message:{field}|userid:{field}"),
        )
    };
    [
        format!("TIM: ======  SDK APP ID:  {field}\nTIM: ======  SDK Version: {field}\n"),
        format!(
            "TIM: ======  Platform:    {field}\nTIM: ======  Device Type: {field}\nTIM: ======  System Ver:  {field}\n"
        ),
        line(
            0,
            'I',
            "Init",
            &format!("InitSDK|sdk_app_id:{field}|sdk_version:{field}|platform:{field}|log_level:{field}"),
        ),
        line(1, 'I', "LogRequestBegin", &format!("Login begin|task_id:1|userid:{field}")),
        failed(2),
        line(
            3,
            'W',
            "HandleKickoutNotify",
            &format!("kick_offline_type:1|platform:{field}|error_code:6208|error_message:{field}"),
        ),
        line(4, 'E', "Login", &format!("error_code:6013|error_message:not initialized|userid:{field}")),
        line(5, 'E', &format!("Handle{}", field.replace([' ', '\t'], "")), &format!("error_code:1234|{field}")),
        line(6, 'E', "HandleX", evil),
    ]
    .concat()
}

#[test]
fn nothing_steers_the_terminal_and_nothing_is_wider_than_the_page() {
    let folder = Folder::new();
    let zalgo = format!("a{}", "\u{301}".repeat(300));
    let evils = [
        EVIL.to_owned(),
        "很".repeat(400),
        "x".repeat(300_000),
        zalgo,
        "a b ".repeat(5000),
        format!("{EVIL} and some plain words ").repeat(500),
        "👩‍👩‍👧".repeat(100),
    ];
    for (index, evil) in evils.iter().enumerate() {
        folder.write("a.log", log(evil));
        for width in ["40", "60", "80", "120"] {
            for more in [&[][..], &["--evidence"], &["--ascii"]] {
                let ended = diagnose(&folder, &[&["--width", width, "a.log"], more].concat());
                let text = out(&ended);
                assert_eq!((ended.code, ended.err.as_str()), (1, ""), "{index}");
                let steers = |c: char| {
                    (c.is_control() && c != '\n')
                        || matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
                };
                assert!(!text.contains(steers), "{index}: {text:?}");
                assert_fits(&text, width.parse().unwrap());
                // Nobody reads more than that.
                assert!(text.lines().count() < 90 && text.len() < 30_000, "{index} on {width}: {}", text.len());
            }
        }
    }
    folder.write("a.log", log(EVIL));
    insta::assert_snapshot!("hostile_80", out(&diagnose(&folder, &["--width", "80", "--evidence", "a.log"])));
}

#[test]
fn names_of_files_and_folders_are_shown_escaped() {
    let folder = Folder::new();
    // No name on Windows has control characters. (`out` turns each backslash there.)
    let (name, shown) = match cfg!(windows) {
        true => ("d\u{202e}/\u{202e}gol.xlog.log", "d/u{202e}"),
        false => ("d\u{1b}[2J/\u{202e}gol.xlog.log", "d^[[2J"),
    };
    folder.write(name, log("x"));
    folder.write("other/b.log", log("x"));
    let text = out(&diagnose(&folder, &["--width", "60", "."]));
    assert!(text.contains(shown) && !text.contains(['\u{1b}', '\u{202e}']), "{text}");
    let long = format!("{}/{}.log", "long ".repeat(40), "日".repeat(60));
    folder.write(&long, log("x"));
    assert_fits(&out(&diagnose(&folder, &["--width", "60", &long])), 60);
}

#[test]
fn json_is_json_whatever_the_log_holds() {
    let folder = Folder::new();
    for evil in [EVIL.to_owned(), "x".repeat(3_000_000), "\"\\\"}',\u{1b}[0m some words ".repeat(99)] {
        folder.write("a.log", log(&evil));
        let ended = diagnose(&folder, &["--json", "a.log"]);
        assert_eq!(ended.err, "");
        assert!(out_lines(&ended).len() > 5 && ended.out.len() < 200_000, "{}", ended.out.len());
    }
    let mut bytes = log("x").into_bytes();
    bytes.extend(b"TIM: 2025-03-06 09:00:07.000 E |-a.cpp:1  HandleY  |error_code:5|\xff\xfe\xe5\n");
    folder.write("a.log", bytes);
    assert!(out_lines(&diagnose(&folder, &["--json", "a.log"])).len() > 5);
}

/// Clocks that go back are told, and give no strip.
#[test]
fn a_clock_that_went_back_is_told() {
    let folder = Folder::new();
    let line =
        |time: &str| format!("TIM: {time} I |-a.cpp:1  Init  |InitSDK|sdk_app_id:1400000000|sdk_version:8.8.7357\n");
    folder
        .write("a.log", line("2025-03-06 09:00:00.000") + &line("2025-03-06 08:00:00.000").replace("InitSDK", "then"));
    let text = out(&diagnose(&folder, &["--width", "80", "a.log"]));
    assert!(text.contains("2025-03-06 09:00:00 to 08:00:00 (its clock went back)"), "{text}");
}

/// Thousands of sessions and findings: the worst are shown, the others are counted.
#[test]
fn what_is_shown_is_bounded() {
    let folder = Folder::new();
    let session = |n: u32| {
        let time = format!("2025-03-06 {:02}:{:02}:{:02}", n / 3600, n / 60 % 60, n % 60);
        format!(
            "^^^^^^^^^^Dec 10 2021^^^15:15:13^^^^^^^^^^[{n},{n}][2025-03-06 +0800 {}]\n\
             TIM: {time}.000 I |-a.cpp:1  Init  |InitSDK|sdk_app_id:14000|sdk_version:8.8.7357|log_level:Debug\n\
             TIM: {time}.500 E |-a.cpp:1  Login  |error_code:6013|error_message:not initialized|userid:u{n}\n",
            &time[11..]
        )
    };
    folder.write("a.log", (0..5000).map(|n| session(n + 1)).collect::<String>());
    let text = out(&diagnose(&folder, &["--width", "80", "a.log"]));
    assert!(text.lines().count() < 400, "{}", text.lines().count());
    assert!(text.contains(" more sessions\n") && text.contains(" more findings: see --json"), "{text}");
    assert_fits(&text, 80);
}
