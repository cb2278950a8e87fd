//! Checks objects against docs/json.md.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

const PAGE: &str = include_str!("../../docs/json.md");

/// The fields of a kind of object and their types, from the table below this heading of docs/json.md.
fn documented(heading: &str) -> BTreeMap<String, String> {
    let (_, rest) = PAGE.split_once(&format!("\n{heading}\n")).unwrap();
    let rows = rest.lines().skip_while(|line| !line.starts_with('|')).take_while(|line| line.starts_with('|'));
    let rows = rows.skip(2).flat_map(|row| {
        let mut cells = row.split('|').map(str::trim).skip(1);
        let (fields, kind) = (cells.next().unwrap(), cells.next().unwrap().to_owned());
        let fields = fields.split(", ").map(|field| field.trim_matches('`').to_owned());
        fields.map(move |field| (field, kind.clone())).collect::<Vec<_>>()
    });
    rows.collect()
}

fn type_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.is_u64() => "number",
        Value::Number(number) if number.is_i64() => "negative number",
        Value::Number(_) => "another number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

/// All fields of an object. Fields of nested objects are named by their path.
fn fields<'a>(prefix: &str, object: &'a Value, all: &mut Vec<(String, &'a Value)>) {
    for (name, value) in object.as_object().unwrap() {
        let path = format!("{prefix}{name}");
        all.push((path.clone(), value));
        match value {
            Value::Object(_) => fields(&format!("{path}."), value, all),
            Value::Array(values) => {
                for value in values {
                    match value {
                        Value::Object(_) => fields(&format!("{path}[]."), value, all),
                        _ => all.push((format!("{path}[]"), value)),
                    }
                }
            }
            _ => {}
        }
    }
}

/// Checks that the objects have the fields and types of the table, and no others. Optional fields may be absent;
/// returns those that were absent from all objects.
#[track_caller]
pub fn assert_documented(objects: &[Value], heading: &str) -> Vec<String> {
    let documented = documented(heading);
    let mut seen = BTreeSet::new();
    for object in objects {
        let mut all = Vec::new();
        fields("", object, &mut all);
        for (field, value) in all {
            // `fields.*`: any name.
            let any = |name: &&String| name.strip_suffix('*').is_some_and(|object| field.starts_with(object));
            let field = documented.keys().find(any).cloned().unwrap_or(field);
            let types = documented.get(&field).unwrap_or_else(|| panic!("`{field}` is not in docs/json.md"));
            let matches = types.split(" or ").any(|kind| kind.trim_end_matches(", optional") == type_of(value));
            assert!(matches, "`{field}` is {value}, docs/json.md says {types}");
            seen.insert(field);
        }
        let required =
            documented.iter().filter(|(field, types)| !field.contains(['.', '[']) && !types.contains("optional"));
        for (field, _) in required {
            assert!(object.get(field).is_some(), "no `{field}` in {object}");
        }
    }
    let unseen = documented.iter().filter(|(field, _)| !seen.contains(*field));
    unseen
        .map(|(field, types)| {
            assert!(types.contains("optional"), "`{field}` is never there");
            field.clone()
        })
        .collect()
}
