//! Line forms of one's own: apps replace mars' formatter, and whoever knows how says it as a regular expression. The
//! groups in it have the names of a record's fields.
//!
//! Forms are taught once, before anything is read, since every part that reads lines has to know them. They are asked
//! only about lines that no other form knows: reading the others does not get slower.

use std::sync::OnceLock;

use regex::bytes::{Captures, Regex, RegexBuilder};

use super::cursor::number;
use super::{Form, Head, Level, Record, dated};

/// How much of a line a head may take, in bytes.
const LONGEST: usize = 4096;

/// The names that a group may have for each field: ours, and those that lnav's formats use.
const TIME: [&str; 2] = ["time", "timestamp"];
const LEVEL: [&str; 1] = ["level"];
const PID: [&str; 1] = ["pid"];
const TID: [&str; 3] = ["tid", "thread", "thread_id"];
const TAG: [&str; 3] = ["tag", "module", "component"];
const SOURCE: [&str; 3] = ["source", "file", "src_file"];
const LINE: [&str; 2] = ["line", "src_line"];
const FUNCTION: [&str; 2] = ["function", "func"];
const MESSAGE: [&str; 3] = ["message", "body", "msg"];

static TAUGHT: OnceLock<Vec<OwnForm>> = OnceLock::new();

/// A form that a user has described.
#[derive(Clone, Debug)]
pub struct OwnForm {
    head: Regex,
    /// What else the group `level` may say.
    levels: Vec<(Level, Regex)>,
}

/// Why a form is none.
#[derive(Debug, thiserror::Error)]
pub enum BadForm {
    /// It cannot be read.
    #[error("not a regular expression")]
    Regex(#[source] regex::Error),
    /// A group is called like no field.
    #[error("no field is called `{0}`")]
    Field(String),
    /// Nothing in it says when a line was logged, or how severe it is.
    #[error("it needs a group `time` or `level`")]
    Nothing,
}

impl OwnForm {
    /// Reads a form: a regular expression that matches the start of a line, with groups that are called `time`, `level`,
    /// `pid`, `tid`, `tag`, `source`, `line`, `function` and `message`.
    ///
    /// # Errors
    /// If it is no regular expression, or a group has another name.
    pub fn new(head: &str) -> Result<OwnForm, BadForm> {
        let form = OwnForm::lenient(head)?;
        let known = [&TIME[..], &LEVEL, &PID, &TID, &TAG, &SOURCE, &LINE, &FUNCTION, &MESSAGE].concat();
        match form.head.capture_names().flatten().find(|name| !known.contains(name)) {
            Some(name) => Err(BadForm::Field(name.to_owned())),
            None => Ok(form),
        }
    }

    /// The same, but groups may have any names: those of lnav's formats are up to who wrote them.
    ///
    /// # Errors
    /// If it is no regular expression.
    pub fn lenient(head: &str) -> Result<OwnForm, BadForm> {
        // At the start of a line, whether it says so itself or not.
        let head = RegexBuilder::new(&format!("^(?:{head})")).build().map_err(BadForm::Regex)?;
        let has = |names: &[&str]| head.capture_names().flatten().any(|name| names.contains(&name));
        if !has(&TIME) && !has(&LEVEL) {
            return Err(BadForm::Nothing);
        }
        Ok(OwnForm { head, levels: Vec::new() })
    }

    /// The same; `pattern` says in which words the group `level` means this level.
    ///
    /// # Errors
    /// If it is no regular expression.
    pub fn with_level(mut self, level: Level, pattern: &str) -> Result<OwnForm, BadForm> {
        let pattern = RegexBuilder::new(&format!("^(?:{pattern})$")).build().map_err(BadForm::Regex)?;
        self.levels.push((level, pattern));
        Ok(self)
    }

    fn head(&self, line: &[u8]) -> Option<Head> {
        let found = self.head.captures(first_line(line))?;
        let level = group(&found, &LEVEL).and_then(|word| self.level(word));
        let time = group(&found, &TIME).and_then(dated::time);
        // A head says when a line was logged, or how severe it is.
        (level.is_some() || time.is_some()).then_some(Head::new(Form::Own, level, time))
    }

    fn level(&self, word: &[u8]) -> Option<Level> {
        let said = self.levels.iter().find(|(_, pattern)| pattern.is_match(word.trim_ascii()));
        said.map(|(level, _)| *level).or_else(|| dated::level(word.trim_ascii()))
    }
}

/// Teaches these forms to everything that reads lines. Returns whether they are known now: a second time is too late.
pub fn teach(forms: Vec<OwnForm>) -> bool {
    TAUGHT.set(forms).is_ok()
}

fn taught() -> &'static [OwnForm] {
    TAUGHT.get().map_or(&[], Vec::as_slice)
}

/// The head of a record in one of these forms.
pub fn head(line: &[u8]) -> Option<Head> {
    taught().iter().find_map(|form| form.head(line))
}

/// Sets what the first line of a record says, which starts with such a head.
pub fn fields<'a>(line: &'a [u8], record: &mut Record<'a>) -> Option<()> {
    let form = taught().iter().find(|form| form.head(line).is_some())?;
    set(form, line, record)
}

fn set<'a>(form: &OwnForm, line: &'a [u8], record: &mut Record<'a>) -> Option<()> {
    let found = form.head.captures(first_line(line))?;
    let text = |names: &[&str]| group(&found, names).map(<[u8]>::trim_ascii).filter(|text| !text.is_empty());
    (record.pid, record.tid) = (text(&PID).and_then(number), text(&TID).and_then(number));
    (record.tag, record.source, record.function) = (text(&TAG), text(&SOURCE), text(&FUNCTION));
    record.line = text(&LINE).and_then(number).and_then(|line| u32::try_from(line).ok());
    // The message goes on where its group begins, or after the head.
    let start = found_at(&found, &MESSAGE).or_else(|| found.get(0).map(|all| all.end()))?;
    record.message = line.get(start..)?;
    Some(())
}

fn group<'a>(found: &Captures<'a>, names: &[&str]) -> Option<&'a [u8]> {
    names.iter().find_map(|name| found.name(name)).map(|group| group.as_bytes())
}

fn found_at(found: &Captures<'_>, names: &[&str]) -> Option<usize> {
    names.iter().find_map(|name| found.name(name)).map(|group| group.start())
}

fn first_line(text: &[u8]) -> &[u8] {
    let text = text.get(..text.len().min(LONGEST)).unwrap_or_default();
    let line = text.get(..memchr::memchr(b'\n', text).unwrap_or(text.len())).unwrap_or_default();
    line.strip_suffix(b"\r").unwrap_or(line)
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINE: &[u8] = b"ShowStart: 2022-01-09 +8.0 17:03:10.973/E/    /Operation   File.m.23 -[X y]   text\nmore\n";
    const FORM: &str = r"ShowStart: (?P<time>\S+ \S+ [\d:.]+)/(?P<level>\w)/\s*/(?P<tag>\w+)\s+(?P<source>\S+)\.(?P<line>\d+) (?P<function>-\[.*?\])\s+(?P<message>.*)";

    #[test]
    fn groups_are_fields() {
        let form = OwnForm::new(FORM).unwrap();
        let head = form.head(LINE).unwrap();
        assert_eq!((head.form, head.level), (Form::Own, Some(Level::Error)));
        assert_eq!(head.time.unwrap().to_string(), "2022-01-09T17:03:10.973+08:00");
        let line = first_line(LINE);
        let mut record = Record { head, message: line, ..Record::default() };
        set(&form, line, &mut record).unwrap();
        assert_eq!((record.tag, record.source, record.line), (Some(&b"Operation"[..]), Some(&b"File.m"[..]), Some(23)));
        assert_eq!((record.function, record.message), (Some(&b"-[X y]"[..]), &b"text"[..]));
        assert_eq!(form.head(b" ShowStart: 2022"), None, "a form matches from the start on");
    }

    #[test]
    fn levels_may_have_words_of_their_own() {
        let form = OwnForm::new(r"(?P<level>\S+) ").unwrap().with_level(Level::Warn, "ACHTUNG|!+").unwrap();
        let level = |line: &str| form.head(line.as_bytes()).and_then(|head| head.level);
        assert_eq!(
            ["ACHTUNG x", "!! x", "error x", "x x"].map(level),
            [Some(Level::Warn), Some(Level::Warn), Some(Level::Error), None]
        );
    }

    #[test]
    fn a_wrong_form_says_what_is_wrong() {
        for (form, expected) in [
            ("(", "not a regular expression"),
            (r"(?P<when>\d+) (?P<level>\w)", "no field is called `when`"),
            (r"(?P<tag>\w+)", "it needs a group `time` or `level`"),
        ] {
            assert_eq!(OwnForm::new(form).unwrap_err().to_string(), expected);
        }
        assert!(OwnForm::lenient(r"(?P<when>\d+) (?P<level>\w)").is_ok());
    }
}
