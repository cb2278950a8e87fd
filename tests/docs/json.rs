//! The objects of `cat` and `prune` are as docs/json.md describes them. (For those of `info`, see tests/info/json.rs.)

use serde_json::Value;

use crate::sandbox::Sandbox;
use crate::support::schema::assert_documented;

fn objects(sandbox: &Sandbox, commands: &[&str]) -> Vec<Value> {
    let lines = commands.iter().flat_map(|command| {
        let output = sandbox.run(command);
        output.lines().map(|line| serde_json::from_str(line).unwrap()).collect::<Vec<_>>()
    });
    lines.collect()
}

#[test]
fn what_cat_shows_is_as_documented() {
    let sandbox = Sandbox::new();
    sandbox.run(
        "printf 'not \\377 text\\n' > odd.log; head -c 3000000 /dev/zero | tr '\\0' x > long.log
        { head -c 11659 imsdk_C_20231106.xlog; tail -c +22575 imsdk_C_20231106.xlog; } > skip.xlog",
    );
    let all = objects(
        &sandbox,
        &[
            "imlog cat -q --json \"$ROOT\"/tests/cat/forms.log odd.log long.log",
            "imlog cat -q --json damaged.xlog encrypted.xlog skip.xlog mars.xlog",
            "imlog cat -q --json -A 1 -l error mars.xlog",
        ],
    );
    let (gaps, records): (Vec<_>, Vec<_>) = all.into_iter().partition(|object| object["type"] == "gap");
    assert!(assert_documented(&records, "### A record").is_empty());
    assert!(assert_documented(&gaps, "### Something missing").is_empty());
}

#[test]
fn what_prune_shows_is_as_documented() {
    let sandbox = Sandbox::new();
    let all = objects(
        &sandbox,
        &[
            "imlog prune -q -n --json --prune-empty-dirs server",
            "imlog prune -q -n --json --by name server",
            "imlog prune -q -n --json --by mtime server",
        ],
    );
    let (folders, files): (Vec<_>, Vec<_>) = all.into_iter().partition(|object| object["kind"] == "folder");
    assert_eq!(assert_documented(&files, "### A log or text"), ["path_is_lossy"]);
    assert_eq!(assert_documented(&folders, "### An emptied folder"), ["path_is_lossy", "reason"]);
}
