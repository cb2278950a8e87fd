//! What is shown while it is still being written.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use crate::program::Folder;
use crate::support::writer::Block;

/// If the program shows nothing for this long, it never will.
const FOREVER: Duration = Duration::from_secs(20);

/// The program while it runs.
struct Live {
    child: Child,
    lines: Receiver<String>,
    errors: Receiver<String>,
}

fn lines(reader: impl std::io::Read + Send + 'static) -> Receiver<String> {
    let (sender, receiver) = channel();
    std::thread::spawn(move || {
        BufReader::new(reader).lines().map_while(Result::ok).try_for_each(|line| sender.send(line))
    });
    receiver
}

impl Live {
    fn start(folder: &Folder, args: &[&str]) -> Live {
        let mut child = Command::new(assert_cmd::cargo::cargo_bin("imlog"))
            .args(args)
            .current_dir(folder.path(""))
            .env_remove("IMLOG_KEY")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let (out, err) = (child.stdout.take().unwrap(), child.stderr.take().unwrap());
        Live { child, lines: lines(out), errors: lines(err) }
    }

    fn stdin(&mut self) -> ChildStdin {
        self.child.stdin.take().unwrap()
    }

    /// The next line that it shows.
    #[track_caller]
    fn line(&self) -> String {
        self.lines.recv_timeout(FOREVER).expect("a line is shown")
    }

    /// What it still shows until it ends by itself, and its exit code.
    fn rest(mut self) -> (Vec<String>, i32) {
        let rest = self.lines.iter().collect();
        (rest, self.child.wait().unwrap().code().unwrap())
    }
}

impl Drop for Live {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A line at this second.
fn line(second: u32, message: &str) -> String {
    format!("TIM: 2023-11-06 08:{:02}:{:02}.000 I |-a.cpp:1  f  |{message}\n", second / 60, second % 60)
}

/// A block with these lines.
fn block(seq: u16, lines: &[String]) -> Vec<u8> {
    Block::keyed(0x09, seq).write(&lines.iter().map(|line| line.clone().into_bytes()).collect::<Vec<_>>())
}

#[test]
fn a_block_from_a_pipe_is_shown_when_it_has_come() {
    for (args, is_json) in [
        (&["cat", "-"][..], false),
        (&["cat", "-j1", "-e", "hit", "-"], false),
        (&["cat", "--json", "-"], true),
        (&["cat", "--since", "2023-11-06T00:00Z", "-"], false),
        (&["decode", "-"], false),
    ] {
        let mut live = Live::start(&Folder::new(), args);
        let mut stdin = live.stdin();
        for number in 1..4 {
            let block = block(number, &[line(number.into(), &format!("hit {number}"))]);
            let (first, second) = block.split_at(80);
            stdin.write_all(first).unwrap();
            stdin.write_all(second).unwrap();
            let shown = live.line();
            assert!(shown.contains(&format!("hit {number}")) && shown.starts_with('{') == is_json, "{args:?}: {shown}");
        }
        drop(stdin);
        let (rest, code) = live.rest();
        assert!(rest.is_empty() && code == 0, "{args:?}: {rest:?} {code}");
    }
}

#[test]
fn lines_of_a_text_from_a_pipe_are_shown_when_they_have_come() {
    let mut live = Live::start(&Folder::new(), &["cat", "-"]);
    let mut stdin = live.stdin();
    stdin.write_all(line(1, "one").as_bytes()).unwrap();
    assert!(live.line().ends_with("|one"));
    // The record goes on after it was shown.
    stdin.write_all(b"more of ").unwrap();
    stdin.write_all(b"it\n").unwrap();
    assert_eq!(live.line(), "more of it");
    stdin.write_all(line(2, "two").as_bytes()).unwrap();
    assert!(live.line().ends_with("|two"));
    drop(stdin);
    assert_eq!(live.rest(), (vec![], 0));
}

#[test]
fn enough_records_from_a_pipe_end_the_program() {
    let mut live = Live::start(&Folder::new(), &["cat", "-m1", "-"]);
    let mut stdin = live.stdin();
    stdin.write_all(&block(1, &[line(1, "one")])).unwrap();
    assert!(live.line().ends_with("|one"));
    assert_eq!(live.rest(), (vec![], 0));
    drop(stdin);
}

#[test]
fn a_block_that_was_never_finished_holds_nothing_up() {
    let mut live = Live::start(&Folder::new(), &["cat", "-"]);
    let mut stdin = live.stdin();
    let cut = block(1, &(0..50).map(|second| line(second, "lost")).collect::<Vec<_>>());
    stdin.write_all(&block(1, &[line(1, "before")])).unwrap();
    assert!(live.line().ends_with("|before"));
    stdin.write_all(&cut[..cut.len() - 60]).unwrap();
    stdin.write_all(&block(1, &[line(60, "after")])).unwrap();
    while !live.line().ends_with("|after") {}
    drop(stdin);
    assert_eq!(live.rest(), (vec![], 1));
}
