//! `imlog man`, and what `--version` says.

use assert_cmd::Command;

fn imlog(args: &[&str]) -> (i32, String, String) {
    let output = Command::cargo_bin("imlog").unwrap().args(args).output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

#[test]
fn every_command_has_a_page_with_examples() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("new/man1");
    assert_eq!(imlog(&["man", "--dir", path.to_str().unwrap()]), (0, String::new(), String::new()));
    let (_, help, _) = imlog(&["--help"]);
    let commands = help.lines().skip_while(|line| *line != "Commands:").skip(1).take_while(|line| !line.is_empty());
    let commands = commands.filter_map(|line| line.split_whitespace().next()).filter(|name| *name != "help");
    let mut pages = 0;
    for command in commands {
        let page = std::fs::read_to_string(path.join(format!("imlog-{command}.1"))).unwrap();
        assert!(page.contains(&format!(".TH imlog-{command} 1")), "{command}");
        assert!(page.contains(".SH EXAMPLES\n.nf"), "{command}");
        assert_eq!(imlog(&["man", command]).1, page);
        pages += 1;
    }
    assert_eq!(std::fs::read_dir(&path).unwrap().count(), pages + 1);
    let (_, page, _) = imlog(&["man"]);
    assert!(page.contains(".SH \"WHERE THE LOGS ARE\"") && page.contains("imlog\\-decode(1)"), "{page}");
}

#[test]
fn a_command_that_does_not_exist_has_none() {
    let (code, out, err) = imlog(&["man", "decod"]);
    assert_eq!((code, out.as_str()), (2, ""));
    assert_eq!(err, "error: there is no command `decod`\nhint: `imlog help` lists the commands\n");
}

#[test]
fn the_version_comes_with_what_it_was_built_for() {
    let version = concat!("imlog ", env!("CARGO_PKG_VERSION"));
    assert_eq!(imlog(&["-V"]).1, format!("{version}\n"));
    let (code, out, _) = imlog(&["--version"]);
    let lines: Vec<_> = out.lines().collect();
    assert_eq!((code, lines.len()), (0, 3));
    assert!(lines[0].starts_with(version));
    assert!(lines[1].starts_with("target:   ") && lines[1].contains(std::env::consts::ARCH), "{out}");
    assert!(lines[2].starts_with("features: ") && lines[2].contains("cli"), "{out}");
}
