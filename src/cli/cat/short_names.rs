//! Names of files as short as they can be told apart: before each line, a whole path leaves no room for the line.

use std::collections::HashMap;

/// The ends of `names`, each as long as it takes to differ from all others.
pub fn short_names(names: &[String]) -> Vec<String> {
    let mut short = names.to_vec();
    let mut open: Vec<usize> = (0..names.len()).collect();
    for parts in 1..=DEEPEST {
        let mut counts: HashMap<&str, usize> = HashMap::new();
        names.iter().for_each(|name| *counts.entry(end(name, parts)).or_default() += 1);
        let (done, rest): (Vec<_>, Vec<_>) = open
            .into_iter()
            .partition(|&index| names.get(index).is_some_and(|name| counts.get(end(name, parts)) == Some(&1)));
        for index in done {
            if let (Some(short), Some(name)) = (short.get_mut(index), names.get(index)) {
                *short = end(name, parts).to_owned();
            }
        }
        open = rest;
        if open.is_empty() {
            break;
        }
    }
    short
}

/// Names that differ only above this many folders stay whole.
const DEEPEST: usize = 16;

/// The last `parts` parts of a name. A part ends before a slash, or before a colon between an archive and what is in it.
fn end(name: &str, parts: usize) -> &str {
    let starts = name.rmatch_indices(['/', '\\', ':']).map(|(at, _)| at + 1);
    let start = starts.take(parts).nth(parts - 1).unwrap_or(0);
    name.get(start..).unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_differs_from_all_others() {
        let short = |names: &[&str]| short_names(&names.iter().map(|&name| name.to_owned()).collect::<Vec<_>>());
        assert_eq!(short(&["a/x.xlog", "a/y.xlog"]), ["x.xlog", "y.xlog"]);
        assert_eq!(short(&["a/x.xlog", "b/x.xlog", "b/y.xlog"]), ["a/x.xlog", "b/x.xlog", "y.xlog"]);
        assert_eq!(short(&["s.zip:d/x.xlog", "t.zip:d/x.xlog"]), ["s.zip:d/x.xlog", "t.zip:d/x.xlog"]);
        assert_eq!(short(&["x", "x"]), ["x", "x"]);
    }
}
