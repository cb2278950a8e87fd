//! What can be found in a log: one table, with what each finding means and what to do.
//!
//! A rule is known by its [`RuleId`], and by its name wherever people or machines read it. Failures lead to a rule by
//! the code that they carry ([`RuleId::of_code`]), or else by what has failed. What is more than a failure (a loop, an exit
//! without a word) is worked out in `story.rs`.

use std::ops::RangeInclusive;
use std::str::FromStr;

/// How severe a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Good to know.
    Info,
    /// Something did not work as it should, or can't be seen.
    Warn,
    /// Users could not do what they wanted.
    Error,
}

impl Severity {
    /// Its name, in small letters.
    pub fn name(self) -> &'static str {
        match self {
            Severity::Info => "info",
            Severity::Warn => "warn",
            Severity::Error => "error",
        }
    }
}

/// Which rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum RuleId {
    /// An API was called before the SDK was initialized, or after it was shut down.
    NotInitialized,
    /// An API that needs a login was called without one.
    NotLoggedIn,
    /// The UserSig has expired.
    UserSigExpired,
    /// The app logs in again and again with an expired UserSig.
    UserSigLoop,
    /// The UserSig is not valid.
    UserSigInvalid,
    /// Another device has ended the login.
    KickedOffline,
    /// Connecting to the server failed.
    ConnectFailed,
    /// A login failed for another reason.
    LoginFailed,
    /// A login took long.
    LoginSlow,
    /// Messages could not be sent.
    SendFailed,
    /// The app calls the SDK too often.
    RateLimited,
    /// The token for offline push was refused.
    PushTokenFailed,
    /// The app's plan does not include what it asks for.
    PlanMissing,
    /// The process ended without shutting the SDK down.
    UncleanExit,
    /// The process was frozen or asleep.
    HeartbeatGap,
    /// The phone's clock is wrong.
    ClockSkew,
    /// The log level leaves things out.
    LogLevel,
    /// Parts of the log are missing.
    LogIncomplete,
}

/// A rule: what is found, and what it means.
#[derive(Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Rule {
    /// Which one.
    pub id: RuleId,
    /// Its name, `usersig-expired`.
    pub name: &'static str,
    /// How severe a finding of it is as a rule.
    pub severity: Severity,
    /// What has happened, as the start of a sentence without its full stop.
    pub title: &'static str,
    /// What it means.
    pub meaning: &'static str,
    /// What to do. Where the vendor recommends something, it is that.
    pub advice: &'static str,
    /// The codes that lead to it, whatever has failed.
    pub codes: &'static [RangeInclusive<i32>],
}

/// What is no rule.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a rule")]
pub struct NoRule;

impl FromStr for RuleId {
    type Err = NoRule;

    fn from_str(name: &str) -> Result<RuleId, NoRule> {
        RULES.iter().find(|rule| rule.name.eq_ignore_ascii_case(name)).map(|rule| rule.id).ok_or(NoRule)
    }
}

impl RuleId {
    /// The rule that a failure with this code belongs to, whatever has failed.
    pub fn of_code(code: i32) -> Option<RuleId> {
        RULES.iter().find(|rule| rule.codes.iter().any(|codes| codes.contains(&code))).map(|rule| rule.id)
    }

    /// The rule.
    pub fn rule(self) -> &'static Rule {
        // The table has a row for each: a test goes through them.
        RULES.iter().find(|rule| rule.id == self).unwrap_or(&RULES[0])
    }
}

/// Whether this code says that there is no way to the server, or no answer in time.
pub fn is_of_network(code: i32) -> bool {
    const CODES: [RangeInclusive<i32>; 10] = [
        6012..=6012,
        6121..=6122,
        6125..=6126,
        6200..=6201,
        6250..=6251,
        6707..=6707,
        9508..=9508,
        9510..=9517,
        9518..=9521,
        9523..=9525,
    ];
    CODES.iter().any(|codes| codes.contains(&code))
}

const fn one(code: i32) -> RangeInclusive<i32> {
    code..=code
}

/// The table. Of findings that begin at the same time, those of the first rule come first.
pub static RULES: [Rule; 18] = [
    Rule {
        id: RuleId::NotInitialized,
        name: "not-initialized",
        severity: Severity::Error,
        title: "The app called the SDK before it was initialized",
        meaning: "An API was called before initSDK had succeeded, or after unInitSDK. The call did nothing.",
        advice: "Call initSDK first, wait for it to succeed, and make no call after unInitSDK.",
        codes: &[one(6013), one(6018)],
    },
    Rule {
        id: RuleId::NotLoggedIn,
        name: "not-logged-in",
        severity: Severity::Error,
        title: "The app called the SDK without being logged in",
        meaning: "The call needs a login, and there was none: not yet, no longer, or it had failed.",
        advice: "Wait for the login to succeed before such calls; after being kicked or logged out, log in again first.",
        codes: &[one(6014)],
    },
    Rule {
        id: RuleId::UserSigLoop,
        name: "usersig-loop",
        severity: Severity::Error,
        title: "The app kept logging in with an expired UserSig",
        meaning: "The UserSig had expired, and the app logged in with the same one again and again. That never succeeds.",
        advice: "In onUserSigExpired, fetch a new UserSig from your server first, then log in with it. Stop after a few tries.",
        codes: &[],
    },
    Rule {
        id: RuleId::UserSigExpired,
        name: "usersig-expired",
        severity: Severity::Error,
        title: "The UserSig expired",
        meaning: "The login is only valid as long as its UserSig. It has run out, and the user is offline.",
        advice: "Fetch a new UserSig from your server and log in with it; the old one won't work again. Check how long it is valid.",
        codes: &[one(-10001), one(-10003), one(6206), one(6226), one(70001)],
    },
    Rule {
        id: RuleId::UserSigInvalid,
        name: "usersig-invalid",
        severity: Severity::Error,
        title: "The UserSig is not valid",
        meaning: "The server can't verify the UserSig: made with another key, for another user or another app, or cut off.",
        advice: "Compare SDKAppID, user id and secret key with those that your server makes the UserSig of; check one in the console.",
        codes: &[70002..=70011, 70013..=70014, one(70016), one(70020), one(70052)],
    },
    Rule {
        id: RuleId::KickedOffline,
        name: "kicked-offline",
        severity: Severity::Warn,
        title: "The user was kicked offline by another login",
        meaning: "The same user logged in on another device, and the account does not allow both at once.",
        advice: "Tell the user, and ask before logging in again: otherwise both devices kick each other. Multi-device login is set in the console.",
        codes: &[one(6208), one(6213), one(6255)],
    },
    Rule {
        id: RuleId::ConnectFailed,
        name: "connect-failed",
        severity: Severity::Error,
        title: "The SDK could not connect to the server",
        meaning: "All tries to connect failed for a while. Meanwhile nothing could be sent or received.",
        advice: "Tell the user that the network is down; the SDK connects again by itself. If all devices see it, check permissions, proxy and firewall.",
        codes: &[],
    },
    Rule {
        id: RuleId::LoginFailed,
        name: "login-failed",
        severity: Severity::Error,
        title: "The login failed",
        meaning: "The server refused the login, or did not answer.",
        advice: "Look up the code; try again later if it is one of the network.",
        codes: &[],
    },
    Rule {
        id: RuleId::PlanMissing,
        name: "plan-missing",
        severity: Severity::Error,
        title: "The app's plan does not include a feature that it uses",
        meaning: "The feature belongs to a higher edition of Chat, or has not been switched on.",
        advice: "Buy the plan that includes it, or switch it on in the console; otherwise don't call it.",
        codes: &[one(7013), one(60020)],
    },
    Rule {
        id: RuleId::SendFailed,
        name: "send-failed",
        severity: Severity::Warn,
        title: "Messages could not be sent",
        meaning: "The server or the SDK refused the messages.",
        advice: "Look up the code, and tell the user why.",
        codes: &[],
    },
    Rule {
        id: RuleId::RateLimited,
        name: "rate-limited",
        severity: Severity::Warn,
        title: "The app called the SDK too often",
        meaning: "Requests came faster than is allowed, and were refused.",
        advice: "Call less often: cache what you have asked for, put calls together, and wait longer after each refusal.",
        codes: &[one(-20009), one(-10113), one(7008), 8511..=8514, 9506..=9507, one(60011), one(70050)],
    },
    Rule {
        id: RuleId::PushTokenFailed,
        name: "push-token-failed",
        severity: Severity::Warn,
        title: "The token for offline push was refused",
        meaning: "The device gets no push messages while the app is not running.",
        advice: "Upload the vendor's push certificate in the console, check the business id, and set the token after login.",
        codes: &[],
    },
    Rule {
        id: RuleId::UncleanExit,
        name: "unclean-exit",
        severity: Severity::Warn,
        title: "The process ended without shutting the SDK down",
        meaning: "It was killed, or crashed: a new process started, and the one before had not called unInitSDK.",
        advice: "Look for a crash at that time in the crash reports. Phones also kill apps in the background; then nothing is wrong.",
        codes: &[],
    },
    Rule {
        id: RuleId::LoginSlow,
        name: "login-slow",
        severity: Severity::Warn,
        title: "The login took long",
        meaning: "The login succeeded, but took seconds. It is mostly the network, or a queue of other requests.",
        advice: "Check the network at that time; log in before other requests are made.",
        codes: &[],
    },
    Rule {
        id: RuleId::ClockSkew,
        name: "clock-skew",
        severity: Severity::Warn,
        title: "The phone's clock was wrong",
        meaning: "The server's time and the phone's differ. Times in the log are the phone's, and a UserSig made by such a clock is not valid.",
        advice: "Have the user set the time automatically; make UserSigs on your server, by its clock.",
        codes: &[],
    },
    Rule {
        id: RuleId::LogLevel,
        name: "log-level",
        severity: Severity::Warn,
        title: "The log level hides what happened",
        meaning: "The SDK was initialized with a log level that leaves out most of what is diagnosed here.",
        advice: "Set the log level to INFO or DEBUG in V2TIMSDKConfig, and have the problem happen again.",
        codes: &[],
    },
    Rule {
        id: RuleId::LogIncomplete,
        name: "log-incomplete",
        severity: Severity::Warn,
        title: "Parts of the log are missing",
        meaning: "What happened in them is not known: a finding may be missing, or lack its start or end.",
        advice: "Ask for the whole folder of logs, with the cache file; give the key if the log is encrypted.",
        codes: &[],
    },
    Rule {
        id: RuleId::HeartbeatGap,
        name: "heartbeat-gap",
        severity: Severity::Info,
        title: "The process did nothing for a while",
        meaning: "No heartbeat and no other line came, though the user was logged in: the process was frozen or asleep.",
        advice: "Nothing, mostly: phones do this to apps in the background. Messages come by offline push meanwhile.",
        codes: &[],
    },
];

#[cfg(test)]
mod tests {
    use super::super::codes::Code;
    use super::*;

    #[test]
    fn every_rule_has_a_row_and_a_name_of_its_own() {
        for rule in &RULES {
            assert_eq!(rule.id.rule(), rule);
            assert_eq!(rule.name.parse(), Ok(rule.id));
            assert!(rule.name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-'));
            assert!(
                !rule.title.ends_with('.') && rule.meaning.ends_with('.') && rule.advice.ends_with('.'),
                "{rule:?}"
            );
            let known = rule.codes.iter().flat_map(Clone::clone).filter(|code| Code::of(*code).is_some()).count();
            assert!(rule.codes.is_empty() || known > 0, "{rule:?}");
        }
        assert_eq!("usersig".parse::<RuleId>(), Err(NoRule));
    }

    #[test]
    fn a_code_leads_to_one_rule() {
        for code in RULES.iter().flat_map(|rule| rule.codes.iter().flat_map(Clone::clone)) {
            let rules = RULES.iter().filter(|rule| rule.codes.iter().any(|codes| codes.contains(&code)));
            assert_eq!(rules.count(), 1, "{code}");
        }
        assert_eq!(RuleId::of_code(6206), Some(RuleId::UserSigExpired));
        assert_eq!(RuleId::of_code(11_000), None);
        assert!(is_of_network(9519) && !is_of_network(9506));
    }
}
