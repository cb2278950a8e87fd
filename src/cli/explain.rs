//! `imlog explain`: what an error code of the SDK means, or a rule of `diagnose`, and what to do.

use std::io::Write;

use anstyle::Style;
use anyhow::{Context, Result, anyhow};
use clap::Args as ClapArgs;
use clap::builder::PossibleValue;
use serde::Serialize;

use super::Status;
use super::page::{Page, pad};
use super::printer::{Hint, Printer};
use super::stdout::json_or_styled;
use crate::sdk::{Code, RULES, Rule, RuleId};

/// Examples and exit codes, below the options.
pub const HELP: &str = "\
Examples:
  imlog explain 6013                what the code means, and what to do
  imlog explain 70001 -10001        several at once
  imlog explain usersig-loop        a rule of imlog diagnose
  imlog explain --list | grep -i group
  imlog explain --json 6013 | jq -r .advice

Exit codes:
  0  all were explained
  1  one is not known (what its range is about is said)
  2  wrong usage";

/// Arguments of `explain`.
#[derive(Debug, ClapArgs)]
pub struct ExplainArgs {
    /// Error codes of the IM SDK, or names of rules
    #[arg(value_name = "CODE|RULE", required_unless_present = "list", allow_negative_numbers = true,
          value_parser = Subjects)]
    pub subjects: Vec<Subject>,
    /// List all codes and rules
    #[arg(long, conflicts_with = "subjects")]
    pub list: bool,
    /// Write one JSON object per line
    #[arg(long)]
    pub json: bool,
    /// Write ASCII characters only
    #[arg(long)]
    pub ascii: bool,
    /// Write as on a terminal this wide, for tests
    #[arg(long, value_name = "N", hide = true)]
    pub width: Option<usize>,
}

/// What is to be explained.
#[derive(Clone, Copy, Debug)]
pub enum Subject {
    /// An error code, known or not.
    Code(i32),
    /// A rule.
    Rule(RuleId),
}

/// Reads subjects, and knows them all for completion.
#[derive(Clone)]
struct Subjects;

impl clap::builder::TypedValueParser for Subjects {
    type Value = Subject;

    fn parse_ref(
        &self,
        command: &clap::Command,
        arg: Option<&clap::Arg>,
        value: &std::ffi::OsStr,
    ) -> Result<Subject, clap::Error> {
        use clap::error::{ContextKind, ContextValue, ErrorKind};
        let text = value.to_string_lossy();
        let code = || text.trim().parse().ok().map(Subject::Code);
        let named = || {
            let named = Code::all().iter().find(|code| !code.name.is_empty() && code.name.eq_ignore_ascii_case(&text));
            named.map(|code| Subject::Code(code.numbers.0))
        };
        let found = text.parse().ok().map(Subject::Rule).or_else(code).or_else(named);
        found.ok_or_else(|| {
            let mut error = clap::Error::new(ErrorKind::InvalidValue).with_cmd(command);
            if let Some(arg) = arg {
                error.insert(ContextKind::InvalidArg, ContextValue::String(arg.to_string()));
            }
            error.insert(ContextKind::InvalidValue, ContextValue::String(text.into_owned()));
            let rules = RULES.iter().map(|rule| rule.name.to_owned()).collect();
            error.insert(ContextKind::ValidValue, ContextValue::Strings(rules));
            error
        })
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue>>> {
        let rules = RULES.iter().map(|rule| PossibleValue::new(rule.name).help(rule.title));
        Some(Box::new(rules))
    }
}

/// What completion offers: rules, and all codes, which would be too many for the help.
pub fn subjects() -> impl Iterator<Item = String> {
    RULES.iter().map(|rule| rule.name.to_owned()).chain(codes())
}

/// The codes that mean one thing each.
pub fn codes() -> impl Iterator<Item = String> {
    let codes = Code::all().iter().filter(|code| code.numbers.0 == code.numbers.1);
    codes.map(|code| code.numbers.0.to_string())
}

#[derive(Serialize)]
#[serde(tag = "type", rename_all = "lowercase")]
enum Object {
    Code {
        code: i32,
        known: bool,
        name: Option<&'static str>,
        family: Option<&'static str>,
        meaning: Option<&'static str>,
        causes: Vec<&'static str>,
        advice: Option<&'static str>,
        related: Vec<i32>,
        rule: Option<&'static str>,
    },
    Rule {
        rule: &'static str,
        severity: &'static str,
        title: &'static str,
        meaning: &'static str,
        advice: &'static str,
        codes: Vec<[i32; 2]>,
        lines: Vec<&'static str>,
    },
}

/// Explains everything that was asked for.
pub fn run(args: ExplainArgs, printer: &Printer) -> Result<Status> {
    let page = Page::stdout(args.width, args.ascii);
    let subjects = if args.list { all() } else { args.subjects };
    let mut out = json_or_styled(args.json);
    let (mut text, mut unknown) = (String::new(), Vec::new());
    for (index, subject) in subjects.iter().enumerate() {
        if let Subject::Code(code) = subject
            && Code::of(*code).is_none()
        {
            unknown.push(*code);
        }
        if args.json {
            text += &serde_json::to_string(&object(*subject))?;
            text.push('\n');
        } else if args.list {
            text += &list_line(*subject, &page);
        } else {
            let card = Card { page: &page, out: String::new() }.of(*subject);
            if index > 0 && !card.is_empty() && !text.is_empty() {
                text.push('\n');
            }
            text += &card;
        }
    }
    let written = match args.json {
        true => out.write_all(text.as_bytes()).and_then(|()| out.flush()),
        false => anstream::stdout().write_all(text.as_bytes()),
    };
    written.context("cannot write standard output")?;
    for (index, code) in unknown.iter().enumerate() {
        let error = match Code::family(*code) {
            Some(family) => anyhow!("{code} is not a known code; its range is that of: {family}"),
            None => anyhow!("{code} is not a known code, and in no known range"),
        };
        let hint = Hint("`imlog explain --list` lists all; an app's own server may have codes of its own".into());
        printer.error(&if index + 1 == unknown.len() { error.context(hint) } else { error });
    }
    Ok(if unknown.is_empty() { Status::Intact } else { Status::Flawed })
}

fn all() -> Vec<Subject> {
    let rules = RULES.iter().map(|rule| Subject::Rule(rule.id));
    rules.chain(Code::all().iter().map(|code| Subject::Code(code.numbers.0))).collect()
}

fn number(code: &Code) -> String {
    match code.numbers {
        (first, last) if first == last => first.to_string(),
        (first, last) => format!("{first}-{last}"),
    }
}

fn list_line(subject: Subject, page: &Page) -> String {
    let (number, text) = match subject {
        Subject::Rule(id) => (id.rule().name.to_owned(), id.rule().title),
        Subject::Code(code) => Code::of(code).map(|code| (number(code), code.meaning)).unwrap_or_default(),
    };
    let line = format!("{}{text}", pad(&number, 19));
    if page.seen { page.shorten(&line, page.width) + "\n" } else { line + "\n" }
}

const TITLE: Style = Style::new().bold();
const LABEL: Style = Style::new().dimmed();
/// Columns before the text of a row.
const INDENT: usize = 9;

struct Card<'a> {
    page: &'a Page,
    out: String,
}

impl Card<'_> {
    fn of(mut self, subject: Subject) -> String {
        match subject {
            Subject::Rule(id) => self.rule(id.rule()),
            Subject::Code(code) => {
                if let Some(known) = Code::of(code) {
                    self.code(code, known);
                }
            }
        }
        self.out
    }

    fn code(&mut self, number: i32, code: &Code) {
        let name = match code.name {
            "" if code.numbers.0 < code.numbers.1 => format!(" (one of {})", self::number(code)),
            "" => String::new(),
            name => format!(" {name}"),
        };
        self.out += &format!("{TITLE}{number}{TITLE:#}{name}\n");
        self.row("means", code.meaning);
        self.row("causes", code.causes);
        self.row("do", code.advice);
        self.row("range", Code::family(number).unwrap_or_default());
        let related = |code: i32| Code::of(code).map(|known| format!("{code} {}", known.meaning.trim_end_matches('.')));
        for (index, related) in code.related().filter_map(related).enumerate() {
            self.row(if index == 0 { "see also" } else { "" }, &related);
        }
        if let Some(id) = RuleId::of_code(number) {
            self.row("rule", &format!("{}: {}", id.rule().name, id.rule().title));
        }
    }

    fn rule(&mut self, rule: &Rule) {
        self.out += &format!("{TITLE}{}{TITLE:#} ({}) {}\n", rule.name, rule.severity.name(), rule.title);
        self.row("means", rule.meaning);
        self.row("do", rule.advice);
        let codes = rule.codes.iter().flat_map(Clone::clone).filter_map(|code| Some((code, Code::of(code)?)));
        for (index, (number, code)) in codes.enumerate() {
            self.row(if index == 0 { "codes" } else { "" }, &format!("{number} {}", code.meaning));
        }
        for (index, line) in rule.lines().enumerate() {
            let label = pad(if index == 0 { "lines" } else { "" }, INDENT);
            let line = line.split_ascii_whitespace().collect::<Vec<_>>().join(" ");
            let line = self.page.shorten(&line, self.page.width.saturating_sub(INDENT));
            self.out += &format!("{LABEL}{label}{line}{LABEL:#}\n");
        }
    }

    fn row(&mut self, label: &str, text: &str) {
        if text.is_empty() {
            return;
        }
        for (index, line) in self.page.wrap(text, self.page.width.saturating_sub(INDENT)).iter().enumerate() {
            let label = pad(if index == 0 { label } else { "" }, INDENT);
            self.out += format!("{LABEL}{label}{LABEL:#}{line}").trim_end();
            self.out.push('\n');
        }
    }
}

fn object(subject: Subject) -> Object {
    match subject {
        Subject::Rule(id) => {
            let Rule { name, severity, title, meaning, advice, codes, .. } = id.rule();
            Object::Rule {
                rule: name,
                severity: severity.name(),
                title,
                meaning,
                advice,
                codes: codes.iter().map(|codes| [*codes.start(), *codes.end()]).collect(),
                lines: id.rule().lines().collect(),
            }
        }
        Subject::Code(number) => {
            let code = Code::of(number);
            let filled = |text: &'static str| Some(text).filter(|text| !text.is_empty());
            Object::Code {
                code: number,
                known: code.is_some(),
                name: code.and_then(|code| filled(code.name)),
                family: Code::family(number),
                meaning: code.map(|code| code.meaning),
                causes: code
                    .map(|code| code.causes.split("; ").filter(|cause| !cause.is_empty()).collect())
                    .unwrap_or_default(),
                advice: code.and_then(|code| filled(code.advice)),
                related: code.map(|code| code.related().collect()).unwrap_or_default(),
                rule: RuleId::of_code(number).map(|id| id.rule().name),
            }
        }
    }
}
