//! A diagnosis without what is personal.

use super::diagnosis::Diagnosis;
use super::finding::Evidence;
use crate::redact::{Personal, Redactor};

impl Diagnosis {
    /// Puts pseudonyms in place of what is personal: users, and all text that comes from the log. Names of logs stay.
    pub fn redact(&mut self, redactor: &mut Redactor) {
        for session in &mut self.sessions {
            let logins = session.logins.kept.iter_mut().filter_map(|login| login.user.as_mut());
            for user in session.users.iter_mut().chain(logins) {
                *user = redactor.value(Personal::User, user);
            }
        }
        for finding in &mut self.findings {
            finding.notes.iter_mut().for_each(|note| redact(note, redactor));
            finding.evidence.iter_mut().for_each(|evidence| evidence.redact(redactor));
        }
        for group in &mut self.groups {
            redact(&mut group.function, redactor);
            group.change_start(|start, is_cut| redact_start(start, is_cut, redactor));
            group.evidence.redact(redactor);
        }
        let nearby = self.details.iter_mut().flat_map(|details| details.nearby.values_mut());
        nearby.for_each(|record| redact_start(&mut record.text, record.is_cut, redactor));
    }
}

impl Evidence {
    fn redact(&mut self, redactor: &mut Redactor) {
        redact_start(&mut self.text, self.is_cut, redactor);
    }
}

/// The same of a text that may lack its end.
fn redact_start(text: &mut String, is_cut: bool, redactor: &mut Redactor) {
    if is_cut {
        // Half a value has no shape that tells it.
        let end = text.rfind(|byte: char| byte.is_whitespace() || matches!(byte, '|' | ',' | ';'));
        text.truncate(end.map_or(0, |end| end + 1));
    }
    redact(text, redactor);
}

fn redact(text: &mut String, redactor: &mut Redactor) {
    *text = redactor.text(text).into_owned();
}
