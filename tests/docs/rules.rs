//! The rules in docs/diagnose.md are those that there are.

use std::path::Path;

use imlog::RULES;

#[test]
fn all_rules_are_listed_as_they_are() {
    let page = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/diagnose.md")).unwrap();
    let (_, table) = page.split_once("| rule | severity | |\n| --- | --- | --- |\n").unwrap();
    let listed: Vec<_> = table.lines().take_while(|line| line.starts_with('|')).collect();
    let row = |rule: &imlog::Rule| format!("| `{}` | `{}` | {} |", rule.name, rule.severity.name(), rule.title);
    assert_eq!(listed, RULES.iter().map(row).collect::<Vec<_>>());
}
