//! No value of a kind that is masked survives, in any of the known spellings; all else does.

use imlog::{Personal, Redactor};
use proptest::prelude::*;

/// Spellings of fields, `V` for the value.
const USER: [&str; 12] = [
    "|userid:V|",
    "sender_user_id:V|x",
    "identifier: V, tinyid: 0",
    "{\"userID\":\"V\"}",
    "{\\\"sender\\\": \\\"V\\\"}",
    "conversation_key:c2c_V|",
    "conversationID=c2c_V&x",
    "friend_del_user_id_list:V other ",
    "\"members\":[\"other\",\"V\"]",
    "registrationID is V",
    "/Users/V/Library",
    "drop c2c_V now",
];
const GROUP: [&str; 3] = ["groupID:V|", "conversation_key:group_V|x", "\"group_id\": \"V\""];
const TOKEN: [&str; 3] = ["usersig:V|", "pushToken = V", "\"token\":\"V\""];
const DEVICE: [&str; 3] = ["|device_id:V|", "======  Device ID:   V", "imei=V&"];
const NICK: [&str; 3] = ["nickname:V, faceUrl:x", "<Tag_Profile_IM_Nick:V>", "{\"nick\":\"V\"}"];
const PACKAGE: [&str; 3] = ["/data/user/0/V/files", "/storage/emulated/0/Android/data/V/files", "package_name:V|"];
const IP: [&str; 3] = ["client ip:V", "client_address:V:443|x", "sdk_client_ip=V&sso_ip=1.2.3.4"];
const BARE: [&str; 4] = ["V", "see V.", "x|V|y", "({V})"];

fn value() -> impl Strategy<Value = (Personal, String, &'static [&'static str])> {
    let of = |personal, pattern: &'static str, spellings: &'static [&'static str]| {
        pattern.prop_map(move |value| (personal, value, spellings)).boxed()
    };
    // Q and q are in no spelling and no pseudonym, so that no value is found by chance.
    prop_oneof![
        of(Personal::User, "[qQ][a-z0-9_]{1,20}[qQ0-9]", &USER),
        of(Personal::Group, "[qQ][A-Za-z0-9]{1,20}[qQ]", &GROUP),
        of(Personal::Token, "[qQ][A-Za-z0-9+_*]{1,200}[qQ]", &TOKEN),
        of(Personal::Device, "[qQ][A-Fa-f0-9-]{1,36}[qQ]", &DEVICE),
        of(Personal::Nick, "[qQ][a-z]{1,8} [A-Z\u{4e00}-\u{4e20}]{1,8}[qQ]", &NICK),
        of(Personal::Package, "com\\.[qQ][a-z]{1,9}\\.[a-z]{1,9}[qQ]", &PACKAGE),
        of(Personal::Ip, "198\\.51\\.100\\.[1-9][0-9]", &IP),
        of(Personal::TinyId, "144115[0-9]{12}", &BARE),
        of(Personal::Message, "144115[0-9]{12}-1[0-9]{9}-[0-9]{5,9}", &BARE),
        of(Personal::Phone, "1[3-9][0-9]{9}", &BARE),
        of(Personal::Mail, "[qQ][a-z0-9.]{1,9}[a-z]@[a-z]{2,9}\\.example", &BARE),
        of(Personal::Group, "@TGS#[A-Z0-9]{5,20}", &BARE),
        of(Personal::Device, "[A-F0-9]{8}(-[A-F0-9]{4}){3}-[A-F0-9]{12}", &BARE),
    ]
}

proptest! {
    #[test]
    fn no_value_survives((personal, value, spellings) in value(), fill in "[a-z ]{0,8}", hex in any::<bool>()) {
        let mut redactor = Redactor::default();
        let mut lines: Vec<String> = spellings.iter().map(|spelling| spelling.replace('V', &value)).collect();
        if hex && personal == Personal::User {
            let digits: String = value.bytes().map(|byte| format!("{byte:02x}")).collect();
            lines.push(format!("=>base16_format:{digits}"));
        }
        let text = lines.join(&format!("\n{fill}|"));
        let redacted = redactor.text(&text);
        prop_assert!(!redacted.contains(&value), "{value} is in {redacted}");
        // All of them got the same pseudonym, and it is the one that the map has.
        let name = format!("{}-1", personal.name());
        prop_assert_eq!(redacted.matches(&name).count(), lines.len(), "{}", redacted);
        let aliases = redactor.aliases();
        let alias = aliases.iter().find(|alias| alias.value == value.as_bytes()).unwrap();
        prop_assert_eq!(alias.pseudonym(), name);
        let places = redacted.matches(&format!("{}-", personal.name())).count();
        prop_assert_eq!(redactor.masked(personal).places as usize, places, "{}", redacted);
    }

    /// What is between values stays byte for byte.
    #[test]
    fn all_else_stays(parts in proptest::collection::vec(("[a-z .,|0-9\u{4e00}-\u{4e20}<>()\\[\\]]{0,9}", value()), 0..20)) {
        let mut redactor = Redactor::default();
        let (mut text, mut kept) = (String::new(), Vec::new());
        for (fill, (_, value, spellings)) in &parts {
            let line = spellings[value.len() % spellings.len()].replace('V', value);
            text += &format!("{fill}\n{line}\n");
            kept.push(fill.clone());
        }
        let redacted = redactor.text(&text).into_owned();
        prop_assert_eq!(redacted.lines().count(), text.lines().count());
        let fills: Vec<_> = redacted.lines().step_by(2).map(str::to_owned).collect();
        prop_assert_eq!(fills, kept);
        // The same text again gives the same.
        prop_assert_eq!(redactor.text(&text).into_owned(), redacted);
    }

    #[test]
    fn words_and_numbers_stay(text in "([a-z]{1,8}[ .,|]|[0-9]{1,10}[ ,|]|0x[0-9a-f]{1,16}[ |]|error_code:-?[0-9]{1,5}\\||[0-9.:]{1,9} ){0,40}") {
        prop_assume!(!["user", "to:", "from:"].iter().any(|word| text.contains(word)));
        prop_assert_eq!(Redactor::default().text(&text).into_owned(), text);
    }

    #[test]
    fn bytes_of_any_kind_are_read(bytes in proptest::collection::vec(any::<u8>(), 0..300), key in "(user|nick|phone|token|userids|client_ip|conversation)[:=][\"'\\\\\\[ ]{0,3}") {
        let text = [key.as_bytes(), &bytes, key.as_bytes()].concat();
        let mut out = Vec::new();
        Redactor::default().push(&text, &mut out);
        let valid = String::from_utf8_lossy(&text).into_owned();
        Redactor::default().text(&valid);
    }
}
