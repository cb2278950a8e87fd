//! What a process did over and over: logins, tries to connect, heartbeats.

use super::words::text;
use crate::record::{Fields, Time, number};

/// Logins of a session that are kept; further ones are counted.
const MAX_LOGINS: usize = 64;
/// Lines about the end of one login lie within this, in milliseconds.
const ONE_END: i64 = 1_000;

/// How a login went.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum LoginResult {
    /// The log does not say.
    #[default]
    Open,
    /// The user is logged in.
    Ok,
    /// It failed, with this code if one was logged.
    Failed(Option<i32>),
}

impl LoginResult {
    /// Its name in all that machines read.
    pub fn id(self) -> &'static str {
        match self {
            LoginResult::Open => "open",
            LoginResult::Ok => "ok",
            LoginResult::Failed(_) => "failed",
        }
    }
}

/// A login. Text is as it was logged, up to 128 bytes of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Login {
    /// Who logged in.
    pub user: Option<String>,
    /// The task that the SDK made of it.
    pub task: Option<String>,
    /// When it began.
    pub began: Option<Time>,
    /// When it ended.
    pub ended: Option<Time>,
    /// How long it took, in milliseconds: as the SDK says, or else by the times of its lines.
    pub cost: Option<i64>,
    /// How it went.
    pub result: LoginResult,
    /// It is one of its steps that failed; the line that ends it may follow.
    is_step: bool,
}

/// The logins of a session, the first ones.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Logins {
    /// Those that are kept, in order.
    pub kept: Vec<Login>,
    /// How many are not.
    pub further: u64,
    /// How many failed, of all.
    pub failed: u64,
    /// The last one, until it is known how it ended.
    current: Option<Login>,
}

impl Logins {
    /// How many there are.
    pub fn count(&self) -> u64 {
        self.kept.len() as u64 + self.further
    }

    /// A login begins.
    pub(super) fn begin(&mut self, time: Option<Time>, user: Option<&[u8]>, message: &[u8]) {
        if let Some(open) = self.current.as_mut().filter(|open| open.result == LoginResult::Open && open.user.is_none())
        {
            // Another line about the same beginning.
            open.user = user.map(text);
            return;
        }
        self.keep();
        let task = Fields::value(message, "task_id").map(text);
        self.current = Some(Login { user: user.map(text), task, began: time, ..Login::default() });
    }

    /// A login ends, or one of its steps has failed. `cost` is what the SDK says that it took, in milliseconds.
    pub(super) fn end(&mut self, time: Option<Time>, result: LoginResult, cost: Option<i64>, is_step: bool) {
        let is_same = |last: &Login| match last.result {
            LoginResult::Open => true,
            // A login may succeed after a step that failed, and its end is told by several lines.
            _ if last.is_step => true,
            before => {
                before == result && last.ended.zip(time).is_some_and(|(last, now)| now.wall - last.wall <= ONE_END)
            }
        };
        if !self.current.as_ref().is_some_and(is_same) {
            self.keep();
        }
        let login = self.current.get_or_insert_default();
        let counted = login.began.zip(time).map(|(began, ended)| ended.wall - began.wall);
        login.cost = login.cost.or(cost).or(counted.filter(|cost| *cost >= 0));
        (login.result, login.ended, login.is_step) = (result, time, is_step);
    }

    /// Nothing more is said of the last login.
    pub(super) fn keep(&mut self) {
        let Some(login) = self.current.take() else { return };
        self.failed += u64::from(matches!(login.result, LoginResult::Failed(_)));
        match self.kept.len() < MAX_LOGINS {
            true => self.kept.push(login),
            false => self.further += 1,
        }
    }
}

/// Heartbeats of a session.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Heartbeats {
    /// Those that were sent, where the SDK logs that.
    pub sent: u64,
    /// Those that were answered.
    pub answered: u64,
    /// Those that failed.
    pub failed: u64,
}

/// `65ms(queue time cost:1ms)`: milliseconds.
pub(super) fn millis(value: &[u8]) -> Option<i64> {
    let digits = value.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let (digits, unit) = value.split_at_checked(digits)?;
    unit.starts_with(b"ms").then(|| i64::try_from(number(digits)?).ok())?
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(wall: i64) -> Option<Time> {
        Some(Time { wall, zone: None })
    }

    #[test]
    fn lines_about_one_login_are_one_login() {
        let mut logins = Logins::default();
        logins.begin(at(0), None, b"Login begin|task_id:6");
        logins.begin(at(1), Some(b"user_A"), b"to identifier: user_A");
        logins.end(at(70), LoginResult::Failed(Some(-10003)), None, true);
        logins.end(at(80), LoginResult::Failed(Some(6206)), None, false);
        logins.end(at(81), LoginResult::Failed(Some(6206)), None, false);
        logins.begin(at(2_000), Some(b"user_A"), b"");
        logins.end(at(2_065), LoginResult::Ok, Some(60), false);
        logins.begin(at(9_000), Some(b"user_B"), b"");
        logins.keep();
        let seen: Vec<_> = logins.kept.iter().map(|login| (login.user.as_deref(), login.result, login.cost)).collect();
        assert_eq!(
            seen,
            [
                (Some("user_A"), LoginResult::Failed(Some(6206)), Some(70)),
                (Some("user_A"), LoginResult::Ok, Some(60)),
                (Some("user_B"), LoginResult::Open, None)
            ]
        );
        assert_eq!((logins.kept[0].task.as_deref(), logins.failed, logins.count()), (Some("6"), 1, 3));
    }

    #[test]
    fn what_is_kept_of_logins_is_bounded() {
        let mut logins = Logins::default();
        for wall in 0..1_000 {
            logins.begin(at(wall * 10_000), Some(&[b'u'; 10_000]), b"");
            logins.end(at(wall * 10_000 + 5), LoginResult::Failed(None), None, false);
        }
        logins.keep();
        assert_eq!((logins.kept.len(), logins.count(), logins.failed), (64, 1_000, 1_000));
        assert!(logins.kept.iter().all(|login| login.user.as_ref().is_some_and(|user| user.len() == 128)));
    }
}
