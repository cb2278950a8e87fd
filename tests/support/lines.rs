//! Log lines that compress like real ones.

/// A small random number generator (xorshift64*): the same lines on every machine.
pub struct Random(u64);

impl Random {
    pub fn new(seed: u64) -> Random {
        Random(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    pub fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D)
    }

    pub fn below(&mut self, end: usize) -> usize {
        (self.next() >> 33) as usize % end
    }
}

/// How much the lines differ from one another.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Variety {
    /// About 3:1 as deflate, flushed line by line: identifiers and hashes.
    Varied,
    /// About 8:1: the same few requests again and again.
    Alike,
}

const TAGS: [&str; 6] = ["Net", "DB", "app", "IMCore", "V2TIM", "mars::stn"];
const PLACES: [&str; 6] = [
    "long_conn.cpp:943, HeartBeat",
    "msg_manager.cpp:1406, SendMessage",
    "group_manager.cpp:243, GetGroupMemberList",
    "conn_manager.cpp:90, OnConnecting",
    "conversation_manager.cpp:1133, UpdateConversation",
    "shortlink_task_manager.cc:552, __OnResponse",
];

/// Lines of a day of a phone, in stock mars' form, without end.
pub fn lines(seed: u64, variety: Variety) -> impl Iterator<Item = Vec<u8>> {
    let mut random = Random::new(seed);
    let mut milliseconds = 0u64;
    (0..).map(move |number: u64| {
        milliseconds += random.below(40) as u64;
        let (seconds, millisecond) = (milliseconds / 1000 % 86400, milliseconds % 1000);
        let (hour, minute, second) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
        let level = ["D", "I", "I", "I", "D", "W", "V", "E"][random.below(8)];
        let (tag, place) = (TAGS[random.below(6)], PLACES[random.below(6)]);
        let head = format!(
            "[{level}][2023-11-05 +8.0 {hour:02}:{minute:02}:{second:02}.{millisecond:03}][12326, {}][{tag}][{place}][",
            12300 + random.below(20)
        );
        let message = match (variety, random.below(4)) {
            (Variety::Alike, 0) => format!("heartbeat ok rtt:{} wifi:0 fg:0, net state stable, next in 270 s, queue empty", random.below(9)),
            (Variety::Alike, 1) => "recv packet cmd:im_open_status.msg_push len:2045 rsp:0, dispatched to 3 listeners without error".into(),
            (Variety::Alike, _) => format!("send msg success, to:user_96851 conversation:c2c_user_96851 cost:64{}ms, seq:{}", random.below(9), number % 100),
            (Variety::Varied, 0) => format!("recv packet cmd:im_open_status.msg_push seq:{} len:{} rsp:6206 body:{:016x}{:016x}{:016x}", random.below(1 << 31), random.below(4096), random.next(), random.next(), random.next()),
            (Variety::Varied, 1) => format!("exec sql: INSERT OR REPLACE INTO message (msg_id, rand, ts, sender, status, content) VALUES (?,?,?,?,?,?) cost:{}us rows:{}", random.below(99999), random.below(30)),
            (Variety::Varied, 2) => format!("{{\"conversationID\": \"c2c_user_{}\", \"unreadCount\": {}, \"lastMessage\": {{\"text\": \"登录成功\", \"timestamp\": {}, \"status\": 2}}, \"orderKey\": {:016}}}", random.below(99999), random.below(99), 1699113600 + seconds, random.next()),
            (Variety::Varied, _) => format!("send msg success, msgID:{:018}-{}-{}, to:user_{}, cost:{}ms, seq:{number}", random.next() >> 4, 1699113600 + seconds, random.below(1 << 31), random.below(99999), random.below(999)),
        };
        format!("{head}{message}\n").into_bytes()
    })
}
