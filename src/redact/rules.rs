//! What is personal, as data: keys with such values, words that lead to one, and shapes that are one wherever they stand.
//!
//! To add a spelling, add a word to a row, or a row with a line that has it. Each row names the pseudonym and the line
//! that it was learned from, with what becomes of that line; the tests read all of them. Values in the lines are made up.

/// What a value is, which is what its pseudonym starts with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Personal {
    /// Id of a user, as the app gives it: `user-1`.
    User,
    /// Number of a user in the SDK: `tinyid-1`.
    TinyId,
    /// Phone number: `phone-1`.
    Phone,
    /// Mail address: `mail-1`.
    Mail,
    /// Nick name, name card or remark: `nick-1`.
    Nick,
    /// Address of a picture of a user: `face-1`.
    Face,
    /// Id of a group: `group-1`.
    Group,
    /// Id of a message: `msg-1`.
    Message,
    /// Address of a phone in the network: `ip-1`.
    Ip,
    /// Id of a device: `device-1`.
    Device,
    /// UserSig, token, password, or a dump of bytes: `token-1`.
    Token,
    /// Name of the app's package: `package-1`.
    Package,
}

impl Personal {
    /// All of them.
    pub const ALL: [Personal; 12] = [
        Personal::User,
        Personal::TinyId,
        Personal::Phone,
        Personal::Mail,
        Personal::Nick,
        Personal::Face,
        Personal::Group,
        Personal::Message,
        Personal::Ip,
        Personal::Device,
        Personal::Token,
        Personal::Package,
    ];

    /// What it is, in words that take an s where there are several.
    pub fn noun(self) -> &'static str {
        match self {
            Personal::User => "user id",
            Personal::TinyId => "tinyid",
            Personal::Phone => "phone number",
            Personal::Mail => "e-mail",
            Personal::Nick => "nick name",
            Personal::Face => "picture link",
            Personal::Group => "group id",
            Personal::Message => "message id",
            Personal::Ip => "client IP",
            Personal::Device => "device id",
            Personal::Token => "token",
            Personal::Package => "package name",
        }
    }

    /// What pseudonyms start with.
    pub fn name(self) -> &'static str {
        match self {
            Personal::User => "user",
            Personal::TinyId => "tinyid",
            Personal::Phone => "phone",
            Personal::Mail => "mail",
            Personal::Nick => "nick",
            Personal::Face => "face",
            Personal::Group => "group",
            Personal::Message => "msg",
            Personal::Ip => "ip",
            Personal::Device => "device",
            Personal::Token => "token",
            Personal::Package => "package",
        }
    }
}

/// How far a value reaches. Between quotes, it is what they hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Extent {
    /// To the next blank, bar, comma, bracket or quote.
    Word,
    /// Several such words.
    Words,
    /// The rest of the line, to the next bar or quote: of a header of HTTP.
    Line,
    /// A word that directly follows the separator, and has letters and something else.
    Id,
    /// Text with blanks, to the next bar, bracket or field.
    Text,
    /// Digits, with what people write between them.
    Digits,
    /// An address, without its port.
    Address,
    /// A word in hexadecimal, which stands for the value.
    Hex,
    /// `c2c_` and a user, `group_` and a group.
    Conversation,
    /// Several of those.
    Conversations,
}

impl Extent {
    /// That of the values after the first, where there may be several.
    pub fn of_next(self) -> Extent {
        if self == Extent::Conversations { self } else { Extent::Words }
    }
}

/// Keys whose values are personal.
pub(super) struct KeyRule {
    /// The ends of keys, in small letters, without `_`, blanks and the like: `userid` is also `sender_user_id`, and
    /// `User ID`, and `"userID"`. A word starts there: `nick` is no `panick`.
    pub keys: &'static [&'static str],
    /// What the value is.
    pub personal: Personal,
    /// How far it reaches.
    pub extent: Extent,
    /// A line with such a field, and what becomes of it.
    #[cfg_attr(not(test), expect(dead_code, reason = "for the tests, and for whoever adds a row"))]
    pub learned: (&'static str, &'static str),
}

/// The keys.
pub(super) static KEYS: &[KeyRule] = &[
    KeyRule {
        keys: &[
            "userid",
            "user",
            "username",
            "identifier",
            "identifer",
            "account",
            "accountid",
            "fromaccount",
            "toaccount",
            "fromuser",
            "touser",
            "sender",
            "senderid",
            "receiver",
            "receiverid",
            "inviter",
            "invitee",
            "operator",
            "operatorid",
            "owner",
            "ownerid",
            "memberid",
            "member",
            "peer",
            "peerid",
            "loginuser",
            "openid",
            "unionid",
            "uin",
        ],
        personal: Personal::User,
        extent: Extent::Word,
        learned: (
            "Login success|error_code:0 error_message:OK|sdkappid:1600000001|userid:bob tinyid: 144115212345678901|x",
            "Login success|error_code:0 error_message:OK|sdkappid:1600000001|userid:user-1 tinyid: tinyid-1|x",
        ),
    },
    KeyRule {
        keys: &[
            "useridlist",
            "userids",
            "userlist",
            "users",
            "inviteelist",
            "invitees",
            "memberlist",
            "members",
            "memberidlist",
            "accounts",
            "accountlist",
            "toaccounts",
            "blacklist",
            "friendlist",
        ],
        personal: Personal::User,
        extent: Extent::Words,
        learned: ("  friend_del_user_id_list:bob eve ", "  friend_del_user_id_list:user-1 user-2 "),
    },
    // These are also words of everyday use: `from:background to:foreground`.
    KeyRule {
        keys: &["to", "from"],
        personal: Personal::User,
        extent: Extent::Id,
        learned: (
            "send msg success, seq:30, to:user_54677, cost:259ms",
            "send msg success, seq:30, to:user-1, cost:259ms",
        ),
    },
    KeyRule {
        keys: &["base16format"],
        personal: Personal::User,
        extent: Extent::Hex,
        learned: (
            "database_path:/data/user/0/com.acme.app/files/|userid:bob =>base16_format:626f62",
            "database_path:/data/user/0/package-1/files/|userid:user-1 =>base16_format:user-1",
        ),
    },
    KeyRule {
        keys: &["tinyid"],
        personal: Personal::TinyId,
        extent: Extent::Word,
        learned: (
            "c2c_user_id:bob|c2c_tiny_id:144115212345678901|c2c_read_time:1765817870",
            "c2c_user_id:user-1|c2c_tiny_id:tinyid-1|c2c_read_time:1765817870",
        ),
    },
    KeyRule {
        keys: &["conversationkey", "conversationid", "conversation", "convid", "convkey"],
        personal: Personal::User,
        extent: Extent::Conversation,
        learned: (
            "conversation_key:c2c_bob|unread_message_count:105|sender:bob",
            "conversation_key:c2c_user-1|unread_message_count:105|sender:user-1",
        ),
    },
    KeyRule {
        keys: &["conversationidlist", "conversationids", "conversationlist", "conversationkeys", "conversationkeylist"],
        personal: Personal::User,
        extent: Extent::Conversations,
        learned: (
            "delete|conversation_id_list:c2c_bob, group_chess|clear:1",
            "delete|conversation_id_list:c2c_user-1, group_group-1|clear:1",
        ),
    },
    KeyRule {
        keys: &["groupid", "group", "topicid", "communityid"],
        personal: Personal::Group,
        extent: Extent::Word,
        learned: (
            "signaling inviteInGroup|groupID:chess|timeout:30",
            "signaling inviteInGroup|groupID:group-1|timeout:30",
        ),
    },
    KeyRule {
        keys: &["groupidlist", "groupids", "grouplist", "groups"],
        personal: Personal::Group,
        extent: Extent::Words,
        learned: ("get groups info|group_id_list:chess, go", "get groups info|group_id_list:group-1, group-2"),
    },
    KeyRule {
        keys: &["msgid", "messageid", "msgkey", "msguniqueid"],
        personal: Personal::Message,
        extent: Extent::Word,
        learned: (
            "V2TIMMessage--->msgID:144115212345678901-1773391831-105270, timestamp:1773391831",
            "V2TIMMessage--->msgID:msg-1, timestamp:1773391831",
        ),
    },
    KeyRule {
        keys: &[
            "nick",
            "nickname",
            "namecard",
            "sendername",
            "showname",
            "displayname",
            "remark",
            "friendremark",
            "tagprofileimnick",
        ],
        personal: Personal::Nick,
        extent: Extent::Text,
        learned: (
            "info_list:<Tag_Profile_IM_Nick:Bob B.>, nickname:Bob B., faceUrl:https://a.example/b.png, x",
            "info_list:<Tag_Profile_IM_Nick:nick-1>, nickname:nick-1, faceUrl:face-1, x",
        ),
    },
    KeyRule {
        keys: &["faceurl", "avatar", "avatarurl", "headurl", "tagprofileimimage"],
        personal: Personal::Face,
        extent: Extent::Word,
        learned: (
            "info_list:<Tag_Profile_IM_Image:https://a.example/b.png><a:b>",
            "info_list:<Tag_Profile_IM_Image:face-1><a:b>",
        ),
    },
    KeyRule {
        keys: &[
            "phone",
            "phonenumber",
            "phoneno",
            "mobile",
            "mobilephone",
            "mobilenumber",
            "tel",
            "telephone",
            "msisdn",
        ],
        personal: Personal::Phone,
        extent: Extent::Digits,
        learned: ("bind|phone:+1 (415) 555-2671|code:0", "bind|phone:phone-1|code:0"),
    },
    KeyRule {
        keys: &[
            "clientip",
            "clientaddress",
            "clientaddr",
            "localip",
            "localaddress",
            "publicip",
            "userip",
            "clientipv6",
        ],
        personal: Personal::Ip,
        extent: Extent::Address,
        learned: (
            "receive heartbeat response|client_address:203.0.113.9:44630|heartbeat_interval:120",
            "receive heartbeat response|client_address:ip-1:44630|heartbeat_interval:120",
        ),
    },
    KeyRule {
        keys: &[
            "deviceid",
            "deviceuuid",
            "uuid",
            "udid",
            "guid",
            "imei",
            "imsi",
            "idfa",
            "idfv",
            "oaid",
            "androidid",
            "macaddress",
        ],
        personal: Personal::Device,
        extent: Extent::Word,
        learned: ("======  Device ID:   57FB70A2-FFFF", "======  Device ID:   device-1"),
    },
    KeyRule {
        keys: &[
            "usersig",
            "sig",
            "token",
            "pushtoken",
            "devicetoken",
            "voiptoken",
            "pushtokenonsuccess",
            "registrationid",
            "ticket",
            "secret",
            "secretkey",
            "password",
            "passwd",
            "pwd",
            "authkey",
            "accesskey",
        ],
        personal: Personal::Token,
        extent: Extent::Word,
        learned: (
            "/setToken: token=10262:BAEAAAAAB.x:2001|device_token size:128|token_type:default",
            "/setToken: token=token-1|device_token size:128|token_type:default",
        ),
    },
    KeyRule {
        keys: &["cookie", "setcookie", "authorization"],
        personal: Personal::Token,
        extent: Extent::Line,
        learned: ("Authorization: Bearer abc.def|Cookie: a=1; sid=2", "Authorization: token-1|Cookie: token-2"),
    },
    KeyRule {
        keys: &["package", "packagename", "bundleid", "bundleidentifier", "pkgname"],
        personal: Personal::Package,
        extent: Extent::Word,
        learned: (
            "enable_quic:false|package_name:com.acme.app|app_name:",
            "enable_quic:false|package_name:package-1|app_name:",
        ),
    },
];

/// How the value after a lead is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum After {
    /// A word.
    Word,
    /// A word that starts there, unless it is part of a key or of the name of a source file.
    Name,
    /// The name of a folder.
    Folder,
    /// A number, and then the name of a folder.
    NumberedFolder,
}

/// Words that a value follows.
pub(super) struct LeadRule {
    /// Them.
    pub lead: &'static str,
    /// What the value is.
    pub personal: Personal,
    /// How it is told.
    pub after: After,
    /// A line that has it, and what becomes of it.
    #[cfg_attr(not(test), expect(dead_code, reason = "for the tests, and for whoever adds a row"))]
    pub learned: (&'static str, &'static str),
}

/// The leads.
pub(super) static LEADS: &[LeadRule] = &[
    LeadRule {
        lead: "c2c_",
        personal: Personal::User,
        after: After::Name,
        learned: (
            "drop c2c_bob|c2c_unread_info_sequence:0|c2c_message_synchronizer.cpp:217",
            "drop c2c_user-1|c2c_unread_info_sequence:0|c2c_message_synchronizer.cpp:217",
        ),
    },
    LeadRule {
        lead: "nID is ",
        personal: Personal::User,
        after: After::Word,
        learned: ("Note: registrationID is bob", "Note: registrationID is user-1"),
    },
    LeadRule {
        lead: "nowUser ",
        personal: Personal::User,
        after: After::Word,
        learned: ("nowStatus 3 nowUser bob", "nowStatus 3 nowUser user-1"),
    },
    LeadRule {
        lead: "nWithUserId ",
        personal: Personal::User,
        after: After::Word,
        learned: (
            "TIMManager loginWithUserId  bob nowStatus 3 nowUser (null)",
            "TIMManager loginWithUserId  user-1 nowStatus 3 nowUser (null)",
        ),
    },
    LeadRule {
        lead: "/data/user/",
        personal: Personal::Package,
        after: After::NumberedFolder,
        learned: ("Init Path:   /data/user/0/com.acme.app/files/", "Init Path:   /data/user/0/package-1/files/"),
    },
    LeadRule {
        lead: "/data/data/",
        personal: Personal::Package,
        after: After::Folder,
        learned: ("open /data/data/com.acme.app/files/x", "open /data/data/package-1/files/x"),
    },
    LeadRule {
        lead: "/data/app/",
        personal: Personal::Package,
        after: After::Folder,
        learned: (
            "#01 pc 00000000002dcf44  /data/app/com.acme-2/lib/arm64/libImSDK.so",
            "#01 pc 00000000002dcf44  /data/app/package-1/lib/arm64/libImSDK.so",
        ),
    },
    LeadRule {
        lead: "/data/app/~~",
        personal: Personal::Package,
        after: After::Folder,
        learned: (
            "#01 pc 0000000000032cf44  /data/app/~~W0ib5rwAAA==/com.acme.app-7xTbq==/lib/arm64/libImSDK.so",
            "#01 pc 0000000000032cf44  /data/app/~~W0ib5rwAAA==/package-1/lib/arm64/libImSDK.so",
        ),
    },
    LeadRule {
        lead: "/data/user_de/",
        personal: Personal::Package,
        after: After::NumberedFolder,
        learned: ("open /data/user_de/0/com.acme.app/x", "open /data/user_de/0/package-1/x"),
    },
    LeadRule {
        lead: "/Android/media/",
        personal: Personal::Package,
        after: After::Folder,
        learned: ("open /sdcard/Android/media/com.acme.app/x", "open /sdcard/Android/media/package-1/x"),
    },
    LeadRule {
        lead: "/Android/obb/",
        personal: Personal::Package,
        after: After::Folder,
        learned: ("open /sdcard/Android/obb/com.acme.app/x", "open /sdcard/Android/obb/package-1/x"),
    },
    LeadRule {
        lead: "/Android/data/",
        personal: Personal::Package,
        after: After::Folder,
        learned: (
            "output_dir:/storage/emulated/0/Android/data/com.acme.app/files/log/tencent/imsdk/|file_name_prefix:imsdk",
            "output_dir:/storage/emulated/0/Android/data/package-1/files/log/tencent/imsdk/|file_name_prefix:imsdk",
        ),
    },
    LeadRule {
        lead: "klogs/",
        personal: Personal::Package,
        after: After::Folder,
        learned: (
            "logPath=/storage/emulated/0/tencent/imsdklogs/com.acme.app/;soLibPath=",
            "logPath=/storage/emulated/0/tencent/imsdklogs/package-1/;soLibPath=",
        ),
    },
    LeadRule {
        lead: "/Users/",
        personal: Personal::User,
        after: After::Folder,
        learned: ("log_file_path:/Users/bob/Library/Caches/|x", "log_file_path:/Users/user-1/Library/Caches/|x"),
    },
    LeadRule {
        lead: "\\Users\\",
        personal: Personal::User,
        after: After::Folder,
        learned: ("log_file_path:C:\\Users\\bob\\x|y", "log_file_path:C:\\Users\\user-1\\x|y"),
    },
];

/// A shape, which is told in `shapes.rs`, for its test.
#[cfg(test)]
pub(super) const SHAPES: &[(&str, &str)] = &[
    (
        "mail to bob.b@acme.example, @TGS#2J4SZEAEL is a group, @TIM#SYSTEM is no user",
        "mail to mail-1, group-1 is a group, @TIM#SYSTEM is no user",
    ),
    // 4.8: the user's id was a phone number, and stands in other lines too.
    ("to identifier: 13800138000, sms to 13800138000", "to identifier: user-1, sms to user-1"),
    ("sms to +8613800138000 or 13900139000", "sms to phone-1 or phone-2"),
    ("last sender 144115212345678901 of 144115212345678901-1773391831-105270", "last sender tinyid-1 of msg-1"),
    // The path of an iOS app has the id of its container.
    ("/Containers/Data/Application/57FB70A2-0B1C-4D5E-8F90-A1B2C3D4E5F6/x", "/Containers/Data/Application/device-1/x"),
    (
        "usersig eJwtzEELgjAYxvHvsnPI3uk2FTp0iA5FEEYXL0Kz8WaZzFmL6Ltn6vH5-eH5kNPhGD2NIxmJI0qW00JtGo8VTnzV2OLTuHMmag__ expired",
        "usersig token-1 expired",
    ),
    ("sender => bob, \"user_id\" => Optional(\"eve\")", "sender => user-1, \"user_id\" => Optional(\"user-2\")"),
    // A request as hexadecimal digits has the ids in it.
    ("/reg |encode|cmd:x|buf:0801120b757365725f41626f6231323334353637|y", "/reg |encode|cmd:x|buf:token-1|y"),
];

/// Lines that hold nothing personal, and stay.
#[cfg(test)]
pub(super) const STAYS: &[&str] = &[
    "TIM: 2023-11-06 14:19:18.434 I |-login.cpp:768      LogRequestBegin      |Login begin|task_id:6|sdkappid:1600000001|userid:|x",
    "channel connect|channel id:29|server address:221.229.52.176:443(tcp)",
    "Login failed, code 6206|msg userSig expired",
    "process online response|task_id:6|server_time:1773391853|file_download_auth_key size:86|receive_time:1765817870227",
    "SetOfflinePushToken |business_id:45164|device_brand:2006|device_token size:128|token_type:default",
    "reged_: false, auth from identifier: , tinyid: 0",
    "commercial_ability_bits:0x0000020C00002000|seq:3298380806|last_update_sequence:3801601234567890123",
    "|-sync_server_info_impl_chat.cpp:331      OnProcessC2CUnreadInfoCompletedAndSomethingElse |synchronize c2c unread",
    "/previous record|content:date_time=1592921735&sdk_client_ip=&sso_ip=203.205.254.165&sso_port=8080",
    "==========================================================================",
    "[I][2023-11-05 +8.0 14:19:18.434][8844, 9112*][Net][a.cpp:828, func][took 0.13800138000 s, 1.2.13800138000",
    "app switches from:background to:foreground, waits from:5 to:10 and to: me_2",
    "group count:0|message_type:group|userid:null|nowUser (null)|user_id:(null)|sender:<nil>",
    "c2cUnread = 0, groupUnread = 0|group_system_type:kicked from group",
];
