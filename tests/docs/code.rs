//! The code in docs/library.md is that of `library.rs`, which compiles and is run.

use std::path::Path;

use crate::{read, settle};

const SOURCE: &str = include_str!("library.rs");

/// The lines between `// page: name` and `// end`, without their common indentation.
fn region(name: &str) -> String {
    let from = |line: &&str| line.trim() != format!("// page: {name}");
    let lines: Vec<_> = SOURCE.lines().skip_while(from).skip(1).take_while(|line| line.trim() != "// end").collect();
    assert!(!lines.is_empty(), "library.rs has no `// page: {name}`");
    let filled = lines.iter().filter(|line| !line.trim().is_empty());
    let indent = filled.map(|line| line.len() - line.trim_start().len()).min().unwrap();
    lines.iter().map(|line| format!("{}\n", line.get(indent..).unwrap_or_default())).collect()
}

#[test]
fn code_is_what_compiles() {
    let page = Path::new("docs/library.md");
    let text = read(page);
    let (mut now, mut blocks) = (String::new(), 0);
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        now += &format!("{line}\n");
        if let Some(name) = line.strip_prefix("```rust ") {
            now += &format!("{}```\n", region(name));
            lines.by_ref().find(|line| *line == "```");
            blocks += 1;
        }
    }
    assert!(blocks > 2 && !text.contains("```rust\n"), "each block of code has a name");
    settle(page, &text, &now);
}
