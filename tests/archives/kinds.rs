//! Every format, from files, folders and standard input.

use std::fs;

use crate::program::{Ended, Folder, testdata};
use crate::support::archive::{Entry, gzip, tar_of, zip, zip_of, zstd};
use crate::{assert_code, borrowed, log, logs};

const NAMES: [&str; 3] = ["a.xlog", "deep/c.mmap3", "deep/er/b.xlog"];

/// The same three logs and some other files, in an archive of each kind.
fn archives() -> Vec<(&'static str, Vec<u8>)> {
    let mut files = logs(&NAMES);
    files.push(("empty.mmap3".into(), vec![0; 5000]));
    files.push(("empty.mmap2.gz".into(), gzip(&[0; 5000])));
    files.push(("notes.txt".into(), b"not a log".to_vec()));
    files.push(("notes.tgz".into(), gzip(&tar_of(&[("a.txt", b"nor is this")]))));
    files.push(("__MACOSX/deep/._a.xlog".into(), b"attributes".to_vec()));
    files.push(("deep/._a.xlog".into(), b"attributes".to_vec()));
    let files = borrowed(&files);
    let stored: Vec<_> = files.iter().map(|(name, data)| Entry { method: 0, ..Entry::new(name, data) }).collect();
    let streamed: Vec<_> =
        files.iter().map(|(name, data)| Entry { streamed: true, ..Entry::new(name, data) }).collect();
    let tar = tar_of(&files);
    vec![
        ("zip", zip_of(&files)),
        ("stored.zip", zip(&stored)),
        ("streamed.zip", zip(&streamed)),
        ("tgz", gzip(&tar)),
        ("tar.gz", gzip(&tar)),
        ("tar.zst", zstd(&tar)),
        ("tar", tar),
    ]
}

fn texts(folder: &Folder) -> Vec<String> {
    folder.files().into_iter().filter(|name| name.ends_with(".log")).collect()
}

#[test]
fn all_kinds_give_the_same_texts() {
    for (ending, bytes) in archives() {
        let folder = Folder::new();
        folder.write(&format!("in/logs.{ending}"), &bytes);
        let ended = folder.run(&["decode", "--output-dir", "out", &format!("in/logs.{ending}")]);
        assert_code(&ended, 0);
        assert_eq!(texts(&folder), NAMES.map(|name| format!("out/{name}.log")), "{ending}");
        for name in NAMES {
            assert_eq!(folder.read(&format!("out/{name}.log")), format!("{name}\n"), "{ending}");
        }
        assert!(ended.err.starts_with("3 files decoded: "), "{}", ended.err);
    }
}

#[test]
fn texts_go_to_a_folder_beside_the_archive() {
    for (ending, stem) in [("zip", "logs"), ("tgz", "logs"), ("tar.gz", "logs"), ("tar.zst", "logs"), ("tar", "logs")] {
        let folder = Folder::new();
        let (_, bytes) = archives().into_iter().find(|(kind, _)| *kind == ending).unwrap();
        folder.write(&format!("in/logs.{ending}"), bytes);
        assert_code(&folder.run(&["decode", &format!("in/logs.{ending}")]), 0);
        assert_eq!(texts(&folder), NAMES.map(|name| format!("in/{stem}/{name}.log")), "{ending}");
    }
}

#[test]
fn the_content_says_the_format_not_the_name() {
    for (ending, bytes) in archives() {
        let folder = Folder::new();
        folder.write("upload.xlog", bytes);
        assert_code(&folder.run(&["decode", "upload.xlog"]), 0);
        assert_eq!(texts(&folder), NAMES.map(|name| format!("upload.xlog.texts/{name}.log")), "{ending}");
    }
}

#[test]
fn standard_input_takes_all_kinds() {
    let all: String = NAMES.iter().map(|name| format!("{name}\n")).collect();
    for (ending, bytes) in archives() {
        let folder = Folder::new();
        for args in [&["decode", "-q", "-"][..], &["decode", "-q", "-o", "-", "-"]] {
            let ended = Ended::of(folder.command().args(args).write_stdin(bytes.clone()));
            assert_eq!((ended.code, String::from_utf8(ended.out).unwrap(), ended.err), (0, all.clone(), "".into()));
        }
        let ended = Ended::of(folder.command().args(["decode", "--output-dir", "out", "-"]).write_stdin(bytes));
        assert_code(&ended, 0);
        assert_eq!(folder.files(), NAMES.map(|name| format!("out/{name}.log")), "{ending}");
    }
}

#[test]
fn a_log_may_be_compressed_by_itself() {
    let folder = Folder::new();
    folder.write("a.xlog.gz", gzip(&log("a")));
    folder.write("d/b.xlog.zst", zstd(&log("b")));
    folder.write("upload", gzip(&log("c")));
    assert_code(&folder.run(&["decode", ".", "upload"]), 0);
    assert_eq!(texts(&folder), ["a.xlog.log", "d/b.xlog.log", "upload.log"]);
    assert_eq!((folder.read("a.xlog.log"), folder.read("d/b.xlog.log")), ("a\n".into(), "b\n".into()));
    let ended = Ended::of(folder.command().args(["decode", "-q"]).arg("-").write_stdin(gzip(&log("d"))));
    assert_eq!((ended.code, ended.out), (0, b"d\n".to_vec()));
}

#[test]
fn one_archive_may_be_in_another() {
    let inner = logs(&["a.xlog", "d/b.xlog"]);
    let (zip_in, tar_in) = (zip_of(&borrowed(&inner)), tar_of(&borrowed(&inner)));
    let (tgz_in, log_gz) = (gzip(&tar_in), gzip(&log("single")));
    let files: [(&str, &[u8]); 4] =
        [("x/zip.zip", &zip_in), ("tar.tar", &tar_in), ("tgz.tgz", &tgz_in), ("single.xlog.gz", &log_gz)];
    let outer = [("zip", zip_of(&files)), ("tar", tar_of(&files)), ("tar.gz", gzip(&tar_of(&files)))];
    for (ending, bytes) in outer {
        let folder = Folder::new();
        folder.write(&format!("o.{ending}"), &bytes);
        let ended = folder.run(&["decode", "-v", &format!("o.{ending}")]);
        assert_code(&ended, 0);
        let expected = [
            "o/single.xlog.log",
            "o/tar/a.xlog.log",
            "o/tar/d/b.xlog.log",
            "o/tgz/a.xlog.log",
            "o/tgz/d/b.xlog.log",
            "o/x/zip/a.xlog.log",
            "o/x/zip/d/b.xlog.log",
        ];
        assert_eq!(texts(&folder), expected, "{ending}");
        assert!(ended.err.contains(&format!("`o.{ending}:x/zip.zip:d/b.xlog` -> ")), "{}", ended.err);
        let stdin = Ended::of(folder.command().args(["decode", "-q", "-"]).write_stdin(bytes));
        assert_eq!((stdin.code, stdin.out.len()), (0, "a.xlog\nd/b.xlog\n".len() * 3 + "single\n".len()), "{ending}");
    }
}

#[test]
fn a_file_named_like_an_archive_is_not_skipped() {
    let (packed, tgz) = (gzip(&log("day")), gzip(&tar_of(&[("a.xlog", &log("a")[..])])));
    let mut damaged = tgz.clone();
    damaged[12..30].fill(0xFF);
    let files: [(&str, &[u8]); 10] = [
        ("a.xlog", &log("a")),
        ("day.xlog.gz", &log("plain")),
        ("cache.mmap3.zst", &log("plain")),
        ("zeros.mmap3.gz", &[0; 5000]),
        ("text.zip", b"no"),
        ("empty.zip", b""),
        ("text.tgz", &gzip(b"no tar")),
        ("cut.tgz", &tgz[..8]),
        ("damaged.tar.gz", &damaged),
        ("cut.xlog.gz", &packed[..10]),
    ];
    let tar = tar_of(&[] as &[(&str, &[u8])]);
    let (tar_gz, zip) = (gzip(&tar), zip(&[]));
    let files = [&files[..], &[("none.tar", &tar[..]), ("none_too.tgz", &tar_gz), ("none.zip", &zip)]].concat();
    for around in ["", "o.zip", "o.tar", "o.tgz"] {
        let folder = Folder::new();
        match around {
            "o.zip" => drop(folder.write("o.zip", zip_of(&files))),
            "o.tar" => drop(folder.write("o.tar", tar_of(&files))),
            "o.tgz" => drop(folder.write("o.tgz", gzip(&tar_of(&files)))),
            _ => files.iter().for_each(|(name, data)| drop(folder.write(&format!("o/{name}"), data))),
        }
        let ended = folder.run(&["decode"]);
        assert_code(&ended, 1);
        for name in ["text.zip", "empty.zip", "text.tgz"] {
            let told = format!("{name}`: it is named like an archive but is neither a zip nor a tar\nhint: ");
            assert!(ended.err.contains(&told), "{around} {name}: {}", ended.err);
        }
        for name in ["cut.tgz", "damaged.tar.gz", "cut.xlog.gz"] {
            assert!(ended.err.contains(&format!("{name}`")), "{around} {name}: {}", ended.err);
        }
        assert!(!ended.err.contains("none") && !ended.err.contains("zeros"), "{around}: {}", ended.err);
        assert_eq!(ended.err.matches("error: ").count(), 6, "{around}: {}", ended.err);
        let texts = ["o/a.xlog.log", "o/cache.mmap3.zst.log", "o/day.xlog.gz.log"];
        assert_eq!(self::texts(&folder), texts, "{around}");
    }
}

#[test]
fn deeper_archives_are_reported() {
    let deepest = zip_of(&[("a.xlog", &log("too deep"))]);
    let (middle, middle_tgz) = (zip_of(&[("c.zip", &deepest)]), gzip(&tar_of(&[("c.zip", &deepest)])));
    let a = log("a");
    let outer: [(&str, &[u8]); 3] = [("m.zip", &middle), ("m.tgz", &middle_tgz), ("a.xlog", &a)];
    for (name, bytes) in [("o.zip", zip_of(&outer)), ("o.tgz", gzip(&tar_of(&outer)))] {
        let folder = Folder::new();
        folder.write(name, bytes);
        let ended = folder.run(&["decode", name]);
        assert_code(&ended, 1);
        for middle in ["m.zip", "m.tgz"] {
            let told = format!("error: cannot read `{name}:{middle}:c.zip`: archives are nested too deeply\nhint: ");
            assert!(ended.err.contains(&told), "{}", ended.err);
        }
        assert_eq!(texts(&folder), ["o/a.xlog.log"]);
    }
}

#[test]
fn archives_of_real_programs_are_read() {
    let expected = [
        ("logs/Android/data/com.example.app/files/log/tencent/imsdk/imsdk_20231105.xlog", "sync-zlib-plain.xlog"),
        ("logs/Android/data/com.example.app/files/log/tencent/imsdk/imsdk_20231106.xlog", "legacy-03-sync.xlog"),
        ("logs/日志/a b.xlog", "legacy-03-sync.xlog"),
    ];
    let plain = Folder::new();
    for (name, source) in expected {
        plain.copy(source, name);
    }
    assert_code(&plain.run(&["decode"]), 0);
    let mut count = 0;
    for archive in fs::read_dir(testdata("archives")).unwrap() {
        let path = archive.unwrap().path();
        let folder = Folder::new();
        let ended = folder.run(&["decode", "--output-dir", ".", path.to_str().unwrap()]);
        assert_code(&ended, 0);
        assert_eq!(folder.files(), expected.map(|(name, _)| format!("{name}.log")), "{path:?}");
        for (name, _) in expected {
            let text = format!("{name}.log");
            assert_eq!(folder.read(&text), plain.read(&text), "{path:?} {name}");
        }
        assert!(ended.told().starts_with("com.example.app: 2 days, 2 files\n3 files decoded: "), "{}", ended.err);
        count += 1;
    }
    assert_eq!(count, 5);
}

/// More logs than threads, small ones in memory and large ones passing by: nothing waits for a thread of the pool.
#[test]
fn many_logs_of_all_sizes_pass_by() {
    let block = fs::read(testdata("sync-zlib-plain.xlog")).unwrap();
    let large = block.repeat(60);
    let files: Vec<(String, Vec<u8>)> = (0..120)
        .map(|number| match number % 40 {
            7 => (format!("large_{number}.xlog"), large.clone()),
            _ => (format!("small_{number}.xlog"), log(&number.to_string())),
        })
        .collect();
    let tar = tar_of(&borrowed(&files));
    for jobs in ["1", "2", "5"] {
        let folder = Folder::new();
        folder.write("o.zip", zip_of(&[("a.tgz", &gzip(&tar)), ("b.tar.zst", &zstd(&tar))]));
        folder.write("c.tgz", gzip(&tar));
        assert_code(&folder.run(&["decode", "-j", jobs]), 0);
        assert_eq!(texts(&folder).len(), 360);
        assert_eq!(folder.read("c/small_50.xlog.log"), "50\n");
        let out = folder.run(&["decode", "-j", jobs, "-o", "-", "-q", "c.tgz"]);
        let order = String::from_utf8(out.out).unwrap();
        let numbers: Vec<u32> = order.lines().filter_map(|line| line.parse().ok()).collect();
        assert!(numbers.is_sorted() && numbers.len() == 117, "in the order of the archive");
    }
}

/// What is held does not grow with the number of logs in an archive.
#[test]
fn the_first_log_is_shown_before_the_last_arrives() {
    use std::io::{BufRead, BufReader, Write};
    use std::process::{Command, Stdio};
    use std::sync::mpsc;
    use std::time::Duration;

    let files = logs(&["a.xlog", "b.xlog"]);
    let tar = tar_of(&borrowed(&files));
    let mut program = Command::new(env!("CARGO_BIN_EXE_imlog"))
        .args(["info", "--json", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let (mut stdin, stdout) = (program.stdin.take().unwrap(), program.stdout.take().unwrap());
    let (tell, told) = mpsc::channel();
    std::thread::spawn(move || BufReader::new(stdout).lines().try_for_each(|line| tell.send(line.unwrap())));
    // Up to the data of the second.
    stdin.write_all(&tar[..512 * 3]).unwrap();
    let first = told.recv_timeout(Duration::from_secs(60));
    stdin.write_all(&tar[512 * 3..]).unwrap();
    drop(stdin);
    assert!(program.wait().unwrap().success());
    assert!(first.unwrap().contains("a.xlog"));
    assert!(told.recv().unwrap().contains("b.xlog") && told.recv().is_err());
}
