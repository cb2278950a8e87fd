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

/// How much the lines differ.
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

/// An endless series of lines as from a day on a phone, in stock mars' form.
pub fn lines(seed: u64, variety: Variety) -> impl Iterator<Item = Vec<u8>> {
    let mut random = Random::new(seed);
    let mut milliseconds = 0;
    (0..).map(move |number| {
        milliseconds += random.below(40);
        let head = head(&mut random, milliseconds);
        let message = match variety {
            Variety::Varied => varied(&mut random, number, milliseconds),
            Variety::Alike => alike(&mut random, number),
        };
        format!("{head}{message}\n").into_bytes()
    })
}

fn head(random: &mut Random, milliseconds: usize) -> String {
    let (seconds, millisecond) = (milliseconds / 1000 % 86400, milliseconds % 1000);
    let (hour, minute, second) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    let level = ["D", "I", "I", "I", "D", "W", "V", "E"][random.below(8)];
    let (thread, tag, place) = (12300 + random.below(20), TAGS[random.below(6)], PLACES[random.below(6)]);
    let time = format!("{hour:02}:{minute:02}:{second:02}.{millisecond:03}");
    format!("[{level}][2023-11-05 +8.0 {time}][12326, {thread}][{tag}][{place}][")
}

fn alike(random: &mut Random, number: usize) -> String {
    let (few, count) = (random.below(9), number % 100);
    match random.below(4) {
        0 => format!("heartbeat ok rtt:{few} wifi:0 fg:0, net state stable, next in 270 s, queue empty"),
        1 => "recv packet cmd:im_open_status.msg_push len:2045 rsp:0, dispatched to 3 listeners without error".into(),
        _ => format!("send msg success, to:user_96851 conversation:c2c_user_96851 cost:64{few}ms, seq:{count}"),
    }
}

fn varied(random: &mut Random, number: usize, milliseconds: usize) -> String {
    let (time, user, cost) = (1_699_113_600 + milliseconds / 1000, random.below(99999), random.below(99999));
    match random.below(4) {
        0 => {
            let body: String = (0..6).map(|_| format!("{:016x}", random.next())).collect();
            format!("recv packet cmd:im_open_status.msg_push seq:{user} len:{cost} rsp:6206 body:{body}")
        }
        1 => {
            let sql = "INSERT OR REPLACE INTO message (msg_id, rand, ts, sender, status) VALUES (?,?,?,?,?)";
            format!("exec sql: {sql} cost:{cost}us rows:{} trace:{:016x}", user % 30, random.next())
        }
        2 => {
            let last = format!("{{\"text\": \"登录成功\", \"timestamp\": {time}, \"status\": 2}}");
            format!("{{\"conversationID\": \"c2c_{user}\", \"last\": {last}, \"orderKey\": {:016}}}", random.next())
        }
        _ => {
            let id = format!("{:018}-{time}-{:08x}", random.next() >> 4, random.next() as u32);
            format!("send msg success, msgID:{id}, to:user_{user}, cost:{cost}ms, seq:{number}")
        }
    }
}
