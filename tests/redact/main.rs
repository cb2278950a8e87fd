//! `--redact`: the program on real logs and on made-up values, and the redactor of the library.

#[path = "../decode/program.rs"]
#[allow(dead_code, reason = "each test crate uses its own part")]
mod program;

mod cat;
mod decode;
mod diagnose;
mod map;
mod properties;

use program::{Ended, Folder};

/// Lines as the SDK writes them, with made-up people in them.
const LOG: &str = "\
TIM: 2025-03-06 08:37:00.941 I |-login.cpp:569   LogRequestBegin   |Login begin|task_id:1|sdkappid:1400209777|userid:13800138000|x
TIM: 2025-03-06 08:37:01.098 I |-login.cpp:1254  LogRequestEnd     |Login success|error_code:0 error_message:OK|userid:13800138000 tinyid: 144115212345678901|time cost:65ms
TIM: 2025-03-06 08:37:01.099 I |-database.cpp:2  InternalInit      |database_path:/data/user/0/com.acme.app/|userid:eve =>base16_format:657665
TIM: 2025-03-06 08:37:02.000 I |-login.cpp:952   HandleOnline      |client_address:198.51.100.7:48062|sms to 13800138000, mail eve@acme.example
TIM: 2025-03-06 08:37:24.076 E |-message.cpp:596 HandleNewMessage  |error_code:6014|error_message:x|message:
sender_user_id:eve|receiver_user_id:13800138000|{\"nickname\":\"Eve E.\",\"groupID\":\"@TGS#2ABC\"}
TIM: 2025-03-06 08:37:28.085 D |-unread.cpp:1    HandleUpdate      |conversation_key:c2c_eve|unread_message_count:7
";

/// What must not be in any output of that.
const SECRETS: [&str; 9] = [
    "13800138000",
    "144115212345678901",
    "com.acme.app",
    "|userid:eve",
    "657665",
    "198.51.100.7",
    "acme.example",
    "Eve",
    "@TGS#2ABC",
];

/// That with pseudonyms.
const REDACTED: &str = "\
TIM: 2025-03-06 08:37:00.941 I |-login.cpp:569   LogRequestBegin   |Login begin|task_id:1|sdkappid:1400209777|userid:user-1|x
TIM: 2025-03-06 08:37:01.098 I |-login.cpp:1254  LogRequestEnd     |Login success|error_code:0 error_message:OK|userid:user-1 tinyid: tinyid-1|time cost:65ms
TIM: 2025-03-06 08:37:01.099 I |-database.cpp:2  InternalInit      |database_path:/data/user/0/package-1/|userid:user-2 =>base16_format:user-2
TIM: 2025-03-06 08:37:02.000 I |-login.cpp:952   HandleOnline      |client_address:ip-1:48062|sms to user-1, mail mail-1
TIM: 2025-03-06 08:37:24.076 E |-message.cpp:596 HandleNewMessage  |error_code:6014|error_message:x|message:
sender_user_id:user-2|receiver_user_id:user-1|{\"nickname\":\"nick-1\",\"groupID\":\"group-1\"}
TIM: 2025-03-06 08:37:28.085 D |-unread.cpp:1    HandleUpdate      |conversation_key:c2c_user-2|unread_message_count:7
";

/// A folder with that log as a text.
fn folder() -> Folder {
    let folder = Folder::new();
    folder.write("a.log", LOG);
    folder
}

fn run(folder: &Folder, args: &[&str]) -> Ended {
    Ended::of(folder.command().args(args))
}

fn out(ended: &Ended) -> String {
    String::from_utf8(ended.out.clone()).unwrap()
}

fn assert_no_secret(text: &str) {
    for secret in SECRETS {
        assert!(!text.contains(secret), "{secret} is in {text}");
    }
}
