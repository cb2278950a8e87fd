//! How the SDK's generations say what happens: one table.
//!
//! To teach imlog a new spelling, add an entry to [`PATTERNS`] with a real line that has it. A test reads that line and
//! checks that it is this entry that recognizes it. The first entry that fits counts.
//!
//! Names and words are used, places in the source (`login.cpp:768`) are not: they change from version to version.

use std::sync::LazyLock;

use super::event::Event;
use super::rules::{Rule, RuleId};
use crate::line::Statement;
use crate::record::code;

/// A way in which a record says that something has happened.
#[derive(Debug)]
pub struct Pattern {
    /// What has happened.
    pub event: Event,
    /// The function that logs it. Empty: a line without a function.
    pub function: &'static str,
    /// What the first line of the message has to contain, or to begin with where no function is named. Empty: anything.
    pub text: &'static str,
    /// Which code the line has to carry.
    pub outcome: Outcome,
    /// A line that says so.
    pub line: &'static str,
    /// Where the line comes from.
    pub provenance: Provenance,
}

/// Whether a request has to have failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Either way.
    Any,
    /// It carries a code other than 0.
    Failure,
    /// It carries no code, or 0.
    Success,
    /// It carries this code.
    Code(i32),
}

/// Where a line was seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Provenance {
    /// In a log of this version of the SDK that somebody posted.
    Real(&'static str),
    /// Only the names of function and keys are known, from the vendor's pages.
    Named,
    /// Not seen: it is what other lines lead to expect.
    Inferred,
}

impl Pattern {
    /// The rule that its line leads to.
    fn rule(&self) -> Option<RuleId> {
        code(self.line.as_bytes()).and_then(RuleId::of_code).or_else(|| self.event.rule())
    }

    fn fits(&self, line: &[u8], code: Option<i32>) -> bool {
        let failed = code.is_some_and(|code| code != 0);
        let outcome = match self.outcome {
            Outcome::Any => true,
            Outcome::Failure => failed,
            Outcome::Success => !failed,
            Outcome::Code(wanted) => code == Some(wanted),
        };
        let text = self.text.as_bytes();
        // Without a function, it is how the message begins: what comes later may be what somebody wrote.
        outcome
            && match self.function {
                "" => without_slash(line).starts_with(text),
                _ => contains(line, text),
            }
    }
}

impl Rule {
    /// Lines of a log, as people have posted them or the vendor describes them, that lead to this rule.
    pub fn lines(&self) -> impl Iterator<Item = &'static str> + use<> {
        let id = self.id;
        let is_known = |pattern: &&Pattern| !matches!(pattern.provenance, Provenance::Inferred);
        PATTERNS.iter().filter(is_known).filter(move |pattern| pattern.rule() == Some(id)).map(|pattern| pattern.line)
    }
}

/// Whether `text` stands in `line`. For a few words, setting up a search takes longer than this.
fn contains(line: &[u8], text: &[u8]) -> bool {
    let Some(first) = text.first() else { return true };
    memchr::memchr_iter(*first, line).any(|at| line.get(at..).is_some_and(|rest| rest.starts_with(text)))
}

/// The pattern that what was said, with this code, fits.
pub fn find(said: &Statement<'_>, code: Option<i32>) -> Option<&'static Pattern> {
    let of_function = said.function_end().map_or(NONE, |end| INDEX.of_function(end));
    let found = match of_function {
        [] => None,
        patterns => {
            let function = said.function().unwrap_or_default();
            patterns.iter().find(|pattern| names(function, pattern.function) && pattern.fits(said.message, code))
        }
    };
    // Some generations name a class, or a function that says nothing, where others name none.
    let found =
        found.or_else(|| INDEX.of_message(said.message).iter().find(|pattern| pattern.fits(said.message, code)));
    found.copied()
}

/// Patterns, in the order of the table.
type Patterns = [&'static Pattern];
const NONE: &Patterns = &[];

/// The patterns by what is quickly seen of a record: every one is asked about, and hardly any fits.
struct Index {
    /// Those of a function, by a hash of the last four bytes of its name.
    by_end: Vec<Vec<&'static Pattern>>,
    /// Those without a function, by the first byte of their text.
    by_first_byte: Vec<Vec<&'static Pattern>>,
}

static INDEX: LazyLock<Index> = LazyLock::new(|| {
    let (with_function, without): (Vec<_>, Vec<_>) = PATTERNS.iter().partition(|pattern| !pattern.function.is_empty());
    let end = |pattern: &Pattern| pattern.function.as_bytes().last_chunk().copied().map(end_hash);
    let of_end = |hash| with_function.iter().copied().filter(|of| end(of) == Some(hash)).collect();
    let of_byte = |byte| without.iter().copied().filter(|of| of.text.as_bytes().first() == Some(&byte)).collect();
    let all = 0..=u8::MAX;
    Index { by_end: all.clone().map(of_end).collect(), by_first_byte: all.map(of_byte).collect() }
});

impl Index {
    /// All that may be of a function whose name ends like this.
    #[inline]
    fn of_function(&self, end: [u8; 4]) -> &Patterns {
        self.by_end.get(usize::from(end_hash(end))).map_or(NONE, Vec::as_slice)
    }

    /// All that `message` may begin like.
    #[inline]
    fn of_message(&self, message: &[u8]) -> &Patterns {
        let first = without_slash(message).first().copied().unwrap_or_default();
        self.by_first_byte.get(usize::from(first)).map_or(NONE, Vec::as_slice)
    }
}

/// One byte for the four that a name ends with.
#[inline]
fn end_hash(end: [u8; 4]) -> u8 {
    (u32::from_le_bytes(end).wrapping_mul(0x9E37_79B1) >> 24) as u8
}

/// Whether `function` has this name, with its class or without.
fn names(function: &[u8], name: &str) -> bool {
    function.strip_suffix(name.as_bytes()).is_some_and(|class| matches!(class, [] | [.., b':']))
}

/// A message without the slash that parts it from its head in some generations.
fn without_slash(message: &[u8]) -> &[u8] {
    message.strip_prefix(b"/").unwrap_or(message)
}

use Event::*;
use Outcome::{Any, Failure, Success};
use Provenance::{Inferred, Named, Real};

const fn on(
    event: Event,
    (function, text, outcome): (&'static str, &'static str, Outcome),
    provenance: Provenance,
    line: &'static str,
) -> Pattern {
    Pattern { event, function, text, outcome, line, provenance }
}

/// The table: what has happened; function, words and outcome; where it was seen, and the line.
///
/// Entries of one function stand from the particular to the general.
#[rustfmt::skip]
pub static PATTERNS: &[Pattern] = &[
    // Start and end of the SDK.
    on(Init, ("Init", "InitSDK|", Any), Real("8.8.7357"),
        "TIM: 2026-03-13 16:50:53.000 I |-im_engine_impl.cpp:211   Init   |InitSDK|sdk_app_id:1600000001|api_type:FlutterFFI|sdk_version:8.8.7357|platform:Android|log_level:Debug"),
    on(Init, ("Init", "session init,", Any), Real("4.6.1"),
        "TIM: 2020-06-23 22:17:19.145/I/27177-27177   /Network   -imsession_sso_session.cpp.409  Init    /session init, sdkAppId: 14000000, system version: 10, app version: 4.6.1"),
    on(Init, ("InitSdk", "InitSdk,", Any), Real("4.6.1"),
        "TIM: 2020-06-23 22:17:19.145/I/27177-27177   /Common    -imcore_manager.cpp.147  InitSdk    /InitSdk, device type: CLT-L29, system version: 10, app version = 4.6.1"),
    on(Init, ("", "InitSdk|1-Init|Succ", Any), Real("1.9.2"),
        "[INFO][TIMManager.mm:137][][ImSDK]InitSdk|1-Init|Succ|version=1.9.2, sdkappid=1400000000, msfappid=1"),
    on(Uninit, ("InternalUninit", "UnInitSDK", Any), Real("8.8.7357"),
        "TIM: 2026-03-13 16:50:53.000 I |-im_engine_impl.cpp:337   InternalUninit   |UnInitSDK|cost_time:3ms|api_type:8"),
    on(Uninit, ("UnInitSdk", "", Any), Inferred,
        "TIM: 2020-06-23 22:17:19.145/I/27177-27177   /Common    -imcore_manager.cpp.160  UnInitSdk    /UnInitSdk"),
    // Connection.
    on(Connecting, ("Open", "Open and then first connect", Any), Real("8.8.7357"),
        "TIM: 2026-03-13 16:50:53.000 I |-longconnection.cpp:43   Open   |Open and then first connect"),
    on(Connecting, ("Connect", "channel connect|", Success), Real("8.8.7357"),
        "TIM: 2026-03-13 16:50:53.000 I |-channel.cpp:59   Connect   |channel connect|channel id:29|server address:221.229.52.176:443(tcp)"),
    // What it says of the connection before, with its code, is in the past.
    on(Connecting, ("OnConnecting", "", Any), Real("4.6.1"),
        "TIM: 2020-06-23 22:17:19.170/I/27177-27448   /Network   -imsession_monitor.cpp.136  OnConnecting    /previous record|content:date_time=1592921735&conn_succ=1"),
    on(ConnectFailed, ("NotifyConnectResult", "", Failure), Real("5.8.1696"),
        "TIM: 2022-01-20 15:37:21.783 I 25763-26170     |-channel.cpp:308   NotifyConnectResult   |channel connect completed|channel id:4|address::0|connect cost time:0ms|error code:9508|error msg:ERR_ACCESS_DENIED"),
    on(Connected, ("NotifyConnectResult", "channel connect completed", Success), Real("8.8.7357"),
        "TIM: 2026-03-13 16:50:53.000 I |-channel.cpp:338   NotifyConnectResult   |channel connect completed|channel id:29|connect cost time:12ms|ping cost time:15ms|error_code:0|error_message:"),
    on(ConnectFailed, ("OnConnectComplete", "", Failure), Inferred,
        "TIM: 2026-03-13 16:50:53.000 I |-channel_switcher.cpp:448   OnConnectComplete   |Connect to im server failed|error_code:9510|error_message:connect timeout"),
    on(ConnectFailed, ("OnConnectComplete", "fail", Any), Inferred,
        "TIM: 2026-03-13 16:50:53.000 I |-channel_switcher.cpp:448   OnConnectComplete   |Connect to im server failed|retry count:3"),
    on(Connected, ("OnConnectComplete", "", Success), Real("8.8.7357"),
        "TIM: 2026-03-13 16:50:53.000 I |-channel_switcher.cpp:448   OnConnectComplete   |Connect to im server successfully|is_initial_choose:true|retry count:0|successful address:221.229.52.176:443(tcp)"),
    on(Connected, ("OnConnectSuccess", "", Success), Inferred,
        "TIM: 2020-06-23 22:17:19.170/I/27177-27448   /Network   -imsession_monitor.cpp.150  OnConnectSuccess    /connected"),
    on(ConnectFailed, ("OnConnectFailed", "", Any), Named,
        "TIM: 2022-01-20 15:37:21.783 W |-im_engine_impl.cpp:308   OnConnectFailed   |error_code:9508|error_message:ERR_ACCESS_DENIED"),
    on(ConnectFailed, ("Connect", "", Failure), Inferred,
        "TIM: 2020-06-23 22:17:19.169/E/27177-27177   /Network    -channel.cpp.300  Connect    /channel connect failed|code:9508|desc:network disconnected"),
    on(NetworkDown, ("NotifyNetChange", "disconnected", Any), Inferred,
        "TIM: 2020-01-21 09:54:26.892/I/22008-22113     /Network     -imlongconnection.cpp.78  NotifyNetChange    /notify net change|status:network disconnected"),
    on(NetworkDown, ("NotifyNetChange", "not connected", Any), Inferred,
        "TIM: 2020-01-21 09:54:26.892/I/22008-22113     /Network     -imlongconnection.cpp.78  NotifyNetChange    /notify net change|status:network not connected"),
    on(NetworkUp, ("NotifyNetChange", "network connected", Any), Real("4.6.51"),
        "TIM: 2020-01-21 09:54:26.892/I/22008-22113     /Network     -imlongconnection.cpp.78  NotifyNetChange    /notify net change|status:network connected"),
    // Login and logout.
    on(LoginBegin, ("LogRequestBegin", "Login begin", Any), Real("8.8.7357"),
        "TIM: 2026-03-13 16:50:53.000 I |-login.cpp:768   LogRequestBegin   |Login begin|task_id:6|sdkappid:1600000001|userid:user_A|account_type:IM|current status:UnLogined"),
    on(LoginBegin, ("UpdateUser", "to identifier:", Any), Real("4.8"),
        "TIM: 2020-08-18 13:48:50.746/I/28093-28183   /Network   -imsession_sso_session.cpp.569  UpdateUser    /reged_: false, auth from identifier: , tinyid: 0 to identifier: user_A, tinyid: 1441152000"),
    on(LoginBegin, ("", "Login|1-Begin|Succ", Any), Real("1.9.2"),
        "[INFO][TIMManager.mm:137][][ImSDK]Login|1-Begin|Succ|identifer=user_A, sdkappid=1400000000"),
    on(LoginStepFailed, ("HandleA2D2OnlineResponse", "", Failure), Real("5.8"),
        "2021-12-14 19:46:49.652 8830-8909/com.example E/imsdk: TIM: |-login.cpp:380   HandleA2D2OnlineResponse   |error_code:70014|error_message:The requested SDKAppID(14000000xx) does not match the Usersig(14000000yy)."),
    on(LoginStepFailed, ("HandleOnlineResponse", "", Failure), Inferred,
        "TIM: 2026-03-13 16:50:53.000 E |-login.cpp:477   HandleOnlineResponse   |error_code:6208|error_message:kicked offline"),
    on(ServerTime, ("HandleOnlineResponse", "server_time:", Success), Real("8.8.7357"),
        "TIM: 2026-03-13 16:50:53.000 I |-login.cpp:477   HandleOnlineResponse   |process online response|task_id:6|server_time:1773391853|client_address:203.0.113.7:48062"),
    on(LoginStepFailed, ("operator()", "reg online failed", Failure), Real("4.6.51"),
        "TIM: 2020-01-21 09:55:35.297/E/22008-22113     /Network     -imcore_manager.cpp.754  operator()    /reg online failed|code:-10003|msg:"),
    on(LoginStepFailed, ("Decode", "reg|decode|", Failure), Real("4.6.51"),
        "TIM: 2020-01-21 09:55:35.297/I/22008-22113     /Msg         -session_task.cpp.81  Decode    /reg|decode|code:-10003|desc:|cmd:im_open_status.stat_reg|buf:00000004"),
    on(LoginStepFailed, ("Decode", "reg push failed", Failure), Real("4.6.51"),
        "TIM: 2020-01-21 09:55:35.297/E/22008-22113     /Msg         -session_task.cpp.83  Decode    /reg push failed, code -10003, msg "),
    on(LoginStepFailed, ("operator()", "Login|", Failure), Real("4.6.51"),
        "TIM: 2020-01-21 09:55:35.297/I/22008-22113     /Common      -imcore_manager.cpp.280  operator()    /Login|code:6206|errMsg:"),
    on(LoginOk, ("LogRequestEnd", "Login success", Success), Real("8.8.7357"),
        "TIM: 2026-03-13 16:50:53.000 I |-login.cpp:780   LogRequestEnd   |Login success|task_id:6|error_code:0 error_message:OK|userid:user_A tinyid: 1441152000|current status:Logining|time cost:65ms(queue time cost:1ms)"),
    on(LoginOk, ("", "Login success", Success), Inferred,
        "TIM: 2020-01-21 09:54:37.475/I/22008-22113     /IMSDK       -BaseManager.0    /Login success"),
    on(LoginOk, ("", "Login|5-Callback|Succ", Any), Real("1.9.2"),
        "[INFO][TIMManager.mm:137][][ImSDK]Login|5-Callback|Succ|call user login succ"),
    on(LoginFailed, ("LogRequestEnd", "Login fail", Any), Inferred,
        "TIM: 2026-03-13 16:50:53.000 I |-login.cpp:780   LogRequestEnd   |Login fail|task_id:2|error_code:70001 error_message:UserSig expired|userid:user_A"),
    on(LoginFailed, ("LogRequestEnd", "Login", Failure), Inferred,
        "TIM: 2026-03-13 16:50:53.000 I |-login.cpp:780   LogRequestEnd   |Login end|task_id:2|error_code:70001 error_message:UserSig expired|userid:user_A"),
    on(LoginFailed, ("", "Login failed, code", Failure), Real("4.6.51"),
        "TIM: 2020-01-21 09:55:35.297/I/22008-22113     /IMSDK       -BaseManager.0    /Login failed, code 6206|msg userSig expired"),
    on(LoginFailed, ("Login", "", Failure), Inferred,
        "TIM: 2020-01-21 09:55:35.297/E/22008-22113     /Common      -imcore_manager.cpp.201  Login    /Login failed, code 6013|msg sdk not initialized"),
    on(LoginFailed, ("", "Login|1-Begin|Fail", Any), Real("1.9.2"),
        "[INFO][TIMManager.mm:137][][ImSDK]Login|1-Begin|Fail|identifier=nil"),
    on(LoginFailed, ("", "Login|3-Online|Fail", Any), Real("1.9.2"),
        "[INFO][TIMManager.mm:137][][ImSDK]Login|3-Online|Fail|code=6208, msg=kick off by other device"),
    on(LogoutOk, ("LogRequestEnd", "Logout success", Success), Named,
        "TIM: 2026-03-13 16:50:53.000 I |-login.cpp:780   LogRequestEnd   |Logout success|task_id:9|error_code:0 error_message:OK"),
    on(LogoutOk, ("", "Logout|2-Callback|Succ", Any), Real("1.9.2"),
        "[INFO][TIMManager.mm:137][][ImSDK]Logout|2-Callback|Succ|"),
    on(UserSigExpired, ("OnUserSigExpired", "", Any), Real("4.6.51"),
        "TIM: 2020-01-21 09:55:35.295/I/22008-22113     /Common      -imcore_manager.cpp.947  OnUserSigExpired    /userSig expired|loginStatus:logining"),
    on(Kicked, ("HandleKickoutNotify", "", Any), Named,
        "TIM: 2026-03-13 16:50:53.000 W |-login.cpp:640   HandleKickoutNotify   |kick_offline_type:1|platform:iOS"),
    on(Kicked, ("OnKickout", "", Any), Named,
        "TIM: 2026-03-13 16:50:53.000 W |-im_engine_impl.cpp:640   OnKickout   |kick_offline_type:1|platform:iOS|error_code:6208|error_message:kicked offline by other device"),
    on(Kicked, ("OnKickedOffline", "", Any), Inferred,
        "TIM: 2026-03-13 16:50:53.000 W |-im_engine_impl.cpp:640   OnKickedOffline   |kicked offline"),
    on(Kicked, ("", "onKickedOffline", Any), Inferred,
        "2026-03-13 16:50:53.000 15282-15300/com.example D/imsdk: TIM: |-TIMPush-TIMPushProvider   |onKickedOffline"),
    on(UserSigExpired, ("", "onUserSigExpired", Any), Inferred,
        "2026-03-13 16:50:53.000 15282-15300/com.example D/imsdk: TIM: |-TIMPush-TIMPushProvider   |onUserSigExpired"),
    on(Kicked, ("OnForceOffline", "", Any), Inferred,
        "TIM: 2020-01-21 09:55:35.297/I/22008-22113     /Common      -imcore_manager.cpp.900  OnForceOffline    /force offline"),
    on(Kicked, ("ForceOffline", "", Any), Inferred,
        "TIM: 2020-01-21 09:55:35.297/W/22008-22113     /Common      -imcore_manager.cpp.900  ForceOffline    /1-Recv|recv cmd im_open_status.stat_forceoffline|code=6208, msg=kick off by other device"),
    on(Kicked, ("", "ForceOffline|1-Recv", Any), Real("1.9.2"),
        "[INFO][TIMManager.mm:137][][ImSDK]ForceOffline|1-Recv|Succ|recv cmd im_open_status.stat_forceoffline"),
    // Heartbeats.
    on(HeartbeatSent, ("RequestHeartbeat", "", Any), Real("8.8.7357"),
        "TIM: 2026-03-13 16:50:53.000 I |-login.cpp:533   RequestHeartbeat   |send heartbeat request"),
    on(HeartbeatFailed, ("HandleHeartbeatResponse", "", Failure), Named,
        "TIM: 2026-03-13 16:50:53.000 E |-login.cpp:574   HandleHeartbeatResponse   |error_code:-10001|error_message:key is expired."),
    on(HeartbeatOk, ("HandleHeartbeatResponse", "", Success), Real("8.8.7357"),
        "TIM: 2026-03-13 16:50:53.000 I |-login.cpp:574   HandleHeartbeatResponse   |receive heartbeat response|client_address:203.0.113.9:44630|heartbeat_interval:120|sync_timestamp:1765817866"),
    on(HeartbeatOk, ("OnSendStatus", "cmd:Heartbeat.Alive|status:acked", Any), Inferred,
        "TIM: 2020-01-21 09:54:26.893/I/22008-22113     /Network     -channel.cpp.159  OnSendStatus    /send packet status|channel id:2|seq:3298380806|cmd:Heartbeat.Alive|status:acked|size:252|sent:0"),
    // Foreground and background.
    on(Foreground, ("Decode", "do foreground|decode", Success), Real("4.6.51"),
        "TIM: 2020-01-21 09:54:37.475/I/22008-22113     /Common      -imcore_manager_task.cpp.235  Decode    /do foreground|decode|code:0|desc:"),
    on(Foreground, ("", "doForeground", Success), Real("4.6.51"),
        "TIM: 2020-01-21 09:54:37.475/I/22008-22113     /IMSDK       -BaseManager.0    /doForeground success"),
    on(Background, ("", "doBackground", Success), Real("4.6.51"),
        "TIM: 2020-01-21 09:54:39.063/I/22008-22008     /IMSDK       -TIMManager.0    /doBackground called, c2cUnread = 0, groupUnread = 0"),
    on(Foreground, ("DoForeground", "", Success), Inferred,
        "TIM: 2026-03-13 16:50:53.000 I |-im_engine_impl.cpp:700   DoForeground   |do foreground"),
    on(Background, ("DoBackground", "", Success), Inferred,
        "TIM: 2026-03-13 16:50:53.000 I |-im_engine_impl.cpp:710   DoBackground   |do background|unread:0"),
    // Messages.
    on(SendFailed, ("SendMessageComplete", "", Failure), Inferred,
        "TIM: 2026-03-13 16:50:53.000 E |-message_sender.cpp:1052   SendMessageComplete   |error code:10017|error message:group member is muted|message:"),
    on(SendOk, ("SendMessageComplete", "", Success), Real("8.8.7357"),
        "TIM: 2026-03-13 16:50:53.000 I |-message_sender.cpp:1052   SendMessageComplete   |error code:0|error message:Success|message:"),
    on(SendFailed, ("Decode", "send msg|decode|", Failure), Inferred,
        "TIM: 2020-01-21 09:55:35.297/E/22008-22113     /Msg         -imcore_message_task.cpp.83  Decode    /send msg|decode|code:10007|desc:no permission"),
    on(SendOk, ("Decode", "send msg|decode|code:0", Success), Inferred,
        "TIM: 2020-01-21 09:55:35.297/I/22008-22113     /Msg         -imcore_message_task.cpp.83  Decode    /send msg|decode|code:0|desc:"),
    // Offline push.
    on(PushTokenOk, ("HandleSetTokenResponse", "successfully", Success), Real("8.8.7357"),
        "TIM: 2026-03-13 16:50:53.000 I |-offline_push_manager.cpp:125   HandleSetTokenResponse   |Set offline push token successfully|business_id:45164|device_brand:2006|device_token size:128"),
    on(PushTokenFailed, ("HandleSetTokenResponse", "", Failure), Inferred,
        "TIM: 2026-03-13 16:50:53.000 E |-offline_push_manager.cpp:125   HandleSetTokenResponse   |error_code:22001|error_message:no offline push certificate|business_id:45164"),
    on(PushTokenFailed, ("Decode", "set token|decode|", Failure), Real("4.8.10"),
        "TIM: 2020-06-02 00:21:51.364/E/29226-29399     /Common      -imcore_manager_task.cpp.85  Decode    /set token|decode|code:-10005|desc:"),
    on(PushTokenFailed, ("", "setToken failed", Failure), Real("4.8.10"),
        "TIM: 2020-06-02 00:21:51.364/E/29226-29399     /IMSDK       -BaseManager.0    /setToken failed, code -10005|descr"),
    on(PushTokenFailed, ("", "setOfflinePushToken failed", Any), Real("5.x"),
        "2021-12-14 19:46:49.652 8830-8909/com.tencent.trtc D/ThirdPushTokenMgr: setOfflinePushToken failed errorCode = 22001 ， errorMsg = No offline-push certificates have been uploaded."),
    // Errors and warnings that mean no harm.
    on(Harmless, ("HandleJoinedGroupListResponse", "", Outcome::Code(11_000)), Real("8.8.7357"),
        "TIM: 2026-03-13 16:50:53.000 E |-group_list_fetcher.cpp:85   HandleJoinedGroupListResponse   |error_code:11000|error_message:community group not open|offset:0|count:500"),
    on(Harmless, ("HandleJoinedCommunityGroupList", "", Outcome::Code(11_000)), Real("8.8.7357"),
        "TIM: 2026-03-13 16:50:53.000 E |-group_list_provider.cpp:58   HandleJoinedCommunityGroupList   |error_code:11000|error_message:community group not open"),
    on(Harmless, ("", "Note: registrationID is", Any), Real("8.8.7357"),
        "TIM: 2026-03-13 16:50:53.000 E |-TIMPush-TIMPushManagerImpl   |Note: registrationID is user_A"),
    on(Harmless, ("", "NetworkInfoCenter has init", Any), Real("8.8.7357"),
        "TIM: 2026-03-13 16:50:53.000 W |-NetworkInfoCenter   |NetworkInfoCenter has init"),
    on(Harmless, ("Load", "open file stream failed", Any), Real("5.8.1696"),
        "TIM: 2022-01-20 15:37:21.769 W 25763-26170     |-system_config.cpp:762   Load   |open file stream failed"),
    on(Harmless, ("Load", "read file stream failed", Any), Real("5.8.1696"),
        "TIM: 2022-01-20 15:37:21.769 W 25763-26170     |-system_config.cpp:805   Load   |read file stream failed"),
    on(Harmless, ("UpdateConversation", "not found in cache, reload", Any), Inferred,
        "TIM: 2026-03-13 16:50:53.000 W |-conversation_manager.cpp:462   UpdateConversation   |conversation not found in cache, reload|conversation_key:c2c_user_B"),
];

#[cfg(test)]
mod tests {
    use super::super::recognized::Recognized;
    use super::*;
    use crate::record::Head;

    #[test]
    fn each_pattern_recognizes_its_line() {
        for pattern in PATTERNS {
            let line = pattern.line.as_bytes();
            let seen = Recognized::of(&Head::of(line).unwrap(), line)
                .unwrap_or_else(|| panic!("not recognized: {}", pattern.line));
            let found = seen.pattern.unwrap_or_else(|| panic!("by no pattern: {}", pattern.line));
            assert!(std::ptr::eq(found, pattern), "by another pattern, {found:?}: {}", pattern.line);
        }
    }

    #[test]
    fn names_are_long_enough_to_be_told_by_their_ends() {
        assert!(PATTERNS.iter().all(|pattern| pattern.function.is_empty() || pattern.function.len() >= 4));
    }

    #[test]
    fn the_class_of_a_function_does_not_matter() {
        let line = b"TIM: 2026-03-13 16:50:53.000 W |-x.cpp:1   TIMEngine::OnKickout   |platform:iOS";
        let seen = Recognized::of(&Head::of(line).unwrap(), line);
        assert_eq!(seen.map(|seen| seen.event), Some(Kicked));
    }
}
