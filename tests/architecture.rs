//! The house keeps its shape: no folder of src/ uses one above it, and no two files use each other, but a module and
//! those inside it.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

/// The folders of src/, from the bottom to the top. Each may use those before it.
const FLOORS: [&str; 17] = [
    "line",
    "redact",
    "xlog",
    "file_name",
    "retention",
    "folder",
    "codec",
    "decode",
    "record",
    "filter",
    "info",
    "sdk",
    "output",
    "report",
    "input",
    "cli",
    "main",
];

/// A module: its path from the crate's root on, `["codec", "deflate"]`.
type Module = Vec<String>;

/// The source of each module, without tests and comments.
fn modules() -> BTreeMap<Module, String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let files = walkdir::WalkDir::new(&root).into_iter().map(Result::unwrap);
    let files = files.filter(|entry| entry.path().extension().is_some_and(|end| end == "rs"));
    let module = |path: &Path| {
        let path = path.strip_prefix(&root).unwrap().with_extension("");
        let parts = path.iter().map(|part| part.to_str().unwrap().to_owned());
        parts.filter(|part| part != "mod" && part != "lib").collect()
    };
    let source = |path: &Path| {
        let text = fs::read_to_string(path).unwrap();
        let code = text.split("\n#[cfg(test)]").next().unwrap().split("\n#[cfg(all(test").next().unwrap();
        let lines = code.lines().map(|line| line.split("//").next().unwrap());
        lines.collect::<Vec<_>>().join("\n")
    };
    files.map(|entry| (module(entry.path()), source(entry.path()))).collect()
}

/// `a::{b, c::{d, e}}` as `a::b`, `a::c::d` and `a::c::e`.
fn expand(tree: &str) -> Vec<String> {
    let Some((before, inside)) = tree.split_once('{') else { return vec![tree.trim().to_owned()] };
    let inside = inside.rsplit_once('}').map_or(inside, |(inside, _)| inside);
    let (mut depth, mut parts, mut part) = (0, Vec::new(), String::new());
    for c in inside.chars() {
        match c {
            ',' if depth == 0 => parts.push(std::mem::take(&mut part)),
            c => {
                depth += i32::from(c == '{') - i32::from(c == '}');
                part.push(c);
            }
        }
    }
    parts.push(part);
    let parts = parts.iter().filter(|part| !part.trim().is_empty());
    parts.flat_map(|part| expand(part)).map(|part| format!("{}{part}", before.trim())).collect()
}

/// All paths in `source` that start at the crate's root or at a module above.
fn paths(source: &str) -> Vec<String> {
    let mut paths = Vec::new();
    for statement in source.split(';') {
        let statement = statement.split_whitespace().collect::<Vec<_>>().join(" ");
        if let Some((_, tree)) = statement.rsplit_once("use ") {
            paths.extend(expand(tree));
        }
        // And those in the midst of code.
        let words = statement.split(|c: char| !(c.is_alphanumeric() || c == '_' || c == ':'));
        paths.extend(words.filter(|word| word.contains("::")).map(str::to_owned));
    }
    paths.retain(|path| {
        !path.ends_with("::") && ["crate::", "super::", "self::"].iter().any(|start| path.starts_with(start))
    });
    paths
}

/// The module that a path in `module` leads to. What a module only passes on is the module's that it comes from.
fn resolve(modules: &BTreeMap<Module, String>, module: &Module, path: &str) -> Option<Module> {
    let mut parts = path.split(" as ").next()?.split("::").peekable();
    let mut at = module.clone();
    while let Some(part) = parts.next_if(|part| matches!(*part, "crate" | "super" | "self")) {
        match part {
            "crate" => at.clear(),
            "super" => drop(at.pop()),
            _ => {}
        }
    }
    for part in parts {
        let below = [at.as_slice(), &[part.to_owned()]].concat();
        if modules.contains_key(&below) {
            at = below;
            continue;
        }
        let passed_on = |statement: &str| {
            let (_, tree) = statement.rsplit_once("use ").filter(|(before, _)| before.contains("pub"))?;
            let names = expand(&tree.split_whitespace().collect::<Vec<_>>().join(" "));
            names.into_iter().find(|name| name.rsplit("::").next() == Some(part) && !name.starts_with("crate::"))
        };
        let from = modules.get(&at)?.split(';').find_map(passed_on);
        let child = from.and_then(|from| from.split("::").next().map(str::to_owned));
        let child = child.map(|child| [at.as_slice(), &[child]].concat());
        return Some(child.filter(|child| modules.contains_key(child)).unwrap_or(at));
    }
    Some(at)
}

/// Which modules each uses.
fn arrows() -> BTreeMap<Module, BTreeSet<Module>> {
    let modules = modules();
    let targets = |(module, source): (&Module, &String)| {
        let targets = paths(source).into_iter().filter_map(|path| resolve(&modules, module, &path));
        (module.clone(), targets.filter(|target| target != module).collect())
    };
    modules.iter().map(targets).collect()
}

#[test]
fn no_folder_uses_one_above_it() {
    let floor = |module: &Module| {
        let name = module.first()?;
        Some(FLOORS.iter().position(|floor| floor == name).unwrap_or_else(|| panic!("{name} has no place in FLOORS")))
    };
    let mut up = Vec::new();
    for (module, targets) in arrows() {
        let up_from_here = targets.into_iter().filter(|target| floor(target) > floor(&module) && !module.is_empty());
        up.extend(up_from_here.map(|target| format!("{} uses {}", module.join("::"), target.join("::"))));
    }
    assert!(up.is_empty(), "{up:#?}");
}

#[test]
fn no_two_files_use_each_other() {
    let arrows = arrows();
    let is_kin = |a: &Module, b: &Module| a.starts_with(b) || b.starts_with(a);
    let mut circles = BTreeSet::new();
    for start in arrows.keys() {
        // Breadth first, from each file on: the way back to it, if there is one.
        let mut ways = vec![vec![start.clone()]];
        let mut seen = BTreeSet::new();
        while let Some(way) = ways.pop() {
            let here = way.last().unwrap().clone();
            for next in arrows.get(&here).into_iter().flatten().filter(|next| !is_kin(&here, next)) {
                if next == start {
                    let mut names: Vec<_> = way.iter().map(|module| module.join("::")).collect();
                    names.sort();
                    circles.insert(names);
                } else if seen.insert(next.clone()) {
                    ways.push([way.as_slice(), std::slice::from_ref(next)].concat());
                }
            }
        }
    }
    assert!(circles.is_empty(), "{circles:#?}");
}

#[test]
fn paths_are_read_as_the_compiler_reads_them() {
    let source = "use crate::a::{b, c::{d, e as f}};\npub use x::Y;\nfn g() { super::h(1); }";
    assert_eq!(paths(source), ["crate::a::b", "crate::a::c::d", "crate::a::c::e as f", "super::h"]);
    let module =
        |path: &str| -> Module { path.split("::").filter(|part| !part.is_empty()).map(str::to_owned).collect() };
    let modules = [("", ""), ("a", "pub use b::{Thing, other};"), ("a::b", ""), ("a::c", "")];
    let modules = modules.map(|(path, source)| (module(path), source.to_owned())).into();
    for (path, expected) in [
        ("super::Thing", "a::b"),
        ("super::b::deep", "a::b"),
        ("super::Unknown", "a"),
        ("crate::a::other", "a::b"),
        ("super::super::a::c", "a::c"),
    ] {
        assert_eq!(resolve(&modules, &module("a::c"), path), Some(module(expected)), "{path}");
    }
}
