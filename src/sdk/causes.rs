//! Which finding is the cause of which: logins and messages that fail while there is no connection are no story of their own.

use super::finding::Finding;
use super::rules::{self, RuleId};

/// Failed tries to connect in a row that mean something. Fewer are everyday life on a phone.
const TRIES: u64 = 3;
/// What was asked during an outage may be given up so long after it, in milliseconds.
const GIVEN_UP: i64 = 30_000;

/// Whether `finding`, tries to connect that failed, is more than a phone that changes its network.
pub fn is_outage(finding: &Finding) -> bool {
    finding.count >= TRIES
}

/// Makes what failed because of an outage a consequence of it, where it was not yet clear that it is one.
pub fn chain(findings: &mut Vec<Finding>) {
    let is_cause = |finding: &Finding| finding.rule == RuleId::ConnectFailed && is_outage(finding);
    let (mut outages, mut others): (Vec<_>, Vec<_>) = std::mem::take(findings).into_iter().partition(is_cause);
    others.retain(|finding| {
        let outage = outages.iter_mut().find(|outage| has_caused(outage, finding));
        let Some((outage, what)) = outage.zip(what(finding)) else { return true };
        for code in finding.codes.keys() {
            outage.cause(what, *code, finding.count.div_ceil(finding.codes.len() as u64));
        }
        false
    });
    outages.append(&mut others);
    *findings = outages;
}

/// What failed, if it may have failed for want of a connection.
fn what(finding: &Finding) -> Option<&'static str> {
    match finding.rule {
        RuleId::LoginFailed => Some("login"),
        RuleId::SendFailed => Some("message"),
        _ => None,
    }
}

fn has_caused(outage: &Finding, finding: &Finding) -> bool {
    let (Some(began), Some(first), Some(last)) = (outage.first, finding.first, finding.last) else { return false };
    let over = outage.over.or(outage.last).map_or(began.wall, |over| over.wall) + GIVEN_UP;
    outage.session == finding.session
        && what(finding).is_some()
        && !finding.codes.is_empty()
        && finding.codes.keys().all(|code| rules::is_of_network(*code))
        && (began.wall..=over).contains(&first.wall)
        && last.wall <= over
}
