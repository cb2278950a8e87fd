//! What is shown while it is still being written.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use crate::program::Folder;
use crate::support::writer::Block;

/// If the program shows nothing for this long, it never will.
const FOREVER: Duration = Duration::from_secs(60);

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

#[cfg_attr(windows, ignore = "a pipe of Windows does not say that nothing comes: docs/live.md")]
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

#[cfg_attr(windows, ignore = "a pipe of Windows does not say that nothing comes: docs/live.md")]
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

#[cfg_attr(windows, ignore = "a pipe of Windows does not say that nothing comes: docs/live.md")]
#[test]
fn enough_records_from_a_pipe_end_the_program() {
    let mut live = Live::start(&Folder::new(), &["cat", "-m1", "-"]);
    let mut stdin = live.stdin();
    stdin.write_all(&block(1, &[line(1, "one")])).unwrap();
    assert!(live.line().ends_with("|one"));
    assert_eq!(live.rest(), (vec![], 0));
    drop(stdin);
}

#[cfg_attr(windows, ignore = "a pipe of Windows does not say that nothing comes: docs/live.md")]
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

/// Adds to a file, as an app does.
fn append(folder: &Folder, name: &str, bytes: &[u8]) {
    let path = folder.path(name);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::File::options().append(true).create(true).open(path).unwrap().write_all(bytes).unwrap();
}

/// A cache file with this block in it.
fn cache(seq: u16, lines: &[String]) -> Vec<u8> {
    let mut bytes = block(seq, lines);
    bytes.resize(150 << 10, 0);
    bytes
}

/// What a line of a log in a folder says.
fn said(line: &str) -> &str {
    line.rsplit('|').next().unwrap()
}

#[test]
fn a_file_is_followed_block_by_block() {
    let folder = Folder::new();
    folder.write("a.xlog", [block(1, &[line(1, "one")]), block(2, &[line(2, "two")])].concat());
    let live = Live::start(&folder, &["cat", "-f", "a.xlog"]);
    assert_eq!((live.line(), live.line()), (line(1, "one").trim_end().into(), line(2, "two").trim_end().into()));
    let next = block(3, &[line(3, "three")]);
    append(&folder, "a.xlog", &next[..90]);
    append(&folder, "a.xlog", &next[90..]);
    assert_eq!(said(&live.line()), "three");
    append(&folder, "a.xlog", &block(4, &[line(4, "four")]));
    assert_eq!(said(&live.line()), "four");
}

#[test]
fn what_is_new_in_a_folder_is_shown_with_filters_and_as_json() {
    let folder = Folder::new();
    folder.write("logs/a_20231105.xlog", block(1, &[line(1, "hit old"), line(1, "hit last"), line(1, "no")]));
    let live = Live::start(&folder, &["cat", "-f", "-n1", "-e", "hit", "--json", "logs"]);
    let message = |line: String| {
        let object: serde_json::Value = serde_json::from_str(&line).unwrap();
        let path = object["path"].as_str().unwrap().replace('\\', "/");
        format!("{path} {}", object["message"].as_str().unwrap())
    };
    assert_eq!(message(live.line()), "logs/a_20231105.xlog hit last");
    // Today's log, and one in a folder that did not exist.
    append(&folder, "logs/a_20231106.xlog", &block(1, &[line(2, "no"), line(2, "hit today")]));
    assert_eq!(message(live.line()), "logs/a_20231106.xlog hit today");
    append(&folder, "logs/push/b.xlog", &block(1, &[line(3, "hit deep")]));
    assert_eq!(message(live.line()), "logs/push/b.xlog hit deep");
    append(&folder, "logs/a_20231105.xlog", &block(2, &[line(4, "hit more")]));
    assert_eq!(message(live.line()), "logs/a_20231105.xlog hit more");
}

#[test]
fn the_block_in_a_cache_file_is_shown_once() {
    let folder = Folder::new();
    let lines: Vec<_> = (1..=6).map(|number| line(number, &number.to_string())).collect();
    folder.write("logs/app_20231106.xlog", block(1, &[line(0, "0")]));
    folder.write("logs/app.mmap3", vec![0; 150 << 10]);
    // Where it stands, as an app writes to its mapped memory: cut first, it could be read in between.
    let set_cache = |bytes: Vec<u8>| {
        let file = std::fs::File::options().write(true).open(folder.path("logs/app.mmap3"));
        file.unwrap().write_all(&bytes).unwrap();
    };
    for merge in [&[][..], &["--merge"]] {
        folder.write("logs/app_20231106.xlog", block(1, &[line(0, "0")]));
        folder.write("logs/app.mmap3", cache(2, &lines[..1]));
        let live = Live::start(&folder, &[&["cat", "-f", "logs"], merge].concat());
        let numbers = |count: usize| (0..count).map(|_| said(&live.line()).parse().unwrap()).collect::<Vec<u32>>();
        assert_eq!(numbers(2), [0, 1]);
        set_cache(cache(2, &lines[..3]));
        assert_eq!(numbers(2), [2, 3]);
        // The app writes the block to the log, with a line that was never seen in the cache, and begins another.
        append(&folder, "logs/app_20231106.xlog", &block(2, &lines[..4]));
        set_cache(cache(3, &lines[4..5]));
        assert_eq!(numbers(2), [4, 5]);
        set_cache(cache(3, &lines[4..]));
        assert_eq!(numbers(1), [6]);
        assert!(live.errors.try_recv().is_err(), "its end is no damage");
    }
}

#[test]
fn a_file_that_is_cut_or_replaced_is_read_from_its_start() {
    let folder = Folder::new();
    let path = folder.write("a.xlog", block(1, &[line(1, "first, and longer than the next")]));
    let live = Live::start(&folder, &["cat", "-f", "a.xlog"]);
    assert_eq!(said(&live.line()), "first, and longer than the next");
    folder.write("a.xlog", block(1, &[line(2, "cut")]));
    assert_eq!(said(&live.line()), "cut");
    assert!(live.errors.recv_timeout(FOREVER).unwrap().contains("`a.xlog` was cut"));
    std::fs::rename(&path, folder.path("a.xlog.1")).unwrap();
    folder.write("a.xlog", block(1, &[line(3, "new")]));
    assert_eq!(said(&live.line()), "new");
    assert!(live.errors.recv_timeout(FOREVER).unwrap().contains("`a.xlog` was replaced"));
    append(&folder, "a.xlog", &block(2, &[line(4, "more")]));
    assert_eq!(said(&live.line()), "more");
}

#[test]
fn a_log_that_gets_another_name_in_its_folder_is_not_shown_again() {
    let folder = Folder::new();
    let path = folder.write("logs/a.xlog", block(1, &[line(1, "old")]));
    let live = Live::start(&folder, &["cat", "-f", "logs"]);
    assert_eq!(said(&live.line()), "old");
    std::fs::rename(&path, folder.path("logs/a_1.xlog")).unwrap();
    append(&folder, "logs/a_1.xlog", &block(2, &[line(2, "under its new name")]));
    let shown = live.line().replace('\\', "/");
    assert!(shown.starts_with("logs/a_1.xlog:") && said(&shown) == "under its new name", "{shown}");
    append(&folder, "logs/a.xlog", &block(1, &[line(3, "another")]));
    assert_eq!(said(&live.line()), "another");
}

#[test]
fn a_file_that_does_not_exist_yet_is_waited_for() {
    let folder = Folder::new();
    let live = Live::start(&folder, &["cat", "-f", "a.xlog"]);
    assert_eq!(live.errors.recv_timeout(FOREVER).unwrap(), "warning: `a.xlog` does not exist yet: waiting for it");
    folder.write("a.xlog", block(1, &[line(1, "there")]));
    assert_eq!(said(&live.line()), "there");
}

#[test]
fn several_files_are_followed_in_order_of_time() {
    let folder = Folder::new();
    folder.write("a.log", [line(1, "1"), line(3, "3")].concat());
    folder.write("b.log", [line(2, "2"), line(4, "4")].concat());
    let live = Live::start(&folder, &["cat", "-f", "--merge", "-n", "3", "a.log", "b.log"]);
    assert_eq!([2, 3, 4].map(|_| live.line()).map(|line| said(&line).to_owned()), ["2", "3", "4"]);
    append(&folder, "b.log", line(5, "5").as_bytes());
    assert_eq!(said(&live.line()), "5");
    append(&folder, "a.log", line(6, "6").as_bytes());
    assert_eq!(said(&live.line()), "6");
}

#[test]
fn damage_is_said_when_it_comes_and_enough_ends_it() {
    let folder = Folder::new();
    folder.write("a.xlog", block(1, &[line(1, "one")]));
    let live = Live::start(&folder, &["cat", "-f", "-m2", "a.xlog"]);
    assert_eq!(said(&live.line()), "one");
    append(&folder, "a.xlog", &[0x77; 500]);
    append(&folder, "a.xlog", &block(2, &[line(2, "two")]));
    assert!(live.line().contains("[F]imlog: 500 bytes lost at offset"));
    assert_eq!(said(&live.line()), "two");
    assert_eq!(live.rest(), (vec![], 1));
}

#[cfg(unix)]
#[test]
fn ctrl_c_and_a_closed_pipe_end_it_quietly() {
    use rustix::process::{Pid, Signal, kill_process};
    let folder = Folder::new();
    folder.write("a.xlog", block(1, &[line(1, "one")]));
    let live = Live::start(&folder, &["cat", "-f", "a.xlog"]);
    live.line();
    kill_process(Pid::from_child(&live.child), Signal::INT).unwrap();
    let errors: Vec<_> = live.errors.iter().collect();
    assert_eq!((live.rest(), errors), ((vec![], 130), vec![]));
    let mut child = Command::new(assert_cmd::cargo::cargo_bin("imlog"))
        .args(["cat", "-f", "a.xlog"])
        .current_dir(folder.path(""))
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut out = BufReader::new(child.stdout.take().unwrap());
    out.read_line(&mut String::new()).unwrap();
    drop(out);
    let ended = child.wait_with_output().unwrap();
    assert_eq!((ended.status.code(), ended.stderr), (Some(0), vec![]));
}

#[test]
fn what_does_not_grow_is_not_followed() {
    let folder = Folder::new();
    folder.write("a.zip", crate::support::archive::zip_of(&[("a.xlog", &block(1, &[line(1, "one")]))]));
    let ended = folder.run(&["cat", "-f", "a.zip"]);
    assert!(ended.code == 2 && ended.err.contains("`a.zip` is an archive, which cannot be followed"), "{}", ended.err);
    let ended = folder.run(&["cat", "-f", "-", "a.xlog"]);
    assert!(ended.code == 2 && ended.err.contains("standard input cannot be followed"), "{}", ended.err);
}

/// Waits until a file has this text.
#[track_caller]
fn wait_for(folder: &Folder, name: &str, text: &str) {
    let until = std::time::Instant::now() + FOREVER;
    let read = || std::fs::read_to_string(folder.path(name)).unwrap_or_default();
    while read() != text {
        assert!(std::time::Instant::now() < until, "{name}: {:?}", read());
        std::thread::sleep(Duration::from_millis(10));
    }
}

#[cfg_attr(windows, ignore = "wine replaces no file that is open, and this test looks into it all the time")]
#[test]
fn texts_are_kept_up_to_date() {
    let folder = Folder::new();
    let lines: Vec<_> = (0..9).map(|number| line(number, &number.to_string())).collect();
    folder.write("logs/a.xlog", block(1, &lines[..1]));
    let live = Live::start(&folder, &["decode", "-u", "-f", "logs"]);
    wait_for(&folder, "logs/a.xlog.log", &lines[0]);
    assert!(live.errors.recv_timeout(FOREVER).unwrap().starts_with("1 file decoded: "));
    let next = block(2, &lines[1..3]);
    append(&folder, "logs/a.xlog", &next[..90]);
    append(&folder, "logs/a.xlog", &next[90..]);
    wait_for(&folder, "logs/a.xlog.log", &lines[..3].concat());
    // A new file; a cache file; one that is cut.
    append(&folder, "logs/b.xlog", &block(1, &lines[3..4]));
    wait_for(&folder, "logs/b.xlog.log", &lines[3]);
    folder.write("logs/c.mmap3", cache(3, &lines[4..5]));
    wait_for(&folder, "logs/c.mmap3.log", &lines[4]);
    folder.write("logs/c.mmap3", cache(3, &lines[4..7]));
    wait_for(&folder, "logs/c.mmap3.log", &lines[4..7].concat());
    folder.write("logs/a.xlog", block(1, &lines[7..8]));
    wait_for(&folder, "logs/a.xlog.log", &lines[7]);
    // Somebody has removed it.
    std::fs::remove_file(folder.path("logs/a.xlog.log")).unwrap();
    append(&folder, "logs/a.xlog", &block(2, &lines[8..]));
    wait_for(&folder, "logs/a.xlog.log", &lines[7..].concat());
    drop(live);
    // What is current is not written again, but appended to.
    let an_hour_ago = std::time::SystemTime::now() - Duration::from_secs(3600);
    std::fs::File::options().append(true).open(folder.path("logs/b.xlog")).unwrap().set_modified(an_hour_ago).unwrap();
    let before = std::fs::metadata(folder.path("logs/b.xlog.log")).unwrap().modified().unwrap();
    let live = Live::start(&folder, &["decode", "-u", "-f", "logs"]);
    live.errors.recv_timeout(FOREVER).unwrap();
    assert_eq!(std::fs::metadata(folder.path("logs/b.xlog.log")).unwrap().modified().unwrap(), before);
    append(&folder, "logs/b.xlog", &block(2, &lines[..2]));
    wait_for(&folder, "logs/b.xlog.log", &[&lines[3..4], &lines[..2]].concat().concat());
    assert_eq!(folder.files().len(), 6, "{:?}", folder.files());
}

#[cfg(unix)]
#[test]
fn a_text_that_became_a_link_is_not_appended_to() {
    let folder = Folder::new();
    folder.write("logs/a.xlog", block(1, &[line(1, "one")]));
    folder.write("other", line(1, "one"));
    let live = Live::start(&folder, &["decode", "-u", "-f", "logs"]);
    live.errors.recv_timeout(FOREVER).unwrap();
    std::fs::remove_file(folder.path("logs/a.xlog.log")).unwrap();
    std::os::unix::fs::symlink(folder.path("other"), folder.path("logs/a.xlog.log")).unwrap();
    append(&folder, "logs/a.xlog", &block(2, &[line(2, "two")]));
    assert!(live.errors.recv_timeout(FOREVER).unwrap().starts_with("error: cannot write `logs/a.xlog.log`"));
    assert_eq!(folder.read("other"), line(1, "one"));
}

#[cfg(unix)]
#[test]
fn a_named_pipe_is_not_followed_but_shown_as_it_comes() {
    let folder = Folder::new();
    assert!(Command::new("mkfifo").arg(folder.path("pipe")).status().unwrap().success());
    let ended = folder.run(&["cat", "-f", "pipe"]);
    assert!(ended.code == 2 && ended.err.contains("`pipe` is no regular file"), "{}", ended.err);
    let live = Live::start(&folder, &["cat", "pipe"]);
    let mut pipe = std::fs::File::options().write(true).open(folder.path("pipe")).unwrap();
    pipe.write_all(&block(1, &[line(1, "one")])).unwrap();
    assert_eq!(said(&live.line()), "one");
    drop(pipe);
    assert_eq!(live.rest(), (vec![], 0));
}

#[test]
fn many_files_are_followed() {
    let folder = Folder::new();
    for number in 0..150 {
        folder.write(&format!("logs/a_{number:03}.xlog"), block(1, &[line(number, "old")]));
    }
    for merge in [&[][..], &["--merge"]] {
        let live = Live::start(&folder, &[&["cat", "-f", "--no-filename", "logs"], merge].concat());
        (0..150).for_each(|number| assert_eq!(live.line(), line(number, "old").trim_end()));
        for number in [149, 0, 70] {
            append(&folder, &format!("logs/a_{number:03}.xlog"), &block(2, &[line(number, "new")]));
            assert_eq!(live.line(), line(number, "new").trim_end());
        }
        for number in [149, 0, 70] {
            folder.write(&format!("logs/a_{number:03}.xlog"), block(1, &[line(number, "old")]));
        }
    }
}

#[cfg(unix)]
#[test]
fn links_in_a_folder_are_not_followed() {
    let folder = Folder::new();
    let path = folder.write("elsewhere/secret.xlog", block(1, &[line(1, "secret")]));
    folder.write("logs/a.xlog", block(1, &[line(1, "one")]));
    std::os::unix::fs::symlink(&path, folder.path("logs/b.xlog")).unwrap();
    std::os::unix::fs::symlink(folder.path("elsewhere"), folder.path("logs/more")).unwrap();
    let live = Live::start(&folder, &["cat", "-f", "logs"]);
    assert_eq!(said(&live.line()), "one");
    // One that is followed already becomes a link.
    std::fs::remove_file(folder.path("logs/a.xlog")).unwrap();
    std::os::unix::fs::symlink(&path, folder.path("logs/a.xlog")).unwrap();
    append(&folder, "elsewhere/secret.xlog", &block(2, &[line(2, "secret")]));
    append(&folder, "logs/c.xlog", &block(1, &[line(3, "last")]));
    assert_eq!(said(&live.line()), "last");
}
