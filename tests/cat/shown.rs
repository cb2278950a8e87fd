//! What records look like.

use crate::program::{Folder, testdata};

#[test]
fn json_has_what_the_line_says() {
    let folder = Folder::new();
    // In a file with lines of 5.x or later, weaker heads continue them.
    let forms = include_str!("forms.log").replace("\nof two lines", "\u{0}of two lines");
    let names: Vec<_> = forms
        .lines()
        .enumerate()
        .map(|(number, line)| {
            let name = format!("{number}.log");
            folder.write(&name, line.replace('\u{0}', "\n"));
            name
        })
        .collect();
    let names: Vec<_> = names.iter().map(String::as_str).collect();
    let ended = folder.run(&[&["cat", "--json"], names.as_slice()].concat());
    insta::assert_snapshot!(String::from_utf8(ended.out).unwrap());
    // Without a line of 5.x or later in the file.
    folder.write("ios.log", "[INFO][TIMManager.mm:137][-[TIMManager initSdk:]][ImSDK]Has InitSDK, skip\nnext\n");
    insta::assert_snapshot!(String::from_utf8(folder.run(&["cat", "--json", "ios.log"]).out).unwrap());
}

#[test]
fn json_has_the_fields_of_all_lines_of_a_record() {
    let folder = Folder::new();
    folder.write(
        "a.log",
        "TIM: 2023-11-06 14:19:18.434 I |-message_sender.cpp:1052    SendMessageComplete    |error code:0|error message:Success|message:\n\
         message_type:c2c|message_sub_type:0x0\n\
         sender_user_id:user_A|receiver_user_id:user_B\n\
         client_time:1765817853|server_time:1765817853|sequence:1517175964|random:2053060029\n\
         message_status:success|IsOnlineOnly:false|platform:Android\n\
         message_elements:\n\
         [text] content size:6\n\
         \n\
         TIM: 2023-11-06 14:19:19.434 I |-message_dispatcher.cpp:315  HandleNewMessage  |message_source:receive message|message:\n\
         sender_user_id:user_B|receive_time:1765817870227\n\
         [friendship_change] friendship_change_type:delete from friend list\n\
         \u{20}                   friend_del_user_id_list:user_B \n",
    );
    let ended = folder.run(&["cat", "--json", "a.log"]);
    let objects = serde_json::Deserializer::from_slice(&ended.out).into_iter::<serde_json::Value>();
    let objects: Vec<_> = objects.map(Result::unwrap).collect();
    assert_eq!(objects.len(), 2);
    assert_eq!((objects[0]["code"].as_i64(), objects[1].get("code")), (Some(0), None));
    assert_eq!(
        objects[0]["fields"],
        serde_json::json!({
            "error code": "0", "error message": "Success", "message": "", "message_type": "c2c", "message_sub_type": "0x0",
            "sender_user_id": "user_A", "receiver_user_id": "user_B", "client_time": "1765817853",
            "server_time": "1765817853", "sequence": "1517175964", "random": "2053060029", "message_status": "success",
            "IsOnlineOnly": "false", "platform": "Android", "message_elements": "", "content size": "6",
        })
    );
    assert_eq!(
        objects[1]["fields"],
        serde_json::json!({
            "message_source": "receive message", "message": "", "sender_user_id": "user_B",
            "receive_time": "1765817870227", "friendship_change_type": "delete from friend list",
            "friend_del_user_id_list": "user_B",
        })
    );
    assert!(objects[0]["message"].as_str().unwrap().ends_with("message_elements:\n[text] content size:6\n"));
}

#[test]
fn every_json_line_is_an_object() {
    let path = testdata("async-zlib-plain.xlog");
    let ended = Folder::new().run(&["cat", "--json", path.to_str().unwrap()]);
    let lines = String::from_utf8(ended.out).unwrap();
    let mut text = String::new();
    for line in lines.lines() {
        let object: serde_json::Value = serde_json::from_str(line).unwrap();
        assert!(object["path"].is_string() && object["form"].is_string());
        text += object["message"].as_str().unwrap();
    }
    assert!(lines.lines().count() > 1000 && text.contains("heartbeat ok"));
}

#[test]
fn colours_only_if_they_are_wanted() {
    let folder = Folder::new();
    folder.write(
        "a.log",
        "TIM: 2023-11-06 14:19:18.434 E |-a.cpp:1  f  |red\nTIM: 2023-11-06 14:19:18.434 I |-a.cpp:1  f  |\x1Bplain\n",
    );
    let run = |args: &[&str]| String::from_utf8(folder.run(&[&["cat", "a.log"], args].concat()).out).unwrap();
    assert_eq!(run(&[]), folder.read("a.log"));
    assert_eq!(run(&["--color", "never"]), folder.read("a.log"));
    let coloured = run(&["--color", "always"]);
    assert!(coloured.starts_with("\x1b[31mTIM: ") && coloured.contains("red\x1b[0m\nTIM: "), "{coloured:?}");
    let json = run(&["--color", "always", "--json"]);
    assert!(!json.contains('\x1b'));
    let no_color = folder.command().args(["cat", "a.log", "--color", "auto"]).env("NO_COLOR", "1").output().unwrap();
    assert_eq!(no_color.stdout, folder.read("a.log").into_bytes());
}

#[test]
fn a_mistake_gets_a_hint() {
    let folder = Folder::new();
    for args in [&["-v"][..], &["-F"], &["--json", "-c"], &["--zone", "x"], &["-m", "many"], &["--pid", "x"]] {
        let ended = folder.run(&[&["cat", "a.log"], args].concat());
        assert!(ended.code == 2 && ended.out.is_empty() && ended.err.starts_with("error: "), "{args:?}: {}", ended.err);
    }
}
